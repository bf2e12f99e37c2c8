"""Running check cells: each after the cells that it needs, on the package of given chapters."""

import ast
import contextlib
import io
import linecache
import os
import traceback
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from literate.book.cell_code import parse_cell
from literate.book.chapters import Cell, Chapter
from literate.book.check_cells import Selection
from literate.checks.import_from_memory import imported_from
from literate.checks.needed_statements import statements_needed
from literate.checks.recorder import (
    RECORDER,
    Recorder,
    Seen,
    record_assertions,
)
from literate.checks.records import EXCEPTION, FALSE, Record

MESSAGE_LENGTH = 160
RESULT = "_result"


def run_checks(
    root: Path, chapters: Sequence[Chapter], texts: Mapping[str, str], selection: Selection
) -> Iterator[Record]:
    """Run check cells in this process.

    Parameters
    ----------
    root : Path
        The project's folder, for the package's data.
    chapters : sequence of Chapter
        The whole book, as it is or with an error put in.
    texts : mapping of str to str
        The files of the package, as these chapters build it.
    selection : sequence of (str, int)
        The check cells.

    Yields
    ------
    Record
        One for each selected cell, as soon as it is there.
    """
    by_name = {chapter.docname: chapter for chapter in chapters}
    with imported_from(root, texts):
        for docname, number in selection:
            chapter = by_name[docname]
            with _quietly():
                record = run_check(chapter, chapter.check_cells[number - 1], number)
            yield record


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    """Keep what cells print and warn of from the terminal, and readers' own data from them."""
    here = os.environ.pop("NNMATH_DATA", None)
    try:
        with (
            warnings.catch_warnings(),
            np.errstate(),  # puts back what a cell may set
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
        ):
            warnings.simplefilter("ignore")
            yield
    finally:
        if here is not None:
            os.environ["NNMATH_DATA"] = here


def run_check(chapter: Chapter, check: Cell, number: int) -> Record:
    """Run one check cell, after what it needs, with the package that can be imported here."""
    recorder = Recorder()
    names: dict[str, Any] = {
        "__name__": "__main__",
        "display": lambda *_, **__: None,
        RECORDER: recorder,
    }
    failure, message = None, ""
    seen: Seen | None = None
    try:
        for cell, statements in statements_needed(chapter, check):
            _execute(statements, cell, names)
        _execute(record_assertions(parse_cell(check)), check, names)
        seen = recorder.closest
    except AssertionError as error:
        seen = recorder.last_failed
        failure = seen.failure if seen else FALSE
        message = _message_of_assertion(error, check)
    except Exception as error:
        failure, message = EXCEPTION, _shorten(f"{type(error).__name__}: {error}")
    return Record(
        chapter.docname,
        number,
        check.line,
        check.checks,
        check.kinds,
        failure is None,
        recorder.comparisons,
        seen.error if seen else None,
        seen.bound if seen else None,
        failure,
        message,
    )


def values_after(chapter: Chapter, index: int, expression: str) -> Any:
    """Evaluate an expression after a chapter's code cells up to one, the package being importable.

    Parameters
    ----------
    chapter : Chapter
        The chapter.
    index : int
        The number of the last code cell that may run; only what the expression needs does.
    expression : str
        Python.

    Returns
    -------
    Any
        Its value.
    """
    cell = Cell(chapter.path, "code", f"{RESULT} = ({expression})", 1, index + 1, None)
    names: dict[str, Any] = {"__name__": "__main__", "display": lambda *_, **__: None}
    with _quietly():
        for above, statements in statements_needed(chapter, cell):
            _execute(statements, above, names)
        _execute(parse_cell(cell), cell, names)
    return names[RESULT]


def _execute(tree: ast.Module, cell: Cell, names: dict[str, Any]) -> None:
    file = f"<{cell.chapter}, code cell {cell.index}>"
    # what asks for the source of a function (a dataclass, doctest) finds it
    linecache.cache[file] = (len(cell.source), None, cell.source.splitlines(True), file)
    # with assertions, whatever options Python was started with
    exec(compile(tree, file, "exec", dont_inherit=True, optimize=0), names)


def _message_of_assertion(error: AssertionError, check: Cell) -> str:
    """Quote the assertion that failed, where it stands in the check cell."""
    file = f"<{check.chapter}, code cell {check.index}>"
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename == file and frame.lineno:
            for node in ast.walk(parse_cell(check)):
                if isinstance(node, ast.Assert) and node.lineno == frame.lineno:
                    return _shorten(f"assert {ast.unparse(node.test)}")
    return _shorten(f"AssertionError: {error}".rstrip(": "))


def _shorten(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= MESSAGE_LENGTH else text[: MESSAGE_LENGTH - 1] + "…"
