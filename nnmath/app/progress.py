# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 7a9e69c801d50830

# From book/notebook_run.md, "A bar in a terminal, silence in a page"
"""A bar that shows how far a training run is, for those who watch it at a terminal."""

import sys
from collections.abc import Callable
from shutil import get_terminal_size
from time import monotonic
from typing import TextIO

from nnmath.learning.training_types import Watch
from nnmath.model.arguments import require_function, require_whole

WIDTH = 30
SECONDS_BETWEEN = 0.1


def is_terminal(stream: TextIO | None) -> bool:
    """Tell whether a stream is there, and somebody watches it.

    Parameters
    ----------
    stream : text stream or None
        Python has None for a stream that was closed when it started.

    Returns
    -------
    bool
        Whether a bar can be drawn on it.
    """
    return stream is not None and not stream.closed and stream.isatty()


def leave_bar(stream: TextIO | None = None) -> None:
    """End the line of a bar that will not reach its end.

    Parameters
    ----------
    stream : text stream, optional
        Where the bar was drawn. Without it, the standard error output.
    """
    target = sys.stderr if stream is None else stream
    if is_terminal(target):
        target.write("\n")
        target.flush()


def progress_bar(
    epochs: int, stream: TextIO | None = None, *, note: Callable[[], str] | None = None
) -> Watch:
    """Make a watcher of a training run that draws a bar, if anybody can see it.

    Parameters
    ----------
    epochs : int
        How many epochs the training has.
    stream : text stream, optional
        Where to draw. Without it, the standard error output.
    note : function, optional
        Is called before each drawing, and gives what shall stand beside the cost.

    Returns
    -------
    function
        For `train`'s argument ``watch``: called with the number of epochs so far, from 1, and the
        mean cost of the last one. It draws at most ten times a second, and after the last epoch, on
        a line no wider than the terminal, which it then ends. If the stream is no terminal it does
        nothing.

    Raises
    ------
    TypeError
        If `epochs` is no whole number, or `note` no function.
    ValueError
        If `epochs` is negative.
    """
    epochs = require_whole("epochs", epochs, least=0)
    if note is not None:
        require_function("note", note)
    target = sys.stderr if stream is None else stream
    start = monotonic()
    drawn = -SECONDS_BETWEEN

    def watch(epoch: int, cost: float) -> None:
        nonlocal drawn
        seconds = monotonic() - start
        if epoch < epochs and seconds - drawn < SECONDS_BETWEEN:
            return
        drawn = seconds
        left = f"{seconds * max(epochs - epoch, 0) / max(epoch, 1):4.0f} s left"
        parts = [
            f"epoch {epoch} of {epochs}",
            f"cost {cost:.4f}",
            *([note()] if note else []),
            left,
        ]
        text, columns = ", ".join(parts), get_terminal_size().columns
        width = max(0, min(WIDTH, columns - len(text) - 4))
        filled = width if epoch >= epochs else width * epoch // epochs
        line = f"[{'#' * filled}{'.' * (width - filled)}] {text}"[: columns - 1]
        target.write(f"\r{line}" + ("\n" if epoch >= epochs else ""))
        target.flush()

    def ignore(epoch: int, cost: float) -> None:
        """Draw nothing."""

    return watch if is_terminal(target) else ignore
