"""The tape of the package against PyTorch's, operation by operation, on whole numbers."""

import numpy as np
import pytest
import torch

from nnmath.gradients.tape import Tape

OPERATIONS = {
    "product": (lambda P, Q: P @ Q, (2, 4), (4, 3)),
    "sum": (lambda P, Q: P + Q, (2, 3), (2, 1)),
    "elementwise product": (lambda P, Q: P * Q, (1, 3), (2, 3)),
    "of one value with itself": (lambda P, Q: (P + Q) * (P + Q) * P, (2, 3), (1, 3)),
    "of sums": (lambda P, Q: (P @ Q).sum() * Q.sum(), (2, 3), (3, 2)),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_adjoints_are_those_of_pytorch(name):
    operation, *shapes = OPERATIONS[name]
    rng = np.random.default_rng(0)
    arrays = [rng.integers(-5, 6, shape).astype(float) for shape in shapes]
    tape = Tape()
    nodes = [tape.record(array) for array in arrays]
    result = operation(*nodes)
    G = rng.integers(-5, 6, result.value.shape).astype(float)
    bar = tape.adjoints((result * tape.record(G)).sum())

    tensors = [torch.tensor(array, requires_grad=True) for array in arrays]
    (operation(*tensors) * torch.tensor(G)).sum().backward()
    for node, tensor in zip(nodes, tensors, strict=True):
        assert (bar[node.number] == tensor.grad.numpy()).all()
