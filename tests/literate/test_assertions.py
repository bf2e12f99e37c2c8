"""Assertions that cannot fail, and names that hide others, are refused with their lines."""

import pytest

from literate.book.assertions import can_fail, problems_of_assertions, problems_of_hiding


def chapter_of(book, *cells):
    book.chapter("one", "# One", *cells)
    return book.read()[0]


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("assert True", "no name stands in it"),
        ("assert 2 + 2 == 4", "no name stands in it"),
        ("x = 1\nassert x == x", "it compares x with itself"),
        ("x = 1\nassert abs(x - x) <= 1e-9", "it takes x from itself"),
        ("x = 1\nassert x == 2 or True", "always true"),
        ("x = 1\nassert (x == 2, 'message')", "counts as true"),
        ("x = 1\nfor _ in []:\n    assert x == 2", "the loop is over nothing"),
        ("x = 1\nfor _ in range(0):\n    assert x == 2", "the loop is over nothing"),
        ("x = 1\nif False:\n    assert x == 2", "never true"),
        ("x = 1\ntry:\n    assert x == 2\nexcept Exception:\n    pass", "caught"),
        ("x = 1\ntry:\n    assert x == 2\nexcept:\n    pass", "caught"),
        (
            "import contextlib\nx = 1\nwith contextlib.suppress(AssertionError):\n    assert x == 2",
            "suppressed",
        ),
    ],
)
def test_an_assertion_that_cannot_fail_is_refused(book, example_cell, source, why):
    (problem,) = problems_of_assertions(chapter_of(book, example_cell(source)))
    assert problem.startswith("book/one.md:")
    assert why in problem


@pytest.mark.parametrize(
    "source",
    [
        "x = 1\nassert x == 1",
        "x = [1]\nassert x[0] - x[-1] == 0",
        "x = 1\nfor y in [1]:\n    assert x == y",
        "x = 1\nif True:\n    assert x == 1",
        "x = 1\ntry:\n    x.y\nexcept AttributeError:\n    pass\nassert x == 1",
        "x = 1\ntry:\n    assert x == 1\nexcept Exception as error:\n    raise OSError from error",
        "import math\nassert math.isinf(math.inf)",
    ],
)
def test_an_assertion_that_can_fail_passes(book, example_cell, source):
    assert list(problems_of_assertions(chapter_of(book, example_cell(source)))) == []


@pytest.mark.parametrize(
    ("source", "hides"),
    [
        ("abs = float", "hides Python's own abs"),
        ("def max(*x):\n    return 0", "hides Python's own max"),
        ("from math import trunc as abs", "hides Python's own abs"),
        (
            "import numpy as np\nsetattr(np, 'abs', np.zeros_like)",
            "changes what is not its own",
        ),
        ("import numpy as np\nnp = 3", "hides numpy"),
        ("from math import trunc as f", "hides nnmath.a.f"),
        ("import numpy as np\nnp.abs = np.zeros_like", "changes np.abs"),
        ("def f(x):\n    return x", "hides nnmath.a.f"),
        ("from nnmath.a import g\n\ng = 3", "hides nnmath.a.g"),
    ],
)
def test_a_name_that_hides_another_is_refused(book, package_cell, example_cell, source, hides):
    built = package_cell("def f(x):\n    return 2 * x\n", "a")
    (problem,) = problems_of_hiding(chapter_of(book, built, example_cell(source)))
    assert hides in problem
    assert problem.startswith("book/one.md:")


def test_local_names_hide_nothing(book, package_cell, example_cell):
    built = package_cell("def f(x):\n    return 2 * x\n", "a")
    uses = example_cell(
        "def h(abs, f):\n    max = 2\n    return abs * f * max\n\n\n[f for f in 'ab']"
    )
    assert list(problems_of_hiding(chapter_of(book, built, uses))) == []


@pytest.mark.parametrize(
    ("source", "does"),
    [
        ("x = 1\nassert x == 1", True),
        ("# assert x == 1", False),
        ("'assert x == 1'", False),
        ("%%bash\nassert 1", False),
    ],
)
def test_a_cell_can_fail_if_it_asserts(book, example_cell, source, does):
    (cell,) = chapter_of(book, example_cell(source)).code_cells
    assert can_fail(cell) is does
