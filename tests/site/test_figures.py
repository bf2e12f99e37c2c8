"""The figures as files: all are there under their numbers, and each is one sheet with its letters."""

import subprocess
import sys
import zipfile

import pypdfium2
import pytest

from literate.build.figures import ARCHIVE, FOLDER, figures_of

from .conftest import HOME


@pytest.fixture(scope="module")
def archive():
    # in a process of its own: that of the tests has a browser already
    subprocess.run([sys.executable, "-m", "literate", "figures"], cwd=HOME, check=True)
    return HOME / FOLDER / ARCHIVE


def test_the_archive_has_every_numbered_figure_twice_and_says_what_it_is(archive, soup):
    figures = figures_of(HOME)
    assert {"figure-2-1", "figure-8-3"} <= {figure.name for figure in figures}
    with zipfile.ZipFile(archive) as held:
        names = {name.removeprefix("figures/") for name in held.namelist()}
        about = held.read("figures/README.md").decode()
    assert names == {"README.md"} | {
        f"{f.name}{end}" for f in figures for end in (".svg", ".pdf")
    }
    assert "CC BY 4.0" in about
    assert all(f"| {figure.number} | {figure.page} |" in about for figure in figures)


def test_each_figure_is_one_sheet_that_is_not_empty(archive):
    for file in sorted(archive.parent.glob("*.pdf")):
        with pypdfium2.PdfDocument(file) as document:
            assert len(document) == 1, file.name
            drawn = document[0].render(scale=0.5).to_numpy()
            assert (drawn < 200).any(axis=2).mean() > 1e-3, file.name
