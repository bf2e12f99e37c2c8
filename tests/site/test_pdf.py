"""The PDF of the book: whole, with the web's numbers, links that lead somewhere, nothing cut off.

The tests print it anew, which takes minutes: `make test` runs this file first, beside others.
"""

import re
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pypdfium2
import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from literate.book.equations import Ledger
from literate.build.pdf import FOLDER, NAME, article_of, joined, link_target, pages_of_places
from literate.site.chapter_map import numbered
from tests.book import BOOK

from .conftest import HOME

A4 = (595, 842)

MARGIN = 54
"""Points, of 72 to the inch, that stay white at the left and at the right of a page."""

FOOT = 66
"""Points below which nothing but the page's number stands."""

FOUR_LINES = 44
"""Points; fewer than four lines of code do not begin at the end of a page."""

MOST_PAGES, MOST_BYTES = 400, 20_000_000

GROUND, WHITE = 215, 255
"""The darkest ground of a frame, and paper."""


@pytest.fixture(scope="module")
def reader():
    # in a process of its own, for the tests of this one may have a browser open
    subprocess.run([sys.executable, "-m", "literate", "--root", HOME, "pdf"], check=True)
    return PdfReader(HOME / FOLDER / NAME)


@pytest.fixture(scope="module")
def places(reader):
    return pages_of_places(reader)


@pytest.fixture(scope="module")
def drawn(reader):
    """Open the file with the library that draws its pages, and reads their text fast."""
    with pypdfium2.PdfDocument(HOME / FOLDER / NAME) as document:
        yield document


@pytest.fixture(scope="module")
def texts(drawn):
    return [page.get_textpage().get_text_bounded() for page in drawn]


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("#here", "#listings-costs--here"),
        ("../cost.html", "#page-cost"),
        ("../cost.html#eq", "#cost--eq"),
        ("index.html#a", "#listings-index--a"),
        ("https://example.org/#a", "https://example.org/#a"),
        ("../notebooks/cost.ipynb", ""),
        ("../api.html#forward", ""),
    ],
)
def test_links_stay_within_the_book(href, expected):
    docnames = {"cost", "listings/costs", "listings/index"}
    assert link_target("listings/costs", href, docnames) == expected


def test_files_are_found_from_any_page():
    assert joined("listings/costs", "../_images/a.svg") == "_images/a.svg"


def test_what_only_a_screen_needs_is_left_out():
    page = BeautifulSoup(
        '<article class="bd-article"><template>t</template><p class="no-print">d</p>'
        '<details><summary>s</summary><p id="x">kept</p></details></article>',
        "html.parser",
    )
    article = article_of("cost", page, {"cost"})
    assert article.get_text() == "skept"
    assert article.select_one("details[open] #cost--x")


def test_outline_has_every_chapter_in_order(reader):
    titles = [entry.title for entry in reader.outline if not isinstance(entry, list)]
    numbers = [int(match[1]) for title in titles if (match := re.match(r"(\d+)\. ", title))]
    assert numbers == list(range(1, len(numbered(HOME, BOOK)) + 1))


def test_every_internal_link_leads_to_a_place(reader):
    known = set(reader.named_destinations)
    lost = set()
    for page in reader.pages:
        for note in page.get("/Annots") or []:
            note = note.get_object()
            target = note.get("/Dest") or (note.get("/A") or {}).get("/D")
            address = (note.get("/A") or {}).get("/URI", "")
            if isinstance(target, str) and target not in known:
                lost.add(target)
            out = address.startswith(("http://", "https://", "mailto:"))
            if address and (not out or "127.0.0.1" in address):
                lost.add(address)
    assert lost == set()


def test_equations_have_the_webs_numbers(places, texts, site):
    ledger = Ledger(BOOK)
    page = BeautifulSoup((site / "ledger.html").read_text(encoding="utf-8"), "html.parser")
    numbers = {
        link["href"].partition("#equation-")[2]: link.get_text()
        for link in page.select(".ledger-number a")
    }
    numbered_chapters = [f"page-{chapter.docname}" for chapter in numbered(HOME, BOOK)]
    ends = dict(pairwise([*(places[name] for name in numbered_chapters), len(texts)]))
    wrong = []
    for equation in ledger.equations:
        # What no link of the PDF leads to has no place of its own there, but that of its chapter.
        start = places[f"page-{equation.chapter.docname}"]
        own = places.get(f"{equation.chapter.docname}--equation-{equation.label}")
        pages = range(own, own + 1) if own else range(start, ends[start] + 1)
        if not any(numbers[equation.label] in texts[page - 1] for page in pages):
            wrong.append(equation.label)
    assert wrong == []


