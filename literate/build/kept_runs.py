"""The results of long computations, which chapters keep in files: all of them anew."""

import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from unittest import mock

from literate import KEPT_RUNS
from literate.book.chapters import Chapter, read_book, read_notebook, read_text
from literate.build.execution import readable, results_of
from literate.build.outputs_cache import UNKNOWN, Run
from literate.checks.kernel_environment import kernel_environment, warm_font_cache
from literate.errors import BookError

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
    warm_font_cache()
    with tempfile.TemporaryDirectory(dir=root / "_build", prefix="runs-") as name:
        new = Path(name) / "new"
        folders = {"NNMATH_KEPT": str(Path(name) / "none"), "NNMATH_RUNS": str(new)}
        environment = kernel_environment(root, os.environ) | folders
        with mock.patch.dict(os.environ, environment, clear=True):
            run_all(root, chapters_that_keep(root))
        new.mkdir(exist_ok=True)
        shutil.rmtree(root / KEPT_RUNS, ignore_errors=True)
        new.replace(root / KEPT_RUNS)
    return sorted(path.name for path in (root / KEPT_RUNS).iterdir())


def run_all(root: Path, chapters: Sequence[Chapter]) -> None:
    """Run all cells of some chapters; only whether they fail is of interest.

    Raises
    ------
    BookError
        If one fails.
    """
    runs = [
        Run(
            chapter, read_notebook(chapter.path, read_text(root, chapter.path)), {}, [], UNKNOWN
        )
        for chapter in chapters
    ]
    problems: list[str] = []
    for run, seconds, found in results_of(root, runs):
        print(f"ran {run.docname} in {readable(seconds)}", flush=True)
        problems += found
    if problems:
        raise BookError(*problems)
