"""The exercises of the chapters: their kinds, their solutions, and what confirms their answers.

An exercise's title says its kind, and its solution stands below it. Nothing that a page calls right
is only typed: the chapter's own code confirms it in each build.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from literate.answers import Answer, agree, points_of, read_answer, values_of
from literate.chapters import Cell, Chapter
from literate.equations import DIRECTIVE, blocks_in, directives_of, split_options
from literate.errors import at, refuse
from literate.execution import digest, package_files

KINDS = {
    "By hand": "compute it by hand",
    "Derive": "derive it",
    "Predict a shape": "say what size something has before running it",
    "Find the error": "find what is wrong with a formula or with code",
    "Code it": "write the code",
    "Harder": "take it further",
}
"""What an exercise's title may say; every chapter has each kind at least once."""

CONFIRMED = Path("_build") / "answers.json"
"""By chapter, what was the case when its answers were confirmed."""

MACHINE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Exercise:
    """An exercise of a chapter.

    Attributes
    ----------
    chapter : Chapter
        The chapter.
    line : int
        The line on which it begins.
    label : str
        Its name.
    kind : str
        Its title, one of `KINDS`, or empty.
    answers : tuple of (int, Answer)
        What can be answered in the page, each with its line.
    solution : tuple of Cell or None
        The code cells of its solution; None if it has no solution.
    """

    chapter: Chapter
    line: int
    label: str
    kind: str
    answers: tuple[tuple[int, Answer], ...]
    solution: tuple[Cell, ...] | None


def read_exercises(chapters: Sequence[Chapter]) -> list[Exercise]:
    """Read the exercises of the book.

    Raises
    ------
    literate.errors.BookError
        If an exercise lacks a solution or has another title than its kind, if an answer is
        malformed, or if a solution holds what the rest of the book needs.
    """
    problems: list[str] = []
    exercises = [
        exercise for chapter in chapters for exercise in _exercises_of(chapter, problems)
    ]
    refuse(problems)
    return exercises


def _exercises_of(chapter: Chapter, problems: list[str]) -> Iterator[Exercise]:
    solutions = _solutions_of(chapter, problems)
    for line, token in directives_of(chapter):
        match = DIRECTIVE.match(token.info.strip())
        if not match or match["name"] != "exercise":
            continue
        options, _ = split_options(token.content)
        label, kind = options.get("label", "").strip(), (match["argument"] or "").strip()
        if kind and kind not in KINDS:
            known = ", ".join(KINDS)
            problems.append(
                at(chapter.path, line, f"an exercise's title is one of {known}, got {kind!r}")
            )
        if label not in solutions:
            problems.append(at(chapter.path, line, f"exercise {label!r} has no solution"))
        answers = []
        for inner, block in blocks_in(token.content, line + 1):
            match = DIRECTIVE.match(block.info.strip()) if "fence" in block.type else None
            if match and match["name"] == "answer":
                try:
                    answers.append((inner, read_answer(block.content)))
                except ValueError as error:
                    problems.append(at(chapter.path, inner, f"answer: {error}"))
        yield Exercise(chapter, line, label, kind, tuple(answers), solutions.get(label))


def _solutions_of(chapter: Chapter, problems: list[str]) -> dict[str, tuple[Cell, ...]]:
    """Find the code cells of each solution; they must be of no use outside of it."""
    solutions: dict[str, tuple[Cell, ...]] = {}
    begun: tuple[str, int] | None = None
    for line, token in directives_of(chapter):
        match = DIRECTIVE.match(token.info.strip())
        name = match["name"] if match else ""
        argument = (match["argument"] or "").strip() if match else ""
        if name == "solution":
            solutions[argument] = ()
        elif name == "solution-start":
            begun = (argument, line)
        elif name == "solution-end" and begun:
            label, start = begun
            cells = tuple(c for c in chapter.code_cells if start < c.line < line)
            solutions[label], begun = cells, None
            problems += [
                at(
                    chapter.path,
                    cell.line,
                    "a solution holds no cell of the package and no check",
                )
                for cell in cells
                if cell.target or cell.checks
            ]
    return solutions


def problems_of_answers(root: Path, chapters: Sequence[Chapter]) -> list[str]:
    """Let the chapters' code confirm every answer of the book; say what it does not confirm.

    A chapter that was confirmed before, and on whose file and package nothing has changed, is left
    out.

    Raises
    ------
    literate.errors.BookError
        If an exercise is malformed, see `read_exercises`.
    """
    from literate.checks.package import imported_from
    from literate.tangle import assemble

    exercises = read_exercises(chapters)
    keys = _keys(root, exercises)
    known = _read(root / CONFIRMED)
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
        (root / CONFIRMED).parent.mkdir(exist_ok=True)
        (root / CONFIRMED).write_text(json.dumps(confirmed), encoding="utf-8")
    return problems


def _keys(root: Path, exercises: Sequence[Exercise]) -> dict[str, str]:
    """Name, for each chapter with answers, all that their confirmation depends on."""
    lock = root / "requirements.txt"
    common = [*package_files(root), *([lock] if lock.exists() else [])]
    machine = digest(MACHINE, sorted(MACHINE.rglob("*.py")))
    return {
        exercise.chapter.docname: digest(root, [*common, root / exercise.chapter.path], machine)
        for exercise in exercises
        if exercise.answers
    }


def _read(file: Path) -> dict[str, str]:
    """Read what was confirmed; a file that cannot be read says nothing."""
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def problem_of(exercise: Exercise, answer: Answer) -> str | None:
    """Run what an answer needs of its chapter, and compare."""
    from literate.checks.running import values_after

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


SOLUTION = re.compile(
    r"^(`{3,})\{solution-start\}.*?^`{3,}\{solution-end\}\n`{3,}\n|^(`{3,})\{solution\}.*?^\2\n",
    re.MULTILINE | re.DOTALL,
)
ANSWER = re.compile(r"\n+^(`{3,})\{answer\}.*?^\1$", re.MULTILINE | re.DOTALL)


def without_answers(text: str) -> str:
    """Take the answers, which only a page can judge, out of a chapter's source."""
    return ANSWER.sub("", text)


def without_solutions(text: str) -> str:
    """Take the solutions with their cells out of a chapter's source."""
    return SOLUTION.sub("", text)
