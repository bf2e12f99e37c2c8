"""No labelled equation stands on its author's word: it is a definition, or a cell checks it."""

from literate.book.equations import Ledger
from tests.book import BOOK

from .conftest import HOME

LEDGER = Ledger(BOOK)


def test_no_equation_breaks_a_rule():
    assert list(LEDGER.problems()) == []


def test_there_are_equations_checks_and_functions_that_name_them():
    assert len(LEDGER.equations) > len(LEDGER.checks) > 0
    assert {label for found in LEDGER.implementations for label in found.labels}


def test_every_labelled_equation_is_read():
    labels = [
        line.removeprefix(":label: ")
        for chapter in LEDGER.chapters
        for line in (HOME / chapter.path).read_text(encoding="utf-8").splitlines()
        if line.startswith(":label: eq-")
    ]
    assert labels == [equation.label for equation in LEDGER.equations]
