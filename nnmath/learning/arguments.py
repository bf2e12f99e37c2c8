# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 82f15b5cc9558658

# From book/mnist.md, "A picture becomes a column"
"""Rules for arguments that only learning has, one home each, as in `nnmath.model.arguments`."""

from typing import Any

import numpy as np


def require_floating_type(name: str, value: Any) -> None:
    """Refuse what is no type of real floating-point numbers."""
    if not np.issubdtype(value, np.floating):
        raise TypeError(f"{name} must be a floating-point type, got {np.dtype(value)}")


# From book/gradient_descent.md, "One step downhill"
from typing import Any

from nnmath.model.arguments import require_function
from nnmath.model.network import Network


def require_kind(name: str, value: Any, kind: type) -> None:
    """Refuse what is no object of a class."""
    if not isinstance(value, kind):
        raise TypeError(f"{name} must be a {kind.__name__}, got {type(value).__name__}")


def require_rule(rule: Any) -> None:
    """Refuse what is no rule for steps."""
    require_function("rule", rule)
    if isinstance(rule, type):
        raise TypeError(f"rule must be one such as {rule.__name__}(), got the class itself")


def require_writeable(network: Network) -> None:
    """Refuse a network whose parameters cannot be moved."""
    for name, arrays in (("W", network.W), ("b", network.b)):
        for l, array in arrays.items():
            if not array.flags.writeable:
                raise ValueError(f"{name}[{l}] of the network must be writeable")


# From book/notebook_run.md, "Right and wrong, class by class"
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
