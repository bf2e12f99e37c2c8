# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 573735dbc856a57e

# From book/modeling.md, "What the chapter adds to the package"
"""The network: its parameters, activation functions, forward pass and costs."""
