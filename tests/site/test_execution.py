"""Outputs are never stale, and a build that failed does not pass the next time."""

import json
import platform
import re
import shutil

import pytest

from literate.build.build_site import BuildError, build_site
from literate.build.execution import CACHES, cache_folder, execution_key
from literate.checks.environment import kernel_environment
from literate.errors import BookError


def build(root, capsys):
    """Build, and return which chapters ran."""
    capsys.readouterr()
    build_site(root, everything=False)
    return sorted(re.findall(r"^running (\w+)$", capsys.readouterr().out, re.MULTILINE))


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
    assert "late" in build(small_book, capsys)
    assert "the answer is 41.5" in page(small_book, "late")
    outputs = json.loads(notebook(small_book, "late").read_text())["cells"][1]["outputs"]
    assert outputs[0]["text"] == ["the answer is 41.5\n"]
    assert 'return</span> <span class="mf">41.5' in page(small_book, "listings/nnmath")
    assert [f.name for f in (small_book / CACHES).iterdir()] == [execution_key(small_book)]


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
        BuildError, match=r"(?s)late\.md.*assert answer\(\) == 0.*AssertionError"
    ):
        build_site(small_book, everything=False)


def test_warning_or_message_on_stderr_fails_the_build_and_the_next_one(small_book):
    late = small_book / "book" / "late.md"
    edit(late, "# Late", "# Late\n\nSee {eq}`eq-none`.")
    edit(late, "print(", "import sys\nprint(1, file=sys.stderr)\nprint(")
    for _ in range(2):
        with pytest.raises(BuildError) as caught:
            build_site(small_book, everything=False)
        assert "equation not found: eq-none" in str(caught.value)
        assert "stderr was found in the cell outputs" in str(caught.value)


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


# What the key depends on; no build.


@pytest.fixture
def keyed(tmp_path):
    """Make a project with a package and a lock."""
    (tmp_path / "nnmath" / "data").mkdir(parents=True)
    (tmp_path / "nnmath" / "a.py").write_text("a = 1\n")
    (tmp_path / "nnmath" / "data" / "images.gz").write_bytes(b"1")
    (tmp_path / "requirements.txt").write_text("numpy==1\n")
    return tmp_path


@pytest.mark.parametrize("name", ["nnmath/a.py", "nnmath/data/images.gz", "requirements.txt"])
def test_key_depends_on_the_content_of(keyed, name):
    before = execution_key(keyed)
    (keyed / name).write_text("something else\n")
    assert execution_key(keyed) != before


def test_key_depends_on_the_names_of_files(keyed):
    before = execution_key(keyed)
    (keyed / "nnmath" / "a.py").rename(keyed / "nnmath" / "b.py")
    assert execution_key(keyed) != before


def test_key_depends_on_python(keyed, monkeypatch):
    before = execution_key(keyed)
    monkeypatch.setattr(platform, "python_version", lambda: "3.99.0")
    assert execution_key(keyed) != before


def test_key_does_not_depend_on_compiled_files(keyed):
    before = execution_key(keyed)
    (keyed / "nnmath" / "__pycache__").mkdir()
    (keyed / "nnmath" / "__pycache__" / "a.pyc").write_bytes(b"1")
    assert execution_key(keyed) == before


def test_folders_of_other_keys_are_removed(keyed):
    (keyed / CACHES / "old").mkdir(parents=True)
    (keyed / CACHES / execution_key(keyed)).mkdir()
    assert cache_folder(keyed).exists()
    assert not (keyed / CACHES / "old").exists()


def test_kernels_import_the_package_of_this_folder_first(tmp_path):
    environment = kernel_environment(tmp_path, {"PYTHONPATH": "/elsewhere", "HOME": "/home"})
    assert environment["PYTHONPATH"].split(":")[0] == str(tmp_path)
    assert environment["PYTHONPATH"].endswith("/elsewhere")
    assert environment["HOME"] == "/home"


def test_chapters_keep_their_runs_in_the_build_folder_whatever_the_reader_has_set(tmp_path):
    environment = kernel_environment(tmp_path, {"NNMATH_RUNS": "/elsewhere"})
    assert environment["NNMATH_RUNS"] == str(tmp_path / "_build" / "runs")


def test_a_readers_other_data_set_does_not_reach_the_kernels(tmp_path):
    assert "NNMATH_DATA" not in kernel_environment(tmp_path, {"NNMATH_DATA": "/elsewhere"})
