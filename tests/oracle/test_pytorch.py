"""The gradients of the package against those of PyTorch, which knows nothing of this book.

PyTorch gets the same numbers and builds the network from its own functions: one example a row,
its own layers, activation functions and costs, and its automatic differentiation.

How far apart may the two be? Both round. ``Rounded`` carries, beside each array, a bound of how far
a computed value may lie from the exact one, to first order in the unit roundoff: a sum of k terms
adds ``gamma(k)`` times the sum of their absolute values, a function multiplies the bound that it
meets by the largest slope. Two computations differ by at most twice the bound.
"""

from itertools import cycle, islice

import numpy as np
import pytest

from nnmath import (
    backward,
    cross_entropy,
    forward,
    identity,
    one_hot,
    random_network,
    relu,
    sigmoid,
    softmax,
    squared_error,
    tanh,
)
from nnmath.gradients.backward import errors_by_matrices

try:
    import torch
    from torch.nn import functional
except (
    ImportError
) as missing:  # never skipped: a judge that stays away would be taken for a pass
    raise ImportError(
        "PyTorch is not installed in this environment, and these tests compare with it. Run "
        "`make test`, or `pip install -r requirements-oracle.txt`; see README.md."
    ) from missing

torch.set_num_threads(1)

UNIT_ROUNDOFF = np.finfo(float).eps / 2

HIDDEN = [relu, tanh, sigmoid, softmax, identity]

ENDS = [
    (identity, squared_error),
    (relu, squared_error),
    (sigmoid, squared_error),
    (tanh, squared_error),
    (softmax, squared_error),
    (sigmoid, cross_entropy),
    (softmax, cross_entropy),
]

THEIRS = {
    identity: lambda z: z * 1,
    relu: functional.relu,
    sigmoid: functional.sigmoid,
    tanh: functional.tanh,
    softmax: lambda z: functional.softmax(z, dim=1),
}

OF_FUNCTION = 16
"""The roundings of one activation function or its derivative, generously."""


def gamma(roundings):
    return roundings * UNIT_ROUNDOFF / (1 - roundings * UNIT_ROUNDOFF)


def draw(hidden, phi_L, cost, seed):
    """Draw an architecture, a network with biases that are not zero, and a batch."""
    rng = np.random.default_rng([seed, hidden])
    n = [int(size) for size in rng.permutation(np.arange(2, 11))[: hidden + 2]]
    m = 1 + seed if seed < 2 else int(rng.integers(2, 13))
    phi = dict(enumerate([*islice(cycle(HIDDEN), seed, seed + hidden), phi_L], start=1))
    network = random_network(n, phi, scale=0.9, rng=rng)
    for l in network.b:
        network.b[l][:] = rng.normal(size=network.b[l].shape)
    X = rng.normal(size=(n[0], m))
    if cost is squared_error:
        return network, X, rng.normal(size=(n[-1], m))
    if seed % 2:
        return network, X, softmax(rng.normal(size=(n[-1], m)))
    return network, X, one_hot(rng.integers(0, n[-1], m), n[-1])


def by_torch(network, X, Y, cost):
    """Let PyTorch compute the cost and all its derivatives."""
    W, b = (
        {l: torch.tensor(array, requires_grad=True) for l, array in arrays.items()}
        for arrays in (network.W, {l: b[:, 0] for l, b in network.b.items()})
    )
    x = torch.tensor(X.T, requires_grad=True)
    target = torch.tensor(Y.T)
    sums, output = {}, x
    for l in range(1, network.L + 1):
        sums[l] = functional.linear(output, W[l], b[l])
        sums[l].retain_grad()
        output = THEIRS[network.phi[l]](sums[l])
    if cost is squared_error:
        value = functional.mse_loss(output, target)
    elif network.phi[network.L] is softmax:
        value = functional.cross_entropy(sums[network.L], target)
    else:
        value = -torch.xlogy(target, output).sum(dim=1).mean()
    value.backward()
    return {
        "cost": value.item(),
        "W": {l: tensor.grad.numpy() for l, tensor in W.items()},
        "b": {l: tensor.grad.numpy()[:, None] for l, tensor in b.items()},
        "Z": {l: tensor.grad.numpy().T for l, tensor in sums.items()},
        "X": x.grad.numpy().T,
    }


