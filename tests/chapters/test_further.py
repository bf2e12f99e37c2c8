"""What the chapter on better starts and steps builds: scales, rules, schedules, shifts, files."""

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from functools import partial
from itertools import pairwise

import numpy as np
import pytest

from nnmath import (
    Adam,
    Momentum,
    Network,
    WeightDecay,
    backward,
    check_gradients,
    cosine,
    cross_entropy,
    descend,
    forward,
    glorot_scales,
    he_scales,
    identity,
    load_network,
    one_hot,
    random_network,
    random_shifts,
    relu,
    save_network,
    scaled_network,
    sigmoid,
    softmax,
    softplus,
    tanh,
    train,
    train_plainly,
)
from nnmath.fast.train import suits

N = (3, 5, 4, 2)
PHI = {1: tanh, 2: relu, 3: softmax}
RULES = {
    "momentum": lambda: Momentum(0.8),
    "nesterov": lambda: Momentum(0.8, nesterov=True),
    "adam": Adam,
    "decay": lambda: WeightDecay(Adam(), 0.1),
}


def drawn(seed=0, m=11):
    rng = np.random.default_rng(seed)
    network = random_network(N, PHI, scale=0.7, rng=rng)
    return network, rng.normal(size=(N[0], m)), one_hot(rng.integers(0, N[-1], m), N[-1])


def copy(network):
    return Network(
        {l: W.copy() for l, W in network.W.items()},
        {l: b.copy() for l, b in network.b.items()},
        network.phi,
    )


def same(one, other):
    return all(
        np.array_equal(one.W[l], other.W[l]) and np.array_equal(one.b[l], other.b[l])
        for l in one.W
    )


def gradients(seed):
    """Draw gradients that fit the network, with nothing to do with it."""
    rng = np.random.default_rng(seed)
    of_W = {l: rng.normal(size=(N[l], N[l - 1])) for l in (1, 2, 3)}
    return of_W, {l: rng.normal(size=(N[l], 1)) for l in (1, 2, 3)}


# --- first weights


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


# --- rules


def by_formula(name, thetas, eta):
    """Walk as the formulas of the chapter say, on one array after another, gradient by gradient."""
    theta, v, q = thetas[0].copy(), 0.0, 0.0
    mu, nu = (0.9, 0.999) if name in ("adam", "decay") else (0.8, 0.0)
    for t, g in enumerate(thetas[1:], start=1):
        if name == "momentum":
            v = mu * v + g
            theta = theta - eta * v
        elif name == "nesterov":
            v = mu * v + g
            theta = theta - eta * (g + mu * v)
        else:
            v = mu * v + (1 - mu) * g
            q = nu * q + (1 - nu) * g**2
            if name == "decay":
                theta = (1 - eta * 0.1) * theta
            theta = theta - eta * (v / (1 - mu**t)) / (np.sqrt(q / (1 - nu**t)) + 1e-8)
    return theta


@pytest.mark.parametrize("name", RULES)
def test_a_rule_moves_every_array_by_its_formula(name):
    network, _, _ = drawn()
    before, rule = copy(network), RULES[name]()
    several = [gradients(seed) for seed in range(7)]
    for of_W, of_b in several:
        rule(network, of_W, of_b, 0.25)
    for l in network.W:
        expected = by_formula(name, [before.W[l], *(of_W[l] for of_W, _ in several)], 0.25)
        assert network.W[l] == pytest.approx(expected, rel=1e-12, abs=1e-13)
        without = "adam" if name == "decay" else name  # biases do not decay
        expected = by_formula(without, [before.b[l], *(of_b[l] for _, of_b in several)], 0.25)
        assert network.b[l] == pytest.approx(expected, rel=1e-12, abs=1e-13)


def test_momentum_without_memory_is_descent():
    for rule in (Momentum(0.0), Momentum(0.0, nesterov=True), WeightDecay(descend, 0.0)):
        one, other = drawn()[0], drawn()[0]
        for seed in range(3):
            rule(one, *gradients(seed), 0.1)
            descend(other, *gradients(seed), 0.1)
        assert same(one, other)


