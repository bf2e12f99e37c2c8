"""A new chapter: its page, its wrong formulas, its tests, its place in the table of contents.

All places are filled in, so that the book builds with it as it is.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from literate.book.chapters import Chapter, read_book
from literate.book.equations import MEANINGS
from literate.book.toc import TOC
from literate.book.wrong_formulas import FOLDER
from literate.errors import BookError, at
from literate.tangle.file_transactions import locked, replace_files
from literate.tangle.tangle import PACKAGE

TEMPLATES = Path(__file__).parent / "templates"
NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def new_chapter(root: Path, name: str, title: str, part: str | None = None) -> list[str]:
    """Write a chapter from the template, at the end of a part.

    Parameters
    ----------
    root : Path
        The project's folder.
    name : str
        The name of its file, such as ``output_error``.
    title : str
        Its heading.
    part : str or None
        The caption of a numbered part; the last one if None.

    Returns
    -------
    list of str
        The files that were written.

    Raises
    ------
    BookError
        If the name is malformed or taken, the title empty, or the part unknown.
    """
    if not NAME.fullmatch(name):
        raise BookError(f"a chapter is named as output_error, got {name!r}")
    if not title.strip() or title != title.strip() or "\n" in title:
        raise BookError(f"a title is one line of text, got {title!r}")
    with locked(root):
        toc = (root / TOC).read_text(encoding="utf-8")
        entries = _entries_of_part(toc, part)
        room = _room_of(entries, read_book(root))
        words = {"NAME": name, "SLUG": name.replace("_", "-"), "TITLE": title, "ROOM": room}
        files = {
            TOC.parent / f"{name}.md": "chapter.md",
            FOLDER / f"{name}.yml": "wrong_formulas.yml",
            PurePosixPath("tests/chapters") / f"test_{name}.py": "tests.txt",
        }
        for path in (*files, PACKAGE / room / f"{name}.py"):
            if (root / path).exists():
                raise BookError(at(path, None, f"is there; the name {name} is taken"))
        changes = {path: _filled(template, words) for path, template in files.items()}
        changes[TOC] = _with_entry(toc, entries[-1], name).encode()
        if (root / MEANINGS).exists():
            known = (root / MEANINGS).read_bytes()
            changes[MEANINGS] = known + _filled("equation_meanings.yml", words)
        replace_files(root, changes)
    return [str(path) for path in changes]


def _filled(template: str, words: Mapping[str, str]) -> bytes:
    text = (TEMPLATES / template).read_text(encoding="utf-8")
    filled = re.sub("|".join(words), lambda match: words[match[0]], text)
    return filled.encode()


def _entries_of_part(toc: str, caption: str | None) -> list[str]:
    """List the files of a numbered part."""
    parts = {
        part.get("caption"): part
        for part in yaml.safe_load(toc).get("parts", [])
        if part.get("numbered")
    }
    wanted = next(reversed(parts), None) if caption is None else caption
    if wanted not in parts:
        known = ", ".join(map(str, parts)) or "none"
        raise BookError(at(TOC, None, f"the numbered parts are {known}; got {wanted!r}"))
    return list(_files_in(parts[wanted]))


def _files_in(item: Mapping[str, Any]) -> Iterator[str]:
    for entry in [*item.get("chapters", []), *item.get("sections", [])]:
        yield entry["file"]
        yield from _files_in(entry)


def _room_of(entries: list[str], chapters: list[Chapter]) -> str:
    """Find the folder of the package that most package cells of a part build in."""
    rooms = Counter(
        PurePosixPath(cell.target).parent.name
        for chapter in chapters
        for cell in chapter.package_cells
        if chapter.docname in entries and cell.target and cell.target.count("/") > 1
    )
    if not rooms:
        raise BookError(at(TOC, None, f"no chapter of {entries} builds in a folder of nnmath/"))
    return rooms.most_common(1)[0][0]


def _with_entry(toc: str, last: str, name: str) -> str:
    """Put an entry below the last one of a part."""
    line = re.search(rf"^( *)- file: {re.escape(last)}(\.md)?[ \t]*$", toc, re.MULTILINE)
    if not line:
        raise BookError(at(TOC, None, f"expected a line '- file: {last}'"))
    return f"{toc[: line.end()]}\n{line[1]}- file: {name}{toc[line.end() :]}"
