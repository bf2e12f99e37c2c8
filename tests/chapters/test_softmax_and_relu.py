"""What the chapter on softmax and ReLU builds: Jacobians, the output error, the log-sum-exp."""

import re
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
import pytest
import sympy

from nnmath import (
    cross_entropy,
    forward,
    identity,
    one_hot,
    random_network,
    relu,
    sigmoid,
    softmax,
    squared_error,
    tanh,
)
from nnmath.gradients.jacobians import softmax_jacobian
from nnmath.gradients.output_error import output_error, pull_back
from nnmath.gradients.recursion import errors_by_recursion, gradients_by_index
from nnmath.model.activations import Activation, derivative_of
from nnmath.model.log_sum_exp import cross_entropy_of_sums, log_sum_exp

from .exact_numbers import UNIT_ROUNDOFF, stepped


def exact_log_sum_exp(column, digits=60):
    """Compute the log-sum-exp of a column in decimal numbers."""
    with localcontext() as context:
        context.prec = digits
        exact = [Decimal(float(entry)) for entry in column]
        highest = max(exact)
        rest = [(entry - highest).exp() for entry in exact]
        return highest + sum(rest).ln()


def test_the_jacobian_is_what_sympy_differentiates():
    z = sympy.symbols("z:3")
    total = sum(sympy.exp(s) for s in z)
    p = np.array([[sympy.exp(s) / total] for s in z], dtype=object)
    J = softmax_jacobian(p)
    for k in range(3):
        for i in range(3):
            assert sympy.simplify(J[k, i] - p[k, 0].diff(z[i])) == 0


def test_the_jacobian_of_one_class_is_zero():
    assert softmax_jacobian(np.array([[1.0]])).tolist() == [[0]]


def test_the_jacobian_is_symmetric_and_does_not_see_the_shift():
    p = np.array([[Fraction(n, 16)] for n in (1, 3, 5, 7)], dtype=object)
    J = softmax_jacobian(p)
    assert (J == J.T).all()
    assert (J.sum(axis=0) == 0).all()


@pytest.mark.parametrize("phi", [identity, relu, sigmoid, tanh, softmax])
@pytest.mark.parametrize(("rows", "m"), [(1, 3), (2, 1), (4, 3), (9, 5)])
def test_pulling_back_is_the_derivative_of_the_weighted_activations(phi, rows, m):
    rng = np.random.default_rng(10 * rows + m)
    Z, G = rng.normal(scale=2, size=(2, rows, m))
    pulled = pull_back(phi, Z, phi(Z), G)
    wanted = stepped(lambda Z: np.sum(G * phi(Z)), Z)
    size = np.abs(G) + np.abs(G).max(axis=0)
    assert (np.abs(pulled - wanted) <= 64 * rows * UNIT_ROUNDOFF * size).all()


@pytest.mark.parametrize("phi", [identity, relu, sigmoid, tanh, softmax])
def test_pulling_back_keeps_the_type_and_the_arguments(phi):
    Z, G = np.random.default_rng(1).normal(size=(2, 3, 4)).astype(np.float32)
    A = phi(Z)
    kept = [array.copy() for array in (Z, A, G)]
    assert pull_back(phi, Z, A, G).dtype == np.float32
    assert all(np.array_equal(*pair) for pair in zip((Z, A, G), kept, strict=True))


def test_a_way_of_its_own_is_taken_before_a_derivative():
    phi = Activation(np.cumsum)
    phi.derivative = np.ones_like
    phi.pull_back = lambda A, G: A + 2 * G
    Z, A, G = np.random.default_rng(4).normal(size=(3, 3, 2))
    assert np.array_equal(pull_back(phi, Z, A, G), A + 2 * G)


@pytest.mark.parametrize("seed", range(3))
def test_the_recursion_goes_on_through_a_hidden_softmax(seed):
    rng = np.random.default_rng(seed)
    n = (3, 4, 2)
    network = random_network(n, {1: softmax, 2: tanh}, scale=0.9, rng=rng)
    X, Y = rng.normal(size=(3, 5)), rng.normal(size=(2, 5))
    Z, A = forward(network, X)
    last = output_error(tanh, squared_error, Z[2], A[2], Y)
    hidden = pull_back(softmax, Z[1], A[1], network.W[2].T @ last)

    def cost_of(Z_1):
        return squared_error(tanh(network.W[2] @ softmax(Z_1) + network.b[2]), Y)

    error = np.abs(hidden - 5 * stepped(cost_of, Z[1]))
    size = np.abs(network.W[2]).T @ np.abs(last)
    assert (error <= 64 * UNIT_ROUNDOFF * size.max()).all()


