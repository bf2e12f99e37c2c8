"""A network by the book's definitions, in plain Python: no line of it is the package's.

A derivative is no formula here. One value is moved along the imaginary axis, whatever is computed
from it is computed again, and whatever is not is held still.
"""

import copy
import itertools
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from literate.meaning.functions import ELEMENTWISE, OF_COLUMNS, STEP, derivative, logarithm
from literate.meaning.values import IllTyped, Matrix, Scalar, column, make

Cost = Callable[[list[Scalar], list[Scalar]], Scalar]


def squared_error(a: list[Scalar], y: list[Scalar]) -> Scalar:
    """Give the mean of the squared differences."""
    return sum((a[i] - y[i]) ** 2 for i in range(len(a))) / len(a)


def cross_entropy(a: list[Scalar], y: list[Scalar]) -> Scalar:
    """Give the sum of the targets times the logarithms, with a minus."""
    return -sum(y[i] * logarithm(a[i]) for i in range(len(a)))


def no_usual_cost(a: list[Scalar], y: list[Scalar]) -> Scalar:
    """Give a smooth cost that mixes the outputs, and looks like none that is in use."""
    ring = sum(a[i] * a[i - 1] * (i + 1) for i in range(len(a)))
    return ring / 3 + sum((a[i] + 0.3 * y[i]) ** 3 for i in range(len(a))) + a[0] * y[-1]


def linear(a: list[Scalar], y: list[Scalar]) -> Scalar:
    """Give the sum of the products: the errors of an output without a function are fixed."""
    return sum(a[i] * y[i] for i in range(len(a)))


COSTS: Mapping[str, Cost] = {
    "squared error": squared_error,
    "cross-entropy": cross_entropy,
    "no usual cost": no_usual_cost,
    "linear": linear,
}


@dataclass(frozen=True)
class Move:
    """One value that moves: in which layer, with which indices, of which example, how far."""

    what: str
    layer: int
    index: tuple[int, ...]
    example: int | None
    step: Scalar


Moves = tuple[Move, ...]


@dataclass(frozen=True)
class Architecture:
    """What a network is made of, before its parameters are drawn.

    Attributes
    ----------
    sizes : tuple of int
        The number of neurons of each layer, the input's first.
    examples : int
        How many examples the batch has.
    activations : tuple of str
        The activation function of each layer from 1 on.
    cost : str
        The name of the cost.
    target : str
        What the targets are: ``any``, ``distribution`` or ``one-hot``.
    twins : bool
        Whether the first two neurons of each hidden layer are equal.
    """

    sizes: tuple[int, ...]
    examples: int
    activations: tuple[str, ...]
    cost: str
    target: str = "any"
    twins: bool = False

    def __str__(self) -> str:
        sizes = "-".join(map(str, self.sizes))
        return f"{sizes}, {', '.join(self.activations)}, {self.cost}, m = {self.examples}"


