# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 4c45c0a72b84bfa7

# From book/modeling.md, "A function that can hold what is known of it"
"""Activation functions: what a neuron does to its weighted sum, and what is known of each."""

from collections.abc import Callable

import numpy as np

from nnmath.model.array_types import Array
from nnmath.model.known_functions import KnownFunction


def as_floating(z: Array) -> Array:
    """Give whole numbers and truth values as floats: those of small types would wrap around."""
    z = np.asarray(z)
    return z.astype(float) if z.dtype.kind in "biu" else z


class Activation(KnownFunction):
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
    kinks : tuple of float
        The weighted sums at which the derivative jumps.
    pull_back : function or None
        For a function that is not elementwise, maps the activations and the cost's derivatives with
        respect to them to those with respect to the weighted sums.
    pull_back_of_sizes : function or None
        The same with absolute values: maps the activations and bounds on the cost's derivatives
        with respect to them to bounds on those with respect to the weighted sums.
    in_place : pair of functions or None
        Turn weighted sums into activations; multiply errors by the slope, given the activations,
        which are destroyed. Both write into the memory they are given.
    """

    def __init__(self, function: Callable[[Array], Array]) -> None:
        super().__init__(function)
        self.derivative: Callable[[Array], Array] | None = None
        self.kinks: tuple[float, ...] = ()
        self.pull_back: Callable[[Array, Array], Array] | None = None
        self.pull_back_of_sizes: Callable[[Array, Array], Array] | None = None
        self.in_place: tuple[Callable[[Array], None], Callable[[Array, Array], None]] | None = (
            None
        )

    def __call__(self, z: Array) -> Array:
        """Compute the function of floats, and refuse one that does not keep the shape."""
        z = as_floating(z)
        with np.errstate(under="ignore"):  # what is too small for a float is 0
            a = self.function(z)
        if np.shape(a) != np.shape(z):
            raise ValueError(f"{self} must return shape {np.shape(z)}, got {np.shape(a)}")
        return a


# From book/modeling.md, "The rectified linear unit as code"
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
        `z` itself; whole numbers and truth values as floats.
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
        The larger of the entry and 0; a real NaN stays NaN. Of a complex entry the real part
        decides.

    Notes
    -----
    Equation ``eq-relu``.
    """
    if np.iscomplexobj(z):
        return np.where(np.real(z) <= 0, 0, z)
    return np.maximum(z, 0)  # eq-relu


# From book/forward_pass.md, "Sigmoid and hyperbolic tangent"
@Activation
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
    right = np.real(z) >= 0  # eq-sigmoid
    decay = np.exp(np.where(right, -z, z))  # eq-sigmoid
    return np.where(right, 1, decay) / (1 + decay)  # eq-sigmoid


@Activation
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
@Activation
def softmax(z: Array) -> Array:
    """Turn each column into probabilities.

    Parameters
    ----------
    z : ndarray, shape (K, m), floating-point
        Weighted sums, one example a column.

    Returns
    -------
    ndarray, shape (K, m)
        Numbers that sum to 1 in each column, up to rounding; not negative, and 0 only where the
        smallest float is larger, for a K that is small against 1/u of the type.

    Notes
    -----
    Equation ``eq-softmax``, shifted by the largest entry of the column: ``eq-softmax-shift``.
    """
    exponentials = np.exp(z - z.max(axis=0, keepdims=True))  # eq-softmax-shift
    return exponentials / exponentials.sum(axis=0, keepdims=True)  # eq-softmax


# From book/one_neuron.md, "The slopes in the package"
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
    return np.ones_like(as_floating(z))


def relu_derivative(z: Array) -> Array:
    """Differentiate the rectified linear unit, with 0 at the kink.

    Parameters
    ----------
    z : ndarray of any shape, floating-point
        Weighted sums, not activations.

    Returns
    -------
    ndarray, shape of `z`
        1 where the entry is positive, 0 elsewhere, at 0 by convention.

    Notes
    -----
    Equation ``eq-relu-derivative``.
    """
    z = as_floating(z)
    return (np.real(z) > 0).astype(z.dtype)  # eq-relu-derivative


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
    z = as_floating(z)
    return sigmoid(z) * sigmoid(-z)  # eq-sigmoid-derivative, eq-sigmoid-symmetry


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
    z = as_floating(z)
    return 4 * sigmoid_derivative(2 * z)  # eq-tanh-derivative


identity.derivative = identity_derivative
relu.derivative, relu.kinks = relu_derivative, (0.0,)
sigmoid.derivative = sigmoid_derivative
tanh.derivative = tanh_derivative


# From book/one_neuron.md, "The slopes in the package"
def derivative_of(phi: Activation) -> Callable[[Array], Array]:
    """Give the derivative of an elementwise activation function.

    Parameters
    ----------
    phi : Activation
        One whose derivative is known.

    Returns
    -------
    function
        Maps weighted sums to derivatives, shape kept.

    Raises
    ------
    ValueError
        If its derivative is not known, or it is not elementwise, as the softmax.
    """
    derivative: Callable[[Array], Array] | None = getattr(phi, "derivative", None)
    if derivative is None:
        known = ", ".join(
            name
            for name, held in globals().items()
            if isinstance(held, Activation) and held.derivative is not None
        )
        name = getattr(phi, "__name__", repr(phi))
        raise ValueError(f"phi must have a derivative here ({known}), got {name}")
    return derivative


