"""Entries fetched from where an index points: gather, index_select, take."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import TensorBase, wrap
from minigrad.autograd.function import Op, apply
from minigrad.ops import formulas
from minigrad.ops.arguments import TensorT, axis, numpy_names, tensor
from minigrad.ops.formulas import put, put_along, take_along

__all__ = ["gather", "index_select", "take", "take_along_dim"]


# --- By a tensor of indices ----------------------------------------------------------------------------------------


def _check_range(index: Any, n: int, error: Exception) -> None:
    """Refuse indices outside ``0 .. n - 1``."""
    if index.size and (index.min() < 0 or index.max() >= n):
        raise error


class Gather(Op):
    """Each entry was fetched from where the index points: its gradient goes back there, and adds up."""

    __slots__ = ("dim", "shape")
    saved_names = ("index",)
    glyph, tex, row = "gather", r"\mathrm{{gather}}({0})", "scatter"

    @staticmethod
    def forward(ctx: Any, x: Any, dim: int, index: TensorBase) -> Any:
        ctx.dim, ctx.shape = dim, x.shape
        ctx.save_for_backward(index)
        return np.array(take_along(x, index._array, dim))

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (index,) = ctx.saved_tensors
        return put_along(ctx.shape, index, ctx.dim, grad)


@numpy_names
def gather(input: TensorT, dim: int, index: TensorBase, *, sparse_grad: bool = False) -> TensorT:
    """Return, at each place, the entry to which the index there points along a dimension.

    Parameters
    ----------
    input : Tensor
        Where to fetch from.
    dim : int
        The dimension along which the index points.
    index : Tensor
        int64, with as many dimensions.

    Returns
    -------
    Tensor
        Of the index's shape.

    Raises
    ------
    RuntimeError
        If the shapes do not fit, or an index is out of bounds.

    Examples
    --------
    >>> mg.gather(mg.tensor([[1, 2], [3, 4]]), 1, mg.tensor([[0], [1]]))
    tensor([[1],
            [4]])
    """
    array, places = tensor(input, "gather")._array, tensor(index, "gather", "index", 3)._array
    d = axis(dim, array.ndim)
    if places.dtype not in (np.int64, np.int32):
        raise RuntimeError("gather(): Expected dtype int32/int64 for index")
    if places.size and max(places.ndim, 1) != max(array.ndim, 1):
        raise RuntimeError("Index tensor must have the same number of dimensions as input tensor")
    for i, (n, m) in enumerate(zip(places.shape, array.shape, strict=False)):
        if i != d and n > m:
            raise RuntimeError(
                f"Size does not match at dimension {i} expected index {list(places.shape)} to be no larger than self "
                f"{list(array.shape)} apart from dimension {d}"
            )
    n = array.shape[d] if array.ndim else 1
    if places.size:
        bad = places[(places < 0) | (places >= n)]
        if bad.size:
            raise RuntimeError(f"index {bad.flat[0]} is out of bounds for dimension {d} with size {n}")
    return apply(Gather, input, d, index)  # type: ignore[no-any-return]


class IndexSelect(Op):
    """Slices were picked along a dimension: each one's gradient goes back to its place, and adds up there."""

    __slots__ = ("front", "shape")
    _saved_self_sym_sizes = property(attrgetter("shape"))
    _saved_dim = property(lambda node: len(node.front))
    saved_names = ("index",)
    glyph, tex, row = "[…]", r"{0}[\ldots]", "scatter"

    @staticmethod
    def forward(ctx: Any, x: Any, dim: int, index: TensorBase) -> Any:
        ctx.front, ctx.shape = (slice(None),) * dim, x.shape
        ctx.save_for_backward(index)
        return np.take(x, np.atleast_1d(index._array), dim) if x.ndim else np.array(x)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (index,) = ctx.saved_tensors
        if not ctx.shape:
            return formulas.reshape(grad, ())
        return put(ctx.shape, (*ctx.front, formulas.reshape(index, (-1,))), grad)


