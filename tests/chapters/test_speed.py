"""What the chapter on speed builds: the fast step, its workers, and the training that uses it."""

import contextlib
import gc
import importlib
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from nnmath import (
    Network,
    count_parameters,
    cross_entropy,
    descend,
    identity,
    one_hot,
    random_network,
    relu,
    sigmoid,
    softmax,
    squared_error,
    tanh,
    train,
    train_plainly,
)
from nnmath.fast.packed import by_rarest, pack
from nnmath.fast.parameters import Parameters
from nnmath.fast.part import Part
from nnmath.fast.train import full_batch_step, plans_for, suits, workers_that_pay
from nnmath.fast.workers import SharedMemory, Workers, environment_of_worker
from nnmath.gradients.rounding import gradient_noise
from nnmath.learning.plain_training import plain_gradients
from nnmath.model.activations import Activation
from nnmath.model.forward_pass import forward

from .networks import copy, in_type, same

needs_workers = pytest.mark.skipif(
    not hasattr(os, "memfd_create"), reason="this system has no memory without a name"
)

CASES = {
    "relu, relu, softmax": ((9, 5, 4, 3), {1: relu, 2: relu, 3: softmax}, cross_entropy),
    "tanh, sigmoid, softmax": ((4, 6, 5, 2), {1: tanh, 2: sigmoid, 3: softmax}, cross_entropy),
    "identity, softmax": ((5, 3, 4), {1: identity, 2: softmax}, cross_entropy),
    "one layer": ((7, 3), {1: softmax}, cross_entropy),
    "relu, sigmoid": ((6, 4, 2), {1: relu, 2: sigmoid}, squared_error),
    "sigmoid, identity": ((3, 5, 2), {1: sigmoid, 2: identity}, squared_error),
    "tanh, softmax": ((3, 5, 4), {1: tanh, 2: softmax}, squared_error),
    "relu at the end": ((3, 5, 4), {1: tanh, 2: relu}, squared_error),
    "sigmoid and cross-entropy": ((3, 5, 2), {1: tanh, 2: sigmoid}, cross_entropy),
}


def drawn(case="relu, relu, softmax", m=50, dtype=float, seed=0):
    n, phi, cost = CASES[case]
    rng = np.random.default_rng(seed)
    network = random_network(n, phi, scale=0.7, rng=rng)
    for b in network.b.values():
        b[:] = rng.normal(size=b.shape)
    X = rng.normal(size=(n[0], m)) * (rng.random((n[0], m)) < 0.6)
    Y = one_hot(rng.integers(0, n[-1], m), n[-1])
    return in_type(network, dtype), X.astype(dtype), Y.astype(dtype), cost


def both(network, X, Y, cost, *, eta=0.1, workers=0, **others):
    """Train two copies, one fast and one plainly."""
    fast, plain = copy(network), copy(network)
    others = {"epochs": 2, "B": X.shape[1]} | others
    costs = (
        train(
            fast, X, Y, cost, eta=eta, rng=np.random.default_rng(1), workers=workers, **others
        ),
        train_plainly(plain, X, Y, cost, eta=eta, rng=np.random.default_rng(1), **others),
    )
    return fast, plain, costs


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("B", [7, 50])
def test_one_step_is_within_the_noise_of_both_gradients(case, dtype, B):
    network, X, Y, cost = drawn(case, m=50, dtype=dtype, seed=3)
    X, Y = X[:, :B], Y[:, :B]
    fast, plain, _ = both(network, X, Y, cost, epochs=1, eta=1.0)
    Z, A = forward(in_type(network, float), X.astype(float))
    noise = gradient_noise(in_type(network, float), Z, A, Y.astype(float), cost, dtype)
    u = np.finfo(dtype).eps / 2
    for l in network.W:
        # Two gradients, each with its noise, and the rounding of the two subtractions.
        moved = 4 * u * (np.abs(network.W[l]) + np.abs(plain.W[l]))
        assert (np.abs(fast.W[l] - plain.W[l]) <= 2 * noise[0][l] + moved).all()
        moved = 4 * u * (np.abs(network.b[l]) + np.abs(plain.b[l]))
        assert (np.abs(fast.b[l] - plain.b[l]) <= 2 * noise[1][l] + moved).all()


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(("m", "B"), [(50, 7), (50, 50), (1100, 1060), (1100, 1100)])
def test_training_fast_agrees_with_training_plainly(case, m, B):
    fast, plain, costs = both(*drawn(case, m=m), B=B)
    assert costs[0] == pytest.approx(costs[1], rel=1e-12)
    for l in plain.W:
        assert fast.W[l] == pytest.approx(plain.W[l], rel=1e-11, abs=1e-12)
        assert fast.b[l] == pytest.approx(plain.b[l], rel=1e-11, abs=1e-12)


