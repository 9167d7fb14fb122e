"""Tensors of a shape, with one number everywhere; and the matrix with ones on its diagonal."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.creation.arguments import dtype_of, fill_value_of, filled, shape_of
from minigrad.ops.arguments import check_device, refuse
from minigrad.ops.data import leaf

__all__ = ["empty", "eye", "full", "ones", "zeros"]


def zeros(*size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Any:
    """Return a tensor of zeros.

    Parameters
    ----------
    *size : int, or one tuple
        The shape.
    dtype : dtype, optional
        float32, unless the default was changed.
    device : optional
        ``"cpu"``.
    requires_grad : bool
        Whether ops on it are recorded.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> mg.zeros(2, 3)
    tensor([[0., 0., 0.],
            [0., 0., 0.]])
    """
    check_device(device)
    return leaf(np.zeros(shape_of(size, "zeros"), dtype_of(dtype, "zeros")), requires_grad)


def ones(*size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Any:
    """Return a tensor of ones.

    Parameters
    ----------
    *size : int, or one tuple
        The shape.
    dtype : dtype, optional
        float32, unless the default was changed.
    device : optional
        ``"cpu"``.
    requires_grad : bool
        Whether ops on it are recorded.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> mg.ones(3)
    tensor([1., 1., 1.])
    """
    check_device(device)
    return leaf(np.ones(shape_of(size, "ones"), dtype_of(dtype, "ones")), requires_grad)


def empty(*size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Any:
    """Return a tensor whose entries are yet to be written; here they are zeros.

    Parameters
    ----------
    *size : int, or one tuple
        The shape.
    dtype : dtype, optional
        float32, unless the default was changed.
    device : optional
        ``"cpu"``.
    requires_grad : bool
        Whether ops on it are recorded.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> mg.empty(2, 3).shape
    torch.Size([2, 3])
    """
    check_device(device)
    return leaf(np.zeros(shape_of(size, "empty"), dtype_of(dtype, "empty")), requires_grad)


@np.errstate(all="ignore")
def full(size: Any, fill_value: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Any:
    """Return a tensor with one number everywhere.

    Parameters
    ----------
    size : tuple of int
        The shape.
    fill_value : number
        The number; it decides the dtype.
    dtype : dtype, optional
        The type of the entries.
    device : optional
        ``"cpu"``.
    requires_grad : bool
        Whether ops on it are recorded.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> mg.full((2,), 3.5)
    tensor([3.5000, 3.5000])
    """
    check_device(device)
    if not isinstance(size, (tuple, list)):
        refuse(size, "full", "size", 1, "tuple of ints")
    value = fill_value_of(fill_value, "full")
    return leaf(
        filled(
            shape_of((size,), "full"), value, dtypes.result_type(value) if dtype is None else dtype_of(dtype, "full")
        ),
        requires_grad,
    )


def eye(n: int, m: int | None = None, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Any:
    """Return a matrix with ones on its diagonal.

    Parameters
    ----------
    n : int
        The number of rows.
    m : int, optional
        The number of columns; as many by default.
    dtype : dtype, optional
        float32, unless the default was changed.
    device : optional
        ``"cpu"``.
    requires_grad : bool
        Whether ops on it are recorded.

    Returns
    -------
    Tensor, shape (n, m)

    Examples
    --------
    >>> mg.eye(2)
    tensor([[1., 0.],
            [0., 1.]])
    """
    check_device(device)
    for name, count in (("n", n), ("m", m)):
        if count is not None and count < 0:
            raise RuntimeError(f"{name} must be greater or equal to 0, got {count}")
    return leaf(np.eye(n, m, dtype=dtype_of(dtype, "eye")), requires_grad)