@pytest.mark.parametrize("name", RULES)
def test_a_rule_keeps_arrays_and_types_and_leaves_gradients_alone(name):
    network, X, Y = drawn()
    network = Network(
        {l: W.astype(np.float32) for l, W in network.W.items()},
        {l: b.astype(np.float32) for l, b in network.b.items()},
        PHI,
    )
    held, rule = network.W[2], RULES[name]()
    for _ in range(2):
        of_W, of_b = backward(network, *forward(network, X), Y, cross_entropy)
        kept = {l: g.copy() for l, g in of_W.items()}
        rule(network, of_W, of_b, 0.1)
        assert all(np.array_equal(of_W[l], kept[l]) for l in kept)
    assert network.W[2] is held
    assert held.dtype == np.float32


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize(
    ("change", "kind", "message"),
    [
        (lambda g: g["of_W"].pop(2), ValueError, r"of_W must have the keys \[1, 2, 3\], got"),
        (
            lambda g: g["of_b"].update({3: np.full((2, 1), np.nan)}),
            ValueError,
            r"of_b\[3\] must be finite, got 2",
        ),
        (lambda g: g.update(eta=0.0), ValueError, r"eta must be finite and above 0, got 0.0"),
        (lambda g: g.update(eta="0.1"), TypeError, r"eta must be a number, got '0.1'"),
    ],
)
def test_a_refused_step_changes_neither_network_nor_memory(name, change, kind, message):
    network, other, rule, fresh = drawn()[0], drawn()[0], RULES[name](), RULES[name]()
    rule(network, *gradients(0), 0.1)
    fresh(other, *gradients(0), 0.1)
    of_W, of_b = gradients(1)
    arguments = {"of_W": of_W, "of_b": of_b, "eta": 0.1}
    change(arguments)
    with pytest.raises(kind, match=rf"^{message}"):
        rule(network, **arguments)
    rule(network, *gradients(2), 0.1)
    fresh(other, *gradients(2), 0.1)
    assert same(network, other)


@pytest.mark.parametrize("name", RULES)
def test_a_rule_belongs_to_one_network(name):
    rule = RULES[name]()
    rule(drawn()[0], *gradients(0), 0.1)
    small = random_network((2, 2), {1: softmax}, scale=1.0, rng=np.random.default_rng(0))
    of_W, of_b = {1: np.ones((2, 2))}, {1: np.ones((2, 1))}
    before = copy(small)
    with pytest.raises(
        ValueError, match=r"^network must have the very arrays that this rule has moved before"
    ):
        rule(small, of_W, of_b, 0.1)
    assert same(small, before)


@pytest.mark.parametrize("name", RULES)
def test_a_rule_is_not_used_again_for_a_network_of_the_same_shapes(name):
    rule, first, second = RULES[name](), drawn()[0], drawn(1)[0]
    rule(first, *gradients(0), 0.1)
    before = copy(second)
    with pytest.raises(ValueError, match=r"a new network needs a new rule$"):
        rule(second, *gradients(1), 0.1)
    assert same(second, before)
    rule(Network(first.W, first.b, PHI), *gradients(1), 0.1)  # the same arrays, held anew


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("training", [train, train_plainly])
def test_a_training_refuses_a_rule_that_has_moved_another_network(name, training):
    rule = RULES[name]()
    arguments = {"eta": 0.1, "epochs": 1, "B": 4, "rule": rule}
    first, X, Y = drawn()
    training(first, X, Y, cross_entropy, **arguments, rng=np.random.default_rng(0))
    second, X, Y = drawn(1)
    before, rng = copy(second), np.random.default_rng(0)
    with pytest.raises(ValueError, match=r"a new network needs a new rule$"):
        training(second, X, Y, cross_entropy, **arguments, rng=rng)
    assert same(second, before)
    assert rng.random() == np.random.default_rng(0).random()


