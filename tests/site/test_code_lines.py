"""What a page adds to the code of a cell: markup that closes, around the same letters."""

import re
from html.parser import HTMLParser

import pytest
from docutils import nodes
from sphinx.highlighting import PygmentsBridge

from literate.book.equation_lines import labels_in_code
from literate.book.names_in_cells import Names
from literate.site.code_lines import FOLDS, HIGHLIGHTED, html_of_code
from literate.site.equation_lines import CARRIED, Carried
from literate.site.folded_code import folds_of
from literate.site.name_links import NAMES
from tests.book import BOOK

CHAPTERS = {chapter.docname: chapter for chapter in BOOK if chapter.code_cells}
MENTIONS = Names(list(CHAPTERS.values())).mentions
BRIDGE = PygmentsBridge("html")


class Strict(HTMLParser):
    """Reads markup in which every element closes, in order, and keeps the text."""

    def __init__(self, html):
        super().__init__()
        self.open, self.text, self.links = [], "", []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        assert not (tag == "a" and "a" in self.open)
        self.open.append(tag)
        if tag == "a":
            self.links.append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data
        if "a" in self.open:
            self.links[-1] += data


@pytest.mark.parametrize("docname", CHAPTERS)
def test_code_keeps_its_letters_and_every_element_closes(docname):
    mentions = dict(MENTIONS[docname])
    for cell in CHAPTERS[docname].code_cells:
        code = cell.source.strip("\n")
        node = nodes.literal_block(code, code)
        tags = {}
        for mention in mentions.get(code, []):
            tags.setdefault(mention.line, []).append(
                (mention.start, mention.end, "<a>", "</a>")
            )
        node[NAMES] = tags
        carried = {}
        if cell.target:
            node[FOLDS] = (folds_of(code, cell.target), "cell")
            for line, label in labels_in_code(cell):
                carried.setdefault(line, []).append(Carried(label, "place", "#there", "(1.1)"))
        node[CARRIED] = carried
        plain = BRIDGE.highlight_block(code, "ipython3")
        html = HIGHLIGHTED.sub(lambda match, node=node: html_of_code(match, node), plain)
        read = Strict(html)
        assert read.text.strip("\n") == code
        words = [
            code.split("\n")[m.line - 1][m.start : m.end]
            for m in sorted(mentions.get(code, []), key=lambda m: (m.line, m.start))
        ]
        labels = [label for _, label in labels_in_code(cell)] if cell.target else []
        assert sorted(re.sub(r"^(# |, )", "", link) for link in read.links) == sorted(
            words + labels
        )
