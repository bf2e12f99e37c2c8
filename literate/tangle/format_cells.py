"""Format the code cells of the chapters in place, as ruff formats a notebook."""

import json
import subprocess
import sys
from pathlib import Path

from literate.book.chapters import Chapter, read_book
from literate.errors import BookError
from literate.tangle.file_transactions import locked, replace_files

NOTEBOOK = {"metadata": {}, "nbformat": 4, "nbformat_minor": 4}
EMPTY_CELL: dict[str, object] = {
    "cell_type": "code",
    "metadata": {},
    "execution_count": None,
    "outputs": [],
}


def format_chapters(root: Path) -> list[str]:
    """Bring every code cell into ruff's form; text and options stay as they are.

    Parameters
    ----------
    root : Path
        The folder that holds ``book/`` and ``pyproject.toml``.

    Returns
    -------
    list of str
        The files that changed.

    Raises
    ------
    BookError
        If a chapter cannot be read, or ruff cannot read a cell.
    """
    with locked(root):
        changes = {}
        for chapter in read_book(root):
            before = (root / chapter.path).read_bytes()
            after = _formatted(root, chapter, before.decode("utf-8")).encode("utf-8")
            if after != before:
                changes[chapter.path] = after
        replace_files(root, changes)
    return [str(path) for path in changes]


def _formatted(root: Path, chapter: Chapter, text: str) -> str:
    lines = text.splitlines(keepends=True)
    newline = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    sources = _format_sources(root, chapter)
    # from the last cell to the first, so that the lines of the cells above stay where they are
    for cell, source in reversed(list(zip(chapter.code_cells, sources, strict=True))):
        if source != cell.source:
            start = cell.line - 1
            stop = start + len(cell.source.splitlines())
            lines[start:stop] = [line + newline for line in source.splitlines()]
    return "".join(lines)


def _format_sources(root: Path, chapter: Chapter) -> list[str]:
    if not chapter.code_cells:
        return []
    cells = [{**EMPTY_CELL, "source": cell.source} for cell in chapter.code_cells]
    result = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--stdin-filename", "chapter.ipynb", "-"],
        input=json.dumps({**NOTEBOOK, "cells": cells}),
        cwd=root,
        capture_output=True,
        encoding="utf-8",  # whatever the locale says
        check=False,
    )
    if result.returncode:
        raise BookError(f"{chapter.path}: ruff cannot format it: {result.stderr.strip()}")
    return ["".join(cell["source"]) for cell in json.loads(result.stdout)["cells"]]
