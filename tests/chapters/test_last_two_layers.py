"""What the chapter on the last two layers builds: gradients of one example, index by index."""

import numpy as np
import pytest

from nnmath import (
    Network,
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
from nnmath.gradients.index_gradients import (
    error_before_by_index,
    layer_gradients_by_index,
    output_error_by_index,
)
from nnmath.model.activations import derivative_of
from nnmath.model.costs import cross_entropy_derivative, squared_error_derivative

from .exact_numbers import UNIT_ROUNDOFF, fractions, stepped


@pytest.mark.parametrize("seed", range(4))
def test_the_output_error_sums_down_the_columns_of_the_jacobian(seed):
    rng = np.random.default_rng(seed)
    of_a, J = fractions(rng, 4, 1), fractions(rng, 4, 4)
    expected = [[sum(J[k, i] * of_a[k, 0] for k in range(4))] for i in range(4)]
    assert output_error_by_index(of_a, J).tolist() == expected


@pytest.mark.parametrize(
    ("cost", "derivative"),
    [(cross_entropy, cross_entropy_derivative), (squared_error, squared_error_derivative)],
)
@pytest.mark.parametrize("seed", range(3))
def test_the_output_error_of_a_softmax_is_the_complex_step(cost, derivative, seed):
    rng = np.random.default_rng(seed)
    z, y = rng.normal(size=(5, 1)), one_hot(rng.integers(0, 5, 1), 5)
    J = np.vstack([stepped(lambda z: softmax(z)[k, 0], z).T for k in range(5)])  # noqa: B023
    delta = output_error_by_index(derivative(softmax(z), y), J)
    assert delta == pytest.approx(
        stepped(lambda z: cost(softmax(z), y), z), rel=0, abs=64 * UNIT_ROUNDOFF
    )


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("destinations", "sources"), [(3, 5), (4, 2), (1, 3)])
def test_the_error_before_is_exact_for_fractions(destinations, sources, seed):
    rng = np.random.default_rng(seed)
    W = fractions(rng, destinations, sources)
    slope, delta = fractions(rng, sources, 1), fractions(rng, destinations, 1)
    assert (error_before_by_index(W, slope, delta) == slope * (W.T @ delta)).all()


@pytest.mark.parametrize("phi", [(relu, tanh, sigmoid), (tanh, sigmoid, identity)])
@pytest.mark.parametrize("seed", range(3))
def test_the_gradients_of_the_last_two_layers_are_the_complex_steps(phi, seed):
    rng = np.random.default_rng(seed)
    n = (4, 2, 5, 3)
    network = random_network(n, dict(enumerate(phi, start=1)), scale=0.9, rng=rng)
    x, y = rng.normal(size=(4, 1)), rng.normal(size=(3, 1))
    Z, A = forward(network, x)
    delta = {3: squared_error_derivative(A[3], y) * derivative_of(phi[2])(Z[3])}
    delta[2] = error_before_by_index(network.W[3], derivative_of(phi[1])(Z[2]), delta[3])
    for l in (2, 3):
        gradients = layer_gradients_by_index(delta[l], A[l - 1])
        for name, gradient in zip(("W", "b"), gradients, strict=True):

            def cost_of(value, name=name, l=l):
                parts = {"W": dict(network.W), "b": dict(network.b)}
                parts[name][l] = value
                return squared_error(forward(Network(**parts, phi=network.phi), x)[1][3], y)

            expected = stepped(cost_of, getattr(network, name)[l])
            assert gradient == pytest.approx(expected, rel=1e-13, abs=64 * UNIT_ROUNDOFF)


@pytest.mark.parametrize("seed", range(3))
def test_layer_gradients_are_exact_for_fractions(seed):
    rng = np.random.default_rng(seed)
    delta, a = fractions(rng, 3, 1), fractions(rng, 4, 1)
    of_W, of_b = layer_gradients_by_index(delta, a)
    assert (of_W == delta @ a.T).all()
    assert (of_b == delta).all()


def test_whole_numbers_meet_fractions_of_one_without_being_cut():
    whole, half = np.array([[3]]), np.array([[0.5]])
    assert output_error_by_index(whole, half).item() == 1.5
    assert error_before_by_index(whole, half, whole).item() == 4.5
    assert error_before_by_index(half, whole, whole).item() == 4.5
    assert error_before_by_index(whole, whole, half).item() == 4.5
    assert layer_gradients_by_index(whole, half)[0].item() == 1.5
    assert layer_gradients_by_index(half, whole)[0].item() == 1.5


def test_no_argument_is_changed():
    rng = np.random.default_rng(8)
    W, slope, delta = (rng.normal(size=shape) for shape in ((2, 3), (3, 1), (2, 1)))
    before = [array.copy() for array in (W, slope, delta)]
    error_before_by_index(W, slope, delta)
    output_error_by_index(slope, W.T @ W)
    layer_gradients_by_index(delta, slope)
    for array, old in zip((W, slope, delta), before, strict=True):
        assert (array == old).all()


def test_layer_gradients_have_the_shapes_of_the_parameters():
    of_W, of_b = layer_gradients_by_index(np.ones((2, 1)), np.ones((3, 1)))
    assert of_W.shape == (2, 3)
    assert of_b.shape == (2, 1)


@pytest.mark.parametrize(
    ("function", "product", "arguments"),
    [
        (output_error_by_index, lambda of_a, jacobian: (jacobian * of_a,), 2),
        (error_before_by_index, lambda W, slope, delta: (W * slope * delta,), 3),
        (layer_gradients_by_index, lambda delta, a: (delta * a, delta), 2),
    ],
)
@pytest.mark.parametrize("common", [np.float32, np.float64])
def test_one_complex_argument_is_enough(function, product, arguments, common):
    for which in range(arguments):
        numbers = [np.array([[number]], common) for number in (2, 3, 5)[:arguments]]
        numbers[which] = numbers[which] * np.array([[1 + 1j]], np.complex64)
        results = function(*numbers)
        results = results if isinstance(results, tuple) else (results,)
        for result, expected in zip(results, product(*numbers), strict=True):
            assert result.dtype == expected.dtype
            assert result == expected


def test_layer_gradients_share_no_memory_with_the_error():
    delta = np.ones((2, 1))
    layer_gradients_by_index(delta, np.ones((3, 1)))[1][:] = 7
    assert delta.ravel().tolist() == [1, 1]
