"""What the chapter on checking gradients builds: one check of each parameter, and one along a direction."""

import math
from dataclasses import FrozenInstanceError
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest

import nnmath.gradients.gradient_check as module
from nnmath import (
    Network,
    backward,
    check_direction,
    check_gradients,
    count_parameters,
    cross_entropy,
    forward,
    identity,
    one_hot,
    relu,
    sigmoid,
    softmax,
    softplus,
    squared_error,
    tanh,
)
from nnmath.gradients.direction_check import (
    DirectionReport,
    dot_products,
    inner_product,
    random_direction,
    taylor_remainders,
)
from nnmath.gradients.gradient_check import Comparison, GradientReport, report_on
from nnmath.gradients.rounding import gradient_noise
from nnmath.model.activations import Activation
from nnmath.model.costs import Cost

from .exact_numbers import UNIT_ROUNDOFF as U
from .networks import CASES, in_type, made


def small(seed=0):
    return made((3, 4, 2), (tanh, identity), squared_error, 5, seed)


# The check of a network


@pytest.mark.parametrize("method", ["central", "complex"])
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("seed", range(3))
def test_right_gradients_pass(case, seed, method):
    network, X, Y = made(*case, seed)
    report = check_gradients(network, X, Y, case[2], method=method)
    assert report.passed, str(report)
    assert report.compared + len(report.skipped) == count_parameters(case[0])
    assert report.compared > 0.8 * count_parameters(case[0])


@pytest.mark.parametrize("method", ["central", "complex"])
@pytest.mark.parametrize("part", [0, 1])
@pytest.mark.parametrize("l", [1, 2, 3])
def test_one_wrong_entry_is_found_where_it_is(part, l, method):
    n, phis, cost, m = CASES[1]
    network, X, Y = made(n, phis, cost, m, 5)
    gradients = backward(network, *forward(network, X), Y, cost)
    place = (n[l] - 1, 0)
    gradients[part][l][place] += 1e-4
    report = check_gradients(network, X, Y, cost, gradients, method=method)
    assert not report.passed
    assert report.worst.place == ("Wb"[part], l, *place)
    assert report.worst.error == pytest.approx(1e-4, rel=1e-3, abs=0)


def test_the_tolerance_of_the_complex_step_is_sharper():
    network, X, Y = small()
    gradients = backward(network, *forward(network, X), Y, squared_error)
    gradients[0][1][2, 1] *= 1 + 1e-9
    assert check_gradients(network, X, Y, squared_error, gradients).passed
    assert not check_gradients(network, X, Y, squared_error, gradients, method="complex").passed


@pytest.mark.parametrize("factor", [3, 1 / 3])
def test_a_wrong_share_of_the_batch_is_found(factor):
    network, X, Y = small()
    of_W, of_b = backward(network, *forward(network, X), Y, squared_error)
    scaled = {l: factor * g for l, g in of_W.items()}, {l: factor * g for l, g in of_b.items()}
    assert not check_gradients(network, X, Y, squared_error, scaled).passed


def at_a_kink(distance):
    network, X, Y = made((3, 4, 2), (relu, identity), squared_error, 5, 3)
    network.b[1][2] -= forward(network, X)[0][1][2, 3] - distance
    return network, X, Y


def test_parameters_at_a_kink_are_skipped_and_named():
    network, X, Y = at_a_kink(1e-6)
    report = check_gradients(network, X, Y, squared_error)
    assert ("b", 1, 2, 0) in report.skipped
    assert {place[:3] for place in report.skipped} <= {("W", 1, 2), ("b", 1, 2)}
    assert report.passed
    assert report.compared == count_parameters(network.n) - len(report.skipped)


def test_the_complex_step_skips_nothing_there():
    network, X, Y = at_a_kink(1e-6)
    report = check_gradients(network, X, Y, squared_error, method="complex")
    assert report.passed
    assert report.skipped == ()


def test_a_check_that_compares_nothing_does_not_pass():
    network = Network({1: np.ones((1, 1))}, {1: np.zeros((1, 1))}, {1: relu})
    report = check_gradients(network, np.full((1, 2), 1e-9), np.ones((1, 2)), squared_error)
    assert report.skipped == (("b", 1, 0, 0),)
    nothing = GradientReport(0, report.skipped, None)
    assert not nothing.passed
    assert str(nothing) == "nothing compared, 1 skipped at a kink"


def test_the_worst_error_is_the_largest_in_units_of_its_tolerance():
    near, far = ("W", 1, 0, 0), ("W", 1, 0, 1)
    compared = {near: Comparison(near, 1e-9, 1e-10), far: Comparison(far, 1e-3, 1e-2)}
    report = report_on(compared)
    assert report.worst.place == near
    assert report.undecided == 0


