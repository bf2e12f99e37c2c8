"""Nothing stale: when pages are read again, cells run again, and leftovers are removed."""

import os
import sys
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError
from sphinx.util import logging

from literate.build.editions import has_solutions
from literate.build.outputs_cache import (
    CACHE,
    fill_in_outputs,
    outputs_digests,
    remove_stale_notebooks,
)
from literate.build.prepare import PREPARED, READ_AGAIN, Prepared, prepare, read_prepared
from literate.build.slides import FOLDER as SLIDES
from literate.errors import BookError
from literate.site import whole_book
from literate.site.whole_book import changed_in, notebooks_of, root_of
from literate.staleness import sentence
from literate.tangle.tangle import tangle

logger = logging.getLogger(__name__)

OUTPUTS = "literate_outputs"
"""Under this key a chapter's metadata hold a digest of the outputs that its page shows."""

# Pages that no file of the book makes: Sphinx's own, the way from index.html to the first page,
# and what a web server shows for an address that leads nowhere.
GENERATED = {"search", "index", "404"}


class NotPreparedError(SphinxError):
    """What comes before the pages has failed."""

    category = "The book is not right"


def configure(app: Sphinx, config: Config) -> None:
    """Say where the outputs are, and what shapes every page: when that changes, all are read again.

    `make book` has run the checks and the chapters by now. Under Sphinx's or Jupyter Book's own
    command it is done here.
    """
    if sys.flags.optimize > 1:
        raise NotPreparedError(
            "Python leaves out the docstrings that pages show: unset PYTHONOPTIMIZE, and no -OO"
        )
    root = root_of(app)
    config.nb_execution_cache_path = str(root / CACHE)
    there = os.environ.get(PREPARED)
    try:
        prepared = read_prepared(there) if there else tangle_and_prepare(root)
    except BookError as error:
        raise NotPreparedError(str(error)) from error
    setattr(app, whole_book.PREPARED, prepared)
    config.literate_makers = prepared.makers


def tangle_and_prepare(root: Path) -> Prepared:
    """Do what `make book` does before it calls Jupyter Book."""
    tangle(root)
    return prepare(root, solutions=has_solutions())


@lru_cache(maxsize=1)
def outputs_of(app: Sphinx) -> dict[str, str]:
    """Give a digest of each chapter's outputs, read once in each build."""
    return outputs_digests(root_of(app))


def note_outputs(app: Sphinx, doctree: nodes.document) -> None:
    """Remember which outputs a page shows."""
    app.env.metadata[app.env.docname][OUTPUTS] = outputs_of(app).get(app.env.docname, "")


def outdated(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> Sequence[str]:
    """Find the pages that must be read again though their files are the same, and say why."""
    # Sphinx keeps the first page's tree in its pickle: it would name chapters that are gone.
    vars(env).pop("master_doctree", None)
    found = {
        docname: reasons
        for docname in sorted(env.found_docs - added - changed)
        if (reasons := list(changes_in(app, docname)))
    }
    said = {docname: ["its text changed"] for docname in sorted(changed)} | found
    for docname, reasons in said.items():
        logger.info(sentence(docname, READ_AGAIN, reasons))
    return list(found)


def changes_in(app: Sphinx, docname: str) -> Iterator[str]:
    """Say what a page shows that is not in its file, and has become another."""
    if app.env.metadata.get(docname, {}).get(OUTPUTS, "") != outputs_of(app).get(docname, ""):
        yield "its outputs changed"
    yield from (f"{name} changed" for name in changed_in(app, docname))


def finish(app: Sphinx, exception: Exception | None) -> None:
    """After a good build: complete the executed notebooks, and remove what gone chapters left."""
    if exception is None:
        root = root_of(app)
        remove_stale_notebooks(root, notebooks_of(app))
        read = set(notebooks_of(app)) & getattr(app, "literate_read", set())
        fill_in_outputs(root, sorted(read))
        remove_stale_pages(Path(app.outdir), app.env.found_docs)


def note_read(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Remember which pages are read in this build: their notebooks lose their outputs."""
    app.literate_read = set(docnames)  # type: ignore[attr-defined]


def remove_stale_pages(outdir: Path, docnames: set[str]) -> None:
    """Remove pages and decks that an earlier build wrote and this one knows nothing of."""
    for path in outdir.rglob("*.html"):
        name = path.relative_to(outdir).with_suffix("").as_posix()
        gone = name.removeprefix(f"{SLIDES}/") not in docnames | GENERATED
        if gone and not name.startswith("_static/"):
            path.unlink()


def setup(app: Sphinx) -> None:
    """Register the setting and the events."""
    app.add_config_value("literate_makers", "", "env", str)
    app.connect("env-get-outdated", outdated)
    app.connect("env-before-read-docs", note_read)
    app.connect("doctree-read", note_outputs)
    app.connect("build-finished", finish)
