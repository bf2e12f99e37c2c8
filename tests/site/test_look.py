"""The look of the pages, and whether they stay in place: measured in a browser."""

import re
import time

import pytest

from tests.book import BOOK

from .conftest import WINDOW, built_pages

CHAPTERS = sorted(
    f"{chapter.docname}.html"
    for chapter in BOOK
    if chapter.is_notebook and f"{chapter.docname}.html" in built_pages()
)
TELEPHONE = {"width": 390, "height": 844}


@pytest.fixture
def page(visit):
    """Open a page in a window of 1280 pixels, and close it again: ``page(name)``."""
    opened = []

    def page(name):
        opened.append(visit(name).page)
        return opened[-1]

    yield page
    for one in opened:
        one.context.close()


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_picture_keeps_its_room_free(soup, name):
    images = soup(name.removesuffix(".html")).select("article img")
    assert [
        image["src"] for image in images if not (image.get("width") and image.get("height"))
    ] == []


def places_in(page):
    """Name three places, early, in the middle and late, that are not folded."""
    places = page.select("article :is(section[id], figure[id], div.math[id])")
    seen = [place["id"] for place in places if not place.find_parent(is_folded)]
    return [seen[int(share * len(seen))] for share in (0.3, 0.6, 0.85)]


def is_folded(element):
    return element.name == "details" or "solution" in element.get("class", ())


TOP = "id => document.getElementById(id).getBoundingClientRect().top"


# Chromium holds what is in sight in its place by itself; not every browser does.
UNANCHORED = """document.addEventListener("DOMContentLoaded", () => {
  document.documentElement.style.overflowAnchor = "none";
})"""


def far_away(context, url):
    """Begin a first visit on which the formulas' script and the pictures come 0.8 seconds late."""
    page, start = context.new_page(), time.monotonic()

    def late(route):
        time.sleep(max(0, start + 0.8 - time.monotonic()))
        route.continue_()

    page.route(re.compile(r"core\.js|\.svg"), late)
    page.add_init_script(UNANCHORED)
    page.goto(url)
    return page


@pytest.mark.parametrize("name", ["layer_k.html", "vectorization.html"])
def test_a_link_into_a_page_leads_there_on_a_first_visit(browser, address, soup, name):
    visits = {}
    for place in places_in(soup(name.removesuffix(".html"))):
        context = browser.new_context(viewport=WINDOW)
        visits[place] = far_away(context, f"{address}/{name}#{place}")
    for first in visits.values():
        first.evaluate("window.MathJax.startup.promise.then(() => null)")
    first.wait_for_timeout(1500)
    for place, first in visits.items():
        assert -1 <= first.evaluate(TOP, place) <= 120
        first.context.close()


@pytest.mark.parametrize("name", ["cost.html", "forward_pass.html", "speed.html"])
def test_nothing_stands_below_the_footer(page, name):
    below = page(name).evaluate(
        """() => document.documentElement.scrollHeight - window.scrollY
          - Math.max(...[...document.querySelectorAll("footer")].map(e => e.getBoundingClientRect().bottom))"""
    )
    assert below <= 4


def test_the_glass_leaves_the_first_letter_of_the_search_free(page):
    glass, letter = page("search.html").evaluate(
        """() => {
          const field = document.querySelector(".bd-search-container input, .bd-article-container input[type=search]");
          const glass = field.parentElement.querySelector(".fa-magnifying-glass").getBoundingClientRect();
          const left = parseFloat(getComputedStyle(field).paddingLeft);
          return [glass.right, field.getBoundingClientRect().left + left];
        }"""
    )
    assert glass + 2 <= letter


def test_buttons_stand_in_the_same_place_on_every_page(page):
    places = {
        name: page(name).locator(".theme-switch-button:visible").bounding_box()["x"]
        for name in ("layer_k.html", "chapter_map.html", "search.html")
    }
    assert len(set(places.values())) == 1, places


def test_no_space_is_underlined_in_the_title_of_a_solution(soup):
    links = soup("layer_k").select(".solution > .admonition-title > a")
    assert links
    assert [link for link in links if link.get_text() != link.get_text().strip()] == []


@pytest.mark.parametrize("name", ["chapter_map.html", "last_two_layers.html"])
def test_text_of_tables_touches_no_rule(page, name):
    lines = (
        page(name)
        .locator("article td")
        .evaluate_all(
            "es => es.map(e => getComputedStyle(e)).map(s => [s.borderLeftWidth, s.borderRightWidth])"
        )
    )
    assert {width for pair in lines for width in pair} == {"0px"}


def test_contents_of_the_page_follow_the_reader(page):
    opened = page("vectorization.html")
    opened.evaluate("document.querySelector('#exercises').scrollIntoView()")
    opened.wait_for_timeout(600)
    entry = opened.locator(".bd-sidebar-secondary .nav-link.active").last.bounding_box()
    assert (
        "Exercises"
        in opened.locator(".bd-sidebar-secondary .nav-link.active").last.inner_text()
    )
    assert 0 <= entry["y"] <= 900 - entry["height"]


def test_contents_of_the_book_follow_the_page(page):
    opened = page("notation.html")
    for name in ("wrong_formulas.html", "notation.html"):
        opened.goto(f"{opened.url.rpartition('/')[0]}/{name}")
        entry = opened.locator(".bd-sidebar-primary li.active > a").last.bounding_box()
        assert 0 <= entry["y"] <= 900 - entry["height"]


def test_print_has_the_number_of_the_chapter(page):
    opened = page("layer_k.html")
    opened.emulate_media(media="print")
    titles = opened.locator("h1:visible").all_inner_texts()
    assert [title[:2] for title in titles] == ["6."]


def test_print_breaks_long_cells(page):
    opened = page("modeling.html")
    opened.emulate_media(media="print")
    kept = opened.locator("article :is(pre, .cell_input, .highlight, div[class*=highlight-])")
    tall = kept.evaluate_all(
        """es => es.filter(e => e.offsetHeight > 300)
          .map(e => getComputedStyle(e).breakInside)"""
    )
    assert set(tall) == {"auto"}
