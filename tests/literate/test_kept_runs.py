"""The results of long computations: all of them anew, or none."""

import pytest

from literate.book.chapters import read_book
from literate.build.kept_runs import chapters_that_keep, compute_runs
from literate.errors import BookError

KEEPING = """\
import os
from pathlib import Path

# as kept_results does
folder = Path(os.environ["NNMATH_RUNS"])
folder.mkdir(exist_ok=True)
(folder / "{name}.abc.npz").write_text("{content}")
assert not Path(os.environ["NNMATH_KEPT"]).exists()
"""


@pytest.fixture
def keeping(book, example_cell):
    """Make a book of two chapters that keep a result each, and one that keeps none."""
    book.chapter("one", example_cell(KEEPING.format(name="one", content="new")))
    book.chapter("two", example_cell("raise SystemExit('this chapter keeps nothing')"))
    book.chapter("three", example_cell(KEEPING.format(name="three", content="new")))
    book.write("book/_config.yml", "execute:\n  timeout: 100\n")
    book.write("book/kept-runs/one.abc.npz", "old")
    book.write("book/kept-runs/gone.abc.npz", "old")
    return book


def test_only_chapters_that_keep_results_are_found(keeping):
    assert [chapter.docname for chapter in chapters_that_keep(keeping.root)] == ["one", "three"]


def test_all_results_are_computed_anew_and_old_ones_go(keeping):
    assert compute_runs(keeping.root) == ["one.abc.npz", "three.abc.npz"]
    assert keeping.text("book/kept-runs/one.abc.npz") == "new"
    assert list((keeping.root / "_build").iterdir()) == []


def test_a_chapter_that_fails_leaves_the_old_results(keeping, example_cell):
    keeping.chapter("three", example_cell("# kept_results\nassert 1 == 2"))
    with pytest.raises(BookError, match=r"(?s)^book/three\.md:\d+: .*assert 1 == 2"):
        compute_runs(keeping.root)
    assert keeping.text("book/kept-runs/one.abc.npz") == "old"
    assert read_book(keeping.root)
    assert list((keeping.root / "_build").iterdir()) == []
