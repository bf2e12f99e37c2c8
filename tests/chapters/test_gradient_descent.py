"""What the chapter on gradient descent builds: the step, mini-batches, and the loop that trains."""

import contextlib
import warnings
from fractions import Fraction

import numpy as np
import pytest

from nnmath import (
    Network,
    backward,
    cross_entropy,
    descend,
    forward,
    identity,
    minibatches,
    one_hot,
    sigmoid,
    softmax,
    squared_error,
    tanh,
    train_plainly,
)
from nnmath.learning.plain_training import (
    Course,
    plain_gradients,
    require_finite,
    require_shares,
)

from .networks import copy, drawn, in_type, same


def test_a_step_subtracts_the_learning_rate_times_the_gradient():
    network, X, Y = drawn()
    before = copy(network)
    of_W, of_b = backward(network, *forward(network, X), Y, cross_entropy)
    descend(network, of_W, of_b, 0.25)
    for l in network.W:
        assert np.array_equal(network.W[l], before.W[l] - 0.25 * of_W[l])
        assert np.array_equal(network.b[l], before.b[l] - 0.25 * of_b[l])


def test_a_step_keeps_the_arrays_and_their_type():
    network, X, Y = drawn()
    network = in_type(network, np.float32)
    held = network.W[2]
    of_W, of_b = backward(network, *forward(network, X), Y, cross_entropy)
    descend(network, of_W, of_b, 0.1)
    assert network.W[2] is held
    assert held.dtype == np.float32


@pytest.mark.parametrize(
    ("change", "kind", "message"),
    [
        (lambda g: g["of_W"].pop(2), ValueError, r"of_W must have the keys \[1, 2, 3\], got"),
        (
            lambda g: g["of_b"].update({3: np.ones((3, 1))}),
            ValueError,
            r"of_b\[3\] must have shape \(2, 1\), got \(3, 1\)",
        ),
        (
            lambda g: g["of_b"].update({3: np.full((2, 1), np.nan)}),
            ValueError,
            r"of_b\[3\] must be finite, got 2",
        ),
        (
            lambda g: g["of_b"].update({3: g["of_b"][3] + 0j}),
            TypeError,
            r"of_b\[3\] must be real, got dtype complex128",
        ),
        (
            lambda g: g.update(of_b=list(g["of_b"].values())),
            TypeError,
            r"of_b must map layers to values, got list",
        ),
        (lambda g: g.update(eta=0.0), ValueError, r"eta must be finite and above 0, got 0.0"),
        (lambda g: g.update(eta=-1), ValueError, r"eta must be finite and above 0, got -1"),
        (
            lambda g: g.update(eta=np.inf),
            ValueError,
            r"eta must be finite and above 0, got inf",
        ),
        (
            lambda g: g.update(eta=np.nan),
            ValueError,
            r"eta must be finite and above 0, got nan",
        ),
        (lambda g: g.update(eta=True), TypeError, r"eta must be a number, got True"),
        (lambda g: g.update(eta="0.1"), TypeError, r"eta must be a number, got '0.1'"),
    ],
)
def test_a_refused_step_changes_nothing(change, kind, message):
    network, X, Y = drawn()
    before = copy(network)
    of_W, of_b = backward(network, *forward(network, X), Y, cross_entropy)
    arguments = {"of_W": of_W, "of_b": of_b, "eta": 0.1}
    change(arguments)
    with pytest.raises(kind, match=rf"^{message}"):
        descend(network, **arguments)
    assert same(network, before)


@pytest.mark.parametrize("eta", [np.float64(0.1), np.array(0.1)[()], Fraction(0.1)])
def test_a_step_does_not_depend_on_the_type_of_the_learning_rate(eta):
    networks = []
    for value in (0.1, eta):
        network, X, Y = drawn()
        network = in_type(network, np.float32)
        of_W, of_b = backward(network, *forward(network, X), Y, cross_entropy)
        descend(network, of_W, of_b, value)
        networks.append(network)
    assert same(*networks)


