"""The machine that ties the book to its package: it reads the chapters and tangles `nnmath`.

It has rooms, and no room knows those above it: ``book`` is the lowest, then ``tangle``, the file
``staleness``, ``meaning``, ``checks``, ``build`` and ``site``. Below them all is ``errors``, above
them all the command line.
"""

from pathlib import Path

MACHINE = Path(__file__).resolve().parent
"""The folder of the machine."""

HOME = MACHINE.parent
"""The folder that the machine is in: the project's, unless the book is another one."""
