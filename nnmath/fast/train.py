# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 9932e9be10feb6bf

# From book/speed.md, "The fast step in the loop"
"""Training with the fast step."""

import contextlib
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from nnmath.fast.block import Block, is_finite
from nnmath.fast.packed import BLOCK, Packed, pack
from nnmath.fast.parameters import Parameters
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
"""How many multiplications and additions a training run must take before workers are started: a
guess at what a processor does in a few seconds, beside which their start takes little time."""

FastStep = Callable[[Array], tuple[float, Parameters]]
"""Maps the numbers of some examples to their cost and its gradients, good until the next call."""


def suits(network: Network, X: Array, Y: Array) -> bool:
    """Tell whether the fast step knows all parts of a training run.

    Parameters
    ----------
    network : Network
        Is it of one type, float32 or float64, and have its hidden functions forms in place?
    X, Y : ndarray
        Are they of the same type?

    Returns
    -------
    bool
        If not, the plain step computes it. What no step can compute has been refused before.
    """
    arrays = [*network.W.values(), *network.b.values()]
    hidden = [network.phi[l] for l in range(1, network.L)]
    return (
        X.dtype in (np.float32, np.float64)
        and all(array.dtype == X.dtype for array in (*arrays, Y))
        and all(phi.in_place is not None for phi in hidden)
    )


def is_one_hot(Y: Array) -> bool:
    """Tell whether every column is one 1 among zeros."""
    return bool(((Y == 0) | (Y == 1)).all() and (np.count_nonzero(Y, axis=0) == 1).all())


def showing(network: Network, parameters: Parameters, course: Course) -> Course:
    """Let functions of the caller see the network as it is, and go on from what they leave."""

    def of_now(function: Callable[..., Any] | None) -> Callable[..., Any] | None:
        if function is None:
            return None

        def called(*arguments: Any) -> Any:
            parameters.give_to(network)
            try:
                return function(*arguments)
            finally:
                parameters.take_from(network)

        return called

    return replace(
        course,
        schedule=of_now(course.schedule),
        augment=of_now(course.augment),
        watch=of_now(course.watch),
    )


class MiniBatches:
    """The gradients of mini-batches, in memory that is used again.

    Parameters
    ----------
    network : Network
        Its functions are used, and the parameters that it has now.
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
        self, network: Network, X: Array, Y: Array, cost: Cost, course: Course
    ) -> None:
        self.n, self.phi = network.n, network.phi
        self.Y, self.cost = Y, cost
        self.examples = np.ascontiguousarray(X.T)  # one example a row; no copy of MNIST's
        self.one_hot = is_one_hot(Y)
        count = count_parameters(network.n)
        self.parameters, self.gradients, self.more = (
            Parameters(network.n, np.empty(count, X.dtype)) for _ in range(3)
        )
        self.parameters.take_from(network)
        self.course = showing(network, self.parameters, course)
        self.space: dict[int, tuple[Block, Array, Array]] = {}

    def space_for(self, b: int) -> tuple[Block, Array, Array]:
        """Give the memory for b examples, their inputs and their targets."""
        if b not in self.space:
            n, dtype = self.n, self.Y.dtype
            block = Block(n, self.phi, self.cost, self.one_hot, b, dtype)
            self.space[b] = block, np.empty((b, n[0]), dtype), np.empty((n[-1], b), dtype)
        return self.space[b]

    @np.errstate(all="ignore")  # what is not finite is found and told
    def sums(self, source: Array, rows: Array, chosen: Array, into: Parameters) -> float:
        """Sum cost and gradients over some examples."""
        block, inputs, Y = self.space_for(len(chosen))
        np.take(source, rows, axis=0, out=inputs, mode="clip")
        np.take(self.Y, chosen, axis=1, out=Y, mode="clip")
        return block.run(inputs, self.parameters.W[1].T, self.parameters, Y, into.W[1].T, into)

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
    for block in sorted(blocks, key=lambda block: -block.examples.size):
        least = loads.index(min(loads))
        shares[least].append(block)
        loads[least] += block.examples.size
    return shares


def plans_for(network: Network, X: Array, Y: Array, cost: Cost, parts: int) -> list[Plan]:
    """Put the examples into blocks, and divide the blocks into parts of about the same work."""
    known, one_hot = known_of(network.phi, cost), is_one_hot(Y)
    return [
        Plan(network.n, network.phi, cost, one_hot, blocks, known)
        for blocks in share_out(list(pack(X, Y)), parts)
    ]


class FullBatch:
    """The gradients of all examples, from parts that can be computed side by side.

    Parameters
    ----------
    network : Network
        Its parameters are copied.
    m : int
        How many examples there are.
    cells : ndarray, shape (parts + 1, number of parameters)
        Memory for the parameters, and for the sums of each part.
    """

    def __init__(self, network: Network, m: int, cells: Array) -> None:
        self.m = m
        self.parameters, *self.sums = (Parameters(network.n, row) for row in cells)
        self.parameters.take_from(network)

    @np.errstate(all="ignore")  # what is not finite is found and told
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
        value = run() / self.m
        mean, *others = self.sums  # always in this order: the same numbers in every run
        if math.isfinite(value):
            for sums in others:
                mean.cells += sums.cells
            mean.cells /= self.m
        return value, mean


Prepared = tuple[Parameters, FastStep]
"""The parameters that a training run moves, and the step that computes their gradients."""


@contextlib.contextmanager
def full_batch_step(
    network: Network, X: Array, Y: Array, cost: Cost, workers: int
) -> Iterator[Prepared]:
    """Prepare the step by all examples, with workers if there are to be any and they start.

    Parameters
    ----------
    network, X, Y, cost
        As for `train`.
    workers : int
        How many processes share the work; with fewer than two all stays in this one.

    Yields
    ------
    parameters : Parameters
        A copy of those of the network.
    step : function
        Called with the numbers of all examples, in any order, gives cost and gradients.
    """
    (_, m), count = X.shape, count_parameters(network.n)
    with contextlib.ExitStack() as stack:
        batch, run = None, None
        if workers > 1:
            with contextlib.suppress(OSError):  # no workers, then
                shared = SharedMemory((workers + 1, count), X.dtype)
                stack.callback(shared.close)
                batch = FullBatch(network, m, shared.cells)
                # No name holds the plans: the examples are with the workers, and only there.
                team = Workers(shared, plans_for(network, X, Y, cost, workers))
                run = stack.enter_context(team).run
        if batch is None or run is None:
            batch = FullBatch(network, m, np.empty((2, count), X.dtype))
            (plan,) = plans_for(network, X, Y, cost, 1)
            run = Part(plan, batch.parameters, *batch.sums).run
        yield batch.parameters, lambda chosen: batch.gradients_by(run)


# From book/speed.md, "The fast step in the loop"
def workers_that_pay(network: Network, m: int, epochs: int) -> int:
    """Choose how many workers share the steps of a training run by all examples.

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
        At most as many as there are processors, with at least four blocks for each; 0 if the
        training is too short to wait for them.
    """
    if epochs * 6 * m * count_parameters(network.n) < WORTH_WORKERS:
        return 0
    return min(processors(), m // (4 * BLOCK))


# From book/speed.md, "The fast step in the loop"
def descend_in_place(parameters: Parameters, gradients: Parameters, eta: float) -> None:
    """Move all parameters one step against their gradients; the arguments are trusted.

    Parameters
    ----------
    parameters : Parameters
        They are changed.
    gradients : Parameters
        The gradients; afterwards they hold the step.
    eta : float
        The learning rate.

    Notes
    -----
    Equation ``eq-update``.
    """
    gradients.cells *= eta
    parameters.cells -= gradients.cells


def mover(
    network: Network, parameters: Parameters, rule: Rule
) -> Callable[[Parameters, float], None]:
    """Make the function that moves the parameters against the gradients of the fast step.

    Parameters
    ----------
    network : Network
        The network that is trained.
    parameters : Parameters
        The copy of its parameters by which the fast step computes.
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
            descend_in_place(parameters, gradients, rate)
        else:
            own = gradients.copy()
            make_step(network, own.W, own.b, rate)
            parameters.take_from(network)

    return move


