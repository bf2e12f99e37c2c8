"""Claims in lines of text: statements about the notation, evaluated as equations are."""

import re
from collections.abc import Iterator

from literate.book.chapters import Chapter
from literate.book.equations import Equation, blocks_of

CLAIM = re.compile(r"\{claim\}`(?P<tex>[^`]+)`")

JOINT = ": "
"""Stands in the name of a claim, and in no label."""


def claims_of(chapter: Chapter) -> Iterator[Equation]:
    """Yield the claims in lines of a chapter's text; each is named by its page and its TeX."""
    for line, token in blocks_of(chapter):
        if token.type == "inline":
            for match in CLAIM.finditer(token.content):
                tex = " ".join(match["tex"].split())
                yield Equation(f"{chapter.docname}{JOINT}{tex}", chapter, line, tex, False)


def is_claim(equation: Equation) -> bool:
    """Tell whether an equation stands in a line of text, and has no label of its own."""
    return JOINT in equation.label
