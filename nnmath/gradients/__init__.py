# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 89890f5bbf40cea7

# From book/one_neuron.md, "What the chapter adds to the package"
"""The derivatives of the cost: by index, along paths, in matrices, and their checks."""
