"""The syntax tree of a displayed equation, and how a tree is written as TeX again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from fractions import Fraction

from literate.meaning.functions import FENCES


@dataclass(frozen=True)
class Node:
    """A part of an equation."""


@dataclass(frozen=True)
class Number(Node):
    """A number as it is written."""

    text: str

    @property
    def value(self) -> Fraction:
        """Its value, exactly."""
        return Fraction(self.text)


@dataclass(frozen=True)
class Symbol(Node):
    r"""A letter with its layer and its indices, such as ``w_{ij}^{(l)}``."""

    name: str
    layer: Node | None = None
    indices: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Dots(Node):
    """An ellipsis."""


@dataclass(frozen=True)
class Term(Node):
    """A term of a sum, with its sign."""

    sign: int
    of: Node


@dataclass(frozen=True)
class Add(Node):
    """A sum of terms that are written out."""

    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Product(Node):
    """A product, of numbers or of matrices."""

    factors: tuple[Node, ...]


@dataclass(frozen=True)
class Hadamard(Node):
    """An elementwise product."""

    factors: tuple[Node, ...]


@dataclass(frozen=True)
class Quotient(Node):
    """A fraction."""

    over: Node
    under: Node


@dataclass(frozen=True)
class Power(Node):
    """A power."""

    base: Node
    exponent: Node


@dataclass(frozen=True)
class Transpose(Node):
    """A transpose."""

    of: Node


@dataclass(frozen=True)
class Entry(Node):
    """An entry of what an expression gives."""

    of: Node
    indices: tuple[Node, ...]


@dataclass(frozen=True)
class Binder(Node):
    """An index that a sum runs over; without bounds, over all that fits and meets a condition."""

    index: Symbol
    lower: Node | None = None
    upper: Node | None = None
    condition: Relation | None = None


@dataclass(frozen=True)
class Big(Node):
    """A sum, a product, a maximum or a minimum over indices."""

    kind: str
    binders: tuple[Binder, ...]
    body: Node


@dataclass(frozen=True)
class Nest(Node):
    """Sums inside of sums, from a first one to a last one, with dots between them."""

    first: Binder
    last: Binder
    body: Node


@dataclass(frozen=True)
class Apply(Node):
    """A function of arguments; primes count its derivatives."""

    function: str
    layer: Node | None
    primes: int
    arguments: tuple[Node, ...]


@dataclass(frozen=True)
class Derivative(Node):
    """A derivative of an expression by symbols, one after the other."""

    of: Node
    by: tuple[Node, ...]


@dataclass(frozen=True)
class At(Node):
    """An expression where a symbol has a value."""

    of: Node
    symbol: Symbol
    value: Node


@dataclass(frozen=True)
class Array(Node):
    """A column or a matrix, entry by entry; no page writes one, but what an equation supposes."""

    names: tuple[str, ...]
    sizes: tuple[Node, ...]
    entry: Node


@dataclass(frozen=True)
class Nabla(Node):
    """A gradient: all derivatives by the entries of a symbol, in the symbol's shape.

    Without a symbol, those of a function by its argument, or of the cost by all parameters.
    """

    by: Node | None
    of: Node


@dataclass(frozen=True)
class Bracket(Node):
    """1 if a relation holds, 0 otherwise."""

    of: Relation


@dataclass(frozen=True)
class Integral(Node):
    """What lies below a function from a number on, without end."""

    lower: Node
    index: Symbol
    body: Node


@dataclass(frozen=True)
class Difference(Node):
    """A quotient of differences of a function, of one of three kinds."""

    kind: str
    step: Node
    of: Node


@dataclass(frozen=True)
class Chance(Node):
    """The mean or the variance of an expression over a draw, or the probability of a relation."""

    kind: str
    of: Node


@dataclass(frozen=True)
class Ones(Node):
    """A column of ones."""

    length: Node


@dataclass(frozen=True)
class Brace(Node):
    """An expression with its shape below a brace, or with a word there."""

    of: Node
    rows: Node | None = None
    columns: Node | None = None


@dataclass(frozen=True)
class Case(Node):
    """A line of a distinction, with its condition or its probability; with none, the last one."""

    value: Node
    condition: Relation | None
    chance: Node | None = None


@dataclass(frozen=True)
class Cases(Node):
    """A distinction of cases."""

    rows: tuple[Case, ...]


@dataclass(frozen=True)
class Reals(Node):
    """The real matrices of a shape."""

    rows: Node
    columns: Node


@dataclass(frozen=True)
class Listed(Node):
    """A set whose members are listed."""

    members: tuple[Node, ...]


@dataclass(frozen=True)
class Both(Node):
    """What two sets have in common."""

    sets: tuple[Node, ...]


@dataclass(frozen=True)
class Relation(Node):
    """Sides, with a relation between each and the next; a single side states nothing."""

    sides: tuple[Node, ...]
    relations: tuple[str, ...] = ()


@dataclass(frozen=True)
class Condition(Node):
    """What restricts the indices: a relation, or that a symbol runs from a number to another."""

    of: Relation
    to: Node | None = None
    also: tuple[Symbol, ...] = ()


@dataclass(frozen=True)
class Statement(Node):
    """A displayed equation: what it claims, and for which indices."""

    claims: tuple[Relation, ...]
    conditions: tuple[Condition, ...] = ()


def children(node: Node) -> Iterator[tuple[str, int | None, Node]]:
    """Yield the parts of a node, each with its field and its place there."""
    for name in _field_names(type(node)):
        value = getattr(node, name)
        if isinstance(value, Node):
            yield name, None, value
        elif isinstance(value, tuple):
            for place, part in enumerate(value):
                if isinstance(part, Node):
                    yield name, place, part


_FIELDS: dict[type[Node], tuple[str, ...]] = {}


def _field_names(kind: type[Node]) -> tuple[str, ...]:
    if kind not in _FIELDS:
        _FIELDS[kind] = tuple(field.name for field in fields(kind))
    return _FIELDS[kind]


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all below it."""
    yield node
    for _, _, part in children(node):
        yield from walk(part)


