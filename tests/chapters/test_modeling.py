"""What the chapter on modeling builds: the network, its parameters, and the checks of arguments."""

import copy
import dataclasses
import functools
import pickle
from fractions import Fraction

import numpy as np
import pytest

from nnmath import Network, count_parameters, identity, random_network, relu
from nnmath.model.activations import Activation
from nnmath.model.arguments import (
    require_flag,
    require_function,
    require_generator,
    require_kind,
    require_matrix,
    require_number,
    require_real,
    require_shape,
    require_sizes,
    require_whole,
)

ARCHITECTURES = [(3, 4, 2), (5, 1), (2, 7, 4, 3, 6)]
SEEDS = [0, 1, 2]


def some_network(n, seed=0):
    phi = dict.fromkeys(range(1, len(n)), relu)
    return random_network(n, phi, scale=1.0, rng=np.random.default_rng(seed))


def parameters(n):
    """Give W and b of ones, each of its right shape."""
    layers = range(1, len(n))
    return (
        {l: np.ones((n[l], n[l - 1])) for l in layers},
        {l: np.ones((n[l], 1)) for l in layers},
    )


def test_relu_keeps_positive_entries_and_zeroes_the_others():
    z = np.array([[-1.5, 0.0], [2.5, -0.0]])
    assert relu(z).tolist() == [[0, 0], [2.5, 0]]


def test_relu_passes_nan_on():
    assert np.isnan(relu(np.array([np.nan]))).all()


@pytest.mark.parametrize("phi", [identity, relu])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex128])
def test_an_activation_function_keeps_type_and_shape(phi, dtype):
    z = np.ones((3, 5), dtype)
    assert phi(z).dtype == dtype
    assert phi(z).shape == (3, 5)


def test_identity_returns_its_argument():
    z = np.array([[-1.0, 2.0]])
    assert identity(z) is z


@pytest.mark.parametrize("step", [1e-30j, -1e-30j])
def test_relu_carries_a_complex_step(step):
    derivative = relu(np.array([-2.0, 0.0, 3.0]) + step).imag / step.imag
    assert derivative.tolist() == [0, 0, 1]


@pytest.mark.parametrize("n", ARCHITECTURES)
def test_a_network_knows_its_sizes(n):
    network = some_network(n)
    assert network.n == n
    assert [*network.W] == list(range(1, network.L + 1))


@pytest.mark.parametrize("n", ARCHITECTURES)
def test_the_count_is_that_of_the_numbers_held(n):
    network = some_network(n)
    held = sum(array.size for arrays in (network.W, network.b) for array in arrays.values())
    assert count_parameters(n) == held


def test_the_count_is_a_plain_int_for_numpys_sizes():
    assert type(count_parameters(np.array([3, 4, 2]))) is int


@pytest.mark.parametrize("seed", SEEDS)
def test_weights_are_drawn_in_the_order_of_the_layers(seed):
    network = some_network((3, 4, 2), seed)
    drawn = np.random.default_rng(seed).standard_normal(4 * 3 + 2 * 4)
    flat = np.concatenate([network.W[1].ravel(), network.W[2].ravel()])
    assert np.array_equal(flat, drawn)


def test_the_legacy_generator_draws_too():
    network = random_network((3, 4), {1: relu}, scale=0.5, rng=np.random.RandomState(7))
    assert np.array_equal(network.W[1], 0.5 * np.random.RandomState(7).randn(4, 3))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_scale_multiplies_every_weight(seed):
    one, half = (
        random_network((4, 3), {1: relu}, scale=scale, rng=np.random.default_rng(seed))
        for scale in (1.0, 0.5)
    )
    assert np.array_equal(half.W[1], one.W[1] / 2)


def test_a_scale_of_zero_draws_zeros():
    network = random_network((2, 3), {1: relu}, scale=0, rng=np.random.default_rng(0))
    assert network.W[1].tolist() == [[0, 0]] * 3


@pytest.mark.parametrize("n", ARCHITECTURES)
def test_biases_start_at_zero_as_columns(n):
    network = some_network(n)
    assert {l: b.tolist() for l, b in network.b.items()} == {
        l: [[0.0]] * n[l] for l in range(1, len(n))
    }


