"""Where an equation is evaluated.

In networks that fulfil its hypotheses, and there for all values of its indices.
"""

import dataclasses
import itertools
import random
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from literate.meaning.draws import Draw
from literate.meaning.evaluate import (
    Definition,
    Scope,
    World,
    evaluate,
    holds,
    is_drawn,
    name_of,
    outcomes,
    sample,
    size_of,
)
from literate.meaning.functions import ELEMENTWISE
from literate.meaning.model import Architecture, Network
from literate.meaning.symbols import ACTIVATION, PATH_PRODUCT, PATHS, QUANTITIES, SIZES, Meaning
from literate.meaning.syntax import (
    Apply,
    Array,
    At,
    Big,
    Binder,
    Condition,
    Dots,
    Entry,
    Integral,
    Nest,
    Node,
    Power,
    Relation,
    Statement,
    Symbol,
    children,
    walk,
    with_child,
)
from literate.meaning.values import IllTyped, Value, make, number, whole

SIZES_AND_EXAMPLES: Sequence[tuple[tuple[int, ...], int]] = (
    ((2, 3), 4),
    ((3, 2, 4), 5),
    ((2, 4, 3), 5),
    ((4, 2, 3, 5), 6),
    ((2, 3, 5, 4), 6),
    ((3, 5, 2, 4, 6), 7),
)
"""Sizes that are pairwise different: what is transposed or of another layer does not fit."""

FEW_WEIGHTS: Sequence[tuple[tuple[int, ...], int]] = (
    ((2, 3), 4),
    ((3, 2, 1), 2),
    ((1, 2, 3), 4),
    ((2, 1, 3), 4),
    ((1, 2, 1, 3), 2),
)
"""Sizes with so few weights that all choices of their signs can be gone through."""

CHAINS: Sequence[tuple[tuple[int, ...], int]] = tuple(
    ((1,) * (L + 1), m) for L, m in ((1, 3), (2, 2), (3, 4), (2, 3), (4, 3))
)

EXAMPLES_IN_HAND = 2
"""How many examples are tried where an equation is of one."""

POSITIVE = ("softmax", "sigmoid", "softplus")
"""The outputs of which a logarithm can be taken."""


@dataclass(frozen=True)
class Hypotheses:
    """What an equation presupposes of the network.

    Attributes
    ----------
    whole_batch : bool
        Whether the cost is the batch's.
    chain : bool
        Whether every layer has one neuron.
    hidden, output : tuple of str
        The activation functions that a hidden layer and the last one may have.
    costs : tuple of str
        The costs that it may have.
    target : str
        What the targets are.
    drawn : bool
        Whether the weights are drawn.
    twins : bool
        Whether the first two neurons of each hidden layer are equal.
    """

    whole_batch: bool = False
    chain: bool = False
    hidden: tuple[str, ...] = tuple(ELEMENTWISE)
    output: tuple[str, ...] = (*ELEMENTWISE, "softmax")
    costs: tuple[str, ...] = ("no usual cost", "squared error", "cross-entropy")
    target: str = "any"
    drawn: bool = False
    twins: bool = False

    def architectures(self) -> Iterator[Architecture]:
        """Yield architectures for which they hold; every function that may occur does."""
        hidden, output = itertools.cycle(self.hidden), itertools.cycle(self.output)
        defined = [name for name in POSITIVE if name in self.output]
        costs = itertools.cycle(
            [cost for cost in self.costs if defined or cost != "cross-entropy"]
        )
        positive = itertools.cycle(defined)
        usual = FEW_WEIGHTS if self.drawn else SIZES_AND_EXAMPLES
        for sizes, m in CHAINS if self.chain else usual:
            cost = next(costs)
            last = next(positive) if cost == "cross-entropy" else next(output)
            between = tuple(next(hidden) for _ in sizes[1:-1])
            yield Architecture(sizes, m, (*between, last), cost, self.target, self.twins)


def networks_for(hypotheses: Hypotheses) -> list[Network]:
    """Make the networks that fulfil hypotheses."""
    return [_network(architecture) for architecture in hypotheses.architectures()]


