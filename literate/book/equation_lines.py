"""The lines of the package that are an equation: a comment at their end names its label."""

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from textwrap import dedent

from literate.book.chapters import Cell, Chapter
from literate.book.options import LABEL

CARRIES = re.compile(rf"(?<=\S  )# (?P<labels>{LABEL.pattern}(?:, {LABEL.pattern})*)$")
"""The comment at the end of a line that is an equation, or several."""

LONGEST = 4
"""So many lines a statement may have to be shown whole."""


@dataclass(frozen=True)
class EquationLine:
    """A line of the package that is an equation.

    Attributes
    ----------
    label : str
        The equation.
    docname : str
        The page it stands on.
    number : int
        Which of the page's package cells it stands in, counted from 1.
    line : int
        Which line of the cell's code it is, counted from 1, without blank lines above.
    place : str
        What a link on the page leads to: it counts the lines of one equation there.
    code : str
        The statement that the line belongs to, without labels; of a long one the line alone.
    """

    label: str
    docname: str
    number: int
    line: int
    place: str
    code: str


def labels_at_end(line: str) -> list[str]:
    """Give the labels that a line of code carries."""
    match = CARRIES.search(line)
    return match["labels"].split(", ") if match else []


def labels_in_code(cell: Cell) -> Iterator[tuple[int, str]]:
    """Yield the number of each line of a cell that is an equation, and the label."""
    for number, line in enumerate(cell.source.strip("\n").split("\n"), start=1):
        yield from ((number, label) for label in labels_at_end(line))


def statement_around(source: str, line: int) -> str:
    """Take the innermost statement that a line belongs to, or its head if it holds others."""
    around = max(
        (
            node
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.stmt) and node.lineno <= line <= last_of_head(node)
        ),
        key=lambda node: node.lineno,
    )
    first, last = around.lineno, last_of_head(around)
    if last - first + 1 > LONGEST:
        first = last = line
    rows = source.split("\n")[first - 1 : last]
    return dedent("\n".join(CARRIES.sub("", row).rstrip() for row in rows))


def last_of_head(statement: ast.stmt) -> int:
    """Give the last line of a statement, or the last before the statements that it holds."""
    body = getattr(statement, "body", None)
    return max(statement.lineno, body[0].lineno - 1) if body else statement.end_lineno or 0


def equation_lines(chapters: Iterable[Chapter]) -> Iterator[EquationLine]:
    """Yield every line of the package that is an equation, in reading order."""
    for chapter in chapters:
        seen: Counter[str] = Counter()
        for number, cell in enumerate(chapter.package_cells, start=1):
            for line, label in labels_in_code(cell):
                seen[label] += 1
                suffix = f"-{seen[label]}" if seen[label] > 1 else ""
                code = statement_around(cell.source.strip("\n"), line)
                yield EquationLine(
                    label, chapter.docname, number, line, f"code-{label}{suffix}", code
                )
