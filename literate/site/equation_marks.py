"""What stands with an equation: checks or *definition*, code, example, uses, and TeX to copy."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxRole

from literate.book.equation_lines import EquationLine
from literate.book.equations import DEFINITION, Ledger
from literate.book.notation import NOTATION, Macro, read_notation
from literate.checks.kept_meanings import Outcomes
from literate.meaning.tokens import expand
from literate.site.equation_lines import lines_of
from literate.site.equation_uses import Use, html_of_uses, uses_by_label
from literate.site.links import check_cell_anchor
from literate.site.meanings import meanings_of
from literate.site.whole_book import ledger_of, root_of

EVALUATED = "evaluated"


@dataclass(frozen=True)
class Mark:
    """What is to stand beside an equation.

    Attributes
    ----------
    label : str
        The equation.
    is_definition : bool
        Whether there is nothing to check.
    checks : tuple of (str, str)
        The page and the place of each check.
    lines : tuple of EquationLine
        The lines of the package that are the equation.
    uses : tuple of Use
        The sections that refer to it.
    is_evaluated : bool
        Whether its TeX is.
    example : str
        It with the numbers of the example network, as HTML.
    """

    label: str
    is_definition: bool
    checks: tuple[tuple[str, str], ...]
    lines: tuple[EquationLine, ...]
    uses: tuple[Use, ...]
    is_evaluated: bool = False
    example: str = ""


@dataclass(frozen=True)
class PageMarks:
    """What a page shows of the rest of the book: marks, and the pages of its code's equations."""

    marks: tuple[Mark, ...]
    equations: tuple[tuple[str, str], ...]


def marks_by_page(
    ledger: Ledger,
    lines: Sequence[EquationLine],
    uses: Mapping[str, Sequence[Use]],
    meanings: Outcomes,
) -> dict[str, PageMarks]:
    """Say what is to stand beside each equation, page by page."""
    pages = {equation.label: equation.chapter.docname for equation in ledger.equations}
    marks: dict[str, list[Mark]] = {chapter.docname: [] for chapter in ledger.chapters}
    for equation in ledger.equations:
        label = equation.label
        checks = tuple(
            (check.docname, check_cell_anchor(check.number))
            for check in ledger.checks_of(label)
        )
        own = tuple(line for line in lines if line.label == label)
        meaning = meanings.get(label)
        is_evaluated = meaning is not None and not meaning.reason
        example = meaning.example if meaning else ""
        used = tuple(uses.get(label, ()))
        marks[equation.chapter.docname].append(
            Mark(label, equation.is_definition, checks, own, used, is_evaluated, example)
        )
    return {
        page: PageMarks(
            tuple(found),
            tuple((x.label, pages.get(x.label, "")) for x in lines if x.docname == page),
        )
        for page, found in marks.items()
    }