def test_targets_that_are_no_labels_are_trained_as_plainly():
    network, X, Y, cost = drawn(m=40)
    Y = 0.7 * Y + 0.3 / len(Y)
    fast, plain, costs = both(network, X, Y, cost, B=8)
    assert costs[0] == pytest.approx(costs[1], rel=1e-12)
    assert fast.W[1] == pytest.approx(plain.W[1], rel=1e-11, abs=1e-12)


@pytest.mark.parametrize(
    "change",
    [
        lambda network, X, Y: (
            Network(network.W, network.b, {1: softmax, 2: relu, 3: softmax}),
            X,
            Y,
        ),
        lambda network, X, Y: (network, X.astype(np.float32), Y),
        lambda network, X, Y: (in_type(network, np.float32), X, Y),
        lambda network, X, Y: (in_type(network, np.longdouble), X.astype(np.longdouble), Y),
    ],
    ids=["hidden softmax", "inputs of another type", "network of another type", "long double"],
)
def test_what_the_fast_step_does_not_know_is_trained_plainly(change):
    network, X, Y, cost = drawn(m=20)
    network, X, Y = change(network, X, Y)
    assert not suits(network, X, Y)
    fast, plain, costs = both(network, X, Y, cost, B=6)
    assert costs[0] == costs[1]
    assert same(fast, plain)


def test_a_rule_gets_arrays_that_it_may_keep():
    network, X, Y, cost = drawn(m=20)
    kept = []

    def rule(network, of_W, of_b, eta):
        kept.append((of_W, of_b))

    train(network, X, Y, cost, eta=0.1, epochs=1, B=10, rng=np.random.default_rng(1), rule=rule)
    order = np.random.default_rng(1).permutation(20)
    for (of_W, of_b), chosen in zip(kept, (order[:10], order[10:]), strict=True):
        _, (plain_W, plain_b) = plain_gradients(network, X[:, chosen], Y[:, chosen], cost)
        for l in network.W:
            assert of_W[l] == pytest.approx(plain_W[l], rel=1e-12, abs=1e-14)
            assert of_b[l] == pytest.approx(plain_b[l], rel=1e-12, abs=1e-14)


@pytest.mark.parametrize("B", [1, 2])
def test_no_rule_gets_a_gradient_that_is_not_finite(B):
    network, X, Y, cost = overflowing()
    with (
        np.errstate(all="raise"),
        pytest.raises(ValueError, match=r"must be finite"),
    ):
        train(
            network,
            X,
            Y,
            cost,
            eta=0.1,
            epochs=1,
            B=B,
            rng=np.random.default_rng(0),
            rule=lambda *_: pytest.fail("the rule was called"),
        )


def test_augmented_inputs_that_are_complex_are_refused():
    network, X, Y, cost = drawn(m=20)
    with pytest.raises(
        TypeError, match=r"^what augment gives must be real, got dtype complex128"
    ):
        both(network, X, Y, cost, B=6, augment=lambda some_X, _: some_X + 0j)


def test_augmented_minibatches_and_schedules_are_those_of_the_plain_training():
    def augment(X, rng):
        return X + rng.normal(size=X.shape)

    network, X, Y, cost = drawn(m=1100)
    for B in (30, 1100):
        fast, plain, costs = both(
            network, X, Y, cost, B=B, augment=augment, schedule=lambda share: 1 - share / 2
        )
        assert costs[0] == pytest.approx(costs[1], rel=1e-12)
        assert fast.W[2] == pytest.approx(plain.W[2], rel=1e-11, abs=1e-12)


def test_training_changes_neither_inputs_nor_targets():
    network, X, Y, cost = drawn(m=20)
    kept = X.copy(), Y.copy()
    train(network, X, Y, cost, eta=0.1, epochs=2, B=6, rng=np.random.default_rng(0))
    train(network, X, Y, cost, eta=0.1, epochs=2, B=20, rng=np.random.default_rng(0))
    assert np.array_equal(X, kept[0])
    assert np.array_equal(Y, kept[1])


@pytest.mark.parametrize("B", [2, 4])
@pytest.mark.parametrize("eta", [1e250, 1e100])
def test_training_that_diverges_stops_as_the_plain_one(eta, B):
    network = Network({1: np.ones((1, 1))}, {1: np.zeros((1, 1))}, {1: identity})
    X, Y = np.full((1, 4), 1e80), np.zeros((1, 4))
    messages, after = [], []
    for function in (train, train_plainly):
        some = copy(network)
        with (
            np.errstate(over="ignore", invalid="ignore"),
            pytest.raises(FloatingPointError, match=r"^the cost before step 2, or") as caught,
        ):
            function(
                some, X, Y, squared_error, eta=eta, epochs=3, B=B, rng=np.random.default_rng(0)
            )
        messages.append(str(caught.value))
        after.append(some)
    assert messages[0] == messages[1]
    assert same(*after)


