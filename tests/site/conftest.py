"""The built site, a browser that can reach nothing else, and a small book to build."""

import gc
import re
import shutil
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from literate.build.browser import FLAGS, ensure_browser, served
from literate.build.build_site import build_site

from .in_page import PAGES, go

HOME = Path(__file__).resolve().parents[2]
SITE = HOME / "_build" / "html"

REDIRECT = "index.html"

NOT_FOUND = "404.html"
"""Stands at any address but its own: test_cards_and_sitemap.py looks at it."""


def built_pages() -> list[str]:
    """Name the pages of the built site; without one, a name that no page has."""
    pages = (path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html"))
    own = sorted(
        p
        for p in pages
        if not p.startswith(("_static/", "slides/")) and p not in (REDIRECT, NOT_FOUND)
    )
    return own or ["(there is no built site)"]


WINDOW: ViewportSize = {"width": 1280, "height": 900}

LATE = 500
"""So many milliseconds after a page is there, a script of it may still ask for something."""


def one_of_each_kind() -> list[str]:
    """Name the smallest page for each set of scripts that pages load, at each depth of folders."""
    kinds: dict[tuple[int, frozenset[str]], str] = {}
    names = built_pages() if SITE.exists() else []
    for name in sorted(names, key=lambda name: (SITE / name).stat().st_size):
        html = (SITE / name).read_text(encoding="utf-8")
        scripts = re.findall(r'<script[^>]*\ssrc="(?:\.\./)*([^"?]+)', html)
        kinds.setdefault((name.count("/"), frozenset(scripts)), name)
    return list(kinds.values()) or built_pages()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "page_name" in metafunc.fixturenames:
        # In the scope of a module, so that the tests of one page follow one another and share a visit.
        metafunc.parametrize("page_name", built_pages(), scope="module")
    if "kind_of_page" in metafunc.fixturenames:
        metafunc.parametrize("kind_of_page", one_of_each_kind())


@pytest.fixture(scope="session")
def site() -> Path:
    if not (SITE / REDIRECT).exists():
        pytest.fail("there is no built site in _build/html; run `make book`", pytrace=False)
    return SITE


@pytest.fixture(scope="session")
def soup(site: Path):
    """Read a page without a browser, once: ``soup(docname)``."""

    @cache
    def soup(docname: str) -> BeautifulSoup:
        html = (site / f"{docname}.html").read_text(encoding="utf-8")
        gc.disable()  # or it would look through the page again and again, and then through all
        page = BeautifulSoup(html, "html.parser")
        gc.freeze()
        gc.enable()
        return page

    return soup


@pytest.fixture(scope="session")
def place(soup):
    """Find the element with an id in a page, without a search in all of it: ``place(docname, id)``."""

    @cache
    def places(docname: str) -> dict[str, Tag]:
        return {element["id"]: element for element in soup(docname).find_all(id=True)}

    return lambda docname, name: places(docname).get(name)


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    with served(site) as address:
        yield address


HERE_ALONE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
"""No other host has an address."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = ensure_browser()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*FLAGS, HERE_ALONE])
        yield browser
        browser.close()


class Visit:
    """A page in a browser that reaches this site and nothing else, and what went wrong there."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.foreign: list[str] = []
        self.failed: list[str] = []
        self.messages: list[str] = []
        self.loaded: list[str] = []
        self.first_view: list[str] = []
        self.opened: dict[str, float] = {}
        page.on("request", self._note_host)
        page.on("requestfailed", lambda request: self.failed.append(request.url))
        page.on("response", self._note_status)
        page.on("console", self._note_message)
        page.on("pageerror", lambda error: self.messages.append(str(error)))

    def _note_host(self, request):
        if not request.url.startswith((self.address + "/", "data:")):
            self.foreign.append(request.url)

    def _note_status(self, response):
        self.loaded.append(response.url)
        if response.status >= 400:
            self.failed.append(f"{response.url} ({response.status})")

    def _note_message(self, message):
        if message.type in ("error", "warning"):
            self.messages.append(message.text)

    def open(self, name: str) -> None:
        """Go to a page and wait until its formulas and letters are set."""
        self.page.goto(f"{self.address}/{name}")
        self.page.evaluate(
            "Promise.resolve(window.MathJax?.startup?.promise).then(() => document.fonts.ready).then(() => null)"
        )

    def unfold(self) -> None:
        """Open every folded part, so that what is in it is looked at too."""
        self.page.evaluate(
            """() => {
              document.querySelectorAll("details").forEach(d => { d.open = true; });
              document.querySelectorAll(".fold-button[aria-expanded=false]").forEach(b => b.click());
              document.querySelectorAll(".toggle-hidden button.toggle-button, button.toggle-button-hidden")
                .forEach(b => b.click());
            }"""
        )


QUOTED = """() => [...document.querySelectorAll("#search-results ul.search > li")]
  .every(result => result.querySelector("p.context, span"))"""


def wait_for_addresses(page: Page) -> None:
    """Wait until a search has found all its results, before it reads the pages to quote them."""
    page.locator("#search-results p.search-summary", has_text="found").wait_for()


def wait_for_results(page: Page) -> None:
    """Wait until a search has found all its results, and quotes each of them."""
    wait_for_addresses(page)
    page.wait_for_function(QUOTED)


@pytest.fixture(scope="session")
def visit(browser: Browser, address: str):
    """Open a page: ``visit(name)``."""

    def visit(name: str) -> Visit:
        context = browser.new_context(viewport=WINDOW, reduced_motion="reduce")
        visit = Visit(context.new_page(), address)
        visit.open(name)
        return visit

    return visit


# How many screens of 900 pixels a page opens with, how many of them stand before the exercises, and
# how many pictures these show. What is folded has a box of its own in some browsers.
OPENED = """() => {
  const screens = e => (e.getBoundingClientRect().top + scrollY) / 900;
  const exercises = document.querySelector("section#exercises");
  const end = exercises ? screens(exercises) : Infinity;
  const shown = [...document.querySelectorAll("article :is(figure .drawing, figure img, .interactive, .opener)")]
    .filter(e => e.checkVisibility() && e.offsetHeight && screens(e) < end)
    .filter(e => !e.parentElement.closest(".drawing, .interactive, .opener"));
  return {screens: document.documentElement.scrollHeight / 900, reading: Math.min(end, 1e3), pictures: shown.length};
}"""


@pytest.fixture(scope="module")
def seen(visit, page_name: str) -> Iterator[Visit]:
    """Open a page, note what it loads, and unfold it, once for the tests of a module."""
    seen = visit(page_name)
    there = time.monotonic()
    seen.opened = seen.page.evaluate(OPENED)
    seen.page.wait_for_timeout(max(0, LATE - 1000 * (time.monotonic() - there)))
    seen.first_view = [url for url in seen.loaded if url.startswith(seen.address)]
    seen.unfold()
    yield seen
    seen.page.context.close()


@pytest.fixture
def opened(browser: Browser, address: str):
    """Open the page of an interactive; afterwards nothing may have gone wrong in it."""
    visits = []

    def open_page(name: str, docname: str | None = None) -> Page:
        context = browser.new_context(viewport=WINDOW, reduced_motion="reduce")
        visits.append(Visit(context.new_page(), address))
        return go(visits[-1].page, f"{address}/{docname or PAGES[name]}.html")

    yield open_page
    for one in visits:
        messages = [text for text in one.messages if "willReadFrequently" not in text]
        one.page.context.close()
        assert one.foreign + one.failed + messages == []


@pytest.fixture
def on_a_phone(browser: Browser, address: str):
    """Open a page as on a phone, with a finger in the place of a mouse."""
    contexts = []

    def open_page(name: str) -> Page:
        context = browser.new_context(
            viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
        )
        contexts.append(context)
        return go(context.new_page(), f"{address}/{PAGES[name]}.html")

    yield open_page
    for context in contexts:
        context.close()


HEADER = """\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

"""


@pytest.fixture
def small_book(built_small_book: tuple[Path, Path]) -> Path:
    """Give the small book as it was written and built, whatever the test before made of it."""
    return restored(*built_small_book)


def restored(root: Path, untouched: Path) -> Path:
    """Make a folder a copy of another, with the files' times, by which builds go."""
    shutil.rmtree(root)
    return shutil.copytree(untouched, root, symlinks=True)


@pytest.fixture(scope="session")
def built_small_book(tmp_path_factory) -> tuple[Path, Path]:
    """Write and build the small book; give its folder, and a copy that no test touches."""
    root = tmp_path_factory.mktemp('it\'s a "small" bük, $HOME')
    write_small_book(root)
    build_site(root, everything=False)
    untouched = tmp_path_factory.mktemp("untouched") / "small"
    return root, shutil.copytree(root, untouched, symlinks=True)


def write_small_book(root: Path) -> None:
    """Write a book of two chapters, the second of which uses what the first builds, and a ledger."""
    book = root / "book"
    book.mkdir()
    (root / "nnmath").mkdir()
    (root / "requirements.txt").write_text("numpy==1\n")
    for name in ("_config.yml", "notation.yml"):
        shutil.copy(HOME / "book" / name, book)
    for name in ("_static", "_vendor"):
        shutil.copytree(HOME / "book" / name, book / name)
    (book / "references.bib").write_text("")
    (book / "_toc.yml").write_text(
        "format: jb-book\nroot: early\nchapters:\n- file: late\n- file: ledger\n"
        "- file: listings/nnmath\n"
    )
    (book / "early.md").write_text(
        f"{HEADER}# Early\n\n"
        '```{code-cell} ipython3\n:tangle: nnmath/__init__.py\n\n"""A package."""\n```\n\n'
        "```{code-cell} ipython3\n:tangle: nnmath/answer.py\n\n"
        '"""An answer."""\n\n\ndef answer():\n    """Answer, equation ``eq-answer``."""\n    return 41\n```\n\n'
        "```{math}\n:label: eq-answer\nx = 41\n```\n\n"
        "```{math}\n:label: eq-name\n:class: definition\ny = x\n```\n"
    )
    (book / "late.md").write_text(
        f"{HEADER}# Late\n\n```{{code-cell}} ipython3\n"
        'from nnmath.answer import answer\n\nprint(f"the answer is {answer()}")\n```\n\n'
        "```{code-cell} ipython3\n:checks: [eq-answer]\n:kind: [exact]\n\n"
        "error = abs(answer() - 41.25)\nassert error <= 0.5\n```\n"
    )
    (book / "ledger.md").write_text("# Ledger\n\n```{ledger}\n```\n")
    (book / "listings").mkdir()
    (book / "listings" / "nnmath.md").write_text("# Listing\n\n```{listing} nnmath\n```\n")
