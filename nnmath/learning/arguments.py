# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 841c34d3bd66132d

# From book/mnist.md, "A picture becomes a column"
"""Rules for arguments that only learning has, one home each, as in `nnmath.model.arguments`."""

from typing import Any

import numpy as np


def require_floating_type(name: str, value: Any) -> None:
    """Refuse what is no type of real floating-point numbers."""
    if not np.issubdtype(value, np.floating):
        raise TypeError(f"{name} must be a floating-point type, got {np.dtype(value)}")