class Network:
    """A random network with a random batch.

    Parameters
    ----------
    architecture : Architecture
        What it is made of.
    """

    def __init__(self, architecture: Architecture) -> None:
        self.architecture = architecture
        self.n = n = architecture.sizes
        self.L = len(n) - 1
        self.m = architecture.examples
        self.random = random.Random(str(architecture))
        draw = self.draw
        layers = range(1, self.L + 1)
        self.W = {l: [[draw() for _ in range(n[l - 1])] for _ in range(n[l])] for l in layers}
        self.b = {l: [draw() for _ in range(n[l])] for l in layers}
        self.x = [[draw() for _ in range(n[0])] for _ in range(self.m)]
        self.labels = [self.random.randrange(n[-1]) for _ in range(self.m)]
        self.y = [self._target(e) for e in range(self.m)]
        self.direction = [draw() for _ in range(n[0])]
        if architecture.twins:
            self.make_twins()
        self._errors: dict[tuple[int, int, Moves], list[Scalar]] = {}
        self._carried: dict[tuple[str, int, int, int], Matrix] = {}
        self._runs: dict[tuple[int, Moves], tuple[list[list[Scalar]], list[list[Scalar]]]] = {}

    def draw(self) -> float:
        """Draw a number that is neither small nor large."""
        return self.random.choice((-1, 1)) * self.random.uniform(0.3, 1.2)

    def _target(self, e: int) -> list[Scalar]:
        n = self.n[-1]
        if self.architecture.target == "one-hot":
            return [float(k == self.labels[e]) for k in range(n)]
        entries: list[Scalar] = [self.draw() for _ in range(n)]
        if self.architecture.target == "distribution":
            total = sum(abs(entry) for entry in entries)
            return [abs(entry) / total for entry in entries]
        return entries

    def with_signs(self, scales: Sequence[float]) -> Iterator["Network"]:
        """Yield this network with no biases, and with each choice of the signs of its weights.

        Parameters
        ----------
        scales : sequence of float
            What the size of the weights of each layer is, from layer 1 on.
        """
        shapes = {l: (self.n[l], self.n[l - 1]) for l in range(1, self.L + 1)}
        many = sum(rows * columns for rows, columns in shapes.values())
        for signs in itertools.product((1, -1), repeat=many):
            sign = iter(signs)
            network = copy.copy(self)
            network.W = {
                l: [[next(sign) * scales[l - 1] for _ in range(columns)] for _ in range(rows)]
                for l, (rows, columns) in shapes.items()
            }
            network.b = {l: [0.0] * rows for l, (rows, _) in shapes.items()}
            network._errors, network._carried, network._runs = {}, {}, {}
            yield network

    def make_twins(self) -> None:
        """Make neuron 1 of each hidden layer equal to neuron 0, before it and after it."""
        for l in range(1, self.L):
            self.W[l][1], self.b[l][1] = list(self.W[l][0]), self.b[l][0]
            for row in self.W[l + 1]:
                row[1] = row[0]

    # The definitions

    def weights(self, l: int, moves: Moves) -> list[list[Scalar]]:
        """Give the weights into a layer, row by row, with what moves."""
        rows: list[list[Scalar]] = [list(row) for row in self.W[l]]
        for move in moves:
            if (move.what, move.layer) == ("weights", l):
                rows[move.index[0]][move.index[1]] += move.step
        return rows

    def biases(self, l: int, moves: Moves) -> list[Scalar]:
        """Give the biases of a layer, with what moves."""
        entries: list[Scalar] = list(self.b[l])
        _move(entries, "biases", l, moves)
        return entries

    def run(self, e: int, moves: Moves = ()) -> tuple[list[list[Scalar]], list[list[Scalar]]]:
        """Compute sums and activations of all layers for an example, with what moves."""
        moves = tuple(move for move in moves if move.example in (None, e))
        if (e, moves) not in self._runs:
            self._runs[e, moves] = self._computed(e, moves)
        return self._runs[e, moves]

    def _computed(self, e: int, moves: Moves) -> tuple[list[list[Scalar]], list[list[Scalar]]]:
        z: list[list[Scalar]] = [[]]
        a: list[list[Scalar]] = [list(self.x[e])]
        _move(a[0], "activations", 0, moves)
        for move in moves:
            if move.what == "direction":
                for j in range(self.n[0]):
                    a[0][j] += move.step * self.direction[j]
        for l in range(1, self.L + 1):
            W, b = self.weights(l, moves), self.biases(l, moves)
            sums: list[Scalar] = []
            for i in range(self.n[l]):
                total: Scalar = b[i]
                for j in range(self.n[l - 1]):
                    total += W[i][j] * a[l - 1][j]
                sums.append(total)
            _move(sums, "sums", l, moves)
            activations = self.activate(l, sums)
            _move(activations, "activations", l, moves)
            z.append(sums)
            a.append(activations)
        return z, a

    def activate(self, l: int, sums: list[Scalar]) -> list[Scalar]:
        """Apply the activation function of a layer to a column."""
        name = self.architecture.activations[l - 1]
        if name in OF_COLUMNS:
            return list(OF_COLUMNS[name](column(sums)).entries())
        return [ELEMENTWISE[name](z) for z in sums]

    def slope(self, l: int, order: int) -> Callable[[Scalar], Scalar]:
        """Give the activation function of a layer, or a derivative of it, if it is elementwise."""
        if not 1 <= l <= self.L:
            raise IllTyped(f"layer {l} has no activation function")
        name = self.architecture.activations[l - 1]
        if name not in ELEMENTWISE:
            raise IllTyped(f"{name} is not elementwise")
        return derivative(ELEMENTWISE[name], order)

    def cost(self, e: int, moves: Moves = ()) -> Scalar:
        """Give the cost of an example."""
        return COSTS[self.architecture.cost](self.run(e, moves)[1][self.L], self.y[e])

    def mean_cost(self, moves: Moves = ()) -> Scalar:
        """Give the cost of the batch."""
        return sum(self.cost(e, moves) for e in range(self.m)) / self.m

    # What is derived, by moving

    def rate(self, of: Callable[[Moves], Scalar], move: Move, moves: Moves = ()) -> Scalar:
        """Give how fast something changes when one value moves."""
        if any(isinstance(other.step, complex) for other in moves):
            raise IllTyped("a derivative of a derivative")
        return of((*moves, move)).imag / STEP

    def errors(self, l: int, e: int, moves: Moves = ()) -> list[Scalar]:
        """Give the rates of the cost of an example as the weighted sums of a layer move."""
        if (l, e, moves) not in self._errors:
            self._errors[l, e, moves] = [
                self.rate(
                    lambda more: self.cost(e, more), Move("sums", l, (i,), e, STEP * 1j), moves
                )
                for i in range(self.n[l])
            ]
        return self._errors[l, e, moves]

    def carried(self, what: str, to: int, l: int, e: int) -> Matrix:
        """Give the rates of sums or activations of one layer as the sums of another move."""
        place = ("sums", "activations").index(what)

        def entry(i: int, k: int) -> Scalar:
            move = Move("sums", l, (k,), e, STEP * 1j)
            return self.rate(lambda more: self.run(e, more)[place][to][i], move)

        key = (what, to, l, e)
        if key not in self._carried:
            self._carried[key] = make(self.n[to], self.n[l], entry)
        return self._carried[key]

    def rates(self, what: str, l: int, e: int) -> list[Scalar]:
        """Give how fast sums or activations of a layer change along the direction of the input."""
        place = ("sums", "activations").index(what)
        run = self.run(e, (Move("direction", 0, (), e, STEP * 1j),))
        return [one.imag / STEP for one in run[place][l]]

    def rate_of_cost(self, e: int) -> Scalar:
        """Give how fast the cost changes along the direction of the input."""
        return self.cost(e, (Move("direction", 0, (), e, STEP * 1j),)).imag / STEP

    # What is counted, by counting

    @cached_property
    def parameters(self) -> int:
        """How many weights and biases there are."""
        weights = sum(1 for rows in self.W.values() for row in rows for _ in row)
        return weights + sum(1 for entries in self.b.values() for _ in entries)

    def paths(self, l: int) -> Iterator[tuple[int, ...]]:
        """Yield the paths from one neuron of a layer to the output, without that neuron."""
        yield from itertools.product(*(range(self.n[r]) for r in range(l + 1, self.L + 1)))

    def path_product(self, path: tuple[int, ...], l: int, e: int) -> Scalar:
        """Multiply the rates of each sum on a path as the sum before it moves."""
        total: Scalar = 1
        for r in range(l, self.L):
            total *= self.carried("sums", r + 1, r, e).rows[path[r + 1 - l]][path[r - l]]
        return total

    def multiplications(self, way: str) -> int:
        """Count the multiplications of a way to compute, neuron by neuron."""
        layers = range(1, self.L)
        count = 0
        if way == "forward":
            return sum(1 for rows in self.W.values() for row in rows for _ in row)
        if way == "dual":  # each product of values and rates, in a pass for each parameter
            for _ in range(self.parameters):
                for rows in self.W.values():
                    count += sum(len(("a b", "a' b", "a b'")) for row in rows for _ in row)
            return count
        if way == "tape":  # the two rules of each product, and a slope for each sum
            for _ in range(self.m):
                for rows in self.W.values():
                    for row in rows:
                        count += 1 + sum(len(("of the weight", "of the input")) for _ in row)
            return count
        if way == "paths":  # a weight and a slope at each step
            for l in layers:
                for _ in range(self.n[l]):
                    for path in self.paths(l):
                        count += 2 * len(path)
            return count
        for l in layers:
            for _ in range(self.n[l]):
                for _ in range(self.n[l + 1]):
                    count += 1
                count += 1  # the slope
        if way == "backward":
            count += self.multiplications("forward")
        return count

    def kept_by_tape(self) -> int:
        """Count the numbers that a tape keeps of a batch: product, sum and activation."""
        kept = [("product", "sum", "activation") for rows in self.W.values() for _ in rows]
        return sum(len(three) for _ in range(self.m) for three in kept)


def _move(values: list[Scalar], what: str, l: int, moves: Moves) -> None:
    for move in moves:
        if (move.what, move.layer) == (what, l):
            values[move.index[0]] += move.step
