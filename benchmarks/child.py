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

from benchmarks.contestants import CONTESTANTS
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
