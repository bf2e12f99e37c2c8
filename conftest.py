"""What pytest needs to know of the whole project: that chapters are tests too."""

import signal
import threading
from pathlib import Path

import pytest

from literate.nbval_chapters import ChapterFile, collect_chapter

# A shell that starts the tests in the background lets them ignore Ctrl-C, and all that they start;
# several tests press it.
if threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ChapterFile | None:
    return collect_chapter(file_path, parent)
