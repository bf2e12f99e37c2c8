"""Numbers and matrices of numbers, in plain Python: slow, and obvious."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

Scalar = complex


class IllTyped(Exception):
    """An expression has no value: shapes do not fit, or there is no such layer or entry."""


@dataclass(frozen=True)
class Matrix:
    """A matrix, as a tuple of rows; a column has one entry in each row."""

    rows: tuple[tuple[Scalar, ...], ...]

    @property
    def shape(self) -> tuple[int, int]:
        """How many rows and columns it has."""
        return len(self.rows), len(self.rows[0])

    def entries(self) -> Iterator[Scalar]:
        """Yield its entries, row by row."""
        for row in self.rows:
            yield from row

    def map(self, function: Callable[[Scalar], Scalar]) -> Matrix:
        """Apply a function to each entry."""
        return Matrix(tuple(tuple(function(entry) for entry in row) for row in self.rows))


class One:
    """The product of nothing: 1, or the identity matrix, as its surroundings ask."""


ONE = One()


class _Nothing(int):
    """The sum of nothing: 0, in whatever shape its surroundings ask."""


NOTHING = _Nothing()

Value = Scalar | Matrix | One


def make(rows: int, columns: int, entry: Callable[[int, int], Scalar]) -> Matrix:
    """Make a matrix entry by entry."""
    return Matrix(tuple(tuple(entry(i, j) for j in range(columns)) for i in range(rows)))


def column(entries: Iterator[Scalar] | list[Scalar]) -> Matrix:
    """Make a column."""
    return Matrix(tuple((entry,) for entry in entries))


def identity(n: int) -> Matrix:
    """Make an identity matrix."""
    return make(n, n, lambda i, j: float(i == j))


def number(value: Value) -> Scalar:
    """Take a value as a number."""
    if isinstance(value, One):
        return 1
    if isinstance(value, Matrix):
        if value.shape != (1, 1):
            raise IllTyped(f"a number is expected, and not {_shaped(value)}")
        return value.rows[0][0]
    return value


def whole(value: Value) -> int:
    """Take a value as a whole number."""
    exact = number(value)
    nearest = round(exact.real)
    if abs(exact - nearest) > 1e-9:
        raise IllTyped("a whole number is expected")
    return nearest


def matrix(value: Value) -> Matrix:
    """Take a value as a matrix."""
    if not isinstance(value, Matrix):
        raise IllTyped("a matrix is expected, and not a number")
    return value


def plus(left: Value, right: Value, sign: int = 1) -> Value:
    """Add, or subtract."""
    if left is NOTHING or right is NOTHING:
        return left if right is NOTHING else times(sign, right)
    if not isinstance(left, Matrix) or not isinstance(right, Matrix):
        return number(left) + sign * number(right)
    same_shape(left, right)
    both = zip(left.rows, right.rows, strict=True)
    return Matrix(
        tuple(tuple(a + sign * b for a, b in zip(u, v, strict=True)) for u, v in both)
    )


def times(left: Value, right: Value) -> Value:
    """Multiply: numbers, a number and a matrix, or two matrices."""
    if isinstance(left, One):
        return right
    if isinstance(right, One):
        return left
    if isinstance(left, Matrix) and isinstance(right, Matrix):
        if left.shape[1] != right.shape[0]:
            raise IllTyped(f"the product of {_shaped(left)} and {_shaped(right)}")
        columns = transposed(right).rows
        return Matrix(
            tuple(
                tuple(sum(a * b for a, b in zip(row, other, strict=True)) for other in columns)
                for row in left.rows
            )
        )
    if isinstance(left, Matrix):
        return left.map(lambda entry: entry * number(right))
    if isinstance(right, Matrix):
        return right.map(lambda entry: number(left) * entry)
    return left * right


def entrywise(left: Value, right: Value) -> Matrix:
    """Multiply entry by entry."""
    left, right = matrix(left), matrix(right)
    same_shape(left, right)
    rows, columns = left.shape
    return make(rows, columns, lambda i, j: left.rows[i][j] * right.rows[i][j])


def divided(over: Value, under: Value) -> Value:
    """Divide by a number."""
    by = number(under)
    if by == 0:
        raise IllTyped("a division by 0")
    return over.map(lambda entry: entry / by) if isinstance(over, Matrix) else number(over) / by


def transposed(of: Value) -> Matrix:
    """Make rows of columns."""
    return Matrix(tuple(zip(*matrix(of).rows, strict=True)))


def power(base: Value, exponent: Value) -> Value:
    """Raise to a power; of matrices only a diagonal one to -1, which is its inverse."""
    by = number(exponent)
    if isinstance(base, Matrix):
        return _inverse(base, by)
    of = number(base)
    if of == 0 and by.real < 0:
        raise IllTyped("a division by 0")
    if by == round(by.real):
        return of ** round(by.real)
    if of.real < 0 or isinstance(by, complex):
        raise IllTyped("a power of a negative number that is not whole")
    return of**by


def _inverse(of: Matrix, exponent: Scalar) -> Matrix:
    rows, columns = of.shape
    inside = [of.rows[i][j] for i in range(rows) for j in range(columns) if i != j]
    if exponent != -1 or rows != columns or any(inside):
        raise IllTyped("a power of a matrix")
    return make(rows, rows, lambda i, j: 1 / of.rows[i][i] if i == j else 0.0)


def inner(left: Value, right: Value) -> Scalar:
    """Sum the products of corresponding entries."""
    return sum(entrywise(left, right).entries())


def norm(of: Value) -> Scalar:
    """Give the Euclidean length."""
    return number(power(sum(entry**2 for entry in matrix(of).entries()), 0.5))


def trace(of: Value) -> Scalar:
    """Sum the diagonal."""
    square = matrix(of)
    if square.shape[0] != square.shape[1]:
        raise IllTyped(f"the trace of {_shaped(square)}")
    return sum(square.rows[i][i] for i in range(square.shape[0]))


def diagonal(of: Value) -> Matrix:
    """Put a column on a diagonal."""
    entries = matrix(of)
    if entries.shape[1] != 1:
        raise IllTyped(f"a diagonal matrix of {_shaped(entries)}")
    n = entries.shape[0]
    return make(n, n, lambda i, j: entries.rows[i][0] if i == j else 0.0)


def entry_of(value: Value, indices: tuple[int, ...]) -> Scalar:
    """Take an entry of a matrix, or of a column by one index; counting begins at 0."""
    of = matrix(value)
    rows, columns = of.shape
    if len(indices) == 1 and columns == 1:
        indices = (indices[0], 0)
    if len(indices) != 2 or not (0 <= indices[0] < rows and 0 <= indices[1] < columns):
        raise IllTyped(f"no entry {indices} of {_shaped(of)}")
    return of.rows[indices[0]][indices[1]]


def same_shape(left: Matrix, right: Matrix) -> None:
    """Refuse matrices of two shapes."""
    if left.shape != right.shape:
        raise IllTyped(f"{_shaped(left)} beside {_shaped(right)}")


def _shaped(value: Matrix) -> str:
    return f"{value.shape[0]} × {value.shape[1]}"
