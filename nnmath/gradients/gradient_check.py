# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: fa215a44b7863e7c

# From book/checking_gradients.md, "The tools of the check"
"""The check of gradients: every derivative of a network against a numerical one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnmath.gradients.backward import backward
from nnmath.gradients.kinks import kinks_between
from nnmath.gradients.rounding import coarsest, cost_noise, noise_of_both, undecided_sums
from nnmath.model.activations import derivative_of
from nnmath.model.arguments import require_kind, require_matrix, require_real
from nnmath.model.array_types import Array, ByLayer, Gradients
from nnmath.model.costs import Cost, derivative_of_cost
from nnmath.model.forward_pass import forward, weighted_sums_and_activations
from nnmath.model.network import Network, require_gradients

Place = tuple[str, int, int, int]
"""A parameter: ``("W", l, i, j)`` or ``("b", l, i, 0)``."""


@dataclass(frozen=True)
class Comparison:
    """One derivative, compared.

    Parameters
    ----------
    place : tuple
        The parameter: ``("W", l, i, j)`` or ``("b", l, i, 0)``.
    error : float
        The absolute difference between the derivative given and the numerical one.
    tolerance : float
        How large it may be.
    """

    place: Place
    error: float
    tolerance: float

    @property
    def ratio(self) -> float:
        """The error in units of its tolerance; 0 if both are 0."""
        if self.error == 0:
            return 0.0
        return self.error / self.tolerance if self.tolerance else np.inf


# From book/checking_gradients.md, "The tools of the check"
def said_of_undecided(undecided: int) -> str:
    """Say how many sums are within rounding of a kink, unless there are none."""
    return f"; {undecided} sums within rounding of a kink, any slope allowed" * (undecided > 0)


@dataclass(frozen=True)
class GradientReport:
    """What a check of gradients found.

    Parameters
    ----------
    compared : int
        How many derivatives were compared.
    skipped : tuple of places
        The parameters left out, because a kink lies within the step.
    worst : Comparison or None
        The one with the largest error in units of its tolerance; None if none was compared.
    undecided : int
        How many weighted sums rounding may have moved across a kink. The tolerances allow for both
        slopes there.
    """

    compared: int
    skipped: tuple[Place, ...]
    worst: Comparison | None
    undecided: int = 0

    @property
    def passed(self) -> bool:
        """Whether something was compared, and every error is within its tolerance."""
        return self.worst is not None and bool(self.worst.ratio <= 1)

    def __str__(self) -> str:
        """Say it in a sentence."""
        skipped = f"{len(self.skipped)} skipped at a kink"
        if self.worst is None:
            return f"nothing compared, {skipped}"
        name, l, i, j = self.worst.place
        verdict = "passed" if self.passed else "FAILED"
        return (
            f"{verdict}: {self.compared} derivatives compared, {skipped}; worst at "
            f"{name}[{l}][{i}, {j}], error {self.worst.error:.1e} where "
            f"{self.worst.tolerance:.1e} is allowed{said_of_undecided(self.undecided)}"
        )


# From book/checking_gradients.md, "The tools of the check"
class Probe:
    """A copy of a network whose parameters can be moved one at a time.

    Parameters
    ----------
    network : Network
        It is copied, and not changed.
    X : ndarray, shape (n_0, m), real floating-point
        The inputs.
    Y : ndarray, shape (n_L, m), real floating-point
        Targets.
    cost : Cost
        ``squared_error`` or ``cross_entropy``.
    Z : mapping of int to ndarray, shape (n_l, m)
        The network's weighted sums.
    dtype : type
        ``float`` or ``complex``: the type of the copy.
    """

    def __init__(
        self, network: Network, X: Array, Y: Array, cost: Cost, Z: ByLayer, dtype: type
    ) -> None:
        self.network = Network(
            {l: network.W[l].astype(dtype) for l in network.W},
            {l: network.b[l].astype(dtype) for l in network.b},
            network.phi,
        )
        self.parameters = {"W": self.network.W, "b": self.network.b}
        self.X, self.Y, self.cost = X.astype(float), Y.astype(float), cost
        self.sums = [Z]

    def value(self, place: Place) -> Any:
        """Read a parameter."""
        name, l, i, j = place
        return self.parameters[name][l][i, j]

    def cost_at(self, place: Place, value: complex) -> Any:
        """Compute the cost with one parameter changed, and keep the weighted sums.

        Parameters
        ----------
        place : tuple
            The parameter.
        value : float or complex
            What to put there.

        Returns
        -------
        scalar
            The cost.

        Raises
        ------
        ValueError
            If the cost is not finite.
        """
        name, l, i, j = place
        array, kept = self.parameters[name][l], self.value(place)
        array[i, j] = value
        Z, A = weighted_sums_and_activations(self.network, self.X)
        array[i, j] = kept
        self.sums.append(Z)
        result = self.cost.function(A[self.network.L], self.Y)
        if not np.isfinite(result):
            raise ValueError(f"cost must be finite near {name}[{l}][{i}, {j}], got {result}")
        return result

    def moved(self) -> float:
        """Give the largest distance of a weighted sum from the middle of the last two points."""
        behind, ahead = self.sums[-2:]
        return max(float(np.abs(ahead[l] - behind[l]).max()) for l in ahead) / 2

    def kinks(self) -> int:
        """Count the kinks between the points visited since the last call, and the network's."""
        count = kinks_between(self.network.phi, *self.sums)
        self.forget()
        return count

    def forget(self) -> None:
        """Drop the weighted sums of the points visited since the last count of kinks."""
        del self.sums[1:]


