"""Functions of one number, applied to each entry: exponentials, trigonometry, activations, and choices between entries."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autograd.function import Op


class Exp(Op):
    """The exponential is its own slope: the gradient is scaled by the output."""

    __slots__ = ()
    promote = "float"
    glyph, tex, local = "eˣ", "e^{{{0}}}", ("e^{{{0}}}",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        y = np.exp(x)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (y,) = ctx.saved_tensors
        return grad * y


class Log(Op):
    """The logarithm divides the gradient by its input: steep near zero, flat far away."""

    __slots__ = ()
    promote = "float"
    glyph, tex, local = "ln", r"\ln {0}", (r"\frac{{1}}{{{0}}}",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return np.log(x)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        return grad / x


class Tanh(Op):
    """The slope of tanh is one minus its output squared: near ±1 hardly any gradient passes."""

    __slots__ = ()
    promote = "float"
    glyph, tex, local = "tanh", r"\tanh {0}", ("1 - {y}^2",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        y = np.tanh(x)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (y,) = ctx.saved_tensors
        return grad * (1 - y * y)


class Relu(Op):
    """Where the input is positive the gradient passes; elsewhere it stops."""

    __slots__ = ()
    glyph, tex, local = "ReLU", r"\max(0, {0})", ("[{0} > 0]",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        y = np.maximum(x, 0)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (y,) = ctx.saved_tensors
        return grad * (y > 0)
