"""The formulas that a reader may change: what the page says of each change, and what Python says of it."""

import pytest

from literate.book.equations import equations_of
from literate.meaning.changes import choices, chosen, ends
from literate.meaning.claims import Reader
from literate.meaning.evaluate import TOLERANCE, compare, evaluate
from literate.meaning.in_numbers import example_network, example_of
from literate.meaning.instances import instances
from literate.meaning.values import IllTyped, Matrix
from literate.site.formulas import TITLES
from tests.book import BOOK

from .conftest import HOME
from .in_page import data_of

READER = Reader(HOME)
EQUATIONS = {one.label: one for chapter in BOOK for one in equations_of(chapter)}

SAID = """([data, label]) => {
  const F = Interactives.math.formulas, equation = data.equations[label], said = [];
  const verdicts = picked => equation.scopes.map(scope => {
    const found = F.compared(equation.left, F.changed(equation, picked), scope, data);
    return found.why ? ["no value"] : [found.wrong.flat ? !found.wrong.flat().some(Boolean) : !found.wrong, [found.right].flat(2)];
  });
  const printed = equation.choices.map(() => 0);
  said.push(verdicts(printed));
  equation.choices.forEach((choice, k) => choice.options.slice(1).forEach((_, n) => {
    said.push(verdicts(printed.map((zero, place) => place === k ? n + 1 : zero)));
  }));
  return said;
}"""


def verdict(left, right, scope):
    """Say whether two sides are equal, and the numbers of the right one."""
    try:
        is_true = compare("=", left, right, scope, TOLERANCE)[0]
    except IllTyped:
        return ["no value"]
    value = evaluate(right, scope)
    numbers = list(value.entries()) if isinstance(value, Matrix) else [value]
    return [is_true, [complex(one).real for one in numbers]]


def said_by_python(label):
    claims = READER.claims(EQUATIONS[label])
    network = example_network(example_of(HOME), claims.hypotheses)
    claim, left, right = ends(claims)
    around = (claims.hypotheses, claims.around, claims.meanings)
    scopes = [
        scope
        for scope in instances(claim, claims.statement, network, *around)
        if scope.example in (None, 0)
    ]
    rights = [right] + [
        chosen(right, choice.path, node)
        for choice in choices(right, claims.meanings)
        for _, node in choice.options[1:]
    ]
    return [[verdict(left, one, scope) for scope in scopes] for one in rights]


@pytest.mark.parametrize("label", TITLES)
def test_every_change_is_judged_as_python_judges_it(opened, site, label):
    said = opened("formulas").evaluate(SAID, [data_of(site, "formulas"), label])
    by_python = said_by_python(label)
    assert len(said) == len(by_python)
    for ours, theirs in zip(by_python, said, strict=True):
        assert [one[0] for one in ours] == [one[0] for one in theirs]
        numbers = [[one[1] for one in found if len(one) > 1] for found in (ours, theirs)]
        for a, b in zip(*numbers, strict=True):
            assert a == pytest.approx(b, rel=1e-9, abs=1e-12)
    assert all(one[0] is True for one in said[0])
    assert not any(all(one[0] is True for one in found) for found in said[1:])


def test_a_wrong_choice_is_shown_false_by_keyboard_and_the_printed_one_true(opened):
    page = opened("formulas")
    place = page.locator("#interactive-formulas")
    place.get_by_label("recursion", exact=True).check()
    verdict = place.locator(".verdict")
    assert verdict.inner_text() == "True: both sides are equal, in all 3 numbers."
    place.get_by_label("argument").focus()
    page.keyboard.press("ArrowDown")
    assert verdict.inner_text().startswith("False: the sides differ in 3 of 3 numbers")
    assert place.locator(".number.wrong").count() == 3
    place.get_by_role("button", name="As printed").press("Enter")
    assert verdict.inner_text().startswith("True")


def test_what_does_not_fit_has_no_value(opened):
    place = opened("formulas").locator("#interactive-formulas")
    place.get_by_label("gradient of W").check()
    place.get_by_label("transpose").select_option("no T")
    assert place.locator(".verdict").inner_text() == "No value: 2 × 2 times 3 × 2 does not fit."
