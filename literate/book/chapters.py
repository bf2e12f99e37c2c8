"""The chapters in reading order, each as its cells: the one place that reads them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Any

import yaml
from jupytext.myst import (
    CODE_DIRECTIVE,
    MystMetadataParsingError,
    get_parser,
    myst_to_notebook,
    read_fenced_cell,
)
from markdown_it.token import Token
from mdit_py_plugins.colon_fence import colon_fence_plugin
from nbformat import NotebookNode, ValidationError

from literate.book.options import problems_of_options
from literate.book.toc import TOC, read_toc
from literate.book.yaml_files import load_yaml
from literate.errors import BookError, at, refuse

__all__ = [
    "BookError",
    "Cell",
    "Chapter",
    "module_of",
    "read_book",
    "read_chapter",
    "read_notebook",
]

PACKAGE = "nnmath"
KERNEL = "python3"

HEADER_HELP = (
    "a chapter with code cells begins with a header that has jupytext's format_name: myst and "
    f"kernelspec's display_name and name: {KERNEL}; copy it from another chapter"
)

CELL_START = re.compile(r"^(?P<before>.*?)(?P<fence>`{3,}|~{3,}|:{3,})\s*\{(?:code|raw)-cell\}")

# Python and the Markdown parser disagree on whether these end a line: line numbers would drift.
ODD_LINE_ENDS = re.compile("[\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]|\r(?!\n)")


def module_of(file: str) -> str:
    """Give the dotted name of the module that a file of Python is."""
    return file.removesuffix(".py").replace("/", ".").removesuffix(".__init__")


@dataclass(frozen=True)
class Cell:
    """One cell of a chapter.

    Attributes
    ----------
    chapter : PurePosixPath
        The chapter's file relative to the root, such as ``book/modeling.md``.
    kind : str
        ``"code"`` or ``"markdown"``.
    source : str
        The text of the cell, its options not included.
    line : int
        The line of the file on which `source` begins, counted from 1.
    index : int
        The number of the code cell in its chapter, counted from 1; 0 for text.
    heading : str or None
        The nearest section heading above, without its markup.
    metadata : mapping
        The options.
    """

    chapter: PurePosixPath
    kind: str
    source: str
    line: int
    index: int
    heading: str | None
    metadata: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def target(self) -> str | None:
        """The file that the cell builds, such as ``nnmath/model/network.py``, or None."""
        return self.metadata.get("tangle")

    @property
    def module(self) -> str:
        """The dotted name of the module that the cell builds, ``""`` if it builds none."""
        return module_of(self.target or "")

    @property
    def checks(self) -> tuple[str, ...]:
        """The labels of the equations that the cell asserts."""
        return tuple(self.metadata.get("checks", ()))

    @property
    def kinds(self) -> tuple[str, ...]:
        """How the cell checks its equations."""
        return tuple(self.metadata.get("kind", ()))

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags, of which myst-nb and nbval know some."""
        return tuple(self.metadata.get("tags", ()))


@dataclass(frozen=True)
class Chapter:
    """One file of the table of contents.

    Attributes
    ----------
    path : PurePosixPath
        The file relative to the root.
    docname : str
        What Sphinx calls it: the path in ``book/`` without its suffix.
    title : str
        The first heading, or `docname` where there is none.
    cells : tuple of Cell
        Text and code in the order of the page.
    is_notebook : bool
        Whether it has the header that makes Jupyter read it as a notebook.
    """

    path: PurePosixPath
    docname: str
    title: str
    cells: tuple[Cell, ...]
    is_notebook: bool

    @property
    def code_cells(self) -> tuple[Cell, ...]:
        """The cells that run, in order."""
        return tuple(cell for cell in self.cells if cell.kind == "code")

    @property
    def package_cells(self) -> tuple[Cell, ...]:
        """The code cells that build the package, in order."""
        return tuple(cell for cell in self.code_cells if cell.target)

    @property
    def check_cells(self) -> tuple[Cell, ...]:
        """The code cells that assert equations, in order."""
        return tuple(cell for cell in self.code_cells if cell.checks)

    def number_of(self, cell: Cell) -> int:
        """Give the number of a package or check cell among those of its kind, from 1."""
        return (self.package_cells if cell.target else self.check_cells).index(cell) + 1


