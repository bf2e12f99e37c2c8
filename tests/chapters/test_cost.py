"""What the chapter on the cost builds: labels as targets, costs and their derivatives."""

import pickle

import numpy as np
import pytest
import sympy

from nnmath import cross_entropy, one_hot, softmax, squared_error
from nnmath.model.costs import (
    Cost,
    cross_entropy_derivative,
    derivative_of_cost,
    squared_error_derivative,
)

SHAPES = [(3, 5), (2, 4), (6, 7)]
COSTS = [squared_error, cross_entropy]
DERIVATIVES = [squared_error_derivative, cross_entropy_derivative]


def test_one_hot_puts_each_one_in_the_row_of_its_class():
    assert one_hot(np.array([2, 0]), 3).tolist() == [[0, 1], [0, 0], [1, 0]]


def test_one_class_alone_has_a_one_for_every_example():
    assert one_hot(np.array([0, 0]), 1).tolist() == [[1, 1]]


@pytest.mark.parametrize(
    ("labels", "error", "message"),
    [
        ([0, 3], ValueError, r"^labels must lie from 0 to 2, got values from 0 to 3$"),
        ([-1, 2], ValueError, r"^labels must lie from 0 to 2, got values from -1 to 2$"),
        (
            np.zeros(0, int),
            ValueError,
            r"^labels must have shape \(m,\) with m at least 1, got \(0,\)$",
        ),
        (
            [[0, 1]],
            ValueError,
            r"^labels must have shape \(m,\) with m at least 1, got \(1, 2\)$",
        ),
        ([0.0, 1.0], TypeError, r"^labels must be an array of whole numbers, got float64$"),
    ],
)
def test_one_hot_refuses_what_are_no_labels(labels, error, message):
    with pytest.raises(error, match=message):
        one_hot(np.array(labels), 3)


def test_one_hot_refuses_a_list():
    with pytest.raises(TypeError, match=r"^labels must be an array of whole numbers, got list"):
        one_hot([0, 1], 3)


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.uint64])
def test_labels_may_be_whole_numbers_of_any_type(dtype):
    assert one_hot(np.array([2, 0], dtype), 3).tolist() == [[0, 1], [0, 0], [1, 0]]


@pytest.mark.parametrize(
    ("K", "error", "message"),
    [
        (0, ValueError, r"^K must be at least 1, got 0$"),
        (3.5, TypeError, r"^K must be a whole"),
        (True, TypeError, r"^K must be a whole"),
    ],
)
def test_one_hot_refuses_what_is_no_number_of_classes(K, error, message):
    with pytest.raises(error, match=message):
        one_hot(np.array([0]), K)


@pytest.mark.parametrize(("rows", "m"), SHAPES)
def test_squared_error_is_a_mean_over_neurons_and_examples(rows, m):
    A, Y = np.random.default_rng(rows).normal(size=(2, rows, m))
    loops = sum((A[i, e] - Y[i, e]) ** 2 for i in range(rows) for e in range(m)) / rows / m
    assert squared_error(A, Y) == pytest.approx(loops, rel=1e-14, abs=0)


@pytest.mark.parametrize("cost", COSTS)
def test_a_cost_too_small_for_a_float_is_zero(cost):
    A, Y = np.array([[1e-200], [0.0]]), np.array([[0.0], [0.0]])
    with np.errstate(under="raise"):
        assert cost(A, Y) == 0


@pytest.mark.parametrize(("K", "m"), SHAPES)
def test_cross_entropy_is_the_mean_of_the_logarithms(K, m):
    rng = np.random.default_rng(K)
    P, labels = softmax(rng.normal(size=(K, m))), rng.integers(0, K, m)
    loops = -sum(np.log(P[labels[e], e]) for e in range(m)) / m
    assert cross_entropy(P, one_hot(labels, K)) == pytest.approx(loops, rel=1e-14, abs=0)


def test_cross_entropy_reads_zero_times_the_logarithm_of_zero_as_zero():
    certain = np.array([[1.0], [0.0]])
    assert cross_entropy(certain, certain) == 0


def test_an_impossible_right_class_costs_infinitely_much():
    assert cross_entropy(np.array([[1.0], [0.0]]), np.array([[0.0], [1.0]])) == np.inf


