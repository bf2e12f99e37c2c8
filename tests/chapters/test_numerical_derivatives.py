"""What the chapter on numerical derivatives builds: differences, kinks, and bounds on rounding."""

from fractions import Fraction

import numpy as np
import pytest

from nnmath import (
    Network,
    central_difference,
    complex_step,
    forward,
    identity,
    relu,
    sigmoid,
    softmax,
    squared_error,
    tanh,
)
from nnmath.gradients.backward import errors_by_matrices
from nnmath.gradients.differences import best_step, forward_difference
from nnmath.gradients.kinks import kinks_between
from nnmath.gradients.paths import errors_by_paths
from nnmath.gradients.rounding import (
    ROUNDINGS,
    coarsest,
    cost_noise,
    gradient_noise,
    inherited_error,
    noise_of_both,
    rounding_of_sums,
    sensitivities,
    times_slopes,
    undecided_sums,
)
from nnmath.model.activations import Activation, derivative_of
from nnmath.model.costs import derivative_of_cost

from .exact_numbers import UNIT_ROUNDOFF
from .networks import CASES, made

METHODS = [forward_difference, central_difference, complex_step]


# Differences of a function


@pytest.mark.parametrize("shape", [(), (4,), (2, 3), (2, 1, 3)])
@pytest.mark.parametrize("method", METHODS)
def test_the_derivative_has_the_shape_of_the_point(method, shape):
    x = np.random.default_rng(1).normal(size=shape)
    kept = x.copy()
    derivative = method(lambda x: np.sum(np.sin(x)), x, 1e-5)
    assert derivative.shape == shape
    assert np.abs(derivative - np.cos(x)).max() < 1e-5
    assert np.array_equal(x, kept)


def test_a_linear_function_has_the_same_slope_at_any_step():
    x = np.array([3.0, -7.25, 1e3])
    for h in (1e-7, 0.3, 12.0):
        for method in (forward_difference, central_difference):
            slopes = method(lambda x: x[0] + x[1] + x[2], x, h)
            assert np.abs(slopes - 1).max() <= 4 * UNIT_ROUNDOFF * 2e3 / h


def test_polynomials_show_the_truncation_exactly():
    x, h = np.array([-2.0, 0.0, 1.0, 5.0]), 2.0**-6
    assert np.array_equal(forward_difference(lambda x: (x**2).sum(), x, h), 2 * x + h)
    assert np.array_equal(central_difference(lambda x: (x**2).sum(), x, h), 2 * x)
    assert np.array_equal(central_difference(lambda x: (x**3).sum(), x, h), 3 * x**2 + h**2)
    assert np.array_equal(complex_step(lambda x: (x * x * x).sum(), x, h), 3 * x**2 - h**2)


@pytest.mark.parametrize("h", [1e-20, 1e-100, 1e-300])
def test_the_complex_step_is_accurate_to_roundings_at_any_small_step(h):
    x = np.linspace(-3, 3, 7)
    derivative = complex_step(lambda x: np.sum(np.tanh(x) * x), x, h)
    terms = np.tanh(x), x * (1 - np.tanh(x) ** 2)
    assert (
        np.abs(derivative - sum(terms)) <= 32 * UNIT_ROUNDOFF * sum(map(np.abs, terms))
    ).all()


def test_the_complex_step_is_small_unless_another_is_given():
    x = np.array([-2.0, 0.5, 3.0])
    assert np.array_equal(complex_step(lambda x: (x * x * x).sum(), x), 3 * x**2)


@pytest.mark.parametrize(("dtype", "h"), [(np.float32, 1e-10), (np.float64, 1e-30)])
def test_the_default_step_is_seen_where_nothing_but_truncation_is_left(dtype, h):
    derivative = complex_step(lambda x: (x * x * x).sum(), np.zeros(1, dtype))
    assert derivative == pytest.approx(-(h**2), rel=1e-6, abs=0)


@pytest.mark.parametrize("dtype", [np.complex64, np.complex128])
def test_the_complex_point_has_the_precision_of_the_real_one(dtype):
    seen = []
    complex_step(lambda z: seen.append(z.dtype) or z[0], np.ones(1, dtype).real, 1e-30)
    assert seen == [dtype]


