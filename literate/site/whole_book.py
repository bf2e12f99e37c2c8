"""The whole book, for the pages that tell of all chapters: read once in each build.

Such a page notes what it shows, and is read again when that has become another.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from literate.book.chapters import Cell, Chapter, read_book
from literate.book.equations import Ledger
from literate.book.toc import TOC
from literate.build.prepare import Prepared
from literate.staleness import digest_of

PREPARED = "literate_prepared"
"""The attribute of the application that holds what was prepared before the pages are read."""

NOTED = "literate_shows"
"""Under this key a page's metadata hold what it shows: digests, by name."""


def root_of(app: Sphinx) -> Path:
    """Give the project's folder."""
    return Path(app.srcdir).parent


@lru_cache(maxsize=1)
def ledger_of(app: Sphinx) -> Ledger:
    """Take the chapters as they were checked, or read them, and the ledger of their equations.

    Raises
    ------
    literate.errors.BookError
        If a chapter breaks a rule.
    """
    prepared: Prepared | None = getattr(app, PREPARED, None)
    return Ledger(prepared.chapters if prepared else read_book(root_of(app)))


def chapters_of(app: Sphinx) -> tuple[Chapter, ...]:
    """Read the chapters, in reading order; `BookError` is raised as by `ledger_of`."""
    return ledger_of(app).chapters


def notebooks_of(app: Sphinx) -> dict[str, Chapter]:
    """Read the chapters that are notebooks, by their pages."""
    return {chapter.docname: chapter for chapter in chapters_of(app) if chapter.is_notebook}


def chapter_of(cell: Cell, chapters: Iterable[Chapter]) -> Chapter:
    """Find the chapter that a cell stands in."""
    return next(chapter for chapter in chapters if chapter.path == cell.chapter)


# What pages show of the whole book


def equations_shown(app: Sphinx, which: str) -> Iterator[str]:
    """Write down the equations, their checks, and the functions that implement them."""
    ledger = ledger_of(app)
    for equation in ledger.equations:
        yield f"{equation.chapter.docname} {equation.chapter.title}"
        yield f"{equation.label} {equation.is_definition}"
        yield equation.tex
    for check in ledger.checks:
        yield f"{check.docname} {check.number} {check.labels} {check.kinds}"
    for found in ledger.implementations:
        chapter = chapter_of(found.cell, ledger.chapters)
        place = f"{chapter.docname} {chapter.number_of(found.cell)} {found.cell.target}"
        yield f"{found.name} {place} {found.labels}"


def package_shown(app: Sphinx, which: str) -> Iterator[str]:
    """Write down the cells that make the files of the package, in order, and where they stand."""
    for chapter in chapters_of(app):
        for cell in chapter.package_cells:
            yield f"{chapter.docname} {chapter.title} {chapter.number_of(cell)}"
            yield f"{cell.heading} {cell.target}"
            yield cell.source


def table_of_contents_shown(app: Sphinx, which: str) -> Iterator[str]:
    """Write down the table of contents."""
    yield (root_of(app) / TOC).read_text(encoding="utf-8")


EQUATIONS = "the equations"

SHOWN: dict[str, Callable[[Sphinx, str], Iterable[str]]] = {
    EQUATIONS: equations_shown,
    "the package": package_shown,
    "the table of contents": table_of_contents_shown,
}
"""What pages may show, by name; a colon and one of many can follow it. Other modules add to it."""


@lru_cache(maxsize=100)
def shown(app: Sphinx, name: str) -> str:
    """Give a digest of what pages show under a name, once in each build."""
    what, _, which = name.partition(": ")
    return digest_of(*SHOWN[what](app, which))


def note(env: BuildEnvironment, *names: str) -> None:
    """Let Sphinx read a page again when something else is shown there under these names."""
    noted = env.metadata[env.docname].setdefault(NOTED, {})
    noted.update({name: shown(env.app, name) for name in names})


def note_book(env: BuildEnvironment) -> None:
    """Let Sphinx read a page again when an equation, the package or the order changes."""
    note(env, *(EQUATIONS, "the package", "the table of contents"))


def changed_in(app: Sphinx, docname: str) -> list[str]:
    """Say what a page shows that has become another since it was read."""
    noted: dict[str, str] = app.env.metadata.get(docname, {}).get(NOTED, {})
    return [name for name, digest in noted.items() if shown(app, name) != digest]
