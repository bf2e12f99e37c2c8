"""The functions that the book names, by their definitions, of numbers that may be complex."""

import cmath
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from literate.meaning.values import (
    IllTyped,
    Matrix,
    Scalar,
    Value,
    column,
    diagonal,
    inner,
    matrix,
    norm,
    number,
    power,
    trace,
)

STEP = 1e-30
"""The step along the imaginary axis of a derivative; its square vanishes beside 1."""

SMALLEST_IMAGINARY = 1e-20
"""An imaginary part that is larger is no step."""


NEARLY = 1e-9
"""What is so near to a whole number is taken as one."""


def exponential(z: Scalar) -> Scalar:
    """Give the exponential."""
    return cmath.exp(z)


def logarithm(z: Scalar) -> Scalar:
    """Give the natural logarithm of a positive number."""
    if z.real <= 0:
        raise IllTyped("a logarithm of what is not positive")
    return cmath.log(z)


def sigmoid(z: Scalar) -> Scalar:
    """Give one over one plus the exponential of the negative."""
    return 1 / (1 + cmath.exp(-z))


def relu(z: Scalar) -> Scalar:
    """Give what is positive, and 0 for what is not."""
    return z if z.real > 0 else 0 * z


def softplus(z: Scalar) -> Scalar:
    """Give the logarithm of one plus the exponential."""
    return cmath.log(1 + cmath.exp(z))


ELEMENTWISE: Mapping[str, Callable[[Scalar], Scalar]] = {
    "tanh": cmath.tanh,
    "sigmoid": sigmoid,
    "relu": relu,
    "softplus": softplus,
    "identity": lambda z: z,
}
"""The activation functions that act on each entry by itself."""


def softmax(z: Matrix) -> Matrix:
    """Give exponentials over their sum, for a column."""
    exponentials = [cmath.exp(entry) for entry in z.entries()]
    return column([one / sum(exponentials) for one in exponentials])


def no_usual_activation(z: Matrix) -> Matrix:
    """Give what mixes neighbours, so that its Jacobian is neither diagonal nor symmetric."""
    entries = list(z.entries())
    return column([cmath.tanh(entries[i] + entries[i - 1] / 3) for i in range(len(entries))])


OF_COLUMNS: Mapping[str, Callable[[Matrix], Matrix]] = {
    "softmax": softmax,
    "no usual activation": no_usual_activation,
}
"""The activation functions that take a whole column."""


def log_sum_exp(z: Matrix) -> Scalar:
    """Give the logarithm of the sum of the exponentials."""
    return cmath.log(sum(cmath.exp(entry) for entry in z.entries()))


def absolute(z: Scalar) -> Scalar:
    """Give the distance from 0; what moves by a step of a derivative keeps moving."""
    if abs(z.imag) > SMALLEST_IMAGINARY:
        return abs(z)
    return z if z.real >= 0 else -z


def means_of_rows(of: Value) -> Matrix:
    """Give each row its mean in every place."""
    rows = matrix(of).rows
    return Matrix(tuple((sum(row) / len(row),) * len(row) for row in rows))


def exclusive_or(first: Scalar, second: Scalar) -> Scalar:
    """Tell whether one of two bits is 1, and not both."""
    return float((first == 1) != (second == 1))


@dataclass(frozen=True)
class Fence:
    """Two signs that stand around something; how a page without TeX shows them."""

    closing: str
    shown: tuple[str, str]


FENCES: Mapping[str, Fence] = {
    "|": Fence("|", ("|", "|")),
    r"\lVert": Fence(r"\rVert", ("‖", "‖")),
    r"\langle": Fence(r"\rangle", ("⟨", "⟩")),
    r"\lfloor": Fence(r"\rfloor", ("⌊", "⌋")),
    r"\lceil": Fence(r"\rceil", ("⌈", "⌉")),
}
"""The fences; what each does stands with the functions, under its first sign."""

OF_NUMBERS: Mapping[str, Callable[[Scalar], Scalar]] = {
    "|": absolute,
    r"\lfloor": lambda z: float(math.floor(z.real + NEARLY)),
    r"\lceil": lambda z: float(math.ceil(z.real - NEARLY)),
    r"\sqrt": lambda z: number(power(z, 0.5)),
    r"\exp": exponential,
    r"\ln": logarithm,
    r"\sigma": sigmoid,
    r"\tanh": cmath.tanh,
    r"\log_2": lambda z: logarithm(z) / math.log(2),
    r"\cos": cmath.cos,
    r"\operatorname{Im}": lambda z: complex(z).imag,
    r"\operatorname{ReLU}": relu,
    r"\operatorname{softplus}": softplus,
}
"""Functions of a number; of a matrix they are taken entry by entry."""

OF_VALUES: Mapping[str, Callable[..., Value]] = {
    r"\lVert": norm,
    r"\langle": lambda *of: inner(*of) if len(of) > 1 else means_of_rows(*of),
    r"\operatorname{softmax}": softmax,
    r"\operatorname{LSE}": log_sum_exp,
    r"\operatorname{diag}": diagonal,
    r"\operatorname{tr}": trace,
    r"\operatorname{xor}": exclusive_or,
    r"\max": lambda *of: max((number(one) for one in of), key=lambda one: one.real),
    r"\min": lambda *of: min((number(one) for one in of), key=lambda one: one.real),
}
"""Functions of other values."""


def derivative(function: Callable[[Scalar], Scalar], order: int) -> Callable[[Scalar], Scalar]:
    """Take derivatives: the first along the imaginary axis, the second by differences of it."""
    if order == 0:
        return function
    if order == 1:
        return lambda z: function(complex(_real(z), STEP)).imag / STEP

    def second(z: Scalar) -> Scalar:
        first, h = derivative(function, order - 1), 1e-4
        near = (first(z + h) - first(z - h)) / (2 * h)
        far = (first(z + 2 * h) - first(z - 2 * h)) / (4 * h)
        return (4 * near - far) / 3

    return second


def _real(z: Scalar) -> float:
    if z.imag:
        raise IllTyped("a derivative of a derivative")
    return z.real
