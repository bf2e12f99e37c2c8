"""The check cells of the book, each known by its chapter and its number there."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from literate.book.chapters import Cell, Chapter

Selection = Sequence[tuple[str, int]]
"""Some check cells: for each the chapter's docname, and its number among its check cells."""


@dataclass(frozen=True)
class Check:
    """A cell that asserts equations.

    Attributes
    ----------
    docname : str
        The page it stands on.
    number : int
        Its number among the check cells of the page, counted from 1.
    cell : Cell
        The cell.
    """

    docname: str
    number: int
    cell: Cell

    @property
    def labels(self) -> tuple[str, ...]:
        """The equations that it asserts."""
        return self.cell.checks

    @property
    def kinds(self) -> tuple[str, ...]:
        """How it asserts them."""
        return self.cell.kinds


def checks_of(chapter: Chapter) -> Iterator[Check]:
    """Yield the check cells of a chapter, in order."""
    for number, cell in enumerate(chapter.check_cells, start=1):
        yield Check(chapter.docname, number, cell)


def every_check(chapters: Iterable[Chapter]) -> list[tuple[str, int]]:
    """Select all check cells of the book."""
    return [
        (check.docname, check.number) for chapter in chapters for check in checks_of(chapter)
    ]


def checks_that_name(
    labels: Iterable[str], chapters: Iterable[Chapter]
) -> list[tuple[str, int]]:
    """Select the check cells that name any of some equations."""
    wanted = set(labels)
    return [
        (check.docname, check.number)
        for chapter in chapters
        for check in checks_of(chapter)
        if wanted & set(check.labels)
    ]