def test_parameters_that_are_all_at_a_kink_leave_nothing_to_compare():
    network = Network({1: np.full((1, 1), 1e-9)}, {1: np.zeros((1, 1))}, {1: relu})
    report = check_gradients(network, np.ones((1, 2)), np.ones((1, 2)), squared_error)
    assert report == GradientReport(0, (("W", 1, 0, 0), ("b", 1, 0, 0)), None)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_tolerance_of_the_complex_step_is_the_rounding_of_both_gradients(dtype):
    network, X, Y = small()
    Z, A = forward(network, X)
    of_W, of_b = backward(network, Z, A, Y, squared_error)
    of_W[2][1, 3] += 1
    given = ({l: g.astype(dtype) for l, g in of.items()} for of in (of_W, of_b))
    worst = check_gradients(network, X, Y, squared_error, tuple(given), method="complex").worst
    noise = sum(
        gradient_noise(network, Z, A, Y, squared_error, kind)[0][2][1, 3]
        for kind in (dtype, float)
    )
    assert worst.place == ("W", 2, 1, 3)
    assert worst.tolerance == pytest.approx(noise, rel=1e-12, abs=0)


@pytest.mark.parametrize("method", ["central", "complex"])
def test_a_right_gradient_passes_where_rounding_decides_on_which_side_of_a_kink_a_sum_is(
    method,
):
    one, zero = np.ones((1, 1)), np.zeros((1, 1))
    W = {1: np.array([[2.0**55, 5, -(2.0**55), -5]]), 2: one}  # the sum of the weights is 0
    network = Network(W, {1: zero, 2: zero}, {1: relu, 2: identity})
    X = np.ones((4, 1))
    other_side = {1: np.zeros((1, 4)), 2: zero}, {1: zero, 2: np.full((1, 1), 2.0)}
    report = check_gradients(network, X, -one, squared_error, other_side, method=method)
    assert report.passed
    assert str(report).endswith(
        " is allowed; 1 sums within rounding of a kink, any slope allowed"
    )
    along = check_direction(network, X, -one, squared_error, other_side)
    assert along.passed
    assert along.undecided == 1


@pytest.mark.parametrize("seed", range(4))
def test_a_right_gradient_passes_after_weights_of_1e5_and_a_sum_near_0(seed):
    network, X, Y = made((3, 5, 4, 2), (tanh, relu, identity), squared_error, 6, seed)
    network.W[2][:] *= 1e5
    network.b[2][0] -= forward(network, X)[0][2][0, 0] - 1e-6
    assert check_gradients(network, X, Y, squared_error, method="complex").passed
    assert check_direction(network, X, Y, squared_error).passed
    single = in_type(network, np.float32)
    X, Y = X.astype(np.float32), Y.astype(np.float32)
    assert check_gradients(single, X, Y, squared_error, method="complex").passed


def test_a_dead_layer_passes_with_gradients_of_zero():
    network, X, Y = made((3, 4, 2), (relu, identity), squared_error, 5, 0)
    network.b[1][:] = -100
    for method in ("central", "complex"):
        report = check_gradients(network, X, Y, squared_error, method=method)
        assert report.passed
        wrong = backward(network, *forward(network, X), Y, squared_error)
        wrong[0][1][0, 0] = 1e-3
        assert not check_gradients(network, X, Y, squared_error, wrong, method=method).passed


@pytest.mark.parametrize("method", ["central", "complex"])
def test_the_network_and_the_batch_stay_as_they_are(method):
    network, X, Y = small()
    kept = [array.copy() for array in (*network.W.values(), *network.b.values(), X, Y)]
    check_gradients(network, X, Y, squared_error, method=method)
    now = [*network.W.values(), *network.b.values(), X, Y]
    assert all(np.array_equal(a, b) for a, b in zip(kept, now, strict=True))


def test_the_network_stays_as_it_is_when_the_check_is_interrupted(monkeypatch):
    network, X, Y = small()
    kept = [array.copy() for array in (*network.W.values(), *network.b.values())]
    passes = iter(range(8))

    def interrupted(network, X):
        if next(passes, None) is None:
            raise KeyboardInterrupt
        return forward(network, X)

    for name in ("forward", "weighted_sums_and_activations"):
        monkeypatch.setattr(module, name, interrupted)
    with pytest.raises(KeyboardInterrupt):
        check_gradients(network, X, Y, squared_error)
    now = [*network.W.values(), *network.b.values()]
    assert all(np.array_equal(a, b) for a, b in zip(kept, now, strict=True))


@pytest.mark.parametrize("method", ["central", "complex"])
@pytest.mark.parametrize("case", CASES)
def test_single_precision_has_its_own_tolerance(case, method):
    network, X, Y = made(*case, 7)
    single = in_type(network, np.float32)
    X, Y = X.astype(np.float32), Y.astype(np.float32)
    gradients = backward(single, *forward(single, X), Y, case[2])
    report = check_gradients(single, X, Y, case[2], gradients, method=method)
    assert report.passed, str(report)
    gradients[0][1][0, 0] += 1e-2
    assert not check_gradients(single, X, Y, case[2], gradients, method=method).passed


