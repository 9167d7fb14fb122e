"""Where the entries of a result lie in memory: as PyTorch would lay them, which decides what a view of it is."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from minigrad.autograd.base import Array

# Note [The order of entries]
#
# The result of an elementwise op takes over the order in which its operands lie in memory: that of the first one that
# tells two dimensions apart decides. Everything else lies in the order in which it is read. NumPy has rules of its
# own, which differ once an operand is out of order: so `apply` asks here then, and only then.


def laid(array: Array, operands: Sequence[Any]) -> Array:
    """Return the array, copied if PyTorch would lay it otherwise.

    Parameters
    ----------
    array : ndarray
        A result that shares memory with no operand.
    operands : sequence
        What it takes its order from, the most important one first; without any it lies in order.

    Returns
    -------
    ndarray
    """
    arrays = [x for x in operands if isinstance(x, np.ndarray) and x.ndim]
    if array.ndim < 2 or all(x.flags.c_contiguous or _descends(x) for x in arrays):
        return array if array.flags.c_contiguous else np.array(array, order="C")
    order = _order(array.shape, arrays)
    if _is_in_order(array, order):
        return array
    out = np.empty([array.shape[d] for d in order], array.dtype).transpose(np.argsort(order))
    out[...] = array
    return out


def _descends(array: Array) -> bool:
    """Return whether the steps grow smaller from dimension to dimension, as in a part of rows: reading order, then."""
    return all(outer > inner for outer, inner in pairwise([step for step in array.strides if step]))


def _is_in_order(array: Array, order: Sequence[int]) -> bool:
    """Return whether an array fills its memory in this order of dimensions, outermost first."""
    taken = [d for d in order if array.shape[d] != 1]
    steps = [array.strides[d] for d in taken] + [array.itemsize]
    sizes = [array.shape[d] for d in taken]
    return all(outer == inner * n for (outer, inner), n in zip(pairwise(steps), [*sizes[1:], 1], strict=True))


def _order(shape: tuple[int, ...], operands: Sequence[Array]) -> list[int]:
    """Return the dimensions of a result in the order in which PyTorch lays them, outermost first."""
    same = operands[0]
    if all(x.shape == shape and x.strides == same.strides for x in operands) and _fills(same):
        return sorted(range(len(shape)), key=lambda d: (-same.strides[d], d))
    steps = [_steps(x, shape) for x in operands]
    order = list(range(len(shape)))[::-1]  # innermost first
    for i in range(1, len(order)):
        at = i
        for j in reversed(range(i)):
            turn = _turn(order[j], order[at], steps, shape)
            if turn < 0:
                break
            if turn > 0:
                order[j], order[at] = order[at], order[j]
                at = j
    return order[::-1]


def _fills(array: Array) -> bool:
    """Return whether an array fills its stretch of memory, entry beside entry."""
    return _is_in_order(array, sorted(range(array.ndim), key=lambda d: (-array.strides[d], d)))


def _steps(array: Array, shape: tuple[int, ...]) -> list[int]:
    """Return the steps of an array that is broadcast to a shape."""
    lead = len(shape) - array.ndim
    return [0 if d < lead or array.shape[d - lead] != n else array.strides[d - lead] for d, n in enumerate(shape)]


def _turn(a: int, b: int, steps: Sequence[Sequence[int]], shape: tuple[int, ...]) -> int:
    """Return 1 if dimension ``a`` lies outside of ``b``, -1 if inside, 0 if no operand can tell."""
    for step in steps:
        if step[a] and step[b]:
            if step[a] != step[b]:
                return 1 if step[a] > step[b] else -1
            if shape[a] > shape[b]:
                return 1
    return 0
