"""The outputs of the chapters: where they are kept, under which key, and which are stale.

They are in the folder of jupyter-cache, where myst-nb looks for them. Beside it is kept what each
chapter's outputs depended on, and how long it took.
"""

import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.cache.main import JupyterCacheBase
from nbformat import NotebookNode
from sqlalchemy import Engine, NullPool, create_engine

from literate.book.chapters import Chapter, read_chapter, read_notebook, read_text
from literate.book.exercises import without_solutions
from literate.build.editions import CLASS, has_solutions
from literate.checks.json_cache import read_cache, write_cache
from literate.checks.kernel_environment import ENVIRONMENT, settings
from literate.errors import BookError, at
from literate.staleness import (
    EVERYTHING,
    Dependencies,
    Parts,
    changes,
    digest_of,
    digest_of_everything,
)

CACHE = Path("_build") / ".jupyter_cache"
NOTEBOOKS = Path("_build") / "jupyter_execute"
KEPT = Path("_build") / "outputs.json"
"""By edition and chapter: what the outputs depended on, where they are, how long they took."""

UNKNOWN = 10.0
"""Seconds that a chapter may take that has never run, if its header does not say how many."""


class OutputsCache(JupyterCacheBase):  # type: ignore[misc]
    """The folder of jupyter-cache, whose database is closed after each use of it."""

    _db: Engine | None

    @property
    def db(self) -> Engine:
        """The database; jupyter-cache itself would keep a connection open."""
        if self._db is None:
            first = super().db
            first.dispose()
            self._db = create_engine(first.url, poolclass=NullPool)
        return self._db


def open_cache(root: Path) -> tuple[OutputsCache, dict[str, int]]:
    """Open jupyter-cache's folder, and list what is in it; a damaged one is made anew."""
    reason = ""
    for _ in range(2):
        try:
            cache = OutputsCache(root / CACHE)
            return cache, {record.hashkey: record.pk for record in cache.list_cache_records()}
        except (
            Exception
        ) as error:  # a damaged database can make its reader raise almost anything
            reason = str(error).partition("\n")[0]
            shutil.rmtree(root / CACHE, ignore_errors=True)
    raise BookError(f"{CACHE}: the outputs cannot be kept there: {reason}")


@dataclass(frozen=True)
class Run:
    """A chapter that must run, and why.

    Attributes
    ----------
    chapter : Chapter
        As this edition shows it.
    notebook : NotebookNode
        Its cells, without outputs at first.
    parts : mapping of str to str
        What its outputs depend on.
    reasons : list of str
        What has changed.
    seconds : float
        How long it took the last time, or may take the first time.
    alone : bool
        Whether it measures time, so that nothing may run beside it.
    """

    chapter: Chapter
    notebook: NotebookNode
    parts: Parts
    reasons: list[str]
    seconds: float
    alone: bool = False

    @property
    def docname(self) -> str:
        """The chapter's page."""
        return self.chapter.docname


