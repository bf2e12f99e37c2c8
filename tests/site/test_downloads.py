"""The notebooks to download, their archive, and the line that prepares a hosted notebook service."""

import os
import re
import subprocess
import sys
import zipfile

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbclient import NotebookClient

from literate.build.kernel_starts import tries_again
from literate.site.downloads import packages_of, write_archive
from tests.book import BOOK

from .conftest import HOME

RUN = "cost"


def chapters():
    return [chapter for chapter in BOOK if chapter.is_notebook]


def box(site, name):
    page = (site / f"{name}.html").read_text(encoding="utf-8")
    # what comes before the text has no other part that folds
    start = page[page.index("<article") :].partition("</details>")[0]
    return BeautifulSoup(start, "html.parser").select_one("article details.notebook-download")


@pytest.mark.parametrize("chapter", chapters(), ids=lambda chapter: chapter.docname)
def test_every_chapter_offers_its_notebook(site, chapter):
    links = [link["href"] for link in box(site, chapter.docname).select("a[download]")]
    up = "../" * chapter.docname.count("/")
    assert f"{up}notebooks/{chapter.docname}.ipynb" in links
    page = site / f"{chapter.docname}.html"
    assert all((page.parent / link).exists() for link in links)


def test_archive_holds_every_notebook(site):
    with zipfile.ZipFile(site / "notebooks" / "notebooks.zip") as archive:
        assert sorted(archive.namelist()) == sorted(f"{c.docname}.ipynb" for c in chapters())
        for name in archive.namelist():
            assert archive.read(name) == (site / "notebooks" / name).read_bytes()


def test_archive_is_the_same_whenever_it_is_made(tmp_path):
    file = tmp_path / "a.ipynb"
    made = []
    for time in (1_000_000_000, 1_600_000_000):
        file.write_text("{}")
        os.utime(file, (time, time))
        write_archive(tmp_path / "all.zip", tmp_path, [file])
        made.append((tmp_path / "all.zip").read_bytes())
    assert made[0] == made[1]


def test_install_line_names_what_the_chapter_imports(site):
    for chapter in chapters():
        line = box(site, chapter.docname).select_one("pre").get_text()
        assert line.startswith("%pip install nnmath-")
        assert line.split()[3:] == packages_of(chapter)


def test_what_a_chapter_needs_is_named_as_the_lock_names_it():
    lock = re.findall(
        r"^([\w.-]+)==", (HOME / "requirements.txt").read_text("utf-8"), re.MULTILINE
    )
    named = {name for chapter in chapters() for name in packages_of(chapter)}
    assert "pillow" in named
    assert named - {name.lower() for name in lock} == set()


def test_page_from_a_server_names_the_full_address_of_the_wheel(visit, address):
    page = visit(f"{RUN}.html").page
    page.locator("details.notebook-download summary").click()
    line = page.locator("pre[data-wheel]").inner_text()
    assert line.split()[2].startswith(f"{address}/notebooks/nnmath-")
    assert page.request.get(line.split()[2]).ok
    page.context.close()


def test_downloaded_notebook_runs_with_the_wheel_alone(site, tmp_path, monkeypatch):
    (wheel,) = (site / "notebooks").glob("nnmath-*.whl")
    installed = tmp_path / "packages"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
    subprocess.run([*command, "--target", str(installed), str(wheel)], check=True)
    monkeypatch.setenv("PYTHONPATH", str(installed))
    notebook = nbformat.read(site / "notebooks" / f"{RUN}.ipynb", as_version=4)
    where = nbformat.v4.new_code_cell("import nnmath\nprint(nnmath.__file__)")
    notebook.cells.append(where)
    client = NotebookClient(notebook, resources={"metadata": {"path": str(tmp_path)}})
    tries_again(client.execute)()
    assert notebook.cells[-1].outputs[0].text.startswith(str(installed))
