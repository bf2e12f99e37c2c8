"""Below each equation stands where it is used: what the pages themselves link to is the judge."""

import posixpath
import re

import pytest

from literate.book.equations import Ledger
from literate.book.notation import NOTATION, read_notation
from tests.book import BOOK

from .conftest import HOME, built_pages

LEDGER = Ledger(BOOK)
PAGES = list(dict.fromkeys(e.chapter.docname for e in LEDGER.equations))
LISTS = ("ledger.html", "api.html", "wrong_formulas.html")


def section_around(element):
    """Find the section with a heading; the content of an exercise is one without."""
    headings = ["h1", "h2", "h3", "h4"]
    sections = element.find_parents("section")
    return next(section for section in sections if section.find(headings, recursive=False))


@pytest.fixture(scope="module")
def links(soup):
    """List for each equation the sections that link to it, as pages and places."""
    found = {equation.label: {} for equation in LEDGER.equations}
    for name in (name for name in built_pages() if name not in LISTS):
        for link in soup(name.removesuffix(".html")).select(
            "article p a.reference, article li a.reference"
        ):
            place = link["href"].partition("#equation-")[2]
            section = section_around(link)
            own = section.find(id=f"equation-{place}")
            here = own is not None and section_around(own) is section
            if place in found and not here and not link.find_parent(class_="cell-caption"):
                found[place][name, "" if section.h1 in section.children else section["id"]] = (
                    None
                )
    return {label: list(places) for label, places in found.items()}


@pytest.mark.parametrize("docname", PAGES)
def test_every_use_is_listed_in_reading_order(place, links, docname):
    for equation in (e for e in LEDGER.equations if e.chapter.docname == docname):
        display = place(docname, f"equation-{equation.label}")
        listed = []
        for link in display.select(".equation-uses a"):
            page, _, anchor = link["href"].partition("#")
            path = posixpath.normpath(posixpath.join(posixpath.dirname(docname), page))
            listed.append((path if page else f"{docname}.html", anchor))
        assert sorted(listed) == sorted(links[equation.label])
        said = display.select_one(".equation-uses > summary")
        assert (said.get_text() if said else "used in 0") == f"used in {len(listed)}"


def test_a_use_has_the_number_and_the_heading_of_its_section(soup):
    (use, *_) = soup("layer_k").select(".equation-uses a[href^='#']")
    heading = soup("layer_k").find(id=use["href"].removeprefix("#")).select_one("h2, h3, h4")
    assert use.get_text().split() == heading.get_text().rstrip("#").split()


@pytest.fixture(scope="module", params=[1280, 390])
def opened_at(visit, request):
    """Give the width of a window, and a page opened in it."""
    page = visit("vectorization.html").page
    page.set_viewport_size({"width": request.param, "height": 844})
    yield request.param, page
    page.context.close()


@pytest.mark.parametrize("kind", ["uses", "example"])
def test_what_is_folded_opens_by_keyboard_within_the_page(opened_at, kind):
    width, page = opened_at
    folded = page.locator(f"#equation-eq-gradient-w-batch .equation-{kind}")
    inside = folded.locator("> :not(summary)")
    assert inside.is_hidden()
    folded.locator("summary").focus()
    page.keyboard.press("Enter")
    assert inside.is_visible()
    box = inside.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width


def test_an_example_stands_in_the_page_without_scripts(soup):
    example = soup("layer_k").select_one(
        "#equation-eq-delta-recursion details.equation-example"
    )
    assert example.summary.get_text() == "evaluated ✓"
    assert example.select("tr")[-1].get_text() == (
        "=tanh′(1.02) · (1.2 · (−0.0142) + (−0.9) · 0.0966)= −0.0423"
    )


def test_every_equation_opens_to_its_tex_without_the_books_macros(place):
    macros = {macro.name for macro in read_notation(HOME / NOTATION).macros}
    for equation in LEDGER.equations:
        display = place(equation.chapter.docname, f"equation-{equation.label}")
        (tex,) = display.select("details .equation-tex pre")
        assert not macros & set(re.findall(r"\\([a-zA-Z]+)", tex.get_text())), equation.label


def test_the_tex_of_an_equation_is_copied_by_keyboard(visit):
    page = visit("forward_pass.html").page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    folded = page.locator("#equation-eq-softmax details:has(.equation-tex)")
    folded.locator("summary").focus()
    page.keyboard.press("Enter")
    folded.locator(".copybtn").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("navigator.clipboard.readText()") == (
        r"p_i = \operatorname{softmax}(z)_i = \frac{e^{z_i}}{\sum_{k=0}^{K-1} e^{z_k}},"
        r" \qquad 0 \le i < K"
    )
    page.context.close()


def test_uses_are_not_printed(visit):
    page = visit("layer_k.html").page
    page.emulate_media(media="print")
    assert page.locator(".equation-uses:visible").count() == 0
    page.context.close()
