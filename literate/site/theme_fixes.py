"""What surrounds the text of a page: templates, scripts, static files."""

from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

INDEX = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>{title}</title>
<meta http-equiv="refresh" content="0; url={first}">
<p><a href="{first}">{title}</a></p>
</html>
"""
ARROW = "Show or hide the pages below this one"
TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"


def configure(app: Sphinx, config: Config) -> None:
    """Put this extension's templates before the theme's, and MathJax among the static files.

    Folders are added here and not in the configuration: Jupyter Book loads every script of a
    configured static folder in every page.
    """
    config.templates_path.insert(0, str(TEMPLATES))
    config.html_static_path += ["_vendor", str(STATIC)]


def drop_repeated_scripts(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document,
) -> None:
    """Load each script once; the theme and Jupyter Book list some twice."""
    seen: dict[str, Any] = {}
    for script in context.get("script_files", []):
        seen.setdefault(str(getattr(script, "filename", script)) or repr(script), script)
    context["script_files"] = list(seen.values())


def mend_markup(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document,
) -> None:
    """Mend what others write and assistive software trips over.

    The theme's folding arrows in the navigation have no name; docutils gives the entries of a
    bibliography a role that the standard has withdrawn.
    """
    if "body" in context:
        body = context["body"].replace("doc-biblioentry", "listitem")
        # Pictures below the first view wait until the reader comes near them.
        context["body"] = body.replace("<img ", '<img loading="lazy" ')
    navigation = context.get("generate_toctree_html")
    if navigation:

        def named(*args: Any, **kwargs: Any) -> str:
            html = str(navigation(*args, **kwargs))
            return html.replace("<summary>", f'<summary aria-label="{ARROW}">')

        context["generate_toctree_html"] = named


def write_index(app: Sphinx, exception: Exception | None) -> None:
    """Lead from index.html to the first page; sphinx_external_toc's own page is no valid HTML."""
    if exception is None and app.config.root_doc != "index":
        first = f"{app.config.root_doc}.html"
        html = INDEX.format(title=escape(app.config.html_title), first=first)
        Path(app.outdir, "index.html").write_text(html, encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Connect to the making of a page, after the theme."""
    app.connect("html-page-context", drop_repeated_scripts, priority=900)
    app.connect("html-page-context", mend_markup, priority=900)
    app.connect("build-finished", write_index, priority=900)
