import pytest

from literate.book.options import problems_of_options


def problems(metadata, source="pass"):
    return list(problems_of_options(metadata, source))


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {"tangle": "nnmath/one.py"},
        {"checks": ["eq-neuron", "eq-z-matrix"], "kind": ["symbolic", "index form"]},
        {"tags": ["plot"], "mystnb": {"figure": {"name": "fig-x"}}},
        {"tags": ["nbval-ignore-output", "hide-output"]},
        {"tags": ["raises-exception"]},
        {"checks": ["eq-a"], "kind": ["exact"], "tags": ["nbval-ignore-output"]},
    ],
)
def test_what_the_book_uses_is_allowed(metadata):
    assert problems(metadata, "print(seconds)") == []


def test_an_output_is_ignored_only_where_something_is_timed():
    (problem,) = problems({"tags": ["nbval-ignore-output"]}, "print(rng.normal())")
    assert "this cell times nothing" in problem


@pytest.mark.parametrize(
    ("metadata", "said"),
    [
        ({"tangel": "nnmath/one.py"}, "unknown option 'tangel'; did you mean 'tangle'?"),
        ({"zzz": 1}, "unknown option 'zzz'; known are tangle, checks, kind, tags, mystnb"),
        ({"tags": ["plto"]}, "unknown tag 'plto'; did you mean 'plot'?"),
        (
            {"mystnb": {"figuer": {}}},
            "unknown option 'figuer' of mystnb; did you mean 'figure'?",
        ),
        (
            {"mystnb": {"remove_code_source": True}},
            "unknown option 'remove_code_source' of mystnb",
        ),
        ({"mystnb": "figure"}, "mystnb must have the keys figure and image, got 'figure'"),
        ({"mystnb": {"image": {"alt": "a plot"}}}, "alt says what is seen in the picture"),
        ({"tags": "plot"}, "tags must be a list such as [plot], got 'plot'"),
        ({"tags": ["plot", "plot"]}, "tags names a tag twice: plot, plot"),
        ({"tags": [1]}, "tags must be a list such as [plot], got [1]"),
        ({"tags": ["remove-input"]}, "the tag 'remove-input' is not allowed"),
        ({"tags": ["remove-cell"]}, "the tag 'remove-cell' is not allowed"),
        ({"tags": ["nbval-skip"]}, "the tag 'nbval-skip' is not allowed"),
        ({"tags": ["skip-execution"]}, "the tag 'skip-execution' is not allowed"),
        (
            {"checks": "eq-neuron", "kind": ["exact"]},
            "checks must be a list of labels such as [eq-neuron]",
        ),
        (
            {"checks": [], "kind": ["exact"]},
            "checks must be a list of labels such as [eq-neuron], got []",
        ),
        (
            {"checks": ["neuron"], "kind": ["exact"]},
            "checks must name labels such as eq-neuron, got 'neuron'",
        ),
        (
            {"checks": ["eq-a b"], "kind": ["exact"]},
            "checks must name labels such as eq-neuron, got 'eq-a b'",
        ),
        (
            {"checks": ["eq-A b"], "kind": ["exact"]},
            "checks must name labels such as eq-neuron, got 'eq-A b'",
        ),
        (
            {"checks": ["eq-a", "eq-a"], "kind": ["exact"]},
            "checks names a label twice: eq-a, eq-a",
        ),
        (
            {"checks": ["eq-a"]},
            "a check cell says how it checks, kind: one or more of symbolic",
        ),
        (
            {"checks": ["eq-a"], "kind": []},
            "kind must be a list such as [symbolic, difference]",
        ),
        ({"checks": ["eq-a"], "kind": "exact"}, "kind must be a list such as"),
        (
            {"checks": ["eq-a"], "kind": ["exakt"]},
            "unknown kind of check 'exakt'; did you mean",
        ),
        ({"checks": ["eq-a"], "kind": ["exact", "exact"]}, "kind names a word twice"),
        (
            {"kind": ["exact"]},
            "kind says how a cell checks its equations, and this cell has no",
        ),
        ({"tangle": ["nnmath/one.py"]}, "tangle must name a file"),
        ({"tangle": None}, "tangle must name a file"),
        (
            {"tangle": "nnmath/a.py", "checks": ["eq-a"], "kind": ["exact"]},
            "got tangle and checks",
        ),
        ({"tangle": "nnmath/a.py", "tags": ["plot"]}, "got tangle and plot"),
        ({"checks": ["eq-a"], "kind": ["exact"], "tags": ["plot"]}, "got checks and plot"),
        (
            {"checks": ["eq-a"], "kind": ["exact"], "tags": ["raises-exception"]},
            "checks must not raise",
        ),
        ({"tangle": "nnmath/a.py", "tags": ["raises-exception"]}, "tangle must not raise"),
        (
            {"tangle": "nnmath/a.py", "tags": ["hide-input"]},
            "never folded, got the tag 'hide-input'",
        ),
        (
            {"tangle": "nnmath/a.py", "tags": ["hide-cell"]},
            "never folded, got the tag 'hide-cell'",
        ),
    ],
)
def test_what_means_something_else_or_nothing_is_refused(metadata, said):
    [problem] = problems(metadata)
    assert said in problem


@pytest.mark.parametrize("marker", ["NBVAL_SKIP", "NBVAL_IGNORE_OUTPUT"])
def test_comments_that_steer_nbval_are_refused(marker):
    [problem] = problems({}, f"x = 1\n  # {marker}\n")
    assert f"the comment {marker} steers the tests out of sight" in problem
