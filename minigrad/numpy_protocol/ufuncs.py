"""NumPy's functions of single numbers, and the op that records each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.autograd.base import TensorBase
from minigrad.ops import (
    activations,
    angles,
    arithmetic,
    choice,
    combining,
    compare,
    elementwise,
    facts,
    linalg,
    logic,
    parts,
    powers,
    remainders,
    rounding,
    trigonometry,
    wholes,
)


def _turned(function: Callable[..., Any], other: Callable[..., Any]) -> Callable[..., Any]:
    """Return a comparison that begins at either side: ``1 < t`` is ``t > 1``."""

    def compared(a: Any, b: Any) -> Any:
        return function(a, b) if isinstance(a, TensorBase) else other(b, a)

    return compared


UFUNCS: dict[np.ufunc, Callable[..., Any]] = {
    np.add: arithmetic.add,
    np.subtract: arithmetic.sub,
    np.multiply: arithmetic.mul,
    np.true_divide: arithmetic.div,
    np.negative: arithmetic.neg,
    np.positive: arithmetic.positive,
    np.power: powers.pow,
    np.float_power: powers.float_power,
    np.square: powers.square,
    np.sqrt: powers.sqrt,
    np.reciprocal: powers.reciprocal,
    np.absolute: rounding.abs,
    np.fabs: rounding.abs,
    np.sign: rounding.sign,
    np.floor: rounding.floor,
    np.ceil: rounding.ceil,
    np.trunc: rounding.trunc,
    np.rint: rounding.round,
    np.floor_divide: remainders.floor_divide,
    np.remainder: remainders.remainder,
    np.fmod: remainders.fmod,
    np.maximum: choice.maximum,
    np.minimum: choice.minimum,
    np.hypot: combining.hypot,
    np.logaddexp: combining.logaddexp,
    np.logaddexp2: combining.logaddexp2,
    np.copysign: parts.copysign,
    np.fmax: combining.fmax,
    np.fmin: combining.fmin,
    np.nextafter: parts.nextafter,
    np.ldexp: parts.ldexp,
    np.heaviside: parts.heaviside,
    np.gcd: wholes.gcd,
    np.lcm: wholes.lcm,
    np.left_shift: wholes.bitwise_left_shift,
    np.right_shift: wholes.bitwise_right_shift,
    np.degrees: angles.rad2deg,
    np.radians: angles.deg2rad,
    np.deg2rad: angles.deg2rad,
    np.rad2deg: angles.rad2deg,
    np.exp: elementwise.exp,
    np.exp2: elementwise.exp2,
    np.expm1: elementwise.expm1,
    np.log: elementwise.log,
    np.log2: elementwise.log2,
    np.log10: elementwise.log10,
    np.log1p: elementwise.log1p,
    np.sin: trigonometry.sin,
    np.cos: trigonometry.cos,
    np.tan: trigonometry.tan,
    np.arcsin: trigonometry.asin,
    np.arccos: trigonometry.acos,
    np.arctan: trigonometry.atan,
    np.sinh: trigonometry.sinh,
    np.cosh: trigonometry.cosh,
    np.arcsinh: trigonometry.asinh,
    np.arccosh: trigonometry.acosh,
    np.arctanh: trigonometry.atanh,
    np.arctan2: trigonometry.atan2,
    np.tanh: activations.tanh,
    np.equal: _turned(compare.eq, compare.eq),
    np.not_equal: _turned(compare.ne, compare.ne),
    np.less: _turned(compare.lt, compare.gt),
    np.less_equal: _turned(compare.le, compare.ge),
    np.greater: _turned(compare.gt, compare.lt),
    np.greater_equal: _turned(compare.ge, compare.le),
    np.isnan: compare.isnan,
    np.isinf: compare.isinf,
    np.isfinite: compare.isfinite,
    np.signbit: facts.signbit,
    np.logical_and: logic.logical_and,
    np.logical_or: logic.logical_or,
    np.logical_xor: logic.logical_xor,
    np.logical_not: logic.logical_not,
    np.bitwise_and: logic.bitwise_and,
    np.bitwise_or: logic.bitwise_or,
    np.bitwise_xor: logic.bitwise_xor,
    np.invert: logic.bitwise_not,
    np.matmul: linalg.matmul,
}

# Those that take no plain numbers.
TENSORS_ONLY: frozenset[Any] = frozenset(
    {
        *(choice.maximum, choice.minimum, combining.fmax, combining.fmin, combining.hypot, parts.nextafter),
        *(parts.heaviside, parts.ldexp, parts.copysign, trigonometry.atan2, linalg.matmul),
        *(logic.logical_and, logic.logical_or, logic.logical_xor),
    }
)