@pytest.mark.parametrize(("rows", "m"), SHAPES)
def test_the_derivatives_are_sympys_example_by_example(rows, m):
    rng = np.random.default_rng(rows)
    P, Y = (softmax(rng.normal(size=(rows, m))) for _ in range(2))
    a, y = sympy.symbols("a y", positive=True)
    square = sympy.lambdify((a, y), sympy.diff((a - y) ** 2 / rows, a))
    entropy = sympy.lambdify((a, y), sympy.diff(-y * sympy.log(a), a))
    assert squared_error_derivative(P, Y) == pytest.approx(square(P, Y), rel=1e-14, abs=0)
    assert cross_entropy_derivative(P, Y) == pytest.approx(entropy(P, Y), rel=1e-14, abs=0)


def test_the_derivative_where_the_target_is_zero_is_zero_whatever_the_probability():
    P, Y = np.array([[1.0, 0.5], [0.0, 0.5]]), np.array([[1.0, 0.0], [0.0, 1.0]])
    assert cross_entropy_derivative(P, Y).tolist() == [[-1, 0], [0, -2]]


def test_the_derivative_at_an_impossible_right_class_is_refused():
    with pytest.raises(
        ValueError, match=r"^outputs must not be 0 where Y is not, got 1 such entries$"
    ):
        cross_entropy_derivative(np.array([[1.0], [0.0]]), np.array([[0.0], [1.0]]))


@pytest.mark.parametrize("function", COSTS + DERIVATIVES)
def test_the_arguments_are_called_outputs_and_targets(function):
    P, Y = np.array([[0.75], [0.25]]), np.array([[1.0], [0.0]])
    assert np.array_equal(function(A=P, Y=Y), function(P, Y))


@pytest.mark.parametrize("derivative", DERIVATIVES)
def test_targets_of_a_small_type_do_not_wrap_around(derivative):
    P, Y = np.array([[0.75], [0.25]]), np.array([[1.0], [0.0]])
    assert np.array_equal(derivative(P, Y.astype(np.uint8)), derivative(P, Y))


@pytest.mark.parametrize("function", COSTS + DERIVATIVES)
def test_single_precision_stays_single(function):
    P = np.full((2, 3), 0.5, np.float32)
    assert function(P, P).dtype == np.float32


@pytest.mark.parametrize("function", COSTS)
@pytest.mark.parametrize(
    ("Y", "error", "message"),
    [
        (np.ones((3, 2)), ValueError, r"^Y must have shape \(2, 3\), got \(3, 2\)$"),
        (np.ones((2, 1)), ValueError, r"^Y must have shape \(2, 3\), got \(2, 1\)$"),
        (
            np.ones((2, 3), int),
            TypeError,
            r"^Y must hold floating-point numbers, got dtype int64$",
        ),
        (np.full((2, 3), np.nan), ValueError, r"^Y must be finite, got 6 NaN or infinite"),
    ],
)
def test_targets_that_do_not_fit_are_refused(function, Y, error, message):
    with pytest.raises(error, match=message):
        function(np.full((2, 3), 0.5), Y)


@pytest.mark.parametrize("function", COSTS)
def test_outputs_that_are_no_batch_are_refused(function):
    with pytest.raises(ValueError, match=r"^A must have shape \(n_L, m\), got \(3,\)$"):
        function(np.ones(3), np.ones(3))


@pytest.mark.parametrize("cost", COSTS)
def test_a_cost_is_known_by_the_name_of_its_function(cost):
    assert repr(cost) == cost.__name__ == cost.function.__name__
    assert cost.__doc__ == cost.function.__doc__
    assert pickle.loads(pickle.dumps(cost)) is cost


def test_a_cost_without_a_derivative_is_named():
    def absolute_error(A, Y):
        return np.mean(np.abs(A - Y))

    message = (
        r"^cost must have a derivative here \(squared_error, cross_entropy\), got absolute"
    )
    with pytest.raises(ValueError, match=message):
        derivative_of_cost(Cost(absolute_error))


@pytest.mark.parametrize("dtype", [np.uint8, np.int8])
@pytest.mark.parametrize("cost", [squared_error, cross_entropy])
def test_derivatives_at_whole_numbers_of_a_small_type_do_not_wrap_around(cost, dtype):
    A, Y = np.array([[1, 100], [2, 3]], dtype), np.array([[1, 0], [0, 1]], dtype)
    found = derivative_of_cost(cost)(A, Y)
    assert np.array_equal(found, derivative_of_cost(cost)(A.astype(float), Y.astype(float)))
