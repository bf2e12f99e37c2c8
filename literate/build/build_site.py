"""Building the site: what must come first, then Jupyter Book with every warning an error."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from literate.build.editions import CLASS, CLASS_SITE, SITE, SOLUTIONS
from literate.build.last_build import LastBuild
from literate.build.outputs_cache import NOTEBOOKS
from literate.build.prepare import (
    PREPARED,
    READ_AGAIN,
    Times,
    prepare,
    reasons_to_prepare,
    write_prepared,
)
from literate.checks.kernel_environment import kernel_environment, warm_font_cache
from literate.errors import BookError
from literate.tangle.tangle import tangle

OUTPUT = Path("_build")
LOG = OUTPUT / "build.log"

LINES_OF_TIMES = 20
"""How many lines at most say where the time went."""

ANSI = re.compile(r"\x1b\[[0-9;]*m")

STEPS = {"reading sources": "Sphinx reads pages", "writing output": "Sphinx writes pages"}
"""What Sphinx says of its steps, and what the log calls them; the rest has another name."""
REST = "Sphinx, the rest"

# The room is imported first for what it leaves out. Python does not look for garbage: it would go
# through all pages again and again, which stay to the end.
PROGRAM = """
import gc
import literate
gc.disable()
from jupyter_book.cli.main import main
main()
"""


class BuildError(BookError):
    """The book does not build; the message says why."""


def build_site(root: Path, *, everything: bool, solutions: bool = True) -> Path:
    """Build the HTML of the book.

    Parameters
    ----------
    root : Path
        The project's folder.
    everything : bool
        If true, the package is compared with the chapters and not written, and every page is made
        anew, unless the last build began with nothing and nothing has changed since: this is what
        judges. Otherwise the package is tangled and only what changed is built.
    solutions : bool
        If false, the pages are those of the class edition, without solutions, in a folder of their
        own.

    Returns
    -------
    Path
        The first page to open, ``_build/html/index.html`` or ``_build/html-class/index.html``.

    Raises
    ------
    BuildError
        If anything in the build warns or fails.
    literate.errors.BookError
        If the chapters or the package break a rule.
    """
    last = LastBuild(root, solutions=solutions)
    index = root / (SITE if solutions else CLASS_SITE) / "index.html"
    if last.is_still_true() and (last.made_all_anew() or not everything):
        print("nothing has changed since the last build")
        return index
    if everything:
        remove_output(root, solutions=solutions)
    anew = not any((root / folder).exists() for folder in output_of(solutions=solutions))
    if not everything:
        tangle(root)
    before = last.sources()
    # Sphinx forgets the warnings of the last run: an unchanged second run would pass. So all pages
    # are read again, unless the last build was good and nobody has touched its pages since. It also
    # copies nothing if no page is stale, so what it copies makes all pages again.
    read_all_pages = not last.is_whole() or bool(last.changed_copies(before))
    warm_font_cache()
    prepared = prepare(root, solutions=solutions)
    last.forget()
    with tempfile.TemporaryDirectory(prefix="book-") as folder:
        file = Path(folder, "prepared")
        write_prepared(prepared, file)
        times = run_jupyter_book(root, file, read_all_pages=read_all_pages, solutions=solutions)
    if not solutions:
        shutil.rmtree(root / CLASS_SITE, ignore_errors=True)
        shutil.copytree(root / CLASS / SITE, root / CLASS_SITE)
    last.remember(before, prepared.makers, anew=anew)
    report(root, prepared.times | times)
    return index


def reasons_to_build(root: Path, *, solutions: bool) -> list[str]:
    """Say what a build would make again, and because of what, without making it."""
    last = LastBuild(root, solutions=solutions)
    if last.is_still_true():
        return []
    return [*reasons_to_prepare(root, solutions=solutions), *last.reasons()]


def report(root: Path, times: Times) -> None:
    """Say where the time went, longest first, on the screen and in the log."""
    longest = sorted(times.items(), key=lambda item: -item[1])
    lines = [f"{seconds:7.1f} s  {name}" for name, seconds in longest if seconds >= 0.1]
    shown = lines[:LINES_OF_TIMES]
    if len(lines) > len(shown):
        shown.append(f"           and {len(lines) - len(shown)} more, in {LOG}")
    print("where the time went:", *shown, sep="\n", flush=True)
    with (root / LOG).open("a", encoding="utf-8") as log:
        print("", "where the time went:", *lines, sep="\n", file=log)


def remove_output(root: Path, *, solutions: bool) -> None:
    """Remove what a build makes, except the outputs of cells."""
    for folder in output_of(solutions=solutions):
        shutil.rmtree(root / folder, ignore_errors=True)


def output_of(*, solutions: bool) -> Sequence[Path]:
    """Name the folders of what a build makes, except the outputs of cells."""
    return (SITE, OUTPUT / ".doctrees", NOTEBOOKS) if solutions else (CLASS, CLASS_SITE)


def run_jupyter_book(
    root: Path, prepared: Path, *, read_all_pages: bool, solutions: bool
) -> Times:
    """Run Jupyter Book; give the seconds of its steps, or on failure what it warned of."""
    folder = "." if solutions else str(CLASS)
    command = [sys.executable, "-u", "-c", PROGRAM, "build", "book", "--path-output", folder]
    command += ["-W", "-n", "--keep-going", *(["--all"] if read_all_pages else [])]
    environment = {
        **kernel_environment(root, os.environ),
        SOLUTIONS: "yes" if solutions else "no",
        PREPARED: str(prepared),
    }
    lines: list[str] = []
    times: Times = {}
    with tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
        start = time.monotonic()
        with subprocess.Popen(
            command,
            cwd=root,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            encoding="utf-8",
        ) as process:
            for line in process.stdout or []:
                lines.append(plain(line))
                if READ_AGAIN in line:
                    print(lines[-1].removeprefix("updating environment: "), flush=True)
                # what came before the line belongs to the step that it names
                step = next((STEPS[words] for words in STEPS if words in line), REST)
                times[step] = times.get(step, 0) + time.monotonic() - start
                start = time.monotonic()
        times[REST] = times.get(REST, 0) + time.monotonic() - start
        errors.seek(0)
        complaints = [plain(line) for line in errors]
    (root / LOG).write_text("\n".join([*lines, *complaints, ""]), encoding="utf-8")
    if process.returncode:
        shown = essence(complaints) or [*lines, *complaints][-20:]
        verdict = f"The book does not build. Everything that was said is in {LOG}"
        raise BuildError(*shown, verdict)
    return times


def plain(line: str) -> str:
    """Take colours and the line's end off."""
    return ANSI.sub("", line).rstrip()


def essence(complaints: list[str]) -> list[str]:
    """Leave out what is about the machinery: its tracebacks."""
    kept = []
    in_traceback = False
    for line in complaints:
        if line.startswith("The full traceback has been saved"):
            break
        if line.startswith("Traceback"):
            in_traceback = True
        elif line and not in_traceback:
            kept.append(line)
    return kept
