"""The equations that a reader may change in the page to try `formulas`, as trees of their TeX."""

from collections.abc import Mapping
from typing import Any

from sphinx.application import Sphinx

from literate.meaning.changes import equation_to_change
from literate.meaning.claims import Reader
from literate.meaning.in_numbers import LETTERS, example_network, example_of
from literate.site.interactive import ADDED
from literate.site.whole_book import ledger_of, root_of

NAME = "formulas"

TITLES = {
    "eq-output-error-elementwise": "error of the output",
    "eq-delta-recursion": "recursion",
    "eq-hadamard": "recursion in matrices",
    "eq-gradient-w-batch": "gradient of W",
    "eq-gradient-b-batch": "gradient of b",
}


def formulas_of(app: Sphinx) -> Mapping[str, Any]:
    """Give the equations with what may be changed in them, and how their letters look."""
    root = root_of(app)
    reader, example = Reader(root), example_of(root)
    equations = {one.label: one for one in ledger_of(app).equations}
    found = {}
    for label, title in TITLES.items():
        claims = reader.claims(equations[label])
        network = example_network(example, claims.hypotheses)
        found[label] = {"title": title, **equation_to_change(claims, network)}
    return {
        "letters": {rf"\{name}": letter for name, letter in LETTERS.items()},
        "equations": found,
    }


def setup(app: Sphinx) -> None:
    """Add the equations to the page's numbers."""
    ADDED[NAME] = formulas_of
