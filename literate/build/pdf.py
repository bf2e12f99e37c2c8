"""The book as one PDF, from the pages of the built site: ``make pdf``.

The articles of all pages go into one page, in reading order. Links between pages become links
within it. A browser sets the formulas and prints twice: the first print tells on which pages the
headings are, the second has the table of contents with these numbers.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from html import escape
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urldefrag, urlsplit

from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Page, sync_playwright
from pypdf import PdfReader

from literate.book.toc import TOC, read_toc
from literate.book.yaml_files import read_yaml
from literate.build.browser import FLAGS, ensure_browser, served
from literate.build.editions import SITE
from literate.build.execution import CONFIGURATION
from literate.build.smaller_pdf import make_smaller
from literate.errors import BookError

FOLDER = Path("_build") / "pdf"
NAME = "book.pdf"

SCREEN = frozenset(["headerlink", "no-print"])
"""Classes of what paper has no use for."""

NOT_PRINTED = ".code-fold, div.cell details.hide"
"""Code that pages fold, and paper does without."""

ON_THE_SITE = re.compile(r"api|ledger|teaching|wrong_formulas|(listings|try)/.*")
"""Pages to look things up, by search and by link, and to try: the PDF names where they are."""

REST = """\
<p class="rest">The pages to try, the page for teachers, the ledger of equations, the API, the
listings of the package and the table of wrong formulas are pages of the site alone. Code that the
site folds is left out here: of the package all that does not compute, of checks of more than a few
lines all but what they saw.</p>"""

# A4 with margins of 20 mm leaves 170 mm, which are so many pixels of 1/96 inch.
WIDTH = 642
MINUTES = 5 * 60 * 1000

# Formulas and tables that are wider than the column become smaller until they fit.
FIT = """() => {
  const fit = (e, room) => {
    if (e.scrollWidth > room + 1) {
      const size = parseFloat(getComputedStyle(e).fontSize);
      e.style.fontSize = `${size * room / e.scrollWidth * 0.98}px`;
    }
  };
  document.querySelectorAll("mjx-container[display=true]").forEach(e => fit(e, e.clientWidth));
  document.querySelectorAll("mjx-container:not([display])").forEach(e => {
    const column = e.parentElement.closest("p, li, dd, dt, td, figcaption, h1, h2, h3, h4");
    if (column && e.offsetWidth > column.clientWidth) {
      const size = parseFloat(getComputedStyle(e).fontSize);
      e.style.fontSize = `${size * column.clientWidth / e.offsetWidth * 0.98}px`;
    }
  });
  document.querySelectorAll("table").forEach(e => fit(e, e.parentElement.clientWidth));
  // A short cell stays on one page; a long one breaks between two lines. So does each part of a
  // cell, with all that draws its frame, which would stay behind empty: in a long frame all breaks.
  const parts = ".framed-cell, div.cell, .cell_input, .cell_output, div[class*=highlight], pre";
  document.querySelectorAll(parts).forEach(e => {
    const frame = e.parentElement.closest(".framed-cell");
    const short = e.offsetHeight < 330 && frame?.style.breakInside !== "auto";
    e.style.breakInside = short ? "avoid" : "auto";
  });
}"""

TOO_WIDE = """() => [...document.querySelectorAll("article *")]
  .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .filter(e => !e.closest("mjx-assistive-mml, svg, .visually-hidden"))
  .map(e => `${e.tagName.toLowerCase()}.${e.className}: ${e.textContent.trim().slice(0, 60)}`)
  .slice(0, 5)"""


def build_pdf(root: Path) -> Path:
    """Print the built site.

    Parameters
    ----------
    root : Path
        The project's folder, with a built site in ``_build/html``.

    Returns
    -------
    Path
        The file, ``_build/pdf/book.pdf``.

    Raises
    ------
    BookError
        If there is no site, or something of it does not fit the page.
    """
    if not (root / SITE / "index.html").exists():
        raise BookError("there is no built site; run `make book` first")
    folder = root / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "book.html").write_text(one_page(root), encoding="utf-8")
    target = folder / NAME
    with served(root / "_build") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=ensure_browser(), args=FLAGS)
        page = browser.new_page(viewport={"width": WIDTH, "height": 900})
        page.set_default_timeout(MINUTES)
        page.emulate_media(media="print", color_scheme="light")
        page.goto(f"{address}/pdf/book.html")
        page.evaluate(
            "window.MathJax.startup.promise.then(() => document.fonts.ready).then(() => null)"
        )
        page.evaluate(FIT)
        too_wide = page.evaluate(TOO_WIDE)
        if too_wide:
            raise BookError(*(f"wider than the page of the PDF: {what}" for what in too_wide))
        print_page(page, target, final=False)
        number_contents(page, target)
        print_page(page, target, final=True)
        browser.close()
    make_smaller(target)
    return target


def print_page(page: Page, target: Path, *, final: bool) -> None:
    """Print; the final print has an outline of the headings, and tags for screen readers."""
    page.pdf(
        path=target,
        prefer_css_page_size=True,
        print_background=True,
        tagged=final,
        outline=final,
    )


def number_contents(page: Page, target: Path) -> None:
    """Put the page numbers of the last print into the table of contents."""
    page.evaluate(
        """numbers => document.querySelectorAll(".book-contents a").forEach(link => {
          link.querySelector(".page").textContent = numbers[link.hash.slice(1)] ?? "";
        })""",
        pages_of_places(PdfReader(target)),
    )


def pages_of_places(reader: PdfReader) -> dict[str, int]:
    """Say for each place that a link leads to on which page it is, counted from 1."""
    return {
        unquote(name).removeprefix("/"): (reader.get_destination_page_number(place) or 0) + 1
        for name, place in reader.named_destinations.items()
    }


def title_of(root: Path) -> str:
    """Read the book's title."""
    return str(read_yaml(root / CONFIGURATION, str(CONFIGURATION))["title"])


