# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 9cd757a032a99b9d

# From book/softmax_and_relu.md, "The Jacobian of the softmax"
"""Jacobians of activation functions that are not elementwise."""

import numpy as np

from nnmath.model.array_types import Array


def softmax_jacobian(p: Array) -> Array:
    """Differentiate each probability of one example with respect to each weighted sum.

    Parameters
    ----------
    p : ndarray, shape (K, 1)
        The probabilities, numbers of any kind that can be multiplied and subtracted.

    Returns
    -------
    ndarray, shape (K, K)
        Entry (k, i) is the derivative of probability k with respect to the weighted sum i. It is
        also the second derivative of the cross-entropy with respect to the sums k and i, if the
        target sums to 1.

    Notes
    -----
    Equations ``eq-softmax-jacobian-matrix`` and ``eq-softmax-hessian``.
    """
    return np.diagflat(p) - p @ p.T  # eq-softmax-jacobian-matrix, eq-softmax-hessian
