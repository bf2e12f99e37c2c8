"""The Sphinx extension of the book: what is in the page besides Jupyter Book's own.

It needs no Jupyter Book: a plain Sphinx project with myst_nb and sphinx_external_toc can load it.
"""

from typing import Any

from sphinx.application import Sphinx

from literate.site import (
    answers,
    api,
    cells,
    chapter_map,
    downloads,
    equations,
    freshness,
    glossary,
    head,
    icons,
    interactive,
    ledger,
    listing,
    notation_table,
    page,
    wrong_formulas,
)


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect the parts; Sphinx calls this."""
    app.connect("config-inited", freshness.configure)
    app.connect("config-inited", head.configure)
    app.connect("config-inited", notation_table.configure)
    app.connect("config-inited", page.configure)
    freshness.setup(app)
    api.setup(app)
    answers.setup(app)
    cells.setup(app)
    chapter_map.setup(app)
    downloads.setup(app)
    equations.setup(app)
    glossary.setup(app)
    head.setup(app)
    icons.setup(app)
    interactive.setup(app)
    ledger.setup(app)
    listing.setup(app)
    notation_table.setup(app)
    page.setup(app)
    wrong_formulas.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
