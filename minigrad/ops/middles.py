"""What lies in the middle, or at any other rank: kthvalue, median, mode, quantile."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autograd.function import Op, apply
from minigrad.ops.arguments import (
    ABSENT,
    Number,
    Shape,
    TensorT,
    axis,
    integer,
    numpy_names,
    refuse_combination,
    supported,
    tensor,
)
from minigrad.ops.extremes import refuse_empty, shared
from minigrad.ops.ordering import Sort, ranking, sort
from minigrad.ops.reduce import kept_shape
from minigrad.ops.results import named

__all__ = ["kthvalue", "median", "mode", "nanmedian", "nanquantile", "quantile"]


_Kthvalue, _Median, _Nanmedian, _Mode = named("kthvalue"), named("median"), named("nanmedian"), named("mode")


# --- One entry of each row: the middle one, the commonest -----------------------------------------------------------


def _kth(x: Any, dim: int, k: int) -> Any:
    found = ranking(x, dim)
    return found[(slice(None),) * dim + (slice(k - 1, k),)] if x.ndim else found


class Kthvalue(Sort):
    """The entry of that rank gets the whole gradient."""

    __slots__ = ()
    lies = 0
    saved_names = ("indices",)
    glyph, tex = "k-th", r"\mathrm{{kthvalue}}({0})"
    find = staticmethod(_kth)


def _middle(x: Any, dim: int) -> Any:
    """Return where the lower one of the two middle entries is; the first nan, if there is any."""
    if x.ndim == 0:
        return np.zeros((), np.int64)
    found = _kth(x, dim, (x.shape[dim] + 1) // 2)
    odd = np.isnan(x)
    return np.where(odd.any(dim, keepdims=True), odd.argmax(dim, keepdims=True), found)


def _middle_of_numbers(x: Any, dim: int) -> Any:
    """Return where the lower one of the two middle entries is, of those that are not nan; 0 if all are."""
    if x.ndim == 0:
        return np.zeros((), np.int64)
    count = np.logical_not(np.isnan(x)).sum(dim, keepdims=True)
    return np.take_along_axis(ranking(x, dim), np.maximum(count - 1, 0) // 2, dim)


class Median(Sort):
    """The middle entry gets the whole gradient."""

    __slots__ = ()
    lies = 0
    suffix = "1"
    glyph, tex = "median", r"\mathrm{{median}}({0})"
    find = staticmethod(_middle)


class Nanmedian(Sort):
    """The middle one of the entries that are not nan gets the whole gradient."""

    __slots__ = ()
    lies = 0
    saved_names = ("indices",)
    suffix = "1"
    glyph, tex = "median", r"\mathrm{{nanmedian}}({0})"
    find = staticmethod(_middle_of_numbers)


def _commonest(x: Any, dim: int) -> Any:
    """Return where the commonest entry is last found; the smallest of them, if several are as common."""
    if x.ndim == 0:
        return np.zeros((), np.int64)
    rank = np.moveaxis(ranking(x, dim), dim, -1)
    row = np.take_along_axis(np.moveaxis(x, dim, -1), rank, -1)
    place = np.arange(row.shape[-1])
    start = np.maximum.accumulate(
        np.where(np.append(row[..., :1] != row[..., :1], row[..., 1:] != row[..., :-1], -1), place, 0), -1
    )
    last = np.append(row[..., 1:] != row[..., :-1], np.ones_like(row[..., :1], bool), -1)
    best = np.argmax(np.where(last, place - start + 1, 0), -1, keepdims=True)
    return np.moveaxis(np.take_along_axis(rank, best, -1), -1, dim)


class Mode(Sort):
    """The entry that was picked for the commonest gets the whole gradient."""

    __slots__ = ()
    lies = 0
    glyph, tex = "mode", r"\mathrm{{mode}}({0})"
    find = staticmethod(_commonest)


class MedianAll(Op):
    """The middle entry gets the whole gradient; several that equal it share it."""

    __slots__ = ("dim", "kept")
    saved_names = ("self", "result")
    glyph, tex, row, local = "median", r"\mathrm{{median}}({0})", "jvp", ("[{0} = {y}]",)

    called = "MedianBackward0"

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.dim, ctx.kept = tuple(range(x.ndim)), (1,) * x.ndim
        y = _value(x, _middle)
        ctx.save_for_backward(x, y)
        return y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        x, y = ctx.saved_tensors
        return shared(ctx, x, y, grad, True)


class NanmedianAll(Op):
    """The middle one of the entries that are not nan gets the whole gradient; several that equal it share it."""

    __slots__ = ("dim", "kept")
    saved_names = ("self", "result")
    glyph, tex, row, local = "median", r"\mathrm{{nanmedian}}({0})", "jvp", ("[{0} = {y}]",)

    called = "NanmedianBackward0"

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.dim, ctx.kept = tuple(range(x.ndim)), (1,) * x.ndim
        y = _value(x, _middle_of_numbers)
        ctx.save_for_backward(x, y)
        return y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        x, y = ctx.saved_tensors
        return shared(ctx, x, y, grad, True)


def _value(x: Any, find: Any) -> Any:
    """Return the one entry that is found in the flattened array; of none, nan, or an integer's smallest."""
    row = x.reshape(-1)
    if not row.size:
        return np.array(np.nan if x.dtype.kind == "f" else np.iinfo(x.dtype).min, x.dtype)
    return row[find(row, 0)].reshape(())


