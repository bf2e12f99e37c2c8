# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 4788ad1fba113317

# From book/modeling.md, "Why the activation function must bend"
"""Activation functions: what a neuron does to its weighted sum, and what is known of each."""

from collections.abc import Callable
from functools import update_wrapper

import numpy as np

from nnmath.model.array_types import Array


class Activation:
    """An activation function, with all that the package knows of it.

    Parameters
    ----------
    function : function
        Maps an array of weighted sums to an array of the same shape; of its own name in its module,
        by which it is stored and handed to other processes.

    Attributes
    ----------
    derivative : function or None
        Maps weighted sums to the derivative at each of them, if the function is elementwise and its
        derivative is known.
    """

    def __init__(self, function: Callable[[Array], Array]) -> None:
        self.function = function
        self.derivative: Callable[[Array], Array] | None = None
        self.__name__: str = function.__name__
        update_wrapper(self, function)

    def __call__(self, z: Array) -> Array:
        """Compute the function."""
        return self.function(z)

    def __repr__(self) -> str:
        return self.__name__

    def __reduce__(self) -> str:
        return self.__name__  # stored as functions are: by name


@Activation
def identity(z: Array) -> Array:
    """Return the argument as it is.

    Parameters
    ----------
    z : ndarray of any shape
        Weighted sums.

    Returns
    -------
    ndarray, shape of `z`
        `z` itself.
    """
    return z


@Activation
def relu(z: Array) -> Array:
    """Cut every entry off at zero.

    Parameters
    ----------
    z : ndarray of any shape
        Weighted sums.

    Returns
    -------
    ndarray, shape of `z`
        The larger of the entry and 0; NaN stays NaN. Of a complex entry the real part decides.

    Notes
    -----
    Equation ``eq-relu``.
    """
    return np.where(np.real(z) <= 0, 0, z)


# From book/forward_pass.md, "Sigmoid and hyperbolic tangent"
def sigmoid(z: Array) -> Array:
    """Squash every entry into the interval from 0 to 1.

    Parameters
    ----------
    z : ndarray of any shape, floating-point
        Weighted sums.

    Returns
    -------
    ndarray, shape of `z`
        ``1 / (1 + exp(-z))``, computed without overflow.

    Notes
    -----
    Equations ``eq-sigmoid`` and ``eq-sigmoid-symmetry``: the exponential is only taken of numbers
    whose real part is not positive.
    """
    right = np.real(z) >= 0
    decay = np.exp(np.where(right, -z, z))
    return np.where(right, 1, decay) / (1 + decay)


def tanh(z: Array) -> Array:
    """Squash every entry into the interval from -1 to 1.

    Parameters
    ----------
    z : ndarray of any shape, floating-point
        Weighted sums.

    Returns
    -------
    ndarray, shape of `z`
        The hyperbolic tangent of each entry.

    Notes
    -----
    Equation ``eq-sigmoid``.
    """
    return np.tanh(z)


# From book/forward_pass.md, "Softmax"
def softmax(z: Array) -> Array:
    """Turn each column into probabilities.

    Parameters
    ----------
    z : ndarray, shape (K, m), floating-point
        Weighted sums, one example a column.

    Returns
    -------
    ndarray, shape (K, m)
        Positive numbers that sum to 1 in each column (an entry that is smaller than the smallest
        float is 0).

    Notes
    -----
    Equation ``eq-softmax``, shifted by the largest entry of the column: ``eq-softmax-shift``.
    """
    exponentials = np.exp(z - z.max(axis=0, keepdims=True))
    return exponentials / exponentials.sum(axis=0, keepdims=True)