def test_the_complex_step_in_single_precision_keeps_small_derivatives():
    x = np.array([1.0, -3.0, 8.0], dtype=np.float32)
    derivative = complex_step(lambda x: (x * x).sum() * np.float32(1e-20), x)
    assert derivative == pytest.approx(2e-20 * x.astype(float), rel=1e-6, abs=0)


def test_the_complex_step_is_off_by_roundings_of_the_terms_and_not_of_their_sum():
    x = np.array([1 + 1e-6])
    derivative = complex_step(lambda x: (x**3 - 3 * x**2 + 3 * x).sum(), x)[0]
    true = float(3 * (Fraction(x[0]) - 1) ** 2)
    assert abs(derivative - true) <= 64 * UNIT_ROUNDOFF * 12
    assert abs(derivative / true - 1) > 1e-6


@pytest.mark.parametrize("method", METHODS)
def test_the_type_is_that_of_the_point(method):
    x = np.ones((2, 3), dtype=np.float32)
    assert method(lambda x: (x**2).sum(), x, 2.0**-8).dtype == np.float32


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("x", "message"),
    [
        ([1.0, 2.0], "got list$"),
        (np.array([1, 2]), "got int64$"),
        (np.array([1j]), "got complex128$"),
        (1.0, "got float$"),
    ],
)
def test_a_point_that_is_no_real_array_is_refused(method, x, message):
    with pytest.raises(TypeError, match=f"^x must be an array of real .*{message}"):
        method(np.sum, x, 1e-5)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("h", [0, -1e-5, np.inf, np.nan])
def test_a_step_that_is_not_positive_is_refused(method, h):
    with pytest.raises(ValueError, match=r"^h must be finite and above 0, got "):
        method(np.sum, np.ones(2), h)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("h", ["1e-5", True, 1j])
def test_a_step_that_is_no_number_is_refused(method, h):
    with pytest.raises(TypeError, match=r"^h must be a number, got "):
        method(np.sum, np.ones(2), h)


@pytest.mark.parametrize("method", [forward_difference, central_difference])
def test_a_difference_needs_a_step(method):
    with pytest.raises(TypeError, match=r"^h must be a number, got None$"):
        method(np.sum, np.ones(2), None)


@pytest.mark.parametrize("method", [forward_difference, central_difference])
def test_a_step_that_rounding_swallows_is_refused(method):
    with pytest.raises(
        ValueError, match=r"^h must move every entry, got 1e-09 .* 100000000\.0$"
    ):
        method(np.sum, np.array([1.0, 1e8]), 1e-9)


# The best step


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize(("noise", "derivative"), [(1e-16, 1.0), (1e-10, -30.0), (2.0, 1e-3)])
def test_no_step_of_a_fine_grid_beats_the_best(order, noise, derivative):
    h, error = best_step(order, noise, derivative)
    steps = h * np.geomspace(1e-3, 1e3, 2001)
    bounds = abs(derivative) * steps**order / (2, 6)[order - 1] + 2 * noise / (order * steps)
    assert bounds.min() >= error * (1 - 16 * UNIT_ROUNDOFF)
    assert bounds.min() <= error * (1 + 1e-4)
    assert abs(steps[bounds.argmin()] / h - 1) < 0.01


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((3, 1e-16, 1.0), "^order must be 1 .* got 3$"),
        ((1, 0, 1.0), "^noise must be finite and above 0, got 0$"),
        ((1, np.inf, 1.0), "^noise must be finite and above 0, got inf$"),
        ((2, 1e-16, 0.0), r"^derivative must be finite and not 0, got 0\.0$"),
        ((2, 1e-16, np.nan), "^derivative must be finite and not 0, got nan$"),
        ((2, 1e-16, -np.inf), "^derivative must be finite and not 0, got -inf$"),
    ],
)
def test_a_best_step_of_nothing_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        best_step(*arguments)


# Kinks, sensitivities, noise


