"""The chapters in JupyterLab, with the built pages and their interactives beside them."""

import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from literate.book.chapters import read_book
from literate.build.browser import served
from literate.build.editions import SITE
from literate.build.notebooks import NOTICE, write_notebooks
from literate.checks.kernel_environment import ONE_THREAD, kernel_environment, warm_font_cache

BESIDE = " Its page, with what moves there: <{address}/{{docname}}.html>."


def open_lab(root: Path, options: Sequence[str]) -> int:
    """Write the notebooks, serve the site if it is built, and run JupyterLab until it ends.

    Parameters
    ----------
    root : Path
        The project's folder.
    options : sequence of str
        More options for JupyterLab.

    Returns
    -------
    int
        JupyterLab's exit status.
    """
    folder = root / "_build" / "notebooks"
    with ExitStack() as stack:
        notice = NOTICE
        if (root / SITE / "index.html").exists():
            address = stack.enter_context(served(root / SITE))
            notice += BESIDE.format(address=address)
            print(f"The pages with the interactives are at {address}/ as long as this runs.")
        else:
            print(
                "The pages are not built: run `make book` to have the interactives beside them."
            )
        write_notebooks(root, read_book(root), folder, notice=notice)
        command = [sys.executable, "-m", "jupyterlab", f"--notebook-dir={folder}", *options]
        warm_font_cache()
        environment = kernel_environment(root, os.environ)
        for name in ONE_THREAD:  # nothing else runs beside it
            del environment[name]
        return subprocess.run(command, cwd=root, env=environment, check=False).returncode