def test_a_network_cannot_be_given_another_matrix():
    network = some_network((3, 4, 2))
    with pytest.raises(dataclasses.FrozenInstanceError):
        network.W = {}


def test_a_network_does_not_share_the_callers_mappings():
    W, b = parameters((3, 4))
    phi = {1: relu}
    network = Network(W, b, phi)
    for mapping in (W, b, phi):
        mapping.clear()
    assert network.n == (3, 4)
    assert network.phi[1] is relu


def test_a_network_keeps_the_callers_arrays():
    W, b = parameters((3, 4))
    assert Network(W, b, {1: relu}).W[1] is W[1]


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda W, b, phi: W.pop(1), ValueError, r"^W must have the keys \[1\], got \[2\]$"),
        (lambda W, b, phi: b.pop(2), ValueError, r"^b must have the keys \[1, 2\], got \[1\]$"),
        (
            lambda W, b, phi: phi.update({0: relu}),
            ValueError,
            r"^phi must have the keys \[1, 2\]",
        ),
        (
            lambda W, b, phi: W.update({2: np.ones((4, 2))}),
            ValueError,
            r"^W\[2\] must have shape \(n_2, 4\), got \(4, 2\)$",
        ),
        (
            lambda W, b, phi: W.update({1: np.ones(4)}),
            ValueError,
            r"^W\[1\] must have shape \(n_1, n_0\), got \(4,\)$",
        ),
        (
            lambda W, b, phi: b.update({1: np.ones((1, 4))}),
            ValueError,
            r"^b\[1\] must have shape \(4, 1\), got \(1, 4\)$",
        ),
        (
            lambda W, b, phi: b.update({1: np.ones(4)}),
            ValueError,
            r"^b\[1\] must have shape \(4, 1\), got \(4,\)$",
        ),
        (
            lambda W, b, phi: W.update({1: np.ones((4, 3), int)}),
            TypeError,
            r"^W\[1\] must hold floating-point numbers, got dtype int64$",
        ),
        (
            lambda W, b, phi: W.update({1: [[1.0]]}),
            TypeError,
            r"^W\[1\] must be a NumPy array, got list$",
        ),
        (
            lambda W, b, phi: W[1].fill(np.nan),
            ValueError,
            r"^W\[1\] must be finite, got 12 NaN or infinite entries$",
        ),
        (
            lambda W, b, phi: phi.update({2: "relu"}),
            TypeError,
            r"^phi\[2\] must be a function, got 'relu'$",
        ),
    ],
)
def test_a_network_refuses_parts_that_do_not_fit(change, error, message):
    W, b = parameters((3, 4, 2))
    phi = {1: relu, 2: relu}
    change(W, b, phi)
    with pytest.raises(error, match=message):
        Network(W, b, phi)


def test_a_network_refuses_lists_of_arrays():
    W, b = parameters((3, 4))
    with pytest.raises(TypeError, match=r"^W must map layers to values, got list$"):
        Network([W[1]], b, {1: relu})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"scale": "1"}, r"^scale must be a number, got '1'$"),
        ({"scale": True}, r"^scale must be a number, got True$"),
        ({"rng": 3}, r"^rng must be a NumPy random generator, got int$"),
        ({"n": {2, 3}}, r"^n must be a sequence of sizes, got set$"),
        ({"phi": None}, r"^phi must map layers to values, got NoneType$"),
        ({"phi": {1: "relu"}}, r"^phi\[1\] must be a function, got 'relu'$"),
    ],
)
def test_arguments_of_the_wrong_type_are_refused_before_anything_is_drawn(change, message):
    rng = np.random.default_rng(0)
    good = {"n": (2, 3), "phi": {1: relu}, "scale": 1.0, "rng": rng}
    with pytest.raises(TypeError, match=message):
        random_network(**(good | change))
    assert rng.random() == np.random.default_rng(0).random()


def test_a_matrix_that_multiplies_otherwise_is_refused():
    with pytest.raises(TypeError, match=r"^X must be a NumPy array, got MaskedArray$"):
        require_matrix("X", np.ma.ones((2, 3)), (2, 3))


