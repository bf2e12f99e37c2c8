"""What is drawn by chance: from finitely many outcomes, all of which are gone through."""

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

from literate.meaning.syntax import Node
from literate.meaning.values import IllTyped, Scalar, Value, column, make

PARTS = 40
"""In so many equally likely values a distribution with a density is divided."""

DENSITIES: Mapping[str, Callable[[float], float]] = {
    "normal": NormalDist().inv_cdf,
    "exponential": lambda share: -math.log(1 - share),
}
"""The value below which a share of the probability lies."""

MEMBERS, ARRANGEMENT, VALUES = "members", "arrangement", "values"


@dataclass(frozen=True)
class Draw:
    """How a letter is drawn.

    Attributes
    ----------
    kind : str
        ``values``, each with its probability; ``members``, so many of so many, each set as likely
        as the others; ``arrangement`` of the numbers from 0 on; or the name of a density.
    numbers : tuple of Node
        Values and probabilities in turn, or how many.
    rows, columns : Node or None
        The shape, if it is no number: each entry is drawn by itself.
    """

    kind: str
    numbers: tuple[Node, ...] = ()
    rows: Node | None = None
    columns: Node | None = None

    def outcomes(
        self, numbers: Sequence[Scalar], shape: tuple[int, int] | None
    ) -> Iterator[tuple[float, Value]]:
        """Yield each outcome after its probability.

        Parameters
        ----------
        numbers : sequence of Scalar
            What its own are worth.
        shape : tuple of int or None
            Its rows and columns.
        """
        if self.kind == MEMBERS:
            few, many = (round(one.real) for one in numbers)
            sets = list(itertools.combinations(range(many), few))
            for members in sets:
                yield 1 / len(sets), column([float(e in members) for e in range(many)])
            return
        if self.kind == ARRANGEMENT:
            orders = list(itertools.permutations(range(round(numbers[0].real))))
            for order in orders:
                yield 1 / len(orders), column([float(k) for k in order])
            return
        values = self._values(numbers)
        if shape is None:
            yield from values
            return
        rows, columns = shape
        for chosen in itertools.product(values, repeat=rows * columns):
            entries = [value for _, value in chosen]
            together = math.prod(probability for probability, _ in chosen)
            yield together, make(rows, columns, lambda i, j: entries[i * columns + j])  # noqa: B023

    def _values(self, numbers: Sequence[Scalar]) -> list[tuple[float, Scalar]]:
        if self.kind in DENSITIES:
            below = DENSITIES[self.kind]
            return [(1 / PARTS, below((part + 0.5) / PARTS)) for part in range(PARTS)]
        chances = [chance.real for chance in numbers[1::2]]
        if min(chances) < 0 or abs(sum(chances) - 1) > 1e-12:
            raise IllTyped("probabilities that do not sum to 1")
        return list(zip(chances, numbers[::2], strict=True))
