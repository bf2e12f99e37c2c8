"""What surrounds the text of a page: templates, scripts, static files."""

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

TEMPLATES = Path(__file__).parent / "templates"


def configure(app: Sphinx, config: Config) -> None:
    """Put this extension's templates before the theme's, and MathJax among the static files.

    MathJax's folder is added here and not in the configuration: Jupyter Book loads every script of
    a configured static folder in every page.
    """
    config.templates_path.insert(0, str(TEMPLATES))
    config.html_static_path.append("_vendor")


def drop_repeated_scripts(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Load each script once; the theme and Jupyter Book list some twice."""
    seen: dict[str, Any] = {}
    for script in context.get("script_files", []):
        seen.setdefault(str(getattr(script, "filename", script)) or repr(script), script)
    context["script_files"] = list(seen.values())


def setup(app: Sphinx) -> None:
    """Connect to the making of a page, after the theme."""
    app.connect("html-page-context", drop_repeated_scripts, priority=900)
