"""Tensors from what is there already: numbers, nested lists, arrays, bytes, other tensors."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import TensorBase, type_name, wrap
from minigrad.ops.arguments import check_device
from minigrad.ops.casting import to
from minigrad.ops.data import array_of, leaf
from minigrad.ops.shape import clone

__all__ = ["as_tensor", "asarray", "from_dlpack", "from_numpy", "frombuffer", "tensor"]


def tensor(
    data: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False, pin_memory: bool = False
) -> Any:
    """Return a leaf that holds a copy of ``data``.

    Parameters
    ----------
    data : number, nested sequence, ndarray or Tensor
        Python floats become the default dtype, float32; arrays keep theirs.
    dtype : dtype, optional
        The type of the entries, if not the one that ``data`` suggests.
    device : optional
        ``"cpu"``.
    requires_grad : bool
        Whether ops on it are recorded, for a gradient.
    pin_memory : bool
        Accepted as in PyTorch, and ignored.

    Returns
    -------
    Tensor

    Raises
    ------
    ValueError
        If rows differ in length.
    TypeError or RuntimeError
        If ``data`` holds something else than numbers, or integers are to require a gradient.

    Examples
    --------
    >>> mg.tensor([[1, 2], [3, 4]])
    tensor([[1, 2],
            [3, 4]])
    >>> mg.tensor([1.0, 2.0], requires_grad=True)
    tensor([1., 2.], requires_grad=True)
    """
    check_device(device)
    if isinstance(data, TensorBase):
        warnings.warn(
            "To copy construct from a tensor, it is recommended to use sourceTensor.detach().clone() or "
            "sourceTensor.detach().clone().requires_grad_(True), rather than torch.tensor(sourceTensor).",
            UserWarning,
            stacklevel=2,
        )
    return leaf(array_of(data, dtype), requires_grad)


def as_tensor(data: Any, dtype: Any = None, device: Any = None) -> Any:
    """Return ``data`` as a tensor: itself if it is one, the same memory if it is an array, else a copy.

    Parameters
    ----------
    data : number, nested sequence, ndarray or Tensor
        What to convert.
    dtype : dtype, optional
        The type of the entries.
    device : optional
        ``"cpu"``.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> mg.as_tensor([1, 2])
    tensor([1, 2])
    """
    check_device(device)
    if isinstance(data, TensorBase):
        return data if dtype is None else to(data, dtype)
    if isinstance(data, np.ndarray) and (dtype is None or dtypes.to_numpy(dtype) == data.dtype):
        return from_numpy(data)
    return leaf(array_of(data, dtype))


def asarray(
    obj: Any, *, dtype: Any = None, device: Any = None, copy: bool | None = None, requires_grad: bool | None = None
) -> Any:
    """Return ``obj`` as a tensor, without a copy where that is possible.

    Parameters
    ----------
    obj : number, nested sequence, ndarray or Tensor
        What to convert.
    dtype : dtype, optional
        The type of the entries.
    device : optional
        ``"cpu"``.
    copy : bool, optional
        Always copy (True), which is recorded as ``clone`` is, or never (False).
    requires_grad : bool, optional
        Whether ops on it are recorded; as they were on ``obj`` by default. False leaves its history out.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> mg.asarray([1, 2])
    tensor([1, 2])
    """
    out: Any = as_tensor(obj, dtype, device)
    if isinstance(obj, TensorBase):
        if copy is False and out is not obj:
            given, wanted = (dtypes.of(x._array.dtype).title for x in (obj, out))
            raise ValueError(f"can't alias tensor with dtype '{given}' into dtype '{wanted}'.")
        out = clone(out) if copy and out is obj else out
        if requires_grad is False and out._requires_grad:
            return out.detach()
        return out.requires_grad_() if requires_grad and out._node is None else out
    if copy is False and not isinstance(obj, np.ndarray):
        raise ValueError("can't alias arbitrary sequence into a tensor.")
    out = leaf(np.array(out._array)) if copy else out
    return out.requires_grad_() if requires_grad else out


def from_numpy(ndarray: Any) -> Any:
    """Return a tensor that shares its memory with an array.

    Parameters
    ----------
    ndarray : ndarray
        In the machine's byte order, with no negative stride.

    Returns
    -------
    Tensor
        Writing to one writes to the other.

    Raises
    ------
    TypeError
        If it is no array, or of a type that tensors cannot hold.
    ValueError
        If its byte order is foreign or a stride is negative.

    Examples
    --------
    >>> array = np.zeros(2)
    >>> t = mg.from_numpy(array)
    >>> array[0] = 5
    >>> t
    tensor([5., 0.], dtype=torch.float64)
    """
    if not isinstance(ndarray, np.ndarray):
        raise TypeError(f"expected np.ndarray (got {type_name(ndarray)})")
    dtypes.of(ndarray.dtype)
    if any(step < 0 for step in ndarray.strides):
        raise ValueError(
            "At least one stride in the given numpy array is negative, and tensors with negative strides are not "
            "currently supported. (You can probably work around this by making a copy of your array "
            " with array.copy().) "
        )
    if not ndarray.flags.writeable:
        warnings.warn(
            "The given NumPy array is not writable, and PyTorch does not support non-writable tensors. This means "
            "writing to this tensor will result in undefined behavior. You may want to copy the array to protect its "
            "data or make it writable before converting it to a tensor. This type of warning will be suppressed for "
            "the rest of this program.",
            UserWarning,
            stacklevel=2,
        )
    return wrap(np.asarray(ndarray).view())


def from_dlpack(ext_tensor: Any) -> Any:
    """Return a tensor that shares its memory with an array of another library.

    Parameters
    ----------
    ext_tensor : object
        With the method ``__dlpack__``, as NumPy's arrays have it.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> mg.from_dlpack(np.ones(2))
    tensor([1., 1.], dtype=torch.float64)
    """
    return wrap(ext_tensor._array.view() if isinstance(ext_tensor, TensorBase) else np.from_dlpack(ext_tensor))


def frombuffer(buffer: Any, *, dtype: Any, count: int = -1, offset: int = 0, requires_grad: bool = False) -> Any:
    """Return a vector that shares its memory with bytes.

    Parameters
    ----------
    buffer : bytes, bytearray or any buffer
        What to read.
    dtype : dtype
        The type of the entries.
    count : int
        How many; -1 for all.
    offset : int
        How many bytes to leave out in front.
    requires_grad : bool
        Whether ops on it are recorded.

    Returns
    -------
    Tensor, shape (count,)

    Raises
    ------
    ValueError
        If the bytes are no whole number of entries, or too few.

    Examples
    --------
    >>> mg.frombuffer(bytearray([1, 2, 3]), dtype=mg.uint8)
    tensor([1, 2, 3], dtype=torch.uint8)
    """
    try:
        memory = memoryview(buffer)
    except TypeError:
        raise ValueError("object does not implement Python buffer protocol.") from None
    kind, length = dtypes.to_numpy(dtype), memory.nbytes
    size = kind.itemsize
    if not length or not count:
        raise ValueError(f"both buffer length ({length}) and count ({count}) must not be 0")
    if not 0 <= offset < length:
        raise ValueError(
            f"offset ({offset} bytes) must be non-negative and no greater than buffer length ({length} bytes) minus 1"
        )
    if count < 0 and (length - offset) % size:
        raise ValueError(
            f"buffer length ({length - offset} bytes) after offset ({offset} bytes) must be a multiple of element size "
            f"({size})"
        )
    if count * size > length - offset:
        raise ValueError(
            f"requested buffer length ({count} * {size} bytes) after offset ({offset} bytes) must not be greater than "
            f"actual buffer length ({length} bytes)"
        )
    if memory.readonly:
        warnings.warn(
            "The given buffer is not writable, and PyTorch does not support non-writable tensors. This means you can "
            "write to the underlying (supposedly non-writable) buffer using the tensor. You may want to copy the "
            "buffer to protect its data or make it writable before converting it to a tensor. This type of warning "
            "will be suppressed for the rest of this program.",
            UserWarning,
            stacklevel=2,
        )
    return leaf(np.frombuffer(buffer, kind, count, offset), requires_grad)
