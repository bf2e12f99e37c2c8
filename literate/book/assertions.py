"""Assertions of chapters that could not fail, and names that hide what assertions are made of."""

import ast
import builtins
from collections.abc import Iterator
from itertools import pairwise

from literate.book.cell_code import parse_cell
from literate.book.chapters import PACKAGE, Cell, Chapter
from literate.book.python_names import Bind, events_of
from literate.errors import at

BUILTINS = frozenset(name for name in dir(builtins) if not name.startswith("_"))
LIBRARIES = ("numpy", "math", PACKAGE)
CATCHES = frozenset({"AssertionError", "Exception", "BaseException"})


def problems_of_assertions(chapter: Chapter) -> Iterator[str]:
    """Yield each assertion that holds whatever the formulas are."""
    for cell in chapter.code_cells:
        tree = parse_cell(cell)
        for node in ast.walk(tree):
            if isinstance(node, ast.Assert) and (why := _why_it_holds(node.test)):
                yield _at(cell, node, f"this assertion cannot fail: {why}")
            elif (why := _why_it_is_lost(node)) and any(
                isinstance(inner, ast.Assert) for inner in ast.walk(node)
            ):
                yield _at(cell, node, f"the assertion in here cannot fail: {why}")


def can_fail(cell: Cell) -> bool:
    """Tell whether a cell asserts anything that its chapter's kernel runs."""
    if "raises-exception" in cell.tags or cell.source.lstrip().startswith("%%"):
        return False
    return any(isinstance(node, ast.Assert) for node in ast.walk(parse_cell(cell)))


def _why_it_holds(test: ast.expr) -> str:
    for node in ast.walk(test):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            same = [ast.dump(a) == ast.dump(b) for a, b in pairwise(sides)]
            if any(same):
                return f"it compares {ast.unparse(sides[same.index(True)])} with itself"
        elif (
            isinstance(node, ast.BinOp)
            and isinstance(node.op, ast.Sub)
            and ast.dump(node.left) == ast.dump(node.right)
        ):
            return f"it takes {ast.unparse(node.left)} from itself"
        elif isinstance(node, ast.BoolOp) and any(map(_is_true, node.values)):
            return "a part of it is always true"
    if not any(isinstance(node, ast.Name) for node in ast.walk(test)):
        return "no name stands in it"
    if isinstance(test, ast.Tuple | ast.List) and test.elts:
        return "a list with something in it counts as true"
    return ""


def _is_true(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and bool(node.value)


def _why_it_is_lost(node: ast.AST) -> str:
    """Say why a statement does not run what is in it, or does not let its failure out."""
    if isinstance(node, ast.For) and _is_empty(node.iter):
        return "the loop is over nothing"
    if isinstance(node, ast.If | ast.While) and isinstance(node.test, ast.Constant):
        return "" if node.test.value else "the condition is never true"
    if isinstance(node, ast.Try):
        for handler in node.handlers:
            catches = handler.type is None or _names(handler.type) & CATCHES
            if catches and not any(isinstance(n, ast.Raise) for n in ast.walk(handler)):
                return "what it raises is caught"
    if isinstance(node, ast.With):
        for item in node.items:
            if "suppress" in _names(item.context_expr) and _names(item.context_expr) & CATCHES:
                return "what it raises is suppressed"
    return ""


def _is_empty(node: ast.expr) -> bool:
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return not node.elts
    if isinstance(node, ast.Dict):
        return not node.keys
    return ast.unparse(node) in ("range(0)", "''")


def _names(node: ast.AST) -> set[str]:
    found = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    return found | {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)}


def problems_of_hiding(chapter: Chapter) -> Iterator[str]:
    """Yield each name of Python, of a module or of the package that a chapter gives another sense.

    A check below would compare with ``abs``, or call a function of the package, and mean another.
    """
    ours: dict[str, str] = {}
    for cell in chapter.code_cells:
        tree = parse_cell(cell)
        for event in events_of(tree):
            if not isinstance(event, Bind):
                continue
            origin = event.origin or (f"{cell.module}.{event.name}" if cell.target else "")
            library = origin.partition(".")[0]
            hidden = ours.get(event.name, origin)
            if event.name in BUILTINS and library != PACKAGE:
                yield _at(cell, event, f"hides Python's own {event.name}")
            elif origin != hidden and library != PACKAGE:
                yield _at(cell, event, f"hides {hidden}, which the chapter has here")
            elif library in LIBRARIES:
                ours[event.name] = origin
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id == "setattr":
                yield _at(cell, node, "changes what is not its own")
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                root = node.value
                if isinstance(root, ast.Name) and root.id in ("np", *LIBRARIES):
                    yield _at(cell, node, f"changes {ast.unparse(node)} for all that follows")


def _at(cell: Cell, node: ast.AST | Bind, message: str) -> str:
    line = node.line if isinstance(node, Bind) else getattr(node, "lineno", 1)
    return at(cell.chapter, cell.line + line - 1, message)
