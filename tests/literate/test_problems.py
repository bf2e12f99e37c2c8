"""The problem sets: solutions pass, empty functions and usual mistakes fail with a message that teaches."""

import json
import sys
from pathlib import Path

import pytest

from literate.build.problems import LINK, SETS, SOLUTION, build_problems, placed

HOME = Path(__file__).resolve().parents[2]

TESTS = [f"{name}{kind}_tests" for name in SETS for kind in ("", "_hidden")]

MISTAKES = {
    "set_1": [
        ("count_parameters", " + n[l]", "", "biases are not counted"),
        (
            "softmax",
            "Z - Z.max(axis=0))\n    return E / E.sum(axis=0)",
            "Z - Z.max())\n    return E / E.sum()",
            "each column",
        ),
        ("softmax", "E.sum(axis=0)", "E.sum(axis=1, keepdims=True)", "over the examples"),
        ("softmax", "Z - Z.max(axis=0)", "Z", "overflow"),
        ("forward", " + b[l]", "", "biases are missing"),
        ("forward", "softmax(Z[l]) if l == len(W) else ", "", "last layer has a softmax"),
        ("forward", "return Z, A", "return {l: A[l] for l in Z}, A", "before the activation"),
        ("forward", "return Z, A", "return list(Z.values()), A", "the dictionaries Z and A"),
    ],
    "set_2": [
        ("squared_error", " / A.shape[0]", "", "mean over the outputs"),
        ("squared_error", "A.shape[0]", "A.size", "1/m does not belong"),
        (
            "squared_error",
            "np.mean((A - Y) ** 2)",
            "np.mean((A - Y) ** 2) / 2",
            "no factor 1/2",
        ),
        (
            "chain_gradient",
            "2 * (a[-1] - y) * (1 - a[-1] ** 2)",
            "2 * (a[-1] - y)",
            "slope of the last",
        ),
        ("chain_gradient", "delta * a[l], delta", "delta * a[l + 1], delta", "comes from"),
        ("chain_gradient", "return of_w, of_b", "return of_w[::-1], of_b[::-1]", "the order"),
        ("squared_error", "np.mean((A - Y) ** 2)", "np.mean((A - Y) ** 2, axis=0)", "costs of"),
        ("squared_error", ", 2 * (A - Y) / A.shape[0]", "", "two results are asked for"),
        ("one_layer_back", " * (z[j, 0] > 0)", "", "slope of ReLU is missing"),
        ("one_layer_back", "(z[j, 0] > 0)", "z[j, 0]", "is 1 where z is positive"),
        ("one_layer_back", "+= W", "= W", "added up"),
    ],
    "set_3": [
        ("layer_gradients", "Delta @ A.T / m", "Delta @ A.T", "1/m"),
        ("layer_gradients", "Delta @ A.T / m", "A @ Delta.T / m", "transpose"),
        ("layer_gradients", "A.shape[1]", "A.shape[0]", "that of the columns"),
        ("layer_gradients", "A.shape[1]", "len(Delta)", "that of the columns"),
        ("layer_gradients", ", keepdims=True", "", "column is asked for"),
        (
            "layer_gradients",
            "return Delta @ A.T / m, Delta.sum(axis=1, keepdims=True) / m",
            "Delta /= m\n    return Delta @ A.T, Delta.sum(axis=1, keepdims=True)",
            "Delta has changed",
        ),
        (
            "largest_error",
            "theta.copy(), theta.copy()",
            "theta, theta.copy()",
            "theta has changed",
        ),
        (
            "largest_error",
            "abs(quotient - gradient[index])",
            "quotient - gradient[index]",
            "whatever its sign",
        ),
        ("largest_error", "worst = max(worst, ", "worst += (", "the largest is asked for"),
        ("largest_error", "(2 * h)", "2 * h", "mind the brackets"),
        ("largest_error", "return worst", "return theta - worst", "one number"),
        (
            "largest_error",
            "np.ndindex(theta.shape)",
            "[(i, j) for i in range(len(theta)) for j in range(theta.shape[1])]",
            "fails with IndexError",
        ),
        ("epoch", "range(0, len(order), B)", "range(0, len(order) - B + 1, B)", "left out"),
        ("epoch", "len(order), B", "len(order) + 1, B", "empty"),
        ("epoch", "X.shape[1]", "X.shape[0]", "the examples are the columns"),
        ("epoch", "batch = order[first : first + B]", "batch = order[first]", "a matrix"),
        ("epoch", "step(X[:, batch], Y[:, batch])", "step(Y[:, batch], X[:, batch])", "first"),
        (
            "epoch",
            "step(X[:, batch], Y[:, batch])",
            "step((X[:, batch], Y[:, batch]))",
            "step(",
        ),
        ("epoch", "rng.permutation", "np.random.default_rng(0).permutation", "rng.permutation"),
        ("epoch", "Y[:, batch]", "Y[:, first : first + B]", "lost their inputs"),
        ("epoch", "rng.permutation(X.shape[1])", "np.arange(X.shape[1])", "not drawn"),
    ],
    "project": [
        ("forward", " + b[l]", "", "biases are missing"),
        ("forward", "Z[l] - Z[l].max(axis=0)", "Z[l]", "overflow"),
        ("forward", "Z[l].max(axis=0)", "Z[l].max()", "of its own"),
        ("forward", "E.sum(axis=0)", "E.sum(axis=1, keepdims=True)", "over the examples"),
        ("forward", "E.sum(axis=0)", "E.sum()", "over all entries"),
        ("forward", "if l < len(W)", "if l", "the last layer has a softmax"),
        ("forward", "if l < len(W)", "if l < 1", "only the last layer"),
        ("forward", "len(W) + 1", "3", "needs the keys"),
        ("backward", "A[l - 1].T / m", "A[l - 1].T", "1/m"),
        ("backward", " * (Z[l - 1] > 0)", "", "slope of ReLU is missing"),
        ("backward", "A[L] - Y", "Y - A[L]", "sign is wrong"),
        ("backward", "Y.shape[1]", "Y.shape[0]", "that of the columns"),
        ("backward", "A[L] - Y", "2 * (A[L] - Y)", "no factor 2"),
        ("backward", "A[L] - Y", "(A[L] - Y) * A[L] * (1 - A[L])", "cancels"),
        ("backward", "(Z[l - 1] > 0)", "Z[l - 1] * (Z[l - 1] > 0)", "1 where z is positive"),
        ("backward", "L, m = len(W)", "L, m = 2", "fails with"),
        ("is_right", "zip((W, b), gradients)", "zip((W,), gradients)", "biases are 0"),
        (
            "is_right",
            "abs(quotient - of[l][index])",
            "abs(abs(quotient) - abs(of[l][index]))",
            "signs",
        ),
        (
            "is_right",
            "abs(quotient - of[l][index])",
            "(of[l][index] - quotient)",
            "too small",
        ),
        (
            "is_right",
            "if not abs(quotient - of[l][index]) <=",
            "if abs(quotient - of[l][index]) >",
            "no number",
        ),
        (
            "is_right",
            "zip((W, b), gradients)",
            "zip((b,), (gradients[1],))",
            "layer is wrong by",
        ),
        (
            "is_right",
            "parameters.items()",
            "list(parameters.items())[:1]",
            "one weight of the last",
        ),
        ("is_right", "np.ndindex(array.shape)", "[(0, 0)]", "one weight of the last"),
        ("is_right", "<= 1e-6", "<= 1e-13", "well above rounding"),
        ("is_right", "2], 6, 1e-6", "2], 1, 1e-6", "1/m is missing"),
        (
            "train",
            "rng.normal(0, (2 / n[l - 1]) ** 0.5, (n[l], n[l - 1]))",
            "np.zeros((n[l], n[l - 1]))",
            "neither equal nor zero",
        ),
    ],
}


