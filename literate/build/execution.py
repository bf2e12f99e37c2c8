"""Running the chapters whose outputs are stale, side by side, before Sphinx reads their pages.

The outputs go where myst-nb looks for them, into the folder of jupyter-cache, so that Sphinx runs
nothing. Beside them is kept what each chapter's outputs depended on, and how long it took.
"""

import asyncio
import math
import os
import re
import signal
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import nbformat
import yaml
from jupyter_cache.base import CacheBundleIn
from nbclient import NotebookClient
from nbformat import NotebookNode

from literate.book.chapters import Chapter, read_chapter, read_notebook, read_text
from literate.book.exercises import without_solutions
from literate.build.editions import CLASS, has_solutions
from literate.build.outputs_cache import CACHE, OutputsCache, open_cache
from literate.checks.json_cache import read_cache, write_cache
from literate.checks.kernel_environment import (
    ENVIRONMENT,
    ONE_THREAD,
    RUNS,
    kernel_environment,
    settings,
)
from literate.errors import BookError, at
from literate.staleness import (
    EVERYTHING,
    Dependencies,
    Parts,
    changes,
    digest_of,
    digest_of_everything,
    files_of,
    sentences,
)

NOTEBOOKS = Path("_build") / "jupyter_execute"
KEPT = Path("_build") / "outputs.json"
"""By edition and chapter: what the outputs depended on, where they are, how long they took."""

CONFIGURATION = Path("book") / "_config.yml"
ANSI = re.compile(r"\x1b\[[0-9;]*m")

BOOK = "book"
WHERE = "what a chapter writes goes into a temporary folder"

