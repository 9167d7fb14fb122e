"""Entries put in the place of others: index_add, index_fill, put, masked_scatter."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import TensorBase, wrap
from minigrad.autograd.function import Op, apply
from minigrad.ops import formulas
from minigrad.ops.arguments import TensorT, around, axis, broadcast_shape, fitted, numpy_names, operand, refuse, tensor
from minigrad.ops.formulas import along, expand, reshape, take, where
from minigrad.ops.index import IndexPut, select
from minigrad.ops.scattering import check_bounds, check_slices, without

__all__ = [
    "index_add",
    "index_copy",
    "index_fill",
    "masked_scatter",
    "put",
    "select_scatter",
    "slice_scatter",
]

# --- Slices that an index names --------------------------------------------------------------------------------------


class IndexAdd(Op):
    """Slices were added where the index says: their gradient is fetched from there."""

    __slots__ = ("alpha", "dim")
    saved_names = ("index",)
    arity = 2
    glyph, tex, row = "[…]+", r"{0}[\ldots] + {1}", "scatter"

    @staticmethod
    def forward(ctx: Any, x: Any, source: Any, dim: int, index: TensorBase, alpha: Any) -> Any:
        ctx.dim, ctx.alpha = dim, alpha
        ctx.save_for_backward(index)
        return formulas.placed(x, along(dim, index._array), source if alpha == 1 else alpha * source, True)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (index,) = ctx.saved_tensors
        found = take(grad, along(ctx.dim, index)) if ctx.needs_input_grad[1] else None
        return grad, found if found is None or ctx.alpha == 1 else found * ctx.alpha


class IndexCopy(IndexPut):
    """Slices were put where the index says: their gradient is fetched from there; what they replaced gets none."""

    __slots__ = ()
    saved_names = ("index",)
    glyph, tex = "[…]←", r"{0}[\ldots] = {1}"


class IndexFill(Op):
    """A number was put into slices: what it replaced gets no gradient."""

    __slots__ = ("dim",)
    saved_names = ("index",)
    glyph, tex, row = "[…]←", r"{0}[\ldots] = c", "scatter"

    @staticmethod
    def forward(ctx: Any, x: Any, dim: int, index: TensorBase, value: Any) -> Any:
        ctx.dim = dim
        ctx.save_for_backward(index)
        return formulas.placed(x, along(dim, index._array), np.asarray(value).astype(x.dtype), False)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (index,) = ctx.saved_tensors
        return formulas.placed(grad, along(ctx.dim, index), 0.0, False)


class IndexFillTensor(IndexPut):
    """A value was put into slices: all their gradient goes to it; what it replaced gets none."""

    __slots__ = ()
    saved_names = ("index",)

    called = "IndexFillBackward1"


def _vector(x: Any, index: Any) -> tuple[Any, Any]:
    """Return a tensor and an index with at least one dimension each."""
    return (x if x._array.ndim else x.reshape(1)), (index if index._array.ndim else index.reshape(1))


@numpy_names
def index_add(input: TensorT, dim: int, index: TensorBase, source: TensorBase, *, alpha: Any = 1) -> TensorT:
    """Return the tensor with slices added where an index says, along a dimension.

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
    alpha : number
        What to multiply the slices with.

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
    >>> mg.index_add(mg.zeros(3), 0, mg.tensor([0, 0, 2]), mg.tensor([1.0, 2.0, 3.0]))
    tensor([3., 0., 3.])
    """
    x, places = tensor(input, "index_add"), tensor(index, "index_add", "index", 3)._array
    given = tensor(source, "index_add", "source", 4)._array
    d = axis(dim, x._array.ndim)
    check_slices("index_add_", x._array, d, places, given)
    check_bounds(places, x._array.shape[d] if x._array.ndim else 1, d, RuntimeError)
    wide, row = _vector(x, index)
    out = apply(IndexAdd, wide, _vector(source, index)[0], d, row, around(alpha, x._array.dtype))
    return out.reshape(x._array.shape) if wide is not x else out  # type: ignore[no-any-return]


@numpy_names
def index_copy(input: TensorT, dim: int, index: TensorBase, source: TensorBase) -> TensorT:
    """Return the tensor with slices put where an index says, along a dimension.

    Parameters
    ----------
    input : Tensor
        Any shape.
    dim : int
        The dimension.
    index : Tensor, shape (n,)
        int64.
    source : Tensor
        ``n`` long along the dimension, else of the input's shape.

    Returns
    -------
    Tensor
        Of the input's shape.

    Raises
    ------
    IndexError or RuntimeError
        If shapes or dtypes do not fit, or an index is out of bounds.

    Examples
    --------
    >>> mg.index_copy(mg.zeros(3), 0, mg.tensor([2, 0]), mg.tensor([1.0, 2.0]))
    tensor([2., 0., 1.])
    """
    x, places = tensor(input, "index_copy"), tensor(index, "index_copy", "index", 3)._array
    given = tensor(source, "index_copy", "source", 4)._array
    d = axis(dim, x._array.ndim)
    if places.ndim > 1:
        raise IndexError(f"index_copy_(): Index should have dimension 1 or 0 (got {places.ndim})")
    if places.dtype != np.int64:
        raise RuntimeError(f"index_copy_(): Expected a long tensor for index, but got {dtypes.of(places.dtype).title}")
    if given.dtype != x._array.dtype:
        raise RuntimeError(
            "index_copy_(): self and source expected to have the same dtype, but got (self) "
            f"{dtypes.of(x._array.dtype).title} and (source) {dtypes.of(given.dtype).title}"
        )
    if without(x._array, d) != without(given, d):
        raise RuntimeError(
            "index_copy_(): Source/destination tensor must have same slice shapes. Destination slice shape: "
            f"{' '.join(map(str, without(x._array, d)))} at dimension {d} and source slice shape: "
            f"{' '.join(map(str, without(given, d)))} at dimension 0."
        )
    n = given.shape[d] if given.ndim > d else 1
    if places.size != n:
        raise IndexError(f"index_copy_(): Number of indices ({places.size}) should be equal to source.size(dim) ({n})")
    check_bounds(places, x._array.shape[d] if x._array.ndim else 1, d, IndexError, "index_copy_(): ")
    wide, row = _vector(x, index)
    out = apply(IndexCopy, wide, _vector(source, index)[0], along(d, row), False)
    return out.reshape(x._array.shape) if wide is not x else out  # type: ignore[no-any-return]


@numpy_names
def index_fill(input: TensorT, dim: int, index: TensorBase, value: Any) -> TensorT:
    """Return the tensor with one number in the slices that an index names, along a dimension.

    Parameters
    ----------
    input : Tensor
        Any shape.
    dim : int
        The dimension.
    index : Tensor, shape (n,)
        int64; negative ones count from the end.
    value : number or 0-d Tensor
        What to put there.

    Returns
    -------
    Tensor
        Of the input's shape.

    Raises
    ------
    IndexError or RuntimeError
        If an index is out of bounds, or no vector of int64, or the value has dimensions.

    Examples
    --------
    >>> mg.index_fill(mg.zeros(3), 0, mg.tensor([0, 2]), 1.0)
    tensor([1., 0., 1.])
    """
    x, places = tensor(input, "index_fill"), tensor(index, "index_fill", "index", 3)._array
    if isinstance(value, TensorBase) and value._array.ndim:
        raise RuntimeError(
            "index_fill_ only supports a 0-dimensional value tensor, but got tensor with "
            f"{value._array.ndim} dimension(s)."
        )
    d = axis(dim, x._array.ndim)
    if places.dtype != np.int64:
        raise IndexError("index_fill_(): Expected dtype int64 for index.")
    if places.ndim > 1:
        raise RuntimeError("Index has to be a vector/scalar")
    n = x._array.shape[d] if x._array.ndim else 1
    check_bounds(places, n, d, IndexError, low=-n)
    given = operand(value)
    if given is NotImplemented:
        refuse(value, "index_fill", "value", 4, "Number")
    if isinstance(given, complex) and x._array.dtype.kind != "c":
        raise RuntimeError("index_fill_(): Converting complex Scalar to non-complex type is not supported")
    wide, row = _vector(x, index)
    if isinstance(given, TensorBase):
        given = given.to(x.dtype)  # type: ignore[attr-defined]
        once = np.unique(row._array)  # a place that is named twice is filled, and counts, once
        row = row if len(once) == len(row._array) else wrap(once)
        out = apply(IndexFillTensor, wide, given, along(d, row), False)
    else:
        out = apply(IndexFill, wide, d, row, fitted(given, x._array.dtype))
    return out.reshape(x._array.shape) if wide is not x else out  # type: ignore[no-any-return]


class SelectScatter(IndexPut):
    """Other entries took one slice's place: their gradient is picked up there, the rest passes unchanged."""

    __slots__ = ()
    glyph, tex = "[i]←", r"{0}[i] = {1}"


