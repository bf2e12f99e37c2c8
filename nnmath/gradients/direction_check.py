# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: f675652863f382f9

# From book/checking_gradients.md, "The tools of this check"
"""Checks of gradients along one direction, for networks of any size."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nnmath.gradients.gradient_check import prepare, said_of_undecided
from nnmath.gradients.output_error import pull_back
from nnmath.gradients.rounding import coarsest, noise_of_both, undecided_sums
from nnmath.model.activations import Activation
from nnmath.model.arguments import require_generator, require_number
from nnmath.model.array_types import Array, Gradients
from nnmath.model.costs import Cost
from nnmath.model.forward_pass import weighted_sums_and_activations
from nnmath.model.network import Network, require_gradients


@dataclass(frozen=True)
class DirectionReport:
    """The rate of the cost along one direction, by the gradients and by the cost.

    Parameters
    ----------
    claimed : float
        The inner product of the gradients and the direction.
    numerical : float
        The rate by the complex step.
    tolerance : float
        How far apart the two may be.
    undecided : int
        As of a ``GradientReport``.
    """

    claimed: float
    numerical: float
    tolerance: float
    undecided: int = 0

    @property
    def error(self) -> float:
        """The distance of the two."""
        return abs(self.claimed - self.numerical)

    @property
    def passed(self) -> bool:
        """Whether the distance is within the tolerance."""
        return self.error <= self.tolerance

    def __str__(self) -> str:
        """Say it in a sentence."""
        return (
            f"{'passed' if self.passed else 'FAILED'}: rate {self.claimed:.6g} by the gradients, "
            f"{self.numerical:.6g} by the cost, error {self.error:.1e} where "
            f"{self.tolerance:.1e} is allowed{said_of_undecided(self.undecided)}"
        )


# From book/checking_gradients.md, "The tools of this check"
def random_direction(network: Network, rng: np.random.Generator) -> Gradients:
    """Draw a direction for all parameters of a network.

    Parameters
    ----------
    network : Network
        Sizes ``n_0, ..., n_L``.
    rng : numpy.random.Generator
        Draws every entry from the normal distribution with mean 0 and variance 1.

    Returns
    -------
    of_W : dict of int to ndarray, shape (n_l, n_{l-1})
        For the weights of the layers 1, ..., L.
    of_b : dict of int to ndarray, shape (n_l, 1)
        For the biases.

    Raises
    ------
    TypeError
        If `rng` is no random generator.
    """
    require_generator("rng", rng)
    of_W = {l: rng.normal(size=array.shape) for l, array in network.W.items()}
    of_b = {l: rng.normal(size=array.shape) for l, array in network.b.items()}
    return of_W, of_b


# From book/checking_gradients.md, "The tools of this check"
def moved_along(network: Network, direction: Gradients, t: complex) -> Network:
    """Copy a network in double precision, moved by `t` times a direction."""
    of_W, of_b = direction
    return Network(
        {l: array.astype(float) + t * of_W[l].astype(float) for l, array in network.W.items()},
        {l: array.astype(float) + t * of_b[l].astype(float) for l, array in network.b.items()},
        network.phi,
    )


def inner_product(left: Gradients, right: Gradients) -> float:
    """Multiply entry by entry, and add without rounding in between."""
    products = (
        product
        for of_left, of_right in zip(left, right, strict=True)
        for l in of_left
        for product in (of_left[l].astype(float) * of_right[l]).ravel()
    )
    try:
        return math.fsum(products)
    except OverflowError:  # each product is a float, and their sum is none
        return math.inf


# From book/checking_gradients.md, "One direction, checked"
def check_direction(
    network: Network,
    X: Array,
    Y: Array,
    cost: Cost,
    gradients: Gradients | None = None,
    *,
    direction: Gradients | None = None,
) -> DirectionReport:
    """Compare the rate of the cost along one direction with what the gradients say.

    Parameters
    ----------
    network : Network
        Sizes ``n_0, ..., n_L``, real parameters, activation functions that take complex numbers; it
        is not changed.
    X : ndarray, shape (n_0, m), real floating-point
        The inputs, one example a column.
    Y : ndarray, shape (n_L, m), real floating-point
        Targets.
    cost : Cost
        ``squared_error`` or ``cross_entropy``, or one of your own that takes complex numbers, and
        whose derivative is largest and changes most at ``(|A|, -|Y|)``: else the tolerance may be
        too small.
    gradients : (of_W, of_b), optional
        The gradients to check. By default those of ``backward``.
    direction : (of_W, of_b), optional
        The direction, with the shapes of the parameters. By default it is drawn with seed 0, and so
        the same each time.

    Returns
    -------
    DirectionReport
        With ``passed``, ``claimed``, ``numerical``, ``error`` and ``tolerance``; as text it is a
        sentence.

    Raises
    ------
    TypeError
        As ``check_gradients``, for a direction as for gradients.
    ValueError
        As ``check_gradients``, for a direction as for gradients; or if the numbers overflow.

    Notes
    -----
    Equations ``eq-direction`` and ``eq-direction-tolerance``. Beside the passes of the gradients it
    takes one forward pass in complex numbers, whatever the size of the network. It does not say
    which entry is wrong, and an error can be orthogonal to the direction: draw several. The
    tolerance is right if nothing underflows on the way, the truncation of the complex step is far
    below it, and no sum of a rectified linear unit is exactly 0, as behind an example of zeros
    where the biases are 0: there a right gradient may be refused.
    """
    with np.errstate(under="ignore"):  # what is too small for a float is 0
        Z, A, gradients = prepare(network, X, Y, cost, gradients)
        if direction is None:
            direction = random_direction(network, np.random.default_rng(0))
        require_gradients(network, direction, "direction")
        moved = moved_along(network, direction, 1e-30j)
        outputs = weighted_sums_and_activations(moved, X.astype(float))[1][network.L]
        value = cost.function(outputs, Y.astype(float))
        numerical = float(np.imag(value)) / 1e-30  # eq-direction
        noise = noise_of_both(network, Z, A, Y, cost, gradients)
        sizes = tuple({l: np.abs(part[l]) for l in part} for part in direction)
        tolerance = inner_product(noise, (sizes[0], sizes[1]))  # eq-direction-tolerance
        undecided = undecided_sums(network, Z, A, coarsest(network, A, gradients))
    claimed = inner_product(gradients, direction)
    report = DirectionReport(claimed, numerical, tolerance, undecided)
    if not math.isfinite(report.error + tolerance):  # an infinite tolerance allows everything
        raise ValueError("the rate along the direction is too large to be checked")
    return report


# From book/checking_gradients.md, "The Taylor remainder"
def taylor_remainders(
    network: Network,
    X: Array,
    Y: Array,
    cost: Cost,
    gradients: Gradients,
    direction: Gradients,
    steps: Sequence[float],
) -> Array:
    """Compute what the gradients leave of the change of the cost, for steps along a direction.

    Parameters
    ----------
    network : Network
        Sizes ``n_0, ..., n_L``, real parameters; it is not changed.
    X : ndarray, shape (n_0, m), real floating-point
        The inputs, one example a column.
    Y : ndarray, shape (n_L, m), real floating-point
        Targets.
    cost : Cost
        ``squared_error`` or ``cross_entropy``, or one of your own.
    gradients : (of_W, of_b)
        The gradients to test.
    direction : (of_W, of_b)
        The direction, with the shapes of the parameters.
    steps : sequence of float
        The steps.

    Returns
    -------
    ndarray, shape (len(steps),)
        For each step t the absolute value of ``C(theta + t d) - C(theta) - t <g, d>``. When a
        short step is halved, it is as a rule about a quarter for right gradients, and about a half
        for wrong ones.

    Raises
    ------
    TypeError, ValueError
        As ``check_gradients``, for a direction as for gradients, and for a step that is no finite
        number; but a cost that overflows is not refused: its remainder is infinite or NaN.

    Notes
    -----
    Equation ``eq-taylor-remainder``.
    """
    _, _, gradients = prepare(network, X, Y, cost, gradients)
    require_gradients(network, direction, "direction")
    ways = [0.0, *(require_number(f"steps[{i}]", step) for i, step in enumerate(steps))]
    costs = []
    for t in ways:
        _, A = weighted_sums_and_activations(moved_along(network, direction, t), X)
        costs.append(cost.function(A[network.L], Y))
    rate = inner_product(gradients, direction)
    changes = np.array(costs[1:]) - costs[0]
    return np.abs(changes - np.array(ways[1:]) * rate)  # eq-taylor-remainder


# From book/checking_gradients.md, "The dot product"
def dot_products(phi: Activation, Z: Array, U: Array, V: Array) -> tuple[float, float]:
    """Compute the two sides of the dot-product test of an activation function's pull-back.

    Parameters
    ----------
    phi : Activation
        The activation function; it takes complex numbers.
    Z : ndarray, shape (n_l, m), real floating-point
        Weighted sums.
    U : ndarray, shape (n_l, m)
        A direction of the weighted sums.
    V : ndarray, shape (n_l, m)
        Derivatives of a number with respect to the activations.

    Returns
    -------
    pushed : float
        The inner product of `V` and the change of the activations along `U`.
    pulled : float
        The inner product of `U` and the pull-back of `V`. For a right pull-back the two are equal
        but for rounding.

    Raises
    ------
    ValueError
        If `phi` has neither a derivative nor a pull-back.

    Notes
    -----
    Equation ``eq-dot-product-test``.
    """
    change = np.imag(phi(Z + 1e-30j * U)) / 1e-30
    pulled = pull_back(phi, Z, phi(Z), V)
    return float(np.sum(V * change)), float(np.sum(pulled * U))  # eq-dot-product-test
