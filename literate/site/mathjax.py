"""How MathJax sets the mathematics of the pages: the book's macros, and its settings."""

from sphinx.application import Sphinx
from sphinx.config import Config

from literate.book.notation import NOTATION, read_notation
from literate.site.whole_book import root_of


def configure(app: Sphinx, config: Config) -> None:
    """Hand the macros to MathJax.

    A macro that nobody defined is an error in the page, which a test finds, and no red text. The
    menu stays out: it could ask for files that are not here.
    """
    notation = read_notation(root_of(app) / NOTATION)
    config.mathjax3_config = {
        "tex": {"macros": notation.mathjax_macros(), "packages": {"[-]": ["noundefined"]}},
        "options": {"enableMenu": False},
    }
