"""The options of a code cell: which there are, and what they may say."""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

KINDS = {
    "tangle": "the file of the package that the cell builds",
    "checks": "the labels of the equations that the cell asserts",
    "plot": "the tag of a cell that draws a figure",
}
"""What makes a cell more than an example; a cell is of at most one kind."""

KINDS_OF_CHECK = (
    "symbolic",
    "exact",
    "index form",
    "difference",
    "property",
    "statistical",
    "rounding bound",
)
"""How a check cell can verify its equations; the option `kind` names one or more."""

KEYS = ("tangle", "checks", "kind", "tags", "mystnb")
"""Every key that a cell's options may have; `mystnb` is myst-nb's own, for figures."""

MYSTNB_KEYS = ("figure", "image")
"""Of myst-nb's own options, those that only show; others hide a cell's code."""

LEAST_WORDS = 5
"""A description of fewer words says nothing of a picture."""

IGNORES = "nbval-ignore-output"

TAGS = {
    "plot": "draws a figure; the page folds its code",
    IGNORES: "prints what differs from run to run; the page says so",
    "raises-exception": "raises, and shows how",
    "hide-input": "its code is folded, and opens on a click",
    "hide-output": "its output is folded, and opens on a click",
    "hide-cell": "both are folded, and open on a click",
    "output_scroll": "its long output scrolls",
    "margin": "stands in the margin",
    "full-width": "spans text and margin",
}
"""Every tag that a cell may carry, and what it means."""

HIDDEN = re.compile(r"remove[-_].*|.*skip.*")
"""Tags that would keep a cell, or what it printed, from the reader or from the tests."""

TIMES = re.compile(r"seconds|perf_counter|process_time|%%?time")
"""What a cell reads that prints a time, which differs from run to run."""

MARKER = re.compile(r"^\s*#+\s*(NBVAL_\w+|PYTEST_VALIDATE_IGNORE_OUTPUT)\s*$", re.MULTILINE)
"""nbval's comments, which do in silence what its tags do in sight."""

LABEL = re.compile(r"eq-[a-z0-9]+(-[a-z0-9]+)*")


def problems_of_options(metadata: Mapping[str, Any], source: str) -> Iterator[str]:
    """Yield what is wrong with one cell's options, in words."""
    for key in metadata:
        if key not in KEYS:
            yield f"unknown option {key!r}{_hint(str(key), KEYS)}"
    tags = metadata.get("tags", [])
    if not _is_list_of_words(tags):
        yield f"tags must be a list such as [plot], got {tags!r}"
        tags = []
    yield from _problems_of_tags(tags)
    if IGNORES in tags and not TIMES.search(source):
        yield f"the tag {IGNORES!r} is for what is timed, and this cell times nothing"
    yield from _problems_of_checks(metadata)
    yield from _problems_of_kind_of_check(metadata)
    if "tangle" in metadata and not _is_word(metadata["tangle"]):
        yield f"tangle must name a file such as nnmath/model/network.py, got {metadata['tangle']!r}"
    yield from _problems_of_kind(metadata, tags)
    yield from _problems_of_mystnb(metadata.get("mystnb", {}))
    for marker in MARKER.findall(source):
        yield f"the comment {marker} steers the tests out of sight; use a tag, which shows"


def _problems_of_tags(tags: list[str]) -> Iterator[str]:
    for tag in tags:
        if HIDDEN.fullmatch(tag):
            yield f"the tag {tag!r} is not allowed: every cell is run, and the reader sees it"
        elif tag not in TAGS:
            yield f"unknown tag {tag!r}{_hint(tag, TAGS)}"
    if len(set(tags)) < len(tags):
        yield f"tags names a tag twice: {', '.join(tags)}"


def _problems_of_checks(metadata: Mapping[str, Any]) -> Iterator[str]:
    if "checks" not in metadata:
        return
    checks = metadata["checks"]
    if not _is_list_of_words(checks) or not checks:
        yield f"checks must be a list of labels such as [eq-neuron], got {checks!r}"
        return
    for label in checks:
        if not LABEL.fullmatch(label):
            yield f"checks must name labels such as eq-neuron, got {label!r}"
    if len(set(checks)) < len(checks):
        yield f"checks names a label twice: {', '.join(checks)}"


def _problems_of_kind_of_check(metadata: Mapping[str, Any]) -> Iterator[str]:
    if "kind" not in metadata:
        if "checks" in metadata:
            kinds = ", ".join(KINDS_OF_CHECK)
            yield f"a check cell says how it checks, kind: one or more of {kinds}"
        return
    kinds = metadata["kind"]
    if "checks" not in metadata:
        yield "kind says how a cell checks its equations, and this cell has no checks"
    if not _is_list_of_words(kinds) or not kinds:
        yield f"kind must be a list such as [symbolic, difference], got {kinds!r}"
        return
    for kind in kinds:
        if kind not in KINDS_OF_CHECK:
            yield f"unknown kind of check {kind!r}{_hint(kind, KINDS_OF_CHECK)}"
    if len(set(kinds)) < len(kinds):
        yield f"kind names a word twice: {', '.join(kinds)}"


def _problems_of_kind(metadata: Mapping[str, Any], tags: list[str]) -> Iterator[str]:
    kinds = [kind for kind in KINDS if kind in metadata or kind in tags]
    if len(kinds) > 1:
        yield f"a cell is one of {', '.join(KINDS)}, got {' and '.join(kinds)}; make two cells"
    if kinds and kinds[0] != "plot" and "raises-exception" in tags:
        yield f"a cell with {kinds[0]} must not raise, got the tag 'raises-exception'"
    folded = [tag for tag in tags if tag in ("hide-input", "hide-cell")]
    if "tangle" in kinds and folded:
        yield f"a cell of the package is never folded, got the tag {folded[0]!r}"


def _problems_of_mystnb(options: object) -> Iterator[str]:
    if not isinstance(options, Mapping):
        yield f"mystnb must have the keys {' and '.join(MYSTNB_KEYS)}, got {options!r}"
        return
    for key in options:
        if key not in MYSTNB_KEYS:
            yield f"unknown option {key!r} of mystnb{_hint(str(key), MYSTNB_KEYS)}"
    image = options.get("image")
    alt = image.get("alt") if isinstance(image, Mapping) else None
    if alt is not None and len(str(alt).split()) < LEAST_WORDS:
        yield f"alt says what is seen in the picture, and not only {alt!r}"


def _is_word(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_list_of_words(value: object) -> bool:
    return isinstance(value, list) and all(_is_word(item) for item in value)


def _hint(word: str, known: Iterable[str]) -> str:
    known = list(known)
    close = difflib.get_close_matches(word, known, n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; known are {', '.join(known)}"
