"""Answers that a page can judge: what is read, and what is refused."""

import pytest

from literate.book.answers import evaluate, read_answer, values_of


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ask: [", "malformed YAML"),
        ("ask: a\nnumber: 1\nnumber: 2", "the key 'number' stands there twice"),
        ("three", "expected keys and values"),
        ("ask: a\nconfirm: b", "asks for one of shape, number, formula, got none"),
        ("ask: a\nconfirm: b\nnumber: 1\nshape: 3", "got shape, number"),
        ("ask: a\nnumber: 1", "confirm is missing"),
        ("confirm: a\nnumber: 1", "ask is missing"),
        ("ask: a\nconfirm: b\nnumber: 1\nhint: c", "unknown hint"),
        ("ask: a\nconfirm: b\nshape: 3 by 4", "a shape is written as 3 x 4"),
        ("ask: a\nconfirm: b\nformula: 2 x\nvariables: [x]", "products are written with \\*"),
        ("ask: a\nconfirm: b\nformula: x + y\nvariables: [x]", "holds 'y', which is not known"),
        ("ask: a\nconfirm: b\nformula: x\nvariables: [x-1]", "a variable is named as"),
        ("ask: a\nconfirm: b\nformula: x\nvariables: [x]\ndomain: {y: [0, 1]}", "no variable"),
        ("ask: a\nconfirm: b\nformula: x\nvariables: [x]\ndomain: {x: [1, 0]}", "begins below"),
        ("ask: a\nconfirm: 1 + 2\nnumber: 3", "typed, and not computed"),
        ("ask: a\nconfirm: 2 * np.log(2)\nnumber: 2*ln(2)", "typed, and not computed"),
        ("ask: a\nconfirm: b +\nnumber: 3", "no expression of Python"),
        ("ask: a\nconfirm: 'lambda x: x**2'\nformula: x^2\nvariables: [x]", "typed again"),
        ("ask: a\nconfirm: b\nnumber: 3\ntolerance: 1000", "tolerance must be at most 0.1"),
        ("ask: a\nconfirm: b\nnumber: 1/2\nwrong: {0.5: c}", "same as another, or right"),
    ],
)
def test_a_malformed_answer_is_refused(text, says):
    with pytest.raises(ValueError, match=says):
        read_answer(text)


@pytest.mark.parametrize("text", ["x.real", "(1).__class__", "[x]", "open('a')", "'a'"])
def test_a_formula_reaches_nothing_but_numbers(text):
    with pytest.raises((ValueError, TypeError)):
        evaluate(text, {"x": 1.0})


def test_numbers_may_be_written_as_terms():
    answer = read_answer("ask: a\nconfirm: b\nnumber: 7/16")
    assert values_of(answer, "7/2^4") == [7 / 16]
