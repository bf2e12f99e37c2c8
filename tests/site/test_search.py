"""The search leads a reader to the chapters, and there to sections."""

import pickle
import re

import pytest
import yaml

from literate.book.toc import numbered_docnames

from .conftest import HOME, SITE, wait_for_addresses, wait_for_results

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
    # Reading the page of each result, to quote it, would take most of the time.
    opened.page.route(re.compile(r"\.html$"), lambda route: route.abort())

    def found(words):
        search(opened, words)
        wait_for_addresses(opened.page)
        return addresses(opened.page)

    yield found
    opened.page.context.close()


def search(opened, words):
    """Search, as a reader does who types the words."""
    opened.page.goto(f"{opened.address}/search.html?q={words.replace(' ', '+')}")


def addresses(page):
    """Read where the results lead, best first."""
    links = page.locator("#search-results ul.search > li > a")
    return links.evaluate_all("es => es.map(e => e.getAttribute('href'))")


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


def test_results_open_at_sections(visit):
    opened = visit("search.html")
    for words in ("plateau", "learning rate"):
        search(opened, words)
        wait_for_results(opened.page)  # the page of a result tells its sections
        chapters = [
            address
            for address in addresses(opened.page)
            if page_of(address) in numbered_docnames(HOME)
        ]
        assert chapters
        assert [address for address in chapters[:3] if "#" not in address] == []
    opened.page.context.close()


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
