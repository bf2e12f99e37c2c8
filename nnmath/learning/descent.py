# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 72382667008a89bf

# From book/gradient_descent.md, "One step downhill"
"""Gradient descent: one step against the gradient."""

from numbers import Real

import numpy as np

from nnmath.model.array_types import Array, ByLayer
from nnmath.model.network import Network, require_gradients


def require_learning_rate(eta: float) -> None:
    """Refuse a learning rate that is no finite number above 0.

    Parameters
    ----------
    eta : float
        The learning rate.

    Raises
    ------
    TypeError
        If `eta` is no real number.
    ValueError
        If `eta` is not finite or not above 0.
    """
    if not isinstance(eta, Real) or isinstance(eta, bool):
        raise TypeError(f"eta must be a number, got {type(eta).__name__}")
    if not 0 < eta < np.inf:
        raise ValueError(f"eta must be finite and above 0, got {eta!r}")


def paired_gradients(
    network: Network, of_W: ByLayer, of_b: ByLayer
) -> list[tuple[Array, Array]]:
    """Put each array of parameters beside its gradient, and refuse gradients that do not fit.

    Parameters
    ----------
    network : Network
        Its arrays come first in the pairs: the weights of the layers 1, ..., L, then the biases.
    of_W : mapping of int to ndarray, shape (n_l, n_{l-1})
        The derivatives with respect to the weights.
    of_b : mapping of int to ndarray, shape (n_l, 1)
        The derivatives with respect to the biases.

    Returns
    -------
    list of (ndarray, ndarray)
        The network's own arrays, each with its gradient.

    Raises
    ------
    TypeError
        If the gradients are no mapping, or one is no array of real floating-point numbers.
    ValueError
        If a layer is missing, a shape does not fit, an entry is not finite, or an array of the
        network cannot be written to.
    """
    require_gradients(network, (of_W, of_b))
    pairs = []
    for name, arrays, gradients in (("W", network.W, of_W), ("b", network.b, of_b)):
        for l, array in arrays.items():
            if not array.flags.writeable:
                raise ValueError(f"{name}[{l}] of the network must be writeable")
            pairs.append((array, gradients[l]))
    return pairs


def descend(
    network: Network,
    of_W: ByLayer,
    of_b: ByLayer,
    eta: float,
) -> None:
    """Move every weight and bias of a network one step against its gradient, in place.

    Parameters
    ----------
    network : Network
        Its arrays are changed.
    of_W : mapping of int to ndarray, shape (n_l, n_{l-1})
        The derivatives with respect to the weights of the layers 1, ..., L.
    of_b : mapping of int to ndarray, shape (n_l, 1)
        The derivatives with respect to the biases.
    eta : float
        The learning rate.

    Raises
    ------
    TypeError
        If the gradients are no mapping, one is no array of real floating-point numbers, or the
        learning rate is no number. The network is then unchanged.
    ValueError
        If a layer is missing, a shape does not fit, an entry is not finite, an array of the network
        cannot be written to, or the learning rate is not finite or not above 0. The network is then
        unchanged.

    Notes
    -----
    Equation ``eq-update``. The arrays keep their type. Overflow leaves infinite entries.
    """
    require_learning_rate(eta)
    eta = float(eta)  # a NumPy float64 would make the products of float32 gradients float64
    # All pairs are made, and may be refused, before the first array moves.
    for array, gradient in paired_gradients(network, of_W, of_b):
        array -= eta * gradient
