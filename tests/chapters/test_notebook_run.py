"""What the chapter on the notebook's run builds: a bar, kept results, and counts of answers."""

import ast
import functools
import hashlib
import io
import os
import platform
import re
import stat
import subprocess
import sys
import tempfile
import textwrap
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from nnmath import (
    Network,
    class_accuracies,
    confusion_matrix,
    cross_entropy,
    descend,
    forward,
    identity,
    one_hot,
    predicted_classes,
    progress_bar,
    random_network,
    relu,
    softmax,
    train,
)
from nnmath.app.progress import leave_bar
from nnmath.learning.kept_results import digest_of, kept, shape_of_code, this_machine
from nnmath.learning.whole_files import arrays_of, require_place, whole_file
from nnmath.model.activations import Activation


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def clock(monkeypatch):
    """Give a clock that stands still until it is set."""
    time = [100.0]
    monkeypatch.setattr("nnmath.app.progress.monotonic", lambda: time[0])
    return time


@pytest.mark.parametrize(
    ("epoch", "filled", "left"),
    [(1, 3, "42 s left"), (2, 7, "18 s left"), (8, 30, " 0 s left\n")],
)
def test_the_bar_shows_how_far_the_training_is_and_how_long_it_will_take(
    clock, epoch, filled, left
):
    terminal = Terminal()
    watch = progress_bar(8, terminal)
    clock[0] += 6
    watch(epoch, 1.25)
    bar = "#" * filled + "." * (30 - filled)
    assert terminal.getvalue() == f"\r[{bar}] epoch {epoch} of 8, cost 1.2500,   {left}"


def test_a_note_stands_beside_the_cost(clock):
    terminal = Terminal()
    progress_bar(4, terminal, note=lambda: "97.00% right")(1, 1.0)
    assert "epoch 1 of 4, cost 1.0000, 97.00% right, " in terminal.getvalue()


