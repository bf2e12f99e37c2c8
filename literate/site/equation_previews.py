"""Previews of equations: a page carries those that it refers to, and a script shows them at links.

The script is the glossary's, which shows the definition of a term in the same way.
"""

from collections.abc import Iterator
from html import escape

from docutils import nodes
from sphinx.application import Sphinx

from literate.site.equation_lines import CARRIED
from literate.site.whole_book import ledger_of

EQUATION = "equation-"
"""So begin the places of equations."""


def equations_referred_to(doctree: nodes.document) -> Iterator[str]:
    """Yield the label of each equation that a page links to, in its text or in its code."""
    for reference in doctree.findall(nodes.reference):
        place = reference.get("refid") or reference.get("refuri", "").partition("#")[2]
        if place.startswith(EQUATION):
            yield place.removeprefix(EQUATION)
    for code in doctree.findall(nodes.literal_block):
        for carried in code.get(CARRIED, {}).values():
            yield from (one.label for one in carried)


def add_previews(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, object],
    doctree: nodes.document | None,
) -> None:
    """Append the equations that a page refers to; the ledger shows each beside its link."""
    if doctree is None or pagename == "ledger":
        return
    known = ledger_of(app).by_label
    templates = (
        template(label, known[label].tex)
        for label in dict.fromkeys(equations_referred_to(doctree))
        if label in known
    )
    context["body"] = f"{context['body']}{''.join(templates)}"


def template(label: str, tex: str) -> str:
    """Write an equation as the page's script finds it."""
    lines = rf"\begin{{split}}{tex}\end{{split}}" if r"\\" in tex else tex
    shown = f'<div class="math notranslate nohighlight">\\[{escape(lines)}\\]</div>'
    return f'<template data-term="{EQUATION}{label}">{shown}</template>'


def setup(app: Sphinx) -> None:
    """Register the event."""
    app.connect("html-page-context", add_previews)
