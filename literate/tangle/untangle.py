"""Going back: an edit made in a file of the package is carried into the cell it came from."""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path, PurePosixPath

from literate.book.chapters import CELL_START, Chapter, read_book, read_chapter, read_text
from literate.errors import BookError, at, refuse
from literate.tangle.file_transactions import locked, replace_files
from literate.tangle.tangle import (
    HEADER,
    Block,
    TangledFile,
    assemble,
    read_package,
    separator,
    split_header,
)


@dataclass(frozen=True)
class Edit:
    """A block of the package and the text that someone gave it."""

    block: Block
    text: str


def untangle(root: Path) -> list[str]:
    """Carry every edit in ``nnmath/`` back into the chapters.

    Parameters
    ----------
    root : Path
        The folder that holds ``book/`` and ``nnmath/``.

    Returns
    -------
    list of str
        A line for each cell that was changed.

    Raises
    ------
    BookError
        If something outside the blocks was edited, or the chapters have changed too, or the
        result would not give exactly the edited files. Nothing has been written then.
    """
    with locked(root):
        chapters = read_book(root)
        files = assemble(chapters)
        present = read_package(root)
        edits = _edits(files, present)
        if not edits:
            return []
        texts = {path: read_text(root, path) for path in {e.block.cell.chapter for e in edits}}
        for edit in reversed(edits):  # from the bottom up, so that the lines above stay valid
            path = edit.block.cell.chapter
            texts[path] = _with_edit(texts[path], edit)
        remade = _assemble_anew(chapters, texts)
        _require_same(remade, present)
        contents = {path: text.encode() for path, text in texts.items()}
        contents |= {
            PurePosixPath(target): file.text.encode()
            for target, file in remade.items()
            if file.text != present[target]
        }
        replace_files(root, contents)
    return [
        f"{edit.block.cell.chapter}:{edit.block.source_line}: carried over from"
        f" {edit.block.target}:{edit.block.first_line}"
        for edit in edits
    ]


def _edits(files: dict[str, TangledFile], present: dict[str, str]) -> list[Edit]:
    """Find all edits, ordered by the place in the book."""
    problems: list[str] = []
    edits: list[Edit] = []
    for target, file in files.items():
        try:
            if target not in present:
                raise BookError(at(target, None, "missing; `make tangle` writes it"))
            edits += _edits_of_file(file, present[target])
        except BookError as error:
            problems += error.problems
    refuse(problems)
    return sorted(edits, key=lambda edit: (edit.block.cell.chapter, edit.block.source_line))


def _edits_of_file(file: TangledFile, text: str) -> list[Edit]:
    if text == file.text:
        return []
    if "\r" in text:
        raise BookError(at(file.target, None, "its line ends were changed; save it with LF"))
    was, now = split_header(file.text), split_header(text)
    if was is None or now is None:
        raise BookError(at(file.target, 1, "its header was edited; put it back"))
    if was[0] != now[0]:
        raise BookError(
            at(
                file.target,
                1,
                "the chapters have changed since this file was tangled; put one side back"
                " (`python -m literate tangle --check` shows how they differ)",
            )
        )
    return [
        Edit(block, text)
        for block, text in zip(file.blocks, _texts(file, now[1]), strict=True)
        if text != block.text
    ]


def _texts(file: TangledFile, body: str) -> list[str]:
    """Cut an edited file at its captions, which must stand as they were."""
    lines = body.split("\n")
    captions = [block.caption for block in file.blocks]
    found = [number for number, line in enumerate(lines) if line in captions]
    if len(found) > len(captions):
        message = (
            'a comment that reads like a block\'s "# From ..." was added; word it otherwise'
        )
        raise BookError(at(file.target, None, message))
    if [lines[number] for number in found] != captions or lines[: found[0]] != [""]:
        message = 'a comment "# From ..." above a block was edited; put it back'
        raise BookError(at(file.target, None, message))
    pieces = [
        "\n".join(lines[begin + 1 : end])
        for begin, end in zip(found, [*found[1:], len(lines)], strict=True)
    ]
    texts = [piece.strip("\n") for piece in pieces]
    refuse(
        problem
        for block, text in zip(file.blocks, texts, strict=True)
        for problem in _problems_of_edit(block, text)
    )
    blanks = [
        separator(above, below, is_first=number == 0)
        for number, (above, below) in enumerate(pairwise(texts))
    ]
    for begin, piece, text, blank in zip(found, pieces, texts, [*blanks, "\n"], strict=True):
        if piece != text + blank:
            line = HEADER.count("\n") + begin + 1
            message = "the blank lines around this block were edited; put them back"
            raise BookError(at(file.target, line, message))
    return texts


def _problems_of_edit(block: Block, text: str) -> Iterator[str]:
    try:
        statements = ast.parse(text).body
    except SyntaxError as error:
        line = block.first_line + (error.lineno or 1) - 1
        yield at(block.target, line, f"syntax error in what was edited: {error.msg}")
        return
    if not statements:
        yield at(block.target, block.first_line, "a whole block was deleted; edit its chapter")


def _with_edit(text: str, edit: Edit) -> str:
    """Put the new source into a chapter's text, and leave every other byte as it is."""
    lines = text.split("\n")
    first = edit.block.source_line - 1
    end = first + edit.block.text.count("\n") + 1
    fence = next(match for line in reversed(lines[:first]) if (match := CELL_START.match(line)))
    new = edit.text.split("\n")
    for number, line in enumerate(new):
        if re.match(rf" {{0,3}}{fence['fence']}", line):
            raise BookError(
                at(
                    edit.block.target,
                    edit.block.first_line + number,
                    f"{line.strip()!r} would end the cell in the chapter; write it otherwise,"
                    " or give the cell a longer fence",
                )
            )
    carriage_return = "\r" if lines[first].endswith("\r") else ""
    return "\n".join([*lines[:first], *(line + carriage_return for line in new), *lines[end:]])


def _assemble_anew(
    chapters: Sequence[Chapter], texts: dict[PurePosixPath, str]
) -> dict[str, TangledFile]:
    return assemble(
        [
            read_chapter(chapter.path, texts[chapter.path])
            if chapter.path in texts
            else chapter
            for chapter in chapters
        ]
    )


def _require_same(remade: dict[str, TangledFile], present: dict[str, str]) -> None:
    """Make sure that tangling the new chapters gives the edited files, their digests apart."""
    refuse(
        at(target, None, "cannot be carried over: tangling would not give the edited text back")
        for target, file in remade.items()
        if _body(file.text) != _body(present.get(target, ""))
    )


def _body(text: str) -> str | None:
    split = split_header(text)
    return split[1] if split else None
