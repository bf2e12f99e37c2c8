"""The Sphinx extension of the book: what is in the page besides Jupyter Book's own.

It needs no Jupyter Book: a plain Sphinx project with myst_nb and sphinx_external_toc can load it.
"""

from typing import Any

from sphinx.application import Sphinx

from literate.site import (
    answers,
    api,
    cards_and_sitemap,
    cell_frames,
    chapter_map,
    code_lines,
    downloads,
    equation_lines,
    equation_marks,
    equation_previews,
    equation_uses,
    exercise_marks,
    formulas,
    glossary,
    icons,
    interactive,
    launch,
    ledger,
    links,
    listing,
    mathjax,
    name_links,
    notation_table,
    page_trees,
    path_links,
    proofs,
    search,
    section_links,
    section_marks,
    sidebar,
    stale_pages,
    theme_fixes,
    wrong_formulas,
)


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect the parts; Sphinx calls this."""
    app.connect("config-inited", stale_pages.configure)
    app.connect("config-inited", cards_and_sitemap.configure)
    app.connect("config-inited", mathjax.configure)
    app.connect("config-inited", theme_fixes.configure)
    stale_pages.setup(app)
    api.setup(app)
    answers.setup(app)
    cell_frames.setup(app)
    chapter_map.setup(app)
    code_lines.setup(app)
    downloads.setup(app)
    equation_lines.setup(app)
    equation_marks.setup(app)
    equation_previews.setup(app)
    equation_uses.setup(app)
    exercise_marks.setup(app)
    glossary.setup(app)
    cards_and_sitemap.setup(app)
    formulas.setup(app)
    icons.setup(app)
    interactive.setup(app)
    launch.setup(app)
    ledger.setup(app)
    links.setup(app)
    listing.setup(app)
    name_links.setup(app)
    notation_table.setup(app)
    page_trees.setup(app)
    path_links.setup(app)
    proofs.setup(app)
    search.setup(app)
    section_marks.setup(app)
    section_links.setup(app)
    sidebar.setup(app)
    theme_fixes.setup(app)
    wrong_formulas.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
