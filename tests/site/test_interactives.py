"""The interactives, operated by keyboard, mouse and touch, and their numbers compared with NumPy's."""

import base64
import json
import re

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from literate.build.outputs_cache import executed_notebook
from literate.errors import BookError
from literate.site.interactive import data_of as data_of_page
from nnmath import (
    Momentum,
    Network,
    backward,
    cross_entropy,
    forward,
    identity,
    one_hot,
    relu,
    sigmoid,
    softmax,
    squared_error,
    tanh,
)
from nnmath.app.centring import centred
from nnmath.app.drawings import ink_in
from nnmath.gradients.backward import errors_by_matrices
from nnmath.gradients.recursion import errors_by_recursion, gradients_by_index
from nnmath.model.activations import derivative_of
from nnmath.model.costs import squared_error_derivative

from .accessibility import violations_in
from .conftest import WINDOW
from .in_page import BEYOND, PAGES, button, data_of, go, number, ready

NAMES = list(PAGES)


# --- What the cells hand over ------------------------------------------------------------------------


@pytest.fixture
def executed(tmp_path):
    """Write an executed notebook whose outputs have these metadata."""

    def write(*metadata):
        outputs = [
            new_output("display_data", {"text/plain": "some"}, metadata=some)
            for some in metadata
        ]
        path = executed_notebook(tmp_path, "try/some")
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(new_notebook(cells=[new_code_cell(outputs=outputs)]), path)
        return tmp_path

    return write


def test_numbers_are_read_from_the_one_output_that_hands_them_over(executed):
    root = executed({}, {"interactive": {"x": [0.1, -3e-17]}})
    assert json.loads(data_of_page(root, "try/some")) == {"x": [0.1, -3e-17]}


@pytest.mark.parametrize("metadata", [[], [{}], [{"interactive": 1}, {"interactive": 2}]])
def test_page_that_hands_over_nothing_or_twice_is_refused(executed, metadata):
    root = executed(*metadata)
    with pytest.raises(BookError, match=r"book/try/some.md: one output must have the metadata"):
        data_of_page(root, "try/some")


def test_what_is_no_number_is_not_handed_over(executed):
    root = executed({"interactive": {"x": float("nan")}})
    with pytest.raises(ValueError, match="JSON"):
        data_of_page(root, "try/some")


# --- Every interactive ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_without_scripts_the_still_picture_stands_in_the_page(browser, address, name):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/{PAGES[name]}.html")
    place = page.locator(".interactive")
    still = page.locator(f"#{place.get_attribute('data-still')}")
    assert still.is_visible()
    is_picture = still.locator("img").count() > 0
    told = still.locator("img").get_attribute("alt") if is_picture else still.inner_text()
    assert len(told) > 100
    assert not place.is_visible()
    context.close()


@pytest.mark.parametrize("name", NAMES)
def test_with_scripts_the_screen_shows_the_interactive_and_print_the_still_picture(
    opened, name
):
    page = ready(opened(name))
    place = page.locator(".interactive")
    still = page.locator(f"#{place.get_attribute('data-still')}")
    assert place.is_visible()
    assert not still.is_visible()
    page.emulate_media(media="print")
    assert still.is_visible()
    assert not place.is_visible()


@pytest.mark.parametrize("name", NAMES)
def test_opened_from_a_file_it_runs(browser, site, name):
    page = browser.new_page()
    messages = []
    page.on("pageerror", lambda error: messages.append(str(error)))
    go(page, f"file://{site}/{PAGES[name]}.html")
    ready(page)
    assert messages == []
    page.close()


SMALL = """() => [...document.querySelectorAll(".interactive :is(button, input, select, summary, .neuron)")]
  .filter(e => e.checkVisibility())
  .map(e => [e, (e.closest("label") || e).getBoundingClientRect()])
  .filter(([e, box]) => box.width < 24 || box.height < 24)
  .map(([e, box]) => `${e.outerHTML.slice(0, 80)}: ${box.width} x ${box.height}`)"""


@pytest.mark.parametrize("name", NAMES)
def test_controls_are_large_enough_for_a_finger(on_a_phone, name):
    page = ready(on_a_phone(name))
    assert page.evaluate(SMALL) == []


