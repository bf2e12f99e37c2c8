# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 70ef0e4a0aa0fcf3

# From book/automatic_differentiation.md, "A tape"
"""Reverse mode: a record of the arrays that were computed, and the way back along it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nnmath.gradients.output_error import pull_back
from nnmath.model.activations import Activation
from nnmath.model.array_types import Array
from nnmath.model.network import Network


def summed_to(shape: tuple[int, ...], G: Array) -> Array:
    """Add up what belongs to one entry of an array repeated to G's shape, ``eq-tape-repeated``."""
    G = G.sum(axis=tuple(range(G.ndim - len(shape))))
    once = tuple(axis for axis, size in enumerate(shape) if size == 1)
    return G.sum(axis=once, keepdims=True)  # eq-tape-repeated


# From book/automatic_differentiation.md, "A tape"
@dataclass(frozen=True, eq=False)
class Node:
    """An array on a tape.

    Parameters
    ----------
    tape : Tape
        The record that holds it.
    number : int
        Its place there.
    value : ndarray of any shape
        The array.
    parents : tuple of (Node, function)
        What it was computed from. Each function maps the node's adjoint to what is added to the
        parent's.

    Notes
    -----
    Equations ``eq-tape-product``, ``eq-tape-entries`` and ``eq-tape-repeated``.
    """

    tape: "Tape"
    number: int
    value: Array
    parents: "tuple[tuple[Node, Callable[[Array], Array]], ...]"

    def __matmul__(self, other: "Node") -> "Node":
        P, Q = self.value, other.value
        return self.tape.record(
            P @ Q,
            (self, lambda G: G @ Q.T),  # eq-tape-product
            (other, lambda G: P.T @ G),  # eq-tape-product
        )

    def __add__(self, other: "Node") -> "Node":
        P, Q = self.value, other.value
        return self.tape.record(
            P + Q,
            (self, lambda G: summed_to(P.shape, G)),  # eq-tape-entries
            (other, lambda G: summed_to(Q.shape, G)),
        )

    def __mul__(self, other: "Node") -> "Node":
        P, Q = self.value, other.value
        return self.tape.record(
            P * Q,
            (self, lambda G: summed_to(P.shape, G * Q)),  # eq-tape-entries
            (other, lambda G: summed_to(Q.shape, G * P)),
        )

    def through(self, phi: Activation) -> "Node":
        """Apply an activation function, the softmax too."""
        Z, V = self.value, phi(self.value)
        return self.tape.record(V, (self, lambda G: pull_back(phi, Z, V, G)))

    def sum(self) -> "Node":
        """Add up all entries."""
        U = self.value
        to_each = (self, lambda G: np.broadcast_to(G, U.shape))  # eq-tape-entries
        return self.tape.record(np.asarray(U.sum()), to_each)


# From book/automatic_differentiation.md, "A tape"
class Tape:
    """A record of arrays, in the order in which they were computed.

    Notes
    -----
    Equation ``eq-graph-adjoint``.
    """

    def __init__(self) -> None:
        self.nodes: list[Node] = []

    def record(self, value: Array, *parents: tuple[Node, Callable[[Array], Array]]) -> Node:
        """Put an array on the tape; one without parents is given and not computed."""
        node = Node(self, len(self.nodes), value, parents)
        self.nodes.append(node)
        return node

    def adjoints(self, last: Node) -> list[Array]:
        """Differentiate the sum of one node's entries with respect to every array on the tape.

        Parameters
        ----------
        last : Node
            A node of this tape, such as the cost.

        Returns
        -------
        list of ndarray
            For each node, in their order, an array of its shape.
        """
        bar = [np.zeros_like(node.value) for node in self.nodes]
        bar[last.number] = np.ones_like(last.value)
        for node in reversed(self.nodes):
            for parent, pulled in node.parents:
                term = pulled(bar[node.number])
                bar[parent.number] = bar[parent.number] + term  # eq-graph-adjoint
        return bar


# From book/automatic_differentiation.md, "A tape"
def forward_on_tape(
    tape: Tape, network: Network, X: Array
) -> tuple[dict[int, Node], dict[int, Node], dict[int, Node], dict[int, Node]]:
    """Run a network forward, and record what it computes.

    Parameters
    ----------
    tape : Tape
        Takes the record.
    network : Network
        Sizes ``n_0, ..., n_L``.
    X : ndarray, shape (n_0, m), floating-point
        Inputs, one example a column.

    Returns
    -------
    W, b : dict of int to Node
        The parameters of the layers 1, ..., L.
    Z, A : dict of int to Node
        The weighted sums of the layers 1, ..., L, and the activations of the layers 0, ..., L.
    """
    W = {l: tape.record(array) for l, array in network.W.items()}
    b = {l: tape.record(array) for l, array in network.b.items()}
    Z: dict[int, Node] = {}
    A = {0: tape.record(X)}
    for l in range(1, network.L + 1):
        Z[l] = W[l] @ A[l - 1] + b[l]
        A[l] = Z[l].through(network.phi[l])
    return W, b, Z, A
