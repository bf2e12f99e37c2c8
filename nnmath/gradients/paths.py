# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 5994fa2a3db7def5

# From book/layer_k.md, "The same as a sum over all paths"
"""The error of every neuron as a sum over all paths from it to the output."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, product
from math import prod

import numpy as np

from nnmath.model.array_types import Array, ByLayer


def count_paths(n: Sequence[int], l: int) -> int:
    """Count the paths from one neuron of layer l to the output.

    Parameters
    ----------
    n : sequence of int
        The sizes ``n[0], ..., n[L]``.
    l : int
        The layer where the paths start, from 0 to L.

    Returns
    -------
    int
        The number of paths; 1 for the output layer itself.

    Notes
    -----
    Equation ``eq-path-count``.
    """
    return prod(int(size) for size in n[l + 1 :])  # eq-path-count


def paths(n: Mapping[int, int], l: int, j: int) -> Iterator[tuple[int, ...]]:
    """List the paths from neuron j of layer l to the output.

    Parameters
    ----------
    n : mapping of int to int
        The sizes of the layers from l to L at least; L is the largest key.
    l : int
        The layer where the paths start.
    j : int
        The neuron where they start.

    Yields
    ------
    tuple of int
        The neurons on the path, one for each layer l, ..., L.
    """
    L = max(n)
    return product([j], *(range(n[r]) for r in range(l + 1, L + 1)))


# From book/layer_k.md, "The same as a sum over all paths"
def errors_by_paths(W: ByLayer, slope: ByLayer, delta_L: Array) -> ByLayer:
    """Compute the error of every neuron for one example, path by path.

    Parameters
    ----------
    W : mapping of int to ndarray, shape (n_l, n_{l-1})
        The weights; those of the layers 2, ..., L are used.
    slope : mapping of int to ndarray, shape (n_l, 1)
        The derivatives of the activation function at the weighted sums, for l = 1, ..., L-1.
    delta_L : ndarray, shape (n_L, 1)
        The output error.

    Returns
    -------
    dict of int to ndarray, shape (n_l, 1)
        The errors of the layers 1, ..., L.

    Notes
    -----
    Equation ``eq-path-sum``. The arrays may hold numbers of any kind that can be added and
    multiplied. The number of terms grows as the product of the layer sizes.
    """
    L = len(slope) + 1
    n = {l: slope[l].shape[0] for l in range(1, L)} | {L: delta_L.shape[0]}
    dtype = np.result_type(delta_L, *(W[l] for l in range(2, L + 1)), *slope.values())
    delta = {l: np.zeros((n[l], 1), dtype=dtype) for l in n}
    for l in n:
        for j in range(n[l]):
            for path in paths(n, l, j):
                term = delta_L[path[-1], 0]
                for r, (source, destination) in zip(range(l, L), pairwise(path), strict=True):
                    term = term * (W[r + 1][destination, source] * slope[r][source, 0])
                delta[l][j, 0] += term  # eq-path-sum
    return delta