@pytest.mark.parametrize("phi", [tanh, relu])
@pytest.mark.parametrize("B", [1, 2])
def test_an_infinite_sum_behind_a_bounded_activation_stops_the_training(phi, B):
    network = Network(
        {1: np.full((2, 1), -1e200), 2: np.ones((2, 2))},
        {1: np.zeros((2, 1)), 2: np.zeros((2, 1))},
        {1: phi, 2: softmax},
    )
    X, Y = np.full((1, 2), 1e200), one_hot(np.array([0, 1]), 2)
    before = copy(network)
    with (
        np.errstate(all="raise"),
        pytest.raises(FloatingPointError, match=r"^the cost before step 1, or a sum"),
    ):
        train(
            network, X, Y, cross_entropy, eta=1.0, epochs=1, B=B, rng=np.random.default_rng(0)
        )
    assert same(network, before)


def test_sums_whose_squares_overflow_are_finite_all_the_same():
    network = Network({1: np.full((1, 1), 1e170)}, {1: np.zeros((1, 1))}, {1: tanh})
    X, Y = np.full((1, 3), 1.0), np.zeros((1, 3))
    fast, plain, costs = both(network, X, Y, squared_error, B=3, eta=0.1)
    assert costs[0] == costs[1]
    assert same(fast, plain)


def overflowing():
    """Make a training whose cost is finite and whose gradient is not."""
    network = Network(
        {1: np.full((1, 1), 1e-160), 2: np.full((1, 1), 1e150)},
        {1: np.zeros((1, 1)), 2: np.zeros((1, 1))},
        {1: identity, 2: identity},
    )
    return network, np.full((1, 2), 1e160), np.zeros((1, 2)), squared_error


def test_a_gradient_that_overflows_is_refused_and_nothing_moves():
    network, X, Y, cost = overflowing()
    before = copy(network)
    with (
        np.errstate(all="raise"),
        pytest.raises(ValueError, match=r"must be finite"),
    ):
        train(network, X, Y, cost, eta=1.0, epochs=1, B=2, rng=np.random.default_rng(0))
    assert same(network, before)


@pytest.mark.parametrize(
    ("change", "kind", "message"),
    [
        ({"X": np.ones((4, 20))}, ValueError, r"X must have shape \(9, m\), got \(4, 20\)"),
        ({"Y": np.ones((3, 10))}, ValueError, r"Y must have shape \(3, 20\), got \(3, 10\)"),
        ({"eta": 0}, ValueError, r"eta must be finite and above 0, got 0"),
        ({"epochs": -1}, ValueError, r"epochs must be at least 0, got -1"),
        ({"epochs": "2"}, TypeError, r"epochs must be a whole number, got '2'"),
        ({"B": 21}, ValueError, r"B must be from 1 to 20"),
        ({"workers": -1}, ValueError, r"workers must be at least 0, got -1"),
        ({"workers": 1.5}, TypeError, r"workers must be a whole number, got 1.5"),
        ({"workers": True}, TypeError, r"workers must be a whole number, got True"),
        ({"cost": lambda A, Y: 0.0}, ValueError, r"cost must have a derivative here"),
    ],
)
@pytest.mark.parametrize("B", [5, 20])
def test_training_refuses_before_it_starts(change, kind, message, B):
    network, X, Y, cost = drawn(m=20)
    before = copy(network)
    arguments = {"X": X, "Y": Y, "cost": cost, "eta": 0.1, "epochs": 1, "B": B} | change
    with pytest.raises(kind, match=rf"^{message}"):
        train(network, rng=np.random.default_rng(0), **arguments)
    assert same(network, before)


def test_a_network_that_cannot_be_written_to_is_refused_before_anything_moves():
    network, X, Y, cost = drawn(m=20)
    before = copy(network)
    network.b[3].flags.writeable = False
    with pytest.raises(ValueError, match=r"^b\[3\] of the network must be writeable$"):
        train(network, X, Y, cost, eta=0.1, epochs=1, B=20, rng=np.random.default_rng(0))
    assert same(network, before)