@pytest.mark.parametrize("columns", [72, 40, 20])
def test_the_line_fits_the_terminal(clock, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    terminal = Terminal()
    progress_bar(4, terminal, note=lambda: "97.00% right")(1, 1.0)
    line = terminal.getvalue().removeprefix("\r")
    assert len(line) == columns - 1  # the last column would begin a new line
    assert line.startswith("[####............] epoch" if columns == 72 else "[] epoch")


def test_the_bar_ends_its_line_after_the_last_epoch_and_only_then(clock):
    terminal = Terminal()
    watch = progress_bar(2, terminal)
    watch(1, 1.0)
    assert "\n" not in terminal.getvalue()
    watch(2, 1.0)  # at the same time: the last one is drawn however soon it comes
    assert terminal.getvalue().endswith(
        f"[{'#' * 30}] epoch 2 of 2, cost 1.0000,    0 s left\n"
    )


def test_the_bar_is_drawn_ten_times_a_second_at_most(clock):
    terminal = Terminal()
    watch = progress_bar(100, terminal)
    for epoch in range(1, 100):
        watch(epoch, 1.0)
        clock[0] += 0.03125
    drawn = terminal.getvalue().split("\r")[1:]
    assert [int(line.split()[2]) for line in drawn[:4]] == [1, 5, 9, 13]


def test_each_state_is_seen_at_once(clock):
    class Flushed(Terminal):
        flushes = 0

        def flush(self):
            self.flushes += 1

    terminal = Flushed()
    progress_bar(5, terminal)(1, 1.0)
    assert terminal.flushes == 1


def test_what_is_no_terminal_gets_no_bar():
    stream = io.StringIO()
    watch = progress_bar(3, stream)
    for epoch in (1, 2, 3):
        watch(epoch, 1.0)
    assert stream.getvalue() == ""


def test_the_bar_goes_to_the_standard_error_output(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    progress_bar(1)(1, 1.0)
    assert "epoch 1 of 1" in terminal.getvalue()


@pytest.mark.parametrize("stream", [None, "closed"])
def test_closed_streams_get_no_bar(monkeypatch, stream):
    if stream == "closed":
        stream = Terminal()
        stream.close()
    monkeypatch.setattr(sys, "stderr", stream)
    progress_bar(2)(2, 0.5)
    leave_bar()


def test_a_bar_that_is_left_ends_its_line_at_a_terminal_only(monkeypatch):
    terminal, page = Terminal(), io.StringIO()
    leave_bar(terminal)
    leave_bar(page)
    assert terminal.getvalue() == "\n"
    assert page.getvalue() == ""
    monkeypatch.setattr(sys, "stderr", terminal)
    leave_bar()
    assert terminal.getvalue() == "\n\n"


def test_a_training_draws_the_bar():
    terminal = Terminal()
    network = random_network((2, 3), {1: softmax}, scale=1.0, rng=np.random.default_rng(0))
    train(
        network,
        np.ones((2, 4)),
        one_hot(np.array([0, 1, 2, 0]), 3),
        cross_entropy,
        eta=0.1,
        epochs=3,
        B=2,
        rng=np.random.default_rng(0),
        watch=progress_bar(3, terminal),
    )
    assert "epoch 3 of 3" in terminal.getvalue()


@pytest.mark.parametrize("epochs", [2.0, True, "3"])
def test_a_number_of_epochs_that_is_none_is_refused(epochs):
    with pytest.raises(TypeError, match=r"^epochs must be a whole number, got"):
        progress_bar(epochs)


def test_a_negative_number_of_epochs_is_refused_and_none_at_all_is_not():
    with pytest.raises(ValueError, match=r"^epochs must be at least 0, got -1$"):
        progress_bar(-1)
    progress_bar(0)


@pytest.mark.parametrize("epoch", [0, 1])
def test_a_bar_of_no_epochs_is_full(epoch):
    seen = Terminal()
    progress_bar(0, seen)(epoch, 0.5)
    assert seen.getvalue().startswith(f"\r[{'#' * 30}] epoch {epoch} of 0, cost 0.5000")
    assert seen.getvalue().endswith("   0 s left\n")


def test_a_note_that_is_no_function_is_refused_by_name():
    with pytest.raises(TypeError, match=r"^note must be a function, got '92 %'$"):
        progress_bar(3, note="92 %")


def one(x):
    return x + 1


def other(x):
    return x + 2


def test_values_that_differ_have_different_digests():
    floats = np.array([1.0, 2.0])
    many = np.zeros((40, 50))  # so many that repr leaves most of them out
    much = many.copy()
    much[20, 25] = 1.0
    values = [
        floats,
        floats.astype(np.float32),
        np.array([1.0, 3.0]),
        np.array([[1.0, 2.0]]),
        np.array([[1.0], [2.0]]),
        one,
        other,
        descend,
        forward,
        relu,
        softmax,
        (1, 2),
        [1, 2],
        "(1, 2)",
        [many, many],
        [many, much],
        {"a": many},
        {"a": much},
        {"b": much},
        Network({1: many}, {1: many[:, :1]}, {1: relu}),
        Network({1: much}, {1: many[:, :1]}, {1: relu}),
        Network({1: much}, {1: many[:, :1]}, {1: softmax}),
        np.array([many, None], object),
        np.array([much, None], object),
    ]
    digests = [digest_of(value) for value in values]
    assert len(set(digests)) == len(values)
    assert all(len(digest) == 16 and int(digest, 16) >= 0 for digest in digests)


def same_name(n):
    """Make a function; the name is the same for all n, the source is not."""
    if n == 1:

        def function():
            return 1

    else:

        def function():
            return 2

    return function


@dataclass
class One:
    x: int


@dataclass
class Other:
    x: int


def test_the_digest_tells_sources_and_classes_of_equal_content_apart():
    assert same_name(1).__qualname__ == same_name(2).__qualname__
    assert digest_of(same_name(1)) != digest_of(same_name(2))
    assert digest_of(One(3)) != digest_of(Other(3))


def test_equal_values_have_one_digest_and_their_order_counts():
    assert digest_of(np.arange(3), "a", one) == digest_of(np.arange(3), "a", one)
    assert digest_of("a", "b") != digest_of("b", "a")
    assert digest_of("ab") != digest_of("a", "b")


def test_an_array_has_the_digest_of_its_entries_however_it_lies_in_memory():
    matrix = np.arange(12.0).reshape(3, 4)
    assert digest_of(matrix) == digest_of(np.asfortranarray(matrix))


def documented(n):
    """Make a function; its docstring and comments differ with n, its code does not."""
    if n == 1:

        def function(x):
            """One."""
            return x

    else:

        def function(x):
            """Two, at greater length."""
            # a comment
            return x

    return function


def test_docstrings_and_comments_do_not_count():
    assert digest_of(documented(1)) == digest_of(documented(2))


def around(k):
    """Make a function that takes a number from here."""

    def function(x):
        return k * x

    return function


def test_what_a_function_takes_from_around_it_counts():
    assert digest_of(around(1)) != digest_of(around(2))
    assert digest_of(functools.partial(around, 1)) != digest_of(functools.partial(around, 2))
    assert digest_of(functools.partial(around, 1)) != digest_of([around, (1,), {}])


def test_an_activation_function_counts_by_the_function_inside():
    assert digest_of(Activation(around(1))) != digest_of(Activation(around(2)))
    assert digest_of({1: relu}) != digest_of({1: identity})


@pytest.mark.parametrize(
    "value", [object(), np.random.default_rng(0), np.random.RandomState(0)]
)
def test_an_object_that_says_only_where_it_lies_has_no_digest(value):
    with pytest.raises(TypeError, match=r"got .* at 0x"):
        digest_of(value)


def test_a_set_has_one_digest_in_whichever_order_it_lies():
    program = (
        "from nnmath import forward, relu; from nnmath.learning.kept_results import digest_of; "
        "print(digest_of({*'abcdefg', 1, ('a', forward), relu.function}))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in "123"
    }
    assert len(found) == 1
    assert digest_of({1, 2}) != digest_of({1, 3})
    assert digest_of({1, 2}) != digest_of(frozenset({1, 2}))
    assert digest_of({1, 2}) != digest_of(["set", "1", "2"])
    with pytest.raises(TypeError, match=r"got .* at 0x"):
        digest_of({object()})


def test_the_digest_of_code_is_the_same_in_every_python():
    source = """
        def f(x, *, y=1.5, **z):
            "Say something."
            return [f"{x:.{y}f} {{}}" "tail" for x in z if x is not None], {**z}, lambda: x[1:, ::2]
    """
    tree = ast.parse(textwrap.dedent(source))
    digest = hashlib.sha256(repr(shape_of_code(tree)).encode()).hexdigest()
    assert digest.startswith("7696ecb14a73")


def test_another_type_of_statement_or_constant_is_another_code():
    sources = [
        "x = 1",
        "x = 1.0",
        "x: int = 1",
        "x = 'a'",
        "x = b'a'",
        "x += 1",
        "x = y",
        "x = -1",
    ]
    assert len({repr(shape_of_code(ast.parse(source))) for source in sources}) == len(sources)


def changed_digest(monkeypatch, function, module):
    """Give a function's digest as if the source of a module were another."""
    import inspect

    getsource = inspect.getsource
    with monkeypatch.context() as patch:
        patch.setattr(
            inspect,
            "getsource",
            lambda thing: getsource(thing) + "\nX = 1" * (thing is sys.modules[module]),
        )
        return digest_of(function)


@pytest.mark.parametrize(
    "module",
    [
        "nnmath.learning.descent",
        "nnmath.gradients.backward",
        "nnmath.gradients.output_error",
        "nnmath.model.arguments",
    ],
)
def test_the_digest_of_the_training_depends_on_the_modules_behind_it(monkeypatch, module):
    assert changed_digest(monkeypatch, train, module) != digest_of(train)


def test_the_digest_of_a_function_does_not_depend_on_what_it_does_not_use(monkeypatch):
    assert changed_digest(monkeypatch, descend, "nnmath.learning.idx") == digest_of(descend)


@pytest.fixture
def folder(monkeypatch, tmp_path):
    monkeypatch.setenv("NNMATH_RUNS", str(tmp_path / "deep" / "runs"))
    return tmp_path / "deep" / "runs"


def counted():
    calls = []

    def compute():
        calls.append(None)
        return {"costs": [3.0, 2.0], "seconds": 1.5, "W1": np.eye(2, dtype=np.float32)}

    return calls, compute


def same(one, other):
    return one.keys() == other.keys() and all(
        np.array_equal(one[key], other[key]) and one[key].dtype == other[key].dtype
        for key in one
    )


def test_a_result_is_computed_once_and_then_read(folder):
    calls, compute = counted()
    first = kept("run-1_a", "abc", compute)
    again = kept("run-1_a", "abc", compute)
    assert len(calls) == 1
    assert same(first, again)
    assert first["costs"].tolist() == [3.0, 2.0]
    assert first["W1"].dtype == np.float32
    assert [path.name for path in folder.iterdir()] == ["run-1_a.abc.npz"]


def test_another_digest_makes_a_new_result_and_removes_the_old_one(folder):
    calls, compute = counted()
    kept("run", "abc", compute)
    kept("run-2", "abc", compute)
    kept("run", "def", compute)
    assert len(calls) == 3
    assert sorted(path.name for path in folder.iterdir()) == ["run-2.abc.npz", "run.def.npz"]


def refused(folder):
    """Ask for the result of the file, which must not be taken, and not be computed in silence."""
    with pytest.raises(ValueError, match=r"run\.abc\.npz: expected the whole result"):
        kept("run", "abc", pytest.fail)
    (folder / "run.abc.npz").unlink()
    calls, compute = counted()
    kept("run", "abc", compute)
    assert len(calls) == 1


@pytest.mark.parametrize("damage", [b"", b"PK", b"no archive at all", None])
def test_a_damaged_file_is_refused(folder, damage):
    kept("run", "abc", counted()[1])
    path = folder / "run.abc.npz"
    path.write_bytes(path.read_bytes()[:-30] if damage is None else damage)
    refused(folder)


def test_an_array_that_is_missing_or_has_another_name_is_noticed(folder):
    kept("run", "abc", counted()[1])
    path = folder / "run.abc.npz"
    content = path.read_bytes()
    path.write_bytes(content.replace(b"of W1", b"of W2"))  # no check sum covers the names
    refused(folder)


def test_a_file_under_the_name_of_another_digest_is_refused(folder):
    kept("run", "def", counted()[1])
    (folder / "run.def.npz").rename(folder / "run.abc.npz")
    refused(folder)


def test_a_result_says_when_and_where_it_was_computed(folder):
    first = kept("run", "abc", counted()[1])
    again = kept("run", "abc", counted()[1])
    assert str(first["computed"]) == str(again["computed"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\d, .+, NumPy [\d.]+.*", str(again["computed"]))


def on_a_machine(monkeypatch, processors, processor="", machine="arm64"):
    """Let the system say this of its processors: in a file, None for no file, or when asked."""

    def read_text(path, encoding=None):
        if processors is None or path != Path("/proc/cpuinfo"):
            raise FileNotFoundError(path)
        return processors.encode().decode(encoding or "ascii")

    monkeypatch.setattr(Path, "read_text", read_text)
    monkeypatch.setattr(platform, "processor", lambda: processor)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    return this_machine()[len("2000-01-01, ") :].removesuffix(f", NumPy {np.__version__}")


def test_a_machine_is_called_by_the_model_of_its_first_processor(monkeypatch):
    said = "processor\t: 0\nmodel\t\t: 7\nmodel name\t: Fast® A: 3\nprocessor\t: 1\n"
    said += "model name\t: Slow B\n"
    assert on_a_machine(monkeypatch, said, "x86") == "Fast® A: 3"


@pytest.mark.parametrize("processors", [None, "processor\t: 0\n"])
@pytest.mark.parametrize(("processor", "called"), [("arm", "arm"), ("", "arm64")])
def test_a_machine_whose_processors_have_no_model_is_called_by_its_kind(
    monkeypatch, processors, processor, called
):
    assert on_a_machine(monkeypatch, processors, processor) == called


def test_a_result_of_the_folder_that_is_only_read_is_taken(folder, monkeypatch, tmp_path):
    whole = kept("run", "abc", counted()[1])
    elsewhere = tmp_path / "kept"
    folder.rename(elsewhere)
    monkeypatch.setenv("NNMATH_KEPT", str(elsewhere))
    assert same(kept("run", "abc", pytest.fail), whole)
    assert not folder.exists()
    calls, compute = counted()
    kept("run", "def", compute)
    assert len(calls) == 1
    assert [path.name for path in folder.iterdir()] == ["run.def.npz"]
    assert [path.name for path in elsewhere.iterdir()] == ["run.abc.npz"]


def test_the_folder_beside_the_notebook_is_read_without_being_named(
    folder, monkeypatch, tmp_path
):
    kept("run", "abc", counted()[1])
    folder.rename(tmp_path / "kept-runs")
    monkeypatch.delenv("NNMATH_KEPT", raising=False)
    monkeypatch.chdir(tmp_path)
    kept("run", "abc", pytest.fail)


@pytest.mark.parametrize("key", ["file", "allow_pickle", "names", "of names", "a/b"])
def test_results_may_have_any_name(folder, key):
    first = kept("run", "abc", lambda: {key: 1.0})
    again = kept("run", "abc", lambda: {key: 2.0})
    assert same(first, again)
    assert list(again) == [key, "computed"]


def test_a_file_with_objects_is_refused_and_not_unpickled(folder):
    class Trap:
        def __reduce__(self):
            return (pytest.fail, ("a pickle was run",))

    kept("run", "abc", counted()[1])
    held = {"of x": np.array([Trap()], dtype=object), "names": np.array(["x"])}
    about = {"digest": np.array("abc"), "computed": np.array("once")}
    np.savez(folder / "run.abc.npz", **held, **about)
    refused(folder)


def test_files_are_written_beside_the_place_where_they_go(folder, monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "on another disk"))
    kept("run", "abc", counted()[1])
    assert [path.name for path in folder.iterdir()] == ["run.abc.npz"]


def test_a_flipped_bit_is_noticed(folder):
    kept("run", "abc", counted()[1])
    path = folder / "run.abc.npz"
    content = bytearray(path.read_bytes())
    content[content.index(np.float64(3.0).tobytes())] ^= 1
    path.write_bytes(content)
    refused(folder)


@pytest.mark.parametrize("before", [None, b"of old"])
def test_a_file_is_written_whole_or_not_at_all(tmp_path, before):
    path = tmp_path / "some.bin"
    if before is not None:
        path.write_bytes(before)

    def write_a_part():
        with whole_file(path) as file:
            file.write(b"a part")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_a_part()
    assert [p.read_bytes() for p in tmp_path.iterdir()] == ([] if before is None else [before])
    with whole_file(path) as file:
        file.write(b"all of it")
        assert not path.exists() or path.read_bytes() == before
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"some.bin": b"all of it"}


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o444])
def test_a_file_that_is_replaced_keeps_who_may_read_it(tmp_path, mode):
    path = tmp_path / "some.bin"
    path.write_bytes(b"of old")
    path.chmod(mode)
    with whole_file(path) as file:
        (unfinished,) = set(tmp_path.iterdir()) - {path}
        assert stat.S_IMODE(unfinished.stat().st_mode) == mode  # while it is written, too
        file.write(b"all of it")
    assert path.read_bytes() == b"all of it"
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_no_flipped_bit_of_an_array_or_its_header_is_read_as_another(tmp_path):
    path = tmp_path / "some.npz"
    arrays = {"a": np.arange(6.0).reshape(2, 3), "b": np.arange(4)}
    np.savez(path, **arrays)
    whole = path.read_bytes()
    refused = 0
    for at in range(len(whole)):
        flipped = bytearray(whole)
        flipped[at] ^= 0x20
        try:
            found = arrays_of(io.BytesIO(flipped))
        except Exception:  # of many kinds
            refused += 1
        else:
            assert all(
                np.array_equal(found[name], arrays[name]) for name in set(found) & set("ab")
            )
    assert refused > len(whole) / 2


