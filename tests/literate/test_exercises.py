"""Exercises: what is read, and what is refused."""

import pytest

from literate.book.exercises import read_exercises, without_answers, without_solutions
from literate.errors import BookError

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
:level: easy
:minutes: 5
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


def test_an_exercise_is_read_with_its_kind_its_answers_and_its_solution(book):
    book.chapter("one", TEXT.format(answer=ANSWER))
    (exercise,) = read_exercises(book.read())
    assert (exercise.label, exercise.kind) == ("ex-sum", "By hand")
    ((line, answer),) = exercise.answers
    assert book.text("book/one.md").split("\n")[line - 1] == "```{answer}"
    assert (answer.kind, answer.right, answer.wrong) == ("number", "3", {"4": "One too many."})
    assert [cell.source for cell in exercise.solution] == ["total = a + b\nassert total == 3"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("{exercise} By hand", "{exercise} By foot", "an exercise's title is one of"),
        (":level: easy\n", "", "'ex-sum': level is one of easy, medium, hard, got ''"),
        ("minutes: 5", "minutes: 7", "'ex-sum': minutes is one of"),
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


def test_a_key_that_an_answer_has_twice_is_refused_with_its_line(book):
    book.chapter("one", TEXT.format(answer=ANSWER + "number: 4\n"))
    lines = book.text("book/one.md").split("\n")
    with pytest.raises(BookError, match=f"one.md:{lines.index('number: 4') + 1}: .*'number'"):
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


@pytest.mark.parametrize(
    "assertion", ["# assert total == 3", "pass", '"""assert total == 3"""']
)
def test_a_solution_that_asserts_nothing_is_refused(book, assertion):
    book.chapter("one", TEXT.format(answer=ANSWER))
    book.edit("book/one.md", "assert total == 3", assertion)
    with pytest.raises(BookError, match="the solution of ex-sum asserts nothing"):
        read_exercises(book.read())


def test_a_solution_that_raises_asserts_nothing(book):
    book.chapter("one", TEXT.format(answer=ANSWER))
    book.edit("book/one.md", "\ntotal = a", "\n:tags: [raises-exception]\n\ntotal = a")
    with pytest.raises(BookError, match="the solution of ex-sum asserts nothing"):
        read_exercises(book.read())