def with_child(node: Node, field: str, place: int | None, part: Node) -> Node:
    """Copy a node with another part at one place."""
    if place is None:
        return replace(node, **{field: part})
    parts = getattr(node, field)
    return replace(node, **{field: (*parts[:place], part, *parts[place + 1 :])})


def without_child(node: Node, field: str, place: int) -> Node:
    """Copy a node without one of its parts."""
    parts = getattr(node, field)
    return replace(node, **{field: (*parts[:place], *parts[place + 1 :])})


def replaced(node: Node, old: Node, new: Node) -> Node:
    """Copy a tree with a node in the place of all that are equal to another."""
    if node == old:
        return new
    for field, place, part in children(node):
        node = with_child(node, field, place, replaced(part, old, new))
    return node


# As TeX


def tex_of(node: Node | None) -> str:
    """Write a tree as TeX, for messages and for the names of mistakes."""
    match node:
        case None:
            return ""
        case Number(text):
            return text
        case Symbol(name, layer, indices):
            return f"{name}{_below(indices)}{_layer(layer)}"
        case Dots():
            return r"\cdots"
        case Term(sign, of):
            return f"{'-' if sign < 0 else '+'} {tex_of(of)}"
        case Add(terms):
            text = " ".join(tex_of(term) for term in terms)
            return text.removeprefix("+ ").replace("- ", "-", 1) if text[0] == "-" else text[2:]
        case Product(factors):
            return " ".join(_grouped(factor) for factor in factors)
        case Hadamard(factors):
            return r" \odot ".join(_grouped(factor) for factor in factors)
        case Quotient(over, under):
            return rf"\frac{{{tex_of(over)}}}{{{tex_of(under)}}}"
        case Power(base, exponent):
            return f"{_grouped(base)}^{{{tex_of(exponent)}}}"
        case Transpose(of):
            return f"{_grouped(of)}^T"
        case Entry(of, indices):
            return f"{_grouped(of)}{_below(indices)}"
        case Binder(index, lower, upper, condition):
            if condition is not None:
                return f"_{{{tex_of(condition)}}}"
            if lower is None:
                return f"_{{{tex_of(index)}}}"
            return f"_{{{tex_of(index)}={tex_of(lower)}}}^{{{tex_of(upper)}}}"
        case Big(kind, binders, body):
            return f"\\{kind}{''.join(map(tex_of, binders))} {_grouped(body)}"
        case Nest(first, last, body):
            return rf"\sum{tex_of(first)} \cdots \sum{tex_of(last)} {_grouped(body)}"
        case Apply(function, layer, primes, arguments):
            listed = ", ".join(map(tex_of, arguments))
            if function == "|":
                return f"|{listed}|"
            if function in FENCES:
                return f"{function} {listed} {FENCES[function].closing}"
            return f"{function}{_primes(primes)}{_layer(layer)}({listed})"
        case Derivative(of, by):
            symbols = " ".join(rf"\partial {tex_of(one)}" for one in by)
            return rf"\frac{{\partial {tex_of(of)}}}{{{symbols}}}"
        case Nabla(by, of):
            below = f"_{{{tex_of(by)}}}" if by else ""
            return rf"\nabla{below} {tex_of(of)}"
        case At(of, symbol, value):
            return rf"{tex_of(of)} \Big|_{{{tex_of(symbol)} = {tex_of(value)}}}"
        case Bracket(of):
            return f"[{tex_of(of)}]"
        case Integral(lower, index, body):
            return rf"\int_{{{tex_of(lower)}}}^\infty {_grouped(body)} d{tex_of(index)}"
        case Difference(kind, step, of):
            return f"{kind}_{{{tex_of(step)}}} {tex_of(of)}"
        case Chance(kind, of):
            return f"{kind}({tex_of(of)})"
        case Ones(length):
            return rf"\mathbf{{1}}_{{{tex_of(length)}}}"
        case Brace(of, _, _):
            return tex_of(of)
        case Case(value, condition, chance):
            if chance:
                return f"{tex_of(value)} with {tex_of(chance)}"
            return f"{tex_of(value)} if {tex_of(condition) if condition else 'otherwise'}"
        case Cases(rows):
            return rf"\{{{'; '.join(map(tex_of, rows))}\}}"
        case Reals(rows, columns):
            return rf"\R^{{{tex_of(rows)} \times {tex_of(columns)}}}"
        case Both(sets):
            return r" \cap ".join(map(tex_of, sets))
        case Listed(members):
            return rf"\{{{', '.join(map(tex_of, members))}\}}"
        case Relation(sides, relations):
            rest = zip(relations, sides[1:], strict=True)
            return tex_of(sides[0]) + "".join(f" {sign} {tex_of(s)}" for sign, s in rest)
        case Condition(of, _, _):
            return tex_of(of)
        case Statement(claims, _):
            return ", ".join(map(tex_of, claims))
    raise TypeError(f"no TeX for {type(node).__name__}")


def _grouped(node: Node) -> str:
    text = tex_of(node)
    return f"({text})" if isinstance(node, Add | Hadamard) else text


def _below(indices: tuple[Node, ...]) -> str:
    return f"_{{{' '.join(map(tex_of, indices))}}}" if indices else ""


def _layer(layer: Node | None) -> str:
    return f"^{{({tex_of(layer)})}}" if layer else ""


def _primes(primes: int) -> str:
    return "'" * primes
