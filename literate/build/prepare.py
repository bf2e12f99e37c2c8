"""What comes before Sphinx reads the pages: checks, wrong formulas, answers, chapters."""

import pickle
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from literate.book.chapters import Chapter, read_book
from literate.build.execution import reasons_to_run, run_stale_chapters
from literate.build.outputs_cache import Outputs
from literate.checks.confirm_answers import problems_of_answers, stale_answers
from literate.checks.kept_meanings import (
    Outcomes,
    outcomes_of_book,
    problems_of_meanings,
    stale_meanings,
)
from literate.checks.run_wrong_formulas import Results, results_of_book, stale_checks
from literate.errors import refuse
from literate.staleness import digest_of_page_makers, sentences
from literate.tangle.tangle import check

PREPARED = "LITERATE_PREPARED"
"""The environment's variable that tells Sphinx that this has been done, and in which file it is."""

READ_AGAIN = "is read again"
"""How Sphinx says why it makes a page anew, so that the build can pass it on."""

Result = TypeVar("Result")

Times = dict[str, float]
"""How many seconds each piece of work took."""


@dataclass(frozen=True)
class Prepared:
    """What the pages are made of, besides their own files and the outputs."""

    chapters: list[Chapter]
    results: Results
    meanings: Outcomes
    makers: str
    times: Times


def prepare(root: Path, *, solutions: bool) -> Prepared:
    """Do what the pages need to be true: compare, run checks, confirm answers, run chapters.

    Parameters
    ----------
    root : Path
        The project's folder, with the package as the chapters build it.
    solutions : bool
        Whether the edition has the solutions of the exercises.

    Returns
    -------
    Prepared
        The chapters, what their checks and equations gave, a digest of what makes pages, and how
        long each piece of the work took.

    Raises
    ------
    literate.errors.BookError
        If the chapters or the package break a rule, a check fails on the book as it is or lets a
        wrong formula through, an equation evaluates false or lets a mistake through, an answer is
        not confirmed, or a chapter does not run.
    """
    times: Times = {}
    timed(times, "reading the chapters", lambda: check(root))
    chapters = read_book(root)
    results = timed(
        times,
        "checks and wrong formulas",
        lambda: results_of_book(root, chapters, say=lambda why: print(why, flush=True)),
    )
    refuse(results.failures())
    meanings = timed(
        times,
        "evaluating the equations",
        lambda: outcomes_of_book(root, chapters, say=lambda why: print(why, flush=True)),
    )
    refuse(problems_of_meanings(chapters, meanings))
    refuse(timed(times, "answers", lambda: problems_of_answers(root, chapters)))
    times |= run_stale_chapters(root, chapters, solutions=solutions)
    return Prepared(chapters, results, meanings, digest_of_page_makers(root), times)


def write_prepared(prepared: Prepared, file: Path) -> None:
    """Write it for the process that makes the pages."""
    file.write_bytes(pickle.dumps(prepared))


def read_prepared(file: str) -> Prepared:
    """Read what `write_prepared` has written."""
    prepared: Prepared = pickle.loads(Path(file).read_bytes())
    return prepared


def timed(times: Times, name: str, work: Callable[[], Result]) -> Result:
    """Do some work, and note how long it took."""
    start = time.monotonic()
    try:
        return work()
    finally:
        times[name] = time.monotonic() - start


def reasons_to_prepare(root: Path, *, solutions: bool) -> list[str]:
    """Say what would be made again, and because of what, without making it.

    Parameters
    ----------
    root : Path
        The project's folder.
    solutions : bool
        Whether the edition has the solutions of the exercises.

    Returns
    -------
    list of str
        Of checks, wrong formulas, equations, answers and chapters; those with the same reasons
        share a sentence.
    """
    chapters = read_book(root)
    outputs = Outputs(root, chapters, solutions=solutions)
    answers = stale_answers(root, chapters)
    return [
        *stale_checks(root, chapters),
        *stale_meanings(root, chapters),
        *sentences("the answers of", "are confirmed", "are confirmed", answers),
        *reasons_to_run(outputs.runs()),
    ]
