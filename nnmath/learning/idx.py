# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 76b73348a3c59d10

# From book/mnist.md, "The format, byte by byte"
"""Files in the IDX format, MNIST's own: a magic number, the sizes, the entries."""

import gzip
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from nnmath.model.array_types import Array

GZIP_MAGIC = b"\x1f\x8b"

ENTRY_TYPES: dict[int, np.dtype[Any]] = {
    0x08: np.dtype("u1"),
    0x09: np.dtype("i1"),
    0x0B: np.dtype(">i2"),
    0x0C: np.dtype(">i4"),
    0x0D: np.dtype(">f4"),
    0x0E: np.dtype(">f8"),
}


def read_content(path: Path) -> bytes:
    """Read a whole file, decompressed if it is in gzip's format.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    bytes
        The uncompressed content.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the compressed content is damaged.
    """
    content = path.read_bytes()
    if not content.startswith(GZIP_MAGIC):
        return content
    try:
        return gzip.decompress(content)
    except (EOFError, OSError, zlib.error) as error:
        raise ValueError(
            f"{path}: expected a whole gzip file, got a damaged one: {error}"
        ) from error


def parse_magic(content: bytes, path: Path) -> tuple[np.dtype[Any], int]:
    """Read the magic number of an IDX file: the type of its entries, and how many dimensions.

    Parameters
    ----------
    content : bytes
        The uncompressed content.
    path : Path
        Where it comes from, for the message of an error.

    Returns
    -------
    entry_type : data type
        One of ``ENTRY_TYPES``.
    dimensions : int
        How many sizes follow.

    Raises
    ------
    ValueError
        If the magic number is not IDX's.
    """
    known = len(content) >= 4 and content[:2] == b"\0\0" and content[2] in ENTRY_TYPES
    if not known:
        codes = ", ".join(f"{code:02x}" for code in ENTRY_TYPES)
        raise ValueError(
            f"{path}: expected IDX's magic number, which is two zero bytes, one of {codes}, and "
            f"the number of dimensions; got {content[:4].hex(' ')!r}"
        )
    return ENTRY_TYPES[content[2]], content[3]


def parse_idx(content: bytes, path: Path) -> Array:
    """Turn the uncompressed content of an IDX file into an array.

    Parameters
    ----------
    content : bytes
        Magic number, sizes and entries.
    path : Path
        Where it comes from, for the message of an error.

    Returns
    -------
    ndarray
        With the dimensions and the type that the content states; it cannot be written to.

    Raises
    ------
    ValueError
        If the magic number is not IDX's, or the number of bytes is not what the sizes demand.
    """
    entry_type, dimensions = parse_magic(content, path)
    header = 4 + 4 * dimensions
    if len(content) < header:
        raise ValueError(f"{path}: expected a header of {header} bytes, got {len(content)}")
    shape = tuple(int(size) for size in np.frombuffer(content, ">u4", dimensions, offset=4))
    expected_length = header + int(np.prod(shape, dtype=object)) * entry_type.itemsize
    if len(content) != expected_length:
        raise ValueError(
            f"{path}: expected {expected_length} bytes for the shape {shape}, got {len(content)}"
        )
    try:
        return np.frombuffer(content, entry_type, offset=header).reshape(shape)
    except ValueError as error:  # more dimensions than NumPy has, or none of any size
        raise ValueError(f"{path}: the shape {shape} fits no array: {error}") from error


def read_idx(path: Path | str) -> Array:
    """Read a file in the IDX format, compressed or not.

    Parameters
    ----------
    path : Path or str
        The file.

    Returns
    -------
    ndarray
        With the dimensions and the type that the file states; it cannot be written to.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is damaged or in another format.
    """
    return parse_idx(read_content(Path(path)), Path(path))
