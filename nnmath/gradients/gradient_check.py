# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 6756a770651398a9

# From book/checking_gradients.md, "The forward difference"
"""Checks of gradients against the cost alone: differences, the complex step, tolerances."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np

from nnmath.gradients.backward import backward
from nnmath.model.activations import Activation, derivative_of
from nnmath.model.arguments import require_layers, require_matrix, require_real
from nnmath.model.array_types import Array, ByLayer
from nnmath.model.costs import Cost, derivative_of_cost
from nnmath.model.forward_pass import forward
from nnmath.model.network import Network


def require_step(x: Array, h: float) -> None:
    """Refuse a point that is no real array, or a step that is no positive number.

    Parameters
    ----------
    x : ndarray of any shape, floating-point
        The point.
    h : float
        The step.

    Raises
    ------
    TypeError
        If `x` is no NumPy array of real floating-point numbers, or `h` is no number.
    ValueError
        If `h` is not positive and finite.
    """
    if not isinstance(x, np.ndarray) or not np.issubdtype(x.dtype, np.floating):
        got = x.dtype if isinstance(x, np.ndarray) else type(x).__name__
        raise TypeError(f"x must be an array of real floating-point numbers, got {got}")
    if not isinstance(h, Real) or isinstance(h, bool):
        raise TypeError(f"h must be a number, got {h!r}")
    if not 0 < h < np.inf:
        raise ValueError(f"h must be positive and finite, got {h!r}")


def forward_difference(f: Callable[[Array], Any], x: Array, h: float) -> Array:
    """Differentiate a function by one step ahead in each entry of its argument.

    Parameters
    ----------
    f : function
        Maps an array of the shape of `x` to a real number.
    x : ndarray of any shape, real floating-point
        The point; it is not changed.
    h : float
        The step, the same for all entries.

    Returns
    -------
    ndarray, shape and type of `x`
        The derivative with respect to each entry, off by about ``h / 2`` times the second
        derivative, and by rounding.

    Raises
    ------
    TypeError
        If `x` is no array of real floating-point numbers, or `h` is no number.
    ValueError
        If `h` is not positive and finite, or too small to move an entry.

    Notes
    -----
    Equation ``eq-forward-difference``; divided by the step that was taken, ``eq-taken-step``.
    """
    require_step(x, h)
    here = f(x.copy())
    derivative = np.empty_like(x)
    for entry in np.ndindex(x.shape):
        ahead = x.copy()
        ahead[entry] += h
        taken = ahead[entry] - x[entry]
        if taken == 0:
            raise ValueError(f"h must move every entry, got {h!r} at an entry {x[entry]}")
        derivative[entry] = (f(ahead) - here) / taken
    return derivative


# From book/checking_gradients.md, "The central difference"
def central_difference(f: Callable[[Array], Any], x: Array, h: float) -> Array:
    """Differentiate a function by one step to each side in each entry of its argument.

    Parameters
    ----------
    f : function
        Maps an array of the shape of `x` to a real number.
    x : ndarray of any shape, real floating-point
        The point; it is not changed.
    h : float
        The step to each side, the same for all entries.

    Returns
    -------
    ndarray, shape and type of `x`
        The derivative with respect to each entry, off by about ``h**2 / 6`` times the third
        derivative, and by rounding.

    Raises
    ------
    TypeError
        If `x` is no array of real floating-point numbers, or `h` is no number.
    ValueError
        If `h` is not positive and finite, or too small to move an entry.

    Notes
    -----
    Equation ``eq-central-difference``; divided by the distance of the two points as rounded,
    ``eq-taken-step``.
    """
    require_step(x, h)
    derivative = np.empty_like(x)
    for entry in np.ndindex(x.shape):
        behind, ahead = x.copy(), x.copy()
        behind[entry] -= h
        ahead[entry] += h
        apart = ahead[entry] - behind[entry]
        if apart == 0:
            raise ValueError(f"h must move every entry, got {h!r} at an entry {x[entry]}")
        derivative[entry] = (f(ahead) - f(behind)) / apart
    return derivative


# From book/checking_gradients.md, "The best step"
def best_step(order: int, noise: float, derivative: float) -> tuple[float, float]:
    """Find the step at which truncation and rounding together are least.

    Parameters
    ----------
    order : int
        1 for the forward difference, 2 for the central.
    noise : float
        How far a computed value of the function may be off, positive.
    derivative : float
        The second derivative for order 1, the third for order 2; not 0.

    Returns
    -------
    h : float
        The best step.
    error : float
        The bound on the error there, to leading order.

    Raises
    ------
    ValueError
        If `order` is neither 1 nor 2, `noise` is not positive, or `derivative` is 0; or if one of
        the two is not finite.

    Notes
    -----
    Equations ``eq-best-step``, ``eq-best-forward`` and ``eq-best-central``.
    """
    if order not in (1, 2):
        raise ValueError(f"order must be 1 (forward) or 2 (central), got {order!r}")
    if not 0 < noise < np.inf:
        raise ValueError(f"noise must be positive and finite, got {noise!r}")
    if not 0 < abs(derivative) < np.inf:
        raise ValueError(f"derivative must be finite and not 0, got {derivative!r}")
    p = order
    A, B = (abs(derivative) / 2, 2 * noise) if p == 1 else (abs(derivative) / 6, noise)
    h = (B / (p * A)) ** (1 / (p + 1))
    return h, (p + 1) * A * h**p


# From book/checking_gradients.md, "The complex step"
def complex_step(f: Callable[[Array], Any], x: Array, h: float = 1e-30) -> Array:
    """Differentiate a function by an imaginary step in each entry of its argument.

    Parameters
    ----------
    f : function
        Maps a complex array of the shape of `x` to a number; analytic, so without absolute values,
        conjugates, or comparisons but of real parts.
    x : ndarray of any shape, real floating-point
        The point; it is not changed.
    h : float
        The step.

    Returns
    -------
    ndarray, shape and type of `x`
        The derivative with respect to each entry; for an analytic function and a step as small as
        the default, accurate to a few roundings.

    Raises
    ------
    TypeError
        If `x` is no array of real floating-point numbers, or `h` is no number.
    ValueError
        If `h` is not positive and finite.

    Notes
    -----
    Equation ``eq-complex-truncation``.
    """
    require_step(x, h)
    derivative = np.empty_like(x)
    for entry in np.ndindex(x.shape):
        moved = x.astype(np.result_type(x, np.complex64))
        moved[entry] += 1j * h
        derivative[entry] = np.imag(f(moved)) / h
    return derivative


# From book/checking_gradients.md, "A kink between the points"
def kinks_between(phi: Mapping[int, Activation], *sums: ByLayer) -> int:
    """Count the neurons that are not on one side of a kink at all of several points.

    Parameters
    ----------
    phi : mapping of int to Activation
        The activation function of each layer 1, ..., L.
    *sums : mapping of int to ndarray, shape (n_l, m)
        The weighted sums of the layers at each of the points, as ``forward`` returns them; of
        complex numbers the real part counts.

    Returns
    -------
    int
        How many pairs of a neuron and an example are above a kink at one point and not at another.
        The derivative with respect to what moved between the points may then jump.

    Notes
    -----
    Equation ``eq-kink`` says what a central difference makes of it. A sum that crosses and comes
    back between two points is not seen.
    """
    count = 0
    for l in phi:
        for kink in phi[l].kinks:
            above = np.stack([np.real(Z[l]) > kink for Z in sums])
            count += int(np.count_nonzero(above.any(axis=0) & ~above.all(axis=0)))
    return count


# From book/checking_gradients.md, "The rounding of the cost: sensitivities"
def sensitivities(
    network: Network,
    Z: ByLayer,
    A: ByLayer,
    slopes: Array,
) -> ByLayer:
    """Bound how much each weighted sum can move its example's cost.

    Parameters
    ----------
    network : Network
        Sizes ``n_0, ..., n_L``.
    Z, A : mapping of int to ndarray, shape (n_l, m)
        Weighted sums and activations, as ``forward`` returns them.
    slopes : ndarray, shape (n_L, m)
        The derivatives of each example's cost with respect to its outputs, or bounds on their
        absolute values.

    Returns
    -------
    dict of int to ndarray, shape (n_l, m)
        For the layers 1, ..., L numbers that no absolute value of an error exceeds.

    Raises
    ------
    ValueError
        If an activation function has no derivative here.

    Notes
    -----
    Equations ``eq-sensitivity`` and ``eq-sensitivity-bound``.
    """
    S: dict[int, Array] = {}
    G = np.abs(slopes)
    for l in range(network.L, 0, -1):
        phi = network.phi[l]
        if phi.pull_back_of_sizes is not None:
            S[l] = phi.pull_back_of_sizes(A[l], G)
        else:
            S[l] = np.abs(derivative_of(phi)(Z[l])) * G
        G = np.abs(network.W[l]).T @ S[l]
    return S


def sizes_of_sums(network: Network, A: ByLayer) -> ByLayer:
    """Add up the absolute values of the terms of each weighted sum.

    Parameters
    ----------
    network : Network
        Sizes ``n_0, ..., n_L``.
    A : mapping of int to ndarray, shape (n_l, m)
        Activations, as ``forward`` returns them.

    Returns
    -------
    dict of int to ndarray, shape (n_l, m)
        For the layers 1, ..., L.
    """
    return {
        l: np.abs(network.W[l]) @ np.abs(A[l - 1]) + np.abs(network.b[l])
        for l in range(1, network.L + 1)
    }


ROUNDINGS = 16
"""More than an activation function and a cost make, their sums not counted."""


def cost_noise(
    network: Network,
    Z: ByLayer,
    A: ByLayer,
    Y: Array,
    cost: Cost,
) -> float:
    """Bound how far the cost, as computed in double precision, may be off.

    Parameters
    ----------
    network : Network
        Sizes ``n_0, ..., n_L``.
    Z, A : mapping of int to ndarray, shape (n_l, m)
        Weighted sums and activations, as ``forward`` returns them.
    Y : ndarray, shape (n_L, m), floating-point
        Targets.
    cost : function
        ``squared_error`` or ``cross_entropy``.

    Returns
    -------
    float
        A bound to first order in the unit roundoff, barring underflow.

    Raises
    ------
    ValueError
        If the cost is neither, or an activation function has no derivative here.

    Notes
    -----
    Equation ``eq-cost-noise``, with the largest sum of its column for the size of a sum, since a
    softmax subtracts the largest from all.
    """
    u = np.finfo(float).eps / 2
    L, m = network.L, Y.shape[1]
    slopes = derivative_of_cost(cost)(A[L], Y)
    S, sizes = sensitivities(network, Z, A, slopes), sizes_of_sums(network, A)
    of_sums = sum(
        (network.n[l - 1] + ROUNDINGS) * np.sum(S[l] * sizes[l].max(axis=0, keepdims=True))
        for l in sizes
    )
    of_cost = m * np.abs(cost(A[L], Y)) + np.sum(np.abs(slopes * A[L]))
    return float(u * (of_sums + (2 * network.n[L] + m + ROUNDINGS) * of_cost) / m)


# From book/checking_gradients.md, "A whole network"
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
    """

    compared: int
    skipped: tuple[Place, ...]
    worst: Comparison | None

    @property
    def passed(self) -> bool:
        """Whether something was compared, and every error is within its tolerance."""
        return self.worst is not None and self.worst.ratio <= 1

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
            f"{self.worst.tolerance:.1e} is allowed"
        )


