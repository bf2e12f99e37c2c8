# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 2b1d6e0665d4752e

# From book/softmax_and_relu.md, "Pulling a derivative back to the sums"
"""From the derivative at the activations back to the weighted sums, and the output error."""

import numpy as np

from nnmath.model.activations import Activation, derivative_of, softmax
from nnmath.model.array_types import Array
from nnmath.model.costs import Cost, cross_entropy, derivative_of_cost


def pull_back(phi: Activation, Z: Array, A: Array, G: Array) -> Array:
    """Multiply each example's derivative by the transposed Jacobian of the activation function.

    Parameters
    ----------
    phi : Activation
        The activation function: one with a derivative, or with a `pull_back` of its own.
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
    ValueError
        If `phi` has neither.

    Notes
    -----
    Equation ``eq-pull-back``. For the softmax ``eq-pull-back-softmax``.
    """
    if phi.pull_back is not None:
        return phi.pull_back(A, G)
    return derivative_of(phi)(Z) * G  # eq-pull-back


# From book/softmax_and_relu.md, "The output error in the package"
def output_error(phi: Activation, cost: Cost, Z: Array, A: Array, Y: Array) -> Array:
    """Differentiate each example's cost with respect to the weighted sums of the output layer.

    Parameters
    ----------
    phi : Activation
        The activation function of the output layer.
    cost : Cost
        One whose derivative is known.
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
    ValueError
        If the derivative of `cost` or `phi` is not known, or, other than with the softmax, the
        cross-entropy meets an output of 0 where the target is not 0.

    Notes
    -----
    Equation ``eq-output-error-chain``; for the softmax with cross-entropy in the form
    ``eq-softmax-cross-entropy-general``, which never divides.
    """
    if phi is softmax and cost is cross_entropy:
        return A * np.sum(Y, axis=0, keepdims=True) - Y  # eq-softmax-cross-entropy-general
    return pull_back(phi, Z, A, derivative_of_cost(cost)(A, Y))  # eq-output-error-chain
