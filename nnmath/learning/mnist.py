# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 5003069891051248

# From book/mnist.md, "The files of a data set"
"""MNIST, or any data set in its format, with one example a column."""

import hashlib
import os
import re
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

# Other publishers put a name before it, say "test", or end labels in "idx2-int"; programs that
# unpack archives put a dot for a hyphen.
NAME = r"(?P<set>.*?){}-(?P<kind>images|labels)[-.]idx(?:3-ubyte|1-ubyte|2-int)(?:\.gz)?"
PATTERNS = {
    "train": re.compile(NAME.format("train"), re.IGNORECASE),
    "test": re.compile(NAME.format("(?:t10k|test)"), re.IGNORECASE),
}

LARGEST_LABEL = 999
"""A number above it is no class, but something else that stands in the place of the labels."""

# Of the uncompressed content, as published with the data.
SHA256 = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}

PACKED = (".zip", ".tar", ".tar.gz", ".tgz", ".xz", ".bz2", ".7z")
"""Endings of what must be unpacked first."""


# From book/mnist.md, "The files of a data set"
def what_is_there(folder: Path, split: str) -> str:
    """Say what a folder holds in the place of the files of a split, and what to do about it."""
    if not folder.is_dir():
        return "that is no folder" if folder.exists() else "there is no such folder"
    names = sorted(path.name for path in folder.iterdir())
    said = f"there is {', '.join(names[:8]) or 'no file'}"
    packed = [name for name in names if name.lower().endswith(PACKED)]
    within = [*folder.glob("*/*"), *folder.glob("*/*/*")]
    deeper = [path.parent for path in within if PATTERNS[split].fullmatch(path.name)]
    if deeper:
        return f"{said}; name the folder {deeper[0]}"
    return f"{said}; unpack {packed[0]}" if packed else said


# From book/mnist.md, "The files of a data set"
def find_files(folder: Path, split: str) -> tuple[str, Path, Path]:
    """Find the two files of one split, by the names under which data sets are published.

    Parameters
    ----------
    folder : Path
        Where the files lie, compressed (with the ending ``.gz``) or not; each may lie in a folder
        of its own name.
    split : str
        A key of ``FILES``.

    Returns
    -------
    name : str
        What stands before the split in the files' names, in small letters: nothing in MNIST's,
        Fashion-MNIST's and KMNIST's, ``qmnist-`` or, for example, ``emnist-letters-``.
    images, labels : Path
        The files; the compressed one if both are there under the same name but for ``.gz``.

    Raises
    ------
    FileNotFoundError
        If the folder or a file is missing.
    ValueError
        If several data sets lie there, and none has MNIST's names.
    """
    there = sorted(folder.iterdir(), reverse=True) if folder.is_dir() else []
    found: dict[str, dict[str, Path]] = {}
    for path in there:
        match = PATTERNS[split].fullmatch(path.name)
        if match:
            inner = [path / path.name, path / path.name.removesuffix(".gz"), path]
            file = next((candidate for candidate in inner if candidate.is_file()), None)
            if file:
                name, kind = match["set"].lower(), match["kind"].lower()
                found.setdefault(name, {}).setdefault(kind, file)
    names = sorted(found)
    if len(names) > 1 and "" not in names:
        several = ", ".join(name.rstrip("-") for name in names)
        raise ValueError(
            f"{folder}: expected one data set, found {several}: give each a folder"
        )
    name = names[0] if names else ""
    for kind, canonical in zip(("images", "labels"), FILES[split], strict=True):
        if kind not in found.get(name, {}):
            wanted = name + canonical
            raise FileNotFoundError(
                f"{folder}: expected a file {wanted}.gz or {wanted}, found neither; "
                f"{what_is_there(folder, split)}"
            )
    return name, found[name]["images"], found[name]["labels"]


# From book/mnist.md, "The files of a data set"
def read_file(path: Path, dimensions: int, most: int, *, verify: bool) -> Array:
    """Read one IDX file of a data set, and refuse what does not hold pictures or labels.

    Parameters
    ----------
    path : Path
        The file.
    dimensions : int
        How many it should have.
    most : int
        The largest number that it may hold; the smallest is 0.
    verify : bool
        Whether the content must be MNIST's own.

    Returns
    -------
    ndarray
        The entries.

    Raises
    ------
    ValueError
        If the file is damaged, the entries are others, or `verify` is asked for and the content is
        another.
    """
    content = read_content(path)
    if verify:
        wanted, found = (
            SHA256[path.name.removesuffix(".gz")],
            hashlib.sha256(content).hexdigest(),
        )
        if found != wanted:
            raise ValueError(f"{path}: expected content with SHA-256 {wanted}, got {found}")
    entries = parse_idx(content, path)
    if dimensions == 1 and entries.ndim == 2 and entries.size:
        entries = entries[:, 0]  # QMNIST's: the class, then who wrote the digit and where
    whole = entries.ndim == dimensions and entries.size and entries.dtype.kind in "iu"
    if not whole or entries.min() < 0 or entries.max() > most:
        raise ValueError(
            f"{path}: expected whole numbers from 0 to {most} in {dimensions} dimensions, at least "
            f"one, got {entries.dtype} of the shape {entries.shape}"
        )
    return entries


# From book/mnist.md, "One matrix for all pictures"
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
        A folder with four files, see `find_files`; ``~`` is the home folder. Without it, the folder
        that the environment variable ``NNMATH_DATA`` names, else the package's own copy of MNIST,
        whose content is verified.
    dtype : data type, optional
        A floating-point type for the pixels.

    Returns
    -------
    X : ndarray, shape (pixels, m)
        One picture a column, row after row of the picture, scaled to the interval from 0 to 1.
    labels : ndarray of int, shape (m,)
        The class of each picture, from 0; EMNIST counts its letters from 1, which is undone.

    Raises
    ------
    TypeError
        If `folder` is no path, or `dtype` no floating-point type.
    FileNotFoundError
        If a file is missing.
    ValueError
        If `split` is neither, `folder` is an empty path, or holds several data sets and none has
        MNIST's names, a file is damaged or foreign, or pictures and labels disagree.

    Notes
    -----
    Equations ``eq-pixel`` and ``eq-scale``. EMNIST publishes its pictures with rows and columns
    exchanged; files whose names begin with ``emnist-`` are turned back.
    """
    if split not in FILES:
        raise ValueError(f"split must be 'train' or 'test', got {split!r}")
    require_floating_type("dtype", dtype)
    chosen = os.environ.get("NNMATH_DATA") or None if folder is None else folder
    own = Path(str(files("nnmath") / "data" / "mnist"))
    source = own if chosen is None else require_folder("folder", chosen)
    name, images_file, labels_file = find_files(source, split)
    images = read_file(images_file, 3, 255, verify=chosen is None)
    labels = read_file(labels_file, 1, LARGEST_LABEL, verify=chosen is None).astype(np.intp)
    if len(labels) != len(images):
        raise ValueError(
            f"{source}: expected one label for each of {len(images)} pictures in "
            f"{images_file.name}, got {len(labels)} in {labels_file.name}"
        )
    if name.startswith("emnist-"):
        images = images.transpose(0, 2, 1)
        labels -= name == "emnist-letters-"
    X = images.reshape(len(images), -1).T.astype(dtype)  # eq-pixel
    X /= 255  # eq-scale
    return X, labels
