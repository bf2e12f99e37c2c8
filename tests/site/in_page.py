"""What the tests of the interactives share: where each stands, and how to open and read it."""

import json
import re

PAGES = {
    "wrong_mask": "start",
    "shapes": "vectorization",
    **{
        name: f"try/{name}"
        for name in (
            "backpropagation",
            "formulas",
            "gradient_check",
            "descent",
            "digits",
            "playground",
        )
    },
}

IN_CHAPTERS = {
    "layer_k": "backpropagation",
    "numerical_derivatives": "gradient_check",
    "gradient_descent": "descent",
    "mnist": "digits",
}
"""The chapters that show the interactive of a page to try; the one sheet does so on screens alone."""


BEYOND = """() => [...document.querySelectorAll(".interactive *")]
  .filter(e => !e.closest("[clip-path]") && e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map(e => e.outerHTML.slice(0, 80))"""
"""What of an interactive does not fit the screen. Around it formulas are not set, and may be too wide."""


def data_of(site, name):
    """Read the numbers that nnmath handed over in the build."""
    text = (site / "_static" / "interactive" / f"{name}.data.js").read_text(encoding="utf-8")
    return json.loads(re.fullmatch(r'Interactives\.receive\("\w+", (.*)\);\n', text)[1])


def go(page, url):
    """Open a page without its formulas, which take most of the time; test_pages.py has them set."""
    page.route(
        "**/mathjax/**", lambda route: route.fulfill(body="", content_type="text/javascript")
    )
    page.goto(url, wait_until="domcontentloaded")
    page.locator(".interactive.running, .opener").first.wait_for()
    return page


def ready(page):
    """Open what waits to be opened, and unfold what is folded."""
    if page.locator(".opener [aria-expanded=false]").count():
        page.locator(".opener button").click()
        page.locator(".interactive.running").wait_for()
    page.locator(".interactive details").evaluate_all(
        "all => all.forEach(d => { d.open = true; })"
    )
    return page


def button(page, name):
    """Find a button of the interactive by its words."""
    return page.locator(".interactive").get_by_role("button", name=name, exact=True)


def number(text):
    """Read a number as the pages write it."""
    raised = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    match = re.search(r"(−?[\d.]+)(?:·10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?\s*$", text)
    mantissa, exponent = match[1].replace("−", "-"), (match[2] or "⁰").translate(raised)
    return float(f"{mantissa}e{exponent}")
