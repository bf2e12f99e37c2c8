"""The recorder: it reads errors and bounds off assertions, and changes nothing that they come to."""

import ast
import math
from fractions import Fraction

import numpy as np
import pytest
import sympy

from literate.checks.recorder import RECORDER, Recorder, drop_assertions, record_assertions
from literate.checks.records import FALSE, NUMERIC, SYMBOLIC

NAMES = {"np": np, "sympy": sympy, "Fraction": Fraction, "nan": math.nan, "inf": math.inf}


def run(source, **names):
    """Run a cell, whose assertions may fail; give the recorder and whether they held."""
    recorder = Recorder()
    tree = record_assertions(ast.parse(source))
    try:
        exec(compile(tree, "<cell>", "exec"), {**NAMES, **names, RECORDER: recorder})
    except AssertionError:
        return recorder, False
    return recorder, True


def closest(source, **names):
    recorder, held = run(source, **names)
    assert held
    return recorder.closest.error, recorder.closest.bound


@pytest.mark.parametrize(
    "source",
    [
        "assert abs(-3.0) <= 4",
        "assert 4 >= abs(-3.0)",
        "assert np.abs(np.array([1.0, -3.0])).max() < 4",
        "assert (np.abs(np.array([1.0, -3.0])) <= 4).all()",
        "assert ((np.abs(np.array([1.0, -3.0])) <= 4) & True).all()",
        "error = 3.0\nassert error <= 4",
        "largest_error = 3.0\nassert largest_error <= 4",
        "errors = [1, 3]\nassert max(errors) <= 4",
        "errors = [1, 3]\nassert all(error <= 4 for error in errors)",
        "assert True and abs(3.0) <= 4",
        "for n in (1, 3, 2):\n    assert abs(n) <= 4",
        "def look(n):\n    assert abs(n) <= 4\nlook(3)",
        "assert 0 < abs(3.0) <= 4 < 5",
        "assert bool(abs(3.0) <= 4)",
        "assert np.all(np.abs(np.array([1.0, -3.0])) <= 4)",
        "assert (held := abs(3.0) <= 4) and held",
        "assert abs(Fraction(3)) <= Fraction(4)",
        "assert abs(sympy.Rational(3)) <= 4",
        "assert abs(3 + 0j) <= 4",
    ],
)
def test_the_error_and_its_bound_are_seen(source):
    assert closest(source) == (3, 4)


@pytest.mark.parametrize(
    "source",
    [
        "assert 3 < 4",
        "assert abs(3.0) > 2",
        "assert not abs(3.0) > 4",
        "assert 'a' == 'a'",
        "assert (3, 4) == (3, 4)",
        "assert abs(3.0) <= 4 or False",
        "assert (np.abs(np.array([1.0, 3.0])) <= 2).any()",
        "assert 3 in (3, 4)",
        "assert 3 is not None",
        "assert 3 != 4",
    ],
)
def test_other_comparisons_are_only_counted(source):
    recorder, held = run(source)
    assert held
    assert recorder.closest is None
    assert recorder.comparisons == 1


def test_an_assertion_without_a_comparison_is_none():
    recorder, held = run("assert np.allclose(1.0, 1.0)")
    assert held
    assert recorder.comparisons == 0


@pytest.mark.parametrize(
    "source",
    [
        "assert 2 == 2",
        "assert Fraction(1, 3) == Fraction(2, 6)",
        "assert (np.array([1.0, inf]) == np.array([1.0, inf])).all()",
        "assert (np.array([1, 0]) == [1, 0]).all()",
        "assert all(x == x for x in (1, 2))",
        "assert sympy.simplify(sympy.Symbol('x') - sympy.Symbol('x')) == 0",
        "assert sympy.Symbol('x') == sympy.Symbol('x')",
        "assert (np.array([Fraction(1, 3)], dtype=object) == np.array([Fraction(1, 3)], dtype=object)).all()",
    ],
)
def test_what_is_equal_is_exact(source):
    assert closest(source) == (0, 0)


def failed(source, **names):
    recorder, held = run(source, **names)
    assert not held
    return recorder.last_failed