def test_no_epochs_are_no_reason_to_accept_what_is_wrong():
    network, X, Y, cost = drawn(m=20)
    with pytest.raises(ValueError, match=r"^B must be from 1 to 20"):
        train(network, X, Y, cost, eta=0.1, epochs=0, B=21, rng=np.random.default_rng(0))
    with pytest.raises(TypeError, match=r"^rng must be a numpy.random.Generator"):
        train(network, X, Y, cost, eta=0.1, epochs=0, B=2, rng=3)


def test_copied_parameters_lie_as_they_did():
    one = Parameters((3, 2), np.arange(8.0))
    other = one.copy()
    assert np.array_equal(one.W[1], other.W[1])
    assert not np.shares_memory(one.cells, other.cells)


def test_blocks_have_the_type_of_the_examples():
    network, X, Y, cost = drawn(m=20, dtype=np.float32)
    (plan,) = plans_for(network, X, Y, cost, 1)
    row = np.empty(count_parameters(network.n), np.float32)
    part = Part(plan, Parameters(network.n, row), Parameters(network.n, row))
    block = part.space[20]
    arrays = [block.rows, block.top, block.ones, *block.A.values(), *block.Delta.values()]
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}


def test_weights_lie_neuron_by_neuron_but_for_the_first_layer_each_bias_beside_them():
    parameters = Parameters((3, 4, 2), np.arange(26.0))
    assert np.array_equal(parameters.W[1][:, 0], [0, 1, 2, 3])
    assert np.array_equal(parameters.b[1][:, 0], [12, 13, 14, 15])
    assert np.array_equal(parameters.joined[2], [[16, 17, 18, 19, 20], [21, 22, 23, 24, 25]])
    assert np.array_equal(parameters.b[2], [[20], [25]])


@pytest.mark.parametrize("shape", [(1, 26), (26, 1)])
def test_parameters_may_come_in_a_row_or_a_column(shape):
    parameters = Parameters((3, 4, 2), np.arange(26.0).reshape(shape))
    assert np.array_equal(parameters.joined[2], [[16, 17, 18, 19, 20], [21, 22, 23, 24, 25]])


@pytest.mark.parametrize("seed", range(3))
def test_equally_rare_inputs_and_the_examples_that_need_them_keep_their_order(seed):
    live = np.eye(40, dtype=bool)[np.random.default_rng(seed).integers(0, 40, 200)]
    counts = live.sum(axis=0).tolist()
    rarest_first = sorted(range(40), key=counts.__getitem__)
    ranks = [[row[j] for j in rarest_first].index(True) for row in live.tolist()]
    expected = sorted(range(200), key=ranks.__getitem__)
    last, first = by_rarest(live, 100)
    assert [*first, *last] == expected


def test_examples_are_packed_by_the_inputs_that_are_not_zero():
    rng = np.random.default_rng(0)
    X, Y = rng.integers(0, 3, (9, 50)).astype(float), rng.normal(size=(2, 50))
    blocks = zip(pack(X, Y, 8), by_rarest(X.T != 0, 8), strict=True)
    assert all(np.array_equal(packed.Y, Y[:, chosen]) for packed, chosen in blocks)


