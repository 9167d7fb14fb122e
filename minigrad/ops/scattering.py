"""Entries put into a tensor where an index points: scatter, index_add, put, masked_scatter and their like."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import Array, TensorBase, wrap
from minigrad.autograd.function import Op, apply
from minigrad.ops import formulas
from minigrad.ops.arguments import TensorT, axis, fitted, numpy_names, operand, refuse, supported, tensor
from minigrad.ops.formulas import combined_along, padded, placed_along, take_along, where

__all__ = ["index_reduce", "scatter", "scatter_add", "scatter_reduce"]

# --- Where an index points along a dimension -------------------------------------------------------------------------


class Scatter(Op):
    """What was put in gets the gradient of its place; what it replaced gets none."""

    __slots__ = ("dim", "shape")
    saved_names = ("index",)
    arity = 2
    glyph, tex, row = "scatter", r"\mathrm{{scatter}}({0}, {1})", "scatter"

    @staticmethod
    def forward(ctx: Any, x: Any, src: Any, dim: int, index: TensorBase) -> Any:
        ctx.dim, ctx.shape = dim, src.shape
        ctx.save_for_backward(index)
        return placed_along(x, index._array, dim, src)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (index,) = ctx.saved_tensors
        kept = placed_along(grad, index, ctx.dim, 0.0)
        return kept, padded(take_along(grad, index, ctx.dim), ctx.shape) if ctx.needs_input_grad[1] else None


class ScatterNumber(Op):
    """A number was put in: what it replaced gets no gradient."""

    __slots__ = ("dim",)
    saved_names = ("index",)
    glyph, tex, row = "scatter", r"\mathrm{{scatter}}({0})", "scatter"

    called = "ScatterBackward1"

    @staticmethod
    def forward(ctx: Any, x: Any, dim: int, index: TensorBase, value: Any) -> Any:
        ctx.dim = dim
        ctx.save_for_backward(index)
        return placed_along(x, index._array, dim, np.asarray(value).astype(x.dtype))

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (index,) = ctx.saved_tensors
        return placed_along(grad, index, ctx.dim, 0.0)


class ScatterAdd(Op):
    """Each entry was added where the index points: its gradient is fetched from there again."""

    __slots__ = ("dim", "shape")
    saved_names = ("index",)
    arity = 2
    glyph, tex, row = "scatter", r"\mathrm{{scatter}}({0}, {1})", "scatter"

    @staticmethod
    def forward(ctx: Any, x: Any, src: Any, dim: int, index: TensorBase) -> Any:
        ctx.dim, ctx.shape = dim, src.shape
        ctx.save_for_backward(index)
        return combined_along(x, index._array, dim, src, "sum")

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (index,) = ctx.saved_tensors
        return grad, padded(take_along(grad, index, ctx.dim), ctx.shape) if ctx.needs_input_grad[1] else None


class ScatterCombine(Op):
    """PyTorch has no gradient for ``scatter(reduce=)``; the backward pass says so."""

    __slots__ = ()
    arity = 2
    glyph, tex, row = "scatter", r"\mathrm{{scatter}}({0}, {1})", "scatter"

    called = "torch::autograd::NotImplemented"

    @staticmethod
    def forward(ctx: Any, x: Any, src: Any, dim: int, index: TensorBase, how: str) -> Any:
        return combined_along(x, index._array, dim, src, how)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        raise RuntimeError(
            "derivative for aten::scatter is not implemented with reduce=. Use scatter_reduce(), or scatter_add(), "
            "which have one."
        )


def _check_index(name: str, x: Array, index: Array, d: int, src: Array | None) -> None:
    """Refuse an index that does not fit, as PyTorch does."""
    if index.dtype not in (np.int64, np.int32):
        raise RuntimeError(f"{name}(): Expected dtype int32/int64 for index")
    if not index.size:
        return
    shape = None if src is None else src.shape or (1,)
    if max(index.ndim, 1) != max(x.ndim, 1):
        raise RuntimeError("Index tensor must have the same number of dimensions as self tensor")
    too_large = any(i != d and n > m for i, (n, m) in enumerate(zip(index.shape, x.shape, strict=False)))
    if src is not None:
        if max(src.ndim, 1) != max(index.ndim, 1):
            raise RuntimeError("Index tensor must have the same number of dimensions as src tensor")
        too_large = too_large or any(n > m for n, m in zip(index.shape, shape or (), strict=False))
    if too_large:
        extra = "" if src is None else f" and to be no larger size than src {list(src.shape)}"
        raise RuntimeError(
            f"Expected index {list(index.shape)} to be no larger than self {list(x.shape)} apart from dimension {d}"
            f"{extra}"
        )
    check_bounds(index, x.shape[d] if x.ndim else 1, d, RuntimeError)


def check_bounds(index: Array, n: int, d: int, kind: type[Exception], name: str = "", low: int = 0) -> None:
    """Refuse an index below ``low``, or of ``n`` and above."""
    bad = index[(index < low) | (index >= n)]
    if bad.size:
        raise kind(f"{name}index {bad.flat[0]} is out of bounds for dimension {d} with size {n}")


@numpy_names
def scatter(
    input: TensorT, dim: int, index: TensorBase, src: Any = None, *, value: Any = None, reduce: str | None = None
) -> TensorT:
    """Return the tensor with the entries of another put where the index points along a dimension.

    Parameters
    ----------
    input : Tensor
        Any shape.
    dim : int
        The dimension along which the index points.
    index : Tensor
        int64, with as many dimensions. Of several that point to one place, the last wins.
    src : Tensor or number
        At least as large as the index, in each dimension.
    value : number, optional
        A number for all places, in place of ``src``.
    reduce : {"add", "multiply"}, optional
        Combine with what is there, instead of replacing it; this has no gradient.

    Returns
    -------
    Tensor
        Of the input's shape.

    Raises
    ------
    RuntimeError
        If shapes or dtypes do not fit, or an index is out of bounds.

    Examples
    --------
    >>> mg.scatter(mg.zeros(3), 0, mg.tensor([2, 0]), mg.tensor([5.0, 6.0]))
    tensor([6., 0., 5.])
    """
    x, places = tensor(input, "scatter"), tensor(index, "scatter", "index", 3)
    given = operand(src if value is None else value)
    if given is NotImplemented:
        refuse(src if value is None else value, "scatter", "src", 4)
    source = given if isinstance(given, TensorBase) else None
    d = axis(dim, x._array.ndim)
    _check_index("scatter", x._array, places._array, d, None if source is None else source._array)
    if source is not None and source._array.dtype != x._array.dtype:
        raise RuntimeError("scatter(): Expected self.dtype to be equal to src.dtype")
    if reduce is not None:
        if reduce not in ("add", "multiply"):
            raise RuntimeError("reduce argument must be either add or multiply.")
        if source is None:
            source = x.new_full(places._array.shape, given)  # type: ignore[attr-defined]
        return apply(ScatterCombine, x, source, d, places, "sum" if reduce == "add" else "prod")  # type: ignore[no-any-return]
    if source is None:
        return apply(ScatterNumber, x, d, places, fitted(given, x._array.dtype))  # type: ignore[no-any-return]
    return apply(Scatter, x, source, d, places)  # type: ignore[no-any-return]


@numpy_names
def scatter_add(input: TensorT, dim: int, index: TensorBase, src: TensorBase) -> TensorT:
    """Return the tensor with the entries of another added where the index points along a dimension.

    Parameters
    ----------
    input : Tensor
        Any shape.
    dim : int
        The dimension along which the index points.
    index : Tensor
        int64, with as many dimensions.
    src : Tensor
        At least as large as the index, in each dimension.

    Returns
    -------
    Tensor
        Of the input's shape.

    Raises
    ------
    RuntimeError
        If shapes or dtypes do not fit, or an index is out of bounds.

    Examples
    --------
    >>> mg.scatter_add(mg.zeros(2), 0, mg.tensor([0, 0, 1]), mg.tensor([1.0, 2.0, 3.0]))
    tensor([3., 3.])
    """
    x, places = tensor(input, "scatter_add"), tensor(index, "scatter_add", "index", 3)
    source = tensor(src, "scatter_add", "src", 4)
    d = axis(dim, x._array.ndim)
    _check_index("scatter", x._array, places._array, d, source._array)
    if source._array.dtype != x._array.dtype:
        raise RuntimeError("scatter(): Expected self.dtype to be equal to src.dtype")
    return apply(ScatterAdd, x, source, d, places)  # type: ignore[no-any-return]


class ScatterReduce(Op):
    """Several entries were combined in each place; the gradient goes back as it does through a sum, mean or product."""

    __slots__ = ("dim", "how", "own", "shape")
    saved_names: ClassVar[tuple[str | None, ...]] = ("self", "src", "index", "result")
    arity = 2
    glyph, tex, row = "scatter", r"\mathrm{{scatter}}({0}, {1})", "jvp"

    @staticmethod
    def kernel(how: str, own: bool) -> str:
        """Return the name of PyTorch's routine, if it takes no complex numbers."""
        return f"scatter_gather_tensor_cpu_reduce_{how}" if how in ("amax", "amin") else ""

    @staticmethod
    def forward(ctx: Any, x: Any, src: Any, dim: int, index: TensorBase, how: str, own: bool) -> Any:
        ctx.dim, ctx.how, ctx.own, ctx.shape = dim, how, own, src.shape
        if kernel := type(ctx).kernel(how, own):
            supported(x, "c", kernel)
        places = index._array
        y = combined_along(x if own else placed_along(x, places, dim, _neutral(how, x.dtype)), places, dim, src, how)
        if how == "mean":
            total, y = y, np.divide(y, _counted(x, places, dim, own))
            y = np.floor(y).astype(x.dtype) if total.dtype.kind in "iu" else y.astype(x.dtype)
        ctx.save_for_backward(x, src, index, y)
        return y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        x, src, index, y = ctx.saved_tensors
        dim, how = ctx.dim, ctx.how
        if how == "sum":
            mine, theirs = grad, take_along(grad, index, dim)
        elif how == "mean":
            mine = grad / _counted(x, index, dim, ctx.own)
            theirs = take_along(mine, index, dim)
        elif how == "prod":
            mine, theirs = _product_slopes(ctx, x, formulas.corner(src, index.shape), index, grad)
        else:
            src = formulas.corner(src, index.shape)
            here = formulas.cast(x == y, grad)
            there = formulas.cast(src == take_along(y, index, dim), grad)
            share = grad / combined_along(
                here if ctx.own else placed_along(here, index, dim, 0.0), index, dim, there, "sum"
            )
            mine, theirs = here * share, there * take_along(share, index, dim)
        if not ctx.own:
            mine = placed_along(mine, index, dim, 0.0)
        return mine, padded(theirs, ctx.shape)


