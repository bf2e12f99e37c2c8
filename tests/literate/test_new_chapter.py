"""A new chapter from the template: it keeps every rule as it is, and takes nothing that is taken."""

import os
import subprocess
import sys

import pytest

from literate import HOME
from literate.book.chapters import read_book
from literate.book.equations import read_ledger
from literate.book.exercises import KINDS, read_exercises
from literate.checks.confirm_answers import problems_of_answers
from literate.checks.kept_meanings import outcomes_of_book, problems_of_meanings
from literate.checks.run_wrong_formulas import results_of_book
from literate.errors import BookError
from literate.tangle.format_cells import format_chapters
from literate.tangle.new_chapter import new_chapter
from literate.tangle.tangle import check, tangle

TOC = """\
# the order
format: jb-book
root: first
parts:
  - caption: Model
    numbered: 2
    chapters:
      - file: one
  - caption: Learning
    numbered: 2
    chapters:
      - file: two
        sections:
          - file: three
  - caption: Try it
    chapters:
      - file: four
"""


@pytest.fixture
def parted(here, book, package_cell):
    """Write a book of two numbered parts, each of which builds in a folder of the package."""
    rooms = {
        room: package_cell('"""A room."""', f"nnmath/{room}/__init__.py")
        for room in ("model", "fast")
    }
    book.chapter("first", "# First", package_cell('"""A package."""', "__init__"))
    book.chapter(
        "one", "# One", rooms["model"], package_cell('"""One."""', "nnmath/model/one.py")
    )
    book.chapter("two", "# Two")
    book.chapter("three", "# Three", rooms["fast"])
    book.chapter("four", "# Four")
    book.write("book/_toc.yml", TOC)
    book.tangle()
    return book


@pytest.mark.parametrize(
    ("part", "room", "before"), [(None, "fast", "three"), ("Model", "model", "one")]
)
def test_a_new_chapter_keeps_every_rule(parted, part, room, before):
    written = new_chapter(parted.root, "output_error", "Errors: $\\delta$", part)
    module = f"nnmath/{room}/output_error.py"
    assert module in "".join(tangle(parted.root))
    check(parted.root)
    assert all((parted.root / path).is_file() for path in [*written, module])
    chapters = read_book(parted.root)
    names = [chapter.docname for chapter in chapters]
    assert names.index("output_error") == names.index(before) + 1
    assert chapters[names.index("output_error")].title == "Errors: \\delta"
    assert [e.label for e in read_ledger(parted.root).equations] == [
        "eq-output-error",
        "eq-output-error-balance",
    ]
    assert format_chapters(parted.root) == []


def test_the_checks_of_a_new_chapter_hold_and_its_wrong_formula_is_caught(parted):
    new_chapter(parted.root, "means", "Means")
    results = results_of_book(parted.root)
    assert list(results.failures()) == []
    assert list(results.gaps()) == []
    (outcome,) = results.outcomes
    assert outcome.caught_by


def test_the_equations_of_a_new_chapter_mean_something(parted):
    parted.write("book/equation_meanings.yml", "")
    notation = (HOME / "book/notation.yml").read_text(encoding="utf-8")
    parted.write("book/notation.yml", notation)
    new_chapter(parted.root, "means", "Means")
    chapters = read_book(parted.root)
    outcomes = outcomes_of_book(parted.root, chapters)
    assert list(problems_of_meanings(chapters, outcomes)) == []
    assert outcomes["eq-means-balance"].noticed > 5


def test_an_equation_is_evaluated_again_when_it_has_changed_and_its_falsehood_has_a_place(
    parted,
):
    parted.write("book/equation_meanings.yml", "")
    notation = (HOME / "book/notation.yml").read_text(encoding="utf-8")
    parted.write("book/notation.yml", notation)
    new_chapter(parted.root, "means", "Means")
    said = []
    outcomes_of_book(parted.root, read_book(parted.root), say=said.append)
    assert said == ["the equations of means are evaluated, because they have not run yet"]
    said.clear()
    outcomes_of_book(parted.root, read_book(parted.root), say=said.append)
    assert said == []
    page = (parted.root / "book/means.md").read_text(encoding="utf-8")
    parted.write("book/means.md", page.replace(r"(x_e - \bar x) = 0", r"(x_e + \bar x) = 0"))
    chapters = read_book(parted.root)
    outcomes = outcomes_of_book(parted.root, chapters, say=said.append)
    assert said == ["the equations of means are evaluated, because their TeX changed"]
    (problem,) = problems_of_meanings(chapters, outcomes)
    assert problem.startswith("book/means.md:")
    assert ": eq-means-balance " in problem
    assert " = 0 is false in 2-3, " in problem


def test_an_equation_without_an_entry_is_refused(parted):
    parted.write("book/notation.yml", (HOME / "book/notation.yml").read_text(encoding="utf-8"))
    new_chapter(parted.root, "means", "Means")
    parted.write("book/equation_meanings.yml", "means: {all: {}, eq-means: }")
    with pytest.raises(
        BookError, match="eq-means-balance has no entry in book/equation_meanings"
    ):
        outcomes_of_book(parted.root, read_book(parted.root))


def test_the_exercises_of_a_new_chapter_are_whole(parted):
    new_chapter(parted.root, "means", "Means")
    chapters = read_book(parted.root)
    exercises = read_exercises(chapters)
    assert [exercise.kind for exercise in exercises] == list(KINDS)
    kinds = {answer.kind for exercise in exercises for _, answer in exercise.answers}
    assert kinds == {"shape", "number", "formula"}
    assert problems_of_answers(parted.root, chapters) == []


def test_the_cells_and_the_tests_of_a_new_chapter_pass(parted):
    new_chapter(parted.root, "means", "Means")
    tangle(parted.root)
    names = {}
    root = str(parted.root)
    for cell in next(c for c in read_book(parted.root) if c.docname == "means").code_cells:
        exec(cell.source, names)
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--rootdir", root, "tests"],
        cwd=root,
        env=os.environ | {"PYTHONPATH": root},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("name", ["", "Means", "2d", "a-b", "a__b", "../a", "a/b", "a.md"])
def test_a_malformed_name_is_refused(parted, name):
    with pytest.raises(BookError, match="a chapter is named as output_error, got"):
        new_chapter(parted.root, name, "Means")


@pytest.mark.parametrize("title", ["", " ", "a\nb", " a"])
def test_a_title_that_is_no_line_is_refused(parted, title):
    with pytest.raises(BookError, match="a title is one line of text, got"):
        new_chapter(parted.root, "means", title)


@pytest.mark.parametrize(
    "path",
    [
        "book/means.md",
        "book/wrong_formulas/means.yml",
        "tests/chapters/test_means.py",
        "nnmath/fast/means.py",
    ],
)
def test_a_name_that_is_taken_is_refused(parted, path):
    parted.write(path, "")
    before = parted.snapshot()
    with pytest.raises(BookError, match=f"{path}: is there; the name means is taken"):
        new_chapter(parted.root, "means", "Means")
    assert parted.snapshot() == before


def test_an_unknown_part_is_refused(parted):
    with pytest.raises(
        BookError, match=r"the numbered parts are Model, Learning; got 'Try it'"
    ):
        new_chapter(parted.root, "means", "Means", "Try it")
