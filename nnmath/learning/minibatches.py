# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 97365b59fb461a38

# From book/gradient_descent.md, "Every example once"
"""Mini-batches: every example once, in random order, a few at a time."""

from collections.abc import Iterator
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import NDArray


def require_minibatches(m: int, B: int, rng: np.random.Generator) -> None:
    """Refuse what examples cannot be cut into mini-batches with.

    Parameters
    ----------
    m : int
        How many examples there are.
    B : int
        How many a mini-batch holds.
    rng : numpy.random.Generator
        Draws the order.

    Raises
    ------
    TypeError
        If a number is no whole number, or `rng` no generator.
    ValueError
        If `m` is below 1, or `B` is not from 1 to `m`.
    """
    for name, value in (("m", m), ("B", B)):
        if not isinstance(value, Integral) or isinstance(value, bool):
            raise TypeError(f"{name} must be a whole number, got {value!r}")
    if m < 1:
        raise ValueError(f"m must be at least 1, got {m}")
    if not 1 <= B <= m:
        raise ValueError(f"B must be from 1 to {m}, the number of examples, got {B}")
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be a numpy.random.Generator, got {type(rng).__name__}")


def minibatches(m: int, B: int, rng: np.random.Generator) -> Iterator[NDArray[np.integer[Any]]]:
    """Shuffle the examples and cut them into mini-batches.

    Parameters
    ----------
    m : int
        How many examples there are.
    B : int
        How many a mini-batch holds; the last may hold fewer.
    rng : numpy.random.Generator
        Draws the order.

    Returns
    -------
    iterator of ndarray of int, shape (B,)
        The numbers of the examples of each mini-batch; over all of them each number from 0 to m - 1
        once.

    Raises
    ------
    TypeError
        If a number is no whole number, or `rng` no generator.
    ValueError
        If `m` is below 1, or `B` is not from 1 to `m`.
    """
    require_minibatches(m, B, rng)
    order = rng.permutation(m)
    return (order[start : start + B] for start in range(0, m, B))