def _neutral(how: str, dtype: Any) -> Any:
    """Return the number that changes nothing when others are combined with it."""
    if how in ("sum", "mean", "prod"):
        return np.array(how == "prod", dtype)
    if dtype.kind == "f":
        return np.array(-np.inf if how == "amax" else np.inf, dtype)
    if dtype.kind == "b":
        return np.array(how == "amin")
    return np.array(np.iinfo(dtype).min if how == "amax" else np.iinfo(dtype).max, dtype)


def _counted(x: Any, index: Any, dim: int, own: bool) -> Any:
    """Return how many entries each place was combined from, at least 1; no gradient goes through it."""
    one = formulas.ones_like(x)
    each = formulas.ones_like(take_along(one, index, dim))
    return np.maximum(combined_along(one if own else formulas.zeros_like(x), index, dim, each, "sum"), one)


def _product_slopes(ctx: Any, x: Any, src: Any, index: Any, grad: Any) -> Any:
    """Return the gradients through a product: what is 0 gets the product of all the others, if they are not."""
    dim = ctx.dim
    start = x if ctx.own else placed_along(x, index, dim, 1.0)
    zero_here, zero_there = formulas.cast(start == 0, grad), formulas.cast(src == 0, grad)
    zeros = combined_along(zero_here, index, dim, zero_there, "sum")  # how many factors of each place are 0
    full_start, full_src = where(start == 0, 1.0, start), where(src == 0, 1.0, src)
    rest = combined_along(full_start, index, dim, full_src, "prod") * grad  # the product without its zeros
    alone, none = formulas.cast(zeros == 1, grad) * rest, formulas.cast(zeros == 0, grad) * rest
    mine = where(start == 0, alone, none / full_start)
    theirs = where(src == 0, take_along(alone, index, dim), take_along(none, index, dim) / full_src)
    return mine, theirs


