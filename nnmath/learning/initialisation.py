# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 50b341baeff5919c

# From book/better_starts.md, "Glorot's compromise"
"""First weights: a standard deviation for each layer, and networks drawn with them."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import DTypeLike

from nnmath.learning.arguments import require_floating_type
from nnmath.model.activations import Activation
from nnmath.model.arguments import require_layers, require_number, require_sizes
from nnmath.model.array_types import Array
from nnmath.model.network import Network, random_network


def he_scales(n: Sequence[int]) -> dict[int, float]:
    """Give each layer the standard deviation that keeps the variance of the sums through ReLU.

    Parameters
    ----------
    n : sequence of int
        The sizes ``n[0], ..., n[L]``.

    Returns
    -------
    dict of int to float
        The standard deviation of the weights into each layer 1, ..., L.

    Raises
    ------
    TypeError
        If `n` is no sequence of whole numbers.
    ValueError
        If there are fewer than two sizes, or one is below 1.

    Notes
    -----
    Equation ``eq-he``.
    """
    n = require_sizes(n)
    return {l: float(np.sqrt(2 / n[l - 1])) for l in range(1, len(n))}  # eq-he


def glorot_scales(n: Sequence[int]) -> dict[int, float]:
    """Give each layer the compromise between the sums' and the errors' variance, without ReLU.

    Parameters
    ----------
    n : sequence of int
        The sizes ``n[0], ..., n[L]``.

    Returns
    -------
    dict of int to float
        The standard deviation of the weights into each layer 1, ..., L.

    Raises
    ------
    TypeError
        If `n` is no sequence of whole numbers.
    ValueError
        If there are fewer than two sizes, or one is below 1.

    Notes
    -----
    Equation ``eq-glorot``.
    """
    n = require_sizes(n)
    return {l: float(np.sqrt(2 / (n[l - 1] + n[l]))) for l in range(1, len(n))}  # eq-glorot


# From book/better_starts.md, "Glorot's compromise"
def scaled_network(
    n: Sequence[int],
    phi: Mapping[int, Activation],
    *,
    scales: Mapping[int, float],
    rng: np.random.Generator | np.random.RandomState,
    dtype: DTypeLike = np.float64,
) -> Network:
    """Draw a network whose layers have standard deviations of their own; biases zero.

    Parameters
    ----------
    n : sequence of int
        The sizes ``n[0], ..., n[L]``.
    phi : mapping of int to function
        The activation function of each layer 1, ..., L.
    scales : mapping of int to float
        The standard deviation of the weights into each layer 1, ..., L.
    rng : numpy.random.Generator or numpy.random.RandomState
        Gives the standard normal numbers; the matrices are drawn in the order W[1], ..., W[L],
        each row by row.
    dtype : data type, optional
        A floating-point type for the arrays; the numbers are drawn in float64.

    Returns
    -------
    Network
        Arrays of the shapes of equation ``eq-shapes``.

    Raises
    ------
    TypeError
        If an argument is of the wrong type.
    ValueError
        If `n` holds fewer than two sizes or one below 1, `phi` or `scales` has not one entry for
        each layer, or a scale is negative or not finite.
    """
    n = require_sizes(n)
    layers = range(1, len(n))
    require_layers("scales", scales, layers)
    scale = {l: require_number(f"scales[{l}]", scales[l], least=0) for l in layers}
    require_floating_type("dtype", dtype)
    drawn = random_network(n, phi, scale=1.0, rng=rng)  # refuses the rest before it draws
    W: dict[int, Array] = {l: (scale[l] * W).astype(dtype) for l, W in drawn.W.items()}
    b: dict[int, Array] = {l: b.astype(dtype) for l, b in drawn.b.items()}
    return Network(W, b, drawn.phi)
