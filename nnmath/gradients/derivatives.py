# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: b2829100f65a342e

# From book/one_neuron.md, "The derivative of the activation function"
"""The derivatives of the elementwise activation functions, taken at the weighted sums."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nnmath.model.activations import identity, relu, sigmoid, tanh
from nnmath.model.array_types import Array


def identity_derivative(z: Array) -> Array:
    """Differentiate the identity.

    Parameters
    ----------
    z : ndarray of any shape, floating-point
        Weighted sums.

    Returns
    -------
    ndarray, shape of `z`
        Ones.
    """
    return np.ones_like(z)


def relu_derivative(z: Array) -> Array:
    """Differentiate the rectified linear unit, with 0 at the kink.

    Parameters
    ----------
    z : ndarray of any shape, floating-point
        Weighted sums, not activations.

    Returns
    -------
    ndarray, shape of `z`
        1 where the entry is positive, 0 elsewhere, at 0 by convention; NaN stays NaN.

    Notes
    -----
    Equation ``eq-relu-derivative``.
    """
    return np.where(np.isnan(z), z, np.real(z) > 0).astype(z.dtype)


def sigmoid_derivative(z: Array) -> Array:
    """Differentiate the sigmoid.

    Parameters
    ----------
    z : ndarray of any shape, floating-point
        Weighted sums.

    Returns
    -------
    ndarray, shape of `z`
        Numbers from 0 to 1/4.

    Notes
    -----
    Equation ``eq-sigmoid-derivative``, with 1 - sigmoid(z) computed as sigmoid(-z), which does not
    cancel: ``eq-sigmoid-symmetry``.
    """
    return sigmoid(z) * sigmoid(-z)


def tanh_derivative(z: Array) -> Array:
    """Differentiate the hyperbolic tangent.

    Parameters
    ----------
    z : ndarray of any shape, floating-point
        Weighted sums.

    Returns
    -------
    ndarray, shape of `z`
        Numbers from 0 to 1.

    Notes
    -----
    Equation ``eq-tanh-derivative``, as four times the sigmoid's derivative at 2z, which does not
    cancel where tanh(z) is nearly 1.
    """
    return 4 * sigmoid_derivative(2 * z)


DERIVATIVES: dict[Callable[..., Any], Callable[[Array], Array]] = {
    identity: identity_derivative,
    relu: relu_derivative,
    sigmoid: sigmoid_derivative,
    tanh: tanh_derivative,
}


def derivative_of(phi: Callable[..., Any]) -> Callable[[Array], Array]:
    """Look up the derivative of an elementwise activation function.

    Parameters
    ----------
    phi : function
        One of the keys of ``DERIVATIVES``.

    Returns
    -------
    function
        Maps weighted sums to derivatives, shape kept.

    Raises
    ------
    ValueError
        If the function is none of them, or is not elementwise, as the softmax.
    """
    try:
        return DERIVATIVES[phi]
    except (KeyError, TypeError):
        known = ", ".join(function.__name__ for function in DERIVATIVES)
        name = getattr(phi, "__name__", repr(phi))
        raise ValueError(f"phi must have a derivative here ({known}), got {name}") from None
