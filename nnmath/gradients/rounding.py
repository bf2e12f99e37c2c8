# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: d8386f571341a9b2

# From book/numerical_derivatives.md, "The rounding of the cost: sensitivities"
"""How far rounding may move a computed cost, and computed gradients."""

from typing import Any

import numpy as np

from nnmath.model.activations import Activation, derivative_of
from nnmath.model.array_types import Array, ByLayer, Gradients
from nnmath.model.costs import Cost, derivative_of_cost
from nnmath.model.network import Network

UNIT_ROUNDOFF = float(np.finfo(float).eps) / 2
"""That of double precision."""


def times_slopes(
    phi: Activation, Z: Array, A: Array, sizes: Array, off: Array | None = None
) -> Array:
    """Multiply bounds by the absolute slopes of an activation function, or by more.

    Parameters
    ----------
    phi : Activation
        The function of one layer.
    Z, A : ndarray, shape (n_l, m)
        Weighted sums and activations.
    sizes : ndarray, shape (n_l, m)
        Bounds: on derivatives with respect to the activations, or on errors of the sums. A Jacobian
        matrix of the package is symmetric, so it multiplies both alike.
    off : ndarray, shape (n_l, m), optional
        How far each sum may be off. At a kink the largest of the slopes counts that it may have.

    Returns
    -------
    ndarray, shape (n_l, m)
        Bounds on derivatives with respect to the sums, or on errors of the activations.

    Raises
    ------
    ValueError
        If the function has no derivative here.

    Notes
    -----
    Part of equation ``eq-sensitivity``.
    """
    if phi.pull_back_of_sizes is not None:
        return phi.pull_back_of_sizes(A, sizes)
    slope = derivative_of(phi)
    sides = [Z] if off is None or not phi.kinks else [Z, Z - off, Z + off]
    return np.max([np.abs(slope(side)) for side in sides], axis=0) * sizes


def sensitivities(
    network: Network, Z: ByLayer, A: ByLayer, slopes: Array, off: ByLayer | None = None
) -> ByLayer:
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
    off : mapping of int to ndarray, shape (n_l, m), optional
        How far each weighted sum may be off, which matters near a kink. By default not at all.

    Returns
    -------
    dict of int to ndarray, shape (n_l, m)
        For the layers 1, ..., L numbers that no absolute value of an error exceeds, rounding apart.

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
        close = None if off is None else off[l]
        S[l] = times_slopes(network.phi[l], Z[l], A[l], G, close)  # eq-sensitivity
        G = np.abs(network.W[l]).T @ S[l]  # eq-sensitivity-bound
    return S


# From book/numerical_derivatives.md, "The rounding of the cost: sensitivities"
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


def rounding_of_sums(network: Network, Z: ByLayer, A: ByLayer) -> tuple[ByLayer, ByLayer]:
    """Bound how far the weighted sums, as computed in double precision, may be off.

    Parameters
    ----------
    network : Network
        Sizes ``n_0, ..., n_L``.
    Z, A : mapping of int to ndarray, shape (n_l, m)
        Weighted sums and activations, as ``forward`` returns them.

    Returns
    -------
    own : dict of int to ndarray, shape (1, m)
        By the roundings of this sum and of the activations in it, for the layers 1, ..., L, with
        the largest sum of its column for the size of a sum, since a softmax subtracts the largest
        from all.
    whole : dict of int to ndarray, shape (n_l, m)
        With what is inherited from the layers before, to first order.

    Raises
    ------
    ValueError
        If an activation function has no derivative here.
    """
    own: dict[int, Array] = {}
    whole: dict[int, Array] = {}
    inherited: Array = np.zeros((1, 1))
    mixes = False
    for l, size in sizes_of_sums(network, A).items():
        roundings = network.n[l - 1] * (2 if mixes else 1) + ROUNDINGS
        own[l] = UNIT_ROUNDOFF * roundings * size.max(axis=0, keepdims=True)
        whole[l] = own[l] + inherited + np.zeros_like(size)
        mixes = network.phi[l].pull_back_of_sizes is not None
        if l < network.L:
            after = times_slopes(network.phi[l], Z[l], A[l], whole[l], whole[l])
            inherited = np.abs(network.W[l + 1]) @ after
    return own, whole


# From book/numerical_derivatives.md, "The rounding of the cost: sensitivities"
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
        A bound to first order in the unit roundoff, barring underflow. A sum that rounding may have
        moved across a kink counts with the larger slope.

    Raises
    ------
    ValueError
        If the cost is neither, or an activation function has no derivative here.

    Notes
    -----
    Equation ``eq-cost-noise``.
    """
    L, m = network.L, Y.shape[1]
    slopes = derivative_of_cost(cost)(A[L], Y)
    own, whole = rounding_of_sums(network, Z, A)
    S = sensitivities(network, Z, A, slopes, whole)
    of_sums = sum(np.sum(S[l] * own[l]) for l in S)  # eq-cost-noise
    of_cost = m * np.abs(cost.function(A[L], Y)) + np.sum(np.abs(slopes * A[L]))
    return float((of_sums + UNIT_ROUNDOFF * (2 * network.n[L] + m + ROUNDINGS) * of_cost) / m)


# From book/numerical_derivatives.md, "The parts together"
def gradient_noise(network: Network, Z: ByLayer, A: ByLayer, Y: Array, cost: Cost) -> Gradients:
    """Say how far the way back may move gradients by rounding, in units of the unit roundoff.

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
    The last part of equation ``eq-tolerance``, to first order and with a generous count: for each
    layer the sums forward and backward, with the denominator of a softmax in each direction.
    """
    slopes = derivative_of_cost(cost)(
        np.abs(A[network.L]), -np.abs(Y)
    )  # in A - Y nothing cancels
    S, sizes = sensitivities(network, Z, A, slopes), sizes_of_sums(network, A)
    m = Y.shape[1]
    count = m + sum(2 * (2 * size + ROUNDINGS) for size in network.n)
    count *= 1 + 2 * max(size.max() for size in sizes.values())
    of_W = {l: count * S[l] @ np.abs(A[l - 1]).T / m for l in sizes}
    of_b = {l: count * S[l].sum(axis=1, keepdims=True) / m for l in sizes}
    return of_W, of_b


def unit_roundoff_beside(*given: Any) -> float:
    """Add up the unit roundoffs of the coarsest of some arrays and of double precision."""
    coarsest = max(float(np.finfo(array.dtype).eps) for array in given)
    return coarsest / 2 + UNIT_ROUNDOFF
