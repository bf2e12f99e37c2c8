"""One contestant in a process of its own: prepares, then times what it is told to.

It reads a line of JSON for each task from its standard input, and answers with a line.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.contestants import CONTESTANTS, first_parameters
from nnmath import load_mnist, one_hot


def data(part: str, m: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Load pictures, one a column, and their labels."""
    X, labels = load_mnist(part, dtype=np.float32)
    return X[:, :m], labels[:m]


def timed(
    contestant: Any, epochs: int, clock: Callable[[], float] = time.perf_counter
) -> float:
    """Give the seconds of some epochs."""
    start = clock()
    contestant.epochs(epochs)
    return clock() - start


def to_accuracy(contestant: Any, goal: float, most: int, held: int) -> dict[str, Any]:
    """Train until the accuracy on the last pictures is reached; count training time alone."""
    X, labels = data("train")
    held_X, held_labels = X[:, -held:], labels[-held:]
    seconds, accuracy, epochs = 0.0, 0.0, 0
    while accuracy < goal and epochs < most:
        seconds += timed(contestant, 1)
        epochs += 1
        accuracy = float(np.mean(contestant.classes(held_X) == held_labels))
    return {"seconds": seconds, "epochs": epochs, "accuracy": accuracy}


def environment() -> list[dict[str, Any]]:
    """Say which libraries compute, with which kernel and how many threads."""
    from threadpoolctl import threadpool_info

    keys = ("internal_api", "version", "architecture", "num_threads")
    return [{key: pool.get(key) for key in keys} for pool in threadpool_info()]


def peak(size: int, rounds: int) -> float:
    """Measure the operations a second of a large product in float32."""
    square = np.ones((size, size), np.float32)
    out = np.empty_like(square)
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        np.matmul(square, square, out=out)
        seconds.append(time.perf_counter() - start)
    return 2 * size**3 / sorted(seconds)[len(seconds) // 2]


def block_and_products(
    n: tuple[int, ...], inputs: np.ndarray, targets: np.ndarray
) -> tuple[Callable[[], Any], Callable[[], Any]]:
    """Give a block of the fast step, forward and back, and the two products of its first layer.

    Parameters
    ----------
    n : tuple of int
        The sizes; of the first layer the number of inputs that are live.
    inputs : ndarray, shape (b, n_0)
        One example a row.
    targets : ndarray, shape (n_L, b)
        One example a column.
    """
    from nnmath import cross_entropy, relu, softmax
    from nnmath.fast.block import Block
    from nnmath.fast.parameters import Parameters
    from nnmath.model.network import Network, count_parameters

    pairs = dict(enumerate(first_parameters(n, 0), 1))
    phi = dict.fromkeys(pairs, relu) | {len(pairs): softmax}
    W, b = ({l: pair[k] for l, pair in pairs.items()} for k in (0, 1))
    cells = np.zeros((2, count_parameters(n)), np.float32)
    parameters, sums = (Parameters(n, row) for row in cells)
    parameters.take_from(Network(W, b, phi))
    first, of_first = parameters.W[1].T, sums.W[1].T
    block = Block(n, phi, cross_entropy, True, len(inputs), np.dtype(np.float32))

    def products() -> None:
        np.matmul(inputs, first, out=block.rows)
        np.matmul(inputs.T, block.Delta[1].T, out=of_first)

    return lambda: block.run(inputs, first, parameters, targets, of_first, sums), products


def parts(n: list[int], m: int, b: int, live: bool, rounds: int) -> dict[str, Any]:
    """Time a block in one thread: all of it, its two largest products, and its calls.

    The calls are timed where they have next to nothing to compute: in a network of one neuron in
    each layer, for one example.
    """
    from nnmath.fast.packed import pack

    X, labels = data("train", m)
    Y = one_hot(labels, 10).astype(np.float32)
    inputs, targets = np.ascontiguousarray(X[:, :b].T), np.ascontiguousarray(Y[:, :b])
    if live:  # the block in the middle, by the number of its live inputs
        blocks = sorted(pack(X, Y, b), key=lambda block: block.examples.size)
        middle = blocks[len(blocks) // 2]
        inputs, targets = middle.examples, middle.Y
    whole, products = block_and_products((inputs.shape[1], *n[1:]), inputs, targets)
    least = np.ones((1, 1), np.float32)
    calls, _ = block_and_products((1,) * len(n), least, least)
    tasks = {"whole": whole, "products": products, "calls": calls}
    found: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(rounds):
        for name, task in tasks.items():
            task()
            start = time.perf_counter()
            for _ in range(100):
                task()
            found[name].append((time.perf_counter() - start) / 100)
    medians = {name: sorted(values)[rounds // 2] for name, values in found.items()}
    operations = 4 * len(inputs) * inputs.shape[1] * n[1]
    share = operations / medians["products"] / peak(1024, rounds)
    return medians | {"inputs": inputs.shape[1], "share of the peak": share}


def main() -> None:
    """Answer tasks until there are none."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints is no answer
    contestant: Any = None
    for line in sys.stdin:
        task = json.loads(line)
        kind = task.pop("do")
        if kind == "peak":
            answer: Any = peak(**task)
        elif kind == "parts":
            answer = parts(**task)
        elif kind == "prepare":
            X, labels = data("train", task["m"])
            dtype = np.dtype(task.get("dtype", "float32"))
            X = np.array(X, dtype, order=task.get("order", "K"))
            Y = one_hot(labels, 10).astype(dtype)
            contestant = CONTESTANTS[task["name"]]()
            B = min(task["B"], task["m"])
            contestant.prepare(tuple(task["n"]), X, Y, B, task["eta"], task.get("seed", 0))
            if task["warm"]:
                timed(contestant, 2)  # what happens once, such as compiling
            answer = environment()
        elif kind == "time":
            timed(contestant, 1)
            clock = time.process_time if task.get("processor") else time.perf_counter
            answer = timed(contestant, task["epochs"], clock) / task["epochs"]
        else:
            answer = to_accuracy(contestant, **task)
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
    os._exit(0)  # without waiting for a training that waits for its turn


if __name__ == "__main__":
    main()
