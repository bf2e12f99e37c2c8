# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 759e756c39880373

# From book/regularisation.md, "Dropout"
"""Masks that drop activations at random."""

import numpy as np
from numpy.typing import DTypeLike

from nnmath.learning.arguments import require_floating_type
from nnmath.model.arguments import require_generator, require_number
from nnmath.model.array_types import Array


def dropout_mask(
    shape: tuple[int, ...],
    r: float,
    rng: np.random.Generator,
    dtype: DTypeLike = np.float64,
) -> Array:
    """Draw the factors of dropout: activations forward and derivatives backward are multiplied.

    Parameters
    ----------
    shape : tuple of int
        That of the activations.
    r : float
        The probability of being dropped, from 0 to below 1.
    rng : numpy.random.Generator
        Draws one number for each entry.
    dtype : data type, optional
        A floating-point type.

    Returns
    -------
    ndarray, shape `shape`
        0 where an activation is dropped, 1 / (1 - r) elsewhere.

    Raises
    ------
    TypeError
        If an argument is of the wrong type.
    ValueError
        If `r` is out of its range.

    Notes
    -----
    Equation ``eq-dropout``.
    """
    r = require_number("r", r, least=0, below=1)
    require_generator("rng", rng)
    require_floating_type("dtype", dtype)
    stays = rng.random(shape) >= r
    return (stays / (1 - r)).astype(dtype)  # eq-dropout
