"""The labelled equations: what is read of them, and what they may not do."""

import pytest

from literate.book.chapters import read_book
from literate.book.equations import Ledger, read_ledger, split_options
from literate.errors import BookError

MEAN = "```{math}\n:label: eq-mean\n:class: definition\nm = x / 2\n```\n"
SUM = "```{math}\n:label: eq-sum\nx + y \\\\\n= y + x\n```\n"
CHECK = (
    "```{code-cell} ipython3\n:checks: [eq-sum]\n:kind: [exact]\n\nassert 1 + 2 == 2 + 1\n```\n"
)


def ledger_of(book, *parts):
    book.chapter("one", "# One", *parts)
    return Ledger(read_book(book.root))


def problems(book, *parts):
    return list(ledger_of(book, *parts).problems())


def test_equation_is_read_with_its_place_and_source(book):
    ledger = ledger_of(book, "Text.", MEAN, SUM, CHECK)
    mean, total = ledger.equations
    assert (mean.label, mean.is_definition, mean.tex) == ("eq-mean", True, "m = x / 2")
    assert (total.label, total.is_definition, total.tex) == (
        "eq-sum",
        False,
        "x + y \\\\\n= y + x",
    )
    lines = book.text("book/one.md").split("\n")
    assert lines[total.line - 1 : total.line + 1] == ["```{math}", ":label: eq-sum"]


def test_check_is_read_with_its_number_on_the_page_and_its_kinds(book):
    other = CHECK.replace(":kind: [exact]\n", ":kind: [property, difference]\n")
    ledger = ledger_of(book, SUM, CHECK, "```{code-cell} ipython3\nx = 1\n```", other)
    assert [(c.docname, c.number, c.labels, c.kinds) for c in ledger.checks] == [
        ("one", 1, ("eq-sum",), ("exact",)),
        ("one", 2, ("eq-sum",), ("property", "difference")),
    ]
    assert ledger.checks_of("eq-sum") == list(ledger.checks)
    assert ledger.checks_of("eq-mean") == []


@pytest.mark.parametrize(
    "text",
    [
        "````{admonition} A box\n:class: note\n\n```{math}\n:label: eq-in\na = b\n```\n````",
        ":::{note}\n```{math}\n---\nlabel: eq-in\n---\na = b\n```\n:::",
        "- an item\n\n  ```{math}\n  :label: eq-in\n  a = b\n  ```",
        "```{math}\n:name: eq-in\n\na = b\n```",
        "~~~{math} a = b\n:label: eq-in\n~~~",
    ],
)
def test_equation_is_found_in_every_form_that_the_page_numbers(book, text):
    (equation,) = ledger_of(book, text).equations
    assert equation.label == "eq-in"
    assert equation.tex.strip() == "a = b"
    line = book.text("book/one.md").split("\n")[equation.line - 1]
    assert line.strip().startswith(("```{math}", "~~~{math}"))


@pytest.mark.parametrize(
    "text",
    [
        "````markdown\n" + SUM + "````",
        "````{code-block} markdown\n" + SUM + "````",
        "```{math}\na = b\n```",
        "$$ a = b $$",
        "\\begin{align*}\na = b\n\\end{align*}",
    ],
)
def test_what_the_page_does_not_number_is_no_equation_of_the_ledger(book, text):
    ledger = ledger_of(book, text)
    assert ledger.equations == ()
    assert list(ledger.problems()) == []


def test_a_definition_and_a_checked_equation_are_right(book):
    assert problems(book, MEAN, SUM, CHECK) == []


def test_equation_without_a_check_is_refused_with_its_line(book):
    (problem,) = problems(book, "Text.", SUM)
    line = book.text("book/one.md").split("\n").index(":label: eq-sum")
    assert problem.startswith(f"book/one.md:{line}: no cell checks eq-sum")


def test_check_of_no_equation_is_refused_with_its_line(book):
    (problem,) = problems(book, SUM, CHECK, CHECK.replace("eq-sum", "eq-sums"))
    source = book.text("book/one.md").split("\n")
    line = source.index(":checks: [eq-sums]") + 4  # of the cell's source
    assert problem.startswith(f"book/one.md:{line}: checks names eq-sums")
    assert problem.endswith("did you mean eq-sum?")


