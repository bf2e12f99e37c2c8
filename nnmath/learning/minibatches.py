# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 2993a5d98931a781

# From book/gradient_descent.md, "Every example once"
"""Mini-batches: every example once, in random order, a few at a time."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnmath.model.arguments import require_generator, require_whole


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
    m = require_whole("m", m, least=1)
    B = require_whole("B", B, least=1, most=m)
    require_generator("rng", rng)
    order = rng.permutation(m)
    return (order[start : start + B] for start in range(0, m, B))
