"""The directive ``{chapter-map}``: which chapter needs which, and how long each takes to read.

A chapter needs an earlier one whose code it imports or whose equations or page it refers to. In the
picture the arcs that follow from others are faint.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from literate.book.chapters import Chapter
from literate.book.equations import equations_of
from literate.book.toc import numbered_docnames
from literate.errors import BookError
from literate.site.links import link
from literate.site.whole_book import SHOWN, chapters_of, note, root_of
from literate.tangle.names import public_names
from literate.tangle.reading_order import module_of

WORDS, EQUATION, LINE = 180, 15 / 60, 3 / 60
"""A reader's pace: words a minute; minutes for a displayed equation and for a line of code."""

REFERENCE = re.compile(r"\{(?P<role>eq|doc|ref|numref)\}`(?:[^`<]*<)?(?P<target>[^`>]+)>?`")
FENCE = re.compile(r"^(`{3,}|:{3,}).*?^\1\s*$", re.MULTILINE | re.DOTALL)
MATH = re.compile(r"^```\{math\}", re.MULTILINE)

ROW, LEFT, STEP, WIDTH = 30, 106, 10, 480
"""The picture: the height of a row, where the titles begin, how far arcs grow, its width."""


MAP = "the map of the chapters"


@dataclass(frozen=True)
class Need:
    """What a chapter takes from an earlier one."""

    chapter: Chapter
    of_code: bool
    of_text: bool


def numbered(root: Path, chapters: Iterable[Chapter]) -> list[Chapter]:
    """List the chapters that have numbers, in reading order."""
    docnames = numbered_docnames(root)
    return [chapter for chapter in chapters if chapter.docname in docnames]


def needs(chapters: Sequence[Chapter]) -> dict[str, list[Need]]:
    """Find what each chapter needs, in reading order."""
    homes = {label.label: c.docname for c in chapters for label in equations_of(c)}
    builders = {
        (module_of(cell), name): chapter.docname
        for chapter in chapters
        for cell in chapter.package_cells
        for name in public_names(cell.source)
    }
    by_name = {name: docname for (_, name), docname in builders.items()}
    found = {}
    for position, chapter in enumerate(chapters):
        of_code = {
            builders.get((module, name), by_name.get(name, ""))
            for module, name in imports_of(chapter)
        }
        of_text = {homes.get(target, target) for target in references_of(chapter)}
        found[chapter.docname] = [
            Need(earlier, earlier.docname in of_code, earlier.docname in of_text)
            for earlier in chapters[:position]
            if earlier.docname in of_code | of_text
        ]
    return found


def imports_of(chapter: Chapter) -> Iterator[tuple[str, str]]:
    """Yield what the cells of a chapter import from the package: module and name."""
    for cell in chapter.code_cells:
        try:
            tree = ast.parse(cell.source)
        except SyntaxError:  # a line for the shell
            continue
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.ImportFrom)
                and (node.module or "").split(".")[0] == "nnmath"
            ):
                yield from ((str(node.module), alias.name) for alias in node.names)


def references_of(chapter: Chapter) -> Iterator[str]:
    """Yield the labels and pages that a chapter's text refers to."""
    for cell in chapter.cells:
        if cell.kind == "markdown":
            for match in REFERENCE.finditer(cell.source):
                yield match["target"].strip().removesuffix(".md")


def minutes(chapter: Chapter) -> int:
    """Estimate how long the text takes to read, up to the exercises, in steps of 5 minutes."""
    total = 0.0
    for cell in chapter.cells:
        if cell.heading == "Exercises" or cell.source.lstrip().startswith("## Exercises"):
            break
        if cell.kind == "code":
            total += LINE * len(cell.source.splitlines()) * ("plot" not in cell.tags)
        else:
            total += EQUATION * len(MATH.findall(cell.source))
            total += len(FENCE.sub("", cell.source).split()) / WORDS
    return max(5, 5 * round(total / 5))


def direct(needed: dict[str, list[Need]]) -> list[tuple[str, str]]:
    """List the needs that do not follow from other needs."""
    earlier = {
        later: {need.chapter.docname for need in found} for later, found in needed.items()
    }
    above: dict[str, set[str]] = {}
    for later, some in earlier.items():  # in reading order
        above[later] = some.union(*(above[docname] for docname in some))
    return [
        (docname, later)
        for later, some in earlier.items()
        for docname in sorted(some)
        if not any(docname in above[other] for other in some - {docname})
    ]


def map_shown(app: Sphinx, which: str) -> Iterator[str]:
    """Write down the chapters, what each needs, and how long it takes."""
    chapters = numbered(root_of(app), chapters_of(app))
    for docname, found in needs(chapters).items():
        yield docname
        yield from (f"{n.chapter.docname} {n.of_code} {n.of_text}" for n in found)
    yield from (f"{chapter.title} {minutes(chapter)}" for chapter in chapters)


