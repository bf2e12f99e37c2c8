# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 7443d61fbec9ea85

# From book/vectorization.md, "What a backward pass refuses"
"""The backward pass: from the cost of a batch to the gradients of every parameter."""

import numpy as np

from nnmath.gradients.output_error import output_error, pull_back
from nnmath.model.arguments import require_layers, require_matrix
from nnmath.model.array_types import Array, ByLayer, Gradients
from nnmath.model.costs import Cost
from nnmath.model.network import Network


def require_values(network: Network, Z: ByLayer, A: ByLayer, Y: Array) -> None:
    """Refuse layers that are missing or too many, wrong shapes and types, and what is not finite.

    Parameters
    ----------
    network : Network
        Sizes ``n_0, ..., n_L``.
    Z : mapping of int to ndarray
        Must have the keys 1, ..., L and hold matrices of shape (n_l, m).
    A : mapping of int to ndarray
        Must have the keys 0, ..., L and hold matrices of shape (n_l, m), with the same m.
    Y : ndarray
        Must be a matrix of shape (n_L, m).

    Raises
    ------
    TypeError
        If `Z` or `A` is no mapping, or what they or `Y` hold is no floating-point (or complex)
        array.
    ValueError
        If a layer is missing or too many, a shape does not fit, or an entry is not finite.
    """
    m: int | str = "m"
    for name, values, first in (("A", A, 0), ("Z", Z, 1)):
        layers = list(range(first, network.L + 1))
        require_layers(name, values, layers)
        for l in layers:
            require_matrix(f"{name}[{l}]", values[l], (network.n[l], m))
            m = values[l].shape[1]
    require_matrix("Y", Y, (network.n[-1], m))


# From book/vectorization.md, "The recursion of the package"
def errors_by_matrices(
    network: Network, Z: ByLayer, A: ByLayer, Y: Array, cost: Cost
) -> ByLayer:
    """Carry each example's error from the output back to every layer.

    Parameters
    ----------
    network : Network
        Sizes ``n_0, ..., n_L``; unchanged since the forward pass that gave `Z` and `A`.
    Z : mapping of int to ndarray, shape (n_l, m), floating-point
        The weighted sums of the layers 1, ..., L, as ``forward`` returns them.
    A : mapping of int to ndarray, shape (n_l, m), floating-point
        The activations of the layers 0, ..., L, as ``forward`` returns them.
    Y : ndarray, shape (n_L, m), floating-point
        Targets.
    cost : Cost
        ``squared_error`` or ``cross_entropy``.

    Returns
    -------
    dict of int to ndarray, shape (n_l, m)
        For each layer 1, ..., L the errors: column e holds the derivatives of the cost of
        example e alone with respect to its weighted sums, without 1/m.

    Raises
    ------
    ValueError
        As `output_error`; or if the derivative of an activation function is not known.

    Notes
    -----
    Equations ``eq-delta-batch`` and ``eq-jacobian-form``, from ``eq-output-error``.
    """
    L = network.L
    Delta = {L: output_error(network.phi[L], cost, Z[L], A[L], Y)}  # eq-output-error
    for l in range(L - 1, 0, -1):
        before = network.W[l + 1].T @ Delta[l + 1]  # eq-delta-batch, eq-jacobian-form
        Delta[l] = pull_back(network.phi[l], Z[l], A[l], before)  # eq-delta-batch
    return {l: Delta[l] for l in sorted(Delta)}


# From book/vectorization.md, "The sum over the examples is a matrix product"
def gradients_from(network: Network, Z: ByLayer, A: ByLayer, Y: Array, cost: Cost) -> Gradients:
    """Compute the gradients of `backward`, and trust the arguments.

    Parameters
    ----------
    network : Network
        Sizes ``n_0, ..., n_L``; unchanged since the forward pass that gave `Z` and `A`.
    Z : mapping of int to ndarray, shape (n_l, m), floating-point
        The weighted sums of the layers 1, ..., L, as ``forward`` returns them.
    A : mapping of int to ndarray, shape (n_l, m), floating-point
        The activations of the layers 0, ..., L, as ``forward`` returns them.
    Y : ndarray, shape (n_L, m), floating-point
        Targets.
    cost : Cost
        ``squared_error`` or ``cross_entropy``.

    Returns
    -------
    of_W : dict of int to ndarray, shape (n_l, n_{l-1})
        The derivatives with respect to the weights of the layers 1, ..., L.
    of_b : dict of int to ndarray, shape (n_l, 1)
        The derivatives with respect to the biases.

    Raises
    ------
    ValueError
        As `output_error`; or if the derivative of an activation function is not known.

    Notes
    -----
    Equations ``eq-gradient-w-batch`` and ``eq-gradient-b-batch``.
    """
    Delta = errors_by_matrices(network, Z, A, Y, cost)
    m = A[0].shape[1]
    of_W = {l: Delta[l] @ A[l - 1].T / m for l in Delta}  # eq-gradient-w-batch
    of_b = {l: Delta[l].sum(axis=1, keepdims=True) / m for l in Delta}  # eq-gradient-b-batch
    return of_W, of_b


def backward(network: Network, Z: ByLayer, A: ByLayer, Y: Array, cost: Cost) -> Gradients:
    """Differentiate the cost of a batch with respect to every weight and bias.

    Parameters
    ----------
    network : Network
        Sizes ``n_0, ..., n_L``; unchanged since the forward pass that gave `Z` and `A`.
    Z : mapping of int to ndarray, shape (n_l, m), floating-point
        The weighted sums of the layers 1, ..., L, as ``forward`` returns them.
    A : mapping of int to ndarray, shape (n_l, m), floating-point
        The activations of the layers 0, ..., L, as ``forward`` returns them.
    Y : ndarray, shape (n_L, m), floating-point
        Targets.
    cost : Cost
        ``squared_error`` or ``cross_entropy``.

    Returns
    -------
    of_W : dict of int to ndarray, shape (n_l, n_{l-1})
        The derivatives with respect to the weights of the layers 1, ..., L.
    of_b : dict of int to ndarray, shape (n_l, 1)
        The derivatives with respect to the biases.

    Raises
    ------
    TypeError
        If `Z` or `A` is no mapping, or what it or `Y` holds is no floating-point (or complex)
        array.
    ValueError
        If a layer is missing or too many, a shape does not fit, an entry is not finite, an error
        overflows on its way, or the cost or an activation function has no derivative here.

    Notes
    -----
    Equations ``eq-gradient-w-batch`` and ``eq-gradient-b-batch``, by `gradients_from`.
    """
    require_values(network, Z, A, Y)
    # what overflows is refused below, what is too small for a float is 0
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        of_W, of_b = gradients_from(network, Z, A, Y, cost)
    for l in of_W:
        require_matrix(f"of_W[{l}]", of_W[l], network.W[l].shape)
        require_matrix(f"of_b[{l}]", of_b[l], network.b[l].shape)
    return of_W, of_b
