"""An equation with the small network's numbers put in, term by term, as HTML without scripts."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from literate.book.yaml_files import read_yaml
from literate.meaning.claims import Claims, pairs_of
from literate.meaning.evaluate import (
    MEAN,
    SMALLEST,
    VARIANCE,
    Scope,
    World,
    compare,
    evaluate,
    holds,
    is_drawn,
    is_law,
    layer_of_activation,
    orders_of,
    remainders_in,
    sample,
    scopes_of_nest,
    scopes_of_sum,
    with_smaller,
)
from literate.meaning.functions import FENCES
from literate.meaning.instances import Hypotheses, instances, is_of_network
from literate.meaning.model import Architecture, Network
from literate.meaning.symbols import ACTIVATION
from literate.meaning.syntax import (
    Add,
    Apply,
    Big,
    Brace,
    Bracket,
    Case,
    Cases,
    Chance,
    Derivative,
    Dots,
    Entry,
    Hadamard,
    Listed,
    Nabla,
    Nest,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Reals,
    Relation,
    Symbol,
    Transpose,
)
from literate.meaning.values import IllTyped, Matrix, One, Value, number, whole

EXAMPLE = Path("book") / "example_network.yml"

CHAIN = 3
"""How many layers a chain has in the pages, the input's among them."""

FEW_WEIGHTS = (2, 2, 1)
"""The sizes of the part of the example of which the weights are drawn."""

SMALL = 0.1
"""What letters are multiplied by that are small."""

MANY = 7
"""A sum of so many terms is not written out."""

MINUS, TIMES, THIN = "\N{MINUS SIGN}", " \N{MIDDLE DOT} ", "\N{THIN SPACE}"
FIGURE_SPACE = "\N{FIGURE SPACE}"

SIGNS = {
    r"\le": "≤",
    r"\ge": "≥",
    r"\ne": "≠",
    r"\in": "∈",
    r"\mapsto": "↦",
    r"\leftarrow": "←",
    r"\longrightarrow": "⟶",
    r"\approx": "≈",
    ":=": "=",
    "=:": "=",
    "<": "&lt;",
    ">": "&gt;",
}

CHANCES = {MEAN: "E", VARIANCE: "Var"}

GREEK = (
    "alpha beta gamma delta varepsilon epsilon zeta eta theta kappa lambda mu nu xi pi psi rho"
    " sigma tau omega varphi Delta vartheta"
)
LETTERS = dict(zip(GREEK.split(), "αβγδεϵζηθκλμνξπψρστωφΔϑ", strict=True))
ACCENTS = {
    r"\hat": "\N{COMBINING CIRCUMFLEX ACCENT}",
    r"\bar": "\N{COMBINING MACRON}",
    r"\tilde": "\N{COMBINING TILDE}",
    r"\dot": "\N{COMBINING DOT ABOVE}",
}

GREEK_LETTER = "|".join(LETTERS)
SPELT = {
    "less": MINUS,
    "plus": "+",
    "star": "∗",
    "zero": "0",
    "one": "1",
    "two": "2",
    "three": "3",
}
WITH_INDEX = re.compile(
    r"[a-zA-Z]_\{\\text\{[a-z]+\}\}|"
    rf"\\operatorname\{{(?P<letter>{GREEK_LETTER}|[a-zA-Z])"
    rf"(?P<index>text[a-z]+|{GREEK_LETTER}|[a-zA-Z]|(?=.))(?P<more>(?:{'|'.join(SPELT)})*)\}}"
)
"""A letter with an index that belongs to its name, as `one_name` of the claims spells it."""

SUM, FACTOR, ATOM = range(3)
"""How closely a piece of an expression holds together; looser ones have brackets in a place."""

Piece = tuple[str, int]


@lru_cache(maxsize=1)
def example_of(root: Path) -> Mapping[str, Any]:
    """Read the numbers of the example; a book without one has none."""
    if not (root / EXAMPLE).exists():
        return {}
    content: Mapping[str, Any] = read_yaml(root / EXAMPLE, str(EXAMPLE))
    return content


