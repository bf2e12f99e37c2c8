"""A process of its own that runs check cells: it imports what is slow once, and forks.

It is started by `run_jobs`, and is small and has one thread, so that forking it is quick and safe.
Where there is no fork, it runs one job after the other.
"""

import importlib
import os
import pickle
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from literate.chapters import Cell, Chapter
from literate.checks.records import EXCEPTION, Record, check_cells
from literate.checks.running import Selection, run_checks
from literate.execution import kernel_environment

AT_ONCE = 2
SECONDS = 120
"""How long the check cells of one job may take."""

SLOW_TO_IMPORT = ("numpy", "sympy", "matplotlib.pyplot")


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
    place = (replaced.chapter, replaced.index)
    return [
        chapter
        if chapter.path != replaced.chapter
        else replace(
            chapter,
            cells=tuple(
                replaced if (cell.chapter, cell.index) == place else cell
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
    one_thread = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")
    with tempfile.TemporaryDirectory(prefix="checks-") as folder:
        request, answer = Path(folder, "request"), Path(folder, "answer")
        request.write_bytes(pickle.dumps((root, list(chapters), list(jobs))))
        finished = subprocess.run(
            [sys.executable, "-m", "literate.checks", str(request), str(answer)],
            env={**environment, **one_thread, "MPLBACKEND": "Agg"},
            capture_output=True,
            text=True,
            check=False,
        )
        if finished.returncode:
            raise RuntimeError(f"the checks could not be run:\n{finished.stderr}")
        records: list[list[Record]] = pickle.loads(answer.read_bytes())
    return records


def serve(request: Path, answer: Path) -> None:
    """Run the jobs of a request and write their records."""
    root, chapters, jobs = pickle.loads(request.read_bytes())
    for module in SLOW_TO_IMPORT:
        try:
            importlib.import_module(module)
        except ImportError:
            continue  # who needs it says so
    if hasattr(os, "fork"):
        records = _fork(root, chapters, jobs, request.parent)
    else:
        records = [
            run_checks(root, with_cell(chapters, job.replaced), job.selection) for job in jobs
        ]
    answer.write_bytes(pickle.dumps(records))


def _fork(
    root: Path, chapters: Sequence[Chapter], jobs: Sequence[Job], folder: Path
) -> list[list[Record]]:
    waiting = list(range(len(jobs)))
    running: dict[int, int] = {}
    ends: dict[int, int] = {}
    while waiting or running:
        while waiting and len(running) < AT_ONCE:
            number = waiting.pop(0)
            process = os.fork()
            if process == 0:
                _run_in_child(root, chapters, jobs[number], folder / str(number))
            running[process] = number
        process, status = os.wait()
        ends[running.pop(process)] = os.waitstatus_to_exitcode(status)
    return [
        _read_records(chapters, job, folder / str(number), ends[number])
        for number, job in enumerate(jobs)
    ]


def _run_in_child(root: Path, chapters: Sequence[Chapter], job: Job, file: Path) -> None:
    """Run one job and end the process; what it has seen so far is in the file at any time."""
    status = 1
    try:
        signal.alarm(SECONDS)  # nobody handles it: it ends the process
        book = with_cell(chapters, job.replaced)
        with file.open("wb") as stream:
            for selected in job.selection:
                for record in run_checks(root, book, [selected]):
                    pickle.dump(record, stream)
                stream.flush()
        status = 0
    except BaseException as error:
        Path(f"{file}.error").write_text(f"{type(error).__name__}: {error}", encoding="utf-8")
    finally:
        os._exit(status)


def _read_records(
    chapters: Sequence[Chapter], job: Job, file: Path, status: int
) -> list[Record]:
    """Read what a child wrote; cells that it did not come to have failed, with the reason."""
    records: list[Record] = []
    if file.exists():
        with file.open("rb") as stream:
            while len(records) < len(job.selection):
                try:
                    records.append(pickle.load(stream))
                except (EOFError, pickle.UnpicklingError):
                    break
    error = Path(f"{file}.error")
    reason = (
        error.read_text(encoding="utf-8")
        if error.exists()
        else f"TimeoutError: no end within {SECONDS} s"
        if status == -getattr(signal, "SIGALRM", 0)
        else f"SystemError: the process ended with status {status}"
    )
    for docname, number in job.selection[len(records) :]:
        chapter = next(chapter for chapter in chapters if chapter.docname == docname)
        cell = check_cells(chapter)[number - 1]
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
