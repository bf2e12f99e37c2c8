"""Every check holds for the book's formulas, and every wrong formula is caught."""

import pytest

from literate.checks.run_wrong_formulas import results_of_book
from tests.book import BOOK, WRONG_FORMULAS

from .conftest import HOME


@pytest.fixture(scope="module")
def results():
    return results_of_book(HOME, BOOK)


def test_every_check_passes_on_the_right_formulas(results):
    assert [record for record in results.records if not record.passed] == []


@pytest.mark.parametrize("name", [formula.name for formula in WRONG_FORMULAS])
def test_a_wrong_formula_is_caught(results, name):
    assert list(results.outcome(name).problems()) == []


def test_every_equation_has_a_wrong_formula_and_every_check_fails_for_one(results):
    assert list(results.gaps()) == []


def test_every_check_compares_something(results):
    assert [record for record in results.records if not record.comparisons] == []
