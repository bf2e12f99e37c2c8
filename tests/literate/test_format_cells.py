"""Formatting changes the code of cells and nothing else."""

import os
import subprocess
import sys

import pytest

from literate.errors import BookError
from literate.tangle.format_cells import format_chapters

from .conftest import HOME

UNTIDY = """\
Some  text with  'quotes'.

```{code-cell} ipython3
---
tags:   [plot]
---
x  =  'a'
y=[1,
2]
```

Between.

```{code-cell} ipython3
:tags:  [hide-output]

z=  1
```
"""

TIDY = (
    UNTIDY.replace("x  =  'a'", 'x = "a"')
    .replace("y=[1,\n2]", "y = [1, 2]")
    .replace("z=  1", "z = 1")
)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_only_the_code_of_cells_changes(book, newline):
    chapter = book.chapter("one", UNTIDY, newline=newline)
    expected = (
        chapter.read_bytes()
        .decode()
        .replace(UNTIDY.replace("\n", newline), TIDY.replace("\n", newline))
    )
    assert format_chapters(book.root) == ["book/one.md"]
    assert chapter.read_bytes().decode() == expected


def test_a_tidy_chapter_is_not_written(book):
    chapter = book.chapter("one", TIDY)
    before = chapter.stat().st_mtime_ns
    assert format_chapters(book.root) == []
    assert chapter.stat().st_mtime_ns == before


def test_a_cell_that_does_not_parse_leaves_every_chapter_alone(book, example_cell):
    book.chapter("one", UNTIDY)
    book.chapter("two", example_cell("x = = 1"))
    before = book.snapshot()
    with pytest.raises(BookError, match=r"book/two\.md"):
        format_chapters(book.root)
    assert book.snapshot() == before


def test_the_locale_does_not_matter(book, example_cell):
    book.chapter("one", example_cell("x = 'größer'"))
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    subprocess.run(
        [sys.executable, "-m", "literate", "--root", str(book.root), "format"],
        cwd=HOME,
        env=os.environ | ascii_only,
        check=True,
    )
    assert 'x = "größer"' in book.text("book/one.md")


def test_the_command_says_what_it_formatted(book):
    book.chapter("one", UNTIDY)
    assert book.command("format").stdout == "book/one.md\n"
    assert book.command("format").stdout == "every cell is formatted\n"