@pytest.fixture(scope="module")
def handed_out(tmp_path_factory):
    root = tmp_path_factory.mktemp("problems")
    (root / "problems").symlink_to(HOME / "problems")
    return build_problems(root)


@pytest.fixture
def tests(handed_out, monkeypatch):
    """Import the tests as a teacher's folder has them."""
    monkeypatch.syspath_prepend(str(handed_out / "teacher"))
    yield __import__
    for name in ("judging", *TESTS):
        sys.modules.pop(name, None)


def sources(folder, name):
    cells = json.loads((folder / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    found = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    return [source for source in found if "judge(" not in source]


def names_of(code):
    names = {"__name__": "answers"}
    for source in code:
        exec(source, names)
    return names


@pytest.mark.parametrize("module", TESTS)
def test_the_solutions_pass_and_empty_functions_say_that_they_are_empty(
    handed_out, tests, module
):
    name = module.removesuffix("_tests").removesuffix("_hidden")
    problems = tests(module).PROBLEMS
    solved = names_of(sources(handed_out / "teacher", name))
    empty = names_of(sources(handed_out / "students", name))
    for function, (_, test) in problems.items():
        assert tests("judging").fault_of(solved[function], test) == "", function
        assert tests("judging").fault_of(empty[function], test) != "", function


def stopping(*arguments):
    raise AssertionError


@pytest.mark.parametrize("module", TESTS)
def test_an_assertion_that_fails_in_an_answer_earns_nothing(tests, module):
    for function, (_, test) in tests(module).PROBLEMS.items():
        assert "an assertion of its own" in tests("judging").fault_of(stopping, test), function


@pytest.mark.parametrize(
    ("name", "function", "right", "wrong", "hint"),
    [(name, *case) for name, cases in MISTAKES.items() for case in cases],
)
def test_a_usual_mistake_is_named(handed_out, tests, name, function, right, wrong, hint):
    code = sources(handed_out / "teacher", name)
    (at,) = [k for k, source in enumerate(code) if f"def {function}(" in source]
    assert right in code[at]
    code[at] = code[at].replace(right, wrong, 1)
    _, test = tests(f"{name}_tests").PROBLEMS[function]
    answer = names_of(code)[function]
    assert hint in tests("judging").fault_of(answer, test)
    _, hidden = tests(f"{name}_hidden_tests").PROBLEMS[function]
    assert tests("judging").fault_of(answer, hidden)


def test_students_get_neither_solutions_nor_hidden_tests(handed_out):
    text = "".join(
        path.read_text(encoding="utf-8") for path in (handed_out / "students").iterdir()
    )
    assert "BEGIN SOLUTION" not in text
    for name in SETS:
        problems = (HOME / "problems" / f"{name}.md").read_text(encoding="utf-8")
        for solution in SOLUTION.finditer(problems):
            for line in solution.group().splitlines()[1:-1]:
                assert len(line.strip()) < 32 or line.strip() not in text, line
    assert not list((handed_out / "students").glob("*hidden*"))


@pytest.mark.parametrize("name", SETS)
def test_the_links_of_a_set_lead_to_equations_of_the_book(name):
    links = LINK.findall((HOME / "problems" / f"{name}.md").read_text(encoding="utf-8"))
    assert links
    for _, link in links:
        page, label = link.split(".html#")
        chapter = (HOME / "book" / f"{page}.md").read_text(encoding="utf-8")
        assert f":label: {label}\n" in chapter, link


def test_a_link_leads_to_the_book_on_the_web_or_names_the_page(monkeypatch):
    link = LINK.search("[the count](modeling.html#eq-count)")
    monkeypatch.setenv("BOOK_URL", "https://example.org/book/")
    assert placed(link) == "[the count](https://example.org/book/modeling.html#eq-count)"
    monkeypatch.delenv("BOOK_URL")
    assert placed(link) == "the count (`modeling.html#eq-count`)"


def test_a_teacher_grades_notebooks_whatever_their_cells_do(
    handed_out, tests, monkeypatch, capsys, tmp_path
):
    notebook = json.loads((handed_out / "teacher" / "set_1.ipynb").read_text(encoding="utf-8"))
    tried = ["%timeit 1", "!ls", "%%bash\nls", "undefined", "import sys\nsys.exit()"]
    notebook["cells"][:0] = [{"cell_type": "code", "source": [source]} for source in tried]
    answers = tmp_path / "answers.ipynb"
    answers.write_text(json.dumps(notebook), encoding="utf-8")
    broken = tmp_path / "broken.ipynb"
    broken.write_text("no notebook", encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["grade", str(broken), str(answers)])
    tests("judging").grade(tests("set_1_hidden_tests").PROBLEMS)
    said = capsys.readouterr().out
    assert "is no notebook" in said
    assert "a cell stops with NameError" in said
    assert said.count("a cell stops") == 2
    assert "10 of 10 points" in said


def test_a_teacher_who_names_no_notebook_is_told_how(tests, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["set_1_hidden_tests.py"])
    with pytest.raises(SystemExit, match=r"usage: python set_1_hidden_tests\.py NOTEBOOK"):
        tests("judging").grade({})
