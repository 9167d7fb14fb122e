"""The Bessel functions for which PyTorch has no gradient: values alone, in NumPy, to the last digits of float64."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import wrap
from minigrad.ops import gamma
from minigrad.ops.arguments import TensorT, supported, tensor

__all__ = [
    "bessel_j0",
    "bessel_j1",
    "bessel_y0",
    "bessel_y1",
    "modified_bessel_i0",
    "modified_bessel_i1",
    "modified_bessel_k0",
    "modified_bessel_k1",
    "scaled_modified_bessel_k0",
    "scaled_modified_bessel_k1",
    "spherical_bessel_j0",
]

_FAR = 18.0  # from here on the expansion for large x is exact to float64
_EULER = 0.5772156649015329


def _values(name: str, input: TensorT, function: Callable[[Any], Any]) -> TensorT:
    """Return a function of each entry, computed in float64; the result is a constant."""
    array = tensor(input, f"special_{name}")._array
    supported(array, "ec", f"{name}_cpu")
    target = array.dtype if array.dtype.kind == "f" else dtypes.get_default_dtype().numpy
    with np.errstate(all="ignore"):
        return wrap(np.asarray(function(array.astype(np.float64))).astype(target))  # type: ignore[no-any-return]


def _mean_wave(x: Any, n: int) -> Any:
    """Return J_n, n up to 45, as the mean of waves round a circle: A&S 9.1.21, for x up to 18."""
    angle = np.arange(128) * (2 * math.pi / 128)
    return np.mean(np.cos(n * angle - np.expand_dims(x, -1) * np.sin(angle)), -1)


def _large(x: Any, n: int) -> tuple[Any, Any]:
    """Return J_n and Y_n for large x: A&S 9.2.5, 9.2.6, 9.2.9 and 9.2.10."""
    p, q, term = np.ones_like(x), np.zeros_like(x), np.ones_like(x)
    for k in range(1, 30):
        term = term * (4 * n * n - (2 * k - 1) ** 2) / (k * 8 * x)
        if k % 2:
            q = q + (term if k % 4 == 1 else -term)
        else:
            p = p + (term if k % 4 == 0 else -term)
    angle = x - (n / 2 + 0.25) * math.pi
    size = np.sqrt(2 / (math.pi * x))
    return size * (p * np.cos(angle) - q * np.sin(angle)), size * (p * np.sin(angle) + q * np.cos(angle))


def _small(x: Any, n: int) -> Any:
    """Return J_n by its power series: A&S 9.1.10, for x up to 5."""
    term = (x / 2) ** n
    total = term
    for k in range(1, 30):
        term = -term * (x / 2) ** 2 / (k * (k + n))
        total = total + term
    return total


def _j(x: Any, n: int) -> Any:
    size = np.abs(x)
    near = np.where(size < 5, _small(np.minimum(size, 5), n), _mean_wave(np.minimum(size, _FAR), n))
    y = np.where(size < _FAR, near, _large(np.maximum(size, _FAR), n)[0])
    return np.where((x < 0) & (n == 1), -y, y)


def _y(x: Any, n: int) -> Any:
    """Return Y_n: A&S 9.1.88 for x up to 18."""
    near = np.clip(x, 1e-300, _FAR)
    total = (np.log(near / 2) + _EULER - n) * _j(near, n)  # digamma(n + 1) is n - Euler's constant
    for k in range(1, 22):
        total = total - (-1) ** k * (n + 2 * k) / (k * (n + k)) * _mean_wave(near, n + 2 * k)
    y = (2 / math.pi) * total - (2 / (math.pi * near) * _j(near, 0) if n else 0.0)
    y = np.where(x < _FAR, y, _large(np.maximum(x, _FAR), n)[1])
    return np.where(x < 0, np.nan, np.where(x == 0, -np.inf, np.where(np.isinf(x), np.nan, y)))


def _k(x: Any, n: int) -> Any:
    """Return ``exp(x) K_n(x)``: A&S 9.6.24, the integral by equal steps."""
    safe = np.clip(x, 1e-6, 1e300)[..., None]
    reach = 2 * np.arcsinh(np.sqrt(375 / safe))  # beyond, less than float64 can tell from 0
    t = np.linspace(0, 1, 401) * reach
    heights = np.exp(-2 * safe * np.sinh(t / 2) ** 2) * np.cosh(n * t)
    y = (np.sum(heights, -1) - heights[..., 0] / 2) * reach[..., 0] / 400
    y = np.where(x < 1e-6, 1 / x if n else -np.log(x / 2) - _EULER, y)
    return np.where(x < 0, np.nan, np.where(x == 0, np.inf, np.where(np.isinf(x), 0.0, y)))


def bessel_j0(input: TensorT) -> TensorT:
    """Return the Bessel function of the first kind of order 0.

    Examples
    --------
    >>> mg.special.bessel_j0(mg.tensor([0.0, 1.0]))
    tensor([1.0000, 0.7652])
    """
    return _values("bessel_j0", input, lambda x: _j(x, 0))


def bessel_j1(input: TensorT) -> TensorT:
    """Return the Bessel function of the first kind of order 1.

    Examples
    --------
    >>> mg.special.bessel_j1(mg.tensor([0.0, 1.0]))
    tensor([0.0000, 0.4401])
    """
    return _values("bessel_j1", input, lambda x: _j(x, 1))


def bessel_y0(input: TensorT) -> TensorT:
    """Return the Bessel function of the second kind of order 0: -inf at 0, nan below.

    Examples
    --------
    >>> mg.special.bessel_y0(mg.tensor([1.0, 10.0]))
    tensor([0.0883, 0.0557])
    """
    return _values("bessel_y0", input, lambda x: _y(x, 0))


def bessel_y1(input: TensorT) -> TensorT:
    """Return the Bessel function of the second kind of order 1: -inf at 0, nan below.

    Examples
    --------
    >>> mg.special.bessel_y1(mg.tensor([1.0, 10.0]))
    tensor([-0.7812,  0.2490])
    """
    return _values("bessel_y1", input, lambda x: _y(x, 1))


def modified_bessel_i0(input: TensorT) -> TensorT:
    """Return the modified Bessel function of the first kind of order 0; ``i0`` is the same with a gradient.

    Examples
    --------
    >>> mg.special.modified_bessel_i0(mg.tensor([0.0, 1.0]))
    tensor([1.0000, 1.2661])
    """
    return _values("modified_bessel_i0", input, gamma.i0)


def modified_bessel_i1(input: TensorT) -> TensorT:
    """Return the modified Bessel function of the first kind of order 1; ``i1`` is the same with a gradient.

    Examples
    --------
    >>> mg.special.modified_bessel_i1(mg.tensor([0.0, 1.0]))
    tensor([0.0000, 0.5652])
    """
    return _values("modified_bessel_i1", input, gamma.i1)


def modified_bessel_k0(input: TensorT) -> TensorT:
    """Return the modified Bessel function of the second kind of order 0: inf at 0, nan below.

    Examples
    --------
    >>> mg.special.modified_bessel_k0(mg.tensor([1.0, 2.0]))
    tensor([0.4210, 0.1139])
    """
    return _values("modified_bessel_k0", input, lambda x: _k(x, 0) * np.exp(-x))


def modified_bessel_k1(input: TensorT) -> TensorT:
    """Return the modified Bessel function of the second kind of order 1: inf at 0, nan below.

    Examples
    --------
    >>> mg.special.modified_bessel_k1(mg.tensor([1.0, 2.0]))
    tensor([0.6019, 0.1399])
    """
    return _values("modified_bessel_k1", input, lambda x: _k(x, 1) * np.exp(-x))


def scaled_modified_bessel_k0(x: TensorT) -> TensorT:
    """Return ``exp(x)`` times the modified Bessel function of the second kind of order 0.

    Examples
    --------
    >>> mg.special.scaled_modified_bessel_k0(mg.tensor([1.0, 100.0]))
    tensor([1.1445, 0.1252])
    """
    return _values("scaled_modified_bessel_k0", x, lambda x: _k(x, 0))


def scaled_modified_bessel_k1(x: TensorT) -> TensorT:
    """Return ``exp(x)`` times the modified Bessel function of the second kind of order 1.

    Examples
    --------
    >>> mg.special.scaled_modified_bessel_k1(mg.tensor([1.0, 100.0]))
    tensor([1.6362, 0.1258])
    """
    return _values("scaled_modified_bessel_k1", x, lambda x: _k(x, 1))


def spherical_bessel_j0(x: TensorT) -> TensorT:
    """Return ``sin(x) / x``, and 1 at 0.

    Examples
    --------
    >>> mg.special.spherical_bessel_j0(mg.tensor([0.0, 1.0]))
    tensor([1.0000, 0.8415])
    """
    return _values("spherical_bessel_j0", x, lambda x: np.where(np.isinf(x), 0.0, np.sinc(x / math.pi)))
