"""Sections on the path of two evenings, and sections beside the main line."""

from io import StringIO

import pytest
from bs4 import BeautifulSoup
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from literate.build.notebooks import without_marks

PAGE = """\
# A page

Before.

## On the path

:::{evening} 2
:::

The story.

## Aside

:::{beside}
A **bound**, for those who want it.
:::

The proof.

### Deeper in

More of it.

## After

The end.
"""


@pytest.fixture
def made(tmp_path):
    """Make one page: ``made(text)`` gives its article and what was warned of."""

    def made(text):
        (tmp_path / "index.md").write_text(text)
        warnings = StringIO()
        with docutils_namespace():
            app = Sphinx(
                tmp_path,
                None,
                tmp_path / "html",
                tmp_path / "trees",
                "html",
                confoverrides={
                    "extensions": ["myst_parser", "literate.site.section_marks"],
                    "html_sidebars": {"**": ["localtoc.html"]},
                    "myst_enable_extensions": ["colon_fence"],
                },
                status=None,
                warning=warnings,
            )
            app.build()
        html = (tmp_path / "html" / "index.html").read_text()
        return BeautifulSoup(html, "html.parser"), warnings.getvalue()

    return made


def test_a_section_of_the_path_says_so(made):
    page, warned = made(PAGE)
    assert warned == ""
    section = page.select_one("section#on-the-path")
    assert section["class"] == ["evening"]
    assert section.select_one("p.evening").get_text() == "Second evening"
    assert page.select("section.evening") == [section]


def test_a_section_beside_is_folded_to_its_heading_and_what_it_says(made):
    section = made(PAGE)[0].select_one("section#aside")
    assert section["class"] == ["beside"]
    heading, says, part = section.find_all(recursive=False)
    assert heading.name == "h2"
    assert says.get_text().strip() == "A bound, for those who want it."
    assert part.name == "details"
    assert not part.has_attr("open")
    assert "The proof." in part.get_text()


def test_the_section_after_one_beside_stays_open(made):
    page, _ = made(PAGE)
    assert page.select_one("section#after").find_parent("details") is None


def test_what_is_folded_stays_in_the_contents(made):
    page, _ = made(PAGE)
    assert page.select_one('.sphinxsidebar a[href="#deeper-in"]') is not None


@pytest.mark.parametrize("mark", [":::{evening} 1\n:::", ":::{beside}\nWhat it is.\n:::"])
def test_a_mark_that_follows_no_heading_is_warned_of(made, mark):
    page, warned = made(f"# A page\n\nText first.\n\n{mark}\n")
    assert "must follow a section's heading" in warned
    assert page.select("section.evening, section.beside") == []


@pytest.mark.parametrize("number", ["0", "3", "one"])
def test_there_are_two_evenings(made, number):
    _, warned = made(f"# A page\n\n## A section\n\n:::{{evening}} {number}\n:::\n\nText.\n")
    assert "evening" in warned


def test_a_notebook_has_a_note_for_what_is_beside_and_nothing_for_the_path():
    text = without_marks(PAGE)
    assert "{evening}" not in text
    assert "## On the path\n\nThe story." in text
    assert ":::{note}\nA **bound**, for those who want it.\n:::" in text


def test_a_notebook_shows_a_claim_as_a_formula():
    assert without_marks("So {claim}`a = b`.") == "So $a = b$."


@pytest.mark.parametrize("mark", ["try} some_page", "margin}"])
def test_a_notebook_has_a_note_for_what_there_is_to_try_and_for_the_margin(mark):
    text = without_marks(f"Before.\n\n:::{{{mark}\nDraw a **digit**.\n:::\n")
    assert text == "Before.\n\n:::{note}\nDraw a **digit**.\n:::\n"
