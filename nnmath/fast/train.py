# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: c279e5900f9299c9

# From book/speed.md, "The fast step in the loop"
"""Training with the fast step."""

import contextlib
import math
from collections.abc import Callable, Iterator

import numpy as np

from nnmath.fast.block import Block, is_finite
from nnmath.fast.memory import LINE, Memory, Parameters
from nnmath.fast.packed import BLOCK, Packed, pack
from nnmath.fast.part import Part, Plan, known_of
from nnmath.fast.workers import SharedMemory, Workers, processors
from nnmath.learning.descent import descend, prepared
from nnmath.learning.plain_training import (
    Course,
    augmented,
    require_examples,
    require_finite,
    run_epochs,
    run_plainly,
)
from nnmath.learning.training_types import Augment, Rule, Schedule, Watch
from nnmath.model.arguments import require_whole
from nnmath.model.array_types import Array
from nnmath.model.costs import Cost
from nnmath.model.network import Network, count_parameters

LONGEST = 1024
"""How many examples of a mini-batch go forward and back together."""

WORTH_WORKERS = 2e11
"""How many multiplications and additions a training must take before workers are started."""

FastStep = Callable[[Array], tuple[float, Parameters]]
"""Maps the numbers of some examples to their cost and its gradients, good until the next call."""


def suits(network: Network, X: Array, Y: Array, cost: Cost) -> bool:
    """Tell whether the fast step knows all parts of a training.

    Parameters
    ----------
    network : Network
        Is it of one type, float32 or float64, writeable, and are its functions known?
    X, Y : ndarray
        Are they of the same type?
    cost : function
        Is it known?

    Returns
    -------
    bool
        If not, the plain step computes it, or says what is wrong.
    """
    arrays = [*network.W.values(), *network.b.values()]
    hidden = [network.phi[l] for l in range(1, network.L)]
    last = network.phi[network.L]
    return (
        X.dtype in (np.float32, np.float64)
        and all(array.dtype == X.dtype for array in (*arrays, Y))
        and all(array.flags.writeable for array in arrays)
        and all(phi.in_place is not None for phi in hidden)
        and (last.derivative is not None or last.pull_back is not None)
        and isinstance(cost, Cost)
        and cost.derivative is not None
    )


def is_one_hot(Y: Array) -> bool:
    """Tell whether every column is one 1 among zeros."""
    return bool(((Y == 0) | (Y == 1)).all() and (np.count_nonzero(Y, axis=0) == 1).all())


class MiniBatches:
    """The gradients of mini-batches, in memory that is used again.

    Parameters
    ----------
    network : Network
        Its arrays are read, and not copied.
    X : ndarray, shape (n_0, m)
        The inputs of all examples.
    Y : ndarray, shape (n_L, m)
        Their targets.
    cost : function
        ``squared_error`` or ``cross_entropy``.
    course : Course
        Says what changes the inputs of a mini-batch.
    """

    def __init__(
        self,
        network: Network,
        X: Array,
        Y: Array,
        cost: Cost,
        course: Course,
    ) -> None:
        self.network, self.Y, self.cost, self.course = network, Y, cost, course
        self.examples = np.ascontiguousarray(X.T)  # one example a row; no copy of MNIST's
        self.one_hot = is_one_hot(Y)
        count = count_parameters(network.n)
        self.gradients, self.more = (
            Parameters(network.n, np.empty(count, X.dtype)) for _ in range(2)
        )
        self.space: dict[int, tuple[Block, Array, Array]] = {}

    def space_for(self, b: int) -> tuple[Block, Array, Array]:
        """Give the memory for b examples, their inputs and their targets."""
        if b not in self.space:
            network, dtype = self.network, self.Y.dtype
            block = Block(network.n, network.phi, self.cost, self.one_hot, b, dtype)
            inputs = np.empty((b, network.n[0]), dtype)
            self.space[b] = block, inputs, np.empty((network.n[-1], b), dtype)
        return self.space[b]

    def sums(
        self,
        source: Array,
        rows: Array,
        chosen: Array,
        into: Parameters,
    ) -> float:
        """Sum cost and gradients over some examples."""
        block, inputs, Y = self.space_for(len(chosen))
        np.take(source, rows, axis=0, out=inputs, mode="clip")
        np.take(self.Y, chosen, axis=1, out=Y, mode="clip")
        W, b = self.network.W, self.network.b
        of_W = {**into.W, 1: into.W[1].T}
        return block.run(inputs, W[1].T, W, b, Y, of_W, into.b)

    def gradients_of(self, chosen: Array) -> tuple[float, Parameters]:
        """Give the cost of a mini-batch and its gradients, which the next call overwrites."""
        source, rows = self.examples, chosen
        if self.course.augment is not None:
            some_X = augmented(source[chosen].T, self.course)
            source, rows = np.ascontiguousarray(some_X.T, self.Y.dtype), np.arange(len(chosen))
        total = 0.0
        for start in range(0, len(chosen), LONGEST):
            piece = slice(start, start + LONGEST)
            into = self.more if start else self.gradients
            total += self.sums(source, rows[piece], chosen[piece], into)
            if not math.isfinite(total):
                return total, self.gradients
            if start:
                self.gradients.cells += self.more.cells
        self.gradients.cells /= len(chosen)
        return total / len(chosen), self.gradients


