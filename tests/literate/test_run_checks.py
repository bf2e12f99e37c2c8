"""Check cells run by themselves, after what they need, on the package of the given chapters."""

import pytest

from literate.checks.run_wrong_formulas import results_of_book


def test_a_record_says_which_cell_and_what_it_saw(doubling, check_cell):
    exact, near = doubling(
        check_cell(
            "from nnmath.doubling import double\n\nassert double(2) == 4", "eq-a", "eq-b"
        ),
        check_cell("error = 1e-3\nassert error <= 2e-3", "eq-c", kind="difference"),
    )
    assert (exact.docname, exact.number, exact.labels, exact.kinds) == (
        "one",
        1,
        ("eq-a", "eq-b"),
        ("exact",),
    )
    assert (exact.passed, exact.comparisons, exact.error, exact.bound) == (True, 1, 0, 0)
    assert (near.number, near.error, near.bound, near.line) == (2, 1e-3, 2e-3, exact.line + 9)


def test_what_the_package_cell_defines_is_there_too(doubling, check_cell):
    (record,) = doubling(check_cell("assert double(2) == 4"))
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
def test_a_failure_says_why(doubling, source, failure, error, message, check_cell):
    failed, after = doubling(check_cell(source), check_cell("assert double(2) == 4"))
    assert (failed.passed, failed.failure, failed.error) == (False, failure, error)
    assert failed.message.startswith(message)
    assert after.passed


def test_what_a_check_prints_and_sets_stays_its_own(doubling, capfd, check_cell):
    first, second = doubling(
        check_cell(
            "import nnmath.doubling\n\nnnmath.doubling.double = None\nprint('loud')\nassert 1 == 1"
        ),
        check_cell("from nnmath.doubling import double\n\nassert double(2) == 4"),
    )
    assert first.passed
    assert second.passed
    assert capfd.readouterr() == ("", "")


def test_the_data_of_the_package_are_found(here, book, package_cell, check_cell):
    book.write("nnmath/data.txt", "seven")
    source = "from importlib.resources import files\n\nassert (files('nnmath') / 'data.txt').read_text() == 'seven'"
    book.chapter(
        "one", "# One", package_cell('"""A package."""', "__init__"), check_cell(source)
    )
    assert results_of_book(book.root).records[0].passed


def test_the_package_is_the_chapters_and_not_the_files(doubling, book, check_cell):
    book.write("nnmath/doubling.py", "double = None\n")
    book.write("nnmath/other.py", "")
    good, missing = doubling(
        check_cell("from nnmath.doubling import double\n\nassert double(2) == 4"),
        check_cell(
            "import sys\n\nsys.path.insert(0, 'x')\nimportlib = __import__('importlib')\nimportlib.import_module('nnmath.other')"
        ),
    )
    assert good.passed
    assert missing.message == "ModuleNotFoundError: no chapter builds nnmath.other"
