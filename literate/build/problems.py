"""The problem sets, as students and teachers get them: ``make problems``.

A set is a notebook in ``problems/`` whose functions have their solutions between the comments of
nbgrader. Students get it with empty functions and the tests that they may run. The teacher's folder
has the solutions and the hidden tests as well. Links lead to the book at ``BOOK_URL``; without one
the page is only named.
"""

import os
import re
import shutil
from pathlib import Path

import jupytext
from nbformat import NotebookNode

SOURCES = "problems"

FOLDER = Path("_build") / "problems"

SETS = ("set_1", "set_2", "set_3", "project")

SOLUTION = re.compile(
    r"^( *)### BEGIN SOLUTION\n.*?^ *### END SOLUTION\n?", re.MULTILINE | re.DOTALL
)

MARK = re.compile(r"^ *### (BEGIN|END) SOLUTION\n?", re.MULTILINE)

LINK = re.compile(r"\[([^]]+)\]\(([a-z_]+\.html#[a-z-]+)\)")
"""A link to an equation of the book."""


def build_problems(root: Path) -> Path:
    """Write the notebooks and the tests for students, and all of it for the teacher.

    Parameters
    ----------
    root : Path
        The project's folder.

    Returns
    -------
    Path
        The folder, in which ``students`` and ``teacher`` are.
    """
    folder = root / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    for who in ("students", "teacher"):
        (folder / who).mkdir(parents=True)
        shutil.copyfile(root / SOURCES / "judging.py", folder / who / "judging.py")
        for name in SETS:
            shutil.copyfile(
                root / SOURCES / f"{name}_tests.py", folder / who / f"{name}_tests.py"
            )
            notebook = notebook_of(root, name, solutions=who == "teacher")
            jupytext.write(notebook, folder / who / f"{name}.ipynb", fmt="ipynb")
    for name in SETS:
        hidden = f"{name}_hidden_tests.py"
        shutil.copyfile(root / SOURCES / hidden, folder / "teacher" / hidden)
    return folder


def notebook_of(root: Path, name: str, *, solutions: bool) -> NotebookNode:
    """Read a set, with its solutions or with empty functions."""
    notebook: NotebookNode = jupytext.read(root / SOURCES / f"{name}.md")
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = LINK.sub(placed, cell.source)
        else:
            cell.source = MARK.sub("", cell.source) if solutions else emptied(cell.source)
    del notebook.metadata["jupytext"]  # no pair of the notebook is handed out
    return notebook


def placed(link: re.Match[str]) -> str:
    """Let a link lead to the book on the web, or name the page."""
    words, page = link.groups()
    book = os.environ.get("BOOK_URL", "").rstrip("/")
    return f"[{words}]({book}/{page})" if book else f"{words} (`{page}`)"


def emptied(source: str) -> str:
    """Take the solution out of a cell."""
    return SOLUTION.sub(r"\1# Your code here.\n", source).rstrip()
