# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: bad609d7f8380e14

# From book/many_machines.md, "The cluster in the package"
"""Training on the workers of a Dask cluster."""

import contextlib
import logging
from collections.abc import Iterator
from typing import Any

from nnmath.model.arguments import require_whole


def dask() -> Any:
    """Import Dask's ``distributed``, or say in one line how to get it."""
    try:
        import distributed
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "training on many machines needs Dask: pip install distributed"
        ) from None
    return distributed


DEAF = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)"
"""Lets a worker ignore Ctrl-C, which a terminal sends to all processes: the caller ends it."""


@contextlib.contextmanager
def local_cluster(workers: int) -> Iterator[Any]:
    """Start a cluster of processes on this machine, which no other machine can reach.

    Parameters
    ----------
    workers : int
        How many, each with one thread.

    Yields
    ------
    distributed.Client
        A client of the cluster. Both end with the block, however it ends.

    Raises
    ------
    ModuleNotFoundError
        If Dask's ``distributed`` is not installed.
    TypeError, ValueError
        If `workers` is no whole number, or below 1.

    Notes
    -----
    Everything listens on the loopback address alone; other users of the same machine can reach
    it, and run code in it. A script that calls this needs the guard
    ``if __name__ == "__main__"``, since each worker imports the script.
    """
    workers = require_whole("workers", workers, least=1)
    distributed = dask()
    with (
        distributed.LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",  # what would be served else, to all the world
            worker_dashboard_address="127.0.0.1:0",
            scheduler_kwargs={"dashboard": False},
            memory_limit=0,
            preload=DEAF,
            silence_logs=logging.CRITICAL,  # what matters, the training says itself
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


# From book/many_machines.md, "The cluster in the package"
import asyncio
from collections.abc import Sequence

import numpy as np

from nnmath.fast.shards import Shard, Sums, Tree, add, add_neighbours
from nnmath.model.array_types import Array


class Holder:
    """The shards of one worker, and the holders below it.

    Parameters
    ----------
    shards : list of Shard
        Neighbours.
    R : int
        How many shards there are in all.
    below : list of Holder
        Those to whom it hands on what it is asked.
    """

    def __init__(self, shards: Sequence[Shard], R: int, below: Sequence[Any]) -> None:
        self.shards, self.R, self.below = shards, R, below

    def own(self, cells: Array, chosen: Array | None, step: int) -> Tree[Sums]:
        """Sum over the shards that are here; the arguments are those of `sums`."""
        tree: Tree[Sums] = {}
        for shard in self.shards:
            tree[0, shard.number] = shard.sums(cells, shard.here(chosen), step)
        return add_neighbours(tree, self.R, add)

    async def sums(self, cells: Array, chosen: Array | None, step: int) -> Tree[Sums]:
        """Sum over the shards that are here or below.

        Parameters
        ----------
        cells : ndarray, shape (N,)
            All parameters in one row.
        chosen : ndarray of int, optional
            The numbers of the examples; without it, all.
        step : int
            The number of the step.

        Returns
        -------
        dict
            The sums, added as far as both neighbours are there.
        """
        asked = [holder.sums(cells, chosen, step) for holder in self.below]
        tree = await asyncio.to_thread(self.own, cells, chosen, step)
        for answer in asked:
            tree |= await answer
        return add_neighbours(tree, self.R, add)


def levels(workers: int) -> list[list[int]]:
    """Say which workers are below each, so that a message reaches all in few rounds.

    Parameters
    ----------
    workers : int
        How many.

    Returns
    -------
    list of list of int
        Those below each worker: the first of the second half of its range, then of the second
        half of what is left, and so on. All of them have higher numbers than it.
    """
    below: list[list[int]] = [[] for _ in range(workers)]
    ranges = [(0, workers)]
    while ranges:
        first, stop = ranges.pop()
        while stop - first > 1:
            middle = (first + stop + 1) // 2
            below[first].append(middle)
            ranges.append((middle, stop))
            stop = middle
    return below


# From book/many_machines.md, "The cluster in the package"
import math
import time

from nnmath.fast.parameters import Parameters
from nnmath.fast.shards import in_one_row
from nnmath.model.network import Network

LOOK = 1.0
"""After how many seconds a training run looks again which workers there are."""

LOOKS = 3
"""How often it looks for a loss after an error that may come of one."""

ATTEMPTS = 10
"""How often a step is begun at most, if workers are lost in it."""


class WorkerLost(Exception):
    """A worker among those that the shards were dealt to is gone."""


class ClusterLost(ConnectionError):
    """The scheduler or all workers are gone, or some again and again; no step is half made."""


class SharedStep:
    """The gradients of a step, by the workers of a cluster.

    Parameters
    ----------
    client : distributed.Client
        The connection to the cluster.
    network : Network
        Its arrays are read in every step.
    shards : list of Shard
        All examples.
    patience : float
        How many seconds to wait for a worker if there is none.
    """

    def __init__(
        self, client: Any, network: Network, shards: list[Shard], patience: float
    ) -> None:
        self.client, self.network, self.shards = client, network, shards
        self.patience = patience
        self.m = sum(len(shard.inputs) for shard in shards)
        self.workers: list[str] = []
        self.promises: list[Any] = []
        self.holders: list[Any] = []
        self.looked = -math.inf
        self.step = 0

    def drop(self) -> None:
        """Let the workers forget the shards."""
        if self.client.status == "running":
            self.client.cancel(self.promises)
        self.promises, self.holders = [], []

    def over(self, what: str) -> ClusterLost:
        """Make the one error that tells what was lost."""
        return ClusterLost(
            f"{what} in step {self.step}; the network is as the step before left it"
        )

    def there(self) -> set[str]:
        """Ask the scheduler which workers there are."""
        if self.client.status == "running":
            with contextlib.suppress(OSError):
                return set(self.client.nthreads())
        raise self.over("the scheduler was lost")

    def found(self) -> list[str]:
        """Look which workers there are, in a fixed order; wait if there is none."""
        until = time.monotonic() + self.patience
        while not (workers := self.there()):
            if time.monotonic() > until:
                raise self.over(f"there was no worker for {self.patience:g} s")
            time.sleep(0.1)
        return sorted(workers)

    def deal(self) -> None:
        """Deal the shards out to the workers, again whenever others are to hold them."""
        if time.monotonic() < self.looked + LOOK:
            return
        found = self.found()[: len(self.shards)]  # others would have none
        if found != self.workers:
            self.drop()
            self.workers = found
            R, P = len(self.shards), len(found)
            holders: dict[int, Any] = {}
            for p, below in reversed(list(enumerate(levels(P)))):
                own = self.shards[p * R // P : (p + 1) * R // P]
                at = {"workers": [found[p]]}
                (held,) = self.client.scatter([own], hash=False, **at)
                arguments = held, R, [holders[q] for q in below]
                promise = self.client.submit(Holder, *arguments, actor=True, pure=False, **at)
                self.promises.append(promise)
                holders[p] = self.wait_for(promise)
            self.holders = list(holders.values())
        self.looked = time.monotonic()

    def wait_for(self, promise: Any) -> Any:
        """Wait for a result while the workers that hold shards are there."""
        while True:
            try:
                return promise.result(timeout=LOOK)
            except TimeoutError:
                if (
                    promise.done()
                ):  # in the last moment, or the worker raised such an error itself
                    return promise.result()
                if not set(self.workers) <= self.there():
                    raise WorkerLost from None

    def some_lost(self) -> bool:
        """Tell whether workers are gone; the scheduler may notice later than who talks to them."""
        for _ in range(LOOKS):
            if not set(self.workers) <= self.there():
                return True
            time.sleep(LOOK)
        return False

    def totals(self, chosen: Array) -> Sums:
        """Sum cost and gradients over examples, and begin again if workers are lost."""
        cells = in_one_row(self.network.n, self.network.W, self.network.b)
        some = None if len(chosen) == self.m else chosen
        cancelled = dask().client.CancelledError
        for _ in range(ATTEMPTS):
            try:
                self.deal()
                root = self.holders[-1]
                (sums,) = self.wait_for(root.sums(cells, some, self.step)).values()
                return sums
            except ClusterLost:
                raise
            except WorkerLost:
                pass
            except (OSError, RuntimeError, cancelled):
                if not self.some_lost():
                    raise  # a worker's own
            self.workers, self.looked = [], -math.inf
        raise self.over(f"workers were lost {ATTEMPTS} times")

    def gradients_of(self, chosen: Array) -> tuple[float, Parameters]:
        """Give the cost of some examples and its gradients, equation ``eq-shared-step``."""
        self.step += 1
        value, sums = self.totals(chosen)
        B = len(chosen)
        return value / B, Parameters(self.network.n, sums / B)  # eq-shared-step


# From book/many_machines.md, "The cluster in the package"
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from nnmath.fast.shards import cut
from nnmath.learning.descent import descend, prepared
from nnmath.learning.network_files import save_network
from nnmath.learning.plain_training import (
    Course,
    require_examples,
    require_finite,
    run_epochs,
)
from nnmath.learning.training_types import Augment, Rule, Schedule, Watch
from nnmath.model.arguments import require_kind, require_number
from nnmath.model.costs import Cost


def require_client(client: Any) -> None:
    """Refuse what is no connection to a cluster, or one that is closed."""
    require_kind("client", client, dask().Client)
    if client.asynchronous:
        raise ValueError("client must not be asynchronous")
    if client.status != "running":
        raise ValueError(f"client must be connected, got one that is {client.status}")


def whole_steps(network: Network, rule: Rule) -> Callable[[Parameters, float], None]:
    """Make the function that moves a network a whole step, or not at all."""
    make_step = prepared(rule, network)

    def move(gradients: Parameters, rate: float) -> None:
        require_finite((gradients.W, gradients.b))
        before = Parameters(network.n, in_one_row(network.n, network.W, network.b))
        try:
            make_step(network, gradients.W, gradients.b, rate)
        except BaseException:
            for l, W in network.W.items():
                W[...] = before.W[l]
                network.b[l][...] = before.b[l]
            raise

    return move


def train_distributed(
    client: Any,
    network: Network,
    X: Array,
    Y: Array,
    cost: Cost,
    *,
    eta: float,
    epochs: int,
    B: int,
    rng: np.random.Generator,
    rule: Rule = descend,
    schedule: Schedule | None = None,
    augment: Augment | None = None,
    watch: Watch | None = None,
    shards: int = 8,
    save: Path | str | None = None,
    patience: float = 60,
) -> list[float]:
    """Train a network by gradient descent on mini-batches, in place, on the workers of a cluster.

    Parameters
    ----------
    client : distributed.Client
        The connection to a Dask cluster; see `local_cluster`.
    network, X, Y, cost, eta, epochs, B, rng, rule, schedule, watch
        As for `train`.
    augment : function, optional
        As for `train`, but a copy of it is called by the workers, for the examples of a shard, with
        a generator that `rng`, the step and the shard determine. It must not look at the network:
        it would see an older one.
    shards : int, optional
        Into how many shards the examples are cut, from 1 to m. Another number adds in another
        order.
    save : Path or str, optional
        A file for the network: written at the start, after each epoch, and at the end, also where
        an error or Ctrl-C ends the training, unless a step has made an entry infinite: that raises
        ValueError, and the file stays as it was.
    patience : float, optional
        How many seconds to wait for a worker if there is none.

    Returns
    -------
    list of float
        The cost of each step's mini-batch before the step.

    Raises
    ------
    ModuleNotFoundError
        If Dask's ``distributed`` is not installed.
    TypeError, ValueError, FloatingPointError
        As `train_plainly`.
    ConnectionError
        If the scheduler is lost, there is no worker for longer than `patience`, or workers are lost
        in one step again and again. As with every error in a step, the network is then as the step
        before left it.

    Notes
    -----
    Equations ``eq-shared-step`` and ``eq-tree``. With the same arguments, generator included, two
    training runs give the same bits for any number of workers, also if workers are lost or join, as
    long as all of them are processors of one kind with the same NumPy. Workers need `nnmath`, and
    the modules of the functions that they are to call. An activation function or a cost is known
    there as its module makes it: what was set on it in the calling process alone, such as another
    derivative, is not used.
    """
    require_client(client)
    require_examples(network, X, Y, cost)
    course = Course(X.shape[1], eta, epochs, B, rng, schedule, augment, watch)
    shards = require_whole("shards", shards, least=1, most=course.m)
    patience = require_number("patience", patience, above=0)
    seed = 0 if augment is None else int(rng.integers(2**32))
    pieces = cut(network, X, Y, cost, shards, augment, seed)
    shared = SharedStep(client, network, pieces, patience)
    move = whole_steps(network, rule)
    if save is not None:
        save_network(save, network)  # refuses now what could not be saved later

    def save_and_watch(epoch: int, value: float) -> None:
        if save is not None:
            save_network(save, network)
        if watch is not None:
            watch(epoch, value)

    try:
        return run_epochs(shared.gradients_of, move, replace(course, watch=save_and_watch))
    finally:
        try:
            if save is not None:
                save_network(save, network)
        finally:
            shared.drop()
