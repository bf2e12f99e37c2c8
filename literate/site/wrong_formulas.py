"""What the checks make of wrong formulas: the role ``wrong``, the directive ``wrong-formulas``."""

from collections.abc import Iterator
from pathlib import Path
from weakref import WeakKeyDictionary

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

from literate.chapters import Cell, Chapter, read_book
from literate.checks.records import EXCEPTION, NUMERIC, SYMBOLIC, Record, check_cells
from literate.checks.results import CACHE
from literate.errors import BookError
from literate.site.cells import (
    check_cell_anchor,
    equation_link,
    link,
    package_cell_anchor,
)
from literate.site.numbers import number_nodes
from literate.wrong_formulas import FOLDER, Outcome, Results, results_of_book

PAGE = "wrong_formulas"
COLUMNS = {"What is wrong": 30, "The edit": 42, "Caught by": 28}
MESSAGE_LENGTH = 72

logger = logging.getLogger(__name__)

_results: WeakKeyDictionary[Sphinx, tuple[list[Chapter], Results]] = WeakKeyDictionary()


def results_in(app: Sphinx) -> tuple[list[Chapter], Results]:
    """Give the book and the results of its checks, read once for each build."""
    if app not in _results:
        root = Path(app.srcdir).parent
        chapters = read_book(root)
        _results[app] = (chapters, results_of_book(root, chapters))
    return _results[app]


def wrong_anchor(name: str) -> str:
    """Name the place of a wrong formula in the table."""
    return f"wrong-{name}"


def words(record: Record) -> list[nodes.Node]:
    """Say what a check that failed saw, so that it can stand in a sentence."""
    if record.failure == NUMERIC and record.error is not None and record.bound is not None:
        said: list[nodes.Node] = [nodes.Text("an error of "), *number_nodes(record.error)]
        if record.bound == 0:
            return [*said, nodes.Text(" where none is allowed")]
        return [
            *said,
            nodes.Text(" where "),
            *number_nodes(record.bound),
            nodes.Text(" is allowed"),
        ]
    if record.failure == SYMBOLIC:
        return [nodes.Text("a difference that is not zero")]
    if record.failure == EXCEPTION:
        kind, _, text = record.message.partition(": ")
        if len(text) > MESSAGE_LENGTH:
            text = f"{text[:MESSAGE_LENGTH].rsplit(' ', 1)[0]} …"
        return [nodes.Text("an exception, "), nodes.literal("", f"{kind}: {text}")]
    return [nodes.Text("a comparison that does not hold")]


class WrongFormula(SphinxRole):
    """Says what the checks see if one formula is wrong."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Render the outcome in words, with a link to its row of the table."""
        root = Path(self.env.srcdir).parent
        note_dependencies(self.env, root)
        outcome = results_in(self.env.app)[1].outcome(self.text)
        if outcome is None or outcome.clearest is None:
            logger.warning(
                "there is no wrong formula %r in %s",
                self.text,
                FOLDER,
                location=self.get_location(),
            )
            return [nodes.literal("", self.text)], []
        said = nodes.inline("", "", *words(outcome.clearest))
        return [link(PAGE, wrong_anchor(self.text), said)], []


def note_dependencies(env: object, root: Path) -> None:
    """Let Sphinx read a page again when an outcome changes."""
    for path in (root / CACHE, *sorted((root / FOLDER).rglob("*.yml"))):
        env.note_dependency(str(path))  # type: ignore[attr-defined]


