"""Where the cells of the book define the names of the package, and where they use them."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from literate.book.chapters import Cell, Chapter

PACKAGE = "nnmath"


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
        module = module_of(cell)
        for node in ast.parse(cell.source).body:
            for name in _names_bound(node):
                self.homes.setdefault(f"{module}.{name}", chapter.docname)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PACKAGE):
                for alias in node.names:
                    name = f"{module}.{alias.asname or alias.name}"
                    self.passed_on.setdefault(name, f"{node.module}.{alias.name}")

    def _mentions_of(self, chapter: Chapter) -> Iterator[tuple[str, list[Mention]]]:
        known: dict[str, str] = {}
        for cell in chapter.code_cells:
            code = cell.source.strip("\n")
            try:
                tree = ast.parse(code)
            except SyntaxError:
                continue  # a line for the shell, or what a chapter shows Python to refuse
            module = module_of(cell) if cell.target else None
            reader = _Reader(self, code, tree, known, module)
            reader.visit(tree)
            yield code, reader.mentions


class _Reader(ast.NodeVisitor):
    """Reads one cell, and keeps what the cells after it know."""

    def __init__(
        self,
        names: Names,
        code: str,
        tree: ast.Module,
        known: dict[str, str],
        module: str | None,
    ) -> None:
        self.names = names
        self.lines = code.split("\n")
        self.known = known
        self.module = module
        self.hidden: list[set[str]] = []
        self.mentions: list[Mention] = []
        for node in tree.body if module else ():
            known.update({name: f"{module}.{name}" for name in _names_bound(node)})

    def note(
        self, name: str, node: ast.expr | ast.alias, word: str, *, defines: bool = False
    ) -> None:
        """Note a mention of a word at the place of a node, if the name is of the package."""
        found = self.names.resolve(name)
        text = self.lines[node.lineno - 1]
        start = len(text.encode()[: node.col_offset].decode())
        if found and text[start : start + len(word)] == word:
            end = start + len(word)
            self.mentions.append(Mention(found, node.lineno, start, end, defines))

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            name = f"{node.module}.{alias.name}"
            self.note(name, alias, alias.name)
            self.bind(alias.asname or alias.name, name)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            top = alias.name.partition(".")[0]
            self.bind(alias.asname or top, alias.name if alias.asname else top)

    def bind(self, word: str, name: str | None) -> None:
        """Know what a word stands for from here on, or that it is nothing of the package."""
        if self.hidden:
            return
        if name and name.split(".")[0] == PACKAGE:
            self.known[word] = name
        else:
            self.known.pop(word, None)

    def visit_Name(self, node: ast.Name) -> None:
        if any(node.id in names for names in self.hidden):
            return
        own = self.module and self.names.homes.get(f"{self.module}.{node.id}")
        if isinstance(node.ctx, ast.Store):
            if own and not self.hidden:
                self.note(f"{self.module}.{node.id}", node, node.id, defines=True)
            else:
                self.bind(node.id, None)
        elif node.id in self.known:
            self.note(self.known[node.id], node, node.id)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.define(node)
        for part in (*node.decorator_list, node.args, node.returns):
            if part is not None:
                self.visit(part)
        given = node.args
        names = {a.arg for a in (*given.posonlyargs, *given.args, *given.kwonlyargs)}
        names |= {a.arg for a in (given.vararg, given.kwarg) if a}
        self.inside(node.body, names)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815 - the visitor's own spelling

    def visit_Lambda(self, node: ast.Lambda) -> None:
        names = {argument.arg for argument in (*node.args.posonlyargs, *node.args.args)}
        self.inside([node.body], names)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.define(node)
        for part in (*node.decorator_list, *node.bases, *node.keywords):
            self.visit(part)
        # the names of a class's methods and fields are no names in its methods
        self.hidden.append(set())
        for statement in node.body:
            self.visit(statement)
        self.hidden.pop()

    def inside(self, body: Sequence[ast.AST], names: set[str]) -> None:
        """Visit the body of a function, whose own names hide those outside."""
        own = set(names)
        for part in body:
            for node in ast.walk(part):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    own.add(node.id)
                elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                    own.add(node.name)
        self.hidden.append(own)
        for part in body:
            self.visit(part)
        self.hidden.pop()

    def define(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
        """Note a definition of the package, or forget a name that a chapter defines for itself."""
        if self.hidden:
            return
        name = f"{self.module}.{node.name}"
        if not self.module or name not in self.names.homes:
            self.bind(node.name, None)
            return
        text = self.lines[node.lineno - 1]
        start = text.index(node.name, node.col_offset)
        end = start + len(node.name)
        self.mentions.append(Mention(name, node.lineno, start, end, defines=True))


def module_of(cell: Cell) -> str:
    """Give the dotted name of the module that a cell of the package goes to."""
    return str(cell.target).removesuffix(".py").replace("/", ".").removesuffix(".__init__")


def _names_bound(node: ast.stmt) -> Iterator[str]:
    """Yield what a statement of a module defines; what it imports is not among it."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        yield from (target.id for target in targets if isinstance(target, ast.Name))
