"""The collector, as a reader uses it: pytest as a process of its own, in a small project."""

import os
import re
import shutil
import subprocess
import sys

import nbformat
import pytest

from .conftest import HOME


@pytest.fixture
def run_pytest(book):
    """Run pytest on the book's project; the machine is found where it is, the package here."""
    shutil.copy(HOME / "conftest.py", book.root)
    environment = os.environ | {"PYTHONPATH": str(HOME), "PYTHONDONTWRITEBYTECODE": "1"}

    def run(*arguments):
        command = [sys.executable, "-m", "pytest", "-c", str(HOME / "pyproject.toml")]
        return subprocess.run(
            [*command, "--rootdir", str(book.root), "--color=no", "-rA", *arguments],
            cwd=book.root,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def write_notebook(path, *sources):
    path.parent.mkdir(parents=True, exist_ok=True)
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)


@pytest.mark.parametrize("option", ["--nbval-lax", "--nbval"])
def test_every_cell_of_every_chapter_runs(book, run_pytest, package_cell, example_cell, option):
    cells = [
        package_cell("X = 1"),
        package_cell("from nnmath.one import X as X", "__init__"),
        example_cell("from nnmath.one import X as imported\n\nassert imported == 1"),
        example_cell("from pathlib import Path\n\nassert Path.cwd().name == 'book'"),
    ]
    book.chapter("a", "# A", *cells, newline="\r\n")
    book.chapter(
        "b", "# B", example_cell("assert 'X' not in globals()", "---\ntags: [plot]\n---\n")
    )
    book.chapter("c", "Words only.", header="")
    book.tangle()
    write_notebook(book.root / "book/_build/a.ipynb", "1 / 0")
    result = run_pytest(option, "book")
    assert result.returncode == 0, result.stdout
    assert re.findall(r"PASSED (book/.*)::Cell (\d)", result.stdout) == [
        ("book/a.md", "0"),
        ("book/a.md", "1"),
        ("book/a.md", "2"),
        ("book/a.md", "3"),
        ("book/b.md", "0"),
    ]


def test_a_cell_that_raises_turns_it_red(book, run_pytest, example_cell):
    book.chapter("a", "# A", example_cell("1 / 0"))
    result = run_pytest("--nbval-lax", "book")
    assert result.returncode == 1
    assert "ZeroDivisionError" in result.stdout


def test_without_the_option_chapters_are_no_tests(book, run_pytest, example_cell):
    book.chapter("a", "# A", example_cell("1 / 0"))
    result = run_pytest("book")
    assert result.returncode == pytest.ExitCode.NO_TESTS_COLLECTED


def test_pages_outside_the_book_are_no_tests(book, run_pytest, example_cell):
    book.chapter("a", "# A", example_cell("1"))
    book.write("other/b.md", book.text("book/a.md"))
    result = run_pytest("--nbval-lax", "other")
    assert result.returncode == pytest.ExitCode.NO_TESTS_COLLECTED


def test_a_chapter_that_cannot_be_read_is_an_error_and_leaves_nbval_whole(
    book, run_pytest, example_cell
):
    book.chapter("a", "# A", example_cell("1"), header="")
    book.chapter("b", "# B", example_cell("1"))
    write_notebook(book.root / "later.ipynb", "2", "3")
    result = run_pytest("--nbval-lax", "--continue-on-collection-errors", "book", "later.ipynb")
    assert "book/a.md:1: code cells, but no notebook header" in result.stdout
    assert "PASSED later.ipynb::Cell 1" in result.stdout
    assert "3 passed, 1 error" in result.stdout
