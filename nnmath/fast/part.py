# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 7bd9a73ad48c3e0f

# From book/speed.md, "A part of the examples"
"""A part of the examples, for one process: what it has to do, and doing it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnmath.fast.block import Block
from nnmath.fast.packed import Packed
from nnmath.fast.parameters import Parameters
from nnmath.model.activations import Activation
from nnmath.model.costs import Cost


def known_of(phi: Mapping[int, Activation], cost: Cost) -> list[dict[str, str]]:
    """Name all that is known of the functions of a training run: derivatives, forms in place.

    A function is handed to another process by its name. What a script has set on it afterwards is
    not there, so the two processes compare what they know.
    """

    def name_of(value: Any) -> str:
        if isinstance(value, tuple):
            return ", ".join(map(name_of, value))
        name = getattr(value, "__qualname__", "<")
        # A name with "<", as of a lambda or of what a function makes, can be that of several.
        return repr(value) if "<" in name else f"{value.__module__}.{name}"

    functions = (*phi.values(), cost)
    return [{name: name_of(value) for name, value in vars(f).items()} for f in functions]


@dataclass(frozen=True)
class Plan:
    """What a process needs to know for its part of the examples.

    Attributes
    ----------
    n : tuple of int
        The sizes ``n_0, ..., n_L``.
    phi : mapping of int to function
        The activation functions.
    cost : function
        ``squared_error`` or ``cross_entropy``.
    one_hot : bool
        Whether every column of targets is one 1 among zeros.
    blocks : list of Packed
        The process's examples.
    known : list of dict
        What is known of the functions where the plan was made, as `known_of` says it.
    """

    n: tuple[int, ...]
    phi: Mapping[int, Activation]
    cost: Cost
    one_hot: bool
    blocks: list[Packed]
    known: list[dict[str, str]]


class Part:
    """A part of the examples, block by block.

    Parameters
    ----------
    plan : Plan
        What to compute.
    parameters : Parameters
        The network's parameters, read in every run.
    sums : Parameters
        Receive the sums of the gradients.
    """

    def __init__(self, plan: Plan, parameters: Parameters, sums: Parameters) -> None:
        n, dtype = plan.n, sums.cells.dtype
        self.blocks, self.parameters, self.sums = plan.blocks, parameters, sums
        sizes = {len(block.examples) for block in plan.blocks}
        self.space = {b: Block(n, plan.phi, plan.cost, plan.one_hot, b, dtype) for b in sizes}
        self.of_block = Parameters(n, np.empty_like(sums.cells))
        self.first = np.empty((n[0], n[1]), dtype)
        behind = slice(n[0] * n[1], None)  # all but the first weights, at the end of the row
        self.others, self.others_of_block = sums.cells[behind], self.of_block.cells[behind]

    def run(self) -> float:
        """Sum cost and gradients over the part's examples; give the cost.

        Returns
        -------
        float
            The sum of the examples' costs; if it is not finite the gradients are not complete.
        """
        W_1, of_W_1, sums = (one.W[1].T for one in (self.parameters, self.of_block, self.sums))
        self.sums.cells[...] = 0
        total = 0.0
        for packed in self.blocks:
            examples, live = packed.examples, packed.live
            first, of_first = self.first[: len(live)], of_W_1[: len(live)]
            np.take(W_1, live, axis=0, out=first, mode="clip")
            block = self.space[len(examples)]
            total += block.run(
                examples, first, self.parameters, packed.Y, of_first, self.of_block
            )
            if not math.isfinite(total):
                break
            sums[live] += of_first
            self.others += self.others_of_block
        return total
