"""What the teacher runs for problem set 1: python set_1_hidden_tests.py NOTEBOOK …"""

import judging
import numpy as np
import set_1_tests as shown


def test_count(count_parameters):
    for n in ((784, 32, 32, 10), (5, 1), (1, 2, 3, 4, 5)):
        shown.test_count(count_parameters, n)


def test_softmax(softmax):
    shown.test_softmax(softmax)
    shown.test_softmax(softmax, ((-2.0, 0.0, 7.0), (3.0, 0.0, 1.0)))
    apart = softmax(np.array([[1000.0, 0.0], [999.0, -1.0]]))
    judging.compare(
        "softmax: columns that differ by 1000",
        apart,
        np.repeat(apart[:, [1]], 2, axis=1),
    )
    shown.test_softmax(softmax, ((800.0, -800.0), (799.0, -801.0)))


def test_forward(forward):
    for n, m in (((2, 3, 4), 5), ((3, 2), 1), ((2, 4, 3, 5, 6), 3)):
        shown.test_forward(forward, n, m, seed=len(n))


PROBLEMS = {
    name: (points, globals()[test.__name__]) for name, (points, test) in shown.PROBLEMS.items()
}

if __name__ == "__main__":
    judging.grade(PROBLEMS)
