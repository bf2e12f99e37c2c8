"""The bench for shapes and transposes."""

import re

import numpy as np
import pytest

from nnmath import Network, backward, forward, squared_error, tanh
from nnmath.gradients.backward import errors_by_matrices

from .in_page import button, data_of, ready

SIZES = [(2, 3, 5), (4, 1, 3), (3, 3, 3), (8, 7, 6)]


def layer_of(data, n_before, n_here, m):
    """Run the layer of the bench with nnmath; give its factors, and what is wanted of it."""
    drawn = {name: np.array(rows) for name, rows in data["drawn"].items()}
    W, X, Y = drawn["W"][:n_here, :n_before], drawn["A"][:n_before, :m], drawn["Y"][:n_here, :m]
    # The layer before stands in with the identity as its weights: its tangent gives the inputs.
    before = Network(
        {1: np.eye(n_before), 2: W},
        {1: np.zeros((n_before, 1)), 2: np.zeros((n_here, 1))},
        {1: tanh, 2: tanh},
    )
    Z, A = forward(before, np.arctanh(X))
    Delta = errors_by_matrices(before, Z, A, Y, squared_error)
    plain = {
        "W[l]": W,
        "A[l - 1]": X,
        "A[l]": A[2],
        "Delta[l - 1]": Delta[1],
        "Delta[l]": Delta[2],
    }
    factors = plain | {f"{name}.T": array.T for name, array in plain.items()}
    of_W = backward(before, Z, A, Y, squared_error)[0][2]
    return factors, {"Z": (Z[2], 1), "ofW": (of_W, 1 / m), "ofA": (W.T @ Delta[2] / m, 1 / m)}


JUDGED = """([drawn, sizes]) => {
  const S = Interactives.math.shapes, layer = S.layer(drawn, ...sizes), factors = S.factors(layer), found = {};
  for (const left in factors) for (const right in factors) found[`${left} @ ${right}`] = S.judged(layer, left, right);
  return [factors, found, S.wanted(layer)];
}"""


@pytest.mark.parametrize("sizes", SIZES)
def test_factors_products_and_what_is_wanted_are_nnmaths(opened, site, sizes):
    page = ready(opened("shapes"))
    data = data_of(site, "shapes")
    factors, wanted = layer_of(data, *sizes)
    shown, judged, goals = page.evaluate(JUDGED, [data["drawn"], sizes])
    assert shown.keys() == factors.keys()
    for name, array in factors.items():
        assert np.abs(np.array(shown[name]) - array).max() <= 1e-13
    for name, (value, factor) in wanted.items():
        assert np.abs(np.array(goals[name]["value"]) - value).max() <= 1e-9
        assert goals[name]["factor"] == factor
    assert len(judged) == 100
    for name, found in judged.items():
        left, right = (factors[one] for one in name.split(" @ "))
        assert (found is None) == (left.shape[1] != right.shape[0])
        if found is None:
            continue
        assert np.abs(np.array(found["value"]) - left @ right).max() <= 1e-12
        for goal, (value, factor) in wanted.items():
            if value.shape != (left @ right).shape:
                assert found["distance"][goal] is None
            else:
                distance = np.abs(factor * left @ right - value).max()
                assert abs(found["distance"][goal] - distance) <= 1e-9


def choose(page, left, right):
    page.get_by_label("Left").select_option(left)
    page.get_by_label("Right").select_option(right)


def said(page):
    return page.locator(".interactive .status").inner_text()


def verdicts(page):
    """Give the marks of the table: wanted, in shape, in value."""
    return [
        [cell[0] for cell in row.locator("td").all_inner_texts()[1:]]
        for row in page.locator(".interactive tbody tr").all()
    ]


YES, NO, NOTHING = "✓", "✗", "–"


def test_with_different_sizes_shapes_part_right_from_wrong(opened):
    page = ready(opened("shapes"))
    assert verdicts(page) == [[NO, NOTHING], [YES, YES], [NO, NOTHING]]
    choose(page, "Delta[l]", "A[l - 1]")
    assert "no such product" in said(page)
    choose(page, "W[l].T", "Delta[l]")
    assert verdicts(page) == [[NO, NOTHING], [NO, NOTHING], [YES, YES]]
    choose(page, "W[l]", "A[l - 1]")
    assert verdicts(page) == [[YES, YES], [NO, NOTHING], [NO, NOTHING]]


def test_with_equal_sizes_a_wrong_transpose_fits_in_shape_and_its_value_is_wrong(opened):
    page = ready(opened("shapes"))
    button(page, "Equal sizes").press("Enter")
    choose(page, "W[l]", "Delta[l]")
    assert verdicts(page) == [[YES, NO], [YES, NO], [YES, NO]]
    assert "the value is wrong" in said(page)
    choose(page, "W[l].T", "Delta[l]")
    assert verdicts(page) == [[YES, NO], [YES, NO], [YES, YES]]


def test_by_keyboard_sizes_change_and_the_picture_is_to_scale_and_told(opened):
    page = ready(opened("shapes"))
    page.get_by_label(re.compile("before")).press("ArrowRight")
    page.get_by_label(re.compile("batch")).press("ArrowRight")
    rectangles = page.locator(".interactive .matrix").evaluate_all(
        "es => es.map(e => [e.getAttribute('height') / 11, e.getAttribute('width') / 11])"
    )
    assert rectangles == [[3, 6], [6, 3], [3, 3]]
    told = page.locator(".interactive .matrices").get_attribute("aria-label")
    assert told.startswith(
        "errors, 3 by 6, times inputs, transposed, 6 by 3, is a product of 3 by 3"
    )
    page.get_by_label("Left").press("ArrowUp")
    assert page.get_by_label("Left").input_value() == "Delta[l - 1].T"
    assert page.locator(".interactive code").inner_text() == "Delta[l - 1].T @ A[l - 1].T"


def test_without_scripts_the_table_has_the_three_products(soup):
    text = soup("vectorization").select_one("#bench-for-shapes").get_text()
    for line in (
        "W @ A +3 × 5 +Z +Z",
        "Delta @ A.T +3 × 2 +dC/dW +dC/dW",
        "W.T @ Delta +2 × 5 +dC/dA +dC/dA",
    ):
        assert re.search(line, text)
    assert (
        "36 products fit all three in shape; in value W @ A, W.T @ Delta, Delta @ A.T" in text
    )
