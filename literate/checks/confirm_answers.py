"""Confirming the answers to exercises: the chapter's own code must give what a page calls right.

Nothing that a page calls right is only typed: each build confirms it.
"""

from collections.abc import Sequence
from pathlib import Path

from literate.book.answers import Answer, agree, points_of, values_of
from literate.book.chapters import Chapter
from literate.book.exercises import Exercise, read_exercises
from literate.checks.digests import digest, digest_of_machine, lock_files, package_files
from literate.checks.import_from_memory import imported_from
from literate.checks.json_cache import read_cache, write_cache
from literate.checks.run_checks import values_after
from literate.errors import at
from literate.tangle.tangle import assemble

CONFIRMED = Path("_build") / "answers.json"
"""By chapter, what was the case when its answers were confirmed."""


def problems_of_answers(root: Path, chapters: Sequence[Chapter]) -> list[str]:
    """Let the chapters' code confirm every answer of the book; say what it does not confirm.

    A chapter that was confirmed before, and on whose file and package nothing has changed, is left
    out.

    Raises
    ------
    literate.errors.BookError
        If an exercise is malformed, see `read_exercises`.
    """
    exercises = read_exercises(chapters)
    keys = _keys(root, exercises)
    known = read_cache(root / CONFIRMED)
    texts = {target: file.text for target, file in assemble(chapters).items()}
    problems: list[str] = []
    confirmed: dict[str, str] = {}
    with imported_from(root, texts):
        for docname, key in keys.items():
            found: list[str] = []
            if known.get(docname) != key:
                found = [
                    at(exercise.chapter.path, line, f"{exercise.label}: {problem}")
                    for exercise in exercises
                    if exercise.chapter.docname == docname
                    for line, answer in exercise.answers
                    if (problem := problem_of(exercise, answer))
                ]
            if not found:
                confirmed[docname] = key
            problems += found
    if confirmed != known:
        write_cache(root / CONFIRMED, confirmed)
    return problems


def _keys(root: Path, exercises: Sequence[Exercise]) -> dict[str, str]:
    """Name, for each chapter with answers, all that their confirmation depends on."""
    common = [*package_files(root), *lock_files(root)]
    machine = digest_of_machine()
    return {
        exercise.chapter.docname: digest(root, [*common, root / exercise.chapter.path], machine)
        for exercise in exercises
        if exercise.answers
    }


def problem_of(exercise: Exercise, answer: Answer) -> str | None:
    """Run what an answer needs of its chapter, and compare."""
    cells = exercise.solution or ()
    # after the solution; without a cell in it, after all cells above the exercise
    before = [c.index for c in exercise.chapter.code_cells if c.line < exercise.line]
    last = cells[-1].index if cells else max(before, default=0)
    try:
        confirmed = values_after(exercise.chapter, last, answer.confirm)
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
