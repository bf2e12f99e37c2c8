import pytest

from literate.errors import BookError

from .conftest import HEADER


def problems_of(book):
    with pytest.raises(BookError) as caught:
        book.read()
    return str(caught.value)


def code_cells(book):
    return [cell for chapter in book.read() for cell in chapter.code_cells]


def test_chapters_come_in_the_order_of_the_table_of_contents(book):
    for name in ("a", "b", "c"):
        book.chapter(name, f"# {name}")
    book.write(
        "book/_toc.yml",
        "format: jb-book\nroot: b\nparts:\n- caption: One\n  chapters:\n"
        "  - file: c\n    sections:\n    - file: a\n",
    )
    assert [chapter.docname for chapter in book.read()] == ["b", "c", "a"]


def test_an_entry_may_have_its_suffix(book):
    book.chapter("a")
    book.chapter("b", "# B")
    book.toc("a", "b.md")
    assert [chapter.docname for chapter in book.read()] == ["a", "b"]


@pytest.mark.parametrize(
    "options",
    [
        "",
        "\n",
        ":tags: [plot]\n",
        ":tags: [plot]\n\n",
        ":tags: [plot]\n:mystnb: {image: {alt: a line that rises steeply}}\n\n",
        "---\ntags: [plot]\n---\n",
        "---\ntags: [plot]\n---\n\n",
        "---\ntags:\n  - plot\nmystnb:\n  image:\n    alt: |\n      a description\n      on two lines\n---\n",
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_line_is_the_first_line_of_the_source(book, example_cell, options, newline):
    source = "first = 1\n\nlast = 2"
    path = book.chapter("a", "# A", "Text.", example_cell(source, options), newline=newline)
    [cell] = code_cells(book)
    assert cell.source == source
    lines = path.read_text().split("\n")
    assert lines[cell.line - 1 : cell.line + 2] == source.split("\n")


@pytest.mark.parametrize(
    "options", [":tangle: nnmath/one.py\n", "---\ntangle: nnmath/one.py\n---\n"]
)
def test_both_styles_of_options_say_the_same(book, example_cell, options):
    book.chapter("a", example_cell("X = 1", options))
    [cell] = code_cells(book)
    assert cell.target == "nnmath/one.py"
    assert cell.metadata == {"tangle": "nnmath/one.py"}


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_line_is_the_first_line_of_text_too(book, example_cell, newline):
    parts = ["\n\n# A", example_cell("1"), "\n\n\nMore.", "+++", "\nLast."]
    path = book.chapter("a", *parts, newline=newline)
    lines = path.read_text().split("\n")
    [chapter] = book.read()
    assert [lines[cell.line - 1] for cell in chapter.cells] == ["# A", "1", "More.", "Last."]


def test_raw_cells_are_refused(book):
    book.chapter("a", "# A", "```{raw-cell}\n<b>\n```")
    assert "book/a.md:14: raw cell" in problems_of(book)


def test_crlf_reads_as_lf(book, example_cell):
    parts = (
        "# A",
        example_cell("X = 1\nY = 2", ":tags: [plot]\n"),
        "## B",
        example_cell("Z = 3"),
    )
    book.chapter("a", *parts)
    as_lf = book.read()
    book.chapter("a", *parts, newline="\r\n")
    assert book.read() == as_lf


def test_cells_know_their_place(book, example_cell):
    parts = [
        "# Chapter `one` {math}`x` *so*",
        example_cell("1"),
        "## Second",
        example_cell("2"),
    ]
    book.chapter("a", *parts)
    first, second = code_cells(book)
    assert (first.index, first.heading) == (1, "Chapter one x so")
    assert (second.index, second.heading) == (2, "Second")
    assert str(first.chapter) == "book/a.md"


@pytest.mark.parametrize(
    "inside", ["```{note}\n## Not this\n```", "> ## Not this", "- ## Not this"]
)
def test_a_heading_inside_something_is_no_section(book, example_cell, inside):
    book.chapter("a", "# A", inside, example_cell("1"))
    [cell] = code_cells(book)
    assert cell.heading == "A"


def test_unicode_survives(book, example_cell):
    book.chapter("über", "# Größe → ∂", example_cell('é = "𝛿 → ∂"'))
    [chapter] = book.read()
    assert chapter.docname == "über"
    assert chapter.title == "Größe → ∂"
    assert chapter.code_cells[0].source == 'é = "𝛿 → ∂"'


def test_a_page_without_code_needs_no_header(book):
    book.chapter("a", "# Words only", header="")
    [chapter] = book.read()
    assert not chapter.is_notebook
    assert chapter.title == "Words only"


def test_an_empty_chapter_has_no_cells(book):
    book.chapter("a", header="")
    [chapter] = book.read()
    assert chapter.cells == ()
    assert chapter.title == "a"


@pytest.mark.parametrize(
    "header",
    [
        "",
        "---\ntitle: A\n---\n",
        "---\njupytext: {text_representation: {format_name: myst}}\n---\n",
        "---\nkernelspec: {name: python3}\n---\n",
        HEADER.replace("name: python3", "name: other"),
        HEADER.replace("format_name: myst", "format_name: markdown"),
    ],
)
def test_code_without_the_notebook_header_is_refused(book, example_cell, header):
    book.chapter("a", example_cell("1"), header=header)
    assert "book/a.md:1: code cells, but no notebook header" in problems_of(book)


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("", "'display_name' is a required property"),
        ("  display_name: 3\n", "3 is not of type 'string'"),
    ],
)
def test_a_header_that_makes_no_notebook_is_refused(book, example_cell, new, said):
    header = HEADER.replace("  display_name: Python 3\n", new)
    book.chapter("a", example_cell("1"), header=header)
    problem = problems_of(book)
    assert f"book/a.md:1: malformed header: {said}; a chapter with code cells" in problem
    assert "kernelspec's display_name and name: python3" in problem


