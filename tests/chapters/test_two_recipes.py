"""What the chapter on the two recipes builds: weight decay, shifts, networks in files."""

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pytest

from nnmath import (
    Adam,
    Network,
    WeightDecay,
    backward,
    check_gradients,
    cross_entropy,
    descend,
    forward,
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

from .networks import PHI, N, copy, drawn, gradients, in_type, same

# --- weight decay


def test_decay_shrinks_the_weights_and_then_steps_as_the_rule_inside():
    network, by_hand = drawn()[0], drawn()[0]
    decaying, inside = WeightDecay(Adam(), 0.1), Adam()
    for seed in range(7):
        decaying(network, *gradients(seed), 0.25)
        shrunk = {l: (1 - 0.25 * 0.1) * W for l, W in by_hand.W.items()}
        before = {l: W.copy() for l, W in by_hand.W.items()}
        inside(by_hand, *gradients(seed), 0.25)
        for l, W in by_hand.W.items():
            W[...] = shrunk[l] + (W - before[l])
    for l in network.W:
        assert network.W[l] == pytest.approx(by_hand.W[l], rel=1e-12, abs=1e-13)
        assert np.array_equal(network.b[l], by_hand.b[l])  # biases do not decay


def test_decay_of_strength_zero_is_the_rule_inside():
    one, other = drawn()[0], drawn()[0]
    rule = WeightDecay(descend, 0.0)
    for seed in range(3):
        rule(one, *gradients(seed), 0.1)
        descend(other, *gradients(seed), 0.1)
    assert same(one, other)


def test_decay_keeps_arrays_and_types_and_leaves_gradients_alone():
    network, rule = drawn()[0], WeightDecay(Adam(), 0.1)
    network = in_type(network, np.float32)
    held = network.W[2]
    for seed in range(2):
        of_W, of_b = gradients(seed)
        rule(network, of_W, of_b, 0.1)
        assert all(np.array_equal(of_W[l], gradients(seed)[0][l]) for l in of_W)
        assert all(np.array_equal(of_b[l], gradients(seed)[1][l]) for l in of_b)
    assert network.W[2] is held
    assert held.dtype == np.float32


def test_a_refused_step_changes_neither_network_nor_memory():
    network, other = drawn()[0], drawn()[0]
    rule, fresh = WeightDecay(Adam(), 0.1), WeightDecay(Adam(), 0.1)
    rule(network, *gradients(0), 0.1)
    fresh(other, *gradients(0), 0.1)
    of_W, of_b = gradients(1)
    with pytest.raises(ValueError, match=r"^eta must be finite and above 0, got 0.0"):
        rule(network, of_W, of_b, 0.0)
    with pytest.raises(ValueError, match=r"^of_b must have the keys \[1, 2, 3\], got"):
        rule(network, of_W, {1: of_b[1]}, 0.1)
    rule(network, *gradients(2), 0.1)
    fresh(other, *gradients(2), 0.1)
    assert same(network, other)


def test_decay_belongs_to_the_network_of_the_rule_inside():
    rule, second = WeightDecay(Adam(), 0.1), drawn(1)[0]
    rule(drawn()[0], *gradients(0), 0.1)
    before = copy(second)
    with pytest.raises(ValueError, match=r"a new network needs a new rule$"):
        rule(second, *gradients(1), 0.1)
    assert same(second, before)


@pytest.mark.parametrize(
    ("make", "kind", "message"),
    [
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
def test_decay_refuses_numbers_out_of_range(make, kind, message):
    with pytest.raises(kind, match=rf"^{message}$"):
        make()


def test_decay_refuses_a_class_in_the_place_of_a_rule():
    with pytest.raises(TypeError, match=r"^rule must be one such as Adam\(\)"):
        WeightDecay(Adam, 0.1)


def test_decay_refuses_to_turn_weights_around():
    network = drawn()[0]
    before = copy(network)
    with pytest.raises(
        ValueError, match=r"^eta times omega must be below 1, got 0.5 times 2.0$"
    ):
        WeightDecay(descend, 2.0)(network, *gradients(0), 0.5)
    assert same(network, before)


@pytest.mark.parametrize("train", [train, train_plainly])
def test_a_training_asks_the_rule_inside_once(train, monkeypatch):
    inside, asked = Adam(), []
    kept = Adam.prepare
    monkeypatch.setattr(Adam, "prepare", lambda *a: asked.append(a) or kept(*a))
    network, X, Y = drawn()
    rule, rng = WeightDecay(inside, 0.1), np.random.default_rng(0)
    train(network, X, Y, cross_entropy, eta=0.1, epochs=2, B=4, rng=rng, rule=rule)
    assert len(asked) == 1


def test_a_training_steps_as_decay_does_when_it_is_called():
    network, X, Y = drawn()
    by_hand, rule = copy(network), WeightDecay(Adam(), 0.1)
    arguments = {"eta": 0.1, "epochs": 3, "B": 11, "rng": np.random.default_rng(0)}
    train_plainly(network, X, Y, cross_entropy, **arguments, rule=WeightDecay(Adam(), 0.1))
    for _ in range(3):
        of_W, of_b = backward(by_hand, *forward(by_hand, X), Y, cross_entropy)
        rule(by_hand, of_W, of_b, 0.1)
    for l in network.W:
        assert network.W[l] == pytest.approx(by_hand.W[l], rel=1e-12, abs=1e-13)


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
    assert suits(network, X, Y)
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
        ({"version": 0}, "expected version 1 of the format, got 0"),
        ({"version": 2}, "expected version 1 of the format, got 2"),
        ({"version": "x"}, "expected version 1 of the format, got x"),
        ({"phi": ["tanh", "relu"]}, r"expected the arrays \['W1', 'W2', 'b1', 'b2'\], got"),
        ({"phi": []}, r"expected the arrays \[\], got \['W1', 'b1'\]"),
        (
            {"phi": ["eval"]},
            r"expected functions of nnmath\.model\.activations, got \['eval'\]",
        ),
        (
            {"phi": ["eval", "tanh"], "W2": np.ones((1, 2)), "b2": np.ones((1, 1))},
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


def test_a_file_of_an_older_numpy_is_read(tmp_path):
    network, path = drawn()[0], tmp_path / "net.npz"
    save_network(path, network)
    with zipfile.ZipFile(path, "a") as file, file.open("allow_pickle.npy", "w") as array:
        # by hand: np.savez of a newer NumPy takes it for its own argument
        np.save(array, np.array(False))
    assert (load_network(path).W[1] == network.W[1]).all()
