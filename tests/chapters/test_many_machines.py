"""What the chapter on many machines builds: shards, the tree, and the training on a cluster that dies."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

import nnmath
from nnmath import (
    Adam,
    Network,
    backward,
    cross_entropy,
    descend,
    forward,
    identity,
    load_network,
    local_cluster,
    one_hot,
    random_network,
    relu,
    softmax,
    squared_error,
    train_distributed,
    train_plainly,
)
from nnmath.fast.distributed import levels
from nnmath.fast.shards import add, add_neighbours, cut, in_one_row

from .networks import copy, in_type, same

M = 60
ARGUMENTS = {"eta": 0.1, "epochs": 2, "B": 25, "shards": 7}


def drawn():
    rng = np.random.default_rng(0)
    network = random_network((6, 5, 4, 3), {1: relu, 2: relu, 3: softmax}, scale=0.7, rng=rng)
    return network, rng.normal(size=(6, M)), one_hot(rng.integers(0, 3, M), 3)


@pytest.fixture(scope="module")
def cluster():
    with local_cluster(2) as client:
        yield client


def with_workers(client, workers):
    client.cluster.scale(workers)
    while len(client.nthreads()) != workers:
        time.sleep(0.02)
    return client


def trained(client, **others):
    network, X, Y = drawn()
    arguments = {**ARGUMENTS, "rng": np.random.default_rng(1)} | others
    costs = train_distributed(client, network, X, Y, cross_entropy, **arguments)
    return network, costs


def after_step(number, do):
    """Make a rule that does something once, after a step."""
    made = []

    def rule(network, of_W, of_b, eta):
        descend(network, of_W, of_b, eta)
        made.append(eta)
        if len(made) == number:
            do()

    return rule


@pytest.fixture(scope="module")
def undisturbed(cluster):
    return trained(with_workers(cluster, 2))


@pytest.mark.parametrize("workers", [*range(1, 20), 1000])
def test_every_worker_is_asked_once_and_soon(workers):
    below = levels(workers)
    assert sorted(q for some in below for q in some) == list(range(1, workers))
    rounds = [0] * workers  # a worker sends one message in a round
    for p, some in enumerate(below):
        for turn, q in enumerate(some, start=1):
            assert q > p
            rounds[q] = rounds[p] + turn
    assert max(rounds) == int(np.ceil(np.log2(workers)))


@pytest.mark.parametrize("R", [1, 2, 5, 8, 13])
def test_the_tree_is_the_same_however_it_is_shared(R):
    def pair(one, other):
        return f"({one}+{other})"

    leaves = {(0, r): str(r) for r in range(R)}
    (whole,) = add_neighbours(leaves, R, pair).values()
    rng = np.random.default_rng(R)
    owner = rng.integers(0, 3, R)
    trees = [
        add_neighbours({(0, r): str(r) for r in range(R) if owner[r] == p}, R, pair)
        for p in range(3)
    ]
    assert [*add_neighbours(trees[0] | trees[1] | trees[2], R, pair).values()] == [whole]


def test_neighbours_are_added_first_and_the_last_of_an_odd_number_waits():
    leaves = {(0, r): str(r) for r in range(7)}
    sums = add_neighbours(leaves, 7, lambda one, other: f"({one}+{other})")
    assert sums == {(3, 0): "(((0+1)+(2+3))+((4+5)+6))"}


def test_parameters_of_two_types_go_into_the_row_as_they_are():
    of_W = {1: np.full((2, 3), 0.1, np.float32), 2: np.full((1, 2), 0.1)}
    of_b = {1: np.full((2, 1), 0.1), 2: np.full((1, 1), 0.1, np.float32)}
    row = in_one_row((3, 2, 1), of_W, of_b)
    assert row.dtype == float
    assert sorted(row) == [0.1] * 4 + [np.float64(np.float32(0.1))] * 7


@pytest.mark.parametrize("finer", [0, 1])
def test_a_row_has_the_finer_type_of_weights_and_biases(finer):
    types = [np.float32, np.float32]
    types[finer] = float
    of_W, of_b = {1: np.full((2, 3), 0.1, types[0])}, {1: np.full((2, 1), 0.1, types[1])}
    row = in_one_row((3, 2), of_W, of_b)
    assert row.dtype == float
    assert np.count_nonzero(row == 0.1) == (6, 2)[finer]


def test_shards_hold_every_example_once():
    network, X, Y = drawn()
    shards = cut(network, X, Y, cross_entropy, 7)
    assert np.array_equal(np.concatenate([shard.inputs for shard in shards]).T, X)
    assert np.array_equal(np.concatenate([shard.targets for shard in shards]).T, Y)
    assert [shard.start for shard in shards] == [r * M // 7 for r in range(7)]


def written_into(X, rng):
    X += rng.normal(size=X.shape)
    return X


def test_what_writes_into_the_inputs_changes_no_later_step():
    network, X, Y = drawn()
    (shard,) = cut(network, X, Y, cross_entropy, 1, augment=written_into)
    cells = in_one_row(network.n, network.W, network.b)
    kept = shard.inputs.copy()
    first, again = (shard.sums(cells, None, 1)[1] for _ in range(2))
    assert np.array_equal(first, again)
    assert np.array_equal(shard.inputs, kept)


def test_shards_draw_from_the_seed_0_unless_another_is_given():
    assert {shard.seed for shard in cut(*drawn(), cross_entropy, 7)} == {0}


def test_numbers_in_one_row_keep_their_type():
    network = in_type(drawn()[0], np.float32)
    assert in_one_row(network.n, network.W, network.b).dtype == np.float32


def test_a_shard_knows_which_of_the_examples_it_holds():
    shard = cut(*drawn(), cross_entropy, 7)[2]  # the examples 17 to 24
    assert shard.here(np.array([25, 24, 3, 17, 16, 20])).tolist() == [7, 0, 3]
    assert shard.here(None) is None


@pytest.mark.parametrize("chosen", [None, [0, 3, 4], [5], []])
def test_a_shard_sums_cost_and_gradients_of_each_chosen_example(chosen):
    network, X, Y = drawn()
    cells = in_one_row(network.n, network.W, network.b)
    value, sums = cut(network, X, Y, cross_entropy, 7)[2].sums(
        cells, None if chosen is None else np.array(chosen, int), 1
    )
    costs, gradients = 0.0, np.zeros(len(cells))
    for i in range(8) if chosen is None else chosen:
        x, y = X[:, [17 + i]], Y[:, [17 + i]]
        Z, A = forward(network, x)
        costs += cross_entropy(A[3], y)
        gradients += in_one_row(network.n, *backward(network, Z, A, y, cross_entropy))
    assert value == pytest.approx(costs, rel=1e-12)
    assert sums == pytest.approx(gradients, rel=1e-12, abs=1e-15)


def test_what_a_shard_draws_depends_on_the_seed_the_step_and_its_number():
    network, X, Y = drawn()
    cells = in_one_row(network.n, network.W, network.b)

    def shifted(X, rng):
        return X + rng.normal(size=X.shape)

    value, sums = cut(network, X, Y, cross_entropy, 7, shifted, 5)[2].sums(cells, None, 9)
    X[:, 17:25] += np.random.default_rng([5, 9, 2]).normal(size=(6, 8))
    expected = cut(network, X, Y, cross_entropy, 7)[2].sums(cells, None, 9)
    assert value == expected[0]
    assert np.array_equal(sums, expected[1])


def test_the_largest_sum_of_a_shard_may_be_rounded_up_to_infinity_without_a_warning():
    layer = {1: np.zeros((1, 1))}
    network = Network(layer, layer, {1: identity})
    X, Y = np.array([[np.finfo(float).max, 0, 0]]), np.array([[-0.5, 0, 0]])
    with np.errstate(all="raise"):
        value, sums = cut(network, X, Y, squared_error, 1)[0].sums(np.zeros(2), None, 1)
    assert value == 0.25
    assert sums.tolist() == [np.inf, 1]  # a third of the largest float, times three


def test_a_sum_of_shards_may_overflow_or_have_no_value_without_a_warning():
    one = np.float64(1e308), np.array([1.0, 1e308, np.inf])
    other = np.float64(1.5e308), np.array([2.5, 1.5e308, -np.inf])
    with np.errstate(all="raise"):
        value, sums = add(one, other)
    assert value == np.inf
    assert np.array_equal(sums, [3.5, np.inf, np.nan], equal_nan=True)


def test_a_sum_of_shards_adds_costs_and_gradients():
    value, sums = add((1.5, np.array([1.0, 2.0])), (2.0, np.array([4.0, 8.0])))
    assert value == 3.5
    assert sums.tolist() == [5, 10]


def test_it_learns_what_one_machine_learns(cluster):
    plain, X, Y = drawn()
    seen, plainly = [], []
    network, costs = trained(
        cluster, rule=Adam(), schedule=lambda t: 1 - t / 2, watch=lambda *now: seen.append(now)
    )
    expected = train_plainly(
        plain, X, Y, cross_entropy, eta=0.1, epochs=2, B=25, rng=np.random.default_rng(1),
        rule=Adam(), schedule=lambda t: 1 - t / 2, watch=lambda *now: plainly.append(now),
    )  # fmt: skip
    assert costs == pytest.approx(expected, rel=1e-12)
    for l in network.W:
        assert network.W[l] == pytest.approx(plain.W[l], rel=1e-9, abs=1e-12)
    assert np.array(seen) == pytest.approx(np.array(plainly))


def test_all_examples_in_every_step(cluster):
    plain, X, Y = drawn()
    _, costs = trained(cluster, B=M)
    expected = train_plainly(
        plain, X, Y, cross_entropy, eta=0.1, epochs=2, B=M, rng=np.random.default_rng(1)
    )
    assert costs == pytest.approx(expected, rel=1e-12)


def test_nothing_listens_but_on_the_loopback_address(cluster):
    here = psutil.Process()
    processes = [here, *here.children(recursive=True)]
    sockets = [socket for process in processes for socket in process.net_connections("inet")]
    assert {socket.laddr.ip for socket in sockets if socket.status == "LISTEN"} == {"127.0.0.1"}


def nothing_is_held(cluster):
    """Tell whether no worker holds a shard, or what sums over it."""
    held = cluster.run(lambda dask_worker: [*dask_worker.state.actors, *dask_worker.data])
    return not any(held.values())


def test_afterwards_the_workers_hold_nothing(cluster, undisturbed):
    assert nothing_is_held(cluster)


@pytest.mark.parametrize("workers", [1, 3])
def test_the_bits_do_not_depend_on_the_workers(cluster, undisturbed, workers):
    network, costs = trained(with_workers(cluster, workers))
    assert same(network, undisturbed[0])
    assert costs == undisturbed[1]


def test_a_worker_killed_between_two_steps_changes_nothing(cluster, undisturbed):
    with_workers(cluster, 2)

    def kill():
        os.kill(min(cluster.run(os.getpid).values()), signal.SIGKILL)

    network, costs = trained(cluster, rule=after_step(2, kill))
    assert same(network, undisturbed[0])
    assert costs == undisturbed[1]


def test_a_worker_killed_while_it_computes_changes_nothing(cluster, tmp_path):
    with_workers(cluster, 2)

    def kill_me_once(X, rng):
        with contextlib.suppress(FileExistsError):
            os.close(os.open(done, os.O_CREAT | os.O_EXCL))
            os.kill(os.getpid(), signal.SIGKILL)
        return X + rng.normal(size=X.shape)

    done = str(tmp_path / "done")
    killed, _ = trained(cluster, augment=kill_me_once)
    assert (tmp_path / "done").exists()
    again, _ = trained(cluster, augment=kill_me_once)
    assert same(killed, again)


def test_a_slow_worker_changes_nothing(cluster, undisturbed):
    with_workers(cluster, 2)
    slow = min(cluster.run(os.getpid).values())
    awake = threading.Timer(1.5, os.kill, (slow, signal.SIGCONT))

    def halt():
        os.kill(slow, signal.SIGSTOP)
        awake.start()

    network, _ = trained(cluster, rule=after_step(2, halt))
    awake.join()
    assert same(network, undisturbed[0])


def test_a_worker_that_joins_gets_shards_and_changes_nothing(cluster, undisturbed):
    with_workers(cluster, 1)
    computed = []

    def join():
        with_workers(cluster, 2)
        time.sleep(1.1)  # until it looks again

    def count():
        computed.append(cluster.run(lambda dask_worker: len(dask_worker.state.actors)))

    def join_then_count(network, of_W, of_b, eta):
        first(network, of_W, of_b, eta)
        count()

    first = after_step(2, join)
    network, _ = trained(cluster, rule=join_then_count)
    assert sorted(computed[-1].values()) == [1, 1]
    assert same(network, undisturbed[0])


def test_without_workers_it_says_so_and_keeps_what_was_learned(cluster, tmp_path):
    with_workers(cluster, 1)
    after_two = []

    def leave():
        with_workers(cluster, 0)

    rule = after_step(2, leave)

    def remember(network, of_W, of_b, eta):
        rule(network, of_W, of_b, eta)
        after_two[:] = [copy(network)]

    with pytest.raises(
        ConnectionError, match=r"no worker for 0\.3 s in step 3; the network is as"
    ):
        trained(cluster, rule=remember, patience=0.3, save=tmp_path / "network.npz")
    assert same(load_network(tmp_path / "network.npz"), after_two[0])


@pytest.mark.parametrize("error", [LookupError, FileNotFoundError])
def test_what_a_worker_raises_is_raised(cluster, monkeypatch, error):
    monkeypatch.setattr(nnmath.fast.distributed, "LOOK", 0.1)

    def fail(X, rng):
        raise error("no such picture")

    with pytest.raises(error, match="no such picture"):
        trained(with_workers(cluster, 1), augment=fail)


def test_a_network_that_cannot_be_saved_any_more_leaves_its_file_and_no_shards(
    cluster, tmp_path
):
    file = tmp_path / "network.npz"

    def overflow(network, of_W, of_b, eta):
        network.W[1][:] = np.inf

    with pytest.raises(ValueError, match=r"^W\[1\] must be finite"):
        trained(with_workers(cluster, 2), rule=overflow, epochs=1, B=M, save=file)
    assert same(load_network(file), drawn()[0])
    assert nothing_is_held(cluster)


def test_a_step_that_is_broken_off_leaves_no_half_of_it(cluster):
    start, _, _ = drawn()

    def half(network, of_W, of_b, eta):
        network.W[1] -= eta * of_W[1]
        raise KeyboardInterrupt

    network, X, Y = drawn()
    with pytest.raises(KeyboardInterrupt):
        train_distributed(
            cluster,
            network,
            X,
            Y,
            cross_entropy,
            rng=np.random.default_rng(1),
            rule=half,
            **ARGUMENTS,
        )
    assert same(network, start)


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        ({"shards": 0}, ValueError, "shards must be"),
        ({"shards": M + 1}, ValueError, "shards must be"),
        ({"patience": 0}, ValueError, "patience must be"),
        ({"B": M + 1}, ValueError, "B must be"),
        ({"rule": Adam}, TypeError, "rule must be one such as"),
        ({"save": "/no/such/folder/network.npz"}, FileNotFoundError, "no/such/folder"),
    ],
)
def test_wrong_arguments_are_refused_before_anything_is_sent(cluster, wrong, error, message):
    with pytest.raises(error, match=message):
        trained(cluster, **wrong)


def test_another_client_is_refused():
    with pytest.raises(TypeError, match="client must be"):
        trained("tcp://10.0.0.1:8786")


def test_without_dask_one_line_says_what_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ModuleNotFoundError, match="pip install distributed"), local_cluster(1):
        pass


PROGRAM = textwrap.dedent("""
    import sys
    import numpy as np
    from distributed import Client
    from nnmath import *

    if __name__ == "__main__":
        rng = np.random.default_rng(0)
        network = random_network((6, 5, 3), {1: relu, 2: softmax}, scale=0.7, rng=rng)
        X, Y = rng.normal(size=(6, 60)), one_hot(rng.integers(0, 3, 60), 3)
        with local_cluster(2) if sys.argv[2] == "here" else Client(sys.argv[2]) as client:
            try:
                train_distributed(client, network, X, Y, cross_entropy, eta=0.1, epochs=10**6, B=60,
                    rng=rng, save=sys.argv[1], watch=lambda epoch, value: print(epoch, flush=True))
            except (KeyboardInterrupt, ConnectionError) as error:
                saved = load_network(sys.argv[1])
                print(type(error).__name__, error, np.array_equal(saved.W[1], network.W[1]))
