"""What the symbols of the notation stand for in a network: the quantity, its layers, and its shape.

Which symbol stands for which quantity, and in which shape, says ``book/notation.yml``.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from literate.book.notation import Macro, Notation
from literate.errors import BookError
from literate.meaning.functions import OF_NUMBERS, OF_VALUES, STEP
from literate.meaning.model import Move, Moves, Network
from literate.meaning.reading import read_expression
from literate.meaning.syntax import Node, Symbol
from literate.meaning.tokens import Unreadable
from literate.meaning.values import IllTyped, Matrix, Scalar, Value, column, transposed

ACTIVATION = r"\varphi"

ORDER = "O"
"""The function of a remainder that is at most a multiple of its argument."""

ROUNDED = r"\operatorname{fl}"
"""The function of what arithmetic that rounds makes of its argument."""

FUNCTIONS = frozenset(
    {ACTIVATION, ORDER, ROUNDED, *OF_NUMBERS, *OF_VALUES} - {r"\max", r"\min"}
)
"""The names that are functions in every equation."""


@dataclass(frozen=True)
class Quantity:
    """Something that a network has.

    Attributes
    ----------
    layers : int or None
        The first layer that has it; None if it belongs to no layer.
    give : callable
        Of the network, the layer, the example and what moves: a number, a matrix, or, if it
        belongs to an example, a list that is its column.
    of_example : bool
        Whether each example has its own.
    moves : str
        What moves when it does, as the model names it; empty if it is only computed.
    """

    layers: int | None
    give: Callable[[Network, int, int, Moves], Value | list[Scalar]]
    of_example: bool = False
    moves: str = ""


def _weights(network: Network, l: int, _: int, moves: Moves) -> Value:
    return Matrix(tuple(map(tuple, network.weights(l, moves))))


QUANTITIES: Mapping[str, Quantity] = {
    "weights": Quantity(1, _weights, moves="weights"),
    "biases": Quantity(1, lambda net, l, _, moves: net.biases(l, moves), moves="biases"),
    "sums": Quantity(1, lambda net, l, e, moves: net.run(e, moves)[0][l], True, "sums"),
    "activations": Quantity(
        0, lambda net, l, e, moves: net.run(e, moves)[1][l], True, "activations"
    ),
    "inputs": Quantity(
        None, lambda net, _, e, moves: net.run(e, moves)[1][0], True, "activations"
    ),
    "targets": Quantity(None, lambda net, _, e, moves: net.y[e], True),
    "errors": Quantity(1, lambda net, l, e, moves: net.errors(l, e, moves), True),
    "Jacobian": Quantity(1, lambda net, l, e, _: net.carried("activations", l, l, e)),
    "carrier": Quantity(1, lambda net, l, e, _: transposed(net.carried("sums", net.L, l, e))),
    "rates of sums": Quantity(1, lambda net, l, e, _: net.rates("sums", l, e), True),
    "rates of the input": Quantity(
        None, lambda net, _, e, __: net.rates("activations", 0, e), True
    ),
    "rate of the cost": Quantity(None, lambda net, _, e, __: net.rate_of_cost(e)),
    "last layer": Quantity(None, lambda net, *_: net.L),
    "examples": Quantity(None, lambda net, *_: net.m),
    "classes": Quantity(None, lambda net, *_: net.n[-1]),
    "parameters": Quantity(None, lambda net, *_: net.parameters),
    "forward multiplications": Quantity(None, lambda net, *_: net.multiplications("forward")),
    "backward multiplications": Quantity(None, lambda net, *_: net.multiplications("backward")),
    "recursion's multiplications": Quantity(
        None, lambda net, *_: net.multiplications("recursion")
    ),
    "dual multiplications": Quantity(None, lambda net, *_: net.multiplications("dual")),
    "tape's multiplications": Quantity(None, lambda net, *_: net.multiplications("tape")),
    "tape's numbers": Quantity(None, lambda net, *_: net.kept_by_tape()),
    "paths' multiplications": Quantity(None, lambda net, *_: net.multiplications("paths")),
}
"""What a symbol of the notation may stand for; three more, below, are reached by their indices."""

MATRICES = ("weights", "Jacobian", "carrier")
"""The quantities that are matrices without a batch."""

SIZES, PATHS, COST, LABELS, PATH_PRODUCT = "sizes", "paths", "cost", "labels", "path product"
BY_INDEX = (SIZES, PATHS, COST, LABELS, PATH_PRODUCT)


@dataclass(frozen=True)
class Meaning:
    """What a symbol stands for, and in which shape."""

    quantity: str
    rows: Node | None = None
    columns: Node | None = None

    @property
    def is_batch(self) -> bool:
        """Whether it holds an example in each column."""
        return self.columns == Symbol("m")


def meanings_of(notation: Notation) -> dict[str, Meaning]:
    """Read what the symbols of the notation stand for.

    Parameters
    ----------
    notation : Notation
        The book's.

    Returns
    -------
    dict of str to Meaning
        By the symbol's letter, without layer and indices.

    Raises
    ------
    BookError
        If a quantity is unknown, or a symbol or a shape cannot be read.
    """
    found: dict[str, Meaning] = {}
    for topic in notation.topics:
        for row in topic.symbols:
            if not row.value:
                continue
            for tex, quantity in zip(row.tex.split(r",\;"), row.value, strict=True):
                if quantity not in QUANTITIES and quantity not in BY_INDEX:
                    known = ", ".join([*QUANTITIES, *BY_INDEX])
                    raise BookError(
                        f"notation.yml: {tex}: no quantity {quantity!r}; there are {known}"
                    )
                try:
                    symbol = read_expression(tex, notation.macros, FUNCTIONS)
                    rows, columns = shape_in(row.shape, notation.macros)
                except Unreadable as error:
                    raise BookError(f"notation.yml: {tex}: {error}") from None
                if not isinstance(symbol, Symbol):
                    raise BookError(f"notation.yml: {tex}: only one letter stands for a value")
                found[symbol.name] = Meaning(quantity, rows, columns)
    return found


def shape_in(text: str, macros: tuple[Macro, ...]) -> tuple[Node | None, Node | None]:
    """Read the shape in the text of a row; none if it is a number."""
    match = re.match(r"\$(.+?)\\times(.+?)\$", text)
    if match is None:
        return None, None
    return (
        read_expression(match[1], macros, FUNCTIONS),
        read_expression(match[2], macros, FUNCTIONS),
    )


def array_of(
    meaning: Meaning, network: Network, layer: int | None, example: int | None, moves: Moves
) -> Value:
    """Give the whole array that a symbol stands for.

    Parameters
    ----------
    meaning : Meaning
        The symbol's.
    network : Network
        In which.
    layer : int or None
        Its layer; None if the symbol has none.
    example : int or None
        The example of which a column is asked for.
    moves : tuple of Move
        What moves.

    Returns
    -------
    Value
        A number or a matrix.
    """
    quantity = QUANTITIES[meaning.quantity]
    if (layer is None) != (quantity.layers is None):
        raise IllTyped("a layer is missing" if layer is None else "a layer too many")
    if layer is not None and not (quantity.layers or 0) <= layer <= network.L:
        raise IllTyped(f"no layer {layer}")
    at = layer or 0
    if not quantity.of_example:
        value = quantity.give(network, at, example or 0, moves)
        return column(value) if isinstance(value, list) else value
    if meaning.is_batch:
        columns = [quantity.give(network, at, e, moves) for e in range(network.m)]
        entries = [list(one) for one in columns if isinstance(one, list)]
        return transposed(Matrix(tuple(map(tuple, entries))))
    if example is None:
        raise IllTyped("it is not said of which example")
    value = quantity.give(network, at, example, moves)
    return column(value) if isinstance(value, list) else value


def by_layer(meaning: Meaning, network: Network, l: int) -> Value:
    """Give a number that belongs to a layer: its size, or how many paths leave a neuron of it."""
    if not 0 <= l <= network.L:
        raise IllTyped(f"no layer {l}")
    if meaning.quantity == SIZES:
        return network.n[l]
    return sum(1 for _ in network.paths(l))


def move_of(
    meaning: Meaning, layer: int | None, indices: tuple[int, ...], example: int | None
) -> Move:
    """Say how the model moves an entry of what a symbol stands for."""
    quantity = QUANTITIES.get(meaning.quantity)
    if quantity is None or not quantity.moves:
        raise IllTyped("a derivative by what is only computed")
    if quantity.of_example:
        if meaning.is_batch:
            *indices_left, example = indices
            indices = tuple(indices_left)
        if len(indices) != 1:
            raise IllTyped("an entry of a column has one index")
    return Move(quantity.moves, layer or 0, indices, example, STEP * 1j)
