# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: a3549b727eb97c9e

# From book/pictures.md, "Photographs whose answer is known"
"""Photographs of handwritten digits, made by computation, so that the answer is known."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from nnmath.model.array_types import Array

SHEET = (160, 120)
"""Rows and columns of a photograph."""

PAPER = 0.9
"""How much of the light paper gives back."""

Photograph = Callable[[Array, np.random.Generator], NDArray[np.float64]]
"""Makes a photograph, as lightness, of a picture of MNIST's, of shape (28, 28)."""


def enlarged(picture: Array, shape: tuple[int, int]) -> NDArray[np.float64]:
    """Enlarge a picture, with straight lines from each pixel's middle to the next.

    Parameters
    ----------
    picture : ndarray, shape (rows, columns)
        The picture, with two rows and two columns at least.
    shape : tuple of int
        The rows and columns wanted.

    Returns
    -------
    ndarray
        The larger picture.
    """
    rows, columns = (
        np.clip((np.arange(new) + 0.5) * old / new - 0.5, 0, old - 1)
        for new, old in zip(shape, picture.shape, strict=True)
    )
    down = np.array([np.interp(rows, np.arange(picture.shape[0]), c) for c in picture.T]).T
    return np.array([np.interp(columns, np.arange(picture.shape[1]), r) for r in down])


def written(
    picture: Array,
    rng: np.random.Generator,
    side: int = 70,
    shape: tuple[int, int] = SHEET,
    margin: int = 0,
) -> NDArray[np.float64]:
    """Write a digit somewhere on a sheet.

    Parameters
    ----------
    picture : ndarray, shape (28, 28)
        The digit.
    rng : Generator
        Draws the place.
    side : int, optional
        Pixels along a side of MNIST's field on the sheet.
    shape : tuple of int, optional
        Rows and columns of the sheet.
    margin : int, optional
        Pixels along each edge that the field keeps free.

    Returns
    -------
    ndarray, shape `shape`
        The ink, from 0 to 1.
    """
    ink = np.zeros(shape)
    top, left = (int(rng.integers(margin, n - margin - side + 1)) for n in shape)
    ink[top : top + side, left : left + side] = enlarged(picture, (side, side))
    return ink


# From book/pictures.md, "Photographs whose answer is known"
def across(shape: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float64]:
    """Give each pixel its way along a direction that is drawn, from 0 to 1."""
    angle = rng.uniform(0, 2 * np.pi)
    row, column = np.indices(shape)
    way = np.cos(angle) * row + np.sin(angle) * column
    return (way - way.min()) / np.ptp(way)


def falling(shape: tuple[int, int], rng: np.random.Generator, least: float = 0.7) -> Array:
    """Make light that falls evenly from 1 to `least`, in a direction that is drawn."""
    return 1 - (1 - least) * across(shape, rng)


def shadow(shape: tuple[int, int], rng: np.random.Generator, least: float = 0.5) -> Array:
    """Make light with a shadow on one side, whose edge is a twentieth of the sheet wide."""
    return 1 - (1 - least) / (1 + np.exp((rng.uniform(0.3, 0.7) - across(shape, rng)) / 0.02))


def rules(shape: tuple[int, int], rng: np.random.Generator, *, squared: bool = False) -> Array:
    """Make what printed lines leave of the light: ruled or squared, slanted by up to 1 in 50."""
    row, column = np.indices(shape)
    slant, gap = rng.uniform(-0.02, 0.02), 14
    places = [row + slant * column, column - slant * row][: 1 + squared]
    distances = [abs((place + rng.uniform(0, gap)) % gap - gap / 2) for place in places]
    return 1 - 0.25 * np.clip(1.2 - np.min(distances, axis=0), 0, 1)


# From book/pictures.md, "Photographs whose answer is known"
def on_table(light: Array, rng: np.random.Generator, table: float = 0.25) -> Array:
    """Cut a sheet's edges off, at a slant, and show a table with a grain there."""
    h, w = light.shape
    row, column = np.indices((h, w))
    slant = rng.uniform(-0.05, 0.05)
    top, bottom, left, right = rng.uniform(0.05, 0.12, 4)
    down, along = row + slant * column, column - slant * row
    sheet = (
        (top * h < down)
        & (down < h - bottom * h)
        & (left * w < along)
        & (along < w - right * w)
    )
    return np.where(
        sheet, light, table * (1 + 0.15 * np.sin(row / 3 + 2 * np.sin(column / 40)))
    )


def taken(light: Array, rng: np.random.Generator, noise: float = 0.02) -> NDArray[np.float64]:
    """Take the photograph: normal noise in each pixel, and nothing below 0 or above 1."""
    return np.clip(light + noise * rng.standard_normal(light.shape), 0, 1)


def framed(light: Array, width: int, inset: int) -> NDArray[np.float64]:
    """Draw a dark frame of some pixels' width, some pixels from the edge."""
    framed = light.copy()
    h, w = light.shape
    for start, stop in ((inset, inset + width), (-inset - width, -inset or None)):
        framed[start:stop, inset : w - inset] = 0.15
        framed[inset : h - inset, start:stop] = 0.15
    return framed


def spotted(light: Array, rng: np.random.Generator) -> NDArray[np.float64]:
    """Put six dark specks of two by two pixels on a sheet."""
    spotted = light.copy()
    for row, column in rng.integers(2, np.array(light.shape) - 4, (6, 2)):
        spotted[row : row + 2, column : column + 2] = 0.2
    return spotted


# From book/pictures.md, "Photographs whose answer is known"
def ink_on(
    paper: Array | float, ink: Array, strength: Array | float = 0.8
) -> NDArray[np.float64]:
    """Take from the light of the paper what the ink takes, a share for each colour."""
    return paper * (1 - np.multiply.outer(ink, strength))


