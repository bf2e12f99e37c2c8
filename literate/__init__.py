"""The machine that ties the book to its package: it reads the chapters and tangles `nnmath`.

It has rooms, and no room knows those above it: ``book`` is the lowest, then ``tangle``, the file
``staleness``, ``meaning``, ``checks``, ``build`` and ``site``. Below them all is ``errors``, above
them all the command line.
"""

import sys
from pathlib import Path

# nbformat and Jupyter Book check what they read with jsonschema, which tries a parser of web
# addresses that takes seconds to import; None in its place says that it is not there.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

MACHINE = Path(__file__).resolve().parent
"""The folder of the machine."""

HOME = MACHINE.parent
"""The folder that the machine is in: the project's, unless the book is another one."""

KEPT_RUNS = "book/kept-runs"
"""The folder of the results that take minutes to compute, beside the chapters."""
