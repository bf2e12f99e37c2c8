"""What pytest needs to know of the whole project: that chapters are tests too."""

import gc
import os
import signal
import threading
from pathlib import Path

import nbval.kernel
import nbval.plugin
import pytest

from literate.build.kernel_starts import tries_again
from literate.build.nbval_chapters import ChapterFile, collect_chapter
from literate.checks.kernel_environment import defined_environment

# A shell that starts the tests in the background lets them ignore Ctrl-C, and all that they start;
# several tests press it.
if threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)

# What tests and executed chapters start finds what the build found, whatever the shell holds.
OWN = ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "NNMATH_KEPT", "NNMATH_RUNS")
kept = {name: os.environ[name] for name in OWN if name in os.environ}
environment = defined_environment(os.environ) | kept
os.environ.clear()
os.environ.update(environment)

# Chapters find the results of long computations there, in whatever folder they lie themselves.
os.environ.setdefault("NNMATH_KEPT", str(Path(__file__).parent / "book" / "kept-runs"))

# `make kernels` lets OpenBLAS compute as on another processor.
KERNEL = os.environ.get("LITERATE_KERNEL")
if KERNEL:
    os.environ["OPENBLAS_CORETYPE"] = KERNEL

# What takes longest comes first, so that at the end no process waits for one that has just begun.
FIRST = (
    "tests/site/test_pdf.py",
    "tests/site/test_pages.py",
    "_build/jupyter_execute/better_steps.ipynb",
)

nbval.kernel.start_new_kernel = tries_again(nbval.kernel.start_new_kernel)


# What collection reads stays to the end: Python does not go through it again and again.
gc.disable()


def pytest_collection_finish() -> None:
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(FIRST))


def pytest_itemcollected(item: pytest.Item) -> None:
    # A curve moves by a hair with the last bits of its numbers, which lie elsewhere in memory in
    # every run.
    if isinstance(item.parent, nbval.plugin.IPyNbFile):
        item.parent.skip_compare = {*item.parent.skip_compare, "image/svg+xml"}


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ChapterFile | None:
    return collect_chapter(file_path, parent)
