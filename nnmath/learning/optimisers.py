# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: d9fa98a7fa78effb

# From book/better_steps.md, "Nesterov's look ahead"
"""Rules for a step that remember the gradients of the steps before."""

import numpy as np

from nnmath.learning.descent import StepRule, paired
from nnmath.model.arguments import require_flag, require_number
from nnmath.model.array_types import Array, ByLayer
from nnmath.model.network import Network


def zeros_beside(network: Network) -> list[Array]:
    """Make an array of zeros for each array of parameters, in the order of `paired`."""
    return [np.zeros_like(array) for array, _ in paired(network, network.W, network.b)]


def arrays_to_move(network: Network, moved: list[Array]) -> list[Array]:
    """Give the arrays of a network, and refuse them if a rule has others.

    Parameters
    ----------
    network : Network
        The network that is to be moved.
    moved : list of ndarray
        The arrays that the rule was prepared for; none if it is new.

    Returns
    -------
    list of ndarray
        Its arrays of parameters, in the order of `paired`.

    Raises
    ------
    ValueError
        If they are not the arrays themselves that it was prepared for, whatever their shapes.
    """
    found = [array for array, _ in paired(network, network.W, network.b)]
    if moved and [id(array) for array in found] != [id(array) for array in moved]:
        raise ValueError(
            "network must have the very arrays that this rule was prepared for, since it "
            "remembers their gradients; a new network needs a new rule"
        )
    return found


# From book/better_steps.md, "Nesterov's look ahead"
class Momentum(StepRule):
    """Step against a sum of the gradients so far, in which each fades with time.

    Parameters
    ----------
    mu : float
        What is left of a gradient after one more step, from 0 to below 1.
    nesterov : bool
        Whether the gradient counts as taken where the velocity leads.

    Raises
    ------
    TypeError
        If `mu` is no number, or `nesterov` no truth value.
    ValueError
        If `mu` is out of its range.

    Notes
    -----
    Equations ``eq-momentum`` and ``eq-nesterov-shifted``.
    """

    def __init__(self, mu: float = 0.9, *, nesterov: bool = False) -> None:
        self.mu: float = require_number("mu", mu, least=0, below=1)
        self.nesterov: bool = require_flag("nesterov", nesterov)
        self.moved: list[Array] = []
        self.v: list[Array] = []

    def prepare(self, network: Network) -> None:
        """Begin with a velocity of 0, if there is none yet; refuse another network than before."""
        self.moved = arrays_to_move(network, self.moved)
        self.v = self.v or zeros_beside(network)

    def move(self, network: Network, of_W: ByLayer, of_b: ByLayer, eta: float) -> None:
        """Move every weight and bias one step, in place; the arguments are trusted."""
        pairs = paired(network, of_W, of_b)
        for v, (theta, g) in zip(self.v, pairs, strict=True):
            v *= self.mu
            v += g  # eq-momentum
            theta -= (  # eq-nesterov-shifted
                eta * (g + self.mu * v) if self.nesterov else eta * v
            )


# From book/better_steps.md, "Steps of equal size: Adam"
class Adam(StepRule):
    """Step by the average of the gradients, divided by their root mean square, entry by entry.

    Parameters
    ----------
    mu : float
        What is left of a gradient in the average after one more step, from 0 to below 1.
    nu : float
        The same for the average of the squares.
    epsilon : float
        Is added to the root mean square; finite and above 0.

    Raises
    ------
    TypeError
        If an argument is no number.
    ValueError
        If one is out of its range.

    Notes
    -----
    Equations ``eq-adam-averages``, ``eq-adam-corrected`` and ``eq-adam``.
    """

    def __init__(self, mu: float = 0.9, nu: float = 0.999, epsilon: float = 1e-8) -> None:
        self.mu: float = require_number("mu", mu, least=0, below=1)
        self.nu: float = require_number("nu", nu, least=0, below=1)
        self.epsilon: float = require_number("epsilon", epsilon, above=0)
        self.t: int = 0
        self.moved: list[Array] = []
        self.v: list[Array] = []
        self.q: list[Array] = []

    def prepare(self, network: Network) -> None:
        """Begin with averages of 0 if there are none; refuse another network or an epsilon lost."""
        for array, _ in paired(network, network.W, network.b):
            if not array.dtype.type(self.epsilon) > 0:
                raise ValueError(
                    f"epsilon must be above 0 in the network's {array.dtype}, got {self.epsilon}"
                )
        self.moved = arrays_to_move(network, self.moved)
        self.v, self.q = self.v or zeros_beside(network), self.q or zeros_beside(network)

    def move(self, network: Network, of_W: ByLayer, of_b: ByLayer, eta: float) -> None:
        """Move every weight and bias one step, in place; the arguments are trusted."""
        pairs = paired(network, of_W, of_b)
        self.t += 1
        for v, q, (theta, g) in zip(self.v, self.q, pairs, strict=True):
            v *= self.mu
            v += (1 - self.mu) * g  # eq-adam-averages
            q *= self.nu
            q += (1 - self.nu) * g * g
            v_hat = v / (1 - self.mu**self.t)  # eq-adam-corrected
            q_hat = q / (1 - self.nu**self.t)
            theta -= eta * v_hat / (np.sqrt(q_hat) + self.epsilon)  # eq-adam


# From book/two_recipes.md, "Weights that shrink: weight decay"
from nnmath.learning.arguments import require_rule
from nnmath.learning.descent import prepared
from nnmath.learning.training_types import Rule


class WeightDecay(StepRule):
    """Shrink all weights by one factor, then let another rule make its step.

    Parameters
    ----------
    rule : function
        A rule that does not look at the weights, such as ``descend``, ``Momentum()`` or ``Adam()``.
    omega : float
        The strength: a step with the rate eta multiplies every weight by 1 - eta omega. Biases do
        not decay.

    Raises
    ------
    TypeError
        If `rule` is no function or `omega` no number.
    ValueError
        If `omega` is negative or not finite.

    Notes
    -----
    Equation ``eq-decay-step``, second line.
    """

    def __init__(self, rule: Rule, omega: float) -> None:
        require_rule(rule)
        self.rule: Rule = rule
        self.make_step: Rule = rule
        self.omega: float = require_number("omega", omega, least=0)

    def prepare(self, network: Network) -> None:
        """Prepare the rule inside."""
        self.make_step = prepared(self.rule, network)

    def move(self, network: Network, of_W: ByLayer, of_b: ByLayer, eta: float) -> None:
        """Move every weight and bias one step, in place; the arguments are trusted.

        Raises
        ------
        ValueError
            If eta omega is 1 or more, which a schedule may bring about. The network is then
            unchanged.
        """
        if eta * self.omega >= 1:
            raise ValueError(
                f"eta times omega must be below 1, got {eta!r} times {self.omega!r}"
            )
        before = {l: W.copy() for l, W in network.W.items()}
        self.make_step(network, of_W, of_b, eta)
        for l, W in network.W.items():
            W -= eta * self.omega * before[l]  # eq-decay-step
