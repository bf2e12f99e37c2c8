"""Mistakes in an equation, made by machine from its tree, and what evaluation says of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from literate.meaning.claims import Claims, pairs_of
from literate.meaning.evaluate import MEAN, STEP_TO, VARIANCE, ZERO, Scope, compare
from literate.meaning.instances import is_binding
from literate.meaning.symbols import ACTIVATION, MATRICES, ORDER, ROUNDED, Meaning
from literate.meaning.syntax import (
    Add,
    Apply,
    Big,
    Binder,
    Brace,
    Chance,
    Difference,
    Hadamard,
    Integral,
    Node,
    Number,
    Product,
    Quotient,
    Relation,
    Symbol,
    Term,
    Transpose,
    children,
    tex_of,
    walk,
    with_child,
    without_child,
)
from literate.meaning.values import IllTyped

NOTHING = "the other side is 0, and a multiple of 0 is 0"

TURNED = {r"\le": r"\ge", r"\ge": r"\le", "<": ">", ">": "<"}


@dataclass(frozen=True)
class Mistake:
    """A relation with one thing in it that is wrong.

    Attributes
    ----------
    name : str
        What was done, and the TeX before and after.
    relation : Relation
        The relation with the mistake.
    why : str
        Why the relation is as true as without it, if that is so whatever its sides are.
    """

    name: str
    relation: Relation
    why: str = ""


@dataclass(frozen=True)
class Verdicts:
    """What evaluation said of the mistakes of an equation.

    Attributes
    ----------
    false : int
        With how many the sides differ.
    ill_typed : int
        With how many a side has no value.
    bounds : int
        How many change an inequality, which nothing drawn refutes.
    survivors : tuple of Mistake
        The others with which the equation is still true.
    """

    false: int
    ill_typed: int
    bounds: int
    survivors: tuple[Mistake, ...]


def judge(claims: Claims) -> Verdicts:
    """Make all mistakes in an equation, and evaluate each until it is noticed.

    Parameters
    ----------
    claims : Claims
        The equation, which is true.

    Returns
    -------
    Verdicts
        How many were noticed, and which were not.
    """
    false = ill_typed = bounds = 0
    survivors = []
    for claim in claims.relations():
        scopes = list(claims.scopes(claim))
        for mistake in mistakes_in(claim, claims.meanings):
            verdict = _verdict(mistake.relation, scopes, claims.tolerance)
            if verdict is None and TURNED.keys() & set(claim.relations):
                bounds += 1
            elif verdict is None:
                survivors.append(mistake)
            elif verdict:
                false += 1
            else:
                ill_typed += 1
    return Verdicts(false, ill_typed, bounds, tuple(survivors))


def _verdict(relation: Relation, scopes: list[Scope], tolerance: float) -> bool | None:
    """Say whether a relation is false (True) or has no value (False); None if it is true."""
    for scope in scopes:
        try:
            for sign, left, right in pairs_of(relation):
                if not compare(sign, left, right, scope, tolerance)[0]:
                    return True
        except (IllTyped, ArithmeticError, ValueError):
            return False
    return None


def mistakes_in(claim: Relation, meanings: Mapping[str, Meaning]) -> Iterator[Mistake]:
    """Yield mistakes in a claim, each once."""
    if is_binding(claim):
        return
    maker = _Maker(claim, meanings)
    seen = {claim}
    is_zero = ZERO in claim.sides and set(claim.relations) == {"="}
    for place, side in enumerate(claim.sides):
        is_target = not place and claim.relations[:1] == (STEP_TO,)
        edits = [
            (*edit, NOTHING if is_zero else "")
            for edit in (() if is_target else maker.scaled(side))
        ]
        edits += [(*edit, "") for edit in maker.edits(side, "side")]
        for name, edited, why in edits:
            relation = with_child(claim, "sides", place, edited)
            if isinstance(relation, Relation) and relation not in seen:
                seen.add(relation)
                where = f" (side {place + 1})" if len(claim.sides) > 1 else ""
                yield Mistake(name + where, relation, why)
    for place, sign in enumerate(claim.relations):
        if sign in TURNED:
            signs = (*claim.relations[:place], TURNED[sign], *claim.relations[place + 1 :])
            yield Mistake(f"{TURNED[sign]} for {sign}", replace(claim, relations=signs))


Edit = tuple[str, Node]


class _Maker:
    """Makes mistakes in one claim."""

    def __init__(self, claim: Relation, meanings: Mapping[str, Meaning]) -> None:
        self.meanings = meanings
        letters = (letter for part in walk(claim) for letter in _index_letters(part))
        self.letters = tuple(dict.fromkeys(letters))
        self.is_scaled = not {r"\in", r"\mapsto"} & set(claim.relations)  # a shape, and a map

    def scaled(self, side: Node) -> Iterator[Edit]:
        """Yield a whole side with another sign or another factor."""
        if self.is_scaled and side != ZERO:
            if not isinstance(side, Add):
                yield _named("sign", side, Add((Term(-1, side),)))
            yield _named("factor 2", side, Product((Number("2"), side)))
            yield _named("factor 1/2", side, Quotient(side, Number("2")))

    def edits(self, node: Node, place: str) -> Iterator[Edit]:
        """Yield a node with one mistake in it, and what the mistake is."""
        if place in ("side", "value"):
            yield from self._of_value(node)
        elif place == "layer":
            for by in (1, -1):
                yield _named("layer", node, shifted(node, by))
            return
        elif place in ("lower", "upper"):
            yield _named("bound", node, shifted(node, 1 if place == "lower" else -1))
            return
        elif place == "none":
            return
        elif place == "index":
            for letter in self.letters:
                if isinstance(node, Symbol) and not node.indices and letter != node:
                    yield _named("index", node, letter)
        for field, spot, part in children(node):
            for name, edited in self.edits(part, _place(node, field)):
                yield name, with_child(node, field, spot, edited)

    def _of_value(self, node: Node) -> Iterator[Edit]:
        match node:
            case Number() if node.value != 0:
                yield _named("number", node, Number(str(node.value + 1)))
            case Symbol():
                yield from self._of_symbol(node)
            case Add(terms):
                yield from self._of_terms(node, terms)
            case Product(factors):
                yield from self._of_factors(node, factors)
            case Hadamard(factors):
                yield _named("product for elementwise product", node, Product(factors))
                for spot in range(len(factors)):
                    yield _named(
                        "factor dropped", node, _single(without_child(node, "factors", spot))
                    )
            case Quotient(over, under):
                yield _named("fraction", node, Quotient(under, over))
            case Transpose(of):
                yield _named("transpose dropped", node, of)
            case Difference(kind):
                for other in ("D^{+}", r"D^{\pm}", r"D^{\mathrm{i}}"):
                    if other != kind:
                        yield _named("difference", node, replace(node, kind=other))
            case Apply(function, _, _, (argument,)) if function == ROUNDED:
                yield _named("rounding dropped", node, argument)
            case Chance(kind, of) if kind == VARIANCE:
                yield _named("mean for variance", node, Chance(MEAN, of))
            case Apply(function, _, primes, (argument, *_)) if function == ACTIVATION:
                if primes:
                    yield _named("prime dropped", node, replace(node, primes=primes - 1))
                if isinstance(argument, Symbol) and argument.name in SENT:
                    sent = replace(argument, name=SENT[argument.name])
                    yield _named("activation for sum", node, replace(node, arguments=(sent,)))
            case Big(kind, (Binder(_, None),), body) if kind in ("sum", "prod"):
                yield _named("sum dropped", node, body)

    def _of_symbol(self, node: Symbol) -> Iterator[Edit]:
        if len(node.indices) == 2:
            turned = replace(node, indices=node.indices[::-1])
            yield _named("indices exchanged", node, turned)
        meaning = self.meanings.get(node.name)
        if meaning is None or node.indices or node.layer is None:
            return
        if meaning.is_batch or (meaning.quantity in MATRICES and meaning.rows is not None):
            yield _named("transpose added", node, Transpose(node))

    def _of_terms(self, node: Add, terms: tuple[Term, ...]) -> Iterator[Edit]:
        for spot, term in enumerate(terms):
            if isinstance(term.of, Apply) and term.of.function == ORDER:
                dropped = without_child(node, "terms", spot)
                yield _named("term dropped", node, _single(dropped))
                continue  # a multiple of it is the same
            flipped = with_child(node, "terms", spot, replace(term, sign=-term.sign))
            yield f"sign: {tex_of(node)} → {tex_of(flipped)}", flipped
            if len(terms) > 1:
                dropped = without_child(node, "terms", spot)
                yield _named("term dropped", node, _single(dropped))
                twice = replace(term, of=Product((Number("2"), term.of)))
                yield _named("factor 2", node, with_child(node, "terms", spot, twice))

    def _of_factors(self, node: Product, factors: tuple[Node, ...]) -> Iterator[Edit]:
        for spot in range(len(factors)):
            yield _named("factor dropped", node, _single(without_child(node, "factors", spot)))
        for spot in range(len(factors) - 1):
            both = factors[spot : spot + 2]
            if all(self._is_array(factor) for factor in both):
                rest = (*factors[:spot], Hadamard(both), *factors[spot + 2 :])
                yield _named("elementwise product for product", node, _single(Product(rest)))
                turned = (*factors[:spot], both[1], both[0], *factors[spot + 2 :])
                yield _named("factors exchanged", node, Product(turned))

    def _is_array(self, node: Node) -> bool:
        match node:
            case Transpose() | Hadamard():
                return True
            case Brace(of):
                return self._is_array(of)
            case Symbol(name, layer, ()):
                meaning = self.meanings.get(name)
                return meaning is not None and meaning.rows is not None and layer is not None
        return False


SENT = {"z": "a", "Z": "A"}


def _place(node: Node, field: str) -> str:
    """Say what kind of place a part of a node is."""
    match node:
        case Symbol() | Apply() if field == "layer":
            return "layer"
        case Symbol(name) if field == "indices":
            return "layer" if name in ("n", "P") else "index"
        case Binder() if field == "lower":
            return "lower"
        case Binder() if field == "upper":
            return "upper"
        case Integral() if field == "index":
            return "none"
        case Binder() | Brace() if field in ("index", "rows", "columns"):
            return "none"
    if field == "indices":
        return "index"
    return "value"


def _index_letters(node: Node) -> Iterator[Symbol]:
    for field, _, part in children(node):
        is_index = _place(node, field) == "index" or (
            isinstance(node, Binder) and field == "index"
        )
        if is_index and isinstance(part, Symbol) and not part.indices:
            yield part


def shifted(node: Node, by: int) -> Node:
    """Write what is one more or one less."""
    match node:
        case Number():
            return Number(str(node.value + by))
        case Add((*first, Term(sign, Number() as last))):
            value = sign * last.value + by
            if value == 0:
                return _single(Add(tuple(first)))
            term = Term(1 if value > 0 else -1, Number(str(abs(value))))
            return Add((*first, term))
        case Add(terms):
            return Add((*terms, Term(by, Number("1"))))
    return Add((Term(1, node), Term(by, Number("1"))))


def _single(node: Node) -> Node:
    """Take a sum or a product of one thing as this thing."""
    match node:
        case Add((Term(1, of),)):
            return of
        case Product((of,)) | Hadamard((of,)):
            return of
    return node


def _named(what: str, before: Node, after: Node) -> Edit:
    return f"{what}: {tex_of(before)} → {tex_of(after)}", after