@contextlib.contextmanager
def fast_step(
    network: Network,
    X: Array,
    Y: Array,
    cost: Cost,
    course: Course,
    workers: int | None,
) -> Iterator[Prepared]:
    """Prepare the step by mini-batches, or by all examples if every step takes them all.

    Parameters
    ----------
    network, X, Y, cost, workers
        As for `train`.
    course : Course
        Says how many examples a step takes, and what changes their inputs.

    Yields
    ------
    parameters : Parameters
        A copy of those of the network.
    step : function
        Called with the numbers of the chosen examples, gives cost and gradients.
    """
    if course.m > course.B or course.augment is not None:
        batches = MiniBatches(network, X, Y, cost, course)
        yield batches.parameters, batches.gradients_of
        return
    if workers is None:
        workers = workers_that_pay(network, course.m, course.epochs)
    with full_batch_step(network, X, Y, cost, workers) as prepared_step:
        yield prepared_step


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
        `augment`); 0 for none. Without it, at most as many as there are processors, if they pay.
        If one does not start, the training stays in this process.

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
    numbers in every run with the same number of workers, if they start, under the condition that
    `train_plainly` states. Where units saturate a gradient can be nothing but rounding, and a rule
    that divides by its size, such as ``Adam``, makes whole steps of it: the networks then part.
    What the fast step does not know, such as a hidden softmax, or arrays of different types, goes
    to `train_plainly`.
    Of the caller's functions, `rule`, `schedule`, `augment` and `watch` may look at the network and
    change it; activation functions and costs may not. Another thread may see it move with every
    step, after every epoch, or at the end alone. The gradients that a rule gets may lie in memory
    in any order.
    Workers are Python processes that share memory with this one. They need no guard in the calling
    script, and end with the training, however it ends, unless another process was forked
    meanwhile: they then end with that one.
    """
    require_examples(network, X, Y, cost)
    course = Course(X.shape[1], eta, epochs, B, rng, schedule, augment, watch)
    if workers is not None:
        workers = require_whole("workers", workers, least=0)
    with np.errstate(under="ignore"):  # what is too small for a float is 0
        if not suits(network, X, Y):
            return run_plainly(network, X, Y, cost, rule, course)
        with fast_step(network, X, Y, cost, course, workers) as (parameters, step):
            move = mover(network, parameters, rule)
            try:
                return run_epochs(step, move, showing(network, parameters, course))
            finally:
                parameters.give_to(network)
