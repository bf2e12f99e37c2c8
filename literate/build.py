"""Building the site: tangle, then Jupyter Book with every warning an error."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from literate.errors import BookError
from literate.execution import NOTEBOOKS, cache_folder, kernel_environment
from literate.tangle import check, tangle

OUTPUT = Path("_build")
UNFINISHED = OUTPUT / ".unfinished"
LOG = OUTPUT / "build.log"
ANSI = re.compile(r"\x1b\[[0-9;]*m")


class BuildError(BookError):
    """The book does not build; the message says why."""


def build_site(root: Path, *, everything: bool) -> Path:
    """Build the HTML of the book.

    Parameters
    ----------
    root : Path
        The project's folder.
    everything : bool
        If true, the package is compared with the chapters and not written, and every page is made
        anew: this is what judges. Otherwise the package is tangled and only what changed is built.

    Returns
    -------
    Path
        The first page to open, ``_build/html/index.html``.

    Raises
    ------
    BuildError
        If anything in the build warns or fails.
    literate.errors.BookError
        If the chapters or the package break a rule.
    """
    if everything:
        check(root)
        remove_output(root)
    else:
        tangle(root)
    # Sphinx forgets the warnings of the last run: an unchanged second run would pass. The marker
    # stands until a build is through without any, and while it stands all pages are read again.
    unfinished = root / UNFINISHED
    read_all_pages = unfinished.exists()
    unfinished.parent.mkdir(exist_ok=True)
    unfinished.touch()
    warm_font_cache(root)
    run_jupyter_book(root, read_all_pages=read_all_pages)
    unfinished.unlink()
    return root / OUTPUT / "html" / "index.html"


def remove_output(root: Path) -> None:
    """Remove what a build makes, except the outputs of cells."""
    for folder in (OUTPUT / "html", OUTPUT / ".doctrees", NOTEBOOKS):
        shutil.rmtree(root / folder, ignore_errors=True)


def warm_font_cache(root: Path) -> None:
    """Let Matplotlib list the fonts before a chapter does: on a new machine it says so in the page."""
    if not cache_folder(root).exists():
        subprocess.run([sys.executable, "-c", "import matplotlib.font_manager"], check=False)


def run_jupyter_book(root: Path, *, read_all_pages: bool) -> None:
    """Run Jupyter Book; show which chapter runs, and on failure what it warned of."""
    command = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()"]
    command += ["build", "book", "--path-output", ".", "-W", "-n", "--keep-going"]
    command += ["--all"] if read_all_pages else []
    lines = []
    with subprocess.Popen(
        command,
        cwd=root,
        env=kernel_environment(root, os.environ),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        for raw in process.stdout:
            line = ANSI.sub("", raw).rstrip()
            lines.append(line)
            show_progress(line)
    (root / LOG).write_text("\n".join(lines) + "\n", encoding="utf-8")
    if process.returncode:
        raise BuildError(failure(lines, process.returncode))


def show_progress(line: str) -> None:
    """Say which chapter runs; the rest of Sphinx's talk goes to the log."""
    match = re.search(r"([^/\s]+)\.md: Executing notebook", line)
    if match:
        print(f"running {match[1]}", flush=True)


def failure(lines: list[str], code: int) -> str:
    """Make one message of what Sphinx and Jupyter Book printed."""
    marks = ("WARNING:", "ERROR:", "CRITICAL:", "error:", "Error", "Exception occurred")
    telling = [line for line in lines if any(mark in line for mark in marks)]
    return "\n".join(
        [*(telling or lines[-20:]), f"The book does not build (status {code}). All of it: {LOG}"]
    )
