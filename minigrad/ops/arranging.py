"""The same numbers in other places: roll, rot90, fliplr, repeat_interleave, ravel."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import TensorBase, wrap
from minigrad.autograd.function import Op, apply
from minigrad.ops import formulas
from minigrad.ops.arguments import (
    ABSENT,
    TensorT,
    axis,
    integer,
    numpy_names,
    refuse,
    refuse_combination,
    sizes,
    tensor,
)
from minigrad.ops.axes import flip
from minigrad.ops.gathering import index_select
from minigrad.ops.shape import CloneInOrder

__all__ = ["fliplr", "flipud", "ravel", "repeat_interleave", "roll", "rot90"]


class Roll(Op):
    """The entries moved on, and round to the front: the gradient moves back."""

    __slots__ = ("dims", "shifts")
    glyph, tex, row = "↻", r"\mathrm{{roll}}({0})", "rearrange"

    @staticmethod
    def forward(ctx: Any, x: Any, shifts: tuple[int, ...], dims: tuple[int, ...]) -> Any:
        ctx.shifts, ctx.dims = shifts, dims
        return formulas.roll(x, shifts, dims)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return formulas.roll(grad, tuple([-n for n in ctx.shifts]), ctx.dims)


def roll(input: TensorT, shifts: Any, dims: Any = ()) -> TensorT:
    """Return the tensor with its entries moved on along dimensions; those that fall off come in at the front.

    Parameters
    ----------
    input : Tensor
        Any shape.
    shifts : int or tuple of int
        How far, for each dimension.
    dims : int or tuple of int
        The dimensions; none stands for reading order.

    Returns
    -------
    Tensor
        A copy.

    Raises
    ------
    RuntimeError
        If there are not as many shifts as dimensions.

    Examples
    --------
    >>> mg.roll(mg.tensor([1, 2, 3]), 1)
    tensor([3, 1, 2])
    """
    ndim = tensor(input, "roll")._array.ndim
    far, along = (n if isinstance(n, (tuple, list)) else () if n is None else (n,) for n in (shifts, dims))
    for n in far:
        if isinstance(n, bool) or not hasattr(n, "__index__"):
            refuse(n, "roll", "shifts", 2, "tuple of ints")
    if not far:
        raise RuntimeError("`shifts` required")
    if len(along) != len(far) and (along or len(far) != 1):
        raise RuntimeError(f"shifts and dimensions must align. shifts: {len(far)}, dims:{len(along)}")
    if not ndim and along:
        raise IndexError(f"Dimension specified as {along[0]} but tensor has no dimensions")
    return apply(Roll, input, tuple(far), tuple([axis(d, ndim) for d in along]))  # type: ignore[no-any-return]


class Rot90(Op):
    """The entries were turned round: the gradient turns back."""

    __slots__ = ("dims", "k")
    glyph, tex, row = "⟲", r"\mathrm{{rot90}}({0})", "rearrange"

    @staticmethod
    def forward(ctx: Any, x: Any, k: int, dims: tuple[int, ...]) -> Any:
        ctx.k, ctx.dims = k, dims
        return formulas.rot90(x, k, dims)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return formulas.rot90(grad, -ctx.k, ctx.dims)


def rot90(input: TensorT, k: int = 1, dims: Any = (0, 1)) -> TensorT:
    """Return the tensor turned by quarters of a circle.

    Parameters
    ----------
    input : Tensor
        At least two dimensions.
    k : int
        How many quarters, from the first of ``dims`` towards the second.
    dims : tuple of int
        The two dimensions.

    Returns
    -------
    Tensor
        A copy.

    Raises
    ------
    RuntimeError
        If there are not two different dimensions.

    Examples
    --------
    >>> mg.rot90(mg.tensor([[1, 2], [3, 4]]))
    tensor([[2, 4],
            [1, 3]])
    """
    ndim = tensor(input, "rot90")._array.ndim
    if len(dims) != 2:
        raise RuntimeError(f"expected total rotation dims == 2, but got dims = {len(dims)}")
    if ndim < 2:
        raise RuntimeError(f"expected total dims >= 2, but got total dims = {ndim}")
    if dims[0] == dims[1] or abs(dims[0] - dims[1]) == ndim:
        raise RuntimeError(f"expected rotation dims to be different, but got dim0 = {dims[0]} and dim1 = {dims[1]}")
    return apply(Rot90, input, k, tuple([axis(d, ndim) for d in dims]))  # type: ignore[no-any-return]


def fliplr(input: TensorT) -> TensorT:
    """Return the tensor with its columns in reverse order.

    Parameters
    ----------
    input : Tensor
        At least two dimensions.

    Returns
    -------
    Tensor
        A copy.

    Examples
    --------
    >>> mg.fliplr(mg.tensor([[1, 2], [3, 4]]))
    tensor([[2, 1],
            [4, 3]])
    """
    if tensor(input, "fliplr")._array.ndim < 2:
        raise RuntimeError("Input must be >= 2-d.")
    return flip(input, 1)


def flipud(input: TensorT) -> TensorT:
    """Return the tensor with its rows in reverse order.

    Parameters
    ----------
    input : Tensor
        At least one dimension.

    Returns
    -------
    Tensor
        A copy.

    Examples
    --------
    >>> mg.flipud(mg.tensor([[1, 2], [3, 4]]))
    tensor([[3, 4],
            [1, 2]])
    """
    if tensor(input, "flipud")._array.ndim < 1:
        raise RuntimeError("Input must be >= 1-d.")
    return flip(input, 0)


@numpy_names
def repeat_interleave(
    input: Any, repeats: Any = ABSENT, dim: int | None = None, *, output_size: int | None = None
) -> Any:
    """Return each entry, or slice along a dimension, several times in a row.

    Parameters
    ----------
    input : Tensor
        Any shape. Alone, it says how often each index is to be repeated.
    repeats : int or Tensor
        How often: all alike, or each.
    dim : int, optional
        The dimension; without it the tensor is flattened.
    output_size : int, optional
        The length that comes out; not needed here.

    Returns
    -------
    Tensor

    Raises
    ------
    RuntimeError
        If there are not as many repeats as entries, or one is negative.

    Examples
    --------
    >>> mg.repeat_interleave(mg.tensor([1, 2]), 2)
    tensor([1, 1, 2, 2])
    """
    x: Any = tensor(input, "repeat_interleave")
    if repeats is ABSENT and dim is None:
        if x._array.ndim != 1:
            raise RuntimeError("repeat_interleave only accept 1D vector as repeat")
        if x._array.dtype not in (np.int64, np.int32):
            kind = dtypes.of(x._array.dtype).title
            raise NotImplementedError(f"\"repeat_interleave_cpu\" not implemented for '{kind}': counts are integers")
        if x._array.size and x._array.min() < 0:
            raise RuntimeError("repeats can not be negative")
        return wrap(np.repeat(np.arange(x._array.size), x._array))
    if isinstance(repeats, bool) or not isinstance(repeats, (int, TensorBase)):
        refuse_combination("repeat_interleave", "Say how often: a whole number, or a tensor of them.", input, repeats)
    x = x.flatten() if dim is None else x
    d = axis(0 if dim is None else dim, x._array.ndim)
    if isinstance(repeats, TensorBase) and repeats._array.size == 1:
        repeats = int(repeats._array.item())
    if isinstance(repeats, TensorBase):
        n = x._array.shape[d] if x._array.ndim else 1
        if repeats._array.ndim > 1:
            raise RuntimeError("repeats must be 0-dim or 1-dim tensor")
        if repeats._array.size != n:
            raise RuntimeError(
                f"repeats must have the same size as input along dim, but got repeats.size(0) = {repeats._array.size} "
                f"and input.size({0 if dim is None else dim}) = {n}"
            )
        return index_select(x, d, repeat_interleave(repeats))
    repeats = integer(repeats, "repeat_interleave", "repeats", 2)
    if repeats < 0:
        raise RuntimeError("Repeats must be non-negative")
    x = x if x._array.ndim else x.reshape(1)
    shape = list(x._array.shape)
    wide = x.unsqueeze(d + 1).expand(*shape[: d + 1], repeats, *shape[d + 1 :])
    return apply(CloneInOrder, wide).view(*shape[:d], shape[d] * repeats, *shape[d + 1 :])


def view_as(input: TensorT, other: TensorBase) -> TensorT:
    """Return the same memory in the shape of another tensor."""
    return input.view(tensor(other, "view_as", "other")._array.shape)  # type: ignore[attr-defined, no-any-return]


def reshape_as(input: TensorT, other: TensorBase) -> TensorT:
    """Return the same entries in the shape of another tensor."""
    return input.reshape(tensor(other, "reshape_as", "other")._array.shape)  # type: ignore[attr-defined, no-any-return]


@numpy_names
def sum_to_size(input: Any, *size: Any) -> Any:
    """Return the tensor summed down to a shape that broadcasts to its own."""
    shape, mine = sizes(size, "sum_to_size"), tensor(input, "sum_to_size")._array.shape
    lead = len(mine) - len(shape)
    if lead < 0 or any(n not in (1, m) for n, m in zip(shape, mine[lead:], strict=True)):
        raise RuntimeError(f"size {{{list(shape)}}} is not expandable to size {{{list(mine)}}}.")
    if shape == mine:
        return input
    total = input.sum([d for d, n in enumerate(mine) if d < lead or shape[d - lead] != n], keepdim=True)
    return total.view(shape) if lead else total


def ravel(input: Any) -> Any:
    """Return the entries in one row.

    Parameters
    ----------
    input : Tensor
        Any shape.

    Returns
    -------
    Tensor, shape (n,)
        A view, if the entries lie in memory in their order.

    Examples
    --------
    >>> mg.ravel(mg.tensor([[1, 2], [3, 4]]))
    tensor([1, 2, 3, 4])
    """
    return tensor(input, "ravel").contiguous().view(-1)
