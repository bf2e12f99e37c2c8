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
    a[len(W)] = probabilities(z[len(W)])
    return z, a


def probabilities(z):
    """Give the softmax of the sums of one example."""
    shares = [np.exp(value - max(z)) for value in z]
    return [share / sum(shares) for share in shares]


def all_examples(W, b, X):
    """Go forward for a batch, an example at a time."""
    pairs = [one_example(W, b, x) for x in X.T]
    Z = {l: np.array([z[l] for z, _ in pairs]).T for l in W}
    return Z, {l: np.array([a[l] for _, a in pairs]).T for l in [0, *W]}


def test_forward(forward, n=(4, 3, 5, 2), m=5, seed=0):
    W, b, X, _ = draw(n, m, seed)
    Z, A = all_examples(W, b, X)
    found = judging.two("forward", forward(W, b, X), "the dictionaries Z and A", dict)
    assert set(found[0]) == set(Z), f"forward: Z needs the keys {sorted(Z)}"
    assert set(found[1]) == set(A), f"forward: A needs the keys {sorted(A)}; A[0] is X"
    _, without = all_examples(W, {l: 0 * b[l] for l in b}, X)
    for l in W:
        if l == len(W):
            judging.sums_to_1(f"forward: A[{l}]", found[1][l])
            other = np.maximum(Z[l], 0), "the last layer has a softmax, and no ReLU"
        else:
            softmax = np.array([probabilities(z) for z in Z[l].T]).T
            other = softmax, "only the last layer has a softmax"
        judging.compare(
            f"forward: A[{l}]",
            found[1][l],
            A[l],
            [(without[l], "the biases are missing"), other],
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
    assert np.isfinite(large).all(), (
        "forward: large sums overflow in the softmax; shift each column by a maximum of its own"
    )


def error(a, y):
    """Give the error of the output of one example: of cross-entropy after softmax."""
    return a - y


def slope(z):
    """Give the slope of ReLU."""
    return np.where(z > 0, 1.0, 0.0)


def gradients(W, Z, A, Y, *, error=error, slope=slope):
    """Go backward for each example alone, by the recursion, and take the mean."""
    L, m = len(W), Y.shape[1]
    of_W = {l: 0 * W[l] for l in W}
    of_b = {l: np.zeros((len(W[l]), 1)) for l in W}
    for e in range(m):
        delta = error(A[L][:, e], Y[:, e])
        for l in range(L, 0, -1):
            of_W[l] = of_W[l] + np.outer(delta, A[l - 1][:, e]) / m
            of_b[l] = of_b[l] + delta[:, None] / m
            if l > 1:
                back = np.array([sum(W[l][:, j] * delta) for j in range(W[l].shape[1])])
                delta = back * slope(Z[l - 1][:, e])
    return of_W, of_b


MISTAKES = [
    ("the slope of ReLU is missing, or is 1 everywhere", {"slope": np.ones_like}),
    ("the slope of ReLU is 1 where z is positive, and not z", {"slope": lambda z: z * (z > 0)}),
    (
        "the slope of the softmax cancels: the error of the output is A - Y",
        {"error": lambda a, y: (a - y) * a * (1 - a)},
    ),
    ("the error of the output is A - Y, with no factor 2", {"error": lambda a, y: 2 * (a - y)}),
]
"""What usual mistakes in going backward are, and how the recursion goes with each."""


def test_backward(backward, n=(4, 3, 5, 2), m=5, seed=0):
    W, b, X, Y = draw(n, m, seed)
    Z, A = all_examples(W, b, X)
    right = gradients(W, Z, A, Y)
    wrong = [(gradients(W, Z, A, Y, **change), hint) for hint, change in MISTAKES]
    found = judging.two(
        "backward",
        backward(W, Z, A, Y),
        "a dictionary for the weights and one for the biases",
        dict,
    )
    for part, (name, what) in enumerate((("weights", "W"), ("biases", "b"))):
        assert set(found[part]) == set(W), (
            f"backward: the keys for the {name} are {sorted(found[part])}, and W has {sorted(W)}"
        )
        for l in sorted(W, reverse=True):
            wanted = right[part][l]
            judging.compare(
                f"backward: the {name} of layer {l}",
                found[part][l],
                wanted,
                [
                    (wanted * m, "the mean over the examples is missing: 1/m"),
                    (
                        wanted * m / len(Y),
                        "divide by the number of examples, which is that of the columns",
                    ),
                    (wanted / m, "1/m is there twice"),
                    (-wanted, "the sign is wrong: the error of the output is A - Y"),
                    *((parts[part][l], hint) for parts, hint in wrong),
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

    def one_weight(of_W, by):
        last = max(of_W)
        of_W[last] = of_W[last].copy()
        of_W[last][-1, -1] += by

    def no_first_slope(W, Z, A, Y):
        found = backward(W, Z, A, Y)
        if len(W) < 3:
            return found
        without = backward(W, {**Z, 1: np.ones_like(Z[1])}, A, Y)
        return tuple({**part, 1: wrong[1]} for part, wrong in zip(found, without, strict=True))

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
    yield (
        "one weight of the last layer is too large",
        changed(lambda W, b, m: one_weight(W, 0.01)),
    )
    yield (
        "one weight of the last layer is too small",
        changed(lambda W, b, m: one_weight(W, -0.01)),
    )
    yield "the slope of ReLU is missing in the first of three layers", no_first_slope
    yield "an entry is no number", changed(lambda W, b, m: W.update({1: np.nan * W[1]}))


def test_proof(is_right):
    verdict = is_right(gradients)
    assert verdict is not None, "is_right: nothing is returned yet"
    assert verdict, (
        "is_right: a right function is said to be wrong; is the cost a mean over the examples, h "
        "about 1e-5, the tolerance well above rounding, and each entry put back?"
    )
    for what, function in wrong_ones(gradients):
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
    layers = list(range(1, len(n)))
    assert sorted(W) == sorted(b) == layers, f"train: the keys of W and b must be {layers}"
    assert [np.shape(W[l]) for l in layers] == [(n[l], n[l - 1]) for l in layers], (
        "train: the shapes of W do not fit the sizes n"
    )
    assert [np.shape(b[l]) for l in layers] == [(n[l], 1) for l in layers], (
        "train: a column for each layer is asked for in b, one bias for each neuron"
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
