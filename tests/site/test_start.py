"""The first pages: the landing page, the links from lines to sections, the path, the one sheet."""

from urllib.parse import urljoin

import pypdfium2
import pytest

from literate.book.sections import minutes, path, whole_path
from literate.site.chapter_map import numbered
from tests.book import BOOK

from .conftest import HOME


def test_the_landing_page_has_a_picture_a_check_and_three_doors(soup):
    page = soup("start").select_one("article")
    assert page.select_one("img[src$='overview.svg']")
    assert page.select_one("#interactive-wrong_mask")
    doors = [link["href"] for link in page.select("ul.doors li > p:first-child a")]
    assert doors == ["two_evenings.html", "preface.html", "api.html"]


def test_the_picture_of_how_the_book_is_made_is_high_on_a_telephone_and_has_no_ground(visit):
    page = visit("start.html").page
    picture = page.locator("img[src$='overview.svg']")
    page.emulate_media(color_scheme="dark")
    page.locator("html[data-theme=dark]").wait_for()
    look = "e => [getComputedStyle(e).backgroundColor, getComputedStyle(e).filter]"
    assert picture.evaluate(look) == ["rgba(0, 0, 0, 0)", "none"]
    wide = picture.bounding_box()
    page.set_viewport_size({"width": 390, "height": 844})
    high = picture.bounding_box()
    page.context.close()
    assert wide["width"] > 1.5 * wide["height"]
    assert high["height"] > 2 * high["width"]
    assert high["x"] + high["width"] <= 390


def test_a_card_leads_to_each_chapter_and_says_its_minutes(soup):
    cards = soup("start").select(".chapter-cards a")
    said = [(card["href"], card.select_one(".minutes").get_text().strip()) for card in cards]
    assert said == [(f"{c.docname}.html", f"{minutes(c)} min") for c in numbered(HOME, BOOK)]


def test_each_line_of_the_program_leads_to_a_section(soup):
    links = soup("thirty_lines").select("table td:last-child a:not([href*='#equation-'])")
    rows = soup("thirty_lines").select("table tbody tr")
    assert len(links) == len(rows) >= 12
    for link in links:
        docname, _, anchor = link["href"].partition(".html#")
        heading = soup(docname).find(id=anchor).select_one("h2, h3, h4").get_text()
        assert link.get_text().split() == heading.rstrip("#").split()


def heading_of(section):
    """Read a heading without its number and its link."""
    heading = section.find(["h2", "h3", "h4"])
    number = heading.select_one(".section-number")
    return heading.get_text().removeprefix(number.get_text()).removesuffix("#")


@pytest.mark.parametrize("evening", ["1", "2"])
def test_the_path_leads_to_every_marked_section_in_order(soup, evening):
    table = soup("two_evenings").select("table.path-of-sections")[int(evening) - 1]
    expected = path(BOOK, evening)
    rows = table.select("tbody tr")
    assert len(rows) == len(expected)
    for row, section in zip(rows, expected, strict=True):
        docname, _, anchor = row.a["href"].partition(".html")
        assert docname == section.chapter.docname
        assert f"{section.words:,}" in row.get_text()
        assert bool(anchor) == (section.level > 1)
        if anchor:
            marked = soup(docname).find(id=anchor.removeprefix("#"))
            assert "evening" in marked["class"]
            assert heading_of(marked) == section.title


def test_the_path_begins_with_the_thirty_lines_and_ends_with_the_readers_own():
    assert path(BOOK, "1")[0].chapter.docname == "thirty_lines"
    assert path(BOOK, "2")[-1].chapter.docname == "your_own"


def section_at(soup, address):
    """Find the section, or the page, that a link leads to."""
    docname, _, anchor = address.partition(".html")
    article = soup(docname).select_one("article")
    return article.find("section", id=anchor.removeprefix("#") or True)


def next_on_the_path(soup, address):
    """Give the address to which a section of the path leads: by its link, or as the next one."""
    section = section_at(soup, address)
    links = section.select(":scope > p.evening-next > a")
    if links:
        return urljoin(address, links[0]["href"])
    following = section.find_next_sibling("section")
    return following and urljoin(address, f"#{following['id']}")


def test_the_links_of_the_sections_are_the_path(soup):
    rows = soup("two_evenings").select("table.path-of-sections tbody tr")
    addresses = [row.a["href"] for row in rows]
    assert [next_on_the_path(soup, one) for one in addresses] == [*addresses[1:], None]


def test_each_mark_of_the_path_leads_to_its_list(soup):
    pages = {section.chapter.docname for section in whole_path(BOOK)}
    marks = [mark for page in pages for mark in soup(page).select("p.evening")]
    assert len(marks) == len(whole_path(BOOK))
    assert {mark.a["href"] for mark in marks} == {"two_evenings.html"}


def test_the_path_is_two_evenings_long():
    assert 6_500 <= sum(section.words for section in whole_path(BOOK)) <= 7_500


def test_backpropagation_fits_on_the_two_sides_of_a_sheet(visit, tmp_path):
    page = visit("backpropagation_in_one_page.html").page
    file = tmp_path / "one.pdf"
    page.pdf(path=file, format="A4")
    page.context.close()
    with pypdfium2.PdfDocument(file) as document:
        assert len(document) == 2
        front, back = (side.get_textpage().get_text_bounded() for side in document)
    assert "-0.0423" in front
    assert "Step downhill" in front
    assert "The signs" in back
    assert "What to check first" in back
