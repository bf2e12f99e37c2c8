"""What the checks of the book see on its own formulas, and what they make of the wrong ones."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from literate.book.chapters import Chapter, read_book
from literate.book.check_cells import every_check
from literate.book.wrong_formulas import (
    FOLDER,
    WrongFormula,
    checks_reached,
    read_wrong_formulas,
)
from literate.checks.kept_records import KeptRecords, records_of_jobs
from literate.checks.processes import Job
from literate.checks.records import EXCEPTION, NUMERIC, Record, place_of
from literate.staleness import sentences

NO_MATHEMATICS = ("NameError", "UnboundLocalError", "ImportError", "ModuleNotFoundError")
"""Exceptions of code that is broken; they say nothing of a formula."""

CHECKS, WRONG = "the checks of", "the wrong formulas of"


@dataclass(frozen=True)
class Outcome:
    """What the checks made of a wrong formula.

    Attributes
    ----------
    formula : WrongFormula
        The error.
    records : tuple of Record
        Of the check cells that were run.
    """

    formula: WrongFormula
    records: tuple[Record, ...]

    @property
    def caught_by(self) -> tuple[Record, ...]:
        """The checks that failed."""
        return tuple(record for record in self.records if not record.passed)

    @property
    def clearest(self) -> Record | None:
        """The failed check that shows most: an error and its bound, or else the first."""
        numeric = [
            record for record in self.caught_by if record.failure == NUMERIC and record.bound
        ]
        return next(iter([*numeric, *self.caught_by]), None)

    def problems(self) -> Iterator[str]:
        """Say which of its equations' checks let the error through, and what proves nothing."""
        where = f"{self.formula.file}: {self.formula.name}"
        for label in self.formula.equations:
            records = [record for record in self.records if label in record.labels]
            if all(record.passed for record in records):
                yield f"{where}: no check of {label} catches it"
        broken = [r for r in self.caught_by if r.message.partition(":")[0] in NO_MATHEMATICS]
        for record in broken[:1]:
            yield f"{where}: breaks the code and not the formula: {record.message}"


@dataclass(frozen=True)
class Results:
    """What the checks of the book see: on the right formulas, and on the wrong ones."""

    records: tuple[Record, ...]
    outcomes: tuple[Outcome, ...]

    def outcome(self, name: str) -> Outcome | None:
        """Find a wrong formula by its name."""
        return next((one for one in self.outcomes if one.formula.name == name), None)

    def failures(self) -> Iterator[str]:
        """Say which check fails on the book as it is, and which wrong formula gets through."""
        for record in self.records:
            if not record.passed:
                yield f"{place_of(record)}: the check fails: {record.message}"
        for outcome in self.outcomes:
            yield from outcome.problems()

    def gaps(self) -> Iterator[str]:
        """Say which equation has no wrong formula, and which check's assertions never fail.

        An exception is no proof of the assertions: the cell would raise it without them.
        """
        named = {label for outcome in self.outcomes for label in outcome.formula.equations}
        proved: set[tuple[str, int]] = set()
        asserted: set[str] = set()
        for outcome in self.outcomes:
            for record in outcome.caught_by:
                if record.failure != EXCEPTION:
                    proved.add((record.docname, record.number))
                    asserted |= set(outcome.formula.equations) & set(record.labels)
        for record in self.records:
            without = [label for label in record.labels if label not in named]
            for label in without:
                yield f"{place_of(record)}: no wrong formula names {label}; write one in {FOLDER}"
            for label in set(record.labels) - set(without) - asserted:
                yield f"{place_of(record)}: only exceptions catch what is wrong with {label}"
            if not without and (record.docname, record.number) not in proved:
                labels = ", ".join(record.labels)
                yield (
                    f"{place_of(record)}: no wrong formula makes an assertion of this check"
                    f" fail ({labels})"
                )


def results_of_book(
    root: Path,
    chapters: Sequence[Chapter] | None = None,
    *,
    say: Callable[[str], None] = lambda sentence: None,
) -> Results:
    """Run all checks of the book, and each wrong formula against those of its equations.

    What has been run before, and depends on nothing that has changed, is taken from the cache.

    Parameters
    ----------
    root : Path
        The project's folder.
    chapters : sequence of Chapter, optional
        The book, if it has been read already.
    say : function
        Is told what runs, and because of what.

    Returns
    -------
    Results
        A record for each check cell, and an outcome for each wrong formula.

    Raises
    ------
    BookError
        If an entry of a wrong formula is malformed.
    """
    book = read_book(root) if chapters is None else chapters
    formulas = read_wrong_formulas(root, book)
    kept = KeptRecords(root, book)
    for why in reasons_to_run(kept, book, formulas):
        say(why)
    records, *of_formulas = records_of_jobs(kept, book, jobs_of(book, formulas))
    outcomes = map(Outcome, formulas, map(tuple, of_formulas))
    return Results(tuple(records), tuple(outcomes))


def jobs_of(book: Sequence[Chapter], formulas: Sequence[WrongFormula]) -> list[Job]:
    """List what is run: all checks on the book as it is, then those of each wrong formula."""
    of_formulas = (Job(f.edited, checks_reached(f.cell, f.equations, book)) for f in formulas)
    return [Job(None, every_check(book)), *of_formulas]


def reasons_to_run(
    kept: KeptRecords, book: Sequence[Chapter], formulas: Sequence[WrongFormula]
) -> Iterator[str]:
    """Say which checks and wrong formulas must run again, chapter by chapter, and why."""
    found: dict[str, dict[str, dict[str, None]]] = {CHECKS: {}, WRONG: {}}
    for job, formula in zip(jobs_of(book, formulas), [None, *formulas], strict=True):
        for item in job.selection:
            of_kind = found[WRONG if formula else CHECKS]
            chapter = formula.cell.chapter.stem if formula else item[0]
            of_kind.setdefault(chapter, {}).update(dict.fromkeys(kept.reasons(job, item)))
    for kind, reasons in found.items():
        yield from sentences(kind, "run", "run", reasons)


def stale_checks(root: Path, book: Sequence[Chapter]) -> list[str]:
    """Say which checks and wrong formulas are stale, and why; run none."""
    return list(reasons_to_run(KeptRecords(root, book), book, read_wrong_formulas(root, book)))
