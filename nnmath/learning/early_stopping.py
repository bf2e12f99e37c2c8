# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 86981835a9b6dcab

# From book/regularisation.md, "When to stop"
"""When a training run should have stopped."""

import math
from collections.abc import Sequence

from nnmath.model.arguments import require_whole


def epoch_to_keep(costs: Sequence[float], patience: int) -> int:
    """Find the epoch that early stopping keeps.

    Parameters
    ----------
    costs : sequence of float
        The costs on held-out examples after each epoch, in order; one at least.
    patience : int
        After how many epochs without a lower cost the training stops.

    Returns
    -------
    int
        The epoch, counted from 0; of those so far the best, if the training has not stopped yet.

    Raises
    ------
    TypeError
        If `patience` is no whole number.
    ValueError
        If `patience` is below 1, there are no costs, or one is NaN.

    Notes
    -----
    Equation ``eq-early-stop``.
    """
    patience = require_whole("patience", patience, least=1)
    if len(costs) == 0:
        raise ValueError("costs must hold one number at least")
    for t, cost in enumerate(costs):
        if math.isnan(cost):  # it is neither lower nor higher than another
            raise ValueError(f"costs[{t}] must be a number, got {cost}")
    best = 0
    for t, cost in enumerate(costs):
        if cost < costs[best]:  # eq-early-stop
            best = t
        elif t - best >= patience:
            break
    return best
