"""Box and Muller's normals, bit for bit as PyTorch computes them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from minigrad.autograd.base import Array

_CHUNK: Final = 4096  # values at a time, so that the temporaries of the polynomials stay in the cache


def _float32(*constants: float) -> list[float]:
    """Return constants as float32 holds them; Python's numbers are the quicker operands."""
    return [float(np.float32(c)) for c in constants]


# Cephes Mathematical Library, logf.c and sinf.c (S. L. Moshier): log(1 + x) on [sqrt(1/2) - 1, sqrt(2) - 1], and sine
# and cosine on [-pi/4, pi/4] with pi/4 in three parts.
_LOG: Final = _float32(
    7.0376836292e-2,
    -1.1514610310e-1,
    1.1676998740e-1,
    -1.2420140846e-1,
    1.4249322787e-1,
    -1.6668057665e-1,
    2.0000714765e-1,
    -2.4999993993e-1,
    3.3333331174e-1,
)
_LN2: Final = _float32(0.693359375, -2.12194440e-4)  # their sum is log(2)
_SIN: Final = _float32(-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1)
_COS: Final = _float32(2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2)
_PI_4: Final = _float32(0.78515625, 2.4187564849853515625e-4, 3.77489497744594108e-8)
_SQRT_HALF, _FOUR_BY_PI, _TWO_PI = _float32(math.sqrt(0.5), 4 / math.pi, 2 * math.pi)

Float32s: TypeAlias = npt.NDArray[np.float32]


def box_muller(u: Array) -> Array:
    """Turn uniforms on [0, 1) into standard normals: of 16, eight give a radius and eight an angle."""
    z = np.empty_like(u)
    for start in range(0, u.size, _CHUNK):
        here = slice(start, start + _CHUNK)
        blocks, out = u[here].reshape(-1, 2, 8), z[here].reshape(-1, 2, 8)
        depth, angle = 1 - blocks[:, 0], blocks[:, 1]
        if u.dtype == np.float32:
            radius = np.sqrt(_log32(depth) * -2)
            sin, cos = _sincos32(angle * np.float32(_TWO_PI))
        else:
            radius = np.sqrt(-2.0 * np.log(depth))
            sin, cos = np.sin(2.0 * math.pi * angle), np.cos(2.0 * math.pi * angle)
        out[:, 0], out[:, 1] = radius * cos, radius * sin
    return z


def _fma32(a: Float32s, b: Float32s | float, c: Float32s | float) -> Float32s:
    """Return a * b + c, rounded once to float32."""
    wide = a.astype(np.float64)  # float64 holds the product of two float32 exactly
    wide *= b
    wide += c
    return wide.astype(np.float32)


def _horner(coefficients: Sequence[float], x: Float32s) -> Float32s:
    """Evaluate a polynomial, highest coefficient first, with fused multiply-adds."""
    wide = x.astype(np.float64)
    sums = np.full_like(wide, coefficients[0])
    y = np.empty_like(x)
    for c in coefficients[1:]:
        sums *= wide
        sums += c
        y[...] = sums  # rounds to float32 ...
        sums[...] = y  # ... for the next step
    return y


def _log32(x: Float32s) -> Float32s:
    """Return the logarithm of numbers in (0, 1]."""
    mantissa, exponent = np.frexp(x)
    low = mantissa < _SQRT_HALF
    e = (exponent - low).astype(np.float32)
    x = mantissa - 1 + low * mantissa  # in [sqrt(1/2) - 1, sqrt(2) - 1]
    square = x * x
    y = _fma32(_horner(_LOG, x) * x, square, e * _LN2[1])
    y -= square * 0.5
    return _fma32(e, _LN2[0], x + y)


def _sincos32(x: Float32s) -> tuple[Float32s, Float32s]:
    """Return sine and cosine of angles in [0, 2 pi)."""
    octant = ((x * _FOUR_BY_PI).astype(np.int32) + 1) & ~1  # the nearest even multiple of pi/4 ...
    turns = octant.astype(np.float32)
    for part in _PI_4:
        x = _fma32(turns, -part, x)  # ... is taken away, in three steps that lose no digit
    square = x * x
    sin = _fma32(_horner(_SIN, square) * square, x, x)
    cos = _fma32(_horner(_COS, square) * square, square, square * -0.5) + 1
    swapped = (octant & 2) != 0
    sin, cos = np.where(swapped, cos, sin), np.where(swapped, sin, cos)
    return np.where(octant & 4, -sin, sin), np.where((octant - 2) & 4, cos, -cos)


def scaled(x: Array, factor: float, offset: float) -> Array:
    """Return x * factor + offset as one instruction would, in the precision of x."""
    if x.dtype == np.float32:
        return _fma32(x, *_float32(factor, offset))
    return _fma64(x, float(factor), float(offset))


def _fma64(a: Array, b: float, c: float) -> npt.NDArray[np.float64]:
    """Return a * b + c, rounded once to float64, after Dekker and Knuth."""
    product, error = _two_product(a, b)
    total = product + c
    back = total - product
    return total + (error + ((product - (total - back)) + (c - back)))


def _two_product(a: Array, b: float) -> tuple[Array, Array]:
    """Return a * b and what rounding took from it."""

    def split(x: Any) -> tuple[Any, Any]:
        big = x * 134217729.0  # 2**27 + 1 cuts 53 bits in two halves
        high = big - (big - x)
        return high, x - high

    (a1, a2), (b1, b2), product = split(a), split(b), a * b
    return product, a2 * b2 - (((product - a1 * b1) - a2 * b1) - a1 * b2)
