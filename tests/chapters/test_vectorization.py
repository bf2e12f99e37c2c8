"""What the chapter on vectorization builds: the errors of every layer, and the backward pass."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from nnmath import (
    Network,
    backward,
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
from nnmath.gradients.backward import errors_by_matrices

from .exact_numbers import UNIT_ROUNDOFF
from .networks import in_type

CASES = [
    ((3, 2), (identity,), squared_error, 1),
    ((3, 4, 2), (relu, softmax), cross_entropy, 5),
    ((5, 4, 2, 3), (relu, tanh, sigmoid), squared_error, 6),
    ((2, 3, 5, 4), (tanh, softmax, softmax), squared_error, 7),
    ((6, 2, 3, 4, 5), (softmax, sigmoid, relu, sigmoid), cross_entropy, 3),
]


def draw(n, phi, cost, m, seed):
    rng = np.random.default_rng(seed)
    network = random_network(n, dict(enumerate(phi, start=1)), scale=0.8, rng=rng)
    for l in network.b:
        network.b[l][:] = rng.normal(size=network.b[l].shape)
    X = rng.normal(size=(n[0], m))
    targets = softmax if cost is cross_entropy else identity
    return network, X, targets(rng.normal(size=(n[-1], m)))


def differentiate(network, name, l, X, Y, cost):
    """Differentiate the cost of the batch with respect to each entry of one array."""
    start = X if name == "X" else getattr(network, name)[l]
    derivative = np.empty(start.shape)
    for entry in np.ndindex(start.shape):
        moved = start.astype(complex)
        moved[entry] += 1e-30j
        parts = {"W": dict(network.W), "b": dict(network.b)}
        if name != "X":
            parts[name][l] = moved
        output = forward(Network(**parts, phi=network.phi), moved if name == "X" else X)[1]
        derivative[entry] = cost(output[network.L], Y).imag / 1e-30
    return derivative


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize(("n", "phi", "cost", "m"), CASES)
def test_the_gradients_are_the_complex_steps(n, phi, cost, m, seed):
    network, X, Y = draw(n, phi, cost, m, seed)
    Z, A = forward(network, X)
    of_W, of_b = backward(network, Z, A, Y, cost)
    for name, gradients in (("W", of_W), ("b", of_b)):
        for l, gradient in gradients.items():
            stepped = differentiate(network, name, l, X, Y, cost)
            assert gradient.shape == stepped.shape
            largest = np.abs(stepped).max()
            assert np.abs(gradient - stepped).max() <= 2**12 * UNIT_ROUNDOFF * largest


@pytest.mark.parametrize(("n", "phi", "cost", "m"), CASES)
def test_the_first_layers_errors_lead_to_the_input(n, phi, cost, m):
    network, X, Y = draw(n, phi, cost, m, 3)
    Delta = errors_by_matrices(network, *forward(network, X), Y, cost)
    stepped = differentiate(network, "X", 0, X, Y, cost)
    formula = network.W[1].T @ Delta[1] / m
    assert np.abs(formula - stepped).max() <= 2**12 * UNIT_ROUNDOFF * np.abs(stepped).max()


@pytest.mark.parametrize(("n", "phi", "cost", "m"), CASES)
def test_an_example_has_its_own_column_of_errors(n, phi, cost, m):
    network, X, Y = draw(n, phi, cost, m, 4)
    Z, A = forward(network, X)
    together = errors_by_matrices(network, Z, A, Y, cost)
    for e in range(m):
        alone = errors_by_matrices(
            network,
            {l: Z[l][:, [e]] for l in Z},
            {l: A[l][:, [e]] for l in A},
            Y[:, [e]],
            cost,
        )
        for l in together:
            assert together[l][:, [e]] == pytest.approx(alone[l], rel=1e-13, abs=1e-15)


@pytest.mark.parametrize("seed", range(5))
def test_integers_give_the_exact_sum_over_paths(seed):
    rng = np.random.default_rng(seed)
    n, m = (3, 2, 5, 4), 8  # 1/m and 2/n_L are powers of two: everything is exact
    W = {l: rng.integers(-4, 5, (n[l], n[l - 1])).astype(float) for l in (1, 2, 3)}
    b = {l: rng.integers(-4, 5, (n[l], 1)).astype(float) for l in (1, 2, 3)}
    network = Network(W, b, {1: relu, 2: identity, 3: relu})
    X = rng.integers(-4, 5, (n[0], m)).astype(float)
    Y = rng.integers(-4, 5, (n[-1], m)).astype(float)
    Z, A = forward(network, X)
    of_W, of_b = backward(network, Z, A, Y, squared_error)
    for i in range(n[1]):
        wanted = Fraction(0)
        terms = [Fraction(0)] * n[0]
        for e, j, k in product(range(m), range(n[2]), range(n[3])):
            output = max(Z[3][k, e], 0)
            path = Fraction(2, n[3]) * Fraction(output - Y[k, e]) * bool(Z[3][k, e] > 0)
            path *= Fraction(W[3][k, j]) * Fraction(W[2][j, i]) * bool(Z[1][i, e] > 0)
            wanted += path / m
            terms = [term + path * Fraction(X[s, e]) / m for s, term in enumerate(terms)]
        assert of_b[1][i, 0] == wanted
        assert of_W[1][i].tolist() == terms


def test_layers_are_keyed_from_the_first():
    network, X, Y = draw(*CASES[2], 0)
    Z, A = forward(network, X)
    assert list(errors_by_matrices(network, Z, A, Y, squared_error)) == [1, 2, 3]
    for gradients in backward(network, Z, A, Y, squared_error):
        assert list(gradients) == [1, 2, 3]


def test_nothing_that_is_passed_changes():
    network, X, Y = draw(*CASES[3], 0)
    Z, A = forward(network, X)
    before = [
        array.copy() for held in (Z, A, network.W, network.b) for array in held.values()
    ] + [Y.copy()]
    backward(network, Z, A, Y, squared_error)
    after = [array for held in (Z, A, network.W, network.b) for array in held.values()] + [Y]
    for old, new in zip(before, after, strict=True):
        assert np.array_equal(old, new)


def test_single_precision_stays_single():
    network, X, Y = draw(*CASES[1], 0)
    single = in_type(network, np.float32)
    Z, A = forward(single, X.astype(np.float32))
    for gradients in backward(single, Z, A, Y.astype(np.float32), cross_entropy):
        assert {gradient.dtype for gradient in gradients.values()} == {np.dtype(np.float32)}


def test_what_is_returned_shares_no_memory_with_what_is_passed():
    network, X, Y = draw(*CASES[0], 0)
    Z, A = forward(network, X)
    passed = [X, Y, *Z.values(), *A.values(), *network.W.values(), *network.b.values()]
    Delta = errors_by_matrices(network, Z, A, Y, squared_error)
    of_W, of_b = backward(network, Z, A, Y, squared_error)
    for array in (*Delta.values(), *of_W.values(), *of_b.values()):
        assert not any(np.shares_memory(array, other) for other in passed)


def test_however_wrong_a_softmax_is_its_gradients_are_finite():
    network = Network(
        {1: np.array([[800.0], [-800.0]]), 2: np.array([[1.0, 0.0], [0.0, 1.0]])},
        {1: np.zeros((2, 1)), 2: np.zeros((2, 1))},
        {1: identity, 2: softmax},
    )
    X, Y = np.array([[1.0, -1.0]]), one_hot(np.array([1, 0]), 2)  # both as wrong as can be
    of_W, of_b = backward(network, *forward(network, X), Y, cross_entropy)
    assert of_W[1].tolist() == [[1], [-1]]
    assert of_b[2].tolist() == [[0], [0]]
    assert of_W[2].tolist() == [[800, -800], [-800, 800]]


def test_an_error_that_overflows_is_refused():
    network = Network(
        {1: np.ones((2, 1)), 2: np.full((3, 2), 1e308)},
        {1: np.zeros((2, 1)), 2: np.zeros((3, 1))},
        {1: identity, 2: identity},
    )
    Z, A = {1: np.ones((2, 1)), 2: np.ones((3, 1))}, {0: np.ones((1, 1))}
    A |= Z
    with pytest.raises(
        ValueError, match=r"^of_W\[1\] must be finite, got 2 NaN or infinite entries$"
    ):
        backward(network, Z, A, np.full((3, 1), 100.0), squared_error)


def test_a_sum_of_errors_that_overflows_is_refused():
    network = Network({1: np.ones((1, 1))}, {1: np.zeros((1, 1))}, {1: identity})
    Z, X = np.zeros((1, 2)), np.full((1, 2), 1e-300)
    with pytest.raises(
        ValueError, match=r"^of_b\[1\] must be finite, got 1 NaN or infinite entries$"
    ):
        backward(network, {1: Z}, {0: X, 1: Z}, np.full((1, 2), -0.8e308), squared_error)


def test_an_error_that_overflows_is_refused_where_numpy_is_told_to_raise():
    one = np.ones((1, 1))
    network = Network(
        {1: one, 2: 1e308 * one}, {1: 0 * one, 2: 0 * one}, {1: relu, 2: identity}
    )
    Z, A = {1: -one, 2: one}, {0: one, 1: 0 * one, 2: one}
    message = r"^of_W\[1\] must be finite, got 1 NaN or infinite entries$"  # infinity times 0
    with np.errstate(all="raise"), pytest.raises(ValueError, match=message):
        backward(network, Z, A, 100 * one, squared_error)


def test_a_gradient_too_small_for_a_float_is_zero():
    network = Network({1: np.ones((1, 1))}, {1: np.zeros((1, 1))}, {1: identity})
    small = np.full((1, 1), 1e-200)
    with np.errstate(under="raise"):
        of_W, of_b = backward(network, {1: small}, {0: small, 1: small}, -small, squared_error)
    assert of_W[1] == 0
    assert of_b[1] == pytest.approx(4e-200, abs=0)


def test_equal_examples_count_like_one():
    network, X, Y = draw(*CASES[2], 1)
    X, Y = X[:, [0]], Y[:, [0]]
    one = backward(network, *forward(network, X), Y, squared_error)
    many = backward(
        network,
        *forward(network, np.repeat(X, 4, axis=1)),
        np.repeat(Y, 4, axis=1),
        squared_error,
    )
    for of_one, of_many in zip(one, many, strict=True):
        for l in of_one:
            assert of_many[l] == pytest.approx(of_one[l], rel=1e-13, abs=0)


def spoil(change):
    network, X, Y = draw(*CASES[2], 0)
    Z, A = forward(network, X)
    arguments = {"network": network, "Z": Z, "A": A, "Y": Y, "cost": squared_error}
    change(arguments)
    return arguments


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (
            lambda a: a["Z"].pop(2),
            ValueError,
            r"^Z must have the keys \[1, 2, 3\], got \[1, 3\]$",
        ),
        (
            lambda a: a["A"].pop(0),
            ValueError,
            r"^A must have the keys \[0, 1, 2, 3\], got \[1, 2, 3\]$",
        ),
        (
            lambda a: a["Z"].update({4: np.ones((3, 6))}),
            ValueError,
            r"^Z must have the keys \[1, 2, 3\], got \[1, 2, 3, 4\]$",
        ),
        (
            lambda a: a["Z"].update({2: np.ones((2, 6), dtype=int)}),
            TypeError,
            r"^Z\[2\] must hold floating-point numbers, got dtype int64$",
        ),
        (
            lambda a: a["A"].update({0: np.ones((5, 0))}),
            ValueError,
            r"^A\[0\] must have shape \(5, m\), got \(5, 0\)$",
        ),
        (
            lambda a: a.update(Y=np.full((3, 6), np.nan)),
            ValueError,
            r"^Y must be finite, got 18 NaN or infinite entries$",
        ),
        (
            lambda a: a.update(Y=np.ones((3, 6), dtype=int)),
            TypeError,
            r"^Y must hold floating-point numbers, got dtype int64$",
        ),
        (lambda a: a.update(Z=[1]), TypeError, r"^Z must map layers to values, got list$"),
        (lambda a: a.update(A=a["Z"]), ValueError, r"^A must have the keys \[0, 1, 2, 3\]"),
        (
            lambda a: a["Z"].update({1: np.ones((4, 5))}),
            ValueError,
            r"^Z\[1\] must have shape \(4, 6\), got \(4, 5\)$",
        ),
        (
            lambda a: a["A"].update({0: np.ones((6, 5))}),
            ValueError,
            r"^A\[0\] must have shape \(5, m\), got \(6, 5\)$",
        ),
        (
            lambda a: a["A"].update({2: np.full((2, 6), np.nan)}),
            ValueError,
            r"^A\[2\] must be finite, got 12 NaN or infinite entries$",
        ),
        (
            lambda a: a.update(Y=np.ones((3, 5))),
            ValueError,
            r"^Y must have shape \(3, 6\), got",
        ),
        (lambda a: a.update(cost=max), ValueError, r"^cost must have a derivative here"),
    ],
)
def test_what_is_no_forward_pass_is_refused(change, error, message):
    arguments = spoil(change)
    with pytest.raises(error, match=message):
        backward(**arguments)


def test_the_long_way_refuses_an_output_whose_reciprocal_overflows():
    network = Network({1: np.ones((2, 1))}, {1: np.zeros((2, 1))}, {1: identity})
    A, Y = np.array([[1e-310], [1.0]]), np.array([[1.0], [0.0]])
    with pytest.raises(ValueError, match=r"^of_W\[1\] must be finite, got 1 NaN or infinite"):
        backward(network, {1: A}, {0: np.ones((1, 1)), 1: A}, Y, cross_entropy)


def test_labels_must_be_columns():
    network, X, _ = draw(*CASES[1], 0)
    Y = one_hot(np.array([0, 1, 1, 0, 1]), 2)
    Z, A = forward(network, X)
    with pytest.raises(ValueError, match=r"^Y must have shape \(2, 5\), got \(5, 2\)$"):
        backward(network, Z, A, Y.T.copy(), cross_entropy)
