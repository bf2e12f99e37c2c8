# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: bba8581ec4c1754f

# From book/many_machines.md, "A shard in the package"
"""Shards of the examples, and sums over them by a fixed tree."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TypeVar

import numpy as np

from nnmath.fast.parameters import Parameters
from nnmath.learning.plain_training import Course, augmented, plain_gradients
from nnmath.learning.training_types import Augment
from nnmath.model.activations import Activation
from nnmath.model.array_types import Array, ByLayer
from nnmath.model.costs import Cost
from nnmath.model.network import Network, count_parameters

T = TypeVar("T")

Sums = tuple[float, Array]
"""A cost and the gradients of all parameters in one row, both summed over some examples."""


def in_one_row(n: Sequence[int], of_W: ByLayer, of_b: ByLayer) -> Array:
    """Copy all weights and biases, or their gradients, into one row of numbers."""
    dtype = np.result_type(*of_W.values(), *of_b.values())
    row = Parameters(n, np.empty(count_parameters(n), dtype))
    for l in of_W:
        row.W[l][...] = of_W[l]
        row.b[l][...] = of_b[l]
    return row.cells


# From book/many_machines.md, "A shard in the package"
@dataclass(frozen=True)
class Shard:
    """Some of the examples, and what a worker must know to sum over them.

    Parameters
    ----------
    number : int
        Which shard it is.
    start : int
        The number of its first example.
    inputs : ndarray, shape (m_r, n_0)
        The inputs, one example a row.
    targets : ndarray, shape (m_r, n_L)
        Their targets, likewise.
    n, phi, cost
        Sizes, activation functions and cost of the training.
    augment : function, optional
        Changes the inputs of each step.
    seed : int
        With the numbers of the step and of the shard, draws what `augment` draws.
    """

    number: int
    start: int
    inputs: Array
    targets: Array
    n: tuple[int, ...]
    phi: Mapping[int, Activation]
    cost: Cost
    augment: Augment | None = None
    seed: int = 0

    @property
    def stop(self) -> int:
        """The number of the first example after the shard."""
        return self.start + len(self.inputs)

    def here(self, chosen: Array | None) -> Array | None:
        """Give the numbers within the shard of those examples that it holds; None means all."""
        if chosen is None:
            return None
        return chosen[(self.start <= chosen) & (chosen < self.stop)] - self.start

    def sums(self, cells: Array, chosen: Array | None, step: int) -> Sums:
        """Sum cost and gradients over some of the examples, for given parameters.

        Parameters
        ----------
        cells : ndarray, shape (N,)
            All parameters in one row.
        chosen : ndarray of int, optional
            The numbers of the examples within the shard; without it, all.
        step : int
            The number of the step.

        Returns
        -------
        value : float
            The sum of the costs; not finite if it, or a sum on the way to it, is not.
        sums : ndarray, shape (N,)
            The sums of the gradients; without meaning if `value` is not finite.

        Notes
        -----
        A term of equation ``eq-shard-gradient``.
        """
        inputs, targets = self.inputs, self.targets
        if chosen is not None:
            inputs, targets = inputs[chosen], targets[chosen]
        X, m = inputs.T, len(inputs)
        if m == 0:
            return 0.0, np.zeros_like(cells)
        if self.augment is not None:
            # The same numbers, whichever worker draws them, and however often. A copy, for it may
            # be written into.
            rng = np.random.default_rng([self.seed, step, self.number])
            X = augmented(X.copy(order="K"), Course(m, 1, 0, m, rng, augment=self.augment))
        parameters = Parameters(self.n, np.zeros_like(cells))
        network = Network(parameters.W, parameters.b, self.phi)
        parameters.cells[...] = cells
        value, gradients = plain_gradients(network, X, targets.T, self.cost)
        if not math.isfinite(value):
            return value, cells
        with np.errstate(over="ignore"):  # refused before a step
            return m * value, m * in_one_row(self.n, *gradients)  # eq-shard-gradient


# From book/many_machines.md, "A shard in the package"
def cut(
    network: Network,
    X: Array,
    Y: Array,
    cost: Cost,
    R: int,
    augment: Augment | None = None,
    seed: int = 0,
) -> list[Shard]:
    """Cut the examples into shards, in their order, as equal in size as can be.

    Parameters
    ----------
    network : Network
        Its sizes and activation functions are taken.
    X, Y, cost, augment, seed
        As for `Shard`, but one example a column.
    R : int
        How many shards, from 1 to m.

    Returns
    -------
    list of Shard
        The inputs are not copied where one example's follow the other's in memory, as MNIST's do;
        targets as `one_hot` gives them are.
    """
    m = X.shape[1]
    inputs, targets = np.ascontiguousarray(X.T), np.ascontiguousarray(Y.T)
    pieces = [slice(r * m // R, (r + 1) * m // R) for r in range(R)]
    return [
        Shard(
            r,
            piece.start,
            inputs[piece],
            targets[piece],
            network.n,
            network.phi,
            cost,
            augment,
            seed,
        )
        for r, piece in enumerate(pieces)
    ]


# From book/many_machines.md, "The same step, and the same bits"
Tree = dict[tuple[int, int], T]
"""Sums by their round k and number r, as in equation ``eq-tree``."""


def add(one: Sums, other: Sums) -> Sums:
    """Add the sums of some examples to those of others."""
    with np.errstate(over="ignore", invalid="ignore"):  # refused before a step
        return one[0] + other[0], one[1] + other[1]


def add_neighbours(tree: Tree[T], R: int, add: Callable[[T, T], T]) -> Tree[T]:
    """Put the sum of two neighbours in their place, wherever both are there, up to the root.

    Parameters
    ----------
    tree : dict
        Some sums; those of the shards are (0, 0), ..., (0, R - 1).
    R : int
        How many shards there are in all.
    add : function
        Adds two sums.

    Returns
    -------
    dict
        What is left: of all shards the root alone.

    Notes
    -----
    Equation ``eq-tree``.
    """
    left, k, count = dict(tree), 0, R
    while count > 1:
        for r in range(0, count, 2):
            pair = [(k, r), (k, r + 1)][: count - r]  # the last of an odd number is alone
            if all(place in left for place in pair):
                both = [left.pop(place) for place in pair]
                left[k + 1, r // 2] = reduce(add, both)  # eq-tree
        k, count = k + 1, -(-count // 2)
    return left