@pytest.mark.parametrize("name", ["W", "b"])
def test_a_network_that_cannot_be_written_to_is_refused_before_anything_moves(name):
    network, X, Y = drawn()
    before = copy(network)
    of_W, of_b = backward(network, *forward(network, X), Y, cross_entropy)
    getattr(network, name)[3].flags.writeable = False
    with pytest.raises(ValueError, match=rf"^{name}\[3\] of the network must be writeable$"):
        descend(network, of_W, of_b, 0.1)
    assert same(network, before)


@pytest.mark.parametrize(("m", "B"), [(10, 3), (12, 4), (5, 5), (7, 1), (1, 1)])
def test_minibatches_hold_every_example_once(m, B):
    pieces = list(minibatches(m, B, np.random.default_rng(0)))
    assert sorted(np.concatenate(pieces)) == list(range(m))
    assert [len(piece) for piece in pieces] == [min(B, m - k) for k in range(0, m, B)]


def test_every_order_of_the_examples_is_equally_likely():
    rng = np.random.default_rng(1)
    counts = {}
    for _ in range(6000):
        order = tuple(np.concatenate(list(minibatches(3, 2, rng))).tolist())
        counts[order] = counts.get(order, 0) + 1
    assert len(counts) == 6
    deviation = (6000 * 1 / 6 * 5 / 6) ** 0.5
    assert all(abs(count - 1000) <= 4.5 * deviation for count in counts.values())


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        ((0, 1), ValueError, "m must be at least 1, got 0"),
        ((5, 0), ValueError, "B must be from 1 to 5, got 0"),
        ((5, 6), ValueError, "B must be from 1 to 5, got 6"),
        ((5.0, 2), TypeError, "m must be a whole number, got 5.0"),
        ((5, True), TypeError, "B must be a whole number, got True"),
    ],
)
def test_numbers_of_examples_that_cannot_be_are_refused(arguments, kind, message):
    with pytest.raises(kind, match=rf"^{message}$"):
        minibatches(*arguments, np.random.default_rng(0))


def test_small_types_of_whole_numbers_count_as_far_as_they_must():
    pieces = list(minibatches(np.int16(300), np.int8(100), np.random.default_rng(0)))
    assert [len(piece) for piece in pieces] == [100, 100, 100]


def test_a_shuffle_needs_a_generator():
    with pytest.raises(TypeError, match=r"^rng must be a numpy.random.Generator, got int$"):
        minibatches(5, 2, 0)


def test_training_on_all_examples_is_a_loop_of_steps():
    network, X, Y = drawn()
    by_hand = copy(network)
    arguments = {"eta": 0.3, "epochs": 5, "B": 11}
    costs = train_plainly(
        network, X, Y, cross_entropy, **arguments, rng=np.random.default_rng(0)
    )
    for cost in costs:
        Z, A = forward(by_hand, X)
        assert cost == pytest.approx(cross_entropy(A[3], Y), rel=1e-13, abs=0)
        of_W, of_b = backward(by_hand, Z, A, Y, cross_entropy)
        descend(by_hand, of_W, of_b, 0.3)
    for l in network.W:
        assert network.W[l] == pytest.approx(by_hand.W[l], rel=1e-12, abs=1e-13)


@pytest.mark.parametrize(("cost", "last"), [(cross_entropy, softmax), (squared_error, sigmoid)])
def test_training_lowers_the_cost(cost, last):
    network, X, _ = drawn(m=40)
    Y = one_hot((X[0] > X[1]).astype(int), 2)
    network = Network(network.W, network.b, {1: tanh, 2: tanh, 3: last})
    costs = train_plainly(
        network, X, Y, cost, eta=0.5, epochs=60, B=8, rng=np.random.default_rng(0)
    )
    assert len(costs) == 60 * 5
    assert np.mean(costs[-5:]) < 0.3 * np.mean(costs[:5])


def test_the_same_generator_trains_the_same_network():
    networks = []
    for _ in range(2):
        network, X, Y = drawn()
        train_plainly(
            network, X, Y, cross_entropy, eta=0.1, epochs=2, B=4, rng=np.random.default_rng(3)
        )
        networks.append(network)
    assert same(*networks)