# From book/checking_gradients.md, "The tools of the check"
STEP = 2.0**-17
"""The step of the check: about the cube root of three unit roundoffs, ``eq-best-central``."""

FARTHEST = 2.0**-10
"""How far a weighted sum may move, so that a third of the change with the step is truncation."""

CLOSEST = 2.0**-48
"""The shortest step, relative to the parameter, or to ``STEP`` where it is smaller than that; one
that is shorter still may be rounded away."""


def quotient(probe: Probe, place: Place, h: float) -> Any:
    """Compute the central difference with respect to one parameter, by the step that is taken."""
    value = probe.value(place)
    behind, ahead = value - h, value + h
    return (probe.cost_at(place, ahead) - probe.cost_at(place, behind)) / (ahead - behind)


def short_step(probe: Probe, place: Place) -> tuple[float, Any]:
    """Find a step whose double moves no weighted sum far.

    Parameters
    ----------
    probe : Probe
        Of real numbers.
    place : tuple
        The parameter.

    Returns
    -------
    h : float
        The step: ``STEP``, times the size of the parameter if that is larger than 1; or less,
        where twice that would move a weighted sum by more than ``FARTHEST``, but at least
        ``CLOSEST`` times the size of the parameter, or times ``STEP`` if that is larger.
    far : scalar
        The central difference with the step ``2 * h``.
    """
    size = abs(probe.value(place))
    h = STEP * max(1.0, size)
    shortest = CLOSEST * max(size, STEP)
    while True:
        far = quotient(probe, place, 2 * h)
        moved = probe.moved()
        if moved <= FARTHEST or h <= shortest:
            return h, far
        probe.forget()
        h = max(h * 2 * STEP / moved, shortest)


# From book/checking_gradients.md, "The tools of the check"
def require_returned(name: str, value: object, shape: tuple[int, ...]) -> None:
    """Refuse what a function of the reader's own returned, unless it is real and of the shape.

    Parameters
    ----------
    name : str
        What the function is called in an error.
    value : object
        What it returned.
    shape : tuple of int
        The shape that it should have; ``()`` for a number.

    Raises
    ------
    TypeError
        If the value holds no real numbers.
    ValueError
        If it has another shape.
    """
    array = np.asarray(value)
    if array.shape != shape:
        raise ValueError(f"{name} must return shape {shape}, got {array.shape}")
    if array.dtype.kind not in "fiub":
        got = type(value).__name__ if array.dtype.kind == "O" else array.dtype
        raise TypeError(f"{name} must return real numbers, got {got}")


