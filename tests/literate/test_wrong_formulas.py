"""Wrong formulas: what is refused, which checks are run, and that a check that cannot fail shows."""

import pytest
import yaml

from literate.checks.run_wrong_formulas import results_of_book
from literate.errors import BookError

CELL = '''"""Doubling."""


def double(x):
    """Double a number."""
    return 2 * x


def half(x):
    """Halve a number."""
    return x / 2
'''

CHECK = """```{code-cell} ipython3
:checks: [eq-double]
:kind: [exact]

from nnmath.doubling import double

assert double(3) == 6
```
"""

ENTRY = {
    "name": "tripled",
    "says": "It is tripled.",
    "chapter": "one",
    "from": "return 2 * x",
    "to": "return 3 * x",
    "equations": ["eq-double"],
}


pytestmark = pytest.mark.usefixtures("here")


@pytest.fixture
def results(book, package_cell):
    """Give the results of a small book with some wrong formulas."""

    def results(*entries, check=CHECK, elsewhere="", file="one"):
        book.chapter("one", "# One", package_cell(CELL, "doubling"), check)
        book.chapter("two", "# Two", elsewhere or "Nothing.")
        book.write(f"book/wrong_formulas/{file}.yml", yaml.safe_dump(list(entries)))
        return results_of_book(book.root)

    return results


def entry(**changes):
    return {**ENTRY, **changes}


def test_a_wrong_formula_is_caught(results):
    found = results(ENTRY)
    (outcome,) = found.outcomes
    (record,) = outcome.caught_by
    assert (record.docname, record.number, record.error, record.bound) == ("one", 1, 3, 0)
    assert found.outcome("tripled") is outcome
    assert found.outcome("other") is None
    assert [record.passed for record in found.records] == [True]
    assert list(found.failures()) == list(found.gaps()) == []


def test_a_check_that_always_passes_is_found_out(results):
    found = results(ENTRY, check=CHECK.replace("double(3) == 6", "True"))
    assert [outcome.caught_by for outcome in found.outcomes] == [()]
    assert "tripled: no check of eq-double catches it" in "".join(found.failures())
    assert "no wrong formula makes an assertion of this check fail" in "".join(found.gaps())


def test_a_second_check_that_always_passes_is_found_out(results):
    found = results(ENTRY, elsewhere=CHECK.replace("double(3) == 6", "double"))
    assert list(found.failures()) == []
    assert "book/two.md" in "".join(found.gaps())


def test_an_equation_without_a_wrong_formula_is_found_out(results):
    assert "no wrong formula names eq-double" in "".join(results().gaps())


def test_a_check_that_fails_on_the_right_formula_is_found_out(results):
    found = results(ENTRY, check=CHECK.replace("== 6", "== 7"))
    assert "the check fails: assert double(3) == 7" in "".join(found.failures())


def test_an_error_in_the_package_is_seen_in_every_chapter(results):
    elsewhere = CHECK.replace("double(3) == 6", "double(4) == 8")
    (outcome,) = results(ENTRY, elsewhere=elsewhere).outcomes
    assert [record.docname for record in outcome.caught_by] == ["one", "two"]


def test_an_error_in_another_cell_stays_in_its_chapter(results):
    two = CHECK.replace("double(3) == 6", "2 * double(4) == 16")
    wrong = entry(chapter="two", **{"from": "2 * double(4)", "to": "double(4)"})
    (outcome,) = results(wrong, elsewhere=two, file="two").outcomes
    assert [(record.docname, record.error) for record in outcome.records] == [("two", 8)]


def test_every_equation_of_an_entry_must_catch_it(results):
    other = CHECK.replace("eq-double", "eq-other").replace("double(3) == 6", "1 == 1")
    found = results(entry(equations=["eq-double", "eq-other"]), elsewhere=other)
    assert "tripled: no check of eq-other catches it" in "".join(found.failures())


def test_code_that_is_broken_proves_nothing(results):
    found = results(entry(to="return y"))
    assert "breaks the code and not the formula: NameError" in "".join(found.failures())


def test_an_exception_proves_nothing_of_the_assertions(results):
    found = results(entry(to="return 2 / 0"))
    assert list(found.failures()) == []
    assert "no wrong formula makes an assertion" in "".join(found.gaps())


def test_an_equation_that_only_exceptions_guard_is_found_out(results):
    other = CHECK.replace("eq-double", "eq-other").replace("double(3) == 6", "double(3) < 7")
    raises = entry(name="raises", to="return 2 / 0", equations=["eq-other"])
    found = results(ENTRY, raises, elsewhere=other)
    assert "only exceptions catch what is wrong with eq-other" in "".join(found.gaps())


def test_a_book_without_wrong_formulas_has_none(book):
    book.chapter("one", "# One")
    assert results_of_book(book.root).outcomes == ()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"form": "x"}, "unknown key 'form'; did you mean 'from'?"),
        ({"name": "Tripled"}, "name must be in lower case"),
        ({"says": ""}, "says must be text, got ''"),
        ({"from": 3}, "from must be text, got 3"),
        ({"to": 3}, "to must be text (put it in quotes), got 3"),
        ({"chapter": "three"}, "there is no chapter 'three'"),
        ({"from": "return 4"}, "it stands nowhere: return 4"),
        ({"from": "return"}, "it stands 2 times (cells at the lines"),
        ({"to": "return 2 * x"}, "the edit changes nothing"),
        ({"to": "return (2 * x)"}, "the edit changes nothing"),
        ({"from": "Halve a number", "to": "Halve"}, "the edit changes nothing but words"),
        ({"from": "return x / 2", "to": "return x / 2  # too"}, "changes nothing but words"),
        (
            {"from": "assert double(3) == 6", "to": "assert double(3) != 6"},
            "the edit turns an assertion around",
        ),
        ({"to": "return 2 *"}, "is no Python"),
        ({"equations": []}, "equations must be a list"),
        ({"equations": "eq-double"}, "equations must be a list"),
        (
            {"equations": ["eq-doubel"]},
            "no cell checks the equation eq-doubel; did you mean eq-double?",
        ),
        ({"equations": ["eq-double", "eq-double"]}, "equations names a label twice"),
    ],
)
def test_what_is_malformed_is_refused_with_its_file_and_name(results, changes, message):
    with pytest.raises(BookError) as caught:
        results(entry(**changes))
    assert message in str(caught.value)
    assert str(caught.value).startswith("book/wrong_formulas/one.yml: ")


def test_a_name_is_used_once(results):
    with pytest.raises(BookError, match="tripled: named twice"):
        results(ENTRY, ENTRY)


def test_what_an_entry_lacks_is_named(results):
    with pytest.raises(BookError, match="entry 1: lacks name, to"):
        results({key: value for key, value in ENTRY.items() if key not in ("name", "to")})


def test_a_file_is_named_for_a_chapter(results):
    with pytest.raises(BookError, match=r"three\.yml: is named for no chapter"):
        results(ENTRY, file="three")


@pytest.mark.parametrize("text", ["- [", "name: x", "- 3"])
def test_a_file_that_is_no_list_of_entries_is_refused(book, text):
    book.chapter("one", "# One")
    book.write("book/wrong_formulas/one.yml", text)
    with pytest.raises(BookError, match=r"book/wrong_formulas/one\.yml"):
        results_of_book(book.root)


def test_the_lines_of_an_edit_are_shown_without_their_indentation(results):
    (outcome,) = results(ENTRY).outcomes
    assert outcome.formula.lines() == (["return 2 * x"], ["return 3 * x"])