def test_training_for_no_epochs_changes_nothing():
    network, X, Y = drawn()
    before = copy(network)
    assert (
        train_plainly(
            network, X, Y, cross_entropy, eta=1, epochs=0, B=1, rng=np.random.default_rng(0)
        )
        == []
    )
    assert same(network, before)


@pytest.mark.parametrize("eta", [1e250, 1e100])
def test_training_that_diverges_stops_with_a_message(eta):
    network = Network({1: np.ones((1, 1))}, {1: np.zeros((1, 1))}, {1: identity})
    X, Y = np.full((1, 4), 1e80), np.zeros((1, 4))
    with (
        np.errstate(over="ignore", invalid="ignore"),
        pytest.raises(FloatingPointError, match=r"^the cost before step 2, or a sum .* eta = "),
    ):
        train_plainly(
            network, X, Y, squared_error, eta=eta, epochs=3, B=4, rng=np.random.default_rng(0)
        )


def test_training_on_minibatches_takes_the_same_columns_of_inputs_and_targets():
    network, X, Y = drawn()
    by_hand = copy(network)
    kept = X.copy(), Y.copy()
    costs = train_plainly(
        network, X, Y, cross_entropy, eta=0.3, epochs=2, B=4, rng=np.random.default_rng(5)
    )
    rng = np.random.default_rng(5)
    expected = []
    for order in (rng.permutation(11), rng.permutation(11)):
        for chosen in (order[:4], order[4:8], order[8:]):
            Z, A = forward(by_hand, X[:, chosen])
            expected.append(cross_entropy(A[3], Y[:, chosen]))
            descend(by_hand, *backward(by_hand, Z, A, Y[:, chosen], cross_entropy), 0.3)
    assert costs == expected
    assert same(network, by_hand)
    assert np.array_equal(X, kept[0])
    assert np.array_equal(Y, kept[1])


def test_training_in_single_precision_stays_there():
    network, X, Y = drawn()
    network = in_type(network, np.float32)
    costs = train_plainly(
        network,
        X.astype(np.float32),
        Y.astype(np.float32),
        cross_entropy,
        eta=np.float64(0.1),
        epochs=1,
        B=4,
        rng=np.random.default_rng(0),
    )
    assert {array.dtype for array in (*network.W.values(), *network.b.values())} == {
        np.dtype(np.float32)
    }
    assert [type(cost) for cost in costs] == [float] * 3


def test_a_sum_that_overflows_behind_a_bounded_activation_stops_the_training():
    network = Network({1: np.ones((1, 1))}, {1: np.zeros((1, 1))}, {1: tanh})
    network.W[1][:] = 1e200
    X, Y = np.full((1, 2), 1e200), np.zeros((1, 2))
    before = copy(network)
    with (
        np.errstate(over="ignore"),
        pytest.raises(
            FloatingPointError,
            match=r"^the cost before step 1, or a sum .* the weights or the inputs are too large",
        ),
    ):
        train_plainly(
            network, X, Y, squared_error, eta=1.0, epochs=1, B=2, rng=np.random.default_rng(0)
        )
    assert same(network, before)


@pytest.mark.parametrize(
    ("change", "kind", "message"),
    [
        ({"X": np.ones((4, 11))}, ValueError, r"X must have shape \(3, m\), got \(4, 11\)"),
        ({"Y": np.ones((2, 10))}, ValueError, r"Y must have shape \(2, 11\), got \(2, 10\)"),
        ({"eta": 0}, ValueError, r"eta must be finite and above 0, got 0"),
        ({"epochs": -1}, ValueError, r"epochs must be at least 0, got -1"),
        ({"epochs": 1.5}, TypeError, r"epochs must be a whole number, got 1.5"),
        ({"epochs": True}, TypeError, r"epochs must be a whole number, got True"),
        ({"B": 12}, ValueError, r"B must be from 1 to 11"),
        ({"rng": 0}, TypeError, r"rng must be a numpy.random.Generator, got int"),
        ({"X": np.ones((3, 11)) + 0j}, TypeError, r"X must be real, got dtype complex128"),
        ({"Y": np.ones((2, 11)) + 0j}, TypeError, r"Y must be real, got dtype complex128"),
        ({"cost": lambda A, Y: 0.0}, ValueError, r"cost must have a derivative here"),
        ({"rule": "descend"}, TypeError, r"rule must be a function, got 'descend'"),
        ({"schedule": 0.5}, TypeError, r"schedule must be a function, got 0.5"),
        ({"augment": True}, TypeError, r"augment must be a function, got True"),
        ({"watch": 1}, TypeError, r"watch must be a function, got 1"),
        ({"network": {}}, TypeError, r"network must be a Network, got dict"),
    ],
)
@pytest.mark.parametrize("epochs", [0, 1])
def test_training_refuses_before_it_starts(change, kind, message, epochs):
    network, X, Y = drawn()
    before = copy(network)
    arguments = {"network": network, "X": X, "Y": Y, "cost": cross_entropy, "eta": 0.1, "B": 2}
    arguments |= {"epochs": epochs, "rng": np.random.default_rng(0)} | change
    with pytest.raises(kind, match=rf"^{message}"):
        train_plainly(**arguments)
    assert same(network, before)


