"""A deck of slides for each chapter, from the chapter's page, in the folder ``slides`` of the site.

A slide shows what the page shows: headings, numbered equations, figures, cells of the package, the
summary, and the paragraphs that the chapter marks: those with words in bold, and those with
``{.slide}`` on the line before them. The rest of a section's text is in the speaker's notes. A
cell that is too long to be read on a slide stays on the page, and a line leads to it; exercises
stay there as well, and what is folded or beside the main line.
"""

import re
import shutil
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag

from literate.book.chapters import Chapter
from literate.errors import BookError

FOLDER = "slides"

WIDTH, HEIGHT = 1280, 720
"""The pixels of a slide, which a screen scales."""

ROOM = 13
"""How many lines of text have room below a heading."""

LINE = 39
"""The pixels of a line of text."""

LETTERS = 80
"""How many letters of text make a line."""

CODE_HEIGHT, CODE_WIDTH = 545, 1115
"""The pixels that the lines of a cell have, and the widest of them."""

SMALLEST = 16
"""The pixels of the smallest letters of a cell; one that needs smaller ones stays on the page."""

CAPTION = 1.6
"""How many lines the caption of a cell takes that stays on the page; alone it makes no slide."""

TAGS_LEFT_OUT = {"button", "template", "details"}
CLASSES_LEFT_OUT = {"headerlink", "code-fold", "equation-uses", "equation-mark", "no-print"}
CLASSES_LEFT_OUT |= {"cell-note", "notebook-download"}
PARAGRAPHS_LEFT_OUT = {"evening", "evening-next"}
"""What pages have for reading, and slides have not."""

USED_IN = " · used in "
"""The text with which the end of a cell's caption begins."""

WHOLE_SECTION_LEFT_OUT = "what-the-chapter-adds-to-the-package"

EXERCISES = '<section id="exercises">'
"""Where a page's exercises begin: what follows is on no slide."""

SETTINGS = re.compile(r"<script[^>]*>(window\.MathJax = .*?)</script>", re.DOTALL)

PAGE = """\
<!DOCTYPE html>
<html lang="en" data-theme="light">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · slides</title>
<link rel="stylesheet" href="../_static/pygments.css">
<link rel="stylesheet" href="../_static/reveal/reveal.css">
<link rel="stylesheet" href="slides.css">
<script>{mathjax}</script>
<script defer src="../_static/mathjax/startup.js"></script>
</head>
<body>
<div class="reveal"><div class="slides">
{slides}
</div></div>
<script src="../_static/reveal/reveal.js"></script>
<script src="../_static/reveal/notes.js"></script>
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


class Part(NamedTuple):
    """A paragraph, an equation, a figure or a cell, as HTML, and how many lines it takes."""

    html: str
    lines: float
    leads: bool = False
    """Whether a sentence goes on in the next part."""


@dataclass
class Slide:
    """What one slide shows below its heading.

    Parameters
    ----------
    heading : str
        The heading, as HTML.
    parts : list of Part
        What it shows.
    notes : list of str
        Paragraphs for the speaker, as HTML.
    """

    heading: str
    parts: list[Part] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def lines(self) -> float:
        """How many lines of text the slide shows."""
        return sum(part.lines for part in self.parts)

    def html(self, place: str = "") -> str:
        """Give the slide as HTML, with its place if it has one."""
        start = f'<section id="{place}">' if place else "<section>"
        aside = f'<aside class="notes">{"".join(self.notes)}</aside>' if self.notes else ""
        parts = "\n".join(part.html for part in self.parts)
        return f"{start}<h2>{self.heading}</h2>\n{parts}{aside}</section>"


def deck_of(page: str) -> str:
    """Name the file of a page's deck, as seen from the page."""
    return f"{FOLDER}/{page}"


def has_deck(chapter: Chapter) -> bool:
    """Tell whether a page is a chapter with a deck: one with exercises."""
    return any(cell.heading == "Exercises" for cell in chapter.cells)


