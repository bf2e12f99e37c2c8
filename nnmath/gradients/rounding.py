# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 9a228e04bc6d9304

# From book/numerical_derivatives.md, "The rounding of the cost: sensitivities"
"""How far rounding may move a computed cost, and computed gradients."""

from typing import Any

import numpy as np

from nnmath.gradients.kinks import kinks_between
from nnmath.model.activations import Activation, derivative_of
from nnmath.model.array_types import Array, ByLayer, Gradients
from nnmath.model.costs import Cost, derivative_of_cost
from nnmath.model.network import Network

UNIT_ROUNDOFF = float(np.finfo(float).eps) / 2
"""That of double precision."""

SMALLEST = float(np.finfo(float).tiny)
"""Its smallest number with all digits."""


def around(Z: Array, off: Array) -> list[Array]:
    """Give each sum, the ends of the interval where it may lie, and the point of it nearest to 0.

    A slope that rises or falls on each side of 0 is largest and smallest at one of the last three.
    """
    return [Z, Z - off, Z + off, np.clip(0, Z - off, Z + off)]


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
        How far each sum may be off. Then the largest of the slopes counts that it may have.

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
    points = [Z] if off is None else around(Z, off)
    return np.max([np.abs(slope(point)) for point in points], axis=0) * sizes


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


