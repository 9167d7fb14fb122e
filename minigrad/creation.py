"""Tensors from numbers: tensor, zeros, ones, full, arange ..., and random ones from PyTorch's stream."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad import random as random_
from minigrad.autograd.base import TensorBase, wrap


def _leaf(array: Any, requires_grad: bool) -> Any:
    """Return a leaf, having checked that its dtype may require a gradient."""
    if requires_grad and not dtypes.can_require_grad(array.dtype):
        raise RuntimeError(
            "Only Tensors of floating point and complex dtype can require gradients; this one is "
            f"{dtypes.of(array.dtype)}. Write the numbers with a decimal point, or pass dtype=mg.float32."
        )
    return wrap(array, None, bool(requires_grad))


def tensor(data: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Any:
    """Return a leaf tensor that holds a copy of ``data``."""
    array = np.array(data._array if isinstance(data, TensorBase) else data)
    if dtype is not None:
        array = array.astype(dtypes.to_numpy(dtype))
    elif array.dtype == np.float64 and not isinstance(data, (np.ndarray, np.generic, TensorBase)):
        array = array.astype(dtypes.get_default_dtype().numpy)
    return _leaf(array, requires_grad)


def _shape(size: tuple[Any, ...]) -> tuple[int, ...]:
    return tuple(size[0]) if len(size) == 1 and isinstance(size[0], (tuple, list)) else size


def zeros(*size: Any, dtype: Any = None, requires_grad: bool = False) -> Any:
    """Return zeros."""
    return _leaf(np.zeros(_shape(size), dtypes.to_numpy(dtype or dtypes.get_default_dtype())), requires_grad)


def ones(*size: Any, dtype: Any = None, requires_grad: bool = False) -> Any:
    """Return ones."""
    return _leaf(np.ones(_shape(size), dtypes.to_numpy(dtype or dtypes.get_default_dtype())), requires_grad)


def rand(*size: Any, dtype: Any = None, requires_grad: bool = False) -> Any:
    """Return uniform random numbers."""
    kind = dtypes.to_numpy(dtype or dtypes.get_default_dtype())
    return _leaf(random_.default_generator.rand_array(_shape(size), kind), requires_grad)


def randn(*size: Any, dtype: Any = None, requires_grad: bool = False) -> Any:
    """Return normal random numbers."""
    kind = dtypes.to_numpy(dtype or dtypes.get_default_dtype())
    return _leaf(random_.default_generator.randn_array(_shape(size), kind), requires_grad)
