import pytest

from literate.errors import BookError
from literate.tangle.tangle import check
from literate.tangle.untangle import untangle


@pytest.fixture
def tangled(book, package_cell):
    """Two chapters that feed one file, and a second file."""
    book.chapter(
        "a", "# A", package_cell('"""One."""\n\nX = 1'), "Words.", package_cell("Y = 2")
    )
    book.chapter(
        "b", "# B", package_cell("def f():\n    return X + Y"), package_cell("Z = 1", "two")
    )
    book.tangle()
    return book


def refusal_of_untangle(book):
    before = book.snapshot()
    with pytest.raises(BookError) as caught:
        untangle(book.root)
    assert book.snapshot() == before
    return str(caught.value)


def test_without_an_edit_nothing_happens(tangled):
    before = tangled.snapshot()
    assert untangle(tangled.root) == []
    assert tangled.snapshot() == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("X = 1", "X = 7"),
        ("Y = 2", "Y = 2\n\nW = 3"),
        ("X = 1", "import math\n\nX = math.pi"),
        ('"""One."""\n\nX = 1', "X = 1"),
        ("    return X + Y", "    total = X + Y\n\n    return total"),
        ("Y = 2", 'Y = "∂ größer"'),
    ],
)
def test_an_edit_goes_into_its_cell_and_nowhere_else(tangled, old, new):
    chapter = "book/b.md" if "return" in old else "book/a.md"
    expected = tangled.text(chapter).replace(old, new)
    tangled.edit("nnmath/one.py", old, new)
    edited = tangled.text("nnmath/one.py")
    [line] = untangle(tangled.root)
    assert line.startswith(f"{chapter}:")
    assert line.partition("carried over from ")[2].startswith("nnmath/one.py:")
    assert tangled.text(chapter) == expected
    assert tangled.text("nnmath/one.py").split("\n")[2:] == edited.split("\n")[2:]
    check(tangled.root)
    assert tangled.tangle() == []


def test_edits_of_several_blocks_go_into_their_cells(tangled):
    for old, new in (
        ("X = 1", "X = 5\nV = 1"),
        ("Y = 2", "Y = 6"),
        ("return X + Y", "return X"),
    ):
        tangled.edit("nnmath/one.py", old, new)
    tangled.edit("nnmath/two.py", "Z = 1", "Z = 8")
    assert len(untangle(tangled.root)) == 4
    check(tangled.root)
    assert "X = 5\nV = 1\n```" in tangled.text("book/a.md")
    assert "Y = 6\n```" in tangled.text("book/a.md")
    assert "return X\n```" in tangled.text("book/b.md")
    assert "Z = 8\n```" in tangled.text("book/b.md")


@pytest.mark.parametrize(
    "options",
    [
        ":tangle: nnmath/one.py\n",
        ":tangle: nnmath/one.py\n\n",
        "---\ntangle: nnmath/one.py\n---\n",
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_options_and_line_ends_are_kept(book, example_cell, options, newline):
    cell = example_cell("\nX = 1\nY = 2\n\n", options)
    path = book.chapter("a", "# A", cell, "End.", newline=newline)
    book.tangle()
    before = path.read_bytes()
    book.edit("nnmath/one.py", "Y = 2", "Y = 3\nZ = 4")
    untangle(book.root)
    after = f"Y = 3{newline}Z = 4".encode()
    assert path.read_bytes() == before.replace(b"Y = 2", after)
    check(book.root)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("# Made", "# made", "nnmath/one.py:1: its header was edited"),
        ('# From book/b.md, "B"', "# From elsewhere", 'a comment "# From ..." above a block'),
        ('# From book/b.md, "B"\n', "", 'a comment "# From ..." above a block was edited'),
        ("Y = 2\n\n\n#", "Y = 2\n\n#", "the blank lines around this block were edited"),
        ("Y = 2\n\n\n#", "Y = 2\n\n\n\n#", "the blank lines around this block were edited"),
        (
            "    return X + Y\n",
            "    return X + Y",
            "the blank lines around this block were edited",
        ),
        ("Y = 2\n", "\nY = 2\n", "the blank lines around this block were edited"),
        (
            "return X + Y\n",
            "return X + Y\n\n\n",
            "the blank lines around this block were edited",
        ),
        (
            "\n\n# From",
            "\nextra = 1\n# From",
            'a comment "# From ..." above a block was edited',
        ),
        ("Y = 2\n", "Y = (\n", "nnmath/one.py:11: syntax error in what was edited"),
        ("Y = 2\n", "", "nnmath/one.py:11: a whole block was deleted"),
        ("Y = 2\n", "Y = undefined\n", "nnmath/one.py uses undefined"),
        ("Y = 2\n", "X = 2\n", "X is defined twice"),
        ("Y = 2\n", 'Y = """\n```\n"""\n', "nnmath/one.py:12: '```' would end the cell"),
        (
            "Y = 2\n",
            'Y = 2\n# From book/b.md, "B"\n',
            'a comment that reads like a block\'s "# From ..." was added',
        ),
    ],
)
def test_what_cannot_be_carried_over_changes_nothing(tangled, old, new, said):
    text = tangled.text("nnmath/one.py")
    tangled.write("nnmath/one.py", text.replace(old, new, 1))
    assert said in refusal_of_untangle(tangled)