@pytest.mark.parametrize(
    ("make", "kind", "message"),
    [
        (lambda: Momentum(1.0), ValueError, "mu must be at least 0 and below 1, got 1.0"),
        (lambda: Momentum(-0.1), ValueError, "mu must be at least 0 and below 1, got -0.1"),
        (lambda: Momentum("0.9"), TypeError, "mu must be a number, got '0.9'"),
        (
            lambda: Momentum(nesterov="no"),
            TypeError,
            "nesterov must be True or False, got 'no'",
        ),
        (lambda: Adam(mu=np.nan), ValueError, "mu must be at least 0 and below 1, got nan"),
        (lambda: Adam(nu=1), ValueError, "nu must be at least 0 and below 1, got 1"),
        (lambda: Adam(nu=True), TypeError, "nu must be a number, got True"),
        (lambda: Adam(epsilon=0.0), ValueError, "epsilon must be finite and above 0, got 0.0"),
        (
            lambda: Adam(epsilon=np.inf),
            ValueError,
            "epsilon must be finite and above 0, got inf",
        ),
        (lambda: Adam(epsilon="1"), TypeError, "epsilon must be a number, got '1'"),
        (lambda: WeightDecay(3, 0.1), TypeError, "rule must be a function, got 3"),
        (lambda: WeightDecay(descend, "a"), TypeError, "omega must be a number, got 'a'"),
        (
            lambda: WeightDecay(descend, -1.0),
            ValueError,
            "omega must be finite and at least 0, got -1.0",
        ),
        (
            lambda: WeightDecay(descend, np.inf),
            ValueError,
            "omega must be finite and at least 0, got inf",
        ),
    ],
)
def test_rules_refuse_numbers_out_of_range(make, kind, message):
    with pytest.raises(kind, match=rf"^{message}$"):
        make()


def test_adam_refuses_a_type_that_rounds_epsilon_to_zero():
    half = random_network((2, 3), {1: softmax}, scale=1.0, rng=np.random.default_rng(0))
    half = Network(
        {1: half.W[1].astype(np.float16)}, {1: half.b[1].astype(np.float16)}, half.phi
    )
    of_W, of_b = {1: np.ones((3, 2), np.float16)}, {1: np.ones((3, 1), np.float16)}
    before = copy(half)
    with pytest.raises(
        ValueError, match=r"^epsilon must be above 0 in the network's float16, got 1e-08$"
    ):
        Adam()(half, of_W, of_b, 0.1)
    assert same(half, before)
    Adam(epsilon=1e-4)(half, of_W, of_b, 0.1)
    assert np.isfinite(half.W[1]).all()


@pytest.mark.parametrize("name", RULES)
def test_a_rate_may_be_a_fraction(name):
    one, other = drawn()[0], drawn()[0]
    RULES[name]()(one, *gradients(0), Fraction(1, 8))
    RULES[name]()(other, *gradients(0), 0.125)
    assert same(one, other)


def test_rules_have_the_usual_numbers():
    assert (Momentum().mu, Momentum().nesterov) == (0.9, False)
    assert (Adam().mu, Adam().nu, Adam().epsilon) == (0.9, 0.999, 1e-8)


@pytest.mark.parametrize("train", [train, train_plainly])
@pytest.mark.parametrize("name", RULES)
def test_a_training_asks_a_rule_once_before_anything_moves(name, train, monkeypatch):
    rule, asked = RULES[name](), []
    kept = type(rule).prepare
    monkeypatch.setattr(type(rule), "prepare", lambda *a: asked.append(a) or kept(*a))
    network, X, Y = drawn()
    arguments = {"eta": 0.1, "epochs": 2, "B": 4}
    train(network, X, Y, cross_entropy, **arguments, rng=np.random.default_rng(0), rule=rule)
    assert len(asked) == 1
    other = random_network((3, 2), {1: softmax}, scale=1.0, rng=np.random.default_rng(0))
    before = copy(other)
    with pytest.raises(ValueError, match=r"^network must have the very arrays that this rule"):
        train(other, X, Y, cross_entropy, **arguments, rng=np.random.default_rng(0), rule=rule)
    assert same(other, before)


@pytest.mark.parametrize("name", RULES)
def test_a_training_steps_as_the_rule_does_when_it_is_called(name):
    network, X, Y = drawn()
    by_hand, rule = copy(network), RULES[name]()
    rng = np.random.default_rng(0)
    train_plainly(
        network, X, Y, cross_entropy, eta=0.1, epochs=3, B=11, rng=rng, rule=RULES[name]()
    )
    for _ in range(3):
        of_W, of_b = backward(by_hand, *forward(by_hand, X), Y, cross_entropy)
        rule(by_hand, of_W, of_b, 0.1)
    for l in network.W:
        assert network.W[l] == pytest.approx(by_hand.W[l], rel=1e-12, abs=1e-13)


