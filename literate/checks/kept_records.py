"""The records of the book, kept in ``_build`` for as long as nothing that they depend on changes.

What a check cell sees depends on its own code, on the cells that it needs, on the modules of the
package that these use, on the machine, and on the environment; a chapter's prose is no part of it.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from literate.book.cell_code import parse_cell
from literate.book.chapters import Cell, Chapter
from literate.checks.json_cache import read_cache, write_cache
from literate.checks.needed_statements import statements_needed
from literate.checks.processes import Job, run_jobs
from literate.checks.records import Record, from_plain, to_plain
from literate.staleness import (
    CELLS,
    EVERYTHING,
    MACHINERY,
    Dependencies,
    bare,
    changes,
    digest_of,
    digest_of_everything,
    digest_of_machine,
    dumped,
    tree_of_cell,
)

CACHE = Path("_build") / "checks.json"

RUNNER = "literate.checks.processes"
"""The module that runs checks; it and what lies behind it are a part of each record's key."""

Item = tuple[str, int]
"""A check cell: its chapter's docname, and its number there."""


def records_of_jobs(
    kept: "KeptRecords", chapters: Sequence[Chapter], jobs: Sequence[Job]
) -> list[list[Record]]:
    """Run jobs, as far as the cache does not know what they give; it forgets everything else.

    Parameters
    ----------
    kept : KeptRecords
        What is known.
    chapters : sequence of Chapter
        The book.
    jobs : sequence of Job
        What to run.

    Returns
    -------
    list of list of Record
        For each job, a record for each of its check cells.
    """
    to_run: list[Job] = []
    for job in jobs:
        missing = [item for item in job.selection if kept.reasons(job, item)]
        # the book as it is: one by one, so that they run side by side
        parts = [missing] if job.replaced else [[item] for item in missing]
        to_run += [Job(job.replaced, part) for part in parts if part]
    for job, records in zip(to_run, run_jobs(kept.root, chapters, to_run), strict=True):
        for item, record in zip(job.selection, records, strict=True):
            kept.keep(job, item, record)
    kept.write(jobs)
    return [[kept.record(job, item) for item in job.selection] for job in jobs]


class KeptRecords:
    """What each check cell saw, and what it depended on then.

    Parameters
    ----------
    root : Path
        The project's folder.
    chapters : sequence of Chapter
        The book.
    """

    def __init__(self, root: Path, chapters: Sequence[Chapter]) -> None:
        self.root = root
        self.file = root / CACHE
        self.before = read_cache(self.file)
        self.known = dict(self.before)
        self.everything = digest_of_everything(root, chapters)
        self.all_hold = self.known.pop(EVERYTHING, None) == self.everything
        self.dependencies = Dependencies(root, chapters)
        self.chapters = {chapter.docname: chapter for chapter in chapters}
        self.of_checks: dict[Item, dict[str, str]] = {}

    @cached_property
    def machine(self) -> str:
        """A digest of the part of the machine that runs checks."""
        return digest_of_machine(RUNNER)

    def reasons(self, job: Job, item: Item) -> list[str]:
        """Say why a check cell must run again; nothing if it need not."""
        entry = self.known.get(_name(job, item))
        if entry and self.all_hold:
            return []
        return changes(entry["parts"] if entry else None, self.parts(job, item))

    def record(self, job: Job, item: Item) -> Record:
        """Give what a check cell saw, at the place where it stands now."""
        plain = self.known[_name(job, item)]["record"]
        return replace(from_plain(plain), line=self._find(item)[1].line)

    def keep(self, job: Job, item: Item, record: Record) -> None:
        """Keep what a check cell has seen just now."""
        parts = self.parts(job, item)
        self.known[_name(job, item)] = {"parts": parts, "record": to_plain(record)}

    def write(self, jobs: Sequence[Job]) -> None:
        """Write the file, if there is anything new, with what belongs to these jobs alone."""
        used = {_name(job, item) for job in jobs for item in job.selection}
        self.known = {name: self.known[name] for name in self.known if name in used}
        now = {**self.known, EVERYTHING: self.everything}
        if now != self.before:
            write_cache(self.file, now)

    def parts(self, job: Job, item: Item) -> dict[str, str]:
        """Name what one check cell in one job depends on."""
        if item not in self.of_checks:
            self.of_checks[item] = self._parts_of_check(item)
        if job.replaced is None:
            return self.of_checks[item]
        edited = tree_of_cell(job.replaced)
        used = self.dependencies.modules.behind([edited])
        return {**used, **self.of_checks[item], "the wrong formula": digest_of(dumped(edited))}

    def _parts_of_check(self, item: Item) -> dict[str, str]:
        chapter, cell = self._find(item)
        statements = [
            line for _, part in statements_needed(chapter, cell) for line in part.body
        ]
        trees = [*map(bare, statements), *map(bare, parse_cell(cell).body)]
        own = digest_of(*cell.checks, *cell.kinds, *map(dumped, trees))
        return {
            CELLS: own,
            **self.dependencies.of_code(trees),
            MACHINERY: self.machine,
        }

    def _find(self, item: Item) -> tuple[Chapter, Cell]:
        docname, number = item
        chapter = self.chapters[docname]
        return chapter, chapter.check_cells[number - 1]


def _name(job: Job, item: Item) -> str:
    """Name one check cell in one job."""
    docname, number = item
    cell = job.replaced
    edit = f", with {cell.chapter} cell {cell.index} {digest_of(cell.source)}" if cell else ""
    return f"{docname} check {number}{edit}"
