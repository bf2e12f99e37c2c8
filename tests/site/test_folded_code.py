"""Package cells are short on their pages, and every line of them is one click, or no click, away."""

from itertools import pairwise
from statistics import median
from textwrap import dedent

import pytest

from literate.site.code_lines import html_of_folds
from literate.site.folded_code import CHECKS, CODE, DOCSTRING, IMPORTS, folds_of, rows_shown
from tests.book import BOOK

CHAPTERS = {c.docname: c for c in BOOK if c.package_cells}
CELLS = [(cell, cell.source.strip("\n")) for c in CHAPTERS.values() for cell in c.package_cells]
ROWS = {f"{cell.chapter}:{cell.line}": rows_shown(code, cell.target) for cell, code in CELLS}

MOST, TYPICAL = 40, 15


def shown(source, target="nnmath/a.py"):
    """Write down a cell as its page shows it at first, a fold as what it holds between brackets."""
    source = dedent(source).strip("\n")
    lines = dict(enumerate(source.split("\n"), 1))
    for fold in folds_of(source, target):
        for number in range(fold.first, fold.last + 1):
            del lines[number]
        if fold.goes_on:
            lines[fold.first - 1] += f" {list(fold.holds)}" if fold.holds else ""
        elif fold.holds:
            lines[fold.first] = f"{list(fold.holds)}"
    return [lines[number] for number in sorted(lines)]


def test_no_package_cell_is_long_on_its_page():
    assert {place: rows for place, rows in ROWS.items() if rows > MOST} == {}


def test_most_package_cells_are_short_on_their_pages():
    assert median(ROWS.values()) <= TYPICAL


def test_docstring_keeps_its_first_line_and_takes_imports_and_checks_with_it():
    source = '''
    """A module."""

    import numpy as np


    def f(x):
        """Say it.

        More of it.
        """
        require_real("x", x)
        if x < 0:
            raise ValueError("x")
        return np.sqrt(x)
    '''
    assert shown(source) == [
        f'"""A module.""" {[IMPORTS]}',
        "",
        "def f(x):",
        f'    """Say it. {[DOCSTRING, CHECKS]}',
        "    return np.sqrt(x)",
    ]


def test_argument_in_another_type_is_a_check_and_an_attribute_is_not():
    source = '''
    def f(x, y):
        """Say it."""
        x = require_number("x", x)
        self.y = require_number("y", y)
        z = require_number("z", y)
    '''
    assert shown(source)[1:] == [
        f'    """Say it.""" {[CHECKS]}',
        '    self.y = require_number("y", y)',
        '    z = require_number("z", y)',
    ]


def test_one_line_of_checks_between_others_stays_for_a_button_would_be_as_long():
    source = "def f(x):\n    y = x\n    require_real(y)\n    return y"
    assert shown(source) == source.split("\n")


def test_function_that_only_refuses_stays():
    source = "def require_a(a):\n    if not a:\n        raise ValueError(a)\n    require_b(a)"
    assert shown(source) == source.split("\n")


def test_condition_that_computes_as_well_stays():
    source = "def f(a):\n    if a:\n        raise ValueError(a)\n    else:\n        a = 2\n    return a"
    assert shown(source) == source.split("\n")


def test_comment_goes_with_what_it_stands_above():
    source = "def f(a):\n    b = 1\n    # not\n    if a:\n        raise ValueError\n    # but\n    return b"
    assert shown(source) == [
        "def f(a):",
        "    b = 1",
        f"{[CHECKS]}",
        "    # but",
        "    return b",
    ]


def test_imports_of_a_front_door_stay():
    source = "import a\nimport b\n"
    assert shown(source, "nnmath/model/__init__.py") == ["import a", "import b"]
    assert shown(source) == [f"{[IMPORTS]}"]


def test_second_blank_line_goes_without_a_button():
    assert shown("a = 1\n\n\nb = 2") == ["a = 1", "", "b = 2"]


LONG_BODY = "\n".join(f"    a = {n}" for n in range(30))


def test_long_cell_folds_helpers_first_and_keeps_a_line_that_is_an_equation():
    source = f"def f(a):\n{LONG_BODY}\n\n\ndef _g(a):\n{LONG_BODY}"
    assert shown(source)[-1] == f"{[CODE]}"
    assert shown(source)[:31] == source.split("\n")[:31]
    carrying = source + "  # eq-neuron"
    assert shown(carrying)[-1] == "    a = 29  # eq-neuron"
    assert shown(carrying)[1] == f"{[CODE]}"


