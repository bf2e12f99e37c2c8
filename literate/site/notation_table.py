"""The directive ``{notation} topic``: a table of the notation."""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from literate.book.notation import NOTATION, Symbol, read_notation
from literate.errors import BookError
from literate.site.whole_book import root_of

COLUMNS = {"Symbol": 16, "Meaning": 48, "Shape or range": 18, "In the code": 18}


class NotationTable(SphinxDirective):
    """A table of one topic of the notation."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Build the table."""
        path = root_of(self.env.app) / NOTATION
        self.env.note_dependency(str(path))
        try:
            topic = read_notation(path).topic(self.arguments[0])
        except BookError as error:
            raise self.error(str(error)) from error
        body = nodes.tbody("", *(self.row(symbol) for symbol in topic.symbols))
        group = nodes.tgroup("", cols=len(COLUMNS))
        group += [nodes.colspec("", colwidth=width) for width in COLUMNS.values()]
        group += [nodes.thead("", header_row()), body]
        return [nodes.table("", group, classes=["notation"])]

    def row(self, symbol: Symbol) -> nodes.row:
        """Build one row."""
        row = nodes.row()
        for text in (f"${symbol.tex}$", symbol.meaning, symbol.shape, symbol.code):
            children, messages = self.state.inline_text(text, self.lineno)
            row += nodes.entry("", nodes.paragraph("", "", *children, *messages))
        return row


def header_row() -> nodes.row:
    """Build the row of column titles."""
    entries = (nodes.entry("", nodes.paragraph("", title)) for title in COLUMNS)
    return nodes.row("", *entries)


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("notation", NotationTable)
