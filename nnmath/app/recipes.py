# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 61b14e55c44b75a9

# From book/command_line.md, "Recipes by name"
"""Recipes: ways to train that have a name."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from nnmath.learning.augmentation import random_shifts
from nnmath.learning.descent import descend
from nnmath.learning.initialisation import he_scales, scaled_network
from nnmath.learning.optimisers import Adam, WeightDecay
from nnmath.learning.schedules import cosine
from nnmath.learning.training_types import Augment, Rule, Schedule
from nnmath.model.activations import relu, softmax
from nnmath.model.network import Network


@dataclass(frozen=True)
class Recipe:
    """Everything a training run needs but the data and the seed.

    Parameters
    ----------
    hidden : tuple of int
        The widths of the hidden layers.
    eta : float
        The learning rate.
    epochs : int
        How often every picture is used.
    B : int
        Pictures in a mini-batch.
    new_rule : function
        Makes the rule for the steps.
    schedule : function, optional
        Multiplies the learning rate.
    augment : function, optional
        Changes the pictures of a mini-batch.
    """

    hidden: tuple[int, ...]
    eta: float
    epochs: int
    B: int
    new_rule: Callable[[], Rule]
    schedule: Schedule | None = None
    augment: Augment | None = None


def decayed_adam() -> WeightDecay:
    """Make the rule of the two recipes for high accuracy.

    Returns
    -------
    WeightDecay
        Around Adam.
    """
    return WeightDecay(Adam(nu=0.99), 0.05)


RECIPES = {
    "plain": Recipe((32, 32), 0.1, 10, 64, lambda: descend),
    "quick": Recipe((192, 64), 0.004, 4, 128, decayed_adam, cosine, random_shifts),
    "thorough": Recipe((256, 64), 0.004, 12, 256, decayed_adam, cosine, random_shifts),
}


def first_network(pixels: int, hidden: tuple[int, ...], classes: int, seed: int) -> Network:
    """Draw a network with He's scales: ReLU in the hidden layers, the softmax last, in float32.

    Parameters
    ----------
    pixels : int
        How many inputs it has.
    hidden : tuple of int
        The widths of the hidden layers; none for a network of a single layer.
    classes : int
        How many outputs it has.
    seed : int
        The draw.

    Returns
    -------
    Network
        The network, untrained.

    Raises
    ------
    TypeError, ValueError
        If a number is no whole number, a size is below 1, or the seed is negative.
    """
    n = (pixels, *hidden, classes)
    phi = dict.fromkeys(range(1, len(n) - 1), relu) | {len(n) - 1: softmax}
    draw = partial(scaled_network, n, phi, dtype=np.float32)
    return draw(scales=he_scales(n), rng=np.random.default_rng(seed))
