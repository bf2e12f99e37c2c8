# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: b476e1a2939da906

# From book/speed.md, "Workers"
"""Processes that share the work of a full batch."""

import contextlib
import math
import mmap
import os
import pickle
import subprocess
import sys
from collections.abc import Sequence
from multiprocessing.connection import Connection, Pipe
from types import TracebackType
from typing import Any, Self

import numpy as np

from nnmath.fast.part import Plan
from nnmath.model.array_types import Array

PROGRAM = "from nnmath.fast.worker import work_for_parent; work_for_parent()"
"""What a worker runs."""

PATIENCE = 20.0
"""How many seconds a worker may take to start, and again to read its plan."""


def processors() -> int:
    """Count the processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def environment_of_worker() -> dict[str, str]:
    """Give the environment of a worker: one thread for the products, the modules found as here."""
    unset = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
    kept = {name: value for name, value in os.environ.items() if name not in unset}
    one = dict.fromkeys(("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"), "1")
    path = os.pathsep.join(entry or os.getcwd() for entry in sys.path if isinstance(entry, str))
    return kept | one | {"PYTHONPATH": path}


class SharedMemory:
    """Numbers that this process and its workers see.

    Parameters
    ----------
    shape : pair of int
        How many rows of how many numbers.
    dtype : data type
        Their type.

    Raises
    ------
    OSError
        If the system gives none.

    Notes
    -----
    The memory has no name that could be left behind: it is gone when the last process that uses it
    has ended, however it ended.
    """

    def __init__(self, shape: tuple[int, int], dtype: np.dtype[Any]) -> None:
        if not hasattr(os, "memfd_create"):
            raise OSError("this system has no memory without a name")
        self.file = os.memfd_create("nnmath")
        try:
            os.ftruncate(self.file, math.prod(shape) * dtype.itemsize)
            self.cells: Array = np.frombuffer(mmap.mmap(self.file, 0), dtype).reshape(shape)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Give the descriptor back; the numbers live as long as an array shows them."""
        os.close(self.file)


class Workers:
    """Processes, each with a part of the examples.

    Parameters
    ----------
    shared : SharedMemory
        Holds the parameters in its first row, and receives the sums of each worker in another.
    plans : sequence of Plan
        One for each worker.

    Raises
    ------
    OSError
        If a worker cannot be started.
    """

    def __init__(self, shared: SharedMemory, plans: Sequence[Plan]) -> None:
        self.processes: list[subprocess.Popen[bytes]] = []
        self.connections: list[Connection] = []
        if not sys.executable or getattr(sys, "frozen", False):
            raise OSError("there is no Python beside this program that a worker could run")
        try:
            for _ in plans:
                self.start(shared)
            for number, (connection, plan) in enumerate(
                zip(self.connections, plans, strict=True), 1
            ):
                self.await_answer(connection)
                self.send(connection, (shared.cells.dtype, number, plan))
            for connection in self.connections:
                self.await_answer(connection)
        except EOFError:
            self.close()
            raise OSError("a worker did not start") from None
        except BaseException:
            self.close()
            raise

    @staticmethod
    def await_answer(connection: Connection) -> None:
        """Wait until a worker says that it is ready, and knows what this process knows."""
        if not connection.poll(PATIENCE) or connection.recv() is not True:
            raise OSError("a worker did not start")

    @staticmethod
    def send(connection: Connection, message: object) -> None:
        """Send what a worker needs, if it can be sent."""
        try:
            connection.send(message)
        except (pickle.PicklingError, AttributeError, TypeError):  # by Python's version
            raise OSError("a function of the training cannot be sent to a worker") from None

    def start(self, shared: SharedMemory) -> None:
        """Start one worker."""
        ours, theirs = Pipe()
        self.connections.append(ours)
        with theirs:
            ends = (shared.file, theirs.fileno())
            self.processes.append(
                subprocess.Popen(
                    [sys.executable, "-P", "-c", PROGRAM, *map(str, ends)],
                    env=environment_of_worker(),
                    pass_fds=ends,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,  # Ctrl-C is for the training, which ends its workers
                )
            )

    def run(self) -> float:
        """Let every worker sum over its part; give the sum of the costs.

        Raises
        ------
        ValueError
            If a part cannot be computed.
        RuntimeError
            If a worker has ended, or failed in another way.
        """
        total: float = 0.0
        problem: Exception | None = None
        try:
            for connection in self.connections:
                connection.send_bytes(b"go")
            for connection in self.connections:
                answer = pickle.loads(connection.recv_bytes())
                if isinstance(answer, tuple):
                    about_values, said = answer
                    failed = RuntimeError(f"a worker of the training has failed: {said}")
                    problem = ValueError(said) if about_values else failed
                else:
                    total += answer
        except (EOFError, OSError):
            raise RuntimeError("a worker of the training has ended before its time") from None
        if problem is not None:
            raise problem
        return total

    def close(self) -> None:
        """End the workers, whatever they are doing."""
        for connection in self.connections:
            connection.close()
        for process in self.processes:
            with contextlib.suppress(OSError):
                process.kill()
            process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
