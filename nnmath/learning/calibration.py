# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: e515acaf81cdc958

# From book/regularisation.md, "Can the probabilities be believed?"
"""Whether probabilities are as often right as they say."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnmath.model.arguments import require_classes, require_matrix, require_whole
from nnmath.model.array_types import Array


def expected_calibration_error(
    P: Array, labels: NDArray[np.integer[Any]], bins: int = 15
) -> float:
    """Compare confidence and accuracy in bins of equal width.

    Parameters
    ----------
    P : ndarray, shape (K, m), floating-point
        Probabilities, one example a column.
    labels : ndarray of int, shape (m,)
        The right classes.
    bins : int
        How many bins divide the interval from 0 to 1.

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    TypeError
        If an argument is of the wrong type.
    ValueError
        If the shapes do not fit, an entry of `P` does not lie from 0 to 1, a label is no class, or
        `bins` is below 1.

    Notes
    -----
    Equation ``eq-ece``.
    """
    bins = require_whole("bins", bins, least=1)
    require_matrix("P", P, ("K", "m"))
    if P.min() < 0 or P.max() > 1:
        raise ValueError(f"P must lie from 0 to 1, got values from {P.min()} to {P.max()}")
    require_classes("labels", labels, P.shape[0])
    if labels.size != P.shape[1]:
        raise ValueError(f"labels must have shape ({P.shape[1]},), got {labels.shape}")
    confidence = P.max(axis=0)
    too_sure = confidence - (P.argmax(axis=0) == labels)
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    return float(np.abs(np.bincount(place, too_sure)).sum() / labels.size)  # eq-ece