UNKNOWN = 10.0
"""Seconds that a chapter may take that has never run."""


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
        How long it took the last time.
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
        seconds = last["seconds"] if last else UNKNOWN
        alone = bool(notebook.metadata.get("literate", {}).get("alone"))
        return Run(
            chapter, notebook, parts, reasons or ["its outputs are lost"], seconds, alone
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


# Running


def run_stale_chapters(
    root: Path, chapters: Sequence[Chapter], *, solutions: bool
) -> dict[str, float]:
    """Run the chapters whose outputs are stale, as many at once as there are processors.

    Parameters
    ----------
    root : Path
        The project's folder, with the package as the chapters build it.
    chapters : sequence of Chapter
        The whole book.
    solutions : bool
        Whether the edition has the solutions of the exercises.

    Returns
    -------
    dict of str to float
        How many seconds each chapter took that has run.

    Raises
    ------
    BookError
        If a cell raises, takes too long, or writes to stderr; the other chapters have run then.
    """
    outputs = Outputs(root, chapters, solutions=solutions)
    runs = sorted(outputs.runs(), key=lambda run: (not run.alone, -run.seconds))
    outputs.write()
    for why in reasons_to_run(runs):
        print(why, flush=True)
    for run in runs:
        outputs.forget(run)
    if not runs:
        return {}
    progress = Progress(root, runs)
    problems: list[str] = []
    before = set(files_of(root, BOOK))
    # of the process as a whole: what starts a kernel asks the environment which one it is
    with mock.patch.dict(os.environ, kernel_environment(root, os.environ), clear=True):
        for run, seconds, found in results_of(root, runs):
            found += files_left(root, before, run)
            if not found:
                outputs.accept(run, seconds)
            problems += found
            progress.ran(run, seconds)
    if problems:
        raise BookError(*problems)
    return progress.took


def reasons_to_run(runs: Iterable[Run]) -> list[str]:
    """Say which chapters run, and because of what."""
    return sentences("", "runs", "run", {run.docname: run.reasons for run in runs})


def files_left(root: Path, before: Set[Path], run: Run) -> list[str]:
    """Say which files have come into the book: another chapter could come to need them."""
    return [
        at(
            path.relative_to(root),
            None,
            f"left by {run.docname}, or by a chapter beside it; {WHERE}",
        )
        for path in files_of(root, BOOK)
        if path not in before
    ]


class Progress:
    """Says after each chapter how far the running is, and what was computed anew."""

    def __init__(self, root: Path, runs: Sequence[Run]) -> None:
        self.folder = root / RUNS
        self.before = set(self.folder.glob("*.npz"))
        self.left = {run.docname: run.seconds for run in runs}
        self.took: dict[str, float] = {}

    def ran(self, run: Run, seconds: float) -> None:
        """Say in one line that a chapter is through."""
        self.took[run.docname] = seconds
        del self.left[run.docname]
        done = f"{len(self.took)} of {len(self.took) + len(self.left)}"
        rest = (
            f", about {readable(sum(self.left.values()) / at_once())} left" if self.left else ""
        )
        print(f"ran {run.docname} in {readable(seconds)} ({done}{rest})", flush=True)
        now = set(self.folder.glob("*.npz"))
        for path in sorted(now - self.before):
            print(f"computed anew: {RUNS / path.name}", flush=True)
        self.before = now


def readable(seconds: float) -> str:
    """Write a time in seconds, or from two minutes on in minutes."""
    return f"{math.ceil(seconds)} s" if seconds < 120 else f"{round(seconds / 60)} min"


def at_once() -> int:
    """Count the processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def results_of(root: Path, runs: Sequence[Run]) -> Iterator[tuple[Run, float, list[str]]]:
    """Run chapters, first those that must run alone, and yield each as soon as it is through."""
    timeout = timeout_of(root)
    clients = {
        run.docname: NotebookClient(
            run.notebook,
            timeout=timeout,
            record_timing=False,  # the times would stand in the cells, and myst-nb look for others
            kernel_name="python3",
            coalesce_streams=True,  # myst-nb would end the line where a message ended
            extra_arguments=["--log-level=ERROR"],  # no advice about its connection
            resources={"metadata": {"path": str((root / run.chapter.path).parent)}},
        )
        for run in runs
    }
    try:
        for run in runs:
            if run.alone:
                yield run, *execute(run, clients[run.docname])
        with ThreadPoolExecutor(at_once()) as pool:
            waiting: dict[Future[tuple[float, list[str]]], Run] = {
                pool.submit(execute, run, clients[run.docname]): run
                for run in runs
                if not run.alone
            }
            try:
                while waiting:
                    for done in wait(waiting, return_when=FIRST_COMPLETED).done:
                        yield waiting.pop(done), *done.result()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                end_kernels(clients.values())
                raise
    except BaseException:
        end_kernels(clients.values())
        raise


def end_kernels(clients: Iterable[NotebookClient]) -> None:
    """End the kernels that still run, when the build is interrupted."""
    for client in clients:
        provisioner = getattr(client.km, "provisioner", None)
        process = getattr(provisioner, "process", None)
        if process is not None and process.poll() is None:
            with suppress(OSError):
                os.kill(process.pid, signal.SIGTERM)


def timeout_of(root: Path) -> int:
    """Read how many seconds one cell may take."""
    text = (root / CONFIGURATION).read_text(encoding="utf-8")
    return int(yaml.safe_load(text).get("execute", {}).get("timeout", 30))


def execute(run: Run, client: NotebookClient) -> tuple[float, list[str]]:
    """Run one chapter in a kernel of its own; give the seconds it took, and what is wrong."""
    start = time.monotonic()
    begun: list[NotebookNode] = []
    client.on_cell_start = lambda cell, cell_index: begun.append(cell)
    try:
        # closes its loop, as client.execute() does not
        asyncio.run(client.async_execute(env=environment_of(run)))
    except Exception as error:
        return time.monotonic() - start, [problem_of(run, error, begun[-1] if begun else None)]
    return time.monotonic() - start, list(messages_of(run))


def environment_of(run: Run) -> dict[str, str]:
    """Give a chapter that measures time all threads, and every other one."""
    unset = ONE_THREAD if run.alone else ()
    return {name: value for name, value in os.environ.items() if name not in unset}


def problem_of(run: Run, error: Exception, last: NotebookNode | None) -> str:
    """Say which cell failed and how: the one that raised, or the last, which came to no end."""
    code = [cell for cell in run.notebook.cells if cell.cell_type == "code"]
    raised = [
        (number, output)
        for number, cell in enumerate(code)
        for output in cell.get("outputs", [])
        if output.output_type == "error"
    ]
    if raised:
        number, output = raised[-1]
        said = ANSI.sub("", "\n".join(output.traceback))
        what = f"raises {output.ename}: {output.evalue}".rstrip(": ") + f"\n{said}"
    else:
        number = code.index(last) if last in code else 0
        what = f"does not end well: {type(error).__name__}: {ANSI.sub('', str(error))}"
    return at(run.chapter.path, _line(run, number), f"code cell {number + 1} {what}")


def messages_of(run: Run) -> Iterator[str]:
    """Say which cells wrote to stderr: the page shows no message by accident."""
    code = [cell for cell in run.notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code):
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and output.name == "stderr":
                what = f"code cell {number + 1} writes to stderr: {output.text.strip()}"
                yield at(run.chapter.path, _line(run, number), what)


def _line(run: Run, number: int) -> int:
    return run.chapter.code_cells[number].line


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
