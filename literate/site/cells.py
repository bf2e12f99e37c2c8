"""How a cell looks: package cells, check cells, plot cells and timings, each in its own way."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from docutils import nodes
from docutils.nodes import Element
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms import SphinxTransform
from sphinx.util.nodes import make_refnode

FOLDED = {
    "prompt_show": "Show the code of this figure",
    "prompt_hide": "Hide the code of this figure",
}
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
    room = PurePosixPath(target).parent.name
    return f"listings/{room}"


def module_of(target: str) -> str:
    """Name the module that a file of the package is."""
    parts = PurePosixPath(target).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def public_names(source: str) -> Iterator[str]:
    """Yield the public functions and classes that a cell defines, methods not among them."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node.name


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


def caption(*children: nodes.Node) -> nodes.paragraph:
    """Make the line above a cell."""
    line = nodes.paragraph("", classes=["cell-caption"])
    line += children
    return line


@dataclass
class Decorator:
    """Decorates the cells of one page, in reading order."""

    docname: str
    has_api: bool = False
    package_cells: int = 0
    check_cells: int = 0

    def decorate(self, cell: nodes.container) -> None:
        """Give a cell the look of its kind; an ordinary cell is left as it is."""
        metadata: dict[str, Any] = cell["cell_metadata"]
        tags = metadata.get("tags", [])
        if "plot" in tags:
            cell["hide_mode"] = "input"
            cell.attributes.update(FOLDED)
            cell["classes"].append("plot-cell")
        if "nbval-ignore-output" in tags:
            note = nodes.paragraph("", "Times differ from run to run.", classes=["cell-note"])
            cell.parent.insert(cell.parent.index(cell) + 1, note)
        if "tangle" in metadata:
            self.package_cells += 1
            anchor = package_cell_anchor(self.package_cells)
            self.frame(cell, anchor, "package-cell", self.package_caption(cell))
        elif "checks" in metadata:
            self.check_cells += 1
            anchor = check_cell_anchor(self.check_cells)
            self.frame(cell, anchor, "check-cell", self.check_caption(metadata["checks"]))

    def frame(
        self, cell: nodes.container, anchor: str, kind: str, line: nodes.paragraph
    ) -> None:
        """Put a cell into a frame with a caption that can be linked to."""
        frame = nodes.container("", ids=[anchor], classes=["framed-cell", kind])
        cell.replace_self(frame)
        frame += [line, cell]

    def package_caption(self, cell: nodes.container) -> nodes.paragraph:
        """Name the file that a package cell builds, and what of the API, with links to both."""
        target = cell["cell_metadata"]["tangle"]
        anchor = listing_anchor(self.docname, self.package_cells)
        line = caption(link(listing_docname(target), anchor, nodes.literal("", target)))
        code = next(cell.findall(nodes.literal_block))
        names = list(public_names(code.astext())) if self.has_api else []
        for position, name in enumerate(names):
            line += nodes.Text(", " if position else " \N{MIDDLE DOT} API: ")
            line += link(API, f"{module_of(target)}.{name}", nodes.literal("", name))
        return line

    def check_caption(self, labels: list[str]) -> nodes.paragraph:
        """Name the equations that a check cell asserts."""
        line = caption(nodes.Text("Checks "))
        for position, label in enumerate(labels):
            if position:
                line += nodes.Text(", ")
            line += equation_link(label, self.docname)
        return line


def code_cells(document: nodes.document) -> Iterator[nodes.container]:
    """Find the code cells of a page, in reading order."""
    for node in list(document.findall(nodes.container)):
        if node.get("nb_element") == "cell_code":
            yield node


class DecorateCells(SphinxTransform):
    """Runs over each page as it is read."""

    default_priority = 400

    def apply(self, **kwargs: Any) -> None:
        """Decorate every code cell of the page."""
        decorator = Decorator(self.env.docname, has_api=API in self.env.found_docs)
        for cell in code_cells(self.document):
            decorator.decorate(cell)


def visit_folded(translator: Any, node: HideCodeCellNode) -> None:
    """Open a folded part; myst-nb's own puts paragraphs into the summary, which HTML forbids."""
    classes = " ".join(["hide", *node["classes"]])
    show, hide = (translator.encode(node[key]) for key in ("prompt_show", "prompt_hide"))
    translator.body.append(
        f'<details class="admonition {classes}"><summary>'
        f'<span class="collapsed admonition-title">{show}</span>'
        f'<span class="expanded admonition-title">{hide}</span></summary>\n'
    )


def depart_folded(translator: Any, node: HideCodeCellNode) -> None:
    """Close a folded part."""
    translator.body.append("</details>\n")


def setup(app: Sphinx) -> None:
    """Register the transform, the links and the folded part."""
    app.add_transform(DecorateCells)
    app.connect("missing-reference", resolve_link)
    app.add_node(HideCodeCellNode, override=True, html=(visit_folded, depart_folded))
