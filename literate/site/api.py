"""The API page: every public name of the package from its docstring, in the order of the book.

Sphinx's autodoc and napoleon read the docstrings. What is added here: the order of the modules, the
numbers of equations in the place of their labels, and below an entry its formulas and its place.
"""

import ast
import inspect
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.ext.autodoc import FunctionDocumenter
from sphinx.util.docutils import SphinxDirective

from literate.book.chapters import Cell, Chapter, module_of
from literate.book.equations import NAMED, labels_named
from literate.book.python_names import public_names
from literate.errors import BookError
from literate.site.links import API, equation_link, listing_link, package_cell_link
from literate.site.whole_book import chapters_of, ledger_of, note_book
from literate.tangle.tangle import TangledFile, assemble

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


def imported_names(cell: Cell) -> Iterator[tuple[str, str]]:
    """Yield each name that a cell takes from the package, with its module."""
    for node in ast.parse(cell.source).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield alias.asname or alias.name, node.module


@lru_cache(maxsize=1)
def places_in(chapters: tuple[Chapter, ...]) -> dict[str, tuple[Chapter, Cell]]:
    """Find the chapter and the cell that build each public name, by its full name."""
    return {
        f"{cell.module}.{name}": (chapter, cell)
        for chapter in chapters
        for cell in chapter.package_cells
        for name in public_names(cell.source)
    }


def fill_in(app: Sphinx, docname: str, source: list[str]) -> None:
    """Put the modules into the API page as it is read, a section for each."""
    if docname != API or MARKER not in source[0]:
        return
    files = assemble(chapters_of(app))
    note_book(app.env)
    modules = map(module_of, files)
    sections = [
        MODULE.format(module=module)
        for module in modules
        if module not in ("nnmath", "nnmath.__main__")  # these define no name
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
            ledger = ledger_of(self.env.app)
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
        place = places_in(ledger.chapters).get(self.arguments[0])
        if place:
            found.append(self.line(*place))
        return found

    def line(self, chapter: Chapter, cell: Cell) -> nodes.paragraph:
        """Say where the book builds a name."""
        title = nodes.inline("", chapter.title.partition(":")[0])
        line = nodes.paragraph("", "Built in ", classes=["api-place"])
        line += [package_cell_link(chapter, cell, title), nodes.Text("; ")]
        line += listing_link(chapter, cell)
        return line


class WrapperDocumenter(FunctionDocumenter):
    """Shows an object that wraps a function, such as an activation, as that function."""

    objtype = "wrapper"
    directivetype = "function"

    @classmethod
    def can_document_member(
        cls, member: Any, membername: str, isattr: bool, parent: Any
    ) -> bool:
        """Take what can be called, wraps something, and is neither function nor class."""
        known = inspect.isroutine(member) or inspect.isclass(member)
        return callable(member) and hasattr(member, "__wrapped__") and not known


def setup(app: Sphinx) -> None:
    """Register the events and the directive; autodoc and napoleon come with Sphinx."""
    app.setup_extension("sphinx.ext.autodoc")
    app.setup_extension("sphinx.ext.napoleon")
    app.add_autodocumenter(WrapperDocumenter)
    app.connect("source-read", fill_in)
    app.connect("autodoc-process-docstring", keep_sentence, priority=200)
    # After napoleon, which turns the sections of a docstring into fields.
    app.connect("autodoc-process-docstring", mend_docstring, priority=800)
    app.add_directive("api-place", ApiPlace)
