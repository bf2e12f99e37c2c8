"""A deck of slides for each chapter, from the pages of the built site: ``make slides``.

A slide shows what the page shows: headings, numbered equations, figures, cells of the package, the
summary, and the paragraphs that the chapter marks: those with words in bold, and those with
``{.slide}`` on the line before them. The rest of a section's text is in the speaker's notes. A
cell that is too long to be read on a slide stays on the page, and so do exercises and what is
folded or beside the main line.
"""

import shutil
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag

from literate.book.chapters import read_book
from literate.build.editions import SITE
from literate.errors import BookError

FOLDER = Path("_build") / "slides"

WIDTH, HEIGHT = 1280, 720
"""The pixels of a slide, which a screen scales."""

ROOM = 13
"""How many lines of text have room below a heading."""

LETTERS = 80
"""How many letters of text make a line."""

CODE_HEIGHT, CODE_WIDTH = 545, 1115
"""The pixels that the lines of a cell have, and the widest of them."""

SMALLEST = 13
"""The pixels of the smallest letters of a cell; one that needs smaller ones stays on the page."""

LEFT_OUT = (
    "a.headerlink, button, template, .code-fold, .equation-uses, .equation-mark, .no-print, "
    "details, .cell-note, .notebook-download"
)
"""What pages have for reading, and slides have not."""

WHOLE_SECTIONS_LEFT_OUT = ("exercises", "what-the-chapter-adds-to-the-package")

PAGE = """\
<!DOCTYPE html>
<html lang="en" data-theme="light">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · slides</title>
<link rel="stylesheet" href="../html/_static/pygments.css">
<link rel="stylesheet" href="../html/_static/reveal/reveal.css">
<link rel="stylesheet" href="slides.css">
<script>{mathjax}</script>
<script defer src="../html/_static/mathjax/startup.js"></script>
</head>
<body>
<div class="reveal"><div class="slides">
{slides}
</div></div>
<script src="../html/_static/reveal/reveal.js"></script>
<script src="../html/_static/reveal/notes.js"></script>
<script src="slides.js"></script>
</body>
</html>
"""

INDEX = """\
<!DOCTYPE html>
<html lang="en" data-theme="light">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Slides</title>
<link rel="stylesheet" href="slides.css">
</head>
<body class="index">
<main>
<h1>Slides</h1>
<p>A deck for each chapter. Arrows turn the slides, S opens the speaker's notes, O shows all
slides, D changes between light and dark, F fills the screen, and ? lists the rest. For paper, add
<code>?view=print</code> to a deck's address and print.</p>
<ol>
{decks}
</ol>
</main>
</body>
</html>
"""


@dataclass
class Slide:
    """What one slide shows below its heading.

    Parameters
    ----------
    heading : str
        The heading, as HTML.
    parts : list of str
        Paragraphs, equations, figures or cells, as HTML.
    lines : float
        How many lines of text they take.
    """

    heading: str
    parts: list[str] = field(default_factory=list)
    lines: float = 0

    def html(self, notes: str = "") -> str:
        """Give the slide as HTML."""
        aside = f'<aside class="notes">{notes}</aside>' if notes else ""
        return (
            f"<section><h2>{self.heading}</h2>\n" + "\n".join(self.parts) + f"{aside}</section>"
        )


def build_slides(root: Path) -> list[Path]:
    """Write a deck for each chapter, and a page that lists them.

    Parameters
    ----------
    root : Path
        The project's folder, with a built site.

    Returns
    -------
    list of Path
        The list of decks, and the decks.

    Raises
    ------
    BookError
        If there is no built site.
    """
    folder = root / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in ("slides.css", "slides.js"):
        shutil.copyfile(Path(__file__).with_name(name), folder / name)
    decks, entries = [], []
    for chapter in read_book(root):
        if not any(cell.heading == "Exercises" for cell in chapter.cells):
            continue
        page = root / SITE / f"{chapter.docname}.html"
        if not page.is_file():
            raise BookError(f"{page.relative_to(root)} is not there; run `make book` first")
        deck = folder / f"{chapter.docname}.html"
        title, text = deck_of(page.read_text(encoding="utf-8"), f"{chapter.docname}.html")
        deck.write_text(text, encoding="utf-8")
        decks.append(deck)
        entries.append(f'<li><a href="{deck.name}">{escape(title)}</a></li>')
    index = folder / "index.html"
    index.write_text(INDEX.format(decks="\n".join(entries)), encoding="utf-8")
    return [index, *decks]


