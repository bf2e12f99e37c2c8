# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: d4ea83e2ca3df6f9

# From book/modeling.md, "Why the activation function must bend"
"""Names for the types of arrays, for the signatures of the package."""

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

Array = NDArray[Any]
ByLayer = Mapping[int, Array]


# From book/layer_k.md, "The two are equal"
Gradients = tuple[ByLayer, ByLayer]
