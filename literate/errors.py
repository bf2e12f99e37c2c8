"""What the machine says when the book breaks one of its rules."""

from collections.abc import Iterable
from pathlib import PurePath


class BookError(Exception):
    """One or more things that are wrong with the book.

    Parameters
    ----------
    *problems : str
        One line each: the place (file and line), what came, what was expected.
    """

    def __init__(self, *problems: str) -> None:
        super().__init__(*problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(self.problems)


def at(path: PurePath | str, line: int | None, message: str) -> str:
    """Put the place in front of a message as compilers do, so that editors can jump to it."""
    where = str(path) if line is None else f"{path}:{line}"
    return f"{where}: {message}"


def refuse(problems: Iterable[str]) -> None:
    """Raise all problems at once, so that one run shows everything there is to mend."""
    found = tuple(dict.fromkeys(problems))
    if found:
        raise BookError(*found)
