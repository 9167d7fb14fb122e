"""What a draw is asked for: its shape, its dtype, its range; and what of it is refused."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import Array
from minigrad.dtypes import NumpyDtype

Shape: TypeAlias = int | Sequence[int]

C_NAMES: Final = {
    "float16": "c10::Half",
    "float32": "float",
    "float64": "double",
    "bool": "bool",
    "uint8": "unsigned char",
    "int8": "signed char",
    "int16": "short int",
    "int32": "int",
    "int64": "long int",
}


def _dims(shape: Shape) -> tuple[int, ...]:
    """Return a shape as a tuple."""
    return tuple([operator.index(d) for d in shape] if isinstance(shape, Sequence) else [operator.index(shape)])


def size(shape: Shape) -> int:
    """Return how many elements a shape has, and refuse a negative dimension."""
    dims = list(_dims(shape))
    for d in dims:
        if d < 0:
            raise RuntimeError(f"Trying to create tensor with negative dimension {d}: {dims}")
    return math.prod(dims)


def shaped(flat: Array, shape: Shape, dtype: NumpyDtype) -> Array:
    """Return the draws in their shape and dtype."""
    if dtype == np.float16 and flat.dtype == np.float64:
        flat = flat.astype(np.float32)  # PyTorch too rounds twice on the way to half precision
    return flat.reshape(_dims(shape)).astype(dtype, copy=False)


def continuous(np_dtype: NumpyDtype | None, kernel: str, *, allow_complex: bool = True) -> NumpyDtype:
    """Return the dtype to draw real numbers in, or say that this one holds none."""
    dtype = dtypes.get_default_dtype().numpy if np_dtype is None else np_dtype
    if dtype.kind not in ("fc" if allow_complex else "f"):
        raise NotImplementedError(
            f'"{kernel}" not implemented for {dtypes.of(dtype).title!r}: '
            "these numbers have a fraction, so they need a floating point dtype"
        )
    return dtype


def parts(shape: Shape) -> tuple[int, ...]:
    """Return the shape of the real and imaginary parts of a complex array."""
    return (*_dims(shape), 2)


def real(dtype: NumpyDtype) -> NumpyDtype:
    """Return the dtype of the parts of a complex dtype."""
    return np.dtype(np.float32 if dtype == np.complex64 else np.float64)


def as_complex(parts: Array) -> Array:
    """Read neighbouring reals as complex numbers."""
    return (parts.view(np.complex64 if parts.dtype == np.float32 else np.complex128)).reshape(parts.shape[:-1])


def integer_bounds(dtype: NumpyDtype) -> tuple[int, int]:
    """Return the smallest and the largest integer of an integer or boolean dtype."""
    if dtype.kind == "b":
        return 0, 1
    info = np.iinfo(dtype)
    return int(info.min), int(info.max)


def check_range(low: int, high: int, dtype: NumpyDtype) -> None:
    """Refuse a range of integers that the dtype cannot hold."""
    if dtype.kind == "c":
        raise RuntimeError("check_random_bounds handles only integral, floating-point and boolean types")
    if dtype.kind == "f":
        largest = int(np.finfo(dtype).max)
        smallest = -largest
    else:
        smallest, largest = integer_bounds(dtype)
    for name, bound in (("from", low), ("to - 1", high - 1)):
        if not smallest <= bound <= largest:
            raise RuntimeError(f"{name} is out of bounds for {C_NAMES[dtype.name]}")


def check_weights(weights: Array, num_samples: int, replacement: bool) -> None:
    """Refuse what is no distribution to choose from."""
    if weights.ndim not in (1, 2):
        raise RuntimeError(f"prob_dist must be 1 or 2 dim; got {weights.ndim}")
    if weights.dtype.kind != "f":
        title = dtypes.of(weights.dtype).title
        raise RuntimeError(f"multinomial only supports floating-point dtypes for input, got: {title}")
    if num_samples <= 0:
        raise RuntimeError("cannot sample n_sample <= 0 samples")
    if num_samples > weights.shape[-1] and not replacement:
        raise RuntimeError("cannot sample n_sample > prob_dist.size(-1) samples without replacement")
    if not (np.isfinite(weights) & (weights >= 0)).all():
        raise RuntimeError("probability tensor contains either `inf`, `nan` or element < 0")
    if not (weights.sum(axis=-1) > 0).all():
        raise RuntimeError("invalid multinomial distribution (sum of probabilities <= 0)")
