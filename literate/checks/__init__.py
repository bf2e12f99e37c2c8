"""Running the check cells, and keeping what they see: the errors, and how large they may be."""

from literate.checks.records import Record
from literate.checks.results import records_of_book

__all__ = ["Record", "records_of_book"]
