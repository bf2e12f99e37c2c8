"""The API page: every public name, with its formulas, and links to the cell that builds it and back."""

import inspect

import pytest
from bs4 import BeautifulSoup

import nnmath
from literate.book.chapters import read_book
from literate.tangle.names import public_names
from literate.tangle.reading_order import module_built_by
from literate.tangle.tangle import assemble

from .conftest import HOME


@pytest.fixture(scope="module")
def files():
    return assemble(read_book(HOME))


@pytest.fixture(scope="module")
def soup(site):
    return BeautifulSoup((site / "api.html").read_text(encoding="utf-8"), "html.parser")


def test_every_public_name_is_there_in_the_order_of_the_book(soup, files):
    expected = [
        f"{module_built_by(target)}.{name}"
        for target, file in files.items()
        for block in file.blocks
        for name in public_names(block.text)
    ]
    entries = soup.select("dl.function > dt[id], dl.class > dt[id], dl.exception > dt[id]")
    assert [entry["id"] for entry in entries] == expected


def test_names_of_the_package_itself_are_listed(soup):
    named = {
        link.get_text() for link in soup.select("article section > ul:first-of-type a code")
    }
    public = {name for name, value in vars(nnmath).items() if not inspect.ismodule(value)}
    assert {name for name in public if not name.startswith("_")} <= named


def test_equations_stand_with_number_and_formula(soup):
    entry = soup.find(id="nnmath.model.activations.relu").parent
    numbers = [link.get_text() for link in entry.select("a[href*='#equation-eq-relu']")]
    assert len(numbers) == 2  # in the docstring's notes, and beside the formula
    assert set(numbers) == {"(1.8)"} or all(n.startswith("(") for n in numbers)
    assert r"\relu" in entry.select_one(".api-equation div.math").get_text()


def test_no_label_is_left_in_place_of_a_number(soup):
    assert "eq-" not in soup.find("article").get_text()


def test_links_lead_to_the_cell_and_back(soup, site):
    entry = soup.find(id="nnmath.model.costs.squared_error").parent
    page, _, anchor = entry.select_one("p.api-place a")["href"].partition("#")
    chapter = BeautifulSoup((site / page).read_text(encoding="utf-8"), "html.parser")
    back = [a["href"] for a in chapter.find(id=anchor).select("p.cell-caption a")]
    assert "api.html#nnmath.model.costs.squared_error" in back
