"""Links to what has no label of its own: cells, blocks of listings, names of the package."""

from pathlib import PurePosixPath

from docutils import nodes
from docutils.nodes import Element
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.nodes import make_refnode

from literate.book.chapters import Cell, Chapter

LINK = "literate"
API = "api"
"""The page that describes every public name of the package."""


def package_cell_anchor(number: int) -> str:
    """Name the place of a chapter's package cell; `number` counts its package cells from 1."""
    return f"package-cell-{number}"


def check_cell_anchor(number: int) -> str:
    """Name the place of a page's check cell; `number` counts its check cells from 1."""
    return f"check-cell-{number}"


def listing_anchor(docname: str, number: int) -> str:
    """Name the place, in a listing, of the block that comes from a chapter's package cell."""
    return f"{PurePosixPath(docname).name}-{number}".replace("_", "-")


def listing_docname(target: str) -> str:
    """Name the page that lists a file of the package: its room's, or that of the front door."""
    return f"listings/{PurePosixPath(target).parent.name}"


def link(docname: str, anchor: str, *children: nodes.Node) -> addnodes.pending_xref:
    """Make a link to a place in a page; it is resolved, or warned of, when all pages are read."""
    reference: addnodes.pending_xref = addnodes.pending_xref(
        "", refdomain="", reftype=LINK, reftarget=docname, refanchor=anchor, refwarn=True
    )
    reference += children
    return reference


def resolve_link(
    app: Sphinx, env: BuildEnvironment, node: addnodes.pending_xref, contnode: Element
) -> Element | None:
    """Resolve a link made by `link`, if its page exists."""
    if node.get("reftype") != LINK or node["reftarget"] not in env.found_docs:
        return None
    return make_refnode(
        app.builder, node["refdoc"], node["reftarget"], node["refanchor"], node.children
    )


def equation_link(label: str, docname: str) -> addnodes.pending_xref:
    """Make a link that shows an equation's number, as the role ``eq`` does."""
    reference: addnodes.pending_xref = addnodes.pending_xref(
        "", refdomain="math", reftype="eq", reftarget=label, refdoc=docname, refwarn=True
    )
    reference += nodes.inline("", label)
    return reference


def package_cell_link(chapter: Chapter, cell: Cell, *children: nodes.Node) -> nodes.Node:
    """Make a link to a cell of the package in its chapter."""
    return link(chapter.docname, package_cell_anchor(chapter.number_of(cell)), *children)


def check_cell_link(docname: str, number: int, *children: nodes.Node) -> nodes.Node:
    """Make a link to a check cell, known by its number on its page."""
    return link(docname, check_cell_anchor(number), *children)


def listing_link(chapter: Chapter, cell: Cell) -> nodes.Node:
    """Make a link to the block, in the listing of its file, that a cell of the package is."""
    target = str(cell.target)
    anchor = listing_anchor(chapter.docname, chapter.number_of(cell))
    return link(listing_docname(target), anchor, nodes.literal("", target))


def setup(app: Sphinx) -> None:
    """Register the event."""
    app.connect("missing-reference", resolve_link)