def test_a_function_with_neither_a_derivative_nor_a_way_of_its_own_is_named():
    known = r"\(identity, relu, sigmoid, tanh[a-z, ]*\)"
    with pytest.raises(
        ValueError, match=rf"^phi must have a derivative here {known}, got sin$"
    ):
        pull_back(Activation(np.sin), *np.ones((3, 2, 3)))


@pytest.mark.parametrize("phi", [identity, relu, sigmoid, tanh, softmax])
@pytest.mark.parametrize("cost", [squared_error, cross_entropy])
@pytest.mark.parametrize(("rows", "m"), [(2, 5), (5, 3), (3, 1)])
def test_the_output_error_is_the_derivative_of_each_examples_cost(phi, cost, rows, m):
    rng = np.random.default_rng(rows)
    Z = rng.uniform(0.2, 2, size=(rows, m))  # outputs are positive, as the logarithm asks
    Y = rng.uniform(0, 3, size=(rows, m))  # targets with any sum
    delta = output_error(phi, cost, Z, phi(Z), Y)
    wanted = m * stepped(lambda Z: cost(phi(Z), Y), Z)
    size = np.abs(delta) + (phi(Z) + Y).sum(axis=0) * (1 + 1 / phi(Z))
    assert (np.abs(delta - wanted) <= 64 * rows * UNIT_ROUNDOFF * size).all()


def test_the_output_error_of_distributions_is_the_difference():
    rng = np.random.default_rng(3)
    Z, targets = rng.normal(size=(4, 6)), one_hot(rng.integers(0, 4, 6), 4)
    P = softmax(Z)
    assert np.array_equal(output_error(softmax, cross_entropy, Z, P, targets), P - targets)


@pytest.mark.parametrize("lead", [40.0, 800.0, 1e300])
def test_the_output_error_is_bounded_however_wrong_the_answer_is(lead):
    Z = np.array([[-lead], [lead]])
    delta = output_error(softmax, cross_entropy, Z, softmax(Z), one_hot(np.array([0]), 2))
    assert delta.ravel().tolist() == [-1, 1]


def test_the_long_way_refuses_to_divide_by_zero():
    A, Y = np.array([[0.0], [1.0]]), np.array([[1.0], [0.0]])
    with pytest.raises(
        ValueError, match=r"^outputs must not be 0 where Y is not, got 1 such entries$"
    ):
        output_error(identity, cross_entropy, A, A, Y)


@pytest.mark.parametrize("cost", [abs, None, []])
def test_a_cost_that_is_not_known_is_named(cost):
    name = getattr(cost, "__name__", repr(cost))
    known = "squared_error, cross_entropy"
    message = re.escape(f"cost must have a derivative here ({known}), got {name}")
    with pytest.raises(ValueError, match=f"^{message}$"):
        output_error(softmax, cost, *np.ones((3, 2, 3)))


@pytest.mark.parametrize("phi", [identity, softmax])
@pytest.mark.parametrize("cost", [squared_error, cross_entropy])
def test_the_output_error_keeps_the_type_and_the_arguments(phi, cost):
    rng = np.random.default_rng(2)
    Z, Y = rng.uniform(0.5, 2, size=(2, 3, 4)).astype(np.float32)
    A = phi(Z)
    kept = [array.copy() for array in (Z, A, Y)]
    delta = output_error(phi, cost, Z, A, Y)
    assert delta.dtype == np.float32
    assert not any(np.shares_memory(delta, array) for array in (Z, A, Y))
    assert all(np.array_equal(*pair) for pair in zip((Z, A, Y), kept, strict=True))