class SliceScatter(IndexPut):
    """Other entries took a stretch's place: their gradient is picked up there, the rest passes unchanged."""

    __slots__ = ()
    glyph, tex = "[:]←", r"{0}[\colon] = {1}"


def _in_place_of(op: type[Op], x: Any, src: Any, key: tuple[Any, ...]) -> Any:
    wanted = x._array[key].shape
    if src._array.shape != wanted:
        raise RuntimeError(
            "expected src to have a size equal to the slice of self. "
            f"src size = {list(src._array.shape)}, slice size = {list(wanted)}"
        )
    return apply(op, x, src, key, False)


@numpy_names
def select_scatter(input: TensorT, src: TensorBase, dim: int, index: int) -> TensorT:
    """Return the tensor with other entries in one slice along a dimension.

    Parameters
    ----------
    input : Tensor
        At least one dimension.
    src : Tensor
        Of the slice's shape.
    dim : int
        The dimension.
    index : int
        Which slice; negative ones count from the end.

    Returns
    -------
    Tensor
        Of the input's shape.

    Raises
    ------
    IndexError or RuntimeError
        If there is no such slice, or the shapes do not fit.

    Examples
    --------
    >>> mg.select_scatter(mg.zeros(2, 2), mg.ones(2), 0, 1)
    tensor([[0., 0.],
            [1., 1.]])
    """
    x, source = tensor(input, "select_scatter"), tensor(src, "select_scatter", "src", 2)
    select(x.detach(), dim, index)  # type: ignore[attr-defined]  # refuses what is not there
    d = axis(dim, x._array.ndim)
    return _in_place_of(SelectScatter, x, source, (*(slice(None),) * d, index, ...))  # type: ignore[no-any-return]