def test_decay_refuses_to_turn_weights_around():
    network = drawn()[0]
    before = copy(network)
    with pytest.raises(
        ValueError, match=r"^eta times omega must be below 1, got 0.5 times 2.0$"
    ):
        WeightDecay(descend, 2.0)(network, *gradients(0), 0.5)
    assert same(network, before)


# --- training with them


@pytest.mark.parametrize("train", [train, train_plainly])
def test_training_uses_the_rule_the_schedule_and_the_augmentation(train):
    network, X, Y = drawn(m=10)
    rates, seen = [], []

    def rule(network, of_W, of_b, rate):
        rates.append(rate)
        descend(network, of_W, of_b, rate)

    def augment(some_X, rng):
        assert isinstance(rng, np.random.Generator)
        seen.append(some_X.shape)
        return np.zeros_like(some_X)

    before = copy(network)
    train(
        network,
        X,
        Y,
        cross_entropy,
        eta=0.5,
        epochs=3,
        B=4,
        rng=np.random.default_rng(0),
        rule=rule,
        schedule=lambda share: 1 - share,
        augment=augment,
    )
    assert rates == pytest.approx([0.5 * (1 - step / 9) for step in range(9)], rel=1e-14)
    assert seen == [(3, 4), (3, 4), (3, 2)] * 3
    assert np.array_equal(network.W[1], before.W[1])  # zeros in, so no gradient of layer 1
    assert not np.array_equal(network.b[3], before.b[3])


@pytest.mark.parametrize("name", RULES)
def test_every_rule_lowers_the_cost(name):
    network, X, _ = drawn(m=40)
    Y = one_hot((X[0] > X[1]).astype(int), 2)
    costs = train(
        network,
        X,
        Y,
        cross_entropy,
        eta=0.05,
        epochs=40,
        B=8,
        rng=np.random.default_rng(0),
        rule=RULES[name](),
        schedule=cosine,
    )
    assert np.mean(costs[-5:]) < 0.3 * np.mean(costs[:5])


def test_the_cosine_falls_from_one_to_zero():
    factors = [cosine(k / 16) for k in range(17)]
    assert factors[0] == 1
    assert factors[8] == pytest.approx(0.5, rel=1e-15)
    assert factors[4] == pytest.approx((1 + 2**-0.5) / 2, rel=1e-15)
    assert factors[16] == 0
    assert all(a > b for a, b in pairwise(factors))


@pytest.mark.parametrize("share", [-0.1, 1.1, np.nan])
def test_a_share_out_of_range_is_refused(share):
    with pytest.raises(ValueError, match=r"^share must be at least 0 and at most 1, got "):
        cosine(share)


@pytest.mark.parametrize("share", ["a", True, None])
def test_a_share_that_is_no_number_is_refused_by_name(share):
    with pytest.raises(TypeError, match=r"^share must be a number, got "):
        cosine(share)


# --- shifts


def test_shifts_move_and_fill_with_zeros():
    X = np.zeros((25, 400))
    X[12] = 1.0  # the middle pixel of five by five
    moved = random_shifts(X, np.random.default_rng(0), reach=1)
    assert moved.shape == X.shape
    assert np.array_equal(moved.sum(axis=0), np.ones(400))
    places = np.unique(moved.argmax(axis=0), return_counts=True)
    assert list(places[0]) == [6, 7, 8, 11, 12, 13, 16, 17, 18]
    expected, deviation = 400 / 9, (400 * 1 / 9 * 8 / 9) ** 0.5
    assert (np.abs(places[1] - expected) <= 4.5 * deviation).all()
    corner = np.zeros((25, 300))
    corner[24] = 1.0
    lost = random_shifts(corner, np.random.default_rng(1), reach=2)
    assert set(np.unique(lost)) == {0.0, 1.0}
    assert (lost.sum(axis=0) == 0).any()
    assert not lost[[0, 1, 2, 3, 4]].any()  # nothing comes in from the other side


@pytest.mark.parametrize(("reach", "options"), [(1, {}), (2, {"reach": 2}), (0, {"reach": 0})])
def test_shifts_go_down_and_to_the_right_as_drawn(reach, options):
    k, m = 5, 60
    X = np.random.default_rng(3).normal(size=(k * k, m))
    moved = random_shifts(X, np.random.default_rng(8), **options)
    down, right = np.random.default_rng(8).integers(-reach, reach + 1, (2, m))
    for e in range(m):
        expected = np.zeros((k, k))
        for row in range(k):
            for column in range(k):
                at = row + down[e], column + right[e]
                if 0 <= at[0] < k and 0 <= at[1] < k:
                    expected[at] = X[k * row + column, e]
        assert np.array_equal(moved[:, e].reshape(k, k), expected)


