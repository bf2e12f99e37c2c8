"""What the chapter on better steps builds: momentum, Adam, a schedule."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from nnmath import (
    Adam,
    Momentum,
    Network,
    backward,
    cosine,
    cross_entropy,
    descend,
    forward,
    one_hot,
    random_network,
    softmax,
    train,
    train_plainly,
)

from .networks import PHI, copy, drawn, gradients, in_type, same

RULES = {
    "momentum": lambda: Momentum(0.8),
    "nesterov": lambda: Momentum(0.8, nesterov=True),
    "adam": Adam,
}


# --- rules


def by_formula(name, thetas, eta):
    """Walk as the formulas of the chapter say, on one array after another, gradient by gradient."""
    theta, v, q = thetas[0].copy(), 0.0, 0.0
    mu, nu = (0.9, 0.999) if name == "adam" else (0.8, 0.0)
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
        expected = by_formula(name, [before.b[l], *(of_b[l] for _, of_b in several)], 0.25)
        assert network.b[l] == pytest.approx(expected, rel=1e-12, abs=1e-13)


def test_momentum_without_memory_is_descent():
    for rule in (Momentum(0.0), Momentum(0.0, nesterov=True)):
        one, other = drawn()[0], drawn()[0]
        for seed in range(3):
            rule(one, *gradients(seed), 0.1)
            descend(other, *gradients(seed), 0.1)
        assert same(one, other)


@pytest.mark.parametrize("name", RULES)
def test_a_rule_keeps_arrays_and_types_and_leaves_gradients_alone(name):
    network, X, Y = drawn()
    network = in_type(network, np.float32)
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
        ValueError, match=r"^network must have the very arrays that this rule was prepared for"
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


# --- the schedule


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
