# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 43a8acea0887beff

# From book/modeling.md, "A function that can hold what is known of it"
"""Functions of which more is known than how to compute them."""

import sys
from collections.abc import Callable
from functools import update_wrapper
from typing import Any


class KnownFunction:
    """A function, with what else is known of it in attributes.

    Parameters
    ----------
    function : function
        Computes it.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.__name__: str = getattr(function, "__name__", repr(function))
        update_wrapper(self, function, updated=())  # what it holds in attributes is its own
        self.function = function

    def __call__(self, *arguments: Any) -> Any:
        """Compute the function."""
        return self.function(*arguments)

    def __repr__(self) -> str:
        return self.__name__

    def __reduce__(self) -> str | tuple[Any, ...]:
        if getattr(sys.modules.get(self.__module__), self.__name__, None) is self:
            return self.__name__  # as functions are handed on: by name
        return type(self), (self.function,), vars(self)
