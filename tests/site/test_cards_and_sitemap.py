"""Descriptions, cards, the page for addresses that lead nowhere, and the site's address."""

import http.server
import re
import threading
from contextlib import contextmanager
from functools import partial

import pytest
from bs4 import BeautifulSoup
from PIL import Image

from literate.build.build_site import build_site

from .accessibility import RULES, violations
from .conftest import Visit, restored


def head(site, name):
    page = (site / f"{name}.html").read_text(encoding="utf-8")
    tags = BeautifulSoup(page.partition("</head>")[0], "html.parser").select("head meta")
    return {tag.get("property") or tag.get("name"): tag.get("content") for tag in tags}


def test_every_page_of_text_has_a_description_of_its_own(site):
    names = ["preface", "notation", "cost", "layer_k", "api", "glossary", "ledger"]
    described = [head(site, name)["description"] for name in names]
    assert len(set(described)) == len(names)
    assert all(20 < len(text) <= 202 and "\\" not in text for text in described)


def test_a_chapters_description_is_what_it_promises(site):
    page = BeautifulSoup((site / "cost.html").read_text(encoding="utf-8"), "html.parser")
    opening = next(
        p for p in page.select("article p") if p.get_text().startswith("What you will")
    )
    start = head(site, "cost")["og:description"].partition("…")[0].split()
    assert start[:6] == opening.get_text().removeprefix("What you will know.").split()[:6]


def test_card_is_there_in_the_size_that_services_ask_for(site):
    place = head(site, "cost")["og:image"]
    with Image.open(site / place) as picture:
        assert picture.size == (1200, 630)


class Server(http.server.SimpleHTTPRequestHandler):
    """Serves the site in a folder of its address, and its page for 404 at any depth."""

    def log_message(self, *args):
        pass

    def translate_path(self, path):
        return super().translate_path(path.removeprefix("/some/book"))

    def send_error(self, code, message=None, explain=None):
        body = (self.site / "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


@contextmanager
def published(site):
    handler = partial(type("Published", (Server,), {"site": site}), directory=str(site))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/some/book"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def addressed(built_small_book):
    """Build the small book for an address, and after an edit once more."""
    root = restored(*built_small_book)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BOOK_URL", "https://example.org/some/book")
        build_site(root, everything=False)
        with (root / "book" / "late.md").open("a") as late:
            late.write("\nMore.\n")
        build_site(root, everything=False)
    return root / "_build" / "html"


@pytest.mark.parametrize("place", ["nothing.html", "listings/no/such/page"])
def test_page_for_404_leads_home_from_any_depth(browser, addressed, place):
    with published(addressed) as address:
        visit = Visit(browser.new_page(), address.removesuffix("/some/book"))
        assert visit.page.goto(f"{address}/{place}").status == 404
        assert visit.foreign == []
        assert visit.failed == [f"{address}/{place} (404)"]
        visit.page.get_by_role("link", name="Late").first.click()
        visit.page.wait_for_url(f"{address}/late.html")
        visit.page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_for_404_is_accessible(browser, addressed, scheme):
    with published(addressed) as address:
        page = browser.new_page(color_scheme=scheme, reduced_motion="reduce")
        page.goto(f"{address}/nothing.html")
        page.locator(f"html[data-theme={scheme}]").wait_for()  # the theme's script sets it
        found = violations(page, RULES[scheme])
        page.close()
    assert found == []


def test_with_an_address_there_is_a_sitemap_of_all_pages(addressed):
    text = (addressed / "sitemap.xml").read_text(encoding="utf-8")
    names = ["early", "late", "ledger", "listings/nnmath"]
    assert re.findall("<loc>(.*)</loc>", text) == [
        f"https://example.org/some/book/{name}.html" for name in names
    ]


def test_without_an_address_there_is_none_and_the_page_for_404_is_for_the_root(
    built_small_book,
):
    built = built_small_book[1] / "_build" / "html"
    assert not (built / "sitemap.xml").exists()
    assert 'href="/late.html"' in (built / "404.html").read_text(encoding="utf-8")


def test_with_an_address_the_card_names_it(addressed):
    tags = head(addressed, "late")
    assert tags["og:image"] == "https://example.org/some/book/_static/card.png"
    assert tags["og:url"] == "https://example.org/some/book/late.html"
