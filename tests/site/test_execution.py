"""Outputs are never stale, and a build that failed does not pass the next time."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from types import SimpleNamespace

import pytest

from literate.build.build_site import LOG, BuildError, build_site, reasons_to_build
from literate.build.prepare import PREPARED
from literate.errors import BookError
from literate.site.stale_pages import NotPreparedError, configure

from .conftest import HOME


def build(root, capsys):
    """Build, and return which chapters ran."""
    capsys.readouterr()
    build_site(root, everything=False)
    assert "Executing notebook" not in (root / LOG).read_text()  # Sphinx itself runs nothing
    said = capsys.readouterr().out
    return sorted(re.findall(r"^ran (\w+) in", said, re.MULTILINE))


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def page(root, docname):
    return (root / "_build" / "html" / f"{docname}.html").read_text()


def notebook(root, docname):
    return root / "_build" / "jupyter_execute" / f"{docname}.ipynb"


# Each test gets the small book as it was written and built.


def test_first_build_runs_each_chapter_once(small_book, capsys):
    shutil.rmtree(small_book / "_build")
    assert build(small_book, capsys) == ["early", "late"]
    assert "the answer is 41" in page(small_book, "late")


def test_unchanged_build_runs_nothing(small_book, capsys):
    before = notebook(small_book, "late").stat().st_mtime_ns
    assert build(small_book, capsys) == []
    assert notebook(small_book, "late").stat().st_mtime_ns == before


def test_edited_function_of_an_early_chapter_changes_a_later_output(small_book, capsys):
    edit(small_book / "book" / "early.md", "return 41", "return 41.5")
    assert build(small_book, capsys) == ["early", "late"]
    assert "the answer is 41.5" in page(small_book, "late")
    outputs = json.loads(notebook(small_book, "late").read_text())["cells"][1]["outputs"]
    assert outputs[0]["text"] == ["the answer is 41.5\n"]
    assert 'return</span> <span class="mf">41.5' in page(small_book, "listings/nnmath")


def test_edited_docstring_runs_nothing_and_shows_in_the_pages(small_book, capsys):
    edit(small_book / "book" / "early.md", '"""An answer."""', '"""The answer."""')
    assert build(small_book, capsys) == []
    assert "The answer." in page(small_book, "early")
    assert "The answer." in page(small_book, "listings/nnmath")


def test_unchanged_build_runs_no_sphinx_unless_a_page_is_touched(small_book, monkeypatch):
    ran = []
    monkeypatch.setattr(
        "literate.build.build_site.run_jupyter_book",
        lambda *_, read_all_pages, **__: ran.append(read_all_pages) or {},
    )
    build_site(small_book, everything=False)
    assert ran == []
    (small_book / "_build" / "html" / "late.html").write_text("touched")
    build_site(small_book, everything=False)
    assert ran == [True]
    edit(small_book / "book" / "late.md", "# Late", "# Later")
    build_site(small_book, everything=False)
    assert ran == [True, False]
    shutil.rmtree(small_book / "_build" / "html")
    build_site(small_book, everything=False)
    assert ran == [True, False, True]


def test_a_build_of_everything_makes_no_page_again_that_was_made_anew(small_book, monkeypatch):
    ran = []
    monkeypatch.setattr(
        "literate.build.build_site.run_jupyter_book",
        lambda *_, read_all_pages, **__: ran.append(read_all_pages) or {},
    )
    build_site(small_book, everything=True)
    assert ran == []
    edit(small_book / "book" / "late.md", "# Late", "# Later")
    build_site(small_book, everything=False)
    build_site(small_book, everything=True)
    assert ran == [False, True]


def test_one_sentence_makes_only_its_page_and_notebook_anew(small_book, capsys):
    notebooks = small_book / "_build" / "html" / "notebooks"
    before = (notebooks / "early.ipynb").stat().st_mtime_ns
    edit(small_book / "book" / "late.md", "# Late", "# Late\n\nOne sentence more.")
    capsys.readouterr()
    build_site(small_book, everything=False)
    said = re.findall(r"^(\S+) is read again, because (.*)$", capsys.readouterr().out, re.M)
    assert said == [("late", "its text changed")]
    with zipfile.ZipFile(notebooks / "notebooks.zip") as archive:
        assert b"One sentence more." in archive.read("late.ipynb")
        assert archive.read("early.ipynb") == (notebooks / "early.ipynb").read_bytes()
    assert (notebooks / "early.ipynb").stat().st_mtime_ns == before


def test_an_edited_style_reaches_the_pages(small_book):
    style = small_book / "book" / "_static" / "book.css"
    style.write_text(style.read_text() + "/* edited */\n")
    assert reasons_to_build(small_book, solutions=True)[-1] == (
        "every page is made again, because book/_static/book.css changed"
    )
    build_site(small_book, everything=False)
    assert "/* edited */" in (small_book / "_build/html/_static/book.css").read_text()


def test_class_edition_has_its_own_outputs_and_shares_those_that_are_the_same(
    small_book, capsys
):
    capsys.readouterr()
    index = build_site(small_book, everything=False, solutions=False)
    assert "ran " not in capsys.readouterr().out
    assert "the answer is 41" in (index.parent / "late.html").read_text()
    notebook = small_book / "_build" / "class" / "_build" / "jupyter_execute" / "late.ipynb"
    assert "the answer is 41" in notebook.read_text()
    assert build(small_book, capsys) == []


def test_jupyter_books_own_command_builds_the_book_from_nothing(small_book):
    shutil.rmtree(small_book / "_build")
    program = "from jupyter_book.cli.main import main; main()"
    command = [sys.executable, "-c", program, "build", "book"]
    environment = {**os.environ, "PYTHONPATH": str(HOME)}
    environment.pop(PREPARED, None)
    done = subprocess.run(
        command, cwd=small_book, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    made = small_book / "book" / "_build" / "html" / "late.html"
    assert "the answer is 41" in made.read_text()
    assert "the answer is 41" in notebook(small_book, "late").read_text()
    assert "Executing notebook" not in done.stdout
    edit(small_book / "book" / "late.md", "- 41.25", "- 42")
    done = subprocess.run(
        command, cwd=small_book, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode
    assert "the check fails" in done.stdout + done.stderr


def test_pages_are_not_made_where_python_leaves_the_docstrings_out(monkeypatch):
    monkeypatch.setattr(sys, "flags", SimpleNamespace(optimize=2))
    with pytest.raises(NotPreparedError, match="unset PYTHONOPTIMIZE"):
        configure(None, None)


def test_edited_text_and_a_lost_notebook_run_nothing(small_book, capsys):
    edit(small_book / "book" / "late.md", "# Late", "# Later")
    notebook(small_book, "early").unlink()
    assert build(small_book, capsys) == []
    assert "Later" in page(small_book, "late")
    cells = json.loads(notebook(small_book, "early").read_text())["cells"]
    assert [cell["execution_count"] for cell in cells if cell["cell_type"] == "code"] == [1, 2]
    assert "the answer is 41" in notebook(small_book, "late").read_text()


def test_cell_that_raises_fails_the_build(small_book):
    edit(small_book / "book" / "late.md", "print(", "assert answer() == 0\nprint(")
    with pytest.raises(
        BookError,
        match=r"(?s)late\.md:15: code cell 1 raises.*assert answer\(\) == 0.*Assertion",
    ):
        build_site(small_book, everything=False)


def test_warning_fails_the_build_and_the_next_one(small_book):
    edit(small_book / "book" / "late.md", "# Late", "# Late\n\nSee {eq}`eq-none`.")
    for _ in range(2):
        with pytest.raises(BuildError, match="equation not found: eq-none"):
            build_site(small_book, everything=False)


def test_message_on_stderr_fails_the_build_and_the_next_one(small_book):
    edit(
        small_book / "book" / "late.md",
        "print(",
        "import sys\nprint('too warm', file=sys.stderr)\nprint(",
    )
    for _ in range(2):
        with pytest.raises(
            BookError, match=r"late\.md:15: code cell 1 writes to stderr: too warm"
        ):
            build_site(small_book, everything=False)


def test_chapter_without_its_header_fails_the_build(small_book):
    text = (small_book / "book" / "late.md").read_text()
    (small_book / "book" / "late.md").write_text(text[text.index("# Late") :])
    with pytest.raises(BookError, match=r"late\.md:1: .*header"):
        build_site(small_book, everything=False)


@pytest.mark.parametrize("everything", [False, True])
def test_equation_without_a_check_fails_the_build(small_book, everything):
    edit(small_book / "book" / "late.md", ":checks: [eq-answer]\n:kind: [exact]\n", "")
    with pytest.raises(BookError, match=r"early\.md:\d+: no cell checks eq-answer"):
        build_site(small_book, everything=everything)


def test_removed_chapter_leaves_nothing(small_book, capsys):
    edit(small_book / "book" / "_toc.yml", "- file: late\n", "")
    edit(
        small_book / "book" / "early.md",
        ":label: eq-answer",
        ":label: eq-answer\n:class: definition",
    )
    (small_book / "book" / "late.md").unlink()
    build(small_book, capsys)
    assert not notebook(small_book, "late").exists()
    assert not (small_book / "_build" / "html" / "late.html").exists()


def test_edited_package_is_not_overwritten_by_a_build_of_everything(small_book):
    package = small_book / "nnmath" / "answer.py"
    package.write_text(package.read_text().replace("41", "43"))
    with pytest.raises(BookError, match="untangle"):
        build_site(small_book, everything=True)
    assert "43" in package.read_text()


SHOWS = """\
import locale
import os
import shutil
import sys
import time

