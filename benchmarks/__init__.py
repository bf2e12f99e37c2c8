"""How fast the book's step is, beside others: `make bench`."""
