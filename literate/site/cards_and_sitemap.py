"""What others see of a page: its description, its card in a message, the sitemap, the page for 404.

With an address of the book, from the key ``baseurl`` under ``html`` in ``_config.yml`` or from the
variable ``BOOK_URL``, cards and links name it. Without one there is no sitemap, and the page for
404, which sphinx-notfound-page makes, takes the book to stand at the root of its host.
"""

import os
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

CARD = "_static/card.png"
OPENING = "What you will know."
LONGEST = 200


def configure(app: Sphinx, config: Config) -> None:
    """Take the address of the book from the environment, if it is there."""
    config.html_baseurl = os.environ.get("BOOK_URL", "") or config.html_baseurl or ""
    if config.html_baseurl and not config.html_baseurl.endswith("/"):
        config.html_baseurl += "/"
    config.notfound_urls_prefix = urlsplit(config.html_baseurl).path or "/"


def description_of(doctree: nodes.document) -> str:
    """Take what a chapter promises at its beginning, or else the first paragraph of a page."""
    paragraphs = [
        p for p in doctree.findall(nodes.paragraph) if "cell-caption" not in p["classes"]
    ]
    texts = [words_of(paragraph) for paragraph in paragraphs]
    promises = [text.removeprefix(OPENING) for text in texts if text.startswith(OPENING)]
    text = next(iter([*promises, *texts]), "").strip()
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rsplit(' ', 1)[0]} …"


def words_of(paragraph: nodes.paragraph) -> str:
    """Take the text of a paragraph, with an ellipsis for a formula that needs setting."""
    words = "".join(
        "…" if isinstance(text.parent, nodes.math) and not text.isalnum() else text.astext()
        for text in paragraph.findall(nodes.Text)
    )
    return " ".join(words.split())


def add_tags(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Put the description and the card into the head of a page."""
    if doctree is None:
        return
    base = app.config.html_baseurl
    title = app.env.titles[pagename].astext()
    card = f"{base}{CARD}" if base else context["pathto"](CARD, 1)
    tags = {
        "og:type": "article",
        "og:site_name": app.config.html_title,
        "og:title": title,
        "og:description": description_of(doctree),
        "og:image": card,
        "og:image:alt": "A network of neurons in four layers, and the book's title",
    }
    if base:
        tags["og:url"] = f"{base}{app.builder.get_target_uri(pagename)}"
    lines = [
        f'<meta property="{key}" content="{escape(text)}" />' for key, text in tags.items()
    ]
    lines.append(f'<meta name="description" content="{escape(tags["og:description"])}" />')
    lines.append('<meta name="twitter:card" content="summary_large_image" />')
    context["metatags"] = "\n".join([context.get("metatags", ""), *lines])


def write_sitemap(app: Sphinx, exception: Exception | None) -> None:
    """After a good build with an address: list all pages, not only those built anew."""
    if exception is not None or app.builder.name != "html":
        return
    sitemap, base = Path(app.outdir, "sitemap.xml"), app.config.html_baseurl
    if not base:
        sitemap.unlink(missing_ok=True)
        return
    pages = sorted(app.builder.get_target_uri(name) for name in app.env.found_docs)
    lines = "".join(f"<url><loc>{escape(base + page)}</loc></url>\n" for page in pages)
    namespace = "http://www.sitemaps.org/schemas/sitemap/0.9"
    head = f'<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="{namespace}">\n'
    sitemap.write_text(f"{head}{lines}</urlset>\n", encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Register the events, and the extension that makes the page for 404."""
    app.setup_extension("notfound.extension")
    app.connect("html-page-context", add_tags)
    app.connect("build-finished", write_sitemap)
