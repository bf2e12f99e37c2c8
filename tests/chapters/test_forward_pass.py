"""What the chapter on the forward pass builds: activation functions, loops, the forward pass."""

import math
from fractions import Fraction

import numpy as np
import pytest

from nnmath import (
    forward,
    identity,
    random_network,
    relu,
    sigmoid,
    small_network,
    softmax,
    tanh,
)
from nnmath.model.index_form import weighted_sums_by_index

from .exact_numbers import UNIT_ROUNDOFF

SEEDS = [0, 1, 2]


def network_with_biases(n, phi, seed):
    rng = np.random.default_rng(seed)
    network = random_network(n, phi, scale=1.0, rng=rng)
    for b in network.b.values():
        b[:] = rng.normal(size=b.shape)
    return network


@pytest.mark.parametrize("z", [-745.0, -40.0, -1.0, 0.0, 1.0, 40.0, 1e4])
def test_sigmoid_has_small_relative_error_on_both_sides(z):
    exact = 1 / (1 + np.exp(np.longdouble(-z)))
    assert sigmoid(np.array([z]))[0] == pytest.approx(
        float(exact), rel=8 * UNIT_ROUNDOFF, abs=0
    )


def test_sigmoid_neither_warns_nor_overflows_at_the_ends():
    assert sigmoid(np.array([-1e308, 1e308])).tolist() == [0, 1]


@pytest.mark.parametrize("phi", [sigmoid, tanh])
def test_a_complex_step_gives_the_derivative(phi):
    z = np.array([-3.0, -0.5, 0.0, 0.7, 4.0])
    derivative = phi(z + 1e-30j).imag / 1e-30
    exact = {"sigmoid": sigmoid(z) * sigmoid(-z), "tanh": 1 - np.tanh(z) ** 2}[phi.__name__]
    # 1 - tanh^2 itself is off by roundings of the 1
    assert derivative == pytest.approx(
        exact, rel=32 * UNIT_ROUNDOFF, abs=4 * UNIT_ROUNDOFF * (phi is tanh)
    )


def test_tanh_is_numpys():
    z = np.linspace(-3, 3, 7)
    assert np.array_equal(tanh(z), np.tanh(z))


@pytest.mark.parametrize("phi", [relu, sigmoid, softmax, tanh])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex128])
def test_an_activation_function_keeps_type_and_shape(phi, dtype):
    z = np.ones((3, 5), dtype)
    assert phi(z).dtype == dtype
    assert phi(z).shape == (3, 5)


@pytest.mark.parametrize("phi", [identity, relu, sigmoid, softmax, tanh])
@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int8, np.int64])
def test_whole_numbers_of_any_type_count_as_floats(phi, dtype):
    z = np.array([[1, 0], [1, 1], [0, 1]]) * (1 if dtype is bool else 100)
    assert np.array_equal(phi(z.astype(dtype)), phi(z.astype(float)))
    assert phi(z.astype(dtype)).dtype == float


@pytest.mark.parametrize("phi", [identity, relu, sigmoid, softmax, tanh])
def test_an_activation_function_leaves_its_argument_alone(phi):
    z = np.array([[-1.0, 2.0], [0.5, -3.0]])
    before = z.copy()
    phi(z)
    assert np.array_equal(z, before)


@pytest.mark.parametrize("seed", SEEDS)
def test_softmax_is_the_definition_column_by_column(seed):
    z = np.random.default_rng(seed).normal(size=(4, 3))
    p = softmax(z)
    for e in range(3):
        exponentials = np.exp(z[:, e])
        assert p[:, e] == pytest.approx(exponentials / exponentials.sum(), rel=1e-14, abs=0)


@pytest.mark.parametrize("shift", [-1e4, 1e4])
def test_softmax_holds_far_from_zero(shift):
    z = np.array([[0.0], [1.0], [2.0]])
    assert softmax(z + shift) == pytest.approx(softmax(z), rel=1e-11, abs=0)


def test_softmax_holds_in_columns_that_are_far_from_one_another():
    z = np.array([[0.0, -2e3, 2e3], [1.0, -2e3, 2e3 + 1]])
    more = np.e / (1 + np.e)
    assert softmax(z)[1] == pytest.approx([more, 0.5, more], rel=1e-14, abs=0)


def test_softmax_of_equal_sums_is_uniform():
    assert softmax(np.full((4, 2), 7.0)).tolist() == [[0.25, 0.25]] * 4


@pytest.mark.parametrize("seed", SEEDS)
def test_loops_compute_the_exact_sum_of_whole_numbers(seed):
    rng = np.random.default_rng(seed)
    W, b, a = (rng.integers(-9, 10, shape).astype(float) for shape in ((3, 5), (3, 1), (5, 1)))
    exact = [
        sum(Fraction(W[i, j]) * Fraction(a[j, 0]) for j in range(5)) + Fraction(b[i, 0])
        for i in range(3)
    ]
    assert weighted_sums_by_index(W, b, a).ravel().tolist() == exact


def test_loops_keep_single_precision():
    W, b, a = (np.ones(shape, np.float32) for shape in ((2, 3), (2, 1), (3, 1)))
    assert weighted_sums_by_index(W, b, a).dtype == np.float32


