"""What is known of a check cell after it has run."""

import math
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Any

SYMBOLIC = "symbolic"
"""A difference of expressions that is not zero."""

NUMERIC = "numeric"
"""An error that is larger than its bound."""

FALSE = "false"
"""An assertion of another kind that does not hold."""

EXCEPTION = "exception"
"""An exception, of the check or of the code that it calls."""


@dataclass(frozen=True)
class Record:
    """What one check cell saw.

    Attributes
    ----------
    docname : str
        The chapter.
    number : int
        Which of the chapter's check cells it is, counted from 1.
    line : int
        The line of the chapter on which its code begins.
    labels : tuple of str
        The equations that it checks.
    kinds : tuple of str
        How it checks them.
    passed : bool
        Whether it ran to its end.
    comparisons : int
        How many comparisons its assertions made.
    error, bound : float or None
        Of the comparison that comes closest to its bound, or, where the cell failed, of the one
        that failed: the largest error and what was allowed. Both are 0 for what is equal exactly.
        None if no comparison has an error: the assertions are of other kinds. The error may be NaN
        or infinite.
    failure : str or None
        How it failed: `SYMBOLIC`, `NUMERIC`, `FALSE` or `EXCEPTION`; None if it passed.
    message : str
        On failure, a short text: the exception, or the assertion.
    """

    docname: str
    number: int
    line: int
    labels: tuple[str, ...]
    kinds: tuple[str, ...]
    passed: bool
    comparisons: int = 0
    error: float | None = None
    bound: float | None = None
    failure: str | None = None
    message: str = ""

    @property
    def is_exact(self) -> bool:
        """Tell whether the cell compared numbers or expressions, all of them exactly."""
        return self.error == 0 and self.bound == 0

    @property
    def ratio(self) -> float:
        """The error in units of its bound: at most 1 in a cell that passed."""
        return ratio_of(self.error, self.bound)


def ratio_of(error: float | None, bound: float | None) -> float:
    """Divide an error by its bound; NaN stays NaN, and 0 is within every bound."""
    if error is None or bound is None or error == 0:
        return 0.0
    if math.isnan(error) or math.isnan(bound):
        return math.nan
    return error / bound if bound > 0 else math.inf


def place_of(record: Record) -> str:
    """Give the chapter's file and the line, for messages."""
    return f"{PurePosixPath('book') / record.docname}.md:{record.line}"


def to_plain(record: Record) -> dict[str, Any]:
    """Turn a record into what JSON can hold."""
    return asdict(record)


def from_plain(plain: dict[str, Any]) -> Record:
    """Make a record of what JSON held."""
    lists = {name: tuple(plain[name]) for name in ("labels", "kinds")}
    return Record(**{**plain, **lists})
