import os
import shutil
import signal
import subprocess
import sys
import textwrap
from pathlib import PurePosixPath

import pytest

from literate.errors import BookError
from literate.tangle import file_transactions
from literate.tangle.file_transactions import LOCK, locked, replace_files
from literate.tangle.tangle import check, tangle

from .conftest import HOME

ONE, TWO, NEW, GONE = (
    PurePosixPath(f"nnmath/{name}.py") for name in ("one", "two", "new", "gone")
)

CHANGES = {ONE: b"new one", TWO: b"new two", NEW: b"new", GONE: None}


@pytest.fixture
def files(book):
    for path in (ONE, TWO, GONE):
        book.write(str(path), f"old {path.stem}")
    return book


def everything(book):
    """All paths, folders included, and what the files hold."""
    return {
        file.relative_to(book.root).as_posix(): file.read_bytes() if file.is_file() else None
        for file in book.root.rglob("*")
    }


def test_all_files_are_written_and_nothing_else_is_left(files):
    replace_files(files.root, CHANGES)
    assert everything(files) == {
        "nnmath": None,
        "nnmath/one.py": b"new one",
        "nnmath/two.py": b"new two",
        "nnmath/new.py": b"new",
    }


def test_a_new_folder_is_made(book):
    replace_files(book.root, {ONE: b"new"})
    assert book.text("nnmath/one.py") == "new"


def test_modes_are_kept(files):
    (files.root / ONE).chmod(0o640)
    replace_files(files.root, CHANGES)
    assert (files.root / ONE).stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt()])
@pytest.mark.parametrize("step", range(6))
def test_whatever_fails_the_files_are_as_they_were(files, monkeypatch, step, error):
    """Let each of the operations that change something fail in turn."""
    count = 0

    def failing(function):
        def run(*arguments, **options):
            nonlocal count
            count += 1
            if count == step + 1:
                raise error
            return function(*arguments, **options)

        return run

    before = everything(files)
    with monkeypatch.context() as patched:
        patched.setattr(
            file_transactions.shutil, "copy2", failing(file_transactions.shutil.copy2)
        )
        patched.setattr(file_transactions.os, "replace", failing(os.replace))
        with pytest.raises(type(error)):
            replace_files(files.root, CHANGES)
    assert everything(files) == before


def test_a_failed_removal_puts_all_back(files, monkeypatch):
    before = everything(files)
    path_type = type(files.root)
    unlink = path_type.unlink

    def fail_on_gone(self, **options):
        if self.name == GONE.name:
            raise PermissionError("no")
        unlink(self, **options)

    with monkeypatch.context() as patched:
        patched.setattr(path_type, "unlink", fail_on_gone)
        with pytest.raises(PermissionError):
            replace_files(files.root, CHANGES)
    assert everything(files) == before


def test_a_failure_takes_new_folders_away_again(book, monkeypatch):
    def fail(*_):
        raise OSError("no")

    monkeypatch.setattr(file_transactions.os, "replace", fail)
    with pytest.raises(OSError, match="no"):
        replace_files(book.root, {ONE: b"new"})
    assert everything(book) == {}


def test_a_copy_is_left_of_what_cannot_be_put_back(files, monkeypatch):
    replaced = []

    def replace_once(source, target):
        if replaced:
            raise OSError("no more")
        replaced.append(target)
        os.rename(source, target)

    monkeypatch.setattr(file_transactions.os, "replace", replace_once)
    with pytest.raises(BookError, match=r"nnmath/one.py: could not be put back .* its copy is"):
        replace_files(files.root, CHANGES)
    [copy] = files.root.glob(".literate-*/0.old")
    assert copy.read_text() == "old one"


@pytest.mark.parametrize("locked_place", ["nnmath/two.py", "nnmath"])
def test_a_read_only_place_is_refused_before_anything_is_written(files, locked_place):
    place = files.root / locked_place
    mode = place.stat().st_mode
    place.chmod(mode & ~0o222)
    before = everything(files)
    try:
        with pytest.raises(
            BookError, match=rf"{locked_place} is read-only; nothing was written"
        ):
            replace_files(files.root, CHANGES)
        assert everything(files) == before
    finally:
        place.chmod(mode)


def test_a_read_only_target_stops_a_tangle(book, package_cell):
    book.chapter("a", package_cell("X = 1"), package_cell("Y = 1", "two"))
    book.tangle()
    book.chapter("a", package_cell("X = 2"), package_cell("Y = 2", "two"))
    (book.root / "nnmath/two.py").chmod(0o444)
    assert "nnmath/two.py: nnmath/two.py is read-only" in book.refusal()


