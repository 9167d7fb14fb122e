"""Sums, products and quotients."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import TensorBase
from minigrad.autograd.function import Op, apply
from minigrad.autograd.refusals import refuse_oversized
from minigrad.ops import formulas, remainders
from minigrad.ops.arguments import (
    Number,
    TensorT,
    around,
    number_first,
    operand,
    pair,
    real_number,
    refuse,
    refuse_unfit,
    settle,
    supported,
    tensor,
)

__all__ = [
    "add",
    "div",
    "divide",
    "lerp",
    "mul",
    "multiply",
    "neg",
    "negative",
    "positive",
    "rsub",
    "sub",
    "subtract",
    "true_divide",
]


class Add(Op):
    """A sum hands its gradient to both inputs unchanged."""

    __slots__ = ()
    arity, promote = 2, "arithmetic"
    glyph, tex, local = "+", "{0} + {1}", ("1", "1")
    commutes = True

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

    called = "AddBackward0"

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any, alpha: Number) -> Any:
        ctx.alpha = alpha
        return a + alpha * b

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return grad, formulas.times(grad, ctx.alpha)


def add(input: TensorT, other: Any, *older: Any, alpha: Number = 1) -> TensorT:
    """Return ``input + alpha * other``.

    Parameters
    ----------
    input : Tensor
        Any shape.
    other : Tensor or number
        A shape that broadcasts with the first.
    *older : optional
        The order of older programs, ``add(input, alpha, other)``, is understood, with a warning.
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
    if older:
        alpha, (other,) = other, number_first("add", "alpha", "other", older)
    if alpha == 1 and alpha is not True:
        return pair("add", Add, input, other)  # type: ignore[no-any-return]
    return pair("add", AddScaled, input, other, _weight(alpha, "add", input, other))  # type: ignore[no-any-return]


def _weight(alpha: Number, name: str, *operands: Any) -> Number:
    """Return a weight, having checked that integers are not weighed by a fraction."""
    if type(alpha) is not float or not -_LIGHT <= alpha <= _LIGHT:
        alpha = _plain_weight(alpha, name, operands)
    if isinstance(alpha, float) and not any(
        isinstance(x, float) or (isinstance(x, TensorBase) and x._array.dtype.kind in "fc") for x in operands
    ):
        raise RuntimeError("For integral input tensors, argument alpha must not be a floating point number.")
    return alpha


_LIGHT = 65504.0  # every floating dtype has room for it


def _plain_weight(alpha: Any, name: str, operands: tuple[Any, ...]) -> Number:
    """Return a weight that is no ordinary one as a number of Python's, having checked that there is room for it."""
    if isinstance(alpha, TensorBase):
        alpha = alpha._array
    if isinstance(alpha, (np.ndarray, np.generic)):
        alpha = alpha.item()
    if not isinstance(alpha, (int, float, complex)):
        raise TypeError(f"{name}(): argument 'alpha' must be Number, not {type(alpha).__name__}")
    kind = dtypes.result_type(*[x._array if isinstance(x, TensorBase) else x for x in operands])
    if kind.kind == "b":
        return bool(alpha)
    if isinstance(alpha, bool):
        raise RuntimeError("Boolean alpha only supported for Boolean results.")
    if isinstance(alpha, complex) and kind.kind != "c":
        raise RuntimeError("For non-complex input tensors, argument alpha must not be a complex number.")
    if type(alpha) is int:
        refuse_oversized(alpha)
    if type(alpha) is int or kind.kind == "f":
        refuse_unfit(alpha, kind, half=True)
    weight: Number = around(alpha, kind)
    return weight


def refuse_bool(*operands: Any) -> None:
    """Refuse to subtract booleans, as PyTorch does."""
    arrays = [x._array if isinstance(x, TensorBase) else x for x in operands]
    bools = [x.dtype.kind == "b" if isinstance(x, np.ndarray) else isinstance(x, bool) for x in arrays]
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


class Sub(Op):
    """A difference hands its gradient on, with the sign turned for what is subtracted."""

    __slots__ = ()
    arity, promote = 2, "arithmetic"
    admit = staticmethod(refuse_bool)
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

    called = "SubBackward0"

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any, alpha: Number) -> Any:
        ctx.alpha = alpha
        return a - alpha * b

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return grad, formulas.times(-grad, ctx.alpha)


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
    arity, promote, lies = 2, "arithmetic", -1
    glyph, tex, local = "−", "{1} - {0}", ("-1", "1")

    called = "RsubBackward0"

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        return b - a

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return -grad, grad