# From book/checking_gradients.md, "A whole network"
def gradient_noise(
    network: Network,
    Z: ByLayer,
    A: ByLayer,
    Y: Array,
    cost: Cost,
) -> tuple[ByLayer, ByLayer]:
    """Bound how far computed gradients may be off, in units of the unit roundoff.

    Parameters
    ----------
    network : Network
        Sizes ``n_0, ..., n_L``.
    Z, A : mapping of int to ndarray, shape (n_l, m)
        Weighted sums and activations, as ``forward`` returns them.
    Y : ndarray, shape (n_L, m), floating-point
        Targets.
    cost : function
        ``squared_error`` or ``cross_entropy``.

    Returns
    -------
    of_W : dict of int to ndarray, shape (n_l, n_{l-1})
        For the weights of the layers 1, ..., L.
    of_b : dict of int to ndarray, shape (n_l, 1)
        For the biases.

    Raises
    ------
    ValueError
        If the cost is neither, or an activation function has no derivative here.

    Notes
    -----
    The last part of equation ``eq-tolerance``, to first order and with a generous count.
    """
    slopes = derivative_of_cost(cost)(
        np.abs(A[network.L]), -np.abs(Y)
    )  # in A - Y nothing cancels
    S, sizes = sensitivities(network, Z, A, slopes), sizes_of_sums(network, A)
    m = Y.shape[1]
    count = m + sum(2 * (size + ROUNDINGS) for size in network.n)
    count *= 1 + 2 * max(size.max() for size in sizes.values())
    of_W = {l: count * S[l] @ np.abs(A[l - 1]).T / m for l in sizes}
    of_b = {l: count * S[l].sum(axis=1, keepdims=True) / m for l in sizes}
    return of_W, of_b


