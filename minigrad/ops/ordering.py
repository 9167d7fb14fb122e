"""Numbers in order: sort, argsort, topk; and the largest so far: cummax, cummin."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any, ClassVar

import numpy as np

from minigrad.autograd.function import Op, apply
from minigrad.ops import formulas
from minigrad.ops.arguments import axis, integer, numpy_names, tensor
from minigrad.ops.formulas import put_along, reshape
from minigrad.ops.results import named

__all__ = ["argsort", "cummax", "cummin", "msort", "sort", "topk"]


# --- Along one dimension: the indices say where each entry came from -------------------------------------------------


def ranking(x: Any, dim: int, descending: bool = False) -> Any:
    """Return the indices that sort ``x``: equal entries keep their order, and nan counts as the largest."""
    if x.ndim == 0:
        return np.zeros((), np.int64)
    if not descending:
        return np.argsort(x, dim, kind="stable")
    turned = np.argsort(np.flip(x, dim), dim, kind="stable")
    return x.shape[dim] - 1 - np.flip(turned, dim)


class Sort(Op):
    """Each entry went to its rank: its gradient comes back from there."""

    __slots__ = ("dim", "kept", "shape")
    _saved_self_sym_sizes = property(attrgetter("shape"))
    lies = 1
    saved_names = ("indices",)
    glyph, tex, row = "sort", r"\mathrm{{sort}}({0})", "scatter"
    find: ClassVar[Callable[..., Any]] = staticmethod(ranking)  # what, of the entries along a dimension, is picked

    @staticmethod
    def forward(ctx: Any, x: Any, dim: int, keepdim: bool, *settings: Any) -> Any:
        found = ctx.find(x, dim, *settings)
        ctx.dim, ctx.shape, ctx.kept = dim, x.shape, found.shape
        ctx.save_for_backward(found)
        y = np.array(formulas.take_along(x, found, dim))
        return (y, found) if keepdim or not x.ndim else (np.squeeze(y, dim), np.squeeze(found, dim))

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (found,) = ctx.saved_tensors
        return put_along(ctx.shape, found, ctx.dim, reshape(grad, ctx.kept))


class SortStable(Sort):
    """Each entry went to its rank, equal ones in their old order: its gradient comes back from there."""

    __slots__ = ()
    saved_names = ("indices",)

    called = "SortBackward1"


def _refuse_complex(x: Any, name: str) -> None:
    """Refuse to put complex numbers in order: they have none."""
    if x._array.dtype.kind == "c":
        raise RuntimeError(f" {name} does not support complex dtypes on CPU. They have no order: take z.abs() first.")


_Sort, _Topk, _Cummax, _Cummin = named("sort"), named("topk"), named("cummax"), named("cummin")


@numpy_names
def sort(input: Any, dim: int = -1, descending: bool = False, stable: bool | None = None) -> Any:
    """Return the entries in order along a dimension, and where each came from.

    Parameters
    ----------
    input : Tensor
        Any shape; nan counts as the largest.
    dim : int
        The dimension.
    descending : bool
        Whether the largest come first.
    stable : bool, optional
        Equal entries keep their order here in any case.

    Returns
    -------
    A named tuple (values, indices)
        Both of the input's shape; the indices are int64.

    Raises
    ------
    IndexError
        If there is no such dimension.

    Examples
    --------
    >>> mg.sort(mg.tensor([3.0, 1.0, 2.0]))
    torch.return_types.sort(
    values=tensor([1., 2., 3.]),
    indices=tensor([1, 2, 0]))
    """
    x = tensor(input, "sort")
    _refuse_complex(x, "Sort")
    return _Sort(*apply(Sort if stable is None else SortStable, x, axis(dim, x._array.ndim), True, bool(descending)))


@numpy_names
def argsort(input: Any, dim: int = -1, descending: bool = False, stable: bool | None = None) -> Any:
    """Return the indices that put the entries in order along a dimension.

    Parameters
    ----------
    input : Tensor
        Any shape; nan counts as the largest.
    dim : int
        The dimension.
    descending : bool
        Whether the largest come first.
    stable : bool, optional
        Equal entries keep their order here in any case.

    Returns
    -------
    Tensor
        Of int64 and the input's shape.

    Examples
    --------
    >>> mg.argsort(mg.tensor([3.0, 1.0, 2.0]))
    tensor([1, 2, 0])
    """
    return sort(tensor(input, "argsort"), dim, descending, stable)[1]


def msort(input: Any) -> Any:
    """Return the entries in order along the first dimension.

    Parameters
    ----------
    input : Tensor
        Any shape; nan counts as the largest.

    Returns
    -------
    Tensor
        Of the input's shape.

    Examples
    --------
    >>> mg.msort(mg.tensor([3, 1, 2]))
    tensor([1, 2, 3])
    """
    return sort(tensor(input, "msort"), 0)[0]


def _top(x: Any, dim: int, k: int, largest: bool) -> Any:
    found = ranking(x, dim, largest)
    return found[(slice(None),) * dim + (slice(k),)] if x.ndim else found


class Topk(Sort):
    """Those that were picked get their gradient back; the rest gets zero."""

    __slots__ = ()
    lies = 0
    saved_names = ("indices",)
    glyph, tex = "topk", r"\mathrm{{topk}}({0})"
    find = staticmethod(_top)


@numpy_names
def topk(input: Any, k: int, dim: int = -1, largest: bool = True, sorted: bool = True) -> Any:
    """Return the ``k`` largest entries along a dimension, the largest first, and where they are.

    Parameters
    ----------
    input : Tensor
        Any shape; nan counts as the largest.
    k : int
        How many.
    dim : int
        The dimension.
    largest : bool
        Whether to pick the largest, or the smallest.
    sorted : bool
        They come in order here in any case.

    Returns
    -------
    A named tuple (values, indices)
        ``k`` long along the dimension.

    Raises
    ------
    RuntimeError
        If there are fewer than ``k``.

    Examples
    --------
    >>> mg.topk(mg.tensor([3.0, 1.0, 2.0]), 2).values
    tensor([3., 2.])
    """
    x = tensor(input, "topk")
    d = axis(dim, x._array.ndim)
    k = integer(k, "topk", "k", 2)
    if not 0 <= k <= (x._array.shape[d] if x._array.ndim else 1):
        raise RuntimeError("selected index k out of range")
    _refuse_complex(x, "topk")
    if x._array.dtype.kind == "b":
        raise RuntimeError("topk does not support bool dtypes on CPU")
    return _Topk(*apply(Topk, x, d, True, k, bool(largest)))


# --- Running extremes -----------------------------------------------------------------------------------------------


def _running(extreme: np.ufunc, x: Any, dim: int) -> Any:
    """Return where the largest entry so far is: the latest of several."""
    if x.ndim == 0:
        return np.zeros((), np.int64)
    so_far = extreme.accumulate(x, dim)
    reached = (x == so_far) | np.isnan(x)
    place = np.arange(x.shape[dim]).reshape([-1 if i == dim else 1 for i in range(x.ndim)])
    return np.maximum.accumulate(np.where(reached, place, 0), dim)


class Cummax(Sort):
    """The entry that was the largest so far gets the gradient of every place up to the next larger one."""

    __slots__ = ()
    lies = 0
    only_real = "cummax_cpu"
    saved_names = ("indices",)
    glyph, tex = "max…", r"\max_{{j \le i}} {0}_j"
    find = staticmethod(lambda x, dim: _running(np.maximum, x, dim))


class Cummin(Sort):
    """The entry that was the smallest so far gets the gradient of every place up to the next smaller one."""

    __slots__ = ()
    lies = 0
    only_real = "cummin_cpu"
    saved_names = ("indices",)
    glyph, tex = "min…", r"\min_{{j \le i}} {0}_j"
    find = staticmethod(lambda x, dim: _running(np.minimum, x, dim))


@numpy_names
def cummax(input: Any, dim: int) -> Any:
    """Return, at each place along a dimension, the largest entry up to it, and where that is.

    Parameters
    ----------
    input : Tensor
        Any shape.
    dim : int
        The dimension to run along.

    Returns
    -------
    A named tuple (values, indices)
        Of several that are equal, the index is the latest one's.

    Examples
    --------
    >>> mg.cummax(mg.tensor([1.0, 3.0, 2.0]), dim=0).values
    tensor([1., 3., 3.])
    """
    x = tensor(input, "cummax")
    return _Cummax(*apply(Cummax, x, axis(dim, x._array.ndim), True))


@numpy_names
def cummin(input: Any, dim: int) -> Any:
    """Return, at each place along a dimension, the smallest entry up to it, and where that is.

    Parameters
    ----------
    input : Tensor
        Any shape.
    dim : int
        The dimension to run along.

    Returns
    -------
    A named tuple (values, indices)
        Of several that are equal, the index is the latest one's.

    Examples
    --------
    >>> mg.cummin(mg.tensor([2.0, 1.0, 3.0]), dim=0).values
    tensor([2., 1., 1.])
    """
    x = tensor(input, "cummin")
    return _Cummin(*apply(Cummin, x, axis(dim, x._array.ndim), True))
