"""What a piece of Python reads and binds, in the order in which it runs.

The analysis follows Python's scopes: what stands in a function's body is read when the function
is called, what stands in its decorators, defaults and annotations when it is defined.
"""

import ast
import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Read:
    """A global name is read, and perhaps attributes of it.

    Attributes
    ----------
    name : str
        The name.
    attributes : tuple of str
        ``("activations", "relu")`` in ``nnmath.model.activations.relu``.
    line : int
        The line, counted from 1.
    column : int
        Where it stands in the line, in bytes, as Python counts.
    deferred : bool
        Whether it is read only when a function is called.
    origin : str or None
        For a name that a function imported for itself, the dotted path of what it is.
    """

    name: str
    attributes: tuple[str, ...]
    line: int
    column: int
    deferred: bool
    origin: str | None = None


@dataclass(frozen=True)
class Bind:
    """A global name is defined.

    Attributes
    ----------
    name : str
        The name.
    line : int
        The line, counted from 1.
    column : int
        Where it begins in the line, in bytes: the name itself, or the ``def`` or ``class``.
    statement : int
        The number of the statement of the module; the branches of an ``if`` share one.
    origin : str or None
        For an import, the dotted path of what is imported.
    repeatable : bool
        Whether the same name may well be bound again: overloads, ``except ... as error``, what
        a function binds by ``global``.
    """

    name: str
    line: int
    column: int
    statement: int
    origin: str | None = None
    repeatable: bool = False


@dataclass(frozen=True)
class Delete:
    """A global name is taken away by ``del``."""

    name: str
    line: int


@dataclass(frozen=True)
class Import:
    """A module is imported, or one name from it.

    Attributes
    ----------
    module : str
        The dotted name; it begins with dots where the import is relative.
    name : str or None
        The name, ``"*"`` for all, None for the module as a whole.
    line : int
        The line, counted from 1.
    column : int
        Where the module or the name stands in the line, in bytes.
    deferred : bool
        Whether it is imported only when a function is called, or only for a type checker.
    """

    module: str
    name: str | None
    line: int
    column: int
    deferred: bool


Event = Read | Bind | Delete | Import
_Place = ast.expr | ast.stmt | ast.alias | ast.ExceptHandler | ast.pattern


def events_of(tree: ast.Module, *, lazy_annotations: bool = False) -> list[Event]:
    """List what a module does with names, in the order in which it runs.

    Parameters
    ----------
    tree : ast.Module
        The parsed source.
    lazy_annotations : bool
        Whether ``from __future__ import annotations`` is in force.

    Returns
    -------
    list of Read, Bind, Delete and Import
        Reads of built-in names among them.
    """
    reader = _Reader(lazy_annotations=lazy_annotations)
    for number, statement in enumerate(tree.body):
        reader.statement = number
        reader.visit(statement)
    return reader.events


@dataclass
class _Scope:
    """The names of a function, class or comprehension, with the origin of what was imported."""

    kind: str
    names: dict[str, str | None] = field(default_factory=dict)
    # names that `global` hands to the module
    module_names: frozenset[str] = frozenset()


_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


