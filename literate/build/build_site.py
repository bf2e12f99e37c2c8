"""Building the site: tangle, then Jupyter Book with every warning an error."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from literate.book.chapters import read_book
from literate.book.equations import read_ledger
from literate.build.editions import CLASS, CLASS_SITE, SITE, SOLUTIONS
from literate.build.execution import NOTEBOOKS, cache_folder
from literate.checks.confirm_answers import problems_of_answers
from literate.checks.environment import kernel_environment
from literate.checks.run_wrong_formulas import results_of_book
from literate.errors import BookError, refuse
from literate.tangle.tangle import check, tangle

OUTPUT = Path("_build")
UNFINISHED = OUTPUT / ".unfinished"
LOG = OUTPUT / "build.log"

ANSI = re.compile(r"\x1b\[[0-9;]*m")

# Jupyter Book checks its configuration with jsonschema, which tries a parser of web addresses that
# takes 1.5 s to import; None in its place says that it is not there.
PROGRAM = """
import sys
sys.modules["rfc3987_syntax"] = None
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
        anew: this is what judges. Otherwise the package is tangled and only what changed is built.
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
    if everything:
        check(root)
        remove_output(root, solutions=solutions)
    else:
        tangle(root)
        read_ledger(root)
    run_wrong_formulas(root)
    confirm_answers(root)
    # Sphinx forgets the warnings of the last run: an unchanged second run would pass. The marker
    # stands until a build is through without any, and while it stands all pages are read again.
    unfinished = root / (UNFINISHED if solutions else CLASS / UNFINISHED)
    read_all_pages = unfinished.exists()
    unfinished.parent.mkdir(parents=True, exist_ok=True)
    unfinished.touch()
    warm_font_cache(root)
    run_jupyter_book(root, read_all_pages=read_all_pages, solutions=solutions)
    unfinished.unlink()
    if solutions:
        return root / SITE / "index.html"
    shutil.rmtree(root / CLASS_SITE, ignore_errors=True)
    shutil.copytree(root / CLASS / SITE, root / CLASS_SITE)
    return root / CLASS_SITE / "index.html"


def run_wrong_formulas(root: Path) -> None:
    """Run the checks, on the book's formulas and on the wrong ones, before the pages tell of them.

    Raises
    ------
    literate.errors.BookError
        If a check fails on the book as it is, or lets a wrong formula through.
    """
    print("running the checks and the wrong formulas", flush=True)
    refuse(results_of_book(root).failures())


def confirm_answers(root: Path) -> None:
    """Let the chapters' code confirm what the pages call the right answers of exercises.

    Raises
    ------
    literate.errors.BookError
        If it gives something else.
    """
    refuse(problems_of_answers(root, read_book(root)))


def remove_output(root: Path, *, solutions: bool) -> None:
    """Remove what a build makes, except the outputs of cells."""
    of_book = (SITE, OUTPUT / ".doctrees", NOTEBOOKS)
    for folder in of_book if solutions else (CLASS, CLASS_SITE):
        shutil.rmtree(root / folder, ignore_errors=True)


def warm_font_cache(root: Path) -> None:
    """Let Matplotlib list the fonts first: on a new machine it says so, and not in a page."""
    if not cache_folder(root).exists():
        subprocess.run([sys.executable, "-c", "import matplotlib.font_manager"], check=False)


def run_jupyter_book(root: Path, *, read_all_pages: bool, solutions: bool) -> None:
    """Run Jupyter Book; show which chapter runs, and on failure what it warned of."""
    folder = "." if solutions else str(CLASS)
    command = [sys.executable, "-c", PROGRAM, "build", "book", "--path-output", folder]
    command += ["-W", "-n", "--keep-going", *(["--all"] if read_all_pages else [])]
    lines = []
    with tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
        with subprocess.Popen(
            command,
            cwd=root,
            env={
                **kernel_environment(root, os.environ),
                SOLUTIONS: "yes" if solutions else "no",
            },
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            encoding="utf-8",
        ) as process:
            for line in process.stdout or []:
                lines.append(plain(line))
                show_progress(lines[-1])
        errors.seek(0)
        complaints = [plain(line) for line in errors]
    (root / LOG).write_text("\n".join([*lines, *complaints, ""]), encoding="utf-8")
    if process.returncode:
        shown = essence(complaints) or [*lines, *complaints][-20:]
        verdict = f"The book does not build. Everything that was said is in {LOG}"
        raise BuildError(*shown, verdict)


def plain(line: str) -> str:
    """Take colours and the line's end off."""
    return ANSI.sub("", line).rstrip()


def show_progress(line: str) -> None:
    """Say which chapter runs; the rest of Sphinx's talk goes to the log."""
    match = re.search(r"([^/\s]+)\.md: Executing notebook", line)
    if match:
        print(f"running {match[1]}", flush=True)


def essence(complaints: list[str]) -> list[str]:
    """Leave out what is about the machinery: its tracebacks and its kernels' advice."""
    kept = []
    in_traceback = False
    for line in complaints:
        if line.startswith("The full traceback has been saved"):
            break
        if line.startswith("Traceback"):
            in_traceback = True
        elif in_traceback and line.startswith("nbclient.exceptions."):
            in_traceback = False
        elif line and not in_traceback and not line.startswith("[IPKernelApp]"):
            kept.append(line)
    return kept
