import subprocess
import sys

import pytest

from literate.errors import BookError
from literate.tangle.tangle import check, is_untouched, tangle


def refusal_of_check(book):
    before = book.snapshot()
    with pytest.raises(BookError) as caught:
        check(book.root)
    assert book.snapshot() == before
    return str(caught.value)


def test_a_file_is_its_cells_in_the_order_of_the_table_of_contents(book, package_cell):
    book.chapter("a", "# First", package_cell('"""One."""\n\nX = 1'), package_cell("Y = X"))
    book.chapter("b", "# Second", package_cell("def f():\n    return Y"))
    book.tangle()
    header, body = book.text("nnmath/one.py").split("\n\n", 1)
    assert body == (
        '# From book/a.md, "First"\n"""One."""\n\nX = 1\n\n\n'
        '# From book/a.md, "First"\nY = X\n\n\n'
        '# From book/b.md, "Second"\ndef f():\n    return Y\n'
    )
    assert "do not edit" in header.lower()
    assert "make tangle" in header
    assert "python -m literate untangle" in header
    assert is_untouched(book.text("nnmath/one.py"))


def test_a_chapter_moved_in_the_table_of_contents_moves_its_block(book, package_cell):
    book.chapter("a", package_cell("X = 1"))
    book.chapter("b", package_cell("Y = 2"))
    book.tangle()
    book.toc("b", "a")
    assert book.tangle() == ["wrote nnmath/one.py"]
    text = book.text("nnmath/one.py")
    assert text.index("Y = 2") < text.index("X = 1")


def test_blocks_know_their_lines(book, package_cell):
    book.chapter(
        "a", "# A", package_cell('"""Only words."""'), package_cell("\n\nX = 1\nY = 2\n\n")
    )
    book.chapter("b", "# B", package_cell("def f():\n    return Y"))
    [file] = book.assemble().values()
    lines = file.text.split("\n")
    for block in file.blocks:
        assert lines[block.first_line - 1 : block.last_line] == block.text.split("\n")
        assert lines[block.first_line - 2] == block.caption
        source = book.text(str(block.cell.chapter)).split("\n")
        assert source[block.source_line - 1] == block.text.split("\n")[0]


