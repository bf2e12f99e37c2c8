"""``make lab``: the notebooks, with the built pages served beside them."""

import urllib.request

import nbformat
import pytest

from literate.build import lab

from .conftest import HOME


@pytest.fixture
def opened(site, tmp_path, monkeypatch):
    """Open the lab with a program in JupyterLab's place, and say what that saw."""
    for name in ("book", "nnmath"):
        (tmp_path / name).symlink_to(HOME / name)
    (tmp_path / "_build").mkdir()
    seen = {}

    def run(command, **options):
        path = tmp_path / "_build" / "notebooks" / "cost.ipynb"
        seen["opening"] = nbformat.read(path, as_version=4).cells[0].source
        seen["command"] = command
        if "<http" in seen["opening"]:
            url = seen["opening"].partition("<")[2].partition(">")[0]
            with urllib.request.urlopen(url) as answer:
                seen["page"] = answer.read().decode()
        return type("Done", (), {"returncode": 0})

    monkeypatch.setattr(lab.subprocess, "run", run)

    def opened(*, built):
        if built:
            (tmp_path / "_build" / "html").symlink_to(site)
        lab.open_lab(tmp_path, [])
        return seen

    return opened


def test_notebook_leads_to_its_page_which_is_served(opened):
    seen = opened(built=True)
    assert "<h1>" in seen["page"]
    assert "jupyterlab" in seen["command"]


def test_without_a_built_site_the_notebooks_open_all_the_same(opened, capsys):
    seen = opened(built=False)
    assert "http" not in seen["opening"].partition("---\n")[2].partition("---\n")[2]
    assert "make book" in capsys.readouterr().out