@pytest.mark.parametrize("K", [1, 2, 10, 300])
@pytest.mark.parametrize("scale", [1e-3, 1, 50, 1e4, 1e300])
def test_the_log_sum_exp_is_that_of_sixty_digits(K, scale):
    Z = np.random.default_rng(K).uniform(-scale, scale, size=(K, 4))
    computed = log_sum_exp(Z)
    assert computed.shape == (1, 4)
    for e in range(4):
        exact = exact_log_sum_exp(Z[:, e])
        error = float(abs(Decimal(float(computed[0, e])) - exact))
        size = np.abs(Z[:, e]).max() + np.log(K)
        assert error <= (K + 8) * UNIT_ROUNDOFF * size


def test_the_log_sum_exp_of_equal_sums_takes_one_of_them_as_the_largest():
    for K in (2, 3, 7):
        assert log_sum_exp(np.full((K, 1), -1e4)).item() == pytest.approx(-1e4 + np.log(K))


def test_the_log_sum_exp_keeps_what_is_too_small_to_add():
    assert log_sum_exp(np.array([[0.0], [-300.0]])).item() == pytest.approx(
        np.exp(-300.0), abs=0
    )


def test_an_exponential_too_small_for_a_float_is_zero():
    Z = np.array([[0.0], [-800.0]])
    with np.errstate(under="raise"):
        assert log_sum_exp(Z) == 0
        assert cross_entropy_of_sums(Z, one_hot(np.array([0]), 2)) == 0


def test_the_log_sum_exp_keeps_the_type_and_its_argument():
    Z = np.array([[3.0, 1.0], [-2.0, 80.0]], dtype=np.float32)
    kept = Z.copy()
    assert log_sum_exp(Z).dtype == np.float32
    assert np.array_equal(Z, kept)


def test_the_cost_of_the_sums_and_the_jacobian_keep_the_type_and_their_arguments():
    Z = np.array([[3.0, 1.0], [-2.0, 80.0]], dtype=np.float32)
    Y = np.eye(2, dtype=np.float32)
    P = softmax(Z)
    kept = [array.copy() for array in (Z, Y, P)]
    assert cross_entropy_of_sums(Z, Y).dtype == np.float32
    assert softmax_jacobian(P[:, [0]]).dtype == np.float32
    assert all(np.array_equal(*pair) for pair in zip((Z, Y, P), kept, strict=True))


def test_sums_farther_apart_than_the_largest_float():
    Z = np.array([[1.7e308], [-1.7e308]])
    with np.errstate(over="ignore"):
        assert log_sum_exp(Z).item() == 1.7e308
        with pytest.raises(ValueError, match=r"^Z must be finite, got 1 NaN or infinite entr"):
            cross_entropy_of_sums(Z, one_hot(np.array([0]), 2))


@pytest.mark.parametrize("seed", range(3))
def test_the_gradient_of_the_log_sum_exp_is_the_softmax(seed):
    Z = np.random.default_rng(seed).normal(scale=3, size=(5, 4))
    wanted = stepped(lambda Z: np.sum(log_sum_exp(Z)), Z)
    assert (np.abs(wanted / softmax(Z) - 1) <= 128 * UNIT_ROUNDOFF).all()


@pytest.mark.parametrize(
    ("Z", "error", "message"),
    [
        (np.ones(3), ValueError, "Z must have shape (K, m), got (3,)"),
        (
            np.array([[np.nan]]),
            ValueError,
            "Z must be finite, got 1 NaN or infinite entries",
        ),
        ([[1.0]], TypeError, "Z must be a NumPy array, got list"),
        (np.ones((3, 0)), ValueError, "Z must have shape (K, m), got (3, 0)"),
        (
            np.ones((3, 2), dtype=int),
            TypeError,
            "Z must hold floating-point numbers, got dtype int64",
        ),
    ],
)
@pytest.mark.parametrize("function", [log_sum_exp, lambda Z: cross_entropy_of_sums(Z, Z)])
def test_the_log_sum_exp_names_what_does_not_fit(function, Z, error, message):
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        function(Z)


def test_the_targets_must_have_the_shape_of_the_sums():
    with pytest.raises(ValueError, match=r"^Y must have shape \(2, 3\), got \(2, 1\)$"):
        cross_entropy_of_sums(np.ones((2, 3)), np.ones((2, 1)))


