# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: a0bb0002c935e3e5

# From book/gradient_descent.md, "One step downhill"
"""Gradient descent: one step against the gradient."""

from collections.abc import Mapping
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnmath.arguments import require_matrix
from nnmath.network import Network


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


def descend(
    network: Network,
    of_W: Mapping[int, NDArray[Any]],
    of_b: Mapping[int, NDArray[Any]],
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
        If the gradients are no mapping, one is no floating-point array or is complex where the
        network is real, or the learning rate is no number. The network is then unchanged.
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
    moves = []
    for name, arrays, gradients in (("of_W", network.W, of_W), ("of_b", network.b, of_b)):
        if not isinstance(gradients, Mapping):
            raise TypeError(f"{name} must map layers to arrays, got {type(gradients).__name__}")
        if set(gradients) != set(arrays):
            raise ValueError(f"{name} must have the keys {list(arrays)}, got {list(gradients)}")
        for l, array in arrays.items():
            gradient = gradients[l]
            require_matrix(f"{name}[{l}]", gradient, (array.shape[0], array.shape[1]))
            if np.iscomplexobj(gradient) and not np.iscomplexobj(array):
                raise TypeError(f"{name}[{l}] must be real, got dtype {gradient.dtype}")
            if not array.flags.writeable:
                raise ValueError(f"{name[-1]}[{l}] of the network must be writeable")
            moves.append((array, gradient))
    for array, gradient in moves:  # only now, when nothing can be refused any more
        array -= eta * gradient
