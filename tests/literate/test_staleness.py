"""What cells and the machine depend on, and the words that say what has changed."""

import ast
import platform
import shutil

import pytest

from literate import MACHINE, staleness
from literate.staleness import (
    CELLS,
    Dependencies,
    Modules,
    changes,
    digest_of_machine,
    sentence,
    sentences,
)

DOOR = '"""A package."""\n\nfrom nnmath.model.relu import relu as relu\nfrom nnmath.fast import go as go\n'
TEXTS = {
    "nnmath/__init__.py": DOOR,
    "nnmath/__main__.py": "from nnmath.slow import stop\n",
    "nnmath/model/__init__.py": '"""A room."""\n',
    "nnmath/model/relu.py": '"""ReLU."""\n\ndef relu(x):\n    """Cut."""\n    return x * (x > 0)\n',
    "nnmath/fast.py": "def go():\n    from nnmath.slow import stop\n    return stop\n",
    "nnmath/slow.py": "stop = 1\n",
    "nnmath/worker.py": "PROGRAM = 'from nnmath.slow import stop; stop()'\n",
}


def behind(source, **edits):
    texts = {**TEXTS, **{f"nnmath/{name}.py": text for name, text in edits.items()}}
    return Modules("nnmath", texts).behind([ast.parse(source)])


@pytest.mark.parametrize(
    ("source", "files"),
    [
        ("from nnmath import relu", "__init__ model/relu"),
        ("from nnmath.model.relu import relu", "model/relu"),
        ("from nnmath.model import relu", "model/relu"),
        ("import nnmath\nnnmath.relu(1)", "__init__ model/relu"),
        ("import nnmath as n\nn.model.relu.relu(1)", "model/relu"),
        ("import nnmath\nnnmath.__file__", ""),
        ("import nnmath\ndir(nnmath)", "__main__ fast model/relu slow worker"),
        ("from nnmath import go", "__init__ fast slow"),
        ("from nnmath import worker", "slow worker"),
        ("name = 'nnmath.fast'", "fast slow"),
        ("name = 'nnmath.book'", ""),
        ("run([python, '-m', 'nnmath', 'train'])", "__main__ slow"),
        ("system('python -m nnmath train')", "__main__ slow"),
        ("import numpy", ""),
    ],
)
def test_code_uses(source, files):
    assert sorted(behind(source)) == sorted(f"nnmath/{name}.py" for name in files.split())


def test_docstrings_and_comments_do_not_count():
    edited = 'def relu(x):\n    # Cut.\n    "Cut what is below 0."\n    return x * (x > 0)\n'
    assert behind("from nnmath import relu") == behind(
        "from nnmath import relu", **{"model/relu": edited}
    )


@pytest.mark.parametrize("reads", ["__doc__", "inspect.getdoc(relu)", "help(relu)"])
def test_docstrings_count_where_code_reads_them(reads):
    edits = [
        {"model/relu": f"def relu(x):\n    '''{words}'''\n    return {reads}\n"}
        for words in ("One.", "Two.")
    ]
    one, two = (behind("from nnmath import relu", **edit) for edit in edits)
    assert one != two


@pytest.mark.parametrize("old", ["x > 0", "relu(x)"])
def test_code_counts(old):
    edited = TEXTS["nnmath/model/relu.py"].replace(old, old.replace("x", "y"))
    assert behind("from nnmath import relu") != behind(
        "from nnmath import relu", **{"model/relu": edited}
    )


def test_the_front_door_counts_where_code_goes_through_it():
    other = DOOR.replace("relu as relu", "leaky as relu")
    assert behind("from nnmath import relu") != behind(
        "from nnmath import relu", __init__=other
    )
    assert behind("from nnmath import go") == behind("from nnmath import go", __init__=other)


# Cells


@pytest.fixture
def parts(book, package_cell, example_cell):
    """Write a book whose second chapter has a cell, and name what that depends on."""
    book.write("nnmath/data/images.gz", "1")
    book.write("nnmath/book.mplstyle", "1")
    book.write("requirements.txt", "numpy==1")
    double = package_cell('"""Doubling."""\n\n\ndef double(x):\n    return 2 * x\n', "doubling")
    other = package_cell('"""Others."""\n\nOTHER = 1\n', "others")

    def parts_of(*sources, options=""):
        book.chapter("one", "# One", double, other)
        book.chapter("two", "# Two", *(example_cell(source, options) for source in sources))
        return Dependencies(book.root, book.read()).of_cells(book.read()[1].code_cells)

    return parts_of


USES = "from nnmath.doubling import double"


def test_parts_have_names(parts):
    assert list(parts(USES)) == [CELLS, "nnmath/doubling.py", "requirements.txt", "Python"]


