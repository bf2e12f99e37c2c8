"""No letter of a formula falls from the sky: the notation page has it, or its chapter says what it is."""

import re

import pytest

from literate.book.chapters import read_text
from literate.book.notation import read_notation
from literate.meaning.tokens import ACCENTS, expand
from tests.book import BOOK

from .conftest import HOME

NOTATION = read_notation(HOME / "book" / "notation.yml")
EVERYWHERE = ("layers", "parameters", "values", "batches", "operations")
ELSEWHERE = {
    "checks": ("numerical_derivatives", "checking_gradients"),
    "learning": (
        "gradient_descent",
        "mnist",
        "notebook_run",
        "better_steps",
        "two_recipes",
        "many_machines",
    ),
    "speed": ("speed",),
    "runs": ("notebook_run", "better_starts", "better_steps", "two_recipes"),
    "steps": ("better_starts", "better_steps", "two_recipes"),
    "drawings": ("command_line",),
    "machines": ("many_machines",),
}
"""In which chapters the symbols of a topic are used in its sense."""

GREEK = (
    "alpha|beta|gamma|delta|varepsilon|epsilon|zeta|eta|theta|kappa|lambda|mu|nu|xi|pi|psi|rho"
    "|sigma|tau|upsilon|omega|chi|varphi|phi|ell|Delta|Phi|Omega|Lambda|Gamma|Sigma|Theta|Psi"
)
LETTER = re.compile(
    rf"\\(?:{ACCENTS})\s*\{{?\s*(?:\\(?:{GREEK})|[a-zA-Z])\s*\}}?"
    rf"|\\(?:{GREEK})(?![a-zA-Z])|(?P<command>\\[a-zA-Z]+)|[a-zA-Z]"
)
NO_LETTERS = re.compile(r"\\(?:text|operatorname|math[a-z]+|begin|end)\*?\s*\{[^}]*\}")
RELATION = re.compile(r"=|\\in\b|\\le\b|\\ge\b|\\ne\b|<|>|\\mapsto\b|\\approx\b")
BOUND = re.compile(r"\\(?:sum|prod|max|min)_\{?([^=}\s]*)")


def letters(tex):
    """List the letters of a formula, with their accents."""
    found = LETTER.finditer(NO_LETTERS.sub(" ", expand(tex, NOTATION.macros)))
    return [re.sub(r"[\s{}]", "", hit[0]) for hit in found if not hit["command"]]


def known_in(chapter):
    """Collect the letters that the notation page gives a sense in this chapter."""
    topics = [t for t in NOTATION.topics if t.id in EVERYWHERE or chapter in ELSEWHERE[t.id]]
    return {letter for t in topics for symbol in t.symbols for letter in letters(symbol.tex)}


def paragraphs_of(text):
    """Cut the prose of a chapter at empty lines, a displayed formula together with its text."""
    text = re.sub(r"\A---.*?---\n|```\{(code-cell|answer)\}.*?\n```", "", text, flags=re.DOTALL)
    text = re.sub(r"(?m)^:[a-z]+:.*$", "", text)
    text = re.sub(r"```\{math\}(.*?)\n```", r"$$\1$$", text, flags=re.DOTALL)
    text = re.sub(
        r"\$\$.*?\$\$", lambda hit: re.sub(r"\n+", "\n", hit[0]), text, flags=re.DOTALL
    )
    return re.split(
        r"\n\s*\n", re.sub(r"\n+(\$\$)", r"\n\1", re.sub(r"(\$\$)\n+", r"\1\n", text))
    )


def formulas_of(paragraph):
    """List the formulas of a paragraph, displayed and in lines."""
    displayed = re.findall(r"\$\$(.*?)\$\$", paragraph, re.DOTALL)
    rest = re.sub(r"\$\$.*?\$\$", " ", paragraph, flags=re.DOTALL)
    return displayed + re.findall(r"(?<![\\$])\$([^$]+)\$", rest)


def introduced_by(formulas):
    """Collect the letters that stand alone, left of a relation, in a chain of them, or in a sum."""
    found = set()
    for tex in formulas:
        full = expand(tex, NOTATION.macros)
        for bound in BOUND.findall(full):
            found.update(letters(bound))
        for part in re.split(r"\\\\|(?<!\\),|\\qquad|\\quad", full.replace("&", " ")):
            sides = [letters(side) for side in RELATION.split(part)]
            found.update(side[0] for side in sides[: max(1, len(sides) - 1)] if side)
            if "=" not in part:
                found.update(side[0] for side in sides if len(side) == 1)
    return found


def unexplained(text, known):
    """List the letters that are neither known nor introduced where they first stand."""
    known, missing = set(known), []
    for paragraph in paragraphs_of(text):
        formulas = formulas_of(paragraph)
        used = {letter for tex in formulas for letter in letters(tex)}
        missing += sorted(used - known - introduced_by(formulas))
        known |= used
    return missing


CHAPTERS = [c for c in BOOK if c.path.stem != "other_notations"]
"""All pages but the one whose letters are those of other books."""


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.path.stem)
def test_every_letter_of_a_formula_is_on_the_notation_page_or_introduced(chapter):
    assert unexplained(read_text(HOME, chapter.path), known_in(chapter.path.stem)) == []


def test_a_letter_that_nobody_explains_is_found():
    text = "Let $s$ be a share.\n\nThen $a_i = \\hat s\\, b$ and $\\sum_k a_k\\, q = 0$."
    assert unexplained(text, {"a", "i"}) == ["\\hats", "b", "q"]
