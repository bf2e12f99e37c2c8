# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: e767323c99437252

# From book/notebook_run.md, "Counting, and what the matrix adds up to"
"""The classes that a network predicts, and how often they are right."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnmath.model.arguments import require_classes, require_whole, require_whole_array
from nnmath.model.array_types import Array
from nnmath.model.forward_pass import forward
from nnmath.model.network import Network


def predicted_classes(network: Network, X: Array) -> NDArray[np.intp]:
    """Give the class with the largest output for each example.

    Parameters
    ----------
    network : Network
        The network.
    X : ndarray, shape (n_0, m)
        The examples, one a column.

    Returns
    -------
    ndarray of int, shape (m,)
        Classes from 0 to n_L - 1; of equally large outputs, the first.

    Raises
    ------
    TypeError
        If `X` is no array of floating-point numbers.
    ValueError
        If the shape of `X` does not fit the network, or an entry is not finite.
    """
    _, A = forward(network, X)
    return A[network.L].argmax(axis=0)


# From book/notebook_run.md, "Counting, and what the matrix adds up to"
def confusion_matrix(
    labels: NDArray[np.integer[Any]], answered: NDArray[np.integer[Any]], K: int
) -> NDArray[np.intp]:
    """Count how often each class is given each answer.

    Parameters
    ----------
    labels : ndarray of int, shape (m,)
        The class of each example, from 0 to K - 1.
    answered : ndarray of int, shape (m,)
        The answer to each example, from 0 to K - 1.
    K : int
        How many classes there are.

    Returns
    -------
    ndarray of int, shape (K, K)
        Row for the class, column for the answer; the sum of all entries is m.

    Raises
    ------
    TypeError
        If `labels` or `answered` is no array of whole numbers, or `K` is no whole number.
    ValueError
        If one is empty or has another shape, the two differ in length, an entry is no class, or `K`
        is below 1.

    Notes
    -----
    Equation ``eq-confusion``.
    """
    K = require_whole("K", K, least=1)
    require_classes("labels", labels, K)
    require_classes("answered", answered, K)
    if labels.size != answered.size:
        raise ValueError(
            f"answered must hold one answer for each of {labels.size} labels, got {answered.size}"
        )
    counts = np.zeros((K, K), np.intp)
    np.add.at(counts, (labels, answered), 1)  # eq-confusion
    return counts


def class_accuracies(confusion: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
    """Compute the share of right answers of each class.

    Parameters
    ----------
    confusion : ndarray of int, shape (K, K)
        How often each class (row) is given each answer (column).

    Returns
    -------
    ndarray, shape (K,)
        Shares from 0 to 1; NaN for a class without examples.

    Raises
    ------
    TypeError
        If `confusion` is no array of whole numbers.
    ValueError
        If it is not square, or an entry is negative.

    Notes
    -----
    Equation ``eq-class-accuracy``.
    """
    require_whole_array("confusion", confusion)
    if confusion.ndim != 2 or confusion.shape[0] != confusion.shape[1]:
        raise ValueError(f"confusion must be square, got shape {confusion.shape}")
    if confusion.size and confusion.min() < 0:
        raise ValueError(f"confusion must hold no negative count, got {confusion.min()}")
    of_class = confusion.sum(axis=1)
    shares = np.full(len(confusion), np.nan)
    np.divide(np.diag(confusion), of_class, out=shares, where=of_class > 0)  # eq-class-accuracy
    return shares
