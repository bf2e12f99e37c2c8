"""The last good build of an edition: what it was made from, and whether its pages are untouched."""

import os
import platform
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from literate import HOME, MACHINE
from literate.build.editions import CLASS, CLASS_SITE, SITE
from literate.build.outputs_cache import NOTEBOOKS
from literate.checks.json_cache import read_cache, write_cache
from literate.staleness import (
    LOCK,
    MEASURED,
    PYTHON,
    digest_of_files,
    digest_of_page_makers,
    files_of,
    sentence,
)

SOURCES = ("book", "nnmath", "proofs", LOCK, MEASURED, "pyproject.toml", "README.md", "LICENSE")
"""What a reader sees is made from these, and from the machine."""

ADDRESSES = ("BOOK_URL", "BOOK_REPOSITORY")
"""Variables of the environment that pages show."""

MAKERS = "what makes pages"

COPIED = ("book/_static/", "book/_vendor/", "book/_interactive/")
"""What Sphinx copies as it is, and only if it makes a page; each page names what it was then."""

FILE = Path("_build") / "last_build.json"


class LastBuild:
    """What is known of the last good build of an edition.

    Its file is gone as long as Sphinx runs, and after it has failed.

    Parameters
    ----------
    root : Path
        The project's folder.
    solutions : bool
        Whether the edition has the solutions of the exercises.
    """

    def __init__(self, root: Path, *, solutions: bool) -> None:
        self.root = root
        self.file = root / (FILE if solutions else CLASS / FILE)
        self.pages = [SITE] if solutions else [CLASS / SITE, CLASS_SITE]
        self.notebooks = NOTEBOOKS if solutions else CLASS / NOTEBOOKS
        self.known = read_cache(self.file)

    def is_still_true(self) -> bool:
        """Tell whether a build would make what is there already."""
        untouched = self.is_whole() and self.known.get("notebooks") == self._facts(
            self.notebooks
        )
        return untouched and self.known.get("sources") == self.sources()

    def is_whole(self) -> bool:
        """Tell whether the last build was good, and nobody has touched its pages."""
        return bool(self.known) and self.known.get("pages") == self._facts(*self.pages)

    def made_all_anew(self) -> bool:
        """Tell whether the last build began with nothing, so that none of its pages is older."""
        return bool(self.known.get("anew"))

    def changed_copies(self, sources: Mapping[str, str]) -> list[str]:
        """Name the files that stand beside the pages as they are, and have changed since."""
        before = self.known.get("sources", {})
        names = [name for name in {*sources, *before} if name.startswith(COPIED)]
        return sorted(name for name in names if sources.get(name) != before.get(name))

    def forget(self) -> None:
        """Forget it, since Sphinx begins another."""
        self.file.unlink(missing_ok=True)

    def reasons(self) -> list[str]:
        """Say which pages Sphinx would make again, and why, as far as their files tell."""
        if not self.is_whole():
            lost = "there is no good build" if not self.known else "somebody has touched them"
            return [sentence("every page", "is made again", [lost])]
        before, now = self.known["sources"], self.sources()
        if self.known["makers"] != digest_of_page_makers(self.root):
            return [sentence("every page", "is made again", [f"{MAKERS} changed"])]
        if copies := self.changed_copies(now):
            return [
                sentence("every page", "is made again", [f"{name} changed" for name in copies])
            ]
        changed = [
            name for name in now.keys() | before.keys() if now.get(name) != before.get(name)
        ]
        pages = [name for name in sorted(changed) if name.startswith("book/")]
        package = [f"{name} changed" for name in sorted(changed) if name.startswith("nnmath/")]
        said = [
            sentence(f"the page of {name}", "is made again", ["it changed"]) for name in pages
        ]
        if package:
            said.append(sentence("what shows the package", "is made again", package))
        return said

    def remember(self, sources: Mapping[str, str], makers: str, *, anew: bool) -> None:
        """Write down what the pages that are there now were made from, by what, and if all anew."""
        known = {
            "sources": sources,
            "makers": makers,
            "anew": anew,
            "pages": self._facts(*self.pages),
            "notebooks": self._facts(self.notebooks),
        }
        write_cache(self.file, known)

    def sources(self) -> dict[str, str]:
        """Give digests of all that a build reads; what makes every page is among it."""
        files = {
            path.relative_to(self.root).as_posix(): sha256(path.read_bytes()).hexdigest()[:16]
            for path in files_of(self.root, *SOURCES)
        }
        machine = digest_of_files(HOME, MACHINE.name)
        addresses = {name: os.environ.get(name, "") for name in ADDRESSES}
        return {
            **files,
            "the machine": machine,
            **addresses,
            PYTHON: platform.python_version(),
        }

    def _facts(self, *folders: Path) -> str:
        """Give a digest of the sizes and times of the files in folders."""
        total = sha256()
        for path in files_of(self.root, *map(str, folders)):
            facts = path.stat()
            name = path.relative_to(self.root)
            total.update(f"{name} {facts.st_size} {facts.st_mtime_ns}\n".encode())
        return total.hexdigest()
