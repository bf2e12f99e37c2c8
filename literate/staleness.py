"""What is stale, and why: the one place that knows what outputs, checks, answers, pages depend on.

Each depends on named parts: its own cells, files of the package that they use, data, the lock,
the Python. Code counts as what it does, so an edit of a docstring or a comment makes nothing
stale. What was made is kept with its parts, and is stale when one of them is another today.
"""

import ast
import copy
import hashlib
import platform
import re
import warnings
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property, lru_cache
from itertools import pairwise
from pathlib import Path

from literate import HOME, KEPT_RUNS, MACHINE
from literate.book.cell_code import parse_cell, without_texts
from literate.book.chapters import Cell, Chapter, module_of
from literate.book.notation import NOTATION
from literate.book.wrong_formulas import FOLDER as WRONG_FORMULAS
from literate.tangle.tangle import PACKAGE, assemble

Parts = Mapping[str, str]
"""What something depends on: by the name of each part, a digest of it."""

CELLS = "its own cells"
PYTHON = "Python"
LOCK = "requirements.txt"
MACHINERY = "the machine"

EVERYTHING = "everything"
"""The entry of a file of kept results that has the digest of all that they can depend on."""

DATA = PACKAGE / "data"
STYLE, STYLE_FILE = f"{PACKAGE}.book", PACKAGE / "book.mplstyle"
MEASURED = "benchmarks/results.json"
"""What the fast step took beside other libraries; the chapter on speed shows it."""

KEEPS = ("NNMATH_RUNS", "NNMATH_KEPT", Path(KEPT_RUNS).name)
"""Words in the code that reads kept results."""

READS_TEXT = frozenset({"__doc__", "getdoc", "help", "doctest", "testmod"})
"""Names by which code looks at docstrings. The book asks `inspect.getsource` only for digests of
kept results, which leave docstrings and comments out as well."""

RAISES = "raises-exception"
"""The tag of a cell that shows an error: the lines around it stand in its output."""

MADE = frozenset({"__pycache__", "_build"})

MODULE_OPTION = re.compile(r"-m\s+([A-Za-z_][\w.]*)")


def digest_of(*texts: str) -> str:
    """Shorten texts to sixteen hexadecimal digits."""
    total = hashlib.sha256()
    for text in texts:
        total.update(hashlib.sha256(text.encode()).digest())
    return total.hexdigest()[:16]


def digest_of_files(root: Path, *names: str) -> str:
    """Shorten the names and contents of files, and of all files in folders, to a digest."""
    total = hashlib.sha256()
    for path in files_of(root, *names):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"{path.relative_to(root).as_posix()} {content}\n".encode())
    return total.hexdigest()[:16]


def files_of(root: Path, *names: str) -> Iterator[Path]:
    """Find files, and all files in folders, but nothing that Python or a build has made there."""
    for name in names:
        path = root / name
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and MADE.isdisjoint(file.relative_to(path).parts):
                yield file


# Code as what it does


@lru_cache(maxsize=1000)
def parsed(text: str) -> ast.Module:
    """Parse a module, and take the docstrings out."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the linter reports doubtful syntax
        return without_texts(ast.parse(text))


@lru_cache(maxsize=20_000)
def bare(statement: ast.stmt) -> ast.Module:
    """Copy a statement, without what it only says."""
    return without_texts(ast.Module([copy.deepcopy(statement)], []))


@lru_cache(maxsize=20_000)
def dumped(tree: ast.AST) -> str:
    """Write a tree down, without the places of its nodes."""
    return ast.dump(tree)


@lru_cache(maxsize=4000)
def tree_of_cell(cell: Cell) -> ast.Module:
    """Parse a cell, without what it only says."""
    return without_texts(parse_cell(cell), of_cell=True)


def looks_at_text(trees: Iterable[ast.AST]) -> bool:
    """Tell whether code looks at the text of code."""
    return any(
        getattr(node, "id", None) in READS_TEXT or getattr(node, "attr", None) in READS_TEXT
        for tree in trees
        for node in ast.walk(tree)
    )


def strings_in(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Yield the strings among the nodes of a tree."""
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


# Imports


def references_in(tree: ast.AST, package: str, modules: Container[str]) -> Iterator[str]:
    """Yield what code takes from a package, as dotted names; ``package.*`` is everything in it.

    A string that names one of its modules, or is a program that imports one, counts as an import.
    """
    bound: dict[str, str] = {}
    nodes = list(ast.walk(tree))
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            if node.level:
                yield f"{package}.*"
            elif _is_in(node.module or "", package):
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if _is_in(alias.name, package):
                    yield alias.name
                    bound[alias.asname or package] = alias.name if alias.asname else package
    yield from _attributes_in(nodes, bound)
    for text in strings_in(nodes):
        yield from _references_in_text(text, package, modules)
    yield from _modules_run(nodes, package)


