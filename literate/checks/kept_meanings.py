"""What came of evaluating the book's equations, kept for as long as nothing they say changes."""

import json
import os
import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from literate.book.chapters import Chapter
from literate.book.claims import claims_of, is_claim
from literate.book.equations import MEANINGS, Equation, equations_of
from literate.checks.json_cache import read_cache, write_cache
from literate.errors import at, refuse
from literate.meaning.claims import Reader, evaluate_equation
from literate.meaning.in_numbers import EXAMPLE, example_of, in_numbers
from literate.meaning.mistakes import judge
from literate.meaning.tokens import Unreadable
from literate.staleness import (
    MACHINERY,
    PYTHON,
    changes,
    digest_of,
    digest_of_files,
    digest_of_machine,
    sentences,
)

CACHE = Path("_build") / "meanings.json"

MEANING = ("literate.meaning.mistakes", "literate.meaning.in_numbers")
"""The modules behind which all lies that reads and evaluates equations."""

EQUATION, ENTRY, SYMBOLS = "its TeX", "its entry", "what symbols mean"
NUMBERS = "the example network"

AT_ONCE = 2
FEW = 6
"""So many equations are evaluated without other processes."""


@dataclass(frozen=True)
class Outcome:
    """What came of one equation.

    Attributes
    ----------
    label : str
        The equation's.
    reason : str
        Why it is not evaluated; empty if it is.
    failure : str
        What is wrong with it; empty if nothing is.
    error : float
        The largest difference of sides that should be equal, in shares of the larger one.
    networks : int
        In how many networks it was evaluated.
    false, ill_typed : int
        With how many mistakes that a machine made in it the sides differed, or had no value.
    bounds : int
        How many mistakes changed an inequality, which nothing drawn refuted.
    survivors : tuple of str
        The other mistakes with which it is still true.
    listed : mapping of str to str
        Why it is, by the mistake's name: its entry says so, or the mistake itself.
    example : str
        A table of its sides with the numbers of the example network, as HTML.
    is_inline : bool
        Whether it is a claim in a line of text: no mistakes are made in such.
    """

    label: str
    reason: str = ""
    failure: str = ""
    error: float = 0.0
    networks: int = 0
    false: int = 0
    ill_typed: int = 0
    bounds: int = 0
    survivors: tuple[str, ...] = ()
    listed: Mapping[str, str] = field(default_factory=dict)
    example: str = ""
    is_inline: bool = False

    @property
    def noticed(self) -> int:
        """How many mistakes were noticed."""
        return self.false + self.ill_typed

    @property
    def mistakes(self) -> int:
        """How many mistakes were made."""
        return self.noticed + self.bounds + len(self.survivors)

    def problems(self) -> Iterator[str]:
        """Say what is wrong: with the equation, or with what its entry says of mistakes."""
        if self.failure:
            yield f"{self.label} {self.failure}"
            return
        for name in dict.fromkeys(self.survivors):
            if name not in self.listed:
                yield f"{self.label} is still true with a mistake: {name}"
        for name in self.listed:
            if name not in self.survivors:
                yield f"{self.label} does not survive: {name}"


Outcomes = dict[str, Outcome]
"""By the labels of the equations, in the order of the book."""


def outcomes_of_book(
    root: Path,
    chapters: Sequence[Chapter],
    *,
    say: Callable[[str], None] = lambda sentence: None,
) -> Outcomes:
    """Evaluate the equations of the book, as far as it is not known what they give.

    Parameters
    ----------
    root : Path
        The project's folder.
    chapters : sequence of Chapter
        The book.
    say : function
        Is told what is evaluated, and because of what.

    Returns
    -------
    dict of str to Outcome
        For each equation; nothing if the book has no file that says what its equations presuppose.

    Raises
    ------
    BookError
        If that file, or what the notation says of symbols, is malformed.
    """
    if not (root / MEANINGS).exists():
        return {}
    kept = _Kept(root, chapters)
    refuse(kept.reader.problems(kept.equations))
    for why in kept.reasons():
        say(why)
    kept.evaluate()
    return kept.outcomes()


def problems_of_meanings(chapters: Sequence[Chapter], outcomes: Outcomes) -> Iterator[str]:
    """Say which equations are false, and which mistakes are not noticed, each with its place."""
    for equation in statements_of(chapters):
        if equation.label in outcomes:
            for problem in outcomes[equation.label].problems():
                yield at(equation.chapter.path, equation.line, problem)


def statements_of(chapters: Sequence[Chapter]) -> Iterator[Equation]:
    """Yield what is evaluated: the equations of each chapter, and the claims in its lines."""
    for chapter in chapters:
        yield from equations_of(chapter)
        yield from claims_of(chapter)


def stale_meanings(root: Path, chapters: Sequence[Chapter]) -> list[str]:
    """Say which equations are to be evaluated, and why; evaluate none."""
    if not (root / MEANINGS).exists():
        return []
    kept = _Kept(root, chapters)
    refuse(kept.reader.problems(kept.equations))
    return list(kept.reasons())


