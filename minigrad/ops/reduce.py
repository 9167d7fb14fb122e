"""Many numbers into fewer: sums, means, products, extremes."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autograd.function import Op
from minigrad.ops.formulas import Shape, expand, reshape


class Sum(Op):
    """A sum gives every entry that went in the same gradient: the one of the total."""

    __slots__ = ("kept", "shape")
    glyph, tex, row, local = "Σ", r"\sum {0}", "spread", ("1",)

    def name(self) -> str:
        """Return PyTorch's name: 0 for a sum over everything, 1 for a sum along dimensions."""
        return "SumBackward0" if self.kept is None else "SumBackward1"

    @staticmethod
    def forward(ctx: Any, x: Any, dim: tuple[int, ...] | None = None, keepdim: bool = False, dtype: Any = None) -> Any:
        ctx.shape = x.shape
        ctx.kept = None if dim is None else kept_shape(x.shape, dim)
        return np.add.reduce(x, dim, dtype=dtype, keepdims=keepdim)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return expand(grad if ctx.kept is None else reshape(grad, ctx.kept), ctx.shape)


class Mean(Op):
    """A mean gives every entry an equal share of the gradient."""

    __slots__ = ("count", "kept", "shape")
    glyph, tex, row, local = "mean", r"\frac{{1}}{{n}} \sum {0}", "spread", (r"\frac{{1}}{{n}}",)

    def name(self) -> str:
        """Return PyTorch's name: 0 for a mean over everything, 1 for a mean along dimensions."""
        return "MeanBackward0" if self.kept is None else "MeanBackward1"

    @staticmethod
    def forward(ctx: Any, x: Any, dim: tuple[int, ...] | None = None, keepdim: bool = False) -> Any:
        ctx.shape = x.shape
        ctx.kept = None if dim is None else kept_shape(x.shape, dim)
        total = np.add.reduce(x, dim, keepdims=keepdim)
        ctx.count = x.size // max(total.size, 1)
        return total / ctx.count

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return expand(grad if ctx.kept is None else reshape(grad, ctx.kept), ctx.shape) / ctx.count


def kept_shape(shape: Shape, dim: tuple[int, ...]) -> Shape:
    """Return the shape with the reduced axes kept, at size 1."""
    return tuple([1 if i in dim else n for i, n in enumerate(shape)])
