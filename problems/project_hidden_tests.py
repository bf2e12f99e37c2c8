"""What the teacher runs for the project: python project_hidden_tests.py NOTEBOOK …"""

import judging
import project_tests as shown


def test_forward(forward):
    for n, m in (((3, 4, 2), 5), ((2, 3), 1), ((4, 2, 5, 3), 3)):
        shown.test_forward(forward, n, m, seed=m)


def test_backward(backward):
    for n, m in (((3, 4, 2), 5), ((2, 3), 4), ((4, 3, 5, 2), 3)):
        shown.test_backward(backward, n, m, seed=m)


def test_proof(is_right):
    shown.test_proof(is_right)


def test_train(train):
    shown.test_train(train)
    shown.test_train(train, (2, 12, 12, 2), seed=3)


PROBLEMS = {
    "forward": (4, test_forward),
    "backward": (6, test_backward),
    "is_right": (6, test_proof),
    "train": (4, test_train),
}

if __name__ == "__main__":
    judging.grade(PROBLEMS)
