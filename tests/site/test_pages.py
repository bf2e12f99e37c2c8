"""Every page in a browser: it asks no other host, shows no fault, fits a telephone, and is accessible."""

import pytest
from axe_playwright_python.sync_playwright import Axe

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

# WCAG 2.1, levels A and AA. By night only the colours differ.
RULES = {
    "light": {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
    "dark": {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}},
}

# Looking at the contrast of each of ten thousand texts takes axe most of its time. Of coloured words
# in code that look the same on the same ground a few are enough for it, of texts whose elements have
# the same names and classes all the way up a few as well, and of formulas the outermost element.
# Links and buttons keep their texts.
THIN = """() => {
  const seen = {}, few = look => (seen[look] = (seen[look] || 0) + 1) <= 3;
  const alike = [...document.querySelectorAll("pre span[class]")].filter(e => {
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
}"""

LATE = 500
"""So many milliseconds after a page is there, a script of it may still ask for something."""

# Without the list of all that is right, which takes axe most of its time.
FAST = {"resultTypes": ["violations"]}


def test_page_asks_no_other_host_and_nothing_fails(seen):
    seen.page.wait_for_timeout(LATE)
    assert seen.foreign == []
    assert seen.failed == []
    assert seen.messages == []


def test_page_shows_formulas_and_not_their_source(seen):
    errors = seen.page.locator("mjx-merror").evaluate_all("es => es.map(e => e.textContent)")
    assert errors == []
    assert seen.page.evaluate(TEXTS, RAW) == []


def test_page_has_a_text_for_every_image(seen):
    images = seen.page.locator("main img").evaluate_all(
        "es => es.filter(e => !(e.alt.trim().length > 20)).map(e => `${e.src}: ${e.alt}`)"
    )
    assert images == []


@pytest.mark.parametrize("width", [390, 320])
def test_page_does_not_scroll_sideways_and_cuts_nothing_off(seen, width):
    seen.page.set_viewport_size({"width": width, "height": 844})
    assert seen.page.evaluate(TOO_WIDE) == []
    assert seen.page.evaluate(CUT_OFF) == []


def test_site_opens_on_its_first_page(visit):
    page = visit("preface.html").page
    heading = page.locator("article h1").inner_text()
    page.goto(f"{page.url.removesuffix('preface.html')}index.html")
    page.wait_for_url("**/preface.html")
    assert page.locator("article h1").inner_text() == heading
    page.context.close()


def test_search_finds_pages_and_shows_no_source_of_formulas(visit):
    page = visit("search.html?q=softmax").page
    page.locator("#search-results .search li p.context").nth(3).wait_for()
    assert page.evaluate(TEXTS, RAW) == []
    page.context.close()


# The last, since what it thins out is gone.
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_is_accessible(seen, scheme):
    seen.page.set_viewport_size({"width": 1280, "height": 900})
    seen.page.emulate_media(color_scheme=scheme)
    seen.page.locator(f"html[data-theme={scheme}]").wait_for()
    seen.page.evaluate(THIN)
    violations = Axe().run(seen.page, options=RULES[scheme] | FAST).response["violations"]
    assert [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in violations
        for node in rule["nodes"]
    ] == []