@numpy_names
def slice_scatter(
    input: TensorT, src: TensorBase, dim: int = 0, start: int | None = None, end: int | None = None, step: int = 1
) -> TensorT:
    """Return the tensor with other entries in a stretch along a dimension.

    Parameters
    ----------
    input : Tensor
        At least one dimension.
    src : Tensor
        Of the stretch's shape.
    dim : int
        The dimension.
    start, end, step : int, optional
        The stretch, as in ``x[start:end:step]``.

    Returns
    -------
    Tensor
        Of the input's shape.

    Raises
    ------
    RuntimeError
        If the shapes do not fit.

    Examples
    --------
    >>> mg.slice_scatter(mg.zeros(4), mg.ones(2), 0, 1, 3)
    tensor([0., 1., 1., 0.])
    """
    x, source = tensor(input, "slice_scatter"), tensor(src, "slice_scatter", "src", 2)
    if step < 1:
        raise RuntimeError("slice step must be positive")
    d = axis(dim, x._array.ndim)
    return _in_place_of(SliceScatter, x, source, (*(slice(None),) * d, slice(start, end, step)))  # type: ignore[no-any-return]


# --- Into the flattened tensor, and through a mask -------------------------------------------------------------------


class Put(Op):
    """What was put in gets the gradient of its place; what it replaced gets none."""

    __slots__ = ("add", "shapes")
    saved_names = ("index",)
    arity = 2
    glyph, tex, row = "[…]←", r"\mathrm{{put}}({0}, {1})", "scatter"

    @staticmethod
    def forward(ctx: Any, x: Any, source: Any, index: TensorBase, add: bool) -> Any:
        ctx.add, ctx.shapes = add, (x.shape, source.shape)
        ctx.save_for_backward(index)
        return formulas.placed(x.reshape(-1), (index._array,), source.reshape(index._array.shape), add).reshape(x.shape)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (index,) = ctx.saved_tensors
        mine, theirs = ctx.shapes
        row = reshape(grad, (-1,))
        kept = grad if ctx.add else reshape(formulas.placed(row, (index,), 0.0, False), mine)
        return kept, reshape(take(row, (index,)), theirs)


