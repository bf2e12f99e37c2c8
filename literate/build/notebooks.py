"""The chapters as Jupyter notebooks, for a reader who wants to run and change them."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import nbformat
import yaml
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from literate.book.chapters import Chapter, read_notebook, read_text
from literate.book.claims import CLAIM
from literate.book.exercises import without_answers, without_solutions
from literate.book.notation import NOTATION, Notation, read_notation

EVENING = re.compile(r"^:::\{evening\} \d+\n:::\n+", re.MULTILINE)
NOTED = re.compile(r"^:::\{(?:beside|margin|try)\}[ \w]*\n", re.MULTILINE)

NOTICE = (
    "A copy for trying things out: `make lab` writes it anew. The chapter itself is `{path}`."
)


def write_notebooks(
    root: Path,
    chapters: Sequence[Chapter],
    folder: Path,
    *,
    notice: str = NOTICE,
    solutions: bool = True,
    first_line: Callable[[Chapter], str] | None = None,
) -> list[Path]:
    """Write each chapter as a notebook without outputs.

    Parameters
    ----------
    root : Path
        The project's folder.
    chapters : sequence of Chapter
        The book.
    folder : Path
        Where to; files of the same names are overwritten.
    solutions : bool
        If false, the solutions of the exercises are left out.
    notice : str
        What the first cell says, with ``{path}`` for the chapter's file and ``{docname}`` for its
        page.
    first_line : function, optional
        Gives the line with which a chapter's first cell installs what it needs.

    Returns
    -------
    list of Path
        What was written, in reading order.
    """
    notation = read_notation(root / NOTATION)
    written = []
    for chapter in chapters:
        if chapter.is_notebook:
            text = without_marks(without_answers(read_text(root, chapter.path)))
            if not solutions:
                text = without_solutions(text)
            notebook = read_notebook(chapter.path, text)
            # The copy is no pair of the chapter: jupytext in JupyterLab must not look for one.
            notebook.metadata.pop("jupytext", None)
            notebook.metadata.pop("source_map", None)
            said = notice.format(path=chapter.path, docname=chapter.docname)
            if first_line:
                notebook.cells.insert(0, new_code_cell(first_line(chapter), id="install"))  # type: ignore[no-untyped-call]
            notebook.cells.insert(0, opening_cell(said, notation))
            path = folder / f"{chapter.docname}.ipynb"
            path.parent.mkdir(parents=True, exist_ok=True)
            nbformat.write(notebook, path)  # type: ignore[no-untyped-call]
            written.append(path)
    return written


def without_marks(text: str) -> str:
    """Turn what only pages have into what JupyterLab shows: nothing, or a note."""
    return CLAIM.sub(r"$\g<tex>$", NOTED.sub(":::{note}\n", EVENING.sub("", text)))


def opening_cell(notice: str, notation: Notation) -> NotebookNode:
    """Make the cell that says what the notebook is and defines the book's macros.

    JupyterLab's extension for MyST takes macros from the front matter of the first cell.
    """
    macros = {rf"\{macro.name}": macro.tex for macro in notation.macros}
    front_matter = yaml.safe_dump({"math": macros}, sort_keys=False, width=1000)
    source = f"---\n{front_matter}---\n{notice}"
    cell: NotebookNode = new_markdown_cell(source, id="opening")  # type: ignore[no-untyped-call]
    return cell
