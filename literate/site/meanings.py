"""What came of evaluating the book's equations, for the pages that show it."""

from collections.abc import Iterator
from functools import lru_cache

from sphinx.application import Sphinx

from literate.build.prepare import Prepared
from literate.checks.kept_meanings import Outcomes, outcomes_of_book
from literate.site.whole_book import PREPARED, SHOWN, chapters_of, root_of

MEANINGS_SHOWN = "what evaluation gave"


@lru_cache(maxsize=1)
def meanings_of(app: Sphinx) -> Outcomes:
    """Give what evaluation gave: in this build, or what is kept.

    Raises
    ------
    literate.errors.BookError
        If what the book says of its symbols or equations is malformed.
    """
    prepared: Prepared | None = getattr(app, PREPARED, None)
    if prepared:
        return prepared.meanings
    return outcomes_of_book(root_of(app), chapters_of(app))


def outcomes_shown(app: Sphinx, which: str) -> Iterator[str]:
    """Write down what evaluation gave."""
    yield from map(repr, meanings_of(app).values())


SHOWN[MEANINGS_SHOWN] = outcomes_shown