class WrongFormulas(SphinxDirective):
    """The table of all wrong formulas, chapter by chapter, with what caught each."""

    def run(self) -> list[nodes.Node]:
        """Build the table from the results of this build."""
        root = Path(self.env.srcdir).parent
        note_dependencies(self.env, root)
        try:
            self.chapters, results = results_in(self.env.app)
        except BookError as error:
            raise self.error(str(error)) from error
        for chapter in self.chapters:
            self.env.note_dependency(str(root / chapter.path))
        for problem in results.failures():
            logger.warning(problem, location=self.get_location())
        return [self.counts(results), *self.sections(results)]

    def counts(self, results: Results) -> nodes.paragraph:
        """Say how many there are, and that the right formulas pass."""
        passed = sum(record.passed for record in results.records)
        caught = sum(not list(outcome.problems()) for outcome in results.outcomes)
        return nodes.paragraph(
            "",
            f"In this build {passed} of {len(results.records)} check cells pass on the book's own"
            f" formulas, and {caught} of {len(results.outcomes)} wrong formulas are caught.",
        )

    def sections(self, results: Results) -> Iterator[nodes.section]:
        """Build a section with a table for each chapter that has wrong formulas."""
        for chapter in self.chapters:
            outcomes = [o for o in results.outcomes if o.formula.cell.chapter == chapter.path]
            if outcomes:
                anchor = f"wrong-in-{chapter.docname.replace('_', '-').replace('/', '-')}"
                title = nodes.title("", "", nodes.Text(chapter.title))
                section = nodes.section("", title, ids=[anchor], names=[anchor])
                section += self.table(outcomes)
                yield section

    def table(self, outcomes: list[Outcome]) -> nodes.table:
        """Build the table of one chapter."""
        head = nodes.row("", *(nodes.entry("", nodes.paragraph("", name)) for name in COLUMNS))
        body = nodes.tbody("", *map(self.row, outcomes))
        group = nodes.tgroup("", cols=len(COLUMNS))
        group += [nodes.colspec("", colwidth=width) for width in COLUMNS.values()]
        group += [nodes.thead("", head), body]
        return nodes.table("", group, classes=["wrong-formulas"])

    def row(self, outcome: Outcome) -> nodes.row:
        """Build one row: what is wrong and where, the edit, and what caught it."""
        formula = outcome.formula
        says, messages = self.state.inline_text(formula.says, self.lineno)
        where = nodes.paragraph("", "", nodes.Text("In "), self.place(formula.cell))
        where += nodes.Text("; must be caught by a check of ")
        for position, label in enumerate(formula.equations):
            where += nodes.Text(", " if position else "")
            where += equation_link(label, self.env.docname)
        where += nodes.Text(".")
        where["classes"].append("wrong-where")
        before, after = formula.lines()
        edit = "\n".join([*(f"- {line}" for line in before), *(f"+ {line}" for line in after)])
        entries = (
            [nodes.paragraph("", "", *says, *messages), where],
            [nodes.literal_block(edit, edit, language="diff")],
            [self.catch(record) for record in outcome.caught_by],
        )
        row = nodes.row("", *(nodes.entry("", *entry) for entry in entries))
        row["ids"].append(wrong_anchor(formula.name))
        return row

    def place(self, cell: Cell) -> nodes.Node:
        """Link to the cell that is edited."""
        chapter = self.chapter_of(cell)
        if cell.target:
            number = [c for c in chapter.code_cells if c.target].index(cell) + 1
            return link(
                chapter.docname, package_cell_anchor(number), nodes.literal("", cell.target)
            )
        if cell.checks:
            number = check_cells(chapter).index(cell) + 1
            name = nodes.inline("", f"check {number}")
            return link(chapter.docname, check_cell_anchor(number), name)
        return link(chapter.docname, "", nodes.inline("", "a cell of the chapter"))

    def catch(self, record: Record) -> nodes.paragraph:
        """Say which check caught it, and what that check saw."""
        chapter = next(c for c in self.chapters if c.docname == record.docname)
        name = nodes.inline("", f"{chapter.title.partition(':')[0]}, check {record.number}")
        line = nodes.paragraph(
            "", "", link(record.docname, check_cell_anchor(record.number), name)
        )
        line += [nodes.Text(": "), *words(record), nodes.Text(".")]
        return line

    def chapter_of(self, cell: Cell) -> Chapter:
        """Find the chapter that a cell stands in."""
        return next(chapter for chapter in self.chapters if chapter.path == cell.chapter)


def setup(app: Sphinx) -> None:
    """Register the role and the directive."""
    app.add_role("wrong", WrongFormula())
    app.add_directive("wrong-formulas", WrongFormulas)