def require_gradients(network: Network, gradients: object) -> None:
    """Refuse what is no pair of gradients for a network.

    Parameters
    ----------
    network : Network
        Sizes ``n_0, ..., n_L``.
    gradients : object
        Should be ``(of_W, of_b)``, each a mapping of the layers 1, ..., L to real arrays of the
        shapes of the parameters.

    Raises
    ------
    TypeError
        If it is no pair of mappings, or an array holds no real floating-point numbers.
    ValueError
        If a layer is missing or too many, a shape does not fit, or an entry is not finite.
    """
    if not isinstance(gradients, tuple | list) or len(gradients) != 2:
        raise TypeError("gradients must be a pair (of_W, of_b)")
    for name, given, parameters in zip(
        ("of_W", "of_b"), gradients, (network.W, network.b), strict=True
    ):
        require_layers(name, given, parameters)
        for l in parameters:
            rows, columns = parameters[l].shape
            require_matrix(f"{name}[{l}]", given[l], (rows, columns))
            require_real(f"{name}[{l}]", given[l])


# From book/checking_gradients.md, "A whole network"
STEP = 2.0**-17
"""The step of the check: about the cube root of three unit roundoffs, ``eq-best-central``."""


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
    cost : function
        ``squared_error`` or ``cross_entropy``.
    dtype : type
        ``float`` or ``complex``: the type of the copy.
    """

    def __init__(
        self,
        network: Network,
        X: Array,
        Y: Array,
        cost: Cost,
        dtype: type,
    ) -> None:
        self.network = Network(
            {l: network.W[l].astype(dtype) for l in network.W},
            {l: network.b[l].astype(dtype) for l in network.b},
            network.phi,
        )
        self.X, self.Y, self.cost = X.astype(float), Y.astype(float), cost
        self.sums = [forward(network, X)[0]]

    def value(self, place: Place) -> Any:
        """Read a parameter."""
        name, l, i, j = place
        return getattr(self.network, name)[l][i, j]

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
        array, kept = getattr(self.network, name)[l], self.value(place)
        array[i, j] = value
        Z, A = forward(self.network, self.X)
        array[i, j] = kept
        self.sums.append(Z)
        result = self.cost(A[self.network.L], self.Y)
        if not np.isfinite(result):
            raise ValueError(f"cost must be finite near {name}[{l}][{i}, {j}], got {result}")
        return result

    def kinks(self) -> int:
        """Count the kinks between the points visited since the last call, and the network's."""
        count = kinks_between(self.network.phi, *self.sums)
        del self.sums[1:]
        return count


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
    h = STEP * max(1.0, abs(value))
    near, far = (
        (probe.cost_at(place, value + step) - probe.cost_at(place, value - step))
        / ((value + step) - (value - step))
        for step in (h, 2 * h)
    )
    return float(near), float(abs(far - near) + 2 * noise / h)


