"""Networks, batches and gradients that the tests of several chapters draw, copy and compare."""

import numpy as np

from nnmath import (
    Network,
    cross_entropy,
    identity,
    one_hot,
    random_network,
    relu,
    sigmoid,
    softmax,
    squared_error,
    tanh,
)

# To be trained

N = (3, 5, 4, 2)
PHI = {1: tanh, 2: relu, 3: softmax}


def drawn(seed=0, m=11):
    rng = np.random.default_rng(seed)
    network = random_network(N, PHI, scale=0.7, rng=rng)
    return network, rng.normal(size=(N[0], m)), one_hot(rng.integers(0, N[-1], m), N[-1])


def gradients(seed):
    """Draw gradients that fit the network, with nothing to do with it."""
    rng = np.random.default_rng(seed)
    of_W = {l: rng.normal(size=(N[l], N[l - 1])) for l in (1, 2, 3)}
    return of_W, {l: rng.normal(size=(N[l], 1)) for l in (1, 2, 3)}


def in_type(network, dtype):
    return Network(
        {l: W.astype(dtype) for l, W in network.W.items()},
        {l: b.astype(dtype) for l, b in network.b.items()},
        network.phi,
    )


def copy(network):
    return in_type(network, network.W[1].dtype)


def same(one, other):
    return all(
        np.array_equal(one.W[l], other.W[l]) and np.array_equal(one.b[l], other.b[l])
        for l in one.W
    )


# To be differentiated

CASES = [
    ((3, 2), (softmax,), cross_entropy, 2),
    ((4, 3, 5, 2), (relu, tanh, softmax), cross_entropy, 6),
    ((2, 5, 3, 4), (sigmoid, relu, tanh), squared_error, 3),
    ((3, 4, 6, 2), (tanh, softmax, identity), squared_error, 5),
    ((5, 3, 2), (relu, softmax), squared_error, 4),
]


def made(n, phis, cost, m, seed):
    """Draw a network with biases that are not zero, and a batch."""
    rng = np.random.default_rng(seed)
    network = random_network(n, dict(enumerate(phis, start=1)), scale=1.0, rng=rng)
    for l in network.b:
        network.b[l][:] = rng.normal(size=(n[l], 1))
    X = rng.normal(size=(n[0], m))
    if cost is cross_entropy:
        return network, X, one_hot(rng.integers(0, n[-1], m), n[-1])
    return network, X, rng.normal(size=(n[-1], m))
