# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 6d89431bca87609e

# From book/regularisation.md, "A gradient that is too long"
"""Gradients that are shortened where they are too long."""

import math

import numpy as np

from nnmath.model.arguments import require_number
from nnmath.model.array_types import Gradients


def gradient_norm(of_W_and_b: Gradients) -> float:
    """Compute the norm of all derivatives of a network in one column.

    Parameters
    ----------
    of_W_and_b : pair of mapping of int to ndarray
        The derivatives with respect to the weights and to the biases, as ``backward`` returns them.

    Returns
    -------
    float
        The square root of the sum of all squares.
    """
    arrays = [array for part in of_W_and_b for array in part.values()]
    largest = max(float(np.abs(array).max()) for array in arrays)
    if largest == 0:
        return 0.0
    # the squares of entries of the size 1 do not overflow, in float32 either
    return largest * math.hypot(*(float(np.linalg.norm(array / largest)) for array in arrays))


def clip_gradients(of_W_and_b: Gradients, c: float) -> Gradients:
    """Shorten the gradients of a network to the norm c, if they are longer.

    Parameters
    ----------
    of_W_and_b : pair of mapping of int to ndarray
        The derivatives with respect to the weights and to the biases, as ``backward`` returns them.
    c : float
        The longest norm that is left as it is.

    Returns
    -------
    of_W, of_b : dict of int to ndarray
        New arrays of the same shapes and types; all 0 if the norm is too large for a float, or
        the factor too small for one of their type.

    Raises
    ------
    TypeError
        If `c` is no number.
    ValueError
        If `c` is not finite and above 0.

    Notes
    -----
    Equation ``eq-clip``.
    """
    c = require_number("c", c, above=0)
    norm = gradient_norm(of_W_and_b)
    factor = c / norm if norm > c else 1.0  # eq-clip
    of_W, of_b = ({l: factor * array for l, array in part.items()} for part in of_W_and_b)
    return of_W, of_b
