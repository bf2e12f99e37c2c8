"""The book's notation: one file that defines the TeX macros and the symbols, read and checked."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from literate.book.yaml_files import read_yaml
from literate.errors import BookError, at, refuse

NOTATION = PurePosixPath("book/notation.yml")

SYMBOL_KEYS = ("tex", "meaning", "shape", "code")

VALUE = "value"
"""The key, which may be missing, of the quantity that a symbol stands for in evaluation."""


@dataclass(frozen=True)
class Macro:
    """A TeX macro: how many arguments it takes and what it stands for."""

    name: str
    args: int
    tex: str


@dataclass(frozen=True)
class Symbol:
    """One row of a table; all but `tex` and `value` may hold inline MyST.

    Where formulas are evaluated, `value` names the quantity of each symbol of the row; it is empty
    if they have none.
    """

    tex: str
    meaning: str
    shape: str
    code: str
    value: tuple[str, ...] = ()


@dataclass(frozen=True)
class Topic:
    """One table of symbols."""

    id: str
    title: str
    symbols: tuple[Symbol, ...]


@dataclass(frozen=True)
class Notation:
    """Everything in the file."""

    macros: tuple[Macro, ...]
    topics: tuple[Topic, ...]

    def topic(self, topic_id: str) -> Topic:
        """Return the topic with the given id; raise BookError if there is none."""
        for topic in self.topics:
            if topic.id == topic_id:
                return topic
        known = ", ".join(topic.id for topic in self.topics)
        raise BookError(
            f"there is no topic {topic_id!r} in the notation; the topics are {known}"
        )

    def mathjax_macros(self) -> dict[str, Any]:
        """Return the macros as MathJax's ``tex.macros`` wants them."""
        return {m.name: [m.tex, m.args] if m.args else m.tex for m in self.macros}


def read_notation(path: Path) -> Notation:
    """Read and check a notation file.

    Parameters
    ----------
    path : Path
        A YAML file with ``macros`` and ``topics``.

    Returns
    -------
    Notation
        The macros and topics in the order of the file.

    Raises
    ------
    BookError
        If anything is missing, unknown, of another kind, or defined twice: every fault at once.
    """
    if not path.exists():
        raise BookError(at(path, None, "not found; it defines the book's notation"))
    content = read_yaml(path, path.name)
    refuse(at(path.name, None, fault) for fault in faults_of_file(content))
    return Notation(
        macros=tuple(Macro(name, **entry) for name, entry in content["macros"].items()),
        topics=tuple(
            Topic(entry["id"], entry["title"], tuple(map(symbol_of, entry["symbols"])))
            for entry in content["topics"]
        ),
    )


def symbol_of(entry: dict[str, Any]) -> Symbol:
    """Make a row of its entry."""
    value = entry.get(VALUE, [])
    values = tuple(value) if isinstance(value, list) else (value,)
    return Symbol(**{key: entry[key] for key in SYMBOL_KEYS}, value=values)


def faults_of_file(content: Any) -> Iterator[str]:
    """Find what is wrong with the file's content, one line each."""
    if not isinstance(content, dict) or set(content) != {"macros", "topics"}:
        yield "expected the two keys macros and topics, and no other"
        return
    if isinstance(content["macros"], dict):
        for name, entry in content["macros"].items():
            yield from (f"macros: {name}: {fault}" for fault in faults_of_macro(name, entry))
    else:
        yield "macros: expected names with an entry each, such as W: {args: 1, tex: ...}"
    if isinstance(content["topics"], list):
        yield from faults_of_topics(content["topics"])
    else:
        yield "topics: expected a list"


def faults_of_macro(name: object, entry: Any) -> Iterator[str]:
    """Find what is wrong with one macro."""
    if not isinstance(name, str) or not re.fullmatch("[A-Za-z]+", name):
        yield "a macro's name is made of letters only"
    if not isinstance(entry, dict) or set(entry) != {"args", "tex"}:
        yield "expected the two keys args and tex, and no other"
        return
    args, tex = entry["args"], entry["tex"]
    if not isinstance(args, int) or isinstance(args, bool) or not 0 <= args <= 9:
        yield f"args must be a number from 0 to 9, got {args!r}"
    elif not isinstance(tex, str) or not tex:
        yield f"tex must be text, got {tex!r}"
    else:
        used = {int(digit) for digit in re.findall(r"#(\d)", tex)}
        if used != set(range(1, args + 1)):
            named = ", ".join(f"#{digit}" for digit in sorted(used)) or "none"
            yield f"args is {args}, but tex uses the arguments {named}"


def faults_of_topics(topics: list[Any]) -> Iterator[str]:
    """Find what is wrong with the topics and their symbols."""
    seen: set[str] = set()
    for number, topic in enumerate(topics, start=1):
        if not isinstance(topic, dict) or set(topic) != {"id", "title", "symbols"}:
            yield f"topic {number}: expected the keys id, title and symbols, and no other"
            continue
        if topic["id"] in seen:
            yield f"topic {topic['id']}: this id is used twice"
        seen.add(topic["id"])
        if not isinstance(topic["symbols"], list) or not topic["symbols"]:
            yield f"topic {topic['id']}: symbols must be a list that is not empty"
            continue
        for row, symbol in enumerate(topic["symbols"], start=1):
            yield from (
                f"topic {topic['id']}, symbol {row}: {f}" for f in faults_of_symbol(symbol)
            )


def faults_of_symbol(symbol: Any) -> Iterator[str]:
    """Find what is wrong with one symbol."""
    if not isinstance(symbol, dict) or set(symbol) - {VALUE} != set(SYMBOL_KEYS):
        yield f"expected the keys {', '.join(SYMBOL_KEYS)}, perhaps {VALUE}, and no other"
        return
    named = symbol.get(VALUE, [])
    if isinstance(named, list) and named and len(named) != symbol["tex"].count(r",\;") + 1:
        yield f"{VALUE} must name a quantity for each symbol of tex, got {named!r}"
    elif not isinstance(named, str | list):
        yield f"{VALUE} must be text or a list, got {named!r}"
    for key in SYMBOL_KEYS:
        if not isinstance(symbol[key], str):
            yield f"{key} must be text, got {symbol[key]!r}"
    for key in ("tex", "meaning"):
        if symbol[key] == "":
            yield f"{key} must not be empty"
