"""Reading the book: its chapters, and the files of YAML beside them."""