class _Reader(ast.NodeVisitor):
    """Walk a module in the order of evaluation."""

    def __init__(self, *, lazy_annotations: bool) -> None:
        self.events: list[Event] = []
        self.statement = 0
        self.scopes: list[_Scope] = []
        self.deferred = 0
        self.lazy_annotations = lazy_annotations

    # Names

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Store):
            self.bind(node.id, node)
        else:
            self.read(node.id, (), node)
            if isinstance(node.ctx, ast.Del) and not self.scopes:
                self.events.append(Delete(node.id, node.lineno))

    def visit_Attribute(self, node: ast.Attribute) -> None:
        attributes: list[str] = []
        value: ast.expr = node
        while isinstance(value, ast.Attribute):
            attributes.insert(0, value.attr)
            value = value.value
        if isinstance(value, ast.Name):
            self.read(value.id, tuple(attributes), value)
        else:
            self.visit(value)

    def read(self, name: str, attributes: tuple[str, ...], node: ast.expr) -> None:
        scope = self.scope_of(name)
        origin = scope.names[name] if scope else None
        if scope is None or origin is not None:
            where = node.lineno, node.col_offset
            self.events.append(Read(name, attributes, *where, self.deferred > 0, origin))

    def scope_of(self, name: str) -> _Scope | None:
        """Find the scope that a name is read from; None for the module."""
        for scope in reversed(self.scopes):
            if name in scope.module_names:
                return None
            # what a class binds is seen in its own body only, not in its methods
            hidden = scope.kind == "class" and scope is not self.scopes[-1]
            if name in scope.names and not hidden:
                return scope
        return None

    def bind(
        self, name: str, node: _Place, origin: str | None = None, *, repeatable: bool = False
    ) -> None:
        where = node.lineno, node.col_offset
        if not self.scopes:
            self.events.append(Bind(name, *where, self.statement, origin, repeatable))
        elif name in self.scopes[-1].module_names:
            # When the function is called is not known here: its definition counts.
            self.events.append(Bind(name, *where, self.statement, origin, repeatable=True))
        else:
            self.scopes[-1].names[name] = origin

    # Imports

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            where = alias.lineno, alias.col_offset
            self.events.append(Import(alias.name, None, *where, self.deferred > 0))
            top = alias.name.partition(".")[0]
            self.bind(alias.asname or top, alias, alias.name if alias.asname else top)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        module = "." * node.level + (node.module or "")
        for alias in node.names:
            where = alias.lineno, alias.col_offset
            self.events.append(Import(module, alias.name, *where, self.deferred > 0))
            if alias.name != "*":
                self.bind(alias.asname or alias.name, alias, f"{module}.{alias.name}")

    # What does not run in the order in which the tree holds its parts

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        self.visit_all(node.targets)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self.read(node.target.id, (), node.target)
        else:
            self.visit(node.target)
        self.visit(node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.annotation(node.annotation)
        if node.value is not None:
            self.visit(node.value)
        if node.value is not None or self.scopes or not isinstance(node.target, ast.Name):
            self.visit(node.target)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        inner = []
        while self.scopes and self.scopes[-1].kind == "comprehension":
            inner.append(self.scopes.pop())  # a comprehension binds for the scope around it
        self.bind(node.target.id, node.target)
        self.scopes.extend(reversed(inner))

    def visit_If(self, node: ast.If) -> None:
        self.visit(node.test)
        for_types = ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")
        self.deferred += for_types
        self.visit_all(node.body)
        self.deferred -= for_types
        self.visit_all(node.orelse)

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self.visit(node.iter)
        self.visit(node.target)
        self.visit_all([*node.body, *node.orelse])

    visit_AsyncFor = visit_For  # noqa: N815 - the visitor's own spelling

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.type is not None:
            self.visit(node.type)
        if node.name is not None:
            self.bind(node.name, node, repeatable=True)
        self.visit_all(node.body)

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        self.generic_visit(node)
        if node.name is not None:
            self.bind(node.name, node)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        if node.name is not None:
            self.bind(node.name, node)

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        self.generic_visit(node)
        if node.rest is not None:
            self.bind(node.rest, node)

    # Scopes

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.visit_all(node.decorator_list)
        with self.type_parameters(node):
            self.defaults(node.args)
            for argument in _arguments(node.args):
                self.annotation(argument.annotation)
            self.annotation(node.returns)
            self.body_of_function(node, node.body)
        self.bind(node.name, node, repeatable=_is_overload(node) or node.name == "_")

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815 - the visitor's own spelling

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self.defaults(node.args)
        self.body_of_function(node, [node.body])

    def body_of_function(self, node: _Function, body: Iterable[ast.AST]) -> None:
        body = list(body)
        given = [argument.arg for argument in _arguments(node.args)]
        module_names = {name for item in body for name in _declared_global(item)}
        bound = {name for item in body for name in _bound(item)}
        names: dict[str, str | None] = dict.fromkeys([*given, *bound])
        with self.scope(_Scope("function", names, frozenset(module_names))):
            self.deferred += 1
            self.visit_all(body)
            self.deferred -= 1

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.visit_all(node.decorator_list)
        with self.type_parameters(node):
            self.visit_all([*node.bases, *node.keywords])
            names: dict[str, str | None] = {"__module__": None, "__qualname__": None}
            with (
                self.scope(_Scope("function", {"__class__": None})),  # which methods see
                self.scope(_Scope("class", names)),
            ):
                self.visit_all(node.body)
        self.bind(node.name, node)

    def visit_ListComp(self, node: _Comprehension) -> None:
        self.visit(node.generators[0].iter)  # runs outside
        with self.scope(_Scope("comprehension")):
            for number, generator in enumerate(node.generators):
                if number:
                    self.visit(generator.iter)
                self.visit(generator.target)
                self.visit_all(generator.ifs)
            if isinstance(node, ast.DictComp):
                self.visit_all([node.key, node.value])
            else:
                self.visit(node.elt)

    visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_ListComp  # noqa: N815

    def visit_TypeAlias(self, node: ast.AST) -> None:  # Python 3.12 has it
        name, value = node.name, node.value  # type: ignore[attr-defined]
        self.bind(name.id, name)
        with self.type_parameters(node):
            self.deferred += 1
            self.visit(value)
            self.deferred -= 1

    @contextlib.contextmanager
    def type_parameters(self, node: ast.AST) -> Iterator[None]:
        """Know a generic's parameters, which Python 3.12 has."""
        parameters = getattr(node, "type_params", [])
        if not parameters:  # without them there is no scope, and a class's names are seen
            yield
            return
        with self.scope(_Scope("function", {item.name: None for item in parameters})):
            self.deferred += 1
            for item in parameters:
                if getattr(item, "bound", None) is not None:
                    self.visit(item.bound)
            self.deferred -= 1
            yield

    @contextlib.contextmanager
    def scope(self, scope: _Scope) -> Iterator[None]:
        self.scopes.append(scope)
        yield
        self.scopes.pop()

    # Parts

    def defaults(self, arguments: ast.arguments) -> None:
        self.visit_all([*arguments.defaults, *(d for d in arguments.kw_defaults if d)])

    def annotation(self, node: ast.expr | None) -> None:
        if node is not None:
            self.deferred += self.lazy_annotations
            self.visit(node)
            self.deferred -= self.lazy_annotations

    def visit_all(self, nodes: Iterable[ast.AST]) -> None:
        for node in nodes:
            self.visit(node)


def _arguments(arguments: ast.arguments) -> list[ast.arg]:
    rest = [argument for argument in (arguments.vararg, arguments.kwarg) if argument]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *rest]