def test_kinks_are_counted_for_rectified_linear_units_alone():
    left = {1: np.array([[1.0, -1.0], [2.0, -2.0]]), 2: np.array([[3.0, 3.0]])}
    right = {1: np.array([[1.0, 1.0], [-2.0, -2.0]]), 2: np.array([[-3.0, -3.0]])}
    assert kinks_between({1: relu, 2: tanh}, left, right) == 2
    assert kinks_between({1: relu, 2: relu}, left, right) == 4
    assert kinks_between({1: tanh, 2: tanh}, left, right) == 0
    assert kinks_between({1: relu, 2: relu}, left, left, left) == 0
    assert kinks_between({1: relu, 2: relu}, left, right, left) == 4


def test_a_sum_of_exactly_0_is_on_the_side_where_the_derivative_is_0():
    zero, above, below = ({1: np.array([[value]])} for value in (0.0, 1e-9, -1e-9))
    assert kinks_between({1: relu}, zero, above) == 1
    assert kinks_between({1: relu}, zero, below) == 0


def test_a_kink_may_lie_elsewhere_than_at_0():
    bend = Activation(lambda z: np.maximum(z, 1))
    bend.kinks = (1.0,)
    below, between, above = ({1: np.array([[value]])} for value in (-0.5, 0.5, 1.5))
    assert kinks_between({1: bend}, below, between) == 0
    assert kinks_between({1: bend}, between, above) == 1


def test_of_complex_sums_the_real_part_counts():
    assert kinks_between({1: relu}, {1: np.array([[1 - 1j]])}, {1: np.array([[2 + 1j]])}) == 0


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("seed", [0, 1])
def test_no_error_exceeds_its_sensitivity(case, seed):
    network, X, Y = made(*case, seed)
    Z, A = forward(network, X)
    cost = case[2]
    S = sensitivities(network, Z, A, derivative_of_cost(cost)(A[network.L], Y))
    for l, Delta in errors_by_matrices(network, Z, A, Y, cost).items():
        assert (np.abs(Delta) <= S[l] * (1 + 64 * UNIT_ROUNDOFF)).all()


def test_a_sensitivity_adds_up_the_absolute_values_along_all_paths():
    network, X, Y = made((3, 4, 2, 5), (tanh, sigmoid, identity), squared_error, 6, 0)
    Z, A = forward(network, X)
    slopes = derivative_of_cost(squared_error)(A[3], Y)
    S = sensitivities(network, Z, A, slopes)
    W = {l: np.abs(network.W[l]) for l in network.W}
    for e in range(6):
        slope = {l: np.abs(derivative_of(network.phi[l])(Z[l][:, [e]])) for l in (1, 2)}
        by_paths = errors_by_paths(W, slope, np.abs(slopes[:, [e]]))
        for l in (1, 2, 3):
            assert S[l][:, [e]] == pytest.approx(by_paths[l], rel=1e-13, abs=0)


def test_a_sensitivity_takes_the_absolute_values_of_a_softmaxs_derivatives_in_two_parts():
    network, X, Y = made((3, 4, 2), (tanh, softmax), squared_error, 5, 0)
    Z, A = forward(network, X)
    slopes = derivative_of_cost(squared_error)(A[2], Y)
    S = sensitivities(network, Z, A, slopes)
    for e in range(5):
        p, g = A[2][:, e], np.abs(slopes[:, e])
        for i in range(2):
            both = sum(((k == i) + p[k]) * p[i] * g[k] for k in range(2))
            assert S[2][i, e] == pytest.approx(both, rel=1e-13, abs=0)


def sizes_by_loops(network, A):
    """Give for each layer what the terms of each weighted sum add up to without their signs."""
    sizes = {}
    for l, W in network.W.items():
        sizes[l] = np.empty(A[l].shape)
        for i, e in np.ndindex(A[l].shape):
            terms = [abs(w * a) for w, a in zip(W[i], A[l - 1][:, e], strict=True)]
            sizes[l][i, e] = sum(terms) + abs(network.b[l][i, 0])
    return sizes


