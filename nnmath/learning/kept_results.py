# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 4585743903985004

# From book/notebook_run.md, "Runs that are kept"
"""Results of long computations, kept in files until something that they depend on changes."""

import hashlib
import inspect
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nnmath.learning.whole_files import whole_file
from nnmath.model.array_types import Array

PACKAGE = "nnmath"
MARK = "of "
"""Stands before each name in a file, so that no name is a word that NumPy keeps for itself."""

NAMES = "names"
"""What the list of all names is called in a file."""


def modules_behind(module: str) -> list[str]:
    """List a module of the package and all others of it that it uses, directly or not.

    Parameters
    ----------
    module : str
        The name of a module that has been imported.

    Returns
    -------
    list of str
        Their names, sorted.
    """
    found: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name.partition(".")[0] == PACKAGE and name not in found:
            found.add(name)
            values = vars(sys.modules[name]).values()
            waiting += [str(getattr(value, "__module__", "")) for value in values]
    return sorted(found)


def parts_to_hash(value: object) -> Iterator[bytes]:
    """Yield the bytes that tell a value from others, for `digest_of`."""
    if isinstance(value, np.ndarray):
        yield f"{value.dtype} {value.shape}".encode()
        if value.dtype.hasobject:
            yield from parts_to_hash(value.tolist())
        else:
            yield value.tobytes()
    elif isinstance(value, Mapping | list | tuple):
        yield f"{type(value).__name__} {len(value)}".encode()
        for item in value.items() if isinstance(value, Mapping) else value:
            yield from parts_to_hash(item)
    elif is_dataclass(value) and not isinstance(value, type):
        yield type(value).__qualname__.encode()
        yield from parts_to_hash(vars(value))
    elif inspect.isfunction(value):
        yield value.__qualname__.encode()
        inside = modules_behind(value.__module__)
        for name in inside:
            yield inspect.getsource(sys.modules[name]).encode()
        if not inside:
            yield inspect.getsource(value).encode()
    else:
        yield repr(value).encode()


def digest_of(*values: object) -> str:
    """Compute a digest of values, such that another value has another digest.

    Parameters
    ----------
    *values : object
        Arrays, by their type, shape and entries. Functions: by their name, and one of the package
        by the source of its module and of all modules of the package behind it; another by its own
        source alone, so what it calls must be named as well. Mappings, lists, tuples and data
        classes, such as networks, item by item. Anything else by what ``repr`` says of it.

    Returns
    -------
    str
        Sixteen hexadecimal digits. They depend on NumPy's version as well.
    """
    total = hashlib.sha256(np.__version__.encode())
    for value in values:
        for part in parts_to_hash(value):
            total.update(hashlib.sha256(part).digest())
    return total.hexdigest()[:16]


def read_result(path: Path) -> dict[str, Array] | None:
    """Read a result that `kept` wrote.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    dict of str to ndarray, or None
        The result; None if there is no such file, or not every array in it is whole.
    """
    try:
        # NumPy compares the check sums as it reads.
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            marked = [name for name in file.files if name.startswith(MARK)]
            arrays = {name.removeprefix(MARK): file[name] for name in marked}
            names = file[NAMES].tolist()
    except Exception:  # a damaged archive can make its reader raise almost anything
        return None
    return arrays if sorted(arrays) == names else None


def kept(name: str, digest: str, compute: Callable[[], Mapping[str, Any]]) -> dict[str, Array]:
    """Read a result from its file, or compute it and write the file.

    Parameters
    ----------
    name : str
        What the file is called, in letters, digits, ``-`` and ``_``.
    digest : str
        Of everything that the result depends on, by `digest_of`. Files of the same name with
        another digest are removed when the result is written.
    compute : function
        Called without arguments if there is no whole file; returns arrays or numbers by name.

    Returns
    -------
    dict of str to ndarray
        The result.

    Raises
    ------
    ValueError
        If `name` holds another character, or a result is no array of numbers.
    OSError
        If the file cannot be written.
    """
    if not name.replace("-", "").replace("_", "").isalnum():
        raise ValueError(f"name must hold letters, digits, '-' and '_' only, got {name!r}")
    folder = Path(os.environ.get("NNMATH_RUNS") or "nnmath-runs")
    path = folder / f"{name}.{digest}.npz"
    found = read_result(path)
    if found is not None:
        return found
    arrays: dict[str, Any] = {key: np.asarray(value) for key, value in compute().items()}
    for key, array in arrays.items():
        if array.dtype.hasobject:
            raise ValueError(f"{key} must be an array of numbers, got dtype {array.dtype}")
    folder.mkdir(parents=True, exist_ok=True)
    marked: dict[str, Any] = {f"{MARK}{key}": array for key, array in arrays.items()}
    marked[NAMES] = np.array(sorted(arrays))
    with whole_file(path) as file:
        np.savez(file, **marked)
    for other in folder.glob(f"{name}.*.npz"):
        if other != path:
            other.unlink(missing_ok=True)
    return arrays
