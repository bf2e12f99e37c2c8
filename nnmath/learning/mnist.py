# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: ea2cac0c3219aa45

# From book/mnist.md, "A picture becomes a column"
"""MNIST, or any data set in its format, with one example a column."""

import hashlib
import os
from importlib.resources import files
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import DTypeLike, NDArray

from nnmath.learning.arguments import require_floating_type, require_folder
from nnmath.learning.idx import parse_idx, read_content
from nnmath.model.array_types import Array

FILES = {
    "train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
}

# Of the uncompressed content, as published with the data.
SHA256 = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}


def read_verified(folder: Path, name: str, *, verify: bool) -> Array:
    """Read one IDX file of a data set, and compare its content with the published sum.

    Parameters
    ----------
    folder : Path
        Where the file lies, compressed (with the ending ``.gz``) or not.
    name : str
        Its canonical name, without the ending.
    verify : bool
        Whether the content must be MNIST's own.

    Returns
    -------
    ndarray
        The entries.

    Raises
    ------
    FileNotFoundError
        If neither form of the file is there.
    ValueError
        If the file is damaged, or `verify` is asked for and the content is another.
    """
    candidates = [folder / f"{name}.gz", folder / name]
    path = next((candidate for candidate in candidates if candidate.is_file()), None)
    if path is None:
        raise FileNotFoundError(f"{folder}: expected a file {name}.gz or {name}, found neither")
    content = read_content(path)
    if verify:
        found = hashlib.sha256(content).hexdigest()
        if found != SHA256[name]:
            raise ValueError(
                f"{path}: expected content with SHA-256 {SHA256[name]}, got {found}"
            )
    return parse_idx(content, path)


def load_mnist(
    split: Literal["train", "test"],
    *,
    folder: Path | str | None = None,
    dtype: DTypeLike = np.float64,
) -> tuple[Array, NDArray[np.intp]]:
    """Load the pictures and labels of one split.

    Parameters
    ----------
    split : {"train", "test"}
        Which files to read.
    folder : Path or str, optional
        A folder with four files of the canonical names, compressed or not (the compressed file is
        read if both are there); ``~`` is the home folder. Without it, the folder that the
        environment variable ``NNMATH_DATA`` names, else the package's own copy of MNIST, whose
        content is verified.
    dtype : data type, optional
        A floating-point type for the pixels.

    Returns
    -------
    X : ndarray, shape (pixels, m)
        One picture a column, row after row of the picture, scaled to the interval from 0 to 1.
    labels : ndarray of int, shape (m,)
        The class of each picture.

    Raises
    ------
    TypeError
        If `folder` is no path, or `dtype` no floating-point type.
    FileNotFoundError
        If a file is missing.
    ValueError
        If `split` is neither, `folder` is empty, a file is damaged or foreign, or pictures and
        labels disagree.

    Notes
    -----
    Equations ``eq-pixel`` and ``eq-scale``.
    """
    if split not in FILES:
        raise ValueError(f"split must be 'train' or 'test', got {split!r}")
    require_floating_type("dtype", dtype)
    chosen = os.environ.get("NNMATH_DATA") or None if folder is None else folder
    own = Path(str(files("nnmath") / "data" / "mnist"))
    source = own if chosen is None else require_folder("folder", chosen)
    images_name, labels_name = FILES[split]
    images = read_verified(source, images_name, verify=chosen is None)
    labels = read_verified(source, labels_name, verify=chosen is None)
    for name, found, dimensions in ((images_name, images, 3), (labels_name, labels, 1)):
        if found.ndim != dimensions or found.dtype != np.uint8 or found.size == 0:
            raise ValueError(
                f"{source}/{name}: expected unsigned bytes in {dimensions} dimensions, at least "
                f"one, got {found.dtype} of the shape {found.shape}"
            )
    if len(labels) != len(images):
        raise ValueError(
            f"{source}: expected one label for each of {len(images)} pictures in {images_name}, "
            f"got {len(labels)} in {labels_name}"
        )
    X = images.reshape(len(images), -1).T.astype(dtype)  # eq-pixel
    X /= 255  # eq-scale
    return X, labels.astype(np.intp)
