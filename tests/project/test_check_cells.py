"""A check changes nothing that a later cell computes with."""

import ast
from pathlib import Path

import pytest

from literate.book.python_names import Bind, Read, events_of
from tests.book import BOOK

HOME = Path(__file__).resolve().parents[2]
NOTEBOOKS = [chapter for chapter in BOOK if chapter.is_notebook]


def events_in(cell):
    try:
        return events_of(ast.parse(cell.source))
    except SyntaxError:  # what a chapter shows Python to refuse
        return []


def taken_over(cells):
    """List the names that a check binds anew, and that a later cell reads without binding them."""
    bound, by_check, found = set(), set(), []
    for cell in cells:
        events = events_in(cell)
        # an import gives what the word meant before
        binds = {e.name for e in events if isinstance(e, Bind) and e.origin is None}
        first = {}
        for event in events:
            if isinstance(event, (Bind, Read)):
                first.setdefault(event.name, event)
        if not cell.checks:
            found += [
                name for name, e in first.items() if isinstance(e, Read) and name in by_check
            ]
            by_check -= binds
        else:
            by_check |= binds & bound
        bound |= binds
    return found


@pytest.mark.parametrize("chapter", NOTEBOOKS, ids=lambda chapter: chapter.docname)
def test_a_check_binds_no_name_that_a_later_cell_reads(chapter):
    assert taken_over(chapter.code_cells) == []
