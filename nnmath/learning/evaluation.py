# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 2ff3fd7c84cd2660

# From book/notebook_run.md, "Right and wrong, class by class"
"""What a network answers, and how often it is right."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnmath.model.array_types import Array
from nnmath.model.forward_pass import forward
from nnmath.model.network import Network


def answers(network: Network, X: Array) -> NDArray[np.intp]:
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


def require_classes(name: str, value: NDArray[np.integer[Any]], K: int) -> None:
    """Refuse what is no row of classes.

    Parameters
    ----------
    name : str
        The argument's name, for the message.
    value : ndarray of int, shape (m,)
        What the caller passed.
    K : int
        How many classes there are.

    Raises
    ------
    TypeError
        If `value` is no array of whole numbers.
    ValueError
        If it has not one dimension, is empty, or an entry is no class.
    """
    if not isinstance(value, np.ndarray) or not np.issubdtype(value.dtype, np.integer):
        kind = value.dtype if isinstance(value, np.ndarray) else type(value).__name__
        raise TypeError(f"{name} must be an array of whole numbers, got {kind}")
    if value.ndim != 1 or value.size == 0:
        raise ValueError(f"{name} must have shape (m,) with m at least 1, got {value.shape}")
    if value.min() < 0 or value.max() >= K:
        raise ValueError(
            f"{name} must lie from 0 to {K - 1}, got values from {value.min()} to {value.max()}"
        )


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
        If `labels` or `answered` is no array of whole numbers.
    ValueError
        If one is empty or has another shape, the two differ in length, or an entry is no class.

    Notes
    -----
    Equation ``eq-confusion``.
    """
    require_classes("labels", labels, K)
    require_classes("answered", answered, K)
    if labels.size != answered.size:
        raise ValueError(
            f"answered must hold one answer for each of {labels.size} labels, got {answered.size}"
        )
    counts = np.zeros((K, K), np.intp)
    np.add.at(counts, (labels, answered), 1)
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
    if not isinstance(confusion, np.ndarray) or not np.issubdtype(confusion.dtype, np.integer):
        raise TypeError("confusion must be an array of whole numbers")
    if confusion.ndim != 2 or confusion.shape[0] != confusion.shape[1]:
        raise ValueError(f"confusion must be square, got shape {confusion.shape}")
    if confusion.size and confusion.min() < 0:
        raise ValueError(f"confusion must hold no negative count, got {confusion.min()}")
    of_class = confusion.sum(axis=1)
    shares = np.full(len(confusion), np.nan)
    np.divide(np.diag(confusion), of_class, out=shares, where=of_class > 0)
    return shares
