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


def _sum_of_powers(s: Any, q: Any) -> Any:
    """Return the sum of ``(q + k) ** -s`` over ``k`` from 0, for ``s`` above 1.

    References
    ----------
    Abramowitz & Stegun (1964), 23.1.30: Euler and Maclaurin's formula.
    """
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
        factor = factor * (s + 2 * k - 1) * (s + 2 * k)
    return total


@_wide
def polygamma(x: Any, n: int) -> Any:
    """Return the ``n``-th derivative of digamma, for ``n`` from 1.

    References
    ----------
    Abramowitz & Stegun (1964), 6.4.10.
    """
    total = np.where((x <= 0) & (x == np.floor(x)), np.inf, _sum_of_powers(n + 1.0, x))
    total = np.where((x == -np.inf) & (n == 1), np.nan, total)  # there are poles all the way
    return (-1.0) ** (n + 1) * math.factorial(n) * total


def _of_two(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function of two float64 arrays take and give other floats, and broadcast."""

    @wraps(function)
    def call(a: Any, b: Any) -> Any:
        wide = np.broadcast_arrays(np.asarray(a, np.float64), np.asarray(b, np.float64))
        return np.asarray(function(*wide)).astype(np.result_type(a, b))

    return call


@_of_two
def zeta(s: Any, q: Any) -> Any:
    """Return the sum of ``(q + k) ** -s`` over ``k`` from 0: Hurwitz's zeta function."""
    poles = (q <= 0) & (q == np.floor(q))
    y = _sum_of_powers(np.where(s > 1, s, 2.0), np.where(poles, 1.0, q))
    y = np.where(poles, np.inf, np.where((q < 0) & (s != np.floor(s)), np.nan, y))
    return np.where(s > 1, np.where(np.isposinf(s) | np.isposinf(q), np.nan, y), np.where(s == 1, np.inf, np.nan))


def _igamma_below(a: Any, x: Any) -> Any:
    """Return the lower incomplete gamma function by its series: for ``x`` up to about ``a``."""
    total = term = 1 / a
    n = a
    for _ in range(10_000):
        n = n + 1
        term = term * x / n
        total = total + term
        if not np.any(np.abs(term) > np.abs(total) * 1e-17):
            break
    return total


def _igamma_above(a: Any, x: Any) -> Any:
    """Return the upper incomplete gamma function by its continued fraction: for ``x`` from about ``a``."""
    b = x + 1 - a
    c, d = np.full_like(b, 1e300), 1 / b
    y = d
    for i in range(1, 10_000):
        step = -i * (i - a)
        b = b + 2
        d = 1 / (step * d + b)
        c = b + step / c
        y = y * (d * c)
        if not np.any(np.abs(d * c - 1) > 1e-16):
            break
    return y


@_of_two
def igamma(a: Any, x: Any) -> Any:
    """Return the share of the gamma function's integral that lies below ``x``.

    References
    ----------
    Abramowitz & Stegun (1964), 6.5.29 and 6.5.31, the fraction by Lentz's method.
    """
    return _shares(a, x)[0]


@_of_two
def igammac(a: Any, x: Any) -> Any:
    """Return the share of the gamma function's integral that lies above ``x``."""
    return _shares(a, x)[1]


def _shares(a: Any, x: Any) -> tuple[Any, Any]:
    """Return the shares of the gamma function's integral that lie below and above ``x``."""
    plain = (a > 0) & (x > 0) & np.isfinite(a) & np.isfinite(x)
    left = plain & (x < a + 1)
    a0, x0 = np.where(plain, a, 1.0), np.where(plain, x, 1.0)
    front = np.exp(a0 * np.log(x0) - x0 - lgamma(a0))
    below = front * _igamma_below(np.where(left, a0, 1.0), np.where(left, x0, 1.0))
    above = front * _igamma_above(np.where(left, 1.0, a0), np.where(left, 3.0, x0))
    below = np.where(left, below, 1 - above)
    above = np.where(left, 1 - below, above)
    none = (a > 0) & ((x == 0) | (np.isinf(a) & np.isfinite(x)))  # at the ends, and nothing where there is no integral
    all_ = ((a == 0) & (x > 0)) | ((a > 0) & np.isposinf(x) & np.isfinite(a))
    known = plain | none | all_
    below = np.where(none & (x >= 0), 0.0, np.where(all_, 1.0, np.where(known, below, np.nan)))
    above = np.where(none & (x >= 0), 1.0, np.where(all_, 0.0, np.where(known, above, np.nan)))
    negative = (x < 0) | (a < 0)
    return np.where(negative, np.nan, below), np.where(negative, np.nan, above)


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
