"""When outputs are stale: the key of the execution cache, and the executed notebooks of a build."""

import hashlib
import os
import platform
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import nbformat
from jupyter_cache import get_cache

from literate.errors import BookError, at

CACHES = Path("_build") / ".jupyter_cache"
NOTEBOOKS = Path("_build") / "jupyter_execute"
RUNS = Path("_build") / "runs"

MEASURED = Path("benchmarks") / "results.json"
"""What the fast step took beside other libraries; the chapter on speed shows it."""

SOLUTIONS = "LITERATE_SOLUTIONS"
"""The environment's variable that is ``no`` while the class edition is made."""

CLASS = Path("_build") / "class"
"""Where the class edition is made: Jupyter Book puts a folder ``_build`` of its own there."""

HOME = Path(__file__).resolve().parent.parent


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


def execution_key(root: Path) -> str:
    """Name everything besides its own cells that a chapter's output depends on.

    jupyter-cache compares a chapter's own cells. A chapter also imports ``nnmath``, which other
    chapters build, and runs on the locked packages and on one Python.

    Parameters
    ----------
    root : Path
        The project's folder.

    Returns
    -------
    str
        Sixteen hexadecimal digits.
    """
    others = [root / "requirements.txt", root / MEASURED]
    present = [path for path in others if path.exists()]
    return digest(root, [*package_files(root), *present], extra=platform.python_version())


def cache_folder(root: Path) -> Path:
    """Choose the folder of the outputs that are still true; other keys' folders are removed.

    Parameters
    ----------
    root : Path
        The project's folder.

    Returns
    -------
    Path
        The folder for the present `execution_key`; it need not exist.
    """
    current = root / CACHES / execution_key(root)
    for folder in (root / CACHES).glob("*"):
        if folder != current:
            shutil.rmtree(folder, ignore_errors=True)
    return current


def kernel_environment(root: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """Give kernels what they need: ``nnmath`` from this folder, its runs, and this kernel.

    Parameters
    ----------
    root : Path
        The project's folder.
    environment : mapping of str to str
        The variables to start from, for example ``os.environ``.

    Returns
    -------
    dict of str to str
        A copy of `environment` with the variables set, and without ``NNMATH_DATA``.
    """
    inherited = [path for path in environment.get("PYTHONPATH", "").split(os.pathsep) if path]
    # The book's folder first, then the one that the machine is in: another one only in its tests.
    paths = list(dict.fromkeys([str(root), str(HOME), *inherited]))
    # The book's data are the package's own: a reader's other data set must not end up in a page.
    kept = {name: value for name, value in environment.items() if name != "NNMATH_DATA"}
    return {
        **kept,
        "PYTHONPATH": os.pathsep.join(paths),
        # Where chapters keep the results of long computations, for whoever runs them next.
        "NNMATH_RUNS": str(root / RUNS),
        # A kernel that the reader installed for another Python must not run the chapters.
        "JUPYTER_PREFER_ENV_PATH": "1",
    }


def executed_notebook(root: Path, docname: str) -> Path:
    """Say where the build leaves a chapter's executed notebook."""
    return notebooks_folder(root) / f"{docname}.ipynb"


def notebooks_folder(root: Path) -> Path:
    """Say where this build, of the book or of the class edition, leaves executed notebooks."""
    return root / (CLASS / NOTEBOOKS if os.environ.get(SOLUTIONS) == "no" else NOTEBOOKS)


def remove_stale_notebooks(root: Path, docnames: Iterable[str]) -> list[Path]:
    """Remove the executed notebooks of chapters that the book no longer has.

    Parameters
    ----------
    root : Path
        The project's folder.
    docnames : iterable of str
        The chapters that are notebooks.

    Returns
    -------
    list of Path
        What was removed.
    """
    wanted = {executed_notebook(root, docname) for docname in docnames}
    stale = [path for path in notebooks_folder(root).rglob("*.ipynb") if path not in wanted]
    for path in stale:
        path.unlink()
    return stale


def fill_in_outputs(root: Path, docnames: Iterable[str]) -> list[Path]:
    """Put the outputs of the cache into the executed notebooks that lack them.

    When myst-nb finds a chapter in the cache, it shows the cached outputs in the page, and writes
    the notebook without them.

    Parameters
    ----------
    root : Path
        The project's folder.
    docnames : iterable of str
        The chapters that are notebooks; each has its file, with or without outputs.

    Returns
    -------
    list of Path
        What was written.

    Raises
    ------
    BookError
        If a chapter is not in the cache.
    """
    cache = get_cache(cache_folder(root))
    written = []
    for docname in docnames:
        path = executed_notebook(root, docname)
        present = path.read_text(encoding="utf-8")
        without = nbformat.reads(present, as_version=4)  # type: ignore[no-untyped-call]
        try:
            _, notebook = cache.merge_match_into_notebook(without)
        except KeyError:
            raise BookError(
                at(f"book/{docname}.md", None, "its outputs are not in the cache")
            ) from None
        filled = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
        if filled != present:
            path.write_text(filled, encoding="utf-8")
            written.append(path)
    return written