def test_a_number_that_was_damaged_is_noticed_by_its_check_sum():
    numbers, file = np.full(3, 0.5), io.BytesIO()
    np.savez(file, one=numbers)
    content = bytearray(file.getvalue())
    content[content.index(numbers.tobytes())] ^= 1
    with pytest.raises(ValueError, match=r"^one\.npy is damaged$"):
        arrays_of(io.BytesIO(content))


def test_a_file_has_its_place_where_links_lead_in_a_folder_that_is_there(tmp_path):
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "file")
    with whole_file(link) as file:
        file.write(b"x")
    assert link.is_symlink()
    assert (tmp_path / "file").read_bytes() == b"x"
    with pytest.raises(FileExistsError, match=r"expected a file, or a name that is free$"):
        require_place(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"none/file: there is no folder .*none$"):
        require_place(tmp_path / "none" / "file")


def test_a_computation_that_fails_leaves_nothing_behind(folder):
    def fail():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kept("run", "abc", fail)
    assert not folder.exists() or list(folder.iterdir()) == []


def test_without_the_variable_the_results_lie_beside_the_notebook(monkeypatch, tmp_path):
    monkeypatch.delenv("NNMATH_RUNS", raising=False)
    monkeypatch.chdir(tmp_path)
    kept("run", "abc", counted()[1])
    assert (tmp_path / "nnmath-runs" / "run.abc.npz").is_file()


