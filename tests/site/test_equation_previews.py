"""A link to an equation shows it, when the pointer or the keyboard comes there."""

import pytest

from literate.book.equations import Ledger
from literate.site.equation_previews import template
from tests.book import BOOK

LEDGER = Ledger(BOOK)
PAGES = list(dict.fromkeys(equation.chapter.docname for equation in LEDGER.equations))


@pytest.mark.parametrize("docname", PAGES)
def test_page_carries_every_equation_that_it_links_to(soup, docname):
    page = soup(docname)
    places = {a["href"].partition("#")[2] for a in page.select("article p a.reference[href]")}
    wanted = {place for place in places if place.startswith("equation-eq-")}
    assert wanted <= {found["data-term"] for found in page.select("template[data-term]")}


def test_lines_of_an_equation_stand_below_one_another():
    assert template("eq-a", "a < b") == (
        '<template data-term="equation-eq-a"><div class="math notranslate nohighlight">'
        "\\[a &lt; b\\]</div></template>"
    )
    assert r"\[\begin{split}a \\ b\end{split}\]" in template("eq-a", r"a \\ b")


@pytest.mark.parametrize("way", ["hover", "focus"])
def test_link_shows_its_equation_and_escape_takes_it_away(visit, way):
    page = visit("forward_pass.html").page
    link = page.locator("article p a[href*='#equation-eq-']:visible").first
    getattr(link, way)()
    box = page.locator("#definition")
    box.locator("mjx-container").wait_for(state="visible")
    assert link.get_attribute("aria-describedby") == "definition"
    page.keyboard.press("Escape")
    assert not box.is_visible()
    page.context.close()