def one_page(root: Path) -> str:
    """Put the articles of all pages into one page."""
    names = (path.relative_to(TOC.parent).with_suffix("").as_posix() for path in read_toc(root))
    docnames = [name for name in names if not ON_THE_SITE.fullmatch(name)]
    pages = {name: read_page(root / SITE / f"{name}.html") for name in docnames}
    articles = {name: article_of(name, soup, set(docnames)) for name, soup in pages.items()}
    lead_to_printed_places(articles.values())
    title = escape(title_of(root))
    listed = "".join(contents(root, articles))
    body = [
        f'<header class="title-page"><img src="../html/_static/logo.svg" alt="">'
        f'<p class="title">{title}</p></header>',
        f'<nav class="book-contents"><h1>Contents</h1>{listed}{REST}</nav>',
        *(f"{article}" for article in articles.values()),
    ]
    return (
        f'<!doctype html>\n<html lang="en" data-theme="light"><head><meta charset="utf-8">'
        f"<title>{title}</title>{''.join(head(pages))}</head>\n"
        f'<body class="printed-book"><main class="bd-content">{"".join(body)}</main></body></html>'
    )


def read_page(path: Path) -> BeautifulSoup:
    """Parse a page of the site."""
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def head(pages: Mapping[str, BeautifulSoup]) -> Iterator[str]:
    """Take the styles of all pages and MathJax, and no other script."""
    styles: dict[str, str] = {}
    for docname, page in pages.items():
        for tag in page.select("head link[rel=stylesheet]"):
            tag["href"] = file_target(docname, str(tag["href"]))
            styles.setdefault(str(tag["href"]), str(tag))
    yield from styles.values()
    docname, page = next(iter(pages.items()))
    for tag in page.select("head script"):
        if "window.MathJax" in tag.get_text():
            yield str(tag)
            # The second copy of each formula, hidden for screen readers, would double the file.
            yield "<script>MathJax.options.enableAssistiveMml = false;</script>"
        elif "mathjax" in str(tag.get("src", "")):
            tag["src"] = file_target(docname, str(tag["src"]))
            yield str(tag)


def anchor_of(docname: str, place: str = "") -> str:
    """Name a place of a page in the one page that holds them all."""
    page = docname.replace("/", "-")
    return f"{page}--{place}" if place else f"page-{page}"


def article_of(docname: str, page: BeautifulSoup, docnames: set[str]) -> Tag:
    """Take the article of a page, with anchors that are unique in the book and links within it."""
    article = page.select_one("article.bd-article")
    if article is None:
        raise BookError(f"{docname}.html has no article; run `make book` again")
    for useless in article.find_all(is_for_the_screen):
        useless.decompose()
    for tag in article.find_all(True):
        if tag.name == "details" and "hide" not in (tag.get("class") or ()):
            tag["open"] = ""
        del tag["loading"]  # nobody scrolls to a picture
        mend_attributes(docname, tag, docnames)
    article["id"] = anchor_of(docname)
    article["data-page"] = docname
    return article


