"""An equation as plain data, with what a reader of its page may change in it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from literate.meaning.claims import Claims
from literate.meaning.instances import instances
from literate.meaning.mistakes import SENT, shifted
from literate.meaning.model import Network
from literate.meaning.symbols import ACTIVATION, Meaning
from literate.meaning.syntax import (
    Add,
    Apply,
    Brace,
    Hadamard,
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
    with_child,
)
from literate.meaning.values import Matrix, number

KIND = "t"
"""The field of plain data that says which node it is."""

Path = tuple[tuple[str, int | None], ...]


@dataclass(frozen=True)
class Choice:
    """A place of a side at which the reader chooses.

    Attributes
    ----------
    path : Path
        The fields, with places in them, that lead to the node.
    field : str
        The field of its plain data that is chosen.
    options : tuple of (str, Node)
        What each is called, and the node with it; the first is as printed.
    """

    path: Path
    field: str
    options: tuple[tuple[str, Node], ...]


def plain(node: Any) -> Any:
    """Write a tree as dictionaries, lists, texts and numbers."""
    if isinstance(node, Node):
        return {KIND: type(node).__name__} | {
            field.name: plain(getattr(node, field.name)) for field in fields(node)
        }
    if isinstance(node, tuple):
        return [plain(part) for part in node]
    return node


def signed(side: Node) -> Node:
    """Give a side its sign, so that it can be changed."""
    return side if isinstance(side, Add) else Add((Term(1, side),))


def choices(node: Node, meanings: Mapping[str, Meaning], path: Path = ()) -> Iterator[Choice]:
    """Yield the places of a side at which a reader may choose, from left to right."""
    for field, options in _options(node, meanings):
        yield Choice(path, field, options)
    for field, place, part in children(node):
        if field not in ("binders", "layer", "indices", "rows", "columns", "under"):
            yield from choices(part, meanings, (*path, (field, place)))


Options = tuple[tuple[str, Node], ...]


def _options(node: Node, meanings: Mapping[str, Meaning]) -> Iterator[tuple[str, Options]]:
    match node:
        case Term(sign):
            turned = replace(node, sign=-sign)
            yield (
                "sign",
                (("+", node), ("−", turned)) if sign > 0 else (("−", node), ("+", turned)),
            )
        case Transpose(of):
            yield KIND, (("T", node), ("no T", Brace(of)))
        case Hadamard(factors):
            yield KIND, (("⊙", node), ("·", Product(factors)))
        case Quotient(Number() as over, under) if over != under:
            text = f"{over.text}/{tex_of(under)}"
            yield "under", ((text, node), (over.text, replace(node, under=Number("1"))))
        case Apply(function, _, 1) if function == ACTIVATION:
            yield "primes", (("φ′", node), ("φ", replace(node, primes=0)))
        case Symbol(name, layer, indices) if name in meanings and layer is not None:
            if name in SENT:
                yield "name", ((name, node), (SENT[name], replace(node, name=SENT[name])))
            if len(indices) == 2:
                other = replace(node, indices=indices[::-1])
                yield "indices", tuple((_side_by_side(one), one) for one in (node, other))
            if layer != Symbol("L"):
                yield (
                    "layer",
                    tuple(
                        (f"({tex_of(one.layer)})", one)
                        for one in (
                            node,
                            *(replace(node, layer=shifted(layer, by)) for by in (-1, 1)),
                        )
                    ),
                )


def _side_by_side(symbol: Symbol) -> str:
    return "".join(map(tex_of, symbol.indices))


def chosen(node: Node, path: Path, new: Node) -> Node:
    """Copy a side with another node at the end of a path."""
    if not path:
        return new
    (field, place), *rest = path
    part = getattr(node, field) if place is None else getattr(node, field)[place]
    return with_child(node, field, place, chosen(part, tuple(rest), new))


def equation_to_change(claims: Claims, network: Network) -> dict[str, Any]:
    """Give the two ends of an equation as plain data, with choices and the values of its indices.

    Parameters
    ----------
    claims : Claims
        An equation of one claim.
    network : Network
        The one in whose numbers it is shown.

    Returns
    -------
    dict
        ``left`` and ``right``, trees; ``choices``, each with its path in the right one, the field
        that is chosen, and the options; ``scopes``, the values of the indices.
    """
    claim, left, right = ends(claims)
    return {
        "left": plain(left),
        "right": plain(right),
        "choices": [
            {
                "path": [step for pair in one.path for step in pair if step is not None],
                "field": one.field,
                "options": [[text, plain(node)[one.field]] for text, node in one.options],
            }
            for one in choices(right, claims.meanings)
        ],
        "scopes": [
            {
                name: number(value).real
                for name, value in scope.names.items()
                if not isinstance(value, Matrix)
            }
            for scope in instances(
                claim,
                claims.statement,
                network,
                claims.hypotheses,
                claims.around,
                claims.meanings,
            )
            if scope.example in (None, 0)
        ],
    }


def ends(claims: Claims) -> tuple[Relation, Node, Node]:
    """Give the first claim of an equation with its first side and its last."""
    claim = next(claims.relations())
    return claim, claim.sides[0], signed(claim.sides[-1])
