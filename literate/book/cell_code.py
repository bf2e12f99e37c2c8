"""The code of a cell as Python, whatever IPython's own commands it has."""

import ast
import warnings

from literate.book.chapters import Cell


def parse_cell(cell: Cell) -> ast.Module:
    """Parse a cell, its IPython commands turned into Python."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the linter reports doubtful syntax
        try:
            return ast.parse(cell.source)
        except SyntaxError:
            if cell.target:
                raise
            if "raises-exception" in cell.tags:
                return ast.Module([], [])  # a chapter may show what Python refuses
            return ast.parse(_without_magics(cell.source))


def without_texts(tree: ast.Module, *, of_cell: bool = False) -> ast.Module:
    """Take docstrings, and other strings that stand as statements, out of a tree.

    Of a cell, what its last line gives is its output, and stays.
    """
    shown = tree.body[-1:] if of_cell else []
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [  # type: ignore[attr-defined]
                line for line in body if line in shown or not _is_text(line)
            ]
    return tree


def _is_text(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _without_magics(source: str) -> str:
    """Turn IPython's own lines (``%timeit``, ``!ls``) into Python."""
    from IPython.core.inputtransformer2 import TransformerManager

    text = source.lstrip("\n")
    transformed: str = TransformerManager().transform_cell(text)  # type: ignore[no-untyped-call]
    return "\n" * (len(source) - len(text)) + transformed
