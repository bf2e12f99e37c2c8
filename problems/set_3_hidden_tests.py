"""What the teacher runs for problem set 3: python set_3_hidden_tests.py NOTEBOOK …"""

import judging
import set_3_tests as shown


def test_layer_gradients(layer_gradients):
    for n, sources, m in ((2, 3, 4), (3, 2, 1), (1, 4, 6)):
        shown.test_layer_gradients(layer_gradients, n, sources, m, seed=m)


def test_largest_error(largest_error):
    shown.test_largest_error(largest_error, ((3, 2), (5,), (1, 2, 3)))


def test_epoch(epoch):
    shown.test_epoch(epoch, ((11, 4), (9, 3), (5, 5)))


PROBLEMS = {
    "layer_gradients": (4, test_layer_gradients),
    "largest_error": (5, test_largest_error),
    "epoch": (5, test_epoch),
}

if __name__ == "__main__":
    judging.grade(PROBLEMS)