class Outputs:
    """The outputs of the chapters in one edition: which are there, and which are stale.

    Parameters
    ----------
    root : Path
        The project's folder.
    chapters : sequence of Chapter
        The whole book.
    solutions : bool
        Whether the edition has the solutions of the exercises.
    """

    def __init__(self, root: Path, chapters: Sequence[Chapter], *, solutions: bool) -> None:
        self.root = root
        self.chapters = {c.docname: c for c in chapters if c.is_notebook}
        self.solutions = solutions
        self.dependencies = Dependencies(root, chapters)
        self.cache, self.records = open_cache(root)
        self.kept = read_cache(root / KEPT)
        self.everything = digest_of(digest_of_everything(root, chapters), *settings())
        self.all_hold = self.kept.pop(EVERYTHING, None) == self.everything

    def runs(self) -> list[Run]:
        """Find the chapters that must run; where only words are others, the outputs stay."""
        return [run for docname in self.chapters if (run := self.run_of(docname)) is not None]

    def run_of(self, docname: str) -> Run | None:
        """Say how a chapter must run, if it must."""
        kept = self.kept.get(_names(docname, self.solutions)[0])
        if (
            kept
            and self.all_hold
            and self.holds(kept["hash"])
            and self.file_of(docname).exists()
        ):
            return None
        path = self.chapters[docname].path
        text = read_text(self.root, path)
        text = text if self.solutions else without_solutions(text)
        chapter, notebook = read_chapter(path, text), read_notebook(path, text)
        parts = {
            **self.dependencies.of_cells(chapter.code_cells),
            ENVIRONMENT: digest_of(*settings()),
        }
        entries = [
            self.kept[name] for name in _names(docname, self.solutions) if name in self.kept
        ]
        for entry in entries:
            if entry["parts"] == parts and self.holds(entry["hash"]):
                self.keep(docname, notebook, entry)
                return None
        last = entries[0] if entries else None
        reasons = changes(last["parts"] if last else None, parts)
        said = notebook.metadata.get("literate", {})
        return Run(
            chapter,
            notebook,
            parts,
            reasons or ["its outputs are lost"],
            seconds=last["seconds"] if last else float(said.get("seconds", UNKNOWN)),
            alone=bool(said.get("alone")),
        )

    def holds(self, key: str) -> bool:
        """Tell whether the outputs of some cells are in the cache."""
        return key in self.records and Path(self.cache.path, "executed", key).is_dir()

    def keep(self, docname: str, notebook: NotebookNode, entry: Mapping[str, Any]) -> None:
        """Go on using outputs; the cells may have got other words since."""
        key = self.key_of(notebook)
        if not (self.holds(key) and self.file_of(docname).exists()):
            filled = self.filled(notebook, entry["hash"])
            self.put(filled, docname, entry["seconds"])
        self.kept[_names(docname, self.solutions)[0]] = {**entry, "hash": key}

    def key_of(self, notebook: NotebookNode) -> str:
        """Name a notebook as jupyter-cache does."""
        return str(self.cache.create_hashed_notebook(notebook)[1])

    def filled(self, notebook: NotebookNode, key: str) -> NotebookNode:
        """Give a notebook the outputs that are in the cache under a key."""
        cells = self.cache.get_cache_bundle(self.records[key]).nb.cells
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        for cell, executed in zip(code, cells, strict=True):
            cell.outputs, cell.execution_count = executed.outputs, executed.execution_count
        return notebook

    def put(self, notebook: NotebookNode, docname: str, seconds: float) -> str:
        """Put an executed notebook into the cache and beside the pages' other notebooks."""
        uri = str(self.root / self.chapters[docname].path)
        bundle = CacheBundleIn(notebook, uri, data={"execution_seconds": seconds})
        record = self.cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
        self.records[record.hashkey] = record.pk
        file = self.file_of(docname)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(nbformat.writes(notebook), encoding="utf-8")  # type: ignore[no-untyped-call]
        return str(record.hashkey)

    def file_of(self, docname: str) -> Path:
        """Say where the executed notebook of a chapter is."""
        folder = NOTEBOOKS if self.solutions else CLASS / NOTEBOOKS
        return self.root / folder / f"{docname}.ipynb"

    def forget(self, run: Run) -> None:
        """Remove the outputs that a run replaces, so that nobody finds them if it fails."""
        self.kept.pop(_names(run.docname, self.solutions)[0], None)
        self.write()

    def accept(self, run: Run, seconds: float) -> None:
        """Keep what a run gave."""
        key = self.put(run.notebook, run.docname, seconds)
        said = digest_of(*(str(cell.get("outputs")) for cell in run.notebook.cells))
        self.kept[_names(run.docname, self.solutions)[0]] = {
            "parts": run.parts,
            "hash": key,
            "outputs": said,
            "seconds": round(seconds, 1),
        }
        self.write()

    def write(self) -> None:
        """Write down what is kept, and remove from the cache what nobody uses any more."""
        names = {name for docname in self.chapters for name in _names(docname, self.solutions)}
        self.kept = {name: entry for name, entry in self.kept.items() if name in names}
        used = {entry["hash"] for entry in self.kept.values()}
        for key in [key for key in self.records if key not in used]:
            with suppress(KeyError):
                self.cache.remove_cache(self.records.pop(key))
        now = {**self.kept, EVERYTHING: self.everything}
        if now != read_cache(self.root / KEPT):
            write_cache(self.root / KEPT, now)


def _names(docname: str, solutions: bool) -> tuple[str, str]:
    """Name a chapter in this edition and in the other: what one has run, the other need not."""
    both = (docname, f"{docname}, without solutions")
    return both if solutions else (both[1], both[0])


def outputs_digests(root: Path) -> dict[str, str]:
    """Give a digest of the outputs of each chapter that has any, in this edition."""
    ending = _names("", has_solutions())[0]
    kept = read_cache(root / KEPT)
    kept.pop(EVERYTHING, None)
    return {
        name.removesuffix(ending): str(entry["outputs"])
        for name, entry in kept.items()
        if name.endswith(ending) and ("," in ending or "," not in name)
    }


# The notebooks beside the pages


def executed_notebook(root: Path, docname: str) -> Path:
    """Say where the build leaves a chapter's executed notebook."""
    return notebooks_folder(root) / f"{docname}.ipynb"


def notebooks_folder(root: Path) -> Path:
    """Say where this build, of the book or of the class edition, leaves executed notebooks."""
    return root / (NOTEBOOKS if has_solutions() else CLASS / NOTEBOOKS)


def remove_stale_notebooks(root: Path, docnames: Iterable[str]) -> list[Path]:
    """Remove the executed notebooks of chapters that the book no longer has.

    Parameters
    ----------
    root : Path
        The project's folder.
    docnames : iterable of str
        The chapters that are notebooks.

    Returns
    -------
    list of Path
        What was removed.
    """
    wanted = {executed_notebook(root, docname) for docname in docnames}
    stale = [path for path in notebooks_folder(root).rglob("*.ipynb") if path not in wanted]
    for path in stale:
        path.unlink()
    return stale


def fill_in_outputs(root: Path, docnames: Iterable[str]) -> list[Path]:
    """Put the outputs of the cache into the executed notebooks that lack them.

    When myst-nb finds a chapter in the cache, it shows the cached outputs in the page, and writes
    the notebook without them.

    Parameters
    ----------
    root : Path
        The project's folder.
    docnames : iterable of str
        The chapters that are notebooks; each has its file, with or without outputs.

    Returns
    -------
    list of Path
        What was written.

    Raises
    ------
    BookError
        If a chapter is not in the cache.
    """
    cache = OutputsCache(root / CACHE)
    written = []
    for docname in docnames:
        path = executed_notebook(root, docname)
        present = path.read_text(encoding="utf-8")
        without = nbformat.reads(present, as_version=4)  # type: ignore[no-untyped-call]
        try:
            _, notebook = cache.merge_match_into_notebook(without)
        except KeyError:
            raise BookError(
                at(f"book/{docname}.md", None, "its outputs are not in the cache")
            ) from None
        filled = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
        if filled != present:
            path.write_text(filled, encoding="utf-8")
            written.append(path)
    return written
