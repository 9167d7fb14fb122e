"""The parts of a number and its neighbours: ldexp, frexp, copysign, nextafter; heaviside, nan_to_num."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.autograd.function import Op, apply
from minigrad.ops import formulas
from minigrad.ops.arguments import TensorT, pair, real_number, supported, tensor
from minigrad.ops.combining import with_number
from minigrad.ops.formulas import where
from minigrad.ops.results import named

__all__ = ["copysign", "frexp", "heaviside", "ldexp", "nan_to_num", "nextafter"]


class Ldexp(Op):
    """A power of two scales the gradient alike."""

    __slots__ = ()
    saved_names = ("other", "result")
    arity, promote = 2, "float"
    glyph, tex, local = "×2ⁿ", r"{0} \cdot 2^{{{1}}}", (r"2^{{{1}}}", r"{y} \ln 2")

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        y = a * np.exp2(b)
        ctx.save_for_backward(b, y)
        return y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        b, y = ctx.saved_tensors
        return grad * np.exp2(b), grad * y * math.log(2)


def ldexp(input: TensorT, other: TensorT) -> TensorT:
    """Return ``input * 2**other``.

    Parameters
    ----------
    input, other : Tensor
        Shapes that broadcast.

    Returns
    -------
    Tensor
        Of the broadcast shape.

    Examples
    --------
    >>> mg.ldexp(mg.tensor([3.0]), mg.tensor([2]))
    tensor([12.])
    """
    if tensor(input, "ldexp")._array.dtype.kind == "f":
        supported(tensor(other, "ldexp", "other", 2)._array, "b", "ldexp_cpu_exp")
    return pair("ldexp", Ldexp, input, tensor(other, "ldexp", "other", 2))  # type: ignore[no-any-return]


# --- Signs and choices ---------------------------------------------------------------------------------------------


class Frexp(Op):
    """The fraction is the number over a power of two: its gradient is divided by that too."""

    __slots__ = ()
    saved_names = ("exponent",)
    glyph, tex, row = "m·2ⁿ", r"{0}\,2^{{-n}}", "jvp"

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        mantissa, exponent = np.frexp(x)
        ctx.save_for_backward(exponent)
        return mantissa, exponent

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (exponent,) = ctx.saved_tensors
        return grad / np.exp2(formulas.cast(exponent, grad))


_FREXP = named("frexp", "mantissa exponent")


def frexp(input: TensorT) -> Any:
    """Return each number as a fraction, from a half up to 1, and the power of two that it is to be multiplied by.

    Parameters
    ----------
    input : Tensor
        Floats of any shape.

    Returns
    -------
    named tuple of Tensor
        ``mantissa``, of the input's dtype, and ``exponent``, of int32.

    Raises
    ------
    RuntimeError
        If the entries are no floats.

    Examples
    --------
    >>> mg.frexp(mg.tensor([1.0, 2.5])).mantissa
    tensor([0.5000, 0.6250])
    """
    if tensor(input, "frexp")._array.dtype.kind != "f":
        raise RuntimeError("torch.frexp() only supports floating-point dtypes")
    return _FREXP(*apply(Frexp, input))


class Copysign(Op):
    """Where the sign changed the gradient changes it too; the sign itself has no slope."""

    __slots__ = ()
    only_real = "copysign_cpu"
    saved_names = ("self", "result")
    arity, promote = 2, "float"
    glyph, tex, local = "±", r"|{0}|\,\mathrm{{sgn}}\,{1}", (r"\frac{{{y}}}{{{0}}}", "0")

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any, number: int) -> Any:
        ctx.become(f"CopysignBackward{number and 1}")  # it says which is a plain number
        y = np.copysign(a, b)
        ctx.save_for_backward(a, y)
        return y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        a, y = ctx.saved_tensors
        return where(a == 0, 0.0, grad * (y / a)), formulas.zeros_like(grad)


def copysign(input: TensorT, other: Any) -> TensorT:
    """Return the size of one with the sign of the other.

    Parameters
    ----------
    input, other : Tensor or number
        Shapes that broadcast; the first is a tensor.

    Returns
    -------
    Tensor
        Of the broadcast shape.

    Examples
    --------
    >>> mg.copysign(mg.tensor([1.0, 2.0]), -0.0)
    tensor([-1., -2.])
    """
    return with_number("copysign", Copysign, tensor(input, "copysign"), other)  # type: ignore[no-any-return]


class Nextafter(Op):
    """One step to the next float: the gradient passes."""

    __slots__ = ()
    only_real = "nextafter_cpu"
    arity, promote = 2, "arithmetic"
    glyph, tex, local = "→", r"{0} \to {1}", ("1", "0")

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        supported(a, "biu", "nextafter_cpu")
        ctx.save_for_backward(a, b)
        return np.nextafter(a, b)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        a, b = ctx.saved_tensors
        return where(a == b, 0.0, grad), formulas.zeros_like(grad)


def nextafter(input: TensorT, other: TensorT) -> TensorT:
    """Return the next float after one in the direction of the other.

    Parameters
    ----------
    input, other : Tensor
        Floats, of shapes that broadcast.

    Returns
    -------
    Tensor
        Of the broadcast shape.

    Examples
    --------
    >>> mg.nextafter(mg.tensor([1.0]), mg.tensor([2.0])) > 1
    tensor([True])
    """
    return pair("nextafter", Nextafter, tensor(input, "nextafter"), tensor(other, "nextafter", "other", 2))  # type: ignore[no-any-return]


class Heaviside(Op):
    """PyTorch has no gradient for a step; the backward pass says so."""

    __slots__ = ()
    only_real = RuntimeError("heaviside is not yet implemented for complex tensors.")
    arity = 2
    glyph, tex, local = "⌐", r"H({0})", ("0", r"[{0} = 0]")

    called = "torch::autograd::NotImplemented"

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        return np.where(a == 0, b, a > 0).astype(a.dtype)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        raise RuntimeError(
            "derivative for aten::heaviside is not implemented: a step is flat everywhere but at 0, where it jumps."
        )


def heaviside(input: TensorT, values: TensorT) -> TensorT:
    """Return 0 for negative entries, 1 for positive ones, and ``values`` for those that are 0.

    Parameters
    ----------
    input, values : Tensor
        Of one dtype, and shapes that broadcast.

    Returns
    -------
    Tensor
        Of the broadcast shape.

    Raises
    ------
    RuntimeError
        If the dtypes differ.

    Examples
    --------
    >>> mg.heaviside(mg.tensor([-1.0, 0.0, 2.0]), mg.tensor([0.5]))
    tensor([0.0000, 0.5000, 1.0000])
    """
    if tensor(input, "heaviside")._array.dtype != tensor(values, "heaviside", "values", 2)._array.dtype:
        raise RuntimeError("heaviside is not yet implemented for tensors with different dtypes.")
    return pair("heaviside", Heaviside, input, values)  # type: ignore[no-any-return]


class NanToNum(Op):
    """Where a number was put for nan or infinity no gradient passes; elsewhere it passes unchanged."""

    __slots__ = ()
    glyph, tex, local = "nan→", r"\mathrm{{nan\_to\_num}}({0})", (r"[|{0}| < \infty]",)

    @staticmethod
    def forward(ctx: Any, x: Any, nan: float, posinf: float | None, neginf: float | None) -> Any:
        ctx.save_for_backward(x)
        return np.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        return where(np.isfinite(x), grad, 0.0)


def nan_to_num(
    input: TensorT, nan: float | None = None, posinf: float | None = None, neginf: float | None = None
) -> TensorT:
    """Return the tensor with numbers in place of nan and infinity.

    Parameters
    ----------
    input : Tensor
        Any shape.
    nan : float, optional
        What to put for nan: 0 by default.
    posinf, neginf : float, optional
        What to put for the infinities: the largest and smallest number of the dtype by default.

    Returns
    -------
    Tensor
        Of the same shape.

    Examples
    --------
    >>> mg.nan_to_num(mg.tensor([1.0, float("nan"), float("inf")]), posinf=9)
    tensor([1., 0., 9.])
    """
    for argument, value, position in (("nan", nan, 2), ("posinf", posinf, 3), ("neginf", neginf, 4)):
        if value is not None:
            real_number(value, "nan_to_num", argument, position)
    return apply(NanToNum, tensor(input, "nan_to_num"), 0.0 if nan is None else nan, posinf, neginf)  # type: ignore[no-any-return]
