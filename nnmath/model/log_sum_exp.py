# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: a3d4a23f278021f4

# From book/softmax_and_relu.md, "The shift, and two bounds"
"""The logarithm of a sum of exponentials, and the cross-entropy computed with it."""

from typing import Any

import numpy as np

from nnmath.model.arguments import require_matrix
from nnmath.model.array_types import Array


def log_sum_exp(Z: Array) -> Array:
    """Compute the logarithm of the sum of each column's exponentials, of which none overflows.

    Parameters
    ----------
    Z : ndarray, shape (K, m), floating-point
        Weighted sums, one example a column.

    Returns
    -------
    ndarray, shape (1, m)
        From the largest entry of the column to ln K above it.

    Raises
    ------
    TypeError
        If `Z` is no array of floating-point (or complex) numbers.
    ValueError
        If `Z` is no matrix or an entry is not finite.

    Notes
    -----
    Equation ``eq-lse``, shifted by the largest entry: ``eq-lse-shift``. The exponential of that
    entry is exactly 1; the sum of the others goes to ``log1p``, which keeps it however small it is.
    """
    require_matrix("Z", Z, ("K", "m"))
    highest = Z.max(axis=0, keepdims=True)
    with np.errstate(under="ignore"):  # what is too small for a float is 0
        exponentials = np.exp(Z - highest)
    exponentials[Z.argmax(axis=0), np.arange(Z.shape[1])] = 0
    return highest + np.log1p(exponentials.sum(axis=0, keepdims=True))  # eq-lse, eq-lse-shift


def cross_entropy_of_sums(Z: Array, Y: Array) -> Any:
    """Compute the mean over the batch of the cross-entropy of the softmax, from its arguments.

    Parameters
    ----------
    Z : ndarray, shape (K, m), floating-point
        Weighted sums of a softmax layer, one example a column.
    Y : ndarray, shape (K, m), floating-point
        Targets, each column not negative and with the sum 1; one-hot for labels.

    Returns
    -------
    scalar
        ``cross_entropy(softmax(Z), Y)``, but finite where that is infinite, unless the sum over
        the batch exceeds the largest float, and with a small relative error, until it underflows,
        also where the right class has nearly all the probability.

    Raises
    ------
    TypeError
        If an argument is no array of floating-point (or complex) numbers.
    ValueError
        If an argument is no matrix, an entry is not finite, the shapes differ, or two sums of one
        example are farther apart than the largest float.

    Notes
    -----
    Equations ``eq-lse-cost`` and ``eq-batch-cost``. The largest entry of each column is subtracted
    first, which does not change the cost but keeps two large numbers from cancelling.
    """
    require_matrix("Z", Z, ("K", "m"))
    require_matrix("Y", Y, Z.shape)
    S = Z - Z.max(axis=0, keepdims=True)
    return (  # eq-lse-cost
        np.sum(np.sum(Y, axis=0) * log_sum_exp(S) - np.sum(Y * S, axis=0)) / Z.shape[1]
    )
