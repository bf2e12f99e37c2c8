"""Making a printed file smaller, with all that is seen and heard of it kept.

For screen readers a browser wraps each piece of text and each word of code in an element of its
own, and these take more room than all text and pictures. What they hold goes to the element around
them, in the same order.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TypeGuard

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NullObject,
    NumberObject,
    PdfObject,
)

NOTHING = "/NonStruct"
"""The kind of an element that says nothing of what it holds."""

GROUPS = (NOTHING, "/Document")
"""Kinds of elements that hold paragraphs and cells, and no text of their own."""


def make_smaller(path: Path) -> None:
    """Rewrite a file that a browser has printed.

    Parameters
    ----------
    path : Path
        The file, with tags.
    """
    writer = PdfWriter(clone_from=path)
    tree = behind(writer.root_object["/StructTreeRoot"])
    lead_to_homes(behind(tree["/ParentTree"]), merge_elements(tree))
    writer.compress_identical_objects(remove_duplicates=False)
    writer.write(path)


def merge_elements(tree: DictionaryObject) -> dict[int, IndirectObject]:
    """Put what elements that say nothing hold into those around them.

    Returns
    -------
    dict
        By the number of an element that is gone, the one that has its content.
    """
    homes: dict[int, IndirectObject] = {}
    for reference in reversed(list(elements_below(tree))):  # those inside first
        element = behind(reference)
        kids = kids_of(element)
        below = [kid for kid in kids if is_element(kid)]
        if element.get("/S") not in GROUPS or all(map(is_bare, below)):
            take_in(reference, kids, homes)
        else:  # the text of different cells and paragraphs stays apart
            element[NameObject("/K")] = ArrayObject(joined(kids, homes))
    return homes


def take_in(
    home: IndirectObject, kids: Sequence[PdfObject], homes: dict[int, IndirectObject]
) -> None:
    """Let an element hold what is in its kids that say nothing, and its other kids."""
    gone = [kid for kid in kids if is_bare(kid) and kid != home]
    numbers = {kid.idnum for kid in gone}
    content = list(flattened(behind(home), kids, numbers | {home.idnum}))
    for kid in gone:
        homes[kid.idnum] = home
        behind(kid).clear()  # so that it refers to nothing any more
    write_kids(behind(home), content)


def joined(kids: Sequence[PdfObject], homes: dict[int, IndirectObject]) -> Iterator[PdfObject]:
    """Yield what a group holds: of bare elements in a row the first, with what all of them have."""
    for bare, row in groupby(kids, is_bare):
        if bare:
            found = [kid for kid in row if is_bare(kid)]
            if len(found) > 1:
                take_in(found[0], found, homes)
            yield found[0]
        else:
            yield from row


def elements_below(tree: DictionaryObject) -> Iterator[IndirectObject]:
    """Yield the elements of a tree, each after the one around it."""
    waiting = [kid for kid in kids_of(tree) if is_element(kid)]
    while waiting:
        reference = waiting.pop()
        yield reference
        waiting += [kid for kid in kids_of(behind(reference)) if is_element(kid)]


def kids_of(element: DictionaryObject) -> list[PdfObject]:
    """List what an element holds: elements, marked content, links."""
    kids = element.get("/K")
    inner = kids.get_object() if isinstance(kids, IndirectObject) else kids
    if isinstance(inner, ArrayObject):
        return list(inner)
    return [] if kids is None or isinstance(inner, NullObject) else [kids]


def behind(reference: PdfObject) -> DictionaryObject:
    """Take the dictionary that something refers to."""
    found = reference.get_object()
    if not isinstance(found, DictionaryObject):
        raise TypeError(f"expected a dictionary, got {type(found).__name__}")
    return found


def is_element(kid: PdfObject) -> TypeGuard[IndirectObject]:
    """Tell whether something that an element holds is an element too."""
    return isinstance(kid, IndirectObject) and "/S" in behind(kid)


def is_bare(kid: PdfObject) -> TypeGuard[IndirectObject]:
    """Tell whether something is an element that says nothing, and holds no other element."""
    if not is_element(kid):
        return False
    element = behind(kid)
    said = set(element) - {"/Type", "/S", "/P", "/K", "/Pg", "/ID"}
    return (
        element.get("/S") == NOTHING and not said and not any(map(is_element, kids_of(element)))
    )


def flattened(
    element: DictionaryObject, kids: Sequence[PdfObject], gone: set[int]
) -> Iterator[tuple[PdfObject, PdfObject | None]]:
    """Yield what an element is to hold, and the page of each piece of marked content."""
    for kid in kids:
        if is_element(kid) and kid.idnum in gone:
            yield from flattened(behind(kid), kids_of(behind(kid)), gone)
        elif isinstance(kid, NumberObject):
            yield kid, element.raw_get("/Pg")
        elif is_content_of_page(kid):
            found = behind(kid)
            page = found.raw_get("/Pg") if "/Pg" in found else element.raw_get("/Pg")
            yield found["/MCID"], page
        else:
            yield kid, None


def is_content_of_page(kid: PdfObject) -> bool:
    """Tell whether something is marked content that stands on a page itself."""
    found = kid.get_object()
    return isinstance(found, DictionaryObject) and "/MCID" in found and "/Stm" not in found


def write_kids(
    element: DictionaryObject, content: list[tuple[PdfObject, PdfObject | None]]
) -> None:
    """Let an element hold this; content of the page where most of it is needs a number only."""
    pages = Counter(page.idnum for _, page in content if isinstance(page, IndirectObject))
    most = pages.most_common(1)[0][0] if pages else None
    kids = ArrayObject()
    for kid, page in content:
        if page is None:
            kids.append(kid)
        elif isinstance(page, IndirectObject) and page.idnum == most:
            element[NameObject("/Pg")] = page
            kids.append(kid)
        else:
            marked = {"/Type": NameObject("/MCR"), "/Pg": page, "/MCID": kid}
            kids.append(DictionaryObject({NameObject(k): v for k, v in marked.items()}))
    if kids:
        element[NameObject("/K")] = kids


def lead_to_homes(node: DictionaryObject, homes: dict[int, IndirectObject]) -> None:
    """Let pages, and what stands on them, find the elements that have their content now."""
    for kid in node.get("/Kids", ()):
        lead_to_homes(behind(kid), homes)
    numbers = node.get("/Nums", ArrayObject())
    for place in range(1, len(numbers), 2):
        entry = numbers[place].get_object()  # a page's, or that of one link
        if isinstance(entry, ArrayObject):
            for position, reference in enumerate(entry):
                entry[position] = home_of(reference, homes)
        else:
            numbers[place] = home_of(numbers[place], homes)


def home_of(reference: PdfObject, homes: dict[int, IndirectObject]) -> PdfObject:
    """Follow an element that is gone to the one that has its content."""
    while isinstance(reference, IndirectObject) and reference.idnum in homes:
        reference = homes[reference.idnum]
    return reference
