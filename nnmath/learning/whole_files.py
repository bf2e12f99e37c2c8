# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 1d38af7c2cb3ca9a

# From book/notebook_run.md, "Runs that are kept"
"""Files that are written whole or not at all."""

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO


def require_place(path: Path) -> Path:
    """Give the place of a file, where links lead; refuse what is no place for one."""
    place = path.resolve() if path.is_symlink() else path
    if not place.parent.is_dir():
        raise FileNotFoundError(f"{path}: there is no folder {place.parent}")
    if place.exists() and not place.is_file():
        raise FileExistsError(f"{path}: expected a file, or a name that is free")
    return place


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file that replaces the one at a path when all is written, and not if writing fails.

    Parameters
    ----------
    path : Path
        The file; a link leads to the file to replace.

    Yields
    ------
    binary file
        To write to.

    Raises
    ------
    OSError
        If there is no place for a file, or it cannot be written.
    """
    place = require_place(path)
    unfinished = place.with_name(f".{secrets.token_hex(8)}.unfinished")
    try:
        with unfinished.open("xb") as file:  # its own, whoever else writes to the same place
            yield file
            file.flush()
            os.fsync(file.fileno())  # on the disk, before the name says that it is complete
        unfinished.replace(place)
    finally:
        unfinished.unlink(missing_ok=True)
