# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 28a061ab00122448

# From book/softmax_and_relu.md, "Pulling a derivative back to the sums"
"""From the derivative at the activations back to the weighted sums, and the output error."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nnmath.gradients.derivatives import derivative_of
from nnmath.model.activations import softmax
from nnmath.model.arguments import require_matrix
from nnmath.model.array_types import Array
from nnmath.model.costs import (
    cross_entropy,
    cross_entropy_derivative,
    squared_error,
    squared_error_derivative,
)


def pull_back(phi: Callable[..., Any], Z: Array, A: Array, G: Array) -> Array:
    """Multiply each example's derivative by the transposed Jacobian of the activation function.

    Parameters
    ----------
    phi : function
        The activation function: the softmax, or one that `derivative_of` knows.
    Z : ndarray, shape (n_l, m), floating-point
        Weighted sums, one example a column.
    A : ndarray, shape (n_l, m), floating-point
        The activations ``phi(Z)``.
    G : ndarray, shape (n_l, m), floating-point
        Column e holds the derivatives of the cost of example e with respect to its activations.

    Returns
    -------
    ndarray, shape (n_l, m)
        The derivatives with respect to the weighted sums.

    Raises
    ------
    TypeError
        If `Z`, `A` or `G` is no array of floating-point (or complex) numbers.
    ValueError
        If an entry is not finite, the shapes differ, or `phi` has no derivative here.

    Notes
    -----
    Equation ``eq-pull-back``; for the softmax in the form ``eq-pull-back-softmax``.
    """
    require_matrix("Z", Z, ("n_l", "m"))
    require_matrix("A", A, Z.shape)
    require_matrix("G", G, Z.shape)
    if phi is softmax:
        return A * (G - np.sum(A * G, axis=0, keepdims=True))
    return derivative_of(phi)(Z) * G


# From book/softmax_and_relu.md, "Softmax with cross-entropy"
DERIVATIVE_OF_COST: dict[Callable[..., Any], Callable[[Array, Array], Array]] = {
    cross_entropy: cross_entropy_derivative,
    squared_error: squared_error_derivative,
}


def derivative_of_cost(
    cost: Callable[..., Any],
) -> Callable[[Array, Array], Array]:
    """Look up the derivative of a cost with respect to the outputs.

    Parameters
    ----------
    cost : function
        One of the keys of ``DERIVATIVE_OF_COST``.

    Returns
    -------
    function
        Maps outputs and targets to each example's derivatives, without 1/m.

    Raises
    ------
    ValueError
        If the function is none of them.
    """
    try:
        return DERIVATIVE_OF_COST[cost]
    except (KeyError, TypeError):
        known = ", ".join(function.__name__ for function in DERIVATIVE_OF_COST)
        name = getattr(cost, "__name__", repr(cost))
        raise ValueError(f"cost must have a derivative here ({known}), got {name}") from None


def output_error(
    phi: Callable[..., Any],
    cost: Callable[..., Any],
    Z: Array,
    A: Array,
    Y: Array,
) -> Array:
    """Differentiate each example's cost with respect to the weighted sums of the output layer.

    Parameters
    ----------
    phi : function
        The activation function of the output layer.
    cost : function
        ``squared_error`` or ``cross_entropy``.
    Z : ndarray, shape (n_L, m), floating-point
        Weighted sums of the output layer, one example a column.
    A : ndarray, shape (n_L, m), floating-point
        The outputs ``phi(Z)``.
    Y : ndarray, shape (n_L, m), floating-point
        Targets.

    Returns
    -------
    ndarray, shape (n_L, m)
        Column e holds the output error of example e alone, without the 1/m of the batch.

    Raises
    ------
    TypeError
        If `Z`, `A` or `Y` is no array of floating-point (or complex) numbers.
    ValueError
        If an entry is not finite, the shapes differ, `cost` or `phi` is not known, or, other than
        with the softmax, the cross-entropy meets an output where the target is not 0 that is 0 or
        so small that its reciprocal overflows.

    Notes
    -----
    Equation ``eq-output-error-chain``; for the softmax with cross-entropy in the form
    ``eq-softmax-cross-entropy-general``, which never divides.
    """
    require_matrix("Z", Z, ("n_L", "m"))
    require_matrix("A", A, Z.shape)
    require_matrix("Y", Y, Z.shape)
    derivative = derivative_of_cost(cost)
    if phi is softmax and cost is cross_entropy:
        return A * np.sum(Y, axis=0, keepdims=True) - Y
    return pull_back(phi, Z, A, derivative(A, Y))
