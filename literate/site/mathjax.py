"""How MathJax sets the mathematics of the pages: the book's macros, and its settings."""

from sphinx.application import Sphinx
from sphinx.config import Config

from literate.book.notation import NOTATION, read_notation
from literate.site.whole_book import root_of

SCALE = 1.07
"""How much larger the mathematics is set, so that its letter x is as high as the text's."""


def configure(app: Sphinx, config: Config) -> None:
    """Hand the macros to MathJax.

    A macro that nobody defined is an error in the page, which a test finds, and no red text. The
    menu stays out: it could ask for files that are not here.
    """
    notation = read_notation(root_of(app) / NOTATION)
    config.mathjax3_config = {
        # The parts that pages need: those of the menu would be two fifths of the whole.
        "loader": {"load": ["input/tex", "output/chtml", "a11y/assistive-mml"]},
        # The letters of text and mathematics come with the site, so their sizes fit each other
        # without a measurement, which would differ until the letters are there.
        "chtml": {"matchFontHeight": False, "scale": SCALE},
        "tex": {"macros": notation.mathjax_macros(), "packages": {"[-]": ["noundefined"]}},
    }