def test_the_targets_of_the_cost_of_the_sums_must_be_finite_floats():
    Z = np.ones((2, 2))
    with pytest.raises(TypeError, match=r"^Y must hold floating-point numbers, got dtype"):
        cross_entropy_of_sums(Z, np.eye(2, dtype=int))
    with pytest.raises(ValueError, match=r"^Y must be finite, got 4 NaN or infinite entries$"):
        cross_entropy_of_sums(Z, np.full((2, 2), np.nan))


@pytest.mark.parametrize(("K", "m"), [(1, 2), (2, 5), (7, 3)])
def test_the_cost_of_the_sums_is_the_cost_of_the_softmax_for_any_target(K, m):
    rng = np.random.default_rng(K)
    Z, Y = rng.normal(scale=3, size=(K, m)), rng.uniform(0, 2, size=(K, m))
    cost = cross_entropy_of_sums(Z, Y)
    bound = 8 * (K + m + np.ptp(Z)) * UNIT_ROUNDOFF * Y.sum()
    assert abs(cost - cross_entropy(softmax(Z), Y)) <= bound


def test_the_cost_of_the_sums_ignores_a_shift_of_an_example():
    Z = np.array([[1.5, -8.0, 0.25], [2.0, 3.5, 1024.0]])
    Y = one_hot(np.array([0, 1, 0]), 2)
    assert cross_entropy_of_sums(Z + np.array([512.0, -64.0, 8.0]), Y) == cross_entropy_of_sums(
        Z, Y
    )


def test_the_cost_of_the_sums_loses_nothing_to_a_shift_however_large_in_each_column():
    Z = np.array([[1.5, -8.0, 0.25], [2.0, 3.5, 1.0]])
    Y = one_hot(np.array([0, 1, 0]), 2)
    shifted = Z + np.array([2.0**40, -(2.0**45), 0.0])
    assert cross_entropy_of_sums(shifted, Y) == cross_entropy_of_sums(Z, Y)


@pytest.mark.parametrize("lead", [30.0, 100.0, 700.0])
def test_the_cost_of_a_certain_answer_keeps_its_digits(lead):
    Z, first, second = np.array([[lead], [0.0]]), [0], [1]
    right, wrong = (cross_entropy_of_sums(Z, one_hot(np.array(c), 2)) for c in (first, second))
    assert right == pytest.approx(
        float(exact_log_sum_exp([0.0, -lead], digits=400)), rel=1e-13, abs=0
    )
    assert wrong == pytest.approx(lead, rel=1e-13, abs=0)


def test_the_cost_of_sums_far_apart_is_finite():
    Z = np.array([[-1e4, 1e4], [1e4, -1e4]])
    assert cross_entropy_of_sums(Z, one_hot(np.array([0, 0]), 2)) == 1e4


@pytest.mark.parametrize("seed", range(4))
def test_what_enters_a_relu_neuron_balances_what_leaves_it(seed):
    rng = np.random.default_rng(seed)
    n = (4, 6, 3, 5)
    network = random_network(n, {1: relu, 2: relu, 3: softmax}, scale=0.8, rng=rng)
    for l in network.b:
        network.b[l][:] = rng.normal(size=(n[l], 1))
    x, y = rng.normal(size=(4, 1)), one_hot(rng.integers(0, 5, 1), 5)
    Z, A = forward(network, x)
    slope = {l: derivative_of(relu)(Z[l]) for l in (1, 2)}
    delta_L = output_error(softmax, cross_entropy, Z[3], A[3], y)
    of_W, of_b = gradients_by_index(errors_by_recursion(network.W, slope, delta_L), A)
    for l in (1, 2):
        enters = (network.W[l] * of_W[l]).sum(axis=1) + (network.b[l] * of_b[l])[:, 0]
        terms = network.W[l + 1] * of_W[l + 1]
        difference = np.abs(enters - terms.sum(axis=0))
        size = (
            np.abs(network.W[l] * of_W[l]).sum() + np.abs(of_b[l]).sum() + np.abs(terms).sum()
        )
        assert (difference <= 64 * UNIT_ROUNDOFF * size).all()
        assert np.abs(enters).max() > 1e-6
