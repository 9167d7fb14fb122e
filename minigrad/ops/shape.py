"""The same numbers, arranged otherwise: no entry changes, so each gradient goes back where its entry came from."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autograd.function import Op
from minigrad.ops.formulas import Shape, expand, permute, reshape, sum_to


class View(Op):
    """A change of shape changes the shape of the gradient back."""

    __slots__ = ("shape",)
    view = True
    glyph, tex, row = "▭", r"\mathrm{{view}}({0})", "rearrange"

    @staticmethod
    def forward(ctx: Any, x: Any, shape: Shape) -> Any:
        ctx.shape = x.shape
        return x.reshape(shape)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return reshape(grad, ctx.shape)


class Expand(Op):
    """One entry was used many times, so its gradient is the sum over all its uses."""

    __slots__ = ("shape",)
    view = True
    glyph, tex, row = "⤢", r"\mathrm{{expand}}({0})", "rearrange"

    @staticmethod
    def forward(ctx: Any, x: Any, shape: Shape) -> Any:
        ctx.shape = x.shape
        return np.broadcast_to(x, shape)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return sum_to(grad, ctx.shape)


class Permute(Op):
    """The axes changed places, so the gradient's axes change back."""

    __slots__ = ("dims",)
    view = True
    glyph, tex, row = "⇄", r"\mathrm{{permute}}({0})", "rearrange"

    @staticmethod
    def forward(ctx: Any, x: Any, dims: tuple[int, ...]) -> Any:
        ctx.dims = dims
        return x.transpose(dims)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        dims = ctx.dims
        return permute(grad, tuple([dims.index(i) for i in range(len(dims))]))


class Clone(Op):
    """A copy hands its gradient to the original unchanged."""

    __slots__ = ()
    glyph, tex, local = "⧉", r"\mathrm{{clone}}({0})", ("1",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        return np.array(x)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return grad


class ToCopy(Op):
    """A change of number type changes the gradient's type back."""

    __slots__ = ()
    glyph, tex, local = "⇢", r"\mathrm{{to}}({0})", ("1",)

    @staticmethod
    def forward(ctx: Any, x: Any, dtype: Any) -> Any:
        return x.astype(dtype)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return grad  # the engine casts to the input's dtype