def test_shifts_reach_as_far_in_any_type_of_whole_numbers():
    X = np.random.default_rng(0).random((25, 40))
    shifted = [
        random_shifts(X, np.random.default_rng(1), whole(1)) for whole in (int, np.int64)
    ]
    assert np.array_equal(*shifted)


def test_shifts_keep_type_and_leave_the_pictures_alone():
    X = np.random.default_rng(0).normal(size=(16, 6)).astype(np.float32)
    kept = X.copy()
    moved = random_shifts(X, np.random.default_rng(0))
    assert moved.dtype == np.float32
    assert np.array_equal(X, kept)
    assert np.array_equal(random_shifts(X, np.random.default_rng(0), reach=0), X)


@pytest.mark.parametrize(
    ("change", "kind", "message"),
    [
        (
            {"X": np.ones((15, 2))},
            ValueError,
            r"X must hold square pictures, k \* k rows, got 15",
        ),
        (
            {"X": np.ones(16)},
            ValueError,
            r"X must have shape \(k \* k, m\), got \(16,\)$",
        ),
        ({"rng": 1}, TypeError, r"rng must be a numpy.random.Generator, got int"),
        ({"reach": 1.0}, TypeError, r"reach must be a whole number, got 1.0"),
        ({"reach": -1}, ValueError, r"reach must be at least 0, got -1"),
    ],
)
def test_shifts_refuse(change, kind, message):
    arguments = {"X": np.ones((16, 2)), "rng": np.random.default_rng(0)} | change
    with pytest.raises(kind, match=rf"^{message}"):
        random_shifts(**arguments)


# --- files


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_network_comes_back_bit_for_bit(tmp_path, dtype):
    phi = {1: identity, 2: relu, 3: sigmoid, 4: tanh, 5: softmax}
    network = scaled_network(
        (3, 5, 4, 2, 6, 3),
        phi,
        scales=dict.fromkeys(phi, 1.0),
        rng=np.random.default_rng(0),
        dtype=dtype,
    )
    save_network(tmp_path / "net.npz", network)
    loaded = load_network(str(tmp_path / "net.npz"))
    assert same(loaded, network)
    assert loaded.phi == phi
    assert loaded.W[2].dtype == dtype
    assert [path.name for path in tmp_path.iterdir()] == ["net.npz"]


def test_more_than_nine_layers_keep_their_order(tmp_path):
    phi = dict.fromkeys(range(1, 13), tanh) | {12: softmax, 2: relu, 10: sigmoid}
    network = random_network(range(2, 15), phi, scale=1.0, rng=np.random.default_rng(0))
    save_network(tmp_path / "deep", network)
    loaded = load_network(tmp_path / "deep")
    assert same(loaded, network)
    assert loaded.phi == phi


def test_saving_replaces_and_a_failure_leaves_what_was_there(tmp_path, monkeypatch):
    path = tmp_path / "net.npz"
    save_network(path, drawn(0)[0])
    save_network(path, drawn(1)[0])
    whole = path.read_bytes()
    assert same(load_network(path), drawn(1)[0])

    def interrupted(file, **content):
        file.write(b"PK half a file")
        raise KeyboardInterrupt

    monkeypatch.setattr(np, "savez", interrupted)
    with pytest.raises(KeyboardInterrupt):
        save_network(path, drawn(2)[0])
    assert path.read_bytes() == whole
    assert [left.name for left in tmp_path.iterdir()] == ["net.npz"]


def test_two_threads_may_save_to_one_place(tmp_path):
    path = tmp_path / "net.npz"
    networks = [drawn(seed)[0] for seed in range(2)]
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda i: save_network(path, networks[i % 2]), range(60)))
    found = load_network(path).W[1]
    assert any(np.array_equal(found, network.W[1]) for network in networks)
    assert list(tmp_path.iterdir()) == [path]


def test_saving_follows_a_link(tmp_path):
    (tmp_path / "link.npz").symlink_to(tmp_path / "net.npz")
    save_network(tmp_path / "link.npz", drawn()[0])
    assert (tmp_path / "link.npz").is_symlink()
    assert (tmp_path / "net.npz").is_file()


