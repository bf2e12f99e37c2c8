"""No link of the built site leads nowhere."""

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest

from tests.book import BOOK


class Links(HTMLParser):
    """The places that a page has and the places that it links to."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.places: set[str] = set()
        self.targets: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name == "id" or (name == "name" and tag == "a"):
                self.places.add(value)
            elif name in ("href", "src") and value:
                self.targets.add(value)


@pytest.fixture(scope="session")
def links(site):
    """Read each page once."""
    known = {}

    def links(name):
        if name not in known:
            known[name] = Links(site / name)
        return known[name]

    return links


def test_links_of_page_lead_somewhere(site, links, page_name):
    broken = []
    for target in links(page_name).targets:
        if urlsplit(target).scheme:
            continue
        address, place = urldefrag(urljoin(f"/{page_name}", target))
        path = unquote(urlsplit(address).path).lstrip("/")
        if not (site / path).is_file() or (
            place and path.endswith(".html") and unquote(place) not in links(path).places
        ):
            broken.append(target)
    assert broken == []


def test_every_page_of_the_book_is_built(site):
    missing = [c.docname for c in BOOK if not (site / f"{c.docname}.html").is_file()]
    assert missing == []


def test_no_page_is_left_of_a_chapter_that_is_gone(site, page_name):
    assert page_name in {f"{c.docname}.html" for c in BOOK} | {"search.html"}
