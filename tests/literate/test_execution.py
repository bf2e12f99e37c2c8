"""The stale chapters run, side by side, and what they give is kept."""

import asyncio
import re
import shutil

import nbformat
import pytest

from literate.build import execution
from literate.build.execution import run_stale_chapters
from literate.build.outputs_cache import CACHE, Outputs, executed_notebook
from literate.checks import kernel_environment
from literate.errors import BookError

from .conftest import HEADER

ALONE = HEADER.replace("kernelspec:", "literate:\n  alone: true\nkernelspec:")

WAITS = """\
import time
from pathlib import Path

Path("../{own}").touch()
for _ in range(600):
    if Path("../{other}").exists():
        break
    time.sleep(0.1)
else:
    raise TimeoutError("{other} does not run beside {own}")
"""
"""A cell that comes to its end only while another chapter runs."""

ALONE_HERE = """\
from pathlib import Path

assert not Path("../one").exists(), "another chapter has begun"
"""


@pytest.fixture
def run(book, monkeypatch, capsys):
    """Run what is stale of a book; give what was said. Two chapters at once, on any machine."""
    monkeypatch.setattr(execution, "at_once", lambda: 2)
    book.write("book/_config.yml", "execute:\n  timeout: 100\n")

    def run():
        book.tangle()
        capsys.readouterr()
        run_stale_chapters(book.root, book.read(), solutions=True)
        return capsys.readouterr().out

    return run


def ran(said):
    """Name the chapters that ran."""
    return sorted(re.findall(r"^ran (\w+) in", said, re.MULTILINE))


def output_of(book, docname):
    notebook = nbformat.read(executed_notebook(book.root, docname), as_version=4)
    outputs = [o for cell in notebook.cells for o in cell.get("outputs", [])]
    return "".join(output.text for output in outputs)


def test_a_line_that_is_printed_in_pieces_stays_one_line(book, run, example_cell):
    pieces = "print('one', end='', flush=True)\nprint(' line')"
    book.chapter("one", "# One", example_cell(pieces))
    run()
    notebook = nbformat.read(executed_notebook(book.root, "one"), as_version=4)
    assert [output.text for output in notebook.cells[-1].outputs] == ["one line\n"]


def test_a_chapter_that_leaves_a_file_is_refused_each_time(book, run, example_cell):
    book.chapter("one", "# One", example_cell("open('left.txt', 'w').close()"))
    for _ in range(2):
        with pytest.raises(BookError, match=r"book/left.txt: left by one"):
            run()
        (book.root / "book/left.txt").unlink()


def test_only_a_chapter_that_runs_alone_has_a_thread_for_each_processor(
    book, run, example_cell
):
    threads = example_cell("import os\n\nprint(os.environ.get('OPENBLAS_NUM_THREADS'))")
    book.chapter("one", "# One", threads)
    book.chapter("alone", "# Alone", threads, header=ALONE)
    run()
    assert output_of(book, "one") == "1\n"
    assert output_of(book, "alone") == "None\n"


def test_a_chapter_that_runs_alone_runs_beside_an_event_loop(book, run, example_cell):
    book.chapter("alone", "# Alone", example_cell("print('here')"), header=ALONE)

    async def beside():
        run()

    asyncio.run(beside())
    assert output_of(book, "alone") == "here\n"


def test_chapters_run_side_by_side_except_one_that_must_run_alone(book, run, example_cell):
    for own, other in (("one", "two"), ("two", "one")):
        book.chapter(own, f"# {own}", example_cell(WAITS.format(own=own, other=other)))
    book.chapter("alone", "# Alone", example_cell(ALONE_HERE), header=ALONE)
    said = run()
    assert ran(said) == ["alone", "one", "two"]
    assert "alone, one and two run, because they have not run yet" in said
    assert re.search(r"^ran alone in \d+ s \(1 of 3, about \d+ s left\)$", said, re.MULTILINE)
    assert re.search(r"^ran \w+ in \d+ s \(3 of 3\)$", said, re.MULTILINE)


