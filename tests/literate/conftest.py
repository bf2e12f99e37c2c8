"""Small books in a temporary folder, for the tests of the machine."""

import io
import subprocess
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from literate.__main__ import main
from literate.book.chapters import Chapter, read_book
from literate.checks.processes import run_jobs_here
from literate.checks.run_wrong_formulas import results_of_book
from literate.errors import BookError
from literate.tangle.file_transactions import LOCK
from literate.tangle.tangle import TangledFile, assemble, tangle

HOME = Path(__file__).parents[2]

HEADER = """\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

"""

DOUBLING = '''"""Doubling."""


def double(x):
    """Double a number."""
    return 2 * x
'''


class Book:
    """A book in a folder of its own, written by the methods of this class."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.names: list[str] = []

    def chapter(
        self, name: str, *parts: str, header: str = HEADER, newline: str = "\n"
    ) -> Path:
        """Write a chapter and put it at the end of the table of contents."""
        path = self.root / "book" / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = header + "\n".join(part.strip("\n") + "\n" for part in parts)
        path.write_bytes(text.replace("\n", newline).encode())
        if name not in self.names:
            self.toc(*self.names, name)
        return path

    def toc(self, *names: str) -> None:
        """Write the table of contents anew."""
        self.names = list(names)
        lines = ["format: jb-book", f"root: {names[0]}"]
        if names[1:]:
            lines += ["chapters:", *(f"  - file: {name}" for name in names[1:])]
        self.write("book/_toc.yml", "\n".join(lines) + "\n")

    def write(self, path: str, text: str) -> Path:
        """Write any file."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
        return file

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace one place in a file, as an author would by hand."""
        file = self.root / path
        text = file.read_bytes().decode()
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
        file.write_bytes(text.replace(old, new).encode())

    def text(self, path: str) -> str:
        return (self.root / path).read_bytes().decode()

    def read(self) -> list[Chapter]:
        return read_book(self.root)

    def assemble(self) -> dict[str, TangledFile]:
        return assemble(self.read())

    def tangle(self) -> list[str]:
        return tangle(self.root)

    def refusal(self) -> str:
        """Tangle, which must fail, and return what was said."""
        before = self.snapshot()
        with pytest.raises(BookError) as caught:
            self.tangle()
        assert self.snapshot() == before, "a refused tangle changed a file"
        return str(caught.value)

    def snapshot(self) -> dict[str, bytes]:
        """Everything in the folder but the lock, by path."""
        return {
            file.relative_to(self.root).as_posix(): file.read_bytes()
            for file in sorted(self.root.rglob("*"))
            if file.is_file() and file.name != str(LOCK)
        }

    def command(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run the command line on this book."""
        command = ["--root", str(self.root), *arguments]
        with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
            status = main(command)
        return subprocess.CompletedProcess(command, status, out.getvalue(), err.getvalue())


@pytest.fixture
def book(tmp_path: Path) -> Book:
    root = tmp_path / 'it\'s a "bük"'  # as readers name their folders
    root.mkdir()
    return Book(root)


@pytest.fixture
def package_cell():
    """Write a cell of the package; `target` is the module's name or a whole path."""

    def write(source: str, target: str = "one") -> str:
        path = target if "/" in target or "." in target else f"nnmath/{target}.py"
        return f"```{{code-cell}} ipython3\n:tangle: {path}\n\n{source}\n```\n"

    return write


@pytest.fixture
def example_cell():
    """Write a cell that is run and shown, and is no part of the package."""

    def write(source: str, options: str = "") -> str:
        return f"```{{code-cell}} ipython3\n{options}{source}\n```\n"

    return write


@pytest.fixture
def check_cell():
    """Write a cell that checks equations, `eq-a` if none is named."""

    def write(source: str, *labels: str, kind: str = "exact", **options: str) -> str:
        lines = "".join(f":{key}: {value}\n" for key, value in options.items())
        return (
            f"```{{code-cell}} ipython3\n:checks: [{', '.join(labels or ['eq-a'])}]\n"
            f":kind: [{kind}]\n{lines}\n{source}\n```\n"
        )

    return write


@pytest.fixture
def here(monkeypatch):
    """Run checks in this process: starting another takes longer than a small book."""
    monkeypatch.setattr("literate.checks.kept_records.run_jobs", run_jobs_here)


@pytest.fixture
def doubling(here, book, package_cell):
    """Write a book of a package cell and checks, and give what they see."""

    def records(*cells):
        book.chapter("one", "# One", package_cell(DOUBLING, "doubling"), *cells)
        return list(results_of_book(book.root).records)

    return records