def test_lines_of_a_cell_are_all_in_its_page_and_as_many_are_folded_as_was_said(soup):
    for docname, chapter in CHAPTERS.items():
        found = [cell.select_one("pre") for cell in soup(docname).select(".package-cell")]
        sources = [cell.source.strip("\n") for cell in chapter.package_cells]
        assert [pre.get_text().strip("\n") for pre in found] == sources
        for pre, cell in zip(found, chapter.package_cells, strict=True):
            folded = sum(part.get_text().count("\n") for part in pre.select("[class$=-fold]"))
            rows = pre.get_text().strip("\n").count("\n") + 1 - folded
            rows += len(pre.select(".fold-row"))
            assert rows == ROWS[f"{cell.chapter}:{cell.line}"]


def test_folded_lines_are_markup_that_closes():
    lines = ["<i>a</i>", "  <b>b</b>", "  c", ""]
    folds = folds_of("import a\nimport b\n", "nnmath/a.py")
    html = html_of_folds(lines, folds, "cell")
    assert html.count("<span") == html.count("</span>") == 1
    assert html.endswith(
        '<span class="code-fold" id="cell-fold-1"><i>a</i>\n  <b>b</b>\n</span>  c\n'
    )


@pytest.fixture
def page(visit):
    page = visit("one_neuron.html").page
    yield page
    page.context.close()


def height(page):
    return page.locator(".package-cell pre").first.bounding_box()["height"]


def test_keyboard_opens_a_fold_in_place_and_closes_it(page):
    button = page.locator(".package-cell .fold-button").first
    fold = page.locator(f"#{button.get_attribute('aria-controls')}")
    before = height(page)
    assert not fold.is_visible()
    assert button.get_attribute("aria-expanded") == "false"
    button.focus()
    page.keyboard.press("Enter")
    assert fold.is_visible()
    assert button.get_attribute("aria-expanded") == "true"
    assert height(page) > before
    page.keyboard.press("Space")
    assert not fold.is_visible()
    assert height(page) == before


def test_a_button_says_how_many_lines_of_what_it_opens(page):
    buttons = page.get_by_role("button", name="11 lines: docstring", exact=True)
    assert buttons.first.get_attribute("data-says") == "11 lines"


def test_switch_opens_all_and_the_next_page_remembers(page, address):
    folds = page.locator(".code-fold")
    page.get_by_role("checkbox", name="Show all lines of the package's cells").check()
    assert all(fold.is_visible() for fold in folds.all())
    page.goto(f"{address}/layer_k.html")
    assert all(fold.is_visible() for fold in page.locator(".code-fold").all())
    assert page.locator(".fold-button:visible").count() == 0
    page.get_by_role("checkbox", name="Show all lines of the package's cells").uncheck()
    assert not any(fold.is_visible() for fold in page.locator(".code-fold").all())


def test_what_is_copied_is_the_whole_cell(page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    cell = page.locator(".package-cell").first
    cell.hover()
    cell.locator(".copybtn").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.strip("\n") == CHAPTERS["one_neuron"].package_cells[0].source.strip("\n")


def test_without_scripts_every_line_is_seen_and_no_button(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/one_neuron.html")
    assert all(fold.is_visible() for fold in page.locator(".code-fold").all())
    assert page.locator(".fold-button:visible, .code-switch:visible").count() == 0
    context.close()


def test_print_has_the_short_form_and_names_the_listing(page):
    page.emulate_media(media="print")
    assert page.locator(".fold-button").first.is_visible()
    assert not any(fold.is_visible() for fold in page.locator(".code-fold").all())
    link = page.locator(".package-cell .cell-caption a").first
    after = link.evaluate("e => getComputedStyle(e, '::after').content")
    assert after == '" (whole in the listings)"'


def test_rows_of_a_cell_in_a_browser_are_as_many_as_were_counted(page):
    pre = page.locator(".package-cell .cell_input pre")
    heights = pre.evaluate_all(
        "es => es.map(e => (e.clientHeight - 2 * parseFloat(getComputedStyle(e).paddingTop))"
        " / parseFloat(getComputedStyle(e).lineHeight))"
    )
    counted = [ROWS[f"{c.chapter}:{c.line}"] for c in CHAPTERS["one_neuron"].package_cells]
    assert all(abs(a - b) < 1.5 for a, b in zip(heights, counted, strict=True)), (
        heights,
        counted,
    )


def test_further_lines_of_a_docstring_begin_where_it_does(page):
    page.set_viewport_size({"width": 390, "height": 844})
    lefts = page.locator(".with-fold > .sd:visible").evaluate_all(
        "es => es.map(e => [...e.getClientRects()].filter(r => r.width > 9).map(r => Math.round(r.left)))"
    )
    assert max(map(len, lefts)) > 1
    assert [line for line in lefts if len(set(line)) > 1] == []


def test_folds_of_a_cell_do_not_overlap():
    for cell, code in CELLS:
        assert all(a.last < b.first for a, b in pairwise(folds_of(code, cell.target)))