@pytest.mark.parametrize("method", ["central", "complex"])
def test_the_verdict_is_a_plain_truth_value(method):
    network, X, Y = small()
    assert check_gradients(network, X, Y, squared_error, method=method).passed is True
    wrong = backward(network, *forward(network, X), Y, squared_error)
    wrong[0][1][0, 0] += 1
    assert check_gradients(network, X, Y, squared_error, wrong, method=method).passed is False


def test_the_report_says_it_in_a_sentence_and_cannot_be_changed():
    report = GradientReport(7, (), Comparison(("W", 2, 1, 0), 3e-5, 1e-6))
    assert not report.passed
    assert str(report) == (
        "FAILED: 7 derivatives compared, 0 skipped at a kink; worst at W[2][1, 0], "
        "error 3.0e-05 where 1.0e-06 is allowed"
    )
    with pytest.raises(FrozenInstanceError):
        report.compared = 8


def test_the_report_of_right_gradients_says_that_they_passed():
    place = ("b", 1, 3, 0)
    report = GradientReport(7, (place,), Comparison(place, 1e-7, 1e-6))
    assert str(report) == (
        "passed: 7 derivatives compared, 1 skipped at a kink; worst at b[1][3, 0], "
        "error 1.0e-07 where 1.0e-06 is allowed"
    )


@pytest.mark.parametrize(
    ("error", "tolerance", "ratio"), [(0.0, 0.0, 0.0), (1.0, 0.0, np.inf), (1.0, 2.0, 0.5)]
)
def test_the_ratio_of_a_comparison(error, tolerance, ratio):
    assert Comparison(("b", 1, 0, 0), error, tolerance).ratio == ratio


# One parameter moved


def probe_of(W, b, phi):
    network = Network({1: np.array([[W]])}, {1: np.array([[b]])}, {1: phi})
    x = np.ones((1, 1))
    Z, _ = forward(network, x)
    return module.Probe(network, x, np.zeros((1, 1)), squared_error, Z, float)


def test_a_kink_counts_for_the_parameter_that_was_moved_across_it_alone():
    probe = probe_of(1.0, 0.0, relu)
    probe.cost_at(("b", 1, 0, 0), -2.0)
    probe.cost_at(("b", 1, 0, 0), 2.0)
    assert probe.kinks() == 1
    probe.cost_at(("W", 1, 0, 0), 2.0)
    assert probe.kinks() == 0


def test_a_cost_that_overflows_near_a_parameter_is_refused_with_its_place():
    probe = probe_of(1.0, 0.0, identity)
    with (
        np.errstate(over="ignore"),
        pytest.raises(ValueError, match=r"^cost must be finite near b\[1\]\[0, 0\], got inf$"),
    ):
        probe.cost_at(("b", 1, 0, 0), 1e200)


@pytest.mark.parametrize(("value", "h"), [(0.5, 2.0**-17), (-4.0, 2.0**-15)])
def test_the_step_grows_with_the_parameter_and_its_double_bounds_the_truncation(value, h):
    cube = SimpleNamespace(
        value=lambda place: value, cost_at=lambda place, v: v * v * v, moved=lambda: 0.0
    )
    near, tolerance = module.differentiate(cube, ("W", 1, 0, 0), 2.0**-50)
    assert near == 3 * value**2 + h**2
    assert tolerance == 1.5 * h**2 + 1.75 * 2.0**-50 / h


def test_a_step_that_moves_a_sum_far_is_shortened_to_one_that_does_not():
    taken = []

    def cost_at(place, v):
        taken.append(v)
        return v

    steep = SimpleNamespace(
        value=lambda place: 0.0,
        cost_at=cost_at,
        moved=lambda: 2.0**20 * abs(taken[-1]),
        forget=lambda: None,
    )
    derivative, _ = module.differentiate(steep, ("W", 1, 0, 0), 0.0)
    assert derivative == 1
    assert taken == [2.0**-16, -(2.0**-16), 2.0**-36, -(2.0**-36), 2.0**-37, -(2.0**-37)]


def test_a_step_that_moves_a_sum_as_far_as_it_may_is_not_shortened():
    taken = []
    probe = SimpleNamespace(
        value=lambda place: 0.0,
        cost_at=lambda place, v: taken.append(v) or v,
        moved=lambda: 2.0**6 * abs(taken[-1]),
        forget=lambda: None,
    )
    assert module.short_step(probe, ("W", 1, 0, 0)) == (2.0**-17, 1)
    assert taken == [2.0**-16, -(2.0**-16)]


def test_a_step_is_not_shortened_below_the_rounding_of_the_parameter():
    steep = SimpleNamespace(
        value=lambda place: 8.0,
        cost_at=lambda place, v: v,
        moved=lambda: np.inf,
        forget=lambda: None,
    )
    h, far = module.short_step(steep, ("W", 1, 0, 0))
    assert h == 2.0**-45
    assert far == 1


