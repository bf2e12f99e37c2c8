"""An answer that a page can judge: what its directive says, and when two answers are the same.

The directive ``answer`` stands in an exercise. Its YAML says what is asked, what is right, which
wrong answers have a hint, and how the chapter's own code confirms what is right.
"""

import ast
import builtins
import math
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from literate.book.yaml_files import load_yaml

ASKED = ("shape", "number", "formula")

KEYS = ("ask", *ASKED, "variables", "domain", "tolerance", "confirm", "wrong")

FUNCTIONS: dict[str, Callable[[float], float]] = {
    "exp": math.exp,
    "ln": math.log,
    "log": math.log,
    "sqrt": math.sqrt,
    "tanh": math.tanh,
    "sin": math.sin,
    "cos": math.cos,
    "abs": abs,
    "sigma": lambda z: 1 / (1 + math.exp(-z)),
}
"""What a formula may call; ``answers.js`` knows the same names."""

CONSTANTS = {"e": math.e, "pi": math.pi}

DOMAIN = (0.25, 2.0)
"""Where a variable is drawn from, unless the answer says otherwise."""

POINTS = 20
ROUNDING = 1e-9
WIDEST = 0.1
"""The part of a number that the tolerance of an answer may be."""


class MalformedAnswer(ValueError):
    """YAML that cannot be read, with its line, counted from 1; 0 if it is not known."""

    def __init__(self, error: yaml.YAMLError) -> None:
        mark = getattr(error, "problem_mark", None)
        said = getattr(error, "problem", None) or " ".join(str(error).split())
        super().__init__(f"malformed YAML: {said}")
        self.line = mark.line + 1 if mark else 0


VARIABLE = re.compile(r"[A-Za-z]+(_[A-Za-z0-9]+)?")
SHAPE = re.compile(r"\d+( x \d+)*")


@dataclass(frozen=True)
class Answer:
    """An answer that a page can judge.

    Attributes
    ----------
    ask : str
        What is asked, in MyST.
    kind : str
        ``"shape"``, ``"number"`` or ``"formula"``.
    right : str
        What is right.
    variables : mapping of str to (float, float)
        Of a formula: its variables, and the interval that each is drawn from.
    tolerance : float
        Of a number: how far from `right` an answer may lie; 0 if it is to be exact.
    confirm : str
        A Python expression that gives what is right, from the names of the chapter as they are
        after the exercise's solution: the shape, the number, or a function of the variables.
    wrong : mapping of str to str
        Wrong answers, and what to say to each, in MyST.
    """

    ask: str
    kind: str
    right: str
    variables: Mapping[str, tuple[float, float]]
    tolerance: float
    confirm: str
    wrong: Mapping[str, str]


def read_answer(text: str) -> Answer:
    """Read one answer from the YAML of its directive.

    Raises
    ------
    ValueError
        If it is malformed; the message says how.
    """
    try:
        options = load_yaml(text)
    except yaml.YAMLError as error:
        raise MalformedAnswer(error) from None
    if not isinstance(options, dict):
        raise ValueError(f"expected keys and values, got {text.strip()!r}")
    unknown = [str(key) for key in options if key not in KEYS]
    if unknown:
        raise ValueError(f"unknown {', '.join(unknown)}; known are {', '.join(KEYS)}")
    kinds = [kind for kind in ASKED if kind in options]
    if len(kinds) != 1:
        raise ValueError(
            f"asks for one of {', '.join(ASKED)}, got {', '.join(kinds) or 'none'}"
        )
    for key in ("ask", "confirm"):
        if not str(options.get(key, "")).strip():
            raise ValueError(f"{key} is missing")
    domain = options.get("domain", {})
    names = [str(name) for name in options.get("variables", [])]
    for name in names:
        if not VARIABLE.fullmatch(name):
            raise ValueError(f"a variable is named as w or w_10, got {name!r}")
    if set(domain) - set(names):
        raise ValueError(
            f"domain of {', '.join(set(domain) - set(names))}, which is no variable"
        )
    answer = Answer(
        ask=str(options["ask"]).strip(),
        kind=kinds[0],
        right=str(options[kinds[0]]).strip(),
        variables={name: _interval(domain.get(name, DOMAIN)) for name in names},
        tolerance=float(options.get("tolerance", 0)),
        confirm=str(options["confirm"]).strip(),
        wrong={str(key): str(hint).strip() for key, hint in options.get("wrong", {}).items()},
    )
    _compare_wrong(answer)
    _judge_confirmation(answer)
    return answer


