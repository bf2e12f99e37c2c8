"""Terms in the text are linked where a chapter first uses them, and explained on the spot."""

import re

import pytest
from docutils import nodes

from literate.site.glossary import key_of, link_in, pattern_of, terms_of

from .conftest import HOME

PAGE = "cost.html"


@pytest.fixture
def page(visit):
    page = visit(PAGE).page
    yield page
    page.context.close()


def first_term(page):
    link = page.locator("article a:has(> .std-term)").first
    link.scroll_into_view_if_needed()
    return link


def test_terms_are_read_off_the_glossary():
    text = "# G\n\n```{glossary}\nbias\n  A number.\n\nweighted sum\n  See {term}`bias`.\n```\n"
    assert terms_of(text) == ["bias", "weighted sum"]


@pytest.mark.parametrize("words", ["cost", "Costs", "cross-entropy", "weighted\nsums"])
def test_a_term_is_found_in_the_plural_and_across_lines(words):
    found = pattern_of(("cost", "entropy", "cross-entropy", "weighted sum")).search(
        f"of {words}."
    )
    assert found[0] == words


@pytest.mark.parametrize("words", ["costly", "re-cost", "cost-free"])
def test_a_part_of_a_word_is_no_term(words):
    assert not pattern_of(("cost",)).search(words)


def test_only_the_first_use_is_linked():
    paragraph = nodes.paragraph("", "The cost, a cost, and a bias.")
    assert link_in(paragraph[0], ["cost", "bias"]) == []
    links = [n.astext() for n in paragraph.children if not isinstance(n, nodes.Text)]
    assert links == ["cost", "bias"]
    assert paragraph.astext() == "The cost, a cost, and a bias."


def test_a_chapter_links_each_term_once_and_not_those_that_it_defines(page):
    linked = page.locator("article a:has(> .std-term)").evaluate_all(
        "es => es.map(e => e.hash)"
    )
    assert len(linked) > 5
    assert len(set(linked)) == len(linked)
    assert "#term-squared-error" not in linked  # a section of this chapter


def test_pointer_shows_the_definition_and_may_move_onto_it(page):
    link = first_term(page)
    link.hover()
    box = page.get_by_role("tooltip")
    box.wait_for()
    box.hover()
    page.wait_for_timeout(600)
    assert box.is_visible()
    page.mouse.move(0, 0)
    box.wait_for(state="hidden")


def test_keyboard_shows_it_and_escape_takes_it_away(page):
    link = first_term(page)
    link.focus()
    box = page.get_by_role("tooltip")
    assert box.is_visible()
    assert link.get_attribute("aria-describedby") == box.get_attribute("id")
    page.wait_for_timeout(600)
    assert box.is_visible()  # it stays
    page.keyboard.press("Escape")
    assert not box.is_visible()
    assert link.get_attribute("aria-describedby") is None


def test_the_definition_is_the_glossarys_with_its_formulas_set(page, site):
    term = page.evaluate(
        "[...document.querySelectorAll('template[data-term^=term-]')].find(t => t.innerHTML.includes('class=\"math')).dataset.term"
    )
    page.locator(f"article a[href$='#{term}']").first.focus()
    box = page.get_by_role("tooltip")
    page.wait_for_function("document.querySelector('[role=tooltip] mjx-container')")
    assert "\\(" not in box.inner_text()
    source = (site / "glossary.html").read_text(encoding="utf-8")
    defined = box.locator("p").first.inner_text()
    plain_start = re.match(r"[ -~]+", defined)[0].strip()  # up to the first letter of a formula
    assert plain_start in re.sub(r"<[^>]+>", "", source)


def test_the_definition_fits_a_telephone(page):
    page.set_viewport_size({"width": 320, "height": 700})
    links = page.locator("article a:has(> .std-term)")
    for number in range(min(links.count(), 8)):
        links.nth(number).focus()
        box = page.get_by_role("tooltip").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 320


def test_no_term_stands_twice_in_another_spelling():
    keys = [key_of(term) for term in terms_of((HOME / "book/glossary.md").read_text("utf-8"))]
    assert keys
    assert [key for key in keys if keys.count(key) > 1] == []
