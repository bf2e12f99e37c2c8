# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 830671ea8a36de91

# From book/command_line.md, "A training run that can be stopped"
"""Stop a training run between two steps when Ctrl-C is pressed."""

import signal
import threading
from types import FrameType, TracebackType
from typing import Any

from nnmath.learning.descent import StepRule, prepared
from nnmath.learning.training_types import Rule
from nnmath.model.array_types import ByLayer
from nnmath.model.network import Network


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

    def around(self, rule: Rule) -> "StoppableRule":
        """Make a rule that looks at the note before each step.

        Parameters
        ----------
        rule : function
            A rule such as ``descend``.

        Returns
        -------
        StoppableRule
            Takes what `rule` takes; raises `Stopped` in the place of a step if it was asked to.
        """
        return StoppableRule(rule, self)


class StoppableRule(StepRule):
    """A rule that makes the steps of another until it is asked to stop.

    Parameters
    ----------
    rule : function
        A rule such as ``descend``.
    stop : StopBetweenSteps
        Is looked at before each step.
    """

    def __init__(self, rule: Rule, stop: StopBetweenSteps) -> None:
        self.rule, self.stop = rule, stop
        self.make_step: Rule = rule

    def prepare(self, network: Network) -> None:
        """Prepare the rule inside."""
        self.make_step = prepared(self.rule, network)

    def move(self, network: Network, of_W: ByLayer, of_b: ByLayer, eta: float) -> None:
        """Make the step of the rule inside, or raise `Stopped` in its place."""
        if self.stop.asked:
            raise Stopped
        self.make_step(network, of_W, of_b, eta)
