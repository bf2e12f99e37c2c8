"""The chapters at a glance: the directives ``{chapter-map}`` and ``{chapter-cards}``.

The map shows which chapter needs which, and both say how long each takes to read.

A chapter needs an earlier one whose code it imports or whose equations or page it refers to. The
picture is a path with branches: the path are the chapters of the two evenings, and each other
chapter leaves it where all is known that it needs of the path.
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

from literate.book.chapters import PACKAGE, Chapter
from literate.book.equations import equations_of
from literate.book.python_names import public_names
from literate.book.sections import minutes, sections_of
from literate.book.toc import numbered_docnames
from literate.errors import BookError
from literate.site.links import link
from literate.site.whole_book import SHOWN, chapters_of, note, root_of

REFERENCE = re.compile(r"\{(?P<role>eq|doc|ref|numref)\}`(?:[^`<]*<)?(?P<target>[^`>]+)>?`")

ROW, PATH, BRANCH, TITLE, WIDTH = 32, 12, 40, 16, 480
"""The picture: the height of a row, where path and branches stand, how far titles are from them,
its width."""


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
        (cell.module, name): chapter.docname
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
                and (node.module or "").split(".")[0] == PACKAGE
            ):
                yield from ((str(node.module), alias.name) for alias in node.names)


def references_of(chapter: Chapter) -> Iterator[str]:
    """Yield the labels and pages that a chapter's text refers to."""
    for cell in chapter.cells:
        if cell.kind == "markdown":
            for match in REFERENCE.finditer(cell.source):
                yield match["target"].strip().removesuffix(".md")


def on_the_path(chapters: Sequence[Chapter]) -> list[str]:
    """Name the chapters of the two evenings; if none is marked, all of them."""
    marked = [
        chapter.docname
        for chapter in chapters
        if any("evening" in section.marks for section in sections_of(chapter))
    ]
    return marked or [chapter.docname for chapter in chapters]


def branches(path: Sequence[str], needed: dict[str, list[Need]]) -> dict[str, str]:
    """Say after which chapter of the path each chapter beside it can be read."""
    found = {}
    for docname, some in needed.items():
        if docname not in path:
            wanted = {need.chapter.docname for need in some}
            found[docname] = next((one for one in reversed(path) if one in wanted), path[0])
    return found


def map_shown(app: Sphinx, which: str) -> Iterator[str]:
    """Write down the chapters, what each needs, and how long it takes."""
    chapters = numbered(root_of(app), chapters_of(app))
    yield from on_the_path(chapters)
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
    """Draw the path from the top down, and at its right the chapters that leave it."""
    path = on_the_path(chapters)
    leaves = branches(path, needed)
    number = {chapter.docname: place for place, chapter in enumerate(chapters, start=1)}
    level = {docname: ROW * (place - 0.5) for docname, place in number.items()}
    yield (
        f'<svg class="chapter-map" viewBox="0 0 {WIDTH} {ROW * len(chapters)}" role="group"'
        ' aria-label="The chapters in reading order: a path, and the chapters that branch off it.'
        ' The table below says which chapter needs which.">'
    )
    last = max((level[docname] for docname in leaves), default=0) - 10
    end = level[path[-1]]
    yield f'<path class="path" d="M{PATH},{level[path[0]]:g} V{end:g}"/>'
    if last > end:
        yield f'<path class="branch" d="M{PATH},{end:g} V{last:g}"/>'
    for docname, start in leaves.items():
        y = level[docname]
        yield (
            f'<path class="branch" data-from="{start}" data-to="{docname}" d="M{PATH},{y - 12:g}'
            f' Q{PATH},{y:g} {PATH + 12},{y:g} H{BRANCH}"/>'
        )
    for chapter in chapters:
        docname, y = chapter.docname, level[chapter.docname]
        x = BRANCH if docname in leaves else PATH
        kind = "beside" if docname in leaves else "main"
        after = f"after {number[leaves[docname]]} \N{MIDDLE DOT} " if docname in leaves else ""
        title = chapter.title.partition(":")[0]
        yield (
            f'<circle class="{kind}" cx="{x}" cy="{y:g}" r="5"/>'
            f'<a href="{escape(docname)}.html"><rect x="{x + TITLE - 4}" y="{y - 13:g}"'
            f' width="{WIDTH - x - TITLE - 120}" height="26"/>'
            f'<text class="{kind}" x="{x + TITLE}" y="{y + 4.5:g}">{number[docname]}.'
            f' {escape(title)}</text></a><text class="time" x="{WIDTH - 4}" y="{y + 4.5:g}">'
            f"{after}{minutes(chapter)} min</text>"
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


class ChapterCards(SphinxDirective):
    """A card for each chapter: its number, its title, and how long it takes."""

    def run(self) -> list[nodes.Node]:
        """Build them; the page is read again when the map becomes another."""
        chapters = numbered(root_of(self.env.app), chapters_of(self.env.app))
        note(self.env, MAP)
        cards = nodes.bullet_list("", classes=["chapter-cards"])
        for number, chapter in enumerate(chapters, start=1):
            title, _, rest = chapter.title.partition(":")
            card = nodes.inline("", "", nodes.strong("", f"{number}. {title}"))
            if rest:
                card += nodes.inline("", f" {rest.strip()}")
            card += nodes.inline("", f" {minutes(chapter)} min", classes=["minutes"])
            cards += nodes.list_item(
                "", nodes.paragraph("", "", link(chapter.docname, "", card))
            )
        return [cards]


def setup(app: Sphinx) -> None:
    """Register the directives."""
    app.add_directive("chapter-map", ChapterMap)
    app.add_directive("chapter-cards", ChapterCards)
