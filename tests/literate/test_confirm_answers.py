"""Answers of exercises: what a chapter's code confirms, and what it does not."""

import pytest

from literate.checks.confirm_answers import problems_of_answers

from .conftest import Book
from .test_exercises import ANSWER, TEXT


@pytest.fixture
def book(tmp_path):
    book = Book(tmp_path)
    book.write("nnmath/.keep", "")
    return book


def problems(book):
    return problems_of_answers(book.root, book.read())


def test_the_chapters_code_confirms_what_is_right(book):
    book.chapter("one", TEXT.format(answer=ANSWER))
    assert problems(book) == []


def test_an_answer_that_the_code_does_not_confirm_is_refused_each_time(book):
    book.chapter("one", TEXT.format(answer=ANSWER.replace("3", "5")))
    for _ in range(2):
        (problem,) = problems(book)
        assert problem.startswith("book/one.md:")
        assert "does not confirm '5': it gives [3.0]" in problem


def test_a_changed_chapter_is_confirmed_again(book):
    book.chapter("one", TEXT.format(answer=ANSWER))
    assert problems(book) == []
    book.edit("book/one.md", "a, b = 1, 2", "a, b = 1, 3")
    assert len(problems(book)) == 1


def test_a_confirmation_that_raises_says_what(book):
    book.chapter("one", TEXT.format(answer=ANSWER.replace("total", "missing")))
    (problem,) = problems(book)
    assert "'missing' raises NameError" in problem


def test_a_formula_is_compared_with_a_function_of_its_variables(book):
    formula = "ask: f\nformula: {}\nvariables: [x, y]\nconfirm: 'lambda x, y: a * x**b + y'\n"
    book.chapter("one", TEXT.format(answer=formula.format("x^2 + y")))
    assert problems(book) == []
    book.chapter("one", TEXT.format(answer=formula.format("x^2 - y")))
    assert len(problems(book)) == 1


def test_a_shape_is_compared_size_by_size(book):
    shape = "ask: s\nshape: {}\nconfirm: (total, b)\n"
    book.chapter("one", TEXT.format(answer=shape.format("3 x 2")))
    assert problems(book) == []
    book.chapter("one", TEXT.format(answer=shape.format("2 x 3")))
    assert len(problems(book)) == 1