import matplotlib.pyplot as plt
import numpy as np

print(sys.flags.optimize, sys.warnoptions, sys.flags.hash_randomization, time.tzname[0])
print(np.array([1 / 3]), np.geterr()["invalid"], locale.getpreferredencoding().lower())
print(shutil.get_terminal_size().columns, "started" in globals())
print(os.environ.get("OPENBLAS_CORETYPE"), os.environ["OPENBLAS_NUM_THREADS"])
print(plt.rcParams["lines.linewidth"])
plt.plot([0, 1]);
"""

SEEN = """\
0 [] 0 UTC
[0.33333333] warn utf-8
80 False
None 1
1.5
"""

UNSETTLES_NUMPY = (
    "import numpy\nnumpy.seterr(all='raise')\nnumpy.set_printoptions(precision=3)\n"
)


@pytest.fixture
def hostile_shell(tmp_path, monkeypatch):
    """Set everything that a shell and start-up files can do to a kernel, all at once."""
    files = {
        "ipython/profile_default/startup/00.py": f"{UNSETTLES_NUMPY}started = True\n",
        "modules/sitecustomize.py": UNSETTLES_NUMPY,
        "startup.py": f"{UNSETTLES_NUMPY}started = True\n",
        "matplotlibrc": "lines.linewidth: 9\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    variables = {
        "PYTHONOPTIMIZE": "2",
        "PYTHONWARNINGS": "error",
        "PYTHONHASHSEED": "7",
        "PYTHONSTARTUP": str(tmp_path / "startup.py"),
        "PYTHONPATH": str(tmp_path / "modules"),
        "IPYTHONDIR": str(tmp_path / "ipython"),
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": str(tmp_path),
        "MATPLOTLIBRC": str(tmp_path / "matplotlibrc"),
        "HOME": str(tmp_path / "nowhere"),
        "TZ": "Asia/Tokyo",
        "LC_ALL": "POSIX",
        "COLUMNS": "200",
        "OPENBLAS_CORETYPE": "Prescott",
        "OPENBLAS_NUM_THREADS": "7",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


def test_a_hostile_shell_changes_no_verdict_and_no_output(small_book, capsys, hostile_shell):
    late = small_book / "book" / "late.md"
    edit(late, "- 41.25", "- 42")
    with pytest.raises(BookError, match="the check fails"):
        build_site(small_book, everything=False)
    edit(late, "- 42", "- 41.25")
    edit(
        late, "from nnmath.answer import answer\n", f"from nnmath.answer import answer\n{SHOWS}"
    )
    assert build(small_book, capsys) == ["late"]
    cells = json.loads(notebook(small_book, "late").read_text())["cells"]
    printed, figure = cells[1]["outputs"]
    assert "".join(printed["text"]) == f"{SEEN}the answer is 41\n"
    assert "image/png" in figure["data"]