def read_book(root: Path) -> list[Chapter]:
    """Read every chapter in the order of the table of contents.

    Parameters
    ----------
    root : Path
        The folder that holds ``book/``.

    Returns
    -------
    list of Chapter
        In reading order, pages without code among them.

    Raises
    ------
    BookError
        With every problem that was found, each with its file and line.
    """
    problems: list[str] = []
    chapters = []
    paths = read_toc(root)
    for path in paths:
        try:
            chapters.append(read_chapter(path, read_text(root, path)))
        except BookError as error:
            problems += error.problems
    refuse([*problems, *_unlisted_notebooks(root, paths)])
    return chapters


def read_text(root: Path, path: PurePosixPath) -> str:
    """Read a chapter's file as it is, with the line ends that it has."""
    try:
        text = (root / path).read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise BookError(at(path, None, f"must be UTF-8 text: {error}")) from None
    if text.startswith("\ufeff"):
        raise BookError(
            at(path, 1, "begins with a byte order mark; save it as UTF-8 without one")
        )
    return text


@lru_cache(maxsize=256)  # every page of the site asks for the whole book
def read_chapter(path: PurePosixPath, text: str) -> Chapter:
    """Make a chapter from its text; `path` is where the text stands, relative to the root.

    Raises
    ------
    BookError
        With every problem of the chapter.
    """
    odd = ODD_LINE_ENDS.search(text)
    if odd:
        line = text.count("\n", 0, odd.start()) + 1
        raise BookError(at(path, line, f"invisible line end {odd.group()!r}; remove it"))
    text = text.replace("\r\n", "\n")
    tokens = get_parser().use(colon_fence_plugin).parse(text + "\n")
    fences = [token for token in tokens if _is_cell(token)]
    refuse(_problems_of_fences(path, text, tokens, fences))
    is_notebook = _has_header(path, text, tokens)
    if fences and not is_notebook:
        raise BookError(at(path, 1, f"code cells, but no notebook header; {HEADER_HELP}"))
    notebook = read_notebook(path, text)
    cells = tuple(_cells(path, text, notebook, tokens))
    docname = path.relative_to(TOC.parent).with_suffix("").as_posix()
    title = next((heading for _, heading in _headings(tokens)), docname)
    return Chapter(path, docname, title, cells, is_notebook)


def read_notebook(path: PurePosixPath, text: str) -> NotebookNode:
    """Read a chapter the way Jupyter does; `read_chapter` tells whether it keeps the rules.

    Raises
    ------
    BookError
        If it is no notebook.
    """
    text = text.replace("\r\n", "\n")
    try:
        notebook: NotebookNode = myst_to_notebook(text, add_source_map=True)
    except (MystMetadataParsingError, yaml.YAMLError, TypeError, ValueError) as error:
        raise BookError(at(path, None, " ".join(str(error).split()))) from None
    except ValidationError as error:  # of the header: the cells' options have been looked at
        raise BookError(
            at(path, 1, f"malformed header: {error.message}; {HEADER_HELP}")
        ) from None
    return notebook


def _cells(
    path: PurePosixPath, text: str, notebook: NotebookNode, tokens: list[Token]
) -> Iterator[Cell]:
    headings = list(_headings(tokens))
    fences = [token for token in tokens if _is_cell(token)]
    lines = text.split("\n")
    index = 0
    for cell, start in zip(notebook.cells, notebook.metadata["source_map"], strict=True):
        line, number = start + 1, 0
        if cell.cell_type == "code":
            line += _lines_of_options(fences[index])
            index += 1
            number = index
        else:
            while not lines[line - 1]:  # the reader drops the blank lines above text
                line += 1
        above = [heading for begins, heading in headings if begins < line]
        heading = above[-1] if above else None
        metadata = dict(cell.metadata)
        yield Cell(path, cell.cell_type, cell.source, line, number, heading, metadata)


def _lines_of_options(fence: Token) -> int:
    """Count the lines between a cell's opening fence and its source."""
    _, body = read_fenced_cell(fence, 0, "Code")
    # the reader drops some of the blank lines at the end, so these do not count
    source = "\n".join(body).rstrip("\n")
    return fence.content.rstrip("\n").count("\n") - source.count("\n")


