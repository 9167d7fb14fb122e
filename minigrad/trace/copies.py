"""Copies for a recording: of numbers, of settings, and of what may have changed since."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.autograd.base import TensorBase
from minigrad.trace.events import Opaque, Seen
from minigrad.trace.values import Snapshot, snapshot

KINDS: dict[np.dtype[Any], str] = {}  # NumPy takes microseconds to say a dtype's name


def kind_name(dtype: np.dtype[Any]) -> str:
    return KINDS.setdefault(dtype, dtype.name)


def array_of(gradient: Any) -> Any:
    return gradient._array if isinstance(gradient, TensorBase) else gradient


def snapshot_of(tensor: TensorBase | None) -> Snapshot | None:
    return None if tensor is None else snapshot(tensor._array)


def snapshots_of(tensors: Sequence[TensorBase | None]) -> tuple[Snapshot | None, ...]:
    return tuple([snapshot_of(tensor) for tensor in tensors])


def copied(gradient: Any, copies: dict[int, Snapshot]) -> Snapshot | None:
    """Return a snapshot; one object that occurs twice is copied once."""
    if gradient is None:
        return None
    found = copies.get(id(gradient))
    if found is None:
        found = copies[id(gradient)] = snapshot(array_of(gradient))
    return found


def differs(tensor: TensorBase, seen: Seen) -> bool:
    """Return whether a tensor's numbers are no longer those that were seen."""
    value = seen.value
    if not isinstance(value, np.ndarray):
        return False
    array = tensor._array
    return array.shape != value.shape or not np.array_equal(array, value, equal_nan=array.dtype.kind == "f")


PLAIN = frozenset({int, float, bool, complex, str, type(None)})


def plain(x: Any, depth: int = 0) -> Any:
    """Return a setting as plain data that shares nothing with the user's; what is none becomes the name of its type."""
    kind = type(x)
    if kind in PLAIN or issubclass(kind, np.dtype) or x is Ellipsis:
        return x
    if depth < 4:
        if kind in (tuple, list):
            return kind([plain(item, depth + 1) for item in x])
        if kind is slice:
            return slice(plain(x.start, depth + 1), plain(x.stop, depth + 1), plain(x.step, depth + 1))
    if issubclass(type(x), TensorBase):
        return snapshot(x._array)
    if issubclass(kind, np.generic):
        return x.item()
    if issubclass(kind, np.ndarray):
        return snapshot(x)
    if issubclass(kind, tuple):
        return tuple([plain(item, depth + 1) for item in x]) if depth < 4 else Opaque(kind.__name__)
    return Opaque(kind.__name__)