@pytest.mark.parametrize("name", ["", "-", "_", "../run", "a b", "run.npz", "*"])
def test_a_name_that_is_no_plain_word_is_refused(folder, name):
    with pytest.raises(ValueError, match=r"^name must hold letters"):
        kept(name, "abc", counted()[1])


def test_a_result_that_is_no_array_of_numbers_is_refused(folder):
    with pytest.raises(
        ValueError, match=r"^x must be an array of numbers, .* got dtype object"
    ):
        kept("run", "abc", lambda: {"x": [1, None]})
    with pytest.raises(
        ValueError, match=r"^computed must be an array of numbers, and be called by a word"
    ):
        kept("run", "abc", lambda: {"computed": 1.0})
    with pytest.raises(
        ValueError, match=r"^1 must be an array of numbers, and be called by a word"
    ):
        kept("run", "abc", lambda: {1: 1.0})
    with pytest.raises(ValueError, match=r"^x must be an array of numbers, .* got dtype <U"):
        kept("run", "abc", lambda: {"x": "a word"})


def test_the_answer_is_the_class_with_the_largest_output():
    network = Network({1: np.eye(3)}, {1: np.zeros((3, 1))}, {1: identity})
    X = np.array([[0.1, 5.0, 2.0, 1.0], [0.2, -1.0, 2.0, 1.0], [0.3, 0.0, 1.0, 1.0]])
    assert predicted_classes(network, X).tolist() == [2, 0, 0, 0]


