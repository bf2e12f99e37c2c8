"""What the chapter on the command line builds: centring, stopping, and the commands."""

import os
import pty
import signal
import subprocess
import sys
import tempfile
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nnmath import (
    Adam,
    Network,
    identity,
    load_mnist,
    load_network,
    random_network,
    save_network,
    softmax,
)
from nnmath.app.centring import area_weights, centre_of_mass, centred, fitted_to_box
from nnmath.app.command_line import main
from nnmath.app.commands import free_name, watcher
from nnmath.app.recipes import RECIPES, first_network
from nnmath.app.stopping import StopBetweenSteps, Stopped

ROOT = Path(__import__("nnmath").__file__).parents[1]


@pytest.fixture
def small_data(tmp_path):
    """Write a data set of 60 and 30 pictures of 3 by 3 pixels in MNIST's four files."""
    folder = tmp_path / 'it\'s a "dätä" set, 数'
    folder.mkdir()
    rng = np.random.default_rng(0)
    for images, labels, m in (
        ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", 60),
        ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte", 30),
    ):
        classes = np.arange(m) % 3
        pictures = rng.integers(0, 60, (m, 3, 3))
        pictures[np.arange(m), classes] += 190
        write_idx(folder / images, pictures)
        write_idx(folder / labels, classes)
    return folder


def write_idx(path, array):
    header = bytes([0, 0, 8, array.ndim]) + b"".join(n.to_bytes(4, "big") for n in array.shape)
    path.write_bytes(header + array.astype(np.uint8).tobytes())


@pytest.fixture
def trained(small_data, tmp_path, capsys):
    """Train a network on the small data set, and give its file."""
    path = tmp_path / "small.npz"
    options = ["--data", str(small_data), "--output", str(path), "--hidden", "8"]
    assert (
        main(["train", "--recipe", "plain", "--epochs", "80", "--batch", "10", *options]) == 0
    )
    capsys.readouterr()
    return path


def complaint(capsys, *arguments):
    """Run a command that must fail, and give the one line of its error."""
    try:
        result = main(list(map(str, arguments)))
    except SystemExit as end:
        result = end.code
    assert result == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("nnmath: error: ")
    assert printed.err.count("\n") == 1
    return printed.err


@pytest.mark.parametrize(("n", "n_new"), [(3, 2), (7, 20), (20, 7), (5, 5), (1, 6), (6, 1)])
def test_area_weights_are_the_exact_overlaps(n, n_new):
    for p in range(n_new):
        for i in range(n):
            start = max(Fraction(p * n, n_new), Fraction(i))
            end = min(Fraction((p + 1) * n, n_new), Fraction(i + 1))
            exact = max(Fraction(0), end - start) * n_new / n
            assert abs(area_weights(n, n_new)[p, i] - float(exact)) <= 1e-14


@pytest.mark.parametrize(("n", "n_new", "name"), [(0, 3, "n"), (3, 0, "n_new")])
def test_area_weights_need_a_cell(n, n_new, name):
    with pytest.raises(ValueError, match=f"^{name} must be at least 1, got 0$"):
        area_weights(n, n_new)


def test_box_keeps_the_proportion():
    drawing = np.zeros((90, 70))
    drawing[10:70, 20:35] = 1.0
    assert fitted_to_box(drawing).shape == (20, 5)
    assert fitted_to_box(drawing.T).shape == (5, 20)


def test_box_of_the_right_size_stays_as_it_is():
    seed = np.random.default_rng(5).uniform(0.2, 1, (20, 13))
    drawing = np.zeros((45, 38))
    drawing[11:31, 17:30] = seed
    assert fitted_to_box(drawing) == pytest.approx(seed, rel=1e-14)
    assert fitted_to_box(drawing.T) == pytest.approx(seed.T, rel=1e-14)


def test_centre_of_a_pixel_is_its_middle():
    picture = np.zeros((5, 7))
    picture[2, 3] = 0.4
    assert list(centre_of_mass(picture)) == [2.5, 3.5]