def example_network(example: Mapping[str, Any], hypotheses: Hypotheses) -> Network:
    """Make the example's network, with functions and a cost for which an equation holds.

    Parameters
    ----------
    example : mapping
        The numbers.
    hypotheses : Hypotheses
        What the equation presupposes.

    Returns
    -------
    Network
        Of as many neurons as the example; a chain has the first of each layer.
    """
    sizes = [1] * CHAIN if hypotheses.chain else example["sizes"]
    if hypotheses.drawn:
        sizes = FEW_WEIGHTS
    *hidden, last = example["activations"]
    chosen = (
        *(_preferred(name, hypotheses.hidden) for name in hidden),
        _preferred(last, hypotheses.output),
    )
    cost = _preferred(example["cost"], hypotheses.costs)
    many = len(example["examples"])
    network = Network(Architecture(tuple(sizes), many, chosen, cost, hypotheses.target))
    layers = range(1, len(sizes))
    weights, biases = example["weights"], example["biases"]
    network.W = {
        l: [[weights[l][i][j] for j in range(sizes[l - 1])] for i in range(sizes[l])]
        for l in layers
    }
    network.b = {l: list(biases[l][: sizes[l]]) for l in layers}
    network.x = [x[: sizes[0]] for x in example["examples"]]
    targets = "distributions" if hypotheses.target == "distribution" else "targets"
    network.y = [y[: sizes[-1]] for y in example[targets]]
    if hypotheses.twins:
        network.make_twins()
    network.labels = [max(range(len(y)), key=lambda k: y[k].real) for y in network.y]
    network.direction = list(example["direction"][: sizes[0]])
    return network


def _preferred(name: str, among: Sequence[str]) -> str:
    return name if name in among else among[0]


def in_numbers(claims: Claims, example: Mapping[str, Any]) -> str:
    """Put the example's numbers into an equation.

    Parameters
    ----------
    claims : Claims
        The equation.
    example : mapping
        The numbers.

    Returns
    -------
    str
        A table, as HTML: for each claim its indices, and a row for each side; empty if there is no
        example, or the equation holds for none of its layers.
    """
    if not example:
        return ""
    network = example_network(example, claims.hypotheses)
    parts = []
    for claim in claims.relations():
        scope = _scope_of(claim, claims, network)
        if scope is not None:
            parts.append((_indices_in(scope, claims), "".join(_rows(claim, scope))))
    if not parts:
        return ""
    heads = {head for head, _ in parts}
    one = heads.pop() if len(heads) == 1 else ""
    world = World(network, claims.meanings, claims.around.definitions)
    has_part = any(is_of_network(claim, world) for claim in claims.relations())
    described = _described(network) if has_part else ""
    said = ", ".join(filter(None, (described, one))) or "with numbers"
    body = "".join(
        (f'<tr><th colspan="3">{head}</th></tr>' if head and head != one else "") + rows
        for head, rows in parts
    )
    return f"<table><caption>{said}</caption><tbody>{body}</tbody></table>"


def _scope_of(claim: Relation, claims: Claims, network: Network) -> Scope | None:
    """Choose values of the indices: the first with which no side is 0, or else the first."""
    first = None
    for scope in instances(
        claim, claims.statement, network, claims.hypotheses, claims.around, claims.meanings
    ):
        short = scope.with_names(
            {name: _short(scope.names[name]) for name in claims.around.given}
        )
        short = with_smaller(orders_of(claim.sides, scope.world), SMALL, short)
        if is_drawn(claim, scope.world):
            short = sample(short)
        if not _holds(claim, scope, claims.tolerance):  # the example is too small
            continue
        scope = short if _holds(claim, short, claims.tolerance) else scope
        first = first or scope
        if all(_is_something(side, scope) for side in claim.sides if _has_value(side, claim)):
            return scope
    return first


def _holds(claim: Relation, scope: Scope, tolerance: float) -> bool:
    try:
        return all(compare(sign, a, b, scope, tolerance)[0] for sign, a, b in pairs_of(claim))
    except IllTyped:
        return False


