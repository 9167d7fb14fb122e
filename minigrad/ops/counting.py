"""What occurs, and how often: unique, bincount; and where a number belongs: searchsorted, bucketize."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autograd.base import TensorBase, wrap
from minigrad.autograd.op import Op, apply
from minigrad.ops.arguments import Number, axis, numpy_names, refuse_combination, supported, tensor

__all__ = ["bincount", "bucketize", "searchsorted", "unique", "unique_consecutive"]


class Unique2(Op):
    """PyTorch has no gradient for what is left of repeated entries; the backward pass says so."""

    __slots__ = ("who",)
    arity = 1
    glyph, tex, row = "{ }", r"\mathrm{{unique}}({0})", "scatter"

    @staticmethod
    def forward(ctx: Any, x: Any, dim: int | None, neighbours: bool) -> Any:
        ctx.who = "unique_consecutive" if neighbours else "_unique2" if dim is None else "unique_dim"
        if neighbours or dim is not None:
            ctx.become("UniqueConsecutiveBackward0" if neighbours else "UniqueDimBackward0")
        if not neighbours:
            return _alone(*np.unique(x, True, True, True, dim, equal_nan=False), x, dim)
        row = x.reshape(-1) if dim is None else np.moveaxis(x, dim, 0)
        same = (row[1:] == row[:-1]).all(tuple(range(1, row.ndim)))
        begins = np.append(np.ones(min(len(row), 1), bool), np.logical_not(same))
        starts = np.flatnonzero(begins)
        values = row[starts] if dim is None else np.moveaxis(row[starts], 0, dim)
        return np.ascontiguousarray(values), np.cumsum(begins) - 1, np.diff(np.append(starts, len(row)))

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        raise NotImplementedError(
            f"the derivative for '{ctx.who}' is not implemented. Of entries that are equal, none is the one to change."
        )


def _dimension(x: Any, dim: int | None) -> int | None:
    """Return the dimension whose slices are compared, counted from the front."""
    shape = x._array.shape
    if dim is None:
        return None
    if not shape:
        raise IndexError(f"Dimension specified as {dim} but tensor has no dimensions")
    d = axis(dim, len(shape))
    if 0 in (*shape[:d], *shape[d + 1 :]):
        raise RuntimeError("There are 0 sized dimensions, and they aren't selected, so unique cannot be applied")
    return d


def _alone(values: Any, _: Any, inverse: Any, counts: Any, x: Any, dim: int | None) -> Any:
    return values, inverse.reshape(x.shape if dim is None else -1), counts


def _asked(found: Any, x: Any, dim: int | None, inverse: bool, counts: bool) -> Any:
    values, where_, many = found
    if dim is None and inverse:
        where_ = where_.reshape(x._array.shape)
    wanted = (values, *((where_,) if inverse else ()), *((many,) if counts else ()))
    return wanted if len(wanted) > 1 else values


@numpy_names
def unique(
    input: Any, sorted: bool = True, return_inverse: bool = False, return_counts: bool = False, dim: int | None = None
) -> Any:
    """Return each entry that occurs, once and in order; on request where it went and how often it was there.

    Parameters
    ----------
    input : Tensor
        Any shape; each nan is one of its own.
    sorted : bool
        They come in order here in any case.
    return_inverse : bool
        Return, for each entry, which of the results it is.
    return_counts : bool
        Return how often each occurs.
    dim : int, optional
        Compare slices along a dimension.

    Returns
    -------
    Tensor, or tuple of Tensor
        The backward pass has no gradient for it, as in PyTorch.

    Examples
    --------
    >>> mg.unique(mg.tensor([3, 1, 3]), return_counts=True)
    (tensor([1, 3]), tensor([1, 2]))
    """
    x = tensor(input, "unique")
    supported(x._array, "c", "unique")
    d = _dimension(x, dim)
    return _asked(apply(Unique2, x, d, False), x, dim, return_inverse, return_counts)


@numpy_names
def unique_consecutive(
    input: Any, return_inverse: bool = False, return_counts: bool = False, dim: int | None = None
) -> Any:
    """Return the entries without those that equal their neighbour before.

    Parameters
    ----------
    input : Tensor
        Any shape.
    return_inverse : bool
        Return, for each entry, which of the results it is.
    return_counts : bool
        Return how many entries each stands for.
    dim : int, optional
        Compare slices along a dimension.

    Returns
    -------
    Tensor, or tuple of Tensor
        The backward pass has no gradient for it, as in PyTorch.

    Examples
    --------
    >>> mg.unique_consecutive(mg.tensor([1, 1, 2, 1]))
    tensor([1, 2, 1])
    """
    x = tensor(input, "unique_consecutive")
    supported(x._array, "c", "unique")
    d = _dimension(x, dim)
    return _asked(apply(Unique2, x, d, True), x, dim, return_inverse, return_counts)


def bincount(input: Any, weights: Any = None, minlength: int = 0) -> Any:
    """Return how often each whole number from 0 on occurs, or the sum of the weights where it does.

    Parameters
    ----------
    input : Tensor, shape (n,)
        Integers, none negative.
    weights : Tensor, shape (n,), optional
        What each counts.
    minlength : int
        Count at least so many numbers.

    Returns
    -------
    Tensor, shape (largest + 1,)

    Raises
    ------
    RuntimeError
        If it is no vector of integers from 0 on, or shorter or longer than the weights.

    Examples
    --------
    >>> mg.bincount(mg.tensor([1, 1, 3]))
    tensor([0, 2, 0, 1])
    """
    array = tensor(input, "bincount")._array
    supported(array, "bfc", "bincount_cpu")
    if minlength < 0:
        raise RuntimeError("minlength should be >= 0")
    if array.ndim != 1 or (array.size and array.min() < 0):
        raise RuntimeError("bincount only supports 1-d non-negative integral inputs.")
    if weights is None:
        return wrap(np.bincount(array.astype(np.int64), None, minlength).astype(np.int64))
    weigh = tensor(weights, "bincount", "weights", 2)._array
    if weigh.shape != array.shape:
        raise RuntimeError("weights should be 1-d and have the same length as input")
    found = np.bincount(array.astype(np.int64), weigh, minlength)
    return wrap(found.astype(weigh.dtype if weigh.dtype == np.float32 else np.float64))


def searchsorted(
    sorted_sequence: Any, input: Any, *, out_int32: bool = False, right: bool = False, side: str | None = None,
    sorter: Any = None,
) -> Any:  # fmt: skip
    """Return where each number belongs in a sorted sequence: before how many entries it would be put.

    Parameters
    ----------
    sorted_sequence : Tensor, shape (n,) or (..., n)
        In order along the last dimension.
    input : Tensor or number
        What to put in; its first dimensions are the sequence's, unless that is one row.
    out_int32 : bool
        Return int32 in place of int64.
    right : bool
        Whether to put a number after the entries that equal it.
    side : {"left", "right"}, optional
        The same in a word.
    sorter : Tensor, optional
        The indices that put the sequence in order.

    Returns
    -------
    Tensor
        Of the input's shape; it never requires grad.

    Raises
    ------
    RuntimeError
        If the first dimensions differ.

    Examples
    --------
    >>> mg.searchsorted(mg.tensor([1.0, 3.0, 5.0]), mg.tensor([3.0, 4.0]))
    tensor([1, 2])
    """
    row = tensor(sorted_sequence, "searchsorted", "sorted_sequence")._array
    if not isinstance(input, (TensorBase, Number)):
        refuse_combination("searchsorted", "What to look for is a tensor or a number.", sorted_sequence, input)
    wanted = input._array if isinstance(input, TensorBase) else np.asarray(input)
    if row.ndim == 0:
        raise RuntimeError(
            "torch.searchsorted(): boundaries tensor should have positive dimension, but got 0 dimension"
        )
    supported(wanted, "c", "searchsorted_out_cpu")
    supported(row, "c", "searchsorted_out_cpu")
    if wanted.dtype.kind == "b":
        supported(row, "b", "searchsorted_out_cpu")
    if side not in (None, "left", "right"):
        raise RuntimeError(f"torch.searchsorted(): side can only be 'left' or 'right' but got {side}")
    if side == "left" and right:
        raise RuntimeError(
            "torch.searchsorted(): side and right can't be set to opposites, got side of left while right was True"
        )
    which: Any = "right" if right or side == "right" else "left"
    if sorter is not None:
        row = np.take_along_axis(row, tensor(sorter, "searchsorted", "sorter")._array, -1)
    kind = np.int32 if out_int32 else np.int64
    if row.ndim == 1:
        return wrap(np.asarray(np.searchsorted(row, wanted, which)).astype(kind))
    if row.shape[:-1] != wanted.shape[:-1]:
        raise RuntimeError(
            "torch.searchsorted(): boundaries tensor should be 1 dimension or the first N-1 dimensions of boundaries "
            f"tensor and input value tensor must match, but we got boundaries tensor {list(row.shape)} and input value "
            f"tensor {list(wanted.shape)}"
        )
    rows, all_wanted = row.reshape(-1, row.shape[-1]), wanted.reshape(-1, wanted.shape[-1])
    found = [np.searchsorted(a, b, which) for a, b in zip(rows, all_wanted, strict=True)]
    return wrap(np.asarray(found, kind).reshape(wanted.shape))


def bucketize(input: Any, boundaries: Any, *, out_int32: bool = False, right: bool = False) -> Any:
    """Return into which bucket each number falls: after how many boundaries it comes.

    Parameters
    ----------
    input : Tensor or number
        Any shape.
    boundaries : Tensor, shape (n,)
        In order.
    out_int32 : bool
        Return int32 in place of int64.
    right : bool
        Whether a number that equals a boundary comes after it.

    Returns
    -------
    Tensor
        Of the input's shape; it never requires grad.

    Raises
    ------
    RuntimeError
        If the boundaries are no vector.

    Examples
    --------
    >>> mg.bucketize(mg.tensor([1.0, 4.0]), mg.tensor([2.0, 3.0]))
    tensor([0, 2])
    """
    if not isinstance(input, (TensorBase, Number)):
        refuse_combination("bucketize", "What to look for is a tensor or a number.", input, boundaries)
    if tensor(boundaries, "bucketize", "boundaries", 2)._array.ndim != 1:
        raise RuntimeError(f"boundaries tensor must be 1 dimension, but got dim({boundaries._array.ndim})")
    return searchsorted(boundaries, input, out_int32=out_int32, right=right)
