"""The API page: every public name of the package from its docstring, in the order of the book.

Sphinx's autodoc and napoleon read the docstrings. What is added here: the order of the modules, the
numbers of equations in the place of their labels, and below an entry its formulas and its place.
"""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from literate.chapters import Cell, Chapter, read_book
from literate.equations import NAMED, Ledger, labels_named
from literate.errors import BookError
from literate.site.cells import (
    API,
    equation_link,
    link,
    listing_anchor,
    listing_docname,
    module_of,
    package_cell_anchor,
    public_names,
)
from literate.tangle import TangledFile, assemble

MARKER = "```{api}\n```"
VALUES = ("attribute", "data", "property")
MODULE = """\
## `{module}`

```{{eval-rst}}
.. automodule:: {module}
   :members:
   :member-order: bysource
```
"""


class Place(NamedTuple):
    """Where a name is built: its chapter, the number of the package cell there, and the file."""

    chapter: Chapter
    number: int
    target: str


def imported_names(cell: Cell) -> Iterator[tuple[str, str]]:
    """Yield each name that a cell takes from the package, with its module."""
    for node in ast.parse(cell.source).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield alias.asname or alias.name, node.module


def places_in(chapters: list[Chapter]) -> dict[str, Place]:
    """Find where each public name of the package is built, by its full name."""
    places = {}
    for chapter in chapters:
        package_cells = (cell for cell in chapter.code_cells if cell.target)
        for number, cell in enumerate(package_cells, start=1):
            target = str(cell.target)
            for name in public_names(cell.source):
                places[f"{module_of(target)}.{name}"] = Place(chapter, number, target)
    return places


def fill_in(app: Sphinx, docname: str, source: list[str]) -> None:
    """Put the modules into the API page as it is read, a section for each."""
    if docname != API or MARKER not in source[0]:
        return
    root = Path(app.srcdir).parent
    chapters = read_book(root)
    files = assemble(chapters)
    for path in (*(root / c.path for c in chapters), root / "book" / "_toc.yml"):
        app.env.note_dependency(str(path))
    sections = [
        MODULE.format(module=module_of(target))
        for target in files
        if module_of(target) not in ("nnmath", "nnmath.__main__")  # these define no name
    ]
    contents = contents_of(files)
    source[0] = source[0].replace(MARKER, "\n".join([*contents, *sections]))


def contents_of(files: Mapping[str, TangledFile]) -> Iterator[str]:
    """Write what the package offers under its own name, chapter by chapter."""
    whole = files.get("nnmath/__init__.py")
    for block in whole.blocks if whole else ():
        names = [f"[`{name}`](#{module}.{name})" for name, module in imported_names(block.cell)]
        if names:
            yield f"- {{doc}}`{block.cell.chapter.stem}`: {', '.join(names)}"
    yield ""


def keep_sentence(
    app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]
) -> None:
    """Keep the docstring of a value; napoleon would take words before a colon for a type."""
    if what in VALUES:
        app.env.temp_data["literate_sentence"] = list(lines)


def mend_docstring(
    app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]
) -> None:
    """Turn the labels of equations into their numbers, and ask for the place of the name."""
    if what in VALUES:
        lines[:] = app.env.temp_data.pop("literate_sentence")
    labels = list(labels_named("\n".join(lines)))
    lines[:] = [NAMED.sub(r":eq:`\1`", line) for line in lines]
    if what != "module":
        lines += ["", f".. api-place:: {name}", "", f"   {' '.join(labels)}", ""]


class ApiPlace(SphinxDirective):
    """Below an entry: the formulas that its docstring names, and where the book builds it."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Build both."""
        try:
            chapters, ledger = read_book_once(self.env, Path(self.env.srcdir).parent)
        except BookError as error:
            raise self.error(str(error)) from error
        found: list[nodes.Node] = []
        labels = dict.fromkeys(" ".join(self.content).split())
        for label in labels:
            equation = ledger.by_label.get(label)
            if equation:
                number = nodes.paragraph("", "", equation_link(label, self.env.docname))
                tex = nodes.math_block(
                    equation.tex, equation.tex, nowrap=False, number=None, label=None
                )
                found.append(nodes.container("", number, tex, classes=["api-equation"]))
        place = places_in(chapters).get(self.arguments[0])
        if place:
            found.append(self.line(place))
        return found

    def line(self, place: Place) -> nodes.paragraph:
        """Say where the book builds a name."""
        cell = link(
            place.chapter.docname,
            package_cell_anchor(place.number),
            nodes.inline("", place.chapter.title.partition(":")[0]),
        )
        listing = link(
            listing_docname(place.target),
            listing_anchor(place.chapter.docname, place.number),
            nodes.literal("", place.target),
        )
        line = nodes.paragraph("", "Built in ", classes=["api-place"])
        line += [cell, nodes.Text("; "), listing]
        return line


def read_book_once(env: Any, root: Path) -> tuple[list[Chapter], Ledger]:
    """Read the book and its ledger for the API page, once while the page is read."""
    if "literate_api" not in env.temp_data:
        chapters = read_book(root)
        env.temp_data["literate_api"] = (chapters, Ledger(chapters))
    read: tuple[list[Chapter], Ledger] = env.temp_data["literate_api"]
    return read


def setup(app: Sphinx) -> None:
    """Register the events and the directive; autodoc and napoleon come with Sphinx."""
    app.setup_extension("sphinx.ext.autodoc")
    app.setup_extension("sphinx.ext.napoleon")
    app.connect("source-read", fill_in)
    app.connect("autodoc-process-docstring", keep_sentence, priority=200)
    # After napoleon, which turns the sections of a docstring into fields.
    app.connect("autodoc-process-docstring", mend_docstring, priority=800)
    app.add_directive("api-place", ApiPlace)
