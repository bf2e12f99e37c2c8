"""What the reader sees defined in a chapter is what the package holds."""

import ast
import importlib
import inspect
import textwrap

import pytest

from literate.tangle.tangle import assemble
from tests.book import BOOK

from .conftest import HOME

TANGLED = [cell for chapter in BOOK for cell in chapter.code_cells if cell.target]


def definitions(cell):
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return [node for node in ast.parse(cell.source).body if isinstance(node, kinds)]


@pytest.mark.parametrize(
    ("cell", "node"),
    [
        pytest.param(cell, node, id=f"{cell.chapter.stem}-{node.name}")
        for cell in TANGLED
        for node in definitions(cell)
    ],
)
def test_a_function_is_the_same_in_the_chapter_and_in_the_package(cell, node):
    module = importlib.import_module(cell.module)
    assert str(HOME) in str(module.__file__), "another copy of the package is imported"
    source = textwrap.dedent(inspect.getsource(getattr(module, node.name)))
    [imported] = ast.parse(source).body
    assert ast.dump(imported, indent=1) == ast.dump(node, indent=1)


@pytest.mark.parametrize("file", assemble(BOOK).values(), ids=lambda file: file.target)
def test_a_file_is_its_cells_and_nothing_else(file):
    written = ast.parse((HOME / file.target).read_text(encoding="utf-8")).body
    cells = [node for block in file.blocks for node in ast.parse(block.cell.source).body]
    assert [ast.dump(node) for node in written] == [ast.dump(node) for node in cells]
