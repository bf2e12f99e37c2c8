"""Every page in a browser: it asks no other host, shows no fault, fits a telephone, and is accessible.

All tests of a page share one visit, in the order in which they stand here.
"""

import gzip
from collections import Counter

import pytest

from tests.book import BOOK

from .accessibility import BUT_COLOURS, RULES, violations
from .conftest import WINDOW, wait_for_results

# Text that the reader should see as a formula, a number or a block.
RAW = r"\$|\\[a-zA-Z(\[]|\{[a-z:-]+\}`|```|:::"

TEXTS = """raw => {
  const pattern = new RegExp(raw), found = [];
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const inside = walker.currentNode.parentElement;
    if (!inside.closest("pre, code, script, style, mjx-container") && pattern.test(walker.currentNode.data))
      found.push(walker.currentNode.data.trim().slice(0, 120));
  }
  return found;
}"""

TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll("main *")]
    .filter(e => e.getBoundingClientRect().right > width + 1)
    .map(e => `${e.tagName.toLowerCase()}.${e.className}: ${(e.textContent || "").trim().slice(0, 60)}`)
    .slice(0, 5).concat([`the page is ${document.documentElement.scrollWidth} px wide`]);
}"""

# What is wider than its box, where the box hides what is beyond it. Formulas have such boxes for
# those who hear the page.
CUT_OFF = """() => [...document.querySelectorAll("main *")]
  .filter(e => !e.closest(".math, mjx-container, .visually-hidden, .sr-only"))
  .filter(e => e.clientWidth > 2 && e.scrollWidth > e.clientWidth + 1)
  .filter(e => ["hidden", "clip"].includes(getComputedStyle(e).overflowX))
  .map(e => `${e.localName}.${e.className}: ${(e.textContent || "").trim().slice(0, 60)}`)
  .slice(0, 5)"""

# Looking at each of ten thousand elements takes axe most of its time. Of coloured words in code that
# look the same on the same ground a few are enough for it, of texts whose elements have the same names
# and classes all the way up a few as well, and of formulas the outermost element. Links and buttons
# keep their texts. Of siblings that are built alike, such as the entries of a list that the book
# makes, four are enough.
THIN = """() => {
  const seen = {}, few = look => (seen[look] = (seen[look] || 0) + 1) <= 3;
  const alike = [...document.querySelectorAll("pre span[class]:not([id], .with-fold, .code-line)")].filter(e => {
    const ground = getComputedStyle(e.closest("pre")).backgroundColor;
    return !few(`${e.className} ${getComputedStyle(e).color} ${ground}`);
  });
  alike.forEach(e => e.replaceWith(...e.childNodes));
  const texts = e => [...e.childNodes].filter(n => n.nodeType === Node.TEXT_NODE && n.data.trim());
  const path = e => e.matches("main") ? "" : `${path(e.parentElement)} ${e.localName}.${e.className}`;
  document.querySelectorAll("main :is(p, li, dt, dd, td, span, em, strong, cite, code, figcaption)").forEach(e => {
    if (!e.closest("a, button, summary, mjx-container, svg, pre") && texts(e).length && !few(path(e)))
      texts(e).forEach(n => n.remove());
  });
  for (const kind of ["mjx-math", "mjx-assistive-mml"])
    [...document.querySelectorAll(`mjx-container > ${kind}`)].slice(20).forEach(e => e.replaceChildren());
  const words = "mjx-container, svg, pre, code, span, p, dt, a, button";
  const name = e => `${e.localName}.${e.className} ${e.getAttribute("style") || ""}`, all = names => [...new Set(names)].sort().join();
  const inside = e => e.matches(words) ? [...e.querySelectorAll("a, button")].map(name) : [...e.children].map(shape);
  const shapes = new Map(), shape = e => shapes.get(e) ?? shapes.set(e, `${name(e)}(${all(inside(e))})`).get(e);
  const thin = e => {
    const kinds = {};
    for (const child of [...e.children]) {
      const kind = shape(child);
      kinds[kind] = (kinds[kind] || 0) + 1;
      if (kinds[kind] > 4) child.remove(); else if (!child.matches(words)) thin(child);
    }
  };
  document.querySelectorAll("main").forEach(thin);
}"""

# Colours are judged once for each look on the site: the letters, the elements that draw a ground
# below them, and for a link the letters around it. Three texts of a look are enough. Gives the looks
# of the texts that are left.
LEAVE_NEW_LOOKS = """known => {
  (window.taken ??= []).forEach(([place, node]) => place.replaceWith(node));
  taken = [];
  const take = node => { const place = new Comment(); node.replaceWith(place); taken.push([place, node]); };
  const seen = Object.fromEntries(known), left = [], fields = "input, textarea, select";
  const grounds = new Map([[null, ""]]);
  const own = e => {
    const {backgroundColor, backgroundImage, opacity} = getComputedStyle(e);
    const draws = [backgroundColor, backgroundImage, opacity].join() !== "rgba(0, 0, 0, 0),none,1";
    return draws ? `${e.localName}.${e.className} ${backgroundColor} ${backgroundImage} ${opacity}` : "";
  };
  const ground = e => {
    if (!grounds.has(e)) grounds.set(e, own(e) + ground(e.parentElement));
    return grounds.get(e);
  };
  const letters = e => {
    const {color, fontSize, fontWeight, textDecorationLine} = getComputedStyle(e);
    return [e.localName, e.className, color, fontSize, fontWeight, textDecorationLine].join();
  };
  document.querySelectorAll("body, body :not(script, style)").forEach(e => {
    const texts = [...e.childNodes].filter(n => n.nodeType === Node.TEXT_NODE && n.data.trim());
    if (!texts.length) return;
    const around = e.closest("a")?.parentElement;
    const look = [letters(e), around ? letters(around) : "", ground(e)].join(" ");
    seen[look] = (seen[look] || 0) + 1;
    if (seen[look] <= 3) left.push(look);
    else texts.forEach(take);
  });
  const shows = e => e.textContent.trim() || e.matches(fields) || e.querySelector(fields);
  const takeEmpty = e => { if (shows(e)) [...e.children].forEach(takeEmpty); else take(e); };
  [...document.body.children].forEach(takeEmpty);
  return left;
}"""

ALLOWED = 500_000
"""Bytes over the line, packed, for the first view of a chapter."""

PACKED = (".woff", ".woff2", ".png")

CHAPTERS = {f"{chapter.docname}.html" for chapter in BOOK if chapter.is_notebook}


def test_first_view_of_a_chapter_is_light(seen, page_name, site):
    weights = {}
    for url in seen.first_view:
        path = site / url.removeprefix(f"{seen.address}/").partition("?")[0]
        content = path.read_bytes()
        packed = content if path.suffix in PACKED else gzip.compress(content, 6)
        weights[path.relative_to(site).as_posix()] = len(packed)
    heaviest = sorted(weights.items(), key=lambda pair: -pair[1])[:5]
    assert page_name in weights
    assert page_name not in CHAPTERS or sum(weights.values()) <= ALLOWED, heaviest


def test_a_chapter_opens_at_sixteen_screens(seen, page_name):
    assert page_name not in CHAPTERS or seen.opened["screens"] <= 16


def test_five_screens_of_a_chapter_show_a_picture(seen, page_name):
    if (
        page_name in CHAPTERS and seen.opened["reading"] < 100
    ):  # a page without exercises is short
        assert seen.opened["pictures"] >= seen.opened["reading"] // 5


def test_page_shows_formulas_and_not_their_source(seen):
    errors = seen.page.locator("mjx-merror").evaluate_all("es => es.map(e => e.textContent)")
    assert errors == []
    assert seen.page.locator("article .math:not(:has(mjx-container))").count() == 0
    assert seen.page.evaluate(TEXTS, RAW) == []


def test_page_has_a_text_for_every_image(seen):
    images = seen.page.locator("main img").evaluate_all(
        "es => es.filter(e => !(e.alt.trim().length > 20)).map(e => `${e.src}: ${e.alt}`)"
    )
    assert images == []


SCROLLS = """() => [...document.querySelectorAll("article div.math[id^=equation] mjx-container[display=true]")]
  .filter(e => !e.closest(".solution, .exercise, section.beside, .ledger-entry"))
  .filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.closest("div.math").id)"""

NUMBERS_BESIDE = """() => [...document.querySelectorAll("article div.math > span.eqno")]
  .filter(e => e.offsetHeight)
  .filter(e => e.getBoundingClientRect().top < e.parentElement.querySelector("mjx-container").getBoundingClientRect().bottom - 1)
  .map(e => e.parentElement.id)"""

WITHOUT_SHADOW = """() => [...document.querySelectorAll("article :is(mjx-container, .drawing)[tabindex]")]
  .filter(e => !getComputedStyle(e).backgroundImage.includes("gradient")).map(e => e.className)"""

# The smallest letters of a figure are of 9 points, which are 12 pixels. The overview of the first page
# has a layout of its own for telephones.
SMALL_LETTERS = """() => [...document.querySelectorAll("article .drawing > img")].filter(e => e.offsetWidth && !e.src.endsWith("overview.svg"))
  .filter(e => 12 * e.offsetWidth / e.getAttribute("width") < 10).map(e => e.getAttribute("src"))"""


MARKS = """() => [...document.querySelectorAll(".equation-mark")].map(e => e.getBoundingClientRect())
  .map(b => [b.left, b.right, b.height])"""


def unseen(seen, width):
    """List the marks of equations that are not in sight."""
    boxes = seen.page.evaluate(MARKS)
    return [box for box in boxes if box[0] < 0 or box[1] > width or box[2] < 8]


# Setting a page for another width takes long, so each width is set once, for all that is looked at.
def test_page_fits_a_telephone(seen):
    seen.page.set_viewport_size({"width": 390, "height": 844})
    seen.page.wait_for_timeout(50)  # formulas are set anew
    found = [seen.page.evaluate(TOO_WIDE), seen.page.evaluate(CUT_OFF)]
    found += [seen.page.evaluate(SCROLLS), seen.page.evaluate(NUMBERS_BESIDE)]
    found += [seen.page.evaluate(WITHOUT_SHADOW), seen.page.evaluate(SMALL_LETTERS)]
    assert [*found, unseen(seen, 390)] == [[]] * 7


def test_page_fits_the_smallest_telephone(seen):
    seen.page.set_viewport_size({"width": 320, "height": 844})
    assert [seen.page.evaluate(TOO_WIDE), seen.page.evaluate(CUT_OFF)] == [[], []]


def test_marks_of_equations_are_seen_on_paper(seen):
    if not seen.page.locator(".equation-mark").count():
        return  # setting the ledger anew for paper takes long
    seen.page.emulate_media(media="print")
    seen.page.set_viewport_size({"width": 720, "height": 844})
    found = unseen(seen, 720)
    seen.page.emulate_media(media="screen")
    assert found == []


def test_site_opens_on_its_first_page(visit):
    page = visit("start.html").page
    heading = page.locator("article h1").inner_text()
    page.goto(f"{page.url.removesuffix('start.html')}index.html")
    page.wait_for_url("**/start.html")
    assert page.locator("article h1").inner_text() == heading
    page.context.close()


def test_search_finds_pages_and_shows_no_source_of_formulas(visit):
    page = visit("search.html?q=softmax").page
    wait_for_results(page)
    # In Rocq, \sum is code.
    page.locator("#search-results li:has(a[href*='proofs.html'])").evaluate_all(
        "found => found.forEach(one => one.remove())"
    )
    assert page.locator("#search-results p.context").count() > 3
    assert page.evaluate(TEXTS, RAW) == []
    page.context.close()


# Hears all that the tests above may have set off; axe asks for style sheets in places of its own.
def test_page_asks_no_other_host_and_nothing_fails(seen):
    assert seen.foreign == []
    assert seen.failed == []
    assert seen.messages == []


# The theme looks some time after a change of the width which code scrolls, and lets it be reached.
REACHABLE = """() => [...document.querySelectorAll("main pre")]
  .every(e => e.scrollWidth <= e.clientWidth || e.tabIndex >= 0)"""


# The last, since what they thin out is gone.
def test_page_is_accessible(seen):
    seen.page.set_viewport_size(WINDOW)
    seen.page.wait_for_function(REACHABLE)
    seen.page.evaluate(THIN)
    assert violations(seen.page, BUT_COLOURS) == []


@pytest.fixture(scope="module")
def looks():
    """Count by scheme how often each look has been judged, on the pages so far."""
    return {"light": Counter(), "dark": Counter()}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_of_a_page_are_apart(seen, looks, scheme):
    seen.page.emulate_media(color_scheme=scheme)
    seen.page.locator(f"html[data-theme={scheme}]").wait_for()
    left = seen.page.evaluate(LEAVE_NEW_LOOKS, list(looks[scheme].items()))
    looks[scheme].update(left)
    assert violations(seen.page, RULES["dark"]) == []
