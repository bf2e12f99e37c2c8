"""The book's wrong formulas: small edits that the checks must catch.

Each file ``book/wrong_formulas/<chapter>.yml`` is a list. An entry says what is wrong, quotes the
code and what stands in its place, and names the equations whose checks must fail.
"""

import ast
import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

from literate.book.cell_code import parse_cell, without_texts
from literate.book.chapters import Cell, Chapter
from literate.book.check_cells import checks_that_name
from literate.book.yaml_files import read_yaml
from literate.errors import BookError, at, refuse

FOLDER = PurePosixPath("book/wrong_formulas")

KEYS = ("name", "says", "chapter", "from", "to", "equations")

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class WrongFormula:
    """One edit of one cell.

    Attributes
    ----------
    name : str
        Its name in the book, such as ``mask-at-activation``.
    says : str
        A sentence of MyST that says what is wrong.
    old, new : str
        The code that is replaced, and what replaces it.
    equations : tuple of str
        The labels whose checks must catch it.
    file : PurePosixPath
        The file that holds the entry.
    cell : Cell
        The cell as it should be.
    """

    name: str
    says: str
    old: str
    new: str
    equations: tuple[str, ...]
    file: PurePosixPath
    cell: Cell

    @property
    def edited(self) -> Cell:
        """The cell with the error."""
        return replace(self.cell, source=self.cell.source.replace(self.old, self.new))

    def lines(self) -> tuple[list[str], list[str]]:
        """Give the lines that differ, as they are and with the error, without their indentation."""
        before, after = (cell.source.splitlines() for cell in (self.cell, self.edited))
        matcher = difflib.SequenceMatcher(a=before, b=after, autojunk=False)
        changed = [opcode for opcode in matcher.get_opcodes() if opcode[0] != "equal"]
        start, end = changed[0], changed[-1]
        both = before[start[1] : end[2]], after[start[3] : end[4]]
        margin = min(len(text) - len(text.lstrip()) for part in both for text in part if text)
        return [text[margin:] for text in both[0]], [text[margin:] for text in both[1]]


def read_wrong_formulas(root: Path, chapters: Sequence[Chapter]) -> list[WrongFormula]:
    """Read all files of wrong formulas, in the order of the chapters.

    Parameters
    ----------
    root : Path
        The project's folder.
    chapters : sequence of Chapter
        The book.

    Returns
    -------
    list of WrongFormula
        All of them; none if there is no file.

    Raises
    ------
    BookError
        With every problem, each with its file and entry.
    """
    docnames = [chapter.docname for chapter in chapters]
    files = {
        path.relative_to(root / FOLDER).with_suffix("").as_posix(): path
        for path in sorted((root / FOLDER).rglob("*.yml"))
    }
    problems = [
        at(FOLDER / f"{name}.yml", None, "is named for no chapter of the table of contents")
        for name in files
        if name not in docnames
    ]
    formulas: list[WrongFormula] = []
    for docname in docnames:
        if docname in files:
            try:
                formulas += _read_file(root, files[docname], chapters)
            except BookError as error:
                problems += error.problems
    for formula in formulas:
        first = next(other for other in formulas if other.name == formula.name)
        if first is not formula:
            problems.append(
                f"{formula.file}: {formula.name}: named twice, first in {first.file}"
            )
    refuse(problems)
    return formulas


def _read_file(root: Path, path: Path, chapters: Sequence[Chapter]) -> list[WrongFormula]:
    file = PurePosixPath(path.relative_to(root).as_posix())
    content = read_yaml(path, str(file))
    if not isinstance(content, list):
        raise BookError(at(file, None, f"expected a list of entries with {', '.join(KEYS)}"))
    problems: list[str] = []
    formulas = []
    for number, entry in enumerate(content, 1):
        name = entry.get("name") if isinstance(entry, dict) else None
        where = f"{file}: {name if isinstance(name, str) else f'entry {number}'}"
        found = list(_problems_of_entry(entry, chapters))
        problems += [f"{where}: {problem}" for problem in found]
        if not found:
            formulas.append(_make(entry, file, chapters))
    refuse(problems)
    return formulas


