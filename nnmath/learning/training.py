# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 1283a10cb70e23ca

# From book/gradient_descent.md, "The loop that trains"
"""Training: forward, backward, step, over and over."""

from collections.abc import Callable
from numbers import Integral

import numpy as np

from nnmath.gradients.backward import backward
from nnmath.learning.descent import descend, require_learning_rate
from nnmath.learning.minibatches import minibatches, require_minibatches
from nnmath.model.arguments import require_matrix
from nnmath.model.array_types import Array, ByLayer
from nnmath.model.costs import Cost
from nnmath.model.forward_pass import forward
from nnmath.model.network import Network


def plain_gradients(
    network: Network, X: Array, Y: Array, cost: Cost
) -> tuple[float, ByLayer, ByLayer]:
    """Run examples forward and their errors backward.

    Parameters
    ----------
    network : Network
        Sizes ``n_0, ..., n_L``.
    X : ndarray, shape (n_0, m), floating-point
        The inputs of the examples.
    Y : ndarray, shape (n_L, m), floating-point
        Their targets.
    cost : function
        ``squared_error`` or ``cross_entropy``.

    Returns
    -------
    value : float
        The cost of the examples; NaN or infinite if it, or a sum on the way to it, is not finite.
    of_W : dict of int to ndarray, shape (n_l, n_{l-1})
        The derivatives with respect to the weights of the layers 1, ..., L; empty if the value is
        not finite.
    of_b : dict of int to ndarray, shape (n_l, 1)
        The derivatives with respect to the biases, likewise.

    Raises
    ------
    TypeError
        If an argument is of the wrong type.
    ValueError
        If a shape does not fit, an entry is not finite, the cost or an activation function is not
        known, or an error overflows on its way back.

    Notes
    -----
    Equations ``eq-z-batch``, ``eq-gradient-w-batch`` and ``eq-gradient-b-batch``.
    """
    Z, A = forward(network, X)
    finite = all(np.isfinite(sums).all() for sums in (*Z.values(), A[network.L]))
    value = float(cost(A[network.L], Y)) if finite else np.nan
    if not np.isfinite(value):
        return value, {}, {}
    of_W, of_b = backward(network, Z, A, Y, cost)
    return value, of_W, of_b


# From book/gradient_descent.md, "The loop that trains"
def require_epochs(epochs: int) -> None:
    """Refuse a number of epochs that is no whole number from 0 on.

    Parameters
    ----------
    epochs : int
        How often to go through all examples.

    Raises
    ------
    TypeError
        If it is no whole number.
    ValueError
        If it is negative.
    """
    if not isinstance(epochs, Integral) or isinstance(epochs, bool):
        raise TypeError(f"epochs must be a whole number, got {epochs!r}")
    if epochs < 0:
        raise ValueError(f"epochs must be at least 0, got {epochs}")


def run_epochs(
    network: Network,
    gradients_of: Callable[[Array], tuple[float, ByLayer, ByLayer]],
    m: int,
    *,
    eta: float,
    epochs: int,
    B: int,
    rng: np.random.Generator,
    rule: Callable[..., None] = descend,
    schedule: Callable[[float], float] | None = None,
    watch: Callable[[int, float], object] | None = None,
) -> list[float]:
    """Step through all examples, in random order, as often as asked.

    Parameters
    ----------
    network : Network
        Its weights and biases are changed.
    gradients_of : function
        Called with the numbers of the examples of each mini-batch; gives their cost and its
        gradients as `plain_gradients` does.
    m : int
        How many examples there are.
    eta, epochs, B, rng, rule, schedule, watch
        As for `train_plainly`.

    Returns
    -------
    list of float
        The cost of each step's mini-batch before the step.

    Raises
    ------
    TypeError
        If an argument is of the wrong type.
    ValueError
        If a number is out of its range, or a gradient is not finite.
    FloatingPointError
        If the cost of a mini-batch is not finite. The network is then as the step before left it.

    Notes
    -----
    Equations ``eq-update`` and ``eq-minibatch``.
    """
    require_learning_rate(eta)
    require_epochs(epochs)
    require_minibatches(m, B, rng)
    costs = []
    for epoch in range(epochs):
        pieces = list(minibatches(m, B, rng))
        for number, chosen in enumerate(pieces):
            value, of_W, of_b = gradients_of(chosen)
            costs.append(value)
            if not np.isfinite(value):
                raise FloatingPointError(
                    f"the cost before step {len(costs)}, or a sum on the way to it, is not finite; "
                    f"eta = {eta} may be too high"
                )
            share = (epoch + number / len(pieces)) / epochs
            rule(network, of_W, of_b, eta if schedule is None else eta * schedule(share))
        if watch is not None:
            watch(epoch + 1, float(np.mean(costs[-len(pieces) :])))
    return costs


# From book/gradient_descent.md, "The loop that trains"
def train_plainly(
    network: Network,
    X: Array,
    Y: Array,
    cost: Cost,
    *,
    eta: float,
    epochs: int,
    B: int,
    rng: np.random.Generator,
    rule: Callable[..., None] = descend,
    schedule: Callable[[float], float] | None = None,
    augment: Callable[[Array, np.random.Generator], Array] | None = None,
    watch: Callable[[int, float], object] | None = None,
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
    watch : function, optional
        Called as ``watch(epoch, value)`` after each epoch with the number of epochs so far, from 1,
        and the mean cost of its steps. What it raises ends the training.

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

    def gradients_of(chosen: Array) -> tuple[float, ByLayer, ByLayer]:
        some_X, some_Y = X[:, chosen], Y[:, chosen]
        if augment is not None:
            some_X = augment(some_X, rng)
        return plain_gradients(network, some_X, some_Y, cost)

    return run_epochs(
        network,
        gradients_of,
        X.shape[1],
        eta=eta,
        epochs=epochs,
        B=B,
        rng=rng,
        rule=rule,
        schedule=schedule,
        watch=watch,
    )
