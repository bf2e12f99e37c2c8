"""The directive ``{ledger}``: every equation of the book, and what became of it in this build."""

from collections.abc import Iterable, Iterator

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from literate.book.check_cells import Check
from literate.book.equations import Equation, Implementation, Ledger
from literate.book.proofs import Proofs
from literate.checks.kept_meanings import Outcome as Evaluation
from literate.checks.kept_meanings import Outcomes
from literate.checks.records import Record
from literate.checks.run_wrong_formulas import Outcome, Results
from literate.errors import BookError
from literate.site.links import (
    check_cell_link,
    equation_link,
    link,
    listing_link,
    package_cell_link,
)
from literate.site.meanings import MEANINGS_SHOWN, meanings_of
from literate.site.proofs import PROVED, proof_link, proofs_of
from literate.site.readable_numbers import number_nodes
from literate.site.whole_book import chapter_of, ledger_of, note, note_book
from literate.site.wrong_formulas import OUTCOMES, PAGE, results_of, wrong_anchor


def ledger_anchor(label: str) -> str:
    """Name the place of an equation in the ledger."""
    return f"ledger-{label}"


class LedgerTable(SphinxDirective):
    """The equations chapter by chapter, each with its checks and its code."""

    def run(self) -> list[nodes.Node]:
        """Build the ledger; the page is read again when something else is to be shown."""
        try:
            ledger, results = ledger_of(self.env.app), results_of(self.env.app)
            proofs, meanings = proofs_of(self.env.app), meanings_of(self.env.app)
        except BookError as error:
            raise self.error(str(error)) from error
        note_book(self.env)
        note(self.env, OUTCOMES, PROVED, MEANINGS_SHOWN)
        table = Table(ledger, results, proofs, meanings, self.env.docname)
        return [table.counts(), *table.evaluations(), *table.sections()]