def sub(input: TensorT, other: Any, *older: Any, alpha: Number = 1) -> TensorT:
    """Return ``input - alpha * other``.

    Parameters
    ----------
    input : Tensor
        Any shape.
    other : Tensor or number
        A shape that broadcasts with the first.
    *older : optional
        The order of older programs, ``sub(input, alpha, other)``, is understood, with a warning.
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
    if older:
        alpha, (other,) = other, number_first("sub", "alpha", "other", older)
    refuse_bool(input, other)
    if alpha == 1 and alpha is not True:
        return pair("sub", Sub, input, other)  # type: ignore[no-any-return]
    return pair("sub", SubScaled, input, other, _weight(alpha, "sub", input, other))  # type: ignore[no-any-return]


def rsub(input: TensorT, other: Any, *, alpha: Number = 1) -> TensorT:
    """Return ``other - alpha * input``.

    Parameters
    ----------
    input : Tensor
        What is subtracted.
    other : Tensor or number
        What it is subtracted from.
    alpha : number
        What to multiply the input with first.

    Returns
    -------
    Tensor
        Of the broadcast shape.

    Examples
    --------
    >>> mg.rsub(mg.tensor([1.0, 2.0]), 5)
    tensor([4., 3.])
    """
    tensor(input, "rsub")
    refuse_bool(input, other)
    if alpha != 1 or alpha is True:
        return sub(other, input, alpha=alpha)  # type: ignore[no-any-return]
    if isinstance(operand(other), TensorBase):
        return pair("rsub", RsubTensor, input, other)  # type: ignore[no-any-return]
    if operand(other) is NotImplemented:
        refuse(other, "rsub", "other", 2)
    x, number = settle(input, other), operand(other)
    return apply(Rsub, x, around(number, x._array.dtype))  # type: ignore[no-any-return]


class Mul(Op):
    """A product swaps its inputs: each one's gradient is scaled by the other."""

    __slots__ = ()
    arity, promote, saved_for = 2, "arithmetic", (1, 0)
    glyph, tex, local = "×", r"{0}\,{1}", ("{1}", "{0}")
    commutes = True

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
        return pair("div", remainders.DivFloor, input, other)  # type: ignore[no-any-return]
    if rounding_mode == "trunc":
        return pair("div", remainders.DivTrunc, input, other)  # type: ignore[no-any-return]
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


def refuse_other_dtypes(start: Any, end: Any, weight: Any = None) -> None:
    """Refuse to mix what differs in dtype."""
    for name, x in (("end", end), ("weight", weight)):
        if isinstance(x, np.ndarray) and x.dtype != start.dtype and (x.ndim or name == "end"):
            ours, theirs = dtypes.cpp_type(start.dtype), dtypes.cpp_type(x.dtype)
            raise RuntimeError(f"expected dtype {ours} for `{name}` but got dtype {theirs}")


class Lerp(Op):
    """A mixture shares its gradient between the two ends, by how near it lies to each."""

    __slots__ = ("weight",)
    arity, promote = 2, "arithmetic"
    admit = staticmethod(refuse_other_dtypes)
    glyph, tex, local = "↗", r"{0} + {2}\,({1} - {0})", ("1 - {2}", "{2}")

    @staticmethod
    def forward(ctx: Any, start: Any, end: Any, weight: float) -> Any:
        ctx.weight = weight
        supported(start, "biu", "lerp_kernel_scalar")
        return formulas.lerp(start, end, weight)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return formulas.times(grad, 1 - ctx.weight), formulas.times(grad, ctx.weight)


class LerpTensor(Op):
    """A mixture shares its gradient between its ends; its weight feels how far they are apart."""

    __slots__ = ()
    saved_names = ("self", "end", "weight")
    arity, promote = 3, "arithmetic"
    admit = staticmethod(refuse_other_dtypes)
    glyph, tex, local = "↗", r"{0} + {2}\,({1} - {0})", ("1 - {2}", "{2}", "{1} - {0}")

    called = "LerpBackward1"

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
    if not -_LIGHT <= real_number(weight, "lerp", "weight", 3, "Number") <= _LIGHT:
        if type(weight) is int:
            refuse_oversized(weight)
        if input._array.dtype == np.float32:
            refuse_unfit(weight, input._array.dtype)
    return pair("lerp", Lerp, input, end, weight)  # type: ignore[no-any-return]


subtract, multiply, divide, true_divide, negative = sub, mul, div, div, neg