def own(z):
    return z


@pytest.mark.parametrize(
    ("change", "kind", "message"),
    [
        (
            lambda network: network.W[2].setflags(write=False),
            ValueError,
            r"W\[2\] of the network must be writeable",
        ),
        (
            lambda network: network.phi.update({1: own}),
            ValueError,
            r"phi must have a derivative here \(.*\), got own",
        ),
        (
            lambda network: network.b.update({3: network.b[3] + 0j}),
            TypeError,
            r"b\[3\] must be real, got dtype complex128",
        ),
    ],
)
def test_a_network_that_cannot_be_trained_is_refused_before_anything_moves(
    change, kind, message
):
    network, X, Y = drawn()
    before = copy(network)
    change(network)
    with pytest.raises(kind, match=rf"^{message}$"):
        train_plainly(
            network, X, Y, cross_entropy, eta=0.1, epochs=0, B=2, rng=np.random.default_rng(0)
        )
    assert same(network, before)


def test_numbers_of_any_type_train_as_python_s_do():
    networks = []
    for whole, real in ((int, float), (np.int8, np.float32), (np.uint8, Fraction)):
        network, X, Y = drawn(m=130)
        train_plainly(
            network,
            X,
            Y,
            cross_entropy,
            eta=real(0.25),
            epochs=whole(2),
            B=whole(100),
            rng=np.random.default_rng(0),
        )
        networks.append(network)
    assert same(networks[0], networks[1])
    assert same(networks[0], networks[2])


@pytest.mark.parametrize("layout", ["C", "F"])
@pytest.mark.parametrize("B", [4, 11])
def test_how_examples_lie_in_memory_does_not_matter_but_for_rounding(layout, B):
    network, X, Y = drawn()
    other = copy(network)
    arguments = {"eta": 0.3, "epochs": 3, "B": B}
    train_plainly(network, X, Y, cross_entropy, **arguments, rng=np.random.default_rng(0))
    X, Y = np.array(X, order=layout), np.array(Y, order=layout)
    train_plainly(other, X, Y, cross_entropy, **arguments, rng=np.random.default_rng(0))
    for l in network.W:
        assert other.W[l] == pytest.approx(network.W[l], rel=1e-12, abs=1e-13)


@pytest.mark.parametrize(
    ("augment", "kind", "message"),
    [
        (lambda X, _: X + 0j, TypeError, r"must be real, got dtype complex128"),
        (lambda X, _: X[:, :1], ValueError, r"must have shape \(3, 4\), got \(3, 1\)"),
        (lambda X, _: X * np.nan, ValueError, r"must be finite, got 12 NaN or infinite"),
    ],
)
def test_augmented_inputs_must_be_inputs(augment, kind, message):
    network, X, Y = drawn()
    before = copy(network)
    arguments = {"eta": 0.3, "epochs": 1, "B": 4, "augment": augment}
    with pytest.raises(kind, match=rf"^what augment gives {message}"):
        train_plainly(network, X, Y, cross_entropy, **arguments, rng=np.random.default_rng(0))
    assert same(network, before)


