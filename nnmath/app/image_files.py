# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: ecf77de430d99bfc

# From book/pictures.md, "The digit among the parts"
"""Image files, as lightness."""

import warnings
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL import Image

LONGER_SIDE = 480
"""Larger pictures are reduced until their longer side has at most this many pixels."""

MOST = 60_000_000
"""No more pixels than these are taken into memory."""

HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
"""What stands in the ninth to twelfth byte of a file in the format HEIC."""


def full_scale(values: NDArray[np.generic]) -> NDArray[np.float64]:
    """Bring numbers of a finer kind than bytes to the scale from 0 to 1.

    Parameters
    ----------
    values : ndarray
        Whole numbers or floating-point ones.

    Returns
    -------
    ndarray
        Divided by the least of 1, 2^8 - 1, 2^16 - 1 and 2^32 - 1 that none is above.

    Raises
    ------
    ValueError
        If one is not finite, negative, or larger.
    """
    light = values.astype(float)
    scales = [scale for scale in (1, 2**8 - 1, 2**16 - 1, 2**32 - 1) if light.max() <= scale]
    if not (np.isfinite(light).all() and light.min() >= 0 and scales):
        raise ValueError("its numbers are not between 0 and a largest one for white")
    return light / scales[0]


def opened(file: BinaryIO) -> "Image.Image":
    """Open an image file with Pillow, without reading its pixels yet.

    Parameters
    ----------
    file : binary file
        The file.

    Returns
    -------
    Image
        The image; of several the first.

    Raises
    ------
    ModuleNotFoundError
        If it is in the format HEIC, and pillow-heif is not installed.
    ValueError
        If it has too many pixels.
    """
    from PIL import Image

    head = file.read(12)
    file.seek(0)
    if head[4:8] == b"ftyp" and head[8:] in HEIC:
        try:
            pillow_heif = import_module("pillow_heif")
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError(
                "reading a photograph in the format HEIC needs pillow-heif: "
                "pip install pillow-heif, or save it as JPEG"
            ) from error
        pillow_heif.register_heif_opener()
    with warnings.catch_warnings(action="ignore", category=Image.DecompressionBombWarning):
        image = Image.open(file)  # how many pixels are too many is said below
    image.draft(None, (LONGER_SIDE, LONGER_SIDE))  # a JPEG can be read in eighths
    pixels = image.width * image.height
    if pixels > MOST:
        raise ValueError(f"it has {pixels:,} pixels, and at most {MOST:,} are read")
    return image


def as_light(image: "Image.Image") -> NDArray[np.float64]:
    """Turn an image into lightness, on a white ground where it is transparent.

    Parameters
    ----------
    image : Image
        The image, upright.

    Returns
    -------
    ndarray, shape (rows, columns, 1) or (rows, columns, 3)
        From 0, black, to 1, white: one colour if all are the same.

    Raises
    ------
    OSError, ValueError
        If the file is damaged, or holds no lightness.
    """
    from PIL import Image

    factor = -(-max(image.size) // LONGER_SIDE)
    if image.mode[0] in "IF":  # grey, finer than bytes
        grey = Image.fromarray(full_scale(np.asarray(image)).astype(np.float32))
        return np.asarray(grey.reduce(factor), float)[:, :, np.newaxis]
    if {"A", "a"}.isdisjoint(image.getbands()) and "transparency" not in image.info:
        light = np.asarray(image.convert("RGB").reduce(factor)) / 255
    else:
        covered = image.convert("RGBA").convert("RGBa").reduce(factor)  # colour times cover
        pixels = np.asarray(covered) / 255
        cover = pixels[:, :, 3:]
        light = pixels[:, :, :3] + 1 - cover
        if np.ptp(light) < 1 / 16:  # colour shows nothing, so the cover is the ink
            return 1 - cover
    same = (light == light[:, :, :1]).all()
    return light[:, :, :1] if same else light


def read_light(path: Path) -> NDArray[np.float64]:
    """Read an image file as lightness.

    Parameters
    ----------
    path : Path
        A file in any format that Pillow reads.

    Returns
    -------
    ndarray, shape (rows, columns, 1) or (rows, columns, 3)
        From 0, black, to 1, white: one colour if all are the same.

    Raises
    ------
    ModuleNotFoundError
        If Pillow is not installed, or what it needs for such a file.
    OSError
        If there is no such file, or it cannot be read.
    ValueError
        If it is no image, is damaged, or has too many pixels.
    """
    try:
        from PIL import ImageOps, UnidentifiedImageError
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "reading image files needs Pillow: pip install pillow"
        ) from error
    with path.open("rb") as file:
        try:
            with opened(file) as stored:
                return as_light(ImageOps.exif_transpose(stored))  # as the camera was held
        except ModuleNotFoundError:
            raise
        except UnidentifiedImageError as error:
            raise ValueError(f"{path}: is in no format that Pillow reads") from error
        except Exception as error:  # what a damaged image raises depends on its format
            raise ValueError(f"{path}: cannot be read as an image: {error}") from error