def require_derivatives(network: Network, Z: ByLayer, A: ByLayer, Y: Array, cost: Cost) -> None:
    """Refuse a cost or an activation function that does not return what it should.

    Parameters
    ----------
    network : Network
        Its activation functions.
    Z, A : mapping of int to ndarray, shape (n_l, m)
        Weighted sums and activations.
    Y : ndarray, shape (n_L, m)
        Targets.
    cost : Cost
        With its derivative.

    Raises
    ------
    TypeError
        If one of them, or its derivative, returns no real numbers.
    ValueError
        If one returns another shape, or has no derivative here.
    """
    outputs = A[network.L]
    of_cost = derivative_of_cost(cost)
    require_returned(f"the cost {cost}", cost.function(outputs, Y), ())
    require_returned(f"the derivative of the cost {cost}", of_cost(outputs, Y), Y.shape)
    for l, phi in network.phi.items():
        name = f"phi[{l}] ({phi})"
        if phi.pull_back is not None:
            pulled = phi.pull_back(A[l], np.ones_like(Z[l]))
            require_returned(f"the pull_back of {name}", pulled, Z[l].shape)
        else:
            slopes = derivative_of(phi)(Z[l])
            require_returned(f"the derivative of {name}", slopes, Z[l].shape)


def require_real_network(network: Network) -> None:
    """Refuse complex parameters."""
    for l in network.W:
        require_real(f"W[{l}]", network.W[l])
        require_real(f"b[{l}]", network.b[l])


def prepare(
    network: Network, X: Array, Y: Array, cost: Cost, gradients: Gradients | None
) -> tuple[ByLayer, ByLayer, Gradients]:
    """Run the network, and refuse what cannot be checked.

    Parameters
    ----------
    network, X, Y, cost, gradients
        As for `check_gradients`.

    Returns
    -------
    Z, A : dict of int to ndarray, shape (n_l, m)
        Weighted sums and activations.
    gradients : (of_W, of_b)
        Those to check.

    Raises
    ------
    TypeError, ValueError
        As `check_gradients` does.
    """
    require_kind("network", network, Network)
    require_real("X", X)
    require_real("Y", Y)
    require_real_network(network)
    Z, A = forward(network, X)
    for l, phi in network.phi.items():
        require_returned(f"phi[{l}] ({phi})", A[l], Z[l].shape)
    require_matrix("Y", Y, A[network.L].shape)
    require_derivatives(network, Z, A, Y, cost)
    if gradients is None:
        return Z, A, backward(network, Z, A, Y, cost)
    require_gradients(network, gradients)
    return Z, A, gradients


# From book/checking_gradients.md, "The verdict"
def differentiate(probe: Probe, place: Place, noise: float) -> tuple[float, float]:
    """Differentiate the cost with respect to one parameter, and say how far it may be off.

    Parameters
    ----------
    probe : Probe
        Of real numbers for central differences, of complex ones for the complex step.
    place : tuple
        The parameter.
    noise : float
        How far a computed cost may be off.

    Returns
    -------
    derivative : float
        The central difference, or the complex step.
    tolerance : float
        The first two parts of equation ``eq-tolerance``; 0 for the complex step.
    """
    value = probe.value(place)
    if np.iscomplexobj(value):
        return float(probe.cost_at(place, value + 1e-30j).imag / 1e-30), 0.0
    h, far = short_step(probe, place)
    near = quotient(probe, place, h)
    return float(near), float(abs(far - near) / 2 + 7 * noise / (4 * h))  # eq-tolerance


# From book/checking_gradients.md, "The verdict"
def entry_at(pair: Gradients, place: Place) -> Any:
    """Read what stands at the place of a parameter in a pair of arrays for weights and biases."""
    name, l, i, j = place
    return pair[0 if name == "W" else 1][l][i, j]


def places(network: Network) -> Iterator[Place]:
    """List the parameters: all weights layer by layer, then all biases."""
    for name, arrays in (("W", network.W), ("b", network.b)):
        for l in sorted(arrays):
            for i, j in np.ndindex(arrays[l].shape):
                yield name, l, i, j


