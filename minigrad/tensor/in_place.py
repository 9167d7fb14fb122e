"""Methods that write into the tensor: ``x.add_(1)``, ``x += 1``, ``x[0] = 1``. See Note [In place]."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minigrad.autograd.base import TensorBase
from minigrad.ops import (
    activations,
    angles,
    arithmetic,
    axes,
    bessel,
    calls,
    chances,
    choice,
    combining,
    compare,
    complex_numbers,
    diagonals,
    elementwise,
    factorials,
    incomplete,
    inplace,
    linalg,
    logic,
    masks,
    norms,
    parts,
    powers,
    products,
    remainders,
    replacing,
    rounding,
    running,
    scattering,
    trigonometry,
    wholes,
    windows,
)
from minigrad.ops import shape as shape_
from minigrad.ops.arguments import operand

__all__ = ["InPlace"]


def _augmented(function: Callable[..., Any]) -> Callable[[Any, Any], Any]:
    """Return the method behind ``x += other`` and its like."""

    def method(self: Any, other: Any) -> Any:
        return NotImplemented if operand(other) is NotImplemented else inplace.in_place(function, self, other)

    return method


class InPlace(TensorBase):
    """The part of ``Tensor`` whose names end in an underscore, and augmented assignment."""

    __slots__ = ()

    zero_ = inplace.zero_
    fill_ = inplace.fill_
    copy_ = inplace.copy_
    index_put_ = inplace.index_put_
    conj_physical_ = inplace.of(complex_numbers.conj)
    add_ = inplace.of(arithmetic.add)
    sub_ = subtract_ = inplace.of(arithmetic.sub)
    mul_ = multiply_ = inplace.of(arithmetic.mul)
    div_ = divide_ = true_divide_ = inplace.of(arithmetic.div)
    neg_ = negative_ = inplace.of(arithmetic.neg)
    lerp_ = inplace.of(arithmetic.lerp)
    pow_ = inplace.of(powers.pow)
    float_power_ = inplace.of(powers.float_power)
    reciprocal_ = inplace.of(powers.reciprocal)
    square_ = inplace.of(powers.square)
    sqrt_ = inplace.of(powers.sqrt)
    rsqrt_ = inplace.of(powers.rsqrt)
    floor_divide_ = inplace.of(remainders.floor_divide)
    remainder_ = inplace.of(remainders.remainder)
    fmod_ = inplace.of(remainders.fmod)
    abs_ = absolute_ = inplace.of(rounding.abs)
    sign_ = inplace.of(rounding.sign)
    sgn_ = inplace.of(rounding.sgn)
    floor_ = inplace.of(rounding.floor)
    ceil_ = inplace.of(rounding.ceil)
    trunc_ = fix_ = inplace.of(rounding.trunc)
    frac_ = inplace.of(rounding.frac)
    round_ = inplace.of(rounding.round)
    clamp_ = clip_ = inplace.of(choice.clamp)
    clamp_min_ = inplace.of(choice.clamp_min)
    clamp_max_ = inplace.of(choice.clamp_max)
    exp_ = inplace.of(elementwise.exp)
    exp2_ = inplace.of(elementwise.exp2)
    expm1_ = inplace.of(elementwise.expm1)
    log_ = inplace.of(elementwise.log)
    log2_ = inplace.of(elementwise.log2)
    log10_ = inplace.of(elementwise.log10)
    log1p_ = inplace.of(elementwise.log1p)
    sin_ = inplace.of(trigonometry.sin)
    cos_ = inplace.of(trigonometry.cos)
    tan_ = inplace.of(trigonometry.tan)
    asin_ = arcsin_ = inplace.of(trigonometry.asin)
    acos_ = arccos_ = inplace.of(trigonometry.acos)
    atan_ = arctan_ = inplace.of(trigonometry.atan)
    sinh_ = inplace.of(trigonometry.sinh)
    cosh_ = inplace.of(trigonometry.cosh)
    asinh_ = arcsinh_ = inplace.of(trigonometry.asinh)
    acosh_ = arccosh_ = inplace.of(trigonometry.acosh)
    atanh_ = arctanh_ = inplace.of(trigonometry.atanh)
    atan2_ = arctan2_ = inplace.of(trigonometry.atan2)
    tanh_ = inplace.of(activations.tanh)
    sigmoid_ = inplace.of(activations.sigmoid)
    relu_ = inplace.of(activations.relu)
    erf_ = inplace.of(activations.erf)
    erfc_ = inplace.of(activations.erfc)
    cumsum_ = inplace.of(running.cumsum)
    cumprod_ = inplace.of(running.cumprod)
    addmm_ = inplace.of(linalg.addmm)
    eq_ = inplace.verdict(compare.eq)
    ne_ = not_equal_ = inplace.verdict(compare.ne)
    lt_ = less_ = inplace.verdict(compare.lt)
    le_ = less_equal_ = inplace.verdict(compare.le)
    gt_ = greater_ = inplace.verdict(compare.gt)
    ge_ = greater_equal_ = inplace.verdict(compare.ge)
    logical_and_ = inplace.of(logic.logical_and)
    logical_or_ = inplace.of(logic.logical_or)
    logical_xor_ = inplace.of(logic.logical_xor)
    logical_not_ = inplace.of(logic.logical_not)
    bitwise_and_ = inplace.of(logic.bitwise_and)
    bitwise_or_ = inplace.of(logic.bitwise_or)
    bitwise_xor_ = inplace.of(logic.bitwise_xor)
    bitwise_not_ = inplace.of(logic.bitwise_not)
    masked_fill_ = inplace.of(masks.masked_fill)
    tril_ = inplace.of(diagonals.tril)
    addmv_, addr_ = inplace.of(products.addmv), inplace.of(products.addr)
    addbmm_, baddbmm_ = inplace.of(products.addbmm), inplace.of(products.baddbmm)
    triu_ = inplace.of(diagonals.triu)
    index_add_ = inplace.of(replacing.index_add)
    index_copy_ = inplace.of(replacing.index_copy)
    index_fill_ = inplace.of(replacing.index_fill)
    put_ = inplace.of(replacing.put)
    masked_scatter_ = inplace.of(replacing.masked_scatter)
    addcmul_ = inplace.of(combining.addcmul)
    addcdiv_ = inplace.of(combining.addcdiv)
    hypot_ = inplace.of(combining.hypot)
    xlogy_ = inplace.of(combining.xlogy)
    ldexp_ = inplace.of(parts.ldexp)
    copysign_ = inplace.of(parts.copysign)
    nextafter_ = inplace.of(parts.nextafter)
    heaviside_ = inplace.of(parts.heaviside)
    nan_to_num_ = inplace.of(parts.nan_to_num)
    gcd_ = inplace.of(wholes.gcd)
    lcm_ = inplace.of(wholes.lcm)
    bitwise_left_shift_ = inplace.of(wholes.bitwise_left_shift)
    bitwise_right_shift_ = inplace.of(wholes.bitwise_right_shift)
    lgamma_ = inplace.of(factorials.lgamma)
    digamma_ = inplace.of(factorials.digamma)
    mvlgamma_ = inplace.of(factorials.mvlgamma)
    erfinv_ = inplace.of(chances.erfinv)
    i0_ = inplace.of(bessel.i0)
    igamma_, igammac_ = inplace.of(incomplete.igamma), inplace.of(incomplete.igammac)
    sinc_ = inplace.of(bessel.sinc)
    deg2rad_ = inplace.of(angles.deg2rad)
    rad2deg_ = inplace.of(angles.rad2deg)
    logit_ = inplace.of(chances.logit)
    polygamma_ = inplace.of(factorials.polygamma_of)
    scatter_ = inplace.of(scattering.scatter)
    scatter_add_ = inplace.of(scattering.scatter_add)
    scatter_reduce_ = inplace.of(scattering.scatter_reduce)
    index_reduce_ = inplace.of(scattering.index_reduce)
    squeeze_ = inplace.shape_of(shape_.squeeze)
    unsqueeze_ = inplace.shape_of(shape_.unsqueeze)
    transpose_ = swapaxes_ = swapdims_ = inplace.shape_of(axes.transpose)
    t_ = inplace.shape_of(axes.t)
    as_strided_ = inplace.shape_of(windows.as_strided)
    apply_, map_, map2_ = calls.apply_, calls.map_, calls.map2_
    detach_ = inplace.detach_
    fill_diagonal_ = inplace.fill_diagonal_
    renorm_ = inplace.of(norms.renorm)

    def __setitem__(self, key: Any, value: Any) -> None:
        inplace.set_item(self, key, value)

    __iadd__ = _augmented(arithmetic.add)
    __isub__ = _augmented(arithmetic.sub)
    __imul__ = _augmented(arithmetic.mul)
    __itruediv__ = _augmented(arithmetic.div)
    __ifloordiv__ = _augmented(remainders.floor_divide)
    __imod__ = _augmented(remainders.remainder)
    __ipow__ = _augmented(powers.pow)
    __iand__ = _augmented(logic.bitwise_and)
    __ior__ = _augmented(logic.bitwise_or)
    __ixor__ = _augmented(logic.bitwise_xor)
    __ilshift__ = _augmented(wholes.bitwise_left_shift)
    __irshift__ = _augmented(wholes.bitwise_right_shift)
