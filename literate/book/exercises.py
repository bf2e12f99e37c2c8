"""The exercises of the chapters: their kinds, their marks, their answers and their solutions.

An exercise's title says its kind, its options how difficult it is and how many minutes it takes.
Its solution stands below it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from literate.book.answers import Answer, MalformedAnswer, read_answer
from literate.book.assertions import can_fail
from literate.book.chapters import Cell, Chapter
from literate.book.equations import DIRECTIVE, blocks_in, directives_of, split_options
from literate.errors import at, refuse

CODE = "Code it"
KINDS = {
    "By hand": "compute it by hand",
    "Derive": "derive it",
    "Predict a shape": "say what size something has before running it",
    "Find the error": "find what is wrong with a formula or with code",
    CODE: "write the code",
    "Further": "take it further",
}
"""What an exercise's title may say; every chapter has each kind at least once."""

LEVELS = ("easy", "medium", "hard")
MINUTES = ("5", "10", "15", "20", "30", "45", "60", "90")
"""The marks of an exercise, in its options: minutes are estimates, and rough."""


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
    level : str
        How difficult it is, one of `LEVELS`.
    answers : tuple of (int, Answer)
        What can be answered in the page, each with its line.
    solution : tuple of Cell or None
        The code cells of its solution; None if it has no solution.
    """

    chapter: Chapter
    line: int
    label: str
    kind: str
    level: str
    answers: tuple[tuple[int, Answer], ...]
    solution: tuple[Cell, ...] | None


def read_exercises(chapters: Sequence[Chapter]) -> list[Exercise]:
    """Read the exercises of the book.

    Raises
    ------
    literate.errors.BookError
        If an exercise lacks a solution or a mark, or has another title than its kind, if an answer
        is malformed, or if a solution holds what the rest of the book needs.
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
        problems += [
            at(chapter.path, line, f"exercise {label!r}: {fault}")
            for fault in faults_of_marks(options)
        ]
        if label not in solutions:
            problems.append(at(chapter.path, line, f"exercise {label!r} has no solution"))
        answers = []
        for inner, block in blocks_in(token.content, line + 1):
            match = DIRECTIVE.match(block.info.strip()) if "fence" in block.type else None
            if match and match["name"] == "answer":
                try:
                    answers.append((inner, read_answer(block.content)))
                except MalformedAnswer as error:
                    problems.append(at(chapter.path, inner + error.line, f"answer: {error}"))
                except ValueError as error:
                    problems.append(at(chapter.path, inner, f"answer: {error}"))
        cells = solutions.get(label)
        if (answers or kind == CODE) and not any(map(can_fail, cells or ())):
            message = f"the solution of {label} asserts nothing"
            problems.append(at(chapter.path, line, message))
        level = options.get("level", "").strip()
        yield Exercise(chapter, line, label, kind, level, tuple(answers), cells)


def faults_of_marks(options: Mapping[str, str]) -> Iterator[str]:
    """Say which marks of an exercise are missing or unknown."""
    for name, known in (("level", LEVELS), ("minutes", MINUTES)):
        said = options.get(name, "").strip()
        if said not in known:
            yield f"{name} is one of {', '.join(known)}, got {said!r}"


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
