"""The map of the chapters: who needs whom, from imports and references, and how long each takes."""

from pathlib import PurePosixPath

import pytest

from literate.book.chapters import Cell, Chapter
from literate.book.sections import minutes
from literate.site.chapter_map import branches, needs, numbered, on_the_path
from tests.book import BOOK

from .conftest import HOME


def chapter(name, *cells):
    path = PurePosixPath(f"book/{name}.md")
    made = tuple(
        Cell(path, kind, source, 1, number, None, options)
        for number, (kind, source, options) in enumerate(cells, start=1)
    )
    return Chapter(path, name, name.title(), made, is_notebook=True)


BUILDS = ("code", "def f():\n    return 1", {"tangle": "nnmath/first.py"})
EQUATION = ("markdown", "```{math}\n:label: eq-first\nx = 1\n```", {})


@pytest.mark.parametrize(
    ("cell", "of_code", "of_text"),
    [
        (("code", "from nnmath.first import f", {}), True, False),
        (("code", "from nnmath import f", {}), True, False),
        (("markdown", "By {eq}`eq-first` it holds.", {}), False, True),
        (("markdown", "See {doc}`the start <one>`.", {}), False, True),
    ],
)
def test_a_chapter_needs_what_it_imports_and_refers_to(cell, of_code, of_text):
    book = [chapter("one", BUILDS, EQUATION), chapter("two", cell)]
    (need,) = needs(book)["two"]
    assert (need.chapter.docname, need.of_code, need.of_text) == ("one", of_code, of_text)


def test_a_look_ahead_is_no_need():
    book = [chapter("one", ("markdown", "See {doc}`two`.", {})), chapter("two", EQUATION)]
    assert needs(book)["one"] == []


EVENING = ("markdown", "## A section\n\n:::{evening} 1\n:::\n\nText.", {})


def test_a_chapter_leaves_the_path_after_the_last_that_it_needs_of_it():
    book = [
        chapter("one", EQUATION, EVENING),
        chapter("two", EVENING),
        chapter("aside", ("markdown", "{eq}`eq-first`", {})),
        chapter("deeper", ("markdown", "{doc}`aside`, {doc}`two`", {})),
        chapter("three", EVENING),
    ]
    path = on_the_path(book)
    assert path == ["one", "two", "three"]
    assert branches(path, needs(book)) == {"aside": "one", "deeper": "two"}


def test_without_evenings_every_chapter_is_on_the_path():
    assert on_the_path([chapter("one"), chapter("two")]) == ["one", "two"]


def test_exercises_do_not_count_as_reading():
    words = " ".join(["word"] * 1800)
    reading = chapter(
        "one",
        ("markdown", f"# One\n\n{words}", {}),
        ("markdown", f"## Exercises\n\n{words}", {}),
    )
    assert minutes(reading) == 10


@pytest.fixture
def page(soup):
    return soup("chapter_map")


def test_picture_and_table_name_every_chapter_by_its_number(page, soup):
    chapters = numbered(HOME, BOOK)
    in_picture = [text.get_text() for text in page.select("svg.chapter-map a text")]
    in_table = [
        row.get_text() for row in page.select("table.chapter-needs tbody td:first-child")
    ]
    for place, one in enumerate(chapters):
        number = soup(one.docname).article.h1.select_one(".section-number").get_text()
        assert in_picture[place].startswith(number.strip())
        assert in_table[place].strip().startswith(number.strip())


def test_picture_is_a_path_with_one_branch_for_each_other_chapter(page):
    drawn = [p["data-to"] for p in page.select("svg.chapter-map path[data-to]")]
    chapters = numbered(HOME, BOOK)
    path = on_the_path(chapters)
    assert drawn == [c.docname for c in chapters if c.docname not in path]
    assert len(page.select("svg.chapter-map path.path")) == 1
    assert len(page.select("svg.chapter-map circle.main")) == len(path)
