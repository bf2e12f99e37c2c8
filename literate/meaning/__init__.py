"""What the book's displayed mathematics means: read, evaluated, and compared side by side."""
