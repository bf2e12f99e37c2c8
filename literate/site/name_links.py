"""Names of the package in code: each leads to its definition, which says where it is used."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from html import escape

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.nodes import make_refnode

from literate.book.chapters import PACKAGE
from literate.book.names_in_cells import Mention, Names
from literate.site.whole_book import chapters_of
from literate.staleness import digest_of

NAMES = "literate_names"
"""The attribute of a code cell's literal block that holds, line by line, the tags around names."""

Tags = tuple[int, int, str, str]
"""The first letter of a name in its line, the one after its last, and the tags around it."""

PIECES = re.compile(r"(?P<tag><[^>]+>)|&[^;]+;|.")


def definition_anchor(name: str) -> str:
    """Name the place of a definition."""
    return f"def-{name.removeprefix(f'{PACKAGE}.')}"


def use_anchor(name: str) -> str:
    """Name the place of the first use of a name on a page."""
    return f"use-{name.removeprefix(f'{PACKAGE}.')}"


@lru_cache(maxsize=1)
def names_of(app: Sphinx) -> Names:
    """Read the names of the whole book, once in each build."""
    return Names(chapters_of(app))


def collect(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Find the pages whose names lead elsewhere than before, or are used elsewhere."""
    names = names_of(app)
    uses = names.uses()
    now = {}
    for docname, cells in names.mentions.items():
        mentioned = {mention.name for _, mentions in cells for mention in mentions}
        parts = (f"{name} {names.homes[name]} {uses.get(name)}" for name in sorted(mentioned))
        now[docname] = digest_of(*parts)
    before: dict[str, str] = getattr(env, "literate_names", {})
    env.literate_names = now  # type: ignore[attr-defined]
    return [page for page in now if page in env.found_docs and now[page] != before.get(page)]


def put_names(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Hand each code cell of a page the tags around its names, and each caption its uses."""
    names = names_of(app)
    if app.builder.format != "html" or not names.mentions.get(docname):
        return
    waiting = list(names.mentions[docname])
    used: set[str] = set()
    for code in doctree.findall(nodes.literal_block):
        text = code.astext().strip("\n")
        position = next((n for n, (cell, _) in enumerate(waiting) if cell == text), None)
        if position is None:
            continue
        mentions = waiting[position][1]
        del waiting[: position + 1]
        tags: dict[int, list[Tags]] = {}
        for mention in mentions:
            tags.setdefault(mention.line, []).append(
                tags_around(app, docname, mention, names.homes[mention.name], used)
            )
        code[NAMES] = tags
        frame = code.parent.parent.parent if code.parent else None
        if isinstance(frame, nodes.container) and "package-cell" in frame["classes"]:
            defined = [mention.name for mention in mentions if mention.defines]
            frame[0].extend(used_in(app, docname, defined, names.uses()))


def tags_around(app: Sphinx, docname: str, mention: Mention, home: str, used: set[str]) -> Tags:
    """Write the tags around a name: a place where it is defined, or a link to that place."""
    place = definition_anchor(mention.name)
    if mention.defines:
        return mention.start, mention.end, f'<span id="{place}">', "</span>"
    path = "" if home == docname else app.builder.get_relative_uri(docname, home)
    first = "" if mention.name in used else f' id="{use_anchor(mention.name)}"'
    used.add(mention.name)
    opening = f'<a class="code-name"{first} href="{escape(f"{path}#{place}")}">'
    return mention.start, mention.end, opening, "</a>"


def used_in(
    app: Sphinx, docname: str, defined: Iterable[str], uses: Mapping[str, Sequence[str]]
) -> list[nodes.Node]:
    """Say in which chapters what a cell defines is used, with links to the first uses."""
    numbers = app.env.toc_secnumbers
    first = {page: name for name in defined for page in reversed(uses.get(name, ()))}
    pages = [page for page in numbers if page in first and numbers[page].get("")]
    said: list[nodes.Node] = []
    for page in sorted(pages, key=lambda page: numbers[page][""]):
        number = ".".join(map(str, numbers[page][""]))
        said.append(nodes.Text(", " if said else " \N{MIDDLE DOT} used in "))
        anchor = use_anchor(first[page])
        said.append(make_refnode(app.builder, docname, page, anchor, nodes.Text(number)))
    return said


def html_with_tags(line: str, tags: Sequence[Tags]) -> str:
    """Put tags around letters of a line of HTML."""
    starts = {start: opening for start, _, opening, _ in tags}
    ends = {end: closing for _, end, _, closing in tags}
    parts, letter = [], 0
    for piece in PIECES.finditer(line):
        if piece["tag"]:
            parts.append(piece[0])
            continue
        parts.append(starts.get(letter, "") + piece[0])
        letter += 1
        parts.append(ends.get(letter, ""))
    return "".join(parts)


def setup(app: Sphinx) -> None:
    """Register the events."""
    app.connect("env-updated", collect)
    app.connect("doctree-resolved", put_names)
