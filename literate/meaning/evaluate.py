"""What an expression of the book is worth in a network, for given values of its indices."""

import itertools
import math
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from literate.meaning import values
from literate.meaning.draws import Draw
from literate.meaning.functions import OF_NUMBERS, OF_VALUES, STEP, derivative, exponential
from literate.meaning.model import Move, Moves, Network
from literate.meaning.rounding import rounded
from literate.meaning.symbols import (
    ACTIVATION,
    BY_INDEX,
    COST,
    LABELS,
    MATRICES,
    ORDER,
    PATH_PRODUCT,
    QUANTITIES,
    ROUNDED,
    Meaning,
    array_of,
    by_layer,
    move_of,
)
from literate.meaning.syntax import (
    Add,
    Apply,
    Array,
    At,
    Big,
    Binder,
    Both,
    Brace,
    Bracket,
    Cases,
    Chance,
    Derivative,
    Difference,
    Dots,
    Entry,
    Hadamard,
    Integral,
    Listed,
    Nabla,
    Nest,
    Node,
    Number,
    Ones,
    Power,
    Product,
    Quotient,
    Reals,
    Relation,
    Symbol,
    Transpose,
    children,
    replaced,
    walk,
)
from literate.meaning.values import (
    ONE,
    IllTyped,
    Matrix,
    One,
    Scalar,
    Value,
    column,
    make,
    matrix,
    number,
    whole,
)

IMAGINARY_UNIT = Symbol(r"\mathrm i")

ZERO = Number("0")

WIDE_STEP = 1e-3
"""The step of a second derivative, which is a difference of first ones."""


@dataclass(frozen=True)
class Definition:
    """A symbol or a function that an equation takes from its chapter; it may have a layer.

    A sequence has an index instead, what it is at 0, and for others what it is in terms of those
    before.
    """

    parameters: tuple[str, ...]
    body: Node
    layer: str = ""
    index: str = ""
    start: Node | None = None

    @property
    def is_plain(self) -> bool:
        """Whether its letter may be replaced by what it stands for."""
        return not (self.parameters or self.layer or self.index)


