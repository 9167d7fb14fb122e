"""Sums, products, quotients, powers and roots."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.autograd.base import TensorBase
from minigrad.autograd.function import Op, apply
from minigrad.ops import rounding
from minigrad.ops.arguments import Number, TensorT, operand, pair, refuse, settle, supported, tensor
from minigrad.ops.formulas import power, where, zeros_like


class Add(Op):
    """A sum hands its gradient to both inputs unchanged."""

    __slots__ = ()
    arity, promote = 2, "arithmetic"
    glyph, tex, local = "+", "{0} + {1}", ("1", "1")

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        return a + b

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return grad, grad


class AddScaled(Op):
    """A sum with a weight: the first input gets the gradient unchanged, the second one its weighted share."""

    __slots__ = ("alpha",)
    arity, promote = 2, "arithmetic"
    glyph, tex, local = "+", r"{0} + {2}\,{1}", ("1", "{2}")

    def name(self) -> str:
        """Return PyTorch's name, which is that of a sum without a weight."""
        return "AddBackward0"

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any, alpha: Number) -> Any:
        ctx.alpha = alpha
        return a + alpha * b

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return grad, grad * ctx.alpha


def add(input: TensorT, other: Any, *, alpha: Number = 1) -> TensorT:
    """Return ``input + alpha * other``.

    Parameters
    ----------
    input : Tensor
        Any shape.
    other : Tensor or number
        A shape that broadcasts with the first.
    alpha : number
        The weight of ``other``.

    Returns
    -------
    Tensor
        Of the broadcast shape.

    Raises
    ------
    RuntimeError
        If the shapes do not broadcast, or a fraction weighs integers.

    Examples
    --------
    >>> mg.add(mg.tensor([1.0, 2.0]), mg.tensor([10.0, 20.0]), alpha=2)
    tensor([21., 42.])
    """
    if alpha == 1:
        return pair("add", Add, input, other)  # type: ignore[no-any-return]
    return pair("add", AddScaled, input, other, _weight(alpha, input, other))  # type: ignore[no-any-return]


def _weight(alpha: Number, *operands: Any) -> Number:
    """Return a weight, having checked that integers are not weighed by a fraction."""
    if all(isinstance(x, TensorBase) and x._array.dtype.kind == "b" for x in operands):
        return bool(alpha)
    if isinstance(alpha, float) and not any(
        isinstance(x, float) or (isinstance(x, TensorBase) and x._array.dtype.kind in "fc") for x in operands
    ):
        raise RuntimeError("For integral input tensors, argument alpha must not be a floating point number.")
    return alpha


class Sub(Op):
    """A difference hands its gradient on, with the sign turned for what is subtracted."""

    __slots__ = ()
    arity, promote = 2, "arithmetic"
    glyph, tex, local = "−", "{0} - {1}", ("1", "-1")

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        return a - b

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return grad, -grad if ctx.needs_input_grad[1] else None


class SubScaled(Op):
    """A difference with a weight: what is subtracted gets its weighted share, with the sign turned."""

    __slots__ = ("alpha",)
    arity, promote = 2, "arithmetic"
    glyph, tex, local = "−", r"{0} - {2}\,{1}", ("1", "-{2}")

    def name(self) -> str:
        """Return PyTorch's name, which is that of a difference without a weight."""
        return "SubBackward0"

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any, alpha: Number) -> Any:
        ctx.alpha = alpha
        return a - alpha * b

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return grad, -grad * ctx.alpha


class Rsub(Op):
    """A number minus a tensor: the gradient goes on with its sign turned."""

    __slots__ = ()
    suffix = "1"
    glyph, tex, local = "−", "{1} - {0}", ("-1",)

    @staticmethod
    def forward(ctx: Any, x: Any, number: Number) -> Any:
        return number - x

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return -grad


class RsubTensor(Op):
    """A difference the other way round: the first input is what is subtracted."""

    __slots__ = ()
    arity, promote = 2, "arithmetic"
    glyph, tex, local = "−", "{1} - {0}", ("-1", "1")

    def name(self) -> str:
        """Return PyTorch's name."""
        return "RsubBackward0"

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        return b - a

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return -grad, grad


