"""Sines, cosines and their kin, with their inverses and the hyperbolic ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autograd.function import Op, apply
from minigrad.ops.arguments import TensorT, pair, tensor
from minigrad.ops.formulas import is_complex, where

__all__ = [
    "acos",
    "acosh",
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctan2",
    "arctanh",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "cos",
    "cosh",
    "sin",
    "sinh",
    "tan",
]


class Sin(Op):
    """The slope of a sine is the cosine."""

    __slots__ = ()
    promote = "float"
    glyph, tex, local = "sin", r"\sin {0}", (r"\cos {0}",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return np.sin(x)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        return grad * np.cos(x)


def sin(input: TensorT) -> TensorT:
    """Return the sine of each entry.

    Parameters
    ----------
    input : Tensor
        Angles in radians.

    Returns
    -------
    Tensor
        Of the same shape; integers give floats.

    Examples
    --------
    >>> mg.sin(mg.tensor([0.0, 1.0]))
    tensor([0.0000, 0.8415])
    """
    return apply(Sin, tensor(input, "sin"))  # type: ignore[no-any-return]


class Cos(Op):
    """The slope of a cosine is minus the sine."""

    __slots__ = ()
    promote = "float"
    glyph, tex, local = "cos", r"\cos {0}", (r"-\sin {0}",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return np.cos(x)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        return grad * -np.sin(x)


def cos(input: TensorT) -> TensorT:
    """Return the cosine of each entry.

    Parameters
    ----------
    input : Tensor
        Angles in radians.

    Returns
    -------
    Tensor
        Of the same shape; integers give floats.

    Examples
    --------
    >>> mg.cos(mg.tensor([0.0, 1.0]))
    tensor([1.0000, 0.5403])
    """
    return apply(Cos, tensor(input, "cos"))  # type: ignore[no-any-return]


class Tan(Op):
    """The slope of a tangent is one plus its square."""

    __slots__ = ()
    saved_names = ("result",)
    promote = "float"
    glyph, tex, local = "tan", r"\tan {0}", ("1 + {y}^2",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        y = np.tan(x)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (y,) = ctx.saved_tensors
        return grad * (1 + y * y)


def tan(input: TensorT) -> TensorT:
    """Return the tangent of each entry.

    Parameters
    ----------
    input : Tensor
        Angles in radians.

    Returns
    -------
    Tensor
        Of the same shape; integers give floats.

    Examples
    --------
    >>> mg.tan(mg.tensor([0.0, 1.0]))
    tensor([0.0000, 1.5574])
    """
    return apply(Tan, tensor(input, "tan"))  # type: ignore[no-any-return]


class Asin(Op):
    """The arc sine gets steeper toward ±1, without bound."""

    __slots__ = ()
    promote = "float"
    glyph, tex, local = "asin", r"\arcsin {0}", (r"\frac{{1}}{{\sqrt{{1 - {0}^2}}}}",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return np.arcsin(x)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        return grad / np.sqrt(1 - x * x)


def asin(input: TensorT) -> TensorT:
    """Return the angle whose sine each entry is.

    Parameters
    ----------
    input : Tensor
        Between -1 and 1; others give nan.

    Returns
    -------
    Tensor
        Of the same shape; integers give floats.

    Examples
    --------
    >>> mg.asin(mg.tensor([0.0, 1.0]))
    tensor([0.0000, 1.5708])
    """
    return apply(Asin, tensor(input, "asin"))  # type: ignore[no-any-return]


class Acos(Op):
    """The arc cosine falls as the arc sine rises."""

    __slots__ = ()
    promote = "float"
    glyph, tex, local = "acos", r"\arccos {0}", (r"-\frac{{1}}{{\sqrt{{1 - {0}^2}}}}",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return np.arccos(x)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        return -grad / np.sqrt(1 - x * x)


def acos(input: TensorT) -> TensorT:
    """Return the angle whose cosine each entry is.

    Parameters
    ----------
    input : Tensor
        Between -1 and 1; others give nan.

    Returns
    -------
    Tensor
        Of the same shape; integers give floats.

    Examples
    --------
    >>> mg.acos(mg.tensor([1.0, 0.0]))
    tensor([0.0000, 1.5708])
    """
    return apply(Acos, tensor(input, "acos"))  # type: ignore[no-any-return]


class Atan(Op):
    """The arc tangent flattens out on both sides."""

    __slots__ = ()
    promote = "float"
    glyph, tex, local = "atan", r"\arctan {0}", (r"\frac{{1}}{{1 + {0}^2}}",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return np.arctan(x)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        return grad / (x * x + 1)


def atan(input: TensorT) -> TensorT:
    """Return the angle whose tangent each entry is.

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
    >>> mg.atan(mg.tensor([0.0, 1.0]))
    tensor([0.0000, 0.7854])
    """
    return apply(Atan, tensor(input, "atan"))  # type: ignore[no-any-return]


class Sinh(Op):
    """The slope of a hyperbolic sine is the hyperbolic cosine."""

    __slots__ = ()
    promote = "float"
    glyph, tex, local = "sinh", r"\sinh {0}", (r"\cosh {0}",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return np.sinh(x)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        return grad * np.cosh(x)


def sinh(input: TensorT) -> TensorT:
    """Return the hyperbolic sine of each entry.

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
    >>> mg.sinh(mg.tensor([0.0, 1.0]))
    tensor([0.0000, 1.1752])
    """
    return apply(Sinh, tensor(input, "sinh"))  # type: ignore[no-any-return]


class Cosh(Op):
    """The slope of a hyperbolic cosine is the hyperbolic sine, with no change of sign."""

    __slots__ = ()
    promote = "float"
    glyph, tex, local = "cosh", r"\cosh {0}", (r"\sinh {0}",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return np.cosh(x)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        return grad * np.sinh(x)


def cosh(input: TensorT) -> TensorT:
    """Return the hyperbolic cosine of each entry.

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
    >>> mg.cosh(mg.tensor([0.0, 1.0]))
    tensor([1.0000, 1.5431])
    """
    return apply(Cosh, tensor(input, "cosh"))  # type: ignore[no-any-return]


class Asinh(Op):
    """The inverse hyperbolic sine flattens out on both sides."""

    __slots__ = ()
    promote = "float"
    glyph, tex, local = "asinh", r"\mathrm{{arsinh}}\,{0}", (r"\frac{{1}}{{\sqrt{{{0}^2 + 1}}}}",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return np.arcsinh(x)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        return grad / np.sqrt(x * x + 1)


def asinh(input: TensorT) -> TensorT:
    """Return the number whose hyperbolic sine each entry is.

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
    >>> mg.asinh(mg.tensor([0.0, 1.0]))
    tensor([0.0000, 0.8814])
    """
    return apply(Asinh, tensor(input, "asinh"))  # type: ignore[no-any-return]


class Acosh(Op):
    """The inverse hyperbolic cosine is steep at one and flattens out."""

    __slots__ = ()
    promote = "float"
    glyph, tex, local = "acosh", r"\mathrm{{arcosh}}\,{0}", (r"\frac{{1}}{{\sqrt{{{0}^2 - 1}}}}",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return np.arccosh(x)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        if is_complex(x):
            return grad / (np.sqrt(x - 1) * np.sqrt(x + 1))  # not the root of the product
        return grad / np.sqrt(x * x - 1)


def acosh(input: TensorT) -> TensorT:
    """Return the number whose hyperbolic cosine each entry is.

    Parameters
    ----------
    input : Tensor
        At least 1; others give nan.

    Returns
    -------
    Tensor
        Of the same shape; integers give floats.

    Examples
    --------
    >>> mg.acosh(mg.tensor([1.0, 2.0]))
    tensor([0.0000, 1.3170])
    """
    return apply(Acosh, tensor(input, "acosh"))  # type: ignore[no-any-return]


class Atanh(Op):
    """The inverse hyperbolic tangent gets steeper toward ±1, without bound."""

    __slots__ = ()
    promote = "float"
    glyph, tex, local = "atanh", r"\mathrm{{artanh}}\,{0}", (r"\frac{{1}}{{1 - {0}^2}}",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return np.arctanh(x)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        return grad / (1 - x * x)


def atanh(input: TensorT) -> TensorT:
    """Return the number whose hyperbolic tangent each entry is.

    Parameters
    ----------
    input : Tensor
        Between -1 and 1; others give nan.

    Returns
    -------
    Tensor
        Of the same shape; integers give floats.

    Examples
    --------
    >>> mg.atanh(mg.tensor([0.0, 0.5]))
    tensor([0.0000, 0.5493])
    """
    return apply(Atanh, tensor(input, "atanh"))  # type: ignore[no-any-return]


class Atan2(Op):
    """An angle turns as its point moves sideways: the further out the point, the less."""

    __slots__ = ()
    only_real = "atan2_cpu"
    arity, promote = 2, "float"
    glyph, tex = "atan2", r"\mathrm{{atan2}}({0}, {1})"
    local = (r"\frac{{{1}}}{{{0}^2 + {1}^2}}", r"-\frac{{{0}}}{{{0}^2 + {1}^2}}")

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        ctx.save_for_backward(a, b)
        return np.arctan2(a, b)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        a, b = ctx.saved_tensors
        r2 = a * a + b * b
        share = where(r2 == 0, 0.0, grad / r2)
        return share * b, share * -a


def atan2(input: TensorT, other: TensorT) -> TensorT:
    """Return the angle of the point ``(other, input)``, from -pi to pi.

    Parameters
    ----------
    input : Tensor
        How far up.
    other : Tensor
        How far to the right; a shape that broadcasts with the first.

    Returns
    -------
    Tensor
        Of the broadcast shape, in radians.

    Examples
    --------
    >>> mg.atan2(mg.tensor([1.0, 1.0]), mg.tensor([1.0, -1.0]))
    tensor([0.7854, 2.3562])
    """
    return pair("atan2", Atan2, tensor(input, "atan2"), tensor(other, "atan2", "other", 2))  # type: ignore[no-any-return]


arcsin, arccos, arctan, arctan2 = asin, acos, atan, atan2
arcsinh, arccosh, arctanh = asinh, acosh, atanh
