"""What a first reading needs: the directives ``evening`` and ``beside``, below a section's heading.

``{evening} 1`` says that the section is on the path of two evenings. ``{beside}`` says in one
sentence what the section shows, and that the main line does not need it: the page folds it.
"""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

LOGGER = logging.getLogger(__name__)

EVENINGS = {"1": "First evening", "2": "Second evening"}
"""What the page says above a section of the path."""

OPEN = (
    '<details class="beside-section"><summary><span class="collapsed">Show this section</span>'
    '<span class="expanded">Hide this section</span></summary>\n'
)
CLOSE = "</details>\n"


class Marking(SphinxDirective):
    """Says something of the section that it stands in."""

    def mark(self, kind: str) -> nodes.Node:
        """Note it for the section, with the place for a warning."""
        node = nodes.container("", reading_mark=kind)
        self.set_source_info(node)
        return node


class Evening(Marking):
    """Puts a section on the path of two evenings."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Note the evening, and show it."""
        if self.arguments[0] not in EVENINGS:
            raise self.error(f"the evening must be 1 or 2, got {self.arguments[0]}")
        line = nodes.paragraph("", EVENINGS[self.arguments[0]], classes=["evening"])
        return [self.mark("evening"), line]


class Beside(Marking):
    """Puts a section beside the main line."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Note it, and show what the section is about."""
        self.assert_has_content()
        says = nodes.container("", classes=["beside-says"])
        self.state.nested_parse(self.content, self.content_offset, says)
        return [self.mark("beside"), says]


class MarkSections(SphinxTransform):
    """Gives each section the class of its mark."""

    default_priority = 400

    def apply(self, **kwargs: Any) -> None:
        """Move each mark to its section, whose heading it must follow."""
        for node in list(self.document.findall(nodes.container)):
            kind, section = node.get("reading_mark"), node.parent
            if kind is None:
                continue
            if not isinstance(section, nodes.section) or section.index(node) != 1:
                LOGGER.warning("{%s} must follow a section's heading", kind, location=node)
            else:
                section["classes"].append(kind)
            section.remove(node)


class FoldSections(SphinxPostTransform):
    """Puts what is beside the main line into a part that opens on demand.

    After the pages are read: Sphinx finds no heading for its contents within such a part.
    """

    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Fold all but the heading and the sentence that says what is there."""
        for section in list(self.document.findall(nodes.section)):
            if "beside" in section["classes"]:
                section.insert(2, nodes.raw("", OPEN, format="html"))
                section += nodes.raw("", CLOSE, format="html")


def setup(app: Sphinx) -> None:
    """Register the directives and the transforms."""
    app.add_directive("evening", Evening)
    app.add_directive("beside", Beside)
    app.add_transform(MarkSections)
    app.add_post_transform(FoldSections)
