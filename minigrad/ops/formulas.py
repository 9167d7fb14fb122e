"""The few helpers that backward formulas are written in: each takes arrays in an ordinary pass, tensors in a recorded one.

Beyond these, a formula uses operators and NumPy's ufuncs. See Note [A formula is NumPy, and runs twice].
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autograd.base import TensorBase

Shape = tuple[int, ...]


def expand(x: Any, shape: Shape) -> Any:
    """Repeat ``x`` along axes of size 1, or new ones in front, until it has ``shape``."""
    if isinstance(x, TensorBase):
        return x.expand(shape)  # type: ignore[attr-defined]
    out = np.empty(shape, x.dtype)
    out[...] = x
    return out


def sum_to(x: Any, shape: Shape) -> Any:
    """Sum ``x`` down to ``shape``: the reverse of broadcasting."""
    if not shape and not isinstance(x, TensorBase):
        return np.add.reduce(x, None)
    lead = len(x.shape) - len(shape)
    axes = tuple([i for i, n in enumerate(x.shape) if i < lead or (shape[i - lead] == 1 and n != 1)])
    if isinstance(x, TensorBase):
        return (x.sum(axes, keepdim=True) if axes else x).reshape(shape)  # type: ignore[attr-defined]
    if not axes:
        return x
    return np.add.reduce(x, axes, keepdims=True).reshape(shape)


def sum_over(x: Any, dim: tuple[int, ...], keepdim: bool = False) -> Any:
    """Sum along the axes ``dim``."""
    if isinstance(x, TensorBase):
        return x.sum(dim, keepdim=keepdim)  # type: ignore[attr-defined]
    return np.add.reduce(x, dim, keepdims=keepdim)


def reshape(x: Any, shape: Shape) -> Any:
    """Return the same numbers in another shape."""
    return x.reshape(shape)


def permute(x: Any, dims: tuple[int, ...]) -> Any:
    """Return ``x`` with its axes in the order ``dims``."""
    return x.permute(dims) if isinstance(x, TensorBase) else np.transpose(x, dims)  # type: ignore[attr-defined]


def swap(x: Any) -> Any:
    """Return ``x`` with its last two axes swapped: the transpose of a matrix, or of a stack of them."""
    return x.transpose(-2, -1) if isinstance(x, TensorBase) else np.swapaxes(x, -2, -1)  # type: ignore[attr-defined]


def take(x: Any, index: Any) -> Any:
    """Return ``x[index]``."""
    return x[index]


def put(shape: Shape, index: Any, grad: Any) -> Any:
    """Return zeros of ``shape`` with ``grad`` added at ``index``: the reverse of ``take``."""
    if isinstance(grad, TensorBase):
        return grad._put(shape, index)  # type: ignore[attr-defined]
    out = np.zeros(shape, grad.dtype)
    if _is_basic(index):
        out[index] = grad
    else:
        np.add.at(out, index, grad)  # an index may occur twice
    return out


def _is_basic(index: Any) -> bool:
    """Return whether an index selects each entry at most once: integers, slices, None, ... and boolean masks."""
    parts = index if isinstance(index, tuple) else (index,)
    return all(isinstance(p, (int, slice, type(None), type(...))) or getattr(p, "dtype", None) == bool for p in parts)


def where(condition: Any, a: Any, b: Any) -> Any:
    """Return ``a`` where the condition holds, else ``b``."""
    for x in (a, b):
        if isinstance(x, TensorBase):
            return x._where(condition, a, b)  # type: ignore[attr-defined]
    return np.where(condition, a, b)


def zeros_like(x: Any) -> Any:
    """Return zeros in the shape and dtype of ``x``; they have no history."""
    return x.new_zeros(x.shape) if isinstance(x, TensorBase) else np.zeros_like(x)  # type: ignore[attr-defined]


def ones_like(x: Any) -> Any:
    """Return ones in the shape and dtype of ``x``; they have no history."""
    return x.new_ones(x.shape) if isinstance(x, TensorBase) else np.ones_like(x)  # type: ignore[attr-defined]
