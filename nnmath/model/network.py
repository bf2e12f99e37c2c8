# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 2f7994e4327403b2

# From book/modeling.md, "The network and its parameters"
"""A feed-forward network: its architecture and its parameters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nnmath.model.activations import Activation
from nnmath.model.arguments import (
    require_function,
    require_generator,
    require_layers,
    require_mapping,
    require_matrix,
    require_number,
    require_sizes,
)
from nnmath.model.array_types import ByLayer


@dataclass(frozen=True, eq=False, repr=False)
class Network:
    """The parameters and activation functions of a fully connected network.

    Parameters
    ----------
    W : mapping of int to ndarray, shape (n_l, n_{l-1})
        ``W[l][i, j]`` leads from neuron j of layer l-1 to neuron i of layer l, for l = 1, ..., L.
    b : mapping of int to ndarray, shape (n_l, 1)
        ``b[l][i, 0]`` is the bias of neuron i of layer l.
    phi : mapping of int to function
        ``phi[l]`` maps the weighted sums of layer l to its activations, shape kept. A function that
        is no ``Activation`` becomes one of which nothing more is known.

    Raises
    ------
    TypeError
        If an argument is no mapping, what `W` or `b` holds is no array of floating-point (or
        complex) numbers, or an activation function is no function.
    ValueError
        If a layer is missing, a shape does not fit its neighbours, or an entry is not finite.

    Notes
    -----
    Equations ``eq-weight`` and ``eq-shapes``. The network keeps mappings of its own but the
    caller's arrays: training changes them in place.
    """

    W: ByLayer  # eq-weight
    b: ByLayer
    phi: Mapping[int, Activation]

    def __post_init__(self) -> None:
        """Check that the layers are 1, ..., L and that their shapes fit one another."""
        for name in ("W", "b", "phi"):
            held = getattr(self, name)
            require_mapping(name, held)
            object.__setattr__(self, name, dict(held))  # the caller's mapping may change later
        layers = list(range(1, max(len(self.W), 1) + 1))
        for name in ("W", "b", "phi"):
            require_layers(name, getattr(self, name), layers)
        sources: int | str = "n_0"
        for l in layers:
            require_matrix(f"W[{l}]", self.W[l], (f"n_{l}", sources))
            sources = self.W[l].shape[0]
            require_matrix(f"b[{l}]", self.b[l], (sources, 1))
            require_function(f"phi[{l}]", self.phi[l])
        phi = {
            l: phi if isinstance(phi, Activation) else Activation(phi)
            for l, phi in self.phi.items()
        }
        object.__setattr__(self, "phi", phi)

    def __repr__(self) -> str:
        sizes = "-".join(map(str, self.n))
        return f"Network({', '.join([sizes, *(str(self.phi[l]) for l in self.phi)])})"

    @property
    def L(self) -> int:
        """The number of the last layer."""
        return len(self.W)

    @property
    def n(self) -> tuple[int, ...]:
        """The sizes ``(n_0, ..., n_L)`` of the layers."""
        return (self.W[1].shape[1], *(self.W[l].shape[0] for l in range(1, self.L + 1)))


# From book/modeling.md, "How many parameters"
def count_parameters(n: Sequence[int]) -> int:
    """Count the weights and biases of a network with the given layer sizes.

    Parameters
    ----------
    n : sequence of int
        The sizes ``n[0], ..., n[L]``.

    Returns
    -------
    int
        The number of parameters, input layer included as a source only.

    Raises
    ------
    TypeError
        If `n` is no sequence of whole numbers.
    ValueError
        If there are fewer than two sizes, or one is below 1.

    Notes
    -----
    Equation ``eq-count``.
    """
    n = require_sizes(n)
    return sum(n[l] * (n[l - 1] + 1) for l in range(1, len(n)))  # eq-count


# From book/modeling.md, "How many parameters"
def random_network(
    n: Sequence[int],
    phi: Mapping[int, Activation],
    *,
    scale: float,
    rng: np.random.Generator | np.random.RandomState,
) -> Network:
    """Draw a network: weights at random, biases zero.

    Parameters
    ----------
    n : sequence of int
        The sizes ``n[0], ..., n[L]``.
    phi : mapping of int to function
        The activation function of each layer 1, ..., L.
    scale : float
        The standard deviation of each weight.
    rng : numpy.random.Generator or numpy.random.RandomState
        Gives the standard normal numbers; the matrices are drawn in the order W[1], ..., W[L],
        each row by row.

    Returns
    -------
    Network
        Float64 arrays of the shapes of equation ``eq-shapes``.

    Raises
    ------
    TypeError
        If an argument is of the wrong type.
    ValueError
        If `n` holds fewer than two sizes or one below 1, `phi` has not one function for each layer,
        or `scale` is negative or not finite.
    """
    n = require_sizes(n)
    scale = require_number("scale", scale, least=0)
    require_generator("rng", rng, legacy=True)
    layers = range(1, len(n))
    require_layers("phi", phi, layers)  # before a number is drawn
    for l in layers:
        require_function(f"phi[{l}]", phi[l])
    W = {l: scale * rng.standard_normal((n[l], n[l - 1])) for l in layers}  # eq-shapes
    b = {l: np.zeros((n[l], 1)) for l in layers}
    return Network(W, b, phi)


# From book/checking_gradients.md, "The tools of the check"
from nnmath.model.arguments import require_real


def require_gradients(network: Network, gradients: object, name: str = "gradients") -> None:
    """Refuse what is no pair of gradients, or of other changes, for the parameters of a network.

    Parameters
    ----------
    network : Network
        Sizes ``n_0, ..., n_L``.
    gradients : object
        Should be ``(of_W, of_b)``, each a mapping of the layers 1, ..., L to real arrays of the
        shapes of the parameters.
    name : str
        What they are called in an error.

    Raises
    ------
    TypeError
        If it is no pair of mappings, or an array holds no real floating-point numbers.
    ValueError
        If a layer is missing or too many, a shape does not fit, or an entry is not finite.
    """
    if not isinstance(gradients, tuple | list) or len(gradients) != 2:
        raise TypeError(f"{name} must be a pair (of_W, of_b)")
    of = "" if name == "gradients" else f" of {name}"
    for part, given, parameters in zip(
        ("of_W", "of_b"), gradients, (network.W, network.b), strict=True
    ):
        require_layers(part + of, given, parameters)
        for l in parameters:
            rows, columns = parameters[l].shape
            require_matrix(f"{part}[{l}]{of}", given[l], (rows, columns))
            require_real(f"{part}[{l}]{of}", given[l])
