# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: f10934e6ed599cfb

# From book/speed.md, "The same training"
"""Training with the fast step."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnmath.descent import descend
from nnmath.network import Network
from nnmath.training import train_plainly


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
    eta, epochs, B, rng, rule, schedule, augment, watch
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
        If a shape does not fit, a number is out of its range, or the cost or an activation function
        is not known: nothing has changed then. Or if an error or a gradient overflows on its way
        back: the network is then as the step before left it.
    FloatingPointError
        If a weighted sum or the cost of a mini-batch is not finite. The network is then as the step
        before left it.
    """
    return train_plainly(
        network,
        X,
        Y,
        cost,
        eta=eta,
        epochs=epochs,
        B=B,
        rng=rng,
        rule=rule,
        schedule=schedule,
        augment=augment,
        watch=watch,
    )
