# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: df17237628737e60

# From book/pictures.md, "Light times paper"
"""Ink from light: what a stroke takes from the light around it, and how much is ink."""

import numpy as np
from numpy.typing import NDArray

from nnmath.model.array_types import Array

BLACK = 0.05
"""The least light by which what is taken is divided, so that noise is not magnified."""


def highest(light: Array, n: int, axis: int) -> Array:
    """Take the highest of each cell and its neighbours along an axis.

    Parameters
    ----------
    light : ndarray
        The cells.
    n : int
        How many cells a window has; odd. At the edges it has fewer.
    axis : int
        The axis.

    Returns
    -------
    ndarray
        The highest of the window around each cell.
    """
    frame = [(n // 2, n // 2) if a == axis else (0, 0) for a in range(light.ndim)]
    found = np.moveaxis(np.pad(light, frame, constant_values=-np.inf), axis, 0)
    reach = 1
    while reach < n:  # windows of `reach` cells; two of them make the next
        step = min(reach, n - reach)
        found = np.maximum(found[:-step], found[step:])
        reach += step
    return np.moveaxis(found, 0, axis)


def dilated(light: Array, n: int) -> Array:
    """Take the highest of n by n pixels around each pixel, n odd, equation ``eq-dilation``."""
    return highest(highest(light, n, 0), n, 1)  # eq-dilation


def closed(light: Array, n: int) -> Array:
    """Estimate the light of the paper: fill dark strokes that no window of n by n pixels fits into.

    At an edge of the picture windows are cut.

    Parameters
    ----------
    light : ndarray, shape (rows, columns)
        The lightness.
    n : int
        Pixels along a side of the window; odd.

    Returns
    -------
    ndarray, shape (rows, columns)
        The lightness without the strokes.

    Notes
    -----
    Equation ``eq-closing``.
    """
    return -dilated(-dilated(light, n), n)  # eq-closing


def taken_light(light: Array, n: int, *, dark: bool = True) -> NDArray[np.float64]:
    """Compute what the strokes take from the light of the paper around them.

    Parameters
    ----------
    light : ndarray, shape (rows, columns)
        The lightness, from 0 to 1.
    n : int
        Pixels along a side of a window that fits into no stroke; odd.
    dark : bool, optional
        Whether the strokes are dark. Of light strokes, the light beyond that of the ground.

    Returns
    -------
    ndarray, shape (rows, columns)
        From 0 to 1.

    Notes
    -----
    Equation ``eq-taken-light``.
    """
    if not dark:
        return closed(1 - light, n) - (1 - light)
    paper = closed(light, n)
    return (paper - light) / np.maximum(paper, BLACK)  # eq-taken-light


def best_threshold(values: Array) -> tuple[float, float]:
    """Divide numbers into two classes such that as little as possible varies within them.

    Parameters
    ----------
    values : ndarray
        The numbers, two different ones at least.

    Returns
    -------
    threshold : float
        Halfway from the highest of the lower class to the lowest of the upper one.
    between : float
        The variance between the classes.

    Raises
    ------
    ValueError
        If all numbers are the same.

    Notes
    -----
    Equations ``eq-between`` and ``eq-threshold``.
    """
    v = np.sort(values, axis=None).astype(float)
    if v[0] == v[-1]:
        raise ValueError("values must not all be the same")
    lower = np.arange(1, v.size)
    sums = np.cumsum(v)
    share = lower / v.size
    apart = (sums[-1] - sums[:-1]) / (v.size - lower) - sums[:-1] / lower
    between = share * (1 - share) * apart**2  # eq-between
    between[v[1:] == v[:-1]] = -1  # equal numbers stay together
    k = int(between.argmax())
    return float(v[k] + v[k + 1]) / 2, float(between[k])  # eq-threshold
