"""The labelled equations of the book, and the rules that none of them may break.

An equation is a definition, or a cell asserts it. This module reads the equations from the text of
the chapters, which cells assert them and which functions implement them, and finds each breach.
"""

import ast
import difflib
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path, PurePosixPath

from jupytext.myst import get_parser
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin

from literate.book.chapters import Cell, Chapter, read_book
from literate.book.check_cells import Check, checks_of
from literate.book.options import LABEL
from literate.errors import at, refuse

MEANINGS = PurePosixPath("book/equation_meanings.yml")
"""The file that says what each equation presupposes, so that it can be evaluated."""

DEFINITION = "definition"
"""The class of an equation that asserts nothing."""

DIRECTIVE = re.compile(r"\{(?P<name>[\w:.-]+)\}\s*(?P<argument>.*)")

LITERAL = ("code", "code-block", "code-cell", "literalinclude", "raw", "bibliography", "answer")
"""Directives whose content is no text of the page; that of all others is read."""

OPTION = re.compile(r":(?P<key>[\w-]+):(?:\s+(?P<value>.*?))?\s*")

NAMED = re.compile(rf"``({LABEL.pattern})``")
"""An equation's label as docstrings write it."""


@dataclass(frozen=True)
class Equation:
    """A labelled equation.

    Attributes
    ----------
    label : str
        What refers to it, such as ``eq-neuron``.
    chapter : Chapter
        Where it stands.
    line : int
        The line of the chapter's file on which its directive begins, counted from 1.
    tex : str
        Its source, as the page's mathematics gets it.
    is_definition : bool
        Whether it says of itself that there is nothing to assert.
    """

    label: str
    chapter: Chapter
    line: int
    tex: str
    is_definition: bool


@dataclass(frozen=True)
class Implementation:
    """A function or class of the package whose docstring names an equation.

    Attributes
    ----------
    name : str
        Its name, such as ``forward`` or ``Network.L``.
    cell : Cell
        The cell of the package that defines it.
    line : int
        The line of the chapter's file on which the definition begins.
    labels : tuple of str
        The equations that its docstring names, in the docstring's order.
    """

    name: str
    cell: Cell
    line: int
    labels: tuple[str, ...]


class Ledger:
    """Which equations there are, what asserts each and what implements it.

    Parameters
    ----------
    chapters : sequence of Chapter
        In reading order.
    """

    def __init__(self, chapters: Sequence[Chapter]) -> None:
        self.chapters = tuple(chapters)
        self.equations = tuple(e for chapter in chapters for e in equations_of(chapter))
        self.checks = tuple(check for chapter in chapters for check in checks_of(chapter))
        self.implementations = tuple(
            implementation
            for chapter in chapters
            for cell in chapter.package_cells
            for implementation in implementations_in(cell)
        )

    @cached_property
    def by_label(self) -> Mapping[str, Equation]:
        """The equations by their labels; of a label used twice, the first."""
        return {equation.label: equation for equation in reversed(self.equations)}

    def checks_of(self, label: str) -> list[Check]:
        """List the cells that assert an equation, in reading order."""
        return [check for check in self.checks if label in check.labels]

    def implementations_of(self, label: str) -> list[Implementation]:
        """List what implements an equation, in reading order."""
        return [found for found in self.implementations if label in found.labels]

    def problems(self) -> Iterator[str]:
        """Yield each breach of the rules, with its file and line."""
        for chapter in self.chapters:
            yield from problems_of_text(chapter)
        yield from self._problems_of_labels()
        yield from self._problems_of_checks()
        for found in self.implementations:
            for label in found.labels:
                if label not in self.by_label:
                    message = f"the docstring of {found.name} names {self._unknown(label)}"
                    yield at(found.cell.chapter, found.line, message)

    def _problems_of_labels(self) -> Iterator[str]:
        checked = {label for check in self.checks for label in check.labels}
        for equation in self.equations:
            label, path = equation.label, equation.chapter.path
            first = self.by_label[label]
            if not LABEL.fullmatch(label):
                message = f"an equation's label must be such as eq-neuron, got {label!r}"
                yield at(path, equation.line, message)
            if first is not equation:
                where = f"{first.chapter.path}:{first.line}"
                yield at(path, equation.line, f"the label {label} is taken: see {where}")
            elif not equation.is_definition and label not in checked:
                yield at(
                    path,
                    equation.line,
                    f"no cell checks {label}; name it in the option checks of a cell that fails"
                    f" if it is wrong, or say that it is a definition: `:class: {DEFINITION}`",
                )

    def _problems_of_checks(self) -> Iterator[str]:
        for check in self.checks:
            place = (check.cell.chapter, check.cell.line)
            for label in check.labels:
                equation = self.by_label.get(label)
                if equation is None:
                    yield at(*place, f"checks names {self._unknown(label)}")
                elif equation.is_definition:
                    where = f"{equation.chapter.path}:{equation.line}"
                    message = (
                        f"checks names {label}, a definition, which asserts nothing: {where}"
                    )
                    yield at(*place, message)

    def _unknown(self, label: str) -> str:
        close = difflib.get_close_matches(label, self.by_label, n=1)
        hint = f"; did you mean {close[0]}?" if close else ""
        return f"{label}, and no equation has this label{hint}"


