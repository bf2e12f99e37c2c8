"""How much a page takes over the line, and the site opened from a folder instead of a server."""

import gzip

import pytest

from literate.book.chapters import read_book

from .conftest import HOME
from .test_pages import LATE

ALLOWED = 600_000
PACKED = (".woff", ".woff2", ".png")

CHAPTERS = [chapter.docname for chapter in read_book(HOME) if chapter.is_notebook]


@pytest.mark.parametrize("name", CHAPTERS)
def test_first_view_of_a_chapter_is_light(browser, address, site, name):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    paths = set()
    page.on("response", lambda response: paths.add(response.url.partition("?")[0]))
    page.goto(f"{address}/{name}.html")
    page.wait_for_timeout(LATE)
    page.close()
    weights = {}
    for url in paths:
        if url.startswith(address):
            path = site / url.removeprefix(f"{address}/")
            content = path.read_bytes()
            weights[path.name] = len(
                content if path.suffix in PACKED else gzip.compress(content, 6)
            )
    heaviest = sorted(weights.items(), key=lambda pair: -pair[1])[:5]
    assert sum(weights.values()) <= ALLOWED, heaviest


def test_page_opens_from_a_folder(browser, site, page_name):
    page = browser.new_page()
    messages, foreign = [], []
    page.on(
        "console", lambda m: messages.append(m.text) if m.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: messages.append(str(error)))
    page.on("request", lambda r: r.url.startswith(("file:", "data:")) or foreign.append(r.url))
    page.goto((site / page_name).as_uri())
    page.evaluate("Promise.resolve(window.MathJax?.startup?.promise).then(() => null)")
    assert page.locator("main h1").first.inner_text()
    assert page.locator("article .math:not(:has(mjx-container))").count() == 0
    assert (messages, foreign) == ([], [])
    page.close()
