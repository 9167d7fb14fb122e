"""Where entries are: nonzero, argwhere, isin; and what a place is numbered: unravel_index."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import TensorBase, wrap
from minigrad.ops.arguments import Number, refuse_combination, sizes, tensor

__all__ = ["argwhere", "isin", "nonzero", "nonzero_static", "unravel_index"]


def nonzero(input: Any, *, as_tuple: bool = False) -> Any:
    """Return where the entries that are not 0 are: a row of indices each.

    Parameters
    ----------
    input : Tensor
        Any shape.
    as_tuple : bool
        Return one vector a dimension, as an index takes them.

    Returns
    -------
    Tensor, shape (n, number of dimensions), or tuple of Tensor
        Of int64; it never requires grad.

    Examples
    --------
    >>> mg.nonzero(mg.tensor([0, 5, 6]))
    tensor([[1],
            [2]])
    """
    array = tensor(input, "nonzero")._array
    if as_tuple:
        return tuple([wrap(np.ascontiguousarray(index)) for index in np.nonzero(np.atleast_1d(array))])
    return wrap(np.argwhere(array).astype(np.int64))


def argwhere(input: Any) -> Any:
    """Return where the entries that are not 0 are: a row of indices each.

    Parameters
    ----------
    input : Tensor
        Any shape.

    Returns
    -------
    Tensor, shape (n, number of dimensions)
        Of int64; it never requires grad.

    Examples
    --------
    >>> mg.argwhere(mg.tensor([0, 5, 6]))
    tensor([[1],
            [2]])
    """
    return nonzero(tensor(input, "argwhere"))


def isin(elements: Any, test_elements: Any, *, assume_unique: bool = False, invert: bool = False) -> Any:
    """Return whether each entry is one of those given.

    Parameters
    ----------
    elements : Tensor or number
        What to ask about.
    test_elements : Tensor or number
        What to look for; at least one of the two is a tensor.
    assume_unique : bool
        Accepted as in PyTorch.
    invert : bool
        Whether to ask for the opposite.

    Returns
    -------
    Tensor
        Booleans, in the shape of ``elements``.

    Examples
    --------
    >>> mg.isin(mg.tensor([1, 2, 3]), mg.tensor([1, 3]))
    tensor([ True, False,  True])
    """
    given = (elements, test_elements)
    if not any(isinstance(x, TensorBase) for x in given) or not all(isinstance(x, (TensorBase, Number)) for x in given):
        refuse_combination("isin", "Both are tensors, or one of them a number.", elements, test_elements)
    ours, theirs = (x._array if isinstance(x, TensorBase) else np.asarray(x) for x in given)
    for array in (ours, theirs):
        if array.dtype.kind in "bc":
            raise RuntimeError(f"Unsupported input type encountered for isin(): {dtypes.of(array.dtype).title}")
    return wrap(np.asarray(np.isin(ours, theirs, invert=invert)))


def nonzero_static(input: Any, *, size: int, fill_value: int = -1) -> Any:
    """Return where so many of the entries that are not 0 are, in as many rows whatever the numbers.

    Parameters
    ----------
    input : Tensor
        Any shape.
    size : int
        How many rows: further entries are left out.
    fill_value : int
        What the rows that are left over hold.

    Returns
    -------
    Tensor, shape (size, number of dimensions)
        Of int64; it never requires grad.

    Raises
    ------
    RuntimeError
        If the size is negative.

    Examples
    --------
    >>> mg.nonzero_static(mg.tensor([0, 5, 6]), size=3)
    tensor([[ 1],
            [ 2],
            [-1]])
    """
    if size < 0:
        raise RuntimeError("nonzero_static: 'size' must be an non-negative integer")
    found = nonzero(tensor(input, "nonzero_static"))._array[:size]
    return wrap(np.concatenate([found, np.full((size - len(found), found.shape[1]), fill_value)]))


def unravel_index(indices: Any, shape: Any) -> Any:
    """Return where entries are, one vector a dimension, from their numbers in reading order.

    Parameters
    ----------
    indices : Tensor
        Integers of any shape; numbers beyond the last entry begin again at the first.
    shape : int or tuple of int
        The shape of the tensor that they point into.

    Returns
    -------
    tuple of Tensor
        Of the shape of ``indices``, one a dimension.

    Raises
    ------
    TypeError
        If the indices are no integers.
    ValueError
        If the shape has a negative entry.

    Examples
    --------
    >>> mg.unravel_index(mg.tensor([4, 1]), (3, 2))
    (tensor([2, 0]), tensor([0, 1]))
    """
    numbers = tensor(indices, "unravel_index", "indices")._array
    if numbers.dtype.kind not in "iu":
        raise TypeError(f"expected 'indices' to be integer dtype, but got {dtypes.of(numbers.dtype)}")
    lengths = sizes((shape,) if isinstance(shape, (tuple, list)) else ((shape,),), "unravel_index", "shape")
    if any(n < 0 for n in lengths):
        raise ValueError(f"'shape' cannot have negative values, but got {lengths}")
    if 0 in lengths and numbers.size:
        raise RuntimeError("ZeroDivisionError: a tensor without entries has no places.")
    found = []
    for n in reversed(lengths):
        numbers, place = np.divmod(numbers, n)
        found.append(place)
    table = np.stack(found[::-1], -1) if found else numbers[..., None][..., :0]
    return tuple([wrap(table[..., d]) for d in range(table.shape[-1])])