def check_gradients(
    network: Network,
    X: Array,
    Y: Array,
    cost: Cost,
    gradients: tuple[ByLayer, ByLayer] | None = None,
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
    cost : function
        ``squared_error`` or ``cross_entropy``.
    gradients : (of_W, of_b), optional
        The gradients to check, keyed by layer, with the shapes of the parameters. By default those
        of ``backward``.
    method : {"central", "complex"}
        Central differences with four forward passes for each parameter, or the complex step with
        one, which needs activation functions that take complex numbers.

    Returns
    -------
    GradientReport
        With ``passed``, ``compared``, ``skipped`` and ``worst``; as text it is a sentence.

    Raises
    ------
    TypeError
        If an argument is of the wrong type, or not real.
    ValueError
        If a shape does not fit, an entry or a cost is not finite, the cost or the method is not
        known, an activation function has no derivative here, or a tolerance overflows.

    Notes
    -----
    Equation ``eq-tolerance``. Parameters with a kink of a rectified linear unit within the step are
    skipped and reported. The numerical derivatives are computed in double precision; the tolerance
    allows for the rounding of gradients in their own precision.
    """
    if method not in ("central", "complex"):
        raise ValueError(f"method must be 'central' or 'complex', got {method!r}")
    require_real("X", X)
    require_real("Y", Y)
    for l in network.W:
        require_real(f"W[{l}]", network.W[l])
        require_real(f"b[{l}]", network.b[l])
    Z, A = forward(network, X)
    require_matrix("Y", Y, A[network.L].shape)
    derivative_of_cost(cost)(
        A[network.L], Y
    )  # refuses an unknown cost, and one that is infinite
    if gradients is None:
        gradients = backward(network, Z, A, Y, cost)
    require_gradients(network, gradients)

    noise = cost_noise(network, Z, A, Y, cost)
    probe = Probe(network, X, Y, cost, float if method == "central" else complex)
    comparisons, skipped = [], []
    for name, given, own in zip(
        ("W", "b"), gradients, gradient_noise(network, Z, A, Y, cost), strict=True
    ):
        for l in sorted(given):
            u = (np.finfo(given[l].dtype).eps + np.finfo(float).eps) / 2
            for i, j in np.ndindex(given[l].shape):
                place = (name, l, i, j)
                derivative, tolerance = differentiate(probe, place, noise)
                if probe.kinks():
                    skipped.append(place)
                    continue
                error = abs(float(given[l][i, j]) - derivative)
                tolerance += u * float(own[l][i, j])
                if not np.isfinite(
                    error + tolerance
                ):  # an infinite tolerance allows everything
                    raise ValueError(f"{name}[{l}][{i}, {j}] is too large to be checked")
                comparisons.append(Comparison(place, error, tolerance))
    worst = max(comparisons, key=lambda comparison: comparison.ratio, default=None)
    return GradientReport(len(comparisons), tuple(skipped), worst)
