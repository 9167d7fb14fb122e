"""Second derivatives that would be silently wrong: which custom Function kept a value as a constant that is none."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from minigrad.autograd.base import Array, TensorBase
from minigrad.autograd.function import FunctionNode
from minigrad.autograd.node import Node
from minigrad.ops.inplace import writeable
from minigrad.random import default_generator


def intermediates(outputs: Callable[[], Sequence[Any]], inputs: Sequence[Any]) -> list[str]:
    """Name what custom Functions keep of values that they worked out inside ``forward``.

    ``outputs`` runs the program, whose ``inputs`` want a gradient.

    To a second derivative these are constants. They are told from true constants by running the function at another
    point: an intermediate changes with the inputs. What is drawn at random is none, though it changes: each run begins
    with the same random numbers, and what differs nevertheless between two runs at one point is left out.
    """
    moved = [x._array.copy() for x in inputs]
    with _the_same_draws() as begin_again:
        before = _kept(outputs())
        begin_again()
        steady = {key: value for key, value in _kept(outputs()).items() if _equal(value, before.get(key))}
        try:
            for x in inputs:
                writeable(x._array)[...] += 0.01 * (1 + np.abs(x._array))
            begin_again()
            after = _kept(outputs())
        finally:
            for x, array in zip(inputs, moved, strict=True):
                writeable(x._array)[...] = array
    found = {}
    for key, value in steady.items():
        if key in after and not _equal(value, after[key]):
            _, name, how = key
            found[name, how] = (
                f"{name} kept {how}, a value that its forward worked out from the inputs: recording is off inside "
                "forward, so a second derivative takes it for a constant and misses a term. Keep the inputs instead "
                "(ctx.save_for_backward(x)) and work it out again in backward; or return it as one more output, and "
                "save that."
            )
    return list(found.values())


def _equal(a: Array, b: Array | None) -> bool:
    return b is not None and a.shape == b.shape and np.array_equal(a, b, equal_nan=True)


@contextmanager
def _the_same_draws() -> Iterator[Callable[[], None]]:
    """Give what begins the streams of random numbers again where they are, and leave them there in the end."""
    ours, numpys, pythons = default_generator.get_state(), np.random.get_state(), random.getstate()

    def begin_again() -> None:
        default_generator.set_state(ours)
        np.random.set_state(numpys)
        random.setstate(pythons)

    try:
        yield begin_again
    finally:
        begin_again()


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