@pytest.mark.parametrize("case", [CASES[2], CASES[3]])
def test_the_noise_is_that_of_its_terms_one_by_one(case):
    n, _, cost, m = case
    network, X, Y = made(*case, 2)
    Z, A = forward(network, X)
    slopes = derivative_of_cost(cost)(A[network.L], Y)
    S, sizes = sensitivities(network, Z, A, slopes), sizes_by_loops(network, A)
    noise = 0
    for e in range(m):
        for l in S:
            for i in range(n[l]):
                after_softmax = l > 1 and network.phi[l - 1] is softmax
                roundings = n[l - 1] * (2 if after_softmax else 1) + ROUNDINGS
                noise += S[l][i, e] * roundings * max(sizes[l][:, e])
        own = cost(A[network.L], Y) + sum(
            abs(slopes[i, e] * A[network.L][i, e]) for i in range(n[-1])
        )
        noise += (2 * n[-1] + m + ROUNDINGS) * own
    assert cost_noise(network, Z, A, Y, cost) == pytest.approx(
        UNIT_ROUNDOFF * noise / m, rel=1e-12, abs=0
    )


def test_the_noise_of_a_gradient_is_that_of_its_terms_one_by_one():
    n, m = (3, 4, 2), 5
    network, X, Y = made(n, (tanh, identity), squared_error, m, 2)
    Z, A = forward(network, X)
    of_W, of_b = gradient_noise(network, Z, A, Y, squared_error, np.float32)
    u = 2.0**-24
    _, off = rounding_of_sums(network, Z, A, u)
    ku = u * (m + sum(4 * size + 2 * ROUNDINGS for size in n))
    wanted_W = {l: np.zeros_like(network.W[l]) for l in network.W}
    wanted_b = {l: np.zeros_like(network.b[l]) for l in network.b}
    for e in range(m):
        S, E, a = {1: {}, 2: {}}, {1: {}, 2: {}}, {0: [(abs(x), 0.0) for x in X[:, e]], 1: []}
        for i in range(n[2]):
            S[2][i] = 2 * (abs(A[2][i, e]) + abs(Y[i, e])) / n[2]
            E[2][i] = 2 * off[2][i, e] / n[2]
        for i in range(n[1]):
            t = A[1][i, e]
            G = sum(abs(network.W[2][k, i]) * S[2][k] for k in range(n[2]))
            S[1][i] = (1 - t**2) * G
            E[1][i] = 2 * abs(t) * (1 - t**2) * off[1][i, e] * G  # the slope changes by tanh''
            E[1][i] += (1 - t**2) * sum(abs(network.W[2][k, i]) * E[2][k] for k in range(n[2]))
            a[1].append((abs(t), (1 - t**2) * off[1][i, e]))
        for l in (1, 2):
            for i in range(n[l]):
                wanted_b[l][i, 0] += (ku * S[l][i] + E[l][i]) / m
                for j, (size, alpha) in enumerate(a[l - 1]):
                    term = ku * S[l][i] * size + S[l][i] * alpha + E[l][i] * (size + alpha)
                    wanted_W[l][i, j] += term / m
    assert list(of_W) == list(of_b) == list(network.W)
    for l in network.W:
        assert of_W[l] == pytest.approx(wanted_W[l], rel=1e-4, abs=0)
        assert of_b[l] == pytest.approx(wanted_b[l], rel=1e-4, abs=0)


def test_a_softmax_hands_on_what_its_bound_grows_by():
    P, alpha = np.array([[0.25], [0.75]]), np.array([[0.125], [0.25]])
    G, E = np.array([[4.0], [8.0]]), np.array([[1.0], [2.0]])
    inherited = inherited_error(softmax, (P, P), (alpha, alpha), (G, E))
    # (3/8) (5 + (3/8) 5 + 10) - (1/4) (4 + (1/4) 4 + (3/4) 8), and the like for the other
    assert inherited.ravel().tolist() == [0.375 * 16.875 - 0.25 * 11, 21.875 - 0.75 * 15]


