"""Batch normalisation and clipping of the package against PyTorch's."""

import numpy as np
import pytest
import torch
from torch.nn import functional
from torch.nn.utils import clip_grad_norm_

from nnmath.learning.batch_normalisation import (
    batch_statistics,
    normalise,
    normalised_batch,
    normalised_batch_backward,
    running_average,
)
from nnmath.learning.clipping import clip_gradients

UNIT_ROUNDOFF = np.finfo(float).eps / 2

ALLOWED = 256 * UNIT_ROUNDOFF
"""Of the size of the terms, for each side: an allowance, and no bound."""


def draw(n, m, seed):
    rng = np.random.default_rng(seed)
    Z, G = 3 * rng.normal(size=(n, m)) - 1, rng.normal(size=(n, m))
    return Z, G, rng.normal(size=(n, 1)), rng.normal(size=(n, 1))


def rows(array):
    """Give one example a row, as PyTorch has it."""
    return torch.tensor(array.T.copy())


@pytest.mark.parametrize(("n", "m"), [(3, 5), (2, 2), (6, 40)])
@pytest.mark.parametrize("epsilon", [1e-5, 0.1])
def test_batch_normalisation_is_pytorchs_forward_and_backward(n, m, epsilon):
    Z, G, gamma, beta = draw(n, m, m)
    U, Z_hat, s = normalised_batch(Z, gamma, beta, epsilon)
    ours = normalised_batch_backward(G, Z_hat, s, gamma)

    z, weight, bias = rows(Z), torch.tensor(gamma[:, 0]), torch.tensor(beta[:, 0])
    for tensor in (z, weight, bias):
        tensor.requires_grad_(True)
    u = functional.batch_norm(z, None, None, weight, bias, training=True, eps=epsilon)
    (u * rows(G)).sum().backward()
    size = (
        (1 + np.abs(Z_hat).max()) ** 2 * (1 + np.abs(gamma * s).max()) * (1 + np.abs(G).sum())
    )
    assert np.abs(U - u.detach().numpy().T).max() <= ALLOWED * size
    theirs = (z.grad.numpy().T, weight.grad.numpy()[:, None], bias.grad.numpy()[:, None])
    for one, other in zip(ours, theirs, strict=True):
        assert np.abs(one - other).max() <= ALLOWED * size


def test_the_running_averages_are_pytorchs_but_for_the_divisor_of_the_variance():
    layer = torch.nn.BatchNorm1d(3, momentum=0.2, eps=1e-3).double()
    mean, variance = np.zeros((3, 1)), np.ones((3, 1))
    m = 5
    for seed in range(4):
        Z, *_ = draw(3, m, seed)
        layer(rows(Z))
        mu, v = batch_statistics(Z)
        mean = running_average(mean, mu, 0.8)
        variance = running_average(variance, v * m / (m - 1), 0.8)
    layer.eval()
    Z, *_ = draw(3, 4, 9)
    wanted = layer(rows(Z)).detach().numpy().T
    found, _ = normalise(Z, mean, variance, 1e-3)
    assert np.abs(found - wanted).max() <= ALLOWED * np.abs(wanted).max()


@pytest.mark.parametrize("c", [0.5, 100.0])
def test_clipping_is_pytorchs_but_for_what_it_adds_to_the_norm(c):
    rng = np.random.default_rng(0)
    of_W, of_b = {1: rng.normal(size=(3, 2))}, {1: rng.normal(size=(3, 1))}
    tensors = [torch.zeros(array.shape, dtype=torch.float64) for array in (of_W[1], of_b[1])]
    for tensor, array in zip(tensors, (of_W[1], of_b[1]), strict=True):
        tensor.grad = torch.tensor(array.copy())
    clip_grad_norm_(tensors, c)
    ours = clip_gradients((of_W, of_b), c)
    for part, tensor in zip(ours, tensors, strict=True):
        assert np.abs(part[1] - tensor.grad.numpy()).max() <= 1e-5  # 1e-6 is added to the norm
