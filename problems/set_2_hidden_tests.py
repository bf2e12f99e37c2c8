"""What the teacher runs for problem set 2: python set_2_hidden_tests.py NOTEBOOK …"""

import judging
import set_2_tests as shown


def test_squared_error(squared_error):
    for n, m in ((3, 4), (5, 1), (2, 7)):
        shown.test_squared_error(squared_error, n, m, seed=n)


def test_chain(chain_gradient):
    for depth in (1, 3, 8):
        shown.test_chain(chain_gradient, depth, seed=depth)


def test_one_layer_back(one_layer_back):
    for before, after in ((3, 2), (2, 5), (4, 4)):
        shown.test_one_layer_back(one_layer_back, before, after, seed=after)


PROBLEMS = {
    "squared_error": (3, test_squared_error),
    "chain_gradient": (4, test_chain),
    "one_layer_back": (5, test_one_layer_back),
}

if __name__ == "__main__":
    judging.grade(PROBLEMS)