def test_contents_name_the_pages(places, texts):
    contents = "\n".join(texts[1:8]).replace(" ", "")  # some are lost where a line ends a page
    for chapter in numbered(HOME, BOOK):
        page = places[f"page-{chapter.docname}"]
        first = (
            chapter.title.partition(":")[0].partition(",")[0].replace("'", "’").replace(" ", "")
        )
        assert re.search(
            rf"{re.escape(first)}(?:[^\n]*\n){{0,2}}[^\n]*(?<!\d){page}(?!\d)", contents
        ), chapter.title


def test_pages_are_a4_and_numbered(reader, texts):
    assert {tuple(round(float(x)) for x in page.mediabox[2:]) for page in reader.pages} == {A4}
    assert [number for number in (5, 20, 50) if str(number) not in texts[number - 1]] == []


@pytest.mark.parametrize("side", ["left", "right"])
def test_nothing_is_drawn_in_a_margin(drawn, side):
    width = A4[0] - MARGIN
    crop = (0, 0, width, 0) if side == "left" else (width, 0, 0, 0)
    margins = [page.render(crop=crop, grayscale=True).buffer for page in drawn]
    assert [n for n, margin in enumerate(margins, 1) if min(bytes(margin)) < WHITE] == []


def test_no_page_ends_with_an_empty_frame(drawn):
    """Of the frame that is left open at the end of a page, less than the room of four lines is empty."""
    empty = []
    for n, page in enumerate(drawn, 1):
        inside = page.render(crop=(MARGIN + 8, FOOT, MARGIN + 8, 0), grayscale=True).to_numpy()
        end = np.squeeze(inside)[-FOUR_LINES:]
        if end.min() > GROUND and end.max() < WHITE:
            empty.append(n)
    assert empty == []


def test_it_is_short_enough_to_print_and_small_enough_to_send(reader):
    assert len(reader.pages) < MOST_PAGES
    assert (HOME / FOLDER / NAME).stat().st_size <= MOST_BYTES


def test_it_says_what_the_site_has_beyond_it(texts, places):
    assert "pages of the site alone" in " ".join("".join(texts[1:8]).split())
    assert [place for place in places if place.startswith(("page-api", "page-listings"))] == []


def test_all_content_of_a_page_belongs_to_an_element(reader):
    """What is marked on a page stands in the tree, below the element that the page names for it."""
    tree = reader.root_object["/StructTreeRoot"]
    homes = dict(numbered_entries(tree["/ParentTree"]))
    held = {
        element.indirect_reference.idnum: contents_of(element) for element in elements(reader)
    }
    for page in reader.pages[30:300:30]:
        marks = set(map(int, re.findall(rb"/MCID (\d+)", page.get_contents().get_data())))
        assert marks
        for mark in marks:
            home = homes[page["/StructParents"]][mark]
            assert (page.indirect_reference.idnum, mark) in held[home.indirect_reference.idnum]


def elements(reader):
    """Yield the elements that tell a screen reader what is what."""
    waiting = [reader.root_object["/StructTreeRoot"]]
    while waiting:
        kids = waiting.pop().get("/K", [])
        for kid in kids if isinstance(kids, list) else [kids]:
            element = kid.get_object()
            if isinstance(element, dict) and "/S" in element:
                yield element
                waiting.append(element)


def contents_of(element):
    """List the pages and numbers of the marked content that an element itself holds."""
    kids, found = element.get("/K", []), set()
    for kid in kids if isinstance(kids, list) else [kids]:
        one = kid.get_object()
        if isinstance(one, int):
            found.add((element.raw_get("/Pg").idnum, int(one)))
        elif "/MCID" in one:
            page = one if "/Pg" in one else element
            found.add((page.raw_get("/Pg").idnum, int(one["/MCID"])))
    return found


def numbered_entries(node):
    """Yield the numbers of a tree of numbers, and what stands under each."""
    for kid in node.get("/Kids", ()):
        yield from numbered_entries(kid.get_object())
    numbers = node.get("/Nums", [])
    for place in range(0, len(numbers), 2):
        entry = numbers[place + 1].get_object()
        if isinstance(entry, list):
            yield int(numbers[place]), [one.get_object() for one in entry]


def test_no_page_is_blank(texts):
    number = 5  # so many letters may be the page's number
    assert [n for n, text in enumerate(texts, 1) if len(text.strip()) <= number] == []