@dataclass(frozen=True)
class World:
    """What all expressions of an equation share.

    Attributes
    ----------
    network : Network
        In which they are evaluated.
    meanings : mapping of str to Meaning
        What the symbols of the notation stand for.
    definitions : mapping of str to Definition
        What the equation's own symbols stand for.
    whole_batch : bool
        Whether the cost is the batch's; if not, all is of one example.
    chain : bool
        Whether every layer has one neuron, and small letters are numbers.
    chance : mapping of str to Draw
        How letters are drawn of which only means, variances and probabilities are asked; `W` stands
        for all weights of the network.
    nearly : Node or None
        What the sides may differ by a multiple of, if it is small.
    steps : mapping of Symbol to Node
        What a step makes of a symbol, said in another way than the equation says it.
    known : dict
        What definitions have been found to be worth.
    letters : dict
        The letters of each definition.
    drawn : dict
        The worlds with other weights.
    """

    network: Network
    meanings: Mapping[str, Meaning]
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    whole_batch: bool = False
    chain: bool = False
    chance: Mapping[str, Draw] = field(default_factory=dict)
    steps: Mapping[Node, Node] = field(default_factory=dict)
    nearly: Node | None = None
    known: dict[Hashable, Value] = field(default_factory=dict, compare=False, repr=False)
    letters: dict[Definition, frozenset[str]] = field(
        default_factory=dict, compare=False, repr=False
    )
    drawn: dict[Hashable, list["World"]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def letters_of(self, definition: Definition) -> frozenset[str]:
        """List the letters that a definition has, itself or in other definitions."""
        if definition not in self.letters:
            found: set[str] = set()
            waiting, seen = [definition], {definition}
            while waiting:
                one = waiting.pop()
                for part in (*walk(one.body), *walk(one.start or one.body)):
                    if isinstance(part, Symbol | Apply):
                        name = part.name if isinstance(part, Symbol) else part.function
                        found.add(name)
                        other = self.definitions.get(name)
                        if other is not None and other not in seen:
                            seen.add(other)
                            waiting.append(other)
            self.letters[definition] = frozenset(found)
        return self.letters[definition]


@dataclass(frozen=True)
class Scope:
    """Where an expression is evaluated: the values of its indices, and what moves."""

    world: World
    names: Mapping[str, Value]
    moves: Moves = ()

    def with_names(self, more: Mapping[str, Value]) -> "Scope":
        """Give a scope in which more names have a value."""
        return replace(self, names={**self.names, **more})

    def with_moves(self, *more: Move) -> "Scope":
        """Give a scope in which more moves."""
        return replace(self, moves=(*self.moves, *more))

    @property
    def example(self) -> int | None:
        """The example in hand, unless the equation is of the whole batch."""
        if self.world.whole_batch:
            return None
        return whole(self.names["e"]) if "e" in self.names else None

    def knows(self, name: str) -> bool:
        """Tell whether a letter stands for something, and is not free."""
        function = self.world.definitions.get(name.rstrip("'"))
        return (
            name in self.names
            or name in self.world.definitions
            or (function is not None and bool(function.parameters))
            or name in self.world.meanings
            or name in self.world.chance
            or name == IMAGINARY_UNIT.name
        )


def evaluate(node: Node, scope: Scope) -> Value:
    """Give the value of an expression.

    Parameters
    ----------
    node : Node
        The expression.
    scope : Scope
        What its letters stand for.

    Returns
    -------
    Value
        A number or a matrix.

    Raises
    ------
    IllTyped
        If it has none.
    """
    match node:
        case Number():
            return float(node.value)
        case Symbol():
            return _symbol(node, scope)
        case Add(terms):
            total: Value | None = None
            for term in terms:
                value = evaluate(term.of, scope)
                if total is None:
                    total = value if term.sign > 0 else values.times(-1, value)
                else:
                    total = values.plus(total, value, term.sign)
            return total if total is not None else 0
        case Product(factors):
            return _product(factors, scope)
        case Hadamard(factors):
            result = evaluate(factors[0], scope)
            for factor in factors[1:]:
                result = values.entrywise(result, evaluate(factor, scope))
            return result
        case Quotient(over, under):
            return values.divided(evaluate(over, scope), evaluate(under, scope))
        case Power(base, exponent):
            if base == Symbol("e"):
                return exponential(number(evaluate(exponent, scope)))
            return values.power(evaluate(base, scope), evaluate(exponent, scope))
        case Transpose(of):
            return values.transposed(evaluate(of, scope))
        case Entry(of, indices):
            return values.entry_of(evaluate(of, scope), _whole(indices, scope))
        case Big():
            return _big(node, scope)
        case Nest():
            return _nest(node, scope)
        case Apply():
            return _apply(node, scope)
        case Derivative(of, by):
            return _derivative(of, by, scope)
        case Nabla(by, of):
            return (
                _gradient(of, _target(by, scope), scope) if by else _whole_gradient(of, scope)
            )
        case At(of, symbol, value):
            return evaluate(of, scope.with_names({symbol.name: evaluate(value, scope)}))
        case Array(names, sizes, entry):
            rows, columns = (*_whole(sizes, scope), 1)[:2]
            return make(
                rows,
                columns,
                lambda *at: number(
                    evaluate(entry, scope.with_names(dict(zip(names, at, strict=False))))
                ),
            )
        case Bracket(of):
            return float(holds(of, scope))
        case Integral():
            return _integral(node, scope)
        case Difference():
            return _difference(node, scope)
        case Chance(kind, of):
            return _of_chance(kind, of, scope)
        case Cases(rows):
            for row in rows:
                if row.condition is None or holds(row.condition, scope):
                    return evaluate(row.value, scope)
            raise IllTyped("no case holds")
        case Ones(length):
            return make(whole(evaluate(length, scope)), 1, lambda *_: 1.0)
        case Brace():
            return _braced(node, scope)
    raise IllTyped(f"{type(node).__name__} has no value")


def _whole(nodes: tuple[Node, ...], scope: Scope) -> tuple[int, ...]:
    return tuple(whole(evaluate(node, scope)) for node in nodes)


# Chance

MEAN, VARIANCE, WEIGHTS = r"\mathbb{E}", r"\operatorname{Var}", "W"


def outcomes(scope: Scope) -> list[tuple[float, Scope]]:
    """List what may be drawn: the scope of each outcome, after its probability."""
    found = [(1.0, scope)]
    for name, draw in scope.world.chance.items():
        found = [
            (before * probability, inside)
            for before, outer in found
            for probability, inside in _drawn(name, draw, outer)
        ]
    return found


def _drawn(name: str, draw: Draw, scope: Scope) -> Iterator[tuple[float, Scope]]:
    if name == WEIGHTS:
        worlds = _worlds(draw.numbers[0], scope)
        for world in worlds:
            yield 1 / len(worlds), replace(scope, world=world)
        return
    numbers = [number(evaluate(one, scope)) for one in draw.numbers]
    shape = None
    if draw.rows is not None:
        shape = whole(evaluate(draw.rows, scope)), 1
        if draw.columns is not None:
            shape = shape[0], whole(evaluate(draw.columns, scope))
    for probability, value in draw.outcomes(numbers, shape):
        yield probability, scope.with_names({name: value})


def _worlds(scale: Node, scope: Scope) -> list[World]:
    """Give a world for each choice of the signs of all weights."""
    world = scope.world
    scales = tuple(
        number(evaluate(scale, scope.with_names({"l": l}))).real
        for l in range(1, world.network.L + 1)
    )
    if scales not in world.drawn:
        world.drawn[scales] = [
            replace(world, network=network, known={})
            for network in world.network.with_signs(scales)
        ]
    return world.drawn[scales]


def sample(scope: Scope) -> Scope:
    """Give a scope in which whatever is drawn has one of its values."""
    return outcomes(scope)[0][1] if scope.world.chance else scope


def _of_chance(kind: str, of: Node, scope: Scope) -> Value:
    """Average over all outcomes."""
    key = (kind, of, tuple(scope.names.items()), scope.moves)
    if key not in scope.world.known:
        found = [
            (
                probability,
                float(holds(of, inside)) if isinstance(of, Relation) else evaluate(of, inside),
            )
            for probability, inside in outcomes(scope)
        ]
        if kind == VARIANCE:
            mean = number(_mean(found))
            found = [(chance, (number(value) - mean) ** 2) for chance, value in found]
        scope.world.known[key] = _mean(found)
    return scope.world.known[key]


def _mean(found: list[tuple[float, Value]]) -> Value:
    total: Value = values.NOTHING
    for probability, value in found:
        total = values.plus(total, values.times(probability, value))
    return total


def is_drawn(node: Node, world: World) -> bool:
    """Tell whether an expression has another value in each outcome."""
    match node:
        case Chance():
            return False
        case Relation(sides) if any(map(is_law, sides)):
            return False
        case Symbol(name) | Apply(name):
            definition = world.definitions.get(name)
            letters = {name} | (world.letters_of(definition) if definition else set())
            if letters & world.chance.keys():
                return True
    return any(is_drawn(part, world) for _, _, part in children(node))


def is_law(node: Node) -> bool:
    """Tell whether values are listed with their probabilities."""
    return isinstance(node, Cases) and any(row.chance for row in node.rows)


def _has_law(
    left: Node, law: Cases, scope: Scope, tolerance: float
) -> tuple[bool, float, Value | None, Value | None]:
    """Compare how often what is drawn has each of the values with the probabilities listed."""
    rest: Scalar = 1
    for row in law.rows:
        listed = number(evaluate(row.chance, scope)) if row.chance else rest
        rest -= listed
        found = sum(
            probability
            for probability, inside in outcomes(scope)
            if difference(evaluate(left, inside), evaluate(row.value, inside)) <= tolerance
        )
        error = difference(found, listed)
        if error > tolerance:
            break
    return error <= tolerance, error, found, listed


# Symbols


def _symbol(node: Symbol, scope: Scope) -> Value:
    name = _bound(node, scope)
    if name is not None:
        return scope.names[name]
    if node.layer is None and node.name in scope.names:
        return _entry(scope.names[node.name], node.indices, scope)
    definition = scope.world.definitions.get(node.name)
    if definition is not None and node.layer is None and definition.index:
        return _of_sequence(definition, node.indices, scope)
    if definition is not None and node.layer is None and not definition.parameters:
        return _entry(_expanded(definition, scope, {}), node.indices, scope)
    if definition is not None and node.layer is not None and definition.layer:
        at = {definition.layer: evaluate(node.layer, scope)}
        return _entry(_expanded(definition, scope, at), node.indices, scope)
    name = node.name.rstrip("'")
    function = scope.world.definitions.get(name)
    if function is not None and function.parameters and node.layer is None:
        own = tuple(map(Symbol, function.parameters))  # where its own letters are
        return evaluate(Apply(name, None, len(node.name) - len(name), own), scope)
    if node == IMAGINARY_UNIT:
        return 1j
    meaning = scope.world.meanings.get(node.name)
    if meaning is None:
        raise IllTyped(f"{node.name} stands for nothing here")
    if meaning.quantity in BY_INDEX:
        return _by_index(node, meaning, scope)
    layer = whole(evaluate(node.layer, scope)) if node.layer else None
    return _of_network(node, meaning, layer, scope)


def _bound(node: Symbol, scope: Scope) -> str | None:
    """Name an index that has an index itself, such as that of a path, if it has a value."""
    if node.layer is not None or len(node.indices) != 1 or isinstance(node.indices[0], Dots):
        return None
    if node.name in scope.names or scope.knows(node.name):
        return None
    name = f"{node.name}_{_whole(node.indices, scope)[0]}"
    return name if name in scope.names else None


def _of_sequence(definition: Definition, indices: tuple[Node, ...], scope: Scope) -> Value:
    if len(indices) != 1 or definition.start is None:
        raise IllTyped("a sequence has one index")
    (n,) = _whole(indices, scope)
    if n < 0:
        raise IllTyped("what is before the first of a sequence")
    value = evaluate(definition.start, scope)
    for before in range(n):  # one after the other, so that none waits for many
        value = _expanded(definition, scope, {definition.index: before + 1})
    return value


def _entry(value: Value, indices: tuple[Node, ...], scope: Scope) -> Value:
    return values.entry_of(value, _whole(indices, scope)) if indices else value


def _by_index(node: Symbol, meaning: Meaning, scope: Scope) -> Value:
    network = scope.world.network
    if node.layer is not None:
        raise IllTyped("a layer too many")
    if meaning.quantity == PATH_PRODUCT:
        return _path_product(node, scope)
    if meaning.quantity == COST:
        if node.indices:
            (e,) = _whole(node.indices, scope)
        elif scope.world.whole_batch:
            return network.mean_cost(scope.moves)
        else:
            e = _example(scope)
        return network.cost(_in_batch(e, network), scope.moves)
    if meaning.quantity == LABELS and not node.indices:
        return network.labels[_example(scope)]
    if len(node.indices) != 1:
        raise IllTyped("one index is missing")
    (index,) = _whole(node.indices, scope)
    if meaning.quantity == LABELS:
        return network.labels[_in_batch(index, network)]
    return by_layer(meaning, network, index)


def _example(scope: Scope) -> int:
    if scope.example is None:
        raise IllTyped("it is not said of which example")
    return scope.example


def _in_batch(e: int, network: Network) -> int:
    if not 0 <= e < network.m:
        raise IllTyped(f"no example {e}")
    return e


def _of_network(node: Symbol, meaning: Meaning, layer: int | None, scope: Scope) -> Value:
    """Give an array of the network, a column of it, or an entry."""
    network, indices = scope.world.network, _whole(node.indices, scope)
    quantity = QUANTITIES[meaning.quantity]
    example = scope.example
    if scope.world.whole_batch and quantity.of_example and not meaning.is_batch and indices:
        *indices_left, e = indices
        example, indices = _in_batch(e, network), tuple(indices_left)
    value = array_of(meaning, network, layer, example, scope.moves)
    if scope.world.chain and isinstance(value, Matrix) and value.shape == (1, 1):
        value = number(value)
    if not indices:
        if meaning.quantity == "weights" and meaning.rows is None and not scope.world.chain:
            raise IllTyped("a weight without indices")
        return value
    return values.entry_of(value, indices)


def _path_product(node: Symbol, scope: Scope) -> Scalar:
    network = scope.world.network
    match node.indices:
        case (Symbol() as first, Dots(), Symbol() as last) if first.indices and last.indices:
            start, end = (_whole(one.indices, scope)[0] for one in (first, last))
        case _:
            raise IllTyped("a path is written with its first and its last neuron")
    if end != network.L:
        raise IllTyped("a path ends in the last layer")
    names = [f"{first.name}_{r}" for r in range(start, end + 1)]
    if any(name not in scope.names for name in names):
        raise IllTyped("a neuron of the path is not chosen")
    path = tuple(whole(scope.names[name]) for name in names)
    return network.path_product(path, start, _example(scope))


def _expanded(definition: Definition, scope: Scope, arguments: Mapping[str, Value]) -> Value:
    """Evaluate what a definition says; its own indices are not those around it.

    It is evaluated once for each value of the letters that it has, itself or in other definitions.
    """
    own, letters = _indices_bound_in(definition.body), scope.world.letters_of(definition)
    outer = {
        name: value
        for name, value in scope.names.items()
        if name not in own and (name == "e" or name.partition("_")[0] in letters)
    }
    names = {**outer, **arguments}
    key = (definition, tuple(names.items()), scope.moves)
    if key not in scope.world.known:
        scope.world.known[key] = evaluate(definition.body, replace(scope, names=names))
    return scope.world.known[key]


@lru_cache(maxsize=1000)
def _indices_bound_in(body: Node) -> frozenset[str]:
    bound = [node.index.name for node in walk(body) if isinstance(node, Binder)]
    arrays = (node.names for node in walk(body) if isinstance(node, Array))
    return frozenset(bound).union(*arrays)


# Products and sums


def _product(factors: tuple[Node, ...], scope: Scope) -> Value:
    if any(isinstance(factor, Dots) for factor in factors):
        return _dotted(factors, scope)
    total: Value = ONE
    for factor in factors:
        total = values.times(total, evaluate(factor, scope))
    return total


def _dotted(factors: tuple[Node, ...], scope: Scope) -> Value:
    """Multiply from the first layer before dots down to the layer after them."""
    place = next(n for n, factor in enumerate(factors) if isinstance(factor, Dots))
    if not 0 < place < len(factors) - 1:
        raise IllTyped("dots with nothing on one side")
    last = factors[place + 1]
    start = place
    while start > 0 and _are_alike(factors[start - 1], last):
        start -= 1
    if start == place or not isinstance(last, Symbol):
        raise IllTyped("dots between factors that are not alike")
    layers = [_layer_of(factor, scope) for factor in factors[start:place]]
    low = _layer_of(last, scope)
    if layers != list(range(layers[0], layers[0] - len(layers), -1)) or layers[0] < low - 1:
        raise IllTyped("layers around dots that do not descend")
    total = _product(factors[:start], scope)
    for layer in range(layers[0], low - 1, -1):
        total = values.times(total, evaluate(replace(last, layer=Number(str(layer))), scope))
    return values.times(total, _product(factors[place + 2 :], scope))


def _are_alike(one: Node, other: Node) -> bool:
    """Tell whether two factors are the same symbol, perhaps of two layers."""
    return (
        isinstance(one, Symbol)
        and isinstance(other, Symbol)
        and one.layer is not None
        and replace(one, layer=None) == replace(other, layer=None)
    )


def _layer_of(node: Node, scope: Scope) -> int:
    if not isinstance(node, Symbol) or node.layer is None:
        raise IllTyped("dots between what is in no layer")
    return whole(evaluate(node.layer, scope))


def _big(node: Big, scope: Scope) -> Value:
    found = [
        evaluate(node.body, inside) for inside in scopes_of_sum(node.binders, node.body, scope)
    ]
    if node.kind in ("max", "min"):
        if not found:
            raise IllTyped("the largest of nothing")
        choose = max if node.kind == "max" else min
        return choose((number(one) for one in found), key=lambda one: one.real)
    if node.kind == "prod":
        product: Value = ONE
        for one in found:
            product = values.times(product, one)
        return product
    total: Value = values.NOTHING
    for one in found:
        total = values.plus(total, one)
    return total


def scopes_of_sum(binders: tuple[Binder, ...], body: Node, scope: Scope) -> Iterator[Scope]:
    """Yield a scope for each value of the indices of a sum."""
    if not binders:
        yield scope
        return
    first, *rest = binders
    if first.lower is None or first.upper is None:
        name = first.index.name
        if first.index.indices:
            raise IllTyped("a sum over an index of an index needs bounds")
        stands = body if first.condition is None else Relation((body, first.condition))
        span = range(size_of(name, stands, scope, [one.index.name for one in rest]))
    else:
        name = name_of(first.index, scope)
        lower, upper = (whole(evaluate(one, scope)) for one in (first.lower, first.upper))
        span = range(lower, upper + 1)
    if name in scope.names:
        raise IllTyped(f"a sum over {name}, which has a value already")
    for value in span:
        inside = scope.with_names({name: value})
        if first.condition is None or holds(first.condition, inside):
            yield from scopes_of_sum(tuple(rest), body, inside)


def _integral(node: Integral, scope: Scope) -> Scalar:
    """Add up values at places that lie dense near the start, and ever farther apart."""
    start = number(evaluate(node.lower, scope))
    if node.index.name in scope.names:
        raise IllTyped(f"an integral by {node.index.name}, which has a value already")
    total: Scalar = 0.0
    for part in range(-56, 57):
        t = part / 16
        away = math.exp(math.pi / 2 * math.sinh(t))
        weight = math.pi / 2 * math.cosh(t) * away / 16
        inside = scope.with_names({node.index.name: start + away})
        total += weight * number(evaluate(node.body, inside))
    return total


def name_of(index: Symbol, scope: Scope) -> str:
    """Name an index; one that has an index itself is named with its value."""
    if index.layer is not None or len(index.indices) > 1:
        raise IllTyped("this is no index")
    return f"{index.name}_{_whole(index.indices, scope)[0]}" if index.indices else index.name


def _nest(node: Nest, scope: Scope) -> Value:
    total: Value = values.NOTHING
    for inside in scopes_of_nest(node, scope):
        total = values.plus(total, evaluate(node.body, inside))
    return total


def scopes_of_nest(node: Nest, scope: Scope) -> Iterator[Scope]:
    """Yield a scope for each choice of the indices of sums inside of sums."""
    first, last = node.first.index, node.last.index
    if first.name != last.name or not first.indices or not last.indices:
        raise IllTyped("sums over two kinds of indices")
    start, end = (_whole(one.indices, scope)[0] for one in (first, last))
    ranges = []
    for r in range(start, end + 1):
        lower, upper = (
            whole(evaluate(replaced(bound, first.indices[0], Number(str(r))), scope))
            for bound in (node.first.lower, node.first.upper)
            if bound is not None
        )
        ranges.append(range(lower, upper + 1))
    if ranges and (node.last.lower is not None and node.last.upper is not None):
        lower, upper = (
            whole(evaluate(bound, scope)) for bound in (node.last.lower, node.last.upper)
        )
        if ranges[-1] != range(lower, upper + 1):
            raise IllTyped("the first and the last of the sums run differently")
    for chosen in itertools.product(*ranges):
        yield scope.with_names(
            {f"{first.name}_{start + n}": float(i) for n, i in enumerate(chosen)}
        )


# Functions


def _apply(node: Apply, scope: Scope) -> Value:
    name = node.function
    if name == ORDER:
        return values.NOTHING
    if name == ROUNDED and len(node.arguments) == 1:
        return _rounded(node.arguments[0], scope)
    arguments = [evaluate(argument, scope) for argument in node.arguments]
    definition = scope.world.definitions.get(name)
    if definition is not None and definition.parameters:
        if node.layer or len(arguments) != len(definition.parameters):
            raise IllTyped(f"{name} takes {len(definition.parameters)} arguments")

        def of(*values: Value) -> Value:
            return _expanded(
                definition, scope, dict(zip(definition.parameters, values, strict=True))
            )

        if node.primes:
            return derivative(lambda z: number(of(z)), node.primes)(*map(number, arguments))
        return of(*arguments)
    if name == ACTIVATION:
        return _activated(node, arguments, scope)
    if node.layer is not None:
        raise IllTyped(f"{name} with a layer")
    if name in OF_NUMBERS:
        return _entry_by_entry(derivative(OF_NUMBERS[name], node.primes), arguments)
    if name not in OF_VALUES or node.primes:
        raise IllTyped(f"{name} is no function here")
    try:
        return OF_VALUES[name](*arguments)
    except (AttributeError, TypeError):
        raise IllTyped(f"{name} of what it does not take") from None


def _rounded(node: Node, scope: Scope) -> Value:
    def exact(inside: Scope) -> Callable[[Node], Value]:
        return lambda part: evaluate(part, inside)

    def terms(inside: Scope) -> Callable[[Big], list[Callable[[Node], Value]]]:
        return lambda big: [exact(one) for one in scopes_of_sum(big.binders, big.body, inside)]

    return rounded(node, exact(scope), terms(scope))


def _entry_by_entry(function: Callable[[Scalar], Scalar], arguments: list[Value]) -> Value:
    if len(arguments) != 1:
        raise IllTyped("one argument is expected")
    (of,) = arguments
    return of.map(function) if isinstance(of, Matrix) else function(number(of))


def layer_of_activation(node: Apply, scope: Scope) -> int:
    """Say of which layer an activation function is: the one named, or that of its argument."""
    layer = node.layer or next(
        (one.layer for one in walk(node.arguments[0]) if isinstance(one, Symbol) and one.layer),
        None,
    )
    if layer is None:
        raise IllTyped("the activation function of no layer")
    return whole(evaluate(layer, scope))


def _activated(node: Apply, arguments: list[Value], scope: Scope) -> Value:
    network, l = scope.world.network, layer_of_activation(node, scope)
    if (
        len(arguments) == 1
        and isinstance(arguments[0], Matrix)
        and not node.primes
        and 1 <= l <= network.L
    ):
        columns = values.transposed(arguments[0]).rows
        if columns and len(columns[0]) != network.n[l]:
            raise IllTyped(f"layer {l} has {network.n[l]} neurons")
        activated = Matrix(tuple(tuple(network.activate(l, list(one))) for one in columns))
        return values.transposed(activated)
    return _entry_by_entry(network.slope(l, node.primes), arguments)


# Derivatives


@dataclass(frozen=True)
class Target:
    """What a derivative is taken by: a name with a value, or an array of the network."""

    name: str
    meaning: Meaning | None
    layer: int | None
    indices: tuple[int, ...]


def _target(by: Node, scope: Scope) -> Target:
    if not isinstance(by, Symbol):
        raise IllTyped("a derivative by what is no symbol")
    if by.layer is None and by.name in scope.names:
        return Target(by.name, None, None, _whole(by.indices, scope))
    definition = scope.world.definitions.get(by.name)
    if definition is not None and by.layer is None:
        of = definition.body
        if not isinstance(of, Symbol):
            raise IllTyped("a derivative by what is only computed")
        return _target(replace(of, indices=(*of.indices, *by.indices)), scope)
    meaning = scope.world.meanings.get(by.name)
    if meaning is None:
        raise IllTyped(f"{by.name} stands for nothing here")
    layer = whole(evaluate(by.layer, scope)) if by.layer else None
    evaluate(by, scope)  # its layer and its indices must be there
    return Target(by.name, meaning, layer, _whole(by.indices, scope))


def _derivative(of: Node, by: tuple[Node, ...], scope: Scope) -> Value:
    if len(by) == 1:
        return _gradient(of, _target(by[0], scope), scope)
    outer, inner_by = by[0], by[1:]
    target = _target(outer, scope)

    def at(step: float) -> Value:
        if target.meaning is None:
            moved = number(scope.names[target.name]) + step
            return _derivative(of, inner_by, scope.with_names({target.name: moved}))
        move = replace(_move(target, target.indices, scope), step=step)
        return _derivative(of, inner_by, scope.with_moves(move))

    near = values.divided(values.plus(at(WIDE_STEP), at(-WIDE_STEP), -1), 2 * WIDE_STEP)
    far = values.divided(values.plus(at(2 * WIDE_STEP), at(-2 * WIDE_STEP), -1), 4 * WIDE_STEP)
    return values.divided(values.plus(values.times(4, near), far, -1), 3)


def _difference(node: Difference, scope: Scope) -> Value:
    """Divide the difference of two values of a function, by the definition of each kind."""
    of, h = node.of, number(evaluate(node.step, scope))
    if isinstance(of, Symbol):
        of = Apply(of.name, None, 0, ())
    if not isinstance(of, Apply) or of.primes:
        raise IllTyped("a difference of what is no function")
    definition = scope.world.definitions.get(of.function)
    if definition is None or len(definition.parameters) != 1:
        raise IllTyped("a difference of what is no function of a number")
    (parameter,) = definition.parameters
    (at,) = of.arguments or (Symbol(parameter),)
    x = number(evaluate(at, scope))

    def f(z: Scalar) -> Scalar:
        return number(_expanded(definition, scope, {parameter: z}))

    match node.kind:
        case "D^{+}":
            return number(values.divided(f(x + h) - f(x), h))
        case r"D^{\pm}":
            return number(values.divided(f(x + h) - f(x - h), 2 * h))
    return number(values.divided(complex(f(x + 1j * h)).imag, h))


def _gradient(of: Node, target: Target, scope: Scope) -> Value:
    """Differentiate by a number, or by each entry of an array, in its shape."""
    if target.meaning is None:
        value = scope.names[target.name]
        if isinstance(value, Matrix) and not target.indices:
            rows, columns = value.shape
            return make(rows, columns, lambda i, j: _by_name(of, target.name, (i, j), scope))
        return _rate(of, _moved_name(target.name, target.indices, scope))
    whole_array = _shape_of_target(target, scope)
    if whole_array is None:
        return _rate(of, scope.with_moves(_move(target, target.indices, scope)))
    rows, columns = whole_array
    single = not target.meaning.is_batch and target.meaning.quantity != "weights"

    def rate(i: int, j: int) -> Value:
        indices = (i, *target.indices) if single else (i, j)
        return _rate(of, scope.with_moves(_move(target, indices, scope)))

    rates = [[rate(i, j) for j in range(columns)] for i in range(rows)]
    if single and isinstance(rates[0][0], Matrix) and rates[0][0].shape != (1, 1):
        return _jacobian([matrix(row[0]) for row in rates])
    result = make(rows, columns, lambda i, j: number(rates[i][j]))
    return number(result) if scope.world.chain else result


def _whole_gradient(of: Node, scope: Scope) -> Value:
    """Differentiate a function by its argument, or a cost by all weights and biases."""
    name = of.function if isinstance(of, Apply) else getattr(of, "name", "")
    definition = scope.world.definitions.get(name)
    if definition is not None and definition.parameters:
        *_, parameter = definition.parameters
        arguments = of.arguments if isinstance(of, Apply) else (Symbol(parameter),)
        inside = scope.with_names({parameter: evaluate(arguments[-1], scope)})
        return _gradient(
            Apply(name, None, 0, (*arguments[:-1], Symbol(parameter))),
            Target(parameter, None, None, ()),
            inside,
        )
    network = scope.world.network
    moves = [
        Move(what, l, index, None, STEP * 1j)
        for l in range(1, network.L + 1)
        for i in range(network.n[l])
        for what, index in (
            ("biases", (i,)),
            *(("weights", (i, j)) for j in range(network.n[l - 1])),
        )
    ]
    return column([number(_rate(of, scope.with_moves(move))) for move in moves])


def _jacobian(columns: list[Matrix]) -> Matrix:
    """Put rates that are columns side by side."""
    return make(columns[0].shape[0], len(columns), lambda i, j: columns[j].rows[i][0])


def _shape_of_target(target: Target, scope: Scope) -> tuple[int, int] | None:
    """Give the shape of an array by all entries of which is differentiated; None for one entry."""
    meaning = target.meaning
    if meaning is None:
        return None
    needed = 2 if meaning.is_batch or meaning.quantity == "weights" else 1
    of_example = meaning.quantity in QUANTITIES and QUANTITIES[meaning.quantity].of_example
    if scope.world.whole_batch and of_example and not meaning.is_batch:
        needed += 1
    if len(target.indices) == needed:
        return None
    if target.indices and not (needed == 2 and of_example and len(target.indices) == 1):
        raise IllTyped("a derivative by what is neither an entry nor an array")
    example = target.indices[0] if target.indices else scope.example
    array = array_of(meaning, scope.world.network, target.layer, example, ())
    return values.matrix(array).shape


def _move(target: Target, indices: tuple[int, ...], scope: Scope) -> Move:
    if target.meaning is None:
        raise IllTyped("only what a network has can move")
    example = scope.example
    quantity = QUANTITIES.get(target.meaning.quantity)
    if quantity is None:
        raise IllTyped("a derivative by what is only computed")
    if scope.world.whole_batch and quantity.of_example and not target.meaning.is_batch:
        *left, example = indices
        indices = tuple(left)
    return move_of(target.meaning, target.layer, indices, example)


def _rate(of: Node, scope: Scope) -> Value:
    value = evaluate(of, scope)
    if isinstance(value, Matrix):
        return value.map(lambda entry: complex(entry).imag / STEP)
    return complex(number(value)).imag / STEP


def _moved_name(name: str, indices: tuple[int, ...], scope: Scope) -> Scope:
    value = scope.names[name]
    if isinstance(value, Matrix):
        if len(indices) == 1 and value.shape[1] == 1:
            indices = (indices[0], 0)
        values.entry_of(value, indices)
        rows, columns = value.shape
        moved: Value = make(
            rows,
            columns,
            lambda i, j: value.rows[i][j] + (STEP * 1j if (i, j) == indices else 0),
        )
    else:
        moved = number(value) + STEP * 1j
    return scope.with_names({name: moved})


def _by_name(of: Node, name: str, indices: tuple[int, ...], scope: Scope) -> Scalar:
    return number(_rate(of, _moved_name(name, indices, scope)))


# Shapes and relations


def _braced(node: Brace, scope: Scope) -> Value:
    """Give the value above a brace, and see that it has the shape below it."""
    value = evaluate(node.of, scope)
    if node.rows is not None and node.columns is not None:
        _refuse_other_shape(value, node.rows, node.columns, scope)
    return value


def _refuse_other_shape(value: Value, rows: Node, columns: Node, scope: Scope) -> None:
    expected = whole(evaluate(rows, scope)), whole(evaluate(columns, scope))
    shape = value.shape if isinstance(value, Matrix) else (1, 1)
    if shape != expected:
        raise IllTyped(
            f"{shape[0]} × {shape[1]}, where {expected[0]} × {expected[1]} is written"
        )


def size_of(name: str, body: Node, scope: Scope, bound: list[str] | None = None) -> int:
    """Say how many values an index has, from the places where it stands.

    Parameters
    ----------
    name : str
        The index.
    body : Node
        Where it stands.
    scope : Scope
        What the other letters stand for.
    bound : list of str, optional
        Letters that are indices as well, without a value yet.

    Returns
    -------
    int
        The number of its values, which begin at 0.

    Raises
    ------
    IllTyped
        If no place says it, or two places differ.
    """
    found = set(_sizes(name, body, scope))
    if len(found) != 1:
        said = " and ".join(map(str, sorted(found))) or "nothing"
        raise IllTyped(f"the index {name} runs over {said}")
    return found.pop()


def _sizes(name: str, node: Node, scope: Scope) -> Iterator[int]:
    match node:
        case Symbol(_, _, indices):
            if Symbol(name) in indices:
                dimensions = _dimensions(node, scope)
                if len(dimensions) == len(indices):
                    yield from (
                        size
                        for index, size in zip(indices, dimensions, strict=True)
                        if index == Symbol(name)
                    )
        case Chance():
            scope = sample(scope)
        case Relation((Symbol() as member, of), (r"\in",)) if member.name == name:
            for one in of.sets if isinstance(of, Both) else (of,):
                if isinstance(one, Symbol):
                    yield from _shape(replace(one, indices=()), scope)
        case Entry(of, indices):
            if Symbol(name) in indices:
                yield from (
                    size
                    for index, size in zip(indices, _shape(of, scope), strict=False)
                    if index == Symbol(name)
                )
        case Big(_, binders, _):
            for binder in binders:
                if binder.index == Symbol(name):
                    return
                if binder.lower is not None:
                    try:
                        lower = evaluate(binder.lower, scope)
                        scope = scope.with_names({name_of(binder.index, scope): lower})
                    except IllTyped:
                        pass
    for _, _, part in children(node):
        yield from _sizes(name, part, scope)


def _shape(node: Node, scope: Scope) -> tuple[int, ...]:
    try:
        value = evaluate(node, scope)
    except IllTyped:
        return ()
    if not isinstance(value, Matrix):
        return ()
    return value.shape[:1] if value.shape[1] == 1 else value.shape


def _dimensions(symbol: Symbol, scope: Scope) -> tuple[int, ...]:
    """Give the sizes of the places for indices on a symbol."""
    network = scope.world.network
    bare = replace(symbol, indices=())
    if symbol.layer is None and symbol.name in scope.names:
        return _shape(bare, scope)
    definition = scope.world.definitions.get(symbol.name)
    if definition is not None and bool(definition.layer) == (symbol.layer is not None):
        return _shape(bare, scope)
    meaning = scope.world.meanings.get(symbol.name)
    if meaning is None:
        return ()
    if meaning.quantity in (COST, LABELS):
        return (network.m,)
    quantity = QUANTITIES.get(meaning.quantity)
    if quantity is None:
        return ()
    try:
        layer = whole(evaluate(symbol.layer, scope)) if symbol.layer else None
        value = array_of(meaning, network, layer, 0, ())
    except IllTyped:
        return ()
    if not isinstance(value, Matrix):
        return ()
    shape = value.shape
    if meaning.is_batch or meaning.quantity in MATRICES:
        return shape
    if scope.world.whole_batch and quantity.of_example:
        only_example = scope.world.chain or len(symbol.indices) == 1
        return (network.m,) if only_example else (shape[0], network.m)
    return shape[:1]


TOLERANCE = 1e-9
"""How far two sides may be apart, in shares of the larger one, if their entry does not say it."""

SMALLEST = 1e-12
"""How far they may be apart if both are next to 0."""


def difference(left: Value, right: Value) -> float:
    """Say how far two values are apart, in shares of the tolerance's scale.

    Raises
    ------
    IllTyped
        If they have not the same shape.
    """
    if isinstance(left, One) or isinstance(right, One):
        left, right = _as_alike(left, right), _as_alike(right, left)
    if right is values.NOTHING and isinstance(left, Matrix):
        right = left.map(lambda _: 0)
    if isinstance(left, Matrix) and isinstance(right, Matrix):
        values.same_shape(left, right)
        pairs = list(zip(left.entries(), right.entries(), strict=True))
        scale = max(max(abs(a), abs(b)) for a, b in pairs)
        return max(_apart(a, b, scale) for a, b in pairs)
    if isinstance(left, Matrix) != isinstance(right, Matrix):
        left, right = number(left), number(right)
    a, b = number(left), number(right)
    return _apart(a, b, max(abs(a), abs(b)))


def _apart(a: Scalar, b: Scalar, scale: float) -> float:
    return abs(a - b) / (scale + SMALLEST / TOLERANCE)


def _as_alike(value: Value, other: Value) -> Value:
    if not isinstance(value, One):
        return value
    return values.identity(other.shape[0]) if isinstance(other, Matrix) else 1


STEP_TO = r"\leftarrow"
"""The sign of a step: its left side gets the value of its right side."""

EQUAL = ("=", ":=", "=:", r"\longrightarrow", r"\approx")
"""The signs between sides that are equal; what an arrow leads to is so where its entry goes far."""


def holds(relation: Relation, scope: Scope) -> bool:
    """Tell whether a relation holds, up to rounding."""
    sides = relation.sides
    for sign, left, right in zip(relation.relations, sides, sides[1:], strict=False):
        if not compare(sign, left, right, scope)[0]:
            return False
    return True


def compare(
    sign: str, left: Node, right: Node, scope: Scope, tolerance: float = TOLERANCE
) -> tuple[bool, float, Value | None, Value | None]:
    """Compare two sides.

    Returns
    -------
    tuple
        Whether the relation holds, how far equal sides are apart, and the two values.
    """
    if sign == r"\in":
        return _membership(left, right, scope)
    if sign == STEP_TO:
        if left not in scope.world.steps:
            raise IllTyped("no step is known to what the arrow points at")
        left, sign = scope.world.steps[left], "="
    if isinstance(right, Cases) and is_law(right):
        return _has_law(left, right, scope, tolerance)
    if sign == r"\mapsto":  # what the network makes of its input
        left, sign = Symbol("a", Symbol("L")), "="
    a, b = (values.NOTHING if side == ZERO else evaluate(side, scope) for side in (left, right))
    orders = orders_of((left, right), scope.world)
    if orders and sign in EQUAL:
        return _is_of_order(left, right, orders, scope), 0.0, a, b
    if sign in EQUAL:
        error = difference(a, b)
        return error <= tolerance, error, a, b
    return _ordered(sign, a, b, tolerance), 0.0, a, b


NEAR, NEARER = (2, 3), (6, 7)
"""How often a small letter is halved where a remainder is looked at first, and then."""


def orders_of(sides: Iterable[Node], world: World) -> list[Node]:
    """List what sides may differ by a multiple of."""
    orders = [part.arguments[0] for side in sides for part in remainders_in(side)]
    return [*orders, world.nearly] if world.nearly else orders


def remainders_in(side: Node) -> list[Apply]:
    """List the remainders of a side, such as O(h)."""
    return [part for part in walk(side) if isinstance(part, Apply) and part.function == ORDER]


def with_smaller(orders: list[Node], by: float, scope: Scope) -> Scope:
    """Give a scope in which the letters that are small are smaller."""
    letters = {
        part.name
        for order in orders
        for part in walk(order)
        if isinstance(part, Symbol) and part.name in scope.names
    }
    return scope.with_names({name: number(scope.names[name]) * by for name in letters})


def _is_of_order(left: Node, right: Node, orders: list[Node], scope: Scope) -> bool:
    """Tell whether the difference of two sides, divided by its order, does not grow."""

    def share(halvings: int) -> float:
        inside = with_smaller(orders, 2.0**-halvings, scope)
        apart = values.plus(evaluate(left, inside), evaluate(right, inside), -1)
        entries = apart.entries() if isinstance(apart, Matrix) else (number(apart),)
        largest = max(abs(number(evaluate(order, inside))) for order in orders)
        return (max(map(abs, entries)) - SMALLEST) / largest

    return max(map(share, NEARER)) <= 2 * max(0.0, *map(share, NEAR))


def _membership(
    left: Node, right: Node, scope: Scope
) -> tuple[bool, float, Value | None, Value | None]:
    value = evaluate(left, scope)
    match right:
        case Both(several):
            found = [_membership(left, one, scope)[0] for one in several]
            return all(found), 0.0, value, None
        case Reals(rows, columns):
            _refuse_other_shape(value, rows, columns, scope)
            return True, 0.0, value, None
        case Listed(members):
            among = [number(evaluate(member, scope)) for member in members]
            return number(value) in among, 0.0, value, None
        case Symbol(_, None, indices):  # a column says in which set each is; one alone is set 1
            sets = evaluate(replace(right, indices=()), scope)
            (one,) = _whole(indices, scope) if indices else (1,)
            return values.entry_of(sets, (whole(value),)) == one, 0.0, value, None
    raise IllTyped("no set")


def _ordered(sign: str, left: Value, right: Value, tolerance: float) -> bool:
    if isinstance(left, Matrix) and isinstance(right, Matrix):
        values.same_shape(left, right)
        pairs = zip(left.entries(), right.entries(), strict=True)
        return all(_ordered(sign, a, b, tolerance) for a, b in pairs)
    a, b = number(left), number(right)
    if complex(a).imag or complex(b).imag:
        a, b = a.real, b.real
    slack = tolerance * max(abs(a), abs(b)) + SMALLEST
    match sign:
        case r"\le":
            return a.real <= b.real + slack
        case r"\ge":
            return a.real >= b.real - slack
        case "<":
            return a.real < b.real
        case ">":
            return a.real > b.real
        case r"\ne":
            return a != b
    raise IllTyped(f"no relation {sign}")
