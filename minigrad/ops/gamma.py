"""The gamma, error and Bessel functions of an array, in NumPy alone; computed in float64, given in its dtype."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from minigrad.ops import special

# Bernoulli's numbers B2, B4, ... of the expansions for large x
_BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510)
_FAR = 10.0  # from here on the expansions are exact to float64


def _wide(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function of float64 arrays take and give other floats."""

    @wraps(function)
    def call(x: Any, *settings: Any) -> Any:
        return np.asarray(function(np.asarray(x, np.float64), *settings)).astype(np.asarray(x).dtype)

    return call


def _sin_pi(x: Any) -> Any:
    """Return ``sin(pi x)``, exactly 0 at whole numbers."""
    return np.where(x == np.floor(x), 0.0, np.sin(np.pi * np.remainder(x, 2.0)))


def _lgamma(x: float) -> float:
    """Return the logarithm of the absolute value of gamma of one number: inf where Python raises."""
    try:
        return math.lgamma(x)
    except (ValueError, OverflowError):
        return math.inf


_lgammas = np.frompyfunc(_lgamma, 1, 1)


@_wide
def lgamma(x: Any) -> Any:
    """Return the logarithm of the absolute value of the gamma function."""
    return np.asarray(_lgammas(x), np.float64)


@_wide
def digamma(x: Any) -> Any:
    """Return the slope of the logarithm of the gamma function.

    References
    ----------
    Abramowitz & Stegun (1964), 6.3.5, 6.3.7 and 6.3.18.
    """
    left = x < 0
    y = np.where(left, 1 - x, x)
    total = np.zeros_like(y)
    for _ in range(int(_FAR)):
        small = y < _FAR
        total = np.where(small, total - 1 / y, total)
        y = np.where(small, y + 1, y)
    total = total + np.log(y) - 0.5 / y - sum(b / (2 * k) / y ** (2 * k) for k, b in enumerate(_BERNOULLI, 1))
    total = np.where(left, total - np.pi * np.cos(np.pi * np.remainder(x, 2.0)) / _sin_pi(x), total)
    return np.where(left & (x == np.floor(x)), np.nan, np.where(x == 0, np.copysign(np.inf, -x), total))


@_wide
def polygamma(x: Any, n: int) -> Any:
    """Return the ``n``-th derivative of digamma, for ``n`` from 1.

    References
    ----------
    Abramowitz & Stegun (1964), 6.4.10, summed by Euler and Maclaurin's formula, 23.1.30.
    """
    s, q = n + 1.0, x
    total = np.zeros_like(q)
    steps = int(_FAR + max(0.0, np.ceil(-np.min(np.where(np.isfinite(q), q, 0.0), initial=0.0))))
    for _ in range(min(steps, 10_000)):
        small = q < _FAR
        total = np.where(small, total + q**-s, total)
        q = np.where(small, q + 1, q)
    total = total + q ** (1 - s) / (s - 1) + 0.5 * q**-s
    factor = s
    for k, b in enumerate(_BERNOULLI, 1):
        total = total + b / math.factorial(2 * k) * factor * q ** (-s - 2 * k + 1)
        factor *= (s + 2 * k - 1) * (s + 2 * k)
    total = np.where((x <= 0) & (x == np.floor(x)), np.inf, total)
    total = np.where((x == -np.inf) & (n == 1), np.nan, total)  # there are poles all the way
    return (-1.0) ** (n + 1) * math.factorial(n) * total


@_wide
def erfinv(y: Any) -> Any:
    """Return the number whose error function this is.

    References
    ----------
    Winitzki (2008), "A handy approximation for the error function and its inverse", as a start for Newton's steps.
    """
    size = np.minimum(np.abs(y), 1 - 2.0**-53)
    log = np.log1p(-size * size)
    half = 2 / (np.pi * 0.147) + log / 2
    x = np.sqrt(np.sqrt(half * half - log / 0.147) - half)
    for _ in range(4):
        error = np.where(size > 0.5, (1 - size) - special.erfc(x), special.erf(x) - size)
        slope = 2 / math.sqrt(math.pi) * np.exp(-x * x)
        step = error / slope
        x = x - step / (1 + x * step)  # Halley's: the curve bends by -2x
    x = np.where(np.abs(y) == 1, np.inf, np.where(np.abs(y) > 1, np.nan, x))
    return np.where(y == 0, y, np.where(np.isnan(y), y, np.copysign(x, y)))


def _bessel(x: Any, order: int) -> Any:
    """Return ``exp(-|x|)`` times the modified Bessel function of the first kind, of order 0 or 1.

    References
    ----------
    Abramowitz & Stegun (1964), 9.6.10 for small, 9.7.1 for large x.
    """
    size = np.abs(x)
    near, far = np.minimum(size, 30.0), np.maximum(size, 30.0)
    term = (near / 2) ** order
    total = term
    for k in range(1, 80):
        term = term * (near / 2) ** 2 / (k * (k + order))
        total = total + term
    series = one = np.ones_like(far)
    for k in range(1, 14):
        one = -one * (4 * order * order - (2 * k - 1) ** 2) / (k * 8 * far)
        series = series + one
    y = np.where(size <= 30, total * np.exp(-near), series / np.sqrt(2 * np.pi * far))
    y = np.where(np.isinf(size), 0.0, y)
    return y if order == 0 else np.copysign(y, x)


@_wide
def i0e(x: Any) -> Any:
    """Return ``exp(-|x|) i0(x)``."""
    return _bessel(x, 0)


@_wide
def i1e(x: Any) -> Any:
    """Return ``exp(-|x|) i1(x)``."""
    return _bessel(x, 1)


@_wide
def i0(x: Any) -> Any:
    """Return the modified Bessel function of the first kind of order 0."""
    return np.where(np.isinf(x), np.inf, _bessel(x, 0) * np.exp(np.abs(x)))


@_wide
def i1(x: Any) -> Any:
    """Return the modified Bessel function of the first kind of order 1."""
    return np.where(np.isinf(x), x, _bessel(x, 1) * np.exp(np.abs(x)))
