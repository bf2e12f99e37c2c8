"""Reading the errors off a check cell: its assertions say what they compare while they run."""

import ast
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from literate.checks.records import FALSE, NUMERIC, SYMBOLIC, ratio_of

RECORDER = "__recorder__"
"""The name under which a transformed cell finds its recorder."""

ERROR_NAME = re.compile(r"errors?$")

ABSOLUTE = frozenset({"abs", "absolute", "fabs"})

OPERATORS: dict[type[ast.cmpop], tuple[str, Callable[[Any, Any], Any]]] = {
    ast.Eq: ("==", operator.eq),
    ast.NotEq: ("!=", operator.ne),
    ast.Lt: ("<", operator.lt),
    ast.LtE: ("<=", operator.le),
    ast.Gt: (">", operator.gt),
    ast.GtE: (">=", operator.ge),
    ast.Is: ("is", operator.is_),
    ast.IsNot: ("is not", operator.is_not),
    ast.In: ("in", lambda left, right: left in right),
    ast.NotIn: ("not in", lambda left, right: left not in right),
}

BY_SIGN = dict(OPERATORS.values())


@dataclass(frozen=True)
class Seen:
    """One comparison: its error and the bound, where it has them, and how it would have failed."""

    error: float | None
    bound: float | None
    failure: str


@dataclass
class Recorder:
    """Keeps the comparisons of one cell.

    Attributes
    ----------
    comparisons : int
        How many there were.
    closest : Seen or None
        Of those with an error, the one closest to its bound; NaN is beyond every bound.
    last_failed : Seen or None
        The last one that did not hold.
    """

    comparisons: int = 0
    closest: Seen | None = None
    last_failed: Seen | None = field(default=None)

    def begin(self) -> bool:
        """Begin an assertion: what failed before was no part of it."""
        self.last_failed = None
        return True

    def compare(self, sign: str, role: str, left: Any, right: Any) -> Any:
        """Compare two values as Python does, and note what was compared.

        Parameters
        ----------
        sign : str
            Python's operator, such as ``"<="``.
        role : str
            Which side is the error: ``"left"``, ``"right"``, ``"both"`` if the two should be equal,
            ``"none"`` if neither is.
        left, right : object
            The two sides.

        Returns
        -------
        object
            What the comparison gives without this.
        """
        value = BY_SIGN[sign](left, right)
        self.comparisons += 1
        seen = look_at(role, left, right)
        if seen.error is not None and (self.closest is None or _is_worse(seen, self.closest)):
            self.closest = seen
        if not _holds(value):
            self.last_failed = seen
        return value

    def chain(self, *links: Any) -> Any:
        """Compare a chain such as ``a < b <= c`` as Python does: each value once, and lazily."""
        left = links[0]
        value: Any = True
        for sign, role, later in links[1:]:
            right = later()
            value = self.compare(sign, role, left, right)
            if not value:
                return value
            left = right
        return value


def look_at(role: str, left: Any, right: Any) -> Seen:
    """Find the error of a comparison and its bound."""
    with np.errstate(all="ignore"):
        try:
            if role == "both":
                return _difference(left, right)
            if role == "left":
                return _worst(left, right)
            if role == "right":
                return _worst(right, left)
        except (TypeError, ValueError, AttributeError, OverflowError):
            pass  # no numbers: the comparison counts as one of another kind
    return Seen(None, None, FALSE)


def _worst(errors: Any, bounds: Any) -> Seen:
    """Find the error that comes closest to its bound, or else the largest that is beyond it."""
    sizes, allowed = np.broadcast_arrays(_floats(errors), _floats(bounds))
    if sizes.size == 0:
        return Seen(None, None, FALSE)
    ratios = np.where(sizes == 0, 0.0, sizes / allowed)
    if np.isnan(ratios).any():
        places = np.flatnonzero(np.isnan(ratios))
    elif (ratios > 1).any():  # of those that are too large the largest says most
        beyond = np.where(ratios > 1, sizes, -np.inf)
        places = np.flatnonzero(beyond == beyond.max())
    else:
        places = np.flatnonzero(ratios == ratios.max())
    # where both sides are equal, these are all places: as lists they are gone through fast
    bound, error = max(
        zip(allowed.flat[places].tolist(), sizes.flat[places].tolist(), strict=True)
    )
    return Seen(error, bound, NUMERIC)