def test_line_is_one_pixel_wide_at_least():
    drawing = np.zeros((90, 70))
    drawing[3:83, 5] = 1.0
    assert fitted_to_box(drawing).shape == (20, 1)


def test_centred_does_not_depend_on_the_place():
    seed = np.random.default_rng(3).uniform(0.2, 1, (25, 13))
    somewhere, elsewhere = np.zeros((2, 60, 50))
    somewhere[2:27, 30:43] = seed
    elsewhere[30:55, 4:17] = seed
    assert np.array_equal(centred(somewhere), centred(elsewhere))


def test_centred_puts_the_centre_of_mass_into_the_middle_pixel():
    for seed in range(20):
        drawing = np.random.default_rng(seed).uniform(0.2, 1, (31, 22))
        assert [int(c) for c in centre_of_mass(centred(drawing))] == [14, 14]


def test_centred_stays_in_the_field_with_all_ink_at_one_end():
    drawing = np.full((200, 10), 1e-9)
    drawing[:8] = 1.0
    picture = centred(drawing)
    assert picture.shape == (28, 28)
    assert picture[8:28].any(axis=1).all()
    assert centred(drawing[::-1])[0:20].any(axis=1).all()


def test_centred_refuses_no_ink_negative_ink_and_what_is_no_picture():
    with pytest.raises(ValueError, match=r"^drawing must show something, got no ink$"):
        centred(np.zeros((5, 5)))
    with pytest.raises(
        ValueError, match=r"^drawing must have shape \(rows, columns\), got \(5,\)$"
    ):
        centred(np.ones(5))
    with pytest.raises(ValueError, match="negative"):
        centred(np.full((5, 5), -0.5))
    with pytest.raises(ValueError, match="finite"):
        centred(np.full((5, 5), np.nan))
    with pytest.raises(TypeError, match=r"^drawing must be a NumPy array, got list$"):
        centred([[0.0, 1.0]])


def test_recipes_make_a_new_rule_each_time():
    assert RECIPES["quick"].new_rule() is not RECIPES["quick"].new_rule()


@pytest.mark.parametrize("name", ["quick", "thorough"])
def test_recipes_shrink_weights_a_little(name):
    rule = RECIPES[name].new_rule()
    assert (rule.omega, rule.rule.mu, rule.rule.nu) == (0.05, 0.9, 0.99)


def test_first_network_without_hidden_layers():
    assert first_network(9, (), 3, 0).n == (9, 3)


def test_first_network_is_in_float32():
    network = first_network(9, (4,), 3, 0)
    assert {array.dtype for array in (*network.W.values(), *network.b.values())} == {
        np.dtype(np.float32)
    }


def test_second_interrupt_is_answered_as_before():
    with StopBetweenSteps() as stop:
        os.kill(os.getpid(), signal.SIGINT)
        assert stop.asked
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)


def test_answer_is_given_back():
    before = signal.getsignal(signal.SIGINT)
    with StopBetweenSteps():
        assert signal.getsignal(signal.SIGINT) != before
    assert signal.getsignal(signal.SIGINT) == before


def test_ignored_interrupt_stays_ignored():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with StopBetweenSteps() as stop:
            os.kill(os.getpid(), signal.SIGINT)
            assert not stop.asked
        assert signal.getsignal(signal.SIGINT) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_one_stop_serves_two_trainings():
    stop = StopBetweenSteps()
    assert stop.asked is False
    for _ in range(2):
        with stop:
            assert stop.asked is False
            os.kill(os.getpid(), signal.SIGINT)
            assert stop.asked


def test_rule_makes_its_steps_until_asked():
    made = []
    with StopBetweenSteps() as stop:
        rule = stop.around(lambda *arguments: made.append(arguments))
        rule.prepare(None)
        rule.move("network", "of_W", "of_b", 0.1)
        stop.note(signal.SIGINT, None)
        with pytest.raises(Stopped):
            rule.move("network", "of_W", "of_b", 0.2)
    assert made == [("network", "of_W", "of_b", 0.1)]