@pytest.mark.parametrize("m", [5, 11, 64, 137])
@pytest.mark.parametrize("size", [4, 16])
def test_blocks_hold_each_example_once_and_are_full_but_for_one(m, size):
    live = np.random.default_rng(m).random((m, 7)) < 0.3
    blocks = list(by_rarest(live, size))
    assert sorted(np.concatenate(blocks)) == list(range(m))
    assert len(blocks) == -(-m // size)
    assert max(map(len, blocks)) == min(m, size)


def test_examples_that_need_a_rare_input_stand_in_one_block():
    live = np.ones((12, 5), bool)
    live[:, 2] = False
    live[[1, 6, 10], 2] = True
    first, *others = sorted(by_rarest(live, 3), key=lambda block: -live[block, 2].sum())
    assert sorted(first) == [1, 6, 10]
    assert not live[np.concatenate(others), 2].any()


def looking(network, seen):
    """Make functions that write down a weight of the network whenever a training calls them."""

    def look(*arguments):
        seen.append(network.W[2][0, 0])
        return arguments[0]

    return look


@pytest.mark.parametrize("kind", ["schedule", "augment", "watch", "rule"])
def test_functions_of_the_caller_see_the_network_as_it_is(kind):
    seen = {}
    for function in (train, train_plainly):
        network, X, Y, cost = drawn(m=20)
        seen[function] = []
        look = looking(network, seen[function])
        if kind == "schedule":
            options = {kind: lambda share, look=look: look(share) + 1}
        elif kind == "rule":
            options = {kind: lambda *step, look=look: (look(None), descend(*step))}
        else:
            options = {kind: look}
        rng = np.random.default_rng(0)
        function(network, X, Y, cost, eta=0.3, epochs=2, B=8, rng=rng, **options)
    assert seen[train] == pytest.approx(seen[train_plainly], rel=1e-12)
    assert len(set(seen[train])) == len(seen[train]) > 1


@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize("B", [8, 20])
@pytest.mark.parametrize("error", [None, StopIteration])
def test_what_watch_does_to_the_network_stays(workers, B, error):
    trained = []
    for function in (train, train_plainly):
        network, X, Y, cost = drawn(m=20)

        def watch(epoch, _, network=network):
            network.b[1][...] = epoch
            if error is not None:
                raise error

        options = {"workers": workers} if function is train else {}
        with contextlib.suppress(StopIteration):
            rng = np.random.default_rng(0)
            function(
                network, X, Y, cost, eta=0.3, epochs=2, B=B, rng=rng, watch=watch, **options
            )
        trained.append(network)
    assert (trained[0].b[1] == (2 if error is None else 1)).all()
    assert trained[0].W[1] == pytest.approx(trained[1].W[1], rel=1e-11)


@pytest.mark.parametrize("kind", ["schedule", "augment"])
def test_what_schedule_and_augment_do_to_the_network_stays(kind):
    trained = []
    for function in (train, train_plainly):
        network, X, Y, cost = drawn(m=20)

        def change(given, *generator, network=network):
            network.b[1][...] += 0.25
            return given if generator else 1.0

        rng = np.random.default_rng(0)
        function(network, X, Y, cost, eta=0.3, epochs=2, B=8, rng=rng, **{kind: change})
        trained.append(network)
    assert trained[0].b[1] == pytest.approx(trained[1].b[1], rel=1e-11)
    assert trained[0].W[1] == pytest.approx(trained[1].W[1], rel=1e-11, abs=1e-13)


@pytest.mark.parametrize("B", [8, 20])
def test_a_rule_that_is_interrupted_leaves_the_network_as_the_step_before(B):
    network, X, Y, cost = drawn(m=20)
    before = []

    def rule(network, grad_W, grad_b, eta):
        before.append(copy(network))
        descend(network, grad_W, grad_b, eta)
        if len(before) == 2:
            raise KeyboardInterrupt

    rng = np.random.default_rng(0)
    with pytest.raises(KeyboardInterrupt):
        train(network, X, Y, cost, eta=0.3, epochs=3, B=B, rng=rng, rule=rule)
    assert same(network, before[1])


class Stopping(dict):
    """Arrays by layer that end a program when the last layer is asked for."""

    def __getitem__(self, l):
        if l == max(self):
            raise KeyboardInterrupt
        return super().__getitem__(l)


def test_parameters_take_over_a_whole_network_or_nothing():
    network, *_ = drawn()
    parameters = Parameters(network.n, np.zeros(count_parameters(network.n)))
    with pytest.raises(KeyboardInterrupt):
        parameters.take_from(SimpleNamespace(W=Stopping(network.W), b=network.b))
    assert (parameters.cells == 0).all()
    parameters.take_from(network)
    for l, W in network.W.items():
        assert np.array_equal(parameters.W[l], W)
        assert np.array_equal(parameters.b[l], network.b[l])


def certain(sums):
    """Make a training of a single layer whose sums for both its examples are the given ones."""
    W, b = np.zeros((len(sums), 2)), np.array(sums).reshape(-1, 1)
    return Network({1: W}, {1: b}, {1: softmax}), np.ones((2, 2))


@pytest.mark.parametrize("B", [1, 2])
def test_sums_whose_exponentials_overflow_are_trained_as_plainly(B):
    network, X = certain([2000.0, 2001.0, 1999.0])
    fast, plain, costs = both(network, X, one_hot(np.array([0, 2]), 3), cross_entropy, B=B)
    assert costs[0] == pytest.approx(costs[1], rel=1e-12)
    assert fast.b[1] == pytest.approx(plain.b[1], rel=1e-12)


@pytest.mark.parametrize("B", [1, 2])
def test_a_class_of_probability_zero_stops_the_training_without_a_warning(B):
    network, X = certain([0.0, 1000.0])
    Y = one_hot(np.array([0, 0]), 2)
    with pytest.raises(FloatingPointError, match=r"^the cost before step 1"):
        train(
            network, X, Y, cross_entropy, eta=1.0, epochs=1, B=B, rng=np.random.default_rng(0)
        )


def test_workers_wait_for_long_trainings():
    network, _, _, _ = drawn()
    assert workers_that_pay(network, 10**7, 1) == 0
    assert workers_that_pay(network, 10**7, 10**4) >= 1
    assert workers_that_pay(network, 100, 10**12) == 0


@needs_workers
def test_workers_compute_what_the_process_computes():
    network, X, Y, cost = drawn(m=1800)
    fast, plain, costs = both(network, X, Y, cost, workers=2, epochs=3)
    assert costs[0] == pytest.approx(costs[1], rel=1e-12)
    for l in plain.W:
        assert fast.W[l] == pytest.approx(plain.W[l], rel=1e-11, abs=1e-12)


@needs_workers
def test_the_same_number_of_workers_trains_the_same_network_bit_for_bit():
    trained = []
    for _ in range(2):
        network, X, Y, cost = drawn(m=1800, dtype=np.float32)
        rng = np.random.default_rng(0)
        train(network, X, Y, cost, eta=0.1, epochs=4, B=1800, rng=rng, workers=2)
        trained.append(network)
    assert same(*trained)


def children():
    """Give the processes that this one has started and that have not ended."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == os.getpid() and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return set(found)


def shared_files():
    """Count the descriptors of this process that lead to shared memory."""
    gc.collect()  # the frames of an error that a test has caught hold their arrays until then
    links = Path("/proc/self/fd").iterdir()
    return sum("memfd:nnmath" in os.readlink(link) for link in links if link.is_symlink())


@needs_workers
@pytest.mark.parametrize("raised", [None, KeyboardInterrupt, ZeroDivisionError])
def test_workers_and_memory_are_gone_however_the_training_ends(raised):
    before = children()
    seen = []

    def watch(epoch, _):
        seen.append(len(children() - before))
        if raised is not None:
            raise raised

    network, X, Y, cost = drawn(m=1800)
    arguments = {"eta": 0.1, "epochs": 2, "B": 1800, "workers": 2, "watch": watch}
    try:
        train(network, X, Y, cost, rng=np.random.default_rng(0), **arguments)
    except (KeyboardInterrupt, ZeroDivisionError) as error:
        assert type(error) is raised  # noqa: PT017
    assert seen[0] == 2
    assert children() == before
    assert shared_files() == 0


@needs_workers
def test_what_fails_in_a_worker_fails_in_the_training():
    network = Network({1: np.full((2, 3), 1e200)}, {1: np.zeros((2, 1))}, {1: softmax})
    X, Y = np.full((3, 1800), 1e200), one_hot(np.zeros(1800, int), 2)
    before = children()
    with pytest.raises(FloatingPointError, match=r"^the cost before step 1, or a sum"):
        train(
            network,
            X,
            Y,
            cross_entropy,
            eta=0.1,
            epochs=1,
            B=1800,
            rng=np.random.default_rng(0),
            workers=2,
        )
    assert children() == before


def completed(tmp_path, monkeypatch, apply):
    """Import a module with an activation function that has a form in place."""
    (tmp_path / "bent.py").write_text(
        "import os\n"
        "from nnmath.model.activations import Activation, relu\n"
        "HERE = os.getpid()\n"
        "@Activation\n"
        "def bent(z):\n    return relu(z)\n"
        f"def apply(Z):\n    {apply}\n"
        "bent.derivative = relu.derivative\n"
        "bent.in_place = apply, relu.in_place[1]\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "bent", raising=False)
    return importlib.import_module("bent").bent


def trained_with(phi, workers):
    n = (3, 4, 2)
    network = random_network(n, phi, scale=1.0, rng=np.random.default_rng(0))
    rng = np.random.default_rng(1)
    X, Y = rng.normal(size=(3, 1800)), one_hot(rng.integers(0, 2, 1800), 2)
    train(network, X, Y, cross_entropy, eta=0.1, epochs=2, B=1800, rng=rng, workers=workers)
    return network


@needs_workers
def test_what_a_worker_cannot_compute_is_told_in_its_words(tmp_path, monkeypatch):
    bent = completed(tmp_path, monkeypatch, "raise ZeroDivisionError('so it is')")
    before = children()
    with pytest.raises(
        RuntimeError,
        match=r"^a worker of the training has failed: ZeroDivisionError: so it is$",
    ):
        trained_with({1: bent, 2: softmax}, 2)
    assert children() == before


@needs_workers
def test_a_value_that_a_worker_refuses_is_refused_as_in_the_process(tmp_path, monkeypatch):
    bent = completed(tmp_path, monkeypatch, "raise ValueError('no such value')")
    for workers in (0, 2):
        with pytest.raises(ValueError, match=r"^no such value$"):
            trained_with({1: bent, 2: softmax}, workers)


def apply_twice_relu(Z):
    np.maximum(Z, 0, out=Z)
    Z *= 2


def times_twice_relu_slope(A, Delta):
    Delta *= 2 * (A > 0)


@needs_workers
def test_what_a_script_sets_on_a_function_counts_with_workers_too(monkeypatch):
    monkeypatch.setattr(relu, "in_place", (apply_twice_relu, times_twice_relu_slope))
    phi = {1: relu, 2: softmax}
    assert same(trained_with(phi, 0), trained_with(phi, 2))


@needs_workers
def test_a_function_that_no_worker_can_import_is_trained_in_the_process():
    @Activation
    def bent(z):
        return relu(z)

    bent.derivative, bent.in_place = relu.derivative, relu.in_place
    phi = {1: bent, 2: softmax}
    assert same(trained_with(phi, 0), trained_with(phi, 2))


@needs_workers
def test_functions_of_one_factory_are_not_taken_for_one(tmp_path, monkeypatch):
    source = (
        "import numpy as np\n"
        "from nnmath.model.activations import Activation, relu\n"
        "def made(factor):\n"
        "    def apply(Z):\n        np.maximum(Z, 0, out=Z)\n        Z *= factor\n"
        "    return apply\n"
        "@Activation\ndef bent(z):\n    return relu(z)\n"
        "bent.derivative = relu.derivative\n"
        "bent.in_place = made(1), relu.in_place[1]\n"
    )
    (tmp_path / "of_one_factory.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "of_one_factory", raising=False)
    module = importlib.import_module("of_one_factory")
    module.bent.in_place = module.made(2), module.bent.in_place[1]
    phi = {1: module.bent, 2: softmax}
    assert same(trained_with(phi, 0), trained_with(phi, 2))


@needs_workers
def test_a_fault_of_the_hand_over_is_no_reason_to_go_on_without_workers(monkeypatch):
    monkeypatch.setattr("nnmath.fast.workers.environment_of_worker", lambda: 1 + "")
    with pytest.raises(TypeError, match="unsupported operand"):
        trained_with({1: relu, 2: softmax}, 2)


@needs_workers
def test_a_derivative_that_a_script_sets_on_a_cost_counts_with_workers_too(monkeypatch):
    monkeypatch.setattr(
        cross_entropy, "derivative", lambda A, Y: 3 * squared_error.derivative(A, Y)
    )
    phi = {1: relu, 2: sigmoid}
    assert same(trained_with(phi, 0), trained_with(phi, 2))


@needs_workers
def test_a_worker_that_is_killed_ends_the_training_with_a_message():
    before = children()

    def watch(epoch, _):
        os.kill(min(children() - before), signal.SIGKILL)
        time.sleep(0.1)

    network, X, Y, cost = drawn(m=1800)
    arguments = {"eta": 0.1, "epochs": 3, "B": 1800, "workers": 2, "watch": watch}
    with pytest.raises(RuntimeError, match=r"^a worker of the training has ended"):
        train(network, X, Y, cost, rng=np.random.default_rng(0), **arguments)
    assert children() == before


@needs_workers
@pytest.mark.parametrize(
    "attribute",
    [("nnmath.fast.workers.PROGRAM", "raise SystemExit"), ("sys.executable", "/nowhere")],
)
def test_without_workers_that_start_the_training_stays_in_the_process(monkeypatch, attribute):
    monkeypatch.setattr(*attribute)
    fast, plain, costs = both(*drawn(m=600), workers=2)
    assert costs[0] == pytest.approx(costs[1], rel=1e-12)
    assert fast.W[1] == pytest.approx(plain.W[1], rel=1e-11, abs=1e-12)
    assert shared_files() == 0


def test_without_shared_memory_the_training_stays_in_the_process(monkeypatch):
    monkeypatch.delattr(os, "memfd_create", raising=False)
    fast, plain, _ = both(*drawn(m=600), workers=2)
    assert fast.W[1] == pytest.approx(plain.W[1], rel=1e-11, abs=1e-12)


SCRIPT = """
import numpy as np
from nnmath import cross_entropy, one_hot, random_network, relu, softmax, train

rng = np.random.default_rng(0)
network = random_network((9, 5, 3), {1: relu, 2: softmax}, scale=0.1, rng=rng)
X, Y = rng.normal(size=(9, 3000)), one_hot(rng.integers(0, 3, 3000), 3)
watch = lambda epoch, cost: print("epoch", epoch, flush=True)
train(network, X, Y, cross_entropy, eta=0.1, epochs=EPOCHS, B=3000, rng=rng, workers=2, watch=watch)
print("done")
"""


def script(tmp_path, epochs):
    """Start a script without a guard."""
    path = tmp_path / "script.py"
    path.write_text(textwrap.dedent(SCRIPT).replace("EPOCHS", str(epochs)))
    home = Path(sys.modules["nnmath"].__file__).parents[1]
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(home), *filter(None, sys.path)])
    }
    return subprocess.Popen(
        [sys.executable, str(path)],
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@needs_workers
def test_a_script_needs_no_guard(tmp_path):
    with script(tmp_path, 2) as process:
        out, problems = process.communicate(timeout=60)
    assert out.split() == ["epoch", "1", "epoch", "2", "done"]
    assert problems == ""


def workers_of(parent):
    """Give the processes whose parent is the given one."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent:
            found.add(int(stat.parent.name))
    return found


def is_running(process):
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@needs_workers
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_the_workers_of_a_training_that_is_killed_end_too(tmp_path, how):
    with script(tmp_path, 10**6) as process:
        assert process.stdout.readline() == "epoch 1\n"
        workers = workers_of(process.pid)
        process.send_signal(how)
        process.communicate(timeout=60)
    assert len(workers) == 2
    deadline = time.monotonic() + 20
    while any(map(is_running, workers)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(is_running, workers))


def test_workers_use_one_thread_and_the_kernel_of_the_machine(monkeypatch):
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "7")
    environment = environment_of_worker()
    assert "OPENBLAS_CORETYPE" not in environment
    assert environment["OPENBLAS_NUM_THREADS"] == "1"


