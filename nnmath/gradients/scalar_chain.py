# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 93cdaf0677cab350

# From book/one_neuron.md, "The layer before, and any layer"
"""Gradients of a network with one neuron in each layer."""

import numpy as np

from nnmath.model.activations import derivative_of
from nnmath.model.forward_pass import forward
from nnmath.model.network import Network


def scalar_gradients(
    network: Network, x: float, y: float
) -> tuple[dict[int, float], dict[int, float]]:
    """Differentiate the squared error of one example, from the last layer backwards.

    Parameters
    ----------
    network : Network
        With ``n = (1, 1, ..., 1)``.
    x : float
        The input.
    y : float
        The target.

    Returns
    -------
    of_w : dict of int to float
        The derivative with respect to the weight of each layer 1, ..., L.
    of_b : dict of int to float
        The derivative with respect to the bias of each layer.

    Raises
    ------
    ValueError
        If a layer has more than one neuron, or an activation function no derivative.

    Notes
    -----
    Equation ``eq-scalar-recursion``.
    """
    if set(network.n) != {1}:
        raise ValueError(
            f"network must have one neuron in each layer, got the sizes {network.n}"
        )
    Z, A = forward(network, np.array([[x]], dtype=float))
    a = {l: A[l].item() for l in A}
    slope = {l: derivative_of(network.phi[l])(Z[l]).item() for l in Z}
    delta = {network.L: 2 * (a[network.L] - y) * slope[network.L]}
    for k in range(network.L - 1, 0, -1):
        delta[k] = network.W[k + 1].item() * slope[k] * delta[k + 1]  # eq-scalar-recursion
    return {k: delta[k] * a[k - 1] for k in sorted(delta)}, {k: delta[k] for k in sorted(delta)}
