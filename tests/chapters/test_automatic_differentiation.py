"""What the chapter on automatic differentiation builds: dual numbers and the tape."""

import operator
from fractions import Fraction

import numpy as np
import pytest
import sympy

from nnmath import (
    Network,
    backward,
    forward,
    identity,
    random_network,
    relu,
    sigmoid,
    small_network,
    softmax,
    squared_error,
    tanh,
)
from nnmath.gradients.dual import Dual, as_dual
from nnmath.gradients.tape import Tape, forward_on_tape, summed_to

from .exact_numbers import UNIT_ROUNDOFF


def whole(rng, *shape):
    return rng.integers(-5, 6, shape).astype(float)


def squared_error_on_tape(tape, output, Y):
    off = output + tape.record(-Y)
    return (off * off).sum() * tape.record(np.array(1 / Y.size))


def test_dual_numbers_differentiate_what_sympy_differentiates():
    t = sympy.Symbol("t")
    expression = (2 + t) * t * (t + 3) * (t * 5 + t * t)
    for point in (Fraction(-7, 3), Fraction(0), Fraction(5, 2)):
        u = Dual(point, Fraction(1))
        found = (2 + u) * u * (u + 3) * (u * 5 + u * u)
        exact = sympy.Rational(point.numerator, point.denominator)
        assert found.value == Fraction(str(expression.subs(t, exact)))
        assert found.rate == Fraction(str(sympy.diff(expression, t).subs(t, exact)))


def test_a_plain_number_is_a_dual_number_with_the_rate_0():
    assert as_dual(3) == Dual(3, 0) == Dual(3)
    assert as_dual(Dual(3, 4)) == Dual(3, 4)


@pytest.mark.parametrize(
    ("phi", "value", "slope"),
    [
        (tanh, np.tanh(0.7), 1 / np.cosh(0.7) ** 2),
        (sigmoid, 1 / (1 + np.exp(-0.7)), 1 / (4 * np.cosh(0.35) ** 2)),
        (relu, 0.7, 1),
        (identity, 0.7, 1),
    ],
)
def test_an_activation_function_multiplies_the_rate_by_its_slope(phi, value, slope):
    found = Dual(0.7, -2.5).through(phi)
    assert abs(found.value - value) <= 8 * UNIT_ROUNDOFF * abs(value)
    assert abs(found.rate + 2.5 * slope) <= 32 * UNIT_ROUNDOFF * slope


def test_a_function_that_is_not_elementwise_is_refused():
    with pytest.raises(ValueError, match="phi must have a derivative here"):
        Dual(0.7).through(softmax)


@pytest.mark.parametrize(("n", "m"), [((2, 4), (4, 3)), ((3, 3), (3, 3))])
def test_an_adjoint_of_a_product_is_the_rate_of_change_of_each_entry(n, m):
    rng = np.random.default_rng(0)
    P, Q, G = whole(rng, *n), whole(rng, *m), whole(rng, n[0], m[1])
    tape = Tape()
    left, right = tape.record(P), tape.record(Q)
    bar = tape.adjoints(((left @ right) * tape.record(G)).sum())
    for array, other, node in ((P, (lambda M: M @ Q), left), (Q, (lambda M: P @ M), right)):
        for entry in np.ndindex(array.shape):
            unit = np.zeros_like(array)
            unit[entry] = 1
            assert bar[node.number][entry] == np.sum(G * other(unit))


@pytest.mark.parametrize("operation", [operator.add, operator.mul])
@pytest.mark.parametrize("shapes", [((2, 3), (2, 1)), ((1, 3), (2, 3)), ((2, 1), (1, 3))])
def test_an_array_that_is_repeated_gets_the_change_of_all_its_copies(operation, shapes):
    rng = np.random.default_rng(1)
    (P, Q), G = (whole(rng, *shape) for shape in shapes), whole(rng, 2, 3)
    tape = Tape()
    left, right = tape.record(P), tape.record(Q)
    bar = tape.adjoints((operation(left, right) * tape.record(G)).sum())
    for node, moved in (
        (left, lambda U: operation(P + U, Q)),
        (right, lambda U: operation(P, Q + U)),
    ):
        assert bar[node.number].shape == node.value.shape
        for entry in np.ndindex(node.value.shape):
            unit = np.zeros_like(node.value)
            unit[entry] = 1
            assert bar[node.number][entry] == np.sum(G * (moved(unit) - operation(P, Q)))