def sub(input: TensorT, other: Any, *, alpha: Number = 1) -> TensorT:
    """Return ``input - alpha * other``.

    Parameters
    ----------
    input : Tensor
        Any shape.
    other : Tensor or number
        A shape that broadcasts with the first.
    alpha : number
        The weight of ``other``.

    Returns
    -------
    Tensor
        Of the broadcast shape.

    Raises
    ------
    RuntimeError
        If the shapes do not broadcast, or a boolean is subtracted.

    Examples
    --------
    >>> mg.sub(mg.tensor([1.0, 2.0]), 1)
    tensor([0., 1.])
    """
    refuse_bool(input, other)
    if alpha == 1:
        return pair("sub", Sub, input, other)  # type: ignore[no-any-return]
    return pair("sub", SubScaled, input, other, _weight(alpha, input, other))  # type: ignore[no-any-return]


def rsub(input: TensorT, other: Any) -> TensorT:
    """Return ``other - input``.

    Parameters
    ----------
    input : Tensor
        What is subtracted.
    other : Tensor or number
        What it is subtracted from.

    Returns
    -------
    Tensor
        Of the broadcast shape.

    Examples
    --------
    >>> mg.rsub(mg.tensor([1.0, 2.0]), 5)
    tensor([4., 3.])
    """
    refuse_bool(input, other)
    if isinstance(operand(other), TensorBase):
        return pair("rsub", RsubTensor, input, other)  # type: ignore[no-any-return]
    return apply(Rsub, settle(input, other), operand(other))  # type: ignore[no-any-return]


def refuse_bool(*operands: Any) -> None:
    """Refuse to subtract booleans, as PyTorch does."""
    bools = [isinstance(x, TensorBase) and x._array.dtype.kind == "b" for x in operands]
    if all(bools):
        raise RuntimeError(
            "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` "
            "operator instead."
        )
    if any(bools):
        raise RuntimeError(
            "Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying to invert a mask, "
            "use the `~` or `logical_not()` operator instead."
        )


class Mul(Op):
    """A product swaps its inputs: each one's gradient is scaled by the other."""

    __slots__ = ()
    arity, promote, saved_for = 2, "arithmetic", (1, 0)
    glyph, tex, local = "×", r"{0}\,{1}", ("{1}", "{0}")

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        ctx.save_for_backward(a, b)
        return a * b

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        a, b = ctx.saved_tensors
        return grad * b if b is not None else None, grad * a if a is not None else None


def mul(input: TensorT, other: Any) -> TensorT:
    """Return the product, entry by entry.

    Parameters
    ----------
    input : Tensor
        Any shape.
    other : Tensor or number
        A shape that broadcasts with the first.

    Returns
    -------
    Tensor
        Of the broadcast shape.

    Raises
    ------
    RuntimeError
        If the shapes do not broadcast.

    Examples
    --------
    >>> mg.mul(mg.tensor([1.0, 2.0]), mg.tensor([3.0, 4.0]))
    tensor([3., 8.])
    """
    return pair("mul", Mul, input, other)  # type: ignore[no-any-return]


class Div(Op):
    """A quotient scales its gradient by one over the bottom; the bottom pulls the other way, more the smaller it is."""

    __slots__ = ()
    arity, promote, saved_for = 2, "float", (1, None)
    glyph, tex, local = "÷", r"\frac{{{0}}}{{{1}}}", (r"\frac{{1}}{{{1}}}", r"-\frac{{{0}}}{{{1}^2}}")

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        ctx.save_for_backward(a, b)
        return np.true_divide(a, b)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        a, b = ctx.saved_tensors
        need_a, need_b = ctx.needs_input_grad
        return grad / b if need_a else None, -grad * ((a / b) / b) if need_b else None