def test_the_probe_says_how_far_a_sum_has_moved_from_the_middle():
    probe = probe_of(1.0, 0.0, identity)
    probe.cost_at(("W", 1, 0, 0), 3.0)
    probe.cost_at(("W", 1, 0, 0), -1.0)
    assert probe.moved() == 2


@pytest.mark.parametrize("phi", [tanh, sigmoid])
def test_a_right_gradient_passes_where_one_input_is_large(phi):
    x = 2e5
    network = Network(
        {1: np.array([[0.5 / x]]), 2: np.ones((1, 1))},
        {l: np.zeros((1, 1)) for l in (1, 2)},
        {1: phi, 2: tanh},
    )
    report = check_gradients(network, np.full((1, 1), x), np.zeros((1, 1)), squared_error)
    assert report.passed, str(report)
    assert report.worst.tolerance <= 1e-2  # the derivative is above 1e4


def test_a_kink_that_only_an_abandoned_step_crosses_is_no_reason_to_skip():
    network = Network({1: np.ones((1, 1))}, {1: np.full((1, 1), 0.5)}, {1: relu})
    X = np.array([[1e6]])  # a step of 2**-17 moves the sum by 8 and more
    network.W[1][:] = 1e-7
    report = check_gradients(network, X, np.ones((1, 1)), squared_error)
    assert report.skipped == ()
    assert report.passed


@pytest.mark.parametrize("l", [1, 2, 3])
@pytest.mark.parametrize("case", CASES[1:4])
def test_inputs_of_a_hundred_thousand_let_right_gradients_pass_and_no_wrong_ones(case, l):
    network, X, Y = made(*case, 6)
    X = X * 1e5
    network.W[1][:] /= 1e5
    gradients = backward(network, *forward(network, X), Y, case[2])
    report = check_gradients(network, X, Y, case[2], gradients)
    assert report.passed, str(report)
    largest = np.abs(gradients[0][l]).max()
    gradients[0][l][0, 0] += largest / 1000
    report = check_gradients(network, X, Y, case[2], gradients)
    assert not report.passed
    assert report.worst.place == ("W", l, 0, 0)


def test_a_bias_that_cancels_a_large_sum_is_moved_by_a_short_step():
    network = Network({1: np.ones((1, 1))}, {1: np.full((1, 1), -1e5)}, {1: tanh})
    X, Y = np.array([[1e5 + 0.5, 1e5 - 0.25]]), np.array([[0.0, 1.0]])
    assert check_gradients(network, X, Y, squared_error).passed


# What the check refuses


def test_an_unknown_method_is_refused():
    network, X, Y = small()
    with pytest.raises(
        ValueError, match=r"^method must be 'central' or 'complex', got 'forward'$"
    ):
        check_gradients(network, X, Y, squared_error, method="forward")


def test_an_unknown_cost_is_refused():
    network, X, Y = small()
    gradients = backward(network, *forward(network, X), Y, squared_error)
    for given in (None, gradients):
        with pytest.raises(
            ValueError,
            match=r"^cost must have a derivative here \(squared_error, cross_entropy\), got sum$",
        ):
            check_gradients(network, X, Y, np.sum, given)


def test_a_cost_that_has_no_name_is_refused():
    network, X, Y = small()
    with pytest.raises(ValueError, match=r"^cost must have .*, got 'squared_error'$"):
        check_gradients(network, X, Y, "squared_error")


@pytest.mark.parametrize("name", ["X", "Y"])
def test_a_complex_batch_is_refused(name):
    network, X, Y = small()
    batch = {"X": X, "Y": Y}
    batch[name] = batch[name] + 0j
    with pytest.raises(TypeError, match=f"^{name} must be real, got dtype complex128$"):
        check_gradients(network, batch["X"], batch["Y"], squared_error)


@pytest.mark.parametrize("name", ["W", "b"])
def test_a_complex_network_is_refused(name):
    network, X, Y = small()
    parts = {"W": dict(network.W), "b": dict(network.b)}
    parts[name][2] = parts[name][2] + 0j
    with pytest.raises(TypeError, match=rf"^{name}\[2\] must be real, got dtype complex128$"):
        check_gradients(Network(**parts, phi=network.phi), X, Y, squared_error)


def test_targets_of_another_shape_are_refused():
    network, X, Y = small()
    with pytest.raises(ValueError, match=r"^Y must have shape \(2, 5\), got \(2, 4\)$"):
        check_gradients(network, X, Y[:, :4], squared_error)


