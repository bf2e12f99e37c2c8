# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 209eacf08bcd8ad3

# From book/pictures.md, "The digit among the parts"
"""The ink of a drawing or of a photograph."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nnmath.app.image_files import read_light
from nnmath.app.light import BLACK, best_threshold, dilated, highest, taken_light
from nnmath.app.parts import InkPart, connected, gathered, parts_of
from nnmath.model.array_types import Array

FAINT = 0.08
"""Ink must take this share of the light, at least."""

LEAST = 8
"""Pixels that the longer side of a digit must have."""

PIECES = 10
"""A digit consists of this many parts at most."""

LARGE = 60
"""In a picture with this many pixels along each side, strokes are wider than a pixel of noise."""


def odd(x: float) -> int:
    """Round to an odd number, 1 at least."""
    return 2 * int(x / 2) + 1


def smoothed(light: Array) -> Array:
    """Replace each pixel by the mean of three by three, where there is noise.

    Parameters
    ----------
    light : ndarray, shape (rows, columns)
        The lightness.

    Returns
    -------
    ndarray, shape (rows, columns)
        The mean; `light` itself if it has an even ground, or is small.
    """
    if roughness(light) == 0 or min(light.shape) < LARGE:
        return light
    padded = np.pad(light, 1, mode="edge")
    down = padded[:-2] + padded[1:-1] + padded[2:]
    return (down[:, :-2] + down[:, 1:-1] + down[:, 2:]) / 9


def roughness(light: Array) -> float:
    """Compute the median of the steps between neighbours: 0 on an even ground."""
    steps = np.concatenate([np.diff(light, axis=axis).ravel() for axis in (0, 1)])
    return float(np.median(np.abs(steps))) if steps.size else 0.0


def without_rules(taken: Array) -> Array:
    """Take printed lines off: long, straight, nearly level or upright, and fainter than the ink.

    Parameters
    ----------
    taken : ndarray, shape (rows, columns)
        What is taken from the light.

    Returns
    -------
    ndarray, shape (rows, columns)
        The same without the lines; where strokes cross them, less what the lines take.
    """
    rest = taken
    for axis in (0, 1):
        n = odd(0.4 * taken.shape[axis])
        band = highest(
            taken, 5 if min(taken.shape) >= LARGE else 3, 1 - axis
        )  # for their slant
        lines = highest(-highest(-band, n, axis), n, axis)  # as dark for n pixels
        lines[lines >= taken.max() / 2] = 0
        rest = np.minimum(rest, np.maximum(taken - lines, 0))
    return rest


def deviation(values: Array) -> float:
    """Estimate the standard deviation of normal numbers by medians, which few outliers move."""
    return 1.4826 * float(np.median(np.abs(values - np.median(values))))


@dataclass(frozen=True)
class Found:
    """What there is in a picture if its strokes are dark, or if they are light.

    Parameters
    ----------
    reason : str
        Why it is no digit; empty if it is one.
    surrounded : float
        How far paper surrounds it, as a share.
    extent : int
        Pixels in the rectangle of all that may be digits.
    ink : ndarray, shape (rows, columns), optional
        The ink of the digit, from 0 to 1.
    """

    reason: str
    surrounded: float = 0.0
    extent: int = 0
    ink: Array | None = None


@dataclass(frozen=True)
class Strokes:
    """The pixels that stand out from the paper.

    Parameters
    ----------
    light : ndarray, shape (rows, columns)
        The lightness, turned round if the strokes are light.
    dark : bool
        Whether the strokes are dark.
    taken : ndarray, shape (rows, columns)
        What is taken from the light.
    ground, level, noise : float
        What paper takes, what ink takes beyond that, and how far paper differs from paper.
    numbers : ndarray of int, shape (rows, columns)
        The connected parts.
    """

    light: Array
    dark: bool
    taken: Array
    ground: float
    level: float
    noise: float
    numbers: NDArray[np.intp]

    def pixels(self, part: InkPart) -> NDArray[np.bool_]:
        """Find the pixels of a part."""
        return np.isin(self.numbers, part.numbers)

    def surrounded(self, part: InkPart) -> float:
        """Compute which share of the band around a part is paper, by its light."""
        ink = self.pixels(part)
        n = max(odd(part.side / 10), 5 if min(ink.shape) >= LARGE else 3)  # beyond soft edges
        band = dilated(ink.astype(float), n + 2) > dilated(ink.astype(float), n)
        if not band.any():
            return 1.0
        paper = self.light[band]
        less = paper + dilated(np.where(ink, -self.light, -np.inf), n + 2)[band]
        share = less / np.maximum(paper, BLACK) if self.dark else less
        return float(np.mean(share >= self.level / 2))

    def drawn(self, part: InkPart) -> bool:
        """Say whether no square of about 0.4 of its side fits in, or it is too small to be read."""
        n = odd(0.4 * part.side)
        box = self.pixels(part)[part.top : part.bottom, part.left : part.right]
        framed = np.pad(box, n).astype(float)
        return part.side < LEAST or not (-dilated(-framed, n)).any()

    def ink_of(self, part: InkPart) -> NDArray[np.float64]:
        """Scale what a part takes from the light, equation ``eq-ink``: paper is 0 and ink 1."""
        near = dilated(self.pixels(part).astype(float), 3) > 0  # with the soft edge
        ink = np.clip((self.taken - self.ground) / self.level, 0, 1)  # eq-ink
        return np.where(near & (ink >= 3 * self.noise / self.level), ink, 0)


def strokes_in(light: Array, *, dark: bool) -> Strokes | None:
    """Divide a picture into paper and strokes.

    Parameters
    ----------
    light : ndarray, shape (rows, columns)
        The lightness, from 0 to 1.
    dark : bool
        Whether to look for dark strokes.

    Returns
    -------
    Strokes or None
        None if nothing stands out from the paper.
    """
    taken = taken_light(light, odd(max(light.shape) / 4), dark=dark)
    rest = without_rules(taken)
    if np.ptp(rest) < FAINT:
        return None
    threshold, _ = best_threshold(rest)
    noise = deviation(rest[rest <= threshold])
    stands_out = rest > max(threshold, np.median(rest[rest <= threshold]) + 5 * noise)
    ground = float(np.median(taken[rest <= threshold]))
    level = float(np.median(taken[stands_out])) - ground if stands_out.any() else 0.0
    if level < max(FAINT, 10 * roughness(light)):
        return None
    bridged = dilated(stands_out.astype(float), 3 if min(light.shape) >= LARGE else 1) > 0
    numbers = np.where(stands_out, connected(bridged), -1)
    return Strokes(light if dark else 1 - light, dark, taken, ground, level, noise, numbers)


def inner_parts(strokes: Strokes) -> list[InkPart]:
    """List the parts of the strokes that may belong to a digit.

    Parameters
    ----------
    strokes : Strokes
        The strokes.

    Returns
    -------
    list of InkPart
        No frames, no specks, and nothing that touches the edge or lies along it, unless the ground
        is even and less than half of the edge is ink: then the edge is the drawing's own.
    """
    parts, shape = parts_of(strokes.numbers), strokes.numbers.shape
    around = [strokes.numbers[[0, -1]], strokes.numbers[:, [0, -1]].T]
    edge = np.concatenate([side.ravel() for side in around])
    if roughness(strokes.light) > 0 or np.mean(edge >= 0) >= 0.5:
        parts = [part for part in parts if not part.at_edge(shape)]
    parts = [part for part in parts if not any(map(part.holds, parts))]
    return [part for part in parts if part.area >= parts[0].area / 20]


def digit_in(light: Array, *, dark: bool) -> Found:
    """Find the digit in a picture, or why there is none.

    Parameters
    ----------
    light : ndarray, shape (rows, columns)
        The lightness, from 0 to 1.
    dark : bool
        Whether its strokes are dark.

    Returns
    -------
    Found
        The digit, or the reason.
    """
    strokes = strokes_in(light, dark=dark)
    if strokes is None:
        return Found("nothing stands out from the paper")
    parts = inner_parts(strokes)
    if not parts:
        return Found(
            "the ink touches the edge or lies along it, and a digit needs paper around it"
        )
    if len(parts) > 3 * PIECES:
        return Found("there are spots everywhere")
    digits = [
        part
        for part in gathered(parts)
        if len(part.numbers) <= PIECES
        and strokes.surrounded(part) >= 0.7
        and strokes.drawn(part)
    ]
    if not digits:
        return Found("what stands out is not made of strokes with paper around them")
    return Found(
        reason_against(digits),
        strokes.surrounded(digits[0]),
        extent_of(digits),
        strokes.ink_of(digits[0]),
    )


def extent_of(parts: Sequence[InkPart]) -> int:
    """Count the pixels of the rectangle that holds all parts."""
    whole = parts[0]
    for part in parts[1:]:
        whole = whole.joined(part)
    return whole.height * whole.width


def reason_against(digits: Sequence[InkPart]) -> str:
    """Say why the first of some parts cannot be read as the only digit.

    Parameters
    ----------
    digits : sequence of InkPart
        What may be digits, the one with most ink first.

    Returns
    -------
    str
        The reason; empty if there is none.
    """
    largest = max(part.side for part in digits)
    count = sum(part.side >= 0.4 * largest for part in digits)
    if largest < LEAST:
        return f"the ink is only {largest} pixels high and wide, and {LEAST} are needed"
    if count > 1:
        return f"there are {count} digits or other things, and one is read"
    if digits[0].width > 1.6 * digits[0].height:
        return "the ink is too wide for one digit"
    return ""


def ink_in(light: Array) -> Array:
    """Find the ink of the digit in a picture.

    Parameters
    ----------
    light : ndarray, shape (rows, columns) or (rows, columns, colours)
        The lightness, from 0 to 1; of several colours, that in which the ink differs most.

    Returns
    -------
    ndarray, shape (rows, columns)
        The ink, from 0 for paper to 1.

    Raises
    ------
    ValueError
        If there is no digit, or more than one; the message says why.
    """
    colours = [smoothed(colour) for colour in np.moveaxis(np.atleast_3d(light), 2, 0)]
    light = max(colours, key=contrast) if len(colours) > 1 else colours[0]
    dark, bright = digit_in(light, dark=True), digit_in(light, dark=False)
    if abs(dark.surrounded - bright.surrounded) > 0.1:
        found = max(dark, bright, key=lambda found: found.surrounded)
    else:  # the hole of a nought is surrounded as well, but smaller
        found = max(dark, bright, key=lambda found: found.extent)
    if found.reason or found.ink is None:
        raise ValueError(f"expected a digit to read, but {found.reason}")
    return found.ink


def contrast(light: Array) -> float:
    """Compute the variance between ink and paper, for dark or light strokes, the larger one."""
    kinds = [
        without_rules(taken_light(light, odd(max(light.shape) / 4), dark=dark))
        for dark in (True, False)
    ]
    return max(best_threshold(taken)[1] if np.ptp(taken) else 0.0 for taken in kinds)


def read_drawing(path: Path | str) -> Array:
    """Read the ink of a drawing, or of a photograph of a digit, from an image file.

    Parameters
    ----------
    path : Path or str
        A file in any format that Pillow reads, dark on light or light on dark.

    Returns
    -------
    ndarray, shape (rows, columns)
        The ink, from 0 for paper to 1.

    Raises
    ------
    ModuleNotFoundError
        If Pillow is not installed, or what it needs for such a file.
    OSError
        If there is no such file, or it cannot be read.
    ValueError
        If it is no image, or shows no digit, or more than one.
    """
    light = read_light(Path(path))
    try:
        return ink_in(light)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
