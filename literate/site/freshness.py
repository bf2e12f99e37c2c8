"""Nothing stale: when pages are read again, cells run again, and leftovers are removed."""

from collections.abc import Sequence
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment

from literate.chapters import read_book
from literate.execution import cache_folder, digest, executed_notebook, remove_stale_notebooks


def configure(app: Sphinx, config: Config) -> None:
    """Point the execution cache at the folder for the present package, lock and Python.

    myst-nb registers the setting as part of the environment: when its value changes, Sphinx reads
    every page again, and finds an empty cache there.
    """
    root = Path(app.srcdir).parent
    config.nb_execution_cache_path = str(cache_folder(root))
    # What shapes a page without being in it: this extension, and the notation.
    makers = [*sorted((root / "literate").rglob("*.py")), root / "book" / "notation.yml"]
    config.literate_makers = digest(root, [path for path in makers if path.exists()])


def outdated(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> Sequence[str]:
    """Read a chapter again if its executed notebook is missing; forget chapters that are gone."""
    root = Path(app.srcdir).parent
    for docname in removed:
        Path(app.outdir, f"{docname}.html").unlink(missing_ok=True)
    notebooks = [chapter.docname for chapter in read_book(root) if chapter.is_notebook]
    remove_stale_notebooks(root, notebooks)
    return [
        docname
        for docname in notebooks
        if docname in env.found_docs - added - changed
        and not executed_notebook(root, docname).exists()
    ]


def setup(app: Sphinx) -> None:
    """Register the setting and the event."""
    app.add_config_value("literate_makers", "", "env", str)
    app.connect("env-get-outdated", outdated)
