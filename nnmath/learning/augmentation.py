# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: afdee97a935c20e1

# From book/two_recipes.md, "More pictures than there are: shifts"
"""Augmentation: new pictures from old ones."""

import math

import numpy as np

from nnmath.model.arguments import require_generator, require_matrix, require_whole
from nnmath.model.array_types import Array


def random_shifts(X: Array, rng: np.random.Generator, reach: int = 1) -> Array:
    """Move each picture by a few pixels, drawn at random, and fill up with zeros.

    Parameters
    ----------
    X : ndarray, shape (k * k, m), floating-point
        Square pictures, one a column, row after row of the picture.
    rng : numpy.random.Generator
        Draws first how far down each picture moves, then how far to the right each moves.
    reach : int
        The most pixels in each direction; at least 0.

    Returns
    -------
    ndarray, shape (k * k, m)
        The moved pictures, of the type of `X`.

    Raises
    ------
    TypeError
        If an argument is of the wrong type.
    ValueError
        If the number of rows is no square, an entry is not finite, or `reach` is negative.

    Notes
    -----
    Equation ``eq-shift``.
    """
    require_matrix("X", X, ("k * k", "m"))
    k, m = math.isqrt(X.shape[0]), X.shape[1]
    if k * k != X.shape[0]:
        raise ValueError(f"X must hold square pictures, k * k rows, got {X.shape[0]} rows")
    require_generator("rng", rng)
    reach = require_whole("reach", reach, least=0)
    frame = ((0, 0), (reach, reach), (reach, reach))
    framed = np.pad(X.T.reshape(m, k, k), frame)
    windows = np.lib.stride_tricks.sliding_window_view(framed, (k, k), axis=(1, 2))
    down, right = rng.integers(-reach, reach + 1, (2, m))
    return windows[np.arange(m), reach - down, reach - right].reshape(m, k * k).T  # eq-shift
