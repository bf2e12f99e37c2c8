"""Confirming the answers to exercises: the chapter's own code must give what a page calls right.

Nothing that a page calls right is only typed: each build confirms it.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from literate.book.answers import Answer, agree, points_of, values_of
from literate.book.chapters import Chapter
from literate.book.exercises import Exercise, read_exercises
from literate.checks.import_from_memory import imported_from
from literate.checks.json_cache import read_cache, write_cache
from literate.checks.run_checks import values_after
from literate.errors import at
from literate.staleness import (
    EVERYTHING,
    MACHINERY,
    Dependencies,
    Parts,
    changes,
    digest_of,
    digest_of_everything,
    digest_of_machine,
)
from literate.tangle.tangle import assemble

CONFIRMED = Path("_build") / "answers.json"
"""By chapter, what its answers depended on when they were confirmed."""

ANSWERS = "its answers"

AT_ONCE = 2
FEW = 2
"""The answers of so many chapters are confirmed without other processes."""


def problems_of_answers(root: Path, chapters: Sequence[Chapter]) -> list[str]:
    """Let the chapters' code confirm every answer of the book; say what it does not confirm.

    A chapter that was confirmed before, and of which nothing has changed that its answers depend
    on, is left out.

    Raises
    ------
    literate.errors.BookError
        If an exercise is malformed, see `read_exercises`.
    """
    exercises = read_exercises(chapters)
    known = read_cache(root / CONFIRMED)
    parts = _parts(root, chapters, exercises, known)
    stale = [docname for docname, now in parts.items() if changes(known.get(docname), now)]
    of_chapters = [[e for e in exercises if e.chapter.docname == docname] for docname in stale]
    found = dict(zip(stale, _problems_of_chapters(root, chapters, of_chapters), strict=True))
    confirmed: dict[str, Any] = {
        EVERYTHING: digest_of_everything(root, chapters),
        **{docname: now for docname, now in parts.items() if not found.get(docname)},
    }
    if confirmed != known:
        write_cache(root / CONFIRMED, confirmed)
    return [problem for problems in found.values() for problem in problems]


def _problems_of_chapters(
    root: Path, chapters: Sequence[Chapter], of_chapters: Sequence[Sequence[Exercise]]
) -> list[list[str]]:
    """Confirm the answers of some chapters; those of many, side by side."""
    texts = {target: file.text for target, file in assemble(chapters).items()}
    confirm = partial(_problems_of_exercises, root, texts)
    if len(of_chapters) <= FEW:
        return list(map(confirm, of_chapters))
    with ProcessPoolExecutor(AT_ONCE, mp_context=get_context("spawn")) as pool:
        return list(pool.map(confirm, of_chapters))


def _problems_of_exercises(
    root: Path, texts: Mapping[str, str], exercises: Sequence[Exercise]
) -> list[str]:
    """Confirm the answers of some exercises, with the package as the book builds it."""
    with imported_from(root, texts):
        return [
            at(exercise.chapter.path, line, f"{exercise.label}: {problem}")
            for exercise in exercises
            for line, answer in exercise.answers
            if (problem := problem_of(exercise, answer))
        ]


def stale_answers(root: Path, chapters: Sequence[Chapter]) -> dict[str, list[str]]:
    """Say of which chapters the answers must be confirmed again, and why."""
    known = read_cache(root / CONFIRMED)
    parts = _parts(root, chapters, read_exercises(chapters), known)
    reasons = {docname: changes(known.get(docname), now) for docname, now in parts.items()}
    return {docname: found for docname, found in reasons.items() if found}


def _parts(
    root: Path,
    chapters: Sequence[Chapter],
    exercises: Sequence[Exercise],
    known: Mapping[str, Any],
) -> dict[str, Parts]:
    """Name, for each chapter with answers, all that their confirmation depends on."""
    dependencies = Dependencies(root, chapters)
    machine = cache(lambda: digest_of_machine(__name__))
    all_hold = known.get(EVERYTHING) == digest_of_everything(root, chapters)
    with_answers: dict[str, list[Exercise]] = {}
    for exercise in exercises:
        if exercise.answers:
            with_answers.setdefault(exercise.chapter.docname, []).append(exercise)
    parts: dict[str, Parts] = {}
    for docname, some in with_answers.items():
        if all_hold and docname in known:
            of_code = known[docname]
        else:
            of_cells = dependencies.of_cells(some[0].chapter.code_cells)
            of_code = {**of_cells, MACHINERY: machine()}
        parts[docname] = {**of_code, ANSWERS: digest_of(*map(_said, some))}
    return parts


def _said(exercise: Exercise) -> str:
    """Write down what an exercise asks, and after which cell; its lines are no part of it."""
    answers = [answer for _, answer in exercise.answers]
    return f"{exercise.label} {_last_cell(exercise)} {answers}"


def _last_cell(exercise: Exercise) -> int:
    """Find the cell after which the answers are confirmed."""
    cells = exercise.solution or ()
    # after the solution; without a cell in it, after all cells above the exercise
    before = [c.index for c in exercise.chapter.code_cells if c.line < exercise.line]
    return cells[-1].index if cells else max(before, default=0)


def problem_of(exercise: Exercise, answer: Answer) -> str | None:
    """Run what an answer needs of its chapter, and compare."""
    try:
        confirmed = values_after(exercise.chapter, _last_cell(exercise), answer.confirm)
        if answer.kind == "formula":
            values = [float(confirmed(**point)) for point in points_of(answer)]
        elif answer.kind == "shape":
            values = [float(size) for size in confirmed]
        else:
            values = [float(confirmed)]
    except Exception as error:
        return f"{answer.confirm!r} raises {type(error).__name__}: {error}"
    if not agree(answer, values, values_of(answer, answer.right)):
        return f"the chapter's code does not confirm {answer.right!r}: it gives {values[:3]}"
    return None