def _is_overload(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(ast.unparse(decorator).endswith("overload") for decorator in node.decorator_list)


def _inside(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and what lies in it, but nothing of a scope of its own."""
    yield node
    if isinstance(node, _Comprehension):
        # only `:=` binds for the scope around it
        yield from (item.target for item in ast.walk(node) if isinstance(item, ast.NamedExpr))
    elif not isinstance(node, _Function | ast.ClassDef):
        for child in ast.iter_child_nodes(node):
            yield from _inside(child)


def _declared_global(node: ast.AST) -> Iterator[str]:
    """Yield the names that ``global`` hands to the module."""
    for item in _inside(node):
        if isinstance(item, ast.Global):
            yield from item.names


def _bound(node: ast.AST) -> Iterator[str]:
    """Yield the names that a statement of a function makes local to it."""
    for item in _inside(node):
        if isinstance(item, ast.Name) and isinstance(item.ctx, ast.Store):
            yield item.id
        elif isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield item.name
        elif isinstance(item, ast.Import | ast.ImportFrom):
            for alias in item.names:
                yield alias.asname or alias.name.partition(".")[0]
        elif isinstance(item, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and item.name:
            yield item.name
        elif isinstance(item, ast.MatchMapping) and item.rest:
            yield item.rest


def public_names(source: str) -> Iterator[str]:
    """Yield the public functions and classes that a cell defines, methods not among them."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node.name
