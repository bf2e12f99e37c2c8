"""The records of the book, kept in ``_build`` for as long as nothing that they depend on changes.

What a check cell sees depends on its own code, on the cells that it needs, on the package, and on
the environment. Each such whole has a key; a chapter's prose is no part of it.
"""

import ast
import json
import platform
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from literate.book.chapters import Cell, Chapter
from literate.checks.digests import digest, digest_of_machine, lock_files, package_files
from literate.checks.json_cache import read_cache, write_cache
from literate.checks.needed_statements import statements_needed
from literate.checks.processes import Job, run_jobs
from literate.checks.records import Record, from_plain, to_plain
from literate.tangle.tangle import assemble

CACHE = Path("_build") / "checks.json"


def records_of_jobs(
    root: Path, chapters: Sequence[Chapter], jobs: Sequence[Job]
) -> list[list[Record]]:
    """Run jobs, as far as the cache does not know what they give; it forgets everything else.

    Parameters
    ----------
    root : Path
        The project's folder.
    chapters : sequence of Chapter
        The book.
    jobs : sequence of Job
        What to run.

    Returns
    -------
    list of list of Record
        For each job, a record for each of its check cells.
    """
    keys = _Keys(root, chapters)
    known = read_cache(root / CACHE)
    to_run: list[tuple[Job, list[str]]] = []
    for job in jobs:
        missing = [item for item in job.selection if keys.of(job, item) not in known]
        # the book as it is: one by one, so that they run side by side
        parts = [missing] if job.replaced else [[item] for item in missing]
        for part in filter(None, parts):
            to_run.append((Job(job.replaced, part), [keys.of(job, item) for item in part]))
    results = run_jobs(root, chapters, [job for job, _ in to_run])
    for (_, of_job), records in zip(to_run, results, strict=True):
        known.update(zip(of_job, map(to_plain, records), strict=True))
    used = {keys.of(job, item) for job in jobs for item in job.selection}
    if to_run or len(known) > len(used):
        write_cache(root / CACHE, {key: known[key] for key in known if key in used})
    return [
        [
            replace(from_plain(known[keys.of(job, item)]), **keys.place(item))
            for item in job.selection
        ]
        for job in jobs
    ]


class _Keys:
    """Names what each run of a check cell depends on."""

    def __init__(self, root: Path, chapters: Sequence[Chapter]) -> None:
        package = {target: file.text for target, file in assemble(chapters).items()}
        data = [path for path in package_files(root) if path.suffix != ".py"]
        self.common = [
            platform.python_version(),
            digest(root, [*data, *lock_files(root)]),
            digest_of_machine(),
            package,
        ]
        self.chapters = {chapter.docname: chapter for chapter in chapters}
        self.of_checks: dict[tuple[str, int], str] = {}

    def of(self, job: Job, item: tuple[str, int]) -> str:
        """Give the key of one check cell in one job."""
        cell = job.replaced
        edit = [str(cell.chapter), cell.index, cell.source] if cell else None
        return _hash([self.of_check(item), edit])

    def of_check(self, item: tuple[str, int]) -> str:
        """Give the key of one check cell, on the book as it is."""
        if item not in self.of_checks:
            chapter, cell = self._find(item)
            needed = [ast.unparse(part) for _, part in statements_needed(chapter, cell)]
            what = [*item, cell.checks, cell.kinds, needed, cell.source]
            self.of_checks[item] = _hash([self.common, what])
        return self.of_checks[item]

    def place(self, item: tuple[str, int]) -> dict[str, Any]:
        """Say where a check cell stands now; lines move when prose changes."""
        return {"line": self._find(item)[1].line}

    def _find(self, item: tuple[str, int]) -> tuple[Chapter, Cell]:
        docname, number = item
        chapter = self.chapters[docname]
        return chapter, chapter.check_cells[number - 1]


def _hash(what: Any) -> str:
    return sha256(json.dumps(what).encode()).hexdigest()[:20]
