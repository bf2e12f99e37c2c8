# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 5c6600f0742fd4dc

# From book/speed.md, "One row of memory"
"""One row of numbers, from which matrices and all parameters of a network are cut."""

import math
from collections.abc import Sequence

from nnmath.model.array_types import Array, ByLayer

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
