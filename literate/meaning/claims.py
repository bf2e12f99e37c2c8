"""The book's equations, evaluated under what each presupposes.

That stands in ``book/equation_meanings.yml``, an entry for each equation.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from literate.book.claims import is_claim
from literate.book.equations import MEANINGS, Equation
from literate.book.notation import NOTATION, Notation, read_notation
from literate.book.yaml_files import read_yaml
from literate.errors import at
from literate.meaning.draws import ARRANGEMENT, DENSITIES, MEMBERS, VALUES, Draw
from literate.meaning.evaluate import TOLERANCE, WEIGHTS, Definition, Scope, World, compare
from literate.meaning.functions import ELEMENTWISE, OF_COLUMNS
from literate.meaning.instances import (
    Given,
    Hypotheses,
    Surroundings,
    instances,
    is_binding,
    is_of_network,
    networks_for,
)
from literate.meaning.model import COSTS
from literate.meaning.reading import read_expression, read_statement
from literate.meaning.symbols import FUNCTIONS, Meaning, meanings_of
from literate.meaning.syntax import (
    Apply,
    Array,
    Condition,
    Dots,
    Entry,
    Node,
    Relation,
    Statement,
    Symbol,
    replaced,
    tex_of,
)
from literate.meaning.tokens import Unreadable
from literate.meaning.values import IllTyped, Matrix, Value, number

SUPPOSED = ("of", "hidden", "output", "cost", "target", "twins")
KEYS = (
    "not evaluated",
    *SUPPOSED,
    "where",
    "stands",
    "alone",
    "given",
    "each",
    "chance",
    "step",
    "nearly",
    "for",
    "draws",
    "tolerance",
    "survive",
)

ALL = "all"
"""In the place of a label: what holds for a whole group."""

READINGS = ("one example", "a batch", "a chain", "a chain and a batch")
TARGETS = ("any", "distribution", "one-hot")
KINDS = ("number", "positive", "share", "bit", "block", "whole")

OTHERWISE = 3
"""In so many networks a claim is evaluated in which they have no part: values are drawn in each."""

INDEX = "an index"
"""What a letter stands for that is a symbol of the notation elsewhere."""

LOOSE = (r"\le", r"\ge")
"""The signs that an equality fulfils, too."""

SHAPED = re.compile(
    r"(?P<what>.+?)(?: column of (?P<rows>[^×]+)| matrix of (?P<r>.+) × (?P<c>.+))?"
)
"""What a letter is, and its shape if it is no number."""

OF_ARRANGEMENT, OF_SIGN = "arrangement of ", "plus or minus "

LAYERED = re.compile(r"(?P<name>.+)\^\{\((?P<layer>[a-z])\)\}")

FUNCTION = re.compile(r"(?P<name>[^(]+)\((?P<parameters>[^)]+)\)")

SEQUENCE = re.compile(r"from (?P<start>[^:]+): (?P<body>.+)")
"""What a sequence is at 0, and what it is then."""

ARRAY = re.compile(
    r"(?P<names>[a-z]+) of (?P<rows>[^×:]+)(?: × (?P<columns>[^:]+))?: (?P<body>.+)"
)
"""The entries of a column or a matrix, with its shape."""


@dataclass(frozen=True)
class Supposition:
    """The entry of one equation.

    Attributes
    ----------
    label : str
        The equation's.
    reason : str
        Why it is not evaluated; empty if it is.
    entry : mapping
        What stands in the file, with what holds for the whole chapter.
    survive : mapping of str to str
        By the mistake's name, why the equation is true with it.
    """

    label: str
    reason: str
    entry: Mapping[str, Any]
    survive: Mapping[str, str]


@dataclass(frozen=True)
class Evaluated:
    """What came of evaluating one equation.

    Attributes
    ----------
    label : str
        The equation's.
    error : float
        The largest difference of equal sides, in shares of the larger side.
    networks : int
        In how many networks it was evaluated.
    comparisons : int
        How many pairs of values were compared.
    failure : str
        What is wrong; empty if nothing is.
    """

    label: str
    error: float = 0.0
    networks: int = 0
    comparisons: int = 0
    failure: str = ""


@dataclass(frozen=True)
class Claims:
    """An equation that can be evaluated.

    Attributes
    ----------
    label : str
        The equation's.
    statement : Statement
        Its tree.
    hypotheses : Hypotheses
        What it presupposes of the network.
    around : Surroundings
        What it takes from its chapter.
    tolerance : float
        How far equal sides may be apart.
    meanings : mapping of str to Meaning
        What the notation says.
    """

    label: str
    statement: Statement
    hypotheses: Hypotheses
    around: Surroundings
    tolerance: float
    meanings: Mapping[str, Meaning]

    def relations(self) -> Iterator[Relation]:
        """Yield what is claimed."""
        for claim in self.statement.claims:
            if not is_binding(claim):
                yield claim

    def scopes(self, claim: Relation) -> Iterator[Scope]:
        """Yield where a claim can be compared."""
        networks = networks_for(self.hypotheses)
        world = World(networks[0], self.meanings, self.around.definitions)
        for network in networks if is_of_network(claim, world) else networks[:OTHERWISE]:
            yield from instances(
                claim, self.statement, network, self.hypotheses, self.around, self.meanings
            )


def evaluate_equation(claims: Claims) -> Evaluated:
    """Compare the sides of an equation, for all values of its indices, in several networks.

    Parameters
    ----------
    claims : Claims
        The equation.

    Returns
    -------
    Evaluated
        The largest error, or what is wrong.
    """
    largest, comparisons = 0.0, 0
    networks = set()
    for claim in claims.relations():
        before = comparisons
        loose = {place for place, (sign, *_) in enumerate(pairs_of(claim)) if sign in LOOSE}
        try:
            for scope in claims.scopes(claim):
                networks.add(id(scope.world.network))
                for place, (sign, left, right) in enumerate(pairs_of(claim)):
                    good, error, a, b = compare(sign, left, right, scope, claims.tolerance)
                    if (
                        place in loose
                        and not compare("=", left, right, scope, claims.tolerance)[0]
                    ):
                        loose.remove(place)
                    comparisons += 1
                    largest = max(largest, error)
                    if not good:
                        said = f"{shown(a)} {sign} {shown(b)}"
                        return Evaluated(
                            claims.label, failure=f"{said} is false{_where(scope)}"
                        )
        except (IllTyped, ArithmeticError, ValueError) as error:
            return Evaluated(claims.label, failure=f"has no value: {error}")
        if comparisons == before:
            return Evaluated(claims.label, failure="its hypotheses hold in no network")
        if loose:
            return Evaluated(
                claims.label,
                failure="has sides that are equal everywhere at a sign that says less than =",
            )
    if not comparisons:
        return Evaluated(claims.label, failure="claims nothing")
    return Evaluated(claims.label, largest, len(networks), comparisons)


def pairs_of(claim: Relation) -> Iterator[tuple[str, Any, Any]]:
    """Yield the sides that stand beside one another; dots join what is around them."""
    kept = [
        (sign, side)
        for sign, side in zip(("=", *claim.relations), claim.sides, strict=True)
        if not isinstance(side, Dots)
    ]
    for (_, left), (sign, right) in pairwise(kept):
        yield sign, left, right


def _where(scope: Scope) -> str:
    plain = {
        name: value for name, value in scope.names.items() if not isinstance(value, Matrix)
    }
    named = ", ".join(f"{name} = {shown(value)}" for name, value in plain.items())
    return f" in {scope.world.network.architecture}" + (f", {named}" if named else "")


def shown(value: Value | None) -> str:
    """Show a value in a message."""
    if isinstance(value, Matrix):
        rows = "; ".join(" ".join(f"{entry.real:.6g}" for entry in row) for row in value.rows)
        return f"[{rows}]"
    return "" if value is None else f"{number(value).real:.6g}"


# Reading


class Reader:
    """Reads the suppositions of the book's equations, and makes equations that can be evaluated.

    Parameters
    ----------
    root : Path
        The project's folder.
    texts : mapping of str to str, optional
        The TeX of the equations by their labels, for those that define what others are about.
    """

    def __init__(self, root: Path, texts: Mapping[str, str] | None = None) -> None:
        self.root = root
        self.texts = texts or {}
        self.notation: Notation = read_notation(root / NOTATION)
        self.meanings = meanings_of(self.notation)
        path = root / MEANINGS
        content = read_yaml(path, str(MEANINGS)) if path.exists() else {}
        self.content: dict[str, dict[str, dict[str, Any]]] = content or {}
        self.group_of = {
            label: group for group, entries in self.content.items() for label in entries
        }

    def problems(self, equations: Sequence[Equation]) -> Iterator[str]:
        """Find what is wrong with the file, a line each."""
        labels = {one.tex if is_claim(one) else one.label for one in equations}
        for group, entries in self.content.items():
            for label, entry in entries.items():
                where = f"{group}: {label}"
                if label != ALL and label not in labels:
                    yield at(MEANINGS, None, f"{where}: there is no such equation")
                if label != ALL and self.group_of[label] != group:
                    yield at(MEANINGS, None, f"{where}: it is in {self.group_of[label]}, too")
                for fault in faults_of_entry(entry):
                    yield at(MEANINGS, None, f"{where}: {fault}")
        for equation in equations:
            if not is_claim(equation) and equation.label not in self.group_of:
                yield at(
                    equation.chapter.path,
                    equation.line,
                    f"{equation.label} has no entry in {MEANINGS}: say what it presupposes, or"
                    " why it is not evaluated",
                )

    def supposition(self, equation: Equation) -> Supposition:
        """Give the entry of an equation; a claim in a line may do with what holds for its page."""
        if is_claim(equation):
            group, name = equation.chapter.docname, equation.tex
        else:
            group, name = self.group_of[equation.label], equation.label
        entries = self.content.get(group, {})
        entry = {**(entries.get(ALL) or {}), **(entries.get(name) or {})}
        survive = {
            name: str(why) for item in entry.pop("survive", []) for name, why in item.items()
        }
        return Supposition(equation.label, entry.get("not evaluated", ""), entry, survive)

    def claims(self, equation: Equation) -> Claims:
        """Make an equation that can be evaluated.

        Raises
        ------
        Unreadable
            If its TeX, or TeX in its entry, cannot be read.
        """
        entry = self.supposition(equation).entry
        macros = self.notation.macros
        where = {str(name): str(tex) for name, tex in entry.get("where", {}).items()}
        headers = {name: FUNCTION.fullmatch(name) for name in where}
        own_functions = {
            match["name"]
            for name, match in headers.items()
            if match and not LAYERED.fullmatch(name)
        }
        stands, given = entry.get("stands", {}), entry.get("given", {})
        chance = entry.get("chance", {})
        own_letters = {*where, *given, *chance, *entry.get("each", {}), *stands}
        functions = (FUNCTIONS | own_functions) - own_letters
        sequences = {
            name: match for name in where if (match := SEQUENCE.fullmatch(where[name]))
        }
        joined = sorted(
            (name for name in (*where, *given) if "_" in name and name not in sequences),
            key=len,
            reverse=True,
        )

        def alone(tex: str) -> str:
            for name in joined:
                tex = tex.replace(name, one_name(name))
            return tex

        def read(tex: str) -> Any:
            return read_expression(alone(str(tex)), macros, functions)

        def meant(name: str, tex: str) -> Any:
            if array := ARRAY.fullmatch(tex):
                sizes = tuple(map(read, filter(None, (array["rows"], array["columns"]))))
                return Array(tuple(array["names"]), sizes, meant(name, array["body"]))
            if tex not in self.texts:
                return read(tex)
            statement = read_statement(alone(self.texts[tex]), macros, functions)
            for claim in statement.claims:
                if claim.relations and letter_of(claim.sides[0]) == name:
                    return claim.sides[1]
            raise Unreadable(f"{tex} does not say what {name} is")

        definitions = {}
        for name, tex in where.items():
            match, layered = headers[name], LAYERED.fullmatch(name)
            if name in sequences:
                letter, _, index = name.partition("_")
                letter = read(letter).name
                start, body = sequences[name]["start"], sequences[name]["body"]
                definitions[letter] = Definition(
                    (), meant(letter, body), "", index, read(start)
                )
            elif layered:
                definitions[layered["name"]] = Definition(
                    (), meant(layered["name"], tex), layered["layer"]
                )
            elif match:
                parameters = tuple(one.strip() for one in match["parameters"].split(","))
                definitions[match["name"]] = Definition(parameters, meant(match["name"], tex))
            else:
                letter = letter_of(read(name))
                definitions[letter] = Definition((), meant(letter, tex))
        around = Surroundings(
            definitions,
            {one_name(str(name)): self._given(text, read) for name, text in given.items()},
            {
                str(name): tuple(map(read, texts))
                for name, texts in entry.get("each", {}).items()
            },
            [
                Condition(claim)
                for tex in entry.get("for", [])
                for claim in _relations(read_statement(f"1 = 1, {tex}", macros, functions))
            ],
            int(entry.get("draws", 1)),
            {one_name(str(name)): self._draw(str(text), read) for name, text in chance.items()},
            {
                read(str(name)): meant(str(name), str(tex))
                for name, tex in entry.get("step", {}).items()
            },
            read(entry["nearly"]) if "nearly" in entry else None,
        )
        meanings = {**self.meanings, **{name: Meaning(what) for name, what in stands.items()}}
        for name in (
            *around.given,
            *({*chance} - {WEIGHTS}),
            *(name for name in stands if stands[name] == INDEX),
        ):
            meanings.pop(name, None)
        statement = read_statement(alone(equation.tex), macros, functions)
        return Claims(
            equation.label,
            told_apart(statement, entry.get("alone", [])),
            hypotheses_of(entry),
            around,
            float(entry.get("tolerance", TOLERANCE)),
            meanings,
        )

    @staticmethod
    def _given(text: str, read: Any) -> Given:
        kind, rows, columns = _shaped(text, read)
        if kind not in KINDS:
            raise Unreadable(
                f"a value is given as such as number, or positive column of K: {text}"
            )
        return Given(kind, rows, columns)

    @staticmethod
    def _draw(text: str, read: Any) -> Draw:
        what, rows, columns = _shaped(text, read)
        few, members, many = what.partition(" members of ")
        if members:
            return Draw(MEMBERS, (read(few), read(many)))
        if what.startswith(OF_ARRANGEMENT):
            return Draw(ARRANGEMENT, (read(what.removeprefix(OF_ARRANGEMENT)),))
        if what in DENSITIES:
            return Draw(what, (), rows, columns)
        size = what.removeprefix(OF_SIGN)
        listed = what if size == what else f"{size} with 0.5, -({size}) with 0.5"
        pairs = [one.split(" with ") for one in listed.split(", ")]
        if any(len(pair) != 2 for pair in pairs):
            raise Unreadable(f"values are drawn as such as 1 with r, 0 with 1 - r: {text}")
        return Draw(VALUES, tuple(read(part) for pair in pairs for part in pair), rows, columns)


def _shaped(text: str, read: Any) -> tuple[str, Node | None, Node | None]:
    match = SHAPED.fullmatch(str(text))
    if match is None:
        raise Unreadable(f"nothing is said: {text!r}")
    rows, columns = match["rows"] or match["r"], match["c"]
    return match["what"], read(rows) if rows else None, read(columns) if columns else None


def told_apart(statement: Statement, letters: Sequence[str]) -> Statement:
    """Name letters that stand for something else where they have an index."""
    for letter in letters:
        bare, named = Symbol(letter), Symbol(rf"\operatorname{{{letter}}}")
        statement = Statement(
            *(
                tuple(replaced(one, bare, named) for one in part)  # type: ignore[arg-type]
                for part in (statement.claims, statement.conditions)
            )
        )
    return statement


def letter_of(node: Node) -> str:
    """Name the letter of a symbol or a function, whatever indices are on it."""
    match node:
        case Symbol(name):
            return name
        case Apply(name):
            return name
        case Entry(of):
            return letter_of(of)
    raise Unreadable(f"{tex_of(node)} is no letter")


def _relations(statement: Statement) -> Iterator[Relation]:
    yield from statement.claims[1:]
    for condition in statement.conditions:
        yield condition.of


SPELT = {
    "-": "less",
    "+": "plus",
    "*": "star",
    **dict(zip("0123", ("zero", "one", "two", "three"), strict=True)),
}


def one_name(name: str) -> str:
    r"""Make one letter of a letter with its index, such as ``C_\varepsilon`` or ``v_{t-1}``."""
    if "_" not in name:
        return name
    letters = re.sub(r"[-+*0-3]", lambda sign: SPELT[sign[0]], name)
    return rf"\operatorname{{{re.sub(r'[^A-Za-z]', '', letters)}}}"


def hypotheses_of(entry: Mapping[str, Any]) -> Hypotheses:
    """Make hypotheses of an entry."""
    reading = entry.get("of", "one example")
    default = Hypotheses()
    functions = {
        "hidden": _chosen(entry.get("hidden"), default.hidden),
        "output": _chosen(entry.get("output"), default.output),
    }
    return replace(
        default,
        whole_batch="batch" in reading,
        chain="chain" in reading,
        costs=_chosen(entry.get("cost"), default.costs),
        target=entry.get("target", "any"),
        drawn=WEIGHTS in entry.get("chance", {}),
        twins=bool(entry.get("twins", False)),
        **functions,
    )


def _chosen(text: str | list[str] | None, default: tuple[str, ...]) -> tuple[str, ...]:
    if text is None or text == "any":
        return default
    if text == "elementwise":
        return tuple(ELEMENTWISE)
    return (text,) if isinstance(text, str) else tuple(text)


def faults_of_entry(entry: Any) -> Iterator[str]:
    """Find what is wrong with an entry, a line each."""
    if entry is None:
        return
    if not isinstance(entry, dict):
        yield f"expected the keys {', '.join(KEYS)}, got {entry!r}"
        return
    for key in entry:
        if key not in KEYS:
            yield f"unknown key {key!r}; known are {', '.join(KEYS)}"
    if "not evaluated" in entry:
        if len(entry) > 1 or not isinstance(entry["not evaluated"], str):
            yield "what is not evaluated has a reason, and nothing else"
        return
    functions = ("any", "elementwise", *ELEMENTWISE, *OF_COLUMNS)
    known = {
        "of": READINGS,
        "hidden": functions,
        "output": functions,
        "cost": ("any", *COSTS),
        "target": TARGETS,
    }
    for key, choices in known.items():
        given = entry.get(key, [])
        for choice in given if isinstance(given, list) else [given]:
            if choice not in choices:
                yield f"{key} must be among {', '.join(choices)}, got {choice!r}"
    for key in ("where", "given", "each", "chance", "step"):
        if not isinstance(entry.get(key, {}), dict):
            yield f"{key} gives each letter its meaning, got {entry[key]!r}"
    survive = entry.get("survive", [])
    if not isinstance(survive, list) or not all(isinstance(one, dict) for one in survive):
        yield "survive lists mistakes, each with the reason why the equation is true with it"