def test_a_malformed_header_is_refused(book):
    book.chapter("a", header="---\njupytext: [\n---\n")
    assert "book/a.md:1: malformed header" in problems_of(book)


@pytest.mark.parametrize(
    "nested",
    [
        "````{note}\n```{code-cell}\n1\n```\n````",
        "````{solution} ex\n:class: dropdown\n\n```{code-cell}\n1\n```\n````",
        ":::{note}\n```{code-cell}\n1\n```\n:::",
        "- item\n\n  ```{code-cell}\n  1\n  ```",
        "1. item\n\n   ```{code-cell}\n   1\n   ```",
        "> ```{code-cell}\n> 1\n> ```",
        "<div>\n```{code-cell}\n1\n```\n</div>",
        "<!--\n```{code-cell}\n1\n```\n-->",
        "    ```{code-cell}\n    1\n    ```",
        "```python\nnever closed\n\n```{code-cell}\n1\n```",
        "``` {code-cell}\n1\n```",
        ":::{code-cell}\n1\n:::",
    ],
)
def test_a_cell_that_would_never_run_is_refused(book, nested):
    path = book.chapter("a", "# A", nested)
    line = 1 + next(
        number
        for number, text in enumerate(path.read_text().split("\n"))
        if "{code-cell}" in text
    )
    assert f"book/a.md:{line}: code cell inside another block" in problems_of(book)


def test_a_page_may_show_how_a_cell_is_written(book, example_cell):
    shown = "````markdown\n```{code-cell}\n:tangle: nnmath/one.py\nX = 1\n```\n````"
    book.chapter("a", shown, example_cell("1"))
    [cell] = code_cells(book)
    assert cell.source == "1"


def test_an_indented_cell_is_refused(book):
    book.chapter("a", "# A", "  ```{code-cell}\n  1\n  ```")
    assert "book/a.md:14: indented code cell" in problems_of(book)


def test_a_cell_without_an_end_is_refused(book):
    book.chapter("a", "# A", "```{code-cell}\n1")
    assert "book/a.md:14: code cell without an end" in problems_of(book)


def test_invisible_line_ends_are_refused(book, example_cell):
    book.chapter("a", "# A", "odd\u2028line", example_cell("1"))
    assert r"book/a.md:14: invisible line end '\u2028'" in problems_of(book)


def test_a_byte_order_mark_is_refused(book):
    book.chapter("a", header="\ufeff---\n---\n")
    assert "book/a.md:1: begins with a byte order mark" in problems_of(book)