@numpy_names
def scatter_reduce(
    input: TensorT, dim: int, index: TensorBase, src: TensorBase, reduce: str, *, include_self: bool = True
) -> TensorT:
    """Return the tensor with entries combined where the index points along a dimension.

    Parameters
    ----------
    input : Tensor
        Any shape.
    dim : int
        The dimension along which the index points.
    index : Tensor
        int64, with as many dimensions.
    src : Tensor
        At least as large as the index, in each dimension.
    reduce : {"sum", "prod", "mean", "amax", "amin"}
        How to combine.
    include_self : bool
        Whether what is there counts too.

    Returns
    -------
    Tensor
        Of the input's shape.

    Raises
    ------
    RuntimeError
        If shapes or dtypes do not fit, or an index is out of bounds.

    Examples
    --------
    >>> mg.scatter_reduce(mg.zeros(2), 0, mg.tensor([0, 0, 1]), mg.tensor([1.0, 3.0, 5.0]), "amax")
    tensor([3., 5.])
    """
    x, places = tensor(input, "scatter_reduce"), tensor(index, "scatter_reduce", "index", 3)
    source = tensor(src, "scatter_reduce", "src", 4)
    if reduce not in ("sum", "prod", "mean", "amax", "amin"):
        raise RuntimeError(f"reduce argument must be either sum, prod, mean, amax or amin, got {reduce}")
    d = axis(dim, x._array.ndim)
    _check_index("scatter", x._array, places._array, d, source._array)
    if source._array.dtype != x._array.dtype:
        raise RuntimeError("scatter(): Expected self.dtype to be equal to src.dtype")
    return apply(ScatterReduce, x, source, d, places, reduce, include_self)  # type: ignore[no-any-return]


