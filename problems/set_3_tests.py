"""What students may run for problem set 3."""

import judging
import numpy as np


def test_layer_gradients(layer_gradients, n=2, sources=3, m=4, seed=0):
    rng = np.random.default_rng(seed)
    Delta, A = rng.normal(size=(n, m)), rng.normal(size=(sources, m))
    of_W = sum(np.outer(Delta[:, e], A[:, e]) for e in range(m)) / m
    of_b = sum(Delta[:, [e]] for e in range(m)) / m
    columns = "divide by the number of examples, which is that of the columns"
    found = judging.two(
        "layer_gradients",
        layer_gradients(Delta, A),
        "the gradients of the weights and of the biases",
    )
    judging.compare(
        "layer_gradients: the weights",
        found[0],
        of_W,
        [
            (of_W * m, "the mean over the examples is missing: 1/m"),
            (of_W * m / n, columns),
            (of_W * m / sources, columns),
            (
                of_W.T,
                "this is the transpose: W has a row for each neuron of the layer, and a column for "
                "each neuron of the layer before",
            ),
            (of_W.T * m, "this is the transpose, and 1/m is missing"),
            (of_W / m, "1/m is there twice"),
            (-of_W, "the sign is wrong: the step subtracts, the gradient does not"),
        ],
    )
    judging.compare(
        "layer_gradients: the biases",
        found[1],
        of_b,
        [
            (of_b * m, "the mean over the examples is missing: 1/m"),
            (of_b * m / n, columns),
            (of_b * m / sources, columns),
            (of_b[:, 0], "a column is asked for: keepdims=True"),
            (
                Delta.mean(axis=0, keepdims=True),
                "the mean runs over the neurons; it must run over the examples: axis=1",
            ),
            (
                Delta.sum(axis=0, keepdims=True),
                "the sum runs over the neurons; it must run over the examples: axis=1",
            ),
        ],
    )


def cubes(theta):
    """Give a cost whose second derivatives are not constant."""
    return float((theta**3).sum() + theta.flat[0] * theta.flat[-1])


def gradient_of_cubes(theta):
    gradient = 3 * theta**2
    gradient.flat[0] += theta.flat[-1]
    gradient.flat[-1] += theta.flat[0]
    return gradient


def test_largest_error(largest_error, shapes=((2, 3), (4,))):
    for shape in shapes:
        errors_are_seen(largest_error, shape)


def errors_are_seen(largest_error, shape, seed=0):
    theta = 2 + np.random.default_rng(seed).random(shape)
    right = gradient_of_cubes(theta)
    found = largest_error(cubes, theta, right)
    assert found is not None, "largest_error: nothing is returned yet"
    assert np.ndim(found) == 0, "largest_error: one number is asked for"
    assert np.isfinite(found), "largest_error: the result is no number"
    assert found <= 1e-6, (
        f"largest_error: a right gradient is said to be off by {found:.1g}; is the difference "
        "central, with the cost ahead and behind, divided by 2h (mind the brackets: / (2 * h)), and h about 1e-5?"
    )
    for index in np.ndindex(shape):
        for error in (0.5, -0.5):
            wrong = right + 0.125
            wrong[index] = right[index] + error
            found = largest_error(cubes, theta, wrong)
            assert abs(found - 0.5) <= 1e-6, (
                f"largest_error: an error of {error} in entry {index}, and of 0.125 in the others, "
                f"is seen as {found:.2g}; the largest is asked for, whatever its sign"
            )


def test_epoch(epoch, sizes=((10, 4), (8, 4))):
    for m, B in sizes:
        each_is_seen_once(epoch, m, B)


def each_is_seen_once(epoch, m, B, seed=20):
    X = np.vstack([np.arange(m), np.arange(m)]).astype(float)
    Y = 100 + np.arange(m, dtype=float)[None, :]
    batches = []

    def step(some_X, some_Y):
        batches.append((np.asarray(some_X), np.asarray(some_Y)))

    epoch(X, Y, B, np.random.default_rng(seed), step)
    assert batches, "epoch: step is never called"
    for some_X, some_Y in batches:
        assert np.ndim(some_X) == np.ndim(some_Y) == 2, (
            "epoch: a mini-batch is a matrix, also of one example: X[:, [e]], not X[:, e]"
        )
        assert some_X.shape[1], "epoch: a mini-batch is empty"
        assert (len(some_X), len(some_Y)) != (1, 2), "epoch: step takes the inputs first"
        assert len(some_X) == 2, "epoch: the examples are the columns of X"
        assert some_X.shape[1] == some_Y.shape[1], "epoch: inputs and targets differ in number"
        assert (some_X[0] + 100 == some_Y[0]).all(), (
            "epoch: targets have lost their inputs; take the same columns of both"
        )
    seen = np.concatenate([some_X[0] for some_X, _ in batches])
    assert len(seen) >= m - m % B, (
        f"epoch: {len(seen)} of {m} examples are seen; the examples are the columns, and all are taken"
    )
    assert len(seen) >= m, "epoch: the last, smaller mini-batch is left out"
    assert sorted(seen) == list(range(m)), "epoch: each example is to be seen once"
    assert all(some_X.shape[1] == B for some_X, _ in batches[:-1]), (
        f"epoch: a mini-batch is not of {B} examples; only the last may be smaller"
    )
    assert (seen != np.arange(m)).any(), "epoch: the order is not drawn"
    order = np.random.default_rng(seed).permutation(m)
    assert (seen == order).all(), "epoch: the order is not that of rng.permutation(m)"


PROBLEMS = {
    "layer_gradients": (4, test_layer_gradients),
    "largest_error": (5, test_largest_error),
    "epoch": (5, test_epoch),
}


def judge(names):
    """Say what is right."""
    judging.judge(names, PROBLEMS)
