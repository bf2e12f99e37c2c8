"""Links to sections: the roles ``{section}`` and ``{slides}``, and the path of two evenings.

``{section}`eq-…``` leads to the section in which an equation stands, and shows its number and
heading. ``{slides}`eq-…``` leads to the slides of that section, and shows its number. ``{path} 1``
lists what is read on the first evening, with words and minutes.
"""

import posixpath
from collections.abc import Iterator

from docutils import nodes
from docutils.nodes import Element
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole
from sphinx.util.nodes import make_refnode

from literate.book.sections import Section, path, section_of, sections_of
from literate.build.slides import deck_of, has_deck
from literate.site.page_trees import tree_of
from literate.site.whole_book import SHOWN, chapters_of, ledger_of, note

logger = logging.getLogger(__name__)

REFERENCE = "literate-section"

SECTIONS = "the sections"


def sections_shown(app: Sphinx, which: str) -> Iterator[str]:
    """Write down every section, with all that is said of it elsewhere, and the equations."""
    for chapter in chapters_of(app):
        for section in sections_of(chapter):
            yield f"{chapter.docname} {section.title} {section.level} {section.marks}"
            yield f"{section.words} {section.minutes}"
    yield from (f"{e.label} {section_of(e).position}" for e in ledger_of(app).equations)


SHOWN[SECTIONS] = sections_shown


def section_link(section: Section, *, slides: bool = False) -> addnodes.pending_xref:
    """Make a link that shows a section's number and heading, once all pages are read.

    Parameters
    ----------
    section : Section
        The section.
    slides : bool
        Whether to lead to its slides, and to show the number alone.
    """
    reference: addnodes.pending_xref = addnodes.pending_xref(
        "",
        refdomain="",
        reftype=REFERENCE,
        reftarget=section.chapter.docname,
        refposition=section.position,
        refslides=slides,
        refwarn=True,
    )
    reference += nodes.inline("", section.title)
    return reference


def resolve_section(
    app: Sphinx, env: BuildEnvironment, node: addnodes.pending_xref, contnode: Element
) -> Element | None:
    """Resolve a link made by `section_link`: the source has as many headings as the page."""
    docname = node["reftarget"]
    if node.get("reftype") != REFERENCE or docname not in env.found_docs:
        return None
    section = [*tree_of(env, docname).findall(nodes.section)][node["refposition"]]
    anchor = section["ids"][0] if node["refposition"] else ""
    numbers = env.toc_secnumbers.get(docname, {}).get(f"#{anchor}" if anchor else "", ())
    if node["refslides"]:
        page = app.builder.get_relative_uri(node["refdoc"], docname)
        deck = posixpath.join(posixpath.dirname(page), deck_of(posixpath.basename(page)))
        return nodes.reference("", ".".join(map(str, numbers)), refuri=f"{deck}#{anchor}")
    suffix = app.config.html_secnumber_suffix
    title = nodes.inline("", ".".join(map(str, numbers)) + suffix if numbers else "")
    title += [
        child.deepcopy() for child in section[section.first_child_matching_class(nodes.title)]
    ]
    return make_refnode(app.builder, node["refdoc"], docname, anchor, title)


class SectionRole(SphinxRole):
    """Links to the section in which an equation stands, or to its slides.

    Parameters
    ----------
    slides : bool
        Whether to lead to the slides.
    """

    def __init__(self, *, slides: bool = False) -> None:
        super().__init__()
        self.slides = slides

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Make the link; an equation that is not there is warned of."""
        note(self.env, SECTIONS)
        equation = ledger_of(self.env.app).by_label.get(self.text)
        if equation is None:
            logger.warning(
                "no equation has the label %r", self.text, location=self.get_location()
            )
            return [nodes.literal("", self.text)], []
        section = section_of(equation)
        if self.slides:
            section = section_with_slides(section)
            if "beside" in section.marks or not has_deck(section.chapter):
                logger.warning(
                    "%r is on no slide: its section is beside the main line, or no chapter's",
                    self.text,
                    location=self.get_location(),
                )
        return [section_link(section, slides=self.slides)], []


def section_with_slides(section: Section) -> Section:
    """Find the section that has slides: the one below the title in which this one stands."""
    above = sections_of(section.chapter)[: section.position + 1]
    return [one for one in above if one.level == 2][-1]


class Path(SphinxDirective):
    """The sections of one evening, in reading order."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Build the table, and the sum below it."""
        note(self.env, SECTIONS)
        found = path(chapters_of(self.env.app), self.arguments[0])
        words = sum(section.words for section in found)
        minutes = sum(map(whole_minutes, found))
        total = (
            f"In all {words:,} words of text, and about {minutes} minutes with the code, whose"
            " words are not counted."
        )
        return [table(found), nodes.paragraph("", total)]


def whole_minutes(section: Section) -> int:
    """Round the minutes of a section as the table shows them, so that they add up to the sum."""
    return max(1, round(section.minutes))


def table(found: list[Section]) -> nodes.table:
    """List sections, each with its words and minutes."""
    columns = {"Section": 70, "Words": 15, "Minutes": 15}
    body = nodes.tbody()
    for section in found:
        cells = [
            nodes.paragraph("", "", section_link(section)),
            nodes.paragraph("", f"{section.words:,}"),
            nodes.paragraph("", f"{whole_minutes(section)}"),
        ]
        body += nodes.row("", *(nodes.entry("", cell) for cell in cells))
    head = nodes.row("", *(nodes.entry("", nodes.paragraph("", name)) for name in columns))
    group = nodes.tgroup("", cols=len(columns))
    group += [nodes.colspec("", colwidth=width) for width in columns.values()]
    group += [nodes.thead("", head), body]
    return nodes.table("", group, classes=["path-of-sections"])


def setup(app: Sphinx) -> None:
    """Register the role, the directive and the event."""
    app.add_role("section", SectionRole())
    app.add_role("slides", SectionRole(slides=True))
    app.add_directive("path", Path)
    app.connect("missing-reference", resolve_section)
