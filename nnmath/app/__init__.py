# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 36a90924550a5ed8

# From book/notebook_run.md, "What the chapter adds to the package"
"""What a person meets: the command line, drawings, the bar of a training."""