@needs_workers
def test_workers_that_do_not_start_leave_nothing_behind(monkeypatch):
    monkeypatch.setattr("nnmath.fast.workers.PROGRAM", "import time; time.sleep(100)")
    monkeypatch.setattr("nnmath.fast.workers.PATIENCE", 0.2)
    network, X, Y, cost = drawn(m=600)
    before = children()
    with full_batch_step(network, X, Y, cost, 2) as (_, step):
        assert children() == before
        value, _ = step(np.arange(600))
    assert value == pytest.approx(plain_gradients(network, X, Y, cost)[0], rel=1e-12)


@needs_workers
def test_a_plan_that_no_worker_reads_does_not_hold_up_the_training(monkeypatch):
    monkeypatch.setattr("nnmath.fast.workers.PROGRAM", "import time; time.sleep(100)")
    monkeypatch.setattr("nnmath.fast.workers.PATIENCE", 0.2)
    shared = SharedMemory((1, 1), np.dtype(float))
    try:
        with pytest.raises(OSError, match=r"^a worker did not start$"):
            Workers(shared, ["longer than what a pipe holds" * 100_000])
    finally:
        shared.close()


@needs_workers
@pytest.mark.parametrize(
    "attribute",
    [("sys.frozen", True), ("sys.executable", None), ("sys.executable", "")],
)
def test_a_program_without_python_beside_it_starts_nothing(monkeypatch, attribute):
    monkeypatch.setattr(*attribute, raising=False)
    monkeypatch.setattr(subprocess, "Popen", lambda *_, **__: pytest.fail("started"))
    fast, plain, _ = both(*drawn(m=600), workers=2)
    assert fast.W[1] == pytest.approx(plain.W[1], rel=1e-11, abs=1e-12)


