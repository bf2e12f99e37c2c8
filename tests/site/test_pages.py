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

# What a reader with this software cannot read: https://www.w3.org/TR/WCAG21/
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}


def test_page_asks_no_other_host_and_nothing_fails(visit, page_name):
    seen = visit(page_name)
    seen.unfold()
    assert seen.foreign == []
    assert seen.failed == []
    assert seen.messages == []


def test_page_shows_formulas_and_not_their_source(visit, page_name):
    page = visit(page_name).page
    errors = page.locator("mjx-merror").evaluate_all("es => es.map(e => e.textContent)")
    assert errors == []
    assert page.evaluate(TEXTS, RAW) == []


def test_page_has_a_text_for_every_image(visit, page_name):
    images = visit(page_name).page.locator("main img").evaluate_all(
        "es => es.filter(e => !(e.alt.trim().length > 20)).map(e => `${e.src}: ${e.alt}`)"
    )
    assert images == []


@pytest.mark.parametrize("width", [390, 320])
def test_page_does_not_scroll_sideways(visit, page_name, width):
    seen = visit(page_name, width=width)
    seen.unfold()
    assert seen.page.evaluate(TOO_WIDE) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_is_accessible(visit, page_name, scheme):
    seen = visit(page_name, scheme=scheme)
    assert seen.page.locator("html").get_attribute("data-theme") == scheme
    seen.unfold()
    violations = Axe().run(seen.page, options=RULES).response["violations"]
    assert [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in violations
        for node in rule["nodes"]
    ] == []


def test_site_opens_on_its_first_page(visit):
    seen = visit("index.html")
    seen.page.wait_for_url("**/preface.html")
    assert seen.page.locator("h1").first.inner_text()