def test_a_network_refuses_to_have_no_layer():
    with pytest.raises(ValueError, match=r"^W must have the keys \[1\], got \[\]$"):
        Network({}, {}, {})


@pytest.mark.parametrize(
    ("n", "error", "message"),
    [
        ((3,), ValueError, r"^n must hold at least two sizes, n\[0\] and n\[1\], got 1$"),
        ((3, 0, 2), ValueError, r"^n\[1\] must be at least 1, got 0$"),
        ((3, 2.0), TypeError, r"^n\[1\] must be a whole number, got 2.0$"),
        ((True, 2), TypeError, r"^n\[0\] must be a whole number, got True$"),
    ],
)
@pytest.mark.parametrize("function", [require_sizes, count_parameters])
def test_sizes_that_describe_no_network_are_refused(function, n, error, message):
    with pytest.raises(error, match=message):
        function(n)


@pytest.mark.parametrize("scale", [-0.1, np.inf, np.nan])
def test_a_scale_that_is_no_standard_deviation_is_refused(scale):
    with pytest.raises(ValueError, match=r"^scale must be finite and at least 0, got "):
        random_network((2, 3), {1: relu}, scale=scale, rng=np.random.default_rng(0))


def test_a_letter_stands_for_any_size_but_none():
    require_matrix("X", np.ones((3, 7)), (3, "m"))
    with pytest.raises(ValueError, match=r"^X must have shape \(3, m\), got \(3, 0\)$"):
        require_matrix("X", np.ones((3, 0)), (3, "m"))


def test_an_array_of_fractions_is_refused():
    with pytest.raises(
        TypeError, match=r"^X must hold floating-point numbers, got dtype object$"
    ):
        require_matrix("X", np.array([[Fraction(1, 3)]]), (1, 1))


SMALL = np.int8(100)


@pytest.mark.parametrize(
    ("rule", "value", "given"),
    [
        (lambda x: require_whole("x", x), SMALL, 100),
        (lambda x: require_whole("x", x, least=1, most=100), SMALL, 100),
        (lambda x: require_number("x", x), Fraction(1, 4), 0.25),
        (lambda x: require_number("x", x, least=0, below=1), 0, 0.0),
        (lambda x: require_number("x", x, above=0), np.float32(0.5), 0.5),
        (lambda x: require_number("x", x, least=0, most=1), 1, 1.0),
        (lambda x: require_flag("x", x), np.True_, True),
    ],
)
def test_a_rule_gives_what_fits_in_pythons_own_type(rule, value, given):
    result = rule(value)
    assert result == given
    assert type(result) is type(given)


@pytest.mark.parametrize(
    ("rule", "value", "kind", "message"),
    [
        (
            lambda x: require_whole("x", x),
            True,
            TypeError,
            "x must be a whole number, got True",
        ),
        (lambda x: require_whole("x", x), 1.0, TypeError, "x must be a whole number, got 1.0"),
        (
            lambda x: require_whole("x", x, least=0),
            -1,
            ValueError,
            "x must be at least 0, got -1",
        ),
        (
            lambda x: require_whole("x", x, least=2, most=5),
            np.int8(6),
            ValueError,
            "x must be from 2 to 5, got 6",
        ),
        (lambda x: require_number("x", x), True, TypeError, "x must be a number, got True"),
        (lambda x: require_number("x", x), 1j, TypeError, "x must be a number, got 1j"),
        (lambda x: require_number("x", x), np.nan, ValueError, "x must be finite, got nan"),
        (lambda x: require_number("x", x), -np.inf, ValueError, "x must be finite, got -inf"),
        (
            lambda x: require_number("x", x, least=0, most=1),
            1.5,
            ValueError,
            "x must be at least 0 and at most 1, got 1.5",
        ),
        (
            lambda x: require_number("x", x, above=0),
            0,
            ValueError,
            "x must be finite and above 0, got 0",
        ),
        (
            lambda x: require_number("x", x, least=0, below=1),
            1,
            ValueError,
            "x must be at least 0 and below 1, got 1",
        ),
        (lambda x: require_flag("x", x), "no", TypeError, "x must be True or False, got 'no'"),
        (lambda x: require_flag("x", x), 1, TypeError, "x must be True or False, got 1"),
        (lambda x: require_function("x", x), 3, TypeError, "x must be a function, got 3"),
        (
            lambda x: require_kind("x", x, Network),
            None,
            TypeError,
            "x must be a Network, got NoneType",
        ),
        (
            lambda x: require_generator("x", x),
            np.random.RandomState(0),
            TypeError,
            "x must be a numpy.random.Generator, got RandomState",
        ),
        (
            lambda x: require_real("x", x),
            np.ones(2, complex),
            TypeError,
            "x must be real, got dtype complex128",
        ),
    ],
)
def test_a_rule_says_what_came_and_what_was_expected(rule, value, kind, message):
    with pytest.raises(kind) as caught:
        rule(value)
    assert str(caught.value) == message


