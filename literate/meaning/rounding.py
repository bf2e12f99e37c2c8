"""What arithmetic with few binary digits makes of an expression: each operation rounds."""

import math
from collections.abc import Callable

from literate.meaning.syntax import Add, Big, Hadamard, Node, Product, Quotient, Transpose
from literate.meaning.values import (
    Matrix,
    Scalar,
    Value,
    divided,
    entrywise,
    make,
    matrix,
    number,
    plus,
    times,
    transposed,
)

DIGITS = 6
"""So many binary digits a number has; the unit roundoff is two to the power of minus so many."""


def nearest(x: Scalar) -> float:
    """Round to the nearest number that has so many digits; of two, to the even one."""
    significand, exponent = math.frexp(x.real)
    return math.ldexp(round(significand * 2**DIGITS), exponent - DIGITS)


def rounded(
    node: Node,
    exact: Callable[[Node], Value],
    terms: Callable[[Big], list[Callable[[Node], Value]]],
) -> Value:
    """Compute an expression from left to right, and round after each operation.

    Parameters
    ----------
    node : Node
        The expression.
    exact : callable
        Gives what has no operation its value, which is not rounded.
    terms : callable
        Gives, for each term of a sum, what `exact` is there.

    Returns
    -------
    Value
        What is computed.
    """

    def within(part: Node) -> Value:
        return rounded(part, exact, terms)

    match node:
        case Add((first, *rest)):
            total = times(first.sign, within(first.of))
            for term in rest:
                total = _each(plus(total, within(term.of), term.sign))
            return total
        case Product((first, *rest)):
            total = within(first)
            for factor in rest:
                total = _product(total, within(factor))
            return total
        case Hadamard((first, *rest)):
            total = within(first)
            for factor in rest:
                total = _each(entrywise(total, within(factor)))
            return total
        case Quotient(over, under):
            return _each(divided(within(over), within(under)))
        case Transpose(of):
            return transposed(within(of))
        case Big(kind) if kind == "sum":
            found = [rounded(node.body, inside, terms) for inside in terms(node)]
            total = found[0]
            for one in found[1:]:
                total = _each(plus(total, one))
            return total
    return exact(node)


def _each(value: Value) -> Value:
    return value.map(nearest) if isinstance(value, Matrix) else nearest(number(value))


def _product(left: Value, right: Value) -> Value:
    if not isinstance(left, Matrix) or not isinstance(right, Matrix):
        return _each(times(left, right))
    times(left, right)  # their shapes must fit

    def entry(i: int, j: int) -> Scalar:
        total: Scalar = 0.0
        for k, factor in enumerate(matrix(left).rows[i]):
            total = nearest(total + nearest(factor * matrix(right).rows[k][j]))
        return total

    return make(left.shape[0], right.shape[1], entry)
