"""Reading order: nothing is used before a chapter builds it, and nothing is built twice."""

import ast
import builtins
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from literate.book.cell_code import parse_cell
from literate.book.chapters import PACKAGE, Cell, Chapter
from literate.book.python_names import Bind, Delete, Event, Import, Read, events_of
from literate.errors import at

BUILTIN_NAMES = frozenset(dir(builtins)) | {"__file__", "__path__", "__annotations__"}

ALLOWED_MODULES = sys.stdlib_module_names | {"numpy", PACKAGE}
"""What the package may import when it is imported; all else it imports where it is used."""


@dataclass(frozen=True)
class Definition:
    """A name of a module of the package, and the cell that defines it."""

    bind: Bind
    cell: Cell

    @property
    def place(self) -> str:
        """The chapter and the line."""
        return f"{self.cell.chapter}:{_line(self.cell, self.bind)}"

    def is_same_as(self, other: "Definition") -> bool:
        """Tell whether both bind one thing: one statement, or an import of one thing."""
        statements = [(item.cell, item.bind.statement) for item in (self, other)]
        origins = [item.bind.origin for item in (self, other)]
        return statements[0] == statements[1] or (
            None not in origins and len(set(origins)) == 1
        )


Module = dict[str, Definition]
"""The names of one module, as far as it is built."""


@dataclass
class Built:
    """The package as far as it is built, by the modules' dotted names."""

    modules: dict[str, Module] = field(default_factory=dict)

    def add(self, cell: Cell, events: Sequence[Event]) -> None:
        """Add what a cell of the package defines."""
        module = self.modules.setdefault(cell.module, {})
        for event in events:
            if isinstance(event, Bind):
                known = module.get(event.name)
                if known is None or known.bind.repeatable:
                    module[event.name] = Definition(event, cell)
            elif isinstance(event, Delete):
                module.pop(event.name, None)

    def has_import(self, module: str, name: str | None) -> bool:
        """Tell whether ``import module`` or ``from module import name`` would work."""
        exists = module in self.modules or (module == PACKAGE and bool(self.modules))
        if name is None or name == "*" or not exists:
            return exists
        return name in self.modules.get(module, {}) or f"{module}.{name}" in self.modules

    def has_path(self, path: str) -> bool:
        """Tell whether a dotted path such as ``nnmath.fast.X`` leads to something."""
        here = PACKAGE
        for name in path.split(".")[1:]:
            definition = self.modules.get(here, {}).get(name)
            if definition is not None:
                if definition.bind.origin not in self.modules:
                    return True  # an object; what it has is not known here
                here = str(definition.bind.origin)
            elif f"{here}.{name}" in self.modules:
                here = f"{here}.{name}"
            else:
                return name.startswith("__") and name.endswith("__")
        return bool(self.modules)


def problems_of_order(chapters: Sequence[Chapter]) -> Iterator[str]:
    """Yield every use before its definition and every second definition.

    Parameters
    ----------
    chapters : sequence of Chapter
        In reading order.

    Yields
    ------
    str
        The problem, with its chapter and line.
    """
    analysed: list[tuple[Cell, list[Event]]] = []
    lazy: set[str | None] = set()  # the files whose annotations are not evaluated
    for cell in (cell for chapter in chapters for cell in chapter.code_cells):
        try:
            tree = parse_cell(cell)
        except SyntaxError as error:
            yield _syntax_problem(cell, error)
            continue
        if cell.target and _asks_for_lazy_annotations(tree):
            lazy.add(cell.target)
        analysed.append((cell, events_of(tree, lazy_annotations=cell.target in lazy)))
    whole = Built()
    for cell, events in analysed:
        if cell.target:
            whole.add(cell, events)
    reading = _Reading(whole)
    for cell, events in analysed:
        yield from dict.fromkeys(reading.read(cell, events))
    yield from _cycles(analysed, whole)


def _asks_for_lazy_annotations(tree: ast.Module) -> bool:
    return any(
        isinstance(item, ast.ImportFrom)
        and item.module == "__future__"
        and any(alias.name == "annotations" for alias in item.names)
        for item in tree.body
    )


def _syntax_problem(cell: Cell, error: SyntaxError) -> str:
    line = cell.line + (error.lineno or 1) - 1
    message = f"syntax error: {error.msg}"
    if cell.target and (error.text or "").lstrip().startswith(("%", "!", "?")):
        message = "a cell of the package is plain Python; IPython's own commands go elsewhere"
    return at(cell.chapter, line, message)


def _line(cell: Cell, event: Event) -> int:
    return cell.line + event.line - 1


