"""Exercises: what is read, what is refused, and what a chapter's code confirms."""

import pytest

from literate.book.answers import evaluate, read_answer, values_of
from literate.book.exercises import read_exercises, without_answers, without_solutions
from literate.checks.confirm_answers import problems_of_answers
from literate.errors import BookError

from .conftest import Book

ANSWER = """\
ask: The sum
number: 3
confirm: total
wrong:
  4: One too many.
"""

TEXT = """\
# One

```{code-cell} ipython3
a, b = 1, 2
```

````{{exercise}} By hand
:label: ex-sum
Add them.

```{{answer}}
{answer}```
````

````{{solution-start}} ex-sum
:class: dropdown
````
It is three.

```{code-cell} ipython3
total = a + b
assert total == 3
```

```{{solution-end}}
```
""".replace("{code-cell}", "{{code-cell}}")


@pytest.fixture
def book(tmp_path):
    book = Book(tmp_path)
    book.write("nnmath/.keep", "")
    return book


def problems(book):
    return problems_of_answers(book.root, book.read())


def test_an_exercise_is_read_with_its_kind_its_answers_and_its_solution(book):
    book.chapter("one", TEXT.format(answer=ANSWER))
    (exercise,) = read_exercises(book.read())
    assert (exercise.label, exercise.kind) == ("ex-sum", "By hand")
    ((line, answer),) = exercise.answers
    assert book.text("book/one.md").split("\n")[line - 1] == "```{answer}"
    assert (answer.kind, answer.right, answer.wrong) == ("number", "3", {"4": "One too many."})
    assert [cell.source for cell in exercise.solution] == ["total = a + b\nassert total == 3"]


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


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ask: [", "malformed YAML"),
        ("three", "expected keys and values"),
        ("ask: a\nconfirm: b", "asks for one of shape, number, formula, got none"),
        ("ask: a\nconfirm: b\nnumber: 1\nshape: 3", "got shape, number"),
        ("ask: a\nnumber: 1", "confirm is missing"),
        ("confirm: a\nnumber: 1", "ask is missing"),
        ("ask: a\nconfirm: b\nnumber: 1\nhint: c", "unknown hint"),
        ("ask: a\nconfirm: b\nshape: 3 by 4", "a shape is written as 3 x 4"),
        ("ask: a\nconfirm: b\nformula: 2 x\nvariables: [x]", "products are written with \\*"),
        ("ask: a\nconfirm: b\nformula: x + y\nvariables: [x]", "holds 'y', which is not known"),
        ("ask: a\nconfirm: b\nformula: x\nvariables: [x-1]", "a variable is named as"),
        ("ask: a\nconfirm: b\nformula: x\nvariables: [x]\ndomain: {y: [0, 1]}", "no variable"),
        ("ask: a\nconfirm: b\nformula: x\nvariables: [x]\ndomain: {x: [1, 0]}", "begins below"),
        ("ask: a\nconfirm: b\nnumber: 1/2\nwrong: {0.5: c}", "same as another, or right"),
    ],
)
def test_a_malformed_answer_is_refused(text, says):
    with pytest.raises(ValueError, match=says):
        read_answer(text)


@pytest.mark.parametrize("text", ["x.real", "(1).__class__", "[x]", "open('a')", "'a'"])
def test_a_formula_reaches_nothing_but_numbers(text):
    with pytest.raises((ValueError, TypeError)):
        evaluate(text, {"x": 1.0})


def test_numbers_may_be_written_as_terms():
    answer = read_answer("ask: a\nconfirm: b\nnumber: 7/16")
    assert values_of(answer, "7/2^4") == [7 / 16]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("{exercise} By hand", "{exercise} By foot", "an exercise's title is one of"),
        ("solution-start} ex-sum", "solution-start} ex-som", "'ex-sum' has no solution"),
        ("ask: The sum", "asks: The sum", "answer: unknown asks"),
        ("\ntotal = a", ":checks: [eq-sum]\n:kind: [exact]\n\ntotal = a", "no check"),
    ],
)
def test_a_malformed_exercise_is_refused(book, old, new, says):
    book.chapter("one", TEXT.format(answer=ANSWER))
    book.edit("book/one.md", old, new)
    with pytest.raises(BookError, match=says):
        read_exercises(book.read())


def test_solutions_are_taken_out_with_their_cells():
    text = TEXT.format(answer=ANSWER)
    left = without_solutions(text)
    assert "a, b = 1, 2" in left
    assert "Add them." in left
    assert "total = a" not in left
    assert "three" not in left
    assert left.count("```") == text.count("```") - 6


def test_answers_are_taken_out_and_the_exercise_stays():
    left = without_answers(TEXT.format(answer=ANSWER))
    assert "ask:" not in left
    assert "Add them.\n````\n" in left
    assert "total = a + b" in left
