"""The results of long computations, which chapters keep in files: all of them anew."""

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from literate.book.chapters import Chapter, read_book, read_notebook, read_text
from literate.checks.environment import kernel_environment
from literate.errors import BookError, at
from literate.staleness import KEPT_RUNS

KEEPS = "kept_results"
"""The module whose name stands in the code of a chapter that keeps results."""


def chapters_that_keep(root: Path) -> list[Chapter]:
    """Find the chapters that read or write kept results."""
    return [
        chapter
        for chapter in read_book(root)
        if any(KEEPS in f"{cell.target} {cell.source}" for cell in chapter.code_cells)
    ]


def compute_runs(root: Path) -> list[str]:
    """Run the chapters that keep results, with none to read, and put the new results in place.

    Parameters
    ----------
    root : Path
        The project's folder.

    Returns
    -------
    list of str
        The files that are there now.

    Raises
    ------
    BookError
        If a chapter fails, since a number that it states holds no more; the old files then stay.
    """
    (root / "_build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root / "_build", prefix="runs-") as name:
        new = Path(name) / "new"
        folders = {"NNMATH_KEPT": str(Path(name) / "none"), "NNMATH_RUNS": str(new)}
        for chapter in chapters_that_keep(root):
            print(f"running {chapter.docname}", flush=True)
            run_chapter(root, chapter, kernel_environment(root, os.environ) | folders)
        new.mkdir(exist_ok=True)
        shutil.rmtree(root / KEPT_RUNS, ignore_errors=True)
        new.replace(root / KEPT_RUNS)
    return sorted(path.name for path in (root / KEPT_RUNS).iterdir())


def run_chapter(root: Path, chapter: Chapter, environment: Mapping[str, str]) -> None:
    """Run all cells of a chapter; only whether they fail is of interest.

    Raises
    ------
    BookError
        If one fails.
    """
    notebook = read_notebook(chapter.path, read_text(root, chapter.path))
    place = {"metadata": {"path": str((root / chapter.path).parent)}}
    client = NotebookClient(notebook, timeout=None, resources=place)
    try:
        client.execute(env=dict(environment))
    except CellExecutionError as error:
        raise BookError(at(chapter.path, None, str(error))) from None
