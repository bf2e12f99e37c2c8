"""Where an equation is used: the sections that refer to it, folded below its number.

A page that lists all equations, such as the ledger, refers to each of them and uses none.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from literate.site.whole_book import EQUATIONS, NOTED

USES = "literate_uses"
"""Under this key a page's metadata hold the uses that the page makes of equations."""


@dataclass(frozen=True)
class Use:
    """A section that refers to an equation.

    Attributes
    ----------
    docname : str
        Its page.
    place : str
        Its anchor; empty for the page as a whole.
    title : str
        Its number and heading, as HTML.
    """

    docname: str
    place: str
    title: str


def note_uses(app: Sphinx, doctree: nodes.document) -> None:
    """Note, when a page has been read, which of its sections refer to which equations."""
    env = app.env
    sections = list(doctree.findall(nodes.section))
    first = sections[0] if sections else None
    found: dict[tuple[str, str, str], None] = {}
    for reference in doctree.findall(addnodes.pending_xref):
        section = section_around(reference)
        if reference.get("reftype") != "eq" or section is None or in_caption(reference):
            continue
        place = "" if section is first else section["ids"][0]
        if reference["reftarget"] not in labels_in(section):
            found[reference["reftarget"], place, title_of(section)] = None
    env.metadata[env.docname][USES] = list(found)


def section_around(node: nodes.Node) -> nodes.section | None:
    """Find the section with a heading in which a node stands."""
    while node.parent is not None and heading_of(node) is None:
        node = node.parent
    return node if isinstance(node, nodes.section) and heading_of(node) else None


def heading_of(node: nodes.Node) -> nodes.title | None:
    """Find the heading of a section; other nodes have none."""
    children = node.children if isinstance(node, nodes.section) else ()
    return next((child for child in children if isinstance(child, nodes.title)), None)


def in_caption(reference: nodes.Node) -> bool:
    """Tell whether a reference stands in the caption of a check, to which the mark itself leads."""
    return "cell-caption" in reference.parent.get("classes", ())


def labels_in(section: nodes.section) -> set[str]:
    """Take the labels of the equations that stand in a section itself."""
    return {
        str(node.get("label"))
        for node in section.findall(nodes.math_block)
        if section_around(node) is section
    }


def title_of(section: nodes.section) -> str:
    """Write the heading of a section as HTML, with its formulas as MathJax finds them."""
    heading = heading_of(section)
    parts = (
        rf"\({escape(part.astext())}\)"
        if isinstance(part, nodes.math)
        else escape(part.astext())
        for part in (heading.children if heading else ())
    )
    return "".join(parts)


def uses_by_label(env: BuildEnvironment) -> dict[str, list[Use]]:
    """Gather the uses of each equation, in reading order."""
    uses: dict[str, list[Use]] = {}
    for docname in in_reading_order(env):
        metadata = env.metadata[docname]
        if EQUATIONS in metadata.get(NOTED, ()):
            continue
        numbers: Mapping[str, Sequence[int] | None] = env.toc_secnumbers.get(docname, {})
        for label, place, title in metadata.get(USES, ()):
            # a section below the depth of numbers has none
            number = ".".join(map(str, numbers.get(f"#{place}" if place else "") or ()))
            uses.setdefault(label, []).append(
                Use(docname, place, f"{number}. {title}" if number else title)
            )
    return uses


def in_reading_order(env: BuildEnvironment) -> Iterator[str]:
    """Yield the pages as the table of contents has them."""

    def below(docname: str) -> Iterator[str]:
        yield docname
        for page in env.toctree_includes.get(docname, ()):
            yield from below(page)

    return below(env.config.root_doc)


def html_of_uses(app: Sphinx, docname: str, uses: Iterable[Use], copied: str) -> str:
    """Write the folded list of an equation's uses, with its TeX; nothing where there is none."""
    entries = [
        f'<li><a href="{escape(address_of(app, docname, use))}">{use.title}</a></li>'
        for use in uses
    ]
    if not entries:
        return ""
    return (
        f'<details class="equation-uses no-print"><summary>used in {len(entries)}</summary>'
        f"<div><ul>{''.join(entries)}</ul>{copied}</div></details>"
    )


def address_of(app: Sphinx, docname: str, use: Use) -> str:
    """Give the address of a use, as seen from a page."""
    if use.docname == docname:
        return f"#{use.place}"
    path = app.builder.get_relative_uri(docname, use.docname)
    return f"{path}#{use.place}" if use.place else path


def setup(app: Sphinx) -> None:
    """Register the event."""
    app.connect("doctree-read", note_uses)
