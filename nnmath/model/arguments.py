# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: c5f676ec368961bd

# From book/modeling.md, "What the package refuses"
"""Checks of arguments: an error names the argument, what came and what was expected."""

from collections.abc import Iterable, Mapping, Sequence
from numbers import Integral
from typing import Any

import numpy as np


def require_mapping(name: str, value: object) -> None:
    """Refuse what does not map layers to values.

    Parameters
    ----------
    name : str
        The argument's name, for the message.
    value : object
        What the caller passed.

    Raises
    ------
    TypeError
        If `value` is no mapping.
    """
    if not isinstance(value, Mapping):
        raise TypeError(f"{name} must map layers to values, got {type(value).__name__}")


def require_layers(name: str, value: Any, layers: Iterable[int]) -> None:
    """Refuse what does not map just the given layers to values.

    Parameters
    ----------
    name : str
        The argument's name, for the message.
    value : object
        What the caller passed.
    layers : iterable of int
        The keys that it must have.

    Raises
    ------
    TypeError
        If `value` is no mapping.
    ValueError
        If a layer is missing or too many.
    """
    require_mapping(name, value)
    if set(value) != set(layers):
        raise ValueError(f"{name} must have the keys {list(layers)}, got {list(value)}")


def require_shape(name: str, value: Any, shape: tuple[int | str, int | str]) -> None:
    """Refuse what is not a matrix of the given shape, whatever numbers it holds.

    Parameters
    ----------
    name : str
        The argument's name, for the message.
    value : object
        What the caller passed.
    shape : (rows, columns)
        A number is a size that must be met; a letter, such as ``"m"``, stands for any size of at
        least 1.

    Raises
    ------
    TypeError
        If `value` is no plain NumPy array.
    ValueError
        If its shape differs.
    """
    if type(value) is not np.ndarray:  # a subclass, such as np.matrix, multiplies otherwise
        raise TypeError(f"{name} must be a NumPy array, got {type(value).__name__}")
    fits = value.ndim == 2 and all(
        got == wanted if isinstance(wanted, int) else got >= 1
        for got, wanted in zip(value.shape, shape, strict=True)
    )
    if not fits:
        raise ValueError(f"{name} must have shape ({shape[0]}, {shape[1]}), got {value.shape}")


def require_matrix(name: str, value: Any, shape: tuple[int | str, int | str]) -> None:
    """Refuse what is not a finite floating-point matrix of the given shape.

    Parameters
    ----------
    name : str
        The argument's name, for the message.
    value : object
        What the caller passed.
    shape : (rows, columns)
        Numbers and letters as for `require_shape`.

    Raises
    ------
    TypeError
        If `value` is no plain NumPy array, or holds no floating-point (or complex) numbers.
    ValueError
        If its shape differs, or an entry is NaN or infinite.
    """
    require_shape(name, value, shape)
    if not np.issubdtype(value.dtype, np.inexact):
        raise TypeError(f"{name} must hold floating-point numbers, got dtype {value.dtype}")
    nonfinite = np.count_nonzero(~np.isfinite(value))
    if nonfinite:
        raise ValueError(f"{name} must be finite, got {nonfinite} NaN or infinite entries")


def require_sizes(n: Sequence[int]) -> None:
    """Refuse what is not a list of layer sizes.

    Parameters
    ----------
    n : sequence of int
        The sizes ``n[0], ..., n[L]``.

    Raises
    ------
    TypeError
        If `n` is no sequence, or an entry is no whole number.
    ValueError
        If there are fewer than two layers or a layer without neurons.
    """
    if not isinstance(n, Sequence | np.ndarray):
        raise TypeError(f"n must be a sequence of sizes, got {type(n).__name__}")
    for layer, size in enumerate(n):
        if not isinstance(size, Integral) or isinstance(size, bool):
            raise TypeError(f"n[{layer}] must be a whole number, got {size!r}")
        if size < 1:
            raise ValueError(f"n[{layer}] must be at least 1, got {size}")
    if len(n) < 2:
        raise ValueError(f"n must hold at least two sizes, n[0] and n[1], got {len(n)}")
