"""Where the cells of the book define the names of the package, and where they use them."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from literate.book.chapters import PACKAGE, Cell, Chapter
from literate.book.python_names import Bind, Delete, Event, Import, Read, events_of


@dataclass(frozen=True)
class Mention:
    """A place in the code of a cell where a name of the package stands.

    Attributes
    ----------
    name : str
        Its full name, such as ``nnmath.model.activations.relu``, where it is defined.
    line : int
        The line of the cell's code, counted from 1, without blank lines above.
    start, end : int
        The letters of the line, counted from 0; the end is not included.
    defines : bool
        Whether it is the definition.
    """

    name: str
    line: int
    start: int
    end: int
    defines: bool


class Names:
    """The names of the package, and every mention of them in the cells of the book.

    Parameters
    ----------
    chapters : sequence of Chapter
        In reading order.

    Attributes
    ----------
    homes : dict of str to str
        The page that defines each name, by its full name.
    mentions : dict of str to list
        For each page its code cells, each with its code and the mentions in it.
    """

    def __init__(self, chapters: Sequence[Chapter]) -> None:
        self.homes: dict[str, str] = {}
        # the names that a module imports from another of the package
        self.passed_on: dict[str, str] = {}
        for chapter in chapters:
            for cell in chapter.package_cells:
                self._read_package_cell(chapter, cell)
        self.mentions = {c.docname: list(self._mentions_of(c)) for c in chapters}

    def resolve(self, name: str) -> str | None:
        """Find the full name under which something is defined, through imports of the package."""
        seen = set()
        while name not in self.homes and name in self.passed_on and name not in seen:
            seen.add(name)
            name = self.passed_on[name]
        return name if name in self.homes else None

    def uses(self) -> dict[str, list[str]]:
        """List for each name the pages that use it, except its own."""
        found: dict[str, dict[str, None]] = {}
        for docname, cells in self.mentions.items():
            for _, mentions in cells:
                for mention in mentions:
                    if not mention.defines and self.homes[mention.name] != docname:
                        found.setdefault(mention.name, {})[docname] = None
        return {name: list(pages) for name, pages in found.items()}

    def _read_package_cell(self, chapter: Chapter, cell: Cell) -> None:
        for event in events_of(ast.parse(cell.source)):
            if not isinstance(event, Bind):
                continue
            name = f"{cell.module}.{event.name}"
            if event.origin is None:
                self.homes.setdefault(name, chapter.docname)
            elif _of_package(event.origin):
                self.passed_on.setdefault(name, event.origin)

    def _mentions_of(self, chapter: Chapter) -> Iterator[tuple[str, list[Mention]]]:
        # what the words of the cells so far stand for, if it is something of the package
        known: dict[str, str] = {}
        for cell in chapter.code_cells:
            code = cell.source.strip("\n")
            try:
                tree = ast.parse(code)
            except SyntaxError:
                continue  # a line for the shell, or what a chapter shows Python to refuse
            events = events_of(tree)
            if cell.target:
                own = {e.name: f"{cell.module}.{e.name}" for e in events if isinstance(e, Bind)}
                known |= {word: name for word, name in own.items() if name in self.homes}
            mentions = []
            for event in events:
                name = self.resolve(_name_behind(event, cell.module, known) or "")
                place = name and _place_of(event, code)
                if name and place:
                    defines = isinstance(event, Bind)
                    mentions.append(Mention(name, event.line, *place, defines))
            yield code, mentions


def _name_behind(event: Event, module: str, known: dict[str, str]) -> str | None:
    """Give the full name of what an event of a cell defines, reads or imports; keep `known`."""
    match event:
        case Import(name=str(name)):
            return f"{event.module}.{name}"
        case Read():
            return event.origin or known.get(event.name)
        case Bind(origin=None) if known.get(event.name) == f"{module}.{event.name}":
            return known[event.name]
        case Bind(origin=str(origin)) if _of_package(origin):
            known[event.name] = origin
        case Bind() | Delete():
            known.pop(event.name, None)
    return None


def _of_package(name: str) -> bool:
    return name.partition(".")[0] == PACKAGE


def _place_of(event: Event, code: str) -> tuple[int, int] | None:
    """Find the letters of the line that an event's word takes; None in a text within the code."""
    word = event.name or ""
    if isinstance(event, Delete):
        return None
    line = code.split("\n")[event.line - 1]
    start = len(line.encode()[: event.column].decode())
    if isinstance(event, Bind):
        start = line.find(word, start)  # after `def` or `class`
    return (start, start + len(word)) if line[start : start + len(word)] == word else None
