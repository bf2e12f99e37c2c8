"""What the checks make of wrong formulas: the role ``wrong``, the directive ``wrong-formulas``."""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

from literate.book.chapters import Cell
from literate.book.wrong_formulas import FOLDER
from literate.build.prepare import Prepared
from literate.checks.records import EXCEPTION, NUMERIC, SYMBOLIC, Record
from literate.checks.run_wrong_formulas import Outcome, Results, results_of_book
from literate.errors import BookError
from literate.site.links import check_cell_link, equation_link, link, package_cell_link
from literate.site.readable_numbers import number_nodes
from literate.site.whole_book import (
    PREPARED,
    SHOWN,
    chapter_of,
    chapters_of,
    note,
    note_book,
    root_of,
)

PAGE = "wrong_formulas"
OUTCOMES = "the outcomes of checks"
COLUMNS = {"What is wrong": 30, "The edit": 42, "Caught by": 28}
MESSAGE_LENGTH = 72

logger = logging.getLogger(__name__)


@lru_cache(maxsize=1)
def results_of(app: Sphinx) -> Results:
    """Give the results of the book's checks: those of this build, or those that are kept."""
    prepared: Prepared | None = getattr(app, PREPARED, None)
    if prepared:
        return prepared.results
    return results_of_book(root_of(app), chapters_of(app))


def outcomes_shown(app: Sphinx, name: str) -> Iterator[str]:
    """Write down what checks see, on the right and on all wrong formulas, or on one of these."""
    results = results_of(app)
    outcomes = [one for one in results.outcomes if name in ("", one.formula.name)]
    for outcome in outcomes:
        formula = outcome.formula
        yield f"{formula.name} {formula.says} {formula.equations} {formula.lines()}"
        yield f"{formula.cell.chapter} {formula.cell.index}"
    seen = [record for outcome in outcomes for record in outcome.records]
    for record in seen if name else [*seen, *results.records]:
        yield repr(replace(record, line=0))  # no page shows the line


SHOWN[OUTCOMES] = outcomes_shown


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
        note(self.env, f"{OUTCOMES}: {self.text}")
        outcome = results_of(self.env.app).outcome(self.text)
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


class WrongFormulas(SphinxDirective):
    """The table of all wrong formulas, chapter by chapter, with what caught each."""

    def run(self) -> list[nodes.Node]:
        """Build the table from the results of this build."""
        try:
            self.chapters, results = chapters_of(self.env.app), results_of(self.env.app)
        except BookError as error:
            raise self.error(str(error)) from error
        note_book(self.env)
        note(self.env, OUTCOMES)
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
        chapter = chapter_of(cell, self.chapters)
        if cell.target:
            return package_cell_link(chapter, cell, nodes.literal("", cell.target))
        if cell.checks:
            number = chapter.number_of(cell)
            return check_cell_link(chapter.docname, number, nodes.inline("", f"check {number}"))
        return link(chapter.docname, "", nodes.inline("", "a cell of the chapter"))

    def catch(self, record: Record) -> nodes.paragraph:
        """Say which check caught it, and what that check saw."""
        chapter = next(c for c in self.chapters if c.docname == record.docname)
        name = nodes.inline("", f"{chapter.title.partition(':')[0]}, check {record.number}")
        line = nodes.paragraph("", "", check_cell_link(record.docname, record.number, name))
        line += [nodes.Text(": "), *words(record), nodes.Text(".")]
        return line


def setup(app: Sphinx) -> None:
    """Register the role and the directive."""
    app.add_role("wrong", WrongFormula())
    app.add_directive("wrong-formulas", WrongFormulas)
