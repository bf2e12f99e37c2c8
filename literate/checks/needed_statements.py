"""What a check cell needs of the cells before it: those that define the names it uses."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from literate.book.cell_code import parse_cell
from literate.book.chapters import Cell, Chapter
from literate.book.python_names import Bind, Read, events_of
from literate.checks.recorder import drop_assertions
from literate.tangle.reading_order import BUILTIN_NAMES

CONDITIONAL = (ast.If, ast.Try, ast.While, ast.Match)

HARMLESS = frozenset(
    {*("print", "str", "repr", "len", "range", "enumerate", "zip", "map", "filter", "reversed")}
    | {*("list", "tuple", "set", "dict", "int", "float", "complex", "bool", "type", "sorted")}
    | {*("abs", "sum", "max", "min", "any", "all", "round", "divmod", "isinstance")}
)
"""Built-in functions that change none of their arguments."""


@dataclass(frozen=True)
class Effects:
    """What a statement or a cell does with the names of its notebook.

    Attributes
    ----------
    needs : frozenset of str
        Names that it reads from what is before it.
    later : frozenset of str
        Names that its functions read whenever they are called.
    binds : frozenset of str
        Names that it defines.
    surely : frozenset of str
        Those of them that it defines whatever happens.
    fixed : frozenset of str
        Those that are modules, functions and classes, which using does not change.
    changes : frozenset of str
        Names whose objects it may change: by a method, an item, an attribute, a function.
    """

    needs: frozenset[str]
    later: frozenset[str]
    binds: frozenset[str]
    surely: frozenset[str]
    fixed: frozenset[str]
    changes: frozenset[str]


def effects_of(tree: ast.Module) -> Effects:
    """Analyse a statement, or a whole cell."""
    unsure = {line for node in ast.walk(tree) for line in _conditional_lines(node)}
    needs, later, binds, surely, fixed = (set[str]() for _ in range(5))
    for event in events_of(tree):
        if isinstance(event, Bind):
            binds.add(event.name)
            if event.line not in unsure:
                surely.add(event.name)
            if event.origin is not None:
                fixed.add(event.name)
        elif isinstance(event, Read) and event.deferred:
            later.add(event.name)  # also one of this cell: it may be another when it is read
        elif isinstance(event, Read) and event.name not in surely:
            needs.add(event.name)
    definitions = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    fixed |= {node.name for node in tree.body if isinstance(node, definitions)}
    changes = {name for node in ast.walk(tree) for name in _changed(node)}
    known = set(BUILTIN_NAMES)
    return Effects(
        *(frozenset(names - known) for names in (needs, later)),
        *(frozenset(names) for names in (binds, surely, fixed, changes)),
    )


def _conditional_lines(node: ast.AST) -> Iterator[int]:
    if isinstance(node, CONDITIONAL):
        yield from range(node.lineno, (node.end_lineno or node.lineno) + 1)


def _changed(node: ast.AST) -> Iterator[str]:
    """Yield the names whose objects a node may change, modules and functions among them."""
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute):
            yield from _root(node.func.value)
        if isinstance(node.func, ast.Name) and node.func.id in HARMLESS:
            return
        for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
            yield from _root(argument.value if isinstance(argument, ast.Starred) else argument)
    elif isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
        yield from _root(node.value)
    elif isinstance(node, ast.AugAssign):
        yield from _root(node.target)


def _root(node: ast.expr) -> Iterator[str]:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id


@lru_cache(maxsize=1000)  # each wrong formula asks for the same checks again
def statements_needed(chapter: Chapter, check: Cell) -> tuple[tuple[Cell, ast.Module], ...]:
    """List what must run before a check cell: of the cells above it, the statements it needs.

    Assertions are left out, since another check answers for them. Of a cell that draws, what
    defines a needed name is taken, and nothing of the drawing.

    Parameters
    ----------
    chapter : Chapter
        The chapter.
    check : Cell
        One of its code cells.

    Returns
    -------
    tuple of (Cell, ast.Module)
        In the order of the page, each cell with its needed statements, on their own lines.
    """
    before: list[tuple[Cell, ast.stmt]] = []
    effects: list[Effects] = []
    for cell in chapter.code_cells:
        if cell.index < check.index:
            for statement, effect in _statements(cell):
                before.append((cell, statement))
                effects.append(effect)
    effects.append(effects_of(parse_cell(check)))
    needed: dict[Cell, list[ast.stmt]] = {}
    for position in sorted(_closure(effects) - {len(before)}):
        cell, statement = before[position]
        needed.setdefault(cell, []).append(statement)
    return tuple((cell, ast.Module(body, [])) for cell, body in needed.items())


@lru_cache(maxsize=1000)
def _statements(cell: Cell) -> tuple[tuple[ast.stmt, Effects], ...]:
    """Part a cell into its statements; none of one that raises to show how."""
    if "raises-exception" in cell.tags:
        return ()
    statements = []
    for statement in drop_assertions(parse_cell(cell)).body:
        effects = effects_of(ast.Module([statement], []))
        if "plot" in cell.tags:
            effects = replace(effects, changes=frozenset())
        statements.append((statement, effects))
    return tuple(statements)


def _closure(effects: Sequence[Effects]) -> set[int]:
    """Find what the last cell needs, and what that needs, by position."""
    last = len(effects) - 1
    included = {last}
    while True:
        found = set(included)
        for position in included:
            effect = effects[position]
            for name in effect.needs | (effect.later - effect.surely):
                found |= _sources(effects, name, position)
            for name in effect.later:
                found |= _sources(effects, name, last)
        if found == included:
            return included
        included = found


def _sources(effects: Sequence[Effects], name: str, end: int) -> set[int]:
    """Find the cells before `end` on which the value of a name there depends."""
    sources: set[int] = set()
    changed: set[int] = set()
    for position in range(end - 1, -1, -1):
        effect = effects[position]
        if name in effect.binds:
            sources.add(position)
            if name in effect.fixed:
                changed.clear()
        elif name in effect.changes:
            changed.add(position)
        if name in effect.surely:
            break
    return sources | changed
