"""What a kept result depends on, shortened to a digest: files, the package, the machine."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from literate import MACHINE

ROOMS = ("book", "tangle", "checks")
"""What runs a check or confirms an answer; these rooms know no others."""


def digest(root: Path, paths: Iterable[Path], extra: str = "") -> str:
    """Hash the names and contents of files.

    Parameters
    ----------
    root : Path
        The folder that the names are relative to.
    paths : iterable of Path
        Files below `root`.
    extra : str
        Anything else that must change the result.

    Returns
    -------
    str
        Sixteen hexadecimal digits.
    """
    total = hashlib.sha256(extra.encode())
    for path in paths:
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"{path.relative_to(root).as_posix()} {content}\n".encode())
    return total.hexdigest()[:16]


def digest_of_machine() -> str:
    """Hash the part of the machine that runs checks and confirms answers."""
    rooms = [path for room in ROOMS for path in sorted((MACHINE / room).rglob("*.py"))]
    return digest(MACHINE, [*sorted(MACHINE.glob("*.py")), *rooms])


def package_files(root: Path) -> Iterator[Path]:
    """Find the files of ``nnmath`` that a chapter's output can depend on, data included.

    Parameters
    ----------
    root : Path
        The project's folder.

    Yields
    ------
    Path
        Every file below ``nnmath/`` that is no compiled leftover, sorted.
    """
    for path in sorted((root / "nnmath").rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path


def lock_files(root: Path) -> list[Path]:
    """Give the lock of the packages as a list, empty where a book has none."""
    lock = root / "requirements.txt"
    return [lock] if lock.exists() else []
