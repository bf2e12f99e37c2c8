# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 1f965f4759935a94

# From book/gradient_descent.md, "The loop of the package"
"""Training: forward, backward, step, over and over."""

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from nnmath.gradients.backward import gradients_from
from nnmath.learning.arguments import require_writeable
from nnmath.learning.descent import descend, prepared
from nnmath.learning.minibatches import minibatches
from nnmath.learning.training_types import Augment, Rule, Schedule, Step, Watch
from nnmath.model.activations import derivative_of
from nnmath.model.arguments import (
    require_function,
    require_generator,
    require_kind,
    require_matrix,
    require_number,
    require_real,
    require_whole,
)
from nnmath.model.array_types import Array, Gradients
from nnmath.model.costs import Cost, cross_entropy, derivative_of_cost
from nnmath.model.forward_pass import weighted_sums_and_activations
from nnmath.model.network import Network


def plain_gradients(
    network: Network, X: Array, Y: Array, cost: Cost
) -> tuple[float, Gradients]:
    """Run examples forward and their errors backward; the arguments are trusted.

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
    gradients : pair of dict of int to ndarray
        The derivatives with respect to the weights of the layers 1, ..., L, of shapes
        (n_l, n_{l-1}), and those with respect to the biases, of shapes (n_l, 1). They are empty if
        the value is not finite, and may not be finite themselves if an error overflows on its way
        back.

    Notes
    -----
    Equations ``eq-z-batch``, ``eq-gradient-w-batch`` and ``eq-gradient-b-batch``.
    """
    Z, A = weighted_sums_and_activations(network, X)
    finite = all(np.isfinite(sums).all() for sums in Z.values())
    value = float(cost.function(A[network.L], Y)) if finite else np.nan
    if not math.isfinite(value):
        return value, ({}, {})
    with np.errstate(
        over="ignore", invalid="ignore"
    ):  # what overflows is refused before a step
        return value, gradients_from(network, Z, A, Y, cost)


# From book/gradient_descent.md, "The loop of the package"
G = TypeVar("G")


@dataclass(frozen=True)
class Course:
    """How a training run goes through its examples; what is wrong is refused here, once.

    Parameters
    ----------
    m : int
        How many examples there are.
    eta, epochs, B, rng, schedule, augment, watch
        As for `train_plainly`.

    Raises
    ------
    TypeError
        If an argument is of the wrong type.
    ValueError
        If a number is out of its range.
    """

    m: int
    eta: float
    epochs: int
    B: int
    rng: np.random.Generator
    schedule: Schedule | None = None
    augment: Augment | None = None
    watch: Watch | None = None

    def __post_init__(self) -> None:
        """Check everything, and hold the numbers in Python's types."""
        numbers = {
            "m": require_whole("m", self.m, least=1),
            "eta": require_number("eta", self.eta, above=0),
            "epochs": require_whole("epochs", self.epochs, least=0),
        }
        numbers["B"] = require_whole("B", self.B, least=1, most=int(numbers["m"]))
        for name, number in numbers.items():
            object.__setattr__(self, name, number)
        require_generator("rng", self.rng)
        for name in ("schedule", "augment", "watch"):
            if getattr(self, name) is not None:
                require_function(name, getattr(self, name))

    def rate(self, share: float) -> float:
        """Give the learning rate of a step with this share of the training behind it."""
        if self.schedule is None:
            return self.eta
        factor = require_number("what schedule gives", self.schedule(share), above=0)
        return require_number("eta times schedule", self.eta * factor, above=0)


def too_large(step: int, course: Course) -> str:
    """Say what can have made a cost infinite; the learning rate only after a step."""
    if step == 1:
        return "the weights or the inputs are too large"
    return f"eta = {course.eta} may be too high, or the inputs too large"