def _one_a_row(
    op: type[Op], name: str, result: Any, x: Any, dim: int, keepdim: bool, *settings: Any, kinds: str = "cb"
) -> Any:
    """Run an op that picks one entry along a dimension."""
    array = x._array
    d = axis(dim, array.ndim)
    refuse_empty(name.removeprefix("nan"), array.shape, d)
    supported(array, kinds, f"{name.removeprefix('nan')}_{'out' if 'median' in name else 'cpu'}")
    return result(*apply(op, x, d, keepdim, *settings))


@numpy_names
def kthvalue(input: Any, k: int, dim: int = -1, keepdim: bool = False) -> Any:
    """Return the ``k``-th smallest entry along a dimension, and where it is.

    Parameters
    ----------
    input : Tensor
        Any shape; nan counts as the largest.
    k : int
        The rank, from 1.
    dim : int
        The dimension that disappears.
    keepdim : bool
        Keep it, at size 1.

    Returns
    -------
    A named tuple (values, indices)

    Raises
    ------
    RuntimeError
        If there is no such rank.

    Examples
    --------
    >>> mg.kthvalue(mg.tensor([3.0, 1.0, 2.0]), 2).values
    tensor(2.)
    """
    x = tensor(input, "kthvalue")
    d = axis(dim, x._array.ndim)
    k = integer(k, "kthvalue", "k", 2)
    refuse_empty("kthvalue", x._array.shape, d)
    if not 1 <= k <= (x._array.shape[d] if x._array.ndim else 1):
        raise RuntimeError(f"kthvalue(): selected number k out of range for dimension {d}")
    return _one_a_row(Kthvalue, "kthvalue", _Kthvalue, x, dim, keepdim, k)


def _refuse_keeping(name: str, keepdim: bool) -> None:
    """Refuse to keep a dimension that was not named."""
    if keepdim:
        raise TypeError(f'{name}() missing 1 required positional arguments: "dim"')


