# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: c3c9dca88a12281d

# From book/notebook_run.md, "A bar in a terminal, silence in a page"
"""What a person meets: the command line, drawings, the bar of a training run."""