# From book/softmax_and_relu.md, "Pulling a derivative back to the sums"
def softmax_pull_back(P: Array, G: Array) -> Array:
    """Multiply each example's derivative by the transposed Jacobian of the softmax.

    Parameters
    ----------
    P : ndarray, shape (K, m)
        Probabilities, one example a column.
    G : ndarray, shape (K, m)
        Column e holds the derivatives of the cost of example e with respect to its probabilities.

    Returns
    -------
    ndarray, shape (K, m)
        The derivatives with respect to the weighted sums.

    Notes
    -----
    Equation ``eq-pull-back-softmax``.
    """
    return P * (G - np.sum(P * G, axis=0, keepdims=True))  # eq-pull-back-softmax


softmax.pull_back = softmax_pull_back


# From book/numerical_derivatives.md, "The rounding of the cost: sensitivities"
def softmax_pull_back_of_sizes(P: Array, G: Array) -> Array:
    """Multiply bounds by the transposed absolute values of the softmax's Jacobian, or more.

    Parameters
    ----------
    P : ndarray, shape (K, m)
        Probabilities, one example a column.
    G : ndarray, shape (K, m)
        Bounds on the absolute derivatives of each example's cost with respect to its probabilities.

    Returns
    -------
    ndarray, shape (K, m)
        Bounds on those with respect to the weighted sums.

    Notes
    -----
    Part of equation ``eq-sensitivity``.
    """
    return P * (G + (P * G).sum(axis=0, keepdims=True))


softmax.pull_back_of_sizes = softmax_pull_back_of_sizes


# From book/checking_gradients.md, "A new activation function"
@Activation
def softplus(z: Array) -> Array:
    """Cut off at zero what is negative, without a kink.

    Parameters
    ----------
    z : ndarray of any shape, floating-point
        Weighted sums.

    Returns
    -------
    ndarray, shape of `z`
        ``log(1 + exp(z))``, computed without overflow.

    Notes
    -----
    Equation ``eq-softplus``, with ``log(1 + w)`` as ``2 artanh(w / (2 + w))``, which keeps the
    digits of a small complex number.
    """
    right = np.real(z) >= 0
    w = np.exp(np.where(right, -z, z))
    return np.where(right, z, 0) + 2 * np.arctanh(w / (2 + w))  # eq-softplus


def apply_softplus(Z: Array) -> None:
    """Turn weighted sums into activations of the softplus, in place."""
    np.logaddexp(0, Z, out=Z)


def times_softplus_slope(A: Array, Delta: Array) -> None:
    """Multiply by the slope of the softplus a at each sum, which is 1 - exp(-a).

    Notes
    -----
    Equation ``eq-softplus-derivative``.
    """
    np.negative(A, out=A)
    np.expm1(A, out=A)
    np.negative(A, out=A)
    np.multiply(Delta, A, out=Delta)  # eq-softplus-derivative


softplus.derivative = sigmoid  # eq-softplus-derivative
softplus.in_place = apply_softplus, times_softplus_slope


# From book/speed.md, "The functions in place"
def apply_relu(Z: Array) -> None:
    """Turn weighted sums into activations of the rectified linear unit, in place."""
    np.maximum(Z, 0, out=Z)


def apply_tanh(Z: Array) -> None:
    """Turn weighted sums into their hyperbolic tangents, in place."""
    np.tanh(Z, out=Z)


def apply_sigmoid(Z: Array) -> None:
    """Turn weighted sums into their sigmoids, in place."""
    Z[...] = sigmoid(Z)


def apply_identity(Z: Array) -> None:
    """Leave the weighted sums as they are."""


def times_relu_slope(A: Array, Delta: Array) -> None:
    """Multiply by the slope of the rectified linear unit: 1 where the activation is above 0."""
    np.greater(A, 0, out=A, casting="unsafe")
    np.multiply(Delta, A, out=Delta)


def times_tanh_slope(A: Array, Delta: Array) -> None:
    """Multiply by the slope of the hyperbolic tangent a at each sum, which is 1 - a²."""
    np.multiply(A, A, out=A)
    np.subtract(1, A, out=A)
    np.multiply(Delta, A, out=Delta)


def times_sigmoid_slope(A: Array, Delta: Array) -> None:
    """Multiply by the slope of the sigmoid a at each sum, which is a (1 - a)."""
    np.multiply(Delta, A, out=Delta)
    np.subtract(1, A, out=A)
    np.multiply(Delta, A, out=Delta)


def times_identity_slope(A: Array, Delta: Array) -> None:
    """Leave the errors as they are: the slope is 1."""


relu.in_place = apply_relu, times_relu_slope
tanh.in_place = apply_tanh, times_tanh_slope
sigmoid.in_place = apply_sigmoid, times_sigmoid_slope
identity.in_place = apply_identity, times_identity_slope
