# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 06a015c03b0d7a1a

# From book/speed.md, "Only what is not always zero"
"""All examples in blocks, each with only the inputs that it needs."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnmath.model.array_types import Array

BLOCK = 512
"""How many examples a block holds: 512 pictures in float32, each with the inputs alone that are not
always zero, take about a megabyte, which many processors' second cache can hold."""

PARTS = 8
"""Into how many parts at most examples are divided at once on the way to blocks."""


@dataclass(frozen=True)
class Packed:
    """A block of examples.

    Attributes
    ----------
    examples : ndarray, shape (b, k)
        The inputs that are not 0 in all examples of the block; one example a row.
    live : ndarray of int, shape (k,)
        Which inputs these are.
    Y : ndarray, shape (n_L, b)
        The targets.
    """

    examples: Array
    live: NDArray[np.integer[Any]]
    Y: Array


def by_rarest(live: NDArray[np.bool_], size: int) -> Iterator[NDArray[np.integer[Any]]]:
    """Divide examples into blocks so that those that need a rare input stand together.

    Parameters
    ----------
    live : ndarray of bool, shape (m, n_0)
        Which inputs of each example are not 0.
    size : int
        How many examples a block holds; one may hold fewer.

    Yields
    ------
    ndarray of int
        The numbers of the examples of block after block.
    """
    parts = [np.arange(len(live))]
    while parts:
        part = parts.pop()
        if len(part) <= size:
            yield part
            continue
        some = live[part]
        rarest_first = np.argsort(np.count_nonzero(some, axis=0), kind="stable")
        rarest = some[:, rarest_first].argmax(axis=1)
        part = part[np.argsort(rarest, kind="stable")]
        blocks = -(-len(part) // size)
        step = size * -(-blocks // PARTS)
        parts += [part[start : start + step] for start in range(0, len(part), step)]


def pack(X: Array, Y: Array, size: int = BLOCK) -> Iterator[Packed]:
    """Put the examples into blocks in which few inputs are live.

    Parameters
    ----------
    X : ndarray, shape (n_0, m)
        The inputs.
    Y : ndarray, shape (n_L, m)
        Their targets.
    size : int, optional
        How many examples a block holds; one may hold fewer.

    Yields
    ------
    Packed
        Block after block.

    Notes
    -----
    Equation ``eq-live-inputs``.
    """
    rows = np.ascontiguousarray(X.T)
    for chosen in by_rarest(rows != 0, size):
        some = rows[chosen]
        live = np.flatnonzero(some.any(axis=0))  # eq-live-inputs
        yield Packed(np.take(some, live, axis=1), live, np.take(Y, chosen, axis=1))
