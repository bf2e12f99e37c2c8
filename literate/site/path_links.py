"""The path of two evenings as a chain: each mark leads to the list, each section to the next one.

A section whose next one follows on its page needs no link.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

from literate.book.sections import follows, whole_path
from literate.site.section_links import section_link
from literate.site.whole_book import SHOWN, chapters_of, note

LIST = "two_evenings"
"""The page that lists the path."""

PATH = "the path"


def path_shown(app: Sphinx, which: str) -> Iterator[str]:
    """Write down the sections of the path."""
    for section in whole_path(chapters_of(app)):
        yield f"{section.chapter.docname} {section.position} {section.title} {section.marks}"


SHOWN[PATH] = path_shown


class LinkSections(SphinxTransform):
    """Makes links of the marks, and leads from a section to the next one elsewhere."""

    default_priority = 410  # after MarkSections

    def apply(self, **kwargs: Any) -> None:
        """Link the sections of one page."""
        sections = list(self.document.findall(nodes.section))
        if not any("evening" in section["classes"] for section in sections):
            return
        note(self.env, PATH, "the table of contents")
        for section, following in pairwise(whole_path(chapters_of(self.app))):
            if section.chapter.docname == self.env.docname and not follows(section, following):
                goes_on = "The path of two evenings goes on: "
                line = nodes.paragraph("", goes_on, classes=["evening-next"])
                line += section_link(following)
                sections[section.position] += line
        for mark in list(self.document.findall(nodes.paragraph)):
            if "evening" in mark["classes"]:
                mark[:] = [link_to_list(mark.astext())]


def link_to_list(text: str) -> addnodes.pending_xref:
    """Make a link to the list of the path."""
    return addnodes.pending_xref(
        "",
        nodes.inline("", text),
        refdomain="std",
        reftype="doc",
        reftarget=f"/{LIST}",
        refexplicit=True,
        refwarn=True,
    )


def setup(app: Sphinx) -> None:
    """Register the transform."""
    app.add_transform(LinkSections)
