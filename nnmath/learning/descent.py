# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 085e3b5df2147cd6

# From book/gradient_descent.md, "What a training run is made of"
"""Gradient descent: one step against the gradient, and what every rule for steps has."""

from nnmath.learning.arguments import require_rule, require_writeable
from nnmath.learning.training_types import Rule
from nnmath.model.arguments import require_number
from nnmath.model.array_types import Array, ByLayer
from nnmath.model.network import Network, require_gradients


def require_rule_arguments(network: Network, of_W: ByLayer, of_b: ByLayer, eta: float) -> float:
    """Refuse what makes no step of a network; give the learning rate as Python's ``float``."""
    # A NumPy float64 would make the products of float32 gradients float64.
    eta = require_number("eta", eta, above=0)
    require_gradients(network, (of_W, of_b))
    require_writeable(network)
    return eta


def paired(network: Network, of_W: ByLayer, of_b: ByLayer) -> list[tuple[Array, Array]]:
    """Put each array of parameters beside its gradient: all weights, then all biases."""
    return [
        (arrays[l], gradients[l])
        for arrays, gradients in ((network.W, of_W), (network.b, of_b))
        for l in arrays
    ]


# From book/gradient_descent.md, "The step in the package"
def move_down(network: Network, of_W: ByLayer, of_b: ByLayer, eta: float) -> None:
    """Make the step of `descend`, equation ``eq-update``; the arguments are trusted."""
    for array, gradient in paired(network, of_W, of_b):
        array -= eta * gradient  # eq-update


def descend(network: Network, of_W: ByLayer, of_b: ByLayer, eta: float) -> None:
    """Move every weight and bias of a network one step against its gradient, in place.

    Parameters
    ----------
    network : Network
        Its arrays are changed.
    of_W : mapping of int to ndarray, shape (n_l, n_{l-1})
        The derivatives with respect to the weights of the layers 1, ..., L.
    of_b : mapping of int to ndarray, shape (n_l, 1)
        The derivatives with respect to the biases.
    eta : float
        The learning rate.

    Raises
    ------
    TypeError
        If the gradients are no mapping, one is no array of real floating-point numbers, or the
        learning rate is no number. The network is then unchanged.
    ValueError
        If a layer is missing, a shape does not fit, an entry is not finite, an array of the network
        cannot be written to or shares memory with another, or the learning rate is not finite or
        not above 0. The network is then unchanged.

    Notes
    -----
    Equation ``eq-update``. The arrays keep their type. Overflow leaves infinite entries, or NaN
    if the learning rate itself is too large for their type.
    """
    eta = require_rule_arguments(network, of_W, of_b, eta)
    move_down(network, of_W, of_b, eta)


# From book/gradient_descent.md, "Rules that remember"
class StepRule:
    """A rule for steps, which may remember the steps before.

    Called, it refuses what does not fit. A training run asks once, by `prepare`, and then calls
    `move` for each step, which trusts its arguments.
    """

    def __call__(self, network: Network, of_W: ByLayer, of_b: ByLayer, eta: float) -> None:
        """Move every weight and bias one step, in place, or refuse and leave the network as it is.

        Parameters
        ----------
        network : Network
            Its arrays are changed; the same network in every call.
        of_W, of_b : mapping of int to ndarray
            The gradients, of the shapes of the weights and of the biases.
        eta : float
            The learning rate.

        Raises
        ------
        TypeError, ValueError
            As `descend` does, or as `prepare` does.
        """
        eta = require_rule_arguments(network, of_W, of_b, eta)
        self.prepare(network)
        self.move(network, of_W, of_b, eta)

    def prepare(self, network: Network) -> None:
        """Refuse a network that the rule cannot move, and make what it will remember of it."""

    def move(self, network: Network, of_W: ByLayer, of_b: ByLayer, eta: float) -> None:
        """Move every weight and bias one step, in place; the arguments are trusted."""
        raise NotImplementedError


def prepared(rule: Rule, network: Network) -> Rule:
    """Prepare a rule for a network, and give what makes its steps without asking again."""
    require_rule(rule)
    if rule is descend:
        return move_down
    if isinstance(rule, StepRule) and type(rule).__call__ is StepRule.__call__:
        rule.prepare(network)
        return rule.move
    return rule  # asks in each step
