"""Numbers that the tests of several chapters compare with: exact ones, and what rounding may do."""

from fractions import Fraction

import numpy as np

UNIT_ROUNDOFF = np.finfo(float).eps / 2

STEP = 1e-40
"""So small a step that the derivative by an imaginary one is off by rounding alone."""


def fractions(rng, *shape):
    """Draw an array of fractions."""
    numbers = [Fraction(int(k), 6) for k in rng.integers(-20, 20, np.prod(shape))]
    return np.array(numbers, dtype=object).reshape(shape)


def stepped(number, start):
    """Differentiate a number with respect to each entry of an array, by an imaginary step."""
    derivative = np.empty(start.shape)
    for entry in np.ndindex(start.shape):
        moved = start.astype(complex)
        moved[entry] += 1j * STEP
        derivative[entry] = number(moved).imag / STEP
    return derivative
