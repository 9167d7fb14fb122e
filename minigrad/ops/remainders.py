"""What a division leaves: floor_divide, remainder, fmod."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autograd.base import TensorBase
from minigrad.autograd.function import Op, apply
from minigrad.ops.arguments import TensorT, around, operand, pair, refuse, settle, supported, tensor
from minigrad.ops.formulas import floor_div, trunc_div, zeros_like

__all__ = ["floor_divide", "fmod", "remainder"]


# --- Division with a remainder -------------------------------------------------------------------------------------


def _refuse_zero(x: Any, divisor: Any, kernel: str) -> None:
    """Refuse to divide integers by zero, or booleans at all, as PyTorch does; NumPy would give 0."""
    supported(x, "b", kernel)
    if x.dtype.kind in "iu" and not np.all(divisor):
        raise RuntimeError("ZeroDivisionError")


class FloorDivide(Op):
    """PyTorch has no gradient for ``//``; the backward pass says so."""

    __slots__ = ()
    only_real = "div_floor_cpu"
    arity, promote = 2, "arithmetic"
    glyph, tex, local = "//", r"\lfloor \frac{{{0}}}{{{1}}} \rfloor", ("0", "0")

    called = "torch::autograd::NotImplemented"

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        _refuse_zero(a if isinstance(a, np.ndarray) else b, b, "div_floor_cpu")
        return floor_div(a, b)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        raise RuntimeError(
            "derivative for aten::floor_divide is not implemented. Use mg.div(a, b, rounding_mode='floor'), whose "
            "gradient is zero."
        )


class DivFloor(Op):
    """A quotient rounded down is flat between its steps: no gradient passes."""

    __slots__ = ()
    only_real = "div_floor_cpu"
    suffix = "2"
    arity, promote = 2, "arithmetic"
    glyph, tex, local = "÷", r"\lfloor \frac{{{0}}}{{{1}}} \rfloor", ("0", "0")

    called = "DivBackward2"

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        _refuse_zero(a if isinstance(a, np.ndarray) else b, b, "div_floor_cpu")
        return floor_div(a, b)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return zeros_like(grad), zeros_like(grad)


class DivTrunc(Op):
    """A quotient without its fraction is flat between its steps: no gradient passes."""

    __slots__ = ()
    only_real = "div_trunc_cpu"
    arity, promote = 2, "arithmetic"
    glyph, tex, local = "÷", r"\mathrm{{trunc}}(\frac{{{0}}}{{{1}}})", ("0", "0")

    called = "DivBackward2"

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        _refuse_zero(a if isinstance(a, np.ndarray) else b, b, "div_trunc_cpu")
        return trunc_div(a, b)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return zeros_like(grad), zeros_like(grad)


def floor_divide(input: Any, other: Any) -> Any:
    """Return the quotient rounded down, as ``//`` does.

    Parameters
    ----------
    input : Tensor or number
        What is divided.
    other : Tensor or number
        What it is divided by.

    Returns
    -------
    Tensor
        Of the broadcast shape; integers stay integers.

    Raises
    ------
    RuntimeError
        If integers are divided by zero; in the backward pass always, for PyTorch has no gradient for it.

    Examples
    --------
    >>> mg.floor_divide(mg.tensor([7, -7]), 2)
    tensor([ 3, -4])
    """
    return pair("floor_divide", FloorDivide, input, other)


def _remainder(a: Any, b: Any) -> Any:
    """Return the remainder with the divisor's sign; like PyTorch's and unlike NumPy's, that of -2 by 2 is -0."""
    r = np.fmod(a, b)
    return np.where((r != 0) & ((r < 0) != (b < 0)), r + b, r) if r.dtype.kind == "f" else np.remainder(a, b)


class Remainder(Op):
    """A remainder moves as its input does, between jumps: the gradient passes unchanged."""

    __slots__ = ()
    only_real = "remainder_cpu"
    glyph, tex, local = "%", r"{0} \bmod {1}", ("1",)

    @staticmethod
    def forward(ctx: Any, x: Any, divisor: Any) -> Any:
        _refuse_zero(x, divisor, "remainder_cpu")
        return _remainder(x, divisor)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return grad