def run_epochs(
    gradients_of: Callable[[Array], tuple[float, G]],
    move: Callable[[G, float], None],
    course: Course,
) -> list[float]:
    """Step through all examples, in random order, as often as asked.

    Parameters
    ----------
    gradients_of : function
        Called with the numbers of the examples of each mini-batch; gives their cost and its
        gradients.
    move : function
        Called with these gradients and the learning rate if the cost is finite; makes the step.
    course : Course
        How to go through the examples.

    Returns
    -------
    list of float
        The cost of each step's mini-batch before the step.

    Raises
    ------
    TypeError
        If what the schedule gives is no number.
    ValueError
        If the schedule makes the learning rate 0, negative, infinite or NaN, or a gradient is not
        finite. The network is then as the step before left it.
    FloatingPointError
        If the cost of a mini-batch is not finite. The network is then as the step before left it.

    Notes
    -----
    Equations ``eq-update`` and ``eq-minibatch``.
    """
    costs: list[float] = []
    for epoch in range(course.epochs):
        pieces = list(minibatches(course.m, course.B, course.rng))  # eq-minibatch
        for number, chosen in enumerate(pieces):
            value, gradients = gradients_of(chosen)
            costs.append(value)
            if not math.isfinite(value):
                raise FloatingPointError(
                    f"the cost before step {len(costs)}, or a sum on the way to it, is not finite; "
                    + too_large(len(costs), course)
                )
            move(gradients, course.rate((epoch + number / len(pieces)) / course.epochs))
        if course.watch is not None:
            course.watch(epoch + 1, float(np.mean(costs[-len(pieces) :])))
    return costs


# From book/gradient_descent.md, "The loop of the package"
def require_examples(network: Network, X: Array, Y: Array, cost: Cost) -> None:
    """Refuse what no training can begin with.

    Parameters
    ----------
    network : Network
        Must be real and writeable, with activation functions whose derivatives are known.
    X : ndarray
        Must be real, finite, and of shape (n_0, m).
    Y : ndarray
        Must be real, finite, and of shape (n_L, m).
    cost : function
        Must be known.

    Raises
    ------
    TypeError
        If an argument is of the wrong type.
    ValueError
        If a shape does not fit, an entry is not finite, a function is not known, or the cost does
        not suit the targets.

    Warns
    -----
    UserWarning
        If the inputs look like pixels that nobody has divided by 255.
    """
    require_kind("network", network, Network)
    require_matrix("X", X, (network.n[0], "m"))
    require_matrix("Y", Y, (network.n[-1], X.shape[1]))
    derivative_of_cost(cost)  # refuses a cost that is not known
    for l, phi in network.phi.items():
        if getattr(phi, "pull_back", None) is None:
            derivative_of(phi)  # likewise
        for name, array in ((f"W[{l}]", network.W[l]), (f"b[{l}]", network.b[l])):
            require_real(name, array)
            require_matrix(name, array, array.shape)  # it may have changed since it was checked
    for name, array in (("X", X), ("Y", Y)):
        require_real(name, array)
    if cost is cross_entropy:
        require_shares(Y)
    require_writeable(network)
    if look_like_pixels(X):
        warnings.warn(
            "X holds whole numbers from 0 to 255, as pixels do; a network learns better from "
            "numbers of about 1: divide X by 255",
            stacklevel=3,  # the line that called the training
        )


def require_shares(Y: Array) -> None:
    """Refuse targets that are no shares of at least two classes, which the cross-entropy needs."""
    if len(Y) == 1:
        raise ValueError(
            "cross_entropy needs an output for each class, got one output: give two classes two "
            "outputs and the softmax, or take squared_error"
        )
    sums = Y.sum(axis=0)
    worst = sums[np.abs(sums - 1).argmax()]
    if abs(worst - 1) > math.sqrt(np.finfo(Y.dtype).eps) or Y.min() < 0:
        raise ValueError(
            "for cross_entropy each column of Y must hold no negative number and sum to 1, got the "
            f"smallest number {Y.min():g} and a sum of {worst:g}"
        )


