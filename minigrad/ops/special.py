"""The error function and what is made of it, in NumPy alone."""

from __future__ import annotations

from typing import Any

import numpy as np

# Rational approximations on |x| < 0.84375, < 1.25, < 1/0.35 and beyond, each with an error below 2**-57.
# Sun Microsystems' FDLIBM 5.3, s_erf.c; "Permission to use, copy, modify, and distribute this software is freely
# granted, provided that this notice is preserved."
_SMALL = (
    (1.28379167095512558561e-01, -3.25042107247001499370e-01, -2.84817495755985104766e-02, -5.77027029648944159157e-03,
     -2.37630166566501626084e-05),
    (1.0, 3.97917223959155352819e-01, 6.50222499887672944485e-02, 5.08130628187576562776e-03,
     1.32494738004321644526e-04, -3.96022827877536812320e-06),
)  # fmt: skip
_MIDDLE = (
    (-2.36211856075265944077e-03, 4.14856118683748331666e-01, -3.72207876035701323847e-01, 3.18346619901161753674e-01,
     -1.10894694282396677476e-01, 3.54783043256182359371e-02, -2.16637559486879084300e-03),
    (1.0, 1.06420880400844228286e-01, 5.40397917702171048937e-01, 7.18286544141962662868e-02,
     1.26171219808761642112e-01, 1.36370839120290507362e-02, 1.19844998467991074170e-02),
)  # fmt: skip
_LARGE = (
    (-9.86494403484714822705e-03, -6.93858572707181764372e-01, -1.05586262253232909814e01, -6.23753324503260060396e01,
     -1.62396669462573470355e02, -1.84605092906711035994e02, -8.12874355063065934246e01, -9.81432934416914548592e00),
    (1.0, 1.96512716674392571292e01, 1.37657754143519042600e02, 4.34565877475229228821e02, 6.45387271733267880336e02,
     4.29008140027567833386e02, 1.08635005541779435134e02, 6.57024977031928170135e00, -6.04244152148580987438e-02),
)  # fmt: skip
_HUGE = (
    (-9.86494292470009928597e-03, -7.99283237680523006574e-01, -1.77579549177547519889e01, -1.60636384855821916062e02,
     -6.37566443368389627722e02, -1.02509513161107724954e03, -4.83519191608651397019e02),
    (1.0, 3.03380607434824582924e01, 3.25792512996573918826e02, 1.53672958608443695994e03, 3.19985821950859553908e03,
     2.55305040643316442583e03, 4.74528541206955367215e02, -2.24409524465858183362e01),
)  # fmt: skip
_ERF_1 = 8.45062911510467529297e-01  # erf(1), rounded to float32; _MIDDLE holds the rest


def _ratio(x: Any, polynomials: tuple[tuple[float, ...], tuple[float, ...]]) -> Any:
    """Return one polynomial in ``x`` over another."""
    top, bottom = polynomials
    return _polynomial(x, top) / _polynomial(x, bottom)


def _polynomial(x: Any, coefficients: tuple[float, ...]) -> Any:
    """Return a polynomial in ``x``, its constant first, by Horner's rule."""
    y = np.full_like(x, coefficients[-1])
    for coefficient in coefficients[-2::-1]:
        y *= x
        y += coefficient
    return y


def _exponent(x: Any) -> Any:
    """Return the logarithm of ``(1 - erf(x)) x exp(x * x + 0.5625)`` for ``x >= 1.25``."""
    s = 1 / (x * x)
    return np.piecewise(s, [x < 1 / 0.35], [lambda s: _ratio(s, _LARGE), lambda s: _ratio(s, _HUGE)])


def _tail(x: Any) -> Any:
    """Return ``1 - erf(x)`` for ``x >= 1.25``."""
    x = np.minimum(x, 28)  # beyond, it is 0 in float64
    # exp(-x*x) in two factors: z is x without its low bits, so that z*z is exact
    z = x.astype(np.float32).astype(np.float64)
    z = np.ldexp(np.floor(np.ldexp(z, 20)), -20)
    return np.exp(-z * z - 0.5625) * np.exp((z - x) * (z + x) + _exponent(x)) / x


def erf(x: Any) -> Any:
    """Return the error function of an array, in its dtype.

    References
    ----------
    FDLIBM 5.3, s_erf.c.
    """
    wide = np.asarray(x, np.float64)
    size = np.abs(wide)
    small, large = size < 0.84375, size >= 1.25
    pieces = (
        lambda x: x + x * _ratio(x * x, _SMALL),
        lambda x: _ERF_1 + _ratio(x - 1, _MIDDLE),
        lambda x: 1 - _tail(x),
        np.nan,
    )
    y = np.piecewise(size, [small, ~small & (size < 1.25), large], pieces)
    return np.copysign(y, wide, out=y).astype(x.dtype)


def erfc(x: Any) -> Any:
    """Return one minus the error function, exact also where that is tiny."""
    wide = np.asarray(x, np.float64)
    return np.where(wide < 1.25, 1 - erf(wide), _tail(np.maximum(wide, 1.25))).astype(x.dtype)


def erfcx(x: Any) -> Any:
    """Return one minus the error function, times ``exp(x * x)``: it falls as slowly as ``1 / x``."""
    wide = np.asarray(x, np.float64)
    far, near = np.maximum(wide, 1.25), np.minimum(wide, 1.25)
    y = np.where(wide < 1.25, np.exp(near * near) * (1 - erf(near)), np.exp(_exponent(far) - 0.5625) / far)
    return np.where(np.isnan(wide), wide, y).astype(x.dtype)


def log_ndtr(x: Any) -> Any:
    """Return the logarithm of the share of a standard normal distribution that lies below ``x``."""
    wide = np.asarray(x, np.float64)
    low, high = np.minimum(wide, -1.0), np.maximum(wide, -1.0)
    left = np.log(erfcx(low * -np.sqrt(0.5)) / 2) - low * low / 2
    return np.where(wide < -1, left, np.log1p(erfc(high * np.sqrt(0.5)) / -2)).astype(x.dtype)