@pytest.mark.parametrize("factor", [0.0, -1.0, np.inf])
def test_a_schedule_must_keep_the_rate_above_zero(factor):
    network, X, Y = drawn()
    before = copy(network)
    arguments = {"eta": 0.3, "epochs": 1, "B": 4, "schedule": lambda share: factor}
    with pytest.raises(ValueError, match=r"^what schedule gives must be finite and above 0"):
        train_plainly(network, X, Y, cross_entropy, **arguments, rng=np.random.default_rng(0))
    assert same(network, before)


def test_a_gradient_that_overflows_is_named_and_nothing_moves():
    network = Network(
        {1: np.full((1, 1), 1e-160), 2: np.full((1, 1), 1e150)},
        {1: np.zeros((1, 1)), 2: np.zeros((1, 1))},
        {1: identity, 2: identity},
    )
    before = copy(network)
    X, Y = np.full((1, 2), 1e160), np.zeros((1, 2))
    with (
        np.errstate(over="ignore", invalid="ignore"),
        pytest.raises(ValueError, match=r"^of_W\[1\] must be finite, got 1"),
    ):
        train_plainly(
            network, X, Y, squared_error, eta=1.0, epochs=1, B=2, rng=np.random.default_rng(0)
        )
    assert same(network, before)


@pytest.mark.parametrize("wrong", [0, 1])
def test_a_gradient_that_is_not_finite_is_named(wrong):
    gradients = {1: np.ones((2, 3))}, {1: np.ones((2, 1))}
    gradients[wrong][1][1, 0] = np.nan
    name = ("of_W", "of_b")[wrong]
    with pytest.raises(ValueError, match=rf"^{name}\[1\] must be finite, got 1 NaN"):
        require_finite(gradients)


def test_a_run_without_examples_is_refused():
    with pytest.raises(ValueError, match=r"^m must be at least 1, got 0$"):
        Course(0, 0.1, 1, 1, np.random.default_rng(0))


def test_a_rate_that_underflows_is_refused():
    course = Course(3, 1e-300, 1, 1, np.random.default_rng(0), schedule=lambda share: 1e-300)
    message = r"^eta times schedule must be finite and above 0, got 0\.0$"
    with pytest.raises(ValueError, match=message):
        course.rate(0.5)


def test_infinity_times_an_input_of_zero_is_refused_without_a_warning():
    network = Network(
        {1: np.array([[1e-168, 1.0]]), 2: np.full((1, 1), 1e160)},
        {1: np.zeros((1, 1)), 2: np.zeros((1, 1))},
        {1: identity, 2: identity},
    )
    X, Y = np.array([[1e160], [0.0]]) * np.ones((1, 3)), np.zeros((1, 3))
    with np.errstate(all="warn"):
        assert np.isnan(plain_gradients(network, X, Y, squared_error)[1][0][1][0, 1])
        with pytest.raises(ValueError, match=r"^of_W\[1\] must be finite, got 2"):
            train_plainly(network, X, Y, squared_error, **HOW | {"B": 3})


def test_whoever_watches_is_told_the_mean_cost_of_each_epoch():
    network, X, Y = drawn()
    seen = []
    costs = train_plainly(
        network,
        X,
        Y,
        cross_entropy,
        eta=0.1,
        epochs=3,
        B=4,
        rng=np.random.default_rng(0),
        watch=lambda *told: seen.append(told),
    )
    means = [pytest.approx(np.mean(costs[k : k + 3]), rel=1e-14) for k in (0, 3, 6)]
    assert seen == list(zip((1, 2, 3), means, strict=True))


def test_whoever_watches_can_end_the_training():
    network, X, Y = drawn()
    shorter = copy(network)

    def stop(epoch, _):
        if epoch == 2:
            raise KeyboardInterrupt

    arguments = {"eta": 0.1, "B": 4}
    with pytest.raises(KeyboardInterrupt):
        train_plainly(
            network,
            X,
            Y,
            cross_entropy,
            **arguments,
            epochs=5,
            rng=np.random.default_rng(0),
            watch=stop,
        )
    train_plainly(
        shorter, X, Y, cross_entropy, **arguments, epochs=2, rng=np.random.default_rng(0)
    )
    assert same(network, shorter)