def test_the_entries_of_a_matrix_are_differentiated_as_their_sum():
    rng = np.random.default_rng(2)
    tape = Tape()
    product = tape.record(whole(rng, 2, 4)) @ tape.record(whole(rng, 4, 3))
    bar = tape.adjoints(product)
    of_sum = tape.adjoints(product.sum())
    for one, other in zip(bar, of_sum[:-1], strict=True):
        assert one.shape == other.shape
        assert (one == other).all()


def test_a_node_is_itself_and_no_other_of_the_same_value():
    tape = Tape()
    u, v = tape.record(np.ones(2)), tape.record(np.ones(2))
    assert {u: 1, v: 2}[u] == 1


def test_a_value_that_is_used_twice_gets_both_terms():
    tape = Tape()
    u = tape.record(np.array([3.0, -2.0]))
    bar = tape.adjoints((u * u + u * u * u).sum())
    assert (bar[u.number] == [2 * 3 + 3 * 9, -4 + 3 * 4]).all()


def test_a_value_of_which_the_cost_knows_nothing_has_the_adjoint_0():
    tape = Tape()
    u, v = tape.record(np.ones(3)), tape.record(np.ones((2, 2)))
    bar = tape.adjoints((u * u).sum())
    assert bar[v.number].shape == (2, 2)
    assert (bar[v.number] == 0).all()


def test_adjoints_start_anew_each_time():
    tape = Tape()
    u = tape.record(np.array([1.0, 2.0]))
    cost = (u * u).sum()
    first, second = tape.adjoints(cost), tape.adjoints(cost)
    assert (first[u.number] == second[u.number]).all()


def test_what_comes_after_the_node_has_no_part_in_its_adjoints():
    tape = Tape()
    u = tape.record(np.array([1.0, 2.0]))
    cost = (u * u).sum()
    (cost * cost).sum()
    assert (tape.adjoints(cost)[u.number] == [2, 4]).all()


@pytest.mark.parametrize("shape", [(2, 3), (2, 1), (1, 3), (1, 1), (3,), (1,), ()])
def test_an_entry_that_is_repeated_gets_the_sum(shape):
    G = np.arange(1.0, 7.0).reshape(2, 3)
    places = np.broadcast_to(np.arange(np.prod(shape, dtype=int)).reshape(shape), (2, 3))
    wanted = np.zeros(np.prod(shape, dtype=int))
    np.add.at(wanted, places.ravel(), G.ravel())
    found = summed_to(shape, G)
    assert found.shape == shape
    assert (found.ravel() == wanted).all()


def test_the_forward_pass_on_the_tape_is_the_forward_pass():
    network, x, _ = small_network()
    W, b, Z, A = forward_on_tape(Tape(), network, x)
    sums, activations = forward(network, x)
    for nodes, arrays in ((W, network.W), (b, network.b), (Z, sums), (A, activations)):
        assert set(nodes) == set(arrays)
        for l in nodes:
            assert (nodes[l].value == arrays[l]).all()


@pytest.mark.parametrize("m", [1, 4])
def test_the_tape_gives_exact_gradients_of_whole_numbers(m):
    rng = np.random.default_rng(m)
    n = (3, 2, 4, 2)
    layers = range(1, 4)
    network = Network(
        {l: whole(rng, n[l], n[l - 1]) for l in layers},
        {l: whole(rng, n[l], 1) + 0.5 for l in layers},
        {1: relu, 2: identity, 3: relu},
    )
    X, Y = whole(rng, 3, m), whole(rng, 2, m)
    tape = Tape()
    W, b, _, A = forward_on_tape(tape, network, X)
    bar = tape.adjoints(squared_error_on_tape(tape, A[3], Y))
    of_W, of_b = backward(network, *forward(network, X), Y, squared_error)
    assert any(gradient.any() for gradient in of_W.values())
    for l in layers:
        assert (bar[W[l].number] == of_W[l]).all()
        assert (bar[b[l].number] == of_b[l]).all()


def test_the_softmax_goes_onto_the_tape():
    rng = np.random.default_rng(5)
    network = random_network((4, 3), {1: softmax}, scale=0.7, rng=rng)
    X, Y = rng.normal(size=(4, 6)), rng.normal(size=(3, 6))
    tape = Tape()
    W, _, _, A = forward_on_tape(tape, network, X)
    bar = tape.adjoints(squared_error_on_tape(tape, A[1], Y))
    h = 1e-30
    for entry in np.ndindex(3, 4):
        moved = network.W[1].astype(complex)
        moved[entry] += 1j * h
        powers = np.exp(moved @ X)
        cost = np.mean((powers / powers.sum(axis=0) - Y) ** 2)
        assert abs(bar[W[1].number][entry] - cost.imag / h) <= 64 * UNIT_ROUNDOFF