def test_a_changed_digest_is_refused(tangled):
    text = tangled.text("nnmath/one.py")
    digest = text.split("\n")[1].split()[-1]
    tangled.write("nnmath/one.py", text.replace(digest, "0" * 16))
    assert "the chapters have changed since this file was tangled" in refusal_of_untangle(
        tangled
    )


def test_other_line_ends_are_refused(tangled):
    text = tangled.text("nnmath/one.py")
    tangled.write("nnmath/one.py", text.replace("\n", "\r\n"))
    assert "nnmath/one.py: its line ends were changed" in refusal_of_untangle(tangled)


def test_changes_on_both_sides_are_refused(tangled):
    tangled.edit("nnmath/one.py", "X = 1", "X = 7")
    tangled.edit("book/a.md", "Y = 2", "Y = 3")
    said = refusal_of_untangle(tangled)
    assert "nnmath/one.py:1: the chapters have changed since this file was tangled" in said


def test_a_change_of_prose_is_no_change_on_both_sides(tangled):
    tangled.edit("nnmath/one.py", "Y = 2", "Y = 7")
    tangled.edit("book/a.md", "Words.", "Many more\n\nwords.")
    assert len(untangle(tangled.root)) == 1
    assert "Many more\n\nwords." in tangled.text("book/a.md")
    check(tangled.root)


def test_a_missing_file_is_refused(tangled):
    (tangled.root / "nnmath/two.py").unlink()
    tangled.edit("nnmath/one.py", "X = 1", "X = 7")
    assert "nnmath/two.py: missing" in refusal_of_untangle(tangled)


def test_a_read_only_chapter_is_refused(tangled):
    tangled.edit("nnmath/one.py", "X = 1", "X = 7")
    (tangled.root / "book/a.md").chmod(0o444)
    assert "book/a.md is read-only" in refusal_of_untangle(tangled)


def test_an_edit_that_needs_other_blank_lines_is_refused_or_exact(book, package_cell):
    """Below a lone docstring the formatter leaves one blank line, below code two."""
    book.chapter("a", package_cell('"""One."""'), package_cell("X = 1"))
    book.tangle()
    book.edit("nnmath/one.py", '"""One."""\n\n', '"""One."""\n\nimport math\n\n')
    assert "the blank lines around this block were edited" in refusal_of_untangle(book)
    book.edit("nnmath/one.py", "import math\n\n", "import math\n\n\n")
    assert len(untangle(book.root)) == 1
    check(book.root)


def test_only_what_gives_the_edited_text_back_is_written(tangled, monkeypatch):
    """The last safeguard, against what nobody has thought of: here the edit gets lost."""
    monkeypatch.setattr("literate.tangle.untangle._with_edit", lambda text, edit: text)
    tangled.edit("nnmath/one.py", "X = 1", "X = 7")
    said = refusal_of_untangle(tangled)
    assert "nnmath/one.py: cannot be carried over: tangling would not give" in said


def test_a_longer_fence_may_hold_a_fence(book):
    book.chapter("a", "````{code-cell}\n:tangle: nnmath/one.py\nX = 1\n````")
    book.tangle()
    book.edit("nnmath/one.py", "X = 1", 'X = """\n```\n"""')
    assert len(untangle(book.root)) == 1
    check(book.root)
