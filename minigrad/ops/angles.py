"""Angles: from degrees to radians and back, and that of a number in the complex plane."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.autograd.base import wrap
from minigrad.autograd.function import Op, apply
from minigrad.ops import formulas
from minigrad.ops.arguments import TensorT, tensor

__all__ = ["angle", "deg2rad", "rad2deg"]


class Deg2Rad(Op):
    """A change of units scales the gradient alike."""

    __slots__ = ()
    promote = "float"
    glyph, tex, local = "°", r"\frac{{\pi}}{{180}} {0}", (r"\frac{{\pi}}{{180}}",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        return x * (math.pi / 180)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return grad * (math.pi / 180)


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
    promote = "float"
    glyph, tex, local = "°", r"\frac{{180}}{{\pi}} {0}", (r"\frac{{180}}{{\pi}}",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        return x * (180 / math.pi)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return grad * (180 / math.pi)


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
    """The angle of a real number jumps at 0: it has no slope."""

    __slots__ = ()
    promote = "float"
    glyph, tex, local = "∠", r"\angle {0}", ("0",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        return np.where(np.isnan(x), x, np.where(x < 0, math.pi, 0.0).astype(x.dtype))

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return formulas.zeros_like(grad)


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
    if x._array.dtype.kind == "c":
        return wrap(np.angle(x._array))  # type: ignore[no-any-return]
    return apply(Angle, x)  # type: ignore[no-any-return]