@needs_workers
def test_a_plan_that_cannot_be_pickled_leaves_the_training_in_the_process(monkeypatch):
    # As after a reload of the module: the function is no longer the one of its name.
    monkeypatch.setattr("nnmath.model.activations.relu", lambda Z: Z)
    before = children()
    fast, plain, _ = both(*drawn(m=600), workers=2)
    assert fast.W[1] == pytest.approx(plain.W[1], rel=1e-11, abs=1e-12)
    assert children() == before


def test_what_is_no_text_in_the_path_is_left_out(monkeypatch):
    monkeypatch.setattr(sys, "path", [Path("/somewhere"), "/elsewhere"])
    assert environment_of_worker()["PYTHONPATH"] == "/elsewhere"


@needs_workers
def test_shared_memory_that_the_system_refuses_is_an_error_of_the_system():
    with pytest.raises(OSError, match=r"\w"):
        SharedMemory((1, 2**60), np.dtype(np.float32))
    assert shared_files() == 0


def test_workers_without_plans_are_nothing():
    with Workers(None, []) as workers:
        assert workers.run() == 0


@pytest.mark.parametrize("B", [2, 11])
@pytest.mark.parametrize("function", [train, train_plainly])
def test_numbers_too_small_for_a_float_are_no_error_where_numpy_raises(function, B):
    network, X, Y, cost = drawn(m=11)
    for W in network.W.values():
        W *= 1e-120
    with np.errstate(all="raise"):
        rng = np.random.default_rng(0)
        costs = function(network, 1e-120 * X, Y, cost, eta=0.1, epochs=1, B=B, rng=rng)
    assert np.isfinite(costs).all()
