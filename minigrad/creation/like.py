"""Tensors in the shape and dtype of another: zeros_like, rand_like ..."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autograd.base import Array
from minigrad.autograd.layout import laid
from minigrad.creation.arguments import dtype_like, fill_value_of, filled, source_of
from minigrad.ops.arguments import check_device
from minigrad.ops.arguments import tensor as tensor_
from minigrad.ops.data import leaf

__all__ = ["empty_like", "full_like", "ones_like", "rand_like", "randint_like", "randn_like", "zeros_like"]


def _alike(made: Array, array: Array) -> Array:
    """Return what was made, its entries one after the other in memory, where they lie in the order of another array."""
    if array.flags.c_contiguous:
        return made
    out = laid(np.empty(array.shape, made.dtype), (array,))
    order = sorted(range(out.ndim), key=lambda d: -out.strides[d])
    out.transpose(order)[...] = made.reshape([out.shape[d] for d in order])
    return out


def zeros_like(
    input: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False, memory_format: Any = None
) -> Any:
    """Return zeros in the shape and dtype of another tensor.

    Parameters
    ----------
    input : Tensor
        The model.
    dtype : dtype, optional
        Another type of entries.
    device : optional
        ``"cpu"``.
    requires_grad : bool
        Whether ops on it are recorded.
    memory_format : optional
        Accepted as in PyTorch, and ignored.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> mg.zeros_like(mg.tensor([1, 2]))
    tensor([0, 0])
    """
    check_device(device)
    array = tensor_(input, "zeros_like")._array
    return leaf(_alike(np.zeros(array.shape, dtype_like(dtype, array)), array), requires_grad)


def ones_like(
    input: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False, memory_format: Any = None
) -> Any:
    """Return ones in the shape and dtype of another tensor.

    Parameters
    ----------
    input : Tensor
        The model.
    dtype : dtype, optional
        Another type of entries.
    device : optional
        ``"cpu"``.
    requires_grad : bool
        Whether ops on it are recorded.
    memory_format : optional
        Accepted as in PyTorch, and ignored.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> mg.ones_like(mg.tensor([1.0, 2.0]))
    tensor([1., 1.])
    """
    check_device(device)
    array = tensor_(input, "ones_like")._array
    return leaf(_alike(np.ones(array.shape, dtype_like(dtype, array)), array), requires_grad)


def empty_like(
    input: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False, memory_format: Any = None
) -> Any:
    """Return a tensor in the shape and dtype of another, whose entries are yet to be written; here they are zeros.

    Parameters
    ----------
    input : Tensor
        The model.
    dtype : dtype, optional
        Another type of entries.
    device : optional
        ``"cpu"``.
    requires_grad : bool
        Whether ops on it are recorded.
    memory_format : optional
        Accepted as in PyTorch, and ignored.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> mg.empty_like(mg.tensor([1.0, 2.0])).shape
    torch.Size([2])
    """
    return zeros_like(tensor_(input, "empty_like"), dtype=dtype, device=device, requires_grad=requires_grad)


@np.errstate(all="ignore")
def full_like(
    input: Any,
    fill_value: Any,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    memory_format: Any = None,
) -> Any:
    """Return one number everywhere, in the shape and dtype of another tensor.

    Parameters
    ----------
    input : Tensor
        The model.
    fill_value : number
        The number.
    dtype : dtype, optional
        Another type of entries.
    device : optional
        ``"cpu"``.
    requires_grad : bool
        Whether ops on it are recorded.
    memory_format : optional
        Accepted as in PyTorch, and ignored.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> mg.full_like(mg.tensor([1.0, 2.0]), 7)
    tensor([7., 7.])
    """
    check_device(device)
    array = tensor_(input, "full_like")._array
    made = filled(array.shape, fill_value_of(fill_value, "full_like"), dtype_like(dtype, array))
    return leaf(_alike(made, array), requires_grad)


def rand_like(
    input: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False, generator: Any = None
) -> Any:
    """Return random numbers between 0 and 1, in the shape and dtype of another tensor.

    Parameters
    ----------
    input : Tensor
        The model.
    dtype : dtype, optional
        Another type of entries.
    device : optional
        ``"cpu"``.
    requires_grad : bool
        Whether ops on it are recorded.
    generator : Generator, optional
        Where to draw from.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> mg.rand_like(mg.zeros(2, 3)).shape
    torch.Size([2, 3])
    """
    array = tensor_(input, "rand_like")._array
    check_device(device)
    made = source_of(generator).rand_array(array.shape, dtype_like(dtype, array))
    return leaf(_alike(made, array), requires_grad)


def randn_like(
    input: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False, generator: Any = None
) -> Any:
    """Return random numbers from the standard normal distribution, in the shape and dtype of another tensor.

    Parameters
    ----------
    input : Tensor
        The model.
    dtype : dtype, optional
        Another type of entries.
    device : optional
        ``"cpu"``.
    requires_grad : bool
        Whether ops on it are recorded.
    generator : Generator, optional
        Where to draw from.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> mg.randn_like(mg.zeros(2, 3)).shape
    torch.Size([2, 3])
    """
    array = tensor_(input, "randn_like")._array
    check_device(device)
    made = source_of(generator).randn_array(array.shape, dtype_like(dtype, array))
    return leaf(_alike(made, array), requires_grad)


def randint_like(
    input: Any,
    low: int,
    high: int | None = None,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    generator: Any = None,
) -> Any:
    """Return random integers, in the shape and dtype of another tensor.

    Parameters
    ----------
    input : Tensor
        The model.
    low, high : int
        From ``low`` up to, but without, ``high``; with one number, from 0 up to it.
    dtype : dtype, optional
        Another type of entries.
    device : optional
        ``"cpu"``.
    requires_grad : bool
        Whether ops on it are recorded.
    generator : Generator, optional
        Where to draw from.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> mg.randint_like(mg.zeros(2, 3), 10).shape
    torch.Size([2, 3])
    """
    array = tensor_(input, "randint_like")._array
    check_device(device)
    low, high = (0, low) if high is None else (low, high)
    made = source_of(generator).randint_array(low, high, array.shape, dtype_like(dtype, array))
    return leaf(_alike(made, array), requires_grad)
