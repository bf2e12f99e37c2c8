"""What others see of a page: its description, its card in a message, the sitemap, the page for 404.

Without an address of the book these are as good as they can be; with one, from the key ``baseurl``
under ``html`` in ``_config.yml`` or from the variable ``BOOK_URL``, they are whole.
"""

import os
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

import matplotlib as mpl
from docutils import nodes
from matplotlib.figure import Figure
from sphinx.application import Sphinx
from sphinx.config import Config

CARD = "_static/card.png"
OPENING = "What you will know."
LONGEST = 200

NOT_FOUND = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Page not found — {title}</title>
<link rel="icon" href="data:,">
<style>
  :root {{ color-scheme: light dark; }}
  body {{ max-width: 34rem; margin: 15vh auto 0; padding: 0 1.2rem;
    font: 1.1rem/1.6 Charter, Cambria, Georgia, serif;
    color: light-dark(#1f2428, #dde1e5); background: light-dark(#fdfcf9, #16191d); }}
  a {{ color: light-dark(#0b4f8a, #8cbdeb); }}
  a, button, input {{ font: inherit; padding: 0.15rem 0; }}
  input, button {{ padding: 0.3rem 0.6rem; max-width: 100%; }}
</style>
</head>
<body>
<main>
<h1>There is no such page</h1>
<p>The address leads nowhere in this book. It may have been mistyped, or the page has moved.</p>
<p><a data-to="{first}" href="{base}{first}">The first page of {title}</a></p>
<form data-to="search.html" action="{base}search.html" role="search">
  <label for="q">Search the book</label><br>
  <input id="q" name="q" type="search"> <button>Search</button>
</form>
</main>
<script>
/* The server shows this page at any depth. Without the book's address, look for the nearest folder
   above that holds the book. */
(function () {{
  if ("{base}" || !/^https?:$/.test(location.protocol)) {{ return; }}
  function look(folder) {{
    fetch(folder + "{first}", {{ method: "HEAD" }}).then(function (answer) {{
      if (answer.ok) {{
        document.querySelectorAll("[data-to]").forEach(function (element) {{
          element[element.action ? "action" : "href"] = folder + element.dataset.to;
        }});
      }} else if (folder !== "/") {{ look(folder.replace(/[^/]*\\/$/, "")); }}
    }});
  }}
  look(location.pathname.replace(/[^/]*$/, ""));
}})();
</script>
</body>
</html>
"""


def configure(app: Sphinx, config: Config) -> None:
    """Take the address of the book from the environment, if it is there."""
    config.html_baseurl = os.environ.get("BOOK_URL", "") or config.html_baseurl or ""
    if config.html_baseurl and not config.html_baseurl.endswith("/"):
        config.html_baseurl += "/"


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


def write_around(app: Sphinx, exception: Exception | None) -> None:
    """After a good build: write the card, the page for 404 and, with an address, the sitemap."""
    if exception is not None or app.builder.name != "html":
        return
    out, base = Path(app.outdir), app.config.html_baseurl
    title, first = escape(app.config.html_title), f"{app.config.root_doc}.html"
    page = NOT_FOUND.format(title=title, first=first, base=base)
    (out / "404.html").write_text(page, encoding="utf-8")
    draw_card(app.config.html_title, out / CARD)
    sitemap = out / "sitemap.xml"
    if base:
        pages = sorted(app.builder.get_target_uri(name) for name in app.env.found_docs)
        lines = "".join(f"<url><loc>{escape(base + page)}</loc></url>\n" for page in pages)
        namespace = "http://www.sitemaps.org/schemas/sitemap/0.9"
        head = f'<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="{namespace}">\n'
        sitemap.write_text(f"{head}{lines}</urlset>\n", encoding="utf-8")
    else:
        sitemap.unlink(missing_ok=True)


def draw_card(title: str, target: Path) -> None:
    """Draw the picture of 1200 by 630 pixels that stands beside a link to the book."""
    with mpl.rc_context({"font.family": "DejaVu Serif", "mathtext.fontset": "dejavuserif"}):
        figure = Figure(figsize=(12, 6.3), dpi=100, facecolor="#fdfcf9")
        axes = figure.add_axes((0.0, 0.0, 1.0, 1.0), xlim=(0, 12), ylim=(0, 6.3))
        axes.axis("off")
        places = [
            [(7.2 + 1.35 * layer, 3.15 + 1.05 * (i - (size - 1) / 2)) for i in range(size)]
            for layer, size in enumerate((3, 5, 4, 2))
        ]
        for before, after in pairwise(places):
            for x, y in before:
                for u, v in after:
                    axes.plot(
                        (x, u), (y, v), color="#0b4f8a", linewidth=1, alpha=0.45, zorder=1
                    )
        for x, y in (place for layer in places for place in layer):
            axes.plot(
                x,
                y,
                "o",
                markersize=26,
                color="#fdfcf9",
                markeredgecolor="#1f2428",
                markeredgewidth=2,
            )
        lines = wrapped(title, 18)
        axes.text(0.8, 4.1, lines, fontsize=38, weight="bold", color="#1f2428", va="center")
        formula = r"$\delta^{(l)} = \varphi'(z^{(l)}) \odot W^{(l+1)\mathsf{T}} \delta^{(l+1)}$"
        axes.text(0.8, 1.45, formula, fontsize=24, color="#0b4f8a", va="center")
        target.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(target, metadata={"Software": None})


def wrapped(text: str, width: int) -> str:
    """Break a title into lines."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)


def setup(app: Sphinx) -> None:
    """Register the events."""
    app.connect("html-page-context", add_tags)
    app.connect("build-finished", write_around)