_NETWORKS: dict[Architecture, Network] = {}


def _network(architecture: Architecture) -> Network:
    if architecture not in _NETWORKS:
        _NETWORKS[architecture] = Network(architecture)
    return _NETWORKS[architecture]


@dataclass(frozen=True)
class Given:
    """A value that an equation is about, whatever it is: how it is drawn.

    Attributes
    ----------
    kind : str
        ``number``, ``positive``, ``share``, ``bit``, ``block`` or ``whole``.
    rows, columns : Node or None
        The shape, if it is no number.
    """

    kind: str
    rows: Node | None = None
    columns: Node | None = None

    def draw(self, seed: str, scope: Scope) -> Value:
        """Draw one."""
        source = random.Random(seed)
        draws: dict[str, Callable[[], float]] = {
            "number": lambda: source.choice((-1, 1)) * source.uniform(0.3, 1.5),
            "positive": lambda: source.uniform(0.3, 1.5),
            "share": lambda: source.uniform(0.1, 0.9),
            "bit": lambda: float(source.randrange(2)),
            "block": lambda: float(source.randrange(3)),
            "whole": lambda: float(source.randrange(2, 5)),
        }
        draw = draws[self.kind]
        if self.rows is None:
            return draw()
        rows = whole(evaluate(self.rows, scope))
        columns = whole(evaluate(self.columns, scope)) if self.columns else 1
        return make(rows, columns, lambda *_: draw())


@dataclass(frozen=True)
class Surroundings:
    """What an equation takes from its chapter, besides the notation.

    Attributes
    ----------
    definitions : mapping of str to Definition
        Its own symbols.
    given : mapping of str to Given
        What may have any value.
    each : mapping of str to sequence of Node
        Symbols that stand for one of several others.
    conditions : sequence of Condition
        What the text says of its indices and values.
    draws : int
        How often the given values are drawn for each network.
    chance : mapping of str to Draw
        What is drawn by chance.
    steps : mapping of Symbol to Node
        What a step makes of a symbol.
    nearly : Node or None
        What the sides may differ by a multiple of, if it is small.
    """

    definitions: Mapping[str, Definition]
    given: Mapping[str, Given]
    each: Mapping[str, Sequence[Node]]
    conditions: Sequence[Condition]
    draws: int = 1
    chance: Mapping[str, Draw] = dataclasses.field(default_factory=dict)
    steps: Mapping[Node, Node] = dataclasses.field(default_factory=dict)
    nearly: Node | None = None


def instances(
    claim: Relation,
    statement: Statement,
    network: Network,
    hypotheses: Hypotheses,
    around: Surroundings,
    meanings: Mapping[str, Meaning],
) -> Iterator[Scope]:
    """Yield a scope for all values of the free indices of a claim in a network.

    Parameters
    ----------
    claim : Relation
        What is claimed.
    statement : Statement
        The equation that it belongs to.
    network : Network
        Where.
    hypotheses : Hypotheses
        What the equation presupposes.
    around : Surroundings
        What it takes from its chapter.
    meanings : mapping of str to Meaning
        What the notation says.

    Yields
    ------
    Scope
        In which the claim can be compared.

    Raises
    ------
    IllTyped
        If an index has no range, or two.
    """
    choices = [[(name, node) for node in nodes] for name, nodes in around.each.items()]
    for chosen, number_of_draw in itertools.product(
        itertools.product(*choices), range(around.draws)
    ):
        definitions = {
            **around.definitions,
            **{name: Definition((), node) for name, node in chosen},
        }
        world = World(
            network,
            meanings,
            definitions,
            hypotheses.whole_batch,
            hypotheses.chain,
            around.chance,
            around.steps,
            around.nearly,
        )
        examples: Iterator[dict[str, Value]] = iter([{}])
        if not hypotheses.whole_batch:
            many = EXAMPLES_IN_HAND if is_of_network(claim, world) else 1
            examples = ({"e": e} for e in range(min(network.m, many)))
        for names in examples:
            scope = Scope(world, names)
            yield from _over_layers(claim, statement, scope, around, number_of_draw)


