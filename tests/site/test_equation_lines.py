"""Equations and the lines of code that are them: each shows the way to the other."""

import posixpath
from collections import Counter

import pytest

from literate.book.equation_lines import equation_lines
from literate.book.equations import Ledger
from tests.book import BOOK

LINES = list(equation_lines(BOOK))
EQUATIONS = Ledger(BOOK).by_label
HOME_OF_CODE = dict.fromkeys(line.docname for line in LINES)


@pytest.mark.parametrize("docname", HOME_OF_CODE)
def test_line_shows_the_number_of_its_equation_and_leads_there(soup, place, docname):
    links = soup(docname).select(".code-equation")
    assert [(link["id"], link.get_text().strip("#, ")) for link in links] == [
        (line.place, line.label) for line in LINES if line.docname == docname
    ]
    for link in links:
        page, _, anchor = link["href"].partition("#")
        equation = place(page.removesuffix(".html") or docname, anchor)
        assert equation.select_one(".eqno").get_text().startswith(link["data-number"])


def test_equation_leads_to_each_of_its_lines(place):
    for label in dict.fromkeys(line.label for line in LINES):
        docname = EQUATIONS[label].chapter.docname
        marks = place(docname, f"equation-{label}").select(".equation-mark.in-code a")
        expected = [
            ("" if line.docname == docname else f"{line.docname}.html") + f"#{line.place}"
            for line in LINES
            if line.label == label
        ]
        assert [posixpath.normpath(mark["href"]) for mark in marks] == expected
        assert marks[0].get_text() == "in code"


def test_equation_shows_its_lines_below_it(place):
    for label in dict.fromkeys(line.label for line in LINES):
        docname = EQUATIONS[label].chapter.docname
        below = place(docname, f"equation-{label}").find_next_sibling()
        assert "equation-code" in below["class"]
        code = dict.fromkeys(line.code for line in LINES if line.label == label)
        # the reader of HTML drops the indentation of a line
        assert below.get_text().split() == "\n".join(code).split()


def test_places_are_different_on_a_page():
    assert max(Counter((line.docname, line.place) for line in LINES).values()) == 1


@pytest.fixture
def page(visit):
    page = visit("forward_pass.html").page
    yield page
    page.context.close()


@pytest.mark.parametrize("way", ["hover", "focus"])
def test_pointing_at_either_lights_up_the_other(page, way):
    line = page.locator(".code-line[data-equation=eq-z-batch]")
    equation = page.locator("#equation-eq-z-batch")
    lit = "e => e.classList.contains('lit')"
    assert not line.evaluate(lit)
    getattr(equation if way == "hover" else equation.locator(".equation-mark a").first, way)()
    assert line.evaluate(lit)
    getattr(line if way == "hover" else line.locator("a"), way)()
    assert equation.evaluate(lit)
    page.mouse.move(2, 2)
    page.evaluate("document.activeElement.blur()")
    assert not line.evaluate(lit)
    assert not equation.evaluate(lit)


def test_the_number_is_seen_and_the_label_is_not(page):
    link = page.locator(".code-equation").first
    after = link.evaluate("e => getComputedStyle(e, '::after').content")
    assert after == f'"{link.get_attribute("data-number")}"'
    assert not link.locator("span").is_visible()
    assert page.get_by_role(
        "link", name=f"equation {link.get_attribute('data-number')}"
    ).count()
