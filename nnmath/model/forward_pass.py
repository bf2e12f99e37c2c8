# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 90cb0dae0cfe2ec6

# From book/forward_pass.md, "A batch: one example a column"
"""The forward pass: from a batch of inputs to the activations of every layer."""

import numpy as np

from nnmath.model.arguments import require_kind, require_matrix
from nnmath.model.array_types import Array, ByLayer
from nnmath.model.network import Network


def weighted_sums_and_activations(network: Network, X: Array) -> tuple[ByLayer, ByLayer]:
    """Compute what `forward` returns, and trust the arguments.

    Parameters
    ----------
    network : Network
        Sizes ``n_0, ..., n_L``.
    X : ndarray, shape (n_0, m), floating-point
        The inputs, one example a column.

    Returns
    -------
    Z : dict of int to ndarray, shape (n_l, m)
        The weighted sums of the layers 1, ..., L.
    A : dict of int to ndarray, shape (n_l, m)
        The activations of the layers 0, ..., L.

    Notes
    -----
    Equation ``eq-z-batch``.
    """
    Z: dict[int, Array] = {}
    A = {0: X}
    for l in range(1, network.L + 1):
        Z[l] = network.W[l] @ A[l - 1] + network.b[l]  # eq-z-batch
        A[l] = network.phi[l](Z[l])
    return Z, A


def forward(network: Network, X: Array) -> tuple[ByLayer, ByLayer]:
    """Run a batch through the network and keep every layer's values.

    Parameters
    ----------
    network : Network
        Sizes ``n_0, ..., n_L``.
    X : ndarray, shape (n_0, m), floating-point
        The inputs, one example a column.

    Returns
    -------
    Z : dict of int to ndarray, shape (n_l, m)
        The weighted sums of the layers 1, ..., L.
    A : dict of int to ndarray, shape (n_l, m)
        The activations of the layers 0, ..., L; ``A[0]`` is `X` itself, and ``A[l]`` is ``Z[l]``
        itself if ``phi[l]`` is the identity.

    Raises
    ------
    TypeError
        If `network` is not a `Network`, or `X` is no array of floating-point (or complex) numbers.
    ValueError
        If `X` has not n_0 rows and at least one column, an entry is not finite, or an activation
        function does not keep the shape of its argument.

    Notes
    -----
    Equation ``eq-z-batch``, by `weighted_sums_and_activations`.
    """
    require_kind("network", network, Network)
    require_matrix("X", X, (network.n[0], "m"))
    with np.errstate(under="ignore"):  # what is too small for a float is 0
        return weighted_sums_and_activations(network, X)
