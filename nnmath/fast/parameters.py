# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 21d2b6aea949a142

# From book/speed.md, "Parameters in one row"
"""All parameters of a network in one row of numbers."""

from collections.abc import Sequence

import numpy as np

from nnmath.model.array_types import Array, ByLayer
from nnmath.model.network import Network


class Parameters:
    """All parameters of a network in one row of numbers, each bias beside its weights.

    Parameters
    ----------
    n : sequence of int
        The sizes ``n_0, ..., n_L``.
    cells : ndarray
        As many numbers as the network has parameters, in a single row or column.

    Attributes
    ----------
    joined : dict of int to ndarray, shape (n_l, n_{l-1} + 1)
        The weights of each layer, and its biases as one more column. Those of the first layer lie
        input by input, the others neuron by neuron.
    W, b : dict of int to ndarray
        Their parts: the weights, and the biases of shape (n_l, 1).

    Notes
    -----
    Equation ``eq-bias-column``.
    """

    def __init__(self, n: Sequence[int], cells: Array) -> None:
        self.n, self.cells = n, cells.reshape(-1)
        self.joined: ByLayer = {}
        start = 0
        for l in range(1, len(n)):
            stop = start + n[l] * (n[l - 1] + 1)
            numbers = self.cells[start:stop]
            if l == 1:
                self.joined[l] = numbers.reshape(n[0] + 1, n[1]).T
            else:
                self.joined[l] = numbers.reshape(n[l], n[l - 1] + 1)
            start = stop
        self.W: ByLayer = {l: joined[:, :-1] for l, joined in self.joined.items()}
        self.b: ByLayer = {l: joined[:, -1:] for l, joined in self.joined.items()}

    def copy(self) -> "Parameters":
        """Give the same numbers in memory of their own."""
        return Parameters(self.n, self.cells.copy())

    def take_from(self, network: Network) -> None:
        """Copy the parameters of a network into the row: all of them, or none if stopped."""
        whole = Parameters(self.n, np.empty_like(self.cells))
        for l in self.joined:
            whole.W[l][...], whole.b[l][...] = network.W[l], network.b[l]
        self.cells[...] = whole.cells

    def give_to(self, network: Network) -> None:
        """Copy the parameters into the arrays of a network."""
        for l in self.joined:
            network.W[l][...], network.b[l][...] = self.W[l], self.b[l]
