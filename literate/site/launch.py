"""Buttons that open a chapter's notebook in Colab and Binder, if the repository's address is set.

The variable ``BOOK_REPOSITORY`` holds it, such as ``https://github.com/OWNER/NAME``. Colab opens
notebooks that lie on GitHub: those of the branch `BRANCH`, which the workflow writes with a first
cell that installs what the notebook needs. Binder makes an environment from ``.binder`` and writes
the notebooks there itself. Without the variable pages have no such buttons.
"""

import os
import re
from typing import Any
from urllib.parse import quote

from docutils import nodes
from sphinx.application import Sphinx

from literate.book.chapters import Chapter
from literate.errors import BookError
from literate.site.downloads import install_line
from literate.site.whole_book import notebooks_of

REPOSITORY = "BOOK_REPOSITORY"
BRANCH = "notebooks"
ADDRESS = re.compile(r"https://github\.com/(?P<place>[\w.-]+/[\w.-]+?)(?:\.git)?/?")


def repository() -> str | None:
    """Give the owner and the name of the repository on GitHub, or None if none is set.

    Raises
    ------
    BookError
        If the variable holds something else.
    """
    address = os.environ.get(REPOSITORY)
    if not address:
        return None
    match = ADDRESS.fullmatch(address)
    if match is None:
        raise BookError(f"{REPOSITORY} must be https://github.com/OWNER/NAME, got {address}")
    return match["place"]


def addresses(place: str, docname: str) -> dict[str, str]:
    """Say where each service opens a chapter's notebook."""
    file = quote(f"{docname}.ipynb")
    return {
        "Colab": f"https://colab.research.google.com/github/{place}/blob/{BRANCH}/{file}",
        "Binder": f"https://mybinder.org/v2/gh/{place}/HEAD?urlpath=lab/tree/_build/notebooks/{file}",
    }


LOGOS = {"Colab": "_static/images/logo_colab.png", "Binder": "_static/images/logo_binder.svg"}
"""The theme's own."""


NOTICE = "A copy of the chapter `{path}`. The cell below installs what it needs."


def first_line(chapter: Chapter, place: str) -> str:
    """Write the line that installs, in a hosted notebook, what its chapter needs."""
    return install_line(chapter, f"git+https://github.com/{place}")


def add_buttons(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Put the theme's menu of services at the top of a chapter."""
    place = repository()
    if place is None or pagename not in notebooks_of(app) or app.builder.name != "html":
        return
    buttons = [
        {
            "type": "link",
            "text": name,
            "tooltip": f"Open in {name}",
            "icon": LOGOS[name],
            "url": url,
        }
        for name, url in addresses(place, pagename).items()
    ]
    menu = {"type": "group", "icon": "fas fa-rocket", "buttons": buttons}
    context["header_buttons"].insert(
        0,
        menu
        | {"tooltip": "Open this chapter's notebook in a service", "label": "launch-buttons"},
    )


def setup(app: Sphinx) -> None:
    """Register the event, behind the one with which the theme makes its list of buttons."""
    app.connect("html-page-context", add_buttons, priority=502)
