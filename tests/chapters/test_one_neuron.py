"""What the chapter on one neuron per layer builds: derivatives, and gradients of a chain."""

import numpy as np
import pytest

from nnmath import Network, forward, identity, random_network, relu, sigmoid, softmax, tanh
from nnmath.gradients.scalar_chain import scalar_gradients
from nnmath.model.activations import (
    derivative_of,
    relu_derivative,
    sigmoid_derivative,
    tanh_derivative,
)

from .exact_numbers import UNIT_ROUNDOFF

ELEMENTWISE = [identity, relu, sigmoid, tanh]


def chain(phis, seed):
    rng = np.random.default_rng(seed)
    phi = dict(enumerate(phis, start=1))
    network = random_network([1] * (len(phis) + 1), phi, scale=1.0, rng=rng)
    for l in network.b:
        network.b[l][:] = rng.normal()
    return network


@pytest.mark.parametrize("phi", ELEMENTWISE)
def test_a_derivative_is_the_complex_step_of_its_function(phi):
    z = np.array([[-9.0, -1.5, -1e-8], [1e-8, 0.75, 12.0]])
    stepped = phi(z + 1e-30j).imag / 1e-30
    assert derivative_of(phi)(z) == pytest.approx(stepped, rel=128 * UNIT_ROUNDOFF, abs=0)


@pytest.mark.parametrize("phi", ELEMENTWISE)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_derivative_keeps_type_and_shape(phi, dtype):
    derivative = derivative_of(phi)(np.ones((3, 5), dtype))
    assert derivative.dtype == dtype
    assert derivative.shape == (3, 5)


def test_relus_derivative_at_the_kink_is_zero_by_convention():
    assert relu_derivative(np.array([-1.0, -0.0, 0.0, 1.0])).tolist() == [0, 0, 0, 1]


@pytest.mark.parametrize("derivative", [sigmoid_derivative, tanh_derivative])
def test_a_derivative_does_not_cancel_far_out(derivative):
    assert derivative(np.array([40.0]))[0] > 0


@pytest.mark.parametrize(
    ("phi", "name"), [(softmax, "softmax"), (abs, "abs"), ("relu", "'relu'"), ([], r"\[\]")]
)
def test_a_function_without_an_elementwise_derivative_is_refused(phi, name):
    known = r"\(identity, relu, sigmoid, tanh[a-z, ]*\)"
    with pytest.raises(
        ValueError, match=rf"^phi must have a derivative here {known}, got {name}$"
    ):
        derivative_of(phi)


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize(
    "phis", [[tanh], [sigmoid, identity], [tanh, sigmoid, tanh, identity, sigmoid]]
)
def test_the_gradients_of_a_chain_are_the_complex_steps(phis, seed):
    network = chain(phis, seed)
    x, y = np.random.default_rng(seed + 10).normal(size=2)
    gradients = dict(zip(("W", "b"), scalar_gradients(network, x, y), strict=True))
    for name, gradient in gradients.items():
        for l in gradient:
            parts = {"W": dict(network.W), "b": dict(network.b)}
            parts[name][l] = parts[name][l] + 1e-30j
            output = forward(Network(**parts, phi=network.phi), np.array([[x]]))[1][network.L]
            stepped = ((output.item() - y) ** 2).imag / 1e-30
            assert gradient[l] == pytest.approx(stepped, rel=512 * UNIT_ROUNDOFF, abs=0)


def test_the_gradients_are_keyed_by_layer_from_the_first():
    of_w, of_b = scalar_gradients(chain([tanh, tanh, tanh], 0), 0.5, 1.0)
    assert list(of_w) == list(of_b) == [1, 2, 3]


def test_whole_numbers_are_an_example_too():
    network = chain([tanh, sigmoid], 0)
    assert scalar_gradients(network, 2, 1) == scalar_gradients(network, 2.0, 1.0)


def test_a_silent_neuron_stops_the_error():
    network = Network(
        {1: np.array([[1.0]]), 2: np.array([[1.0]])},
        {1: np.array([[-2.0]]), 2: np.array([[1.0]])},
        {1: relu, 2: identity},
    )
    assert scalar_gradients(network, 1.0, 0.0) == ({1: 0, 2: 0}, {1: 0, 2: 2})


def test_a_network_that_is_no_chain_is_refused():
    network = random_network(
        (1, 2, 1), {1: tanh, 2: tanh}, scale=1.0, rng=np.random.default_rng(0)
    )
    with pytest.raises(
        ValueError, match=r"one neuron in each layer, got the sizes \(1, 2, 1\)$"
    ):
        scalar_gradients(network, 1.0, 0.0)


@pytest.mark.parametrize("phi", ELEMENTWISE)
@pytest.mark.parametrize("dtype", [np.uint8, np.int8])
def test_whole_numbers_of_a_small_type_do_not_wrap_around(phi, dtype):
    z = np.array([[100, 3], [1, 0]])
    assert np.array_equal(derivative_of(phi)(z.astype(dtype)), derivative_of(phi)(z * 1.0))