class Bounds:
    """How far each computed value may lie from the exact one, to first order."""

    def __init__(self, network, Z, A, Y, cost):
        self.network, self.Z, self.A, self.Y, self.cost = network, Z, A, Y, cost
        self.of_Z, self.of_A = {}, {0: np.zeros_like(A[0])}
        for l in range(1, network.L + 1):
            W, b = np.abs(network.W[l]), np.abs(network.b[l])
            new = gamma(W.shape[1] + 1) * (W @ np.abs(A[l - 1]) + b)
            self.of_Z[l] = W @ self.of_A[l - 1] + new
            self.of_A[l] = self._after_activation(l)
        self.of_Delta = {network.L: self._output_error()}
        self.Delta = errors_by_matrices(network, Z, A, Y, cost)
        for l in range(network.L - 1, 0, -1):
            W = network.W[l + 1]
            G = W.T @ self.Delta[l + 1]
            size = np.abs(W).T @ np.abs(self.Delta[l + 1])
            of_G = np.abs(W).T @ self.of_Delta[l + 1] + gamma(W.shape[0]) * size
            self.of_Delta[l] = self._pulled_back(l, G, of_G)

    def _after_activation(self, l):
        rounded = gamma(OF_FUNCTION + self.network.n[l]) * np.abs(self.A[l])
        if (
            self.network.phi[l] is softmax
        ):  # p_i changes by p_i times the change of z_i - mean z
            return 2 * self.A[l] * self.of_Z[l].max(axis=0, keepdims=True) + rounded
        return self.of_Z[l] + rounded  # no slope exceeds 1

    def _pulled_back(self, l, G, of_G):
        phi, Z, A = self.network.phi[l], self.Z[l], self.A[l]
        if phi is softmax:
            size = np.abs(G) + (A * np.abs(G)).sum(axis=0, keepdims=True)
            carried = of_G + (A * of_G + self.of_A[l] * np.abs(G)).sum(axis=0, keepdims=True)
            return A * carried + (self.of_A[l] + gamma(A.shape[0] + 4) * A) * size
        if phi in (identity, relu):
            if phi is relu:  # far enough from the kink for both to be on one side
                assert (np.abs(Z) > 2 * self.of_Z[l]).all()
            slope, of_slope = (Z > 0) | (phi is identity), 0
        else:
            slope = A * (1 - A) if phi is sigmoid else 1 - A**2
            # no second derivative exceeds 1; in 1 - a a rounded a is subtracted
            of_slope = self.of_Z[l] + gamma(OF_FUNCTION)
        return slope * of_G + of_slope * np.abs(G) + gamma(4) * slope * np.abs(G)

    def _output_error(self):
        L = self.network.L
        A, Y, of_A = self.A[L], self.Y, self.of_A[L]
        if self.cost is squared_error:
            G, of_G = 2 * (A - Y), 2 * (of_A + gamma(6) * (np.abs(A) + np.abs(Y)))
            return self._pulled_back(L, G / A.shape[0], of_G / A.shape[0])
        if self.network.phi[L] is softmax:
            return of_A * Y.sum(axis=0) + gamma(A.shape[0] + 6) * (A * Y.sum(axis=0) + Y)
        return self._pulled_back(L, -Y / A, Y / A * (of_A / A + gamma(6)))

    def of_cost(self):
        L = self.network.L
        A, Y, of_A = self.A[L], self.Y, self.of_A[L]
        if self.cost is squared_error:
            size, change = (A - Y) ** 2, 2 * np.abs(A - Y) * of_A
            size, change = size / A.shape[0], change / A.shape[0]
        else:
            size, change = -Y * np.log(A), Y * of_A / A
        return (change + gamma(A.size + OF_FUNCTION) * (size + Y**2)).sum() / A.shape[1]

    def of_gradient(self, l, sources, of_sources):
        m = self.Y.shape[1]
        bound = (self.of_Delta[l] + gamma(m + 4) * np.abs(self.Delta[l])) @ np.abs(sources).T
        return (bound + np.abs(self.Delta[l]) @ of_sources.T) / m


def excess(ours, theirs, bound):
    """Divide the largest difference by what is allowed; 0 for 0 where nothing is."""
    assert ours.shape == theirs.shape == bound.shape
    difference = np.abs(ours - theirs)
    assert np.isfinite(difference).all()
    return np.max(difference / (2 * bound + np.finfo(float).tiny))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("hidden", range(1, 6))
@pytest.mark.parametrize(
    ("phi_L", "cost"), ENDS, ids=[f"{phi.__name__}-{cost.__name__}" for phi, cost in ENDS]
)
def test_the_gradients_are_those_of_pytorch(phi_L, cost, hidden, seed):
    network, X, Y = draw(hidden, phi_L, cost, seed)
    m = X.shape[1]
    Z, A = forward(network, X)
    Delta = errors_by_matrices(network, Z, A, Y, cost)
    of_W, of_b = backward(network, Z, A, Y, cost)
    theirs = by_torch(network, X, Y, cost)
    bounds = Bounds(network, Z, A, Y, cost)

    assert abs(cost(A[network.L], Y) - theirs["cost"]) <= 2 * bounds.of_cost()
    for l in range(1, network.L + 1):
        ones = np.ones((1, m))
        assert excess(Delta[l] / m, theirs["Z"][l], bounds.of_Delta[l] / m) <= 1, l
        bound = bounds.of_gradient(l, A[l - 1], bounds.of_A[l - 1])
        assert excess(of_W[l], theirs["W"][l], bound) <= 1, l
        assert excess(of_b[l], theirs["b"][l], bounds.of_gradient(l, ones, 0 * ones)) <= 1, l
    W = np.abs(network.W[1])
    bound = W.T @ bounds.of_Delta[1] + gamma(W.shape[0] + 4) * (W.T @ np.abs(Delta[1]))
    assert excess(network.W[1].T @ Delta[1] / m, theirs["X"], bound / m) <= 1


def test_the_architectures_leave_nothing_out():
    drawn = [
        draw(hidden, phi_L, cost, seed)
        for phi_L, cost in ENDS
        for hidden in range(1, 6)
        for seed in range(6)
    ]
    networks = [network for network, _, _ in drawn]
    assert {network.L for network in networks} == {2, 3, 4, 5, 6}
    assert all(len(set(network.n)) == len(network.n) for network in networks)
    assert {X.shape[1] for _, X, _ in drawn} >= {1, 2, 3}
    for place in range(1, 6):
        inside = {network.phi[place] for network in networks if place < network.L}
        assert inside == set(HIDDEN)
