"""The small playground."""

import re

import numpy as np
import pytest

from nnmath import (
    Network,
    backward,
    cross_entropy,
    descend,
    forward,
    relu,
    sigmoid,
    softmax,
    tanh,
)

from .in_page import PAGES, button, data_of, go, number

PHI = {phi.__name__: phi for phi in (tanh, relu, sigmoid)}
TOLERANCE = 1e-5


def network_of(found):
    """Make a network of the page one of nnmath."""
    last = len(found["n"]) - 1
    return Network(
        {int(l): np.array(W) for l, W in found["W"].items()},
        {int(l): np.array(b)[:, np.newaxis] for l, b in found["b"].items()},
        {l: softmax if l == last else PHI[found["phi"]] for l in range(1, last + 1)},
    )


STEPS = """([network, X, Y, eta, count]) => {
  const G = Interactives.math.playground, costs = [];
  for (let k = 0; k <= count; k += 1) {
    const values = G.forward(network, X), L = network.n.length - 1;
    costs.push(G.cost(values.Z[L], Y));
    if (k === count) return [network, costs, values.A[L], G.backward(network, values, Y), G.mistakes(values.A[L], Y)];
    network = G.step(network, X, Y, eta);
  }
}"""


@pytest.mark.parametrize("phi", PHI)
@pytest.mark.parametrize("n", [(2, 1, 2), (2, 5, 2), (2, 8, 3, 2), (2, 8, 8, 2)])
def test_steps_in_the_page_are_nnmaths(opened, n, phi):
    page = opened("playground")
    rng = np.random.default_rng(sum(n))
    X, Y = rng.normal(size=(2, 30)), np.eye(2)[rng.integers(2, size=30)].T
    start = {
        "n": n,
        "phi": phi,
        "W": {l: rng.normal(size=(n[l], n[l - 1])).tolist() for l in range(1, len(n))},
        "b": {l: rng.normal(size=n[l]).tolist() for l in range(1, len(n))},
    }
    eta, count = 0.2, 25
    found, costs, P, of, mistakes = page.evaluate(
        STEPS, [start, X.tolist(), Y.tolist(), eta, count]
    )
    network, expected = network_of(start), []
    for _ in range(count):
        Z, A = forward(network, X)
        expected.append(cross_entropy(A[network.L], Y))
        descend(network, *backward(network, Z, A, Y, cross_entropy), eta)
    Z, A = forward(network, X)
    expected.append(cross_entropy(A[network.L], Y))
    of_W, of_b = backward(network, Z, A, Y, cross_entropy)
    assert np.abs(np.array(costs) - expected).max() <= TOLERANCE
    assert np.abs(np.array(P) - A[network.L]).max() <= TOLERANCE
    assert mistakes == np.count_nonzero(A[network.L].argmax(axis=0) != Y.argmax(axis=0))
    for l, W in network_of(found).W.items():
        assert np.abs(W - network.W[l]).max() <= TOLERANCE
        assert np.abs(network_of(found).b[l] - network.b[l]).max() <= TOLERANCE
        assert np.abs(np.array(of["W"][str(l)]) - of_W[l]).max() <= TOLERANCE
        assert np.abs(np.array(of["b"][str(l)]) - of_b[l].ravel()).max() <= TOLERANCE


def test_networks_start_and_walk_as_in_the_cell(opened, site):
    page = opened("playground")
    data = data_of(site, "playground")
    for walk in data["walks"]:
        start = page.evaluate(
            "([start, n, phi]) => Interactives.math.playground.networkAt(start, n, phi)",
            [data["starts"][walk["start"]], walk["n"], walk["phi"]],
        )
        X, count = data["examples"][walk["set"]], len(walk["costs"]) - 1
        found, costs, *_ = page.evaluate(STEPS, [start, X, data["Y"], walk["eta"], count])
        assert np.abs(np.array(costs) - walk["costs"]).max() <= TOLERANCE
        for l, W in walk["W"].items():
            assert np.abs(np.array(found["W"][l]) - W).max() <= TOLERANCE
    assert number(page.locator(".interactive .agreement").inner_text().rstrip(".")) <= TOLERANCE


def status(page):
    return page.locator(".interactive .status").inner_text()


def shown_cost(page):
    return number(re.search(r"cost (\S+),", status(page))[1])


