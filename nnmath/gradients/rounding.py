# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: c3f991b4d8c9e341

# From book/checking_gradients.md, "The rounding of the cost: sensitivities"
"""How far rounding may move a computed cost, and computed gradients."""

import numpy as np

from nnmath.model.activations import derivative_of
from nnmath.model.array_types import Array, ByLayer, Gradients
from nnmath.model.costs import Cost, derivative_of_cost
from nnmath.model.network import Network


def sensitivities(network: Network, Z: ByLayer, A: ByLayer, slopes: Array) -> ByLayer:
    """Bound how much each weighted sum can move its example's cost.

    Parameters
    ----------
    network : Network
        Sizes ``n_0, ..., n_L``.
    Z, A : mapping of int to ndarray, shape (n_l, m)
        Weighted sums and activations, as ``forward`` returns them.
    slopes : ndarray, shape (n_L, m)
        The derivatives of each example's cost with respect to its outputs, or bounds on their
        absolute values.

    Returns
    -------
    dict of int to ndarray, shape (n_l, m)
        For the layers 1, ..., L numbers that no absolute value of an error exceeds.

    Raises
    ------
    ValueError
        If an activation function has no derivative here.

    Notes
    -----
    Equations ``eq-sensitivity`` and ``eq-sensitivity-bound``.
    """
    S: dict[int, Array] = {}
    G = np.abs(slopes)
    for l in range(network.L, 0, -1):
        phi = network.phi[l]
        if phi.pull_back_of_sizes is not None:
            S[l] = phi.pull_back_of_sizes(A[l], G)
        else:
            S[l] = np.abs(derivative_of(phi)(Z[l])) * G  # eq-sensitivity
        G = np.abs(network.W[l]).T @ S[l]  # eq-sensitivity-bound
    return S


def sizes_of_sums(network: Network, A: ByLayer) -> ByLayer:
    """Add up the absolute values of the terms of each weighted sum.

    Parameters
    ----------
    network : Network
        Sizes ``n_0, ..., n_L``.
    A : mapping of int to ndarray, shape (n_l, m)
        Activations, as ``forward`` returns them.

    Returns
    -------
    dict of int to ndarray, shape (n_l, m)
        For the layers 1, ..., L.
    """
    return {
        l: np.abs(network.W[l]) @ np.abs(A[l - 1]) + np.abs(network.b[l])
        for l in range(1, network.L + 1)
    }


ROUNDINGS = 16
"""More than an activation function and a cost make, their sums not counted."""


def cost_noise(network: Network, Z: ByLayer, A: ByLayer, Y: Array, cost: Cost) -> float:
    """Bound how far the cost, as computed in double precision, may be off.

    Parameters
    ----------
    network : Network
        Sizes ``n_0, ..., n_L``.
    Z, A : mapping of int to ndarray, shape (n_l, m)
        Weighted sums and activations, as ``forward`` returns them.
    Y : ndarray, shape (n_L, m), floating-point
        Targets.
    cost : Cost
        ``squared_error`` or ``cross_entropy``.

    Returns
    -------
    float
        A bound to first order in the unit roundoff, barring underflow.

    Raises
    ------
    ValueError
        If the cost is neither, or an activation function has no derivative here.

    Notes
    -----
    Equation ``eq-cost-noise``, with the largest sum of its column for the size of a sum, since a
    softmax subtracts the largest from all.
    """
    u = np.finfo(float).eps / 2
    L, m = network.L, Y.shape[1]
    slopes = derivative_of_cost(cost)(A[L], Y)
    S, sizes = sensitivities(network, Z, A, slopes), sizes_of_sums(network, A)
    of_sums = sum(  # eq-cost-noise
        (network.n[l - 1] + ROUNDINGS) * np.sum(S[l] * sizes[l].max(axis=0, keepdims=True))
        for l in sizes
    )
    of_cost = m * np.abs(cost.function(A[L], Y)) + np.sum(np.abs(slopes * A[L]))
    return float(u * (of_sums + (2 * network.n[L] + m + ROUNDINGS) * of_cost) / m)


# From book/checking_gradients.md, "The rounding of the gradient, and the sum"
def gradient_noise(network: Network, Z: ByLayer, A: ByLayer, Y: Array, cost: Cost) -> Gradients:
    """Bound how far computed gradients may be off, in units of the unit roundoff.

    Parameters
    ----------
    network : Network
        Sizes ``n_0, ..., n_L``.
    Z, A : mapping of int to ndarray, shape (n_l, m)
        Weighted sums and activations, as ``forward`` returns them.
    Y : ndarray, shape (n_L, m), floating-point
        Targets.
    cost : Cost
        ``squared_error`` or ``cross_entropy``.

    Returns
    -------
    of_W : dict of int to ndarray, shape (n_l, n_{l-1})
        For the weights of the layers 1, ..., L.
    of_b : dict of int to ndarray, shape (n_l, 1)
        For the biases.

    Raises
    ------
    ValueError
        If the cost is neither, or an activation function has no derivative here.

    Notes
    -----
    The last part of equation ``eq-tolerance``, to first order and with a generous count.
    """
    slopes = derivative_of_cost(cost)(
        np.abs(A[network.L]), -np.abs(Y)
    )  # in A - Y nothing cancels
    S, sizes = sensitivities(network, Z, A, slopes), sizes_of_sums(network, A)
    m = Y.shape[1]
    count = m + sum(2 * (size + ROUNDINGS) for size in network.n)
    count *= 1 + 2 * max(size.max() for size in sizes.values())
    of_W = {l: count * S[l] @ np.abs(A[l - 1]).T / m for l in sizes}
    of_b = {l: count * S[l].sum(axis=1, keepdims=True) / m for l in sizes}
    return of_W, of_b
