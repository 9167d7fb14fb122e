"""Sums, products, quotients and powers."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autograd.function import Op, apply
from minigrad.ops.formulas import where


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


class Rsub(Op):
    """A number minus a tensor: the gradient goes on with its sign turned."""

    __slots__ = ()
    suffix = "1"
    arity, promote = 2, "arithmetic"
    glyph, tex, local = "−", "{1} - {0}", ("-1", "1")

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        return b - a

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return -grad, grad


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


class Neg(Op):
    """A change of sign changes the sign of the gradient."""

    __slots__ = ()
    glyph, tex, local = "−", "-{0}", ("-1",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        return -x

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return -grad


class Pow(Op):
    """A power brings its exponent down in front and keeps one power less."""

    __slots__ = ("exponent",)
    glyph, tex, local = "xⁿ", "{0}^{{{1}}}", ("{1}\\,{0}^{{{1} - 1}}",)

    @staticmethod
    def forward(ctx: Any, x: Any, exponent: float) -> Any:
        ctx.exponent = exponent
        ctx.save_for_backward(x)
        return x * x if exponent == 2 else np.power(x, exponent)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        n = ctx.exponent
        return grad * 0.0 if n == 0 else grad * (n * x ** (n - 1))


class PowTensor(Op):
    """A power of two tensors: the base feels the exponent in front, the exponent feels the logarithm of the base."""

    __slots__ = ()
    arity, promote = 2, "arithmetic"
    glyph, tex, local = "xⁿ", "{0}^{{{1}}}", ("{1}\\,{0}^{{{1} - 1}}", r"{0}^{{{1}}}\,\ln {0}")

    def name(self) -> str:
        """Return PyTorch's name: 2 where the base is a plain number, else 1."""
        return "PowBackward2" if self._edges[0] is None and self._saved and not _is_tensor(self._saved[0]) else "PowBackward1"

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
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


def _is_tensor(entry: Any) -> bool:
    return not isinstance(entry, (int, float))
