"""What students may run for the project."""

import judging
import numpy as np


def draw(n, m, seed):
    """Draw a network, inputs and one-hot targets."""
    rng = np.random.default_rng(seed)
    W = {l: rng.normal(size=(n[l], n[l - 1])) for l in range(1, len(n))}
    b = {l: rng.normal(size=(n[l], 1)) for l in range(1, len(n))}
    return W, b, rng.normal(size=(n[0], m)), np.eye(n[-1])[:, rng.integers(0, n[-1], m)]


def one_example(W, b, x):
    """Go forward neuron by neuron, for one example."""
    z, a = {}, {0: list(x)}
    for l in W:
        z[l] = [
            sum(w * s for w, s in zip(row, a[l - 1], strict=True)) + bias[0]
            for row, bias in zip(W[l].tolist(), b[l].tolist(), strict=True)
        ]
        a[l] = [max(value, 0.0) for value in z[l]]
    shares = [np.exp(value - max(z[len(W)])) for value in z[len(W)]]
    a[len(W)] = [share / sum(shares) for share in shares]
    return z, a


def all_examples(W, b, X):
    """Go forward for a batch, an example at a time."""
    pairs = [one_example(W, b, x) for x in X.T]
    Z = {l: np.array([z[l] for z, _ in pairs]).T for l in W}
    return Z, {l: np.array([a[l] for _, a in pairs]).T for l in [0, *W]}


def test_forward(forward, n=(3, 4, 2), m=5, seed=0):
    W, b, X, _ = draw(n, m, seed)
    Z, A = all_examples(W, b, X)
    found = judging.two("forward", forward(W, b, X), "the dictionaries Z and A", dict)
    _, without = all_examples(W, {l: 0 * b[l] for l in b}, X)
    for l in W:
        judging.compare(
            f"forward: A[{l}]", found[1][l], A[l], [(without[l], "the biases are missing")]
        )
        judging.compare(
            f"forward: Z[{l}]",
            found[0][l],
            Z[l],
            [(A[l], "Z is before the activation function")],
        )
    judging.compare("forward: A[0]", found[1][0], X)
    with np.errstate(all="ignore"):
        large = forward({l: 1000 * W[l] for l in W}, b, X)[1][len(W)]
    assert np.isfinite(large).all(), "forward: large sums overflow in the softmax; shift them"


def gradients(W, b, X, Y, *, slope=True):
    """Go backward for each example alone, by the recursion, and take the mean."""
    of_W, of_b = {l: 0 * W[l] for l in W}, {l: 0 * b[l] for l in b}
    L, m = len(W), X.shape[1]
    for x, y in zip(X.T, Y.T, strict=True):
        z, a = one_example(W, b, x)
        delta = np.array(a[L]) - y
        for l in range(L, 0, -1):
            of_W[l] = of_W[l] + np.outer(delta, a[l - 1]) / m
            of_b[l] = of_b[l] + delta[:, None] / m
            back = np.array([sum(W[l][:, j] * delta) for j in range(W[l].shape[1])])
            delta = back * (np.array(z[l - 1]) > 0) if l > 1 and slope else back
    return of_W, of_b


def test_backward(backward, n=(3, 4, 2), m=5, seed=0):
    W, b, X, Y = draw(n, m, seed)
    Z, A = all_examples(W, b, X)
    found = judging.two(
        "backward",
        backward(W, Z, A, Y),
        "a dictionary for the weights and one for the biases",
        dict,
    )
    right, without = gradients(W, b, X, Y), gradients(W, b, X, Y, slope=False)
    for part, (name, what) in enumerate((("weights", "W"), ("biases", "b"))):
        for l in sorted(W, reverse=True):
            wanted = right[part][l]
            judging.compare(
                f"backward: the {name} of layer {l}",
                found[part][l],
                wanted,
                [
                    (wanted * m, "the mean over the examples is missing: 1/m"),
                    (wanted / m, "1/m is there twice"),
                    (-wanted, "the sign is wrong: the error of the output is A - Y"),
                    (
                        without[part][l],
                        "the slope of ReLU is missing, or is taken where it is 1",
                    ),
                    (wanted.T, f"this is the transpose; it has the shape of {what}[{l}]"),
                ],
            )


