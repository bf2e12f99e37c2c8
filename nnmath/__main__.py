# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 4b491e7c673fbb49

# From book/command_line.md, "Options, and errors of one line"
"""Run the command line: ``python -m nnmath``."""

import sys

from nnmath.app.command_line import main

if __package__ == "nnmath" and __name__ == "__main__":  # not when a notebook runs this line
    sys.exit(main())