@pytest.mark.parametrize(
    "first",
    [
        '"""Only words."""',
        '"""Words."""\n\nimport math',
        "X = 1",
        "def f():\n    pass",
        "import os",
    ],
)
@pytest.mark.parametrize(
    "second",
    ["Y = 1", "def g():\n    pass", "# why\nclass A:\n    x = 1", "from re import match"],
)
def test_what_is_written_is_formatted(book, package_cell, first, second):
    book.chapter("a", "# A", package_cell(first), package_cell(second), package_cell("Z = 1"))
    book.tangle()
    path = str(book.root / "nnmath/one.py")
    formatter = [sys.executable, "-m", "ruff", "format", "--isolated", "--line-length", "96"]
    result = subprocess.run(
        [*formatter, "--diff", path], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout


def test_a_long_heading_is_shortened_in_the_caption(book, package_cell):
    book.chapter("a", "# " + "long " * 40, package_cell("X = 1"))
    [file] = book.assemble().values()
    assert len(file.blocks[0].caption) <= 96
    assert file.blocks[0].caption.endswith(' …"')


@pytest.mark.parametrize("length", [60, 68, 69, 80])
def test_a_caption_without_room_goes_without_the_heading(book, package_cell, length):
    name = "a" * length
    book.chapter(name, "# A heading", package_cell("X = 1"))
    [file] = book.assemble().values()
    caption = f"# From book/{name}.md"
    assert file.blocks[0].caption == (f'{caption}, "A heading"' if length == 60 else caption)


def test_prose_does_not_change_the_package(book, package_cell):
    book.chapter("a", "# A", "Few words.", package_cell("X = 1"))
    book.tangle()
    before = book.text("nnmath/one.py")
    book.chapter("a", "# A", "Many\n\nmore\n\nwords.", package_cell("X = 1"))
    assert book.tangle() == []
    assert book.text("nnmath/one.py") == before


def test_crlf_chapters_tangle_as_lf_ones(book, package_cell):
    parts = ("# A", package_cell("X = 1\nY = 2"))
    book.chapter("a", *parts)
    book.tangle()
    before = book.text("nnmath/one.py")
    book.chapter("a", *parts, newline="\r\n")
    assert book.tangle() == []
    assert book.text("nnmath/one.py") == before


def test_unicode_is_written_as_utf8(book, package_cell):
    book.chapter("a", "# Größe", package_cell('DELTA = "𝛿 → ∂"'))
    book.tangle()
    assert 'DELTA = "𝛿 → ∂"' in book.text("nnmath/one.py")
    check(book.root)


def test_an_empty_chapter_builds_nothing(book):
    book.chapter("a", header="")
    assert book.tangle() == []
    assert book.assemble() == {}


def test_a_book_without_changes_writes_nothing(book, package_cell):
    book.chapter("a", package_cell("X = 1"))
    assert book.tangle() == ["wrote nnmath/one.py"]
    written = (book.root / "nnmath/one.py").stat()
    assert book.tangle() == []
    assert (book.root / "nnmath/one.py").stat() == written


def test_examples_and_data_are_left_alone(book, package_cell, example_cell):
    book.write("nnmath/data/x.gz", "data")
    book.write("nnmath/book.mplstyle", "style")
    book.chapter("a", package_cell("X = 1"), example_cell("print(1)"))
    book.tangle()
    check(book.root)
    assert book.text("nnmath/data/x.gz") == "data"
    assert "print" not in book.text("nnmath/one.py")


def test_a_file_whose_cells_are_gone_is_removed(book, package_cell):
    book.chapter("a", package_cell("X = 1"), package_cell("Y = 1", "two"))
    book.tangle()
    book.chapter("a", package_cell("X = 1"))
    assert "nnmath/two.py: comes from a cell that is gone; `make tangle`" in refusal_of_check(
        book
    )
    assert book.tangle() == ["removed nnmath/two.py"]
    assert not (book.root / "nnmath/two.py").exists()


def test_an_edited_file_whose_cells_are_gone_is_kept(book, package_cell):
    book.chapter("a", package_cell("X = 1"), package_cell("Y = 1", "two"))
    book.tangle()
    book.chapter("a", package_cell("X = 1"))
    book.edit("nnmath/two.py", "Y = 1", "Y = 2")
    assert "nnmath/two.py: code that stands in no cell" in book.refusal()
    assert "nnmath/two.py: code that stands in no cell" in refusal_of_check(book)


@pytest.mark.parametrize("path", ["nnmath/stray.py", "nnmath/data/stray.py", "nnmath/one.pyi"])
def test_code_that_stands_in_no_cell_is_refused(book, package_cell, path):
    book.chapter("a", package_cell("X = 1"))
    book.tangle()
    book.write(path, "X = 1\n")
    assert f"{path}: code that stands in no cell; move it into a cell" in book.refusal()
    assert f"{path}: code that stands in no cell; move it into a cell" in refusal_of_check(book)


def test_an_edit_by_hand_is_not_overwritten(book, package_cell):
    book.chapter("a", package_cell("X = 1"))
    book.tangle()
    book.edit("nnmath/one.py", "X = 1", "X = 2")
    said = book.refusal()
    assert "nnmath/one.py: edited by hand" in said
    assert "python -m literate untangle" in said
    assert "--force" in said


def test_an_edit_by_hand_is_overwritten_on_demand(book, package_cell):
    book.chapter("a", package_cell("X = 1"))
    book.tangle()
    book.edit("nnmath/one.py", "X = 1", "X = 2")
    assert tangle(book.root, force=True) == ["wrote nnmath/one.py"]
    check(book.root)


def test_an_edit_that_its_chapter_has_too_is_not_lost(book, package_cell):
    book.chapter("a", package_cell("X = 1"))
    book.tangle()
    book.edit("nnmath/one.py", "X = 1", "X = 2")
    book.edit("book/a.md", "X = 1", "X = 2")
    assert book.tangle() == ["wrote nnmath/one.py"]
    check(book.root)


def test_code_that_no_tangle_wrote_is_not_overwritten(book, package_cell):
    book.chapter("a", package_cell("X = 1"))
    book.write("nnmath/one.py", "X = 7\n")
    assert "nnmath/one.py: edited by hand" in book.refusal()


def test_an_empty_file_may_be_filled(book, package_cell):
    book.chapter("a", package_cell("X = 1"))
    book.write("nnmath/one.py", "\n")
    assert book.tangle() == ["wrote nnmath/one.py"]


@pytest.mark.parametrize(
    ("old", "new"),
    [("X = 1", "X = 2"), ("X = 1", "X = 1 "), ("X = 1\n", "X = 1"), ("# From", "# from")],
)
def test_check_sees_one_changed_character(book, package_cell, old, new):
    book.chapter("a", package_cell("X = 1"))
    book.tangle()
    check(book.root)
    book.edit("nnmath/one.py", old, new)
    said = refusal_of_check(book)
    assert "nnmath/one.py: differs from the chapters" in said
    assert "`python -m literate untangle`" in said
    assert "`make tangle`" in said
    assert "\n    -" in said
    assert "\n    +" in said


def test_check_sees_other_line_ends(book, package_cell):
    book.chapter("a", package_cell("X = 1"))
    book.tangle()
    text = book.text("nnmath/one.py")
    book.write("nnmath/one.py", text.replace("\n", "\r\n"))
    assert r"+X = 1\r" in refusal_of_check(book)


def test_check_sees_a_missing_file(book, package_cell):
    book.chapter("a", package_cell("X = 1"))
    assert "nnmath/one.py: missing; `make tangle` writes it" in refusal_of_check(book)


def test_check_shows_a_short_difference(book, package_cell):
    book.chapter("a", package_cell("\n".join(f"X{i} = 1" for i in range(200))))
    book.tangle()
    text = book.text("nnmath/one.py")
    book.write("nnmath/one.py", text.replace("= 1", "= 2"))
    assert len(refusal_of_check(book).split("\n")) < 30
    assert "more lines" in refusal_of_check(book)


@pytest.mark.parametrize(
    "target",
    [
        "other/one.py",
        "/tmp/one.py",
        "nnmath/../one.py",
        "./nnmath/one.py",
        "nnmath//one.py",
        "nnmath/one.txt",
        "nnmath/one",
        "nnmath",
        "nnmath/sub/sub/one.py",
        "nnmath/Sub/one.py",
        "nnmath/sub-sub/one.py",
        "nnmath/One.py",
        "Nnmath/one.py",
        "nnmath/one.PY",
        "nnmath/1.py",
        "nnmath/a-b.py",
        "nnmath\\\\one.py",
    ],
)
def test_a_cell_sent_elsewhere_is_refused(book, package_cell, target):
    book.chapter("a", package_cell("X = 1", target + ("" if "." in target else " # .")))
    said = book.refusal()
    assert "book/a.md:15: a cell of the package goes to nnmath/<module>.py" in said


def test_a_cell_goes_into_a_room_and_a_later_room_imports_it(book, package_cell):
    book.chapter("a", package_cell('"""A."""', "nnmath/a/__init__.py"))
    book.chapter("b", package_cell("def f():\n    return 42", "nnmath/a/one.py"))
    book.chapter("c", package_cell('"""B."""', "nnmath/b/__init__.py"))
    book.chapter("d", package_cell("from nnmath.a.one import f", "nnmath/b/two.py"))
    book.tangle()
    code = "import sys; sys.path.insert(0, sys.argv[1]); from nnmath.b.two import f; print(f())"
    command = [sys.executable, "-I", "-c", code, str(book.root)]
    assert subprocess.run(command, capture_output=True, check=True, text=True).stdout == "42\n"


def test_a_room_without_a_docstring_of_its_own_is_refused(book, package_cell):
    book.chapter("a", package_cell("X = 1", "nnmath/a/one.py"))
    assert "book/a.md:15: nnmath/a has no __init__.py" in book.refusal()


def test_a_module_that_could_not_be_imported_is_refused(book, package_cell):
    book.chapter("a", package_cell("X = 1", "lambda"))
    assert "book/a.md:15: 'nnmath/lambda.py' could not be imported" in book.refusal()


@pytest.mark.parametrize("source", ["", "\n\n", "# only a comment", "  # indented"])
def test_an_empty_package_cell_is_refused(book, package_cell, source):
    book.chapter("a", package_cell(source))
    assert "an empty cell for nnmath/one.py" in book.refusal()


def test_a_link_in_the_package_is_refused(book, package_cell, tmp_path):
    outside = book.write("elsewhere.py", "")
    (book.root / "nnmath").mkdir()
    (book.root / "nnmath/one.py").symlink_to(outside)
    book.chapter("a", package_cell("X = 1"))
    assert "nnmath/one.py: is a link" in book.refusal()
    assert outside.read_text() == ""


def test_a_package_that_is_a_link_is_refused(book, package_cell):
    (book.root / "elsewhere").mkdir()
    (book.root / "nnmath").symlink_to("elsewhere")
    book.chapter("a", package_cell("X = 1"))
    assert "nnmath/one.py: nnmath is a link" in book.refusal()


def test_a_folder_in_the_place_of_a_file_is_refused(book, package_cell):
    (book.root / "nnmath/one.py").mkdir(parents=True)
    book.chapter("a", package_cell("X = 1"))
    assert "nnmath/one.py: is no regular file" in book.refusal()


def test_refusals_of_all_chapters_come_at_once(book, package_cell):
    book.chapter("a", package_cell("X = y", "one"), package_cell("X = 1", "out/one.py"))
    book.chapter("b", package_cell("def", "two"))
    said = book.refusal()
    assert "book/a.md:15: nnmath/one.py uses y" in said
    assert "book/a.md:21: a cell of the package goes to" in said
    assert "book/b.md:15: syntax error" in said


def test_the_written_package_is_imported_without_the_machine(book, package_cell):
    book.chapter("a", package_cell("def f():\n    return 41 + 1"))
    book.tangle()
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from nnmath.one import f;"
        "assert 'literate' not in sys.modules; print(f())"
    )
    command = [sys.executable, "-I", "-c", code, str(book.root)]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert result.stdout == "42\n"
