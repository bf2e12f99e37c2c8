"""Running the chapters whose outputs are stale, side by side, before Sphinx reads their pages."""

import asyncio
import math
import os
import re
import signal
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path
from unittest import mock

from nbclient import NotebookClient
from nbformat import NotebookNode

from literate.book.chapters import Chapter
from literate.book.yaml_files import read_yaml
from literate.build.kernel_starts import tries_again
from literate.build.outputs_cache import Outputs, Run
from literate.checks.kernel_environment import (
    ONE_THREAD,
    RUNS,
    kernel_environment,
)
from literate.errors import BookError, at
from literate.staleness import (
    files_of,
    sentences,
)

CONFIGURATION = Path("book") / "_config.yml"
ANSI = re.compile(r"\x1b\[[0-9;]*m")

BOOK = "book"
WHERE = "what a chapter writes goes into a temporary folder"


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
    for alone in (True, False):
        # in threads, for the caller's may have an event loop of its own
        with ThreadPoolExecutor(1 if alone else at_once()) as pool:
            waiting: dict[Future[tuple[float, list[str]]], Run] = {
                pool.submit(execute, run, clients[run.docname]): run
                for run in runs
                if run.alone == alone
            }
            try:
                while waiting:
                    for done in wait(waiting, return_when=FIRST_COMPLETED).done:
                        yield waiting.pop(done), *done.result()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
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
    configuration = read_yaml(root / CONFIGURATION, str(CONFIGURATION))
    return int(configuration.get("execute", {}).get("timeout", 30))


def execute(run: Run, client: NotebookClient) -> tuple[float, list[str]]:
    """Run one chapter in a kernel of its own; give the seconds it took, and what is wrong."""
    start = time.monotonic()
    begun: list[NotebookNode] = []
    client.on_cell_start = lambda cell, cell_index: begun.append(cell)
    try:
        run_cells(client, environment_of(run))
    except Exception as error:
        return time.monotonic() - start, [problem_of(run, error, begun[-1] if begun else None)]
    return time.monotonic() - start, list(messages_of(run))


@tries_again
def run_cells(client: NotebookClient, environment: Mapping[str, str]) -> None:
    """Start a kernel, and run the notebook's cells in it."""
    # closes its loop, as client.execute() does not
    asyncio.run(client.async_execute(env=environment))


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
