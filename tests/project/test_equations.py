"""No labelled equation stands on its author's word: it is a definition, or a cell checks it."""

import re
from collections import Counter

from literate.chapters import read_book

from .conftest import HOME

CHAPTERS = read_book(HOME)

MATH = re.compile(r"^```\{math\}\n((?::.*\n)+)", re.MULTILINE)


def options_of_equations():
    """Give the options of every displayed equation that has a label, as the lines that they are."""
    for chapter in CHAPTERS:
        for cell in chapter.cells:
            if cell.kind == "markdown":
                yield from (
                    match[1] for match in MATH.finditer(cell.source) if ":label:" in match[1]
                )


LABELS = [re.search(r":label: (\S+)", options)[1] for options in options_of_equations()]
DEFINITIONS = {
    re.search(r":label: (\S+)", options)[1]
    for options in options_of_equations()
    if ":class: definition" in options
}
CHECKED = {
    label for chapter in CHAPTERS for cell in chapter.code_cells for label in cell.checks
}


def test_every_equation_is_a_definition_or_checked():
    assert set(LABELS) - DEFINITIONS - CHECKED == set()


def test_a_check_names_equations_that_exist():
    assert CHECKED - set(LABELS) == set()


def test_a_definition_is_not_checked():
    assert not DEFINITIONS & CHECKED


def test_a_label_is_used_once():
    assert [label for label, times in Counter(LABELS).items() if times > 1] == []


def test_the_equations_that_docstrings_name_exist():
    named = {
        label
        for path in (HOME / "nnmath").glob("*.py")
        for label in re.findall(r"``(eq-[a-z0-9-]+)``", path.read_text(encoding="utf-8"))
    }
    assert named
    assert named - set(LABELS) == set()
