"""The two editions of the book, the whole one and that for a class, and where they are built."""

import os
from pathlib import Path

SITE = Path("_build") / "html"
"""Where the pages of the whole book are."""

CLASS = Path("_build") / "class"
"""Where the class edition is made: Jupyter Book puts a folder ``_build`` of its own there."""

CLASS_SITE = Path("_build") / "html-class"
"""Where the class edition is put when it is done."""

SOLUTIONS = "LITERATE_SOLUTIONS"
"""The environment's variable that is ``no`` while the class edition is made."""


def has_solutions() -> bool:
    """Ask the environment which edition is made: the class edition has no solutions."""
    return os.environ.get(SOLUTIONS) != "no"