def test_at_a_kink_the_larger_slope_hands_on_an_error():
    zero, one = np.zeros((1, 1)), np.ones((1, 1))
    inherited = inherited_error(relu, (zero, zero), (one, one), (4 * one, 3 * one))
    assert inherited == 1 * 3 + (1 - 0) * 4


@pytest.mark.parametrize("phi", [relu, softmax])
def test_the_noise_covers_activations_that_the_rounding_of_their_sums_moves(phi):
    W = {1: np.array([[1.0, -1.0], [2.0, -2.0]]), 2: np.ones((1, 2))}
    network = Network(W, {1: np.zeros((2, 1)), 2: np.zeros((1, 1))}, {1: phi, 2: identity})
    X, Y = np.full((2, 1), 1000.0), np.full((1, 1), 1000.0)
    Z, A = forward(network, X)
    zeta = rounding_of_sums(network, Z, A, 2.0**-24)[1][1]
    computed, moved = (phi(Z[1] + off) for off in (0, zeta * [[1], [0]]))
    error = [2 * (a.sum() - 1000) * a for a in (moved, computed)]
    of_W, _ = gradient_noise(network, Z, A, Y, squared_error, np.float32)
    assert (of_W[2] >= np.abs(error[0] - error[1]).T).all()


@pytest.mark.parametrize("share", [-0.5, 0.0, 0.5])
def test_the_noise_covers_an_output_that_is_off_by_more_than_its_size(share):
    network = Network({1: np.array([[1.0, -1.0]])}, {1: np.zeros((1, 1))}, {1: identity})
    X, zero = np.full((2, 1), 1000.0), np.zeros((1, 1))
    zeta = rounding_of_sums(network, {1: zero}, {0: X, 1: zero})[1][1]
    Z = {1: share * zeta}
    assert gradient_noise(network, Z, {0: X} | Z, zero, squared_error)[1][1] >= 2 * zeta


@pytest.mark.parametrize("dtype", [np.float32, float])
def test_the_noise_of_nothing_is_what_underflow_may_take_from_each_number(dtype):
    zero, one = np.zeros((1, 1)), np.ones((1, 1))
    network = Network({1: zero, 2: one}, {1: zero, 2: zero}, {1: identity, 2: identity})
    sums = dict.fromkeys((1, 2), zero)
    of_W, of_b = gradient_noise(network, sums, {0: zero} | sums, zero, squared_error, dtype)
    # Of derivatives by complex steps of 1e-30 too: counted in double precision
    lost = float(np.finfo(dtype).tiny) + float(np.finfo(float).tiny) / 1e-30
    sum_1 = 1
    sum_2 = (sum_1 + 1) + 1  # the activation, the sum
    error_2 = 2 * (sum_2 + 1) + 1
    error_1 = error_2 + 1
    assert [of_W[l].item() / lost for l in (1, 2)] == pytest.approx([1, 1], rel=1e-12)
    assert [of_b[l].item() / lost for l in (1, 2)] == pytest.approx(
        [error_1 + 1, error_2 + 1], rel=1e-12
    )


def test_the_noise_covers_a_derivative_that_the_complex_step_loses():
    small, zero = np.full((1, 1), 1e-150), np.zeros((1, 1))
    network = Network({1: zero}, {1: zero}, {1: identity})
    sums = {1: zero}
    of_W, _ = gradient_noise(network, sums, {0: small} | sums, small, squared_error)
    assert complex_step(lambda W: squared_error.function(W @ small, small), zero) == 0
    assert of_W[1] >= 2e-300


def test_the_noise_covers_a_slope_that_is_lost_and_its_error_enlarged():
    one = np.ones((1, 1), np.float32)
    W, b = {1: 0 * one, 2: 1e10 * one}, {1: -110 * one, 2: 0 * one}
    network = Network(W, b, {1: sigmoid, 2: identity})
    Z, A = forward(network, one)
    assert A[1] == 0
    of_b = gradient_noise(network, Z, A, 1e10 * one, squared_error, np.float32)[1]
    assert of_b[1] >= 2e10 * 1e10 * np.exp(-110.0)


