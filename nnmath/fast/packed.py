# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: aec74dad3bb049bb

# From book/speed.md, "Blocks that stay near"
"""All examples in blocks, each with only the inputs that it needs, and the sums over them."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnmath.fast.block import Block
from nnmath.model.activations import Activation
from nnmath.model.array_types import Array, ByLayer
from nnmath.model.costs import Cost

BLOCK = 512
"""How many examples a block holds: 512 pictures in float32, each with the inputs alone that are not
always zero, take about a megabyte, the size of a processor's second cache."""

LINE = 16
"""An array begins at a multiple of so many numbers, for whole lines of the cache."""

Slot = tuple[int, tuple[int, int]]


class Memory:
    """One long row of numbers, from which arrays are cut.

    Parameters
    ----------
    cells : ndarray, shape (size,)
        The numbers; they may be shared with other processes.
    """

    def __init__(self, cells: Array) -> None:
        self.cells, self.used = cells, 0

    def place(self, rows: int, columns: int) -> Slot:
        """Reserve the place of a matrix."""
        start = self.used
        self.used += -(-rows * columns // LINE) * LINE
        return start, (rows, columns)

    def view(self, place: Slot) -> Array:
        """Give the matrix at a place."""
        start, shape = place
        return self.cells[start : start + math.prod(shape)].reshape(shape)


class Parameters:
    """Arrays of the shapes of a network's parameters, one behind the other in one row of numbers.

    Parameters
    ----------
    n : sequence of int
        The sizes ``n_0, ..., n_L``.
    cells : ndarray
        As many numbers as the network has parameters, in a single row or column.
    inputs_first : bool, optional
        Whether the weights of the first layer lie input by input, and not neuron by neuron.
    """

    def __init__(self, n: Sequence[int], cells: Array, *, inputs_first: bool = False) -> None:
        self.n, self.inputs_first = n, inputs_first
        self.cells = cells.reshape(-1)
        self.W: ByLayer = {}
        self.b: ByLayer = {}
        start = 0
        for l in range(1, len(n)):
            stop = start + n[l] * n[l - 1]
            if l == 1 and inputs_first:
                self.W[l] = self.cells[start:stop].reshape(n[l - 1], n[l]).T
            else:
                self.W[l] = self.cells[start:stop].reshape(n[l], n[l - 1])
            start, stop = stop, stop + n[l]
            self.b[l] = self.cells[start:stop].reshape(n[l], 1)
            start = stop

    def copy(self) -> "Parameters":
        """Give the same numbers in memory of their own."""
        return Parameters(self.n, self.cells.copy(), inputs_first=self.inputs_first)


# From book/speed.md, "Only what is not always zero"
@dataclass(frozen=True)
class Packed:
    """A block of examples in a memory.

    Attributes
    ----------
    examples : place of an array of shape (b, k)
        The inputs that are not 0 in all examples of the block; one example a row.
    live : ndarray of int, shape (k,)
        Which inputs these are.
    Y : place of an array of shape (n_L, b)
        The targets.
    """

    examples: Slot
    live: NDArray[np.integer[Any]]
    Y: Slot


def pack(X: Array, Y: Array, memory: Memory, size: int = BLOCK) -> Iterator[Packed]:
    """Put the examples into blocks, those of a class that have about as many zeros side by side.

    Parameters
    ----------
    X : ndarray, shape (n_0, m)
        The inputs.
    Y : ndarray, shape (n_L, m)
        Their targets.
    memory : Memory
        Receives the blocks.
    size : int, optional
        How many examples a block holds; the last may hold fewer.

    Yields
    ------
    Packed
        Block after block.
    """
    rows = np.ascontiguousarray(X.T)
    order = np.lexsort((np.count_nonzero(rows, axis=1), Y.argmax(axis=0)))
    for start in range(0, len(order), size):
        chosen = order[start : start + size]
        some = rows[chosen]
        live = np.flatnonzero(some.any(axis=0))
        packed = Packed(
            memory.place(len(chosen), len(live)), live, memory.place(Y.shape[0], len(chosen))
        )
        memory.view(packed.examples)[...] = some[:, live]
        memory.view(packed.Y)[...] = Y[:, chosen]
        yield packed


# From book/speed.md, "Only what is not always zero"
@dataclass(frozen=True)
class Plan:
    """What a process needs to know for its part of the examples.

    Attributes
    ----------
    n : tuple of int
        The sizes ``n_0, ..., n_L``.
    phi : mapping of int to function
        The activation functions.
    cost : function
        ``squared_error`` or ``cross_entropy``.
    one_hot : bool
        Whether every column of targets is one 1 among zeros.
    parameters, sums : place
        Where the network's parameters stand, and where the sums of the gradients go.
    blocks : list of Packed
        The process's examples.
    """

    n: tuple[int, ...]
    phi: Mapping[int, Activation]
    cost: Cost
    one_hot: bool
    parameters: Slot
    sums: Slot
    blocks: list[Packed]


class Part:
    """A part of the examples, block by block.

    Parameters
    ----------
    plan : Plan
        What to compute.
    memory : Memory
        Holds the examples and the parameters, and receives the sums.
    """

    def __init__(self, plan: Plan, memory: Memory) -> None:
        n, dtype = plan.n, memory.cells.dtype
        self.parameters, self.sums = (
            Parameters(n, memory.view(place), inputs_first=True)
            for place in (plan.parameters, plan.sums)
        )
        self.blocks = [
            (memory.view(block.examples), block.live, memory.view(block.Y))
            for block in plan.blocks
        ]
        sizes = {Y.shape[1] for _, _, Y in self.blocks}
        self.space = {b: Block(n, plan.phi, plan.cost, plan.one_hot, b, dtype) for b in sizes}
        self.of_block = Parameters(n, np.empty_like(self.sums.cells), inputs_first=True)
        self.first = np.empty((n[0], n[1]), dtype)

    def run(self) -> float:
        """Sum cost and gradients over the part's examples; give the cost.

        Returns
        -------
        float
            The sum of the examples' costs; if it is not finite the gradients are not complete.
        """
        W, b, of_W, of_b = (
            self.parameters.W,
            self.parameters.b,
            dict(self.of_block.W),
            self.of_block.b,
        )
        self.sums.cells[...] = 0
        total = 0.0
        for examples, live, Y in self.blocks:
            first = self.first[: len(live)]
            np.take(W[1].T, live, axis=0, out=first, mode="clip")
            of_W[1] = self.of_block.W[1].T[: len(live)]
            total += self.space[Y.shape[1]].run(examples, first, W, b, Y, of_W, of_b)
            if not math.isfinite(total):
                break
            self.sums.W[1].T[live] += of_W[1]
            for l in W:
                self.sums.b[l] += of_b[l]
                if l > 1:
                    self.sums.W[l] += of_W[l]
        return total