class RemainderTensor(Op):
    """A remainder is the input minus whole steps of the divisor, so the divisor's gradient counts the steps."""

    __slots__ = ()
    only_real = "remainder_cpu"
    arity, promote, saved_for = 2, "arithmetic", (1, 1)
    glyph, tex = "%", r"{0} \bmod {1}"
    local = ("1", r"-\lfloor \frac{{{0}}}{{{1}}} \rfloor")

    called = "RemainderBackward1"

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        _refuse_zero(a if isinstance(a, np.ndarray) else b, b, "remainder_cpu")
        ctx.save_for_backward(a, b)
        return _remainder(a, b)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        if not ctx.needs_input_grad[1]:
            return grad, None
        a, b = ctx.saved_tensors
        return grad, -grad * floor_div(a, b)


class RemainderOfNumber(Op):
    """PyTorch has no gradient for a number modulo a tensor; the backward pass says so."""

    __slots__ = ()
    glyph, tex, local = "%", r"{1} \bmod {0}", (r"-\lfloor \frac{{{1}}}{{{0}}} \rfloor",)

    called = "torch::autograd::NotImplemented"

    @staticmethod
    def forward(ctx: Any, x: Any, number: Any) -> Any:
        _refuse_zero(x, x, "remainder_cpu")
        return _remainder(number, x)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        raise RuntimeError(
            "derivative for aten::remainder is not implemented where the first operand is a number. Make it a tensor: "
            "mg.remainder(mg.tensor(2.0), x)."
        )


def remainder(input: Any, other: Any) -> Any:
    """Return the remainder of a division, with the divisor's sign, as ``%`` does.

    Parameters
    ----------
    input : Tensor or number
        What is divided.
    other : Tensor or number
        What it is divided by.

    Returns
    -------
    Tensor
        Of the broadcast shape.

    Raises
    ------
    RuntimeError
        If integers are divided by zero.

    Examples
    --------
    >>> mg.remainder(mg.tensor([7, -7]), 3)
    tensor([1, 2])
    """
    a, b = operand(input), operand(other)
    if isinstance(a, TensorBase) and isinstance(b, (int, float)):
        a = settle(a, b)
        return apply(Remainder, a, around(b, a._array.dtype))
    if isinstance(b, TensorBase) and isinstance(a, (int, float)):
        b = settle(b, a)
        return apply(RemainderOfNumber, b, around(a, b._array.dtype))
    return pair("remainder", RemainderTensor, input, other)


class Fmod(Op):
    """A remainder moves as its input does, between jumps: the gradient passes unchanged."""

    __slots__ = ()
    only_real = "fmod_cpu"
    glyph, tex, local = "fmod", r"\mathrm{{fmod}}({0}, {1})", ("1",)

    @staticmethod
    def forward(ctx: Any, x: Any, divisor: Any) -> Any:
        _refuse_zero(x, divisor, "fmod_cpu")
        return np.fmod(x, divisor)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return grad


class FmodTensor(Op):
    """A remainder is the input minus whole steps of the divisor, so the divisor's gradient counts the steps."""

    __slots__ = ()
    only_real = "fmod_cpu"
    arity, promote, saved_for = 2, "arithmetic", (1, 1)
    glyph, tex = "fmod", r"\mathrm{{fmod}}({0}, {1})"
    local = ("1", r"-\mathrm{{trunc}}(\frac{{{0}}}{{{1}}})")

    called = "FmodBackward1"

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        _refuse_zero(a if isinstance(a, np.ndarray) else b, b, "fmod_cpu")
        ctx.save_for_backward(a, b)
        return np.fmod(a, b)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        if not ctx.needs_input_grad[1]:
            return grad, None
        a, b = ctx.saved_tensors
        return grad, -grad * trunc_div(a, b)


def fmod(input: TensorT, other: Any) -> TensorT:
    """Return the remainder of a division, with the sign of what is divided, as in C.

    Parameters
    ----------
    input : Tensor
        What is divided.
    other : Tensor or number
        What it is divided by.

    Returns
    -------
    Tensor
        Of the broadcast shape.

    Raises
    ------
    RuntimeError
        If integers are divided by zero.

    Examples
    --------
    >>> mg.fmod(mg.tensor([7, -7]), 3)
    tensor([ 1, -1])
    """
    x, divisor = tensor(input, "fmod"), operand(other)
    if divisor is NotImplemented:
        refuse(other, "fmod", "other", 2)
    if isinstance(divisor, TensorBase):
        return pair("fmod", FmodTensor, x, divisor)  # type: ignore[no-any-return]
    x = settle(x, divisor)
    return apply(Fmod, x, around(divisor, x._array.dtype))  # type: ignore[no-any-return]