def _problems_of_entry(entry: Any, chapters: Sequence[Chapter]) -> Iterator[str]:
    if not isinstance(entry, dict):
        yield f"expected the keys {', '.join(KEYS)}, got {entry!r}"
        return
    for key in entry:
        if key not in KEYS:
            close = difflib.get_close_matches(str(key), KEYS, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"known are {', '.join(KEYS)}"
            yield f"unknown key {key!r}; {hint}"
    missing = [key for key in KEYS if key not in entry]
    if missing:
        yield f"lacks {', '.join(missing)}"
    if missing or any(key not in KEYS for key in entry):
        return
    for key in ("name", "says", "chapter", "from"):
        if not isinstance(entry[key], str) or not entry[key].strip():
            yield f"{key} must be text, got {entry[key]!r}"
            return
    if not isinstance(entry["to"], str):
        yield f"to must be text (put it in quotes), got {entry['to']!r}"
        return
    if not NAME.fullmatch(entry["name"]):
        yield "name must be in lower case with hyphens, such as mask-at-activation"
    yield from _problems_of_equations(entry["equations"], chapters)
    yield from _problems_of_edit(entry, chapters)


def _problems_of_equations(labels: Any, chapters: Sequence[Chapter]) -> Iterator[str]:
    if not isinstance(labels, list) or not labels:
        yield f"equations must be a list of labels such as [eq-z], got {labels!r}"
        return
    known = {label for chapter in chapters for cell in chapter.cells for label in cell.checks}
    for label in labels:
        if label not in known:
            close = difflib.get_close_matches(str(label), known, n=1)
            hint = f"; did you mean {close[0]}?" if close else ""
            yield f"no cell checks the equation {label}{hint}"
    if len(set(map(str, labels))) < len(labels):
        yield "equations names a label twice"


def _problems_of_edit(entry: dict[str, Any], chapters: Sequence[Chapter]) -> Iterator[str]:
    chapter = next((c for c in chapters if c.docname == entry["chapter"]), None)
    if chapter is None:
        yield f"there is no chapter {entry['chapter']!r}"
        return
    old, new = entry["from"], entry["to"]
    places = [cell for cell in chapter.code_cells for _ in range(cell.source.count(old))]
    if len(places) != 1:
        lines = ", ".join(str(_line_in(cell, old)) for cell in dict.fromkeys(places))
        seen = f"{len(places)} times (cells at the lines {lines})" if places else "nowhere"
        yield f"from must stand once in the code cells of {chapter.path}; it stands {seen}: {old}"
        return
    cell = places[0]
    try:
        edited = parse_cell(replace(cell, source=cell.source.replace(old, new)))
    except SyntaxError as error:
        yield f"the edited code of {chapter.path}:{_line_in(cell, old)} is no Python: {error.msg}"
        return
    code, formulas = _code_and_formulas(cell)
    if ast.dump(without_texts(edited)) == code:
        yield f"the edit changes nothing but words: {old}"
    elif _without_comparisons(edited) == formulas:
        yield f"the edit turns an assertion around, and leaves its formula: {old}"
    if isinstance(entry["equations"], list) and not checks_reached(
        cell, entry["equations"], chapters
    ):
        yield (
            f"the cell at {chapter.path}:{cell.line} is no package cell, and no check cell of its"
            " chapter names the equations"
        )


@lru_cache(maxsize=512)  # most cells have several wrong formulas
def _code_and_formulas(cell: Cell) -> tuple[str, str]:
    """Write a cell's code without its texts, whole and without its comparisons."""
    tree = without_texts(parse_cell(cell))
    return ast.dump(tree), _without_comparisons(tree)


def _without_comparisons(tree: ast.Module) -> str:
    """Write code, which has no texts, without the signs with which its assertions compare."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert):
            test = node.test
            while isinstance(test, ast.UnaryOp):
                test = test.operand
            node.test = test
            if isinstance(test, ast.Call) and isinstance(test.func, ast.Attribute):
                test = test.func.value
            if isinstance(test, ast.Compare):
                test.ops = []
    return ast.dump(tree)


def _line_in(cell: Cell, text: str) -> int:
    return cell.line + cell.source.count("\n", 0, cell.source.index(text))


def _make(
    entry: dict[str, Any], file: PurePosixPath, chapters: Sequence[Chapter]
) -> WrongFormula:
    chapter = next(c for c in chapters if c.docname == entry["chapter"])
    cell = next(cell for cell in chapter.code_cells if entry["from"] in cell.source)
    return WrongFormula(
        entry["name"],
        " ".join(entry["says"].split()),
        entry["from"],
        entry["to"],
        tuple(entry["equations"]),
        file,
        cell,
    )


def checks_reached(
    cell: Cell, labels: Sequence[str], chapters: Sequence[Chapter]
) -> list[tuple[str, int]]:
    """Select the checks of some equations that an edit of a cell can reach.

    An edit of the package reaches every chapter, one of another cell its own chapter only.
    """
    reached = [chapter for chapter in chapters if cell.target or chapter.path == cell.chapter]
    return checks_that_name(labels, reached)