def test_gradients_that_do_not_fit_are_refused():
    network, X, Y = small()

    def check(change):
        of_W, of_b = backward(network, *forward(network, X), Y, squared_error)
        return check_gradients(network, X, Y, squared_error, change(of_W, of_b))

    with pytest.raises(TypeError, match=r"^gradients must be a pair \(of_W, of_b\)"):
        check(lambda of_W, of_b: of_W)
    with pytest.raises(TypeError, match=r"^of_b must map layers to values, got list$"):
        check(lambda of_W, of_b: (of_W, list(of_b.values())))
    with pytest.raises(ValueError, match=r"^of_W must have the keys \[1, 2\], got \[1\]$"):
        check(lambda of_W, of_b: ({1: of_W[1]}, of_b))
    with pytest.raises(ValueError, match=r"^of_W\[1\] must have shape \(4, 3\), got \(3, 4\)$"):
        check(lambda of_W, of_b: (of_W | {1: of_W[1].T}, of_b))
    with pytest.raises(ValueError, match=r"^of_b\[2\] must be finite"):
        check(lambda of_W, of_b: (of_W, of_b | {2: np.full((2, 1), np.nan)}))
    with pytest.raises(TypeError, match=r"^of_b\[1\] must be real, got dtype complex128$"):
        check(lambda of_W, of_b: (of_W, of_b | {1: of_b[1] + 0j}))


def with_a_tolerance_that_overflows():
    """Make a network whose large terms cancel in the output, but not in what rounding may do."""
    W = {1: np.ones((2, 1)), 2: np.array([[2.0**482, -(2.0**482)]])}
    b = {1: np.zeros((2, 1)), 2: np.zeros((1, 1))}
    return Network(W, b, {1: identity, 2: identity}), np.full((1, 1), 2.0**66), -np.ones((1, 1))


def test_a_tolerance_that_overflows_lets_nothing_pass():
    network, X, Y = with_a_tolerance_that_overflows()
    gradients = backward(network, *forward(network, X), Y, squared_error)
    with (
        np.errstate(over="ignore"),
        pytest.raises(ValueError, match=r"^W\[1\]\[0, 0\] is too large to be checked$"),
    ):
        check_gradients(network, X, Y, squared_error, gradients, method="complex")


@pytest.mark.parametrize(("method", "passes"), [("central", 4), ("complex", 1)])
def test_a_check_costs_its_passes_for_each_parameter_and_one_more(monkeypatch, method, passes):
    network, X, Y = small()
    made = []

    def counted(network, X):
        made.append(X.shape)
        return forward(network, X)

    for name in ("forward", "weighted_sums_and_activations"):
        monkeypatch.setattr(module, name, counted)
    check_gradients(network, X, Y, squared_error, method=method)
    assert len(made) == passes * count_parameters(network.n) + 1


def test_a_cost_that_is_not_finite_is_refused():
    network, X, Y = made((3, 4, 2), (tanh, softmax), cross_entropy, 5, 0)
    network.W[2][:] *= 1e5
    assert cross_entropy(forward(network, X)[1][2], Y) == np.inf
    with pytest.raises(ValueError, match=r"^outputs must not be 0 where Y is not"):
        check_gradients(network, X, Y, cross_entropy)


# Functions of the reader's own


def own_cost(value, slopes=None):
    cost = Cost(lambda A, Y: value)
    cost.__name__ = "mine"
    cost.derivative = lambda A, Y: np.zeros_like(A) if slopes is None else slopes
    return cost


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        (None, TypeError, r"^the cost mine must return real numbers, got NoneType$"),
        (Fraction(1), TypeError, r"^the cost mine must return real numbers, got Fraction$"),
        (1j, TypeError, r"^the cost mine must return real numbers, got complex128$"),
        (np.ones((2, 5)), ValueError, r"^the cost mine must return shape \(\), got \(2, 5\)$"),
    ],
)
@pytest.mark.parametrize("check", [check_gradients, check_direction])
def test_a_cost_that_returns_no_number_is_refused(check, value, error, message):
    network, X, Y = small()
    with pytest.raises(error, match=message):
        check(network, X, Y, own_cost(value))


@pytest.mark.parametrize(
    ("slopes", "error", "message"),
    [
        (np.ones(5), ValueError, r"must return shape \(2, 5\), got \(5,\)$"),
        (np.full((2, 5), 1j), TypeError, r"must return real numbers, got complex128$"),
    ],
)
def test_a_derivative_of_a_cost_that_does_not_fit_is_refused(slopes, error, message):
    network, X, Y = small()
    with pytest.raises(error, match=f"^the derivative of the cost mine {message}"):
        check_gradients(network, X, Y, own_cost(1.0, slopes))


def own_activation(function, slopes=np.ones_like):
    phi = Activation(function)
    phi.__name__ = "mine"
    phi.derivative = slopes
    return phi