def _short(value: Value) -> Value:
    if isinstance(value, Matrix):
        return value.map(lambda entry: round(entry.real, 1))
    return value if isinstance(value, One) else round(number(value).real, 1)


def _is_something(side: Node, scope: Scope) -> bool:
    if isinstance(side, Dots):
        return True
    value = evaluate(side, scope)
    return any(value.entries()) if isinstance(value, Matrix) else value != 0


def _described(network: Network) -> str:
    architecture = network.architecture
    sizes = "–".join(map(str, architecture.sizes))
    return f"{sizes}, {', '.join(architecture.activations)}, {architecture.cost}"


def _indices_in(scope: Scope, claims: Claims) -> str:
    shown = []
    for name, value in scope.names.items():
        if name == "e" and not claims.hypotheses.whole_batch:
            continue
        if isinstance(value, Matrix):
            continue
        letter, _, below = name.partition("_")
        lowered = f"<sub>{below}</sub>" if below else ""
        shown.append(f"{_letter(letter)}{lowered} = {_number(value)}")
    return ", ".join(shown)


def _rows(claim: Relation, scope: Scope) -> Iterator[str]:
    for sign, side in zip(("", *claim.relations), claim.sides, strict=True):
        if isinstance(side, Dots):
            continue
        inner = side.of if isinstance(side, Brace) else side
        equal = "≈" if remainders_in(side) else "="
        value = f"{equal} {_value(evaluate(side, scope))}" if _has_value(side, claim) else ""
        if isinstance(inner, Symbol | Derivative | Nabla) or (
            isinstance(inner, Chance) and isinstance(inner.of, Symbol)
        ):
            expression = _named(inner, scope)
        else:
            expression = _written(inner, scope)[0]
        if expression == value[2:]:
            value = ""
        shown = "≈" if sign == "=" and scope.world.nearly else SIGNS.get(sign, sign)
        yield f"<tr><td>{shown}</td><td>{expression}</td><td>{value}</td></tr>"


def _has_value(side: Node, claim: Relation) -> bool:
    return not isinstance(side, Reals | Listed) and not any(map(is_law, claim.sides))


# Values


def _value(value: Value) -> str:
    if isinstance(value, Matrix) and value.shape != (1, 1):
        texts = [[_number(entry) for entry in row] for row in value.rows]
        widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
        lines = (
            "  ".join(
                text.rjust(width, FIGURE_SPACE) for text, width in zip(row, widths, strict=True)
            )
            for row in texts
        )
        return f'<span class="mx">{"<br>".join(lines)}</span>'
    return "1" if isinstance(value, One) else _number(value)


def _number(value: Value) -> str:
    """Write a number with four decimals at most, as the chapters print it."""
    exact = number(value)
    real = exact.real if abs(exact.real) > SMALLEST else 0.0
    if exact == 1j:
        return "<i>i</i>"
    if exact.imag:
        joint = f" {MINUS} " if exact.imag < 0 else " + "
        return f"({_number(real)}{joint}{_number(abs(exact.imag))}{THIN}<i>i</i>)"
    if real and not 1e-3 <= abs(real) < 1e6:
        digits, _, exponent = f"{real:.3g}".partition("e")
        if not exponent:
            return digits.replace("-", MINUS)
        power = str(int(exponent)).replace("-", MINUS)
        return f"{digits.replace('-', MINUS)}·10<sup>{power}</sup>"
    return f"{round(real, 4) + 0:.10g}".replace("-", MINUS)


# Letters


def _letter(name: str) -> str:
    accent, _, letter = name.partition(" ")
    if accent in ACCENTS and letter:
        return f"<i>{_plain(letter)}{ACCENTS[accent]}</i>"
    if name.startswith(r"\mathrm{d}"):
        return f"d<i>{_plain(name[10:])}</i>"
    if match := WITH_INDEX.fullmatch(name):
        if not match["letter"]:
            return f"<i>{name[0]}</i><sub>{name[9:-2]}</sub>"
        more = re.sub("|".join(SPELT), lambda word: SPELT[word[0]], match["more"])
        index = _plain(match["index"].removeprefix("text")) if match["index"] else ""
        below = f"<sub>{index}{more}</sub>" if index or more else ""
        return f"<i>{_plain(match['letter'])}</i>{below}"
    return f"<i>{_plain(name)}</i>"


