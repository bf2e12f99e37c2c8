"""The programs on the first pages and on the page of backpropagation compute what the package does."""

import ast
import io
from contextlib import redirect_stdout

import numpy as np
import pytest

from nnmath import (
    Network,
    backward,
    cross_entropy,
    forward,
    random_network,
    relu,
    small_network,
    softmax,
    squared_error,
)
from nnmath.gradients.backward import errors_by_matrices
from tests.book import BOOK

CELLS = {c.docname: [cell.source for cell in c.code_cells] for c in BOOK}

THIRTY = "thirty_lines"


def lines_of(source):
    return [line for line in source.splitlines() if line.strip()]


def functions_of(source, **names):
    """Define the functions of a cell, and run nothing else of it."""
    tree = ast.parse(source)
    tree.body = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    exec(compile(tree, THIRTY, "exec"), names)
    return names


@pytest.fixture
def example():
    rng = np.random.default_rng(3)
    network = random_network((7, 5, 3), {1: relu, 2: softmax}, scale=0.9, rng=rng)
    for b in network.b.values():
        b[:] = rng.normal(size=b.shape)
    return network, rng.normal(size=(7, 4)), softmax(rng.normal(size=(3, 4)))


def test_the_network_has_at_most_thirty_lines_and_the_check_nine():
    _, network, check = CELLS[THIRTY]
    assert len(lines_of(network)) <= 30
    assert len(lines_of(check)) == 9


def test_the_thirty_lines_compute_the_packages_gradient(example):
    network, X, Y = example
    names = functions_of(CELLS[THIRTY][1], np=np, W=network.W, b=network.b)
    found = names["backward"](*names["forward"](X), Y)
    Z, A = forward(network, X)
    wanted = backward(network, Z, A, Y, cross_entropy)
    for of_found, of_wanted in zip(found, wanted, strict=True):
        for l in (1, 2):
            assert np.abs(of_found[l] - of_wanted[l]).max() <= 1e-15


@pytest.mark.parametrize("wrong", ["Z[1] >= -9", "A[1] >= 0", "Z[1] < 0"])
def test_the_nine_lines_see_a_wrong_mask(example, wrong):
    network, X, _ = example
    Y = np.eye(3)[:, [0, 2, 1, 2]]
    source = CELLS[THIRTY][1]
    errors = {}
    for mask in ("Z[1] > 0", wrong):
        names = functions_of(source.replace("Z[1] > 0", mask), np=np, W=network.W, b=network.b)
        names |= {"X": X, "Y": Y, "rng": np.random.default_rng(0)}
        with redirect_stdout(io.StringIO()) as said:
            exec(CELLS[THIRTY][2], names)
        errors[mask] = float(said.getvalue().split()[4])
    assert errors["Z[1] > 0"] <= 1e-6
    assert errors[wrong] >= 1e-2


@pytest.fixture(scope="module")
def one_page():
    names = {}
    with redirect_stdout(io.StringIO()):
        for source in CELLS["backpropagation_in_one_page"]:
            exec(source, names)
    return names


def test_the_five_equations_give_the_packages_numbers(one_page):
    network, x, y = small_network()
    Z, A = forward(network, x)
    Delta = errors_by_matrices(network, Z, A, y, squared_error)
    of_W, of_b = backward(network, Z, A, y, squared_error)
    wanted = {"A1": A[1], "A2": A[2], "Delta1": Delta[1], "Delta2": Delta[2]}
    wanted |= {"of_W1": of_W[1], "of_W2": of_W[2], "of_b1": of_b[1], "of_b2": of_b[2]}
    for name, array in wanted.items():
        assert np.abs(one_page[name] - array).max() <= 1e-15, name


def test_the_error_of_the_first_hidden_neuron_is_the_one_computed_by_hand(one_page):
    assert f"{one_page['Delta1'][0, 0]:.4f}" == "-0.0423"


@pytest.fixture(scope="module")
def own():
    """Run the last page of the part on learning, up to the judge."""
    names = {}
    with redirect_stdout(io.StringIO()):
        for source in CELLS["your_own"]:
            exec(source, names)
    return names


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ({"forward"}, "forward: returns nothing yet"),
        ({"backward"}, "forward: right\nbackward: returns nothing yet"),
    ],
)
def test_the_judge_says_what_is_missing(own, missing, said):
    given = [own[name if name in missing else f"my_{name}"] for name in ("forward", "backward")]
    with redirect_stdout(io.StringIO()) as printed:
        assert not own["judge_small_network"](*given)
    assert printed.getvalue().strip() == said


@pytest.mark.parametrize("factor", [7, np.nan])
@pytest.mark.parametrize("array", ["Z", "A"])
def test_the_judge_sees_a_wrong_forward_pass(own, array, factor):
    def wrong(W, b, X):
        Z, A = own["my_forward"](W, b, X)
        {"Z": Z, "A": A}[array][2] *= factor
        return Z, A

    with redirect_stdout(io.StringIO()) as printed:
        assert not own["judge_small_network"](wrong, own["my_backward"])
    assert printed.getvalue().startswith("forward: off by")


def test_the_judge_sees_a_wrong_gradient(own):
    def wrong(W, Z, A, Y):
        of_W, of_b = own["my_backward"](W, Z, A, Y)
        return {1: -of_W[1], 2: of_W[2]}, of_b

    network = Network(*own_parameters(), {1: relu, 2: softmax})
    with redirect_stdout(io.StringIO()) as printed:
        assert not own["judge_small_network"](own["my_forward"], wrong)
        assert not own["judge_gradient"](network.W, network.b, own["my_forward"], wrong)
    assert printed.getvalue().count("off by") == 2


@pytest.mark.parametrize("divided_by", ["nothing", "the classes"])
def test_the_judge_sees_a_bias_gradient_without_the_mean(own, divided_by):
    def wrong(W, Z, A, Y):
        of_W, of_b = own["my_backward"](W, Z, A, Y)
        classes, m = Y.shape
        factor = {"nothing": m, "the classes": m / classes}[divided_by]
        return of_W, {l: factor * of_b[l] for l in of_b}

    with redirect_stdout(io.StringIO()) as printed:
        assert not own["judge_small_network"](own["my_forward"], wrong)
    assert "backward: off by" in printed.getvalue()


def own_parameters():
    network = random_network(
        (784, 64, 10), {1: relu, 2: softmax}, scale=0.05, rng=np.random.default_rng(4)
    )
    return network.W, network.b
