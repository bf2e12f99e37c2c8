"""Every chapter has exercises of all kinds, each with its solution, and answers for the page."""

import pytest

from literate.book.exercises import KINDS, LEVELS, read_exercises
from literate.book.toc import read_toc
from literate.checks.confirm_answers import problems_of_answers
from tests.book import BOOK

from .conftest import HOME

EXERCISES = read_exercises(BOOK)
CHAPTERS = [c.docname for c in BOOK if any(cell.heading == "Exercises" for cell in c.cells)]


def exercises_of(chapter):
    return [exercise for exercise in EXERCISES if exercise.chapter.docname == chapter]


def test_every_chapter_that_builds_something_has_exercises():
    builds = [c.docname for c in BOOK if any(cell.target for cell in c.code_cells)]
    assert [docname for docname in builds if docname not in CHAPTERS] == []
    assert len(BOOK) == len(read_toc(HOME))


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_has_at_least_six_exercises_of_all_six_kinds(chapter):
    exercises = exercises_of(chapter)
    assert len(exercises) >= 6
    assert {exercise.kind for exercise in exercises} == set(KINDS)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_has_exercises_of_all_sizes_and_two_of_middle_size(chapter):
    levels = [exercise.level for exercise in exercises_of(chapter)]
    assert set(levels) == set(LEVELS)
    assert levels.count("medium") >= 2


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_each_exercise_has_a_solution_below_it(chapter):
    for exercise in exercises_of(chapter):
        assert exercise.solution is not None, exercise.label
        assert all(cell.line > exercise.line for cell in exercise.solution), exercise.label


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_asks_for_a_shape_and_for_a_number_or_a_formula(chapter):
    kinds = {answer.kind for e in exercises_of(chapter) for _, answer in e.answers}
    assert "shape" in kinds
    assert kinds & {"number", "formula"}


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_an_exercise_that_asks_for_code_or_for_a_number_has_a_cell_that_asserts(chapter):
    for exercise in exercises_of(chapter):
        if exercise.answers or exercise.kind == "Code it":
            sources = [cell.source for cell in exercise.solution]
            assert any("assert " in source for source in sources), exercise.label


def test_the_chapters_code_confirms_every_answer():
    assert problems_of_answers(HOME, BOOK) == []


def test_the_text_outside_of_solutions_uses_nothing_that_only_a_solution_defines():
    for chapter in BOOK:
        cells = {
            cell for exercise in exercises_of(chapter.docname) for cell in exercise.solution
        }
        last = max((c.index for c in chapter.code_cells if c not in cells), default=0)
        assert all(cell.index > last for cell in cells), chapter.docname