def test_saving_replaces_files_only(tmp_path):
    with pytest.raises(FileExistsError, match="expected a file, or a name that is free"):
        save_network(tmp_path, drawn()[0])


def test_saving_refuses_what_it_could_not_load(tmp_path):
    network, path = drawn()[0], tmp_path / "net.npz"

    def own(z):
        return z

    with pytest.raises(
        ValueError, match=r"^phi\[2\] must be one of nnmath\.model\.activations .* got own$"
    ):
        save_network(path, Network(network.W, network.b, PHI | {2: own}))
    with pytest.raises(ValueError, match=r"got functools\.partial\(relu\)"):
        save_network(path, Network(network.W, network.b, PHI | {2: partial(relu)}))
    with pytest.raises(TypeError, match=r"^network must be a Network, got dict$"):
        save_network(path, {})
    network.W[2][0, 0] = np.nan
    with pytest.raises(ValueError, match=r"^W\[2\] must be finite"):
        save_network(path, network)
    assert not list(tmp_path.iterdir())


def test_an_activation_function_that_one_cell_adds_works_everywhere(tmp_path):
    rng = np.random.default_rng(5)
    network = random_network(N, {1: softplus, 2: softplus, 3: softmax}, scale=0.7, rng=rng)
    X, Y = rng.normal(size=(N[0], 12)), one_hot(rng.integers(0, N[-1], 12), N[-1])
    assert check_gradients(network, X, Y, cross_entropy).passed
    assert check_gradients(network, X, Y, cross_entropy, method="complex").passed
    assert suits(network, X, Y, cross_entropy)
    plainly, settings = copy(network), {"eta": 0.5, "epochs": 5, "B": 4}
    costs = train_plainly(
        plainly, X, Y, cross_entropy, **settings, rng=np.random.default_rng(6)
    )
    fast = train(network, X, Y, cross_entropy, **settings, rng=np.random.default_rng(6))
    assert fast == pytest.approx(costs, rel=1e-12)
    for l in network.W:
        assert network.W[l] == pytest.approx(plainly.W[l], rel=1e-9, abs=1e-12)
    save_network(tmp_path / "net.npz", network)
    loaded = load_network(tmp_path / "net.npz")
    assert same(loaded, network)
    assert loaded.phi == network.phi


def test_a_missing_file_is_said_to_be_missing(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none\.npz"):
        load_network(tmp_path / "none.npz")


def saved(tmp_path):
    save_network(tmp_path / "net.npz", drawn()[0])
    return (tmp_path / "net.npz").read_bytes()


def refused(path, content, message):
    path.write_bytes(content)
    with pytest.raises(ValueError, match=message) as caught:
        load_network(path)
    assert str(caught.value).startswith(f"{path}: ")


def test_every_cut_is_refused(tmp_path):
    whole = saved(tmp_path)
    for length in [*range(0, len(whole), 41), len(whole) - 1]:
        refused(tmp_path / "cut.npz", whole[:length], "no whole .npz archive|damaged")


def test_no_flipped_bit_gives_another_network(tmp_path):
    whole = saved(tmp_path)
    path, right = tmp_path / "flipped.npz", load_network(tmp_path / "net.npz")
    for position in range(0, len(whole), 7):
        flipped = bytearray(whole)
        flipped[position] ^= 1 << position % 8
        path.write_bytes(flipped)
        try:
            loaded = load_network(path)
        except ValueError:
            continue
        assert same(loaded, right)  # a bit that means nothing, such as one of a date
        assert loaded.phi == right.phi


def archive(**content):
    file = io.BytesIO()
    np.savez(file, **content)
    return file.getvalue()


GOOD = {
    "format": "nnmath network",
    "version": 1,
    "phi": ["tanh"],
    "W1": np.ones((2, 3)),
    "b1": np.ones((2, 1)),
}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": "other"}, "expected a network that save_network wrote, got other arrays"),
        ({"version": 2}, "expected version 1 of the format, got 2"),
        ({"version": "x"}, "expected version 1 of the format, got x"),
        ({"phi": ["tanh", "relu"]}, r"expected the arrays \['W1', 'W2', 'b1', 'b2'\], got"),
        ({"phi": []}, r"expected the arrays \[\], got \['W1', 'b1'\]"),
        (
            {"phi": ["eval"]},
            r"expected functions of nnmath\.model\.activations, got \['eval'\]",
        ),
        ({"extra": 1.0}, r"expected the arrays \['W1', 'b1'\], got \['W1', 'b1', 'extra'\]"),
        ({"b1": np.ones((3, 1))}, r"its arrays make no network: b\[1\] must have shape"),
        (
            {"W1": np.ones((2, 3), int)},
            r"its arrays make no network: W\[1\] must hold floating",
        ),
        ({"W1": np.full((2, 3), np.nan)}, r"its arrays make no network: W\[1\] must be finite"),
    ],
)
def test_a_foreign_archive_is_refused(tmp_path, change, message):
    (tmp_path / "good.npz").write_bytes(archive(**GOOD))
    assert load_network(tmp_path / "good.npz").n == (3, 2)
    refused(tmp_path / "bad.npz", archive(**(GOOD | change)), message)


