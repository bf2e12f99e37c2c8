"""The buttons that open a chapter in Colab and Binder, and what waits for it there."""

import json
import os
import subprocess
from types import SimpleNamespace

import nbformat
import pytest
import yaml

from literate.build.notebooks import write_notebooks
from literate.errors import BookError
from literate.site import launch
from literate.site.launch import REPOSITORY, add_buttons, addresses, first_line, repository
from tests.book import BOOK

from .conftest import HOME


@pytest.fixture
def buttons(monkeypatch):
    """Say which buttons a page gets, in a book with one chapter."""
    monkeypatch.setattr(launch, "notebooks_of", lambda app: {"cost": None})
    app = SimpleNamespace(builder=SimpleNamespace(name="html"))

    def buttons(address, page="cost"):
        monkeypatch.setenv(REPOSITORY, address)
        context = {"header_buttons": [{"label": "theme"}]}
        add_buttons(app, page, "page.html", context, None)
        return context["header_buttons"]

    return buttons


@pytest.mark.parametrize(
    ("address", "page"), [("", "cost"), ("https://github.com/a/b", "other")]
)
def test_without_an_address_or_a_notebook_a_page_stays_as_it_is(buttons, address, page):
    assert buttons(address, page) == [{"label": "theme"}]


@pytest.mark.parametrize("end", ["", "/", ".git"])
def test_a_chapter_opens_in_both_services(buttons, end):
    menu, _ = buttons(f"https://github.com/some-one/book.x{end}")
    assert [button["url"] for button in menu["buttons"]] == [
        "https://colab.research.google.com/github/some-one/book.x/blob/notebooks/cost.ipynb",
        "https://mybinder.org/v2/gh/some-one/book.x/HEAD?urlpath=lab/tree/_build/notebooks/cost.ipynb",
    ]


@pytest.mark.parametrize(
    "address", ["https://github.com/owner", "https://example.org/a/b", "a/b"]
)
def test_an_address_that_the_services_do_not_know_is_refused(monkeypatch, address):
    monkeypatch.setenv(REPOSITORY, address)
    with pytest.raises(
        BookError, match=r"^BOOK_REPOSITORY must be https://github\.com/OWNER/NAME"
    ):
        repository()


def test_a_notebook_of_the_branch_installs_what_it_needs_first(tmp_path):
    chapters = [chapter for chapter in BOOK if chapter.docname == "cost"]
    line = "%pip install git+https://github.com/a/b matplotlib"
    (path,) = write_notebooks(
        HOME, chapters, tmp_path, first_line=lambda chapter: first_line(chapter, "a/b")
    )
    code = [cell for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]
    assert code[0].source == line


def test_the_workflow_writes_the_branch_that_colab_opens():
    job = yaml.safe_load((HOME / ".github/workflows/book.yml").read_text())["jobs"]["notebooks"]
    *_, make, push = job["steps"]
    assert make == {"run": "make notebooks"}
    assert f"--initial-branch {launch.BRANCH}\n" in push["run"]
    assert push["working-directory"] == "_build/notebooks"


def test_binder_finds_the_lock_and_writes_the_notebooks_that_pages_lead_to():
    folder = HOME / ".binder"
    name = (folder / "requirements.txt").read_text().strip().removeprefix("-r ")
    assert (folder / name).resolve() == HOME / "requirements.txt"
    assert os.access(folder / "postBuild", os.X_OK)
    subprocess.run(["sh", "-n", folder / "postBuild"], check=True)
    assert "literate notebooks" in (folder / "postBuild").read_text()
    assert "lab/tree/_build/notebooks/" in addresses("a/b", "cost")["Binder"]


def test_the_container_runs_a_command_of_make():
    container = json.loads((HOME / ".devcontainer/devcontainer.json").read_text())
    assert container["postCreateCommand"] == "make book"
