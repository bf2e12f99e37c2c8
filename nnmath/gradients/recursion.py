# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 78385bc9efd3d03a

# From book/layer_k.md, "The gradients of every layer"
"""Backpropagation index by index: the errors by recursion, then the gradients."""

from nnmath.gradients.index_gradients import error_before_by_index, layer_gradients_by_index
from nnmath.model.array_types import Array, ByLayer, Gradients


def errors_by_recursion(W: ByLayer, slope: ByLayer, delta_L: Array) -> ByLayer:
    """Compute the error of every neuron for one example, layer by layer from the output.

    Parameters
    ----------
    W : mapping of int to ndarray, shape (n_l, n_{l-1})
        The weights; those of the layers 2, ..., L are used.
    slope : mapping of int to ndarray, shape (n_l, 1)
        The derivatives of the activation function at the weighted sums, for l = 1, ..., L-1.
    delta_L : ndarray, shape (n_L, 1)
        The output error.

    Returns
    -------
    dict of int to ndarray, shape (n_l, 1)
        The errors of the layers 1, ..., L.

    Notes
    -----
    Equation ``eq-delta-recursion``. The arrays may hold numbers of any kind that can be added and
    multiplied.
    """
    L = len(slope) + 1
    delta = {L: delta_L.copy()}
    for l in range(L - 1, 0, -1):
        delta[l] = error_before_by_index(W[l + 1], slope[l], delta[l + 1])  # eq-delta-recursion
    return {l: delta[l] for l in sorted(delta)}


# From book/layer_k.md, "The gradients of every layer"
def gradients_by_index(delta: ByLayer, a: ByLayer) -> Gradients:
    """Differentiate the cost of one example with respect to every weight and bias.

    Parameters
    ----------
    delta : mapping of int to ndarray, shape (n_l, 1)
        The errors of the layers 1, ..., L.
    a : mapping of int to ndarray, shape (n_l, 1)
        The activations of the layers 0, ..., L-1 at least.

    Returns
    -------
    of_W : dict of int to ndarray, shape (n_l, n_{l-1})
        The derivative with respect to each weight.
    of_b : dict of int to ndarray, shape (n_l, 1)
        The derivative with respect to each bias.

    Notes
    -----
    Equation ``eq-gradient-entries``.
    """
    gradients = {l: layer_gradients_by_index(delta[l], a[l - 1]) for l in sorted(delta)}
    return (
        {l: of_W for l, (of_W, _) in gradients.items()},  # eq-gradient-entries
        {l: of_b for l, (_, of_b) in gradients.items()},
    )