def _plain(name: str) -> str:
    name = re.sub(r"\\(?:operatorname|mathrm)\s*\{?([A-Za-z]+)\}?", r"\1", name).lstrip("\\")
    letter = name.rstrip("'")
    primes, (letter, *above) = "′" * (len(name) - len(letter)), letter.split("^")
    return escape(LETTERS.get(letter, letter)) + primes + ("<sup>⋆</sup>" if above else "")


def _named(node: Node, scope: Scope) -> str:
    """Write a symbol, or a derivative by one, with the values of its indices."""
    match node:
        case Symbol(name, layer, indices):
            below = ",".join(_index(one, scope) for one in indices)
            low = f"<sub>{below}</sub>" if below else ""
            above = f"<sup>({_index(layer, scope)})</sup>" if layer else ""
            return f"{_letter(name)}{low}{above}"
        case Derivative(of, by):
            under = " ".join(f"∂{_named(one, scope)}" for one in by)
            order = f"<sup>{len(by)}</sup>" if len(by) > 1 else ""
            return f"∂{order}{_in_place(_part(of, scope), FACTOR)} / {under}"
        case Chance(kind, of):
            return f"{CHANCES[kind]} {_named(of, scope)}"
        case Nabla(by, of):
            below = f"<sub>{_named(by, scope)}</sub>{THIN}" if by else ""
            return f"∇{below}{_in_place(_part(of, scope), ATOM)}"
    return _in_place(_written(node, scope), ATOM)


def _part(node: Node, scope: Scope) -> Piece:
    return (_named(node, scope), ATOM) if isinstance(node, Symbol) else _written(node, scope)


def _index(node: Node, scope: Scope) -> str:
    if isinstance(node, Dots):
        return "…"
    return _number(evaluate(node, scope))


# Expressions


def _in_place(piece: Piece, place: int) -> str:
    text, strength = piece
    return f"({text})" if strength < place else text


def _of_value(value: Value) -> Piece:
    text = _value(value)
    return text, SUM if text.startswith(MINUS) else ATOM


def _written(node: Node, scope: Scope) -> Piece:
    """Write an expression with the values of its symbols, and how closely it holds together."""
    writer = WRITERS.get(type(node))
    return writer(node, scope) if writer else _of_value(evaluate(node, scope))


def _add(node: Add, scope: Scope) -> Piece:
    return _joined([(term.sign, _written(term.of, scope)) for term in node.terms])


def _joined(terms: list[tuple[int, Piece]]) -> Piece:
    text = ""
    for place, (sign, piece) in enumerate(terms):
        term = _in_place(piece, FACTOR if place or sign < 0 else SUM)
        joint = f" {MINUS} " if sign < 0 else " + "
        text += (joint if place else joint.strip() if sign < 0 else "") + term
    return text, SUM


def _product(node: Product, scope: Scope) -> Piece:
    if any(isinstance(factor, Dots) for factor in node.factors):
        return _of_value(evaluate(node, scope))
    text = ""
    for factor in node.factors:
        part = _in_place(_written(factor, scope), FACTOR)
        joint = THIN if "mx" in text and "mx" in part else TIMES
        text += (joint if text else "") + part
    return text, FACTOR


def _hadamard(node: Hadamard, scope: Scope) -> Piece:
    return " ⊙ ".join(_in_place(_written(one, scope), ATOM) for one in node.factors), FACTOR


def _quotient(node: Quotient, scope: Scope) -> Piece:
    over, under = _written(node.over, scope), _written(node.under, scope)
    line = "/" if over[1] == under[1] == ATOM else " / "
    return f"{_in_place(over, FACTOR)}{line}{_in_place(under, ATOM)}", FACTOR


def _power(node: Power, scope: Scope) -> Piece:
    base = (
        "<i>e</i>" if node.base == Symbol("e") else _in_place(_written(node.base, scope), ATOM)
    )
    return f"{base}<sup>{_written(node.exponent, scope)[0]}</sup>", ATOM


