"""A Python function called on every entry, in place: ``apply_``, ``map_`` and ``map2_``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import Array, TensorBase
from minigrad.ops.arguments import TensorT
from minigrad.ops.inplace import writeable

__all__: list[str] = []


def apply_(input: TensorT, callable: Callable[[Any], Any]) -> TensorT:
    """Write ``callable(entry)`` in place of each entry; slow, for each is a call of Python's."""
    _refuse_grad("apply_", input)
    return _write(input, callable)


def map_(input: TensorT, tensor: TensorBase, callable: Callable[[Any, Any], Any]) -> TensorT:
    """Write ``callable(entry, other)`` in place of each entry, ``other`` being the one that ``tensor`` has there."""
    return _write(input, callable, _beside("map_", "'other'", input, tensor))


def map2_(input: TensorT, x: TensorBase, y: TensorBase, callable: Callable[[Any, Any, Any], Any]) -> TensorT:
    """Write ``callable(entry, a, b)`` in place of each entry, ``a`` and ``b`` being those that ``x`` and ``y`` have."""
    others = [_beside("map2_", f"argument '{name}'", input, other) for name, other in (("x", x), ("y", y))]
    return _write(input, callable, *others)


def _refuse_grad(name: str, *tensors: Any) -> None:
    """Refuse what wants a gradient: nothing of what a Python function does could be recorded."""
    if any(x.requires_grad for x in tensors):
        raise RuntimeError(f"Can't call {name}() on Variable that requires grad. Use var.detach().{name}() instead.")


def _beside(name: str, argument: str, input: Any, other: Any) -> Array:
    """Return the entries of another tensor, one for each of ``input``'s."""
    if not isinstance(other, TensorBase):
        raise TypeError(f"{name}(): argument 'other' (position 1) must be Tensor, not {type(other).__name__}")
    _refuse_grad(name, input, other)
    needed, got = (dtypes.of(x._array.dtype).title for x in (input, other))
    if needed != got:
        raise TypeError(f"{name}: expected torch.{needed}Tensor for {argument} (got torch.{got}Tensor)")
    array: Array = other.expand(input._array.shape)._array  # type: ignore[attr-defined]  # Tensor has it, its base does not
    return array


def _write(input: TensorT, function: Callable[..., Any], *others: Array) -> TensorT:
    """Write what ``function`` makes of each entry, and of those of others beside it."""
    array = writeable(input._array)
    convert: Any = {"f": float, "b": bool, "c": complex}.get(array.dtype.kind, int)
    for place in np.ndindex(array.shape):
        made = function(array[place].item(), *[other[place].item() for other in others])
        if not isinstance(made, (int, float, complex, np.generic)):
            raise TypeError(f"must be real number, not {type(made).__name__}")
        array[place] = convert(made)
    return input
