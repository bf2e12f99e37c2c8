"""What the chapter on clipping, dropout and batch normalisation builds, and its judges."""

from fractions import Fraction

import numpy as np
import pytest
import sympy

from nnmath.learning.batch_normalisation import (
    batch_statistics,
    normalise,
    normalised_batch,
    normalised_batch_backward,
    running_average,
)
from nnmath.learning.calibration import expected_calibration_error
from nnmath.learning.clipping import clip_gradients, gradient_norm
from nnmath.learning.dropout import dropout_mask
from nnmath.learning.early_stopping import epoch_to_keep

from .exact_numbers import UNIT_ROUNDOFF


def gradients(*entries):
    first, second, third, fourth = (np.array([[entry]], dtype=float) for entry in entries)
    return {1: first, 2: second}, {1: third, 2: fourth}


def flat(of_W, of_b):
    return [part[l].item() for part in (of_W, of_b) for l in part]


@pytest.mark.parametrize("factor", [1, -1, 2.0**-40])
def test_the_norm_is_that_of_all_entries_together(factor):
    found = gradient_norm(gradients(*(factor * entry for entry in (2, 4, 5, 6))))
    assert found == pytest.approx(9 * abs(factor), rel=1e-15)


@pytest.mark.parametrize(("size", "dtype"), [(1e200, np.float64), (1e30, np.float32)])
def test_the_norm_of_huge_gradients_does_not_overflow(size, dtype):
    huge = {1: np.array([[3 * size, -4 * size]], dtype)}, {1: np.zeros((1, 1), dtype)}
    assert gradient_norm(huge) == pytest.approx(5 * size, rel=1e-6)


def test_the_norm_of_a_gradient_of_0_is_0():
    assert gradient_norm(gradients(0, 0, 0, 0)) == 0


def test_a_long_gradient_is_shortened_along_its_direction():
    assert flat(*clip_gradients(gradients(2, -4, 5, -6), 4.5)) == [1, -2, 2.5, -3]


def test_a_gradient_that_is_a_little_too_long_is_shortened():
    clipped = clip_gradients(gradients(2, -4, 5, -6), 8.75)
    assert gradient_norm(clipped) == pytest.approx(8.75, rel=1e-15)


@pytest.mark.parametrize("c", [9, 10])
def test_a_gradient_that_is_not_too_long_stays(c):
    assert flat(*clip_gradients(gradients(2, 4, 5, 6), c)) == [2, 4, 5, 6]


def test_a_gradient_of_0_stays_0():
    assert flat(*clip_gradients(gradients(0, 0, 0, 0), 1)) == [0, 0, 0, 0]


def test_clipping_leaves_its_argument_and_the_type_as_they_are():
    of_W, of_b = {1: np.full((2, 2), 3, dtype=np.float32)}, {1: np.ones((2, 1), np.float32)}
    clipped, _ = clip_gradients((of_W, of_b), 1)
    assert (of_W[1] == 3).all()
    assert clipped[1].dtype == np.float32


@pytest.mark.parametrize("c", [0, -1, np.inf, np.nan])
def test_a_bound_that_is_not_positive_is_refused(c):
    with pytest.raises(ValueError, match="c must be finite and above 0"):
        clip_gradients(gradients(1, 1, 1, 1), c)


def test_the_share_that_is_dropped_is_binomial():
    rng = np.random.default_rng(0)
    for r in (0.1, 0.5, 0.8):
        mask = dropout_mask((300, 400), r, rng)
        dropped = np.mean(mask == 0)
        assert abs(dropped - r) <= 5 * np.sqrt(r * (1 - r) / mask.size)
        assert set(np.unique(mask)) == {0, 1 / (1 - r)}


def test_entries_are_dropped_one_by_one():
    mask = dropout_mask((50, 2000), 0.5, np.random.default_rng(1)) > 0
    for one, other in ((mask[:-1], mask[1:]), (mask[:, :-1], mask[:, 1:])):
        both = np.mean(one & other)
        assert abs(both - 0.25) <= 5 * np.sqrt(0.25 * 0.75 / one.size)


def test_without_dropout_the_mask_is_1():
    assert (dropout_mask((3, 4), 0, np.random.default_rng(0)) == 1).all()


class Zeros(np.random.Generator):
    """Draws 0, which any generator may do."""

    def random(self, shape):
        return np.zeros(shape)


def test_without_dropout_no_draw_drops():
    assert (dropout_mask((3, 4), 0, Zeros(np.random.PCG64())) == 1).all()


