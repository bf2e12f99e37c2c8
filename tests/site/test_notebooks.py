"""The chapters as notebooks, for JupyterLab."""

import nbformat
import pytest
import yaml

from literate.book.notation import read_notation
from literate.build.notebooks import write_notebooks
from tests.book import BOOK

from .conftest import HOME


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebooks")
    paths = write_notebooks(HOME, BOOK, folder)
    return {
        path.relative_to(folder).with_suffix("").as_posix(): nbformat.read(path, as_version=4)
        for path in paths
    }


def test_every_chapter_is_written_in_reading_order(written):
    assert list(written) == [c.docname for c in BOOK if c.is_notebook]


def test_notebook_has_the_cells_of_its_chapter_without_outputs(written):
    for chapter in BOOK:
        if chapter.is_notebook:
            code = [c for c in written[chapter.docname].cells if c.cell_type == "code"]
            assert [c.source for c in code] == [c.source for c in chapter.code_cells]
            assert all(c.outputs == [] for c in code)


def test_first_cell_defines_the_macros(written):
    expected = read_notation(HOME / "book" / "notation.yml").macros
    for notebook in written.values():
        header = yaml.safe_load(notebook.cells[0].source.split("---\n")[1])
        assert header == {"math": {f"\\{macro.name}": macro.tex for macro in expected}}


def test_notebook_is_valid_and_paired_with_nothing(written):
    for notebook in written.values():
        nbformat.validate(notebook)
        assert "jupytext" not in notebook.metadata
