# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 5071caa991eb2962

# From book/last_two_layers.md, "The code, index by index"
"""The gradients of one example index by index, as loops, for numbers of any kind."""

import numpy as np

from nnmath.model.array_types import Array


def output_error_by_index(of_a: Array, jacobian: Array) -> Array:
    """Compute the output error of one example from any Jacobian of the output's activation.

    Parameters
    ----------
    of_a : ndarray, shape (n_L, 1)
        The derivative of the cost with respect to each output.
    jacobian : ndarray, shape (n_L, n_L)
        ``jacobian[k, i]`` is the derivative of output k with respect to the weighted sum i.

    Returns
    -------
    ndarray, shape (n_L, 1)
        The output error.

    Notes
    -----
    Equation ``eq-output-error-chain``.
    """
    delta = np.zeros(of_a.shape, dtype=np.result_type(of_a, jacobian))
    for i in range(delta.shape[0]):
        for k in range(delta.shape[0]):
            delta[i, 0] += of_a[k, 0] * jacobian[k, i]  # eq-output-error-chain
    return delta


# From book/last_two_layers.md, "The code, index by index"
def error_before_by_index(W: Array, slope: Array, delta: Array) -> Array:
    """Carry the error of one layer back to the layer before it, for one example.

    Parameters
    ----------
    W : ndarray, shape (n_{l+1}, n_l)
        The weights between the two layers.
    slope : ndarray, shape (n_l, 1)
        The derivatives of the activation function at the weighted sums of the layer before.
    delta : ndarray, shape (n_{l+1}, 1)
        The error of the later layer.

    Returns
    -------
    ndarray, shape (n_l, 1)
        The error of the layer before.

    Notes
    -----
    Equations ``eq-before-a`` and ``eq-before-delta``.
    """
    before = np.zeros(slope.shape, dtype=np.result_type(W, slope, delta))
    for p in range(W.shape[1]):
        for i in range(W.shape[0]):
            before[p, 0] += W[i, p] * delta[i, 0]  # eq-before-a
        before[p, 0] *= slope[p, 0]  # eq-before-delta
    return before


# From book/last_two_layers.md, "The code, index by index"
def layer_gradients_by_index(delta: Array, a: Array) -> tuple[Array, Array]:
    """Differentiate the cost of one example with respect to one layer's weights and biases.

    Parameters
    ----------
    delta : ndarray, shape (n_l, 1)
        The error of the layer.
    a : ndarray, shape (n_{l-1}, 1)
        The activations of the layer before.

    Returns
    -------
    of_W : ndarray, shape (n_l, n_{l-1})
        The derivative with respect to each weight.
    of_b : ndarray, shape (n_l, 1)
        The derivative with respect to each bias.

    Notes
    -----
    Equations ``eq-last-gradients`` and ``eq-before-gradients``.
    """
    of_W = np.empty((delta.shape[0], a.shape[0]), dtype=np.result_type(delta, a))
    of_b = np.empty(delta.shape, dtype=delta.dtype)
    for p in range(delta.shape[0]):
        of_b[p, 0] = delta[p, 0]
        for q in range(a.shape[0]):
            of_W[p, q] = delta[p, 0] * a[q, 0]  # eq-last-gradients, eq-before-gradients
    return of_W, of_b