def put(input: TensorT, index: TensorBase, source: TensorBase, accumulate: bool = False) -> TensorT:
    """Return the tensor with entries put where an index into the flattened tensor points.

    Parameters
    ----------
    input : Tensor
        Any shape.
    index : Tensor
        int64, any shape; negative ones count from the end.
    source : Tensor
        As many entries as the index has.
    accumulate : bool
        Add to what is there, instead of replacing it.

    Returns
    -------
    Tensor
        Of the input's shape.

    Raises
    ------
    IndexError or RuntimeError
        If an index is out of range, or sizes or dtypes do not fit.

    Examples
    --------
    >>> mg.zeros(2, 2).put(mg.tensor([0, 3]), mg.tensor([1.0, 2.0]))
    tensor([[1., 0.],
            [0., 2.]])
    """
    x, places = tensor(input, "put"), tensor(index, "put", "index", 2)._array
    given = tensor(source, "put", "source", 3)._array
    if places.dtype != np.int64:
        raise RuntimeError(f"put_(): Expected a long tensor for index, but got {dtypes.of(places.dtype).title}")
    if given.dtype != x._array.dtype:
        raise RuntimeError(
            "put_(): self and source expected to have the same dtype, but got self.dtype = "
            f"{dtypes.of(x._array.dtype).title} and source.dtype = {dtypes.of(given.dtype).title}"
        )
    if places.size != given.size:
        raise IndexError(
            "put_(): Expected source and index to have the same number of elements, but got source.numel() = "
            f"{given.size}, index.numel() = {places.size}"
        )
    n = x._array.size
    bad = places[(places < -n) | (places >= n)]
    if bad.size:
        raise IndexError(f"out of range: tried to access index {bad.flat[0]} on a tensor of {n} elements.")
    return apply(Put, x, source, index, accumulate)  # type: ignore[no-any-return]


class MaskedScatter(Op):
    """Where the mask holds the gradient goes to what was put there, one after the other; elsewhere to the input."""

    __slots__ = ("shape",)
    saved_names = ("mask",)
    arity = 2
    glyph, tex, row = "mask", r"{0}[m] = {1}", "scatter"

    @staticmethod
    def forward(ctx: Any, x: Any, source: Any, mask: TensorBase) -> Any:
        shape = np.broadcast_shapes(x.shape, mask._array.shape)
        wide = np.broadcast_to(mask._array, shape)
        ctx.shape = source.shape
        ctx.save_for_backward(mask)
        return formulas.placed(
            np.array(np.broadcast_to(x, shape), order="C"), (wide,), source.reshape(-1)[: wide.sum()], False
        )

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (mask,) = ctx.saved_tensors
        found = take(grad, (expand(mask, grad.shape),))
        theirs = reshape(formulas.padded(found, (math.prod(ctx.shape),)), ctx.shape)
        return where(mask, 0.0, grad), theirs


def masked_scatter(input: TensorT, mask: TensorBase, source: TensorBase) -> TensorT:
    """Return the tensor with the entries of another, one after the other, where the mask holds.

    Parameters
    ----------
    input : Tensor
        Any shape.
    mask : Tensor
        Booleans, of a shape that broadcasts with the input's.
    source : Tensor
        At least as many entries as the mask holds at.

    Returns
    -------
    Tensor
        Of the broadcast shape.

    Raises
    ------
    RuntimeError
        If the mask is not boolean, there are too few entries, or dtypes or shapes do not fit.

    Examples
    --------
    >>> x = mg.zeros(3)
    >>> mg.masked_scatter(x, mg.tensor([True, False, True]), mg.tensor([1.0, 2.0]))
    tensor([1., 0., 2.])
    """
    x, condition = tensor(input, "masked_scatter"), tensor(mask, "masked_scatter", "mask", 2)
    given = tensor(source, "masked_scatter", "source", 3)
    if condition._array.dtype.kind != "b":
        raise RuntimeError(
            "masked_scatter_ only supports boolean masks, but got mask with dtype "
            f"{dtypes.of(condition._array.dtype).title}"
        )
    if given._array.dtype != x._array.dtype:
        raise RuntimeError(
            "masked_scatter: expected self and source to have same dtypes but got"
            f"{dtypes.of(x._array.dtype).title} and {dtypes.of(given._array.dtype).title}"
        )
    shape = broadcast_shape(condition, x)
    if np.broadcast_to(condition._array, shape).sum() > given._array.size:
        raise RuntimeError("Number of elements of source < number of ones in mask")
    return apply(MaskedScatter, x, given, condition)  # type: ignore[no-any-return]
