"""Views by strides: windows that slide along a dimension, and any other walk through memory."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.autograd.base import Array, TensorBase
from minigrad.autograd.function import Op, apply
from minigrad.ops import overlap
from minigrad.ops.arguments import Shape, TensorT, axis, sizes, tensor
from minigrad.ops.diagonals import Diagonal, DiagonalScatter
from minigrad.ops.formulas import part, put, reshape, strided

__all__ = ["as_strided", "as_strided_scatter"]


def _windows(x: Any, dim: int, size: int, step: int) -> Any:
    if x.ndim == 0:
        return strided(x, (size,), (1,))
    shape, steps = list(x.shape), [s // x.itemsize for s in x.strides]
    shape[dim] = (x.shape[dim] - size) // step + 1
    steps.append(steps[dim])
    steps[dim] *= step
    return strided(x, (*shape, size), tuple(steps))


class Unfold(Diagonal):
    """An entry is in every window that covers it: its gradient is the sum of theirs."""

    __slots__ = ()
    glyph, tex = "▭…", r"\mathrm{{unfold}}({0})"
    look = staticmethod(_windows)


def unfold(input: TensorT, dimension: int, size: int, step: int) -> TensorT:
    """Return the windows of so many entries along a dimension, each so many entries after the one before.

    Parameters
    ----------
    input : Tensor
        Any shape.
    dimension : int
        The dimension to slide along.
    size, step : int
        How long a window is, and how far apart they begin.

    Returns
    -------
    Tensor
        A view; each window lies along a last dimension.

    Raises
    ------
    RuntimeError
        If a window is longer than the dimension, or the step is not positive.

    Examples
    --------
    >>> mg.arange(4).unfold(0, 2, 1)
    tensor([[0, 1],
            [1, 2],
            [2, 3]])
    """
    shape = tensor(input, "unfold")._array.shape
    d = axis(dimension, len(shape))
    n = shape[d] if shape else 1
    if size < 0:
        raise RuntimeError(f"size is {size} but must be >= 0")
    if size > n:
        raise RuntimeError(f"maximum size for tensor at dimension {d} is {n} but size is {size}")
    if step <= 0:
        raise RuntimeError(f"step is {step} but must be > 0")
    return apply(Unfold, input, d, size, step)  # type: ignore[no-any-return]


def zeros_apart(shape: Shape, steps: Shape, dtype: np.dtype[Any]) -> Array:
    """Return zeros whose neighbours lie so many entries apart in memory, along each dimension."""
    if len(shape) != len(steps):
        raise RuntimeError(
            f"dimensionality of sizes ({len(shape)}) must match dimensionality of strides ({len(steps)})"
        )
    if any(step < 0 for step in steps):
        raise RuntimeError(
            f"Storage size calculation overflowed with sizes={list(shape)} and strides={list(steps)}. A stride may not "
            "be negative."
        )
    reach = 1 + sum((n - 1) * step for n, step in zip(shape, steps, strict=True))
    return np.asarray(strided(np.zeros(max(reach, 0), dtype), shape, steps))


class AsStrided(Op):
    """Entries were read by a walk through memory: each one's gradient goes back to its place, and adds up there."""

    __slots__ = ("places", "shape")
    view = True
    glyph, tex, row = "⤳", r"\mathrm{{as\_strided}}({0})", "scatter"

    @staticmethod
    def forward(ctx: Any, x: Any, shape: Shape, steps: Shape, offset: int | None) -> Any:
        owner = x if x.base is None or not isinstance(x.base, np.ndarray) else x.base
        mine = (x.__array_interface__["data"][0] - owner.__array_interface__["data"][0]) // x.itemsize
        start = mine if offset is None else offset
        reach = start + sum((n - 1) * step for n, step in zip(shape, steps, strict=True)) + 1
        if math.prod(shape) and reach > owner.size:
            raise RuntimeError(
                f"setStorage: sizes {list(shape)}, strides {list(steps)}, storage offset {start}, and itemsize "
                f"{x.itemsize} requiring a storage size of {reach * x.itemsize} are out of bounds for storage of size "
                f"{owner.nbytes}"
            )
        ctx.shape = x.shape
        if ctx.needs_input_grad[0]:
            # The number of each entry of x where it lies in memory; -1 for what lies there and is not in x.
            numbers = np.full(owner.size, -1)
            strided(numbers, x.shape, tuple([s // x.itemsize for s in x.strides]), mine)[...] = np.arange(
                x.size
            ).reshape(x.shape)
            ctx.places = strided(numbers, shape, steps, start)
        return strided(x, shape, steps, start - mine)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        if not ctx.needs_input_grad[0]:
            return None
        count = math.prod(ctx.shape)
        row = put((count + 1,), (ctx.places,), grad)  # one more, at -1, for what is not in x
        return reshape(part(row, 0, 0, count), ctx.shape)


def as_strided(input: TensorT, size: Any, stride: Any, storage_offset: int | None = None) -> TensorT:
    """Return a view that walks through memory: so many entries in each dimension, so far apart.

    Parameters
    ----------
    input : Tensor
        Any shape.
    size, stride : tuple of int
        The view's shape, and how many entries apart neighbours lie along each dimension.
    storage_offset : int, optional
        Where in memory it begins; by default where the tensor does.

    Returns
    -------
    Tensor
        A view, in which an entry may occur several times.

    Raises
    ------
    RuntimeError
        If it reaches beyond the memory, or the lengths of ``size`` and ``stride`` differ.

    Examples
    --------
    >>> mg.as_strided(mg.arange(4), (3, 2), (1, 1))
    tensor([[0, 1],
            [1, 2],
            [2, 3]])
    """
    x, shape = tensor(input, "as_strided"), sizes((size,), "as_strided")
    steps = sizes((stride,), "as_strided", "stride")
    if len(shape) != len(steps):
        raise RuntimeError("mismatch in length of strides and shape")
    if any(step < 0 for step in steps):
        raise RuntimeError(f"as_strided: Negative strides are not supported at the moment, got strides: {list(steps)}")
    return apply(AsStrided, x, shape, steps, storage_offset)  # type: ignore[no-any-return]


class AsStridedScatter(DiagonalScatter):
    """Other entries took the place of those on a walk through memory: their gradient is picked up there."""

    __slots__ = ()
    glyph, tex = "⤳←", r"\mathrm{{as\_strided\_scatter}}({0}, {1})"
    look = staticmethod(strided)


def as_strided_scatter(
    input: TensorT, src: TensorBase, size: Any, stride: Any, storage_offset: int | None = None
) -> TensorT:
    """Return the tensor with other entries along a walk through its memory.

    Parameters
    ----------
    input : Tensor
        Any shape; its entries lie one after the other.
    src : Tensor
        Of the shape ``size``.
    size, stride : tuple of int
        How many places in each dimension, and how many entries apart they are.
    storage_offset : int, optional
        Where the walk begins; by default at the first entry.

    Returns
    -------
    Tensor
        Of the input's shape.

    Raises
    ------
    RuntimeError
        If the walk reaches beyond the tensor or stays in one place, or ``src`` has another shape.

    Examples
    --------
    >>> mg.as_strided_scatter(mg.zeros(2, 2), mg.ones(2), (2,), (2,))
    tensor([[1., 0.],
            [1., 0.]])
    """
    x = tensor(input, "as_strided_scatter")
    places = as_strided(x.detach().clone(), size, stride, storage_offset)  # type: ignore[attr-defined]
    overlap.refuse_repeats(places)
    walk = places._array
    if src._array.shape != walk.shape:
        raise RuntimeError(
            "expected src to have a size equal to the slice of self. "
            f"src size = {list(src._array.shape)}, slice size = {list(walk.shape)}"
        )
    steps = sizes((stride,), "as_strided_scatter", "stride")
    return apply(AsStridedScatter, x, src, walk.shape, steps, storage_offset or 0)  # type: ignore[no-any-return]