def _headings(tokens: list[Token]) -> Iterator[tuple[int, str]]:
    """Yield the line and the text of each heading of the page itself."""
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open" and opening.level == 0 and opening.map:
            yield opening.map[0] + 1, _plain(inline.content)


def _plain(heading: str) -> str:
    """Take the markup off a heading: roles, code, emphasis, links, dollars."""
    text = re.sub(r"\{[\w:.-]+\}(?=`)", "", heading)
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return " ".join(re.sub(r"[`$]|\*+", "", text).split())


def _is_cell(token: Token) -> bool:
    return token.type == "fence" and token.level == 0 and token.info.startswith(CODE_DIRECTIVE)


def _has_header(path: PurePosixPath, text: str, tokens: list[Token]) -> bool:
    """Tell whether jupytext, myst-nb and nbval will all take the page for a notebook."""
    if not tokens or tokens[0].type != "front_matter":
        return False
    try:
        header = load_yaml(tokens[0].content)
    except yaml.YAMLError as error:
        message = " ".join(str(error).split())
        raise BookError(at(path, 1, f"malformed header: {message}")) from None
    try:
        name = header["jupytext"]["text_representation"]["format_name"]
        return bool(name == "myst" and header["kernelspec"]["name"] == KERNEL)
    except (KeyError, TypeError):
        return False


def _problems_of_fences(
    path: PurePosixPath, text: str, tokens: list[Token], fences: list[Token]
) -> Iterator[str]:
    """Yield what would make a cell run otherwise than it looks, or not at all."""
    lines = text.split("\n")
    starts = {token.map[0] for token in fences if token.map}
    quoted = _quoted_lines(tokens)
    for number, line in enumerate(lines):
        match = CELL_START.match(line)
        if not match or match["before"].strip(" \t>*+-.)0123456789"):
            continue
        if "{raw-cell}" in line:
            yield at(path, number + 1, "raw cell; the book has text and code cells only")
        elif number in starts:
            if line.startswith(" "):
                yield at(path, number + 1, "indented code cell; begin its fence in column 1")
        elif len(match["fence"]) >= quoted.get(number, 0):
            yield at(
                path,
                number + 1,
                "code cell inside another block, which would never run; move it to the top"
                " level of the page (for a solution use solution-start and solution-end)",
            )
    for token in fences:
        first, end = token.map or [0, 0]
        closing = lines[end - 1].strip() if end <= len(lines) else ""
        if end - first < 2 or not closing.startswith(token.markup):
            yield at(path, first + 1, f"code cell without an end; close it with {token.markup}")
        yield from _problems_of_cell(path, first + 1, token)


def _problems_of_cell(path: PurePosixPath, line: int, fence: Token) -> Iterator[str]:
    """Yield what is wrong with a cell's options, before a reader of notebooks stumbles on it."""
    try:
        options, source = read_fenced_cell(fence, 0, "Code")
    except (MystMetadataParsingError, yaml.YAMLError) as error:
        message = " ".join(str(error).split("read: ")[-1].split())
        yield at(path, line, f"malformed options: {message}")
        return
    if not isinstance(options, dict):
        yield at(path, line, f"malformed options: expected key: value, got {options!r}")
        return
    first = line + 1 + _lines_of_options(fence)
    for problem in problems_of_options(options, "\n".join(source)):
        yield at(path, first, problem)


def _quoted_lines(tokens: list[Token]) -> dict[int, int]:
    """Map each line that a literal block shows to the length of that block's fence.

    A page may show how a cell is written, in a longer fence that is no directive.
    """
    quoted = {}
    for token in tokens:
        if token.type == "fence" and token.map and not token.info.strip().startswith("{"):
            for number in range(token.map[0] + 1, token.map[1]):
                quoted[number] = len(token.markup)
    return quoted


def _unlisted_notebooks(root: Path, listed: list[PurePosixPath]) -> Iterator[str]:
    """Yield each file with code cells that no reader would reach."""
    folder = root / TOC.parent
    for file in sorted(folder.rglob("*.md")):
        path = PurePosixPath(file.relative_to(root).as_posix())
        if path in listed or any(part.startswith(("_", ".")) for part in path.parts[1:]):
            continue
        text = file.read_text(encoding="utf-8", errors="replace")
        if any(_is_cell(token) for token in get_parser().parse(text)):
            yield at(path, None, f"has code cells, but no entry of {TOC} leads to it; add one")
