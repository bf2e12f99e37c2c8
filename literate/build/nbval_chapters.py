"""Let pytest run the chapters: nbval's collector, reading MyST in the place of ``.ipynb``."""

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from unittest import mock

import nbval.plugin
import pytest

from literate.book.chapters import read_chapter, read_notebook, read_text
from literate.checks.kernel_environment import kernel_environment
from literate.errors import BookError


class ChapterFile(nbval.plugin.IPyNbFile):  # type: ignore[misc]
    """A chapter, each of whose code cells is a test."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield nbval's item for each code cell."""
        root = self.config.rootpath
        path = PurePosixPath(self.path.relative_to(root).as_posix())
        try:
            text = read_text(root, path)
            read_chapter(path, text)
            notebook = read_notebook(path, text)
        except BookError as error:
            raise self.CollectError(str(error)) from None
        # nbval reads the file itself; it is handed the notebook for as long as it collects
        with mock.patch.object(nbval.plugin.nbformat, "read", return_value=notebook):
            items = list(super().collect())
        yield from items

    def setup(self) -> None:
        """Start the chapter's kernel, in which the package of this checkout is found."""
        environment = kernel_environment(self.config.rootpath, os.environ)
        with mock.patch.dict(os.environ, environment, clear=True):
            super().setup()


def collect_chapter(file: Path, parent: pytest.Collector) -> ChapterFile | None:
    """Make a collector for a chapter that has code, if nbval was asked for.

    Parameters
    ----------
    file : Path
        The file that pytest has come to.
    parent : pytest.Collector
        Its folder.

    Returns
    -------
    ChapterFile or None
        None for every other file.
    """
    options = parent.config.option
    asked = getattr(options, "nbval", False) or getattr(options, "nbval_lax", False)
    book = parent.config.rootpath / "book"
    if not asked or file.suffix != ".md" or book not in file.parents:
        return None
    if b"{code-cell}" not in file.read_bytes():
        return None
    chapter: ChapterFile = ChapterFile.from_parent(parent, path=file)
    return chapter
