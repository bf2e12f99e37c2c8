"""Tangling: the files of the package, put together from the cells in reading order."""

import ast
import difflib
import hashlib
import keyword
import re
import textwrap
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath

from literate.book.assertions import problems_of_assertions, problems_of_hiding
from literate.book.chapters import Cell, Chapter, read_book
from literate.book.equations import Ledger
from literate.errors import at, refuse
from literate.tangle.file_transactions import locked, replace_files
from literate.tangle.reading_order import problems_of_order

PACKAGE = PurePosixPath("nnmath")

LINE_LENGTH = 96

SHORTEST_HEADING = 10
"""Where a caption has less room than this, it goes without the heading."""

HEADER = (
    "# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`\n"
    "# (or edit here and run `python -m literate untangle`). Digest of the text: {digest}\n"
)
HEADER_PATTERN = re.compile(
    re.escape(HEADER).replace(r"\{digest\}", "(?P<digest>[0-9a-f]{16})")
)

DIFFERENCE_LINES = 24

UNTANGLE_HELP = (
    "edited by hand? `python -m literate untangle` carries the edit into its chapter; "
    "chapters changed? `make tangle`"
)


@dataclass(frozen=True)
class Block:
    """One cell's part of a file of the package.

    Attributes
    ----------
    target : str
        The file, such as ``nnmath/model/network.py``.
    cell : Cell
        Where it comes from.
    caption : str
        The comment above it, which names the chapter and the section.
    text : str
        The source without blank lines around it.
    first_line, last_line : int
        The lines of `text` in the file, counted from 1, both included.
    """

    target: str
    cell: Cell
    caption: str
    text: str
    first_line: int
    last_line: int

    @property
    def source_line(self) -> int:
        """The line of the chapter's file on which `text` begins."""
        return self.cell.line + leading_blank_lines(self.cell.source)

    def chapter_line(self, line: int) -> int:
        """Translate a line of the file of the package into one of the chapter's file."""
        return self.source_line + line - self.first_line


@dataclass(frozen=True)
class TangledFile:
    """A file of the package: its blocks in reading order, and the text they make."""

    target: str
    blocks: tuple[Block, ...]
    text: str


def assemble(chapters: Sequence[Chapter]) -> dict[str, TangledFile]:
    """Put the files of the package together, in memory.

    Parameters
    ----------
    chapters : sequence of Chapter
        In reading order.

    Returns
    -------
    dict of str to TangledFile
        By file, in the order in which the book begins them.

    Raises
    ------
    BookError
        With every problem that was found, each with its chapter and line.
    """
    return dict(_assembled(tuple(chapters)))


@lru_cache(maxsize=4)  # every listing of the site asks for all files
def _assembled(chapters: tuple[Chapter, ...]) -> dict[str, TangledFile]:
    cells = [cell for chapter in chapters for cell in chapter.package_cells]
    problems = [
        at(cell.chapter, cell.line, p) for cell in cells for p in _problems_of_target(cell)
    ]
    refuse([*problems, *problems_of_order(chapters)])
    grouped: dict[str, list[Cell]] = {}
    for cell in cells:
        grouped.setdefault(str(cell.target), []).append(cell)
    refuse(_problems_of_rooms(grouped))
    files = {target: _assemble_file(target, members) for target, members in grouped.items()}
    refuse(problem for file in files.values() for problem in _problems_of_whole(file))
    return files


def _problems_of_rooms(grouped: Mapping[str, Sequence[Cell]]) -> Iterator[str]:
    """Find folders below the package that no cell makes a package of their own."""
    for target, cells in grouped.items():
        room = PurePosixPath(target).parent
        if room != PACKAGE and f"{room}/__init__.py" not in grouped:
            first = cells[0]
            message = (
                f"{room} has no __init__.py; a cell for {room}/__init__.py says what it holds"
            )
            yield at(first.chapter, first.line, message)


