"""Mutants held against the list: what the library prints is read, every mismatch is said."""

import tomllib

import pytest

from literate.checks.mutants import (
    LIST,
    Mutant,
    function_of,
    judge,
    prepare,
    read_known,
    read_mutant,
    statuses,
    undecorated,
)
from literate.errors import BookError

ONE = Mutant("nnmath.model.costs.one", "a = 0", "a = 1")
OTHER = Mutant("nnmath.model.costs.one", "a = 0", "a = None")

RESULTS = """\
    nnmath.model.costs.x_one__mutmut_1: killed
    nnmath.model.costs.x_one__mutmut_2: no tests
    nnmath.model.network.xǁNetworkǁ__post_init____mutmut_12: survived
"""

DIFFERENCE = """\
# nnmath.model.costs.x_one__mutmut_2: survived
--- nnmath/model/costs.py
+++ nnmath/model/costs.py
@@ -1,4 +1,4 @@
 def one():
-    a = (0,
-         --b)
+    a = (1,
+         ++b)
     return a
"""


def outcomes(killed, survived=0, **others):
    counts = {"killed": killed, "survived": survived, **others}
    return {f"{status}{i}": status for status in counts for i in range(counts[status])}


def entry(function="nnmath.model.costs.one", before="a = 0", to="a = 1"):
    return f'- function: {function}\n  from: "{before}"\n  to: {to}\n  why: nothing\n'


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("nnmath.model.costs.x_one__mutmut_3", "nnmath.model.costs.one"),
        ("nnmath.model.costs.x__one_x_two__mutmut_13", "nnmath.model.costs._one_x_two"),
        (
            "nnmath.model.network.xǁNetworkǁ__post_init____mutmut_12",
            "nnmath.model.network.Network.__post_init__",
        ),
    ],
)
def test_a_name_says_the_function(name, function):
    assert function_of(name) == function


def test_the_outcome_of_every_mutant_is_read():
    assert list(statuses("some note: here\n" + RESULTS).values()) == [
        "killed",
        "no tests",
        "survived",
    ]


def test_the_changed_lines_are_read_without_their_indentation():
    read = read_mutant("nnmath.model.costs.x_one__mutmut_2", DIFFERENCE)
    assert read == Mutant("nnmath.model.costs.one", "a = (0, --b)", "a = (1, ++b)")


def test_an_entry_can_explain_several_mutants(tmp_path):
    path = tmp_path / "list.yml"
    path.write_text(entry(to="[a = 1, a = None]"))
    assert read_known(path) == [ONE, OTHER]


@pytest.mark.parametrize("text", ["- function: f\n", "- f\n", entry() + "  module: m\n"])
def test_an_entry_of_another_form_is_refused(tmp_path, text):
    path = tmp_path / "list.yml"
    path.write_text(entry() + text)
    with pytest.raises(BookError, match=r"entry 2 must have the keys function, from, to, why"):
        read_known(path)


def test_survivors_that_are_all_explained_are_no_problem():
    summary, problems = judge(outcomes(38, 2), [ONE, OTHER], [OTHER, ONE])
    assert not problems
    assert summary == (
        "score 95.0 %: 38 of 40 mutants caught (38 killed, 2 survived); "
        "2 known to change nothing"
    )


def test_a_survivor_that_is_not_explained_is_shown():
    _, [problem] = judge(outcomes(99, 1), [ONE], [])
    assert str(LIST) in problem
    assert "nnmath.model.costs.one\n    - a = 0\n    + a = 1" in problem


def test_an_entry_explains_one_mutant_alone():
    assert len(judge(outcomes(98, 2), [ONE, ONE], [ONE])[1]) == 1
    assert not judge(outcomes(98, 2), [ONE, ONE], [ONE, ONE])[1]


def test_an_entry_whose_mutant_is_caught_is_stale():
    _, [problem] = judge(outcomes(99, 1), [ONE], [ONE, OTHER])
    assert "stale" in problem
    assert "+ a = None" in problem


def test_a_low_score_is_a_problem_even_if_all_survivors_are_explained():
    known = [Mutant("f", "a", str(i)) for i in range(6)]
    _, [problem] = judge(outcomes(94, 6), known, known)
    assert problem == "the score must be at least 95 %, got 94.0 %"


def test_a_test_that_never_ends_has_caught_its_mutant():
    outcome = {"a": "killed", "b": "timeout"}
    assert judge(outcome, [], [])[0].startswith("score 100.0 %")


@pytest.mark.parametrize("status", ["survived", "no tests", "suspicious", "segfault"])
def test_any_other_outcome_is_not_a_catch(status):
    assert judge({"a": "killed", "b": status}, [ONE], [ONE])[0].startswith("score 50.0 %")


def test_no_mutants_at_all_are_no_success():
    assert judge({}, [], [])[1] == ["the score must be at least 95 %, got 0.0 %"]


def test_the_library_works_on_a_copy_with_the_chapters_tests_alone(tmp_path):
    for path in ("nnmath/one.py", "tests/chapters/test_one.py", "tests/project/test_other.py"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    folder = tmp_path / "_build" / "mutants"
    prepare(tmp_path, folder)
    (folder / "left-over").touch()
    prepare(tmp_path, folder)
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*.*")}
    assert files == {"nnmath/one.py", "tests/chapters/test_one.py", "pyproject.toml"}
    assert not (folder / "left-over").exists()


def test_tests_that_wait_for_other_processes_do_not_judge(tmp_path):
    (tmp_path / "nnmath").mkdir()
    file = tmp_path / "tests" / "chapters" / "test_one.py"
    file.parent.mkdir(parents=True)
    file.write_text(
        "def cluster(): ...\ndef test_a(cluster): ...\ndef test_b(): ...\n"
        "def test_c(x, cluster): ...\ndef with_workers(cluster): ...\n"
    )
    prepare(tmp_path, tmp_path / "copy")
    settings = tomllib.loads((tmp_path / "copy" / "pyproject.toml").read_text())
    arguments = settings["tool"]["mutmut"]["pytest_add_cli_args"]
    assert [one for one in arguments if "test_one" in one] == [
        "--deselect=tests/chapters/test_one.py::test_a",
        "--deselect=tests/chapters/test_one.py::test_c",
    ]


DECORATED = """\
@dataclass
class Rule:
    f: Any


@Rule
@Other
def one(z):
    return z


@contextmanager
def two():
    yield


@Rule
@contextmanager
def three():
    yield


@make(Rule)
def four(): ...
"""

WRAPPED = """\
def one(z):
    return z
one = Other(one)
one = Rule(one)
"""


def test_a_decorator_of_the_package_is_called_below_the_function():
    changed = undecorated(DECORATED, {"Rule", "Other"})
    assert changed == DECORATED.replace("@Rule\n@Other\ndef one(z):\n    return z\n", WRAPPED)


def test_the_copy_knows_decorators_from_all_of_the_package(tmp_path):
    rule, use = "class Rule: ...\n", "@Rule\ndef one(): ...\n"
    for path, text in {"nnmath/model/rule.py": rule, "nnmath/use.py": use}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    (tmp_path / "tests" / "chapters").mkdir(parents=True)
    prepare(tmp_path, tmp_path / "copy")
    assert (tmp_path / "copy" / "nnmath" / "model" / "rule.py").read_text() == rule
    copied = (tmp_path / "copy" / "nnmath" / "use.py").read_text()
    assert copied == "def one(): ...\none = Rule(one)\n"


def test_the_list_of_the_project_is_well_formed(pytestconfig):
    known = read_known(pytestconfig.rootpath / LIST)
    assert all(mutant.before != mutant.after for mutant in known)
