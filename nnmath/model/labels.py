# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: f8f9aad7488823cb

# From book/cost.md, "Cross-entropy"
"""Labels as targets."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnmath.model.arguments import require_whole


def one_hot(labels: NDArray[np.integer[Any]], K: int) -> NDArray[np.float64]:
    """Write each label as a column with a single 1.

    Parameters
    ----------
    labels : ndarray of int, shape (m,)
        Classes from 0 to K - 1.
    K : int
        The number of classes.

    Returns
    -------
    ndarray, shape (K, m)
        1 in row ``labels[e]`` of column e, 0 elsewhere.

    Raises
    ------
    TypeError
        If `labels` holds no whole numbers, or `K` is none.
    ValueError
        If `labels` is empty or has another shape, `K` is below 1, or a label is not a class.

    Notes
    -----
    Equation ``eq-one-hot``.
    """
    K = require_whole("K", K, least=1)
    labels = np.asarray(labels)
    if labels.ndim != 1 or labels.size == 0:
        raise ValueError(f"labels must have shape (m,) with m at least 1, got {labels.shape}")
    if not np.issubdtype(labels.dtype, np.integer):
        raise TypeError(f"labels must hold whole numbers, got dtype {labels.dtype}")
    if labels.min() < 0 or labels.max() >= K:
        raise ValueError(
            f"labels must lie from 0 to {K - 1}, got values from {labels.min()} "
            f"to {labels.max()}"
        )
    Y = np.zeros((K, labels.size))
    Y[labels, np.arange(labels.size)] = 1
    return Y
