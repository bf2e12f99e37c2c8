"""What the chapter on speed builds: the fast step."""

import numpy as np
import pytest

from nnmath import (
    Network,
    cross_entropy,
    one_hot,
    random_network,
    relu,
    softmax,
    tanh,
    train,
    train_plainly,
)

N = (3, 5, 4, 2)
PHI = {1: tanh, 2: relu, 3: softmax}


def drawn(seed=0, m=11):
    rng = np.random.default_rng(seed)
    network = random_network(N, PHI, scale=0.7, rng=rng)
    return network, rng.normal(size=(N[0], m)), one_hot(rng.integers(0, N[-1], m), N[-1])


def copy(network):
    return Network(
        {l: W.copy() for l, W in network.W.items()},
        {l: b.copy() for l, b in network.b.items()},
        network.phi,
    )


@pytest.mark.parametrize("B", [4, 11])
def test_training_fast_agrees_with_training_plainly(B):
    network, X, Y = drawn()
    plain = copy(network)
    costs = [
        function(
            some, X, Y, cross_entropy, eta=0.3, epochs=3, B=B, rng=np.random.default_rng(0)
        )
        for function, some in ((train, network), (train_plainly, plain))
    ]
    assert costs[0] == pytest.approx(costs[1], rel=1e-12)
    for l in network.W:
        assert network.W[l] == pytest.approx(plain.W[l], rel=1e-12, abs=1e-13)
