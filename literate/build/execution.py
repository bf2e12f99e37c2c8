"""When outputs are stale: the key of the execution cache, and the executed notebooks of a build."""

import platform
import shutil
from collections.abc import Iterable
from pathlib import Path

import nbformat
from jupyter_cache import get_cache

from literate.build.editions import CLASS, has_solutions
from literate.checks.digests import digest, package_files
from literate.errors import BookError, at

CACHES = Path("_build") / ".jupyter_cache"
NOTEBOOKS = Path("_build") / "jupyter_execute"

MEASURED = Path("benchmarks") / "results.json"
"""What the fast step took beside other libraries; the chapter on speed shows it."""


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


def executed_notebook(root: Path, docname: str) -> Path:
    """Say where the build leaves a chapter's executed notebook."""
    return notebooks_folder(root) / f"{docname}.ipynb"


def notebooks_folder(root: Path) -> Path:
    """Say where this build, of the book or of the class edition, leaves executed notebooks."""
    return root / (NOTEBOOKS if has_solutions() else CLASS / NOTEBOOKS)


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
