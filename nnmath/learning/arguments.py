# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 79bc76ef6ee9d289

# From book/mnist.md, "The files of a data set"
"""Rules for arguments that only learning has, one home each, as in `nnmath.model.arguments`."""

import os
from pathlib import Path
from typing import Any

import numpy as np


def require_floating_type(name: str, value: Any) -> None:
    """Refuse what is no type of real floating-point numbers."""
    try:
        kind = np.dtype(value)
    except TypeError:  # NumPy's message does not name the argument
        kind = None
    if kind is None or not np.issubdtype(kind, np.floating):
        got = repr(value) if kind is None else str(kind)
        raise TypeError(f"{name} must be a floating-point type, got {got}")


def require_folder(name: str, value: Any) -> Path:
    """Give the path of a folder, which ``~`` may begin; refuse what is no path."""
    if not isinstance(value, str | os.PathLike):
        raise TypeError(f"{name} must be a path, got {value!r}")
    if not os.fspath(value):
        raise ValueError(f"{name} must name a folder, got an empty path")
    try:
        return Path(value).expanduser()
    except RuntimeError:  # of a user that is not known
        raise FileNotFoundError(
            f"{name} must be a folder, got {value!r}: no such user"
        ) from None


# From book/gradient_descent.md, "What a training run is made of"
from itertools import combinations
from typing import Any

from nnmath.model.arguments import require_function
from nnmath.model.network import Network


def require_rule(rule: Any) -> None:
    """Refuse what is no rule for steps."""
    require_function("rule", rule)
    if isinstance(rule, type):
        raise TypeError(f"rule must be one such as {rule.__name__}(), got the class itself")


def require_writeable(network: Network) -> None:
    """Refuse a network whose parameters cannot be moved, or not one without another."""
    arrays = {f"W[{l}]": array for l, array in network.W.items()}
    arrays |= {f"b[{l}]": array for l, array in network.b.items()}
    for name, array in arrays.items():
        if not array.flags.writeable:
            raise ValueError(f"{name} of the network must be writeable")
    for (name, array), (other, second) in combinations(arrays.items(), 2):
        if np.shares_memory(array, second):
            raise ValueError(f"{name} and {other} of the network must not share memory")