class IndexReduce(ScatterReduce):
    """Slices were combined where the index says; the gradient goes back as it does through a mean or product."""

    __slots__ = ()
    saved_names = ("self", "source", None, "result")

    @staticmethod
    def kernel(how: str, own: bool) -> str:
        if not own:
            return "index_reduce_func_exclude_input_init"
        return {"amax": "maximum_cpu", "amin": "minimum_cpu"}.get(how, "")


@numpy_names
def index_reduce(
    input: TensorT, dim: int, index: TensorBase, source: TensorBase, reduce: str, *, include_self: bool = True
) -> TensorT:
    """Return the tensor with slices combined where an index says, along a dimension.

    Parameters
    ----------
    input : Tensor
        Any shape.
    dim : int
        The dimension.
    index : Tensor, shape (n,)
        int64 or int32; one place may occur several times.
    source : Tensor
        ``n`` long along the dimension, else of the input's shape.
    reduce : {"prod", "mean", "amax", "amin"}
        How to combine.
    include_self : bool
        Whether what is there counts too.

    Returns
    -------
    Tensor
        Of the input's shape.

    Raises
    ------
    RuntimeError or IndexError
        If shapes or dtypes do not fit, or an index is out of bounds.

    Examples
    --------
    >>> mg.index_reduce(mg.zeros(3), 0, mg.tensor([0, 0, 2]), mg.tensor([1.0, 3.0, 5.0]), "amax")
    tensor([3., 0., 5.])
    """
    x, places = tensor(input, "index_reduce"), tensor(index, "index_reduce", "index", 3)._array
    given = tensor(source, "index_reduce", "source", 4)._array
    if reduce not in ("prod", "mean", "amax", "amin"):
        raise RuntimeError(f"index_reduce(): Expected reduce to be one of prod, mean, amax or amin but got {reduce}.")
    d = axis(dim, x._array.ndim)
    check_slices("index_reduce_", x._array, d, places, given)
    supported(x._array, "b", "index_func_" if include_self else "index_reduce_func_exclude_input_init")
    rows = places.size and ((places < 0) | (places >= (x._array.shape[d] if x._array.ndim else 1)))
    if np.any(rows):
        raise IndexError("index out of range in self")
    along = [1] * given.ndim
    along[d : d + 1] = [-1] if given.ndim else []
    everywhere = wrap(np.array(np.broadcast_to(places.reshape(along), given.shape), np.int64))
    return apply(IndexReduce, x, source, d, everywhere, reduce, include_self)  # type: ignore[no-any-return]


def check_slices(name: str, x: Array, d: int, places: Array, given: Array) -> None:
    """Refuse slices, and an index that says where they go, that do not fit."""
    if places.ndim > 1:
        raise IndexError(
            f"{name}(): Index is supposed to be a vector, but got dim: {places.ndim} with type: "
            f"{dtypes.of(places.dtype).title} and size: {list(places.shape)}"
        )
    if places.dtype not in (np.int64, np.int32):
        raise RuntimeError(f"{name}(): Expected dtype int32/int64 for index but got: {dtypes.of(places.dtype).title}")
    if given.dtype != x.dtype:
        raise RuntimeError(
            f"{name}(): self ({dtypes.of(x.dtype).title}) and source ({dtypes.of(given.dtype).title}) must "
            "have the same scalar type"
        )
    n = given.shape[d] if given.ndim > d else 1
    if places.size != n:
        raise RuntimeError(
            f"{name}(): Number of indices ({places.size}) should be equal to source.size(dim): ({n}), for dim: {d}"
        )
    if without(x, d) != without(given, d) or x.ndim != given.ndim:
        raise RuntimeError(
            "source tensor shape must match self tensor shape, excluding the specified dimension. Got self.shape = "
            f"{list(x.shape)} source.shape = {list(given.shape)}"
        )


def without(array: Array, d: int) -> tuple[int, ...]:
    """Return the shape of an array's slices along a dimension."""
    return tuple([n for i, n in enumerate(array.shape) if i != d])