def _floats(values: Any) -> Any:
    array = np.asarray(values)
    if array.dtype.kind not in "biufcO":
        raise TypeError("no numbers")
    if array.dtype.kind == "c":
        array = array.real
    return array.astype(float)


def _is_worse(one: Seen, other: Seen) -> bool:
    """Tell whether one comparison is closer to its bound, or further beyond it, than another."""
    first, second = (ratio_of(seen.error, seen.bound) for seen in (one, other))
    if np.isnan(first) or np.isnan(second):
        return bool(np.isnan(first) and not np.isnan(second))
    if first == second:  # an error of 0 says more where there is a bound
        return (one.error or 0, one.bound or 0) > (other.error or 0, other.bound or 0)
    return first > second


def _difference(left: Any, right: Any) -> Seen:
    """Find the largest difference of two sides that should be equal."""
    if _is_symbolic(left) or _is_symbolic(right):
        return _symbolic_difference(left, right)
    if isinstance(left, tuple | str | bytes | dict | set) or isinstance(
        right, tuple | str | bytes | dict | set
    ):
        return Seen(None, None, FALSE)  # shapes, names: no numbers of a formula
    one, other = (_numeric(side) for side in (left, right))
    # infinities are equal, and their difference is no number
    errors = np.where(one == other, 0, np.abs(one - other))
    return _worst(errors, 0.0)


def _numeric(side: Any) -> Any:
    array = np.asarray(side)
    if array.dtype.kind not in "biufcO":
        raise TypeError("no numbers")
    return array.astype(int) if array.dtype.kind in "bu" else array


def _is_symbolic(value: Any) -> bool:
    """Tell whether a value is SymPy's; only then has SymPy been imported."""
    return type(value).__module__.partition(".")[0] == "sympy"


def _symbolic_difference(left: Any, right: Any) -> Seen:
    if left == right:
        return Seen(0.0, 0.0, SYMBOLIC)
    difference = left - right
    if getattr(difference, "is_number", False):
        size = abs(complex(difference))
        return Seen(float(size), 0.0, NUMERIC)
    return Seen(float("inf"), 0.0, SYMBOLIC)


def _holds(value: Any) -> bool:
    try:
        return bool(np.all(value))
    except (TypeError, ValueError):
        return bool(value)


def record_assertions(tree: ast.Module) -> ast.Module:
    """Let every assertion of a cell tell its recorder what it compares.

    What the assertions come to stays as it is, and so does everything else.

    Parameters
    ----------
    tree : ast.Module
        The cell; it is changed.

    Returns
    -------
    ast.Module
        The same, to be run where `RECORDER` is a `Recorder`.
    """
    _Transformer().visit(tree)
    ast.fix_missing_locations(tree)
    return tree


def drop_assertions(tree: ast.Module) -> ast.Module:
    """Take the assertions out of a cell that is run only for the names it defines."""
    _Dropper().visit(tree)
    ast.fix_missing_locations(tree)
    return tree


class _Dropper(ast.NodeTransformer):
    def visit_Assert(self, node: ast.Assert) -> ast.stmt:
        return ast.copy_location(ast.Pass(), node)


class _Transformer(ast.NodeTransformer):
    def visit_Assert(self, node: ast.Assert) -> ast.Assert:
        begin = ast.Call(_recorder("begin"), [], [])
        test = _asserted(node.test)
        node.test = ast.BoolOp(ast.And(), [begin, test])
        return node


