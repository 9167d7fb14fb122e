"""Angles: from degrees to radians and back, and that of a number in the complex plane."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.autograd.function import Op, apply
from minigrad.ops import formulas
from minigrad.ops.arguments import TensorT, tensor
from minigrad.ops.formulas import times, where

__all__ = ["angle", "deg2rad", "rad2deg"]


class Deg2Rad(Op):
    """A change of units scales the gradient alike."""

    __slots__ = ()
    only_real = RuntimeError("deg2rad is not supported for complex tensors.")
    promote = "float"
    glyph, tex, local = "°", r"\frac{{\pi}}{{180}} {0}", (r"\frac{{\pi}}{{180}}",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        return x * (math.pi / 180)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return times(grad, math.pi / 180)


def deg2rad(input: TensorT) -> TensorT:
    """Return angles that are given in degrees in radians.

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
    >>> mg.deg2rad(mg.tensor([180.0]))
    tensor([3.1416])
    """
    return apply(Deg2Rad, tensor(input, "deg2rad"))  # type: ignore[no-any-return]


class Rad2Deg(Op):
    """A change of units scales the gradient alike."""

    __slots__ = ()
    only_real = RuntimeError("rad2deg is not supported for complex tensors.")
    promote = "float"
    glyph, tex, local = "°", r"\frac{{180}}{{\pi}} {0}", (r"\frac{{180}}{{\pi}}",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        return x * (180 / math.pi)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return times(grad, 180 / math.pi)


def rad2deg(input: TensorT) -> TensorT:
    """Return angles that are given in radians in degrees.

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
    >>> mg.rad2deg(mg.tensor([3.14159265]))
    tensor([180.])
    """
    return apply(Rad2Deg, tensor(input, "rad2deg"))  # type: ignore[no-any-return]


class Angle(Op):
    """A number turns as it moves across itself; the angle of a real one jumps at 0 and has no slope."""

    __slots__ = ()
    promote = "float"
    glyph, tex, local = "∠", r"\angle {0}", ("0",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        if x.dtype.kind == "c":
            return np.angle(x)
        return np.where(np.isnan(x), x, np.where(x < 0, math.pi, 0.0).astype(x.dtype))

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        if not formulas.is_complex(x):
            return formulas.zeros_like(grad)
        return where(x == 0, 0.0, grad * 1j * x / (np.abs(x) * np.abs(x)))


def angle(input: TensorT) -> TensorT:
    """Return the angle of each number in the complex plane, in radians: of a real one, 0 or pi.

    Parameters
    ----------
    input : Tensor
        Any shape.

    Returns
    -------
    Tensor
        Real, of the same shape.

    Examples
    --------
    >>> mg.angle(mg.tensor([1.0, -1.0]))
    tensor([0.0000, 3.1416])
    """
    x: Any = tensor(input, "angle")
    return apply(Angle, x)  # type: ignore[no-any-return]