def is_for_the_screen(tag: Tag) -> bool:
    """Tell whether paper has no use for an element."""
    return tag.name in ("template", "script") or not SCREEN.isdisjoint(tag.get("class") or ())


def lead_to_printed_places(articles: Collection[Tag]) -> None:
    """Let links to names in folded code lead to the cell, or else the section, around it."""
    homes: dict[str, str] = {}
    for part in (part for article in articles for part in article.select(NOT_PRINTED)):
        around = part.find_parent(class_="framed-cell") or part.find_parent("section")
        if around is not None:
            homes |= {str(tag["id"]): str(around["id"]) for tag in part.find_all(id=True)}
    for link in (link for article in articles for link in article.find_all("a", href=True)):
        place = str(link["href"]).removeprefix("#")
        if place in homes:
            link["href"] = f"#{homes[place]}"


def mend_attributes(docname: str, tag: Tag, docnames: set[str]) -> None:
    """Rewrite what names places and files."""
    for name, value in list(tag.attrs.items()):
        if name == "id" or (name == "name" and tag.name == "a"):
            tag[name] = anchor_of(docname, str(value))
        elif name == "href" and tag.name == "a":
            target = link_target(docname, str(value), docnames)
            if target:
                tag[name] = target
            else:
                del tag[name]
        elif name in ("src", "data"):
            tag[name] = file_target(docname, str(value))
        elif name in ("href", "xlink:href") and str(value).startswith("#"):
            tag[name] = f"#{anchor_of(docname, str(value)[1:])}"
        elif name in ("aria-labelledby", "aria-describedby", "aria-controls", "for"):
            tag[name] = " ".join(anchor_of(docname, word) for word in str(value).split())
        elif isinstance(value, str) and "url(#" in value:
            tag[name] = re.sub(
                r"url\(#([^)]+)\)", lambda m: f"url(#{anchor_of(docname, m[1])})", value
            )


def link_target(docname: str, href: str, docnames: set[str]) -> str:
    """Rewrite a link within the book, or out of it; to what only the site has there is none."""
    if urlsplit(href).scheme:
        return href
    path, place = urldefrag(href)
    target = joined(docname, path) if path else f"{docname}.html"
    name = target.removesuffix(".html")
    return f"#{anchor_of(name, place)}" if name in docnames else ""


def file_target(docname: str, path: str) -> str:
    """Rewrite the address of a file of the site as seen from the folder of the PDF."""
    return path if urlsplit(path).scheme else f"../html/{joined(docname, path)}"


def joined(docname: str, path: str) -> str:
    """Resolve a path that a page names, relative to the site."""
    parts: list[str] = []
    for part in (PurePosixPath(docname).parent / path).parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


def contents(root: Path, articles: dict[str, Tag]) -> Iterator[str]:
    """Write the table of contents: parts, chapters, and the sections of chapters."""
    toc: dict[str, Any] = read_yaml(root / TOC, str(TOC))
    yield f"<ul>{entry(toc['root'], articles, {})}</ul>"
    for part in toc.get("parts", [{"chapters": toc.get("chapters", [])}]):
        printed = [c for c in part["chapters"] if c["file"] in articles]
        if printed and "caption" in part:
            yield f'<p class="part">{escape(part["caption"])}</p>'
        if printed:
            yield f"<ul>{''.join(entry(c['file'], articles, c) for c in printed)}</ul>"


def entry(docname: str, articles: dict[str, Tag], toc: dict[str, Any]) -> str:
    """Write the line of a page, and below it the lines of its numbered sections and its pages."""
    first, *rest = articles[docname].select("h1, section > section > h2")
    numbered = [heading for heading in rest if heading.select_one(".section-number")]
    below = [
        f"<li>{line(str(heading.parent['id']), text_of(heading))}</li>"
        for heading in numbered
        if heading.parent
    ]
    pages = (page for page in toc.get("sections", []) if page["file"] in articles)
    below += [entry(page["file"], articles, page) for page in pages]
    lines = f"<ul>{''.join(below)}</ul>" if below else ""
    return f"<li>{line(anchor_of(docname), text_of(first))}{lines}</li>"


def line(anchor: str, text: str) -> str:
    """Write one line of the table of contents."""
    return f'<a href="#{escape(anchor)}"><span>{text}</span><span class="page">000</span></a>'


def text_of(heading: Tag) -> str:
    """Take the content of a heading."""
    return heading.decode_contents().strip()
