"""Whether memory that is written to is shared: by entries of one tensor, or with a tensor that is still being read."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.lib.array_utils import byte_bounds

from minigrad.autograd.base import Array, TensorBase, owner

_SHARED = "a single memory location. Please clone() the tensor before performing the operation."


def repeats(array: Array) -> bool:
    """Return whether several entries lie in one place, as in what ``expand`` made."""
    return (
        0 in array.strides
        and array.size > 0
        and any(step == 0 and n > 1 for step, n in zip(array.strides, array.shape, strict=True))
    )


def allow(x: TensorBase, operands: tuple[Any, ...]) -> None:
    """Let memory be written to whoever shares it: in any order, the same number comes to lie there."""


def refuse(x: TensorBase, operands: tuple[Any, ...]) -> None:
    """Refuse what an elementwise op may not write to."""
    refuse_repeats(x)
    for operand in operands:
        if isinstance(operand, TensorBase):
            refuse_shared(x, operand)


def refuse_repeats(x: TensorBase) -> None:
    """Refuse to write where several entries lie in one place: which one would be kept?"""
    if repeats(x._array):
        raise RuntimeError(f"unsupported operation: more than one element of the written-to tensor refers to {_SHARED}")


def warn_repeats(x: TensorBase, name: str, also: str = "") -> None:
    """Warn where a write that comes to one value in any order is done to entries that lie in one place."""
    if repeats(x._array):
        warnings.warn(
            f"Use of {name} on expanded tensors is deprecated. Please clone() the tensor before performing this "
            f"operation.{also}",
            UserWarning,
            stacklevel=5,
        )


def refuse_shared(x: TensorBase, operand: Any, even_itself: bool = False) -> None:
    """Refuse to write to memory that an operand is read from, unless entry by entry at the same place.

    Parameters
    ----------
    x : Tensor
        What is written to.
    operand : object
        What is read; only a tensor can share memory.
    even_itself : bool
        Whether the operand may not be ``x`` itself either, as entries are read in another order.
    """
    if not isinstance(operand, TensorBase):
        return
    array, other = x._array, operand._array
    if operand is x:
        same = True
    elif _apart(array, other):
        return
    elif not (_is_dense(array) and _is_dense(other)):
        return  # PyTorch does not look into what has gaps
    else:
        (low, high), (begin, end) = byte_bounds(array), byte_bounds(other)
        if low >= end or begin >= high:
            return
        same = (low, high) == (begin, end) and _alike(array, other)
    if even_itself or not same:
        raise RuntimeError(
            f"unsupported operation: some elements of the input tensor and the written-to tensor refer to {_SHARED}"
        )


def is_same(x: TensorBase, other: TensorBase) -> bool:
    """Return whether two tensors are one and the same entries, so that to copy one to the other changes nothing."""
    a, b = x._array, other._array
    return x is other or (a.ctypes.data == b.ctypes.data and a.dtype == b.dtype and _alike(a, b))


def _alike(a: Array, b: Array) -> bool:
    """Return whether two arrays step through memory alike."""
    return a.shape == b.shape and a.strides == b.strides


def _apart(array: Array, other: Array) -> bool:
    """Return whether two arrays surely share nothing, as NumPy gave each memory of its own: nearly always."""
    ours, theirs = owner(array), owner(other)
    return ours is not theirs and type(ours) is type(theirs) is np.ndarray and ours.base is theirs.base is None


def _is_dense(array: Array) -> bool:
    """Return whether entries fill their stretch of memory without gaps."""
    low, high = byte_bounds(array)
    return high - low == array.nbytes and array.size > 0