def is_of_network(claim: Relation, world: World) -> bool:
    """Tell whether a network has any part in a claim."""
    of_networks = world.meanings.keys() - world.definitions.keys()
    return any(
        (isinstance(part, Symbol) and part.name in of_networks)
        or (isinstance(part, Apply) and part.function == ACTIVATION)
        for part in walk(with_definitions(claim, world.definitions))
    )


def _over_layers(
    claim: Relation,
    statement: Statement,
    scope: Scope,
    around: Surroundings,
    number_of_draw: int,
) -> Iterator[Scope]:
    expanded = with_definitions(claim, scope.world.definitions)
    free = [
        name for name in dict.fromkeys(free_names(expanded, scope)) if name not in around.given
    ]
    conditions = [*statement.conditions, *around.conditions]
    of_layers = layer_names(expanded, scope, around.given)
    layers = [name for name in free if name in of_layers]
    indices = [name for name in free if name not in layers]
    L = scope.world.network.L
    for values in itertools.product(range(L + 1), repeat=len(layers)):
        inner = scope.with_names(dict(zip(layers, values, strict=True)))
        if not _are_layers(expanded, inner):
            continue
        if not all(_met(condition, inner, around, indices) for condition in conditions):
            continue
        for name, given in around.given.items():
            seed = f"{scope.world.network.architecture} {name} {values} {number_of_draw}"
            inner = inner.with_names({name: given.draw(seed, inner)})
        yield from _over_indices(claim, statement, conditions, indices, inner)


def with_definitions(node: Node, definitions: Mapping[str, Definition]) -> Node:
    """Copy a tree with what its own letters stand for."""
    if isinstance(node, Symbol) and node.layer is None and node.name in definitions:
        definition = definitions[node.name]
        if definition.is_plain:
            rest = {name: one for name, one in definitions.items() if name != node.name}
            body = with_definitions(definition.body, rest)
            return Entry(body, node.indices) if node.indices else body
    for field, place, part in children(node):
        node = with_child(node, field, place, with_definitions(part, definitions))
    return node


def _over_indices(
    claim: Relation,
    statement: Statement,
    conditions: Sequence[Condition],
    indices: Sequence[str],
    scope: Scope,
) -> Iterator[Scope]:
    known = sample(scope)
    names, ranges = list(indices), [range(size_of(name, claim, known)) for name in indices]
    for name, span in _neurons_of_path(claim, scope):
        names.append(name)
        ranges.append(span)
    for values in itertools.product(*ranges):
        inner = scope.with_names(dict(zip(names, values, strict=True)))
        for other in statement.claims:
            if _is_binding(other, inner):
                index = other.sides[0]
                if isinstance(index, Symbol):
                    value = evaluate(other.sides[1], inner)
                    inner = inner.with_names({name_of(index, inner): value})
        if all(_holds(condition, inner) for condition in conditions):
            if is_drawn(claim, inner.world):  # it holds in each outcome
                yield from (outcome for _, outcome in outcomes(inner))
            else:
                yield inner


def _neurons_of_path(claim: Relation, scope: Scope) -> Iterator[tuple[str, range]]:
    """Yield the neurons of a path that no sum runs over, each with its range."""
    if any(isinstance(part, Nest) for part in walk(claim)):
        return
    for part in walk(claim):
        match part:
            case Symbol(_, None, (Symbol() as first, Dots(), Symbol() as last)):
                start, end = (whole(evaluate(one.indices[0], scope)) for one in (first, last))
                for l in range(start, end + 1):
                    yield f"{first.name}_{l}", range(scope.world.network.n[l])
                return


def is_binding(claim: Relation) -> bool:
    """Tell whether a relation only says which neuron a path begins with."""
    first = claim.sides[0]
    return (
        claim.relations == ("=",)
        and isinstance(first, Symbol)
        and first.name == "i"
        and len(first.indices) == 1
    )


def _is_binding(claim: Relation, scope: Scope) -> bool:
    return is_binding(claim) and not scope.knows("i")