@pytest.mark.parametrize(
    ("source", "part"),
    [
        ("from importlib.resources import files\nfiles('nnmath')", "nnmath/data"),
        ("plt.style.use('nnmath.book')", "nnmath/book.mplstyle"),
        ("Path('benchmarks', 'results.json')", "benchmarks/results.json"),
        ("os.environ['NNMATH_RUNS']", "book/kept-runs"),
    ],
)
def test_a_file_that_cells_read_is_a_part(parts, book, source, part):
    before = parts(source)
    assert part in before
    assert part not in parts(USES)
    file = {"nnmath/data": "nnmath/data/images.gz", "book/kept-runs": "book/kept-runs/a.npz"}
    book.write(file.get(part, part), "another")
    assert changes(before, parts(source)) == [f"{part} changed"]


def test_comments_of_cells_do_not_count_and_their_last_line_does(parts):
    assert parts("'A note.'\nx = 1  # one") == parts("x = 1")
    assert parts("x = 1\n'a'") != parts("x = 1\n'b'")
    assert parts("x = 1") != parts("x = 1", options=":tags: [raises-exception]\n\n")


def test_what_shows_an_error_depends_on_every_text(parts):
    options = ":tags: [raises-exception]\n\n"
    assert parts("f(1)", options=options) != parts("f(1)  # one", options=options)


@pytest.mark.parametrize("file", ["requirements.txt", "Python"])
def test_the_lock_and_python_are_parts(parts, book, monkeypatch, file):
    before = parts(USES)
    book.write("requirements.txt", "numpy==2" if file == "requirements.txt" else "numpy==1")
    if file == "Python":
        monkeypatch.setattr(platform, "python_version", lambda: "3.99.0")
    (said,) = changes(before, parts(USES))
    assert (
        said
        == {
            "requirements.txt": "requirements.txt changed",
            "Python": f"Python is 3.99.0, was {before['Python']}",
        }[file]
    )


def test_compiled_files_are_no_part(parts, book):
    source = "from importlib.resources import files\nfiles('nnmath')"
    before = parts(source)
    book.write("nnmath/data/__pycache__/a.pyc", "1")
    assert parts(source) == before


# The machine


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """Copy the machine, and give a way to edit a file of the copy."""
    copy = tmp_path / "literate"
    shutil.copytree(MACHINE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(staleness, "MACHINE", copy)
    monkeypatch.setattr(staleness, "HOME", tmp_path)

    def edit(name, old, new):
        path = copy / f"{name}.py"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        staleness._machine.cache_clear()

    staleness._machine.cache_clear()
    yield edit
    staleness._machine.cache_clear()


@pytest.mark.parametrize(
    ("name", "old", "new", "changed"),
    [
        ("build/pdf", "import", "import sys\nimport", []),
        ("build/pdf", '"""', '"""Or rather: ', []),
        ("checks/recorder", '"""', '"""Or rather: ', []),
        ("checks/recorder", "import ast\n", "import ast, cmath\n", ["checks", "site"]),
        ("checks/__main__", "import sys\n", "import os, sys\n", ["checks", "site"]),
        ("site/ledger", "definitions = ", "definitions = 1 + ", ["site"]),
    ],
)
def test_an_edit_of_the_machine_changes(machine, name, old, new, changed):
    roots = {"checks": "literate.checks.processes", "site": "literate.site"}
    before = {room: digest_of_machine(module) for room, module in roots.items()}
    machine(name, old, new)
    after = {room: digest_of_machine(module) for room, module in roots.items()}
    assert [room for room in roots if before[room] != after[room]] == changed


# Why


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ({"a.py": "1", "Python": "3.13.0"}, []),
        (None, ["it has not run yet"]),
        ("a digest that an earlier machine kept", ["it has not run yet"]),
        ({"a.py": "2", "Python": "3.13.0"}, ["a.py changed"]),
        ({"Python": "3.13.0"}, ["a.py is used now"]),
        ({"a.py": "1", "b.py": "1", "Python": "3.13.0"}, ["b.py is not used any more"]),
        ({"a.py": "1", "Python": "3.11.7"}, ["Python is 3.13.0, was 3.11.7"]),
    ],
)
def test_changes_are_said(before, said):
    assert changes(before, {"a.py": "1", "Python": "3.13.0"}) == said


@pytest.mark.parametrize(
    ("subject", "verb", "reasons", "whole"),
    [
        ("speed", "runs", ["a changed"], "speed runs, because a changed"),
        ("speed", "runs", list("ab"), "speed runs, because a and b"),
        ("speed", "runs", list("abcde"), "speed runs, because a, b and 3 more"),
        ("checks", "run", ["it has not run yet"], "checks run, because they have not run yet"),
    ],
)
def test_sentences(subject, verb, reasons, whole):
    assert sentence(subject, verb, reasons) == whole


def test_things_with_the_same_reasons_share_a_sentence():
    reasons = {"a": ["x changed"], "b": [], "c": ["it has not run yet"], "d": ["x changed"]}
    assert sentences("", "runs", "run", reasons) == [
        "a and d run, because x changed",
        "c runs, because it has not run yet",
    ]
    several = {name: ["its own cells changed"] for name in "abcde"}
    assert sentences("the checks of", "run", "run", several) == [
        "the checks of a, b and 3 more run, because their own cells changed"
    ]