@numpy_names
def median(input: Any, dim: Any = ABSENT, keepdim: bool = False) -> Any:
    """Return the middle entry, the lower one of two; along a dimension, with its index.

    Parameters
    ----------
    input : Tensor
        Any shape; nan if there is one.
    dim : int, optional
        The dimension that disappears; all by default.
    keepdim : bool
        Keep it, at size 1.

    Returns
    -------
    Tensor, or a named tuple (values, indices)
        With ``dim``, one entry gets the gradient; without it, those that equal the median share it.

    Raises
    ------
    IndexError
        If there is no such dimension, or it is empty.

    Examples
    --------
    >>> mg.median(mg.tensor([3.0, 1.0, 2.0, 8.0]))
    tensor(2.)
    """
    x = tensor(input, "median")
    if dim is ABSENT:
        _refuse_keeping("median", keepdim)
        supported(x._array, "cb", "median_cpu")
        return apply(MedianAll, x)
    return _one_a_row(Median, "median", _Median, x, dim, keepdim)


@numpy_names
def nanmedian(input: Any, dim: Any = ABSENT, keepdim: bool = False) -> Any:
    """Return the middle one of the entries that are not nan, the lower one of two; along a dimension, with its index.

    Parameters
    ----------
    input : Tensor
        Any shape.
    dim : int, optional
        The dimension that disappears; all by default.
    keepdim : bool
        Keep it, at size 1.

    Returns
    -------
    Tensor, or a named tuple (values, indices)
        Nan where there is nothing else.

    Raises
    ------
    IndexError
        If there is no such dimension, or it is empty.

    Examples
    --------
    >>> mg.nanmedian(mg.tensor([3.0, float("nan"), 1.0]))
    tensor(1.)
    """
    x = tensor(input, "nanmedian")
    if dim is ABSENT:
        _refuse_keeping("nanmedian", keepdim)
        supported(x._array, "cb", "median_cpu")
        return apply(NanmedianAll, x)
    return _one_a_row(Nanmedian, "nanmedian", _Nanmedian, x, dim, keepdim)


@numpy_names
def mode(input: Any, dim: int = -1, keepdim: bool = False) -> Any:
    """Return the commonest entry along a dimension, the smallest of several, and where it is.

    Parameters
    ----------
    input : Tensor
        Any shape.
    dim : int
        The dimension that disappears.
    keepdim : bool
        Keep it, at size 1.

    Returns
    -------
    A named tuple (values, indices)

    Raises
    ------
    IndexError
        If there is no such dimension, or it is empty.

    Examples
    --------
    >>> mg.mode(mg.tensor([3, 1, 3, 2])).values
    tensor(3)
    """
    return _one_a_row(Mode, "mode", _Mode, tensor(input, "mode"), dim, keepdim, kinds="c")


# --- In between: quantiles -------------------------------------------------------------------------------------------

_BETWEEN = ("linear", "lower", "higher", "midpoint", "nearest")


@numpy_names
def quantile(
    input: TensorT, q: Any, dim: int | None = None, keepdim: bool = False, *, interpolation: str = "linear"
) -> TensorT:
    """Return the value below which a share ``q`` of the entries lies.

    Parameters
    ----------
    input : Tensor
        Floats of any shape; nan if there is one.
    q : float, or Tensor of shape (n,)
        From 0 to 1; several give a result each, along a first dimension.
    dim : int, optional
        The dimension that disappears; all by default.
    keepdim : bool
        Keep it, at size 1.
    interpolation : {"linear", "lower", "higher", "midpoint", "nearest"}
        What to take between two entries.

    Returns
    -------
    Tensor

    Raises
    ------
    RuntimeError
        If ``q`` is not between 0 and 1, or of another dtype, or there are no entries.

    References
    ----------
    Hyndman & Fan (1996), The American Statistician 50, definition 7.

    Examples
    --------
    >>> mg.quantile(mg.tensor([1.0, 2.0, 3.0, 4.0]), 0.5)
    tensor(2.5000)
    """
    return _quantile("quantile", input, q, dim, keepdim, interpolation, False)  # type: ignore[no-any-return]


