"""The contents of the book at the left of each page: its parts fold.

Parts are disclosures of the browser, so they open by keyboard and without scripts. Open is the part
of the page. The numbered chapters belong together: all of them are in sight on each other's pages,
and on the pages before them.
"""

import re
from typing import Any

from bs4 import BeautifulSoup, Tag
from docutils import nodes
from sphinx.application import Sphinx

ARROW = "Show or hide the pages below this one"
"""The name of the theme's folding arrows, which have none of their own."""

NUMBERED = re.compile(r"\d+\. ")


def mend_sidebar(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Let the theme's navigation have parts that fold."""
    navigation = context.get("generate_toctree_html")
    if navigation:
        context["generate_toctree_html"] = lambda *args, **kwargs: with_parts(
            str(navigation(*args, **kwargs))
        )


def with_parts(html: str) -> str:
    """Make each part a disclosure, with its caption as the summary."""
    navigation = BeautifulSoup(html, "html.parser")
    for summary in navigation.select("summary"):
        summary["aria-label"] = ARROW
    captions = navigation.select("p.caption")
    lists = [caption.find_next_sibling("ul") for caption in captions]
    elsewhere = any(is_current(pages) and not is_numbered(pages) for pages in lists if pages)
    for caption, pages in zip(captions, lists, strict=True):
        if pages:
            opened = is_current(pages) or (is_numbered(pages) and not elsewhere)
            fold(navigation, caption, pages, opened=opened)
    return str(navigation)


def is_current(pages: Tag) -> bool:
    """Tell whether the page that is written is one of these."""
    return "current" in (pages.get("class") or [])


def is_numbered(pages: Tag) -> bool:
    """Tell whether these are numbered chapters."""
    first = pages.find("a")
    return first is not None and NUMBERED.match(first.get_text()) is not None


def fold(navigation: BeautifulSoup, caption: Tag, pages: Tag, *, opened: bool) -> None:
    """Put a part's pages under its caption."""
    part = navigation.new_tag("details", attrs={"class": "nav-part"})
    if opened:
        part["open"] = ""
    caption.wrap(part)
    part.append(pages.extract())
    caption.wrap(navigation.new_tag("summary"))
    caption.name = "span"


def setup(app: Sphinx) -> None:
    """Connect to the making of a page, after the theme."""
    app.connect("html-page-context", mend_sidebar, priority=900)
