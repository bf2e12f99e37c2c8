# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 59b35113b605b8a8

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
