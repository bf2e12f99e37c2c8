# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 7a5b0b7e6675bb35

# From book/further.md, "Nesterov's look ahead"
"""Rules for a step that remember the gradients of the steps before."""

from collections.abc import Callable
from numbers import Real

import numpy as np

from nnmath.learning.descent import paired_gradients, require_learning_rate
from nnmath.model.array_types import Array, ByLayer
from nnmath.model.network import Network

Pairs = list[tuple[Array, Array]]


def require_share(name: str, value: float) -> None:
    """Refuse what is no number from 0 to below 1.

    Parameters
    ----------
    name : str
        The argument's name, for the message.
    value : object
        What the caller passed.

    Raises
    ------
    TypeError
        If it is no real number.
    ValueError
        If it is below 0, or 1 or more.
    """
    if not isinstance(value, Real) or isinstance(value, bool):
        raise TypeError(f"{name} must be a number, got {type(value).__name__}")
    if not 0 <= value < 1:
        raise ValueError(f"{name} must be at least 0 and below 1, got {value!r}")


def zeros_beside(pairs: Pairs) -> list[Array]:
    """Make an array of zeros for each array of parameters.

    Parameters
    ----------
    pairs : list of (ndarray, ndarray)
        Parameters and gradients.

    Returns
    -------
    list of ndarray
        Of the shapes and types of the parameters.
    """
    return [np.zeros_like(array) for array, _ in pairs]


def require_same_shapes(memory: list[Array], pairs: Pairs) -> None:
    """Refuse a network that is not the one whose gradients a rule remembers.

    Parameters
    ----------
    memory : list of ndarray
        What the rule remembers, an array for each array of parameters.
    pairs : list of (ndarray, ndarray)
        Parameters and gradients.

    Raises
    ------
    ValueError
        If the shapes differ.
    """
    expected, found = ([a.shape for a in some] for some in (memory, [a for a, _ in pairs]))
    if expected != found:
        raise ValueError(
            f"network must have the parameters that this rule has moved before, of the shapes "
            f"{expected}, got {found}; a new network needs a new rule"
        )


class Momentum:
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
        If `mu` is no number.
    ValueError
        If `mu` is out of its range.

    Notes
    -----
    Equations ``eq-momentum`` and ``eq-nesterov-shifted``.
    """

    def __init__(self, mu: float = 0.9, *, nesterov: bool = False) -> None:
        require_share("mu", mu)
        self.mu: float = float(mu)
        self.nesterov: bool = nesterov
        self.v: list[Array] = []

    def __call__(self, network: Network, of_W: ByLayer, of_b: ByLayer, eta: float) -> None:
        """Move every weight and bias one step, in place.

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
            As `descend` does, or if the network is not the one of the calls before.
        """
        require_learning_rate(eta)
        eta = float(eta)  # a Fraction cannot be multiplied by an array
        pairs = paired_gradients(network, of_W, of_b)
        self.v = self.v or zeros_beside(pairs)
        require_same_shapes(self.v, pairs)
        for v, (theta, g) in zip(self.v, pairs, strict=True):
            v *= self.mu
            v += g
            theta -= eta * (g + self.mu * v) if self.nesterov else eta * v


# From book/further.md, "Steps of equal size: Adam"
class Adam:
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
        require_share("mu", mu)
        require_share("nu", nu)
        if not isinstance(epsilon, Real) or isinstance(epsilon, bool):
            raise TypeError(f"epsilon must be a number, got {type(epsilon).__name__}")
        if not 0 < epsilon < np.inf:
            raise ValueError(f"epsilon must be finite and above 0, got {epsilon!r}")
        self.mu: float = float(mu)
        self.nu: float = float(nu)
        self.epsilon: float = float(epsilon)
        self.t: int = 0
        self.v: list[Array] = []
        self.q: list[Array] = []

    def __call__(self, network: Network, of_W: ByLayer, of_b: ByLayer, eta: float) -> None:
        """Move every weight and bias one step, in place.

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
            As `descend` does, or if the network is not the one of the calls before, or its type of
            numbers, such as float16, rounds epsilon to 0.
        """
        require_learning_rate(eta)
        eta = float(eta)  # a Fraction cannot be multiplied by an array
        pairs = paired_gradients(network, of_W, of_b)
        for theta, _ in pairs:
            if not theta.dtype.type(self.epsilon) > 0:
                raise ValueError(
                    f"epsilon must be above 0 in the network's {theta.dtype}, got {self.epsilon}"
                )
        self.v, self.q = self.v or zeros_beside(pairs), self.q or zeros_beside(pairs)
        require_same_shapes(self.v, pairs)
        self.t += 1
        for v, q, (theta, g) in zip(self.v, self.q, pairs, strict=True):
            v *= self.mu
            v += (1 - self.mu) * g
            q *= self.nu
            q += (1 - self.nu) * g * g
            v_hat = v / (1 - self.mu**self.t)
            q_hat = q / (1 - self.nu**self.t)
            theta -= eta * v_hat / (np.sqrt(q_hat) + self.epsilon)


# From book/further.md, "Weights that shrink: weight decay"
class WeightDecay:
    """Shrink all weights by one factor, then let another rule make its step.

    Parameters
    ----------
    rule : function
        A rule such as ``descend``, ``Momentum()`` or ``Adam()``.
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

    def __init__(self, rule: Callable[..., None], omega: float) -> None:
        if not callable(rule):
            raise TypeError(f"rule must be a function, got {type(rule).__name__}")
        if not isinstance(omega, Real) or isinstance(omega, bool):
            raise TypeError(f"omega must be a number, got {type(omega).__name__}")
        if not 0 <= omega < np.inf:
            raise ValueError(f"omega must be finite and at least 0, got {omega!r}")
        self.rule: Callable[..., None] = rule
        self.omega: float = float(omega)

    def __call__(self, network: Network, of_W: ByLayer, of_b: ByLayer, eta: float) -> None:
        """Move every weight and bias one step, in place.

        Parameters
        ----------
        network : Network
            Its arrays are changed.
        of_W, of_b : mapping of int to ndarray
            The gradients, of the shapes of the weights and of the biases.
        eta : float
            The learning rate; eta omega must stay below 1.

        Raises
        ------
        TypeError, ValueError
            As the rule inside does, or if eta omega is 1 or more. Nothing has changed then.
        """
        require_learning_rate(eta)
        if eta * self.omega >= 1:
            raise ValueError(
                f"eta times omega must be below 1, got {eta!r} times {self.omega!r}"
            )
        before = {l: W.copy() for l, W in network.W.items()}
        self.rule(network, of_W, of_b, eta)
        for l, W in network.W.items():
            W -= eta * self.omega * before[l]
