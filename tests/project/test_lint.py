"""Lint, format and types: of the code in files, and of the code in chapters."""

import subprocess
import sys

import nbformat
import pytest

from literate.book.chapters import read_notebook, read_text
from tests.book import BOOK

from .conftest import HOME

CODE = ["nnmath", "literate", "tests", "conftest.py"]


def run(*command):
    result = subprocess.run(
        [sys.executable, "-m", *command], cwd=HOME, capture_output=True, text=True, check=False
    )
    if result.returncode:
        pytest.fail(result.stdout + result.stderr, pytrace=False)


@pytest.fixture(scope="module")
def notebooks(tmp_path_factory):
    """Write the chapters as notebooks, which is what ruff reads."""
    folder = tmp_path_factory.mktemp("chapters")
    for chapter in BOOK:
        if chapter.code_cells:
            notebook = read_notebook(chapter.path, read_text(HOME, chapter.path))
            for cell in notebook.cells:
                cell.metadata = {}  # options are the machine's concern
            nbformat.write(notebook, folder / f"{chapter.docname.replace('/', '_')}.ipynb")
    return folder


def test_the_code_is_linted():
    run("ruff", "check", "--no-cache", *CODE)


def test_the_code_is_formatted():
    run("ruff", "format", "--no-cache", "--diff", *CODE)


def test_the_cells_are_linted(notebooks):
    run("ruff", "check", "--no-cache", "--config", "pyproject.toml", str(notebooks))


def test_the_cells_are_formatted(notebooks):
    run("ruff", "format", "--no-cache", "--diff", "--config", "pyproject.toml", str(notebooks))


def test_the_types_fit():
    run("mypy", "--no-incremental")
