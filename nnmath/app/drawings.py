# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 147191002ed5412f

# From book/command_line.md, "Reading an image file"
"""Drawings in image files."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nnmath.model.array_types import Array

STAIN = 0.1
"""Less ink than this is paper."""


def read_lightness(path: Path) -> NDArray[np.float64]:
    """Read an image file as lightness, on a white ground where it is transparent.

    Parameters
    ----------
    path : Path
        A file in any format that Pillow reads.

    Returns
    -------
    ndarray, shape (rows, columns)
        From 0, black, to 1, white.

    Raises
    ------
    ModuleNotFoundError
        If Pillow is not installed.
    OSError
        If there is no such file, or it cannot be read.
    ValueError
        If it is no image, or is damaged.
    """
    try:
        from PIL import Image, ImageOps
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "reading image files needs Pillow: pip install pillow"
        ) from error
    with path.open("rb") as file:
        try:
            with Image.open(file) as stored:
                image = ImageOps.exif_transpose(stored)  # a camera's note how it was held
                if image.mode.startswith("I"):  # grey in 16 bits
                    return np.asarray(image) / 65535
                ground = Image.new("RGBA", image.size, "white")
                ground.alpha_composite(image.convert("RGBA"))
        except Exception as error:  # what a damaged image raises depends on its format
            raise ValueError(f"{path}: expected a whole image file, got another") from error
    return np.asarray(ground.convert("L")) / 255


def read_drawing(path: Path | str) -> Array:
    """Read the ink of a drawing from an image file.

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
        If Pillow is not installed.
    OSError
        If there is no such file, or it cannot be read.
    ValueError
        If it is no image, or shows nothing.
    """
    path = Path(path)
    lightness = read_lightness(path)
    edge = [lightness[0], lightness[-1], lightness[:, 0], lightness[:, -1]]
    ink = np.abs(lightness - np.median(np.concatenate(edge)))
    if ink.max() < STAIN:
        raise ValueError(f"{path}: expected a drawing, got an image of one lightness")
    ink /= ink.max()
    ink[ink < STAIN] = 0
    return ink