def collect(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Read the marks of the whole book; a page is written again if one of its own has changed.

    A check may stand on another page than its equation, so the page's own text does not tell.
    """
    before: dict[str, PageMarks] = getattr(env, "literate_marks", {})
    marks = marks_by_page(ledger_of(app), lines_of(app), uses_by_label(env), meanings_of(app))
    env.literate_marks = marks  # type: ignore[attr-defined]
    return [
        page for page in marks if page in env.found_docs and marks[page] != before.get(page)
    ]


def put_marks(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Hand each equation of a page what is to stand beside it, when the page is written."""
    page: PageMarks | None = app.env.literate_marks.get(docname)  # type: ignore[attr-defined]
    marks = {mark.label: mark for mark in page.marks} if page else {}
    for node in doctree.findall(nodes.math_block):
        mark = marks.get(node.get("label"))
        if mark and app.builder.format == "html":
            node["mark"] = html_of_mark(app, docname, mark)
            node["folded"] = html_of_folded(app, docname, mark, node.astext())
            node["code"] = html_of_code(app, mark.lines)


def html_of_mark(app: Sphinx, docname: str, mark: Mark) -> str:
    """Write a mark: the first of several links has a word, and the others their number."""
    said = DEFINITION if mark.is_definition else ""
    first = said or links_to(app, docname, mark.checks, "checked", "check")
    places = [(line.docname, line.place) for line in mark.lines]
    code = links_to(app, docname, places, "in code", "line in code")
    parts = {"equation-mark": first, "equation-mark in-code": code}
    return "".join(
        f'<span class="{kind}">{part}</span>' for kind, part in parts.items() if part
    )


def html_of_folded(app: Sphinx, docname: str, mark: Mark, tex: str) -> str:
    """Write what opens below an equation's number; its TeX is at the end of the first."""
    copied = html_of_tex(tex, macros_of(app))
    example = html_of_example(mark, copied)
    uses = html_of_uses(app, docname, mark.uses, "" if mark.example else copied)
    if mark.example or mark.uses:
        return example + uses
    return (
        f'{example}<details class="equation-source no-print"><summary>TeX</summary>'
        f"<div>{copied}</div></details>"
    )


@lru_cache(maxsize=1)
def macros_of(app: Sphinx) -> tuple[Macro, ...]:
    """Read the macros of the book, once in each build."""
    return read_notation(root_of(app) / NOTATION).macros


def html_of_tex(tex: str, macros: Sequence[Macro]) -> str:
    """Write an equation as it can be pasted elsewhere: without the book's macros and its full stop.

    The theme's script puts a button to copy beside it.
    """
    plain = re.sub(r"\s*[.,;]?\s*$", "", expand(tex, macros))
    return f'<div class="equation-tex highlight"><pre>{escape(plain)}</pre></div>'


def html_of_code(app: Sphinx, lines: Sequence[EquationLine]) -> str:
    """Show the lines that are an equation; nothing where there is none."""
    if not lines:
        return ""
    code = "\n".join(dict.fromkeys(line.code for line in lines))
    shown = app.builder.highlighter.highlight_block(code, "python", nowrap=True).rstrip()  # type: ignore[attr-defined]
    return f'<div class="equation-code highlight"><code>{shown}</code></div>'


def html_of_example(mark: Mark, copied: str) -> str:
    """Write the folded table of an equation that is evaluated; the word alone if it has none."""
    said = f"{EVALUATED} ✓"
    if not mark.example:
        return f'<span class="equation-evaluated">{said}</span>' if mark.is_evaluated else ""
    return (
        f'<details class="equation-example no-print"><summary>{said}</summary>'
        f'<div tabindex="0">{mark.example}{copied}</div></details>'
    )


def links_to(
    app: Sphinx, docname: str, places: Sequence[tuple[str, str]], first: str, further: str
) -> str:
    """Write links to places of pages: the first a word, the others their numbers."""
    links = []
    for position, (page, place) in enumerate(places, start=1):
        path = "" if page == docname else app.builder.get_relative_uri(docname, page)
        named = "" if position == 1 else f' aria-label="{further} {position}"'
        said = first if position == 1 else position
        links.append(f'<a href="{escape(f"{path}#{place}")}"{named}>{said}</a>')
    return " ".join(links)


def visit_equation(translator: Any, node: nodes.math_block) -> None:
    """Write an equation as Sphinx does, with its mark, its uses and the lines that are it."""
    start = len(translator.body)
    try:
        type(translator).visit_math_block(translator, node)
    finally:
        if node.get("mark"):
            end = translator.body.index("</span>", start)
            translator.body.insert(end, node["mark"])
            last = translator.body.index("</div>\n", end)
            translator.body[last : last + 1] = [node["folded"], "</div>\n", node["code"]]


def depart_equation(translator: Any, node: nodes.math_block) -> None:
    """Do nothing: an equation is written whole when it is visited."""


class Claim(SphinxRole):
    """A statement in a line of text that is evaluated: the page shows a formula as any other."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Make the formula."""
        return [nodes.math(self.rawtext, self.text)], []


def setup(app: Sphinx) -> None:
    """Register the role, the events and the writer of equations."""
    app.add_role("claim", Claim())
    app.connect("env-get-updated", collect, priority=900)  # when sections have their numbers
    app.connect("doctree-resolved", put_marks)
    app.add_node(nodes.math_block, override=True, html=(visit_equation, depart_equation))
