"""What pytest needs to know of the whole project: that chapters are tests too."""

from pathlib import Path

import pytest

from literate.nbval_chapters import ChapterFile, collect_chapter


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ChapterFile | None:
    return collect_chapter(file_path, parent)
