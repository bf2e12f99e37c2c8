"""A process of its own that runs check cells: it imports what is slow once, and forks.

It is started by `run_jobs`, and is small and has one thread, so that forking it is quick and safe.
Where there is no fork, it runs one job after the other.
"""

import contextlib
import gc
import importlib
import os
import pickle
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from literate.book.chapters import Cell, Chapter
from literate.book.check_cells import Selection
from literate.checks.kernel_environment import kernel_environment
from literate.checks.needed_statements import statements_needed
from literate.checks.records import EXCEPTION, Record
from literate.checks.run_checks import run_checks
from literate.tangle.tangle import TangledFile, assemble

AT_ONCE = 2
SECONDS = 120
"""How long the check cells of one job may take."""

SLOW_TO_IMPORT = ("numpy", "sympy")


@dataclass(frozen=True)
class Job:
    """Some check cells, to be run on a book with one cell replaced, or on the book as it is.

    Attributes
    ----------
    replaced : Cell or None
        A code cell with another source, in the place of the one with its chapter and index.
    selection : sequence of (str, int)
        The check cells.
    """

    replaced: Cell | None
    selection: Selection


def with_cell(chapters: Sequence[Chapter], replaced: Cell | None) -> list[Chapter]:
    """Put one cell into the book, in the place of the one with its chapter and index."""
    if replaced is None:
        return list(chapters)
    return [
        chapter
        if chapter.path != replaced.chapter
        else replace(
            chapter,
            cells=tuple(
                replaced if place_of(cell) == place_of(replaced) else cell
                for cell in chapter.cells
            ),
        )
        for chapter in chapters
    ]


def run_jobs(
    root: Path, chapters: Sequence[Chapter], jobs: Sequence[Job]
) -> list[list[Record]]:
    """Run jobs in a process of their own, `AT_ONCE` at once.

    Parameters
    ----------
    root : Path
        The project's folder, for the package's data.
    chapters : sequence of Chapter
        The book.
    jobs : sequence of Job
        What to run.

    Returns
    -------
    list of list of Record
        For each job, a record for each of its check cells.

    Raises
    ------
    RuntimeError
        If the process itself fails.
    """
    if not any(job.selection for job in jobs):
        return [[] for _ in jobs]
    environment = kernel_environment(root, os.environ)
    with tempfile.TemporaryDirectory(prefix="checks-") as folder:
        request, answer = Path(folder, "request"), Path(folder, "answer")
        request.write_bytes(pickle.dumps((root, list(chapters), list(jobs))))
        finished = subprocess.run(
            [sys.executable, "-m", "literate.checks", str(request), str(answer)],
            env={**environment, "MPLBACKEND": "Agg"},
            capture_output=True,
            text=True,
            check=False,
        )
        if finished.returncode:
            raise RuntimeError(f"the checks could not be run:\n{finished.stderr}")
        records: list[list[Record]] = pickle.loads(answer.read_bytes())
    return records


def run_jobs_here(
    root: Path, chapters: Sequence[Chapter], jobs: Sequence[Job]
) -> list[list[Record]]:
    """Run jobs in this process, one after the other; arguments and result as for `run_jobs`."""
    runner = _Runner(root, chapters)
    return [list(runner.run(job)) for job in jobs]


def serve(request: Path, answer: Path) -> None:
    """Run the jobs of a request and write their records."""
    root, chapters, jobs = pickle.loads(request.read_bytes())
    sources = "\n".join(cell.source for chapter in chapters for cell in chapter.code_cells)
    for module in SLOW_TO_IMPORT:
        if module not in sources:
            continue
        with contextlib.suppress(ImportError):  # who needs it says so
            importlib.import_module(module)
    if hasattr(os, "fork"):
        records = _Runner(root, chapters).run_in_children(jobs, request.parent)
    else:
        records = run_jobs_here(root, chapters, jobs)
    answer.write_bytes(pickle.dumps(records))


class _Runner:
    """Runs jobs on one book; what all of them need is made once."""

    def __init__(self, root: Path, chapters: Sequence[Chapter]) -> None:
        self.root = root
        self.chapters = chapters
        self.files = assemble(chapters)
        for chapter in chapters:
            for check in chapter.check_cells:
                statements_needed(chapter, check)  # it remembers

    def run(self, job: Job) -> Iterator[Record]:
        """Run one job in this process."""
        texts = {target: file.text for target, file in self.files.items()}
        if job.replaced and job.replaced.target:
            file = self.files[job.replaced.target]
            texts[file.target] = _with_block(file, job.replaced)
        book = with_cell(self.chapters, job.replaced)
        yield from run_checks(self.root, book, texts, job.selection)

    def run_in_children(self, jobs: Sequence[Job], folder: Path) -> list[list[Record]]:
        """Share the jobs out among `AT_ONCE` processes; one that is killed is replaced."""
        gc.freeze()  # or collecting garbage would copy the parent's memory into each child
        running: set[int] = set()
        while True:
            while len(running) < AT_ONCE and len(list(folder.glob("*.claim"))) < len(jobs):
                process = os.fork()
                if process == 0:
                    self.work(jobs, folder)
                running.add(process)
            if not running:
                break
            running.remove(os.wait()[0])
        return [
            _read_records(self.chapters, job, folder / str(number))
            for number, job in enumerate(jobs)
        ]

    def work(self, jobs: Sequence[Job], folder: Path) -> None:
        """Run, in a child, the jobs that no other child has claimed, and end the process."""
        try:
            for number, job in enumerate(jobs):
                if _claim(folder / f"{number}.claim"):
                    signal.alarm(SECONDS)  # nobody handles it: it ends the process
                    self.run_to_file(job, folder / str(number))
        finally:
            os._exit(0)

    def run_to_file(self, job: Job, file: Path) -> None:
        """Run one job; what it has seen so far is in the file at any time."""
        try:
            with file.open("wb") as stream:
                for record in self.run(job):
                    pickle.dump(record, stream)
                    stream.flush()
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
            Path(f"{file}.error").write_text(said, encoding="utf-8")


def _claim(file: Path) -> bool:
    """Take a job, unless another process has."""
    try:
        file.touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def _with_block(file: TangledFile, cell: Cell) -> str:
    """Give the text of a file of the package with another text in the place of one cell's."""
    block = next(b for b in file.blocks if (b.cell.chapter, b.cell.index) == place_of(cell))
    lines = file.text.split("\n")
    lines[block.first_line - 1 : block.last_line] = cell.source.strip("\n").split("\n")
    return "\n".join(lines)


def place_of(cell: Cell) -> tuple[PurePosixPath, int]:
    """Say which cell of the book it is, whatever its text."""
    return cell.chapter, cell.index


def _read_records(chapters: Sequence[Chapter], job: Job, file: Path) -> list[Record]:
    """Read what a child wrote; cells that it did not come to have failed, with the reason."""
    records: list[Record] = []
    with contextlib.suppress(FileNotFoundError, EOFError), file.open("rb") as stream:
        while len(records) < len(job.selection):
            records.append(pickle.load(stream))
    error = Path(f"{file}.error")
    reason = (
        error.read_text(encoding="utf-8")
        if error.exists()
        else f"TimeoutError: the process was ended, perhaps since it took more than {SECONDS} s"
    )
    for docname, number in job.selection[len(records) :]:
        chapter = next(chapter for chapter in chapters if chapter.docname == docname)
        cell = chapter.check_cells[number - 1]
        records.append(
            Record(
                docname,
                number,
                cell.line,
                cell.checks,
                cell.kinds,
                passed=False,
                failure=EXCEPTION,
                message=reason,
            )
        )
    return records