def free_names(node: Node, scope: Scope, bound: frozenset[str] = frozenset()) -> Iterator[str]:
    """Yield the letters that stand for nothing yet: the free indices."""
    match node:
        case Symbol(name, layer, indices):
            plain = layer is None and not indices
            if plain and name not in bound and not scope.knows(name) and name != "e":
                yield name
            if plain and name == "e" and scope.world.whole_batch and "e" not in bound:
                yield name
        case Big(_, binders, _):
            bound = bound | {binder.index.name for binder in binders}
        case Integral(_, index):
            bound = bound | {index.name}
        case Nest():
            bound = bound | {node.first.index.name}
        case Array(names):
            bound = bound | set(names)
        case At(_, symbol):
            bound = bound | {symbol.name}
    for field, _, part in children(node):
        if isinstance(node, Binder) and field == "index" and not getattr(part, "indices", ()):
            continue
        if isinstance(node, Power) and field == "base" and part == Symbol("e"):
            continue  # Euler's number
        yield from free_names(part, scope, bound)


def layer_names(node: Node, scope: Scope, given: Container[str]) -> set[str]:
    """Name the letters that stand where a layer does."""
    found: set[str] = set()
    for part in walk(node):
        places: list[Node] = []
        if isinstance(part, Symbol | Apply) and part.layer is not None:
            places.append(part.layer)
        if isinstance(part, Symbol):
            meaning = scope.world.meanings.get(part.name)
            if meaning is not None and meaning.quantity in (SIZES, PATHS):
                places += part.indices
            is_path = not scope.knows(part.name) and part.name not in given
            if is_path and len(part.indices) == 1:
                places += part.indices
        found |= {
            one.name for place in places for one in walk(place) if isinstance(one, Symbol)
        }
    return found


def _are_layers(claim: Node, scope: Scope) -> bool:
    """Tell whether the layers that a claim names are there, as far as its free letters say it."""
    return all(_is_layer(part, scope) for part in walk(claim) if isinstance(part, Symbol))


def _is_layer(symbol: Symbol, scope: Scope) -> bool:
    meaning = scope.world.meanings.get(symbol.name)
    if meaning is None or (symbol.layer is None and symbol.name in scope.world.definitions):
        return True
    by_index = meaning.quantity in (SIZES, PATHS)
    place = symbol.indices[0] if by_index and symbol.indices else symbol.layer
    first = 0 if by_index else 1
    if meaning.quantity == PATH_PRODUCT:
        place = getattr(symbol.indices[0], "indices", (None,))[0]
    elif not by_index and meaning.quantity in QUANTITIES:
        first = QUANTITIES[meaning.quantity].layers or 0
    if place is None:
        return True
    try:
        layer = whole(evaluate(place, scope))
    except IllTyped:  # it depends on the index of a sum
        return True
    return first <= layer <= scope.world.network.L


def _met(
    condition: Condition, scope: Scope, around: Surroundings, indices: Sequence[str]
) -> bool:
    """Tell whether a condition may hold; one of what has no value yet is asked later."""
    letters = set[str]()
    for part in walk(condition):
        if isinstance(part, Symbol):
            definition = scope.world.definitions.get(part.name)
            letters |= {part.name, *(scope.world.letters_of(definition) if definition else ())}
    if letters & {*around.given, *indices}:
        return True
    return _holds(condition, scope)


def _holds(condition: Condition, scope: Scope) -> bool:
    if not condition.of.relations:
        return True
    free = list(dict.fromkeys(free_names(condition.of, scope)))
    if free:
        try:
            spans = [range(size_of(name, condition.of, scope)) for name in free]
        except IllTyped:
            return True  # it is about what does not occur in this claim
        return all(
            holds(condition.of, scope.with_names(dict(zip(free, values, strict=True))))
            for values in itertools.product(*spans)
        )
    for symbol in condition.also:
        if not holds(replace(condition.of, sides=(symbol, *condition.of.sides[1:])), scope):
            return False
    if condition.to is not None:
        value, start = (number(evaluate(side, scope)) for side in condition.of.sides)
        end = number(evaluate(condition.to, scope))
        return end.real <= value.real <= start.real
    return holds(condition.of, scope)
