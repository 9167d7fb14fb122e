"""How fast the waves of a Fourier transform turn, and in which order they stand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import wrap
from minigrad.ops.arguments import TensorT, axis, check_device, refuse_negative, tensor
from minigrad.ops.arranging import roll

__all__ = ["fftfreq", "fftshift", "ifftshift", "rfftfreq"]


def _spaced(n: int, d: float, numbers: Any, dtype: Any, device: Any, requires_grad: bool) -> Any:
    """Return whole numbers of turns, by the length of it all."""
    check_device(device)
    target = dtypes.to_numpy(dtypes.get_default_dtype() if dtype is None else dtype)
    y: Any = wrap(np.asarray(numbers).astype(target) * target.type(1.0 / (n * d) if n else 1.0))
    return y.requires_grad_() if requires_grad else y


def fftfreq(n: int, d: float = 1.0, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Any:
    """Return how fast each wave of a transform turns: full turns a unit of time or length.

    Parameters
    ----------
    n : int
        How many places are transformed.
    d : float
        How far apart they are.
    dtype : dtype, optional
        float32, unless the default was changed.
    device : optional
        ``"cpu"``.
    requires_grad : bool
        Whether ops on it are recorded.

    Returns
    -------
    Tensor, shape (n,)

    Examples
    --------
    >>> mg.fft.fftfreq(5)
    tensor([ 0.0000,  0.2000,  0.4000, -0.4000, -0.2000])
    """
    refuse_negative((n,))
    return _spaced(n, d, [*range((n + 1) // 2), *range(-(n // 2), 0)], dtype, device, requires_grad)


def rfftfreq(n: int, d: float = 1.0, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Any:
    """Return how fast each wave of a transform of real numbers turns: full turns a unit of time or length.

    Parameters
    ----------
    n : int
        How many places are transformed.
    d : float
        How far apart they are.
    dtype : dtype, optional
        float32, unless the default was changed.
    device : optional
        ``"cpu"``.
    requires_grad : bool
        Whether ops on it are recorded.

    Returns
    -------
    Tensor, shape (n // 2 + 1,)

    Examples
    --------
    >>> mg.fft.rfftfreq(4, 0.5)
    tensor([0.0000, 0.5000, 1.0000])
    """
    return _spaced(n, d, range(n // 2 + 1), dtype, device, requires_grad)


def fftshift(input: TensorT, dim: Any = None) -> TensorT:
    """Return waves in order, the one that does not turn in the middle.

    Parameters
    ----------
    input : Tensor
        Any shape.
    dim : int or tuple of int, optional
        The dimensions; all by default.

    Returns
    -------
    Tensor
        Of the same shape.

    Examples
    --------
    >>> mg.fft.fftshift(mg.tensor([0, 1, 2, -2, -1]))
    tensor([-2, -1,  0,  1,  2])
    """
    return _shifted(input, dim, lambda n: n // 2)


def ifftshift(input: TensorT, dim: Any = None) -> TensorT:
    """Return what ``fftshift`` put in order as transforms take it, the wave that does not turn first.

    Parameters
    ----------
    input : Tensor
        Any shape.
    dim : int or tuple of int, optional
        The dimensions; all by default.

    Returns
    -------
    Tensor
        Of the same shape.

    Examples
    --------
    >>> mg.fft.ifftshift(mg.tensor([-2, -1, 0, 1, 2]))
    tensor([ 0,  1,  2, -2, -1])
    """
    return _shifted(input, dim, lambda n: (n + 1) // 2)


def _shifted(input: TensorT, dim: Any, by: Callable[[int], int]) -> TensorT:
    shape = tensor(input, "fft_fftshift")._array.shape
    dims = tuple(range(len(shape))) if dim is None else (dim,) if isinstance(dim, int) else tuple(dim)
    return roll(input, [by(shape[axis(d, len(shape))]) for d in dims], dims)
