# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 1f9c763e46fbf6e3

# From book/mnist.md, "What the chapter adds to the package"
"""Learning from data: files, mini-batches, steps, training, evaluation."""