@lru_cache(maxsize=40_000)
def _all_references(tree: ast.AST, package: str, modules: frozenset[str]) -> tuple[str, ...]:
    return tuple(references_in(tree, package, modules))


def _is_in(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def _attributes_in(nodes: Sequence[ast.AST], bound: Mapping[str, str]) -> Iterator[str]:
    """Yield what is read of modules that have been imported under the names `bound`."""
    if not bound:
        return
    with_attribute = set()
    for node in nodes:
        if isinstance(node, ast.Attribute):
            names, value = [node.attr], node.value
            while isinstance(value, ast.Attribute):
                names, value = [value.attr, *names], value.value
            if isinstance(value, ast.Name) and value.id in bound:
                with_attribute.add(value)
                yield ".".join([bound[value.id], *names])
    for node in nodes:
        if isinstance(node, ast.Name) and node.id in bound and node not in with_attribute:
            yield f"{bound[node.id]}.*"


def _references_in_text(text: str, package: str, modules: Container[str]) -> Iterator[str]:
    """Yield what a string names: a module, or what a program for Python imports."""
    if package not in text:
        return
    if text != package and text in modules:
        yield text
    elif text.startswith(f"{package}.") and text.endswith("."):  # the rest is computed
        yield f"{package}.*"
    elif "import" in text:
        try:
            program = ast.parse(text)
        except SyntaxError:
            return
        yield from references_in(program, package, modules)


def _modules_run(nodes: Iterable[ast.AST], package: str) -> Iterator[str]:
    """Yield the modules that lists of words name after ``-m``."""
    for node in nodes:
        words = getattr(node, "elts", None) or getattr(node, "args", None)
        if isinstance(words, list):
            values = [getattr(word, "value", None) for word in words]
            for option, name in pairwise(values):
                if option == "-m" and isinstance(name, str) and _is_in(name, package):
                    yield f"{name}.__main__"


@lru_cache(maxsize=40_000)
def modules_in_lines(tree: ast.AST) -> tuple[str, ...]:
    """Name the modules that strings have after ``-m``, as a line for the shell does."""
    found = (MODULE_OPTION.findall(text) for text in strings_in(ast.walk(tree)))
    return tuple(f"{name}.__main__" for names in found for name in names)


class Modules:
    """The modules of a package, from their texts, and which of them lie behind code.

    A name of the front door, ``nnmath/__init__.py``, leads to the module that it is imported from,
    and not to everything that the front door imports.

    Parameters
    ----------
    package : str
        Its name.
    texts : mapping of str to str
        By file, such as ``nnmath/model/costs.py``.
    runs_lines : bool
        Whether a string with ``-m nnmath`` in it may be a line for the shell, and not only advice.
    """

    def __init__(
        self, package: str, texts: Mapping[str, str], *, runs_lines: bool = True
    ) -> None:
        self.package = package
        self.texts = texts
        self.runs_lines = runs_lines
        self.files = {module_of(file): file for file in texts}
        self._names = frozenset(self.files)
        self._digests: dict[str, str] = {}
        # what a module is and passes on does not change, and is asked for each piece of code
        self._resolved = cache(lambda name: list(self._resolve(name)))
        self._own_code = cache(self._find_own_code)
        self._door = cache(self._find_door)

    def behind(self, trees: Iterable[ast.AST]) -> dict[str, str]:
        """Name the files that code uses, directly or not, each with a digest of what it does."""
        found: dict[str, set[str]] = {}
        waiting = [name for tree in trees for name in self._references_in(tree)]
        seen: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            for module, by in self._resolved(name):
                if module not in found:
                    waiting += self._used_by(module)
                found.setdefault(module, set()).update(by)
        digests = {self.files[m]: self._digest(m, by) for m, by in sorted(found.items())}
        return {file: digest for file, digest in digests.items() if digest}

    def _resolve(self, name: str) -> Iterator[tuple[str, list[str]]]:
        """Find the modules that a dotted name leads to, and the way through a front door."""
        parts = name.split(".")
        lengths = range(len(parts), 0, -1)
        module = next((m for n in lengths if (m := ".".join(parts[:n])) in self.files), None)
        if module is None:
            return
        rest = parts[module.count(".") + 1 :]
        for length in range(1, module.count(".") + 1):
            above = ".".join(parts[:length])
            if above in self.files:
                yield above, []
        yield module, []
        if not rest or not self._is_front_door(module):
            return
        door = self._door(module)
        if rest[0] in door:
            yield module, [f"{rest[0]}={door[rest[0]]}"]
            yield from self._resolve(".".join([door[rest[0]], *rest[1:]]))
        elif rest[0] not in self._defined_in(module) and not rest[0].startswith("__"):
            yield from ((other, []) for other in self.files if _is_in(other, module))

    def _is_front_door(self, module: str) -> bool:
        return self.files[module].endswith("__init__.py")

    def _find_door(self, module: str) -> dict[str, str]:
        """Say for each name that a front door imports where it comes from."""
        return {
            alias.asname or alias.name: f"{node.module}.{alias.name}"
            for node in parsed(self.texts[self.files[module]]).body
            if isinstance(node, ast.ImportFrom) and _is_in(node.module or "", self.package)
            for alias in node.names
        }

    def _find_own_code(self, module: str) -> list[ast.stmt]:
        """Give what a module does; what a front door only passes on is left out."""
        body = parsed(self.texts[self.files[module]]).body
        if not self._is_front_door(module):
            return body
        return [
            line
            for line in body
            if not (
                isinstance(line, ast.ImportFrom) and _is_in(line.module or "", self.package)
            )
        ]

    def _defined_in(self, module: str) -> set[str]:
        """Name what the statements of a front door bind."""
        nodes = [node for line in self._own_code(module) for node in ast.walk(line)]
        return {
            str(getattr(node, "id", None) or getattr(node, "name", None))
            for node in nodes
            if isinstance(node, ast.Name | ast.FunctionDef | ast.ClassDef)
        }

    def _used_by(self, module: str) -> list[str]:
        """Say what a module takes from the package; nothing if it only passes names on."""
        if not self._own_code(module):
            return []
        return self._references_in(parsed(self.texts[self.files[module]]))

    def _references_in(self, tree: ast.AST) -> list[str]:
        names = _all_references(tree, self.package, self._names)
        return [*names, *modules_in_lines(tree)] if self.runs_lines else list(names)

    def _digest(self, module: str, by: Iterable[str]) -> str:
        """Shorten what a module does to a digest; nothing for a front door not gone through."""
        way = sorted(by)
        own = self._own_digest(module)
        return digest_of(own, *way) if way else own

    def _own_digest(self, module: str) -> str:
        if module not in self._digests:
            code, text = self._own_code(module), self.texts[self.files[module]]
            said = [text] if looks_at_text(code) else list(map(ast.dump, code))
            self._digests[module] = digest_of(*said) if code else ""
        return self._digests[module]


@lru_cache(maxsize=20_000)
def files_read_by(tree: ast.AST) -> tuple[str, ...]:
    """Name the files and folders of the project that code reads, as far as it says so."""
    nodes = list(ast.walk(tree))
    words = set(strings_in(nodes))
    asks = any(getattr(node, "id", "") == "files" for node in nodes)
    found = {
        str(DATA): asks and str(PACKAGE) in words,
        str(STYLE_FILE): STYLE in words,
        MEASURED: any(Path(MEASURED).name in word for word in words),
        KEPT_RUNS: any(keeps in word for keeps in KEEPS for word in words),
    }
    return tuple(name for name, reads in found.items() if reads)


# What things depend on


def digest_of_everything(root: Path, chapters: Sequence[Chapter]) -> str:
    """Shorten to a digest all that outputs, checks and answers can depend on.

    The words of chapters are no part of it. While it stays the same, whatever was found not to be
    stale is not stale, and the parts need not be compared one by one.
    """
    cells = (
        f"{cell.chapter} {cell.index} {cell.metadata} {cell.source}"
        for chapter in chapters
        for cell in chapter.code_cells
    )
    files = (LOCK, str(DATA), str(STYLE_FILE), MEASURED, KEPT_RUNS, str(WRONG_FORMULAS))
    return digest_of(
        *cells,
        digest_of_files(root, *files),
        digest_of_files(HOME, MACHINE.name),
        platform.python_version(),
    )


class Dependencies:
    """Says what a book's cells depend on.

    Parameters
    ----------
    root : Path
        The project's folder.
    chapters : sequence of Chapter
        The whole book, which builds the package.
    """

    def __init__(self, root: Path, chapters: Sequence[Chapter]) -> None:
        self.root = root
        self.chapters = chapters
        self._files: dict[str, str] = {}

    @cached_property
    def modules(self) -> Modules:
        """The modules of the package."""
        texts = {target: file.text for target, file in assemble(self.chapters).items()}
        return Modules(str(PACKAGE), texts)

    def of_cells(self, cells: Sequence[Cell]) -> dict[str, str]:
        """Name what the outputs of cells depend on."""
        trees = [tree_of_cell(cell) for cell in cells]
        if looks_at_text(trees) or any(RAISES in cell.tags for cell in cells):
            own = [f"{cell.source} {cell.tags}" for cell in cells]
            own += self.modules.texts.values()
        else:
            both = zip(trees, cells, strict=True)
            own = [f"{dumped(tree)} {cell.tags}" for tree, cell in both]
        return {CELLS: digest_of(*own), **self.of_code(trees)}

    def of_code(self, trees: Sequence[ast.AST]) -> dict[str, str]:
        """Name what code depends on besides itself."""
        files = self.modules.behind(trees)
        used = [*trees, *(parsed(self.modules.texts[file]) for file in files)]
        others = sorted({name for tree in used for name in files_read_by(tree)})
        return {
            **files,
            **{name: self._digest(name) for name in others},
            LOCK: self._digest(LOCK),
            PYTHON: platform.python_version(),
        }

    def _digest(self, name: str) -> str:
        if name not in self._files:
            self._files[name] = digest_of_files(self.root, name)
        return self._files[name]


@lru_cache(maxsize=1)
def _machine() -> Modules:
    texts = {
        path.relative_to(HOME).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(MACHINE.rglob("*.py"))
    }
    return Modules(MACHINE.name, texts, runs_lines=False)


def digest_of_machine(*modules: str) -> str:
    """Shorten modules of the machine, and all that lie behind them, to a digest.

    Parameters
    ----------
    *modules : str
        Such as ``literate.checks.processes``.

    Returns
    -------
    str
        A digest of what the code does: its docstrings and comments are no part of it.
    """
    program = ast.parse("\n".join(f"import {module}" for module in modules))
    files = _machine().behind([program])
    return digest_of(*(f"{file} {digest}" for file, digest in files.items()))


def digest_of_page_makers(root: Path) -> str:
    """Shorten to a digest what shapes every page without being in it."""
    templates = [path.relative_to(HOME).as_posix() for path in MACHINE.rglob("*.html")]
    return digest_of(
        digest_of_machine(f"{MACHINE.name}.site"),
        digest_of_files(HOME, *sorted(templates)),
        digest_of_files(root, LOCK, str(NOTATION)),
        platform.python_version(),
    )


# Why

NEVER, NEVER_OF_MANY = "it has not run yet", "they have not run yet"


def changes(before: Parts | None, now: Parts) -> list[str]:
    """Say what has changed; nothing if nothing has.

    Parameters
    ----------
    before : mapping of str to str, or None
        The parts when it was made; None if it was not.
    now : mapping of str to str
        The parts today.

    Returns
    -------
    list of str
        Such as ``nnmath/fast/block.py changed``.
    """
    if not isinstance(before, Mapping):  # also what an earlier machine has kept
        return [NEVER]
    said = []
    for name in [*now, *(name for name in before if name not in now)]:
        old, new = before.get(name), now.get(name)
        if old == new:
            continue
        if name == PYTHON:
            said.append(f"Python is {new}, was {old}")
        elif old is None:
            said.append(f"{name} is used now")
        else:
            said.append(f"{name} changed" if new else f"{name} is not used any more")
    return said


def sentence(subject: str, verb: str, reasons: Sequence[str]) -> str:
    """Join reasons to a sentence of one line: *speed runs, because its own cells changed*."""
    if not verb.split(maxsplit=1)[0].endswith("s"):
        reasons = [_of_many(reason) for reason in reasons]
    return f"{subject} {verb}, because {_listed(reasons)}"


def sentences(
    kind: str, one: str, many: str, reasons: Mapping[str, Iterable[str]]
) -> list[str]:
    """Say why things of one kind are made again; those with the same reasons share a sentence.

    Parameters
    ----------
    kind : str
        What stands before the names, such as ``the checks of``.
    one, many : str
        The verb after one name, and after several.
    reasons : mapping of str to iterable of str
        By name; what has none is left out.

    Returns
    -------
    list of str
        Such as ``the checks of modeling and cost run, because requirements.txt changed``.
    """
    alike: dict[tuple[str, ...], list[str]] = {}
    for name, why in reasons.items():
        alike.setdefault(tuple(why), []).append(name)
    return [
        sentence(f"{kind} {_listed(names)}".lstrip(), many if len(names) > 1 else one, why)
        for why, names in alike.items()
        if why
    ]


def _of_many(reason: str) -> str:
    return NEVER_OF_MANY if reason == NEVER else re.sub(r"^its\b", "their", reason)


def _listed(items: Sequence[str]) -> str:
    *rest, last = items if len(items) < 4 else [*items[:2], f"{len(items) - 2} more"]
    return f"{', '.join(rest)} and {last}" if rest else last
