"""The directive ``{proofs} paths``: what a file of proofs states, without what proves it."""

from collections.abc import Iterator
from functools import lru_cache

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from literate.book.proofs import FOLDER, Proofs, Statement, files_of_proofs, read_proofs
from literate.errors import BookError
from literate.site.links import equation_link, link
from literate.site.whole_book import SHOWN, note, root_of

PAGE = "proofs"
PROVED = "the proofs"


@lru_cache(maxsize=1)
def proofs_of(app: Sphinx) -> Proofs:
    """Read the proofs, once in each build; `BookError` is raised as by `read_proofs`."""
    return read_proofs(root_of(app))


def proofs_shown(app: Sphinx, which: str) -> Iterator[str]:
    """Write down what is stated, and what Rocq prints of it."""
    proofs = proofs_of(app)
    yield from map(repr, proofs.statements)
    yield repr(proofs.printed)


SHOWN[PROVED] = proofs_shown


def proof_anchor(theorem: Statement) -> str:
    """Name the place of a theorem in the appendix."""
    return f"proved-{theorem.file}-{theorem.name}".replace("_", "-")


def proof_link(theorem: Statement) -> nodes.Node:
    """Link to a theorem, under its name."""
    return link(PAGE, proof_anchor(theorem), nodes.literal("", theorem.name))


class StatedProofs(SphinxDirective):
    """The theorems of a file, each beside its equations, and what they are stated with."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Build the statements; the page is read again when one becomes another."""
        root = root_of(self.env.app)
        file = self.arguments[0]
        if file not in files_of_proofs(root):
            raise self.error(f"there is no file of proofs {file}")
        try:
            proofs = proofs_of(self.env.app)
        except BookError as error:
            raise self.error(str(error)) from error
        note(self.env, PROVED)
        built = [
            self.theorem(one, proofs.printed.get(f"{file}.{one.name}", ""))
            if one.is_theorem
            else self.vocabulary(one)
            for one in proofs.of_file(file)
        ]
        return [node for nodes_of_one in built for node in nodes_of_one]

    def vocabulary(self, one: Statement) -> list[nodes.Node]:
        """Show what statements are made of: what it is in words, and in Rocq."""
        return [*self.words(one.says), code(one.code)]

    def theorem(self, one: Statement, printed: str) -> list[nodes.Node]:
        """Show a theorem beside its equations, with what Rocq prints of it folded below."""
        line = nodes.paragraph("", "Proves ", classes=["cell-caption"])
        for position, label in enumerate(one.labels):
            line += nodes.Text(" and " if position else "")
            line += equation_link(label, self.env.docname)
        place = f"{FOLDER}/{one.file}.v"
        line += [nodes.Text(", in "), nodes.literal("", place)]
        frame = nodes.container("", classes=["framed-cell", "listing-block", "proved"])
        frame["ids"].append(proof_anchor(one))
        frame += [line, code(one.code)]
        title = nodes.title("", "All that it assumes, as Rocq prints it")
        folded = nodes.admonition("", title, code(printed), classes=["dropdown", "printed"])
        return [*self.words(one.says), frame, folded]

    def words(self, says: str) -> list[nodes.Node]:
        """Render a comment, which is MyST of one line."""
        if not says:
            return []
        says = says[0].upper() + says[1:]
        children, messages = self.state.inline_text(says, self.lineno)
        return [nodes.paragraph("", "", *children), *messages]


def code(text: str) -> nodes.literal_block:
    """Show a piece of Rocq."""
    return nodes.literal_block(text, text, language="coq")


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("proofs", StatedProofs)