class Table:
    """Builds the parts of the ledger's page.

    Parameters
    ----------
    ledger : Ledger
        Of the book.
    results : Results
        What the check cells saw, on the book as it is and on wrong formulas.
    proofs : Proofs
        What is proved by machine.
    meanings : mapping of str to Evaluation
        What came of evaluating the equations.
    docname : str
        The page that is built.
    """

    def __init__(
        self,
        ledger: Ledger,
        results: Results,
        proofs: Proofs,
        meanings: Outcomes,
        docname: str,
    ) -> None:
        self.ledger = ledger
        self.proofs = proofs
        self.meanings = meanings
        self.outcomes = results.outcomes
        self.records = {(record.docname, record.number): record for record in results.records}
        self.docname = docname

    def counts(self) -> nodes.paragraph:
        """Count the equations."""
        equations = self.ledger.equations
        definitions = sum(equation.is_definition for equation in equations)
        rest = len(equations) - definitions
        checked = sum(
            bool(self.ledger.checks_of(e.label)) for e in equations if not e.is_definition
        )
        caught = sum(bool(outcome.caught_by) for outcome in self.outcomes)
        proved = sum(bool(self.proofs.theorems_of(e.label)) for e in equations)
        by_machine = f" and {proved} are proved by machine" if proved else ""
        share = f", {checked / rest:.0%}".replace("%", " %") if rest else ""
        return nodes.paragraph(
            "",
            f"The book has {len(equations)} numbered equations: {definitions} definitions and"
            f" {rest} that assert something. Of these, {checked} are checked{share}, by"
            f" {len(self.ledger.checks)} cells{by_machine}. The cells catch {caught} of"
            f" {len(self.outcomes)} wrong formulas.",
            classes=["ledger-counts"],
        )

    def evaluations(self) -> Iterable[nodes.paragraph]:
        """Count the equations that are evaluated, and the mistakes made in them."""
        known = [one for one in self.meanings.values() if not one.reason]
        evaluated = [one for one in known if not one.is_inline]
        inline = len(known) - len(evaluated)
        if evaluated:
            made = sum(one.mistakes for one in evaluated)
            noticed = sum(one.noticed for one in evaluated)
            bounds = sum(one.bounds for one in evaluated)
            same = sum(len(one.survivors) for one in evaluated)
            yield nodes.paragraph(
                "",
                f"{len(evaluated)} equations are evaluated as they are printed. A machine made"
                f" {made} mistakes in them. With {noticed} of these the equation is false or has no"
                f" value, {bounds} change an inequality that no draw refutes, and {same} others"
                " leave it true, each for a reason that stands with the equation."
                + (f" {inline} statements in the text are evaluated too." if inline else ""),
                classes=["ledger-evaluations"],
            )

    def sections(self) -> Iterable[nodes.section]:
        """Build a section for each chapter that has equations."""
        for chapter in self.ledger.chapters:
            entries = [self.entry(e) for e in self.ledger.equations if e.chapter is chapter]
            if entries:
                anchor = f"ledger-of-{chapter.docname.replace('_', '-').replace('/', '-')}"
                place = link(chapter.docname, "", nodes.inline("", chapter.title))
                title = nodes.title("", "", place)
                yield nodes.section("", title, *entries, ids=[anchor], names=[anchor])

    def entry(self, equation: Equation) -> nodes.container:
        """Build the entry of one equation: its number, itself, and the facts."""
        number = nodes.paragraph("", "", equation_link(equation.label, self.docname))
        number["classes"].append("ledger-number")
        tex = nodes.math_block(
            equation.tex, equation.tex, nowrap=False, number=None, label=None
        )
        entry = nodes.container("", number, tex, classes=["ledger-entry"])
        entry["ids"].append(ledger_anchor(equation.label))
        entry += self.facts(equation)
        return entry

    def facts(self, equation: Equation) -> nodes.definition_list:
        """Build the list of what is known of an equation."""
        if equation.is_definition:
            facts = [fact("Kind", nodes.paragraph("", "definition"))]
        else:
            checks = self.ledger.checks_of(equation.label)
            facts = [fact("Checked", *(self.check(check) for check in checks))]
        if equation.label in self.meanings:
            found = self.meanings[equation.label]
            facts.append(fact("Evaluated", self.evaluation(found), *self.survivors(found)))
        theorems = self.proofs.theorems_of(equation.label)
        if theorems:
            facts.append(fact("Proved", joined(map(proof_link, theorems))))
        implementations = self.ledger.implementations_of(equation.label)
        if implementations:
            facts.append(fact("Code", *(self.code(found) for found in implementations)))
        caught = [o for o in self.outcomes if self.catches(equation.label, o)]
        if caught:
            facts.append(fact("Caught", self.names_of(caught)))
        return nodes.definition_list("", *facts)

    @staticmethod
    def evaluation(found: Evaluation) -> nodes.paragraph:
        """Say in how many networks an equation was evaluated and with what error, or why not."""
        if found.reason:
            return nodes.paragraph("", f"no: {found.reason}")
        line = nodes.paragraph("", f"in {found.networks} networks; ")
        line += [nodes.Text("error "), *number_nodes(found.error)] if found.error else []
        line += nodes.Text("; " if found.error else "holds; ")
        line += nodes.Text(f"{found.noticed} of {found.mistakes} mistakes noticed")
        return line

    @staticmethod
    def survivors(found: Evaluation) -> Iterator[nodes.paragraph]:
        """Say with which mistakes an equation is still true, and why."""
        for name in dict.fromkeys(found.survivors):
            yield nodes.paragraph(
                "",
                "true with ",
                nodes.literal("", name),
                nodes.Text(f": {found.listed.get(name, '')}"),
            )

    def check(self, check: Check) -> nodes.paragraph:
        """Say in one line how a cell checks, and what it saw."""
        name = nodes.inline("", f"check {check.number}")
        line = nodes.paragraph("", "", check_cell_link(check.docname, check.number, name))
        line += nodes.Text(f": {listed(check.kinds)}" if check.kinds else "")
        seen = what_was_seen(self.records[check.docname, check.number])
        line += [nodes.Text("; "), *seen] if seen else []
        return line

    def catches(self, label: str, outcome: Outcome) -> bool:
        """Tell whether a wrong formula is one of this equation, and a check of it caught it."""
        caught = any(label in record.labels for record in outcome.caught_by)
        return label in outcome.formula.equations and caught

    def names_of(self, outcomes: Iterable[Outcome]) -> nodes.paragraph:
        """Name wrong formulas, each with a link to its row of their table."""
        names = [outcome.formula.name for outcome in outcomes]
        return joined(link(PAGE, wrong_anchor(name), nodes.inline("", name)) for name in names)

    def code(self, found: Implementation) -> nodes.paragraph:
        """Name a function with links to the cell that builds it and to its file's listing."""
        chapter = chapter_of(found.cell, self.ledger.chapters)
        return nodes.paragraph(
            "",
            "",
            package_cell_link(chapter, found.cell, nodes.literal("", found.name)),
            nodes.Text(" in "),
            listing_link(chapter, found.cell),
        )


def fact(name: str, *lines: nodes.paragraph) -> nodes.definition_list_item:
    """Build a term and what there is to say of it, a paragraph each."""
    return nodes.definition_list_item("", nodes.term("", name), nodes.definition("", *lines))


def joined(links: Iterable[nodes.Node]) -> nodes.paragraph:
    """Put links one after the other."""
    line = nodes.paragraph()
    for position, one in enumerate(links):
        line += [nodes.Text(", "), one] if position else one
    return line


def listed(words: Iterable[str]) -> str:
    """Join words as prose does."""
    *rest, last = words
    return f"{', '.join(rest)} and {last}" if rest else last


def what_was_seen(record: Record) -> list[nodes.Node]:
    """Say how large the error was, and what share of its bound, if the cell compared numbers."""
    if record.is_exact:
        return [nodes.Text("no difference")]
    if record.error is None or record.bound is None:
        return []
    error, share, bound = map(number_nodes, (record.error, record.ratio, record.bound))
    of_bound = nodes.Text(" of its bound ")
    return [nodes.Text("error "), *error, nodes.Text(", "), *share, of_bound, *bound]


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("ledger", LedgerTable)
