# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 98e0fc1fe8cd3b08

# From book/numerical_derivatives.md, "The forward difference"
"""Derivatives from values of a function alone: differences, and the complex step."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nnmath.model.arguments import require_number, require_real_array
from nnmath.model.array_types import Array


def require_step(x: Array, h: float) -> None:
    """Refuse a point that is no real array, or a step that is no positive number.

    Parameters
    ----------
    x : ndarray of any shape, floating-point
        The point.
    h : float
        The step.

    Raises
    ------
    TypeError
        If `x` is no NumPy array of real floating-point numbers, or `h` is no number.
    ValueError
        If `h` is not finite and above 0.
    """
    require_real_array("x", x)
    require_number("h", h, above=0)


def forward_difference(f: Callable[[Array], Any], x: Array, h: float) -> Array:
    """Differentiate a function by one step ahead in each entry of its argument.

    Parameters
    ----------
    f : function
        Maps an array of the shape of `x` to a real number.
    x : ndarray of any shape, real floating-point
        The point; it is not changed.
    h : float
        The step, the same for all entries.

    Returns
    -------
    ndarray, shape and type of `x`
        The derivative with respect to each entry, off by about ``h / 2`` times the second
        derivative, and by rounding.

    Raises
    ------
    TypeError
        If `x` is no array of real floating-point numbers, or `h` is no number.
    ValueError
        If `h` is not finite and above 0, or too small to move an entry.

    Notes
    -----
    Equation ``eq-forward-difference``; divided by the step that was taken, ``eq-taken-step``.
    """
    require_step(x, h)
    here = f(x.copy())
    derivative = np.empty_like(x)
    for entry in np.ndindex(x.shape):
        ahead = x.copy()
        ahead[entry] += h
        taken = ahead[entry] - x[entry]  # eq-taken-step
        if taken == 0:
            raise ValueError(f"h must move every entry, got {h!r} at an entry {x[entry]}")
        derivative[entry] = (f(ahead) - here) / taken  # eq-forward-difference
    return derivative


# From book/numerical_derivatives.md, "The central difference"
def central_difference(f: Callable[[Array], Any], x: Array, h: float) -> Array:
    """Differentiate a function by one step to each side in each entry of its argument.

    Parameters
    ----------
    f : function
        Maps an array of the shape of `x` to a real number.
    x : ndarray of any shape, real floating-point
        The point; it is not changed.
    h : float
        The step to each side, the same for all entries.

    Returns
    -------
    ndarray, shape and type of `x`
        The derivative with respect to each entry, off by about ``h**2 / 6`` times the third
        derivative, and by rounding.

    Raises
    ------
    TypeError
        If `x` is no array of real floating-point numbers, or `h` is no number.
    ValueError
        If `h` is not finite and above 0, or too small to move an entry.

    Notes
    -----
    Equation ``eq-central-difference``; divided by the distance of the two points as rounded,
    ``eq-taken-step``.
    """
    require_step(x, h)
    derivative = np.empty_like(x)
    for entry in np.ndindex(x.shape):
        behind, ahead = x.copy(), x.copy()
        behind[entry] -= h
        ahead[entry] += h
        apart = ahead[entry] - behind[entry]
        if apart == 0:
            raise ValueError(f"h must move every entry, got {h!r} at an entry {x[entry]}")
        derivative[entry] = (f(ahead) - f(behind)) / apart  # eq-central-difference
    return derivative


# From book/numerical_derivatives.md, "The best step"
def best_step(order: int, noise: float, derivative: float) -> tuple[float, float]:
    """Find the step at which truncation and rounding together are least.

    Parameters
    ----------
    order : int
        1 for the forward difference, 2 for the central.
    noise : float
        How far a computed value of the function may be off, positive.
    derivative : float
        The second derivative for order 1, the third for order 2; not 0.

    Returns
    -------
    h : float
        The best step.
    error : float
        The bound on the error there, to leading order.

    Raises
    ------
    TypeError
        If `noise` or `derivative` is no number.
    ValueError
        If `order` is neither 1 nor 2, `noise` is not positive, or `derivative` is 0; or if one of
        the two is not finite.

    Notes
    -----
    Equations ``eq-best-step``, ``eq-best-forward`` and ``eq-best-central``.
    """
    if order not in (1, 2):
        raise ValueError(f"order must be 1 (forward) or 2 (central), got {order!r}")
    noise = require_number("noise", noise, above=0)
    if not 0 < abs(derivative) < np.inf:
        raise ValueError(f"derivative must be finite and not 0, got {derivative!r}")
    p = order
    A, B = (abs(derivative) / 2, 2 * noise) if p == 1 else (abs(derivative) / 6, noise)
    h = (B / (p * A)) ** (1 / (p + 1))  # eq-best-step, eq-best-forward, eq-best-central
    return h, (p + 1) * A * h**p


# From book/numerical_derivatives.md, "The complex step"
def complex_step(f: Callable[[Array], Any], x: Array, h: float | None = None) -> Array:
    """Differentiate a function by an imaginary step in each entry of its argument.

    Parameters
    ----------
    f : function
        Maps a complex array of the shape of `x` to a number, by operations that are analytic and
        give real numbers for real ones: no absolute values, conjugates, or comparisons but of real
        parts, and no complex numbers of its own on the way.
    x : ndarray of any shape, real floating-point
        The point; it is not changed. In float32 (or float16) `f` is given a complex64 array.
    h : float, optional
        The step. By default 1e-30, and 1e-10 where `f` is given a complex64 array: the derivative
        times the step should be above the smallest normal number, 2e-308 or 1e-38.

    Returns
    -------
    ndarray, shape and type of `x`
        The derivative with respect to each entry. For such a function and a step as small as the
        default it is off by a few roundings of the terms that the product and chain rules add; if
        they cancel, these are many roundings of the derivative.

    Raises
    ------
    TypeError
        If `x` is no array of real floating-point numbers, or `h` is no number.
    ValueError
        If `h` is not finite and above 0.

    Notes
    -----
    Equation ``eq-complex-truncation``.
    """
    require_step(x, 1.0 if h is None else h)
    kind = np.result_type(x, np.complex64)
    if h is None:
        h = 1e-10 if kind == np.complex64 else 1e-30
    derivative = np.empty_like(x)
    for entry in np.ndindex(x.shape):
        moved = x.astype(kind)
        moved[entry] += 1j * h
        derivative[entry] = np.imag(f(moved)) / h  # eq-complex-truncation
    return derivative
