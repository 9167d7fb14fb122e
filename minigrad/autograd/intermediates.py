"""Second derivatives that would be silently wrong: which custom Function kept a value as a constant that is none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from minigrad.autograd.base import Array, TensorBase
from minigrad.autograd.function import FunctionNode
from minigrad.autograd.node import Node
from minigrad.ops.inplace import writeable


def intermediates(outputs: Callable[[], Sequence[Any]], inputs: Sequence[Any]) -> list[str]:
    """Name what custom Functions keep of values that they worked out inside ``forward``.

    ``outputs`` runs the program, whose ``inputs`` want a gradient.

    To a second derivative these are constants. They are told from true constants by running the function at another
    point: an intermediate changes with the inputs.
    """
    before = _kept(outputs())
    moved = [x._array.copy() for x in inputs]
    try:
        for x in inputs:
            writeable(x._array)[...] += 0.01 * (1 + np.abs(x._array))
        after = _kept(outputs())
    finally:
        for x, array in zip(inputs, moved, strict=True):
            writeable(x._array)[...] = array
    found = {}
    for key, value in before.items():
        other = after.get(key)
        if other is not None and (other.shape != value.shape or not np.array_equal(other, value, equal_nan=True)):
            _, name, how = key
            found[name, how] = (
                f"{name} kept {how}, a value that its forward worked out from the inputs: recording is off inside "
                "forward, so a second derivative takes it for a constant and misses a term. Keep the inputs instead "
                "(ctx.save_for_backward(x)) and work it out again in backward; or return it as one more output, and "
                "save that."
            )
    return list(found.values())


def _kept(outputs: Sequence[Any]) -> dict[tuple[int, str, str], Array]:
    """Return the constants that custom Functions of a fresh run keep, by node and by where they are kept."""
    kept: dict[tuple[int, str, str], Array] = {}
    for k, node in enumerate(_custom(outputs)):
        places = {f"saved tensor {i}": x for i, x in enumerate(node.saved_tensors)}
        places |= {f"ctx.{key}": x for key, x in vars(node).items() if not key.startswith("_")}
        for how, x in places.items():
            if isinstance(x, TensorBase) and not x._requires_grad:
                x = x._array
            if isinstance(x, (float, np.generic, np.ndarray)) and np.asarray(x).dtype.kind in "fc":
                kept[k, node.name(), how] = np.array(x)
    return kept


def _custom(outputs: Sequence[Any]) -> list[FunctionNode]:
    """Return the users' own nodes below some outputs, in the order in which they are met."""
    seen: set[Node] = set()
    todo: list[Node | None] = [out.grad_fn for out in outputs]
    found = []
    while todo:
        node = todo.pop()
        if node is not None and node not in seen:
            seen.add(node)
            todo.extend(node._edges)
            if isinstance(node, FunctionNode):
                found.append(node)
    return found