def _judge_confirmation(answer: Answer) -> None:
    """Refuse an answer that nothing but itself confirms, or that almost any number meets."""
    try:
        tree = ast.parse(answer.confirm, mode="eval").body
    except SyntaxError:
        raise ValueError(f"confirm is no expression of Python: {answer.confirm}") from None
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    if not names or (answer.kind == "number" and names <= {"np", "math", *dir(builtins)}):
        raise ValueError("confirm is typed, and not computed by the chapter's code")
    if answer.kind == "formula" and isinstance(tree, ast.Lambda):
        right = ast.parse(answer.right.replace("^", "**"), mode="eval").body
        if ast.dump(tree.body) == ast.dump(right):
            raise ValueError("confirm is the formula typed again; compute it in another way")
    if answer.kind == "number":
        size = abs(values_of(answer, answer.right)[0])
        if answer.tolerance > WIDEST * size:
            raise ValueError(
                f"tolerance must be at most {WIDEST} of the number, got {answer.tolerance:g}"
            )


def _interval(ends: Any) -> tuple[float, float]:
    low, high = map(float, ends)
    if not low < high:
        raise ValueError(f"an interval begins below its end, got {low} and {high}")
    return low, high


def _compare_wrong(answer: Answer) -> None:
    """Refuse a wrong answer that is right, and two that are the same."""
    seen = [values_of(answer, answer.right)]
    for text in answer.wrong:
        values = values_of(answer, text)
        if any(agree(answer, values, other) for other in seen):
            raise ValueError(f"the wrong answer {text!r} is the same as another, or right")
        seen.append(values)


def points_of(answer: Answer) -> list[dict[str, float]]:
    """Draw the points at which formulas are compared."""
    draw = random.Random(0)
    return [
        {name: draw.uniform(*interval) for name, interval in answer.variables.items()}
        for _ in range(POINTS if answer.kind == "formula" else 1)
    ]


def values_of(answer: Answer, text: str) -> list[float]:
    """Evaluate an answer: the sizes of a shape, a number, or a formula's values.

    Raises
    ------
    ValueError
        If it cannot be read. In the source products are written with ``*``.
    """
    if answer.kind == "shape":
        if not SHAPE.fullmatch(text):
            raise ValueError(f"a shape is written as 3 x 4, got {text!r}")
        return [float(size) for size in text.split(" x ")]
    return [evaluate(text, point) for point in points_of(answer)]


def evaluate(text: str, variables: Mapping[str, float]) -> float:
    """Evaluate a formula at a point; it can reach nothing but its variables and `FUNCTIONS`."""
    try:
        tree = ast.parse(text.replace("^", "**"), mode="eval")
    except SyntaxError:
        raise ValueError(f"{text!r} is no formula; products are written with *") from None
    known = {**CONSTANTS, **variables}
    for node in ast.walk(tree):
        unknown = isinstance(node, ast.Name) and node.id not in {**known, **FUNCTIONS}
        if unknown or not isinstance(node, ALLOWED):
            raise ValueError(f"{text!r} holds {ast.unparse(node)!r}, which is not known")
    code = compile(tree, "<answer>", "eval")
    return float(eval(code, {"__builtins__": {}}, {**FUNCTIONS, **known}))


ALLOWED = (
    *(ast.Expression, ast.BinOp, ast.UnaryOp, ast.Call, ast.Name, ast.Constant, ast.Load),
    *(ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.USub, ast.UAdd),
)


def agree(answer: Answer, values: Sequence[float], others: Sequence[float]) -> bool:
    """Tell whether two answers count as the same."""
    if len(values) != len(others):
        return False
    if answer.kind == "shape":
        return values == others
    return all(
        abs(value - other) <= max(answer.tolerance, ROUNDING * max(abs(value), abs(other)))
        for value, other in zip(values, others, strict=True)
    )