@numpy_names
def nanquantile(
    input: TensorT, q: Any, dim: int | None = None, keepdim: bool = False, *, interpolation: str = "linear"
) -> TensorT:
    """Return the value below which a share ``q`` of the entries that are not nan lies.

    Parameters
    ----------
    input : Tensor
        Floats of any shape.
    q : float, or Tensor of shape (n,)
        From 0 to 1; several give a result each, along a first dimension.
    dim : int, optional
        The dimension that disappears; all by default.
    keepdim : bool
        Keep it, at size 1.
    interpolation : {"linear", "lower", "higher", "midpoint", "nearest"}
        What to take between two entries.

    Returns
    -------
    Tensor
        Nan where there is nothing else.

    Examples
    --------
    >>> mg.nanquantile(mg.tensor([1.0, float("nan"), 2.0]), 0.5)
    tensor(1.5000)
    """
    return _quantile("quantile", input, q, dim, keepdim, interpolation, True)  # type: ignore[no-any-return]


def _quantile(name: str, input: Any, q: Any, dim: int | None, keepdim: bool, between: str, skip: bool) -> Any:
    """Sort, and take a step between the two entries around each rank."""
    x: Any = tensor(input, name)
    shape: Shape = x._array.shape
    d = None if dim is None else axis(dim, len(shape))
    if x._array.dtype not in (np.float32, np.float64):
        raise RuntimeError(f"{name}() input tensor must be either float or double dtype")
    if not x._array.size:
        raise RuntimeError(f"{name}() input tensor must be non-empty")
    if between not in _BETWEEN:
        raise RuntimeError(
            f"{name}() interpolation must be one of linear, lower, higher, midpoint or nearest, but got {between}"
        )
    single = not hasattr(q, "_array")
    if single and (isinstance(q, complex) or not isinstance(q, (Number, np.number))):
        refuse_combination(name, "The share is a number, or a tensor of numbers.", input, q)
    shares: Any = x.new_tensor(q) if single else q
    if shares._array.ndim > 1:
        raise RuntimeError(f"{name}() q must be a scalar or 1D tensor")
    if shares._array.dtype != x._array.dtype:
        raise RuntimeError(f"{name}() q tensor must be same dtype as the input tensor")
    if not ((shares._array >= 0) & (shares._array <= 1)).all():
        what, got = ("", f" but got {shares._array.item():g}") if single else ("values ", "")
        raise RuntimeError(f"{name}() q {what}must be in the range [0, 1]{got}")
    rows = x.reshape(-1) if d is None else (x if not shape else x.movedim(d, -1))
    ordered = sort(rows.reshape(1) if not rows._array.ndim else rows, -1)[0]
    nans = np.isnan(ordered._array)
    n = ordered._array.shape[-1]
    last = np.logical_not(nans).sum(-1, keepdims=True) - 1.0 if skip else np.full((*nans.shape[:-1], 1), n - 1.0)
    rank = np.maximum(shares._array * last, 0.0).astype(x._array.dtype)
    if not skip:  # a nan anywhere is the result: it stands last
        rank = np.where(nans.any(-1, keepdims=True), n - 1, rank)
    if between == "nearest":
        rank = np.round(rank)
    low = np.ceil(rank) if between == "higher" else np.floor(rank)
    below = ordered.gather(-1, _index(x, low))
    if between in ("linear", "midpoint"):
        step = np.where(rank == low, 0.0, 0.5) if between == "midpoint" else rank - low
        below = below.lerp(ordered.gather(-1, _index(x, np.ceil(rank))), x.new_tensor(step))
    out = below.movedim(-1, 0) if shares._array.ndim else below.squeeze(-1)
    if keepdim and shape:
        lead = out._array.shape[:1] if shares._array.ndim else ()
        out = out.reshape(*lead, *kept_shape(shape, tuple(range(len(shape))) if d is None else (d,)))
    return out


def _index(x: Any, places: Any) -> Any:
    return x.new_tensor(places.astype(np.int64), dtype=x.new_empty(0).long().dtype)