def evaluated(reader: Reader, equation: Equation) -> Outcome:
    """Evaluate one equation, and the mistakes in it."""
    supposition = reader.supposition(equation)
    label = equation.label
    if supposition.reason:
        return Outcome(label, reason=supposition.reason)
    try:
        claims = reader.claims(equation)
    except Unreadable as error:
        return Outcome(label, failure=f"cannot be read: {error}")
    found = evaluate_equation(claims)
    if found.failure:
        return Outcome(label, failure=found.failure)
    if is_claim(equation):
        return Outcome(label, error=found.error, networks=found.networks, is_inline=True)
    verdicts = judge(claims)
    return Outcome(
        label,
        error=found.error,
        networks=found.networks,
        false=verdicts.false,
        ill_typed=verdicts.ill_typed,
        bounds=verdicts.bounds,
        survivors=tuple(one.name for one in verdicts.survivors),
        listed={
            **{one.name: one.why for one in verdicts.survivors if one.why},
            **supposition.survive,
        },
        example=in_numbers(claims, example_of(reader.root)),
    )


class _Kept:
    """What is known of the equations, and what it depended on then."""

    def __init__(self, root: Path, chapters: Sequence[Chapter]) -> None:
        self.root = root
        self.file = root / CACHE
        self.known = read_cache(self.file)
        self.equations = list({one.label: one for one in statements_of(chapters)}.values())
        self.texts = {one.label: one.tex for one in self.equations}
        self.reader = Reader(root, self.texts)
        self.machine = digest_of_machine(*MEANING)
        symbols = [repr(macro) for macro in self.reader.notation.macros]
        symbols += [f"{name} {meaning}" for name, meaning in self.reader.meanings.items()]
        self.symbols = digest_of(*symbols)
        self.example = digest_of_files(root, str(EXAMPLE)) if (root / EXAMPLE).exists() else ""

    def parts(self, equation: Equation) -> dict[str, str]:
        """Name what the outcome of an equation depends on."""
        supposition = self.reader.supposition(equation)
        entry = json.dumps([dict(supposition.entry), dict(supposition.survive)])
        used = [self.texts[label] for label in self.texts if label in entry]
        return {
            EQUATION: digest_of(equation.tex, *used),
            ENTRY: digest_of(entry),
            SYMBOLS: self.symbols,
            NUMBERS: self.example,
            MACHINERY: self.machine,
            PYTHON: platform.python_version(),
        }

    def stale(self) -> dict[str, list[str]]:
        """Say of which equations the outcome is not known, and why."""
        found = {}
        for equation in self.equations:
            entry = self.known.get(equation.label)
            why = changes(entry["parts"] if entry else None, self.parts(equation))
            if why:
                found[equation.label] = why
        return found

    def reasons(self) -> Iterator[str]:
        """Say what is evaluated, chapter by chapter, and because of what."""
        stale = self.stale()
        by_chapter: dict[str, dict[str, None]] = {}
        for equation in self.equations:
            if equation.label in stale:
                why = by_chapter.setdefault(equation.chapter.docname, {})
                why.update(dict.fromkeys(stale[equation.label]))
        yield from sentences("the equations of", "are evaluated", "are evaluated", by_chapter)

    def evaluate(self) -> None:
        """Evaluate what is stale, and keep what came of it."""
        stale = self.stale()
        to_do = [equation for equation in self.equations if equation.label in stale]
        for equation, outcome in zip(to_do, self._evaluated(to_do), strict=True):
            self.known[equation.label] = {
                "parts": self.parts(equation),
                "outcome": asdict(outcome),
            }
        labels = [equation.label for equation in self.equations]
        if to_do or list(self.known) != labels:
            self.known = {label: self.known[label] for label in labels}
            write_cache(self.file, self.known)

    def _evaluated(self, equations: list[Equation]) -> list[Outcome]:
        if len(equations) <= FEW or (os.cpu_count() or 1) == 1:
            return [evaluated(self.reader, equation) for equation in equations]
        shares = [equations[start::AT_ONCE] for start in range(AT_ONCE)]
        with ProcessPoolExecutor(AT_ONCE, mp_context=get_context("spawn")) as pool:
            done = [
                outcome
                for share in pool.map(_share, [self.reader] * AT_ONCE, shares)
                for outcome in share
            ]
        by_label = {outcome.label: outcome for outcome in done}
        return [by_label[equation.label] for equation in equations]

    def outcomes(self) -> Outcomes:
        """Give what is known of all equations."""
        return {
            equation.label: _from_plain(self.known[equation.label]["outcome"])
            for equation in self.equations
        }


def _share(reader: Reader, equations: Sequence[Equation]) -> list[Outcome]:
    """Evaluate some of the equations, in a process of their own."""
    return [evaluated(reader, equation) for equation in equations]


def _from_plain(plain: dict[str, Any]) -> Outcome:
    return Outcome(**{**plain, "survivors": tuple(plain["survivors"])})