# From book/speed.md, "The fast step in the loop"
def share_out(blocks: list[Packed], parts: int) -> list[list[Packed]]:
    """Divide the blocks among workers so that each has about as much to do.

    Parameters
    ----------
    blocks : list of Packed
        All blocks.
    parts : int
        How many workers there are.

    Returns
    -------
    list of list of Packed
        The largest block first, each goes to the worker that has least so far.
    """
    shares: list[list[Packed]] = [[] for _ in range(parts)]
    loads = [0] * parts
    for block in sorted(blocks, key=lambda block: -math.prod(block.examples[1])):
        least = loads.index(min(loads))
        shares[least].append(block)
        loads[least] += math.prod(block.examples[1])
    return shares


class FullBatch:
    """All examples in blocks, in parts that can be computed side by side.

    Parameters
    ----------
    network : Network
        Its arrays are copied for every step.
    X : ndarray, shape (n_0, m)
        The inputs of all examples.
    Y : ndarray, shape (n_L, m)
        Their targets.
    cost : function
        ``squared_error`` or ``cross_entropy``.
    cells : ndarray
        Memory for everything, as many numbers as `room` says.
    parts : int
        How many.
    """

    def __init__(
        self,
        network: Network,
        X: Array,
        Y: Array,
        cost: Cost,
        cells: Array,
        parts: int,
    ) -> None:
        self.network, self.m = network, X.shape[1]
        n, count = network.n, count_parameters(network.n)
        self.memory = Memory(cells)
        places = [self.memory.place(1, count) for _ in range(parts + 1)]
        self.parameters, *self.sums = (
            Parameters(n, self.memory.view(place), inputs_first=True) for place in places
        )
        self.gradients = Parameters(n, np.empty(count, cells.dtype), inputs_first=True)
        shares = share_out(list(pack(X, Y, self.memory)), parts)
        known = known_of(network.phi, cost)
        self.plans = [
            Plan(n, network.phi, cost, is_one_hot(Y), places[0], place, blocks, known)
            for place, blocks in zip(places[1:], shares, strict=True)
        ]

    @staticmethod
    def room(network: Network, m: int, parts: int) -> int:
        """Count the numbers that are needed at most."""
        matrices = 2 * -(-m // BLOCK) + parts + 1
        numbers = m * (network.n[0] + network.n[-1])
        return numbers + (parts + 1) * count_parameters(network.n) + matrices * LINE

    def gradients_by(self, run: Callable[[], float]) -> tuple[float, Parameters]:
        """Give the cost and its gradients, which the next call overwrites.

        Parameters
        ----------
        run : function
            Computes the sums of all parts, and gives the sum of their costs.

        Returns
        -------
        value : float
            The cost of all examples.
        gradients : Parameters
            Its gradients; without meaning if the value is not finite.
        """
        for l, W in self.network.W.items():
            self.parameters.W[l][...] = W
            self.parameters.b[l][...] = self.network.b[l]
        value = run() / self.m
        if math.isfinite(value):
            self.gradients.cells[...] = self.sums[0].cells
            for sums in self.sums[1:]:  # always in this order: the same numbers in every run
                self.gradients.cells += sums.cells
            self.gradients.cells /= self.m
        return value, self.gradients


@contextlib.contextmanager
def full_batch_step(
    network: Network, X: Array, Y: Array, cost: Cost, workers: int
) -> Iterator[FastStep]:
    """Prepare the step by all examples, with workers if there are to be any and they start.

    Parameters
    ----------
    network, X, Y, cost
        As for `FullBatch`.
    workers : int
        How many processes share the work; with fewer than two all stays in this one.

    Yields
    ------
    function
        Called with the numbers of all examples, in any order, gives cost and gradients.
    """
    with contextlib.ExitStack() as stack:
        batch, run = None, None
        if workers > 1:
            with contextlib.suppress(OSError):  # no workers, then
                shared = SharedMemory(FullBatch.room(network, X.shape[1], workers), X.dtype)
                stack.callback(shared.close)
                batch = FullBatch(network, X, Y, cost, shared.cells, workers)
                run = stack.enter_context(Workers(shared, batch.plans)).run
        if batch is None or run is None:
            cells = np.empty(FullBatch.room(network, X.shape[1], 1), X.dtype)
            batch = FullBatch(network, X, Y, cost, cells, 1)
            run = Part(batch.plans[0], batch.memory).run
        yield lambda chosen: batch.gradients_by(run)


# From book/speed.md, "The fast step in the loop"
def workers_that_pay(network: Network, m: int, epochs: int) -> int:
    """Choose how many workers share the steps of a training by all examples.

    Parameters
    ----------
    network : Network
        Its parameters count.
    m : int
        How many examples there are.
    epochs : int
        How many steps.

    Returns
    -------
    int
        As many as there are processors, with at least four blocks for each; 0 if the training is
        too short to wait for them.
    """
    if epochs * 6 * m * count_parameters(network.n) < WORTH_WORKERS:
        return 0
    return min(processors(), m // (4 * BLOCK))


# From book/speed.md, "The fast step in the loop"
def descend_in_place(network: Network, gradients: Parameters, eta: float) -> None:
    """Move every weight and bias one step against its gradient; the arguments are trusted.

    Parameters
    ----------
    network : Network
        Its arrays are changed.
    gradients : Parameters
        The gradients; afterwards they hold the step.
    eta : float
        The learning rate.

    Notes
    -----
    Equation ``eq-update``.
    """
    gradients.cells *= eta
    for l, W in network.W.items():
        W -= gradients.W[l]  # eq-update
        b = network.b[l]
        b -= gradients.b[l]


def mover(network: Network, rule: Rule) -> Callable[[Parameters, float], None]:
    """Make the function that moves a network against the gradients of the fast step.

    Parameters
    ----------
    network : Network
        The network that is trained.
    rule : function
        `descend`, which has a fast form; or any other, which gets arrays that it may keep.

    Returns
    -------
    function
        Called with the gradients and the learning rate; refuses gradients that are not finite.
    """
    make_step = prepared(rule, network)

    def move(gradients: Parameters, rate: float) -> None:
        if not is_finite(gradients.cells):
            require_finite((gradients.W, gradients.b))  # names the array
        if rule is descend:
            descend_in_place(network, gradients, rate)
        else:
            own = gradients.copy()
            make_step(network, own.W, own.b, rate)

    return move


@contextlib.contextmanager
def fast_step(
    network: Network,
    X: Array,
    Y: Array,
    cost: Cost,
    course: Course,
    workers: int | None,
) -> Iterator[FastStep]:
    """Prepare the step by mini-batches, or by all examples if every step takes them all.

    Parameters
    ----------
    network, X, Y, cost, workers
        As for `train`.
    course : Course
        Says how many examples a step takes, and what changes their inputs.

    Yields
    ------
    function
        Called with the numbers of the chosen examples, gives cost and gradients.
    """
    if course.m > course.B or course.augment is not None:
        yield MiniBatches(network, X, Y, cost, course).gradients_of
        return
    if workers is None:
        workers = workers_that_pay(network, course.m, course.epochs)
    with full_batch_step(network, X, Y, cost, workers) as step:
        yield step


def train(
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
    workers: int | None = None,
) -> list[float]:
    """Train a network by gradient descent on mini-batches, in place, with the fast step.

    Parameters
    ----------
    network : Network
        Its weights and biases are changed.
    X : ndarray, shape (n_0, m), floating-point
        The inputs of the training examples.
    Y : ndarray, shape (n_L, m), floating-point
        Their targets.
    cost : function
        ``squared_error`` or ``cross_entropy``.
    eta, epochs, B, rng, rule, schedule, augment, watch
        As for `train_plainly`.
    workers : int, optional
        How many processes share the steps if every step takes all examples (`B` is m, no
        `augment`); 0 for none. Without it, as many as there are processors if they pay.

    Returns
    -------
    list of float
        The cost of each step's mini-batch before the step.

    Raises
    ------
    TypeError, ValueError, FloatingPointError
        As `train_plainly`.
    RuntimeError
        If a worker ends before its time, killed by someone, or fails; the message says how.

    Notes
    -----
    Equation ``eq-update``, with the same gradients as `train_plainly` up to rounding, and the same
    numbers in every run with the same number of workers, under the condition that `train_plainly`
    states. Where units saturate a gradient can be nothing but rounding, and a rule that divides by
    its size, such as ``Adam``, makes whole steps of it: the networks then part. What the fast step
    does not know, such as a hidden softmax, or arrays of different types, goes to `train_plainly`.
    Workers are Python processes that see the examples in memory shared with this one. They need no
    guard in the calling script, and end with the training, however it ends, unless another process
    was forked meanwhile: they then end with that one.
    """
    require_examples(network, X, Y, cost)
    course = Course(X.shape[1], eta, epochs, B, rng, schedule, augment, watch)
    if workers is not None:
        workers = require_whole("workers", workers, least=0)
    with np.errstate(under="ignore"):  # what is too small for a float is 0
        if not suits(network, X, Y, cost):
            return run_plainly(network, X, Y, cost, rule, course)
        move = mover(network, rule)
        with fast_step(network, X, Y, cost, course, workers) as step:
            return run_epochs(step, move, course)