def read_ledger(root: Path) -> Ledger:
    """Read the ledger of the book, and refuse a book that breaks its rules.

    Parameters
    ----------
    root : Path
        The folder that holds ``book/``.

    Returns
    -------
    Ledger
        Of all chapters.

    Raises
    ------
    BookError
        With every problem that was found, each with its file and line.
    """
    ledger = Ledger(read_book(root))
    refuse(ledger.problems())
    return ledger


def equations_of(chapter: Chapter) -> Iterator[Equation]:
    """Yield the labelled equations of a chapter, in order."""
    for line, token in directives_of(chapter):
        match = DIRECTIVE.match(token.info.strip())
        if match is None or match["name"] != "math":
            continue
        options, tex = split_options(token.content)
        label = options.get("label", options.get("name"))  # as Sphinx reads them
        if match["argument"]:
            tex = f"{match['argument']}\n\n{tex}"
        if label:
            classes = options.get("class", "").split()
            yield Equation(label, chapter, line, tex.strip("\n"), DEFINITION in classes)


def problems_of_text(chapter: Chapter) -> Iterator[str]:
    """Yield each equation that would get a number in a way that is not read here."""
    for line, token in blocks_of(chapter):
        if token.type == "math_block_label" or (
            token.type == "amsmath" and token.meta["numbered"] != "*"
        ):
            message = "a numbered equation must be a math directive with the option label"
            yield at(chapter.path, line, message)


def directives_of(chapter: Chapter) -> Iterator[tuple[int, Token]]:
    """Yield each fenced block of a chapter's text, and the line on which it begins."""
    for line, token in blocks_of(chapter):
        if token.type in ("fence", "colon_fence"):
            yield line, token


def blocks_of(chapter: Chapter) -> Iterator[tuple[int, Token]]:
    """Yield the blocks of a chapter's text, those inside of directives too, with their lines."""
    for cell in chapter.cells:
        if cell.kind == "markdown":
            yield from blocks_in(cell.source, cell.line)


def blocks_in(text: str, first_line: int) -> Iterator[tuple[int, Token]]:
    """Yield the blocks of a text that begins on a line, those inside of directives too."""
    for token in _tokens_of(text):
        if token.map is None:
            continue
        line = first_line + token.map[0]
        yield line, token
        match = DIRECTIVE.match(token.info.strip()) if "fence" in token.type else None
        if match and match["name"] not in (*LITERAL, "math"):
            _, inner = split_options(token.content)
            skipped = token.content.rstrip("\n").count("\n") - inner.rstrip("\n").count("\n")
            yield from blocks_in(inner, line + 1 + skipped)


@lru_cache(maxsize=20_000)
def _tokens_of(text: str) -> tuple[Token, ...]:
    return tuple(_parser().parse(text + "\n"))


@cache
def _parser() -> MarkdownIt:
    parser: MarkdownIt = get_parser()
    return parser.use(colon_fence_plugin).use(dollarmath_plugin).use(amsmath_plugin)


def split_options(content: str) -> tuple[dict[str, str], str]:
    """Split a directive's content into its options and the rest."""
    lines = content.split("\n")
    options: dict[str, str] = {}
    if lines[0].strip() == "---":
        end = next((n for n, line in enumerate(lines[1:], 1) if line.strip() == "---"), 0)
        lines, rest = [f":{line.strip()}" for line in lines[1:end]], lines[end + 1 :]
    else:
        end = next(
            (n for n, line in enumerate(lines) if not OPTION.fullmatch(line)), len(lines)
        )
        lines, rest = lines[:end], lines[end:]
    for line in lines:
        match = OPTION.fullmatch(line)
        if match:
            options[match["key"]] = match["value"] or ""
    return options, "\n".join(rest)


def implementations_in(cell: Cell) -> Iterator[Implementation]:
    """Yield the functions and classes of a cell whose docstrings name equations."""
    try:
        tree = ast.parse(textwrap.dedent(cell.source))
    except SyntaxError:  # reported with its line by those who put the package together
        return
    yield from _implementations(tree, cell, "")


def _implementations(node: ast.AST, cell: Cell, prefix: str) -> Iterator[Implementation]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            name = f"{prefix}{child.name}"
            labels = dict.fromkeys(labels_named(ast.get_docstring(child) or ""))
            if labels:
                line = cell.line + child.lineno - 1
                yield Implementation(name, cell, line, tuple(labels))
            yield from _implementations(child, cell, f"{name}.")


def labels_named(docstring: str) -> Iterator[str]:
    """Yield the labels that a docstring names."""
    for match in NAMED.finditer(docstring):
        yield match[1]