def test_the_answers_of_a_deep_network_are_those_of_its_last_layer():
    rng = np.random.default_rng(1)
    network = random_network((4, 6, 3), {1: relu, 2: softmax}, scale=1.0, rng=rng)
    X = rng.normal(size=(4, 9))
    hidden = np.maximum(network.W[1] @ X + network.b[1], 0)
    expected = (network.W[2] @ hidden + network.b[2]).argmax(axis=0)
    assert predicted_classes(network, X).tolist() == expected.tolist()


def test_inputs_that_do_not_fit_have_no_answers():
    network = Network({1: np.eye(3)}, {1: np.zeros((3, 1))}, {1: identity})
    with pytest.raises(ValueError, match="X"):
        predicted_classes(network, np.zeros((2, 5)))


def test_the_confusion_matrix_counts_each_pair_in_the_row_of_the_class():
    labels = np.array([0, 0, 0, 2, 2, 1])
    answered = np.array([0, 1, 1, 0, 2, 1])
    assert confusion_matrix(labels, answered, 4).tolist() == [
        [1, 2, 0, 0],
        [0, 1, 0, 0],
        [1, 0, 1, 0],
        [0, 0, 0, 0],
    ]


@pytest.mark.parametrize("name", ["labels", "answered"])
@pytest.mark.parametrize(
    ("value", "kind", "message"),
    [
        ([0, 1, 2], TypeError, "must be an array of whole numbers, got list"),
        (np.zeros(3), TypeError, "must be an array of whole numbers, got float64"),
        (
            np.zeros((3, 1), int),
            ValueError,
            r"must have shape \(m,\) with m at least 1, got \(3, 1\)",
        ),
        (np.zeros(0, int), ValueError, r"must have shape \(m,\) with m at least 1, got \(0,\)"),
        (np.array([0, 1, 3]), ValueError, "must lie from 0 to 2, got values from 0 to 3"),
        (np.array([0, -1, 2]), ValueError, "must lie from 0 to 2, got values from -1 to 2"),
    ],
)
def test_what_are_no_classes_is_refused(name, value, kind, message):
    arguments = {"labels": np.array([0, 1, 2]), "answered": np.array([0, 1, 2]), name: value}
    with pytest.raises(kind, match=f"^{name} {message}$"):
        confusion_matrix(**arguments, K=3)