def _problems_of_whole(file: TangledFile) -> Iterator[str]:
    """Find what is wrong with a file though each of its cells is right by itself."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the linter reports doubtful syntax
            compile(file.text, file.target, "exec", dont_inherit=True)
    except SyntaxError as error:
        line = error.lineno or 1
        block = next(block for block in reversed(file.blocks) if block.first_line <= line)
        message = f"syntax error in {file.target}: {error.msg}"
        yield at(block.cell.chapter, block.chapter_line(line), message)


def _problems_of_target(cell: Cell) -> Iterator[str]:
    target = str(cell.target)
    *rooms, module = PurePosixPath(target).with_suffix("").parts[1:] or [""]
    if not re.fullmatch(rf"{PACKAGE}/(?:[a-z_][a-z0-9_]*/)?[a-z_][a-z0-9_]*\.py", target):
        yield (
            f"a cell of the package goes to {PACKAGE}/<module>.py or {PACKAGE}/<room>/<module>.py,"
            f" in lower case, got {target!r}"
        )
    for name in (*rooms, module):
        if keyword.iskeyword(name):
            yield f"{target!r} could not be imported: {name} is a word of the language"
    if _is_empty(cell.source):
        yield f"an empty cell for {target}; write its code or drop the option"


def _is_empty(source: str) -> bool:
    try:
        return not _statements(source)
    except SyntaxError:
        return False  # reported with its line by those who read the names


def _assemble_file(target: str, cells: Sequence[Cell]) -> TangledFile:
    lines = HEADER.format(digest="").count("\n") + 1
    blocks: list[Block] = []
    body = ""
    for cell in cells:
        caption = caption_of(cell)
        text = cell.source.strip("\n")
        if blocks:
            body += separator(blocks[-1].text, text, is_first=len(blocks) == 1)
        first = lines + body.count("\n") + 2
        last = first + text.count("\n")
        blocks.append(Block(target, cell, caption, text, first, last))
        body += f"{caption}\n{text}\n"
    return TangledFile(target, tuple(blocks), with_header(f"\n{body}"))


def separator(above: str, below: str, *, is_first: bool) -> str:
    """Give the blank lines between two blocks, as many as the formatter would leave there.

    That is two, but one below a docstring that is alone in the file's first block.
    """
    definitions = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    if is_first and _is_docstring(above) and not isinstance(_statements(below)[0], definitions):
        return "\n"
    return "\n\n"


def _is_docstring(text: str) -> bool:
    body = _statements(text)
    return (
        len(body) == 1
        and isinstance(body[0], ast.Expr)
        and isinstance(body[0].value, ast.Constant)
        and isinstance(body[0].value.value, str)
    )


def _statements(text: str) -> list[ast.stmt]:
    return ast.parse(text).body


def caption_of(cell: Cell) -> str:
    """Name the page and the section that a block comes from, so that a reader finds them.

    No line number: a new sentence in a chapter must not change the package.
    """
    caption = f"# From {cell.chapter}"
    room = LINE_LENGTH - len(caption) - len(', ""')
    if cell.heading is None or room < SHORTEST_HEADING:
        return caption
    return f'{caption}, "{textwrap.shorten(cell.heading, room, placeholder=" …")}"'


def leading_blank_lines(source: str) -> int:
    """Count the empty lines before the first that is not."""
    return len(source) - len(source.lstrip("\n"))


def with_header(body: str) -> str:
    """Put the header on top of a file's text, with the text's digest."""
    return HEADER.format(digest=digest_of(body)) + body


def digest_of(body: str) -> str:
    """Shorten a file's text to what the header holds to tell an edit by hand."""
    return hashlib.sha256(body.encode()).hexdigest()[:16]


def split_header(text: str) -> tuple[str, str] | None:
    """Split a tangled file into the digest that its header states and the rest.

    Returns None for text that does not begin with the header.
    """
    match = HEADER_PATTERN.match(text)
    return (match["digest"], text[match.end() :]) if match else None


def is_untouched(text: str) -> bool:
    """Tell whether a file is as some tangle wrote it."""
    split = split_header(text)
    return split is not None and digest_of(split[1]) == split[0]