FOCUS = """() => [...document.querySelectorAll(".interactive :is(button, input, select, summary, [tabindex='0'])")]
  .filter(e => e.checkVisibility())
  .filter(e => {
    const looks = () => [e, ...e.querySelectorAll("circle")].map(part => {
      const style = getComputedStyle(part);
      return [style.outlineStyle, style.outlineWidth, style.strokeWidth, style.strokeDasharray].join();
    }).join(";");
    document.activeElement.blur();
    const before = looks();
    e.focus({focusVisible: true});
    return document.activeElement !== e || looks() === before;
  })
  .map(e => e.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("name", NAMES)
def test_every_control_takes_the_focus_and_shows_it(opened, name):
    page = ready(opened(name))
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUS) == []


def in_use(page):
    """Bring an interactive into a state in which all its parts show."""
    ready(page)
    place = page.locator(".interactive")
    for name, times in (("Step", 12), ("Ten steps", 1)):
        if button(page, name).count():
            button(page, name).evaluate(
                "(node, times) => { while (times--) node.click(); }", times
            )
    if place.locator(".neuron").count():
        place.locator(".neuron").first.focus()
        page.keyboard.press("Enter")
        page.get_by_label("x₁", exact=True).fill("none")
    if place.locator(".thumb").count():
        place.locator(".thumb").last.click()
    return page


@pytest.mark.parametrize("name", NAMES)
def test_in_use_it_is_accessible_and_fits_a_phone(opened, name):
    page = in_use(opened(name))
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate(BEYOND) == []
    page.set_viewport_size(WINDOW)
    assert violations_in(page, ".interactive") == []


# --- The wrong mask ---------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_the_right_gradient_in_the_page_is_nnmaths_and_the_wrong_one_is_not(opened, seed):
    page = opened("wrong_mask")
    rng = np.random.default_rng(seed)
    X, Y, W1, W2 = (rng.normal(size=shape) for shape in ((4, 7), (2, 7), (5, 4), (2, 5)))
    data = {"X": X.tolist(), "Y": Y.tolist(), "W2": W2.tolist()}
    found = page.evaluate(
        """([data, W1]) => {
          const M = Interactives.math.wrong_mask;
          return [M.cost(data, W1), M.gradient(data, W1, "right"), M.gradient(data, W1, "wrong"),
            M.quotients(data, W1, 1e-5)];
        }""",
        [data, W1.tolist()],
    )
    b = {1: np.zeros((5, 1)), 2: np.zeros((2, 1))}
    network = Network({1: W1, 2: W2}, b, {1: relu, 2: identity})
    Z, A = forward(network, X)
    of_W, _ = backward(network, Z, A, Y, squared_error)
    cost, right, wrong, quotients = map(np.array, found)
    assert abs(cost - squared_error(A[2], Y)) <= 1e-14
    assert np.abs(right - of_W[1]).max() <= 1e-14
    assert np.abs(quotients - of_W[1]).max() <= 1e-8
    assert np.abs(wrong - of_W[1]).max() >= 1e-2


def test_both_costs_fall_and_the_check_by_keyboard_turns_one_run_red(opened, site):
    page = opened("wrong_mask")
    costs = data_of(site, "wrong_mask")["costs"]
    said = page.locator(".interactive [role=status]")
    for name in costs:
        assert f"{costs[name][-1]:.2f}" in said.inner_text()
        assert costs[name] == sorted(costs[name], reverse=True)
    assert costs["wrong"][-1] < costs["right"][-1]
    assert page.locator(".interactive :is(.good, .bad)").count() == 0
    button(page, "Check").focus()
    page.keyboard.press("Enter")
    assert page.locator(".side.right rect.good").count() == 20
    assert page.locator(".side.right .bad").count() == 0
    assert page.locator(".side.wrong rect.bad").count() > 10
    assert "wrong" in page.locator(".side.wrong .verdict").inner_text()
    page.keyboard.press("Enter")
    assert page.locator(".interactive :is(.good, .bad)").count() == 0


def test_more_steps_go_on_from_where_the_runs_are_until_sixty(opened):
    page = opened("wrong_mask")
    said = page.locator(".interactive [role=status]")
    for steps in (20, 30, 40, 50, 60):
        button(page, "Ten steps more").click()
        assert said.inner_text().startswith(f"After {steps} steps")
    assert button(page, "Ten steps more").get_attribute("aria-disabled") == "true"
    button(page, "Start over").click()
    assert said.inner_text().startswith("After 10 steps")


def test_the_page_says_by_how_much_its_costs_differ_from_the_cells(opened):
    page = opened("wrong_mask")
    said = page.locator(".interactive .quiet").inner_text()
    assert number(said.rstrip(".")) <= 1e-14


# --- Backpropagation --------------------------------------------------------------------------------


def computed(W1, b1, W2, b2, x, y):
    """Compute everything with nnmath."""
    network = Network({1: W1, 2: W2}, {1: b1, 2: b2}, {1: tanh, 2: sigmoid})
    Z, A = forward(network, x)
    slope = {l: derivative_of(network.phi[l])(Z[l]) for l in Z}
    delta_L = squared_error_derivative(A[2], y) * slope[2]
    delta = errors_by_recursion(network.W, {1: slope[1]}, delta_L)
    return squared_error(A[2], y), A, delta, gradients_by_index(delta, A), W1.T @ delta[1]


@pytest.mark.parametrize("seed", range(3))
def test_backpropagation_in_the_page_is_nnmaths_for_other_numbers(opened, seed):
    page = opened("backpropagation")
    rng = np.random.default_rng(seed)
    W1, W2 = rng.normal(size=(3, 2)), rng.normal(size=(2, 3))
    b1, b2, x, y = (rng.normal(size=(n, 1)) for n in (3, 2, 2, 2))
    network = {
        "n": [2, 3, 2],
        "W": {1: W1.tolist(), 2: W2.tolist()},
        "b": {1: b1.ravel().tolist(), 2: b2.ravel().tolist()},
        "phi": {1: "tanh", 2: "sigmoid"},
    }
    found = page.evaluate(
        "([network, x, y]) => Interactives.math.backpropagation.everything(network, x, y)",
        [network, x.ravel().tolist(), y.ravel().tolist()],
    )
    cost, A, delta, (of_W, of_b), of_x = computed(W1, b1, W2, b2, x, y)
    tolerance = 1e-14
    assert abs(found["cost"] - cost) <= tolerance
    assert np.abs(np.array(found["errors"]["0"]) - of_x.ravel()).max() <= tolerance
    assert np.abs(np.array(found["byPaths"]["0"]) - of_x.ravel()).max() <= tolerance
    for l in (1, 2):
        assert np.abs(np.array(found["a"][str(l)]) - A[l].ravel()).max() <= tolerance
        assert np.abs(np.array(found["errors"][str(l)]) - delta[l].ravel()).max() <= tolerance
        assert np.abs(np.array(found["byPaths"][str(l)]) - delta[l].ravel()).max() <= tolerance
        assert np.abs(np.array(found["gradients"]["W"][str(l)]) - of_W[l]).max() <= tolerance
        assert (
            np.abs(np.array(found["gradients"]["b"][str(l)]) - of_b[l].ravel()).max()
            <= tolerance
        )


def test_backpropagation_by_keyboard_with_changed_numbers(opened, site):
    page = opened("backpropagation")
    start = data_of(site, "backpropagation")
    page.locator(".interactive summary", has_text="Change weights").press("Enter")
    page.get_by_label("x₀", exact=True).fill("-1,3")
    page.get_by_label("w₁₂⁽²⁾", exact=True).fill("2.5")
    W = {l: np.array(start["network"]["W"][str(l)]) for l in (1, 2)}
    b = {l: np.array(start["network"]["b"][str(l)])[:, np.newaxis] for l in (1, 2)}
    x, y = (np.array(start[name])[:, np.newaxis] for name in "xy")
    x[0, 0], W[2][1, 2] = -1.3, 2.5
    cost, A, delta, _, of_x = computed(W[1], b[1], W[2], b[2], x, y)

    button(page, "Step").focus()
    results = []
    for _ in range(18):
        page.keyboard.press("Enter")
        results.append(number(page.locator(".interactive .result").last.inner_text()))
    expected = [
        *A[1].ravel(), *A[2].ravel(), cost, *delta[2].ravel(), *delta[1].ravel(), *of_x.ravel(),
        *delta[1].ravel(), *of_x.ravel(),
    ]  # fmt: skip
    assert np.abs(np.array(results) - expected).max() <= 5e-3
    assert page.locator(".interactive .log li").count() == 18
    page.keyboard.press("ArrowLeft")
    assert page.locator(".interactive .log li").count() == 17
    assert "Recursion" in page.locator(".interactive [role=status]").inner_text()


def test_backpropagation_lights_formula_connection_neurons_and_numbers_together(opened):
    page = opened("backpropagation")
    page.get_by_label("Term by term").check()
    button(page, "Step").click()
    button(page, "Step").click()
    assert page.locator(".interactive .formulas .shown .lit").count() == 1
    assert page.locator(".interactive .term.lit .names").inner_text() == "w₀₁⁽¹⁾ x₁"
    assert page.locator(".interactive .edge.lit").count() == 1
    assert page.locator(".interactive .result").count() == 0  # the sum is not yet complete
    lit = page.locator(".interactive .neuron.lit").evaluate_all(
        "all => all.map(g => g.getAttribute('aria-label'))"
    )
    assert [label.split(":")[0] for label in lit] == ["Input 1", "Neuron 0 of layer 1"]
    button(page, "Step").click()
    assert (
        page.locator(".interactive .formulas .lit")
        .get_attribute("class")
        .startswith("part-bias")
    )


def test_backpropagation_shows_the_paths_of_a_neuron_to_a_finger(on_a_phone, site):
    page = on_a_phone("backpropagation")
    page.locator(".interactive .neuron").nth(1).tap()
    assert page.locator(".interactive .paths li").count() == 6
    assert page.locator(".interactive .edge.lit").count() == 3 + 6
    results = data_of(site, "backpropagation")["results"]
    text = page.locator(".interactive .paths p").last.inner_text()
    assert abs(number(text.rstrip(".")) - results["errors"]["0"][1]) <= 5e-4
    page.locator(".interactive .neuron").nth(1).tap()
    assert page.locator(".interactive .paths li").count() == 0


def test_backpropagation_plays_and_pauses(browser, address):
    page = browser.new_page()
    page.clock.install()
    go(page, f"{address}/try/backpropagation.html")
    button(page, "Play").click()
    page.clock.run_for(2300 * 4)
    button(page, "Pause").click()
    shown = page.locator(".interactive .step-title").inner_text()
    assert shown.startswith("Step 4 of 23")
    page.clock.run_for(10_000)
    assert page.locator(".interactive .step-title").inner_text() == shown
    page.close()


def test_a_field_refuses_what_is_no_number_and_says_so(opened):
    page = opened("backpropagation")
    button(page, "Step").click()
    before = page.locator(".interactive .result").first.inner_text()
    field = page.get_by_label("x₀", exact=True)
    for text in ("", "abc", "1e9", "NaN", "--1"):
        field.fill(text)
        assert field.get_attribute("aria-invalid") == "true"
        message = page.locator(".interactive .field-message").first.inner_text()
        assert message == "a number from −20 to 20"
        assert page.locator(".interactive .result").first.inner_text() == before
        field.fill("0.9")
        assert field.get_attribute("aria-invalid") == "false"


# --- The laboratory ---------------------------------------------------------------------------------


def values(page):
    terms = page.locator(".interactive dl.values dt").all_inner_texts()
    return dict(
        zip(
            terms,
            map(number, page.locator(".interactive dl.values dd").all_inner_texts()),
            strict=True,
        )
    )


@pytest.mark.parametrize("method", ["forward", "central", "complex"])
def test_laboratory_shows_the_quotients_of_nnmath(opened, site, method):
    from nnmath.gradients.differences import (
        central_difference,
        complex_step,
        forward_difference,
    )

    page = opened("gradient_check")
    data = data_of(site, "gradient_check")
    neuron = data["neuron"]
    quotient = {
        "forward": forward_difference,
        "central": central_difference,
        "complex": complex_step,
    }[method]

    def cost(weight):
        network = Network({1: weight}, {1: np.array([[neuron["b"]]])}, {1: tanh})
        return squared_error(
            forward(network, np.array([[neuron["x"]]]))[1][1], np.array([[neuron["y"]]])
        )

    page.locator(f".interactive input[value={method}]").check()
    slider = page.get_by_role("slider", name="Step h")
    for index in (16, 60, 100):
        slider.fill(str(index))
        h = data["h"][index]
        expected = float(quotient(cost, np.array([[neuron["weight"]]]), h)[0, 0])
        shown = values(page)
        assert abs(shown["Quotient"] - expected) <= 1e-15
        total = abs(expected - data["derivative"]["tanh"])
        assert abs(shown["Total error"] - total) <= 5e-3 * total + 2e-16
        parts = shown["Truncation error"] + shown["Rounding error"]
        assert shown["Total error"] <= 1.01 * parts + 1e-16


def test_laboratory_by_keyboard(opened, site):
    page = opened("gradient_check")
    data = data_of(site, "gradient_check")
    slider = page.get_by_role("slider", name="Step h")
    before = int(slider.input_value())
    slider.press("ArrowLeft")
    assert int(slider.input_value()) == before - 1
    page.locator(".interactive input[value=forward]").focus()
    page.keyboard.press("ArrowDown")
    assert page.locator(".interactive input[value=central]").is_checked()
    button(page, "Go to the best step").press("Enter")
    h = data["h"][int(slider.input_value())]
    assert 0.8 <= h / data["best"]["tanh"]["central"] <= 1.25


def test_laboratory_kink_spoils_a_difference_that_reaches_over_it(opened, site):
    page = opened("gradient_check")
    data = data_of(site, "gradient_check")
    page.get_by_label("A kink near by").check()
    slider = page.get_by_role("slider", name="Step h")
    over = next(k for k, h in enumerate(data["h"]) if h > 5 * data["kink"])
    slider.fill(str(over))
    assert "kink" in page.locator(".interactive .remark").inner_text()
    assert values(page)["Total error"] > 0.1
    below = max(k for k, h in enumerate(data["h"]) if h < data["kink"])
    page.locator(".interactive input[value=central]").check()
    slider.fill(str(below))
    assert "nothing is truncated" in page.locator(".interactive .remark").inner_text()
    page.locator(".interactive input[value=complex]").check()
    assert values(page)["Total error"] <= 1e-15


REMARKS = """slider => [...Array(Number(slider.max) + 1).keys()].map(k => {
  slider.value = k;
  slider.dispatchEvent(new Event("input"));
  return document.querySelector(".interactive .remark").textContent;
})"""


@pytest.mark.parametrize("kind", ["forward", "central"])
@pytest.mark.parametrize("phi", ["tanh", "relu"])
def test_what_the_laboratory_says_of_a_step_is_true_of_every_step(opened, site, phi, kind):
    page = opened("gradient_check")
    data = data_of(site, "gradient_check")
    h, total = np.array(data["h"]), np.array(data["series"][phi][kind]["total"])
    page.get_by_label("A kink near by").set_checked(phi == "relu")
    page.locator(f".interactive input[value={kind}]").check()
    said = page.get_by_role("slider", name="Step h").evaluate(REMARKS)
    assert len(said) == len(total)
    for k, remark in enumerate(said):
        beside = total[max(k - 1, 0) : k + 2].max()
        if "too short" in remark:
            assert total[k + 1 :].min() < 3 * total[k]  # some steps have luck
        elif "too long" in remark:
            assert total[max(k - 6, 0) : k].min() < total[k]
        elif "near the best step" in remark:
            assert beside <= 100 * np.median(np.sort(total)[:20])
        elif "by chance" in remark:
            assert beside > 3 * total[k]
        elif "size of roundings" in remark or "nothing is truncated" in remark:
            assert h[k] * total[k] <= 2e-16
        else:
            assert "over the kink" in remark
            assert total[k] > 100 * total.min()


def test_laboratory_follows_a_finger_across_the_plot(on_a_phone):
    page = on_a_phone("gradient_check")
    plot = page.locator(".interactive .plot.draggable")
    plot.scroll_into_view_if_needed()
    slider = page.get_by_role("slider", name="Step h")
    box = plot.bounding_box()
    page.touchscreen.tap(box["x"] + 0.3 * box["width"], box["y"] + 80)
    left = int(slider.input_value())
    page.touchscreen.tap(box["x"] + 0.8 * box["width"], box["y"] + 80)
    assert int(slider.input_value()) > left + 40


# --- Descent ----------------------------------------------------------------------------------------


def nnmath_walk(data, start, eta, mu, count):
    X, Y = np.array(data["X"]), np.array([data["y"]])
    network = Network({1: np.array([start])}, {1: np.zeros((1, 1))}, {1: identity})
    rule = Momentum(mu)
    for _ in range(count):
        of_W, of_b = backward(network, *forward(network, X), Y, squared_error)
        rule(network, of_W, {1: np.zeros_like(of_b[1])}, eta)
    return network.W[1][0], squared_error(forward(network, X)[1][1], Y)


def test_descent_in_the_page_walks_as_nnmath(opened, site):
    page = opened("descent")
    data = data_of(site, "descent")
    for walk in data["walks"]:
        way = page.evaluate(
            """([data, eta, mu, count]) => {
              const D = Interactives.math.descent, way = [D.start(data.start)];
              for (let k = 0; k < count; k += 1) way.push(D.step(data, way[k], eta, mu));
              return way.map(state => state.w);
            }""",
            [data, walk["share"] * data["limit"], walk["mu"], len(walk["way"]) - 1],
        )
        error = np.abs(np.array(way) - walk["way"])
        assert error.max() <= 1e-12 * np.abs(walk["way"]).max()


def weights(page):
    text = page.locator(".interactive .status").inner_text()
    return [number(part) for part in re.search(r"weights (\S+) and (\S+),", text).groups()]


@pytest.mark.parametrize(("share", "mu"), [(0.4, 0.0), (1.2, 0.0), (1.5, 0.9)])
def test_descent_by_keyboard_after_its_settings_change(opened, site, share, mu):
    page = opened("descent")
    data = data_of(site, "descent")
    page.get_by_label("Learning rate").fill(str(share))
    page.get_by_label("Momentum").fill(str(mu))
    page.get_by_label("first weight").fill("2")
    button(page, "Ten steps").press("Enter")
    button(page, "Step").press(" ")
    expected, cost = nnmath_walk(data, [2.0, data["start"][1]], share * data["limit"], mu, 11)
    assert np.abs(np.array(weights(page)) / expected - 1).max() <= 1e-3
    text = page.locator(".interactive .status").inner_text()
    assert text.startswith("Step 11:")
    assert abs(number(re.search(r"cost (\S+),", text)[1]) / cost - 1) <= 1e-4
    button(page, "Step back").press("Enter")
    assert page.locator(".interactive .status").inner_text().startswith("Step 10:")


@pytest.mark.parametrize("mu", [0.0, 0.5])
def test_descent_diverges_above_the_limit_and_not_below(opened, site, mu):
    page = opened("descent")
    least = data_of(site, "descent")["bowl"]["cost"]
    page.get_by_label("Momentum").fill(str(mu))
    for part, word in ((0.98, "below"), (1.02, "above")):
        page.get_by_label("Learning rate").fill(f"{part * (1 + mu):.2f}")
        assert f"is {word} it" in page.locator(".interactive .remark").inner_text()
        costs = []
        for _ in range(4):
            button(page, "Ten steps").evaluate(
                "node => { for (let k = 0; k < 4; k++) node.click(); }"
            )
            text = page.locator(".interactive .status").inner_text()
            costs.append(number(re.search(r"cost (\S+),", text)[1]) - least)
        if word == "above":
            assert costs[-1] > 10 * costs[0]
        else:
            assert costs[-1] <= max(costs[0] / 10, 1e-4)


def test_descent_starts_where_a_finger_presses_and_the_page_stays(on_a_phone):
    page = on_a_phone("descent")
    surface = page.locator(".interactive .surface")
    surface.scroll_into_view_if_needed()
    before = page.evaluate("window.scrollY")
    box = surface.bounding_box()
    session = page.context.new_cdp_session(page)
    places = [{"x": box["x"] + 200, "y": box["y"] + 220 - 20 * k} for k in range(8)]
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": places[:1]})
    for place in places[1:]:
        session.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [place]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert page.evaluate("window.scrollY") == before
    start = weights(page)
    assert -0.5 <= start[0] <= 1.5
    assert start[1] > 0.5
    surface.focus()
    page.keyboard.press("ArrowRight")
    assert abs(weights(page)[0] - start[0] - 0.1) <= 2e-3


# --- Digits -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def digits(site):
    """Give the network of the page, as its cell handed it over, and all its data."""
    data = data_of(site, "digits")
    n = data["network"]["n"]

    def array(letters, *shape):
        return np.frombuffer(base64.b64decode(letters), "<f4").astype(float).reshape(shape)

    network = Network(
        {l: array(data["network"]["W"][str(l)], n[l], n[l - 1]) for l in (1, 2, 3)},
        {l: array(data["network"]["b"][str(l)], n[l], 1) for l in (1, 2, 3)},
        {1: relu, 2: relu, 3: softmax},
    )
    pixels = np.frombuffer(base64.b64decode(data["pictures"]), np.uint8).reshape(-1, 784)
    return network, pixels.T / 255, data


def test_digits_logits_in_the_page_are_numpys(opened, digits):
    network, pictures, data = digits
    page = ready(opened("digits"))
    found = page.evaluate(
        """() => Promise.resolve(Interactives.received.digits).then(data => {
          const M = Interactives.math.digits, network = M.decodeNetwork(data.network);
          return M.decodePictures(data.pictures).map(x => Array.from(M.forward(network, x).logits));
        })"""
    )
    logits = forward(network, pictures)[0][3]
    assert np.abs(np.array(found).T - logits).max() <= 1e-11
    assert np.abs(np.array(data["logits"]).T - logits).max() <= 1e-11
    shown = page.locator(".interactive .agreement").inner_text()
    assert number(shown.rstrip(".")) <= 1e-11


def test_digits_pixels_that_speak_are_the_gradient_of_nnmath(opened, digits):
    network, pictures, _ = digits
    page = ready(opened("digits"))
    found = page.evaluate(
        """() => Promise.resolve(Interactives.received.digits).then(data => {
          const M = Interactives.math.digits, network = M.decodeNetwork(data.network);
          return M.decodePictures(data.pictures).slice(70, 90).map(x => {
            const values = M.forward(network, x);
            return Array.from(M.speaksFor(network, values, M.leader(values.p)));
          });
        })"""
    )
    Z, A = forward(network, pictures[:, 70:90])
    Y = one_hot(A[3].argmax(axis=0), 10)
    expected = -network.W[1].T @ errors_by_matrices(network, Z, A, Y, cross_entropy)[1]
    assert np.abs(np.array(found).T - expected).max() <= 1e-12 * np.abs(expected).max()


def test_digits_drawings_are_centred_as_nnmath_and_the_command_line_do(opened):
    page = ready(opened("digits"))
    rng = np.random.default_rng(3)
    drawings = [
        [[[56, 10], [59, 100], [70, 90]]],
        [[[10, 60], [101, 62], [95, 70]]],
        [[[30.2, 30.4]]],
        [[[0, 0], [111, 20]], [[111, 111]]],
        [[[20, 10], [90, 12], [25, 17]], [[50, 10], [52, 110]]],
        *[rng.uniform(5, 107, size=(2, 6, 2)).tolist() for _ in range(4)],
    ]
    for strokes in drawings:
        grey, found = page.evaluate(
            """strokes => {
              const M = Interactives.math.digits, grey = M.ink(strokes, 112, 5);
              return [Array.from(grey), Array.from(M.centre(grey, 112))];
            }""",
            strokes,
        )
        grey = np.array(grey).reshape(112, 112)
        assert np.abs(np.array(found).reshape(28, 28) - centred(grey)).max() <= 1e-12
        if strokes not in drawings[1:4]:  # too wide for a digit, and a dot
            assert (
                np.abs(np.array(found).reshape(28, 28) - centred(ink_in(1 - grey))).max()
                <= 1e-12
            )


SEEN = """() => {
  const canvas = document.querySelector(".interactive canvas.seen");
  const data = canvas.getContext("2d").getImageData(0, 0, 28, 28).data;
  return Array.from({length: 784}, (_, k) => data[4 * k + 3] / 255);
}"""


def shown_probabilities(page):
    texts = page.locator(".interactive .bars .share").all_inner_texts()
    return np.array(
        [float(re.search(r"[\d.]+", text)[0]) / 100 if text != "–" else 0 for text in texts]
    )


def assert_reads_what_it_sees(page, network):
    """Compare the probabilities shown with those of the picture that is shown beside them."""
    page.evaluate(
        "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(null))))"
    )
    x = np.array(page.evaluate(SEEN))[:, np.newaxis]
    assert x.max() > 0.5
    expected = forward(network, x)[1][3].ravel()
    assert np.abs(shown_probabilities(page) - expected).max() <= 0.03  # grey values of 8 bits


def test_digits_by_mouse_with_undo_and_clear(opened, digits):
    page = ready(opened("digits"))
    board = page.locator(".interactive canvas.board")
    box = board.bounding_box()

    def drag(*points):
        x, y = points[0]
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        page.mouse.down()
        for x, y in points[1:]:
            page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=4)
        page.mouse.up()

    drag((0.5, 0.15), (0.48, 0.85))
    assert_reads_what_it_sees(page, digits[0])
    assert page.locator(".interactive .status").inner_text().startswith("A 1, with probability")
    one = shown_probabilities(page)
    drag((0.2, 0.2), (0.8, 0.2))
    assert_reads_what_it_sees(page, digits[0])
    assert np.abs(shown_probabilities(page) - one).max() > 0.01
    button(page, "Undo").click()
    assert (shown_probabilities(page) == one).all()
    button(page, "Clear").click()
    assert (shown_probabilities(page) == 0).all()
    assert page.locator(".interactive .status").inner_text().startswith("Draw a digit")


def test_digits_by_keyboard(opened, digits):
    page = ready(opened("digits"))
    page.locator(".interactive canvas.board").focus()
    for key in ["ArrowUp"] * 9 + [" "] + ["ArrowDown"] * 18 + [" "]:
        page.keyboard.press(key)
    assert_reads_what_it_sees(page, digits[0])
    assert page.locator(".interactive .status").inner_text().startswith("A 1")
    page.keyboard.press("ArrowLeft")  # the pen is up
    before = shown_probabilities(page)
    page.keyboard.press("ArrowLeft")
    assert (shown_probabilities(page) == before).all()


def test_digits_by_touch_and_the_page_stays(on_a_phone, digits):
    page = ready(on_a_phone("digits"))
    board = page.locator(".interactive canvas.board")
    board.scroll_into_view_if_needed()
    box, before = board.bounding_box(), page.evaluate("window.scrollY")
    session = page.context.new_cdp_session(page)
    places = [
        {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] * (0.9 - 0.08 * k)}
        for k in range(11)
    ]
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": places[:1]})
    for place in places[1:]:
        session.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [place]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert page.evaluate("window.scrollY") == before
    assert_reads_what_it_sees(page, digits[0])


def test_digits_show_test_pictures_and_mistakes(opened, digits):
    network, pictures, data = digits
    answers = forward(network, pictures)[1][3].argmax(axis=0)
    page = ready(opened("digits"))
    thumbs = page.locator(".interactive .thumb")
    assert thumbs.count() == 100
    thumbs.nth(3).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    status = page.locator(".interactive .status").inner_text()
    assert status.startswith(
        f"Test picture {data['numbers'][4]}, a {data['labels'][4]}. Read rightly"
    )
    assert_reads_what_it_sees(page, network)
    page.get_by_label("Only the mistakes").check()
    wrong = np.flatnonzero(answers != np.array(data["labels"]))
    assert page.locator(".interactive .thumb:visible").count() == len(wrong) >= 20
    page.locator(".interactive .thumb:visible").last.click()
    status = page.locator(".interactive .status").inner_text()
    assert f"Misread: a {answers[wrong[-1]]}," in status
    assert_reads_what_it_sees(page, network)


def test_backpropagation_shows_sign_and_size_of_weights_and_no_line_through_numbers(opened):
    page = opened("backpropagation")
    minus = page.locator(".interactive .network line.negative").count()
    weights = page.locator(".interactive .network text.weight").all_text_contents()
    assert minus == sum(text.startswith("\N{MINUS SIGN}") for text in weights) > 0
    widths = page.locator(".interactive .network line.edge").evaluate_all(
        "es => es.map(e => parseFloat(getComputedStyle(e).strokeWidth))"
    )
    sizes = [abs(number(text)) for text in weights]
    assert widths[sizes.index(max(sizes))] == max(widths)
    assert widths[sizes.index(min(sizes))] == min(widths)
    covered = page.locator(".interactive .network text.weight").evaluate_all(
        """es => es.every(e => {
          const text = e.getBBox(), ground = e.previousElementSibling.getBBox();
          return ground.x <= text.x && ground.x + ground.width >= text.x + text.width;
        })"""
    )
    assert covered


def test_backpropagation_output_error_shows_the_factor_of_its_formula(opened):
    page = opened("backpropagation")
    while "Output error" not in page.locator(".interactive .step-title").inner_text():
        button(page, "Step").press("Enter")
    assert page.locator(".interactive .term .names").inner_text().startswith("2/n\u2082 (")


@pytest.mark.parametrize(
    ("name", "slider", "picture"),
    [
        ("gradient_check", "Step h", ".interactive .tangent"),
        ("descent", "Learning rate", ".interactive .plot:not(.surface) .way"),
    ],
)
def test_slider_and_what_it_moves_share_a_screen(opened, name, slider, picture):
    page = opened(name)
    page.get_by_label(slider).evaluate("e => e.scrollIntoView()")
    above = page.get_by_label(slider).bounding_box()
    below = page.locator(picture).first.bounding_box()
    assert below["y"] + below["height"] - above["y"] <= 600


def test_descent_that_diverges_draws_no_line_beyond_its_picture(opened):
    page = opened("descent")
    page.get_by_label("Learning rate").fill("2")
    button(page, "Ten steps").press("Enter")
    button(page, "Ten steps").press("Enter")
    path = page.locator(".interactive .surface path.way").get_attribute("d")
    assert len(re.findall("[ML]", path)) <= 8


def test_digits_show_a_picture_before_the_reader_draws(opened):
    page = ready(opened("digits"))
    assert page.locator(".interactive .status").inner_text().startswith("Test picture")
    assert shown_probabilities(page).max() > 0.5
