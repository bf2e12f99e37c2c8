"""Nothing stale: when pages are read again, cells run again, and leftovers are removed."""

from collections.abc import Sequence
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment

from literate import MACHINE
from literate.book.notation import NOTATION
from literate.build.execution import (
    cache_folder,
    executed_notebook,
    fill_in_outputs,
    remove_stale_notebooks,
)
from literate.checks.digests import digest
from literate.site.whole_book import notebooks_of, root_of

# Pages that no file of the book makes: Sphinx's own, the way from index.html to the first page,
# and what a web server shows for an address that leads nowhere.
GENERATED = {"search", "index", "404"}


def configure(app: Sphinx, config: Config) -> None:
    """Point the execution cache at the folder for the present package, lock and Python.

    myst-nb registers the setting as part of the environment: when its value changes, Sphinx reads
    every page again, and finds an empty cache there.
    """
    config.nb_execution_cache_path = str(cache_folder(root_of(app)))
    # What shapes every page without being in it: this machine, and the notation.
    makers = sorted(path for path in MACHINE.rglob("*") if path.suffix in (".py", ".html"))
    notation = (root_of(app) / NOTATION).read_text(encoding="utf-8")
    config.literate_makers = digest(MACHINE, makers, extra=notation)


def outdated(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> Sequence[str]:
    """Read a chapter again if its executed notebook is missing."""
    return [
        docname
        for docname in notebooks_of(app)
        if docname in env.found_docs - added - changed
        and not executed_notebook(root_of(app), docname).exists()
    ]


def finish(app: Sphinx, exception: Exception | None) -> None:
    """After a good build: complete the executed notebooks, and remove what gone chapters left."""
    if exception is None:
        root = root_of(app)
        remove_stale_notebooks(root, notebooks_of(app))
        fill_in_outputs(root, notebooks_of(app))
        remove_stale_pages(Path(app.outdir), app.env.found_docs)


def remove_stale_pages(outdir: Path, docnames: set[str]) -> None:
    """Remove the pages that an earlier build wrote and this one knows nothing of."""
    for path in outdir.rglob("*.html"):
        name = path.relative_to(outdir).with_suffix("").as_posix()
        if name not in docnames | GENERATED and not name.startswith("_static/"):
            path.unlink()


def setup(app: Sphinx) -> None:
    """Register the setting and the events."""
    app.add_config_value("literate_makers", "", "env", str)
    app.connect("env-get-outdated", outdated)
    app.connect("build-finished", finish)
