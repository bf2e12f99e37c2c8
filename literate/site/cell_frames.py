"""How a cell looks: of the package, a check, a figure, with times; and how errata are folded."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform

from literate.book.chapters import module_of
from literate.book.python_names import public_names
from literate.checks.records import Record
from literate.site.code_lines import FOLDS
from literate.site.folded_code import folds_of
from literate.site.ledger import joined, listed, what_was_seen
from literate.site.links import (
    API,
    check_cell_anchor,
    equation_link,
    link,
    listing_anchor,
    listing_docname,
    package_cell_anchor,
)
from literate.site.whole_book import SHOWN, note
from literate.site.wrong_formulas import results_of

FOLDED_FIGURE = {
    "prompt_show": "Show the code of this figure",
    "prompt_hide": "Hide the code of this figure",
}
FEW = 4
"""So many lines of a check are shown; more are folded."""

SEEN = "what the checks of a page saw"


def checks_shown(app: Sphinx, docname: str) -> Iterator[str]:
    """Write down what the check cells of a page saw."""
    for record in results_of(app).records:
        if record.docname == docname:
            yield repr(replace(record, line=0))  # no page shows the line


SHOWN[SEEN] = checks_shown


def caption(*children: nodes.Node) -> nodes.paragraph:
    """Make the line above a cell."""
    line = nodes.paragraph("", classes=["cell-caption"])
    line += children
    return line


@dataclass
class Decorator:
    """Decorates the cells of one page, in reading order."""

    docname: str
    records: Mapping[int, Record]
    has_api: bool = False
    package_cells: int = 0
    check_cells: int = 0

    def decorate(self, cell: nodes.container) -> None:
        """Give a cell the look of its kind; an ordinary cell is left as it is."""
        metadata: dict[str, Any] = cell["cell_metadata"]
        tags = metadata.get("tags", [])
        if "plot" in tags:
            self.fold(cell, FOLDED_FIGURE)
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
            # A docstring at the end of a cell is its value, and no output that a reader wants.
            cell[:] = [part for part in cell if "cell_output" not in part["classes"]]
        elif "checks" in metadata:
            self.check_cells += 1
            anchor = check_cell_anchor(self.check_cells)
            self.frame(cell, anchor, "check-cell", self.check_caption(metadata))
            lines = next(cell.findall(nodes.literal_block)).astext().strip("\n").count("\n") + 1
            if lines > FEW:
                shown = f"Show the check, {lines} lines"
                self.fold(cell, {"prompt_show": shown, "prompt_hide": "Hide the check"})

    def fold(self, cell: nodes.container, prompts: Mapping[str, str]) -> None:
        """Fold the code of a cell; what it printed or drew stays."""
        cell["hide_mode"] = "input"
        cell.attributes.update(prompts)

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

    def check_caption(self, metadata: Mapping[str, Any]) -> nodes.paragraph:
        """Name the equations that a check cell asserts, how it does so, and what it saw."""
        line = caption(nodes.Text("Checks "))
        line += joined(
            equation_link(label, self.docname) for label in metadata["checks"]
        ).children
        kinds, record = metadata.get("kind", ()), self.records.get(self.check_cells)
        seen = what_was_seen(record) if record else []
        said = [nodes.Text(listed(kinds))] if kinds else []
        said += [nodes.Text("; ")] if kinds and seen else []
        if kinds or seen:
            line += [nodes.Text(" \N{MIDDLE DOT} "), *said, *seen]
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
        docname, cells = self.env.docname, list(code_cells(self.document))
        records: dict[int, Record] = {}
        if any("checks" in cell["cell_metadata"] for cell in cells):
            note(self.env, f"{SEEN}: {docname}")
            seen = results_of(self.env.app).records
            records = {record.number: record for record in seen if record.docname == docname}
        decorator = Decorator(docname, records, has_api=API in self.env.found_docs)
        for cell in cells:
            decorator.decorate(cell)


class FoldErrata(SphinxPostTransform):
    """Folds each box of an erratum to its title."""

    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Make the title the summary of a part that opens on demand."""
        for box in list(self.document.findall(nodes.admonition)):
            if "erratum" in box["classes"]:
                title, *body = box.children
                opening = '<details><summary class="admonition-title">'
                box.children = []
                box += nodes.raw("", opening, format="html")
                box += title.children
                box += nodes.raw("", "</summary>\n", format="html")
                box += body
                box += nodes.raw("", "</details>\n", format="html")


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
    """Register the transforms and the folded part."""
    app.add_transform(DecorateCells)
    app.add_post_transform(FoldErrata)
    app.add_node(HideCodeCellNode, override=True, html=(visit_folded, depart_folded))
