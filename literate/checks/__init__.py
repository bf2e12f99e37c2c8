"""Running the check cells, and keeping what they see: the errors, and how large they may be."""

from literate.checks.records import Record

__all__ = ["Record"]
