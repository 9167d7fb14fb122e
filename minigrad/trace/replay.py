"""Run a recorded op again on copies of what it was given, to see its local derivatives in numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from minigrad.autograd.base import Array, wrap
from minigrad.autograd.function import Op, apply
from minigrad.autograd.grad_mode import local
from minigrad.trace.events import SLICES, Opaque, OpEvent, Seen
from minigrad.trace.values import Statistics


@contextmanager
def unheard() -> Iterator[None]:
    """Compute with nobody recording, and with gradients on."""
    state = local.state
    before = state.recorder, state.grad_enabled, state.backward_records
    state.recorder, state.grad_enabled, state.backward_records = None, True, False
    try:
        yield
    finally:
        state.recorder, state.grad_enabled, state.backward_records = before


def local_derivatives(event: OpEvent, values: Sequence[Seen]) -> tuple[Array | None, ...]:
    """Return what an elementwise op sends to each operand for an upstream of ones, or () if that can't be known.

    Only built-in ops run again, and only on copies; a result other than the recorded one is not believed.
    """
    if not issubclass(event.op, Op) or event.name == SLICES or not event.outputs:
        return ()
    operands: list[Any] = []
    for number, constant, wanted in zip(event.inputs, event.constants, event.edges, strict=True):
        if number is None:
            if not _is_known(constant):
                return ()
            operands.append(constant)
            continue
        data = values[number].value
        if not isinstance(data, np.ndarray):
            return ()
        operands.append(wrap(data.copy(), None, wanted is not None))
    made = values[event.outputs[0]].value
    if not isinstance(made, np.ndarray):
        return ()
    with unheard():
        try:
            out = apply(event.op, *operands)
            if not _same(out._array, made) or out._node is None:
                return ()
            sent = out._node._run([np.ones(made.shape, made.dtype)], local.state)
        except Exception:  # whatever it is, the step is then told without these numbers
            return ()
    return tuple([None if g is None else np.asarray(g) for g in sent])


def _is_known(constant: Any) -> bool:
    if isinstance(constant, (Opaque, Statistics)):
        return False
    return all(map(_is_known, constant)) if isinstance(constant, (tuple, list)) else True


def _same(a: Array, b: Array) -> bool:
    """Return whether two results are one; a sum over a copy may be taken in another order, and differ by a bit."""
    if a.shape != b.shape or a.dtype.kind not in "fc":
        return a.shape == b.shape and bool(np.array_equal(a, b))
    return bool(np.allclose(a, b, rtol=1e-5, atol=1e-7, equal_nan=True))


def agree(upstream: Any, derivative: Any, sent: Any) -> bool:
    """Return whether upstream times local is what was sent, up to rounding."""
    if not all(isinstance(x, np.ndarray) for x in (upstream, derivative, sent)):
        return False
    with np.errstate(all="ignore"):
        try:
            product = upstream * derivative
        except ValueError:
            return False
        if product.shape != sent.shape:
            return False
        return bool(np.allclose(product, sent, rtol=1e-3, atol=1e-6, equal_nan=True))