def test_what_takes_longest_begins_first_even_if_it_has_not_run_yet(
    book, run, example_cell, monkeypatch
):
    monkeypatch.setattr(execution, "at_once", lambda: 1)
    for name in ("one", "long"):
        header = HEADER.replace("kernelspec:", "literate:\n  seconds: 30\nkernelspec:")
        book.chapter(
            name, f"# {name}", example_cell("1"), header=header if name == "long" else HEADER
        )
    assert re.findall(r"^ran (\w+) in", run(), re.MULTILINE) == ["long", "one"]


@pytest.fixture
def two(book, run, package_cell, example_cell):
    """Write a book of a package and two chapters, of which the second uses it, and run it."""
    text = '"""{0}."""\n\n\ndef {0}():\n    """Give a number."""\n    return {1}\n'
    package = [package_cell(text.format(name, 1), name) for name in ("used", "other")]
    first = package_cell('"""All."""\n\nfrom nnmath.used import used as used\n', "__init__")
    book.chapter("package", "# Package", *package, first)
    book.chapter("user", "# User", example_cell("from nnmath import used\n\nprint(used())"))
    assert ran(run()) == ["package", "user"]
    return book


def test_an_edited_line_runs_only_the_chapters_behind_which_it_is(two, run):
    assert run() == ""
    two.edit(
        "book/package.md", '"""other."""\n\n\ndef other():', '"""other."""\n\n\ndef others():'
    )
    assert ran(run()) == ["package"]
    path = "book/package.md"
    two.edit(path, '"""used."""', '"""What is used."""')
    assert run() == ""
    assert "What is used" in executed_notebook(two.root, "package").read_text()
    two.edit(
        path, 'def used():\n    """Give a number."""\n    return 1', "def used():\n    return 2"
    )
    said = run()
    assert ran(said) == ["package", "user"]
    assert "user runs, because nnmath/used.py changed" in said
    assert output_of(two, "user") == "2\n"


@pytest.mark.parametrize("damage", ["database", "outputs", "all"])
def test_lost_outputs_are_made_again(two, run, damage):
    if damage == "database":
        (two.root / CACHE / "global.db").write_text("no database")
    else:
        shutil.rmtree(two.root / CACHE / ("executed" if damage == "outputs" else ""))
    said = run()
    assert ran(said) == ["package", "user"]
    assert " run, because their outputs are lost" in said
    assert output_of(two, "user") == "1\n"


def test_a_lost_notebook_is_written_from_what_is_kept(two, run):
    executed_notebook(two.root, "user").unlink()
    assert run() == ""
    assert output_of(two, "user") == "1\n"


def test_outputs_that_nobody_uses_are_removed(two, run):
    two.edit("book/user.md", "print(used())", "print(used(), 2)")
    run()
    assert len(list((two.root / CACHE / "executed").iterdir())) == 2


def test_chapters_that_fail_are_named_and_run_again(book, run, example_cell):
    book.chapter("dead", "# Dead", example_cell("1"), example_cell("import os\n\nos._exit(1)"))
    book.chapter("loud", "# Loud", example_cell("import sys\n\nprint('so', file=sys.stderr)"))
    for _ in range(2):
        with pytest.raises(BookError) as caught:
            run()
        said = sorted(caught.value.problems)
        assert re.match(r"book/dead\.md:19: code cell 2 does not end well: DeadKernel", said[0])
        assert re.match(r"book/loud\.md:15: code cell 1 writes to stderr: so", said[1])
    assert Outputs(book.root, book.read(), solutions=True).kept == {}


def test_a_result_that_was_computed_anew_is_said(book, run, example_cell):
    cell = (
        "import os\nfrom pathlib import Path\n\nfolder = Path(os.environ['NNMATH_RUNS'])\n"
        "folder.mkdir(parents=True, exist_ok=True)\nPath(folder, 'a.0.npz').touch()"
    )
    book.chapter("one", "# One", example_cell(cell))
    assert "computed anew: _build/runs/a.0.npz" in run().splitlines()


def test_outputs_from_another_environment_are_not_kept(two, run, monkeypatch):
    monkeypatch.setitem(kernel_environment.FIXED, "TZ", "Asia/Tokyo")
    said = run()
    assert ran(said) == ["package", "user"]
    assert " run, because the environment of kernels changed" in said
