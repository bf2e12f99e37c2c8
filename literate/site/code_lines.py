"""The lines of a code cell as HTML, those that are folded in elements of their own.

The text of a cell stays what it is: the buttons get their words from attributes, so that what is
copied, searched or read without scripts is the code and nothing else.
"""

import re
from collections.abc import Iterator, Sequence
from functools import partial
from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from literate.site.equation_lines import CARRIED, html_of_line
from literate.site.folded_code import Fold, names_in
from literate.site.name_links import NAMES, html_with_tags

FOLDS = "literate_folds"
"""The attribute of a literal block that holds what is folded, and the anchor of its cell."""

HIGHLIGHTED = re.compile(
    r"(?P<start><pre[^>]*>(?:<span></span>)?)(?P<code>.*)(?P<end></pre>)", re.DOTALL
)

SWITCH = """\
<p class="code-switch no-print"><label><input type="checkbox" data-code-switch> Show all lines of
the package's cells</label></p>
"""


def html_of_folds(lines: Sequence[str], folds: Sequence[Fold], anchor: str) -> str:
    """Put the lines of a cell together, those that are folded in an element of their own.

    Parameters
    ----------
    lines : sequence of str
        Their HTML.
    folds : sequence of Fold
        In order.
    anchor : str
        Of the cell; the names of the folded elements begin with it.

    Returns
    -------
    str
        The lines, each with its end.
    """
    return "".join(_parts(lines, folds, anchor))


def _parts(lines: Sequence[str], folds: Sequence[Fold], anchor: str) -> Iterator[str]:
    number = 1
    for position, fold in enumerate(folds, start=1):
        place = f"{anchor}-fold-{position}"
        shown = lines[number - 1 : fold.first - 1]
        if fold.holds and fold.goes_on and shown:
            *others, last = shown
            yield from (f"{line}\n" for line in others)
            indent = f'style="--indent: {indent_of(last)}ch"'
            yield f'<span class="with-fold" {indent}>{last}{button(fold, place)}</span>\n'
        else:
            yield from (f"{line}\n" for line in shown)
            yield button(fold, place, indent_of(lines[fold.first - 1])) if fold.holds else ""
        folded = "".join(f"{line}\n" for line in lines[fold.first - 1 : fold.last])
        kind = "code-fold" if fold.holds else "blank-fold"
        yield f'<span class="{kind}" id="{place}">{folded}</span>'
        number = fold.last + 1
    yield "\n".join(lines[number - 1 :])


def button(fold: Fold, place: str, indent: int | None = None) -> str:
    """Write the button that opens a fold; with an indent it has a row of its own."""
    count = f"{fold.size} line{'s' if fold.size > 1 else ''}"
    names = names_in(fold)
    said = f"{count}: {names}" if names else count
    label = said if names else f"{count}: {', '.join(fold.holds)}"
    row = "" if indent is None else f' style="margin-left: {indent}ch"'
    kind = "fold-button" if indent is None else "fold-button fold-row"
    return (
        f'<button type="button" class="{kind}" aria-expanded="false" aria-controls="{place}"'
        f' aria-label="{escape(label)}" data-says="{escape(said)}"{row}></button>'
    )


def indent_of(line: str) -> int:
    """Count the spaces at the beginning of a line of HTML."""
    text = re.sub(r"<[^>]+>", "", line)
    return len(text) - len(text.lstrip(" "))


def visit_code(translator: Any, node: nodes.literal_block) -> None:
    """Write code as Sphinx does, and then what else its page shows of it."""
    try:
        type(translator).visit_literal_block(translator, node)
    except nodes.SkipNode:
        if FOLDS in node or NAMES in node:
            html = translator.body[-1]
            translator.body[-1] = HIGHLIGHTED.sub(partial(html_of_code, node=node), html)
        raise


def html_of_code(match: re.Match[str], node: nodes.literal_block) -> str:
    """Write the lines of a cell with all that its page adds to them."""
    lines = match["code"].split("\n")
    for number, tags in node.get(NAMES, {}).items():
        lines[number - 1] = html_with_tags(lines[number - 1], tags)
    for number, carried in node.get(CARRIED, {}).items():
        lines[number - 1] = html_of_line(lines[number - 1], carried)
    folds, anchor = node.get(FOLDS, ([], ""))
    return f"{match['start']}{html_of_folds(lines, folds, anchor)}{match['end']}"


def depart_code(translator: Any, node: nodes.literal_block) -> None:
    """End code that is not highlighted as Sphinx does."""
    type(translator).depart_literal_block(translator, node)


def add_switch(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Put the switch that shows all lines below the title of a page with folded code."""
    if doctree is not None and 'class="fold-button' in context["body"]:
        context["body"] = context["body"].replace("</h1>", f"</h1>\n{SWITCH}", 1)


def setup(app: Sphinx) -> None:
    """Register the writer of code and the event."""
    app.add_node(nodes.literal_block, override=True, html=(visit_code, depart_code))
    app.connect("html-page-context", add_switch, priority=400)
