# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: f98a8f2d3b0f2b5f

# From book/speed.md, "Only what is not always zero"
"""All examples in blocks, each with only the inputs that it needs."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnmath.fast.memory import Memory, Slot
from nnmath.model.array_types import Array

BLOCK = 512
"""How many examples a block holds: 512 pictures in float32, each with the inputs alone that are not
always zero, take about a megabyte, which many processors' second cache can hold."""


@dataclass(frozen=True)
class Packed:
    """A block of examples in a memory.

    Attributes
    ----------
    examples : place of an array of shape (b, k)
        The inputs that are not 0 in all examples of the block; one example a row.
    live : ndarray of int, shape (k,)
        Which inputs these are.
    Y : place of an array of shape (n_L, b)
        The targets.
    """

    examples: Slot
    live: NDArray[np.integer[Any]]
    Y: Slot


def pack(X: Array, Y: Array, memory: Memory, size: int = BLOCK) -> Iterator[Packed]:
    """Put the examples into blocks, those of a class that have about as many zeros side by side.

    Parameters
    ----------
    X : ndarray, shape (n_0, m)
        The inputs.
    Y : ndarray, shape (n_L, m)
        Their targets.
    memory : Memory
        Receives the blocks.
    size : int, optional
        How many examples a block holds; the last may hold fewer.

    Yields
    ------
    Packed
        Block after block.
    """
    rows = np.ascontiguousarray(X.T)
    order = np.lexsort((np.count_nonzero(rows, axis=1), Y.argmax(axis=0)))
    for start in range(0, len(order), size):
        chosen = order[start : start + size]
        some = rows[chosen]
        live = np.flatnonzero(some.any(axis=0))
        packed = Packed(
            memory.place(len(chosen), len(live)), live, memory.place(Y.shape[0], len(chosen))
        )
        memory.view(packed.examples)[...] = some[:, live]
        memory.view(packed.Y)[...] = Y[:, chosen]
        yield packed
