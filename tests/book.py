"""The book as the tests of the project and of the site read it, once in each process."""

from literate import HOME
from literate.book.chapters import read_book
from literate.book.wrong_formulas import read_wrong_formulas

BOOK = read_book(HOME)

WRONG_FORMULAS = read_wrong_formulas(HOME, BOOK)
