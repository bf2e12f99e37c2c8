"""Which lines of a package cell its page folds: what a reader of the mathematics can do without.

What stays is the signature, the first line of a docstring, and the lines that compute. Folded are
the rest of a docstring, imports, and the checks of arguments. A cell that is still long becomes an
outline: helpers are folded first, and of the others only as much as has to be.
"""

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from literate.book.equation_lines import labels_at_end

DOCSTRING, IMPORTS, CHECKS, CODE = "docstring", "imports", "checks of arguments", "code"

BLANK = ""
"""The kind of a blank line that goes away without a button."""

MOST = 40
"""So many rows a cell may have before it becomes an outline."""

MOST_NAMES = 4
"""So many of the definitions that a button hides are named on it."""

REQUIRE = "require_"
"""So begin the names of the functions that refuse an argument."""

FRONT_DOOR = "__init__.py"
"""A file whose imports are what it is for."""

Function = ast.FunctionDef | ast.AsyncFunctionDef
Definition = Function | ast.ClassDef


@dataclass(frozen=True)
class Fold:
    """Lines that are folded into one button.

    Attributes
    ----------
    first, last : int
        The lines of the cell, counted from 1, both included.
    holds : tuple of str
        What they are: `DOCSTRING`, `IMPORTS`, `CHECKS`, `CODE`, or the names of definitions;
        nothing for a blank line, which needs no button.
    goes_on : bool
        Whether the button stands at the end of the line before, and not on a row of its own.
    """

    first: int
    last: int
    holds: tuple[str, ...]
    goes_on: bool

    @property
    def size(self) -> int:
        """How many lines it hides."""
        return self.last - self.first + 1

    @property
    def rows_saved(self) -> int:
        """How many rows the cell has less."""
        return self.size - bool(self.holds and not self.goes_on)


class ShortForm:
    """Finds the short form of a package cell.

    Parameters
    ----------
    source : str
        Its code.
    target : str
        The file that it builds.

    Attributes
    ----------
    kinds : list of (str or None)
        Of each line, counted from 1: what it is if it is folded, None if it stays.
    """

    def __init__(self, source: str, target: str) -> None:
        self.lines = source.split("\n")
        self.tree = ast.parse(source)
        self.kinds: list[str | None] = [None] * (len(self.lines) + 2)
        self.begins_of_texts = {
            node.lineno
            for node in ast.walk(self.tree)
            if isinstance(node, ast.stmt) and _is_text(node)
        }
        self.imports = not target.endswith(FRONT_DOOR)
        self._fold_statements(self.tree.body)
        self._fold_comments()
        self._outline()

    def folds(self) -> list[Fold]:
        """Give what is folded, in order."""
        numbers = range(1, len(self.lines) + 1)
        kinds = self._with_blank_lines()
        folds = []
        for key, group in groupby(numbers, lambda n: kinds[n] if not kinds[n] else CODE):
            run = list(group)
            if key is None:
                continue
            code = [n for n in run if self._is_code(n)]
            goes_on = run[0] - 1 in self.begins_of_texts
            if not key or goes_on or len(code) > 1:
                holds = tuple(dict.fromkeys(str(kinds[n]) for n in code))
                folds.append(Fold(run[0], run[-1], holds, goes_on))
        return folds

    def rows(self) -> int:
        """Count the rows that are seen before anything is opened."""
        return len(self.lines) - sum(fold.rows_saved for fold in self.folds())

    # What is folded in every cell

    def _fold_statements(self, body: Iterable[ast.stmt]) -> None:
        for node in body:
            if _is_text(node):
                self._fold(node.lineno + 1, _end(node), DOCSTRING)
            elif self.imports and _is_import(node):
                self._fold(node.lineno, _end(node), IMPORTS)
            elif _is_check(node):
                self._fold(node.lineno, _end(node), CHECKS)
            else:
                for part in ("body", "orelse", "finalbody"):
                    inner = getattr(node, part, [])
                    if isinstance(inner, list):
                        checks = [n for n in inner if not _is_text(n) and _is_check(n)]
                        texts = [n for n in inner if _is_text(n)]
                        nothing_else = len(checks) + len(texts) == len(inner)
                        self._fold_statements(texts if nothing_else else inner)

    def _fold_comments(self) -> None:
        """Fold a comment with what it stands above."""
        for number in range(len(self.lines) - 1, 0, -1):
            is_comment = self.lines[number - 1].lstrip().startswith("#")
            if is_comment and self.kinds[number] is None:
                self.kinds[number] = self.kinds[number + 1]

    def _fold(self, first: int, last: int, kind: str) -> None:
        self.kinds[first : last + 1] = [kind] * (last + 1 - first)

    # The outline of a long cell

    def _outline(self) -> None:
        """Fold more, one thing after the other, until the cell is short enough."""
        for first, last, kind in self._candidates():
            if self.rows() <= MOST:
                return
            if not any(map(labels_at_end, self.lines[first - 1 : last])):
                self._fold(first, last, kind)

    def _candidates(self) -> Iterator[tuple[int, int, str]]:
        """Yield what an outline can do without, beginning with what it needs least."""
        definitions = list(_definitions(self.tree.body))
        helpers = [node for node in definitions if _is_helper(node)]
        others = [node for node in definitions if not _is_helper(node)]
        functions = [node for node in others if isinstance(node, Function)]
        yield from map(_inside, (node for node in helpers if isinstance(node, Function)))
        yield from map(_whole, helpers)
        yield from map(_inside, sorted(functions, key=_size, reverse=True))
        yield from map(_whole, sorted(functions, key=_size))
        yield from map(_whole, (node for node in others if node not in functions))

    # Lines

    def _is_code(self, number: int) -> bool:
        return bool(self.lines[number - 1].strip())

    def _with_blank_lines(self) -> list[str | None]:
        """Fold blank lines too, and leave one where code goes on."""
        kinds = list(self.kinds)
        code = [n for n in range(1, len(self.lines) + 1) if self._is_code(n)]
        for above, below in pairwise(code):
            blank = range(above + 1, below)
            for number in blank:
                if kinds[below]:
                    kinds[number] = kinds[below]
                elif number != blank[-1]:
                    kinds[number] = kinds[above] or BLANK
                else:
                    kinds[number] = None
        return kinds