""")


@contextlib.contextmanager
def started(*command):
    path = [str(Path(nnmath.__file__).parents[1]), *filter(None, sys.path)]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(path)},
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def test_ctrl_c_ends_it_cleanly(tmp_path):
    (tmp_path / "program.py").write_text(PROGRAM)
    with started(
        sys.executable, str(tmp_path / "program.py"), str(tmp_path / "network.npz"), "here"
    ) as program:
        assert program.stdout.readline() == "1\n"
        os.killpg(program.pid, signal.SIGINT)  # as a terminal does: to the workers as well
        out, err = program.communicate(timeout=30)
        assert out.splitlines()[-1].split() == ["KeyboardInterrupt", "True"]
        # Dask may warn of a question that it had just begun to ask.
        assert "Traceback" not in err
        assert program.returncode == 0


def test_a_lost_scheduler_ends_it_with_one_error_and_the_network_saved(tmp_path):
    (tmp_path / "program.py").write_text(PROGRAM)
    scheduler_file = tmp_path / "scheduler.json"
    python = sys.executable, "-m"
    with (
        started(
            *python, "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0",
            "--no-dashboard", "--scheduler-file", str(scheduler_file),
        ) as scheduler,
        started(
            *python, "distributed.cli.dask_worker", "--scheduler-file", str(scheduler_file),
            "--nthreads", "1", "--host", "127.0.0.1", "--no-dashboard",
        ),
    ):  # fmt: skip
        while not scheduler_file.exists() or not scheduler_file.read_text():
            time.sleep(0.05)
        address = json.loads(scheduler_file.read_text())["address"]
        with started(
            sys.executable, str(tmp_path / "program.py"), str(tmp_path / "network.npz"), address
        ) as program:
            assert program.stdout.readline() == "1\n"
            os.killpg(scheduler.pid, signal.SIGKILL)
            out, err = program.communicate(timeout=60)
    assert "ClusterLost the scheduler was lost in step" in out, err
    assert out.splitlines()[-1].endswith("as the step before left it True")