def wrong_ones(backward):
    """Yield what is wrong, and a function that makes that mistake."""

    def changed(change):
        def function(W, Z, A, Y):
            of_W, of_b = backward(W, Z, A, Y)
            of_W, of_b = dict(of_W), dict(of_b)
            change(of_W, of_b, Y.shape[1])
            return of_W, of_b

        return function

    def each(*parts, factor):
        for part in parts:
            for l in part:
                part[l] = factor * part[l]

    yield "all signs are wrong", changed(lambda W, b, m: each(W, b, factor=-1))
    yield "1/m is missing", changed(lambda W, b, m: each(W, b, factor=m))
    yield "the biases are 0", changed(lambda W, b, m: each(b, factor=0))
    yield "one bias is wrong by a tenth", changed(lambda W, b, m: b.update({1: 1.1 * b[1]}))
    yield (
        "the first layer is wrong by a hundredth",
        changed(lambda W, b, m: W.update({1: 1.01 * W[1]})),
    )
    yield (
        "the slope of ReLU is missing",
        lambda W, Z, A, Y: backward(W, {l: np.abs(Z[l]) + 1 for l in Z}, A, Y),
    )
    yield "an entry is no number", changed(lambda W, b, m: W.update({1: np.nan * W[1]}))


def right_backward(W, Z, A, Y):
    """Go backward, as the judge knows it."""
    m, Delta, of_W, of_b = Y.shape[1], A[len(W)] - Y, {}, {}
    for l in sorted(W, reverse=True):
        of_W[l], of_b[l] = Delta @ A[l - 1].T / m, Delta.mean(axis=1, keepdims=True)
        Delta = W[l].T @ Delta * (Z[l - 1] > 0) if l > 1 else Delta
    return of_W, of_b


def test_proof(is_right, count=4):
    verdict = is_right(right_backward)
    assert verdict is not None, "is_right: nothing is returned yet"
    assert verdict, "is_right: a right function is said to be wrong"
    for what, function in list(wrong_ones(right_backward))[:count]:
        assert not is_right(function), f"is_right: does not notice that {what}"


def rings(m, seed):
    """Draw two rings of points, one around the other, and their classes."""
    rng = np.random.default_rng(seed)
    classes, angles = np.arange(m) % 2, rng.uniform(0, 2 * np.pi, m)
    radii = 1 + classes + rng.normal(0, 0.1, m)
    return radii * np.array([np.cos(angles), np.sin(angles)]), np.eye(2)[:, classes]


def test_train(train, n=(2, 16, 2), seed=0):
    X, Y = rings(200, seed)
    found = judging.two(
        "train",
        train(X, Y, list(n), np.random.default_rng(seed)),
        "the dictionaries W and b",
        dict,
    )
    W, b = found
    assert [W[l].shape for l in sorted(W)] == [(n[l], n[l - 1]) for l in range(1, len(n))], (
        "train: the shapes of W do not fit the sizes n"
    )
    some_X, some_Y = rings(100, seed + 1)
    answers = all_examples(W, b, some_X)[1][len(W)]
    right = (answers.argmax(axis=0) == some_Y.argmax(axis=0)).mean()
    assert right >= 0.95, (
        f"train: {right:.0%} of new points are right, and 95% should be; is the first cost about "
        "ln 2, are the weights neither equal nor zero, and does the cost fall?"
    )


PROBLEMS = {
    "forward": (4, test_forward),
    "backward": (6, test_backward),
    "is_right": (6, test_proof),
    "train": (4, test_train),
}


def judge(names):
    """Say what is right."""
    judging.judge(names, PROBLEMS)