@numpy_names
def index_select(input: TensorT, dim: int, index: TensorBase) -> TensorT:
    """Return the slices along a dimension that an index names, in its order.

    Parameters
    ----------
    input : Tensor
        Any shape.
    dim : int
        The dimension.
    index : Tensor, shape (n,)
        int64 or int32.

    Returns
    -------
    Tensor
        ``n`` long along the dimension.

    Raises
    ------
    IndexError
        If an index is out of range, or is no vector.

    Examples
    --------
    >>> mg.index_select(mg.tensor([[1, 2], [3, 4]]), 0, mg.tensor([1, 1]))
    tensor([[3, 4],
            [3, 4]])
    """
    array, places = tensor(input, "index_select")._array, tensor(index, "index_select", "index", 3)._array
    d = axis(dim, array.ndim)
    if places.ndim > 1:
        raise IndexError("index_select(): Index is supposed to be a vector")
    if places.dtype not in (np.int64, np.int32):
        raise RuntimeError("index_select(): Expected dtype int32 or int64 for index")
    if not array.ndim and places.size != 1:
        raise RuntimeError(f"index_select(): Index to scalar can have only 1 value, got {places.size} value(s)")
    _check_range(places, array.shape[d] if array.ndim else 1, IndexError("index out of range in self"))
    return apply(IndexSelect, input, d, index)  # type: ignore[no-any-return]


class Take(Op):
    """Entries were picked from the flattened tensor: each one's gradient goes back to its place, and adds up there."""

    __slots__ = ("shape",)
    saved_names = ("index",)
    glyph, tex, row = "[…]", r"\mathrm{{take}}({0})", "scatter"

    @staticmethod
    def forward(ctx: Any, x: Any, index: TensorBase) -> Any:
        ctx.shape = x.shape
        ctx.save_for_backward(index)
        return np.take(x, index._array)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (index,) = ctx.saved_tensors
        count = 1
        for n in ctx.shape:
            count = count * n
        return formulas.reshape(put((count,), (index,), grad), ctx.shape)


def take(input: TensorT, index: TensorBase) -> TensorT:
    """Return the entries that an index picks from the flattened tensor.

    Parameters
    ----------
    input : Tensor
        Any shape.
    index : Tensor
        int64, any shape; negative ones count from the end.

    Returns
    -------
    Tensor
        Of the index's shape.

    Raises
    ------
    IndexError
        If an index is out of range.

    Examples
    --------
    >>> mg.take(mg.tensor([[1, 2], [3, 4]]), mg.tensor([0, 3]))
    tensor([1, 4])
    """
    array, places = tensor(input, "take")._array, tensor(index, "take", "index", 2)._array
    if places.dtype != np.int64:
        raise RuntimeError(f"take(): Expected a long tensor for index, but got {dtypes.of(places.dtype).title}")
    if places.size and not array.size:
        raise IndexError("take(): tried to take from an empty tensor")
    bad = places[(places < -array.size) | (places >= array.size)]
    if bad.size:
        raise IndexError(f"out of range: tried to access index {bad.flat[0]} on a tensor of {array.size} elements.")
    return apply(Take, input, index)  # type: ignore[no-any-return]


@numpy_names
def take_along_dim(input: TensorT, indices: TensorBase, dim: int | None = None) -> TensorT:
    """Return, at each place, the entry to which the index there points, after broadcasting the other dimensions.

    Parameters
    ----------
    input : Tensor
        Where to fetch from.
    indices : Tensor
        int64.
    dim : int, optional
        The dimension along which the index points; without it both are flattened.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> mg.take_along_dim(mg.tensor([[1, 2], [3, 4]]), mg.tensor([[1]]), 1)
    tensor([[2],
            [4]])
    """
    x: Any = tensor(input, "take_along_dim")
    index: Any = tensor(indices, "take_along_dim", "indices", 2)
    if dim is None:
        return gather(x.reshape(-1), 0, index.reshape(-1))  # type: ignore[no-any-return]
    d = axis(dim, x._array.ndim)
    if x._array.ndim != index._array.ndim:
        raise RuntimeError(
            "torch.take_along_dim(): input and indices should have the same number of dimensions, but got "
            f"{x._array.ndim} dimensions for input, and {index._array.ndim} dimensions for indices"
        )
    mine, theirs = list(x._array.shape), list(index._array.shape)
    mine[d] = theirs[d] = 1
    common = list(np.broadcast_shapes(tuple(mine), tuple(theirs)))
    mine, theirs = common.copy(), common.copy()
    mine[d], theirs[d] = x._array.shape[d], index._array.shape[d]
    if (index._array < 0).any():  # they count from the end
        index = index + wrap(np.where(index._array < 0, mine[d], 0))
    return gather(x.expand(mine), d, index.expand(theirs))  # type: ignore[no-any-return]
