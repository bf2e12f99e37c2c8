# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: e5f3ea67e0973b62

# From book/layer_k.md, "The sum over paths, in code"
"""The error of every neuron as a sum over all paths from it to the output."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, product
from math import prod
from numbers import Integral

import numpy as np

from nnmath.model.arguments import require_layers, require_shape, require_sizes
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

    Raises
    ------
    TypeError
        If `n` is no sequence of whole numbers.
    ValueError
        If there are fewer than two sizes, one is below 1, or `l` is no layer from 0 to L.

    Notes
    -----
    Equation ``eq-path-count``.
    """
    require_sizes(n)
    if not isinstance(l, Integral) or l not in range(len(n)):
        raise ValueError(f"l must be a layer from 0 to {len(n) - 1}, got {l!r}")
    return prod(int(size) for size in n[l + 1 :])


def paths(n: Mapping[int, int], l: int, i: int) -> Iterator[tuple[int, ...]]:
    """List the paths from neuron i of layer l to the output.

    Parameters
    ----------
    n : mapping of int to int
        The sizes of the layers from l to L at least; L is the largest key.
    l : int
        The layer where the paths start.
    i : int
        The neuron where they start.

    Yields
    ------
    tuple of int
        The neurons on the path, one for each layer l, ..., L.

    Raises
    ------
    ValueError
        If a layer from l to L is missing, or layer l has no neuron i.
    """
    L = max(n, default=l)
    if l > L or any(r not in n for r in range(l, L + 1)):
        raise ValueError(f"n must have all keys from l = {l} to the last, got {list(n)}")
    if i not in range(n[l]):
        raise ValueError(f"i must be a neuron from 0 to {n[l] - 1}, got {i!r}")
    return product([i], *(range(n[r]) for r in range(l + 1, L + 1)))


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

    Raises
    ------
    TypeError
        If what should be an array is no NumPy array.
    ValueError
        If a layer is missing or a shape does not fit.

    Notes
    -----
    Equation ``eq-path-sum``. The arrays may hold numbers of any kind that can be added and
    multiplied. The number of terms grows as the product of the layer sizes.
    """
    n = require_network(W, slope, delta_L)
    L = len(n)
    dtype = np.result_type(delta_L, *(W[l] for l in range(2, L + 1)), *slope.values())
    delta = {l: np.zeros((n[l], 1), dtype=dtype) for l in n}
    for l in n:
        for i in range(n[l]):
            for path in paths(n, l, i):
                term = delta_L[path[-1], 0]
                for r, (source, destination) in zip(range(l, L), pairwise(path), strict=True):
                    term = term * (W[r + 1][destination, source] * slope[r][source, 0])
                delta[l][i, 0] += term
    return delta


def require_network(W: ByLayer, slope: ByLayer, delta_L: Array) -> dict[int, int]:
    """Refuse weights, slopes and an output error that do not belong to one network.

    Parameters
    ----------
    W : mapping of int to ndarray
        The weights of the layers 2, ..., L at least, and of none after L.
    slope : mapping of int to ndarray
        The slopes of the layers 1, ..., L-1.
    delta_L : ndarray
        The output error.

    Returns
    -------
    dict of int to int
        The sizes of the layers 1, ..., L.

    Raises
    ------
    TypeError
        If what should be an array is no NumPy array.
    ValueError
        If a layer is missing or a shape does not fit.
    """
    require_shape("delta_L", delta_L, ("n_L", 1))
    L = len(slope) + 1
    hidden = list(range(1, L))
    require_layers("slope", slope, hidden)
    missing = [l for l in range(2, L + 1) if l not in W]
    if missing:
        raise ValueError(f"W must have the keys {list(range(2, L + 1))}, got {list(W)}")
    if max(W, default=0) > L:
        raise ValueError(
            f"slope must have the keys {list(range(1, max(W)))}, got {list(slope)}: "
            f"W has the layers up to {max(W)}"
        )
    n = {L: delta_L.shape[0]}
    for l in reversed(hidden):
        require_shape(f"W[{l + 1}]", W[l + 1], (n[l + 1], f"n_{l}"))
        n[l] = W[l + 1].shape[1]
        require_shape(f"slope[{l}]", slope[l], (n[l], 1))
    return {l: n[l] for l in sorted(n)}
