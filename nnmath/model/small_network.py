# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 0f746f05fc24e6e0

# From book/forward_pass.md, "The small network of this book"
"""The small network that the book computes by hand."""

import numpy as np

from nnmath.model.activations import sigmoid, tanh
from nnmath.model.array_types import Array
from nnmath.model.network import Network


def small_network() -> tuple[Network, Array, Array]:
    """Make the 2-3-2 network of the book, with its example and its target.

    Returns
    -------
    network : Network
        Two inputs, three neurons with the hyperbolic tangent, two with the sigmoid.
    x : ndarray, shape (2, 1)
        The example.
    y : ndarray, shape (2, 1)
        The target.
    """
    W = {
        1: np.array([[0.8, -0.5], [-0.3, 1.1], [0.6, 0.4]]),
        2: np.array([[1.2, -0.7, 0.5], [-0.9, 0.6, 1.4]]),
    }
    b = {1: np.array([[0.1], [-0.2], [0.3]]), 2: np.array([[0.2], [-0.1]])}
    network = Network(W, b, {1: tanh, 2: sigmoid})
    return network, np.array([[0.9], [-0.4]]), np.array([[1.0], [0.0]])
