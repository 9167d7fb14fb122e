"""Exponentials and logarithms."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.autograd.function import Op, apply
from minigrad.ops.arguments import TensorT, tensor

__all__ = ["exp", "exp2", "expm1", "log", "log1p", "log2", "log10"]

LN2, LN10 = math.log(2), math.log(10)


class Exp(Op):
    """The exponential is its own slope: the gradient is scaled by the output."""

    __slots__ = ()
    saved_names = ("result",)
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


def exp(input: TensorT) -> TensorT:
    """Return the exponential of each entry.

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
    >>> mg.exp(mg.tensor([0.0, 1.0]))
    tensor([1.0000, 2.7183])
    """
    return apply(Exp, tensor(input, "exp"))  # type: ignore[no-any-return]


class Exp2(Op):
    """A power of two grows as itself, times the logarithm of two."""

    __slots__ = ()
    saved_names = ("result",)
    promote = "float"
    glyph, tex, local = "2ˣ", "2^{{{0}}}", (r"2^{{{0}}}\,\ln 2",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        y = np.exp2(x)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (y,) = ctx.saved_tensors
        return grad * y * LN2


def exp2(input: TensorT) -> TensorT:
    """Return two to the power of each entry.

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
    >>> mg.exp2(mg.tensor([0.0, 3.0]))
    tensor([1., 8.])
    """
    return apply(Exp2, tensor(input, "exp2"))  # type: ignore[no-any-return]


class Expm1(Op):
    """One less than the exponential has the same slope: the output and one."""

    __slots__ = ()
    saved_names = ("result",)
    promote = "float"
    glyph, tex, local = "eˣ−1", "e^{{{0}}} - 1", ("e^{{{0}}}",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        y = np.expm1(x)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (y,) = ctx.saved_tensors
        return grad * (y + 1)


def expm1(input: TensorT) -> TensorT:
    """Return the exponential of each entry, less 1, exact also near 0.

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
    >>> mg.expm1(mg.tensor([0.0, 1.0]))
    tensor([0.0000, 1.7183])
    """
    return apply(Expm1, tensor(input, "expm1"))  # type: ignore[no-any-return]


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


def log(input: TensorT) -> TensorT:
    """Return the natural logarithm of each entry.

    Parameters
    ----------
    input : Tensor
        Any shape; 0 gives -inf and a negative entry nan.

    Returns
    -------
    Tensor
        Of the same shape; integers give floats.

    Examples
    --------
    >>> mg.log(mg.tensor([1.0, 2.0]))
    tensor([0.0000, 0.6931])
    """
    return apply(Log, tensor(input, "log"))  # type: ignore[no-any-return]


class Log2(Op):
    """The logarithm to base two divides the gradient by its input and the logarithm of two."""

    __slots__ = ()
    promote = "float"
    glyph, tex, local = "log₂", r"\log_2 {0}", (r"\frac{{1}}{{{0}\,\ln 2}}",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return np.log2(x)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        return grad / (x * LN2)


def log2(input: TensorT) -> TensorT:
    """Return the logarithm to base 2 of each entry.

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
    >>> mg.log2(mg.tensor([1.0, 8.0]))
    tensor([0., 3.])
    """
    return apply(Log2, tensor(input, "log2"))  # type: ignore[no-any-return]


class Log10(Op):
    """The logarithm to base ten divides the gradient by its input and the logarithm of ten."""

    __slots__ = ()
    promote = "float"
    glyph, tex, local = "log₁₀", r"\log_{{10}} {0}", (r"\frac{{1}}{{{0}\,\ln 10}}",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        wide = np.float64 if x.dtype.kind == "f" else x.dtype  # NumPy's float32 logarithm of 1000 is not 3
        return np.log10(x, dtype=wide).astype(x.dtype)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        return grad / (x * LN10)


def log10(input: TensorT) -> TensorT:
    """Return the logarithm to base 10 of each entry.

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
    >>> mg.log10(mg.tensor([1.0, 100.0]))
    tensor([0., 2.])
    """
    return apply(Log10, tensor(input, "log10"))  # type: ignore[no-any-return]


class Log1P(Op):
    """The logarithm of one more divides the gradient by one more than its input."""

    __slots__ = ()
    promote = "float"
    glyph, tex, local = "ln(1+x)", r"\ln(1 + {0})", (r"\frac{{1}}{{1 + {0}}}",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return np.log1p(x)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        return grad / (x + 1)


def log1p(input: TensorT) -> TensorT:
    """Return the natural logarithm of each entry plus 1, exact also near 0.

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
    >>> mg.log1p(mg.tensor([0.0, 1.0]))
    tensor([0.0000, 0.6931])
    """
    return apply(Log1P, tensor(input, "log1p"))  # type: ignore[no-any-return]