@pytest.mark.parametrize(
    ("K", "kind", "message"),
    [
        (3.0, TypeError, "K must be a whole number, got 3.0"),
        (True, TypeError, "K must be a whole number, got True"),
        (0, ValueError, "K must be at least 1, got 0"),
    ],
)
def test_a_number_of_classes_that_is_none_is_refused(K, kind, message):
    with pytest.raises(kind, match=f"^{message}$"):
        confusion_matrix(np.array([0, 1]), np.array([0, 1]), K)


def test_as_many_answers_as_labels_are_asked_for():
    with pytest.raises(
        ValueError, match=r"^answered must hold one answer for each of 3 labels, got 2$"
    ):
        confusion_matrix(np.array([0, 1, 2]), np.array([0, 1]), 3)


def test_the_accuracy_of_a_class_is_the_diagonal_entry_by_the_sum_of_its_row():
    counts = np.array([[3, 1, 0], [2, 2, 4], [0, 0, 1]])
    assert class_accuracies(counts).tolist() == [0.75, 0.25, 1.0]


def test_a_class_without_examples_has_no_accuracy():
    shares = class_accuracies(np.array([[1, 1], [0, 0]]))
    assert shares[0] == 0.5
    assert np.isnan(shares[1])


@pytest.mark.parametrize(
    ("counts", "kind", "message"),
    [
        (np.ones((2, 2)), TypeError, "must be an array of whole numbers, got float64"),
        ([[1, 0], [0, 1]], TypeError, "must be an array of whole numbers, got list"),
        (np.ones((2, 3), int), ValueError, r"must be square, got shape \(2, 3\)"),
        (np.ones(4, int), ValueError, r"must be square, got shape \(4,\)"),
        (np.array([[1, 0], [-2, 1]]), ValueError, "must hold no negative count, got -2"),
    ],
)
def test_what_is_no_confusion_matrix_is_refused(counts, kind, message):
    with pytest.raises(kind, match=f"^confusion {message}$"):
        class_accuracies(counts)
