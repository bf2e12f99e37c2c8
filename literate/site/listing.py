"""The directive ``{listing} nnmath/model``: the files of a room of the package, block by block."""

from pathlib import Path, PurePosixPath

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from literate.chapters import Chapter, read_book
from literate.errors import BookError
from literate.site.cells import caption, link, listing_anchor, package_cell_anchor
from literate.tangle import Block, TangledFile, assemble


class Listing(SphinxDirective):
    """A section for each file of a folder: its blocks, each under a link to its cell."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Build the listings; the page is read again when any chapter or the toc changes."""
        root = Path(self.env.srcdir).parent
        try:
            chapters = read_book(root)
            files = assemble(chapters)
        except BookError as error:
            raise self.error(str(error)) from error
        for path in (
            *(root / chapter.path for chapter in chapters),
            root / "book" / "_toc.yml",
        ):
            self.env.note_dependency(str(path))
        rooms: dict[str, list[TangledFile]] = {}
        for target, file in files.items():
            rooms.setdefault(str(PurePosixPath(target).parent), []).append(file)
        room = self.arguments[0]
        if room not in rooms:
            raise self.error(f"no chapter builds {room}; the folders are {', '.join(rooms)}")
        return [self.section(file, chapters) for file in rooms[room]]

    def section(self, file: TangledFile, chapters: list[Chapter]) -> nodes.section:
        """Build the listing of one file."""
        title = nodes.title("", "", nodes.literal("", file.target))
        blocks = [self.block(block, chapters) for block in file.blocks]
        return nodes.section("", title, *blocks, ids=[nodes.make_id(file.target)])

    def block(self, block: Block, chapters: list[Chapter]) -> nodes.container:
        """Build one block: its caption and its code, with the line numbers of the file."""
        chapter = next(c for c in chapters if c.path == block.cell.chapter)
        package_cells = [cell for cell in chapter.cells if cell.target is not None]
        number = package_cells.index(block.cell) + 1
        code = nodes.literal_block(
            block.text,
            block.text,
            language="python",
            linenos=True,
            highlight_args={"linenostart": block.first_line},
        )
        place = link(
            chapter.docname,
            package_cell_anchor(number),
            nodes.inline("", f"{chapter.title}: {block.cell.heading}"),
        )
        frame = nodes.container("", classes=["framed-cell", "package-cell", "listing-block"])
        frame["ids"].append(listing_anchor(chapter.docname, number))
        frame += [caption(place), code]
        return frame


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("listing", Listing)
