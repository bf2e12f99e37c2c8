"""A printed file with fewer elements: all that is marked keeps its order, and finds its element."""

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NullObject,
    NumberObject,
    TextStringObject,
)

from literate.build.smaller_pdf import make_smaller

LETTER = 0
"""Stands for an element that says nothing and holds the next piece of marked content."""


class Printed:
    """Writes a file of one page with a tree of elements."""

    def __init__(self):
        self.writer = PdfWriter()
        self.page = self.writer.add_blank_page(100, 100).indirect_reference
        self.homes = ArrayObject()

    def element(self, parent, kind, kids, **said):
        element = DictionaryObject({NameObject("/S"): NameObject(f"/{kind}")})
        element[NameObject("/P")] = parent
        element.update({NameObject(f"/{k}"): TextStringObject(v) for k, v in said.items()})
        reference = self.writer._add_object(element)
        held = ArrayObject()
        for kid in kids:
            if kid == LETTER:
                mark = NumberObject(len(self.homes))
                self.homes.append(NullObject())
                leaf = self.element(reference, "NonStruct", [])
                leaf.get_object()[NameObject("/Pg")] = self.page
                leaf.get_object()[NameObject("/K")] = ArrayObject([mark])
                self.homes[mark] = leaf
                held.append(leaf)
            else:
                kind, below, *text = kid
                held.append(
                    self.element(reference, kind, below, **({"Alt": text[0]} if text else {}))
                )
        element[NameObject("/K")] = held
        return reference

    def write(self, path, kids):
        tree = DictionaryObject({NameObject("/Type"): NameObject("/StructTreeRoot")})
        root = self.writer._add_object(tree)
        tree[NameObject("/K")] = self.element(root, "Document", kids)
        homes = self.writer._add_object(self.homes)
        numbers = ArrayObject([NumberObject(0), homes])
        tree[NameObject("/ParentTree")] = DictionaryObject({NameObject("/Nums"): numbers})
        self.writer.root_object[NameObject("/StructTreeRoot")] = root
        self.writer.write(path)


def shape(element):
    """Write down an element: its kind, what it says, and what it holds."""
    kids = [kid.get_object() for kid in element.get("/K", [])]
    held = [int(kid) if isinstance(kid, int) else shape(kid) for kid in kids]
    return (element["/S"][1:], held, *([element["/Alt"]] if "/Alt" in element else []))


@pytest.fixture
def smaller(tmp_path):
    """Make a file with these elements smaller: ``smaller(kids)`` gives what it has then."""

    def smaller(*kids):
        path = tmp_path / "a.pdf"
        Printed().write(path, kids)
        make_smaller(path)
        tree = PdfReader(path).root_object["/StructTreeRoot"]
        homes = [home.get_object() for home in tree["/ParentTree"]["/Nums"][1].get_object()]
        return shape(tree["/K"])[1], [
            [mark for mark, home in enumerate(homes) if home == element]
            for element in {id(home): home for home in homes}.values()
        ]

    return smaller


def test_letters_go_to_their_paragraph(smaller):
    assert smaller(("P", [LETTER, LETTER]), ("P", [LETTER])) == (
        [("P", [0, 1]), ("P", [2])],
        [[0, 1], [2]],
    )


def test_a_formula_keeps_its_text_and_its_place(smaller):
    shown, homes = smaller(("P", [LETTER, ("Figure", [LETTER, LETTER], "x^2"), LETTER]))
    assert shown == [("P", [0, ("Figure", [1, 2], "x^2"), 3])]
    assert homes == [[0, 3], [1, 2]]


def test_words_in_a_row_between_links_become_one_element(smaller):
    shown, homes = smaller(("NonStruct", [LETTER, LETTER, ("Link", [LETTER]), LETTER]))
    assert shown == [("NonStruct", [("NonStruct", [0, 1]), ("Link", [2]), ("NonStruct", [3])])]
    assert homes == [[0, 1], [2], [3]]


def test_elements_within_elements_that_say_nothing_are_gone(smaller):
    deep = ("NonStruct", [("NonStruct", [LETTER, ("NonStruct", [LETTER])]), LETTER])
    assert smaller(("P", [deep])) == ([("P", [0, 1, 2])], [[0, 1, 2]])
