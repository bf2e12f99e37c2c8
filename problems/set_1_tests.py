"""What students may run for problem set 1."""

import judging
import numpy as np


def exact_softmax(Z):
    """Compute it column by column, from the definition."""
    shares = [[np.exp(z - max(column)) for z in column] for column in np.transpose(Z).tolist()]
    return np.array([[share / sum(column) for share in column] for column in shares]).T


def test_count(count_parameters, n=(3, 4, 2)):
    wanted = sum((n[l - 1] + 1) * n[l] for l in range(1, len(n)))
    weights = sum(n[l - 1] * n[l] for l in range(1, len(n)))
    judging.compare(
        f"count_parameters: of {list(n)}",
        count_parameters(list(n)),
        wanted,
        [
            (weights, "the biases are not counted"),
            (wanted + n[0], "the input has no biases"),
        ],
    )


def test_softmax(softmax, Z=((0.5, -1.0), (1.5, 2.0), (-0.5, 0.25))):
    Z = np.array(Z)
    found = softmax(Z)
    assert found is not None, "softmax: nothing is returned yet"
    judging.sums_to_1("softmax", found)
    judging.compare("softmax", found, exact_softmax(Z))
    with np.errstate(all="ignore"):
        large = softmax(np.array([[1000.0], [999.0]]))
    assert np.isfinite(large).all(), (
        "softmax: sums of 1000 overflow; subtract the largest of each column first"
    )


def network(n, m, seed):
    """Draw a network, its inputs, and what it gives, neuron by neuron."""
    rng = np.random.default_rng(seed)
    W = {l: rng.normal(size=(n[l], n[l - 1])) for l in range(1, len(n))}
    b = {l: rng.normal(size=(n[l], 1)) for l in range(1, len(n))}
    return W, b, rng.normal(size=(n[0], m))


def by_neurons(W, b, X, *, biases=True, last=exact_softmax):
    """Go forward with loops."""
    Z, A = {}, {0: X}
    for l in W:
        Z[l] = np.array(
            [
                [
                    sum(w * a for w, a in zip(row, x, strict=True)) + biases * c[0]
                    for x in A[l - 1].T
                ]
                for row, c in zip(W[l], b[l], strict=True)
            ]
        )
        A[l] = last(Z[l]) if l == len(W) else np.tanh(Z[l])
    return Z, A


def test_forward(forward, n=(2, 3, 4), m=5, seed=0):
    W, b, X = network(n, m, seed)
    Z, A = by_neurons(W, b, X)
    found = judging.two("forward", forward(W, b, X), "the dictionaries Z and A", dict)
    assert set(found[0]) == set(Z), f"forward: Z needs the keys {sorted(Z)}"
    assert set(found[1]) == set(A), f"forward: A needs the keys {sorted(A)}; A[0] is X"
    _, without = by_neurons(W, b, X, biases=False)
    _, same = by_neurons(W, b, X, last=np.tanh)
    for l in Z:
        if l == len(W):
            judging.compare(
                f"forward: A[{l}]",
                found[1][l],
                A[l],
                [
                    (without[l], "the biases are missing"),
                    (same[l], "the last layer has a softmax"),
                ],
            )
        else:
            judging.compare(
                f"forward: A[{l}]", found[1][l], A[l], [(without[l], "the biases are missing")]
            )
        judging.compare(
            f"forward: Z[{l}]",
            found[0][l],
            Z[l],
            [(A[l], "Z is before the activation function")],
        )


PROBLEMS = {
    "count_parameters": (2, test_count),
    "softmax": (3, test_softmax),
    "forward": (5, test_forward),
}


def judge(names):
    """Say what is right."""
    judging.judge(names, PROBLEMS)
