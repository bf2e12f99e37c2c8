# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: cf3a3a13d9e85f5e

# From book/modeling.md, "A function that can hold what is known of it"
"""Names for the types of arrays, for the signatures of the package."""

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

Array = NDArray[Any]
ByLayer = Mapping[int, Array]


# From book/layer_k.md, "The gradients of every layer"
Gradients = tuple[ByLayer, ByLayer]
