# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 1401edbdd49654bb

# From book/regularisation.md, "Backward, step by step"
"""Batch normalisation: forward, backward, and the averages for evaluation."""

import numpy as np

from nnmath.model.array_types import Array


def batch_statistics(Z: Array) -> tuple[Array, Array]:
    """Compute mean and variance of each neuron over the batch.

    Parameters
    ----------
    Z : ndarray, shape (n, m), floating-point
        Weighted sums, one example a column.

    Returns
    -------
    mu, v : ndarray, shape (n, 1)
        The means, and the variances with the divisor m.

    Notes
    -----
    Equation ``eq-bn-statistics``.
    """
    mu = Z.mean(axis=1, keepdims=True)  # eq-bn-statistics
    return mu, ((Z - mu) ** 2).mean(axis=1, keepdims=True)  # eq-bn-statistics


def normalise(Z: Array, mu: Array, v: Array, epsilon: float) -> tuple[Array, Array]:
    """Subtract the means and divide by the roots of the variances.

    Parameters
    ----------
    Z : ndarray, shape (n, m), floating-point
        Weighted sums, one example a column.
    mu, v : ndarray, shape (n, 1)
        Means and variances, of this batch or averages over many.
    epsilon : float
        Is added to the variances.

    Returns
    -------
    Z_hat : ndarray, shape (n, m)
        The normalised sums.
    s : ndarray, shape (n, 1)
        Their factors.

    Notes
    -----
    Equation ``eq-bn-statistics``.
    """
    s = 1 / np.sqrt(v + epsilon)  # eq-bn-statistics
    return s * (Z - mu), s


def normalised_batch(
    Z: Array, gamma: Array, beta: Array, epsilon: float = 1e-5
) -> tuple[Array, Array, Array]:
    """Normalise a batch by its own mean and variance, then scale and shift.

    Parameters
    ----------
    Z : ndarray, shape (n, m), floating-point
        Weighted sums, one example a column.
    gamma, beta : ndarray, shape (n, 1)
        Scale and shift of each neuron.
    epsilon : float
        Is added to the variances.

    Returns
    -------
    U : ndarray, shape (n, m)
        The result.
    Z_hat : ndarray, shape (n, m)
        The normalised sums.
    s : ndarray, shape (n, 1)
        Their factors; the way back needs both.

    Notes
    -----
    Equation ``eq-bn``.
    """
    Z_hat, s = normalise(Z, *batch_statistics(Z), epsilon)
    return gamma * Z_hat + beta, Z_hat, s  # eq-bn


def normalised_batch_backward(
    G: Array, Z_hat: Array, s: Array, gamma: Array
) -> tuple[Array, Array, Array]:
    """Carry derivatives back through the normalisation of a batch.

    Parameters
    ----------
    G : ndarray, shape (n, m)
        The derivatives with respect to the result.
    Z_hat : ndarray, shape (n, m)
        The normalised sums.
    s : ndarray, shape (n, 1)
        Their factors.
    gamma : ndarray, shape (n, 1)
        The scale.

    Returns
    -------
    of_Z : ndarray, shape (n, m)
        The derivatives with respect to the weighted sums.
    of_gamma, of_beta : ndarray, shape (n, 1)
        Those with respect to scale and shift.

    Notes
    -----
    Equations ``eq-bn-matrix`` and ``eq-bn-parameters``.
    """
    H = gamma * G
    along = (H * Z_hat).mean(axis=1, keepdims=True)
    of_Z = s * (H - H.mean(axis=1, keepdims=True) - Z_hat * along)  # eq-bn-matrix
    of_gamma = (G * Z_hat).sum(axis=1, keepdims=True)  # eq-bn-parameters
    return of_Z, of_gamma, G.sum(axis=1, keepdims=True)  # eq-bn-parameters


def running_average(average: Array, new: Array, alpha: float) -> Array:
    """Move an average over many batches a little towards the statistics of a new one.

    Parameters
    ----------
    average : ndarray of any shape
        The average so far.
    new : ndarray of the same shape
        What the new batch says.
    alpha : float
        What is left of the old average, from 0 to 1.

    Returns
    -------
    ndarray of the same shape
        The new average.

    Notes
    -----
    Equation ``eq-bn-running``.
    """
    return alpha * average + (1 - alpha) * new  # eq-bn-running
