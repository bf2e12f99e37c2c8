"""What students may run for problem set 2."""

from itertools import accumulate

import judging
import numpy as np


def test_squared_error(squared_error, n=3, m=4, seed=0):
    rng = np.random.default_rng(seed)
    A, Y = rng.normal(size=(n, m)), rng.normal(size=(n, m))
    found = judging.two("squared_error", squared_error(A, Y), "the cost and the derivatives")
    D = A - Y
    wanted = sum(d * d for d in D.ravel().tolist()) / (n * m)
    judging.compare(
        "squared_error: the cost",
        found[0],
        wanted,
        [
            (wanted * n, "the mean over the outputs of an example is missing"),
            (wanted * m, "the mean over the examples is missing"),
            (
                np.mean(D**2, axis=0),
                "these are the costs of the examples; a batch has their mean",
            ),
            (wanted / 2, "there is no factor 1/2 in this cost"),
            (
                wanted * n / 2,
                "there is no factor 1/2 in this cost, but a mean over the outputs",
            ),
        ],
    )
    judging.compare(
        "squared_error: the derivative",
        found[1],
        2 * D / n,
        [
            (D / n, "the 2 of the square is missing"),
            (D, "the 2 of the square and the mean over the outputs are missing"),
            (2 * D, "the mean over the outputs is missing"),
            (2 * D / (n * m), "1/m does not belong here: it comes with the gradients"),
            (-2 * D / n, "the sign is wrong"),
        ],
    )


def by_differences(w, b, x, y, h=1e-30):
    """Differentiate a chain by complex steps."""

    def cost(w, b):
        a = x
        for weight, bias in zip(w, b, strict=True):
            a = np.tanh(weight * a + bias)
        return (a - y) ** 2

    def moved(values, k):
        return [value + 1j * h * (k == l) for l, value in enumerate(values)]

    layers = range(len(w))
    of_w = [cost(moved(w, l), b).imag / h for l in layers]
    return of_w, [cost(w, moved(b, l)).imag / h for l in layers]


def test_chain(chain_gradient, depth=3, seed=0):
    rng = np.random.default_rng(seed)
    w, b = rng.normal(size=depth).tolist(), rng.normal(size=depth).tolist()
    x, y = 0.7, -0.4
    found = judging.two(
        "chain_gradient",
        chain_gradient(w, b, x, y),
        "a list for the weights and one for the biases",
    )
    of_w, of_b = by_differences(w, b, x, y)
    layers = zip(w, b, strict=True)
    a = [*accumulate(layers, lambda a, layer: np.tanh(layer[0] * a + layer[1]), initial=x)]
    last = 1 - a[-1] ** 2
    without = [value / last for value in of_w], [value / last for value in of_b]
    own = [delta * a[l + 1] for l, delta in enumerate(of_b)]
    judging.compare(
        "chain_gradient: the biases",
        found[1],
        of_b,
        [
            (without[1], "the slope of the last neuron is missing"),
            (np.divide(of_b, 2), "the 2 of the square is missing"),
            (of_b[::-1], "the last layer comes first; the order is to be that of w and b"),
            (of_w, "these are the derivatives by the weights; a bias is not multiplied by a"),
        ],
    )
    judging.compare(
        "chain_gradient: the weights",
        found[0],
        of_w,
        [
            (
                own,
                "a weight is multiplied by the activation it comes from, not by that it leads to",
            ),
            (of_b, "the activation that the weight comes from is missing"),
        ],
    )


def test_one_layer_back(one_layer_back, before=3, after=2, seed=0):
    rng = np.random.default_rng(seed)
    W, delta = rng.normal(size=(after, before)), rng.normal(size=(after, 1))
    z = rng.normal(size=(before, 1))
    z[0], z[1] = -abs(z[0]), abs(z[1])
    wanted = W.T @ delta * (z > 0)
    judging.compare(
        "one_layer_back",
        one_layer_back(W, delta, z),
        wanted,
        [
            (W.T @ delta, "the slope of ReLU is missing: it is 0 where z is negative"),
            (
                W.T @ delta * (np.maximum(z, 0) >= 0),
                "the slope belongs to z, not to the activation",
            ),
            (W.T @ delta * z, "the slope of ReLU is 1 where z is positive, and not z"),
            (
                W.T @ delta * np.maximum(z, 0),
                "the slope of ReLU is 1 where z is positive, and not z",
            ),
            (
                W[[-1]].T * delta[-1] * (z > 0),
                "the terms are to be added up: only the last is left",
            ),
        ],
    )


PROBLEMS = {
    "squared_error": (3, test_squared_error),
    "chain_gradient": (4, test_chain),
    "one_layer_back": (5, test_one_layer_back),
}


def judge(names):
    """Say what is right."""
    judging.judge(names, PROBLEMS)
