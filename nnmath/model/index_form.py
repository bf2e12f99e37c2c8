# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: d1315344caff76e3

# From book/forward_pass.md, "One layer, index by index"
"""The formulas index by index, as loops: slow, and what the fast forms are compared with."""

import numpy as np

from nnmath.model.array_types import Array


def weighted_sums_by_index(W: Array, b: Array, a: Array) -> Array:
    """Compute the weighted sums of one layer for one example, one product at a time.

    Parameters
    ----------
    W : ndarray, shape (n_l, n_{l-1})
        Weights, destination first.
    b : ndarray, shape (n_l, 1)
        Biases.
    a : ndarray, shape (n_{l-1}, 1)
        Activations of the layer before.

    Returns
    -------
    ndarray, shape (n_l, 1)
        The weighted sums z.

    Notes
    -----
    Equation ``eq-z``.
    """
    z = np.empty((W.shape[0], 1), dtype=np.result_type(W, b, a))
    for i in range(W.shape[0]):
        z[i, 0] = b[i, 0]
        for j in range(W.shape[1]):
            z[i, 0] += W[i, j] * a[j, 0]  # eq-z
    return z
