"""Tensors from numbers: tensor, zeros, ones, full, arange ..., and random ones from PyTorch's stream."""

from __future__ import annotations

import builtins
import math
import warnings
from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad import random as random_
from minigrad.autograd.base import Array, TensorBase, wrap
from minigrad.ops.arguments import check_device, operand, refuse, sizes
from minigrad.ops.arguments import tensor as tensor_
from minigrad.ops.data import array_of, leaf


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
        return data if dtype is None else data.to(dtype)  # type: ignore[attr-defined]
    if isinstance(data, np.ndarray) and (dtype is None or dtypes.to_numpy(dtype) == data.dtype):
        return from_numpy(data)
    return leaf(array_of(data, dtype))


def asarray(
    obj: Any, *, dtype: Any = None, device: Any = None, copy: bool | None = None, requires_grad: bool = False
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
        Always copy (True).
    requires_grad : bool
        Whether ops on it are recorded.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> mg.asarray([1, 2])
    tensor([1, 2])
    """
    out = as_tensor(obj, dtype, device)
    if copy:
        out = leaf(np.array(out._array))
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
        kind = type(ndarray)
        name = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
        raise TypeError(f"expected np.ndarray (got {name})")
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


def is_tensor(obj: object) -> bool:
    """Return whether ``obj`` is a tensor.

    Parameters
    ----------
    obj : object
        Anything.

    Returns
    -------
    bool

    Examples
    --------
    >>> mg.is_tensor(mg.ones(1)), mg.is_tensor([1])
    (True, False)
    """
    return isinstance(obj, TensorBase)


def is_floating_point(input: Any) -> bool:
    """Return whether a tensor's entries are floats.

    Parameters
    ----------
    input : Tensor
        Any tensor.

    Returns
    -------
    bool

    Examples
    --------
    >>> mg.is_floating_point(mg.ones(1))
    True
    """
    return bool(tensor_(input, "is_floating_point")._array.dtype.kind == "f")


def is_complex(input: Any) -> bool:
    """Return whether a tensor's entries are complex.

    Parameters
    ----------
    input : Tensor
        Any tensor.

    Returns
    -------
    bool

    Examples
    --------
    >>> mg.is_complex(mg.ones(1))
    False
    """
    return bool(tensor_(input, "is_complex")._array.dtype.kind == "c")


def is_inference(input: Any) -> bool:
    """Return whether a tensor was made in inference mode.

    Parameters
    ----------
    input : Tensor
        Any tensor.

    Returns
    -------
    bool

    Examples
    --------
    >>> with mg.inference_mode():
    ...     mg.is_inference(mg.ones(1))
    True
    """
    return bool(tensor_(input, "is_inference")._inference)


def is_nonzero(input: Any) -> bool:
    """Return whether the one entry of a tensor is not 0.

    Parameters
    ----------
    input : Tensor
        Any tensor.

    Returns
    -------
    bool

    Examples
    --------
    >>> mg.is_nonzero(mg.tensor(2.0))
    True
    """
    return bool(tensor_(input, "is_nonzero"))


def numel(input: Any) -> int:
    """Return the number of entries.

    Parameters
    ----------
    input : Tensor
        Any tensor.

    Returns
    -------
    int

    Examples
    --------
    >>> mg.numel(mg.ones(2, 3))
    6
    """
    return int(tensor_(input, "numel")._array.size)


# --- One number, over and over -------------------------------------------------------------------------------------


def _shape(size: tuple[Any, ...], name: str) -> tuple[int, ...]:
    """Return the shape that ``size`` asks for, checked."""
    if not size:
        raise TypeError(f'{name}() missing 1 required positional arguments: "size"')
    shape = sizes(size, name)
    if any(n < 0 for n in shape):
        raise RuntimeError(f"{name}: Dimension size must be non-negative.")
    return shape


def _dtype(dtype: Any, name: str = "", fallback: Any = None) -> np.dtype[Any]:
    """Return the NumPy dtype asked for, or the default."""
    if dtype is None:
        return (fallback or dtypes.get_default_dtype()).numpy
    try:
        return dtypes.to_numpy(dtype)
    except TypeError:
        raise TypeError(f"{name}(): argument 'dtype' must be torch.dtype, not {type(dtype).__name__}") from None


def zeros(*size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False, out: None = None) -> Any:
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
    out : None
        Not supported.

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
    return leaf(np.zeros(_shape(size, "zeros"), _dtype(dtype, "zeros")), requires_grad)


def ones(*size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False, out: None = None) -> Any:
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
    out : None
        Not supported.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> mg.ones(3)
    tensor([1., 1., 1.])
    """
    check_device(device)
    return leaf(np.ones(_shape(size, "ones"), _dtype(dtype, "ones")), requires_grad)


def empty(*size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False, out: None = None) -> Any:
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
    out : None
        Not supported.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> mg.empty(2, 3).shape
    torch.Size([2, 3])
    """
    check_device(device)
    return leaf(np.zeros(_shape(size, "empty"), _dtype(dtype, "empty")), requires_grad)


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
    value = _fill(fill_value, "full")
    return leaf(
        _filled(_shape((size,), "full"), value, dtypes.result_type(value) if dtype is None else _dtype(dtype, "full")),
        requires_grad,
    )


def _fill(value: Any, name: str) -> Any:
    """Return the number to fill with."""
    number = operand(value)
    if isinstance(number, TensorBase) and number._array.ndim == 0:
        return number.item()  # type: ignore[attr-defined]
    if not isinstance(number, (int, float, complex)):
        refuse(value, name, "fill_value", 2, "Number")
    return number


def _filled(shape: tuple[int, ...], value: Any, dtype: np.dtype[Any]) -> Array:
    if dtype.kind in "iub" and isinstance(value, float):
        value = bool(value) if dtype.kind == "b" else int(value)
    return np.full(shape, value, dtype)


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
    return leaf(np.zeros_like(array, _like(dtype, array)), requires_grad)


def _like(dtype: Any, array: Array) -> np.dtype[Any]:
    return array.dtype if dtype is None else dtypes.to_numpy(dtype)


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
    return leaf(np.ones_like(array, _like(dtype, array)), requires_grad)


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
    return leaf(_filled(array.shape, _fill(fill_value, "full_like"), _like(dtype, array)), requires_grad)


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
    return leaf(np.eye(n, m, dtype=_dtype(dtype, "eye")), requires_grad)


# --- Rows of numbers -----------------------------------------------------------------------------------------------


def _plain(number: Any) -> Any:
    """Return a number as Python's own, whatever holds it."""
    return number.item() if isinstance(number, (TensorBase, np.generic)) else number  # type: ignore[union-attr]


@np.errstate(all="ignore")
def arange(
    start: Any = 0,
    end: Any = None,
    step: Any = 1,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Any:
    """Return the numbers from ``start`` up to, but without, ``end``.

    Parameters
    ----------
    start : number
        The first; with one argument it is 0, and the argument is the end.
    end : number
        Where to stop.
    step : number
        From one to the next.
    dtype : dtype, optional
        int64 if all three are integers, else the default dtype.
    device : optional
        ``"cpu"``.
    requires_grad : bool
        Whether ops on it are recorded.

    Returns
    -------
    Tensor, shape (n,)

    Raises
    ------
    RuntimeError
        If the step is 0 or leads away from the end.

    Examples
    --------
    >>> mg.arange(5)
    tensor([0, 1, 2, 3, 4])
    >>> mg.arange(0, 1, 0.25)
    tensor([0.0000, 0.2500, 0.5000, 0.7500])
    """
    check_device(device)
    if end is None:
        start, end = 0, start
    start, end, step = _plain(start), _plain(end), _plain(step)
    if step == 0:
        raise RuntimeError("step must be nonzero")
    if (end - start) * step < 0:
        raise RuntimeError("upper bound and lower bound inconsistent with step sign")
    whole = all(isinstance(x, int) for x in (start, end, step))
    target = _dtype(dtype, "arange", dtypes.int64 if whole else None)
    count = math.ceil((end - start) / step)
    if whole:
        return leaf((start + step * np.arange(count, dtype=np.int64)).astype(target), requires_grad)
    return leaf((start + step * np.arange(count, dtype=np.float64)).astype(target), requires_grad)


@np.errstate(all="ignore")
def linspace(
    start: Any, end: Any, steps: int, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Any:
    """Return so many numbers from ``start`` to ``end``, equally far apart.

    Parameters
    ----------
    start, end : number
        The first and the last.
    steps : int
        How many.
    dtype : dtype, optional
        float32, unless the default was changed.
    device : optional
        ``"cpu"``.
    requires_grad : bool
        Whether ops on it are recorded.

    Returns
    -------
    Tensor, shape (steps,)

    Raises
    ------
    RuntimeError
        If ``steps`` is negative.

    Examples
    --------
    >>> mg.linspace(0, 1, 5)
    tensor([0.0000, 0.2500, 0.5000, 0.7500, 1.0000])
    """
    check_device(device)
    target = _dtype(dtype, "linspace")
    return leaf(_spaced(start, end, steps, target).astype(target), requires_grad)


def _spaced(start: Any, end: Any, steps: int, target: np.dtype[Any]) -> Array:
    """Return equally spaced numbers, counted from either end as PyTorch does, in the target's precision."""
    start, end = _plain(start), _plain(end)
    if steps < 0:
        raise RuntimeError("number of steps must be non-negative")
    kind = (
        target.type
        if target.kind == "f" and target != np.float16
        else np.float64
        if target.kind != "c"
        else target.type
    )
    if steps == 1:
        return np.array([start], kind)
    step = (kind(end) - kind(start)) / kind(max(steps - 1, 1))
    i = np.arange(steps)
    return np.where(
        i < steps // 2, kind(start) + step * i.astype(kind), kind(end) - step * (steps - 1 - i).astype(kind)
    )


@np.errstate(all="ignore")
def logspace(
    start: Any,
    end: Any,
    steps: int,
    base: float = 10.0,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Any:
    """Return so many powers of ``base``, with exponents from ``start`` to ``end``.

    Parameters
    ----------
    start, end : number
        The first and the last exponent.
    steps : int
        How many.
    base : float
        What is raised to them.
    dtype : dtype, optional
        float32, unless the default was changed.
    device : optional
        ``"cpu"``.
    requires_grad : bool
        Whether ops on it are recorded.

    Returns
    -------
    Tensor, shape (steps,)

    Examples
    --------
    >>> mg.logspace(0, 2, 3)
    tensor([  1.,  10., 100.])
    """
    check_device(device)
    target = _dtype(dtype, "logspace")
    return leaf(np.power(float(base), _spaced(start, end, steps, np.dtype(np.float64))).astype(target), requires_grad)


# --- Random --------------------------------------------------------------------------------------------------------


def _generator(generator: Any) -> random_.Generator:
    return random_.default_generator if generator is None else generator


def rand(
    *size: Any,
    generator: Any = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    out: None = None,
) -> Any:
    """Return random numbers between 0 and 1, all equally likely.

    Parameters
    ----------
    *size : int, or one tuple
        The shape.
    generator : Generator, optional
        Where to draw from.
    dtype : dtype, optional
        float32, unless the default was changed.
    device : optional
        ``"cpu"``.
    requires_grad : bool
        Whether ops on it are recorded.
    out : None
        Not supported.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> _ = mg.manual_seed(0)
    >>> mg.rand(3)
    tensor([0.4963, 0.7682, 0.0885])
    """
    check_device(device)
    return leaf(_generator(generator).rand_array(_shape(size, "rand"), _dtype(dtype, "rand")), requires_grad)


def randn(
    *size: Any,
    generator: Any = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    out: None = None,
) -> Any:
    """Return random numbers from the standard normal distribution.

    Parameters
    ----------
    *size : int, or one tuple
        The shape.
    generator : Generator, optional
        Where to draw from.
    dtype : dtype, optional
        float32, unless the default was changed.
    device : optional
        ``"cpu"``.
    requires_grad : bool
        Whether ops on it are recorded.
    out : None
        Not supported.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> _ = mg.manual_seed(0)
    >>> mg.randn(3)
    tensor([ 1.5410, -0.2934, -2.1788])
    """
    check_device(device)
    return leaf(_generator(generator).randn_array(_shape(size, "randn"), _dtype(dtype, "randn")), requires_grad)


def randint(
    *bounds: Any,
    low: int = 0,
    high: int | None = None,
    size: Any = None,
    generator: Any = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Any:
    """Return random integers from ``low`` up to, but without, ``high``.

    Parameters
    ----------
    *bounds : high, size; or low, high, size
        In that order, as in PyTorch.
    low, high : int
        The same, by name.
    size : tuple of int
        The shape.
    generator : Generator, optional
        Where to draw from.
    dtype : dtype, optional
        int64 by default.
    device : optional
        ``"cpu"``.
    requires_grad : bool
        Only for a floating dtype.

    Returns
    -------
    Tensor

    Raises
    ------
    RuntimeError
        If there is nothing between the bounds.

    Examples
    --------
    >>> _ = mg.manual_seed(0)
    >>> mg.randint(0, 10, (3,))
    tensor([4, 9, 3])
    """
    check_device(device)
    given = list(bounds)
    if size is None and given and isinstance(given[-1], (tuple, list)):
        size = given.pop()
    if len(given) == 2:
        low, high = given
    elif len(given) == 1:
        low, high = (low, given[0]) if high is None else (given[0], high)
    if size is None:
        refuse(bounds[-1] if bounds else None, "randint", "size", builtins.max(len(bounds), 1), "tuple of ints")
    if high is None:
        raise TypeError('randint() missing 1 required positional arguments: "high"')
    shape = _shape((size,), "randint")
    return leaf(
        _generator(generator).randint_array(low, high, shape, _dtype(dtype, "randint", dtypes.int64)), requires_grad
    )


def randperm(
    n: int, *, generator: Any = None, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Any:
    """Return the numbers from 0 to ``n - 1`` in random order.

    Parameters
    ----------
    n : int
        How many.
    generator : Generator, optional
        Where to draw from.
    dtype : dtype, optional
        int64 by default.
    device : optional
        ``"cpu"``.
    requires_grad : bool
        Only for a floating dtype.

    Returns
    -------
    Tensor, shape (n,)

    Examples
    --------
    >>> _ = mg.manual_seed(0)
    >>> mg.randperm(4)
    tensor([0, 1, 3, 2])
    """
    check_device(device)
    return leaf(_generator(generator).randperm_array(n, _dtype(dtype, "randperm", dtypes.int64)), requires_grad)


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
    return leaf(_generator(generator).rand_array(array.shape, _like(dtype, array)), requires_grad)


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
    return leaf(_generator(generator).randn_array(array.shape, _like(dtype, array)), requires_grad)


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
    return leaf(_generator(generator).randint_array(low, high, array.shape, _like(dtype, array)), requires_grad)


def normal(
    mean: Any = 0.0,
    std: Any = 1.0,
    size: Any = None,
    *,
    generator: Any = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Any:
    """Return random numbers from normal distributions.

    Parameters
    ----------
    mean, std : number or Tensor
        Of all entries, or of each.
    size : tuple of int, optional
        The shape, where both are numbers.
    generator : Generator, optional
        Where to draw from.
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
        If a standard deviation is negative.

    Examples
    --------
    >>> mg.normal(0.0, 1.0, (2, 3)).shape
    torch.Size([2, 3])
    """
    check_device(device)
    mean, std = (x._array if isinstance(x, TensorBase) else x for x in (mean, std))
    shape = None if size is None else _shape((size,), "normal")
    if shape is None and not isinstance(mean, np.ndarray) and not isinstance(std, np.ndarray):
        raise TypeError('normal() missing 1 required positional arguments: "size"')
    arrays = [x for x in (mean, std) if isinstance(x, np.ndarray)]
    target = _dtype(dtype, "normal") if not arrays or dtype is not None else arrays[0].dtype
    return leaf(_generator(generator).normal_array(mean, std, shape, target), requires_grad)


def bernoulli(input: Any, p: float | None = None, *, generator: Any = None) -> Any:
    """Return ones and zeros, each one with its own probability.

    Parameters
    ----------
    input : Tensor
        The probability of a one at each place.
    p : float, optional
        One probability for all places, instead.
    generator : Generator, optional
        Where to draw from.

    Returns
    -------
    Tensor
        Of the input's shape and dtype.

    Raises
    ------
    RuntimeError
        If a probability is not between 0 and 1.

    Examples
    --------
    >>> mg.bernoulli(mg.tensor([0.0, 1.0]))
    tensor([0., 1.])
    """
    array = tensor_(input, "bernoulli")._array
    source = _generator(generator)
    if p is not None:
        return wrap(source.bernoulli_array(p, array.shape, array.dtype))
    return wrap(source.bernoulli_array(array, None, array.dtype))


def multinomial(input: Any, num_samples: int, replacement: bool = False, *, generator: Any = None) -> Any:
    """Return random indices, drawn by weight.

    Parameters
    ----------
    input : Tensor, shape (n,) or (m, n)
        The weights; they need not add up to one.
    num_samples : int
        How many to draw, from each row.
    replacement : bool
        Whether an index may be drawn again.
    generator : Generator, optional
        Where to draw from.

    Returns
    -------
    Tensor, shape (num_samples,) or (m, num_samples)
        Of int64.

    Raises
    ------
    RuntimeError
        If weights are negative or none is positive, or there are too few to draw from.

    Examples
    --------
    >>> mg.multinomial(mg.tensor([0.0, 1.0, 0.0]), 1)
    tensor([1])
    """
    array = tensor_(input, "multinomial")._array
    return wrap(_generator(generator).multinomial_array(array, num_samples, replacement))
