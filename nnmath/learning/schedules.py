# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 06f2f04f5b68b42b

# From book/further.md, "The learning rate should fall"
"""Schedules: by what factor the learning rate is multiplied as the training goes on."""

import math


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
    ValueError
        If `share` is not from 0 to 1.

    Notes
    -----
    Equation ``eq-cosine``.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"share must be from 0 to 1, got {share!r}")
    return (1 + math.cos(math.pi * share)) / 2
