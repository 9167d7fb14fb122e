"""Choices between entries: the larger, the smaller, the nearest within bounds."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import TensorBase
from minigrad.autograd.function import Op, apply
from minigrad.ops.arguments import (
    Number,
    TensorT,
    fitted,
    operand,
    pair,
    refuse,
    refuse_combination,
    settle,
    supported,
    tensor,
)
from minigrad.ops.formulas import where

__all__ = ["clamp", "clamp_max", "clamp_min", "clip", "maximum", "minimum"]


class Maximum(Op):
    """The larger input gets the whole gradient; where both are equal, each gets half."""

    __slots__ = ()
    only_real = RuntimeError("maximum not implemented for complex tensors.")
    arity, promote = 2, "arithmetic"
    glyph, tex, local = "max", r"\max({0}, {1})", ("[{0} > {1}]", "[{1} > {0}]")
    commutes = True

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        ctx.save_for_backward(a, b)
        return np.maximum(a, b)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        a, b = ctx.saved_tensors
        half = grad / 2
        return (
            where(a == b, half, where(a < b, 0.0, grad)),
            where(a == b, half, where(a > b, 0.0, grad)),
        )


def maximum(input: TensorT, other: TensorT) -> TensorT:
    """Return the larger of two, entry by entry; nan if either is.

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
    >>> mg.maximum(mg.tensor([1.0, 5.0]), mg.tensor([3.0, 2.0]))
    tensor([3., 5.])
    """
    return pair("maximum", Maximum, tensor(input, "maximum"), tensor(other, "maximum", "other", 2))  # type: ignore[no-any-return]


class Minimum(Op):
    """The smaller input gets the whole gradient; where both are equal, each gets half."""

    __slots__ = ()
    only_real = RuntimeError("minimum not implemented for complex tensors.")
    arity, promote = 2, "arithmetic"
    glyph, tex, local = "min", r"\min({0}, {1})", ("[{0} < {1}]", "[{1} < {0}]")
    commutes = True

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        ctx.save_for_backward(a, b)
        return np.minimum(a, b)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        a, b = ctx.saved_tensors
        half = grad / 2
        return (
            where(a == b, half, where(a > b, 0.0, grad)),
            where(a == b, half, where(a < b, 0.0, grad)),
        )


def minimum(input: TensorT, other: TensorT) -> TensorT:
    """Return the smaller of two, entry by entry; nan if either is.

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
    >>> mg.minimum(mg.tensor([1.0, 5.0]), mg.tensor([3.0, 2.0]))
    tensor([1., 2.])
    """
    return pair("minimum", Minimum, tensor(input, "minimum"), tensor(other, "minimum", "other", 2))  # type: ignore[no-any-return]


class Clamp(Op):
    """Within the bounds, which count as inside, the gradient passes; outside it stops."""

    __slots__ = ("bounds",)
    _saved_min = property(lambda node: node.bounds[0])
    _saved_max = property(lambda node: node.bounds[1])
    only_real = "clamp is not supported for complex types"
    glyph, tex, local = "clamp", r"\mathrm{{clamp}}({0})", (r"[\min \le {0} \le \max]",)

    called = "ClampBackward1"

    @staticmethod
    def forward(ctx: Any, x: Any, low: Number | None, high: Number | None) -> Any:
        ctx.bounds = low, high
        ctx.save_for_backward(x)
        y = x if low is None else np.maximum(x, low)
        return y if high is None else np.minimum(y, high)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        low, high = ctx.bounds
        if low is not None:
            grad = where(x >= low, grad, 0.0)
        return grad if high is None else where(x <= high, grad, 0.0)


class ClampMin(Op):
    """From the bound upward the gradient passes; below it stops."""

    __slots__ = ("bound",)
    only_real = "clamp is not supported for complex types"
    glyph, tex, local = "clamp", r"\max({0}, {1})", (r"[{0} \ge {1}]",)

    @staticmethod
    def forward(ctx: Any, x: Any, low: Number) -> Any:
        ctx.bound = low
        ctx.save_for_backward(x)
        return np.maximum(x, low)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        return where(x >= ctx.bound, grad, 0.0)


class ClampMax(Op):
    """Up to the bound the gradient passes; above it stops."""

    __slots__ = ("bound",)
    only_real = "clamp is not supported for complex types"
    glyph, tex, local = "clamp", r"\min({0}, {1})", (r"[{0} \le {1}]",)

    @staticmethod
    def forward(ctx: Any, x: Any, high: Number) -> Any:
        ctx.bound = high
        ctx.save_for_backward(x)
        return np.minimum(x, high)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        return where(x <= ctx.bound, grad, 0.0)


class ClampTensor(Op):
    """Within the bounds the gradient goes to the input; outside, to the bound that took its place."""

    __slots__ = ()
    only_real = "clamp is not supported for complex types"
    saved_names = ("self", "min", "max")
    arity = 3
    glyph, tex = "clamp", r"\mathrm{{clamp}}({0}, {1}, {2})"
    local = (r"[{1} \le {0} \le {2}]", "[{0} < {1}]", "[{0} > {2}]")

    called = "ClampBackward0"

    @staticmethod
    def forward(ctx: Any, x: Any, low: Any, high: Any) -> Any:
        supported(x, "b" if low is not None and high is not None else "", "clamp_cpu")
        ctx.save_for_backward(x, low, high)
        y = x if low is None else np.maximum(x, low)
        return y if high is None else np.minimum(y, high)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        x, low, high = ctx.saved_tensors
        to_x, to_low, to_high = grad, None, None
        if low is not None:
            to_x = where(x >= low, to_x, 0.0)
            to_low = where(x < low, grad, 0.0)
        if high is not None:
            to_x = where(x <= high, to_x, 0.0)
            to_high = where((x > high) if low is None else (x > high) | (low > high), grad, 0.0)
            to_low = None if low is None else where(low < high, to_low, 0.0)
        return to_x, to_low, to_high


def clamp(input: TensorT, min: Any = None, max: Any = None) -> TensorT:
    """Return each entry moved to the nearest bound, if it lies outside.

    Parameters
    ----------
    input : Tensor
        Any shape.
    min, max : Tensor, number, or None
        The bounds; at least one. Where they cross, the upper one wins.

    Returns
    -------
    Tensor
        Of the broadcast shape.

    Raises
    ------
    RuntimeError
        If there is no bound.

    Examples
    --------
    >>> mg.clamp(mg.tensor([-2.0, 0.5, 3.0]), min=0, max=1)
    tensor([0.0000, 0.5000, 1.0000])
    """
    x: Any = tensor(input, "clamp")
    low, high = (None if b is None else operand(b) for b in (min, max))
    for bound, name, position in ((low, "min", 2), (high, "max", 3)):
        if bound is NotImplemented:
            refuse(min if name == "min" else max, "clamp", name, position, "Number")
    if low is None and high is None:
        raise RuntimeError("torch.clamp: At least one of 'min' or 'max' must not be None")
    bounds = [isinstance(b, TensorBase) for b in (low, high) if b is not None]
    if any(bounds) != all(bounds):
        refuse_combination("clamp", "The bounds are two tensors or two numbers.", input, min, max)
    if not any(bounds):
        for bound in (low, high):
            x = x if bound is None else settle(x, bound)
        dtype = x._array.dtype
        low, high = None if low is None else fitted(low, dtype), None if high is None else fitted(high, dtype)
        return apply(Clamp, x, low, high)  # type: ignore[no-any-return]
    target = dtypes.of(dtypes.result_type(*[t._array for t in (x, low, high) if t is not None]))
    x, low, high = (None if t is None else t.to(target) for t in (x, low, high))
    return apply(ClampTensor, x, low, high)  # type: ignore[no-any-return]


def clamp_min(input: TensorT, min: Any) -> TensorT:
    """Return each entry, or the lower bound where that is larger.

    Parameters
    ----------
    input : Tensor
        Any shape.
    min : Tensor or number
        The bound.

    Returns
    -------
    Tensor
        Of the broadcast shape.

    Examples
    --------
    >>> mg.clamp_min(mg.tensor([-2.0, 0.5]), 0)
    tensor([0.0000, 0.5000])
    """
    bound = operand(min)
    if bound is NotImplemented:
        refuse_combination("clamp_min", "The bound is a tensor or a number.", input, min)
    if isinstance(bound, TensorBase):
        return clamp(input, min=bound)
    return apply(ClampMin, settle(tensor(input, "clamp_min"), bound), bound)  # type: ignore[no-any-return]


def clamp_max(input: TensorT, max: Any) -> TensorT:
    """Return each entry, or the upper bound where that is smaller.

    Parameters
    ----------
    input : Tensor
        Any shape.
    max : Tensor or number
        The bound.

    Returns
    -------
    Tensor
        Of the broadcast shape.

    Examples
    --------
    >>> mg.clamp_max(mg.tensor([-2.0, 0.5]), 0)
    tensor([-2.,  0.])
    """
    bound = operand(max)
    if bound is NotImplemented:
        refuse_combination("clamp_max", "The bound is a tensor or a number.", input, max)
    if isinstance(bound, TensorBase):
        return clamp(input, max=bound)
    return apply(ClampMax, settle(tensor(input, "clamp_max"), bound), bound)  # type: ignore[no-any-return]


clip = clamp
