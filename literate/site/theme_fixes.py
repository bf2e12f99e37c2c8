"""What surrounds the text of a page: templates, scripts, static files."""

import re
import struct
from functools import partial
from html import escape
from pathlib import Path, PurePosixPath
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
PT = 4 / 3
"""A point in pixels of the page."""
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

    Docutils gives the entries of a bibliography a role that the standard has withdrawn.
    """
    if "body" in context:
        body = context["body"].replace("doc-biblioentry", "listitem")
        # The underlined link must not begin with the space before it.
        body = re.sub(r"(<p class=\"admonition-title\">[^<]*\w)(<a [^>]*>) ", r"\1 \2", body)
        context["body"] = re.sub(r"<img [^>]*>", partial(patient, app), body)


def patient(app: Sphinx, tag: re.Match[str]) -> str:
    """Let a picture wait until the reader comes near it, with its room kept free.

    Without its size the text below would move when the picture comes, and with it the place that
    a link led to.
    """
    source = re.search(r'src="([^"]*)"', tag[0])
    size = size_of(app, PurePosixPath(source[1]).name) if source else None
    if not size or " width=" in tag[0]:
        return tag[0].replace("<img ", '<img loading="lazy" ', 1)
    width, height = size
    room = f'<img loading="lazy" width="{width}" height="{height}" '
    image = tag[0].replace("<img ", room, 1)
    # On a telephone the box scrolls before the letters of the drawing become too small.
    return f'<span class="drawing" style="--width: {width}px">{image}</span>'


def size_of(app: Sphinx, name: str) -> tuple[int, int] | None:
    """Measure a picture of the site, in pixels of the page, if it has a size of its own."""
    homes = [
        Path(app.srcdir) / path for path, copy in app.builder.images.items() if copy == name
    ]
    homes.append(Path(app.srcdir) / "_static" / name)
    for path in homes:
        if path.suffix == ".svg" and path.exists():
            return size_of_svg(path.read_text(encoding="utf-8"))
        if path.suffix == ".png" and path.exists():
            width, height = struct.unpack(">II", path.read_bytes()[16:24])
            return width, height
    return None


def size_of_svg(text: str) -> tuple[int, int] | None:
    """Read the width and the height that a drawing gives itself, or else its box."""
    root = re.search(r"<svg\b[^>]*>", text)
    sides = [
        re.search(rf'\s{side}="([\d.]+)(pt|px)?"', root[0] if root else "")
        for side in ("width", "height")
    ]
    if all(sides):
        width, height = (float(s[1]) * (PT if s[2] == "pt" else 1) for s in sides if s)
        return round(width), round(height)
    box = re.search(r'viewBox="[\d.-]+ [\d.-]+ ([\d.]+) ([\d.]+)"', root[0] if root else "")
    return (round(float(box[1])), round(float(box[2]))) if box else None


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