def div(input: TensorT, other: Any, *, rounding_mode: str | None = None) -> TensorT:
    """Return the quotient, entry by entry.

    Parameters
    ----------
    input : Tensor
        What is divided.
    other : Tensor or number
        What it is divided by; 0 gives inf or nan.
    rounding_mode : {None, "trunc", "floor"}
        Whether to round the quotient, toward zero or down. Rounded, it has no slope: its gradient is zero.

    Returns
    -------
    Tensor
        Of the broadcast shape; integers give floats unless rounded.

    Raises
    ------
    RuntimeError
        If the shapes do not broadcast, the mode is unknown, or integers are divided by 0 and rounded.

    Examples
    --------
    >>> mg.div(mg.tensor([7, -7]), 2)
    tensor([ 3.5000, -3.5000])
    >>> mg.div(mg.tensor([7, -7]), 2, rounding_mode="floor")
    tensor([ 3, -4])
    """
    if rounding_mode is None:
        return pair("div", Div, input, other)  # type: ignore[no-any-return]
    if rounding_mode == "floor":
        return pair("div", rounding.DivFloor, input, other)  # type: ignore[no-any-return]
    if rounding_mode == "trunc":
        return pair("div", rounding.DivTrunc, input, other)  # type: ignore[no-any-return]
    raise RuntimeError(f"div expected rounding_mode to be one of None, 'trunc', or 'floor' but found '{rounding_mode}'")


