"""The sections of a chapter: headings, words, minutes, and the marks of a first reading."""

from pathlib import PurePosixPath

import pytest

from literate.book.chapters import read_chapter
from literate.book.equations import equations_of
from literate.book.sections import minutes, path, section_of, sections_of

CHAPTER = """\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  name: python3
---

# A chapter

Two words.

## First

:::{evening} 1
:::

One two three.

```{math}
:label: eq-first
:class: definition
x = 1
```

```{code-cell} ipython3
# not a heading
x = 1
```

Four five.

### Below

Six.

### Aside

:::{beside}
What it shows.
:::

Not counted.

#### Deeper

Nor this.

### Below again

Seven eight.

## Second

:::{evening} 2
:::

Nine.

## Exercises

Many words of exercises.
"""


def chapter(text=CHAPTER):
    return read_chapter(PurePosixPath("book/some.md"), text)


def test_each_heading_begins_a_section():
    found = [(s.position, s.level, s.title) for s in sections_of(chapter())]
    assert found == [
        (0, 1, "A chapter"),
        (1, 2, "First"),
        (2, 3, "Below"),
        (3, 3, "Aside"),
        (4, 4, "Deeper"),
        (5, 3, "Below again"),
        (6, 2, "Second"),
        (7, 2, "Exercises"),
    ]


def test_a_line_is_that_of_the_heading():
    lines = CHAPTER.splitlines()
    assert all(lines[s.line - 1].endswith(s.title) for s in sections_of(chapter()))


def test_a_mark_belongs_to_the_heading_above_it():
    marks = {s.title: s.marks for s in sections_of(chapter()) if s.marks}
    assert marks == {
        "First": {"evening": "1"},
        "Second": {"evening": "2"},
        "Aside": {"beside": ""},
    }


@pytest.mark.parametrize(
    ("evening", "expected"),
    [("1", [("First", 2 + 3 + 2 + 2 + 1 + 3 + 2)]), ("2", [("Second", 2 + 1)])],
)
def test_the_path_counts_what_stands_below_and_not_what_is_beside(evening, expected):
    assert [(s.title, s.words) for s in path([chapter()], evening)] == expected


def test_a_mark_below_the_title_stands_for_the_page_without_its_exercises():
    text = CHAPTER.replace("Two words.", ":::{evening} 1\n:::\n\nTwo words.")
    first, second = path([chapter(text)], "1")
    assert (first.title, second.title) == ("A chapter", "First")
    assert first.words == 3 + 2 + second.words + 3


def test_equations_and_code_take_their_time():
    first = path([chapter()], "1")[0]
    assert first.minutes == pytest.approx(first.words / 180 + 15 / 60 + 2 * 3 / 60)


def test_an_equation_stands_in_the_section_above_it():
    (equation,) = equations_of(chapter())
    assert section_of(equation).title == "First"


def test_minutes_are_five_at_least():
    assert minutes(chapter()) == 5


@pytest.mark.parametrize(("below", "expected"), [("Second", 15), ("Exercises", 5)])
def test_minutes_are_those_of_the_words_up_to_the_exercises(below, expected):
    long = CHAPTER.replace(f"## {below}\n", f"## {below}\n\n{'word ' * 2700}\n")
    assert minutes(chapter(long)) == expected


def test_the_code_of_a_figure_takes_no_time():
    plot = CHAPTER.replace("# not a heading", ":tags: [plot]\n\n# not a heading")
    assert path([chapter(plot)], "1")[0].minutes == pytest.approx(17 / 180 + 15 / 60 - 2 / 180)


def test_a_quoted_heading_begins_no_section():
    quoted = CHAPTER.replace("Six.", "> # Quoted\n\nSix.")
    assert [s.title for s in sections_of(chapter(quoted))] == [
        s.title for s in sections_of(chapter())
    ]
