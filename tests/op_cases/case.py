"""A case: one op, how it is called and on what."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

COMPOSED = "composed"  # in place of a node's name: made of several ops, of which PyTorch takes others in places

Shape = tuple[int, ...]
Shapes = tuple[Shape, ...]

ONE: tuple[Shapes, ...] = (((),), ((1,),), ((3,),), ((2, 3),))
VECTOR: tuple[Shapes, ...] = (((1,),), ((3,),), ((2, 3),))
MATRIX: tuple[Shapes, ...] = (((2, 3),), ((2, 3, 2),))
TWO: tuple[Shapes, ...] = (
    ((), ()),
    ((1,), (1,)),
    ((3,), (3,)),
    ((2, 3), (3,)),
    ((2, 1), (1, 3)),
    ((), (3,)),
    ((2, 3), ()),
)
THREE: tuple[Shapes, ...] = (((), (), ()), ((3,), (3,), (3,)), ((2, 3), (3,), (2, 1)))


@dataclass(frozen=True)
class Case:
    """One op: how it is called, and on what.

    ``call`` takes the library (minigrad or torch) and the tensors, and returns one tensor.
    """

    name: str
    call: Callable[..., Any]
    grad_fn: str | None  # the result's, or COMPOSED; None if it never requires grad
    shapes: tuple[Shapes, ...] = ONE
    domain: tuple[float, float] = (-2.0, 2.0)  # where the inputs are drawn from

    def __str__(self) -> str:
        return self.name

    @property
    def vectors(self) -> int | None:
        """How many vectors of three it takes; None if it does not take such."""
        return next((len(shapes) for shapes in self.shapes if set(shapes) == {(3,)}), None)

    def arrays(self, shapes: Shapes, dtype: Any = np.float64) -> list[np.ndarray]:
        """Return inputs of these shapes: always the same ones, no two numbers equal, none where an op has a kink."""
        rng = np.random.default_rng(zlib.crc32(f"{self.name} {shapes}".encode()))
        low, high = self.domain
        total = sum(int(np.prod(shape)) for shape in shapes)
        # One number in each of so many equal stretches, away from their ends: nothing ties, and 0 and 1 are avoided.
        steps = (rng.permutation(total) + rng.uniform(0.2, 0.8, total)) / max(total, 1)
        numbers = low + (high - low) * (0.02 + 0.96 * steps)
        numbers = np.where(np.abs(numbers - np.round(numbers)) < 0.05, numbers + 0.1, numbers)
        arrays, start = [], 0
        for shape in shapes:
            size = int(np.prod(shape))
            arrays.append(numbers[start : start + size].reshape(shape).astype(dtype))
            start += size
        return arrays


def nn(m: Any) -> Any:
    """Return where a library keeps the functions of neural networks."""
    if m.__name__ == "torch":
        return m.nn.functional
    from minigrad.nn import functional

    return functional


P = (0.2, 3.0)  # positive
U = (-0.9, 0.9)  # within the unit interval