def test_by_keyboard_a_network_is_made_and_its_steps_are_nnmaths(opened, site):
    page = opened("playground")
    data = data_of(site, "playground")
    page.get_by_label("xor").check()
    page.get_by_label("sigmoid").check()
    page.get_by_label("Hidden layer 1").press("End")
    for _ in range(3):
        page.get_by_label("Hidden layer 2").press("ArrowRight")
    page.get_by_label("Learning rate").fill("0")
    button(page, "Another start").press("Enter")
    for _ in range(4):
        button(page, "Step").press("Enter")
    n = (2, 8, 3, 2)
    numbers = {1: "first", 2: "second", 3: "last"}
    start = {
        l: np.array(data["starts"][1][name])[: n[l], : n[l - 1]] for l, name in numbers.items()
    }
    network = Network(
        {l: np.sqrt(2 / n[l - 1]) * W for l, W in start.items()},
        {l: np.zeros((n[l], 1)) for l in start},
        {1: sigmoid, 2: sigmoid, 3: softmax},
    )
    X, Y = np.array(data["examples"]["xor"]), np.array(data["Y"])
    for _ in range(4):
        descend(network, *backward(network, *forward(network, X), Y, cross_entropy), 1.0)
    P = forward(network, X)[1][3]
    wrong = np.count_nonzero(P.argmax(axis=0) != Y.argmax(axis=0))
    assert abs(shown_cost(page) - cross_entropy(P, Y)) <= 5e-4
    assert status(page).startswith("Step 4:")
    assert f"{wrong} of 80 examples" in status(page)
    assert page.locator(".interactive .weights line").count() == 2 * 8 + 8 * 3 + 3 * 2
    button(page, "To the start").press("Enter")
    assert status(page).startswith("Step 0:")


def test_weights_show_their_sign_and_size_and_are_told(opened):
    page = opened("playground")
    lines = page.locator(".interactive .weights line").evaluate_all(
        "es => es.map(e => [e.classList.contains('negative'), parseFloat(getComputedStyle(e).strokeWidth)])"
    )
    told = page.locator(".interactive .weights").get_attribute("aria-label")
    assert "layers of 2, 4, 2 neurons, 16 weights" in told
    largest = number(re.search(r"The largest is (\S+),", told)[1])
    negative, width = max(lines, key=lambda line: line[1])
    assert negative == (largest < 0)
    assert abs(width - (0.4 + 1.6 * abs(largest))) <= 0.02


def test_run_learns_the_circle_and_stops(browser, address):
    page = browser.new_page()
    page.clock.install()
    go(page, f"{address}/{PAGES['playground']}.html")
    plane = page.locator(".interactive canvas.plane")
    before = plane.evaluate("e => e.toDataURL()")
    button(page, "Run").click()
    page.clock.run_for(65 * 60)
    button(page, "Stop").click()
    steps = int(re.match(r"Step (\d+):", status(page))[1])
    assert steps >= 500
    assert "0 of 80 examples on the wrong side" in status(page)
    assert "0 of 80 examples lie on the wrong side" in plane.get_attribute("aria-label")
    assert plane.evaluate("e => e.toDataURL()") != before
    page.clock.run_for(5_000)
    assert status(page).startswith(f"Step {steps}:")
    page.close()


SIDES = """points => points.map(([x, y]) => {
  const canvas = document.querySelector(".interactive canvas.plane");
  const [red, , blue] = canvas.getContext("2d").getImageData(canvas.width * (x / 2.4 + 1) / 2, canvas.height * (1 - y / 2.4) / 2, 1, 1).data;
  return red > blue ? 1 : 0;
})"""


def test_the_plane_is_coloured_by_the_class_that_nnmath_gives(opened, site):
    page = opened("playground")
    data = data_of(site, "playground")
    page.get_by_label("two blobs").check()
    button(page, "Step").evaluate("e => { for (let k = 0; k < 30; k += 1) e.click(); }")
    start = page.evaluate(
        "start => Interactives.math.playground.networkAt(start, [2, 4, 2], 'tanh')",
        data["starts"][0],
    )
    eta = 10 ** float(page.get_by_label("Learning rate").input_value())
    X = data["examples"]["two blobs"]
    network = network_of(page.evaluate(STEPS, [start, X, data["Y"], eta, 30])[0])
    far = [(-2.3, -2.3), (2.3, 2.3), (-2.3, 1), (1, 2.3), (2.3, -1), (0.3, -2.3), (-2.3, 2.3)]
    P = forward(network, np.array(far).T)[1][2]
    clear = np.abs(P[1] - 0.5) > 0.1
    assert clear.sum() >= 5
    sides = np.array(page.evaluate(SIDES, far))
    assert (sides == P.argmax(axis=0))[clear].all()
    assert len(set(sides)) == 2
