"""Starting a kernel once more where another program was quicker at one of its ports."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

STARTS = 3
"""How often at most: that a port is taken between choice and use is rare, and twice rarer."""

DIED = "Kernel died before replying"


def tries_again(start: Callable[P, T]) -> Callable[P, T]:
    """Make a function that starts a kernel start another one if the first dies before it answers.

    Who starts a kernel chooses its ports, and the kernel takes them a second later. In between
    another program can take one, and then the kernel ends.
    """

    @wraps(start)
    def wrapped(*arguments: P.args, **named: P.kwargs) -> T:
        for _ in range(STARTS - 1):
            try:
                return start(*arguments, **named)
            except RuntimeError as error:
                if DIED not in str(error):
                    raise
        return start(*arguments, **named)

    return wrapped
