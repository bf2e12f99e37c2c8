"""The page of errata: all thirteen, each with what was written, what is right, and the box that settles it."""

import re

import pytest

from tests.book import BOOK

from .conftest import HOME

# Two of the boxes settle two errata each.
BOX_OF = {number: number for number in range(1, 14)} | {2: 1, 4: 3}

CHAPTERS = {chapter.docname: (HOME / chapter.path).read_text() for chapter in BOOK}

BOXES = {
    int(number): docname
    for docname, text in CHAPTERS.items()
    for number in re.findall(r"^:name: erratum-(\d+)$", text, re.MULTILINE)
}

ENTRIES = {
    int(number): text
    for number, text in re.findall(
        r"^## (\d+)\. [^\n]+\n(.*?)(?=^## |\Z)", CHAPTERS["errata"], re.MULTILINE | re.DOTALL
    )
}


def test_all_thirteen_are_there_in_order():
    assert list(ENTRIES) == list(BOX_OF)


def test_every_box_is_in_a_chapter_once_and_no_other_is_there():
    assert set(BOXES) == set(BOX_OF.values())
    named = [
        n
        for text in CHAPTERS.values()
        for n in re.findall(r"^:name: (erratum-\d+)$", text, re.M)
    ]
    assert len(named) == len(set(named))


@pytest.mark.parametrize("number", BOX_OF)
def test_entry_says_what_was_written_what_is_right_and_what_settles_it(number):
    entry = ENTRIES[number]
    assert re.findall(r"^(\w+)\n: ", entry, re.MULTILINE) == ["Written", "Right", "Settled"]
    assert re.findall(r"<erratum-(\d+)>", entry) == [str(BOX_OF[number])]
    assert "{eq}`" in entry or "{wrong}`" in entry or "{doc}`" in entry


@pytest.mark.parametrize("number", BOX_OF)
def test_entry_of_the_built_page_leads_to_its_box(number):
    page = HOME / "_build" / "html" / "errata.html"
    if not page.exists():
        pytest.fail("there is no built site in _build/html; run `make book`", pytrace=False)
    html = page.read_text(encoding="utf-8")
    start = re.search(rf"<h2>{number}\. ", html).start()
    section = html[start : html.index("</section>", start)]
    place = f"erratum-{BOX_OF[number]}"
    docname = BOXES[BOX_OF[number]]
    assert f'href="{docname}.html#{place}"' in section
    target = (page.parent / f"{docname}.html").read_text(encoding="utf-8")
    assert f'id="{place}"' in target


@pytest.mark.parametrize("number", BOXES)
def test_box_is_folded_to_its_title(soup, number):
    box = soup(BOXES[number]).find(id=f"erratum-{number}")
    folded = box.find("details", recursive=False)
    assert not folded.has_attr("open")
    numbers, _, title = folded.select_one("summary").get_text().partition(": ")
    assert re.fullmatch(rf"Erratum {number}|Errata {number} and \d+", numbers)
    assert title
    assert [child.name for child in box.find_all(recursive=False)] == ["details"]
    assert len(folded.select("p")[0].get_text()) > 20


def test_link_to_a_box_opens_it_and_so_does_the_keyboard(visit):
    docname = BOXES[5]
    page = visit(f"{docname}.html#erratum-5").page
    text = page.locator("#erratum-5 details > p").first
    text.wait_for(state="visible")
    page.locator("#erratum-5 summary").press("Enter")
    assert not text.is_visible()
    page.context.close()