def test_a_mask_has_the_type_that_is_asked_for():
    assert dropout_mask((3,), 0.5, np.random.default_rng(0), np.float32).dtype == np.float32
    assert dropout_mask((3,), 0.5, np.random.default_rng(0)).dtype == np.float64


@pytest.mark.parametrize("r", [-0.1, 1.0, np.nan])
def test_a_probability_out_of_range_is_refused(r):
    with pytest.raises(ValueError, match="r must be at least 0 and below 1"):
        dropout_mask((3,), r, np.random.default_rng(0))


def test_a_mask_needs_a_generator_and_a_floating_type():
    with pytest.raises(TypeError, match="rng must be"):
        dropout_mask((3,), 0.5, 7)
    with pytest.raises(TypeError, match="dtype must be a floating-point type"):
        dropout_mask((3,), 0.5, np.random.default_rng(0), int)


def test_the_statistics_are_mean_and_variance_with_the_divisor_m():
    mu, v = batch_statistics(np.array([[1.0, 3, 5, 7], [0, 0, 0, 8]]))
    assert mu.tolist() == [[4], [2]]
    assert v.tolist() == [[5], [12]]


def test_normalising_subtracts_first_and_adds_epsilon_under_the_root():
    Z_hat, s = normalise(np.array([[1.0, 5]]), np.array([[4.0]]), np.array([[3.0]]), 1.0)
    assert s.tolist() == [[0.5]]
    assert Z_hat.tolist() == [[-1.5, 0.5]]


def test_scale_and_shift_come_after_the_normalisation():
    Z = np.array([[1.0, 3], [0, 8]])
    U, Z_hat, s = normalised_batch(Z, np.array([[2.0], [3]]), np.array([[10.0], [20]]), 0.0)
    assert Z_hat.tolist() == [[-1, 1], [-1, 1]]
    assert s.tolist() == [[1], [0.25]]
    assert U.tolist() == [[8, 12], [17, 23]]


def test_epsilon_is_small_unless_it_is_given():
    _, _, s = normalised_batch(np.zeros((1, 2)), np.ones((1, 1)), np.ones((1, 1)))
    assert s.item() == 1 / np.sqrt(1e-5)


def test_the_way_back_is_what_sympy_differentiates():
    m = 3
    z, g = sympy.symbols(f"z:{m}", real=True), sympy.symbols(f"g:{m}", real=True)
    gamma, beta, epsilon = sympy.symbols("gamma beta epsilon", positive=True)
    mu = sum(z) / m
    s = 1 / sympy.sqrt(sum((one - mu) ** 2 for one in z) / m + epsilon)
    cost = sum(g[e] * (gamma * s * (z[e] - mu) + beta) for e in range(m))
    values = dict(
        zip((*z, *g, gamma, beta, epsilon), (1, -2, 4, 3, 5, -7, 2, 9, 3), strict=True)
    )
    wanted = [float(sympy.diff(cost, one).subs(values)) for one in (*z, gamma, beta)]
    Z, G = (np.array([[values[one] for one in row]], dtype=float) for row in (z, g))
    scale, shift = np.array([[2.0]]), np.array([[9.0]])
    _, Z_hat, factor = normalised_batch(Z, scale, shift, 3.0)
    of_Z, of_gamma, of_beta = normalised_batch_backward(G, Z_hat, factor, scale)
    found = [*of_Z[0], of_gamma.item(), of_beta.item()]
    assert np.abs(np.array(found) - wanted).max() <= 64 * UNIT_ROUNDOFF * 7


def test_neurons_do_not_mix_on_the_way_back():
    rng = np.random.default_rng(2)
    Z, G, gamma = rng.normal(size=(3, 5)), rng.normal(size=(3, 5)), rng.normal(size=(3, 1))
    _, Z_hat, s = normalised_batch(Z, gamma, gamma)
    together = normalised_batch_backward(G, Z_hat, s, gamma)
    for i in range(3):
        row = [i]
        alone = normalised_batch_backward(G[row], Z_hat[row], s[row], gamma[row])
        for whole, part in zip(together, alone, strict=True):
            assert (np.abs(whole[row] - part) <= 16 * UNIT_ROUNDOFF * 5).all()


def test_what_comes_back_has_the_shapes_of_what_went_in():
    Z, gamma = np.ones((3, 5)), np.ones((3, 1))
    _, Z_hat, s = normalised_batch(Z, gamma, gamma)
    back = normalised_batch_backward(Z, Z_hat, s, gamma)
    assert [array.shape for array in back] == [(3, 5), (3, 1), (3, 1)]