def write_decks(site: Path, chapters: Sequence[Chapter]) -> None:
    """Write the decks that are not there or older than their page, and a page that lists all.

    Parameters
    ----------
    site : Path
        The folder of the built pages.
    chapters : sequence of Chapter
        The chapters of the book.
    """
    folder = site / FOLDER
    folder.mkdir(exist_ok=True)
    for name in ("slides.css", "slides.js"):
        shutil.copyfile(Path(__file__).with_name(name), folder / name)
    entries = []
    for chapter in filter(has_deck, chapters):
        page = site / f"{chapter.docname}.html"
        deck = folder / page.name
        if not deck.exists() or deck.stat().st_mtime < page.stat().st_mtime:
            html = page.read_text(encoding="utf-8")
            deck.write_text(make_deck(html, page.name, chapter.title), encoding="utf-8")
        entries.append(f'<li><a href="{deck.name}">{escape(chapter.title)}</a></li>')
    index = INDEX.format(decks="\n".join(entries))
    (folder / "index.html").write_text(index, encoding="utf-8")


def make_deck(html: str, name: str, title: str) -> str:
    """Make the deck of a page.

    Parameters
    ----------
    html : str
        The page.
    name : str
        Its name in the site, to which links lead back.
    title : str
        Its title, as text.

    Returns
    -------
    str
        The deck as HTML.
    """
    settings = SETTINGS.search(html)
    text = html[html.find("<article") :].partition(EXERCISES)[0]
    # cutting each class attribute into its names would take as long as reading the page
    page = BeautifulSoup(text, "html.parser", multi_valued_attributes=None)
    chapter = page.find("section")
    if not isinstance(chapter, Tag):
        raise BookError(f"{name} has no chapter to make slides of")
    for one in chapter.find_all(is_left_out):
        one.decompose()
    shorten_captions(chapter)
    lead_back(chapter, name)
    heading = chapter.find("h1")
    assert isinstance(heading, Tag)
    opening = "".join(str(p) for p in chapter.find_all("p", recursive=False)[:2])
    first = (
        f'<section class="opening"><h1>{heading.decode_contents()}</h1>\n{opening}</section>'
    )
    stacks = [stack for section in sections_of(chapter) if (stack := stack_of(section))]
    slides = "\n".join([first, *stacks])
    return PAGE.format(
        title=escape(title), mathjax=settings[1] if settings else "", slides=slides
    )


def is_left_out(element: Tag) -> bool:
    """Tell whether an element is of no use on a slide."""
    classes = CLASSES_LEFT_OUT | (PARAGRAPHS_LEFT_OUT if element.name == "p" else set())
    return element.name in TAGS_LEFT_OUT or not classes.isdisjoint(classes_of(element))


def sections_of(chapter: Tag) -> Iterator[Tag]:
    """Yield the sections of the main line."""
    for section in chapter.find_all("section", recursive=False):
        if "beside" in classes_of(section) or section.get("id") == WHOLE_SECTION_LEFT_OUT:
            continue
        yield section


def stack_of(section: Tag) -> str:
    """Make the slides of a section, one below the other; nothing if it has nothing to show."""
    found = section.find("h2")
    assert isinstance(found, Tag)
    heading = found.decode_contents()
    elements = list(elements_of(section))
    on_slides = chosen(elements)
    slides = [Slide(heading)]
    for n, element in enumerate(elements):
        if n not in on_slides:
            if element.name == "p":
                slides[-1].notes.append(spoken(element))
            continue
        leads = element.name == "p" and is_open(element) and n + 1 in on_slides
        part = Part(shown(element, leads=leads), lines_of(element), leads)
        if slides[-1].parts and slides[-1].lines + part.lines > ROOM:
            slides.append(Slide(heading))
        slides[-1].parts.append(part)
    kept: list[Slide] = []
    for slide in slides:
        if any(part.lines != CAPTION for part in slide.parts):
            kept.append(slide)
        elif kept:
            kept[-1].notes += slide.notes
    if not kept:
        return ""
    for before, following in pairwise(kept):
        balance(before, following)
    texts = [kept[0].html(str(section["id"])), *(slide.html() for slide in kept[1:])]
    return "<section>\n" + "\n".join(texts) + "\n</section>"


def balance(before: Slide, after: Slide) -> None:
    """Move what ends a slide to the next one: what leads there, and what makes them more even."""
    while len(before.parts) > 1:
        count = 1
        while count < len(before.parts) and before.parts[-count - 1].leads:
            count += 1
        moved = before.parts[-count:]
        lines = sum(part.lines for part in moved)
        leads_there = moved[-1].leads and after.lines + lines <= ROOM
        if count == len(before.parts) or not (
            leads_there or after.lines + 2 * lines <= before.lines
        ):
            return
        after.parts[:0] = moved
        del before.parts[-count:]