def test_a_difference_is_measured():
    seen = failed("assert (np.array([1.0, 2.0]) == np.array([1.0, 5.0])).all()")
    assert (seen.error, seen.bound, seen.failure) == (3, 0, NUMERIC)


def test_a_difference_of_expressions_is_not_zero():
    seen = failed("x = sympy.Symbol('x')\nassert x * (x + 1) == x**2")
    assert seen.failure == SYMBOLIC


def test_a_difference_of_sympys_numbers_is_measured():
    seen = failed("assert sympy.Rational(1, 2) == 0")
    assert (seen.error, seen.failure) == (0.5, NUMERIC)


def test_what_failed_is_what_is_told():
    seen = failed("error = 1\nassert error <= 2\nassert 3 < 2")
    assert (seen.error, seen.failure) == (None, FALSE)


def test_what_failed_before_and_was_caught_is_not_told():
    source = "try:\n    assert abs(3) <= 2\nexcept AssertionError:\n    pass\nassert False"
    recorder, held = run(source)
    assert not held
    assert recorder.last_failed is None


def test_of_errors_beyond_their_bounds_the_largest_is_told():
    seen = failed(
        "assert (np.abs(np.array([1e-3, 2.0, 5.0])) <= np.array([0.0, 1.0, 9.0])).all()"
    )
    assert (seen.error, seen.bound) == (2, 1)


def test_each_entry_is_measured_against_its_own_bound():
    assert closest("assert (np.abs([1.0, 3.0]) <= np.array([1.5, 9.0])).all()") == (1, 1.5)


@pytest.mark.parametrize("order", [(math.nan, 0.5), (0.5, math.nan)])
def test_nan_is_never_hidden(order):
    recorder, held = run(
        "for error in order:\n    print(error <= 1)\n    assert (error <= 1) | True",
        order=order,
    )
    assert held  # the comparison under `|` is only counted
    recorder, held = run("for error in order:\n    assert error <= 1", order=order)
    assert not held
    assert math.isnan(recorder.last_failed.error)
    recorder, held = run(
        "assert (np.abs(order) <= 1)[0] or True\nassert np.all(np.abs(order) <= 1)",
        order=np.array(order),
    )
    assert not held
    assert math.isnan(recorder.closest.error)


def test_nan_stays_the_closest():
    recorder = Recorder()
    recorder.compare("<=", "left", math.nan, 1)
    recorder.compare("<=", "left", 5.0, 1)
    assert math.isnan(recorder.closest.error)
    recorder = Recorder()
    recorder.compare("<=", "left", 5.0, 1)
    recorder.compare("<=", "left", math.nan, 1)
    assert math.isnan(recorder.closest.error)


def test_nothing_is_recorded_of_empty_arrays():
    recorder, held = run("assert (np.abs(np.array([])) <= 1).all()")
    assert held
    assert recorder.closest is None


def test_a_chain_stops_where_python_stops():
    recorder, held = run("assert 3 < abs(2) < missing", missing=None)
    assert not held
    assert recorder.comparisons == 1


def test_each_value_is_computed_once():
    calls = []

    def error(value):
        calls.append(value)
        return abs(value)

    run("assert error(1) <= 2\nassert 0 < error(2) <= 3", error=error)
    assert calls == [1, 2]


@pytest.mark.parametrize(
    "test",
    [
        "[]",
        "[1]",
        "0",
        "None",
        "1 == 1.0",
        "nan == nan",
        "[1] == [1]",
        "'a' < 'b'",
        "not 1 > 2",
        "1 < 2 > 3",
        "{1} <= {1, 2}",
    ],
)
def test_what_an_assertion_comes_to_stays(test):
    assert run(f"assert {test}")[1] == bool(eval(test, dict(NAMES)))


def test_the_message_of_an_assertion_stays():
    tree = record_assertions(ast.parse("assert abs(3) <= 2, 'too large'"))
    code = compile(tree, "<cell>", "exec")
    with pytest.raises(AssertionError, match="too large"):
        exec(code, {RECORDER: Recorder()})


def test_assertions_are_dropped_wherever_they_stand():
    tree = drop_assertions(ast.parse("assert 0\nfor _ in (1,):\n    assert 0\nx = 1"))
    names = {}
    exec(compile(tree, "<cell>", "exec"), names)
    assert names["x"] == 1
