# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: fecad41ca154b86b

# From book/speed.md, "What the chapter adds to the package"
"""The same training, faster: examples in blocks, memory used again, workers."""
