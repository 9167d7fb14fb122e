"""The windows that a stretch of a signal is looked at through: hann, hamming, blackman, bartlett, kaiser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import Array
from minigrad.creation.arguments import dtype_of
from minigrad.ops import gamma
from minigrad.ops.arguments import check_device
from minigrad.ops.data import leaf

__all__ = ["bartlett_window", "blackman_window", "hamming_window", "hann_window", "kaiser_window"]


@np.errstate(all="ignore")
def _window(
    name: str, length: int, periodic: bool, dtype: Any, device: Any, requires_grad: bool, shape: Callable[..., Array]
) -> Any:
    """Return a window; ``shape`` computes it from the numbers of its places and the number of the last."""
    check_device(device)
    target = dtype_of(dtype, name)
    if target.kind not in "fc":
        raise RuntimeError(f"{name} expects floating point dtypes, got: {dtypes.of(target)}")
    if length < 0:
        raise RuntimeError(f"{name} requires non-negative window_length, got window_length={length}")
    if length < 2:
        return leaf(np.ones(length, target), requires_grad)
    places = np.arange(length + periodic, dtype=target)  # a period's last place is the first of the next one
    return leaf(shape(places, len(places) - 1)[:length], requires_grad)


def _wave(alpha: float, beta: float) -> Callable[..., Array]:
    """Return the shape of a window that is one wave."""
    return lambda n, last: np.cos(n * (2 * np.pi / last)) * -beta + alpha


def hann_window(
    window_length: int, periodic: bool = True, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Any:
    """Return the Hann window: one wave, from 0 up to 1 and down again.

    Parameters
    ----------
    window_length : int
        How many numbers.
    periodic : bool
        Whether the number after the last would be the first again; otherwise the last one is.
    dtype : dtype, optional
        float32, unless the default was changed.
    device : optional
        ``"cpu"``.
    requires_grad : bool
        Whether ops on it are recorded.

    Returns
    -------
    Tensor, shape (window_length,)

    Raises
    ------
    RuntimeError
        If the length is negative or the dtype is no float.

    Examples
    --------
    >>> mg.hann_window(4)
    tensor([0.0000, 0.5000, 1.0000, 0.5000])
    """
    return _window("hann_window", window_length, periodic, dtype, device, requires_grad, _wave(0.5, 0.5))


def hamming_window(
    window_length: int,
    periodic: bool = True,
    alpha: float = 0.54,
    beta: float = 0.46,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Any:
    """Return the Hamming window: one wave that does not quite go down to 0.

    Parameters
    ----------
    window_length : int
        How many numbers.
    periodic : bool
        Whether the number after the last would be the first again; otherwise the last one is.
    alpha, beta : float
        The wave's middle, and how far it goes up and down from there.
    dtype : dtype, optional
        float32, unless the default was changed.
    device : optional
        ``"cpu"``.
    requires_grad : bool
        Whether ops on it are recorded.

    Returns
    -------
    Tensor, shape (window_length,)

    Raises
    ------
    RuntimeError
        If the length is negative or the dtype is no float.

    Examples
    --------
    >>> mg.hamming_window(4)
    tensor([0.0800, 0.5400, 1.0000, 0.5400])
    """
    return _window("hamming_window", window_length, periodic, dtype, device, requires_grad, _wave(alpha, beta))


def blackman_window(
    window_length: int, periodic: bool = True, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Any:
    """Return the Blackman window: two waves, so that it begins and ends flat.

    Parameters
    ----------
    window_length : int
        How many numbers.
    periodic : bool
        Whether the number after the last would be the first again; otherwise the last one is.
    dtype : dtype, optional
        float32, unless the default was changed.
    device : optional
        ``"cpu"``.
    requires_grad : bool
        Whether ops on it are recorded.

    Returns
    -------
    Tensor, shape (window_length,)

    Raises
    ------
    RuntimeError
        If the length is negative or the dtype is no float.

    Examples
    --------
    >>> mg.blackman_window(4)[1:]
    tensor([0.3400, 1.0000, 0.3400])
    """

    def shape(n: Array, last: int) -> Array:
        n = n * (np.pi / last)
        return np.cos(n * 4) * 0.08 - np.cos(n * 2) * 0.5 + 0.42

    return _window("blackman_window", window_length, periodic, dtype, device, requires_grad, shape)


def bartlett_window(
    window_length: int, periodic: bool = True, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Any:
    """Return the Bartlett window: straight up to 1, and straight down again.

    Parameters
    ----------
    window_length : int
        How many numbers.
    periodic : bool
        Whether the number after the last would be the first again; otherwise the last one is.
    dtype : dtype, optional
        float32, unless the default was changed.
    device : optional
        ``"cpu"``.
    requires_grad : bool
        Whether ops on it are recorded.

    Returns
    -------
    Tensor, shape (window_length,)

    Raises
    ------
    RuntimeError
        If the length is negative or the dtype is no float.

    Examples
    --------
    >>> mg.bartlett_window(4)
    tensor([0.0000, 0.5000, 1.0000, 0.5000])
    """

    def shape(n: Array, last: int) -> Array:
        up = n * (2 / last)
        return np.where(n <= last // 2, up, 2 - up)

    return _window("bartlett_window", window_length, periodic, dtype, device, requires_grad, shape)


def kaiser_window(
    window_length: int,
    periodic: bool = True,
    beta: float = 12.0,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Any:
    """Return the Kaiser window: a bell made of a Bessel function.

    Parameters
    ----------
    window_length : int
        How many numbers.
    periodic : bool
        Whether the number after the last would be the first again; otherwise the last one is.
    beta : float
        How narrow the bell is.
    dtype : dtype, optional
        float32, unless the default was changed.
    device : optional
        ``"cpu"``.
    requires_grad : bool
        Whether ops on it are recorded.

    Returns
    -------
    Tensor, shape (window_length,)

    Raises
    ------
    RuntimeError
        If the length is negative or the dtype is no float.

    Examples
    --------
    >>> mg.kaiser_window(4, True, 4.0)
    tensor([0.0885, 0.6334, 1.0000, 0.6334])
    """

    def shape(n: Array, last: int) -> Array:
        half = last / 2
        height = gamma.i0(np.sqrt(np.maximum(1 - ((n - half) / half) ** 2, 0)) * beta)
        return np.asarray(height / gamma.i0(np.asarray(beta, n.dtype)), n.dtype)

    return _window("kaiser_window", window_length, periodic, dtype, device, requires_grad, shape)