def test_below_the_smallest_normal_float_a_gradient_may_lose_all():
    one, zero = np.ones((1, 1)), np.zeros((1, 1))
    network = Network({1: 0 * one, 2: one}, {1: -100 * one, 2: zero}, {1: sigmoid, 2: identity})
    Z, A = forward(network, one)
    of_W, _ = gradient_noise(network, Z, A, zero, squared_error, np.float32)
    # exp(-100) is some 3e-44, less than the smallest normal float32, 1.2e-38
    assert 1e-38 < of_W[2].item() < 1e-36
    assert gradient_noise(network, Z, A, zero, squared_error)[0][2].item() < 1e-80


@pytest.mark.parametrize("seed", range(5))
def test_the_noise_bounds_the_error_of_the_cost(seed):
    network, X, Y = made((4, 6, 3), (relu, identity), squared_error, 5, seed)
    exact = np.vectorize(Fraction, otypes=[object])
    A = exact(X)
    for l in (1, 2):
        A = exact(network.W[l]) @ A + exact(network.b[l])
        A = np.where(A > 0, A, 0 * A) if l == 1 else A
    truth = ((A - exact(Y)) ** 2).sum() / Y.size
    Z, A = forward(network, X)
    error = abs(float(Fraction(squared_error(A[2], Y)) - truth))
    assert error <= cost_noise(network, Z, A, Y, squared_error)
    assert cost_noise(network, Z, A, Y, squared_error) < 1e-12 * (1 + float(truth))


def test_a_sum_at_a_kink_counts_with_the_larger_slope():
    network = Network(
        {1: np.array([[1, 2.0**-53, -1]]), 2: np.array([[1e6]])},
        {l: np.zeros((1, 1)) for l in (1, 2)},
        {1: relu, 2: identity},
    )
    X, one, zero = np.ones((3, 1)), np.ones((1, 1)), np.zeros((1, 1))
    Z, A = {1: zero, 2: zero}, {0: X, 1: zero, 2: zero}  # (1 + 2**-53) - 1 is computed as 0
    truth = (Fraction(10**6, 2**53) - 1) ** 2
    assert abs(1 - truth) <= cost_noise(network, Z, A, one, squared_error)


@pytest.mark.parametrize("phi", [identity, relu])
def test_what_rounding_did_to_earlier_sums_counts_at_a_later_kink(phi):
    W = {1: np.array([[1, 2.0**-53, -1]]), 2: np.array([[1e6]]), 3: np.array([[1e6]])}
    network = Network(W, {l: np.zeros((1, 1)) for l in W}, {1: phi, 2: relu, 3: identity})
    X, one, zero = np.ones((3, 1)), np.ones((1, 1)), np.zeros((1, 1))
    Z, A = dict.fromkeys((1, 2, 3), zero), {0: X} | dict.fromkeys((1, 2, 3), zero)
    truth = (Fraction(10**12, 2**53) - 1) ** 2
    assert abs(1 - truth) <= cost_noise(network, Z, A, one, squared_error)


def test_of_a_kink_the_steeper_side_counts_whichever_it_is():
    bend = Activation(lambda z: np.where(z > 0, z, 3 * z))  # steeper below the kink
    bend.derivative = lambda z: np.where(z > 0, 1.0, 3.0)
    bend.kinks = (0.0,)
    W = {1: np.ones((1, 1)), 2: np.ones((1, 1))}
    network = Network(W, {l: np.zeros((1, 1)) for l in W}, {1: bend, 2: identity})
    values = {l: np.full((1, 1), 1e-20) for l in (0, 1, 2)}
    off = {l: np.full((1, 1), 1e-16) for l in W}
    S = sensitivities(network, values, values, np.ones((1, 1)), off)
    assert (S[1].item(), S[2].item()) == (3, 1)


@pytest.mark.parametrize("slope", [np.abs, lambda z: 1 / (1 + np.abs(z))])
def test_no_slope_within_reach_is_larger_than_the_one_that_counts(slope):
    bend = Activation(np.sin)
    bend.derivative = slope
    Z, off = np.array([[-3.0, -0.5, 0.0, 0.5, 3.0]]), np.ones((1, 5))
    grid = slope(Z + np.linspace(-1, 1, 5)[:, np.newaxis])  # holds the ends, and 0 where it can
    counted = times_slopes(bend, Z, Z, 2 * off, off)
    assert counted.ravel().tolist() == (2 * grid.max(axis=0)).tolist()