def chosen(elements: Sequence[Tag]) -> set[int]:
    """Choose which elements of a section are on slides, by their positions.

    With what slides show come a short paragraph that leads to an equation, one whose sentence a
    shown one ends, and an equation without a number to which a shown one leads.
    """
    found = {n for n, element in enumerate(elements) if is_shown(element)}
    texts = [n for n, element in enumerate(elements) if element.name == "p"]
    for n in texts:
        after = elements[n + 1] if n + 1 < len(elements) else None
        is_short = len(elements[n].get_text()) <= 2 * LETTERS
        if after and is_equation(after) and is_short and is_open(elements[n]):
            found.add(n)
    for before, n in pairwise(texts):
        if n in found and elements[n].get_text().lstrip()[:1].islower():
            found.add(before)
    for n in found.intersection(texts):
        if (
            is_open(elements[n])
            and n + 1 < len(elements)
            and "math" in classes_of(elements[n + 1])
        ):
            found.add(n + 1)
    return found


def is_open(paragraph: Tag) -> bool:
    """Tell whether a paragraph's last sentence goes on in what follows."""
    return not paragraph.get_text().rstrip().endswith((".", "?", "!"))


def is_equation(element: Tag) -> bool:
    """Tell whether an element is an equation with a number."""
    return "math" in classes_of(element) and bool(element.get("id"))


def is_shown(element: Tag) -> bool:
    """Tell whether an element is of a kind that slides show."""
    classes = classes_of(element)
    is_marked = "slide" in classes or (element.name == "p" and element.strong is not None)
    is_whole = "package-cell" in classes or element.name in ("figure", "li")
    return is_marked or is_whole or is_equation(element)


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


def lines_of(element: Tag) -> float:
    """Tell how many lines of text an element takes on a slide."""
    if "package-cell" in classes_of(element):
        if not is_readable(element):
            return CAPTION
        pixels = sum(
            1.35 * size_of(code) * len(code.get_text().rstrip().split("\n"))
            for code in element.find_all("pre")
        )
        return min(ROOM, 1.9 + pixels / LINE)
    if element.name == "figure":
        return ROOM
    if "math" in classes_of(element):
        tex = element.get_text()
        tall = sum(
            tex.count(word) for word in (r"\frac", r"\sum", r"\underbrace", r"\underset")
        )
        return 1.2 + 1.25 * tex.count("\\\\") + (0.9 if tall else 0)
    return 1.3 + len(element.get_text()) // LETTERS


def is_readable(cell: Tag) -> bool:
    """Tell whether a cell of the package has room on a slide, in letters that can be read."""
    return all(size_of(code) >= SMALLEST for code in cell.find_all("pre"))


def shown(element: Tag, *, leads: bool = False) -> str:
    """Give an element as a slide shows it: the page's places are the page's own.

    A colon that leads to nothing on the slides becomes a full stop.
    """
    element = copy(element)
    if element.name == "p" and not leads:
        last = element.find_all(string=True)[-1]
        last.replace_with(re.sub(r":\s*$", ".", last))
    if "package-cell" in classes_of(element) and not is_readable(element):
        for code in element.find_all("div", recursive=False):
            code.decompose()
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


def shorten_captions(chapter: Tag) -> None:
    """Leave out of the captions of cells in which chapters they are used."""
    for caption in chapter.select(".cell-caption"):
        for text in caption.find_all(string=USED_IN):
            for one in [*text.next_siblings, text]:
                one.extract()


def lead_back(chapter: Tag, name: str) -> None:
    """Let links and pictures lead to the site."""
    for key in ("href", "src"):
        for element in chapter.select(f"[{key}]"):
            address = str(element[key])
            if not urlsplit(address).scheme:
                place = name if address.startswith("#") else ""
                element[key] = f"../{place}{address}"
            element.attrs.pop("loading", None)


def classes_of(element: Tag) -> list[str]:
    """Name the classes of an element."""
    return str(element.get("class") or "").split()