def folds_of(source: str, target: str) -> list[Fold]:
    """Find what to fold in a package cell that builds a file."""
    return ShortForm(source, target).folds()


def rows_shown(source: str, target: str) -> int:
    """Count the rows that a package cell has on its page before anything is opened."""
    return ShortForm(source, target).rows()


def names_in(fold: Fold) -> str:
    """Name the definitions that a fold hides whole, the first of many."""
    names = [word for word in fold.holds if word not in (DOCSTRING, IMPORTS, CHECKS, CODE)]
    more = len(names) - MOST_NAMES
    return ", ".join([*names[:MOST_NAMES], f"{more} more"] if more > 0 else names)


def _end(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno


def _size(node: Definition) -> int:
    return _end(node) - node.lineno


def _definitions(body: Sequence[ast.stmt]) -> Iterator[Definition]:
    """Yield functions, classes, and the methods of classes."""
    for node in body:
        if isinstance(node, Definition):
            yield node
        if isinstance(node, ast.ClassDef):
            yield from _definitions(node.body)


def _is_helper(node: Definition) -> bool:
    name = node.name
    return name.startswith(REQUIRE) or (name.startswith("_") and not name.startswith("__"))


def _inside(node: Definition) -> tuple[int, int, str]:
    """Give the lines of a function below its docstring."""
    body = node.body[1:] if _is_text(node.body[0]) and node.body[1:] else node.body
    return body[0].lineno, _end(node), CODE


def _whole(node: Definition) -> tuple[int, int, str]:
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    return first, _end(node), node.name


def _is_text(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _is_import(node: ast.stmt) -> bool:
    if isinstance(node, ast.If):  # for type checkers
        return all(map(_is_import, [*node.body, *node.orelse]))
    return isinstance(node, ast.Import | ast.ImportFrom)


def _is_check(node: ast.stmt) -> bool:
    """Tell whether a statement refuses arguments and does nothing else."""
    if isinstance(node, ast.If):
        return isinstance(node.body[-1], ast.Raise) and all(map(_is_check, node.orelse))
    if isinstance(node, ast.For):
        return all(map(_is_check, node.body)) and not node.orelse
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        # what is required is what was given, perhaps in another type
        given = [getattr(argument, "id", None) for argument in getattr(node.value, "args", [])]
        return _is_required(node.value) and node.targets[0].id in given
    return isinstance(node, ast.Raise) or (
        isinstance(node, ast.Expr) and _is_required(node.value)
    )


def _is_required(node: ast.expr) -> bool:
    if not isinstance(node, ast.Call):
        return False
    name = getattr(node.func, "id", None) or getattr(node.func, "attr", "")
    return str(name).startswith(REQUIRE)