def deck_of(html: str, name: str) -> tuple[str, str]:
    """Make the deck of a page.

    Parameters
    ----------
    html : str
        The page.
    name : str
        Its name in the site, to which links lead back.

    Returns
    -------
    title, deck : str
        The chapter's heading as text, and the deck as HTML.
    """
    soup = BeautifulSoup(html, "html.parser")
    chapter = soup.select_one("article section")
    settings = [s.string for s in soup.select("script") if "window.MathJax" in (s.string or "")]
    if chapter is None or not settings:
        raise BookError(f"{name} has no chapter to make slides of")
    for one in chapter.select(LEFT_OUT):
        one.decompose()
    lead_back(chapter, name)
    heading = chapter.find("h1")
    assert isinstance(heading, Tag)
    opening = "".join(str(p) for p in chapter.find_all("p", recursive=False)[:2])
    title = " ".join(heading.get_text().split())
    first = (
        f'<section class="opening"><h1>{heading.decode_contents()}</h1>\n{opening}</section>'
    )
    stacks = [stack for section in sections_of(chapter) if (stack := stack_of(section))]
    slides = "\n".join([first, *stacks])
    return title, PAGE.format(title=escape(title), mathjax=settings[0], slides=slides)


def sections_of(chapter: Tag) -> Iterator[Tag]:
    """Yield the sections of the main line."""
    for section in chapter.find_all("section", recursive=False):
        if "beside" in classes_of(section) or section.get("id") in WHOLE_SECTIONS_LEFT_OUT:
            continue
        yield section


def stack_of(section: Tag) -> str:
    """Make the slides of a section, one below the other; nothing if it has nothing to show."""
    found = section.find("h2")
    assert isinstance(found, Tag)
    heading = found.decode_contents()
    slides: list[Slide] = []
    notes: list[str] = []
    for element in elements_of(section):
        lines = lines_of(element)
        if lines is None:
            if element.name == "p" and "evening" not in classes_of(element):
                notes.append(spoken(element))
            continue
        if not slides or slides[-1].lines + lines > ROOM:
            slides.append(Slide(heading))
        slides[-1].parts.append(shown(element))
        slides[-1].lines += lines
    if not slides:
        return ""
    texts = [slides[0].html("".join(notes)), *(slide.html() for slide in slides[1:])]
    return "<section>\n" + "\n".join(texts) + "\n</section>"


def elements_of(section: Tag) -> Iterator[Tag]:
    """Yield what a section and its parts hold, in order, but for what is beside the main line."""
    for element in section.find_all(recursive=False):
        if element.name == "section":
            if "beside" not in classes_of(element):
                yield from elements_of(element)
        elif "package-cell" not in classes_of(element) and element.find("figure"):
            yield from element.find_all("figure")
        elif element.name == "ul" and section.get("id") == "summary":
            yield from element.find_all("li", recursive=False)
        else:
            yield element


def lines_of(element: Tag) -> float | None:
    """Tell how many lines an element takes on a slide; None if it is for the notes."""
    classes = classes_of(element)
    if "package-cell" in classes:
        return (
            ROOM if all(size_of(code) >= SMALLEST for code in element.find_all("pre")) else None
        )
    if element.name == "figure":
        return ROOM
    if "math" in classes and element.get("id"):
        tex = element.get_text()
        tall = sum(
            tex.count(word) for word in (r"\frac", r"\sum", r"\underbrace", r"\underset")
        )
        return 1.2 + 1.25 * tex.count("\\\\") + (0.9 if tall else 0)
    if "slide" in classes or element.name == "li" or (element.name == "p" and element.strong):
        return 1.3 + len(element.get_text()) // LETTERS
    return None


def shown(element: Tag) -> str:
    """Give an element as a slide shows it: the page's places are the page's own."""
    element = copy(element)
    for one in [element, *element.find_all(id=True)]:
        if one.get("id"):
            one["data-id"] = one["id"]
            del one["id"]
    for code in element.select(".package-cell pre") if element.name != "figure" else []:
        code["style"] = f"font-size: {size_of(code):.1f}px"
    return f"<ul>{element}</ul>" if element.name == "li" else str(element)


def size_of(code: Tag) -> float:
    """Tell how large the letters of a cell may be, so that its lines have room."""
    lines = code.get_text().rstrip().split("\n")
    longest = max(map(len, lines))
    return min(22.0, CODE_HEIGHT / (1.4 * len(lines)), CODE_WIDTH / (0.6 * longest))


def spoken(paragraph: Tag) -> str:
    """Give a paragraph for the notes, whose window sets no formulas."""
    paragraph = copy(paragraph)
    for formula in paragraph.select("span.math"):
        formula.replace_with(formula.get_text().removeprefix("\\(").removesuffix("\\)"))
    return f"<p>{escape(paragraph.get_text())}</p>"


def lead_back(chapter: Tag, name: str) -> None:
    """Let links and pictures lead to the site."""
    for key in ("href", "src"):
        for element in chapter.select(f"[{key}]"):
            address = str(element[key])
            if not urlsplit(address).scheme:
                place = name if address.startswith("#") else ""
                element[key] = f"../html/{place}{address}"
            element.attrs.pop("loading", None)


def classes_of(element: Tag) -> list[str]:
    """Name the classes of an element."""
    return [str(name) for name in element.get_attribute_list("class") if name]