def test_a_whole_number_that_no_float_holds_is_not_finite():
    with pytest.raises(ValueError, match=r"^x must be finite, got 1000"):
        require_number("x", 10**400)


def test_a_list_is_no_matrix():
    with pytest.raises(TypeError, match=r"^value must be a NumPy array, got list$"):
        require_shape("value", [[1.0]], (1, 1))


@pytest.mark.parametrize("phi", [identity, relu])
def test_an_activation_is_known_by_the_name_of_its_function(phi):
    assert repr(phi) == phi.__name__ == phi.function.__name__
    assert phi.__doc__ == phi.function.__doc__
    assert pickle.loads(pickle.dumps(phi)) is phi


def test_an_activation_under_another_name_is_handed_on_with_all_it_holds():
    phi = Activation(np.tanh)
    phi.__name__ = "bent"
    phi.derivative = np.cosh
    other = pickle.loads(pickle.dumps(phi))
    assert vars(other) == vars(phi)
    assert other is not phi


def test_an_activation_does_not_take_over_what_its_function_holds():
    def step(z):
        return z

    step.kinks, step.note = (0.0,), "a step"
    phi = Activation(step)
    assert phi.kinks == ()
    assert not hasattr(phi, "note")


def test_of_a_plain_function_a_network_knows_the_function_alone():
    arrays = {1: np.ones((2, 3))}, {1: np.ones((2, 1))}
    phi = Network(*arrays, {1: np.sin}).phi[1]
    assert isinstance(phi, Activation)
    assert phi.function is np.sin
    assert repr(phi) == "sin"
    assert phi.derivative is phi.pull_back is phi.pull_back_of_sizes is phi.in_place is None
    assert phi.kinks == ()


def test_an_activation_refuses_a_function_that_changes_the_shape():
    with pytest.raises(ValueError, match=r"^sum must return shape \(2, 3\), got \(\)$"):
        Activation(np.sum)(np.ones((2, 3)))


def twice(z):
    return 2 * z


def test_a_function_that_wraps_another_is_not_taken_for_it():
    wrapper = functools.wraps(relu)(lambda z: 2 * relu(z))
    network = Network({1: np.ones((1, 1))}, {1: np.zeros((1, 1))}, {1: wrapper})
    assert network.phi[1](np.ones((1, 1))) == 2
    assert network.phi[1].function is wrapper


def test_a_network_with_a_function_of_ones_own_can_be_copied_and_handed_on():
    network = Network({1: np.ones((1, 1))}, {1: np.zeros((1, 1))}, {1: twice})
    for other in (pickle.loads(pickle.dumps(network)), copy.deepcopy(network)):
        assert other.phi[1].function is twice
        assert other.phi[1](np.ones((1, 1))) == 2
    assert pickle.loads(pickle.dumps(relu)) is relu


def test_a_network_says_its_sizes_and_functions():
    network = random_network(
        (784, 32, 10), {1: relu, 2: identity}, scale=1, rng=np.random.default_rng(0)
    )
    assert repr(network) == "Network(784-32-10, relu, identity)"


def test_an_array_in_a_file_is_a_matrix(tmp_path):
    require_shape("value", np.memmap(tmp_path / "value", float, "w+", shape=(2, 3)), (2, "m"))


def test_an_activation_too_small_for_a_float_is_zero():
    with np.errstate(under="raise"):
        assert Activation(np.exp)(np.array([0.0, -800.0])).tolist() == [1, 0]
