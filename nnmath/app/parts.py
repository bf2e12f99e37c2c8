# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 2d9920df136e4000

# From book/pictures.md, "Connected parts"
"""Connected parts of the ink, and which of them are a digit."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray


def connected(ink: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Give each pixel of ink the name of its connected part.

    Parameters
    ----------
    ink : ndarray of bool, shape (rows, columns)
        Where the ink is.

    Returns
    -------
    ndarray of int, shape (rows, columns)
        In each pixel of ink the least number of its part's pixels, counted row by row from 0; -1
        elsewhere. Two pixels that touch, at a corner at least, are in the same part.

    Notes
    -----
    Equation ``eq-connected``.
    """
    h, w = ink.shape
    pixel = np.full((h + 1, w + 2), -1)  # a frame without ink around
    pixel[:h, 1:-1] = np.where(ink, np.arange(h * w).reshape(h, w), -1)
    here = pixel[:h, 1:-1]
    touching = [pixel[:h, 2:], pixel[1:, :-2], pixel[1:, 1:-1], pixel[1:, 2:]]
    pairs = np.concatenate(
        [np.stack([here, o])[:, (here >= 0) & (o >= 0)] for o in touching], 1
    )
    number, before = np.arange(h * w), None
    while before is None or (number != before).any():
        before = number
        number = number.copy()
        least = before[pairs].min(axis=0)  # eq-connected
        for end in before[pairs]:
            np.minimum.at(number, end, least)
        number = number[number]
    return np.where(ink, number.reshape(h, w), -1)


@dataclass(frozen=True)
class InkPart:
    """Some ink, and the smallest rectangle that holds it.

    Parameters
    ----------
    numbers : tuple of int
        The numbers of its connected parts.
    area : int
        How many pixels of ink it has.
    top, left, bottom, right : int
        The rectangle: rows from `top` to below `bottom`, columns from `left` to below `right`.
    """

    numbers: tuple[int, ...]
    area: int
    top: int
    left: int
    bottom: int
    right: int

    @property
    def height(self) -> int:
        """Rows of the rectangle."""
        return self.bottom - self.top

    @property
    def width(self) -> int:
        """Columns of the rectangle."""
        return self.right - self.left

    @property
    def side(self) -> int:
        """The longer side of the rectangle."""
        return max(self.height, self.width)

    def holds(self, other: "InkPart") -> bool:
        """Say whether the other rectangle lies inside and is no speck in it: a digit in a frame."""
        return (
            self.top < other.top
            and self.left < other.left
            and self.bottom > other.bottom
            and self.right > other.right
            and other.side > self.side / 5
        )

    def at_edge(self, shape: tuple[int, int]) -> bool:
        """Say whether it touches the picture's edge, or lies along it as a table's strip does."""
        h, w = shape
        if min(self.top, self.left, h - self.bottom, w - self.right) <= 0:
            return True
        flat, tall = self.width >= 4 * self.height, self.height >= 4 * self.width
        along_row = 8 * self.bottom <= h or 8 * (h - self.top) <= h
        along_column = 8 * self.right <= w or 8 * (w - self.left) <= w
        return (flat and along_row) or (tall and along_column)

    def belongs_to(self, other: "InkPart") -> bool:
        """Say whether two parts make one digit: one above the other, or a piece close by."""
        down = max(self.top, other.top) - min(self.bottom, other.bottom)
        along = max(self.left, other.left) - min(self.right, other.right)
        longer, shorter = sorted((self.side, other.side), reverse=True)
        above = along <= -0.3 * min(self.width, other.width) and down <= longer / 4
        piece = shorter < 0.4 * longer and max(down, along) <= 0.15 * longer
        return above or piece

    def joined(self, other: "InkPart") -> "InkPart":
        """Make one part of two."""
        return InkPart(
            self.numbers + other.numbers,
            self.area + other.area,
            min(self.top, other.top),
            min(self.left, other.left),
            max(self.bottom, other.bottom),
            max(self.right, other.right),
        )


def parts_of(numbers: NDArray[np.intp]) -> list[InkPart]:
    """List the connected parts.

    Parameters
    ----------
    numbers : ndarray of int, shape (rows, columns)
        As `connected` gives them.

    Returns
    -------
    list of InkPart
        The parts, the one with most ink first.
    """
    rows, columns = np.nonzero(numbers >= 0)
    names, of, areas = np.unique(
        numbers[rows, columns], return_inverse=True, return_counts=True
    )
    least, most = np.full((2, names.size), max(numbers.shape)), np.zeros((2, names.size), int)
    for axis, at in enumerate((rows, columns)):
        np.minimum.at(least[axis], of, at)
        np.maximum.at(most[axis], of, at + 1)
    found = [
        InkPart((int(name),), int(area), *map(int, (*first, *last)))
        for name, area, first, last in zip(names, areas, least.T, most.T, strict=True)
    ]
    return sorted(found, key=lambda part: -part.area)


def gathered(parts: Sequence[InkPart]) -> list[InkPart]:
    """Join parts that belong together, until none do.

    Parameters
    ----------
    parts : sequence of InkPart
        The parts.

    Returns
    -------
    list of InkPart
        The joined ones, the one with most ink first.
    """
    parts = list(parts)
    while True:
        for one, other in combinations(parts, 2):
            if one.belongs_to(other):
                parts.remove(one)
                parts.remove(other)
                parts.append(one.joined(other))
                break
        else:
            return sorted(parts, key=lambda part: -part.area)