def test_no_changes_touch_nothing(book):
    replace_files(book.root, {})
    assert everything(book) == {}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_waits_until_the_files_agree(files, number):
    """A process is told to stop between the first file and the second."""
    code = f"""
        import os, signal, sys
        from pathlib import Path, PurePosixPath
        from literate.tangle import file_transactions

        signal.signal({int(number)}, signal.SIG_DFL)  # whatever started the tests may ignore it

        replace = os.replace
        def replace_and_signal(*arguments):
            replace(*arguments)
            os.kill(os.getpid(), {int(number)})
        file_transactions.os.replace = replace_and_signal
        paths = [PurePosixPath("nnmath/one.py"), PurePosixPath("nnmath/two.py")]
        file_transactions.replace_files(Path(sys.argv[1]), dict.fromkeys(paths, b"new"))
        print("never reached")
    """
    result = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), str(files.root)],
        cwd=HOME,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == -number
    assert "never reached" not in result.stdout
    assert sorted(everything(files)) == [
        "nnmath",
        "nnmath/gone.py",
        "nnmath/one.py",
        "nnmath/two.py",
    ]
    assert files.text("nnmath/one.py") == files.text("nnmath/two.py") == "new"


def test_an_interrupted_tangle_leaves_the_package_as_it_was(book, package_cell, monkeypatch):
    book.chapter("a", package_cell("X = 1"), package_cell("Y = 1", "two"))
    book.tangle()
    before = book.snapshot()
    book.chapter("a", package_cell("X = 2"), package_cell("Y = 2", "two"))
    chapters = {
        path: text for path, text in book.snapshot().items() if path.startswith("book/")
    }
    replace = os.replace

    def interrupt_second(source, target):
        if str(target).endswith("two.py") and str(source).endswith(".new"):
            raise KeyboardInterrupt
        replace(source, target)

    monkeypatch.setattr(file_transactions.os, "replace", interrupt_second)
    with pytest.raises(KeyboardInterrupt):
        book.tangle()
    assert book.snapshot() == before | chapters


def test_a_second_run_waits_for_the_first(book, package_cell):
    """Two tangles at once, as processes: the second starts while the first holds the book."""
    book.chapter("a", package_cell("X = 1"))
    command = [sys.executable, "-m", "literate", "--root", str(book.root), "tangle"]
    with locked(book.root):
        second = subprocess.Popen(command, cwd=HOME, stdout=subprocess.PIPE, text=True)
        with pytest.raises(subprocess.TimeoutExpired):
            second.wait(timeout=3)
        assert not (book.root / "nnmath").exists()
    output, _ = second.communicate(timeout=60)
    assert second.returncode == 0
    assert output == "wrote nnmath/one.py\n"


def test_many_tangles_at_once_agree(book, package_cell):
    for name in "abcdefgh":
        book.chapter(name, package_cell(f"{name.upper()} = 1", name))
    command = [sys.executable, "-m", "literate", "--root", str(book.root), "tangle"]
    running = [
        subprocess.Popen(command, cwd=HOME, stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    outputs = [process.communicate(timeout=60)[0] for process in running]
    assert [process.returncode for process in running] == [0, 0, 0]
    assert sorted(len(output.splitlines()) for output in outputs) == [1, 1, 8]
    assert book.command("tangle", "--check").returncode == 0


def test_a_run_that_waits_too_long_says_so(book, package_cell, monkeypatch):
    monkeypatch.setattr(file_transactions, "WAIT_SECONDS", 0.05)
    book.chapter("a", package_cell("X = 1"))
    with (
        locked(book.root),
        pytest.raises(BookError, match=r"waited 0\.05 s for another run that holds the book"),
    ):
        book.tangle()


@pytest.mark.parametrize("work", [tangle, check])
def test_a_cleaned_book_is_still_held(book, package_cell, monkeypatch, work):
    """`make clean` removes _build while another run is at work."""
    monkeypatch.setattr(file_transactions, "WAIT_SECONDS", 0.05)
    book.chapter("a", package_cell("X = 1"))
    book.tangle()
    with locked(book.root):
        shutil.rmtree(book.root / "_build", ignore_errors=True)
        with pytest.raises(BookError) as caught:
            work(book.root)
    said = "waited 0.05 s for another run that holds the book; try again later"
    assert str(caught.value) == f"{LOCK}: {said}"


def test_a_book_that_takes_no_files_is_still_compared(book, package_cell, monkeypatch):
    book.chapter("a", package_cell("X = 1"))
    book.tangle()

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied", ".literate.lock")

    monkeypatch.setattr(file_transactions, "FileLock", refuse)
    check(book.root)
    with pytest.raises(
        BookError, match=r"^\.literate\.lock: Permission denied; the book's fol"
    ):
        tangle(book.root)
