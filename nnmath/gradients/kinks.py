# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: b6eef99bfd5746b5

# From book/numerical_derivatives.md, "A kink between the points"
"""Kinks of the activation functions that lie between the points of a difference."""

from collections.abc import Mapping

import numpy as np

from nnmath.model.activations import Activation
from nnmath.model.array_types import ByLayer


def kinks_between(phi: Mapping[int, Activation], *sums: ByLayer) -> int:
    """Count the neurons that are not on one side of a kink at all of several points.

    Parameters
    ----------
    phi : mapping of int to Activation
        The activation function of each layer 1, ..., L.
    *sums : mapping of int to ndarray, shape (n_l, m)
        The weighted sums of the layers at each of the points, as ``forward`` returns them; of
        complex numbers the real part counts.

    Returns
    -------
    int
        How many pairs of a neuron and an example are above a kink at one point and not at another.
        The derivative with respect to what moved between the points may then jump.

    Notes
    -----
    Equation ``eq-kink`` says what a central difference makes of it. A sum that crosses and comes
    back between two points is not seen.
    """
    count = 0
    for l in phi:
        for kink in phi[l].kinks:
            above = np.stack([np.real(Z[l]) > kink for Z in sums])
            count += int(np.count_nonzero(above.any(axis=0) & ~above.all(axis=0)))  # eq-kink
    return count
