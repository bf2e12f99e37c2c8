# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 8d77bdf161748e58

# From book/speed.md, "Workers"
"""A worker of the fast step: the program that `nnmath.fast.workers` starts."""

import mmap
import pickle
import sys
from multiprocessing.connection import Connection

import numpy as np

from nnmath.fast.parameters import Parameters
from nnmath.fast.part import Part, known_of
from nnmath.model.network import count_parameters


def said_of(error: Exception) -> str:
    """Say what an exception says, with its kind unless it is a plain ValueError."""
    return str(error) if type(error) is ValueError else f"{type(error).__name__}: {error}"


def work(file: int, connection: Connection) -> None:
    """Compute a part of the sums whenever asked to, until the other end is closed.

    Parameters
    ----------
    file : int
        The descriptor of the shared memory.
    connection : Connection
        Brings the type of the shared numbers, the worker's number and its plan, then a message for
        every step; takes the answers, the cost of the part or what went wrong.
    """
    try:
        connection.send(True)  # it has started; only now is its plan sent
        dtype, number, plan = connection.recv()
        cells = np.frombuffer(mmap.mmap(file, 0), dtype).reshape(-1, count_parameters(plan.n))
        part = Part(plan, *(Parameters(plan.n, cells[row]) for row in (0, number)))
        connection.send(known_of(plan.phi, plan.cost) == plan.known)
        with np.errstate(all="ignore"):  # what is not finite is found and told
            while connection.recv_bytes():
                try:
                    answer: object = part.run()
                except Exception as error:  # as text, since not every exception can be sent
                    answer = isinstance(error, ValueError), said_of(error)
                connection.send_bytes(pickle.dumps(answer))
    except (EOFError, OSError):
        pass  # the training has ended, in whatever way


def work_for_parent() -> None:
    """Work for the process that started this one, with what it passed in the command line."""
    work(int(sys.argv[1]), Connection(int(sys.argv[2])))
