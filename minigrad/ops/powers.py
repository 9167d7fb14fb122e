"""Powers and roots."""

from __future__ import annotations

import cmath
import math
from typing import Any

import numpy as np

from minigrad.autograd.base import Array, TensorBase, wrap
from minigrad.autograd.function import Op, apply
from minigrad.ops.arguments import TensorT, around, operand, pair, refuse, settle, supported, tensor
from minigrad.ops.formulas import power, real, where, zeros_like

__all__ = ["float_power", "pow", "reciprocal", "rsqrt", "sqrt", "square"]


class Reciprocal(Op):
    """One over a number falls as the number grows: by the square of the result."""

    __slots__ = ()
    saved_names = ("result",)
    promote = "float"
    glyph, tex, local = "1/x", r"\frac{{1}}{{{0}}}", (r"-\frac{{1}}{{{0}^2}}",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        y = 1 / x
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (y,) = ctx.saved_tensors
        return -grad * (y * y)


def reciprocal(input: TensorT) -> TensorT:
    """Return one over each entry.

    Parameters
    ----------
    input : Tensor
        Any shape; 0 gives inf.

    Returns
    -------
    Tensor
        Of the same shape.

    Examples
    --------
    >>> mg.reciprocal(mg.tensor([1.0, 4.0]))
    tensor([1.0000, 0.2500])
    """
    return apply(Reciprocal, tensor(input, "reciprocal"))  # type: ignore[no-any-return]


class Pow(Op):
    """A power brings its exponent down in front and keeps one power less."""

    __slots__ = ("exponent",)
    glyph, tex, local = "xⁿ", "{0}^{{{1}}}", ("{1}\\,{0}^{{{1} - 1}}",)

    @staticmethod
    def forward(ctx: Any, x: Any, exponent: float) -> Any:
        ctx.exponent = exponent
        ctx.save_for_backward(x)
        if x.dtype.kind in "iu" and exponent < 0:
            raise RuntimeError("Integers to negative integer powers are not allowed.")
        return power(x, exponent)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        n = ctx.exponent
        return zeros_like(grad) if n == 0 else grad * (n * power(x, n - 1))


def _integer_power(a: Array, b: Array) -> Any:
    """Return a power of integers; 1 over a power is 0, save for 1 and -1, as when it is computed by dividing."""
    over = np.where(a == 1, 1, np.where(a == -1, 1 - 2 * (b % 2), 0))
    y: Array = np.where(b < 0, over, np.power(a, np.maximum(b, 0)))
    return y.astype(np.result_type(a, b))


class PowTensor(Op):
    """A power of two tensors: the base feels the exponent in front, the exponent feels the logarithm of the base."""

    __slots__ = ()
    saved_names = ("self", "exponent", "result")
    suffix = "1"
    arity, promote = 2, "arithmetic"
    glyph, tex, local = "xⁿ", "{0}^{{{1}}}", ("{1}\\,{0}^{{{1} - 1}}", r"{0}^{{{1}}}\,\ln {0}")

    called = "PowBackward1"

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        supported(a, "b", "pow")
        y = _integer_power(a, b) if a.dtype.kind in "iu" else np.power(a, b)
        ctx.save_for_backward(a, b, y)
        return y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        a, b, y = ctx.saved_tensors
        need_a, need_b = ctx.needs_input_grad
        grad_a = where(b == 0, 0.0, grad * (b * a ** (b - 1))) if need_a else None
        grad_b = grad * where((a == 0) & (real(b) >= 0), 0.0, y * np.log(a)) if need_b else None
        return grad_a, grad_b


def _log(base: Any) -> Any:
    """Return the logarithm of a number, nan if it is negative."""
    if isinstance(base, complex):
        return cmath.log(base) if base else 0.0
    return math.log(base) if base > 0 else math.nan


class PowBase(Op):
    """A number to the power of a tensor grows as itself, times the logarithm of the number."""

    __slots__ = ("base", "log")
    saved_names = ("exponent", "result")
    lies = 0
    glyph, tex, local = "aˣ", "{1}^{{{0}}}", (r"{1}^{{{0}}}\,\ln {1}",)

    called = "PowBackward2"

    @staticmethod
    def forward(ctx: Any, x: Any, base: float) -> Any:
        y = _integer_power(np.asarray(base, x.dtype), x) if x.dtype.kind in "iu" else np.power(base, x)
        ctx.base, ctx.log = base, _log(base)
        ctx.save_for_backward(x, y)
        return y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        x, y = ctx.saved_tensors
        if ctx.base == 0:
            return grad * where(x >= 0, 0.0, y * -math.inf)
        return grad * (y * ctx.log)


def pow(input: Any, exponent: Any) -> Any:
    """Return ``input`` to the power of ``exponent``, entry by entry.

    Parameters
    ----------
    input : Tensor or number
        The base.
    exponent : Tensor or number
        A shape that broadcasts with the base's; one of the two is a tensor.

    Returns
    -------
    Tensor
        Of the broadcast shape.

    Raises
    ------
    RuntimeError
        If integers meet a negative integer exponent, or the shapes do not broadcast.

    Examples
    --------
    >>> mg.pow(mg.tensor([1.0, 2.0, 3.0]), 2)
    tensor([1., 4., 9.])
    >>> mg.pow(2, mg.tensor([1, 2, 3]))
    tensor([2, 4, 8])
    """
    x, n = operand(input), operand(exponent)
    if _is_bool(x) and _is_bool(n):
        return _of_bools(x, n)
    if isinstance(x, TensorBase) and isinstance(n, TensorBase):
        return pair("pow", PowTensor, x, n)
    if isinstance(x, TensorBase) and isinstance(n, bool) and x._array.dtype.kind == "b":
        return x.clone() if n else wrap(np.ones_like(x._array))  # type: ignore[attr-defined]
    if isinstance(x, TensorBase) and n is not NotImplemented:
        return apply(Pow, settle(x, n), n)
    if isinstance(n, TensorBase) and x is not NotImplemented:
        n = settle(n, x)
        return apply(PowBase, n, around(x, n._array.dtype))
    refuse(exponent if isinstance(x, TensorBase) else input, "pow", *(("exponent", 2) if x is input else ("input", 1)))


def _is_bool(x: Any) -> bool:
    return x._array.dtype.kind == "b" if isinstance(x, TensorBase) else isinstance(x, bool)


def _of_bools(x: Any, n: Any) -> Any:
    """Return the powers of booleans that PyTorch knows: those to one number."""
    if isinstance(n, bool):
        return x.clone() if n else wrap(np.ones_like(x._array))
    raise NotImplementedError("\"pow\" not implemented for 'Bool'. Use & for and, | for or.")


def float_power(input: Any, exponent: Any) -> Any:
    """Return ``input`` to the power of ``exponent``, computed in float64.

    Parameters
    ----------
    input : Tensor or number
        The base.
    exponent : Tensor or number
        A shape that broadcasts with the base's; one of the two is a tensor.

    Returns
    -------
    Tensor
        float64, of the broadcast shape.

    Examples
    --------
    >>> mg.float_power(mg.tensor([1, 2, 3]), -2)
    tensor([1.0000, 0.2500, 0.1111], dtype=torch.float64)
    """
    x, n = operand(input), operand(exponent)
    if x is NotImplemented:
        refuse(input, "float_power", "input", 1)
    if n is NotImplemented:
        refuse(exponent, "float_power", "exponent", 2)
    return pow(_precise(x), _precise(n))


def _precise(value: Any) -> Any:
    """Return a tensor in float64, or complex128; a number as it is."""
    if not isinstance(value, TensorBase):
        return value
    return value.cdouble() if value._array.dtype.kind == "c" else value.double()  # type: ignore[attr-defined]


def square(input: TensorT) -> TensorT:
    """Return each entry times itself.

    Parameters
    ----------
    input : Tensor
        Any shape.

    Returns
    -------
    Tensor
        Of the same shape and dtype.

    Examples
    --------
    >>> mg.square(mg.tensor([-3.0, 2.0]))
    tensor([9., 4.])
    """
    return apply(Pow, settle(tensor(input, "square"), 2), 2)  # type: ignore[no-any-return]


class Sqrt(Op):
    """A square root is steep near zero and flat far out: one over twice itself."""

    __slots__ = ()
    saved_names = ("result",)
    promote = "float"
    glyph, tex, local = "√", r"\sqrt{{{0}}}", (r"\frac{{1}}{{2\,\sqrt{{{0}}}}}",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        y = np.sqrt(x)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (y,) = ctx.saved_tensors
        return grad / (2 * y)


def sqrt(input: TensorT) -> TensorT:
    """Return the square root of each entry.

    Parameters
    ----------
    input : Tensor
        Any shape; a negative entry gives nan.

    Returns
    -------
    Tensor
        Of the same shape.

    Examples
    --------
    >>> mg.sqrt(mg.tensor([4.0, 9.0]))
    tensor([2., 3.])
    """
    return apply(Sqrt, tensor(input, "sqrt"))  # type: ignore[no-any-return]


class Rsqrt(Op):
    """One over a square root falls by half its own cube."""

    __slots__ = ()
    saved_names = ("result",)
    promote = "float"
    glyph, tex, local = "1/√", r"\frac{{1}}{{\sqrt{{{0}}}}}", (r"-\frac{{1}}{{2}}\,{y}^3",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        y = 1 / np.sqrt(x)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (y,) = ctx.saved_tensors
        return grad * (-0.5 * (y * y * y))


def rsqrt(input: TensorT) -> TensorT:
    """Return one over the square root of each entry.

    Parameters
    ----------
    input : Tensor
        Any shape.

    Returns
    -------
    Tensor
        Of the same shape.

    Examples
    --------
    >>> mg.rsqrt(mg.tensor([4.0, 16.0]))
    tensor([0.5000, 0.2500])
    """
    return apply(Rsqrt, tensor(input, "rsqrt"))  # type: ignore[no-any-return]
