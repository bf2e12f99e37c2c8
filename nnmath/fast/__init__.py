# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: dab1dc9fcda275bd

# From book/speed.md, "The functions in place"
"""The same training, faster: examples in blocks, memory used again, workers."""
