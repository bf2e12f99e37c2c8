"""The API page: every public name, with its formulas, and links to the cell that builds it and back."""

import inspect

import pytest
from bs4 import BeautifulSoup

import nnmath
from literate.book.chapters import module_of
from literate.book.python_names import public_names
from literate.build.build_site import build_site
from literate.tangle.tangle import assemble
from tests.book import BOOK


@pytest.fixture(scope="module")
def files():
    return assemble(BOOK)


@pytest.fixture(scope="module")
def soup(site):
    return BeautifulSoup((site / "api.html").read_text(encoding="utf-8"), "html.parser")


def test_every_public_name_is_there_in_the_order_of_the_book(soup, files):
    expected = [
        f"{module_of(target)}.{name}"
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


WRAPPER = '''

class Rule:
    """A rule."""

    def __init__(self, function):
        self.function = function
        update_wrapper(self, function)

    def __call__(self, z):
        """Compute the function."""
        return self.function(z)


@Rule
def doubled(z, times=2):
    """Double a number, equation ``eq-answer``.

    Parameters
    ----------
    z : float
        A number.
    """
    return times * z
'''


def test_an_object_that_wraps_a_function_is_shown_as_the_function(small_book):
    book = small_book / "book"
    early = (book / "early.md").read_text()
    early = early.replace(
        '"""An answer."""', '"""An answer."""\n\nfrom functools import update_wrapper'
    )
    (book / "early.md").write_text(
        early.replace("    return 41\n", f"    return 41\n{WRAPPER}")
    )
    (book / "_toc.yml").write_text((book / "_toc.yml").read_text() + "- file: api\n")
    (book / "api.md").write_text("# API\n\n```{api}\n```\n")
    build_site(small_book, everything=False)
    html = (small_book / "_build" / "html" / "api.html").read_text()
    page = BeautifulSoup(html, "html.parser")
    ids = [entry["id"] for entry in page.select("dl.function > dt[id], dl.class > dt[id]")]
    assert ids == [f"nnmath.answer.{name}" for name in ("answer", "Rule", "doubled")]
    entry = page.find(id="nnmath.answer.doubled")
    assert entry.get_text().strip().startswith("doubled(z, times=2)")
    assert "Double a number, equation (1)" in entry.parent.get_text()
    assert entry.parent.select_one(".field-list") is not None
    assert entry.parent.select_one("p.api-place a")["href"].startswith("early.html#")
