"""The table of wrong formulas, and what the text says of them."""

import math
import re

import pytest

from literate.checks.records import Record
from literate.site.readable_numbers import number_nodes
from literate.site.wrong_formulas import words, wrong_anchor
from tests.book import WRONG_FORMULAS


def said(nodes):
    return "".join(node.astext() for node in nodes)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.27, "0.27"),
        (3e-15, "3.0·10−15"),
        (2.2e-16, "2.2·10−16"),
        (-0.5, "−0.5"),
        (96.0, "96"),
        (930.4, "930"),
        (57999.6, "5.8·104"),
        (0.0, "0"),
        (math.nan, "NaN"),
        (math.inf, "infinity"),
    ],
)
def test_a_number_has_two_digits(value, text):
    assert said(number_nodes(value)) == text


@pytest.mark.parametrize(
    ("failure", "text"),
    [
        (
            {"failure": "numeric", "error": 0.27, "bound": 3e-15},
            "an error of 0.27 where 3.0·10−15 is allowed",
        ),
        (
            {"failure": "numeric", "error": 2.0, "bound": 0.0},
            "an error of 2 where none is allowed",
        ),
        (
            {"failure": "numeric", "error": math.nan, "bound": 1.0},
            "an error of NaN where 1 is allowed",
        ),
        (
            {"failure": "symbolic", "error": math.inf, "bound": 0.0},
            "a difference that is not zero",
        ),
        ({"failure": "exception", "message": "ValueError: no"}, "an exception, ValueError: no"),
        ({"failure": "false", "message": "assert x > y"}, "a comparison that does not hold"),
    ],
)
def test_what_a_check_saw_is_put_in_words(failure, text):
    assert (
        said(words(Record("one", 1, 1, ("eq-a",), ("exact",), passed=False, **failure))) == text
    )


def test_every_wrong_formula_has_a_row(site):
    html = (site / "wrong_formulas.html").read_text(encoding="utf-8")
    rows = re.findall(r'<tr[^>]* id="(wrong-[^"]*)"', html)
    assert sorted(rows) == sorted(wrong_anchor(formula.name) for formula in WRONG_FORMULAS)


def test_the_text_links_to_the_rows(site):
    links = [
        link
        for path in site.glob("*.html")
        for link in re.findall(
            r'href="wrong_formulas\.html#([^"]*)"', path.read_text(encoding="utf-8")
        )
    ]
    assert {wrong_anchor("mask-at-activation"), wrong_anchor("one-over-m-left-out")} <= set(
        links
    )
    assert set(links) <= {wrong_anchor(formula.name) for formula in WRONG_FORMULAS} | {""} | {
        link for link in links if link.startswith("wrong-in-")
    }