HOW = {"eta": 0.1, "epochs": 1, "B": 4, "rng": np.random.default_rng(0)}


def test_layers_that_share_memory_are_refused():
    W = np.eye(3)
    biases = {1: np.zeros((3, 1)), 2: np.zeros((3, 1))}
    network = Network({1: W, 2: W[::-1]}, biases, {1: tanh, 2: tanh})
    with pytest.raises(ValueError, match=r"^W\[1\] and W\[2\] of the network must not share"):
        train_plainly(network, np.ones((3, 4)), np.ones((3, 4)), squared_error, **HOW)


@pytest.mark.parametrize(
    ("Y", "message"),
    [
        (
            np.ones((1, 5)),
            "^cross_entropy needs an output for each class, got one output: give two classes two "
            "outputs and the softmax, or take squared_error$",
        ),
        (
            np.array([[0.5] * 5, [0.5, 1, 0.3, 0.5, 0.5]]),
            r"^for cross_entropy .* a sum of 1\.5$",
        ),
        (
            np.array([[0.5] * 5, [0.5, 0.9, 0, 0.5, 0.5]]),
            r"^for cross_entropy .* a sum of 0\.5$",
        ),
        (np.ones((2, 5)), r"^for cross_entropy each column of Y .* a sum of 2$"),
        (np.full((2, 5), [[2.0], [-1.0]]), r"^for cross_entropy .* the smallest number -1 and"),
    ],
)
def test_targets_that_are_no_shares_of_classes_are_refused(Y, message):
    network = Network({1: np.ones((len(Y), 2))}, {1: np.ones((len(Y), 1))}, {1: sigmoid})
    with pytest.raises(ValueError, match=message):
        train_plainly(network, np.ones((2, 5)), Y, cross_entropy, **HOW)


def test_shares_in_single_precision_may_be_rounded():
    network = Network({1: np.ones((3, 2))}, {1: np.ones((3, 1))}, {1: softmax})
    Y = np.full((3, 5), 1 / 3).astype(np.float32)
    train_plainly(network, np.ones((2, 5)), Y, cross_entropy, **HOW)


@pytest.mark.parametrize(("times", "fits"), [(1, True), (2, False)])
def test_shares_may_miss_their_sum_by_the_root_of_the_roundoff(times, fits):
    Y = np.array([[1.0], [times * 2.0**-26]])  # the sum is exact
    with (
        contextlib.nullcontext() if fits else pytest.raises(ValueError, match=r"sum to 1, got")
    ):
        require_shares(Y)


def said_of_inputs_up_to(largest):
    """Begin a training run with whole numbers or others, and give its warnings."""
    network = Network({1: np.ones((2, 2))}, {1: np.ones((2, 1))}, {1: softmax})
    X, Y = np.array([[0, 3], [largest, 1]]), np.eye(2)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        train_plainly(network, X.astype(float), Y, cross_entropy, **HOW | {"epochs": 0, "B": 2})
    return said


@pytest.mark.parametrize(
    ("largest", "warned"), [(255, 1), (128, 1), (254.5, 0), (256, 0), (127, 0)]
)
def test_inputs_that_look_like_pixels_are_named_before_the_first_step(largest, warned):
    said = [str(one.message) for one in said_of_inputs_up_to(largest)]
    assert len(said) == warned
    assert all(message.startswith("X holds whole numbers") for message in said)


def test_a_warning_names_the_line_that_called():
    (one,) = said_of_inputs_up_to(255)
    assert one.filename == __file__


def test_a_cost_that_is_infinite_before_any_step_is_not_blamed_on_the_learning_rate():
    network = Network({1: np.array([[800.0], [0.0]])}, {1: np.zeros((2, 1))}, {1: softmax})
    X, Y = np.ones((1, 2)), np.array([[0.0, 0.0], [1.0, 1.0]])
    with pytest.raises(
        FloatingPointError, match="finite; the weights or the inputs are too large"
    ):
        train_plainly(network, X, Y, cross_entropy, **HOW | {"B": 2})