def test_the_running_average_takes_a_share_of_the_new():
    old, new = np.array([[8.0]]), np.array([[4.0]])
    assert running_average(old, new, 0.75).tolist() == [[7]]
    assert running_average(Fraction(8), Fraction(4), Fraction(1, 4)) == 5


@pytest.mark.parametrize(
    ("costs", "patience", "kept"),
    [
        ([5], 1, 0),
        ([5, 4, 3], 1, 2),
        ([5, 4, 6, 3], 1, 1),
        ([5, 4, 6, 3], 2, 3),
        ([5, 4, 4, 4], 2, 1),
        ([3, 4, 5, 6, 1], 4, 4),
        ([3, 4, 5, 6, 1], 3, 0),
        ([np.inf, 4, np.inf], 3, 1),
    ],
)
def test_the_epoch_before_the_patience_ends_is_kept(costs, patience, kept):
    assert epoch_to_keep(costs, patience) == kept


def test_early_stopping_needs_costs_and_patience():
    with pytest.raises(ValueError, match=r"^costs must hold one number at least$"):
        epoch_to_keep([], 1)
    with pytest.raises(ValueError, match=r"costs\[1\] must be a number, got nan"):
        epoch_to_keep([1.0, np.nan], 1)
    with pytest.raises(ValueError, match="patience must be at least 1"):
        epoch_to_keep([1.0], 0)
    with pytest.raises(TypeError, match="patience must be a whole number"):
        epoch_to_keep([1.0], 1.5)


def by_hand(P, labels, bins):
    """Sort the examples into bins one after the other."""
    rows = [[] for _ in range(bins)]
    for column, label in zip(P.T, labels, strict=True):
        confidence = max(column)
        last = [k for k in range(bins) if k / bins <= confidence][-1]
        rows[last].append((confidence, float(list(column).index(confidence) == label)))
    total = len(labels)
    return sum(
        len(row) / total * abs(np.mean([r for _, r in row]) - np.mean([p for p, _ in row]))
        for row in rows
        if row
    )


@pytest.mark.parametrize("bins", [1, 4, 15])
def test_the_calibration_error_is_that_by_hand(bins):
    rng = np.random.default_rng(bins)
    P = rng.dirichlet(np.ones(3), 80).T
    labels = rng.integers(0, 3, 80)
    found = expected_calibration_error(P, labels, bins)
    assert abs(found - by_hand(P, labels, bins)) <= 100 * UNIT_ROUNDOFF


def test_there_are_fifteen_bins_unless_it_is_said():
    P = np.array([[0.5, 0.55, 0.61], [0.5, 0.45, 0.39]])
    labels = np.array([0, 1, 0])
    assert expected_calibration_error(P, labels) == expected_calibration_error(P, labels, 15)
    assert expected_calibration_error(P, labels) != expected_calibration_error(P, labels, 14)


def test_who_is_sure_and_right_is_calibrated():
    assert expected_calibration_error(np.eye(3), np.arange(3)) == 0
    assert expected_calibration_error(np.eye(3), np.array([1, 2, 0])) == 1


def test_foreign_labels_and_bins_are_refused():
    P = np.full((2, 3), 0.5)
    with pytest.raises(ValueError, match=r"labels must have shape \(3,\)"):
        expected_calibration_error(P, np.array([0, 1]))
    with pytest.raises(ValueError, match="labels must lie from 0 to 1"):
        expected_calibration_error(P, np.array([0, 1, 2]))
    with pytest.raises(ValueError, match="bins must be at least 1"):
        expected_calibration_error(P, np.array([0, 1, 1]), 0)
    with pytest.raises(TypeError, match="P must be a NumPy array"):
        expected_calibration_error([[1.0]], np.array([0]))
    with pytest.raises(ValueError, match=r"^P must have shape \(K, m\), got \(2,\)$"):
        expected_calibration_error(P[:, 0], np.array([0]))


@pytest.mark.parametrize(("entry", "got"), [(-0.25, "-0.25 to 0.5"), (1.25, "0.5 to 1.25")])
def test_what_are_no_probabilities_are_refused(entry, got):
    P = np.array([[entry, 0.5], [0.5, 0.5]])
    with pytest.raises(ValueError, match=f"P must lie from 0 to 1, got values from {got}"):
        expected_calibration_error(P, np.array([0, 1]))


def test_a_confidence_of_1_is_in_the_last_bin():
    P = np.array([[1.0, 0.97], [0.0, 0.03]])
    found = expected_calibration_error(P, np.array([1, 0]), 10)
    assert abs(found - 0.485) <= 8 * UNIT_ROUNDOFF
