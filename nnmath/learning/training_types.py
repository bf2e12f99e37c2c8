# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 6d52431eeaab8fcc

# From book/gradient_descent.md, "What a training run is made of"
"""Names for the types of what a training run is made of."""

from collections.abc import Callable

import numpy as np

from nnmath.model.array_types import Array, ByLayer, Gradients
from nnmath.model.network import Network

Step = Callable[[Array], tuple[float, Gradients]]
"""Maps the numbers of some examples to their cost and its gradients."""

Rule = Callable[[Network, ByLayer, ByLayer, float], None]
"""Moves a network's parameters, given its gradients and the learning rate."""

Schedule = Callable[[float], float]
"""Maps the share of a training run that lies behind to the factor of the learning rate."""

Augment = Callable[[Array, np.random.Generator], Array]
"""Maps inputs to the inputs that take their place."""

Watch = Callable[[int, float], object]
"""Is told the number of epochs so far, and the mean cost of the last one."""
