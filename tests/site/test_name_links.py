"""Every name of the package in the code of a page leads to where it is defined."""

from pathlib import PurePosixPath
from textwrap import dedent

import pytest

from literate.book.chapters import Cell
from literate.book.names_in_cells import Names
from literate.site.name_links import definition_anchor, html_with_tags
from tests.book import BOOK

NAMES = Names(BOOK)
PAGES = [docname for docname, cells in NAMES.mentions.items() if any(m for _, m in cells)]


def test_each_name_is_defined_in_one_place():
    defined = [
        mention.name
        for cells in NAMES.mentions.values()
        for _, mentions in cells
        for mention in mentions
        if mention.defines
    ]
    assert sorted(defined) == sorted(NAMES.homes)


def test_letters_of_a_mention_are_the_name():
    for cells in NAMES.mentions.values():
        for code, mentions in cells:
            lines = code.split("\n")
            for mention in mentions:
                word = lines[mention.line - 1][mention.start : mention.end]
                assert word.isidentifier()
                if mention.defines:
                    assert word == mention.name.rpartition(".")[2]


class Book:
    """A book of one chapter."""

    def __init__(self, *cells):
        self.docname = "one"
        self.code_cells = [
            Cell(
                PurePosixPath("book/one.md"),
                "code",
                dedent(source),
                line=1,
                index=1,
                heading=None,
                metadata={"tangle": target},
            )
            for target, source in cells
        ]
        self.package_cells = [cell for cell in self.code_cells if cell.target]

    def words(self):
        names = Names([self])
        return [
            (code.split("\n")[m.line - 1][m.start : m.end], m.name, m.defines)
            for code, mentions in names.mentions["one"]
            for m in mentions
        ]


BUILDS = ("nnmath/a.py", "def f(x):\n    return x\n")


def test_an_import_and_a_call_lead_to_the_definition():
    book = Book(BUILDS, (None, "from nnmath.a import f as g\n\ng(f)"))
    assert book.words() == [
        ("f", "nnmath.a.f", True),
        ("f", "nnmath.a.f", False),
        ("g", "nnmath.a.f", False),
        ("f", "nnmath.a.f", False),
    ]


def test_constants_defined_together_each_have_a_home():
    book = Book(("nnmath/a.py", "A, B = 1, 2\n\n\ndef f():\n    return B\n"))
    assert book.words() == [
        ("A", "nnmath.a.A", True),
        ("B", "nnmath.a.B", True),
        ("B", "nnmath.a.B", False),
        ("f", "nnmath.a.f", True),
    ]


def test_the_front_door_leads_to_the_module_behind():
    door = ("nnmath/__init__.py", "from nnmath.a import f")
    book = Book(BUILDS, door, (None, "from nnmath import f"))
    assert {name for _, name, _ in book.words()} == {"nnmath.a.f"}
    assert len(book.words()) == 3


@pytest.mark.parametrize(
    "source",
    [
        "def g(f):\n    return f",
        "lambda f: f",
        "def g():\n    f = 1\n    return f",
        "f = 1\nf",
        "def f():\n    pass\nf()",
        "x.f",
        "from other import f\nf",
        "for f in range(2):\n    f",
        "[f for f in range(2)]",
    ],
)
def test_another_thing_of_the_same_name_is_left_alone(source):
    assert Book(BUILDS, (None, source)).words() == [("f", "nnmath.a.f", True)]


def test_tags_go_around_letters_and_not_into_markup():
    line = '<span class="o">&lt;</span> <span class="n">f</span>(x)'
    assert html_with_tags(line, [(2, 3, "<b>", "</b>")]) == (
        '<span class="o">&lt;</span> <span class="n"><b>f</b></span>(x)'
    )


@pytest.mark.parametrize("docname", PAGES)
def test_names_of_a_page_lead_to_their_definitions(soup, docname):
    expected = [
        (m.name, code.split("\n")[m.line - 1][m.start : m.end])
        for code, mentions in NAMES.mentions[docname]
        for m in sorted(mentions, key=lambda m: (m.line, m.start))
        if not m.defines
    ]
    links = soup(docname).select("pre a.code-name")
    assert [link.get_text() for link in links] == [word for _, word in expected]
    for link, (name, _) in zip(links, expected, strict=True):
        page, _, place = link["href"].partition("#")
        assert place == definition_anchor(name)
        home = NAMES.homes[name]
        assert page.endswith(f"{home}.html") if home != docname else page == ""


def test_caption_of_a_definition_says_where_it_is_used(soup):
    cell = (
        soup("layer_k")
        .find(id="def-gradients.paths.errors_by_paths")
        .find_parent(class_="package-cell")
    )
    caption = cell.select_one(".cell-caption")
    said = caption.get_text().partition("used in ")[2].split(", ")
    pages = {
        page
        for name in ("count_paths", "paths", "errors_by_paths")
        for page in NAMES.uses().get(f"nnmath.gradients.paths.{name}", [])
    }
    links = [a["href"] for a in caption.select('a[href*="#use-"]')]
    assert len(links) == len(said)
    assert {link.partition(".html")[0] for link in links} == {p for p in pages if "/" not in p}
    for link in links:
        page, _, place = link.partition(".html#")
        assert soup(page).find(id=place)
