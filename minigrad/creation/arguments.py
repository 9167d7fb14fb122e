"""What the makers of tensors read their arguments with: a shape, a dtype, a number, a source of random numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import Array, TensorBase
from minigrad.ops.arguments import fitted, operand, refuse, refuse_negative, sizes
from minigrad.random import Generator, default_generator


def shape_of(size: tuple[Any, ...], name: str) -> tuple[int, ...]:
    """Return the shape that ``size`` asks for, checked."""
    if not size:
        raise TypeError(f'{name}() missing 1 required positional arguments: "size"')
    shape = sizes(size, name)
    for i, n in enumerate(shape, 1):
        if n >= 2**63:
            raise TypeError(
                f"{name}(): argument 'size' failed to unpack the object at pos {i} with error "
                '"Overflow when unpacking long long"'
            )
    if name == "zeros" and any(n < 0 for n in shape):
        raise RuntimeError("zeros: Dimension size must be non-negative.")
    return refuse_negative(shape)


def dtype_of(dtype: Any, name: str = "", fallback: Any = None) -> np.dtype[Any]:
    """Return the NumPy dtype asked for, or the default."""
    if dtype is None:
        return (fallback or dtypes.get_default_dtype()).numpy
    try:
        return dtypes.to_numpy(dtype)
    except TypeError:
        raise TypeError(f"{name}(): argument 'dtype' must be torch.dtype, not {type(dtype).__name__}") from None


def dtype_like(dtype: Any, array: Array) -> np.dtype[Any]:
    """Return the NumPy dtype asked for, or the model's."""
    return array.dtype if dtype is None else dtypes.to_numpy(dtype)


def fill_value_of(value: Any, name: str) -> Any:
    """Return the number to fill with."""
    number = operand(value)
    if isinstance(number, TensorBase) and number._array.ndim == 0:
        return number._array.item()
    if not isinstance(number, (int, float, complex)):
        refuse(value, name, "fill_value", 2, "Number")
    return number


def filled(shape: tuple[int, ...], value: Any, dtype: np.dtype[Any]) -> Array:
    """Return an array with one number everywhere; a fraction is cut off where the dtype holds none."""
    value = fitted(value, dtype)
    if isinstance(value, complex) and dtype.kind not in "bc":
        value = value.real
    if dtype.kind in "iub" and isinstance(value, float):
        value = bool(value) if dtype.kind == "b" else int(value)
    return np.full(shape, value, dtype)


def plain_number(number: Any) -> Any:
    """Return a number as Python's own, whatever holds it."""
    held = number._array if isinstance(number, TensorBase) else number
    return held.item() if isinstance(held, (np.ndarray, np.generic)) else held


def source_of(generator: Generator | None) -> Generator:
    """Return the generator asked for, or the one that everybody shares."""
    return default_generator if generator is None else generator