def lit(
    picture: Array, rng: np.random.Generator, light: Array | float, noise: float = 0.02
) -> NDArray[np.float64]:
    """Make the photograph of a digit on paper in this light."""
    return taken(ink_on(PAPER * light, written(picture, rng)), rng, noise)


def coloured(strength: tuple[float, float, float]) -> Photograph:
    """Make the photograph of a digit in an ink that takes these shares of red, green and blue."""

    def photograph(picture: Array, rng: np.random.Generator) -> NDArray[np.float64]:
        paper = np.multiply.outer(falling(SHEET, rng), [0.92, 0.9, 0.85])
        return taken(ink_on(paper, written(picture, rng), np.array(strength)), rng)

    return photograph


def pencilled(picture: Array, rng: np.random.Generator) -> NDArray[np.float64]:
    """Make the photograph of a digit in pencil: faint, and rough from the grain of the paper."""
    rough = written(picture, rng) * np.clip(1 + 0.5 * rng.standard_normal(SHEET), 0, 1.6)
    return taken(PAPER * falling(SHEET, rng) * (1 - 0.3 * rough), rng)


def fine(picture: Array, rng: np.random.Generator) -> NDArray[np.float64]:
    """Make the photograph of a large digit in a fine pen."""
    core = np.clip(6 * (written(picture, rng, side=110) - 0.7), 0, 1)
    return taken(ink_on(PAPER * falling(SHEET, rng), core), rng)


def together(picture: Array, rng: np.random.Generator) -> NDArray[np.float64]:
    """Make the photograph of a ruled sheet on a table, with falling light, a shadow, and noise."""
    sheet = ink_on(PAPER * rules(SHEET, rng), written(picture, rng, margin=20))
    light = falling(SHEET, rng) * shadow(SHEET, rng, 0.6)
    return taken(on_table(sheet, rng) * light, rng, 0.03)


# From book/pictures.md, "Photographs whose answer is known"
KINDS: dict[str, Photograph] = {
    "clean scan": lambda p, rng: ink_on(PAPER, written(p, rng)),
    "light that falls": lambda p, rng: lit(p, rng, falling(SHEET, rng, 0.5)),
    "shadow": lambda p, rng: lit(p, rng, shadow(SHEET, rng)),
    "noise": lambda p, rng: lit(p, rng, 1.0, 0.08),
    "specks": lambda p, rng: taken(spotted(ink_on(PAPER, written(p, rng)), rng), rng),
    "ruled paper": lambda p, rng: lit(p, rng, falling(SHEET, rng) * rules(SHEET, rng)),
    "squared paper": lambda p, rng: lit(
        p, rng, falling(SHEET, rng) * rules(SHEET, rng, squared=True)
    ),
    "pencil": pencilled,
    "fine pen": fine,
    "blue ink": coloured((0.75, 0.6, 0.2)),
    "red ink": coloured((0.1, 0.75, 0.7)),
    "yellow ink": coloured((0.03, 0.15, 0.8)),
    "white on black": lambda p, rng: 0.02 + 0.9 * written(p, rng),
    "chalk on a board": lambda p, rng: taken(
        (0.2 + 0.6 * written(p, rng)) * falling(SHEET, rng), rng
    ),
    "sheet on a dark table": lambda p, rng: taken(
        on_table(ink_on(PAPER, written(p, rng, margin=20)), rng) * falling(SHEET, rng), rng
    ),
    "sheet on a light table": lambda p, rng: taken(
        on_table(ink_on(PAPER, written(p, rng, margin=20)), rng, 0.6) * falling(SHEET, rng), rng
    ),
    "printed frame": lambda p, rng: taken(
        framed(ink_on(PAPER, written(p, rng, margin=18)), 2, 12), rng
    ),
    "black edge": lambda p, rng: taken(
        framed(ink_on(PAPER, written(p, rng, margin=6)), 4, 0), rng
    ),
    "small on a large sheet": lambda p, rng: taken(
        ink_on(PAPER * falling((320, 240), rng), written(p, rng, 36, (320, 240))), rng
    ),
    "fills the picture": lambda p, rng: taken(ink_on(PAPER, written(p, rng, side=118)), rng),
    "28 by 28 pixels": lambda p, rng: p,
    "all together": together,
}
"""Photographs that should be read, by their kind."""


# From book/pictures.md, "Photographs whose answer is known"
def pair(picture: Array, rng: np.random.Generator) -> NDArray[np.float64]:
    """Make the photograph of two digits side by side."""
    ink = np.zeros(SHEET)
    ink[45:105, :60] = ink[45:105, 60:] = enlarged(picture, (60, 60))
    return taken(ink_on(PAPER, ink), rng)


REFUSED: dict[str, Photograph] = {
    "blank sheet": lambda p, rng: np.full(SHEET, PAPER),
    "blank sheet with noise": lambda p, rng: taken(PAPER * falling(SHEET, rng), rng, 0.05),
    "blank sheet in a shadow": lambda p, rng: taken(PAPER * shadow(SHEET, rng), rng),
    "blank ruled sheet": lambda p, rng: taken(PAPER * rules(SHEET, rng), rng),
    "blank sheet on a table": lambda p, rng: taken(
        on_table(np.full(SHEET, PAPER), rng) * falling(SHEET, rng), rng
    ),
    "nothing but noise": lambda p, rng: rng.uniform(size=SHEET),
    "two digits": pair,
    "tiny digit": lambda p, rng: taken(ink_on(PAPER, written(p, rng, side=7)), rng),
    "ink as good as invisible": lambda p, rng: taken(ink_on(PAPER, written(p, rng), 0.03), rng),
}
"""Photographs that show no digit, several, or one that nobody could read, by their kind."""
