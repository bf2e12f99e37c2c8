"""What the chapter on any layer builds: paths, the recursion, and the gradients of one example."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
import sympy

from nnmath import (
    Network,
    forward,
    identity,
    random_network,
    relu,
    sigmoid,
    squared_error,
    tanh,
)
from nnmath.gradients.paths import count_paths, errors_by_paths, paths
from nnmath.gradients.recursion import errors_by_recursion, gradients_by_index
from nnmath.model.activations import derivative_of
from nnmath.model.costs import squared_error_derivative

from .exact_numbers import UNIT_ROUNDOFF, fractions

WAYS = pytest.mark.parametrize("errors", [errors_by_paths, errors_by_recursion])


def parts(n, numbers):
    """Give weights, slopes and an output error for the sizes n of the layers 1, ..., L."""
    L = len(n)
    W = {l + 1: numbers(n[l], n[l - 1]) for l in range(1, L)}
    return W, {l: numbers(n[l - 1], 1) for l in range(1, L)}, numbers(n[-1], 1)


@pytest.mark.parametrize("n", [(2, 3), (4, 1, 3, 2), (3, 5, 2, 4, 1, 2)])
def test_paths_are_all_the_lists_of_neurons(n):
    sizes = dict(enumerate(n))
    for l in range(len(n)):
        every = [p for p in product(*(range(size) for size in n[l:])) if p[0] == 0]
        assert list(paths(sizes, l, 0)) == every
        assert count_paths(n, l) == len(every)


def test_the_number_of_paths_does_not_overflow():
    assert count_paths(np.full(30, 1000), 0) == 1000**29


@WAYS
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("n", [(3,), (2, 4), (3, 2, 5), (2, 4, 1, 3)])
def test_the_errors_are_the_product_of_the_jacobians(errors, n, seed):
    rng = np.random.default_rng(seed)
    W, slope, delta_L = parts(n, lambda *shape: fractions(rng, *shape))
    delta = errors(W, slope, delta_L)
    jacobian = np.array([[Fraction(int(i == j)) for j in range(n[-1])] for i in range(n[-1])])
    for l in range(len(n), 0, -1):
        if l < len(n):
            jacobian = jacobian @ (W[l + 1] * slope[l].T)
        assert (delta[l] == jacobian.T @ delta_L).all()


@WAYS
def test_the_errors_are_what_sympy_differentiates(errors):
    phi = sympy.Function("phi")
    n = (2, 3, 2)
    z = sympy.symbols("z:2")
    W = {
        l: sympy.Matrix(n[l - 1], n[l - 2], sympy.symbols(f"w{l}_:{n[l - 1] * n[l - 2]}"))
        for l in (2, 3)
    }
    targets = sympy.symbols("y:2")
    second = W[2] * sympy.Matrix([phi(s) for s in z])
    third = W[3] * sympy.Matrix([phi(s) for s in second])
    cost = sum((s - y) ** 2 for s, y in zip(third, targets, strict=True))

    def slope_at(value):
        t = sympy.Dummy()
        return sympy.Subs(phi(t).diff(t), t, value)

    delta = errors(
        {l: np.array(W[l].tolist(), dtype=object) for l in W},
        {
            l: np.array([[slope_at(s)] for s in sums], dtype=object)
            for l, sums in ((1, z), (2, second))
        },
        np.array([[2 * (s - y)] for s, y in zip(third, targets, strict=True)], dtype=object),
    )
    for i in range(2):
        assert sympy.simplify((cost.diff(z[i]) - delta[1][i, 0]).doit()) == 0


@WAYS
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("n", "phi"),
    [
        ((3, 2), (sigmoid,)),
        ((2, 4, 3), (relu, tanh)),
        ((4, 3, 1, 5, 2), (tanh, sigmoid, relu, identity)),
    ],
)
def test_the_gradients_are_the_complex_steps(errors, n, phi, seed):
    rng = np.random.default_rng(seed)
    network = random_network(n, dict(enumerate(phi, start=1)), scale=0.9, rng=rng)
    for l in network.b:
        network.b[l][:] = rng.normal(size=network.b[l].shape)
    x, y = rng.normal(size=(n[0], 1)), rng.normal(size=(n[-1], 1))
    Z, A = forward(network, x)
    slope = {l: derivative_of(network.phi[l])(Z[l]) for l in Z}
    delta_L = squared_error_derivative(A[network.L], y) * slope.pop(network.L)
    gradients = gradients_by_index(errors(network.W, slope, delta_L), A)
    for which, name in enumerate(("W", "b")):
        assert list(gradients[which]) == list(range(1, len(n)))
        for l, gradient in gradients[which].items():
            for entry in np.ndindex(gradient.shape):
                moved = {"W": dict(network.W), "b": dict(network.b)}
                moved[name][l] = moved[name][l].astype(complex)
                moved[name][l][entry] += 1e-40j
                output = forward(Network(**moved, phi=network.phi), x)[1][network.L]
                stepped = squared_error(output, y).imag / 1e-40
                assert gradient[entry] == pytest.approx(
                    stepped, rel=1e-13, abs=256 * UNIT_ROUNDOFF
                )


@WAYS
@pytest.mark.parametrize(("of_W", "of_delta_L"), [(1 + 1j, 1), (1, 1 + 1j)])
def test_one_complex_factor_makes_the_errors_complex(errors, of_W, of_delta_L):
    W, slope, delta_L = np.array([[2.0]]), np.array([[3.0]]), np.array([[5.0]])
    delta = errors({2: W * of_W}, {1: slope}, delta_L * of_delta_L)
    assert delta[1] == 30 * of_W * of_delta_L


@WAYS
def test_the_output_error_is_not_shared(errors):
    delta_L = np.ones((2, 1))
    errors({}, {}, delta_L)[1][:] = 5
    assert delta_L.ravel().tolist() == [1, 1]


@WAYS
@pytest.mark.parametrize("kind", [float, complex])
def test_the_errors_hold_what_the_slopes_hold(errors, kind):
    W, slope = {2: np.array([[2]])}, {1: np.array([[0.25]], dtype=kind)}
    slope[1] = slope[1] * kind(1 + 1j) if kind is complex else slope[1]
    delta = errors(W, slope, np.array([[3]]))
    assert delta[1][0, 0] == 6 * slope[1][0, 0]
    assert delta[2].tolist() == [[3]]


@WAYS
def test_the_weights_of_the_first_layer_are_not_read(errors):
    W, slope, delta_L = parts((4, 3, 2), lambda *shape: np.ones(shape))
    delta = errors(W | {1: None}, slope, delta_L)
    assert {l: array.dtype for l, array in delta.items()} == dict.fromkeys((1, 2, 3), float)


@WAYS
def test_no_argument_is_changed(errors):
    numbers = np.random.default_rng(2).normal
    W, slope, delta_L = parts((4, 3, 2), lambda *shape: numbers(size=shape))
    before = [array.copy() for array in (*W.values(), *slope.values(), delta_L)]
    errors(W, slope, delta_L)
    for array, old in zip((*W.values(), *slope.values(), delta_L), before, strict=True):
        assert (array == old).all()


@WAYS
def test_the_layers_come_in_order(errors):
    W, slope, delta_L = parts((4, 3, 2), lambda *shape: np.ones(shape))
    assert list(errors(W, dict(reversed(slope.items())), delta_L)) == [1, 2, 3]
