"""How a cell looks: package cells, check cells, plot cells and timings, each in its own way."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

from literate.site.code_lines import FOLDS
from literate.site.folded_code import folds_of
from literate.site.links import (
    API,
    check_cell_anchor,
    equation_link,
    link,
    listing_anchor,
    listing_docname,
    package_cell_anchor,
)
from literate.tangle.names import public_names
from literate.tangle.reading_order import module_built_by

FOLDED = {
    "prompt_show": "Show the code of this figure",
    "prompt_hide": "Hide the code of this figure",
}


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
            code = next(cell.findall(nodes.literal_block))
            code[FOLDS] = (folds_of(code.astext(), metadata["tangle"]), anchor)
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
            line += link(API, f"{module_built_by(target)}.{name}", nodes.literal("", name))
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
    """Register the transform and the folded part."""
    app.add_transform(DecorateCells)
    app.add_node(HideCodeCellNode, override=True, html=(visit_folded, depart_folded))
