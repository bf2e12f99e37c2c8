# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 0f0155d034bb5633

# From book/command_line.md, "A drawing as MNIST would show it"
"""Bring a drawing into the form of MNIST's pictures: scaled to a box, placed by its ink."""

import math

import numpy as np
from numpy.typing import NDArray

from nnmath.model.arguments import require_matrix, require_whole
from nnmath.model.array_types import Array

FIELD = 28
"""Pixels along a side of MNIST's pictures."""

BOX = 20
"""Pixels along the longer side of the digit in them."""


def area_weights(n: int, n_new: int) -> NDArray[np.float64]:
    """Compute the matrix that averages a column of cells to another number of cells.

    Parameters
    ----------
    n : int
        How many cells there are; at least 1.
    n_new : int
        How many there shall be; at least 1.

    Returns
    -------
    ndarray, shape (n_new, n)
        The share of each old cell in each new one.

    Raises
    ------
    TypeError
        If a number is no whole number.
    ValueError
        If one is below 1.

    Notes
    -----
    Equation ``eq-area-weights``.
    """
    n = require_whole("n", n, least=1)
    n_new = require_whole("n_new", n_new, least=1)
    edges = np.arange(n_new + 1) * (n / n_new)
    starts = np.maximum(edges[:-1, np.newaxis], np.arange(n))
    ends = np.minimum(edges[1:, np.newaxis], np.arange(1, n + 1))
    return np.maximum(0, ends - starts) * (n_new / n)  # eq-area-weights


def fitted_to_box(drawing: Array) -> NDArray[np.float64]:
    """Cut a drawing to its ink and scale it, so that its longer side is 20 pixels.

    Parameters
    ----------
    drawing : ndarray, shape (rows, columns), floating-point
        The ink in each pixel; 0 is paper.

    Returns
    -------
    ndarray, shape (h_new, w_new)
        The digit; the longer side is 20.

    Raises
    ------
    TypeError
        If `drawing` is no array of floating-point numbers.
    ValueError
        If an entry is negative or not finite, or there is no ink.

    Notes
    -----
    Equations ``eq-box-size`` and ``eq-area-average``.
    """
    require_matrix("drawing", drawing, ("rows", "columns"))
    if (drawing < 0).any():
        raise ValueError(f"drawing must not be negative, got {drawing.min()}")
    rows, columns = (np.flatnonzero(drawing.any(axis=axis)) for axis in (1, 0))
    if rows.size == 0:
        raise ValueError("drawing must show something, got no ink")
    box = drawing[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    h, w = box.shape
    h_new, w_new = (  # eq-box-size
        max(1, int(BOX * side / max(h, w) + 0.5)) for side in (h, w)
    )
    return area_weights(h, h_new) @ box @ area_weights(w, w_new).T  # eq-area-average


# From book/command_line.md, "A drawing as MNIST would show it"
def centre_of_mass(picture: Array) -> tuple[float, float]:
    """Compute where the ink of a picture has its centre.

    Parameters
    ----------
    picture : ndarray, shape (rows, columns)
        The ink in each pixel; not all of it 0.

    Returns
    -------
    tuple of float
        Row and column, in pixels from the upper left corner.

    Notes
    -----
    Equation ``eq-centre-of-mass``.
    """
    rows, columns = (np.arange(side) + 0.5 for side in picture.shape)
    ink = picture.sum()
    return (  # eq-centre-of-mass
        float(rows @ picture.sum(axis=1) / ink),
        float(columns @ picture.sum(axis=0) / ink),
    )


# From book/command_line.md, "A drawing as MNIST would show it"
def centred(drawing: Array) -> NDArray[np.float64]:
    """Show a drawing as MNIST would: in a field of 28 by 28 pixels, the ink in the middle.

    Parameters
    ----------
    drawing : ndarray, shape (rows, columns), floating-point
        The ink in each pixel, from 0 for paper to 1.

    Returns
    -------
    ndarray, shape (28, 28)
        The picture.

    Raises
    ------
    TypeError
        If `drawing` is no array of floating-point numbers.
    ValueError
        If an entry is negative or not finite, or there is no ink.

    Notes
    -----
    Equations ``eq-box-size``, ``eq-area-average`` and ``eq-corner``.
    """
    digit = fitted_to_box(drawing)
    corner = []
    for centre, side in zip(centre_of_mass(digit), digit.shape, strict=True):
        corner.append(min(FIELD - side, max(0, math.ceil(FIELD / 2 - centre))))  # eq-corner
    picture = np.zeros((FIELD, FIELD))
    picture[corner[0] : corner[0] + digit.shape[0], corner[1] : corner[1] + digit.shape[1]] = (
        digit
    )
    return picture