def test_rule_that_can_be_stopped_checks_as_the_one_inside():
    network = Network({1: np.eye(2)}, {1: np.zeros((2, 1))}, {1: softmax})
    of_W, of_b = {1: np.ones((2, 2))}, {1: np.ones((2, 1))}
    rule = StopBetweenSteps().around(Adam(epsilon=0.5))
    rule(network, of_W, of_b, 0.1)
    assert network.b[1] == pytest.approx(np.full((2, 1), -0.1 / 1.5), rel=1e-12)
    with pytest.raises(ValueError, match=r"^of_b must have the keys"):
        rule(network, of_W, {}, 0.1)
    small = Network({1: np.eye(1)}, {1: np.zeros((1, 1))}, {1: softmax})
    with pytest.raises(ValueError, match=r"^network must have the very arrays that this rule"):
        rule(small, {1: np.ones((1, 1))}, {1: np.ones((1, 1))}, 0.1)


def test_train_evaluate_and_predict(trained, small_data, capsys):
    assert main(["evaluate", str(trained), "--data", str(small_data)]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == "100.00% of 30 test pictures right, give or take 0.00%"
    assert printed[1:] == [f"  {c}: 100.00% of 10" for c in range(3)]
    assert main(["predict", str(trained), "4", "--data", str(small_data)]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == "test picture 4, labelled 1: 1"
    bars = [line.count("#") for line in printed[1:]]
    assert bars.index(max(bars)) == 1


def test_options_change_the_recipe(small_data, tmp_path, monkeypatch, capsys):
    seen = {}

    def note(network, X, Y, cost, **settings):
        seen.update(settings, n=network.n, dtypes={X.dtype, Y.dtype, network.W[1].dtype})

    monkeypatch.setattr("nnmath.app.commands.train", note)
    options = ["--hidden", "5, 4", "--eta", "0.25", "--batch", 60, "--epochs", 7]
    place = ["--data", small_data, "--output", tmp_path / "new.npz"]
    assert main(["train", *map(str, [*options, *place])]) == 0
    assert seen["n"] == (9, 5, 4, 3)
    assert (seen["eta"], seen["B"], seen["epochs"]) == (0.25, 60, 7)
    assert seen["dtypes"] == {np.dtype(np.float32)}


def test_mini_batch_of_the_recipe_is_no_larger_than_the_data(small_data, tmp_path, monkeypatch):
    seen = {}
    monkeypatch.setattr(
        "nnmath.app.commands.train", lambda *_, **settings: seen.update(settings)
    )
    place = ["--data", str(small_data), "--output", str(tmp_path / "new.npz")]
    assert main(["train", "--recipe", "plain", *place]) == 0
    assert (seen["B"], seen["eta"], seen["epochs"]) == (60, 0.1, 10)


def test_bar_shows_the_share_of_right_answers(monkeypatch):
    notes = []
    monkeypatch.setattr(
        "nnmath.app.commands.progress_bar", lambda epochs, note: notes.append((epochs, note()))
    )
    network = Network({1: np.eye(3)}, {1: np.zeros((3, 1))}, {1: softmax})
    X = np.eye(3)[:, [0, 1, 2, 0]]
    watcher(network, X, np.array([0, 1, 1, 0]), 5)
    assert notes == [(5, "75.00% right")]


def test_evaluation_of_a_network_that_errs(small_data, tmp_path, capsys):
    # It looks at the first pixels of two rows only, and takes the third class for one of the others.
    W = np.zeros((3, 9), np.float32)
    W[0, 0] = W[1, 3] = 1.0
    b = np.array([[0.0], [0.0], [-9.0]], np.float32)
    save_network(tmp_path / "n.npz", Network({1: W}, {1: b}, {1: softmax}))
    assert main(["evaluate", str(tmp_path / "n.npz"), "--data", str(small_data)]) == 0
    printed = capsys.readouterr().out.splitlines()
    X, labels = load_mnist("test", folder=small_data)
    taken = np.bincount((X[0] < X[3])[labels == 2], minlength=2)
    # the deviation of a share of 2/3 among 30
    assert printed[0] == "66.67% of 30 test pictures right, give or take 8.61%"
    assert printed[1:3] == [f"  {c}: 100.00% of 10" for c in range(2)]
    most = f"taken for {taken.argmax()} {taken.max()} times"
    assert printed[3] == f"  2:   0.00% of 10, {most}"


def test_network_with_too_few_outputs_is_refused(small_data, tmp_path, capsys):
    network = random_network((9, 2), {1: softmax}, scale=0.1, rng=np.random.default_rng(1))
    save_network(tmp_path / "n.npz", network)
    said = complaint(capsys, "evaluate", tmp_path / "n.npz", "--data", small_data)
    assert "n.npz: expected 3 outputs, got 2" in said


@pytest.mark.parametrize(("columns", "widest"), [(40, 27), (500, 60), (5, 10)])
def test_bars_are_as_long_as_the_terminal_allows(
    columns, widest, small_data, tmp_path, capsys, monkeypatch
):
    monkeypatch.setenv("COLUMNS", str(columns))
    W, b = np.zeros((3, 9), np.float32), np.array([[0.0], [99.0], [0.0]], np.float32)
    save_network(tmp_path / "n.npz", Network({1: W}, {1: b}, {1: softmax}))
    assert main(["predict", str(tmp_path / "n.npz"), "0", "--data", str(small_data)]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[1:] == ["  0   0.00%", f"  1 100.00% {'#' * widest}", "  2   0.00%"]


def test_same_seed_same_network(small_data, tmp_path, capsys):
    networks = []
    for name, seed in (("one", 5), ("two", 5), ("three", 6)):
        path = tmp_path / name
        options = ["--data", small_data, "--output", path, "--seed", seed, "--epochs", 2]
        assert main(["train", "--recipe", "quick", "--hidden", "4", *map(str, options)]) == 0
        networks.append(load_network(path).W[1])
    assert np.array_equal(networks[0], networks[1])
    assert not np.array_equal(networks[0], networks[2])


def test_validation_pictures_are_not_trained_on(small_data, tmp_path, capsys):
    whole, less, by_hand = (tmp_path / name for name in ("whole", "less", "by_hand"))
    options = ["--recipe", "plain", "--epochs", "1", "--hidden", "none"]
    data = ["--data", str(small_data)]
    assert main(["train", *options, *data, "--output", str(whole)]) == 0
    assert main(["train", *options, *data, "--output", str(less), "--validation", "15"]) == 0
    assert "15 validation pictures" in capsys.readouterr().out
    for kind in ("images-idx3", "labels-idx1"):
        path = small_data / f"train-{kind}-ubyte"
        content = path.read_bytes()
        each = 9 if kind.startswith("images") else 1
        header = 16 if each == 9 else 8
        path.write_bytes(
            content[:4] + (45).to_bytes(4, "big") + content[8 : header + 45 * each]
        )
    assert main(["train", *options, *data, "--output", str(by_hand)]) == 0
    W = [load_network(path).W[1] for path in (whole, less, by_hand)]
    assert np.array_equal(W[1], W[2])
    assert not np.array_equal(W[0], W[1])


def test_prediction_of_an_image_file(tmp_path, capsys):
    ink = np.zeros((60, 40))
    ink[10:50, 15:22] = 1.0
    Image.fromarray(np.uint8(255 * (1 - ink))).save(tmp_path / "bar.png")
    network = random_network((784, 3), {1: softmax}, scale=0.01, rng=np.random.default_rng(1))
    save_network(tmp_path / "n.npz", network)
    assert main(["predict", str(tmp_path / "n.npz"), str(tmp_path / "bar.png")]) == 0
    expected = (network.W[1] @ centred(ink).reshape(784, 1)).argmax()
    assert capsys.readouterr().out.splitlines()[0].endswith(f"bar.png: {expected}")


def test_chart_fits_a_narrow_terminal(trained, small_data, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    assert main(["predict", str(trained), "0", "--data", str(small_data)]) == 0
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 40


@pytest.mark.parametrize("command", [[], ["train"], ["evaluate"], ["predict"]])
def test_help_names_every_option(command, capsys):
    with pytest.raises(SystemExit) as end:
        main([*command, "--help"])
    assert end.value.code == 0
    assert len(capsys.readouterr().out.splitlines()) > 5


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], "required: COMMAND"),
        (["walk"], "invalid choice: 'walk'"),
        (["train", "--epochs", "-1"], "--epochs: expected a whole number of at least 0"),
        (["train", "--epochs", "9" * 5000], "--epochs: expected at most 18 digits, got 5000"),
        (
            ["train", "--epochs", "about-a-dozen-epochs"],
            "--epochs: expected a whole number of at least 0, got 'about-a-dozen-epochs'",
        ),
        (["train", "--batch", "0"], "--batch: expected a whole number of at least 1"),
        (
            ["train", "--eta", "fast"],
            "--eta: expected a finite number above 0 that a float can hold, got 'fast'",
        ),
        (["train", "--eta", "nan"], "--eta: expected a finite number above 0"),
        (["train", "--eta", "1e999"], "above 0 that a float can hold, got '1e999'"),
        (["train", "--eta", "inf"], "above 0 that a float can hold, got 'inf'"),
        (["train", "--hidden", "3,,4"], "--hidden: expected a whole number of at least 1"),
        (["train", "--recipe", "best"], "invalid choice: 'best'"),
        (["evaluate", "missing.npz"], "missing.npz: No such file"),
        (["evaluate", "two\nlines.npz"], "two lines.npz: No such file"),
        (["predict", "missing.npz", "0"], "missing.npz: No such file"),
        (["evaluate", "n.npz", "two\nlines"], "unrecognized arguments: two lines"),
        (["predict", "missing.npz", ""], "PICTURE: expected a path, got an empty one"),
        (["evaluate", "~no-such-user/n.npz"], "no home folder is known for '~no-such-user/n"),
        (["train", "--data", "nowhere", "--output", "new.npz"], "nowhere: expected a file"),
        (["train", "--output", "nowhere/new.npz"], "there is no folder nowhere"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(arguments, expected, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert expected in complaint(capsys, *arguments)
    assert list(tmp_path.iterdir()) == []


def test_tilde_begins_the_path_of_every_file(small_data, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    options = ["--data=~/" + small_data.name, "--output=~/new.npz", "--epochs=0"]
    assert main(["train", *options]) == 0
    assert main(["evaluate", "~/new.npz", options[0]]) == 0
    capsys.readouterr()
    assert complaint(capsys, "predict", "~/new.npz", "~/seven.png").startswith(
        f"nnmath: error: {tmp_path}/seven.png: "
    )


def test_file_is_replaced_only_on_request(trained, small_data, capsys):
    before = trained.read_bytes()
    options = ["train", "--data", str(small_data), "--output", str(trained), "--epochs", "1"]
    assert "is there already" in complaint(capsys, *options)
    assert trained.read_bytes() == before
    assert main([*options, "--recipe", "plain", "--replace"]) == 0
    assert trained.read_bytes() != before


@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_output_that_is_no_file_is_refused(kind, small_data, tmp_path, capsys):
    path = tmp_path / "new.npz"
    path.mkdir() if kind == "folder" else os.mkfifo(path)
    options = ["train", "--data", small_data, "--output", path, "--replace"]
    assert "expected a file, or a name that is free" in complaint(capsys, *options)


def test_folder_that_takes_no_file_is_refused_before_the_training(
    small_data, tmp_path, capsys, monkeypatch
):
    def refuse(*, dir):
        assert dir == tmp_path
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    options = ["train", "--data", small_data, "--output", tmp_path / "new.npz"]
    assert "new.npz: cannot be written: Permission denied" in complaint(capsys, *options)
    assert not (tmp_path / "new.npz").exists()


def test_link_leads_to_the_file_that_is_replaced(trained, small_data, tmp_path, capsys):
    link = tmp_path / "link.npz"
    link.symlink_to(trained)
    before = trained.read_bytes()
    options = ["train", "--data", small_data, "--output", link, "--epochs", 1, "--replace"]
    assert main([*map(str, options), "--recipe", "plain"]) == 0
    assert link.is_symlink()
    assert trained.read_bytes() != before


def test_file_that_appears_during_the_training_is_kept(
    small_data, tmp_path, capsys, monkeypatch
):
    path = tmp_path / "new.npz"
    assert free_name(path) == path
    (tmp_path / "other.npz").write_text("another's")
    assert free_name(tmp_path / "other.npz") == tmp_path / "other-1.npz"
    (tmp_path / "new-1.npz").write_text("another's as well")

    def train_meanwhile(*_, **__):
        path.write_text("another's")

    monkeypatch.setattr("nnmath.app.commands.train", train_meanwhile)
    assert main(["train", "--data", str(small_data), "--output", str(path)]) == 0
    assert path.read_text() == "another's"
    assert f"saved as {tmp_path / 'new-2.npz'}" in capsys.readouterr().out
    assert load_network(tmp_path / "new-2.npz").n[0] == 9


def test_what_was_learned_is_saved_when_a_worker_is_killed(
    small_data, tmp_path, capsys, monkeypatch
):
    def train_and_fail(*_, **__):
        raise RuntimeError("a worker of the training has ended before its time")

    monkeypatch.setattr("nnmath.app.commands.train", train_and_fail)
    path = tmp_path / "new.npz"
    assert main(["train", "--data", str(small_data), "--output", str(path)]) == 1
    assert capsys.readouterr().out.startswith("a worker of the training has ended")
    assert load_network(path).n[0] == 9


@pytest.mark.parametrize("error", [MemoryError(), OverflowError("too large")])
def test_what_the_machine_cannot_do_is_said_in_one_line(
    error, trained, small_data, capsys, monkeypatch
):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr("nnmath.app.commands.load_mnist", fail)
    said = complaint(capsys, "evaluate", trained, "--data", small_data)
    assert (str(error) or "MemoryError") in said


def unfit(kind):
    """Make a network for the small pictures that predicts no probabilities."""
    W, b = np.full((3, 9), 1.0), np.zeros((3, 1))
    if kind == "complex":
        return Network({1: W + 0j}, {1: b + 0j}, {1: softmax})
    return Network({1: W * (1e308 if kind == "overflow" else 1)}, {1: b}, {1: identity})


@pytest.mark.parametrize(
    ("kind", "expected"), [("identity", "ends with identity"), ("complex", "one of complex128")]
)
@pytest.mark.parametrize("command", ["evaluate", "predict"])
def test_network_without_probabilities_is_refused(
    command, kind, expected, small_data, tmp_path, capsys
):
    save_network(tmp_path / "n.npz", unfit(kind))
    picture = ["0"] if command == "predict" else []
    options = [command, tmp_path / "n.npz", *picture, "--data", small_data]
    assert expected in complaint(capsys, *options)


@pytest.mark.parametrize("command", ["evaluate", "predict"])
def test_network_whose_sums_overflow_is_refused(command, small_data, tmp_path, capsys):
    W = {1: np.full((3, 9), 3e38, np.float32), 2: np.full((3, 3), -3e38, np.float32)}
    b = {l: np.zeros((3, 1), np.float32) for l in W}
    save_network(tmp_path / "n.npz", Network(W, b, {1: identity, 2: softmax}))
    picture = ["0"] if command == "predict" else []
    options = [command, tmp_path / "n.npz", *picture, "--data", small_data]
    assert "sums overflow" in complaint(capsys, *options)


def test_a_network_that_the_last_step_made_overflow_is_not_saved(
    small_data, tmp_path, capsys, recwarn
):
    options = ["--recipe", "plain", "--epochs", "1", "--batch", "60", "--eta", "1e30"]
    options += ["--data", small_data, "--output", tmp_path / "n.npz"]
    assert "sums overflow" in complaint(capsys, "train", *options)
    assert not (tmp_path / "n.npz").exists()
    assert not recwarn.list


def test_network_for_other_pictures_is_refused(trained, capsys):
    assert "got one for 9" in complaint(capsys, "evaluate", trained)


def test_number_of_no_picture_is_refused(trained, small_data, capsys):
    options = ["predict", trained, 30, "--data", small_data]
    assert "must be below 30" in complaint(capsys, *options)


def test_diverging_training_saves_nothing(small_data, tmp_path, capsys):
    path = tmp_path / "new.npz"
    options = ["--data", small_data, "--output", path, "--eta", "1e300", "--epochs", 9]
    assert "eta" in complaint(capsys, "train", "--recipe", "plain", *options)
    assert not path.exists()


def test_mini_batch_of_more_pictures_than_there_are_is_refused(small_data, tmp_path, capsys):
    options = ["--data", small_data, "--output", tmp_path / "new.npz", "--batch", 61]
    assert "--batch must be at most 60" in complaint(capsys, "train", *options)


def test_too_many_validation_pictures_are_refused(small_data, tmp_path, capsys):
    options = ["--data", small_data, "--output", tmp_path / "new.npz", "--validation", 60]
    assert "--validation must leave" in complaint(capsys, "train", *options)


def environment_of_program():
    """Let another process find the package that is tested, before all that this one finds."""
    path = os.pathsep.join([str(ROOT), *filter(None, sys.path)])
    return os.environ | {"PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1"}


def program(*arguments, **others):
    command = [sys.executable, "-m", "nnmath", *map(str, arguments)]
    return subprocess.Popen(command, env=environment_of_program(), text=True, **others)


def test_interrupt_saves_what_was_learned(small_data, tmp_path):
    path = tmp_path / "stopped.npz"
    # more epochs than there is time for
    options = ["--data", small_data, "--output", path, "--epochs", 10**8, "--batch", 60]
    terminal, its_end = pty.openpty()
    process = program(
        "train", "--recipe", "plain", *options, stdout=subprocess.PIPE, stderr=its_end
    )
    os.close(its_end)
    shown = b""
    while b"% right" not in shown:  # until the bar tells of the first epoch
        shown += os.read(terminal, 1000)
    process.send_signal(signal.SIGINT)
    printed, _ = process.communicate(timeout=60)
    os.close(terminal)
    assert process.returncode == 130
    assert printed.startswith("stopped; ")
    assert load_network(path).n[0] == 9


def test_bar_of_a_training_that_fails_ends_its_line(small_data, tmp_path):
    options = ["--data", small_data, "--output", tmp_path / "new.npz", "--eta", "1e300"]
    terminal, its_end = pty.openpty()
    process = program("train", "--recipe", "plain", *options, stderr=its_end)
    os.close(its_end)
    assert process.wait(60) == 2
    shown = os.read(terminal, 10_000).decode()
    os.close(terminal)
    assert shown.splitlines()[-1].startswith("nnmath: error: the cost before step")


def test_closed_streams_are_no_error(trained, small_data):
    for stream in ("1", "2"):
        command = f'exec "{sys.executable}" -m nnmath evaluate "$0" --data "$1" {stream}>&-'
        shell = ["sh", "-c", command, str(trained), str(small_data)]
        ended = subprocess.run(
            shell, env=environment_of_program(), capture_output=True, text=True, check=False
        )
        assert (ended.returncode, ended.stderr) == (0, "")


def test_name_that_no_terminal_can_show_is_escaped(trained, small_data, tmp_path):
    path = tmp_path / "n\udcff.npz"
    trained.rename(path)
    options = ["train", "--data", small_data, "--output", path, "--epochs", 0, "--replace"]
    process = program(*options, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    printed, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (0, "")
    assert "n\\udcff.npz" in printed


def test_closed_pipe_is_no_error(trained, small_data):
    process = program(
        "evaluate",
        trained,
        "--data",
        small_data,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait(60) == 1
    process.stderr.close()


def test_a_mistake_of_the_program_itself_shows_as_such(monkeypatch):
    def mistaken(options):
        raise TypeError("a mistake")

    monkeypatch.setattr("nnmath.app.command_line.evaluate_command", mistaken)
    with pytest.raises(TypeError, match="a mistake"):
        main(["evaluate", "network.npz"])
