import subprocess
import sys

import pytest

from literate.__main__ import main

from .conftest import HOME


def test_it_runs_as_a_module(book, package_cell):
    book.chapter("a", package_cell("X = later"))
    result = subprocess.run(
        [sys.executable, "-m", "literate", "--root", str(book.root), "tangle"],
        cwd=HOME,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == "book/a.md:15: nnmath/one.py uses later, which it does not define\n"


@pytest.mark.parametrize(
    "command", ["tangle", "untangle", "chapter", "build", "notebooks", "browser"]
)
def test_help_names_every_command(capsys, command):
    with pytest.raises(SystemExit) as caught:
        main(["--help"])
    assert caught.value.code == 0
    assert f"\n    {command} " in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["tangel"], ["tangle", "--check", "--force"]])
def test_a_wrong_command_line_exits_with_2(capsys, arguments):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_a_root_that_is_no_folder_exits_with_2(capsys, tmp_path):
    with pytest.raises(SystemExit) as caught:
        main(["--root", str(tmp_path / "gone"), "tangle"])
    assert caught.value.code == 2
    assert "gone is no folder" in capsys.readouterr().err


def test_a_root_may_begin_with_a_tilde(book, package_cell, monkeypatch, capsys):
    book.chapter("a", package_cell("X = 1"))
    monkeypatch.setenv("HOME", str(book.root))
    assert main(["--root=~", "tangle"]) == 0
    with pytest.raises(SystemExit):
        main(["--root=~no-such-user", "tangle"])
    assert "no home folder is known for ~no-such-user" in capsys.readouterr().err


def test_tangle_says_what_it_wrote(book, package_cell):
    book.chapter("a", package_cell("X = 1"))
    result = book.command("tangle")
    assert (result.returncode, result.stdout) == (0, "wrote nnmath/one.py\n")
    result = book.command("tangle")
    assert (result.returncode, result.stdout) == (0, "nnmath/ is up to date\n")


def test_a_refusal_is_told_in_lines_and_exits_with_1(book, package_cell):
    book.chapter("a", package_cell("X = later"), package_cell("Y = never"))
    result = book.command("tangle")
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr == (
        "book/a.md:15: nnmath/one.py uses later, which it does not define\n"
        "book/a.md:21: nnmath/one.py uses never, which it does not define\n"
    )
    assert not (book.root / "nnmath").exists()


def test_check_exits_with_1_on_a_difference_and_writes_nothing(book, package_cell):
    book.chapter("a", package_cell("X = 1"))
    assert book.command("tangle").returncode == 0
    assert book.command("tangle", "--check").returncode == 0
    book.edit("nnmath/one.py", "X = 1", "X = 2")
    before = book.snapshot()
    result = book.command("tangle", "--check")
    assert result.returncode == 1
    assert "-X = 1" in result.stderr
    assert "+X = 2" in result.stderr
    assert book.snapshot() == before


def test_force_overwrites_an_edit(book, package_cell):
    book.chapter("a", package_cell("X = 1"))
    book.tangle()
    book.edit("nnmath/one.py", "X = 1", "X = 2")
    assert book.command("tangle").returncode == 1
    assert book.command("tangle", "--force").returncode == 0
    assert book.text("nnmath/one.py").endswith("X = 1\n")


def test_untangle_says_what_it_carried_over(book, package_cell):
    book.chapter("a", package_cell("X = 1"))
    book.tangle()
    assert book.command("untangle").stdout == "no file of nnmath/ has been edited\n"
    book.edit("nnmath/one.py", "X = 1", "X = 2")
    result = book.command("untangle")
    assert result.returncode == 0
    assert result.stdout == "book/a.md:15: carried over from nnmath/one.py:5\n"


def test_a_failing_disk_is_told_in_one_line(book, package_cell, monkeypatch, capsys):
    def fail(*_, **__):
        raise OSError(28, "No space left on device", "nnmath/one.py")

    monkeypatch.setattr("literate.tangle.tangle.replace_files", fail)
    book.chapter("a", package_cell("X = 1"))
    assert main(["--root", str(book.root), "tangle"]) == 1
    assert capsys.readouterr().err == "nnmath/one.py: No space left on device\n"
