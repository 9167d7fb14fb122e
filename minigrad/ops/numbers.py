"""A tensor and a number, as PyTorch's own C++ puts them together."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autograd.function import Op, apply
from minigrad.ops import formulas
from minigrad.ops.arguments import settle

# Note [A number beside a tensor]
#
# Where PyTorch's own C++ adds, multiplies or divides by a number, the node has one edge and its name ends in 1.
# It holds the number as a setting, which no pass frees as it frees what is saved. Programs print the `grad_fn` of a
# loss and go twice through recorded formulas, so it is said here too.


class AddNumber(Op):
    """A number that is added changes nothing: the gradient passes."""

    __slots__ = ()
    glyph, tex, local = "+", r"{0} + {1}", (r"1",)

    called = "AddBackward1"

    @staticmethod
    def forward(ctx: Any, x: Any, number: float) -> Any:
        return x + number

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return grad


class SubNumber(Op):
    """A number that is taken away changes nothing: the gradient passes."""

    __slots__ = ()
    glyph, tex, local = "−", r"{0} - {1}", ("1",)

    called = "SubBackward1"

    @staticmethod
    def forward(ctx: Any, x: Any, number: float) -> Any:
        return x - number

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return grad


class MulNumber(Op):
    """A number scales the gradient as it scaled the input."""

    __slots__ = ("number",)
    glyph, tex, local = "×", r"{1}\,{0}", (r"{1}",)

    called = "MulBackward1"

    @staticmethod
    def forward(ctx: Any, x: Any, number: float) -> Any:
        ctx.number = number
        return x * number

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return formulas.times(grad, ctx.number)


class DivNumber(Op):
    """Divided by a number, the gradient is divided too."""

    __slots__ = ("number",)
    glyph, tex, local = "÷", r"\frac{{{0}}}{{{1}}}", (r"\frac{{1}}{{{1}}}",)

    called = "DivBackward1"

    @staticmethod
    def forward(ctx: Any, x: Any, number: float) -> Any:
        ctx.number = number
        return np.true_divide(x, number)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return formulas.over(grad, ctx.number)


def plus(x: Any, number: float) -> Any:
    """Return ``x + number``."""
    return apply(AddNumber, settle(x, number), number)


def less(x: Any, number: float) -> Any:
    """Return ``x - number``."""
    return apply(SubNumber, settle(x, number), number)


def times(x: Any, number: float) -> Any:
    """Return ``x * number``."""
    return apply(MulNumber, settle(x, number), number)


def over(x: Any, number: float) -> Any:
    """Return ``x / number``."""
    return apply(DivNumber, settle(x, 1.0), number)