@pytest.mark.parametrize("which", range(3))
def test_loops_add_up_complex_numbers_wherever_they_come_from(which):
    numbers = [np.array([[2.0]]), np.array([[3.0]]), np.array([[5.0]])]
    numbers[which] = numbers[which] * (1 + 1j)
    W, b, a = numbers
    assert weighted_sums_by_index(W, b, a) == W * a + b


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("n", "m"), [((3, 4, 2), 5), ((6, 3, 5, 2), 1), ((2, 7, 4, 3, 6), 8)])
def test_forward_agrees_with_loops(n, m, seed):
    network = network_with_biases(n, dict.fromkeys(range(1, len(n)), tanh), seed)
    Z, A = forward(network, np.random.default_rng(seed + 10).normal(size=(n[0], m)))
    for l in range(1, len(n)):
        W, b = network.W[l], network.b[l]
        terms = n[l - 1] + 1
        bound = 2 * terms * UNIT_ROUNDOFF / (1 - terms * UNIT_ROUNDOFF)
        for e in range(m):
            a = A[l - 1][:, [e]]
            size = np.abs(W) @ np.abs(a) + np.abs(b)
            assert (
                np.abs(Z[l][:, [e]] - weighted_sums_by_index(W, b, a)) <= bound * size
            ).all()


def test_forward_applies_the_function_of_each_layer():
    network = network_with_biases((3, 4, 5, 2), {1: relu, 2: tanh, 3: softmax}, 0)
    Z, A = forward(network, np.random.default_rng(1).normal(size=(3, 6)))
    assert np.array_equal(A[1], relu(Z[1]))
    assert np.array_equal(A[2], tanh(Z[2]))
    assert np.array_equal(A[3], softmax(Z[3]))


def test_forward_takes_what_is_too_small_for_a_float_as_zero():
    network = network_with_biases((2, 3), {1: identity}, 0)
    for arrays in (network.W, network.b):
        arrays[1] *= 1e-200
    with np.errstate(under="raise"):
        Z, _ = forward(network, np.full((2, 4), 1e-200))
    assert Z[1].tolist() == (network.b[1] * np.ones((1, 4))).tolist()


def test_forward_keys_its_values_by_layer():
    network = network_with_biases((3, 4, 2), {1: relu, 2: softmax}, 0)
    X = np.ones((3, 5))
    Z, A = forward(network, X)
    assert list(Z) == [1, 2]
    assert list(A) == [0, 1, 2]
    assert A[0] is X


@pytest.mark.parametrize("seed", SEEDS)
def test_an_example_does_not_depend_on_the_rest_of_its_batch(seed):
    network = network_with_biases((3, 4, 2), {1: tanh, 2: softmax}, seed)
    X = np.random.default_rng(seed).normal(size=(3, 5))
    together = forward(network, X)[1][2]
    changed = X.copy()
    changed[:, 1:] += 1
    assert together[:, 0] == pytest.approx(
        forward(network, changed)[1][2][:, 0], rel=1e-14, abs=0
    )


@pytest.mark.parametrize(
    ("X", "error", "message"),
    [
        (np.ones((5, 3)), ValueError, r"^X must have shape \(3, m\), got \(5, 3\)$"),
        (np.ones((3, 0)), ValueError, r"^X must have shape \(3, m\), got \(3, 0\)$"),
        (np.ones(3), ValueError, r"^X must have shape \(3, m\), got \(3,\)$"),
        (
            np.ones((3, 2), int),
            TypeError,
            r"^X must hold floating-point numbers, got dtype int64$",
        ),
        (
            np.full((3, 2), np.inf),
            ValueError,
            r"^X must be finite, got 6 NaN or infinite entries$",
        ),
        ([[1.0]] * 3, TypeError, r"^X must be a NumPy array, got list$"),
    ],
)
def test_forward_refuses_what_is_no_batch(X, error, message):
    network = network_with_biases((3, 4, 2), {1: relu, 2: softmax}, 0)
    with pytest.raises(error, match=message):
        forward(network, X)


@pytest.mark.parametrize("network", [None, {1: np.ones((2, 3))}])
def test_forward_refuses_what_is_no_network(network):
    with pytest.raises(TypeError, match=r"^network must be a Network, got (NoneType|dict)$"):
        forward(network, np.ones((3, 5)))


@pytest.mark.parametrize("layer", [1, 2])
def test_an_activation_function_that_changes_the_shape_is_refused(layer):
    phi = {1: relu, 2: relu} | {layer: lambda z: z.mean(axis=1, keepdims=True)}
    network = network_with_biases((3, 4, 2), phi, 0)
    with pytest.raises(
        ValueError, match=r"^<lambda> must return shape \(\d, 5\), got \(\d, 1\)$"
    ):
        forward(network, np.ones((3, 5)))


def test_the_small_network_can_be_computed_by_hand():
    network, x, _ = small_network()
    # 0.8 * 0.9 + 0.5 * 0.4 + 0.1, and so on, on paper
    by_hand = [Fraction("1.02"), Fraction("-0.91"), Fraction("0.68")]
    Z, _ = forward(network, x)
    assert Z[1].ravel() == pytest.approx([float(z) for z in by_hand], rel=4 * UNIT_ROUNDOFF)


def test_the_outputs_of_the_small_network_can_be_computed_by_hand():
    network, x, _ = small_network()
    _, A = forward(network, x)
    a, b, c = math.tanh(1.02), math.tanh(-0.91), math.tanh(0.68)  # as above
    by_hand = [1.2 * a - 0.7 * b + 0.5 * c + 0.2, -0.9 * a + 0.6 * b + 1.4 * c - 0.1]
    outputs = [1 / (1 + math.exp(-z)) for z in by_hand]
    assert A[2].ravel() == pytest.approx(outputs, rel=16 * UNIT_ROUNDOFF)


def test_the_target_of_the_small_network_is_the_first_of_two():
    assert small_network()[2].tolist() == [[1], [0]]


def test_each_call_gives_a_small_network_of_its_own():
    first, second = small_network(), small_network()
    first[0].W[1][0, 0] = 7
    first[1][0] = 7
    assert second[0].W[1][0, 0] == 0.8
    assert second[1][0, 0] == 0.9
