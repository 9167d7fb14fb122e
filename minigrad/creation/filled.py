"""Tensors of a shape, with one number everywhere, or yet to be written; and the matrix with ones on its diagonal."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.creation.arguments import dtype_of, fill_value_of, filled, shape_of
from minigrad.ops.arguments import check_device, integer, refuse, sizes
from minigrad.ops.data import leaf
from minigrad.ops.windows import zeros_apart

__all__ = ["empty", "empty_permuted", "empty_strided", "eye", "full", "ones", "scalar_tensor", "zeros"]


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


def empty(
    *size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False, memory_format: Any = None
) -> Any:
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
    memory_format : optional
        Accepted as in PyTorch, and ignored.

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
        if count is not None and integer(count, "eye", name, 1 if name == "n" else 2) < 0:
            raise RuntimeError(f"{name} must be greater or equal to 0, got {count}")
    return leaf(np.eye(n, m, dtype=dtype_of(dtype, "eye")), requires_grad)


def empty_strided(size: Any, stride: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Any:
    """Return a tensor yet to be written, here zeros, whose neighbours lie so many entries apart in memory.

    Parameters
    ----------
    size, stride : tuple of int
        The shape, and how many entries apart neighbours lie along each dimension.
    dtype : dtype, optional
        float32, unless the default was changed.
    device : optional
        ``"cpu"``.
    requires_grad : bool
        Whether ops on it are recorded.

    Returns
    -------
    Tensor

    Raises
    ------
    RuntimeError
        If the two differ in length, or a stride is negative.

    Examples
    --------
    >>> mg.empty_strided((2, 3), (1, 2)).stride()
    (1, 2)
    """
    check_device(device)
    shape, steps = shape_of((size,), "empty_strided"), sizes((stride,), "empty_strided", "stride")
    return leaf(zeros_apart(shape, steps, dtype_of(dtype, "empty_strided")), requires_grad)


def empty_permuted(
    size: Any, physical_layout: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Any:
    """Return a tensor yet to be written, here zeros, whose dimensions lie in memory in a given order.

    Parameters
    ----------
    size : tuple of int
        The shape.
    physical_layout : tuple of int
        The dimensions, from the one whose neighbours lie farthest apart to the one where they touch.
    dtype : dtype, optional
        float32, unless the default was changed.
    device : optional
        ``"cpu"``.
    requires_grad : bool
        Whether ops on it are recorded.

    Returns
    -------
    Tensor

    Raises
    ------
    RuntimeError
        If the order does not name each dimension once.

    Examples
    --------
    >>> mg.empty_permuted((2, 3, 4), (0, 2, 1)).stride()
    (12, 1, 3)
    """
    check_device(device)
    shape, order = shape_of((size,), "empty_permuted"), sizes((physical_layout,), "empty_permuted", "physical_layout")
    if len(shape) != len(order):
        raise RuntimeError(
            "Number of dimensions in size does not match the length of the physical_layout; i.e. len(size) = "
            f"{len(shape)} is not equal to len(physical_layout) = {len(order)}"
        )
    if len({*order}) < len(order):
        raise RuntimeError("Duplicate dim not allowed")
    if any(not 0 <= d < len(shape) for d in order):
        raise RuntimeError(f"Dimension out of range (expected to be between 0 and {len(shape) - 1}, got {list(order)})")
    made = np.zeros([shape[d] for d in order], dtype_of(dtype, "empty_permuted"))
    return leaf(made.transpose(np.argsort(order)), requires_grad)


def scalar_tensor(s: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Any:
    """Return one number as a tensor without dimensions, in the default dtype whatever its kind.

    Parameters
    ----------
    s : number
        The number.
    dtype : dtype, optional
        float32, unless the default was changed.
    device : optional
        ``"cpu"``.
    requires_grad : bool
        Whether ops on it are recorded.

    Returns
    -------
    Tensor, shape ()

    Examples
    --------
    >>> mg.scalar_tensor(3)
    tensor(3.)
    """
    return full(
        (), fill_value_of(s, "scalar_tensor"), dtype=dtype or dtypes.get_default_dtype(), device=device,
        requires_grad=requires_grad,
    )  # fmt: skip
