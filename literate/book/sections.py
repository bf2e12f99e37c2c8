"""The sections of a chapter: where each begins, how long it takes to read, and its evening.

The directive ``evening`` puts a section on the path of two evenings, and ``beside`` takes it from
the main line.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise, takewhile
from math import inf

from jupytext.myst import get_parser

from literate.book.chapters import Cell, Chapter
from literate.book.equations import DIRECTIVE, Equation, directives_of

MARKS = ("evening", "beside")

EXERCISES = "Exercises"
"""The heading at which the reading ends."""

WORDS, EQUATION, LINE = 180, 15 / 60, 3 / 60
"""A reader's pace: words a minute; minutes for a displayed equation and for a line of code."""

FENCE = re.compile(r"^(`{3,}|:{3,}).*?^\1\s*$", re.MULTILINE | re.DOTALL)
MATH = re.compile(r"^```\{math\}", re.MULTILINE)

HEADS = re.compile(r"^ {0,3}(?:#|=+[ \t]*$|-+[ \t]*$)", re.MULTILINE)
"""What every cell with a heading has; only such cells are parsed."""


@dataclass(frozen=True)
class Section:
    """A section of a chapter, up to the next heading.

    Attributes
    ----------
    chapter : Chapter
        Where it stands.
    position : int
        How many headings stand before its own.
    level : int
        That of its heading: 1 is the title of the page.
    title : str
        Its heading, as it is written.
    line : int
        The line of its heading.
    words : int
        How many words of text it has.
    minutes : float
        How long it takes to read.
    marks : mapping of str to str
        What the directives `MARKS` say of it.
    """

    chapter: Chapter
    position: int
    level: int
    title: str
    line: int
    words: int
    minutes: float
    marks: Mapping[str, str] = field(hash=False)


@lru_cache(maxsize=100)
def sections_of(chapter: Chapter) -> tuple[Section, ...]:
    """List the sections of a chapter, in order; the first is what stands below its title."""
    parts = [part for cell in chapter.cells for part in parts_of(cell)]
    starts = [n for n, part in enumerate(parts) if part.level]
    marks = list(marks_of(chapter))
    found = []
    for position, (start, end) in enumerate(pairwise([*starts, len(parts)])):
        head, held = parts[start], parts[start:end]
        last_line = parts[end].line if end < len(parts) else inf
        found.append(
            Section(
                chapter,
                position,
                head.level,
                head.title,
                head.line,
                sum(part.words for part in held),
                sum(part.minutes for part in held),
                {name: says for line, name, says in marks if head.line < line < last_line},
            )
        )
    return tuple(found)


@dataclass(frozen=True)
class Part:
    """A piece of a cell that has at most one heading, in its first line; level 0 means none."""

    line: int
    level: int
    title: str
    words: int
    minutes: float


def parts_of(cell: Cell) -> Iterator[Part]:
    """Cut a cell at its headings."""
    if cell.kind == "code":
        lines = 0 if "plot" in cell.tags else len(cell.source.splitlines())
        yield Part(cell.line, 0, "", 0, LINE * lines)
        return
    lines_of_text = cell.source.split("\n")
    tokens = get_parser().parse(cell.source + "\n") if HEADS.search(cell.source) else []
    heads = [
        (token.map[0], int(token.tag[1:]))
        for token in tokens
        if token.type == "heading_open" and token.level == 0 and token.map
    ]
    cuts = heads if heads and heads[0][0] == 0 else [(0, 0), *heads]
    for (start, level), (end, _) in pairwise([*cuts, (len(lines_of_text), 0)]):
        text = "\n".join(lines_of_text[start:end])
        title = lines_of_text[start].lstrip("#").strip() if level else ""
        words = len(FENCE.sub("", text).split())
        minutes = words / WORDS + EQUATION * len(MATH.findall(text))
        yield Part(cell.line + start, level, title, words, minutes)


def marks_of(chapter: Chapter) -> Iterator[tuple[int, str, str]]:
    """Yield the line of each mark, its name and what it says."""
    for line, token in directives_of(chapter):
        match = DIRECTIVE.match(token.info.strip())
        if match and match["name"] in MARKS:
            yield line, match["name"], match["argument"]


def minutes(chapter: Chapter) -> int:
    """Estimate how long a chapter takes to read, up to the exercises, in steps of 5 minutes."""
    total = sum(section.minutes for section in up_to_exercises(sections_of(chapter)))
    return max(5, 5 * round(total / 5))


def up_to_exercises(sections: Sequence[Section]) -> list[Section]:
    """Leave the exercises out, and what follows them."""
    return list(takewhile(lambda section: section.title != EXERCISES, sections))


def path(chapters: Sequence[Chapter], evening: str) -> list[Section]:
    """List what is read on an evening, in reading order, each with all that stands below it.

    A mark below the title of a page stands for the whole page.
    """
    found = []
    for chapter in chapters:
        sections = up_to_exercises(sections_of(chapter))
        for section in sections:
            if section.marks.get("evening") == evening:
                held = list(main_line(section, sections))
                words = sum(one.words for one in held)
                found.append(
                    replace(section, words=words, minutes=sum(s.minutes for s in held))
                )
    return found


def whole_path(chapters: Sequence[Chapter]) -> list[Section]:
    """List what is read on both evenings, in reading order."""
    return [section for evening in ("1", "2") for section in path(chapters, evening)]


def follows(section: Section, other: Section) -> bool:
    """Say whether another section is the next one on the same page, after all that stands below."""
    below = sections_of(section.chapter)[section.position + 1 :]
    after = [one.position for one in below if one.level <= section.level]
    return section.chapter == other.chapter and after[:1] == [other.position]


def main_line(section: Section, sections: Sequence[Section]) -> Iterator[Section]:
    """Yield a section and those below it, without what is beside the main line."""
    yield section
    folded = inf
    for below in sections[section.position + 1 :]:
        if below.level <= section.level:
            return
        if below.level <= folded:
            folded = below.level if "beside" in below.marks else inf
        if folded == inf:
            yield below


def section_of(equation: Equation) -> Section:
    """Find the section in which an equation stands."""
    sections = sections_of(equation.chapter)
    return [section for section in sections if section.line < equation.line][-1]
