"""What must run before a check cell: the statements above it that it needs."""

import ast

import pytest

from literate.checks.needed_statements import statements_needed


@pytest.fixture
def needed(book, example_cell, check_cell):
    """Give the statements that a check cell needs of the cells above it."""

    def needed(*above, then, options=""):
        book.chapter(
            "one", "# One", *(example_cell(cell, options) for cell in above), check_cell(then)
        )
        (chapter,) = book.read()
        parts = statements_needed(chapter, chapter.check_cells[0])
        return [ast.unparse(statement) for _, part in parts for statement in part.body]

    return needed


def test_only_the_statements_that_define_a_needed_name_are_run(needed):
    assert needed("x = 1\ny = 2", "z = x + 3", "w = y", then="assert z == 4") == [
        "x = 1",
        "z = x + 3",
    ]


def test_the_last_definition_counts(needed):
    assert needed("x = 1", "x = 2", then="assert x == 2") == ["x = 2"]


def test_a_definition_on_condition_leaves_the_one_before_it(needed):
    above = ["x = 1", "if x:\n    x = 2"]
    assert needed(*above, then="assert x == 2") == above


@pytest.mark.parametrize(
    "change",
    ["x.append(1)", "x[0] = 1", "x += [1]", "change(x)", "x.y = 1", "del x[0]", "x[0].y()"],
)
def test_what_changes_an_object_is_run(needed, change):
    assert needed("x = [0]", change, "print(x)", then="assert x")[:2] == ["x = [0]", change]


def test_what_uses_a_module_is_not_taken_to_change_it(needed):
    assert needed("import numpy as np\nx = np.ones(3)", then="assert np.pi > 3") == [
        "import numpy as np"
    ]


def test_what_a_function_reads_when_it_is_called_is_run(needed):
    above = ["def f():\n    return later", "later = 1"]
    assert needed(*above, then="assert f() == 1") == above


def test_a_figure_gives_the_names_it_defines_and_draws_nothing(needed):
    above = "import math\nvalues = [math.pi]\nvalues.plot()"
    assert needed(above, then="assert values", options=":tags: [plot]\n\n") == [
        "import math",
        "values = [math.pi]",
    ]


def test_assertions_above_are_another_checks_matter(needed):
    assert needed("for x in (1, 2):\n    assert x == 0", then="assert x == 2") == [
        "for x in (1, 2):\n    pass"
    ]


def test_a_cell_that_raises_is_left_out(needed):
    assert (
        needed("x = 1 / 0", then="assert 1 == 1", options=":tags: [raises-exception]\n\n") == []
    )