@pytest.mark.parametrize(
    ("phi", "error", "message"),
    [
        (
            own_activation(lambda z: z + 0j),
            TypeError,
            r"^phi\[1\] \(mine\) must return real numbers, got complex128$",
        ),
        (
            own_activation(np.sin, lambda z: None),
            ValueError,
            r"^the derivative of phi\[1\] \(mine\) must return shape \(4, 5\), got \(\)$",
        ),
        (
            own_activation(np.sin, lambda z: z[:2]),
            ValueError,
            r"^the derivative of phi\[1\] \(mine\) must return shape \(4, 5\), got \(2, 5\)$",
        ),
        (
            own_activation(np.sin, lambda z: z + 1j),
            TypeError,
            r"^the derivative of phi\[1\] \(mine\) must return real numbers, got complex128$",
        ),
    ],
)
def test_an_activation_function_that_does_not_return_what_it_should_is_refused(
    phi, error, message
):
    network, X, Y = small()
    network = Network(network.W, network.b, {1: phi, 2: identity})
    with pytest.raises(error, match=message):
        check_gradients(network, X, Y, squared_error)


def test_a_pull_back_of_another_shape_is_refused():
    network, X, Y = small()
    phi = own_activation(np.sin)
    phi.pull_back = lambda A, G: G.sum(axis=0)
    network = Network(network.W, network.b, {1: phi, 2: identity})
    with pytest.raises(
        ValueError,
        match=r"^the pull_back of phi\[1\] \(mine\) must return shape \(4, 5\), got \(5,\)$",
    ):
        check_gradients(network, X, Y, squared_error)


# One direction


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("seed", range(3))
def test_a_right_gradient_passes_along_a_direction(case, seed):
    network, X, Y = made(*case, seed)
    direction = random_direction(network, np.random.default_rng(seed))
    report = check_direction(network, X, Y, case[2], direction=direction)
    assert report.passed is True, str(report)
    h = 1e-5
    moved = [
        Network(
            {l: network.W[l] + t * direction[0][l] for l in network.W},
            {l: network.b[l] + t * direction[1][l] for l in network.b},
            network.phi,
        )
        for t in (h, -h)
    ]
    up, down = (case[2](forward(one, X)[1][one.L], Y) for one in moved)
    assert report.numerical == pytest.approx((up - down) / (2 * h), rel=1e-4, abs=1e-6)
    assert report.tolerance < 1e-6 * (1 + abs(report.claimed))


@pytest.mark.parametrize("part", [0, 1])
@pytest.mark.parametrize("l", [1, 2, 3])
def test_one_wrong_entry_fails_along_a_direction(part, l):
    network, X, Y = made(*CASES[1], 5)
    gradients = backward(network, *forward(network, X), Y, cross_entropy)
    gradients[part][l][-1, 0] += 1e-4
    report = check_direction(network, X, Y, cross_entropy, gradients)
    assert report.passed is False
    direction = random_direction(network, np.random.default_rng(0))  # the default
    assert report.error == pytest.approx(1e-4 * abs(direction[part][l][-1, 0]), rel=1e-6)


def test_a_large_network_that_is_nearly_fitted_passes_along_directions():
    network, X, _ = made((784, 32, 32, 10), (relu, tanh, softmax), cross_entropy, 8, 0)
    for l in network.W:
        network.W[l][:] /= np.sqrt(network.n[l - 1])
    P = forward(network, X)[1][3]
    Y = (1 - 1e-6) * P + 1e-6 * one_hot(np.arange(8), 10)
    for seed in range(3):
        direction = random_direction(network, np.random.default_rng(seed))
        report = check_direction(network, X, Y, cross_entropy, direction=direction)
        assert report.passed, str(report)


def test_single_precision_has_its_own_tolerance_along_a_direction():
    network, X, Y = made(*CASES[2], 7)
    single = in_type(network, np.float32)
    X, Y = X.astype(np.float32), Y.astype(np.float32)
    report = check_direction(single, X, Y, squared_error)
    assert 1e-12 < report.error <= report.tolerance
    gradients = backward(single, *forward(single, X), Y, squared_error)
    gradients[0][1][0, 0] += 1e-1
    assert not check_direction(single, X, Y, squared_error, gradients).passed


@pytest.mark.parametrize("part", [0, 1])
def test_the_tolerance_along_a_direction_grows_with_each_part_of_it(part):
    network, X, Y = small()

    def tolerance(factor):
        direction = [
            {l: 0 * array for l, array in one.items()} for one in (network.W, network.b)
        ]
        direction[part][1][2, 0] = factor
        return check_direction(
            network, X, Y, squared_error, direction=tuple(direction)
        ).tolerance

    assert tolerance(0.0) == 0
    assert tolerance(1.0) > 0
    assert tolerance(-4.0) == 4 * tolerance(1.0)


def test_the_report_along_a_direction_says_it_in_a_sentence():
    assert str(DirectionReport(1.5, 1.25, 0.5)) == (
        "passed: rate 1.5 by the gradients, 1.25 by the cost, error 2.5e-01 where "
        "5.0e-01 is allowed"
    )
    assert str(DirectionReport(1.5, 1.25, 0.125)).startswith("FAILED: rate 1.5 ")


