"""The lines of the package that are equations: each equation that a docstring names has one."""

import ast
from pathlib import Path
from textwrap import dedent

import pytest

from literate.book.equation_lines import equation_lines, labels_at_end, statement_around
from literate.book.equations import Ledger
from tests.book import BOOK

HOME = Path(__file__).resolve().parents[2]
LEDGER = Ledger(BOOK)
LINES = list(equation_lines(LEDGER.chapters))
CODE = {
    (chapter.docname, number): cell.source.strip("\n").split("\n")
    for chapter in LEDGER.chapters
    for number, cell in enumerate(chapter.package_cells, start=1)
}


def test_every_equation_that_a_docstring_names_has_its_line():
    named = {label for found in LEDGER.implementations for label in found.labels}
    assert named - {line.label for line in LINES} == set()


def test_every_label_in_the_code_is_an_equation_of_the_book():
    assert {line.label for line in LINES} - set(LEDGER.by_label) == set()


def inside(tree, line):
    """Yield the functions and classes that a line stands in."""
    for node in ast.walk(tree):
        inner = isinstance(node, ast.FunctionDef | ast.ClassDef)
        if inner and node.lineno <= line <= node.end_lineno:
            yield node


def test_docstrings_name_the_equations_of_their_lines():
    missing = []
    for line in LINES:
        around = list(inside(ast.parse("\n".join(CODE[line.docname, line.number])), line.line))
        if around and not any(line.label in (ast.get_docstring(node) or "") for node in around):
            missing.append((line.label, around[-1].name))
    assert missing == []


def test_no_comment_that_looks_like_a_label_is_overlooked():
    found = {
        (docname, cell, number): labels
        for (docname, cell), lines in CODE.items()
        for number, line in enumerate(lines, start=1)
        if (
            labels := [
                word.strip(",")
                for word in line.partition("# ")[2].split()
                if word.startswith("eq-")
            ]
        )
    }
    read = {}
    for line in LINES:
        read.setdefault((line.docname, line.number, line.line), []).append(line.label)
    assert read == found


def test_a_line_that_carries_an_equation_is_code_and_no_text():
    for (docname, number), lines in CODE.items():
        tree = ast.parse("\n".join(lines))
        texts = [
            range(node.lineno, node.end_lineno)
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        carrying = [x.line for x in LINES if (x.docname, x.number) == (docname, number)]
        assert not [line for line in carrying if any(line in text for text in texts)]


def test_labels_stand_at_the_end_of_a_line_after_two_spaces():
    lines = dedent(
        """
        a = b  # eq-one
        a = b  # eq-one, eq-two-3
        # eq-alone
        a = b  # see eq-one
        a = b  # eq-one and more
        """
    ).split("\n")
    assert [labels_at_end(line) for line in lines if line] == [
        ["eq-one"],
        ["eq-one", "eq-two-3"],
        [],
        [],
        [],
    ]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (2, "a = b"),
        (3, "if a:"),
        (4, "return (\n    a,\n    b,\n)"),
        (9, "b,"),
    ],
)
def test_a_line_is_shown_with_its_statement(line, code):
    source = """\
def f(a, b):
    a = b  # eq-one
    if a:  # eq-two
        return (  # eq-three
            a,  # eq-four
            b,
        )
    return f(
        b,  # eq-five
        a,
        a,
    )
"""
    assert statement_around(source.strip("\n"), line) == code