def test_bytes_that_are_no_utf8_are_refused(book):
    book.chapter("a").write_bytes(b"caf\xe9")
    assert "book/a.md: must be UTF-8 text" in problems_of(book)


@pytest.mark.parametrize(
    "options",
    [":tags: [plot\n", ":words\n", "---\ntags: [plot\n---\n", ":tags: !!python/none x\n"],
)
def test_malformed_options_are_refused(book, example_cell, options):
    book.chapter("a", "# A", example_cell("1", options))
    assert "book/a.md:14: malformed options: " in problems_of(book)


@pytest.mark.parametrize(
    ("tags", "said"),
    [
        ("plot", "tags must be a list such as [plot], got 'plot'"),
        ("[plot, plot]", "tags names a tag twice: plot, plot"),
    ],
)
def test_tags_that_no_notebook_may_have_are_refused(book, example_cell, tags, said):
    book.chapter("a", "# A", example_cell("1", f":tags: {tags}\n"))
    assert problems_of(book) == f"book/a.md:16: {said}"


def test_all_problems_come_at_once(book, example_cell):
    book.chapter("a", example_cell("1", ":tangel: x\n"))
    book.chapter("b", example_cell("1"), header="")
    said = problems_of(book)
    assert "book/a.md:14" in said
    assert "book/b.md:1" in said


def test_an_entry_without_a_file_is_refused_with_its_line(book):
    book.chapter("a")
    book.toc("a", "gone", "lost")
    said = problems_of(book)
    assert "book/_toc.yml:4: the entry 'gone' names no file: there is no book/gone.md" in said
    assert "book/_toc.yml:5: the entry 'lost' names no file" in said


def test_a_chapter_that_no_entry_leads_to_is_refused(book, example_cell):
    book.chapter("a")
    book.chapter("b", example_cell("1"))
    book.toc("a")
    assert "book/b.md: has code cells, but no entry of book/_toc.yml" in problems_of(book)


@pytest.mark.parametrize("folder", ["_build/x", ".ipynb_checkpoints", "part/_build"])
def test_copies_that_tools_leave_are_no_chapters(book, example_cell, folder):
    book.chapter("a")
    book.chapter(f"{folder}/b", example_cell("1"))
    book.toc("a")
    assert [chapter.docname for chapter in book.read()] == ["a"]


@pytest.mark.parametrize(
    ("toc", "said"),
    [
        ("root: [", "book/_toc.yml:1: malformed YAML"),
        ("", "malformed table of contents"),
        ("- a\n", "malformed table of contents"),
        ("format: jb-book\nchapters: []\n", "'root' key not found"),
        ("format: jb-book\nroot: a\nchapter:\n- file: b\n", "Unknown keys"),
        ("format: jb-book\nroot: a\nchapters:\n- a\n", "malformed table of contents"),
        ("format: jb-book\nroot: a\nchapters: 3\n", "malformed table of contents"),
        ("format: jb-book\nroot: 3\n", "malformed table of contents"),
        ("format: other\nroot: a\n", "not recognised"),
        ("format: jb-book\nroot: a\nchapters:\n- file: a\n", "malformed table of contents"),
        (
            "format: jb-book\nroot: a\nchapters:\n- glob: '*'\n",
            "a pattern has no reading order",
        ),
        ("format: jb-book\nroot: a\nchapters:\n- file: ../a\n", "leads out of book/"),
    ],
)
def test_a_malformed_table_of_contents_is_refused(book, toc, said):
    book.chapter("a")
    book.write("book/_toc.yml", toc)
    assert "book/_toc.yml" in problems_of(book)
    assert said in problems_of(book)


def test_a_missing_table_of_contents_is_refused(book):
    assert "book/_toc.yml: not found" in problems_of(book)


def test_package_and_check_cells_are_numbered_by_kind(
    book, package_cell, example_cell, check_cell
):
    cells = [
        package_cell("a = 1"),
        example_cell("b = 1"),
        check_cell("assert b"),
        package_cell("c = 1"),
    ]
    book.chapter("one", "# One", *cells)
    (chapter,) = book.read()
    first, _, check, second = chapter.code_cells
    assert chapter.package_cells == (first, second)
    assert chapter.check_cells == (check,)
    assert [chapter.number_of(cell) for cell in (first, second, check)] == [1, 2, 1]
