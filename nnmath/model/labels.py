# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 5775879aece688d1

# From book/cost.md, "Cross-entropy"
"""Labels as targets."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnmath.model.arguments import require_classes, require_whole


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
        If `labels` is no array of whole numbers, or `K` is no whole number.
    ValueError
        If `labels` is empty or has another shape, `K` is below 1, or a label is not a class.

    Notes
    -----
    Equation ``eq-one-hot``.
    """
    K = require_whole("K", K, least=1)
    require_classes("labels", labels, K)
    Y = np.zeros((K, labels.size))
    Y[labels, np.arange(labels.size)] = 1  # eq-one-hot
    return Y