def _big(node: Big, scope: Scope) -> Piece:
    scopes = list(scopes_of_sum(node.binders, node.body, scope))
    if not scopes or len(scopes) >= MANY:
        return _of_value(evaluate(node, scope))
    pieces = [_written(node.body, inside) for inside in scopes]
    if node.kind in ("max", "min"):
        return f"{node.kind}({', '.join(piece[0] for piece in pieces)})", ATOM
    if len(pieces) == 1:
        return pieces[0]
    if node.kind == "prod":
        return TIMES.join(_in_place(piece, FACTOR) for piece in pieces), FACTOR
    return _joined([(1, piece) for piece in pieces])


def _nest(node: Nest, scope: Scope) -> Piece:
    scopes = list(scopes_of_nest(node, scope))
    if not scopes or len(scopes) >= MANY:
        return _of_value(evaluate(node, scope))
    return _joined([(1, _written(node.body, inside)) for inside in scopes])


def _apply(node: Apply, scope: Scope) -> Piece:
    definition = scope.world.definitions.get(node.function)
    if definition is not None and definition.parameters:
        return _of_value(evaluate(node, scope))
    name = _plain(node.function)
    if node.function == ACTIVATION:
        name = scope.world.network.architecture.activations[
            layer_of_activation(node, scope) - 1
        ]
    if name == "sqrt":
        return f"√{_in_place(_written(node.arguments[0], scope), ATOM)}", ATOM
    arguments = ", ".join(_written(one, scope)[0] for one in node.arguments)
    if node.function in FENCES:
        opening, closing = FENCES[node.function].shown
        return f"{opening}{arguments}{closing}", ATOM
    return f"{name}{'′' * node.primes}({arguments})", ATOM


def _bracket(node: Bracket, scope: Scope) -> Piece:
    sides = [_written(side, scope)[0] for side in node.of.sides]
    rest = zip(node.of.relations, sides[1:], strict=True)
    return (
        f"[{sides[0]}{''.join(f' {SIGNS.get(sign, sign)} {side}' for sign, side in rest)}]",
        ATOM,
    )


def _cases(node: Cases, scope: Scope) -> Piece:
    if is_law(node):
        return "; ".join(_with_chance(row, scope) for row in node.rows), SUM
    for row in node.rows:
        if row.condition is None or holds(row.condition, scope):
            return _written(row.value, scope)
    raise IllTyped("no case holds")


def _with_chance(row: Case, scope: Scope) -> str:
    chance = (
        f" with probability {_written(row.chance, scope)[0]}" if row.chance else " otherwise"
    )
    return _written(row.value, scope)[0] + chance


def _entry(node: Entry, scope: Scope) -> Piece:
    if not isinstance(node.of, Apply):
        return _of_value(evaluate(node, scope))
    below = ",".join(_index(one, scope) for one in node.indices)
    return f"{_written(node.of, scope)[0]}<sub>{below}</sub>", ATOM


def _reals(node: Reals, scope: Scope) -> Piece:
    rows, columns = (whole(evaluate(side, scope)) for side in (node.rows, node.columns))
    return f"ℝ<sup>{rows}×{columns}</sup>", ATOM


WRITERS: Mapping[type[Node], Callable[[Any, Scope], Piece]] = {
    Number: lambda node, _: (node.text, ATOM),
    Add: _add,
    Product: _product,
    Hadamard: _hadamard,
    Quotient: _quotient,
    Power: _power,
    Transpose: lambda node, scope: (
        f"{_in_place(_written(node.of, scope), ATOM)}<sup>T</sup>",
        ATOM,
    ),
    Entry: _entry,
    Big: _big,
    Nest: _nest,
    Apply: _apply,
    Bracket: _bracket,
    Cases: _cases,
    Brace: lambda node, scope: _written(node.of, scope),
    Reals: _reals,
    Listed: lambda node, scope: (
        f"{{{', '.join(_written(one, scope)[0] for one in node.members)}}}",
        ATOM,
    ),
}
"""How each kind of node is written; of the others the value stands."""
