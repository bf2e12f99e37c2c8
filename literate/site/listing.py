"""The directive ``{listing} nnmath/model``: the files of a room of the package, block by block."""

from collections.abc import Sequence
from pathlib import PurePosixPath

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from literate.book.chapters import Chapter
from literate.errors import BookError
from literate.site.cell_frames import caption
from literate.site.links import listing_anchor, package_cell_link
from literate.site.whole_book import chapter_of, chapters_of, note
from literate.tangle.tangle import Block, TangledFile, assemble


class Listing(SphinxDirective):
    """A section for each file of a folder: its blocks, each under a link to its cell."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Build the listings; the page is read again when the package becomes another."""
        try:
            chapters = chapters_of(self.env.app)
            files = assemble(chapters)
        except BookError as error:
            raise self.error(str(error)) from error
        note(self.env, "the package")
        rooms: dict[str, list[TangledFile]] = {}
        for target, file in files.items():
            rooms.setdefault(str(PurePosixPath(target).parent), []).append(file)
        room = self.arguments[0]
        if room not in rooms:
            raise self.error(f"no chapter builds {room}; the folders are {', '.join(rooms)}")
        return [self.section(file, chapters) for file in rooms[room]]

    def section(self, file: TangledFile, chapters: Sequence[Chapter]) -> nodes.section:
        """Build the listing of one file."""
        title = nodes.title("", "", nodes.literal("", file.target))
        blocks = [self.block(block, chapters) for block in file.blocks]
        return nodes.section("", title, *blocks, ids=[nodes.make_id(file.target)])

    def block(self, block: Block, chapters: Sequence[Chapter]) -> nodes.container:
        """Build one block: its caption and its code, with the line numbers of the file."""
        chapter = chapter_of(block.cell, chapters)
        code = nodes.literal_block(
            block.text,
            block.text,
            language="python",
            linenos=True,
            highlight_args={"linenostart": block.first_line},
        )
        name = nodes.inline("", f"{chapter.title}: {block.cell.heading}")
        place = package_cell_link(chapter, block.cell, name)
        frame = nodes.container("", classes=["framed-cell", "package-cell", "listing-block"])
        frame["ids"].append(listing_anchor(chapter.docname, chapter.number_of(block.cell)))
        frame += [caption(place), code]
        return frame


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("listing", Listing)