# From book/checking_gradients.md, "The verdict"
def compare(
    probe: Probe, place: Place, gradients: Gradients, noise: float, own: Gradients
) -> Comparison | None:
    """Compare one derivative with a numerical one, unless a kink lies within the step.

    Parameters
    ----------
    probe : Probe
        Computes the numerical derivative.
    place : tuple
        The parameter.
    gradients : (of_W, of_b)
        The gradients to check.
    noise : float
        How far a computed cost may be off.
    own : (of_W, of_b)
        How far the gradients and the numerical ones may be off.

    Returns
    -------
    Comparison or None
        None if there is a kink.

    Raises
    ------
    ValueError
        If the tolerance overflows.

    Notes
    -----
    Equation ``eq-tolerance``.
    """
    derivative, tolerance = differentiate(probe, place, noise)
    if probe.kinks():
        return None
    given = entry_at(gradients, place)
    error = abs(float(given) - derivative)
    tolerance += float(entry_at(own, place))
    if not np.isfinite(error + tolerance):  # an infinite tolerance allows everything
        name, l, i, j = place
        raise ValueError(f"{name}[{l}][{i}, {j}] is too large to be checked")
    return Comparison(place, error, tolerance)


def report_on(
    compared: Mapping[Place, Comparison | None], undecided: int = 0
) -> GradientReport:
    """Sum up the comparisons; a parameter without one was skipped."""
    comparisons = [comparison for comparison in compared.values() if comparison is not None]
    skipped = tuple(place for place, comparison in compared.items() if comparison is None)
    worst = max(comparisons, key=lambda comparison: comparison.ratio, default=None)
    return GradientReport(len(comparisons), skipped, worst, undecided)


# From book/checking_gradients.md, "The verdict"
def check_gradients(
    network: Network,
    X: Array,
    Y: Array,
    cost: Cost,
    gradients: Gradients | None = None,
    *,
    method: str = "central",
) -> GradientReport:
    """Compare every derivative of a network with a numerical one.

    Parameters
    ----------
    network : Network
        Sizes ``n_0, ..., n_L``, real parameters; it is not changed.
    X : ndarray, shape (n_0, m), real floating-point
        The inputs, one example a column; at least two examples, or a wrong 1/m is not seen.
    Y : ndarray, shape (n_L, m), real floating-point
        Targets.
    cost : Cost
        ``squared_error`` or ``cross_entropy``.
    gradients : (of_W, of_b), optional
        The gradients to check, keyed by layer, with the shapes of the parameters. By default those
        of ``backward``.
    method : {"central", "complex"}
        Central differences, with four forward passes for each parameter and two more each time that
        a step is shortened, or the complex step with one, which needs a cost and activation
        functions that take complex numbers. It may refuse a right gradient if an imaginary part
        underflows on the way. Central differences may refuse a right gradient of a network whose
        outputs and targets are all below about 1e-5, or, if the inputs are large, 1e-3.

    Returns
    -------
    GradientReport
        With ``passed``, ``compared``, ``skipped`` and ``worst``; as text it is a sentence.

    Raises
    ------
    TypeError
        If an argument is of the wrong type, or not real, or the cost, an activation function or one
        of their derivatives returns no real numbers.
    ValueError
        If a shape does not fit, an entry or a cost is not finite, the cost or the method is not
        known, an activation function has no derivative here, or a tolerance overflows.

    Notes
    -----
    Equation ``eq-tolerance``. A step is shortened until it moves no weighted sum far. Parameters
    with a kink of a rectified linear unit within the step are skipped and reported. The numerical
    derivatives are computed in double precision; the tolerance allows for the rounding of gradients
    in the coarsest precision on their way: theirs, or that of the weighted sums.
    """
    if method not in ("central", "complex"):
        raise ValueError(f"method must be 'central' or 'complex', got {method!r}")
    with np.errstate(under="ignore"):  # what is too small for a float is 0
        Z, A, gradients = prepare(network, X, Y, cost, gradients)
        noise = cost_noise(network, Z, A, Y, cost)
        own = noise_of_both(network, Z, A, Y, cost, gradients)
        probe = Probe(network, X, Y, cost, Z, float if method == "central" else complex)
        return report_on(
            {place: compare(probe, place, gradients, noise, own) for place in places(network)},
            undecided_sums(network, Z, A, coarsest(network, A, gradients)),
        )