def rounding_of_sums(
    network: Network, Z: ByLayer, A: ByLayer, u: float = UNIT_ROUNDOFF, lost: float = 0.0
) -> tuple[ByLayer, ByLayer]:
    """Bound how far the weighted sums, as computed, may be off.

    Parameters
    ----------
    network : Network
        Sizes ``n_0, ..., n_L``.
    Z, A : mapping of int to ndarray, shape (n_l, m)
        Weighted sums and activations, as ``forward`` returns them.
    u : float
        The unit roundoff of the numbers that they were computed with.
    lost : float
        How large a number may be that underflow has made 0.

    Returns
    -------
    own : dict of int to ndarray, shape (1, m)
        By the roundings of this sum and of the activations in it, for the layers 1, ..., L, with
        the largest sum of its column for the size of a sum, since a softmax subtracts the largest
        from all.
    whole : dict of int to ndarray, shape (n_l, m)
        With what is inherited from the layers before.

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
        own[l] = u * roundings * size.max(axis=0, keepdims=True)
        whole[l] = own[l] + inherited + np.full_like(size, lost)
        mixes = network.phi[l].pull_back_of_sizes is not None
        if l < network.L:
            after = times_slopes(network.phi[l], Z[l], A[l], whole[l], whole[l])
            inherited = np.abs(network.W[l + 1]) @ (after + lost)
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
        If the cost or an activation function has no derivative here.

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
def inherited_error(
    phi: Activation,
    values: tuple[Array, Array],
    off: tuple[Array, Array],
    before: tuple[Array, Array],
) -> Array:
    """Bound what the errors of one layer inherit of the rounding before them.

    Parameters
    ----------
    phi : Activation
        The function of the layer.
    values : (Z, A)
        Weighted sums and activations, shape (n_l, m).
    off : (zeta, alpha)
        How far they may be off.
    before : (G, E)
        Bounds on the derivatives with respect to the activations, and how far those may be off.

    Returns
    -------
    ndarray, shape (n_l, m)
        How far each error may be off.

    Notes
    -----
    Equation ``eq-inherited-error``.
    """
    (Z, A), (zeta, alpha), (G, E) = values, off, before
    if phi.pull_back_of_sizes is not None:
        return phi.pull_back_of_sizes(A + alpha, G + E) - phi.pull_back_of_sizes(A, G)
    slope = derivative_of(phi)
    mu = np.max([np.abs(slope(point) - slope(Z)) for point in around(Z, zeta)], axis=0)
    return times_slopes(phi, Z, A, E, zeta) + mu * G  # eq-inherited-error


# From book/numerical_derivatives.md, "The parts together"
def gradient_noise(
    network: Network, Z: ByLayer, A: ByLayer, Y: Array, cost: Cost, dtype: Any = float
) -> Gradients:
    """Bound how far gradients, as computed, may be off.

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
    dtype : type
        The type of the numbers that the gradients were computed with.

    Returns
    -------
    of_W : dict of int to ndarray, shape (n_l, n_{l-1})
        For the weights of the layers 1, ..., L.
    of_b : dict of int to ndarray, shape (n_l, 1)
        For the biases.

    Raises
    ------
    ValueError
        If the cost or an activation function has no derivative here.

    Notes
    -----
    Equation ``eq-gradient-noise``, with a generous count: for each layer the sums forward and
    backward, with the denominator of a softmax in each direction.
    """
    L, m, W = network.L, Y.shape[1], network.W
    u, lost = float(np.finfo(dtype).eps) / 2, float(np.finfo(dtype).tiny) + SMALLEST / 1e-30
    Z, A = ({l: part[l].astype(float) for l in part} for part in (Z, A))
    zeta = rounding_of_sums(network, Z, A, u, lost)[1]
    alpha = {l: times_slopes(network.phi[l], Z[l], A[l], zeta[l], zeta[l]) + lost for l in Z}
    alpha[0] = np.zeros_like(A[0])

    def sizes(outputs: Array) -> Array:  # in A - Y nothing cancels
        return np.abs(derivative_of_cost(cost)(np.abs(outputs), -np.abs(Y.astype(float))))

    S, E = sensitivities(network, Z, A, sizes(A[L])), {}
    before = sizes(A[L]), np.abs(sizes(np.abs(A[L]) + alpha[L]) - sizes(A[L]))
    for l in range(L, 0, -1):
        own = inherited_error(network.phi[l], (Z[l], A[l]), (zeta[l], alpha[l]), before)
        E[l] = own + lost * (1 + before[0])
        before = np.abs(W[l]).T @ S[l], np.abs(W[l]).T @ E[l]
    Ru = u * (m + sum(2 * (2 * size + ROUNDINGS) for size in network.n))
    of_W, of_b = {}, {}
    for l in W:
        a, off = np.abs(A[l - 1]), alpha[l - 1]
        of_terms = Ru * S[l] @ a.T + S[l] @ off.T + E[l] @ (a + off).T  # eq-gradient-noise
        of_W[l] = of_terms / m + lost
        of_b[l] = (Ru * S[l] + E[l]).sum(axis=1, keepdims=True) / m + lost
    return of_W, of_b


def coarsest(network: Network, A: ByLayer, gradients: Gradients) -> Any:
    """Give the coarsest type of gradients and of the products in the sums that they come from."""
    types = [array.dtype for part in gradients for array in part.values()]
    types += [np.result_type(network.W[l], A[l - 1]) for l in network.W]
    return max(types, key=lambda dtype: float(np.finfo(dtype).eps))


def noise_of_both(
    network: Network, Z: ByLayer, A: ByLayer, Y: Array, cost: Cost, gradients: Gradients
) -> Gradients:
    """Add up the noise of gradients, in their coarsest type, and of numerical ones in double."""
    given = gradient_noise(network, Z, A, Y, cost, coarsest(network, A, gradients))
    numerical = gradient_noise(network, Z, A, Y, cost)
    of_W, of_b = ({l: given[k][l] + numerical[k][l] for l in given[k]} for k in (0, 1))
    return of_W, of_b


def undecided_sums(network: Network, Z: ByLayer, A: ByLayer, dtype: Any) -> int:
    """Count the sums that rounding in a type may have moved across a kink."""
    zeta = rounding_of_sums(network, Z, A, float(np.finfo(dtype).eps) / 2)[1]
    ends = ({l: Z[l] + sign * zeta[l] for l in zeta} for sign in (-1.0, 1.0))
    return kinks_between(network.phi, *ends)
