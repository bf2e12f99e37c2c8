# Made from the book's chapters. Do not edit: edit the chapter and run `make tangle`
# (or edit here and run `python -m literate untangle`). Digest of the text: 017551eefaaaac8f

# From book/speed.md, "A part of the examples"
"""A part of the examples, for one process: what it has to do, and doing it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnmath.fast.block import Block
from nnmath.fast.memory import Memory, Parameters, Slot
from nnmath.fast.packed import Packed
from nnmath.model.activations import Activation
from nnmath.model.costs import Cost


def known_of(phi: Mapping[int, Activation], cost: Cost) -> list[dict[str, str]]:
    """Name all that is known of the functions of a training: derivatives, forms in place.

    A function is handed to another process by its name. What a script has set on it afterwards is
    not there, so the two processes compare what they know.
    """

    def name_of(value: Any) -> str:
        if isinstance(value, tuple):
            return ", ".join(map(name_of, value))
        named = hasattr(value, "__qualname__")
        return f"{value.__module__}.{value.__qualname__}" if named else repr(value)

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
    parameters, sums : place
        Where the network's parameters stand, and where the sums of the gradients go.
    blocks : list of Packed
        The process's examples.
    known : list of dict
        What is known of the functions where the plan was made, as `known_of` says it.
    """

    n: tuple[int, ...]
    phi: Mapping[int, Activation]
    cost: Cost
    one_hot: bool
    parameters: Slot
    sums: Slot
    blocks: list[Packed]
    known: list[dict[str, str]]


class Part:
    """A part of the examples, block by block.

    Parameters
    ----------
    plan : Plan
        What to compute.
    memory : Memory
        Holds the examples and the parameters, and receives the sums.
    """

    def __init__(self, plan: Plan, memory: Memory) -> None:
        n, dtype = plan.n, memory.cells.dtype
        self.parameters, self.sums = (
            Parameters(n, memory.view(place), inputs_first=True)
            for place in (plan.parameters, plan.sums)
        )
        self.blocks = [
            (memory.view(block.examples), block.live, memory.view(block.Y))
            for block in plan.blocks
        ]
        sizes = {Y.shape[1] for _, _, Y in self.blocks}
        self.space = {b: Block(n, plan.phi, plan.cost, plan.one_hot, b, dtype) for b in sizes}
        self.of_block = Parameters(n, np.empty_like(self.sums.cells), inputs_first=True)
        self.first = np.empty((n[0], n[1]), dtype)

    def run(self) -> float:
        """Sum cost and gradients over the part's examples; give the cost.

        Returns
        -------
        float
            The sum of the examples' costs; if it is not finite the gradients are not complete.
        """
        W, b, of_W, of_b = (
            self.parameters.W,
            self.parameters.b,
            dict(self.of_block.W),
            self.of_block.b,
        )
        self.sums.cells[...] = 0
        total = 0.0
        for examples, live, Y in self.blocks:
            first = self.first[: len(live)]
            np.take(W[1].T, live, axis=0, out=first, mode="clip")
            of_W[1] = self.of_block.W[1].T[: len(live)]
            total += self.space[Y.shape[1]].run(examples, first, W, b, Y, of_W, of_b)
            if not math.isfinite(total):
                break
            self.sums.W[1].T[live] += of_W[1]
            for l in W:
                self.sums.b[l] += of_b[l]
                if l > 1:
                    self.sums.W[l] += of_W[l]
        return total