def look_like_pixels(X: Array) -> bool:
    """Tell whether inputs are whole numbers from 0 to 255, some of them large."""
    return X.min() >= 0 and 128 <= X.max() <= 255 and bool((np.floor(X) == X).all())


def augmented(some_X: Array, course: Course) -> Array:
    """Let inputs be changed if they are to be, and refuse what no network takes in their place."""
    if course.augment is None:
        return some_X
    new_X = course.augment(some_X, course.rng)
    require_matrix("what augment gives", new_X, some_X.shape)
    require_real("what augment gives", new_X)
    return new_X


def plain_step(network: Network, X: Array, Y: Array, cost: Cost, course: Course) -> Step:
    """Make the function that computes the gradients of chosen examples, plainly.

    Parameters
    ----------
    network, X, Y, cost
        As for `train_plainly`.
    course : Course
        Says how many examples a step takes, and what changes their inputs.

    Returns
    -------
    function
        Maps the numbers of examples to their cost and its gradients.
    """
    if course.m == course.B and course.augment is None:
        return lambda chosen: plain_gradients(network, X, Y, cost)  # all, in whatever order
    inputs, targets = np.ascontiguousarray(X.T), np.ascontiguousarray(Y.T)

    def gradients_of(chosen: Array) -> tuple[float, Gradients]:
        some_X, some_Y = inputs[chosen].T, targets[chosen].T
        return plain_gradients(network, augmented(some_X, course), some_Y, cost)

    return gradients_of


def require_finite(gradients: Gradients) -> None:
    """Refuse gradients that are not finite, by the name of the array."""
    for name, arrays in zip(("of_W", "of_b"), gradients, strict=True):
        for l, array in arrays.items():
            if not np.isfinite(array).all():
                require_matrix(f"{name}[{l}]", array, array.shape)  # says how many entries


def run_plainly(
    network: Network, X: Array, Y: Array, cost: Cost, rule: Rule, course: Course
) -> list[float]:
    """Make the plain steps of a training run, and give their costs; the examples are trusted."""
    make_step = prepared(rule, network)

    def move(gradients: Gradients, rate: float) -> None:
        require_finite(gradients)
        make_step(network, *gradients, rate)

    return run_epochs(plain_step(network, X, Y, cost, course), move, course)


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
    rule: Rule = descend,
    schedule: Schedule | None = None,
    augment: Augment | None = None,
    watch: Watch | None = None,
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
        If an argument is of the wrong type: nothing has changed then. Or if what `schedule` or
        `augment` gives is: the network is then as the step before left it.
    ValueError
        If a shape does not fit, an entry is not finite, a number is out of its range, an array of
        the network cannot be written to or shares memory with another, the cost or an activation
        function is not known, the targets are no shares of classes for ``cross_entropy``, or `rule`
        remembers another network: nothing has changed then. Or if `schedule` or `augment` gives a
        number, a shape or an entry that no step can use, or an error or a gradient overflows on its
        way back: the network is then as the step before left it.
    FloatingPointError
        If a weighted sum or the cost of a mini-batch is not finite. The network is then as the step
        before left it.

    Warns
    -----
    UserWarning
        If the inputs look like pixels that nobody has divided by 255.

    Notes
    -----
    Equations ``eq-update`` and ``eq-minibatch``. With the same arguments, generator included, two
    runs give the same numbers if the library behind NumPy's products adds in the same order
    both times; on one machine, with a fixed number of threads, it usually does. If every step takes
    all examples and there is no `augment`, they are used in the order in which they lie in `X`,
    since no order changes the sums but for rounding.
    Mini-batches are taken from arrays with one example a row; where `X` or `Y` lies otherwise in
    memory, a copy is made of it once.
    """
    require_examples(network, X, Y, cost)
    course = Course(X.shape[1], eta, epochs, B, rng, schedule, augment, watch)
    with np.errstate(under="ignore"):  # what is too small for a float is 0
        return run_plainly(network, X, Y, cost, rule, course)