class _Reading:
    """One pass over the book, which knows at each cell what the cells before have built."""

    def __init__(self, whole: Built) -> None:
        self.whole = whole
        self.built = Built()
        self.chapter = ""
        self.notebook: dict[str, str | None] = {}

    def read(self, cell: Cell, events: list[Event]) -> Iterator[str]:
        if str(cell.chapter) != self.chapter:  # each chapter is a notebook of its own
            self.chapter, self.notebook = str(cell.chapter), {}
        problems = [
            *self._problems_of_imports(cell, events),
            *self._missing_paths(cell, events),
        ]
        if cell.target:
            problems += self._undefined_names(cell, events)
            problems += self._second_definitions(cell, events)
            self.built.add(cell, events)
        for line, message in sorted(problems):
            yield at(cell.chapter, cell.line + line - 1, message)

    def _problems_of_imports(
        self, cell: Cell, events: list[Event]
    ) -> Iterator[tuple[int, str]]:
        for event in events:
            if isinstance(event, Import):
                for message in self._problems_of_import(cell, event):
                    yield event.line, message

    def _problems_of_import(self, cell: Cell, event: Import) -> Iterator[str]:
        top = event.module.partition(".")[0]
        if event.module.startswith("."):
            yield f"relative import; write it in full: from {PACKAGE}.<module> import ..."
        elif top == "literate":
            yield "chapters never import literate; the package stands without the machine"
        elif event.name == "*" and (cell.target or top == PACKAGE):
            yield f"from {event.module} import * hides what is used; name it"
        elif top == PACKAGE:
            yield from self._problems_of_own_import(cell, event)
        elif cell.target and not event.deferred and top not in ALLOWED_MODULES:
            yield (
                f"imports {top}: {PACKAGE} needs only NumPy and the standard library; import"
                " what is optional inside the function that uses it"
            )

    def _problems_of_own_import(self, cell: Cell, event: Import) -> Iterator[str]:
        if cell.target and event.module == cell.module and event.module != PACKAGE:
            yield f"{cell.target} imports from itself"
        elif not self.built.has_import(event.module, event.name):
            path = event.module if event.name is None else f"{event.module}.{event.name}"
            yield self._too_early(path, event.module, event.name)

    def _too_early(self, path: str, module: str, name: str | None) -> str:
        first = self.whole.modules.get(module, {}).get(name or "")
        if first is None and name is None:
            first = next(iter(self.whole.modules.get(module, {}).values()), None)
        if first is not None:
            return f"{path} is used before its definition at {first.place}"
        if self.whole.has_import(module, name) or self.whole.has_path(path):
            return f"{path} is used before any cell builds it"
        return f"{path} is used, but no cell of the book builds it"

    def _missing_paths(self, cell: Cell, events: list[Event]) -> Iterator[tuple[int, str]]:
        """Find uses such as ``nnmath.relu`` of what is not built yet."""
        for event in events:
            if isinstance(event, Bind):
                self.notebook[event.name] = event.origin
            elif isinstance(event, Read) and event.attributes:
                origin = event.origin or self._origin_of(event.name, cell)
                path = ".".join([origin or "", *event.attributes])
                if path.partition(".")[0] == PACKAGE and not self.built.has_path(path):
                    module, _, name = path.rpartition(".")
                    yield event.line, self._too_early(path, module, name)

    def _origin_of(self, name: str, cell: Cell) -> str | None:
        if cell.target:
            known = self.built.modules.get(cell.module, {}).get(name)
            if known is not None:
                return known.bind.origin
        return self.notebook.get(name)

    def _undefined_names(self, cell: Cell, events: list[Event]) -> Iterator[tuple[int, str]]:
        known = set(self.built.modules.get(cell.module, {}))
        at_the_end = set(known)
        for event in events:
            _follow(event, at_the_end)
        for event in events:
            _follow(event, known)
            if isinstance(event, Read) and not event.origin:
                defined = known | at_the_end if event.deferred else known
                if event.name not in defined | BUILTIN_NAMES:
                    yield event.line, self._undefined(event.name, cell)

    def _undefined(self, name: str, cell: Cell) -> str:
        own = self.whole.modules[cell.module].get(name)
        if own is not None:
            return f"{name} is used before its definition at {own.place}"
        message = f"{cell.target} uses {name}, which it does not define"
        for module, names in self.whole.modules.items():
            if name in names and names[name].bind.origin is None:
                return f"{message}; from {module} import {name}"
        if name in self.notebook:
            return f"{message}; only the notebook knows it, from a cell that is not tangled"
        return message

    def _second_definitions(self, cell: Cell, events: list[Event]) -> Iterator[tuple[int, str]]:
        here = cell.module
        names = dict(self.built.modules.get(here, {}))
        for event in events:
            if isinstance(event, Delete):
                names.pop(event.name, None)
            if not isinstance(event, Bind) or event.repeatable:
                continue
            second = Definition(event, cell)
            first = names.setdefault(event.name, second)
            if not first.bind.repeatable and not first.is_same_as(second):
                yield (
                    event.line,
                    f"{event.name} is defined twice in {cell.target}: {first.place}",
                )
            elif event.origin is None and not event.name.startswith("__"):
                yield from self._definitions_elsewhere(here, event)

    def _definitions_elsewhere(self, here: str, event: Bind) -> Iterator[tuple[int, str]]:
        for module, names in self.built.modules.items():
            first = names.get(event.name)
            if module == here or first is None or first.bind.origin or first.bind.repeatable:
                continue
            places = f"in {first.cell.target} at {first.place}"
            yield event.line, f"{event.name} is defined twice in the package: {places}"


def _follow(event: Event, names: set[str]) -> None:
    """Keep up with the names that a module has."""
    if isinstance(event, Bind):
        names.add(event.name)
    elif isinstance(event, Delete):
        names.discard(event.name)


def _cycles(analysed: Sequence[tuple[Cell, list[Event]]], whole: Built) -> Iterator[str]:
    """Find modules that import each other, of which one would find the other half made."""
    needed: dict[str, dict[str, str]] = {module: {} for module in whole.modules}
    for cell, events in analysed:
        for event in events:
            if cell.target and isinstance(event, Import) and not event.deferred:
                submodule = f"{event.module}.{event.name}"
                module = submodule if submodule in needed else event.module
                place = f"{cell.chapter}:{_line(cell, event)}"
                needed[cell.module].setdefault(module, place)
    for module, imports in needed.items():
        for other, place in imports.items():
            if other != module and module in _reachable(other, needed):
                yield f"{place}: {module} imports {other}, which imports {module}; part them"


def _reachable(start: str, needed: dict[str, dict[str, str]]) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting.extend(needed.get(module, {}))
    return found