def test_a_direction_that_does_not_fit_is_refused():
    network, X, Y = small()
    direction = random_direction(network, np.random.default_rng(1))
    with pytest.raises(TypeError, match=r"^direction must be a pair \(of_W, of_b\)$"):
        check_direction(network, X, Y, squared_error, direction=())
    with pytest.raises(ValueError, match=r"^of_b\[2\] of direction must be finite"):
        check_direction(
            network,
            X,
            Y,
            squared_error,
            direction=(direction[0], direction[1] | {2: np.full((2, 1), np.nan)}),
        )
    with pytest.raises(ValueError, match=r"^of_W of direction must have the keys \[1, 2\]"):
        check_direction(
            network, X, Y, squared_error, direction=({1: direction[0][1]}, direction[1])
        )
    with pytest.raises(ValueError, match=r"^of_W of direction must have the keys \[1, 2\]"):
        taylor_remainders(
            network,
            X,
            Y,
            squared_error,
            direction,
            ({1: direction[0][1]}, direction[1]),
            [0.1],
        )
    with pytest.raises(TypeError, match=r"^rng must be a numpy.random.Generator, got int$"):
        random_direction(network, 3)


def test_a_rate_that_overflows_is_refused():
    network, X, Y = with_a_tolerance_that_overflows()
    gradients = backward(network, *forward(network, X), Y, squared_error)
    with (
        np.errstate(over="ignore"),
        pytest.raises(ValueError, match=r"^the rate along the direction is too large"),
    ):
        check_direction(network, X, Y, squared_error, gradients)


def test_right_gradients_pass_where_the_sign_of_an_output_is_not_known():
    w = np.array([[1, U * (1 - 2.0**-20), -(1 + 20 * U), 0]])
    network = Network({1: w}, {1: np.zeros((1, 1))}, {1: identity})
    X, Y = np.ones((4, 1)), np.zeros((1, 1))
    assert check_gradients(network, X, Y, squared_error).passed
    assert check_gradients(network, X, Y, squared_error, method="complex").passed


def test_a_sum_of_products_that_no_float_holds_is_infinite():
    large = {1: np.full((1, 3), 1e308)}, {1: np.ones((1, 1))}
    ones = {1: np.ones((1, 3))}, {1: np.ones((1, 1))}
    assert inner_product(large, ones) == np.inf


@pytest.mark.parametrize("check", [check_gradients, check_direction])
@pytest.mark.parametrize("network", [3, "a", ((), ())])
def test_what_is_no_network_is_refused(check, network):
    _, X, Y = small()
    with pytest.raises(TypeError, match=r"^network must be a Network, got "):
        check(network, X, Y, squared_error)


def test_an_inner_product_is_added_without_rounding():
    ones = {1: np.ones((1, 3))}, {1: np.ones((1, 1))}
    parts = {1: np.array([[1e20, 1.0, 1.0]])}, {1: np.array([[-1e20]])}
    assert inner_product(ones, parts) == 2


@pytest.mark.parametrize(("wrong", "slope"), [(False, 2), (True, 1)])
@pytest.mark.parametrize("case", CASES[1:4])
def test_the_remainder_falls_with_the_square_of_the_step_for_right_gradients_alone(
    case, wrong, slope
):
    network, X, Y = made(*case, 3)
    phi = {l: tanh if phi is relu else phi for l, phi in network.phi.items()}
    network = Network(network.W, network.b, phi)
    direction = random_direction(network, np.random.default_rng(1))
    gradients = backward(network, *forward(network, X), Y, case[2])
    if wrong:
        gradients[1][1][:] += 0.1 * np.sign(direction[1][1])
    steps = [2.0**-14, 2.0**-15]
    long, short = taylor_remainders(network, X, Y, case[2], gradients, direction, steps)
    assert np.log2(long / short) == pytest.approx(slope, abs=0.05)


def test_the_remainder_of_a_network_in_single_precision_is_that_of_its_cost():
    network, X, Y = made(*CASES[0], 3)
    network = in_type(network, np.float32)
    direction = random_direction(network, np.random.default_rng(1))
    double = Network(
        *({l: a.astype(float) for l, a in part.items()} for part in (network.W, network.b)),
        network.phi,
    )
    gradients = backward(double, *forward(double, X), Y, CASES[0][2])
    steps = [2.0**-10, 2.0**-11]
    long, short = taylor_remainders(network, X, Y, CASES[0][2], gradients, direction, steps)
    assert long / short == pytest.approx(4, abs=0.1)


@pytest.mark.parametrize("part", [0, 1])
def test_a_direction_in_single_precision_is_as_good_as_any(part):
    network, X, Y = small()
    drawn = random_direction(network, np.random.default_rng(0))
    single = [dict(arrays) for arrays in drawn]
    single[part] = {l: array.astype(np.float32) for l, array in drawn[part].items()}
    report = check_direction(network, X, Y, squared_error, direction=tuple(single))
    assert report.passed, str(report)


def test_gradients_of_mixed_precision_may_be_off_as_the_coarsest():
    network, X, Y = small()
    of_W, of_b = backward(network, *forward(network, X), Y, squared_error)
    mixed = {1: of_W[1], 2: of_W[2].astype(np.float32)}, of_b
    report = check_direction(network, X, Y, squared_error, mixed)
    assert report.passed, str(report)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("double", ["the targets", "the biases"])