SHOWN[MAP] = map_shown


class ChapterMap(SphinxDirective):
    """The picture, and the same as a table."""

    def run(self) -> list[nodes.Node]:
        """Build both; the page is read again when the map becomes another."""
        app = self.env.app
        try:
            chapters = numbered(root_of(app), chapters_of(app))
        except BookError as error:
            raise self.error(str(error)) from error
        note(self.env, MAP)
        needed = needs(chapters)
        hours = sum(map(minutes, chapters)) / 60
        total = nodes.paragraph(
            "", f"In all, the chapters take about {hours:.0f} hours to read."
        )
        picture = nodes.raw("", "".join(svg(chapters, needed)), format="html")
        return [picture, total, table(chapters, needed)]


def svg(chapters: Sequence[Chapter], needed: dict[str, list[Need]]) -> Iterator[str]:
    """Draw the chapters one below the other, and an arc for each need."""
    row = {chapter.docname: number for number, chapter in enumerate(chapters)}
    height = ROW * len(chapters) + 8
    yield (
        f'<svg class="chapter-map" viewBox="0 0 {WIDTH} {height}" role="group"'
        ' aria-label="The chapters in reading order. An arc leads from each chapter to those that'
        ' need it; the table below says the same in words.">'
    )
    bold = direct(needed)
    others = [
        (need.chapter.docname, later)
        for later, found in needed.items()
        for need in found
        if (need.chapter.docname, later) not in bold
    ]
    for before, after in [*others, *bold]:
        look = "direct" if (before, after) in bold else "also"
        top, bottom = (ROW * row[docname] + ROW / 2 + 4 for docname in (before, after))
        reach = min(LEFT - 8, STEP * (row[after] - row[before]) + 6)
        yield (
            f'<path class="{look}" data-from="{before}" data-to="{after}" d="M{LEFT - 8},{top:g}'
            f" C{LEFT - 8 - reach * 1.3:g},{top:g} {LEFT - 8 - reach * 1.3:g},{bottom:g}"
            f' {LEFT - 13},{bottom:g}"/><path class="tip" d="M{LEFT - 14},{bottom - 3.5:g}'
            f' l7,3.5 l-7,3.5 z"/>'
        )
    for chapter in chapters:
        number = row[chapter.docname] + 1
        y = ROW * (number - 1) + ROW / 2 + 4
        title = chapter.title.partition(":")[0]
        yield (
            f'<circle cx="{LEFT - 5}" cy="{y:g}" r="2.5"/>'
            f'<a href="{escape(chapter.docname)}.html"><rect x="{LEFT}" y="{y - 13:g}"'
            f' width="{WIDTH - LEFT}" height="26"/><text x="{LEFT + 4}" y="{y + 4.5:g}">{number}.'
            f' {escape(title)}</text></a><text class="time" x="{WIDTH - 4}" y="{y + 4.5:g}">'
            f"{minutes(chapter)} min</text>"
        )
    yield "</svg>"


def table(chapters: Sequence[Chapter], needed: dict[str, list[Need]]) -> nodes.table:
    """Say the same in words, with all needs."""
    numbers = {chapter.docname: number for number, chapter in enumerate(chapters, start=1)}
    columns = {"Chapter": 46, "To read": 14, "Uses the code of": 20, "Refers to": 20}
    body = nodes.tbody()
    for chapter in chapters:
        found = needed[chapter.docname]
        name = nodes.paragraph("", f"{numbers[chapter.docname]}. ")
        name += link(chapter.docname, "", nodes.inline("", chapter.title))
        cells = [
            name,
            nodes.paragraph("", f"{minutes(chapter)} min"),
            listed([need.chapter for need in found if need.of_code], numbers),
            listed([need.chapter for need in found if need.of_text], numbers),
        ]
        body += nodes.row("", *(nodes.entry("", cell) for cell in cells))
    head = nodes.row("", *(nodes.entry("", nodes.paragraph("", name)) for name in columns))
    group = nodes.tgroup("", cols=len(columns))
    group += [nodes.colspec("", colwidth=width) for width in columns.values()]
    group += [nodes.thead("", head), body]
    return nodes.table("", group, classes=["chapter-needs"])


def listed(chapters: Sequence[Chapter], numbers: dict[str, int]) -> nodes.paragraph:
    """Name chapters by their numbers, each a link."""
    line = nodes.paragraph()
    for position, chapter in enumerate(chapters):
        line += nodes.Text(", " if position else "")
        line += link(chapter.docname, "", nodes.inline("", str(numbers[chapter.docname])))
    return line if chapters else nodes.paragraph("", "–")


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("chapter-map", ChapterMap)
