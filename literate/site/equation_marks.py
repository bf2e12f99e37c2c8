"""What stands beside an equation's number: links to its checks, or the word *definition*."""

from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from literate.book.equations import DEFINITION, Equation, Ledger
from literate.site.links import check_cell_anchor
from literate.site.whole_book import ledger_of

Mark = tuple[str, bool, tuple[tuple[str, int], ...]]
"""Of one equation: its label, whether it is a definition, and the page and number of each check."""


def mark_of(equation: Equation, ledger: Ledger) -> Mark:
    """Say what is to stand beside an equation."""
    checks = tuple((check.docname, check.number) for check in ledger.checks_of(equation.label))
    return equation.label, equation.is_definition, checks


def marks_by_page(ledger: Ledger) -> dict[str, list[Mark]]:
    """Say what is to stand beside each equation, page by page."""
    marks: dict[str, list[Mark]] = {chapter.docname: [] for chapter in ledger.chapters}
    for equation in ledger.equations:
        marks[equation.chapter.docname].append(mark_of(equation, ledger))
    return marks


def collect(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Read the marks of the whole book; a page is written again if one of its own has changed.

    A check may stand on another page than its equation, so the page's own text does not tell.
    """
    before: dict[str, list[Mark]] = getattr(env, "literate_marks", {})
    marks = marks_by_page(ledger_of(app))
    env.literate_marks = marks  # type: ignore[attr-defined]
    return [
        page for page in marks if page in env.found_docs and marks[page] != before.get(page)
    ]


def put_marks(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Hand each equation of a page what is to stand beside it, when the page is written."""
    marks = {mark[0]: mark for mark in app.env.literate_marks.get(docname, [])}  # type: ignore[attr-defined]
    for node in doctree.findall(nodes.math_block):
        mark = marks.get(node.get("label"))
        if mark and app.builder.format == "html":
            node["mark"] = html_of_mark(app, docname, mark)


def html_of_mark(app: Sphinx, docname: str, mark: Mark) -> str:
    """Write a mark: the first link says *checked*, further ones their number."""
    _, is_definition, checks = mark
    if is_definition:
        return f'<span class="equation-mark">{DEFINITION}</span>'
    links = []
    for position, (page, number) in enumerate(checks, start=1):
        path = "" if page == docname else app.builder.get_relative_uri(docname, page)
        place = escape(f"{path}#{check_cell_anchor(number)}")
        named = "" if position == 1 else f' aria-label="check {position}"'
        links.append(f'<a href="{place}"{named}>{"checked" if position == 1 else position}</a>')
    return f'<span class="equation-mark">{" ".join(links)}</span>' if links else ""


def visit_equation(translator: Any, node: nodes.math_block) -> None:
    """Write an equation as Sphinx does, and its mark below the number."""
    start = len(translator.body)
    try:
        type(translator).visit_math_block(translator, node)
    finally:
        if node.get("mark"):
            end = translator.body.index("</span>", start)
            translator.body.insert(end, node["mark"])


def depart_equation(translator: Any, node: nodes.math_block) -> None:
    """Do nothing: an equation is written whole when it is visited."""


def setup(app: Sphinx) -> None:
    """Register the events and the writer of equations."""
    app.connect("env-updated", collect)
    app.connect("doctree-resolved", put_marks)
    app.add_node(nodes.math_block, override=True, html=(visit_equation, depart_equation))
