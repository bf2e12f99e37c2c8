"""The whole book, for the pages that tell of all chapters: read once in each build."""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from literate.book.chapters import Cell, Chapter, read_book
from literate.book.equations import Ledger
from literate.book.toc import TOC


def root_of(app: Sphinx) -> Path:
    """Give the project's folder."""
    return Path(app.srcdir).parent


@lru_cache(maxsize=1)
def ledger_of(app: Sphinx) -> Ledger:
    """Read the chapters and the ledger of their equations.

    Raises
    ------
    literate.errors.BookError
        If a chapter breaks a rule.
    """
    return Ledger(read_book(root_of(app)))


def chapters_of(app: Sphinx) -> tuple[Chapter, ...]:
    """Read the chapters, in reading order; `BookError` is raised as by `ledger_of`."""
    return ledger_of(app).chapters


def notebooks_of(app: Sphinx) -> dict[str, Chapter]:
    """Read the chapters that are notebooks, by their pages."""
    return {chapter.docname: chapter for chapter in chapters_of(app) if chapter.is_notebook}


def chapter_of(cell: Cell, chapters: Iterable[Chapter]) -> Chapter:
    """Find the chapter that a cell stands in."""
    return next(chapter for chapter in chapters if chapter.path == cell.chapter)


def note_book(env: BuildEnvironment) -> None:
    """Let Sphinx read a page again when any chapter or the table of contents changes."""
    for path in (TOC, *(chapter.path for chapter in chapters_of(env.app))):
        env.note_dependency(str(root_of(env.app) / path))
