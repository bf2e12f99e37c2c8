# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 49e05cde2cc69ac2

# From book/speed.md, "A block forward and back"
"""The fast step: a block of examples forward and back, in memory that is used again."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from nnmath.fast.parameters import Parameters
from nnmath.gradients.output_error import output_error
from nnmath.model.activations import Activation, softmax
from nnmath.model.array_types import Array
from nnmath.model.costs import Cost, cross_entropy


def is_finite(A: Array) -> bool:
    """Tell whether every entry is finite."""
    # Not the sum of the squares by BLAS: it overflows where the numbers do not.
    return bool(np.isfinite(A).all())


# From book/speed.md, "A block forward and back"
class Block:
    """The memory for a block of examples on their way forward and back.

    Parameters
    ----------
    n : sequence of int
        The sizes ``n_0, ..., n_L``.
    phi : mapping of int to function
        The activation functions; those of the hidden layers have a form in place.
    cost : function
        ``squared_error`` or ``cross_entropy``.
    one_hot : bool
        Whether every column of targets is one 1 among zeros.
    b : int
        How many examples the block holds.
    dtype : data type
        ``float32`` or ``float64``.
    """

    def __init__(
        self,
        n: tuple[int, ...],
        phi: Mapping[int, Activation],
        cost: Cost,
        one_hot: bool,
        b: int,
        dtype: np.dtype[Any],
    ) -> None:
        self.L, self.phi, self.cost = len(n) - 1, phi, cost
        self.in_place = {
            l: form for l in range(1, self.L) if (form := phi[l].in_place) is not None
        }
        self.classes = one_hot and phi[self.L] is softmax and cost is cross_entropy
        self.rows = np.empty((b, n[1]), dtype)
        self.with_ones = {l: np.ones((n[l] + 1, b), dtype) for l in range(1, self.L)}
        self.A = {l: array[:-1] for l, array in self.with_ones.items()}
        self.A[self.L] = np.empty((n[self.L], b), dtype)
        self.Delta = {l: np.empty((n[l], b), dtype) for l in range(1, self.L + 1)}
        self.top = np.empty(b, dtype)
        self.ones = np.ones((b, 1), dtype)

    def run(
        self,
        examples: Array,
        first: Array,
        parameters: Parameters,
        Y: Array,
        of_first: Array,
        gradients: Parameters,
    ) -> float:
        """Compute the sums over the block of the cost and of its gradients.

        Parameters
        ----------
        examples : ndarray, shape (examples, k)
            The inputs, one example a row.
        first : ndarray, shape (k, n_1)
            The weights of the first layer, transposed.
        parameters : Parameters
            The weights of the layers 2, ..., L and all biases.
        Y : ndarray, shape (n_L, examples)
            Targets.
        of_first : ndarray, shape (k, n_1)
            Receives the sum over the examples of the gradient of the first weights, transposed.
        gradients : Parameters
            Receives the sums of all other gradients.

        Returns
        -------
        float
            The sum of the examples' costs. If it or a weighted sum is not finite, NaN or infinite,
            and the gradients are not computed.
        """
        if not self.forward(examples, first, parameters):
            return math.nan
        value = self.start(Y)
        if math.isfinite(value):
            self.back(examples, parameters, of_first, gradients)
        return value

    def forward(self, examples: Array, first: Array, parameters: Parameters) -> bool:
        """Fill activations and last sums, ``eq-bias-column``; tell if sums before are finite."""
        A, joined = self.A, parameters.joined
        # One example a row: the inputs are then the left factor, in the order in which they lie in
        # memory. The sum with the bias turns the result around.
        np.matmul(examples, first, out=self.rows)
        np.add(self.rows.T, parameters.b[1], out=A[1])
        for l in range(1, self.L):
            if not is_finite(A[l]):
                return False
            self.in_place[l][0](A[l])
            np.matmul(joined[l + 1], self.with_ones[l], out=A[l + 1])  # eq-bias-column
        return True

    def back(
        self, examples: Array, parameters: Parameters, of_first: Array, gradients: Parameters
    ) -> None:
        """Carry the errors back, and write the sums of the gradients, ``eq-bias-column``."""
        A, Delta, of_joined = self.A, self.Delta, gradients.joined
        for l in range(self.L, 1, -1):
            np.matmul(Delta[l], self.with_ones[l - 1].T, out=of_joined[l])  # eq-bias-column
            np.matmul(parameters.W[l].T, Delta[l], out=Delta[l - 1])
            self.in_place[l - 1][1](A[l - 1], Delta[l - 1])
        np.matmul(Delta[1], self.ones, out=gradients.b[1])
        np.matmul(examples.T, Delta[1].T, out=of_first)

    def start(self, Y: Array) -> float:
        """Give the sum of the examples' costs, and write the output error into its memory."""
        Z, Delta, top = self.A[self.L], self.Delta[self.L], self.top
        if not is_finite(Z):
            return math.nan
        if not self.classes:
            A = self.phi[self.L](Z)
            if not is_finite(A):
                return math.nan
            value = float(self.cost.function(A, Y)) * Y.shape[1]
            if math.isfinite(value):
                Delta[...] = output_error(self.phi[self.L], self.cost, Z, A, Y)
            return value
        np.maximum.reduce(Z, axis=0, out=top)
        np.subtract(Z, top, out=Z)
        np.exp(Z, out=Z)
        np.add.reduce(Z, axis=0, out=top)
        np.divide(Z, top, out=Z)
        np.multiply(Z, Y, out=Delta)
        np.add.reduce(Delta, axis=0, out=top)  # the probability of each example's class
        np.subtract(Z, Y, out=Delta)
        np.log(top, out=top)  # a probability of 0 costs infinitely much
        return -float(np.add.reduce(top))
