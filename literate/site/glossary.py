"""Terms of the glossary in the text: linked where a chapter first uses them, and explained there.

A chapter's first use of a term becomes a link to the glossary, unless the chapter itself defines
the term, which it does in bold letters. Each page carries the definitions of its terms; a script
shows one when the pointer or the keyboard comes to its link.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

from literate.site.links import API

PAGE = "glossary"

TOO_COMMON = frozenset(
    {"check", "path", "slope", "smooth", "target", "trace", "tangle", "kink"}
)
"""Terms that are also plain words; a text that means the term links it by the role ``term``."""

NO_PROSE = (
    nodes.literal,
    nodes.literal_block,
    nodes.math,
    nodes.reference,
    nodes.strong,
    nodes.title,
    nodes.caption,
    nodes.table,
    addnodes.pending_xref,
    addnodes.literal_strong,
)


def terms_of(text: str) -> list[str]:
    """Read the terms off the source of the glossary."""
    _, _, block = text.partition("```{glossary}\n")
    lines = block.partition("\n```")[0].splitlines()
    return [line.strip() for line in lines if line and not line[0].isspace() and line[0] != ":"]


@lru_cache
def pattern_of(terms: tuple[str, ...]) -> re.Pattern[str]:
    """Match any of the terms, the longest first, in the singular or the plural, across lines."""
    longest = sorted(terms, key=len, reverse=True)
    alternatives = "|".join(r"\s+".join(map(re.escape, term.split())) for term in longest)
    return re.compile(rf"(?<![\w-])({alternatives})(?:s|es)?(?![\w-])", re.IGNORECASE)


def prose(document: nodes.document) -> Iterator[nodes.Text]:
    """Find the running text of a page."""
    for text in list(document.findall(nodes.Text)):
        above: nodes.Node | None = text.parent
        in_paragraph = False
        while above is not None and not isinstance(above, NO_PROSE):
            in_paragraph = in_paragraph or isinstance(above, nodes.paragraph)
            above = above.parent
        if above is None and in_paragraph:
            yield text


def key_of(words: str) -> str:
    """Give two spellings of one term the same key."""
    return " ".join(words.lower().split())


class LinkTerms(SphinxTransform):
    """Links the first use of each term in a chapter."""

    default_priority = 395  # before the cells get their captions

    def apply(self, **kwargs: object) -> None:
        """Link, in the pages that are notebooks."""
        glossary = Path(self.env.srcdir, f"{PAGE}.md")
        if (
            "kernelspec" not in self.env.metadata.get(self.env.docname, {})
            or not glossary.exists()
        ):
            return
        self.env.note_dependency(str(glossary))
        terms = terms_of(glossary.read_text(encoding="utf-8"))
        names = {key_of(term): term for term in terms}
        done = {key_of(strong.astext()) for strong in self.document.findall(nodes.strong)}
        done |= {key_of(node["reftarget"]) for node in self.document.findall(is_term)}
        done |= {key_of(term) for term in TOO_COMMON}
        wanted = [term for key, term in names.items() if key not in done]
        for text in prose(self.document):
            wanted = link_in(text, wanted)


def is_term(node: nodes.Node) -> bool:
    """Tell whether a node is an author's own link to a term."""
    return isinstance(node, addnodes.pending_xref) and node.get("reftype") == "term"


def link_in(text: nodes.Text, wanted: list[str]) -> list[str]:
    """Link the terms in one piece of text, and return those that are still to be linked."""
    parts: list[nodes.Node] = []
    rest = text.astext()
    while wanted:
        match = pattern_of(tuple(wanted)).search(rest)
        if not match:
            break
        found = key_of(match[1])
        term = next(term for term in wanted if key_of(term) == found)
        wanted = [other for other in wanted if other != term]
        parts += [nodes.Text(rest[: match.start()]), term_link(term, match[0])]
        rest = rest[match.end() :]
    if parts:
        text.parent.replace(
            text, [part for part in (*parts, nodes.Text(rest)) if part.astext()]
        )
    return wanted


def term_link(term: str, words: str) -> addnodes.pending_xref:
    """Link words of the text to a term."""
    reference: addnodes.pending_xref = addnodes.pending_xref(
        "", refdomain="std", reftype="term", reftarget=term, refexplicit=True, refwarn=True
    )
    reference += nodes.inline("", words, classes=["xref", "std", "std-term"])
    return reference


def definitions(app: Sphinx) -> Mapping[str, str]:
    """Write the definitions as HTML without links, each under the anchor of its term."""
    found: Mapping[str, str] | None = getattr(app, "literate_definitions", None)
    if found is None:
        found = dict(render(app)) if PAGE in app.env.found_docs else {}
        app.literate_definitions = found  # type: ignore[attr-defined]
    return found


def render(app: Sphinx) -> Iterator[tuple[str, str]]:
    """Render each definition by itself."""
    document = app.env.get_and_resolve_doctree(PAGE, app.builder)
    for item in document.findall(nodes.definition_list_item):
        for term in item.findall(nodes.term):
            for definition in item.findall(nodes.definition):
                plain = nodes.container("", *(child.deepcopy() for child in definition))
                for reference in list(plain.findall(nodes.reference)):
                    reference.replace_self(reference.children)
                fragment = app.builder.render_partial(plain)["fragment"]  # type: ignore[attr-defined]
                for anchor in term["ids"]:
                    yield anchor, f"<strong>{term.astext()}</strong>{fragment}"


def add_definitions(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, object],
    doctree: nodes.document | None,
) -> None:
    """Append the definitions of the terms that a page links to."""
    if doctree is None or pagename in (PAGE, API):
        return
    place = f"{app.builder.get_relative_uri(pagename, PAGE)}#"
    anchors = {
        reference["refuri"].removeprefix(place): None
        for reference in doctree.findall(nodes.reference)
        if reference.get("refuri", "").startswith(place)
    }
    known = definitions(app) if anchors else {}
    templates = (
        f'<template data-term="{anchor}">{known[anchor]}</template>'
        for anchor in anchors
        if anchor in known
    )
    context["body"] = f"{context['body']}{''.join(templates)}"


def setup(app: Sphinx) -> None:
    """Register the transform and the event."""
    app.add_transform(LinkTerms)
    app.connect("html-page-context", add_definitions)