def tangle(root: Path, *, force: bool = False) -> list[str]:
    """Write the package.

    Parameters
    ----------
    root : Path
        The folder that holds ``book/`` and ``nnmath/``.
    force : bool
        Overwrite files that were edited by hand.

    Returns
    -------
    list of str
        A line for each file that was written or removed.

    Raises
    ------
    BookError
        With every problem that was found; nothing has been written then.
    """
    with locked(root):
        files = assemble(read_book(root))
        present = read_package(root)
        stray = [path for path in present if path not in files]
        edited = [path for path in files if _would_be_lost(present.get(path), files[path].text)]
        refuse(
            [
                *(_foreign(path) for path in stray if not is_untouched(present[path])),
                *(_edited(path) for path in edited if not force),
            ]
        )
        changes: dict[PurePosixPath, bytes | None] = {
            PurePosixPath(target): file.text.encode()
            for target, file in files.items()
            if present.get(target) != file.text
        }
        changes.update({PurePosixPath(path): None for path in stray})
        replace_files(root, changes)
    return [f"{'removed' if new is None else 'wrote'} {path}" for path, new in changes.items()]


def read_package(root: Path) -> dict[str, str]:
    """Read every Python file under ``nnmath/``, by its path relative to `root`.

    Raises
    ------
    BookError
        If a file is a link, which could lead anywhere, or is no text.
    """
    problems = []
    present = {}
    for file in sorted((root / PACKAGE).rglob("*")):
        path = file.relative_to(root).as_posix()
        if file.is_symlink():
            problems.append(at(path, None, "is a link; the package holds real files only"))
        elif file.suffix.lower() in (".py", ".pyi") and file.is_file():
            try:
                present[path] = file.read_bytes().decode()
            except UnicodeDecodeError as error:
                problems.append(at(path, None, f"must be UTF-8 text: {error}"))
    refuse(problems)
    return present


def _would_be_lost(present: str | None, new: str) -> bool:
    """Tell whether overwriting a file would lose what someone wrote there."""
    if present is None or not present.strip() or is_untouched(present):
        return False
    was, will_be = split_header(present), split_header(new)
    return was is None or will_be is None or was[1] != will_be[1]


def _foreign(path: str) -> str:
    message = (
        "code that stands in no cell; move it into a cell of a chapter, or delete the file"
    )
    return at(path, None, message)


def _edited(path: str) -> str:
    return at(
        path,
        None,
        "edited by hand; carry the edit into its chapter with `python -m literate untangle`, or"
        " drop it with `python -m literate tangle --force`",
    )


def check(root: Path) -> None:
    """Compare the package with the chapters byte for byte, and change neither.

    The equations are looked at too: none may stand without a check.

    Raises
    ------
    BookError
        If they differ, with a difference for each file and what to do, or if an equation breaks a
        rule.
    """
    with locked(root, writes=False):
        chapters = read_book(root)
        files = assemble(chapters)
        present = read_package(root)
    problems = list(Ledger(chapters).problems())
    for chapter in chapters:
        problems += problems_of_assertions(chapter)
        problems += problems_of_hiding(chapter)
    for target, file in files.items():
        if target not in present:
            problems.append(at(target, None, "missing; `make tangle` writes it"))
        elif present[target] != file.text:
            problems.append(_difference(target, present[target], file.text))
    problems += [
        at(path, None, "comes from a cell that is gone; `make tangle` removes it")
        if is_untouched(text)
        else _foreign(path)
        for path, text in present.items()
        if path not in files
    ]
    refuse(problems)


def _difference(target: str, present: str, expected: str) -> str:
    lines = list(
        difflib.unified_diff(
            expected.splitlines(keepends=True),
            present.splitlines(keepends=True),
            "from the chapters",
            f"{target} as it is",
            n=1,
        )
    )
    shown = [line.rstrip("\n") if line.endswith("\n") else line for line in lines]
    shown = [repr(line)[1:-1] if not line.isprintable() else line for line in shown]
    if len(shown) > DIFFERENCE_LINES:
        shown = [*shown[:DIFFERENCE_LINES], f"... {len(shown) - DIFFERENCE_LINES} more lines"]
    message = f"differs from the chapters ({UNTANGLE_HELP})"
    return "\n".join([at(target, None, message), *(f"    {line}" for line in shown)])
