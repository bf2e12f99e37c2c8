"""The lines of the package that are equations: on the pages each shows its number."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util import logging

from literate.book.equation_lines import EquationLine, equation_lines
from literate.book.options import LABEL
from literate.site.links import package_cell_anchor
from literate.site.whole_book import chapters_of

logger = logging.getLogger(__name__)

CARRIED = "literate_equations"
"""The attribute of a package cell's literal block that holds, line by line, what they carry."""

COMMENT = re.compile(rf'<span class="c1"># {LABEL.pattern}(?:, {LABEL.pattern})*</span>$')


@dataclass(frozen=True)
class Carried:
    """What one line carries: an equation, the place of the line, and the way to the equation."""

    label: str
    place: str
    address: str
    number: str


@lru_cache(maxsize=1)
def lines_of(app: Sphinx) -> tuple[EquationLine, ...]:
    """Find the lines of the whole book, once in each build."""
    return tuple(equation_lines(chapters_of(app)))


def put_equations(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Hand each package cell of a page the numbers of the equations that its lines are."""
    if app.builder.format != "html":
        return
    here = [line for line in lines_of(app) if line.docname == docname]
    frames = {name: node for node in doctree.findall(nodes.container) for name in node["ids"]}
    for number in dict.fromkeys(line.number for line in here):
        frame = frames[package_cell_anchor(number)]
        carried: dict[int, list[Carried]] = {}
        for line in (line for line in here if line.number == number):
            found = way_to(app, docname, line.label)
            if found:
                carried.setdefault(line.line, []).append(
                    Carried(line.label, line.place, *found)
                )
            else:
                logger.warning("a line carries %s, and no equation has this label", line.label)
        next(frame.findall(nodes.literal_block))[CARRIED] = carried


def way_to(app: Sphinx, docname: str, label: str) -> tuple[str, str] | None:
    """Give the address of an equation as seen from a page, and its number."""
    domain = app.env.get_domain("math")
    reference = domain.resolve_xref(
        app.env, docname, app.builder, "eq", label, addnodes.pending_xref(), nodes.inline()
    )
    if reference is None:
        return None
    return reference.get("refuri") or f"#{reference['refid']}", reference.astext()


def html_of_line(line: str, carried: Sequence[Carried]) -> str:
    """Make the comment of a line the links to its equations; its text stays what it is."""
    comment = COMMENT.search(line)
    if not comment:
        return line
    links = "".join(
        f'<a class="code-equation" id="{one.place}" href="{escape(one.address)}"'
        f' aria-label="equation {one.number}" data-number="{one.number}">'
        f'<span class="c1">{", " if position else "# "}{one.label}</span></a>'
        for position, one in enumerate(carried)
    )
    labels = " ".join(one.label for one in carried)
    code = line[: comment.start()]
    return f'<span class="code-line" data-equation="{labels}">{code}{links}</span>'


def setup(app: Sphinx) -> None:
    """Register the event."""
    app.connect("doctree-resolved", put_equations)