def test_check_of_a_definition_is_refused(book):
    (problem,) = problems(book, MEAN, CHECK.replace("eq-sum", "eq-mean"))
    assert "checks names eq-mean, a definition" in problem
    assert problem.endswith("book/one.md:14")


def test_label_used_twice_in_the_book_is_refused_at_the_second_place(book):
    book.chapter("zero", "# Zero", SUM, CHECK)
    (problem,) = problems(book, "Text.", SUM)
    assert problem == "book/one.md:16: the label eq-sum is taken: see book/zero.md:14"


def test_check_may_stand_in_a_later_chapter(book):
    book.chapter("zero", "# Zero", SUM)
    assert problems(book, CHECK) == []


@pytest.mark.parametrize(
    "text",
    ["$$ a = b $$ (eq-dollar)", "\\begin{align}\na = b\n\\end{align}"],
)
def test_number_given_in_another_way_is_refused(book, text):
    (problem,) = problems(book, "Text.", text)
    assert problem == (
        "book/one.md:16: a numbered equation must be a math directive with the option label"
    )


def test_label_of_another_form_is_refused(book):
    (problem,) = problems(book, MEAN.replace("eq-mean", "mean"))
    assert (
        problem == "book/one.md:14: an equation's label must be such as eq-neuron, got 'mean'"
    )


def test_functions_and_the_equations_of_their_docstrings_are_read(book, package_cell):
    source = (
        '"""Module, ``eq-mean`` too."""\n\n\ndef mean(x):\n    """Equations ``eq-mean`` and ``eq-sum``."""\n\n\n'
        'class Box:\n    """A box."""\n\n    def size(self):\n        """Equation ``eq-sum``."""\n'
    )
    ledger = ledger_of(book, MEAN, SUM, CHECK, package_cell(source))
    assert [(i.name, i.labels) for i in ledger.implementations] == [
        ("mean", ("eq-mean", "eq-sum")),
        ("Box.size", ("eq-sum",)),
    ]
    lines = book.text("book/one.md").split("\n")
    assert [lines[i.line - 1].split("(")[0].strip() for i in ledger.implementations] == [
        "def mean",
        "def size",
    ]
    assert [i.name for i in ledger.implementations_of("eq-mean")] == ["mean"]


def test_docstring_that_names_no_equation_is_refused_with_its_line(book, package_cell):
    source = '"""Module."""\n\n\ndef mean(x):\n    """Equation ``eq-gone``."""\n'
    (problem,) = problems(book, package_cell(source))
    line = book.text("book/one.md").split("\n").index("def mean(x):") + 1
    assert problem == (
        f"book/one.md:{line}: the docstring of mean names eq-gone, and no equation has this label"
    )


def test_comparing_the_package_refuses_an_equation_without_a_check(book, package_cell):
    book.chapter("one", "# One", package_cell('"""Module."""', "__init__"), SUM)
    assert book.command("tangle").returncode == 0, (
        "an author may tangle before the check is there"
    )
    result = book.command("tangle", "--check")
    assert result.returncode == 1
    assert "no cell checks eq-sum" in result.stderr


def test_all_problems_are_named_at_once(book):
    book.chapter("one", "# One", SUM, CHECK.replace("eq-sum", "eq-other"))
    with pytest.raises(BookError) as caught:
        read_ledger(book.root)
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize(
    ("content", "options", "rest"),
    [
        (":label: eq-a\n:nowrap:\na", {"label": "eq-a", "nowrap": ""}, "a"),
        (
            "---\nlabel: eq-a\nclass: definition\n---\na",
            {"label": "eq-a", "class": "definition"},
            "a",
        ),
        ("a = b\n:label: eq-a", {}, "a = b\n:label: eq-a"),
        ("", {}, ""),
    ],
)
def test_options_are_split_from_the_content(content, options, rest):
    assert split_options(content) == (options, rest)
