# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 812460d6527ef662

# From book/gradient_descent.md, "The loop that trains"
"""Training: forward, backward, step, over and over."""

from collections.abc import Callable
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnmath.arguments import require_matrix
from nnmath.backward import backward
from nnmath.descent import descend, require_learning_rate
from nnmath.forward_pass import forward
from nnmath.minibatches import minibatches
from nnmath.network import Network


def train(
    network: Network,
    X: NDArray[Any],
    Y: NDArray[Any],
    cost: Callable[..., Any],
    *,
    eta: float,
    epochs: int,
    B: int,
    rng: np.random.Generator,
    rule: Callable[..., None] = descend,
    schedule: Callable[[float], float] | None = None,
    augment: Callable[[NDArray[Any], np.random.Generator], NDArray[Any]] | None = None,
) -> list[float]:
    """Train a network by gradient descent on mini-batches, in place.

    Parameters
    ----------
    network : Network
        Its weights and biases are changed.
    X : ndarray, shape (n_0, m), floating-point
        The inputs of the training examples.
    Y : ndarray, shape (n_L, m), floating-point
        Their targets.
    cost : function
        ``squared_error`` or ``cross_entropy``.
    eta : float
        The learning rate.
    epochs : int
        How often to go through all examples; 0 for not at all.
    B : int
        How many examples a mini-batch holds; m for all of them in every step.
    rng : numpy.random.Generator
        Draws the order of the examples anew for every epoch.
    rule : function, optional
        Called as ``rule(network, of_W, of_b, rate)`` for each step; it moves the parameters in
        place. Without it, gradient descent.
    schedule : function, optional
        Maps the share of the training that lies behind a step, from 0 to below 1, to the factor
        above 0 by which the learning rate is multiplied. Without it, the factor is 1.
    augment : function, optional
        Called as ``augment(some_X, rng)`` with the inputs of each mini-batch; what it returns takes
        their place.

    Returns
    -------
    list of float
        The cost of each step's mini-batch before the step.

    Raises
    ------
    TypeError
        If an argument is of the wrong type.
    ValueError
        If a shape does not fit, a number is out of its range, or the cost or an activation function
        is not known: nothing has changed then. Or if an error or a gradient overflows on its way
        back: the network is then as the step before left it.
    FloatingPointError
        If a weighted sum or the cost of a mini-batch is not finite. The network is then as the step
        before left it.

    Notes
    -----
    Equations ``eq-update`` and ``eq-minibatch``.
    """
    require_matrix("X", X, (network.n[0], "m"))
    require_matrix("Y", Y, (network.n[-1], X.shape[1]))
    require_learning_rate(eta)
    if not isinstance(epochs, Integral) or isinstance(epochs, bool):
        raise TypeError(f"epochs must be a whole number, got {epochs!r}")
    if epochs < 0:
        raise ValueError(f"epochs must be at least 0, got {epochs}")
    costs = []
    for epoch in range(epochs):
        pieces = list(minibatches(X.shape[1], B, rng))
        for number, chosen in enumerate(pieces):
            some_X, some_Y = X[:, chosen], Y[:, chosen]
            if augment is not None:
                some_X = augment(some_X, rng)
            Z, A = forward(network, some_X)
            finite = all(np.isfinite(sums).all() for sums in (*Z.values(), A[network.L]))
            costs.append(float(cost(A[network.L], some_Y)) if finite else np.nan)
            if not np.isfinite(costs[-1]):
                raise FloatingPointError(
                    f"the cost before step {len(costs)}, or a sum on the way to it, is not finite; "
                    f"eta = {eta} may be too high"
                )
            of_W, of_b = backward(network, Z, A, some_Y, cost)
            share = (epoch + number / len(pieces)) / epochs
            rule(network, of_W, of_b, eta if schedule is None else eta * schedule(share))
    return costs