def test_gradients_may_be_off_as_the_sums_that_they_come_from(double, seed):
    network, X, Y = made((3, 5, 4, 2), (tanh, sigmoid, softmax), cross_entropy, 6, seed)
    single = in_type(network, np.float32)
    if double == "the biases":
        single = Network(single.W, network.b, network.phi)
    X = X.astype(np.float32)
    of_W, of_b = backward(single, *forward(single, X), Y, cross_entropy)
    assert {array.dtype for array in (*of_W.values(), *of_b.values())} == {np.dtype(float)}
    for method in ("central", "complex"):
        assert check_gradients(single, X, Y, cross_entropy, method=method).passed
    assert check_direction(single, X, Y, cross_entropy).passed
    of_W[2] *= 1 + 1e-2
    assert not check_gradients(single, X, Y, cross_entropy, (of_W, of_b)).passed


def test_a_jump_at_a_parameter_that_is_zero_fails_and_ends():
    jump = Activation(lambda z: np.where(np.real(z) > 0, 1.0, 0.0))
    jump.derivative = np.zeros_like
    one = np.ones((1, 1))
    network = Network({1: 0 * one}, {1: 0 * one}, {1: jump})
    with np.errstate(all="raise"):
        assert not check_gradients(network, one, one, squared_error).passed


def test_the_remainder_of_a_square_is_the_square_of_the_step():
    network = Network({1: np.ones((1, 1))}, {1: np.zeros((1, 1))}, {1: identity})
    one = np.ones((1, 1))
    gradients = backward(network, *forward(network, one), 0 * one, squared_error)
    direction = {1: 0 * one}, {1: 2 * one}  # (1 + 2t)**2 - 1 - 4t
    remainders = taylor_remainders(
        network, one, 0 * one, squared_error, gradients, direction, [0.5, -0.25]
    )
    assert remainders.tolist() == [1, 0.25]


def test_a_remainder_has_no_sign():
    network = Network({1: np.ones((1, 1))}, {1: np.zeros((1, 1))}, {1: identity})
    one = np.ones((1, 1))
    too_long, direction = ({1: 6 * one}, {1: 6 * one}), ({1: 0 * one}, {1: 2 * one})
    remainders = taylor_remainders(
        network, one, 0 * one, squared_error, too_long, direction, [0.25]
    )
    assert remainders.tolist() == [1.75]  # (1 + 2t)**2 - 1 - 12t is below 0


def test_a_step_of_the_remainder_that_is_no_number_is_refused():
    network, X, Y = small()
    gradients = backward(network, *forward(network, X), Y, squared_error)
    direction = random_direction(network, np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"^steps\[1\] must be finite, got nan$"):
        taylor_remainders(
            network, X, Y, squared_error, gradients, direction, [0.1, float("nan")]
        )


def rolled_pull_back(Z, transposed):
    """Make z_k tanh(z_{k-1}) with the pull-back at Z, or with the Jacobian itself."""
    before = np.roll(Z, 1, axis=0)
    other = Z * (1 - np.tanh(before) ** 2)
    phi = Activation(lambda Z: Z * np.tanh(np.roll(Z, 1, axis=0)))
    phi.pull_back = lambda A, G: (
        np.tanh(before) * G
        + (np.roll(other * G, -1, axis=0) if transposed else other * np.roll(G, 1, axis=0))
    )
    return phi


def test_the_dot_products_agree_for_the_transposed_jacobian_alone():
    Z, U, V = np.random.default_rng(8).normal(size=(3, 4, 6))
    for phi in (relu, sigmoid, tanh, softmax, rolled_pull_back(Z, transposed=True)):
        pushed, pulled = dot_products(phi, Z, U, V)
        assert pushed == pytest.approx(pulled, rel=1e-12)
    pushed, pulled = dot_products(rolled_pull_back(Z, transposed=False), Z, U, V)
    assert abs(pushed - pulled) > 0.1


@pytest.mark.parametrize("check", [check_gradients, check_direction])
def test_numbers_too_small_for_a_float_are_no_error_where_numpy_raises(check):
    network, X, Y = made((4, 3, 3, 2), (tanh, sigmoid, softmax), cross_entropy, 4, 0)
    for W in network.W.values():
        W *= 1e-120
    with np.errstate(all="raise"):
        assert check(network, 1e-120 * X, Y, cross_entropy).passed


# A new activation function


def test_softplus_is_the_logarithm_on_both_sides():
    z = np.array([-1000.0, -30.0, -1.0, 0.0, 0.5, 1.0, 30.0, 1000.0])
    exact = [max(x, 0.0) + math.log1p(math.exp(-abs(x))) for x in z]
    assert softplus(z) == pytest.approx(exact, rel=16 * U, abs=0)
