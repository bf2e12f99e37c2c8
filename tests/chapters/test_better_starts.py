"""What the chapter on better starts builds: a scale for each layer, networks drawn with them."""

import numpy as np
import pytest

from nnmath import glorot_scales, he_scales, random_network, scaled_network

from .networks import PHI, N


def test_the_scales_are_one_for_each_layer():
    assert he_scales((8, 2, 32, 5)) == {1: 0.5, 2: 1.0, 3: 0.25}
    assert glorot_scales((3, 5, 27)) == {1: 0.5, 2: 0.25}


@pytest.mark.parametrize("scales", [he_scales, glorot_scales])
def test_scales_refuse_what_are_no_sizes(scales):
    with pytest.raises(ValueError, match=r"^n must hold at least two sizes"):
        scales((3,))
    with pytest.raises(TypeError, match=r"^n\[1\] must be a whole number, got 2.5$"):
        scales((3, 2.5))


@pytest.mark.parametrize("scales", [he_scales, glorot_scales])
def test_scales_do_not_depend_on_the_type_of_the_sizes(scales):
    assert scales(np.array([100, 100, 90], np.int8)) == scales((100, 100, 90))


def test_a_scaled_network_is_the_random_one_layer_by_layer():
    scales = {1: 0.5, 2: 2.0, 3: 0.0}
    network = scaled_network(N, PHI, scales=scales, rng=np.random.default_rng(4))
    plain = random_network(N, PHI, scale=1.0, rng=np.random.default_rng(4))
    for l in (1, 2, 3):
        assert np.array_equal(network.W[l], scales[l] * plain.W[l])
        assert not network.b[l].any()
    assert network.phi == PHI


def test_a_scaled_network_in_float32_is_the_rounded_one():
    draw = {"scales": he_scales(N), "rng": np.random.default_rng(4)}
    narrow = scaled_network(N, PHI, **draw, dtype=np.float32)
    wide = scaled_network(N, PHI, **(draw | {"rng": np.random.default_rng(4)}))
    for l in (1, 2, 3):
        assert narrow.W[l].dtype == narrow.b[l].dtype == np.float32
        assert wide.W[l].dtype == np.float64
        assert np.array_equal(narrow.W[l], wide.W[l].astype(np.float32))


@pytest.mark.parametrize(
    ("change", "kind", "message"),
    [
        (
            {"scales": {1: 1.0, 2: 1.0}},
            ValueError,
            r"scales must have the keys \[1, 2, 3\], got",
        ),
        (
            {"scales": [1.0, 1.0, 1.0]},
            TypeError,
            r"scales must map layers to values, got list",
        ),
        ({"scales": {1: 1, 2: "1", 3: 1}}, TypeError, r"scales\[2\] must be a number, got '1'"),
        (
            {"scales": {1: 1, 2: 1, 3: True}},
            TypeError,
            r"scales\[3\] must be a number, got True",
        ),
        (
            {"scales": {1: -1, 2: 1, 3: 1}},
            ValueError,
            r"scales\[1\] must be finite and at least 0",
        ),
        (
            {"scales": {1: 1, 2: np.nan, 3: 1}},
            ValueError,
            r"scales\[2\] must be finite and at least 0, got nan",
        ),
        (
            {"scales": {1: 1, 2: np.inf, 3: 1}},
            ValueError,
            r"scales\[2\] must be finite and at least 0, got inf",
        ),
        ({"dtype": np.int64}, TypeError, r"dtype must be a floating-point type, got int64"),
        ({"rng": 3}, TypeError, r"rng must be a NumPy random generator, got int"),
    ],
)
def test_a_scaled_network_refuses(change, kind, message):
    rng = np.random.default_rng(0)
    arguments = {"scales": he_scales(N), "rng": rng} | change
    with pytest.raises(kind, match=rf"^{message}"):
        scaled_network(N, PHI, **arguments)
    assert rng.random() == np.random.default_rng(0).random()  # nothing was drawn


def test_a_scaled_network_without_a_function_draws_nothing():
    rng = np.random.default_rng(0)
    with pytest.raises(TypeError, match=r"^phi\[2\] must be a function, got 'relu'$"):
        scaled_network(N, PHI | {2: "relu"}, scales=he_scales(N), rng=rng)
    assert rng.random() == np.random.default_rng(0).random()
