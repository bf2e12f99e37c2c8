"""The decks of slides: each fits its slides, and shows what the page shows, with the page's numbers."""

from literate.build.browser import LOADED, served
from literate.build.slides import HEIGHT, WIDTH, has_deck
from tests.book import BOOK

from .conftest import SITE

FOUND = """([width, height]) => {
  document.body.classList.add("measured");
  const leaves = [...document.querySelectorAll(".slides section:not(:has(> section))")];
  const name = e => e.textContent.trim().slice(0, 60);
  return {
    overflow: leaves.filter(e => e.scrollHeight > height || e.scrollWidth > width)
      .map(e => `${e.scrollWidth} x ${e.scrollHeight}: ${name(e)}`),
    wide: [...document.querySelectorAll(".slides mjx-container[display=true], .slides pre")]
      .filter(e => e.scrollWidth > e.clientWidth + 1).map(name),
    missing: [...document.querySelectorAll(".slides img")].filter(e => !e.naturalWidth).map(e => e.src),
    formulas: [...document.querySelectorAll(".slides mjx-merror")].map(name),
    unset: [...document.querySelectorAll(".slides .math:not(:has(mjx-container))")].map(name),
    numbers: [...document.querySelectorAll(".slides div.math[data-id]")]
      .map(e => [e.dataset.id, e.querySelector(".eqno").textContent.trim()]),
    captions: [...document.querySelectorAll(".slides figure[data-id]")]
      .map(e => [e.dataset.id, e.querySelector(".caption-number").textContent.trim()]),
  };
}"""


CHAPTERS = [chapter.docname for chapter in filter(has_deck, BOOK)]


def test_each_chapter_links_to_its_deck_and_so_does_the_list_of_decks(site, soup):
    decks = [f"slides/{chapter}.html" for chapter in CHAPTERS]
    listed = [link["href"] for link in soup("slides/index").select("a")]
    assert [f"slides/{link}" for link in listed] == decks
    for chapter, deck in zip(CHAPTERS, decks, strict=True):
        assert (site / deck).is_file()
        assert soup(chapter).select(f'.notebook-download a[href="{deck}"]'), chapter


def failed(request):
    """Name the address, unless the request ended because its page was left."""
    return [request.url] if request.failure != "net::ERR_ABORTED" else []


def test_every_deck_fits_its_slides_and_has_the_numbers_of_its_page(browser, soup):
    faults = {}
    with served(SITE) as address:
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        said = []
        page.on("console", lambda message: said.append(message.text))
        page.on("requestfailed", lambda request: said.extend(failed(request)))
        for name in CHAPTERS:
            page.goto(f"{address}/slides/{name}.html")
            page.locator("html[data-deck=ready]").wait_for()
            page.wait_for_function(LOADED)
            found = page.evaluate(FOUND, [WIDTH, HEIGHT])
            chapter = soup(name)
            wrong = [
                (key, number)
                for key, number in found.pop("numbers")
                if not chapter.find(id=key).select_one(".eqno").get_text().startswith(number)
            ]
            wrong += [
                (key, number)
                for key, number in found.pop("captions")
                if chapter.find(id=key).select_one(".caption-number").get_text().strip()
                != number
            ]
            bad = {what: cases for what, cases in found.items() if cases}
            if bad or wrong or said:
                faults[name] = bad | {"numbers": wrong, "said": list(said)}
            said.clear()
        page.close()
    assert faults == {}
