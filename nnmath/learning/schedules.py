# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 81619e864c2d1355

# From book/better_steps.md, "The learning rate should fall"
"""Schedules: by what factor the learning rate is multiplied as the training goes on."""

import math

from nnmath.model.arguments import require_number


def cosine(share: float) -> float:
    """Let the factor fall from 1 to 0 along half a cosine wave.

    Parameters
    ----------
    share : float
        How much of the training lies behind, from 0 to 1.

    Returns
    -------
    float
        The factor.

    Raises
    ------
    TypeError
        If `share` is no number.
    ValueError
        If `share` is not from 0 to 1.

    Notes
    -----
    Equation ``eq-cosine``.
    """
    share = require_number("share", share, least=0, most=1)
    return (1 + math.cos(math.pi * share)) / 2  # eq-cosine
