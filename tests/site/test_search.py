"""The search leads a reader to the chapters, and there to sections."""

import pickle

import pytest
import yaml

from literate.book.toc import numbered_docnames

from .conftest import HOME, SITE, wait_for_results

WORDS = yaml.safe_load((HOME / "book" / "search_words.yml").read_text(encoding="utf-8"))

WANTED = {
    "backprop": {"layer_k", "vectorization", "try/backpropagation"},
    "chain rule": {"one_neuron"},
    "softmax derivative": {"softmax_and_relu"},
    "why transpose": {"vectorization"},
    "learning rate": {"gradient_descent"},
    "vanishing": {"one_neuron"},
    "one hot": {"cost"},
    "bias": {"modeling"},
    "Adam": {"better_steps"},
    "delta": {"last_two_layers"},
    "overfitting": {"better_starts", "two_recipes"},
    "batch": {"forward_pass"},
    "initialisation": {"better_starts"},
    "momentum": {"better_steps"},
}
"""What students type, and the pages of which the first three results must name one."""


@pytest.fixture(scope="module")
def found(visit):
    """Search: ``found(words)`` gives the addresses of the results, best first."""
    opened = visit("search.html")

    def found(words):
        page = opened.page
        page.goto(f"{opened.address}/search.html?q={words.replace(' ', '+')}")
        wait_for_results(page)
        links = page.locator("#search-results ul.search > li > a")
        return links.evaluate_all("es => es.map(e => e.getAttribute('href'))")

    yield found
    opened.page.context.close()


def page_of(address):
    return address.partition("#")[0].removesuffix(".html")


@pytest.mark.parametrize("words", WANTED)
def test_words_of_students_lead_to_the_right_page(found, words):
    assert WANTED[words] & {page_of(address) for address in found(words)[:3]}


@pytest.mark.parametrize("words", ["softmax", "gradient", "cost"])
def test_chapters_come_before_what_is_looked_up(found, words):
    pages = [page_of(address) for address in found(words)]
    chapters = [place for place, page in enumerate(pages) if page in numbered_docnames(HOME)]
    others = [
        place
        for place, page in enumerate(pages)
        if page.startswith("listings/") or page == "api"
    ]
    assert chapters
    assert others
    assert max(chapters) < min(others)


@pytest.mark.parametrize("words", ["plateau", "learning rate"])
def test_results_open_at_sections(found, words):
    first = [address for address in found(words) if page_of(address) in numbered_docnames(HOME)]
    assert first
    assert [address for address in first[:3] if "#" not in address] == []


def test_the_next_build_finds_the_words_of_pages_that_it_leaves():
    stored = pickle.loads((HOME / "_build" / ".doctrees" / "environment.pickle").read_bytes())
    entries = stored._search_index_index_entries
    missing = [
        (word, place)
        for word, places in WORDS.items()
        for place in places
        if word not in {entry for entry, *_ in entries.get(page_of(place), ())}
    ]
    assert missing == []


def test_places_of_the_words_are_there(soup):
    missing = [
        place
        for places in WORDS.values()
        for place in places
        if not (SITE / f"{page_of(place)}.html").exists()
        or ("#" in place and not soup(page_of(place)).find(id=place.partition("#")[2]))
    ]
    assert missing == []
