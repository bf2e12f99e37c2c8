"""The contents of the book at the left of a page: short, whichever page it is, and foldable by keyboard."""

import pytest
from bs4 import BeautifulSoup

from literate.site.sidebar import with_parts

MOST = 35
"""So many entries are in sight at once, the captions of parts among them."""


def entries(navigation):
    """List the entries in sight before the reader opens or folds anything."""
    return [
        entry.get_text(" ", strip=True)
        for entry in navigation.select("a, details.nav-part > summary")
        if all(
            part.has_attr("open") or entry is part.summary
            for part in entry.find_parents("details")
        )
    ]


def navigation_of(*parts):
    """Write contents as the theme does: of each part its caption, its first entry, if it is current."""
    text = '<ul class="nav"><li><a href="p.html">Preface</a></li></ul>'
    for caption, first, current in parts:
        kind = "current nav" if current else "nav"
        text += (
            f'<p class="caption" role="heading"><span>{caption}</span></p>'
            f'<ul class="{kind}"><li><a href="x.html">{first}</a></li></ul>'
        )
    return BeautifulSoup(with_parts(text), "html.parser")


@pytest.mark.parametrize(
    ("current", "expected"),
    [
        (None, ["Preface", "Model", "1. One", "Learning", "2. Two", "Back", "More"]),
        ("Model", ["Preface", "Model", "1. One", "Learning", "2. Two", "Back", "More"]),
        ("Back", ["Preface", "Model", "Learning", "Back", "Errata", "More"]),
    ],
)
def test_open_are_the_part_of_the_page_and_the_chapters_that_go_with_it(current, expected):
    parts = {"Model": "1. One", "Learning": "2. Two", "Back": "Errata", "More": "Maps"}
    shown = navigation_of(*((name, first, name == current) for name, first in parts.items()))
    assert entries(shown) == expected


def test_the_contents_are_short_on_every_page(soup, page_name):
    navigation = soup(page_name.removesuffix(".html")).select_one(
        ".bd-sidebar-primary .bd-docs-nav"
    )
    assert len(entries(navigation)) <= MOST
    assert navigation.select("details.nav-part[open]") or "current" not in str(navigation)


def test_a_part_opens_and_folds_by_keyboard(visit):
    page = visit("preface.html").page
    part = page.locator(".bd-sidebar-primary details.nav-part:not([open])").last
    page.evaluate(
        "[...document.querySelectorAll('.bd-sidebar-primary .nav-part')].pop().querySelector('summary').focus()"
    )
    assert part.locator("a").first.is_hidden()
    page.keyboard.press("Enter")
    last = page.locator(".bd-sidebar-primary details.nav-part").last
    assert last.locator("a").first.is_visible()
    page.keyboard.press("Enter")
    assert last.locator("a").first.is_hidden()
    page.context.close()


def test_the_page_of_the_reader_is_in_sight(soup, page_name):
    navigation = soup(page_name.removesuffix(".html")).select_one(
        ".bd-sidebar-primary .bd-docs-nav"
    )
    for entry in navigation.select("li.current > a"):
        assert entry.get_text(" ", strip=True) in entries(navigation)
