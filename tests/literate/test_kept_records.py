"""What the checks saw is kept until something that it depends on changes."""

import json
from dataclasses import replace

import pytest

from literate.checks.kept_records import CACHE
from literate.checks.run_wrong_formulas import results_of_book


def test_what_has_not_changed_is_not_run_again(doubling, book, monkeypatch, check_cell):
    before = doubling(check_cell("assert double(2) == 4"))
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
def test_what_has_changed_is_run_again(doubling, book, old, new, check_cell):
    doubling(check_cell("assert double(2) == 4"))
    before = json.loads(book.text(str(CACHE)))["one check 1"]["parts"]
    book.edit("book/one.md", old, new)
    assert results_of_book(book.root).records[0].passed
    assert json.loads(book.text(str(CACHE)))["one check 1"]["parts"] != before


def test_a_damaged_cache_is_made_anew(doubling, book, check_cell):
    book.write(str(CACHE), "{")
    assert doubling(check_cell("assert double(2) == 4"))[0].passed
    assert json.loads(book.text(str(CACHE)))


def test_parts_are_not_compared_one_by_one_while_only_words_change(
    doubling, book, monkeypatch, check_cell
):
    doubling(check_cell("assert double(2) == 4"))
    monkeypatch.setattr(
        "literate.checks.kept_records.statements_needed",
        lambda chapter, check: pytest.fail("compared"),
    )
    book.edit("book/one.md", "# One", "# One\n\nMore text.\n")
    assert results_of_book(book.root).records[0].passed


@pytest.mark.parametrize(
    "file", ["requirements.txt", "book/wrong_formulas/one.yml", "book/kept-runs/a.npz"]
)
def test_parts_are_compared_when_a_file_changes(doubling, book, monkeypatch, check_cell, file):
    doubling(check_cell("assert double(2) == 4"))
    compared = []
    monkeypatch.setattr(
        "literate.checks.kept_records.statements_needed",
        lambda chapter, check: compared.append(check) or [],
    )
    book.write(file, "[]")
    results_of_book(book.root)
    assert compared
