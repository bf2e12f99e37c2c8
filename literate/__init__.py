"""The machine that ties the book to its package: it reads the chapters and tangles `nnmath`."""
