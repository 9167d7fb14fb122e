"""The modified Bessel functions of the first kind, and sinc."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.autograd.function import Op, apply
from minigrad.ops import formulas, gamma
from minigrad.ops.arguments import TensorT, tensor
from minigrad.ops.formulas import where

__all__ = ["i0", "sinc"]


class I0(Op):
    """The slope of this Bessel function is the one of order 1."""

    __slots__ = ()
    only_real = "i0_vml_cpu"
    promote = "float"
    glyph, tex, local = "I₀", "I_0({0})", ("I_1({0})",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return gamma.i0(x)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        return grad * formulas.bessel(x, "i1")


def i0(input: TensorT) -> TensorT:
    """Return the modified Bessel function of the first kind of order 0.

    Parameters
    ----------
    input : Tensor
        Any shape.

    Returns
    -------
    Tensor
        Of the same shape; integers give floats.

    References
    ----------
    Abramowitz & Stegun (1964), 9.6.10 and 9.7.1.

    Examples
    --------
    >>> mg.i0(mg.tensor([0.0, 1.0]))
    tensor([1.0000, 1.2661])
    """
    return apply(I0, tensor(input, "i0"))  # type: ignore[no-any-return]


class I1(Op):
    """The slope of this Bessel function is the one of order 0, less its own mean."""

    __slots__ = ()
    only_real = "i1_cpu"
    promote = "float"
    glyph, tex, local = "I₁", "I_1({0})", (r"I_0({0}) - \frac{{I_1({0})}}{{{0}}}",)

    called = "SpecialI1Backward0"

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return gamma.i1(x)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        safe = where(x == 0, 1.0, x)  # at 0 the slope is 1/2
        return grad * where(x == 0, 0.5, formulas.bessel(safe, "i0") - formulas.bessel(safe, "i1") / safe)


def i1(input: TensorT) -> TensorT:
    """Return the modified Bessel function of the first kind of order 1.

    Parameters
    ----------
    input : Tensor
        Any shape.

    Returns
    -------
    Tensor
        Of the same shape; integers give floats.

    References
    ----------
    Abramowitz & Stegun (1964), 9.6.10 and 9.7.1.

    Examples
    --------
    >>> mg.special.i1(mg.tensor([0.0, 1.0]))
    tensor([0.0000, 0.5652])
    """
    return apply(I1, tensor(input, "i1"))  # type: ignore[no-any-return]


class I0e(Op):
    """The slope of a scaled Bessel function has one part from either factor."""

    __slots__ = ()
    only_real = "i0e_cpu"
    promote = "float"
    glyph, tex, local = "e⁻ˣI₀", "e^{{-|{0}|}} I_0({0})", (r"e^{{-|{0}|}} I_1({0}) - \pm {y}",)

    called = "SpecialI0EBackward0"

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return gamma.i0e(x)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        return grad * (formulas.bessel(x, "i1e") - formulas.sign(x) * formulas.bessel(x, "i0e"))


def i0e(input: TensorT) -> TensorT:
    """Return ``exp(-|x|)`` times the modified Bessel function of order 0.

    Parameters
    ----------
    input : Tensor
        Any shape.

    Returns
    -------
    Tensor
        Of the same shape; integers give floats.

    References
    ----------
    Abramowitz & Stegun (1964), 9.6.10 and 9.7.1.

    Examples
    --------
    >>> mg.special.i0e(mg.tensor([0.0, 1.0]))
    tensor([1.0000, 0.4658])
    """
    return apply(I0e, tensor(input, "i0e"))  # type: ignore[no-any-return]


class I1e(Op):
    """The slope of a scaled Bessel function has one part from either factor."""

    __slots__ = ()
    only_real = "i1e_cpu"
    promote = "float"
    glyph, tex, local = "e⁻ˣI₁", "e^{{-|{0}|}} I_1({0})", (r"e^{{-|{0}|}} I_0({0}) - {y}\,(\pm 1 + \frac{{1}}{{{0}}})",)

    called = "SpecialI1EBackward0"

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return gamma.i1e(x)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        safe = where(x == 0, 1.0, x)  # at 0 the slope is 1/2
        bent = formulas.bessel(safe, "i1e") * (formulas.sign(x) + 1 / safe)
        return grad * where(x == 0, 0.5, formulas.bessel(safe, "i0e") - bent)


def i1e(input: TensorT) -> TensorT:
    """Return ``exp(-|x|)`` times the modified Bessel function of order 1.

    Parameters
    ----------
    input : Tensor
        Any shape.

    Returns
    -------
    Tensor
        Of the same shape; integers give floats.

    References
    ----------
    Abramowitz & Stegun (1964), 9.6.10 and 9.7.1.

    Examples
    --------
    >>> mg.special.i1e(mg.tensor([0.0, 1.0]))
    tensor([0.0000, 0.2079])
    """
    return apply(I1e, tensor(input, "i1e"))  # type: ignore[no-any-return]


class Sinc(Op):
    """A wave that dies away: the slope of a quotient, 0 at the top."""

    __slots__ = ()
    promote = "float"
    glyph, tex, local = "sinc", r"\frac{{\sin \pi {0}}}{{\pi {0}}}", (r"\frac{{\cos \pi {0} - {y}}}{{{0}}}",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return np.sinc(x.astype(np.result_type(x, np.float32))).astype(x.dtype)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        safe = where(x == 0, 1.0, x)
        turn = math.pi * safe
        top = 0.0 - x * (math.pi * math.pi / 3)  # the curve's slope where it is flat, so that its bend is there too
        return grad * where(x == 0, top, (np.cos(turn) * turn - np.sin(turn)) / (turn * safe))


def sinc(input: TensorT) -> TensorT:
    """Return ``sin(pi x) / (pi x)``, and 1 at 0.

    Parameters
    ----------
    input : Tensor
        Any shape.

    Returns
    -------
    Tensor
        Of the same shape; integers give floats.

    Examples
    --------
    >>> mg.sinc(mg.tensor([0.0, 0.5]))
    tensor([1.0000, 0.6366])
    """
    return apply(Sinc, tensor(input, "sinc"))  # type: ignore[no-any-return]