def test_what_is_no_array_is_refused(tmp_path):
    file = io.BytesIO(archive(**GOOD))
    with zipfile.ZipFile(file, "a") as other:
        other.writestr("W3", "bytes and not an array")
    refused(
        tmp_path / "bytes.npz",
        file.getvalue(),
        "damaged, or holds what is no array: W3 is no array",
    )


@pytest.mark.parametrize(
    ("missing", "message"),
    [
        ("format", "expected a network that save_network wrote, got other arrays"),
        ("version", "expected version 1 of the format, got none$"),
        ("phi", r"expected the arrays \[\], got \['W1', 'b1'\]"),
    ],
)
def test_an_archive_that_lacks_what_it_must_say_is_refused(tmp_path, missing, message):
    content = {name: value for name, value in GOOD.items() if name != missing}
    refused(tmp_path / "bad.npz", archive(**content), message)


def test_objects_are_never_unpickled(tmp_path):
    class Trap:
        def __reduce__(self):
            return (pytest.fail, ("a pickle was run",))

    content = archive(**(GOOD | {"W1": np.array([Trap()], dtype=object)}))
    refused(tmp_path / "trap.npz", content, "damaged, or holds what is no array")


@pytest.mark.parametrize("kind", ["text", "npy", "zip", "empty"])
def test_files_of_other_kinds_are_refused(tmp_path, kind):
    file = io.BytesIO()
    if kind == "text":
        file.write(b"not a network\n")
    elif kind == "npy":
        np.save(file, np.ones((2, 3)))
    elif kind == "zip":
        with zipfile.ZipFile(file, "w") as other:
            other.writestr("readme.txt", "not a network")
    refused(
        tmp_path / "foreign", file.getvalue(), "no whole .npz archive|got other arrays|damaged"
    )


class Halved(Adam):
    """A rule that changes the gradients first, in the way of a caller."""

    def __call__(self, network, of_W, of_b, eta):
        super().__call__(network, {l: G / 2 for l, G in of_W.items()}, of_b, eta / 2)


def test_a_rule_with_a_call_of_its_own_is_called():
    outcomes = []
    for rule in (Adam(), Halved()):
        network, X, Y = drawn()
        train(
            network,
            X,
            Y,
            cross_entropy,
            eta=0.1,
            epochs=1,
            B=X.shape[1],
            rng=np.random.default_rng(0),
            rule=rule,
        )
        outcomes.append(network.W[1])
    assert not np.array_equal(*outcomes)


def test_a_class_in_the_place_of_a_rule_is_refused():
    network, X, Y = drawn()
    with pytest.raises(
        TypeError, match=r"^rule must be one such as Adam\(\), got the class itself$"
    ):
        train(
            network,
            X,
            Y,
            cross_entropy,
            eta=0.1,
            epochs=1,
            B=2,
            rng=np.random.default_rng(0),
            rule=Adam,
        )
    with pytest.raises(TypeError, match=r"^rule must be one such as Adam\(\)"):
        WeightDecay(Adam, 0.1)


def test_a_file_of_an_older_numpy_is_read(tmp_path):
    network, path = drawn()[0], tmp_path / "net.npz"
    save_network(path, network)
    with np.load(path) as held:
        content = {name: held[name] for name in held.files}
    np.savez(path, **content, **{"allow_pickle": np.array(False)})
    assert (load_network(path).W[1] == network.W[1]).all()
