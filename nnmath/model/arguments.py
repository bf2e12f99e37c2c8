# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 59c7c0311de9561a

# From book/modeling.md, "What the package refuses"
"""Rules for arguments, one home each: an error names the argument, what came, what was expected.

Public entries apply them; what stands behind an entry trusts its arguments.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from numbers import Integral, Real
from typing import Any

import numpy as np


def require_whole(
    name: str, value: Any, *, least: int | None = None, most: int | None = None
) -> int:
    """Give a whole number as Python's ``int``; refuse anything else, or a number out of range."""
    if not isinstance(value, Integral) or isinstance(value, bool):
        raise TypeError(f"{name} must be a whole number, got {value!r}")
    number = int(value)
    if (least is not None and number < least) or (most is not None and number > most):
        bounds = f"at least {least}" if most is None else f"from {least} to {most}"
        raise ValueError(f"{name} must be {bounds}, got {number}")
    return number


def require_number(
    name: str,
    value: Any,
    *,
    least: float | None = None,
    above: float | None = None,
    most: float | None = None,
    below: float | None = None,
) -> float:
    """Give a real number as Python's ``float``; refuse anything else, or a number out of range."""
    if not isinstance(value, Real) or isinstance(value, bool):
        raise TypeError(f"{name} must be a number, got {value!r}")
    try:
        number = float(value)
    except OverflowError:  # a whole number that no float holds
        number = math.inf
    fits = (
        math.isfinite(number)
        and (least is None or number >= least)
        and (above is None or number > above)
        and (most is None or number <= most)
        and (below is None or number < below)
    )
    if not fits:
        bounds = ["finite"] if most is None and below is None else []
        limits = {"at least": least, "above": above, "at most": most, "below": below}
        bounds += [f"{word} {bound:g}" for word, bound in limits.items() if bound is not None]
        raise ValueError(f"{name} must be {' and '.join(bounds)}, got {value!r}")
    return number


def require_flag(name: str, value: Any) -> bool:
    """Give a truth value as Python's ``bool``; refuse anything else."""
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} must be True or False, got {value!r}")
    return bool(value)


def require_function(name: str, value: Any) -> None:
    """Refuse what cannot be called."""
    if not callable(value):
        raise TypeError(f"{name} must be a function, got {value!r}")


def require_kind(name: str, value: Any, kind: type) -> None:
    """Refuse what is no object of a class."""
    if not isinstance(value, kind):
        raise TypeError(f"{name} must be a {kind.__name__}, got {type(value).__name__}")


def require_generator(name: str, value: Any, *, legacy: bool = False) -> None:
    """Refuse what is no random generator; NumPy's old kind passes if `legacy`."""
    kinds = (np.random.Generator, np.random.RandomState) if legacy else np.random.Generator
    if not isinstance(value, kinds):
        wanted = "NumPy random generator" if legacy else "numpy.random.Generator"
        raise TypeError(f"{name} must be a {wanted}, got {type(value).__name__}")


def require_mapping(name: str, value: Any) -> None:
    """Refuse what does not map layers to values."""
    if not isinstance(value, Mapping):
        raise TypeError(f"{name} must map layers to values, got {type(value).__name__}")


def require_layers(name: str, value: Any, layers: Iterable[int]) -> None:
    """Refuse what does not map just the given layers to values."""
    require_mapping(name, value)
    if set(value) != set(layers):
        raise ValueError(f"{name} must have the keys {list(layers)}, got {list(value)}")


def require_shape(name: str, value: Any, shape: tuple[int | str, int | str]) -> None:
    """Refuse what is not a matrix of the given shape, whatever numbers it holds.

    A number of the shape is a size that must be met; a letter, such as ``"m"``, stands for any size
    of at least 1.
    """
    # Other subclasses, such as np.matrix, multiply otherwise; a memmap is an array in a file.
    if type(value) not in (np.ndarray, np.memmap):
        raise TypeError(f"{name} must be a NumPy array, got {type(value).__name__}")
    fits = value.ndim == 2 and all(
        got == wanted if isinstance(wanted, int) else got >= 1
        for got, wanted in zip(value.shape, shape, strict=True)
    )
    if not fits:
        raise ValueError(f"{name} must have shape ({shape[0]}, {shape[1]}), got {value.shape}")


def require_matrix(name: str, value: Any, shape: tuple[int | str, int | str]) -> None:
    """Refuse what is not a finite floating-point (or complex) matrix of the given shape."""
    require_shape(name, value, shape)
    if not np.issubdtype(value.dtype, np.inexact):
        raise TypeError(f"{name} must hold floating-point numbers, got dtype {value.dtype}")
    finite = np.isfinite(value)
    if not finite.all():
        count = finite.size - np.count_nonzero(finite)
        raise ValueError(f"{name} must be finite, got {count} NaN or infinite entries")


def require_real_array(name: str, value: Any) -> None:
    """Refuse what is no array, of whatever shape, of real floating-point numbers."""
    if not isinstance(value, np.ndarray) or not np.issubdtype(value.dtype, np.floating):
        got = value.dtype if isinstance(value, np.ndarray) else type(value).__name__
        raise TypeError(f"{name} must be an array of real floating-point numbers, got {got}")


def require_real(name: str, value: Any) -> None:
    """Refuse complex numbers."""
    if np.iscomplexobj(value):
        raise TypeError(f"{name} must be real, got dtype {np.asarray(value).dtype}")


def require_whole_array(name: str, value: Any) -> None:
    """Refuse what is no array of whole numbers."""
    if not isinstance(value, np.ndarray) or not np.issubdtype(value.dtype, np.integer):
        kind = value.dtype if isinstance(value, np.ndarray) else type(value).__name__
        raise TypeError(f"{name} must be an array of whole numbers, got {kind}")


def require_classes(name: str, value: Any, K: int) -> None:
    """Refuse what is no row of classes from 0 to K - 1, one for each example."""
    require_whole_array(name, value)
    if value.ndim != 1 or value.size == 0:
        raise ValueError(f"{name} must have shape (m,) with m at least 1, got {value.shape}")
    if value.min() < 0 or value.max() >= K:
        raise ValueError(
            f"{name} must lie from 0 to {K - 1}, got values from {value.min()} to {value.max()}"
        )


def require_sizes(n: Any) -> tuple[int, ...]:
    """Give the sizes of layers as Python's ``int``; refuse anything else."""
    if not isinstance(n, Sequence | np.ndarray):
        raise TypeError(f"n must be a sequence of sizes, got {type(n).__name__}")
    sizes = tuple(require_whole(f"n[{l}]", size, least=1) for l, size in enumerate(n))
    if len(sizes) < 2:
        raise ValueError(f"n must hold at least two sizes, n[0] and n[1], got {len(sizes)}")
    return sizes
