# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 132a635ee2040deb

# From book/notebook_run.md, "How a result is kept"
"""Files that are written whole or not at all, and read whole or refused."""

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np

from nnmath.model.array_types import Array


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
        The file; a link leads to the file to replace. The new file gets the mode of that file,
        and belongs to whoever writes it.

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
            with contextlib.suppress(FileNotFoundError):
                shutil.copymode(place, unfinished)  # before there is anything to read
            yield file
            file.flush()
            os.fsync(file.fileno())  # on the disk, before the name says that it is complete
        unfinished.replace(place)
    finally:
        unfinished.unlink(missing_ok=True)


def arrays_of(file: BinaryIO) -> dict[str, Array]:
    """Read all arrays of an open .npz file.

    Parameters
    ----------
    file : binary file
        The file.

    Returns
    -------
    dict of str to ndarray
        The arrays by name.

    Raises
    ------
    Exception
        If the file is no .npz file, is damaged, or holds objects; NumPy and ``zipfile`` raise
        exceptions of many kinds then.
    """
    with np.load(file, allow_pickle=False) as held:
        # NumPy reads as far as an array's header says. Only at the end of a member does `zipfile`
        # compare its check sum, so all of them are read to their ends first.
        damaged = held.zip.testzip()
        if damaged is not None:
            raise ValueError(f"{damaged} is damaged")
        arrays = {name: held[name] for name in held.files}
    for name, array in arrays.items():
        if not isinstance(array, np.ndarray):
            raise ValueError(f"{name} is no array")
    return arrays
