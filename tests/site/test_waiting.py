"""Interactives that wait: in chapters, and where the reader opens them."""

import gzip
from io import StringIO

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from literate.build.browser import LOADED

from .accessibility import violations_in
from .conftest import WINDOW, Visit
from .in_page import BEYOND, IN_CHAPTERS, PAGES, go

WAITING = {**IN_CHAPTERS, PAGES["digits"]: "digits", PAGES["shapes"]: "shapes"}
ADDED = 4_000
"""So many bytes, packed, may an interactive that waits add to the first view of a page."""

OF_INTERACTIVES = """() => performance.getEntriesByType("resource")
  .filter(r => r.name.includes("/_static/interactive/"))
  .map(r => r.name.replace(/.*[/]/, "").replace(/[?].*/, ""))"""


def opener(page, name):
    return page.locator(f".opener:has(+ #interactive-{name}) button")


@pytest.mark.parametrize("docname", WAITING)
def test_before_it_is_opened_only_the_script_that_waits_is_loaded(opened, site, docname):
    page = opened(WAITING[docname], docname)
    loaded = page.evaluate(OF_INTERACTIVES)
    assert set(loaded) == {"waiting.js", "waiting.css"}
    files = [site / "_static" / "interactive" / name for name in set(loaded)]
    assert sum(len(gzip.compress(file.read_bytes(), 6)) for file in files) <= ADDED


@pytest.mark.parametrize("docname", WAITING)
def test_it_opens_and_closes_by_keyboard(opened, docname):
    name = WAITING[docname]
    page = opened(name, docname)
    place, button = page.locator(f"#interactive-{name}"), opener(page, name)
    assert not place.is_visible()
    button.press("Enter")
    place.and_(page.locator(".running")).wait_for()
    assert button.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Tab")
    assert place.evaluate("e => e.contains(document.activeElement)")
    button.press(" ")
    assert not place.is_visible()
    parts = place.locator(":scope > *").count()
    button.press("Enter")
    assert place.is_visible()
    assert place.locator(":scope > *").count() == parts


@pytest.mark.parametrize("docname", IN_CHAPTERS)
def test_a_chapter_says_what_there_is_to_try_without_scripts_and_on_paper(
    browser, address, docname
):
    name = IN_CHAPTERS[docname]
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/{docname}.html")
    box = page.locator(f".try:has(#interactive-{name})")
    assert len(box.inner_text()) > 60
    assert not page.locator(f"#interactive-{name}").is_visible()
    assert box.locator("a").first.get_attribute("href") == f"try/{name}.html"
    page.emulate_media(media="print")
    assert box.locator("p").first.is_visible()
    context.close()


@pytest.mark.parametrize("docname", IN_CHAPTERS)
def test_in_a_chapter_it_is_what_it_is_in_its_page(opened, docname):
    name = IN_CHAPTERS[docname]
    parts = []
    for where in (docname, PAGES[name]):
        page = opened(name, where)
        if opener(page, name).count():
            opener(page, name).click()
        place = page.locator(f"#interactive-{name}")
        place.and_(page.locator(".running")).wait_for()
        parts.append([place.get_attribute("aria-label"), place.inner_text()])
    assert parts[0] == parts[1]


@pytest.mark.parametrize("docname", IN_CHAPTERS)
def test_opened_in_a_chapter_it_is_accessible_and_fits_a_phone(opened, docname):
    name = IN_CHAPTERS[docname]
    page = opened(name, docname)
    opener(page, name).click()
    page.locator(f"#interactive-{name}.running").wait_for()
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate(BEYOND) == []
    page.set_viewport_size(WINDOW)
    assert violations_in(page, ".try") == []


def test_what_did_not_load_is_said_and_can_be_tried_again(browser, address):
    page = browser.new_page()
    page.route("**/descent.data.js", lambda route: route.abort())
    go(page, f"{address}/gradient_descent.html")
    opener(page, "descent").press("Enter")
    alert = page.locator(".opener [role=alert]")
    alert.filter(has_text="descent.data.js is missing").wait_for()
    page.unroute("**/descent.data.js")
    opener(page, "descent").press("Enter")
    page.locator("#interactive-descent.running").wait_for()
    assert alert.inner_text() == ""
    page.close()


FIRST_VIEW = 500_000
"""Bytes over the line, packed, for the page to draw digits."""


def test_the_first_view_of_the_page_to_draw_digits_is_light(browser, address, site):
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    visit = Visit(context.new_page(), address)
    visit.open(f"{PAGES['digits']}.html")
    visit.page.wait_for_function(LOADED)
    paths = {
        site / url.removeprefix(f"{address}/").partition("?")[0]
        for url in visit.loaded
        if url.startswith(address)
    }
    packed = {
        path.name: len(path.read_bytes())
        if path.suffix in (".woff", ".woff2", ".png")
        else len(gzip.compress(path.read_bytes(), 6))
        for path in paths
    }
    context.close()
    assert "digits.html" in packed
    assert sum(packed.values()) <= FIRST_VIEW, sorted(
        packed.items(), key=lambda pair: -pair[1]
    )[:5]


ON_SCREEN = 800
"""The height of a screen."""

PICTURES = {
    "wrong_mask": ".plot",
    "shapes": "table",
    "backpropagation": ".numbers .result",
    "formulas": ".both-sides",
    "gradient_check": ".plot.draggable",
    "descent": ".surface",
    "digits": ".bars",
    "playground": ".plot",
}


@pytest.mark.parametrize("name", PICTURES)
def test_controls_and_the_picture_fit_one_screen(opened, name):
    page = opened(name)
    page.set_viewport_size({"width": 1280, "height": ON_SCREEN})
    if opener(page, name).count():
        opener(page, name).click()
    place = page.locator(f"#interactive-{name}")
    place.and_(page.locator(".running")).wait_for()
    if name == "backpropagation":
        place.get_by_role("button", name="Step", exact=True).click()
    top = place.bounding_box()["y"]
    picture = place.locator(PICTURES[name]).last.bounding_box()
    covered = page.locator(".bd-header-article").bounding_box()["height"]
    assert picture["y"] + picture["height"] - top <= ON_SCREEN - covered


# --- What the directive refuses --------------------------------------------------------------------


@pytest.fixture
def warned(tmp_path):
    """Make a book of one page and its page to try: ``warned(text)`` gives what was warned of."""

    def warned(text):
        (tmp_path / "_interactive").mkdir()
        (tmp_path / "try").mkdir()
        (tmp_path / "_interactive" / "some.js").write_text("")
        (tmp_path / "index.md").write_text(f"# A page\n\n{text}\n")
        (tmp_path / "try" / "some.md").write_text("---\norphan: true\n---\n# To try\n")
        warnings = StringIO()
        with docutils_namespace():
            app = Sphinx(
                tmp_path,
                None,
                tmp_path / "html",
                tmp_path / "trees",
                "text",
                confoverrides={
                    "extensions": ["myst_parser", "literate.site.interactive"],
                    "myst_enable_extensions": ["colon_fence"],
                },
                status=StringIO(),
                warning=warnings,
            )
            app.build()
        return warnings.getvalue()

    return warned


def test_an_interactive_without_a_page_is_refused(warned):
    assert "there is no page book/try/other.md" in warned(":::{try} other\nWhat it is.\n:::")


def test_a_chapter_must_say_what_there_is_to_try(warned):
    assert "Content block expected" in warned(":::{try} some\n:::")


def test_a_script_that_is_not_there_is_refused(warned):
    text = ":::{interactive} other\n:still: fig\n:says: What it is\n:::"
    assert "there is no script other.js in book/_interactive" in warned(text)
