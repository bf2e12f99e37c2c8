# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 53e23af3420a8815

# From book/command_line.md, "A training that can be stopped"
"""Stop a training between two steps when Ctrl-C is pressed."""

import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any


class Stopped(Exception):
    """The training was asked to stop; the network is as the last step left it."""


class StopBetweenSteps:
    """While it is entered, note Ctrl-C; the next step of a rule then raises `Stopped`.

    Only the first Ctrl-C is noted; a second is answered as it was before. Where Ctrl-C is ignored,
    as in a job that a shell put into the background, and outside the main thread, where Python lets
    nobody answer signals, nothing is changed.
    """

    def __init__(self) -> None:
        self.asked: bool = False
        self.before: Any = None

    def __enter__(self) -> "StopBetweenSteps":
        """Begin to answer Ctrl-C."""
        self.asked = False
        in_main = threading.current_thread() is threading.main_thread()
        if in_main and signal.getsignal(signal.SIGINT) not in (None, signal.SIG_IGN):
            self.before = signal.signal(signal.SIGINT, self.note)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the answer back to whoever had it."""
        self.give_back()

    def note(self, number: int, frame: FrameType | None) -> None:
        """Note that somebody asked to stop.

        Parameters
        ----------
        number : int
            The signal.
        frame : frame, optional
            Where the program was.
        """
        self.asked = True
        self.give_back()

    def give_back(self) -> None:
        """Let Ctrl-C be answered as before."""
        if self.before is not None:
            signal.signal(signal.SIGINT, self.before)
            self.before = None

    def around(self, rule: Callable[..., None]) -> Callable[..., None]:
        """Make a rule that looks at the note before each step.

        Parameters
        ----------
        rule : function
            A rule such as ``descend``.

        Returns
        -------
        function
            Takes what `rule` takes; raises `Stopped` in the place of a step if it was asked to.
        """

        def step(*arguments: Any) -> None:
            if self.asked:
                raise Stopped
            rule(*arguments)

        return step
