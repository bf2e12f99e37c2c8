"""The role ``wrong``, with which a chapter's text refers to a wrong formula and what caught it."""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxRole


class WrongFormula(SphinxRole):
    """Says what the checks see if one formula is wrong."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Name the wrong formula."""
        return [nodes.inline("", self.text)], []


def setup(app: Sphinx) -> None:
    """Register the role."""
    app.add_role("wrong", WrongFormula())