class Neg(Op):
    """A change of sign changes the sign of the gradient."""

    __slots__ = ()
    glyph, tex, local = "−", "-{0}", ("-1",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        if x.dtype.kind == "b":
            raise RuntimeError(
                "Negation, the `-` operator, on a bool tensor is not supported. If you are trying to invert a mask, "
                "use the `~` or `logical_not()` operator instead."
            )
        return -x

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return -grad


def neg(input: TensorT) -> TensorT:
    """Return each entry with its sign turned.

    Parameters
    ----------
    input : Tensor
        Any shape; not booleans.

    Returns
    -------
    Tensor
        Of the same shape and dtype.

    Examples
    --------
    >>> mg.neg(mg.tensor([1, -2]))
    tensor([-1,  2])
    """
    return apply(Neg, tensor(input, "neg"))  # type: ignore[no-any-return]


def positive(input: TensorT) -> TensorT:
    """Return the tensor itself.

    Parameters
    ----------
    input : Tensor
        Any shape; not booleans.

    Returns
    -------
    Tensor
        The same object.

    Examples
    --------
    >>> mg.positive(mg.tensor([1, -2]))
    tensor([ 1, -2])
    """
    if tensor(input, "positive")._array.dtype.kind == "b":
        raise RuntimeError("The `+` operator, on a bool tensor is not supported.")
    return input


class Reciprocal(Op):
    """One over a number falls as the number grows: by the square of the result."""

    __slots__ = ()
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
        if exponent < 0 and x.dtype.kind in "iu":
            raise RuntimeError("Integers to negative integer powers are not allowed.")
        return power(x, exponent)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        n = ctx.exponent
        return zeros_like(grad) if n == 0 else grad * (n * power(x, n - 1))


class PowTensor(Op):
    """A power of two tensors: the base feels the exponent in front, the exponent feels the logarithm of the base."""

    __slots__ = ()
    suffix = "1"
    arity, promote = 2, "arithmetic"
    glyph, tex, local = "xⁿ", "{0}^{{{1}}}", ("{1}\\,{0}^{{{1} - 1}}", r"{0}^{{{1}}}\,\ln {0}")

    def name(self) -> str:
        """Return PyTorch's name."""
        return "PowBackward1"

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        supported(a, "b", "pow")
        if a.dtype.kind in "iu" and (b < 0).any():
            raise RuntimeError("Integers to negative integer powers are not allowed.")
        y = np.power(a, b)
        ctx.save_for_backward(a, b, y)
        return y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        a, b, y = ctx.saved_tensors
        need_a, need_b = ctx.needs_input_grad
        grad_a = grad * where(b == 0, 0.0, b * a ** (b - 1)) if need_a else None
        grad_b = grad * where((a == 0) & (b >= 0), 0.0, y * np.log(a)) if need_b else None
        return grad_a, grad_b


class PowBase(Op):
    """A number to the power of a tensor grows as itself, times the logarithm of the number."""

    __slots__ = ("base",)
    glyph, tex, local = "aˣ", "{1}^{{{0}}}", (r"{1}^{{{0}}}\,\ln {1}",)

    def name(self) -> str:
        """Return PyTorch's name."""
        return "PowBackward2"

    @staticmethod
    def forward(ctx: Any, x: Any, base: float) -> Any:
        if x.dtype.kind in "iu" and (x < 0).any():
            raise RuntimeError("Integers to negative integer powers are not allowed.")
        y = np.power(base, x)
        ctx.base = base
        ctx.save_for_backward(x, y)
        return y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        x, y = ctx.saved_tensors
        if ctx.base == 0:
            return grad * where(x >= 0, 0.0, y * -math.inf)
        return grad * (y * (math.log(ctx.base) if ctx.base > 0 else math.nan))


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
    if isinstance(x, TensorBase) and isinstance(n, TensorBase):
        return pair("pow", PowTensor, x, n)
    if isinstance(x, TensorBase) and n is not NotImplemented:
        return apply(Pow, settle(x, n), n)
    if isinstance(n, TensorBase) and x is not NotImplemented:
        return apply(PowBase, settle(n, x), x)
    refuse(exponent if isinstance(x, TensorBase) else input, "pow", *(("exponent", 2) if x is input else ("input", 1)))


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
    x, n = [v.double() if isinstance(v, TensorBase) else v for v in (operand(input), operand(exponent))]  # type: ignore[attr-defined]
    return pow(x, n)


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


class Lerp(Op):
    """A mixture shares its gradient between the two ends, by how near it lies to each."""

    __slots__ = ("weight",)
    arity, promote = 2, "arithmetic"
    glyph, tex, local = "↗", r"{0} + {2}\,({1} - {0})", ("1 - {2}", "{2}")

    @staticmethod
    def forward(ctx: Any, start: Any, end: Any, weight: float) -> Any:
        ctx.weight = weight
        supported(start, "biu", "lerp_kernel_scalar")
        return start + weight * (end - start) if abs(weight) < 0.5 else end - (end - start) * (1 - weight)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return grad * (1 - ctx.weight), grad * ctx.weight


class LerpTensor(Op):
    """A mixture shares its gradient between its ends; its weight feels how far they are apart."""

    __slots__ = ()
    arity, promote = 3, "arithmetic"
    glyph, tex, local = "↗", r"{0} + {2}\,({1} - {0})", ("1 - {2}", "{2}", "{1} - {0}")

    def name(self) -> str:
        """Return PyTorch's name."""
        return "LerpBackward1"

    @staticmethod
    def forward(ctx: Any, start: Any, end: Any, weight: Any) -> Any:
        ctx.save_for_backward(start, end, weight)
        supported(start, "biu", "lerp_kernel_tensor")
        return np.where(np.abs(weight) < 0.5, start + weight * (end - start), end - (end - start) * (1 - weight))

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        start, end, weight = ctx.saved_tensors
        return grad * (1 - weight), grad * weight, grad * (end - start)


def lerp(input: TensorT, end: TensorT, weight: Any) -> TensorT:
    """Return ``input + weight * (end - input)``: a point on the line between two.

    Parameters
    ----------
    input : Tensor
        Where weight 0 lies.
    end : Tensor
        Where weight 1 lies; a shape that broadcasts with the first.
    weight : Tensor or number
        How far along.

    Returns
    -------
    Tensor
        Of the broadcast shape.

    Examples
    --------
    >>> mg.lerp(mg.tensor([0.0, 10.0]), mg.tensor([10.0, 20.0]), 0.25)
    tensor([ 2.5000, 12.5000])
    """
    tensor(input, "lerp")
    tensor(end, "lerp", "end", 2)
    if isinstance(weight, TensorBase):
        return apply(LerpTensor, input, end, weight)  # type: ignore[no-any-return]
    return pair("lerp", Lerp, input, end, weight)  # type: ignore[no-any-return]


subtract, multiply, divide, true_divide, negative = sub, mul, div, div, neg
