# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 66a6b7f7ce135b90

# From book/notebook_run.md, "How a result is kept"
"""Results of long computations, kept in files until something that they depend on changes."""

import ast
import contextlib
import functools
import hashlib
import inspect
import os
import platform
import re
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import is_dataclass
from datetime import date
from pathlib import Path
from types import FunctionType
from typing import Any

import numpy as np

from nnmath.learning.whole_files import arrays_of, whole_file
from nnmath.model.array_types import Array
from nnmath.model.known_functions import KnownFunction

PACKAGE = "nnmath"
MARK = "of "
"""Stands before each name in a file, so that no name is a word that NumPy keeps for itself."""

NAMES, DIGEST, COMPUTED = "names", "digest", "computed"
"""What a file calls the list of all names, its digest, and the day and machine it comes from."""


def modules_behind(module: str) -> list[str]:
    """List a module of the package and all others whose functions or classes it uses.

    Those that it uses through others are among them.

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


def shape_of_code(node: Any) -> Any:
    """Give a syntax tree as nested tuples, the same in every Python, without its docstrings."""
    if isinstance(node, list):
        kept_items = [item for item in node if not is_text(item)]
        return tuple(shape_of_code(item) for item in kept_items)
    if not isinstance(node, ast.AST):
        return repr(node)
    fields = [(name, value) for name, value in ast.iter_fields(node) if value not in (None, [])]
    return type(node).__name__, *((name, shape_of_code(value)) for name, value in fields)


def is_text(node: Any) -> bool:
    """Tell a statement that is a piece of text alone, such as a docstring: it does nothing."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def code_of(thing: Any) -> bytes:
    """Write the code of a module or a function, but for comments and docstrings."""
    source = textwrap.dedent(inspect.getsource(thing))
    try:
        return repr(shape_of_code(ast.parse(source))).encode()
    except SyntaxError:  # of a lambda the source is a line, which may be a part of a statement
        return source.encode()


def parts_of_function(function: FunctionType) -> Iterator[bytes]:
    """Yield the bytes that tell a function from others."""
    yield function.__qualname__.encode()
    inside = modules_behind(function.__module__)
    yield from (code_of(sys.modules[name]) for name in inside)
    if not inside:
        yield code_of(function)
    for cell in function.__closure__ or ():  # what it takes from the function around it
        yield from parts_to_hash(cell.cell_contents)


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
        yield from parts_of_function(value)
    elif isinstance(value, KnownFunction):
        yield type(value).__qualname__.encode()
        yield from parts_to_hash(value.function)
    elif isinstance(value, set | frozenset):  # in an order that is not the process's
        yield f"{type(value).__name__} {len(value)}".encode()
        yield from sorted(
            b"".join(hashlib.sha256(part).digest() for part in parts_to_hash(item))
            for item in value
        )
    elif isinstance(value, functools.partial):
        yield type(value).__name__.encode()
        yield from parts_to_hash([value.func, value.args, value.keywords])
    else:
        said = repr(value)
        if not isinstance(value, str) and re.search(r" at 0x[0-9a-fA-F]+", said):
            raise TypeError(f"a digest needs values that tell what they are, got {said}")
        yield said.encode()


def digest_of(*values: object) -> str:
    """Compute a digest of values, such that another value almost surely has another digest.

    Parameters
    ----------
    *values : object
        Arrays, by their type, shape and entries. Functions: by their name and what they take from a
        function around them; one of the package also by the code of its module and of all modules
        of the package behind it, another by its own code, so what else it calls or reads, values of
        its defaults too, must be named. Comments and docstrings do not count. Of a lambda its line
        counts, as it is if it is a part of a statement; two lambdas of one line differ at most in
        their names and in what they take from a function around them. Mappings, lists, tuples, sets
        and data classes, such as networks, item by item, and so a ``functools.partial``; activation
        functions and costs by the function inside. Anything else by what ``repr`` says of it.

    Returns
    -------
    str
        Sixteen hexadecimal digits, the same in every Python.

    Raises
    ------
    TypeError
        If ``repr`` says where an object lies, and not what it is.
    OSError
        If the source of a function cannot be found, as of one typed at Python's prompt.
    """
    total = hashlib.sha256()
    for value in values:
        for part in parts_to_hash(value):
            total.update(hashlib.sha256(part).digest())
    return total.hexdigest()[:16]


def this_machine() -> str:
    """Name the day, the processor and NumPy's version, for whoever reads of a result later."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        names = [line.partition(":")[2].strip() for line in lines if "model name" in line]
    except OSError:
        names = []
    processor = next(iter(names), platform.processor() or platform.machine())
    return f"{date.today().isoformat()}, {processor}, NumPy {np.__version__}"


def read_result(path: Path, digest: str) -> dict[str, Array]:
    """Read a result that `kept` wrote.

    Parameters
    ----------
    path : Path
        The file.
    digest : str
        What the result depends on.

    Returns
    -------
    dict of str to ndarray
        The result.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it cannot be read, not every array in it is whole, or it is another's.
    """
    try:
        with path.open("rb") as stream:
            held = arrays_of(stream)
        marked = [name for name in held if name.startswith(MARK)]
        arrays = {name.removeprefix(MARK): held[name] for name in marked}
        whole = sorted(arrays) == held[NAMES].tolist() and str(held[DIGEST]) == digest
        computed = held[COMPUTED]
    except FileNotFoundError:
        raise
    except Exception:  # a damaged archive can make its reader raise almost anything
        whole = False
    if not whole:
        raise ValueError(
            f"{path}: expected the whole result that its name says, got a damaged or foreign file; "
            f"without it, the result is computed again"
        )
    return {**arrays, COMPUTED: computed}


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
        Called without arguments if there is no file; returns arrays or numbers by name.

    Returns
    -------
    dict of str to ndarray
        The result, and under ``computed`` the day and the machine that it comes from.

    Raises
    ------
    ValueError
        If `name` holds another character, a result is no array of numbers or is called
        ``computed``, or what stands in the file's place is damaged or foreign.
    OSError
        If the file cannot be written.

    Notes
    -----
    The file is looked for in two folders. The one that the environment's variable ``NNMATH_KEPT``
    names, or ``kept-runs``, is only read. The other, ``NNMATH_RUNS`` or ``nnmath-runs``, takes what
    is computed.
    """
    if not name.replace("-", "").replace("_", "").isalnum():
        raise ValueError(f"name must hold letters, digits, '-' and '_' only, got {name!r}")
    folder = Path(os.environ.get("NNMATH_RUNS") or "nnmath-runs")
    path = folder / f"{name}.{digest}.npz"
    for place in (path, Path(os.environ.get("NNMATH_KEPT") or "kept-runs") / path.name):
        with contextlib.suppress(FileNotFoundError):
            return read_result(place, digest)
    arrays: dict[str, Any] = {key: np.asarray(value) for key, value in compute().items()}
    for key, array in arrays.items():
        if array.dtype.kind not in "biufc" or not isinstance(key, str) or key == COMPUTED:
            raise ValueError(
                f"{key} must be an array of numbers, and be called by a word that is not "
                f"{COMPUTED!r}, got dtype {array.dtype}"
            )
    computed = np.array(this_machine())
    content: dict[str, Any] = {f"{MARK}{key}": array for key, array in arrays.items()}
    content |= {NAMES: np.array(sorted(arrays)), DIGEST: np.array(digest), COMPUTED: computed}
    folder.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as file:
        np.savez(file, **content)
    for other in folder.glob(f"{name}.*.npz"):
        if other != path:
            other.unlink(missing_ok=True)
    return {**arrays, COMPUTED: computed}
