# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 46af3afed8788014

# From book/automatic_differentiation.md, "Dual numbers"
"""Dual numbers: a value with its rate of change, computed together."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from nnmath.model.activations import Activation, derivative_of


@dataclass(frozen=True)
class Dual:
    """A number and its rate of change.

    Parameters
    ----------
    value : number
        Of any kind that can be added and multiplied; dual numbers too.
    rate : number
        How fast the value changes.

    Notes
    -----
    Equations ``eq-dual``, ``eq-dual-product`` and ``eq-dual-function``. What is no dual number is
    one with the rate 0.
    """

    value: Any
    rate: Any = 0

    def __add__(self, other: Any) -> "Dual":
        other = as_dual(other)
        return Dual(self.value + other.value, self.rate + other.rate)  # eq-dual

    def __mul__(self, other: Any) -> "Dual":
        other = as_dual(other)
        rate = self.rate * other.value + self.value * other.rate  # eq-dual-product
        return Dual(self.value * other.value, rate)

    __radd__ = __add__
    __rmul__ = __mul__

    def through(self, phi: Activation) -> "Dual":
        """Apply an activation function.

        Parameters
        ----------
        phi : Activation
            One that is elementwise.

        Returns
        -------
        Dual
            Its value, and its slope at the value times the rate.

        Raises
        ------
        ValueError
            If its derivative is not known.
        """
        value = np.asarray(self.value)
        slope = derivative_of(phi)(value)[()]
        return Dual(phi(value)[()], slope * self.rate)  # eq-dual-function


def as_dual(number: Any) -> Dual:
    """Give a number as a dual number; a plain one has the rate 0."""
    return number if isinstance(number, Dual) else Dual(number)