def _asserted(node: ast.expr) -> ast.expr:
    """Transform an expression that must be true for its assertion to hold."""
    if isinstance(node, ast.Compare):
        return _compare(node, has_error=True)
    parts = _parts(node)
    if not parts:
        return _Counter().visit(node)  # type: ignore[no-any-return]
    for owner, name in parts:
        value = getattr(owner, name)
        if isinstance(value, list):
            setattr(owner, name, [_asserted(item) for item in value])
        else:
            setattr(owner, name, _asserted(value))
    return node


PARTS: dict[type[ast.expr], tuple[str, ...]] = {
    ast.NamedExpr: ("value",),
    ast.IfExp: ("body", "orelse"),
    ast.GeneratorExp: ("elt",),
    ast.ListComp: ("elt",),
}


def _parts(node: ast.expr) -> list[tuple[ast.AST, str]]:
    """Find the parts of an expression that must all be true for it to be true."""
    parts: list[tuple[ast.AST, str]] = [(node, name) for name in PARTS.get(type(node), ())]
    match node:
        case ast.BoolOp(op=ast.And()):
            parts = [(node, "values")]
        case ast.BinOp(op=ast.BitAnd()):
            parts = [(node, "left"), (node, "right")]
        case ast.Call(func=ast.Attribute(attr="all") as method) if not _is_module(method.value):
            parts = [(method, "value")]
        case ast.Call() if _name_of(node.func) in ("all", "bool"):
            parts = [(node, "args")]
    return parts


class _Counter(ast.NodeTransformer):
    """Transforms what need not be true by itself (under `not`, `or`, `any`): it only counts."""

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        return _compare(node, has_error=False)

    def visit_Lambda(self, node: ast.Lambda) -> ast.Lambda:
        return node  # what it compares is no part of the assertion

    def visit_Subscript(self, node: ast.Subscript) -> ast.Subscript:
        return node  # a mask

    def visit_comprehension(self, node: ast.comprehension) -> ast.comprehension:
        return node


def _compare(node: ast.Compare, *, has_error: bool) -> ast.expr:
    operands = [node.left, *node.comparators]
    links = []
    for operation, left, right in zip(node.ops, operands, operands[1:], strict=False):
        sign = OPERATORS[type(operation)][0]
        role = _role(sign, left, right) if has_error else "none"
        links.append((ast.Constant(sign), ast.Constant(role), right))
    if len(links) == 1:
        sign_of, role_of, right = links[0]
        return ast.copy_location(
            ast.Call(_recorder("compare"), [sign_of, role_of, node.left, right], []), node
        )
    if any(isinstance(part, ast.NamedExpr) for item in operands for part in ast.walk(item)):
        return node  # a name that it binds must be bound here
    chain = [
        ast.Tuple([sign_of, role_of, ast.Lambda(_no_arguments(), right)], ast.Load())
        for sign_of, role_of, right in links
    ]
    return ast.copy_location(ast.Call(_recorder("chain"), [node.left, *chain], []), node)


def _role(sign: str, left: ast.expr, right: ast.expr) -> str:
    if sign == "==":
        return "both"
    if sign in ("<", "<=") and is_error(left):
        return "left"
    if sign in (">", ">=") and is_error(right):
        return "right"
    return "none"


def is_error(node: ast.expr) -> bool:
    """Tell whether an expression is an error: an absolute value, or a name that says so."""
    return any(
        (isinstance(part, ast.Call) and _name_of(part.func) in ABSOLUTE)
        or bool(ERROR_NAME.search(_name_of(part)))
        for part in ast.walk(node)
    )


def _name_of(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def _is_module(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("np", "numpy", "sympy")


def _recorder(method: str) -> ast.Attribute:
    return ast.Attribute(ast.Name(RECORDER, ast.Load()), method, ast.Load())


def _no_arguments() -> ast.arguments:
    return ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
