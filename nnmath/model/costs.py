# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: b68e39dfc055e4b7

# From book/cost.md, "An object for a cost"
"""Costs of a batch, and their derivatives example by example."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nnmath.model.activations import as_floating
from nnmath.model.arguments import require_matrix
from nnmath.model.array_types import Array
from nnmath.model.known_functions import KnownFunction


class Cost(KnownFunction):
    """A cost of a batch, with its derivative.

    Parameters
    ----------
    function : function
        Maps outputs and targets, one example a column, to the cost; of its own name in its module,
        by which it is handed to other processes.

    Attributes
    ----------
    derivative : function or None
        Maps outputs and targets to the derivatives of each example's cost with respect to its
        outputs, without 1/m.
    """

    def __init__(self, function: Callable[[Array, Array], Any]) -> None:
        super().__init__(function)
        self.derivative: Callable[[Array, Array], Array] | None = None

    def __call__(self, A: Array, Y: Array) -> Any:
        """Compute the cost, and refuse outputs and targets that do not fit."""
        require_matrix("A", A, ("n_L", "m"))
        require_matrix("Y", Y, A.shape)
        with np.errstate(under="ignore"):  # what is too small for a float is 0
            return self.function(A, Y)


# From book/cost.md, "Squared error and cross-entropy"
@Cost
def squared_error(A: Array, Y: Array) -> Any:
    """Compute the mean over the batch of the squared error.

    Parameters
    ----------
    A : ndarray, shape (n_L, m), floating-point
        Outputs, one example a column.
    Y : ndarray, shape (n_L, m), floating-point
        Targets.

    Returns
    -------
    scalar
        The cost, a number of the type of the arguments.

    Raises
    ------
    TypeError
        If an argument is no array of floating-point (or complex) numbers.
    ValueError
        If an argument is no matrix, an entry is not finite or the shapes differ.

    Notes
    -----
    Equations ``eq-squared-error`` and ``eq-batch-cost``.
    """
    return np.mean((A - Y) ** 2)  # eq-squared-error, eq-batch-cost


def squared_error_derivative(A: Array, Y: Array) -> Array:
    """Differentiate each example's squared error with respect to its outputs.

    Parameters
    ----------
    A : ndarray, shape (n_L, m), floating-point
        Outputs, one example a column.
    Y : ndarray, shape (n_L, m), floating-point
        Targets.

    Returns
    -------
    ndarray, shape (n_L, m)
        Column e holds the derivatives of the cost of example e alone: m times those of the cost of
        the batch.

    Notes
    -----
    Equation ``eq-squared-error-derivative``.
    """
    A, Y = as_floating(A), as_floating(Y)
    return 2 * (A - Y) / A.shape[0]  # eq-squared-error-derivative


squared_error.derivative = squared_error_derivative


# From book/cost.md, "Squared error and cross-entropy"
@Cost
def cross_entropy(A: Array, Y: Array) -> Any:
    """Compute the mean over the batch of the cross-entropy.

    Parameters
    ----------
    A : ndarray, shape (K, m), floating-point
        Outputs that are probabilities, one example a column.
    Y : ndarray, shape (K, m), floating-point
        Targets, each column not negative and with the sum 1; one-hot for labels.

    Returns
    -------
    scalar
        The cost; infinite if a probability is 0 where the target is not.

    Raises
    ------
    TypeError
        If an argument is no array of floating-point (or complex) numbers.
    ValueError
        If an argument is no matrix, an entry is not finite or the shapes differ.

    Notes
    -----
    Equation ``eq-cross-entropy``, for labels. Where the target is 0 the
    logarithm is not taken: 0 ln 0 is read as 0.
    """
    with np.errstate(divide="ignore"):  # a probability of 0 costs infinitely much, as it should
        logarithms = np.log(np.where(Y == 0, 1, A))
    return -np.sum(Y * logarithms) / A.shape[1]  # eq-cross-entropy


def cross_entropy_derivative(A: Array, Y: Array) -> Array:
    """Differentiate each example's cross-entropy with respect to its outputs.

    Parameters
    ----------
    A : ndarray, shape (K, m), floating-point
        Outputs that are probabilities, one example a column; not 0 where the target is not.
    Y : ndarray, shape (K, m), floating-point
        Targets.

    Returns
    -------
    ndarray, shape (K, m)
        Column e holds the derivatives of the cost of example e alone: m times those of the cost of
        the batch.

    Raises
    ------
    ValueError
        If an output is 0 where the target is not.

    Notes
    -----
    Equation ``eq-cross-entropy-derivative``.
    """
    impossible = np.count_nonzero((A == 0) & (Y != 0))
    if impossible:
        raise ValueError(f"outputs must not be 0 where Y is not, got {impossible} such entries")
    return -(Y / np.where(Y == 0, 1, A))  # eq-cross-entropy-derivative


cross_entropy.derivative = cross_entropy_derivative


def derivative_of_cost(cost: Cost) -> Callable[[Array, Array], Array]:
    """Give the derivative of a cost with respect to the outputs.

    Parameters
    ----------
    cost : Cost
        One whose derivative is known.

    Returns
    -------
    function
        Maps outputs and targets to each example's derivatives, without 1/m.

    Raises
    ------
    ValueError
        If its derivative is not known.
    """
    derivative = cost.derivative if isinstance(cost, Cost) else None
    if derivative is None:
        known = ", ".join(name for name, held in globals().items() if isinstance(held, Cost))
        name = getattr(cost, "__name__", repr(cost))
        raise ValueError(f"cost must have a derivative here ({known}), got {name}")
    return derivative