def test_the_rounding_of_a_sum_holds_what_a_softmax_before_it_inherits():
    network, X, _ = made((3, 4, 2), (softmax, identity), squared_error, 5, 0)
    Z, A = forward(network, X)
    own, whole = rounding_of_sums(network, Z, A)
    for i, e in np.ndindex(2, 5):
        p = A[1][:, e]
        mean = sum(p[k] * whole[1][k, e] for k in range(4))
        after = [p[k] * (whole[1][k, e] + mean) for k in range(4)]
        inherited = sum(abs(network.W[2][i, k]) * after[k] for k in range(4))
        assert whole[2][i, e] == pytest.approx(own[2][0, e] + inherited, rel=1e-12, abs=0)
        assert own[2][0, e] <= 0.9 * whole[2][i, e]


def test_the_coarsest_array_counts_and_beside_it_double_precision():
    network, X, Y = made((3, 4, 2), (tanh, identity), squared_error, 5, 0)
    Z, A = forward(network, X)
    single = {1: network.W[1], 2: network.W[2].astype(np.float32)}, network.b
    assert coarsest(network, A, (network.W, network.b)) == np.float64
    assert coarsest(network, A, single) == np.float32
    # A product is of the finer type of its factors.
    inputs = {l: a.astype(np.float32) for l, a in A.items()}
    assert coarsest(network, inputs, (network.W, network.b)) == np.float64
    weights = Network(
        {l: W.astype(np.float32) for l, W in network.W.items()}, network.b, network.phi
    )
    assert coarsest(weights, A, (network.W, network.b)) == np.float64
    assert coarsest(weights, inputs, (network.W, network.b)) == np.float32
    both = noise_of_both(network, Z, A, Y, squared_error, single)
    parts = [gradient_noise(network, Z, A, Y, squared_error, t) for t in (np.float32, float)]
    for k in (0, 1):
        for l in (1, 2):
            assert np.array_equal(both[k][l], parts[0][k][l] + parts[1][k][l])


@pytest.mark.parametrize(
    ("share", "undecided"), [(0.0, 1), (0.9, 1), (-0.9, 1), (1.1, 0), (-1.1, 0)]
)
@pytest.mark.parametrize("dtype", [np.float32, float])
def test_a_sum_within_rounding_of_a_kink_is_undecided(share, undecided, dtype):
    one = np.ones((1, 1))
    network, A = Network({1: one}, {1: -one}, {1: relu}), {0: one, 1: 0 * one}
    unit = float(np.finfo(dtype).eps) / 2
    zeta = rounding_of_sums(network, {1: 0 * one}, A, unit)[1][1]
    assert undecided_sums(network, {1: share * zeta}, A, dtype) == undecided


@pytest.mark.parametrize(
    ("dtype", "small", "large"),
    [(np.float32, 1e-25, 1e30), (np.float64, 2.0**-600, 2.0**700)],
)
def test_the_noise_covers_an_activation_that_is_lost_and_then_enlarged(dtype, small, large):
    one = np.ones((1, 1), dtype)
    W = {1: dtype(small) * one, 2: dtype(large) * one}
    network = Network(W, {1: 0 * one, 2: 0 * one}, {1: identity, 2: identity})
    Z, A = forward(network, W[1])
    of_b = gradient_noise(network, Z, A, 0 * one, squared_error, dtype)[1]
    exact = 2 * Fraction(W[1].item()) ** 2 * Fraction(W[2].item())
    assert A[2] == 0
    assert exact <= of_b[2]
    assert exact * Fraction(W[2].item()) <= of_b[1]


def test_a_sum_of_nothing_is_not_undecided():
    zero = np.zeros((1, 1))
    network = Network({1: zero}, {1: zero}, {1: relu})
    assert undecided_sums(network, {1: zero}, {0: zero, 1: zero}, float) == 0
