"""Writing the package from the chapters, and carrying edits back."""
