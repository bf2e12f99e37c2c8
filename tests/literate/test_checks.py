"""Check cells run by themselves, after what they need, on the package of the given chapters."""

import ast
import json
from dataclasses import replace

import pytest

from literate.checks.kept_records import CACHE
from literate.checks.needed_statements import statements_needed
from literate.checks.processes import Job, run_jobs, run_jobs_here
from literate.checks.run_wrong_formulas import results_of_book

PACKAGE = '''"""Doubling."""


def double(x):
    """Double a number."""
    return 2 * x
'''


def check(source, *labels, kind="exact", **options):
    lines = "".join(f":{key}: {value}\n" for key, value in options.items())
    return (
        f"```{{code-cell}} ipython3\n:checks: [{', '.join(labels or ['eq-a'])}]\n"
        f":kind: [{kind}]\n{lines}\n{source}\n```\n"
    )


@pytest.fixture
def here(monkeypatch):
    """Run checks in this process: starting another takes longer than a small book."""
    monkeypatch.setattr("literate.checks.kept_records.run_jobs", run_jobs_here)


@pytest.fixture
def needed(book, example_cell):
    """Give the statements that a check cell needs of the cells above it."""

    def needed(*above, then, options=""):
        book.chapter(
            "one", "# One", *(example_cell(cell, options) for cell in above), check(then)
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


@pytest.fixture
def doubling(here, book, package_cell):
    """Write a book of a package cell and checks, and give what they see."""

    def records(*cells):
        book.chapter("one", "# One", package_cell(PACKAGE, "doubling"), *cells)
        return list(results_of_book(book.root).records)

    return records


def test_a_record_says_which_cell_and_what_it_saw(doubling):
    exact, near = doubling(
        check("from nnmath.doubling import double\n\nassert double(2) == 4", "eq-a", "eq-b"),
        check("error = 1e-3\nassert error <= 2e-3", "eq-c", kind="difference"),
    )
    assert (exact.docname, exact.number, exact.labels, exact.kinds) == (
        "one",
        1,
        ("eq-a", "eq-b"),
        ("exact",),
    )
    assert (exact.passed, exact.comparisons, exact.error, exact.bound) == (True, 1, 0, 0)
    assert (near.number, near.error, near.bound, near.line) == (2, 1e-3, 2e-3, exact.line + 9)


def test_what_the_package_cell_defines_is_there_too(doubling):
    (record,) = doubling(check("assert double(2) == 4"))
    assert record.passed


@pytest.mark.parametrize(
    ("source", "failure", "error", "message"),
    [
        ("assert double(2) == 5", "numeric", 1, "assert double(2) == 5"),
        ("assert [] or None", "false", None, "assert [] or None"),
        ("double(missing)", "exception", None, "NameError: name 'missing' is not defined"),
        ("raise AssertionError('told')", "false", None, "AssertionError: told"),
    ],
)
def test_a_failure_says_why(doubling, source, failure, error, message):
    failed, after = doubling(check(source), check("assert double(2) == 4"))
    assert (failed.passed, failed.failure, failed.error) == (False, failure, error)
    assert failed.message.startswith(message)
    assert after.passed


def test_what_a_check_prints_and_sets_stays_its_own(doubling, capfd):
    first, second = doubling(
        check(
            "import nnmath.doubling\n\nnnmath.doubling.double = None\nprint('loud')\nassert 1 == 1"
        ),
        check("from nnmath.doubling import double\n\nassert double(2) == 4"),
    )
    assert first.passed
    assert second.passed
    assert capfd.readouterr() == ("", "")


def test_a_process_of_its_own_sees_the_same_and_outlives_a_check_that_ends_it(
    book, package_cell
):
    book.chapter(
        "one",
        "# One",
        package_cell(PACKAGE, "doubling"),
        check("import os\n\nos._exit(3)"),
        check("print('loud')\nassert double(2) == 5"),
        check("assert double(2) == 4"),
    )
    items = [("one", 1), ("one", 2), ("one", 3)]
    jobs = [Job(None, items[:2]), Job(None, items[1:])]
    (ended, never), (failed, passed) = run_jobs(book.root, book.read(), jobs)
    assert ended.message.startswith("TimeoutError: the process was ended")
    assert not never.passed
    assert [[failed, passed]] == run_jobs_here(book.root, book.read(), jobs[1:])
    assert (failed.error, passed.passed) == (1, True)


def test_the_data_of_the_package_are_found(here, book, package_cell):
    book.write("nnmath/data.txt", "seven")
    source = "from importlib.resources import files\n\nassert (files('nnmath') / 'data.txt').read_text() == 'seven'"
    book.chapter("one", "# One", package_cell('"""A package."""', "__init__"), check(source))
    assert results_of_book(book.root).records[0].passed


def test_the_package_is_the_chapters_and_not_the_files(doubling, book):
    book.write("nnmath/doubling.py", "double = None\n")
    book.write("nnmath/other.py", "")
    good, missing = doubling(
        check("from nnmath.doubling import double\n\nassert double(2) == 4"),
        check(
            "import sys\n\nsys.path.insert(0, 'x')\nimportlib = __import__('importlib')\nimportlib.import_module('nnmath.other')"
        ),
    )
    assert good.passed
    assert missing.message == "ModuleNotFoundError: no chapter builds nnmath.other"


def test_what_has_not_changed_is_not_run_again(doubling, book, monkeypatch):
    before = doubling(check("assert double(2) == 4"))
    monkeypatch.setattr(
        "literate.checks.kept_records.run_jobs",
        lambda root, chapters, jobs: [pytest.fail("run again") for _ in jobs],
    )
    book.edit("book/one.md", "# One", "# One\n\nMore text.\n")
    (after,) = results_of_book(book.root).records
    assert after == replace(before[0], line=before[0].line + 3)


@pytest.mark.parametrize(
    ("old", "new"), [("2 * x", "x + x"), ("assert double(2)", "assert double(1 + 1)")]
)
def test_what_has_changed_is_run_again(doubling, book, old, new):
    doubling(check("assert double(2) == 4"))
    keys = set(json.loads(book.text(str(CACHE))))
    book.edit("book/one.md", old, new)
    assert results_of_book(book.root).records[0].passed
    assert keys.isdisjoint(json.loads(book.text(str(CACHE))))


def test_a_damaged_cache_is_made_anew(doubling, book):
    book.write(str(CACHE), "{")
    assert doubling(check("assert double(2) == 4"))[0].passed
    assert json.loads(book.text(str(CACHE)))
