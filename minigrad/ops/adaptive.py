"""The largest number of each part, for a signal or an image cut into so many parts."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autograd.function import Op, apply
from minigrad.ops.arguments import Shape, TensorT, tensor
from minigrad.ops.convolution import each
from minigrad.ops.formulas import beside, put_along, reshape
from minigrad.ops.pooling import batch, kept

__all__ = ["adaptive_max_pool1d"]


class AdaptiveMaxPool2D(Op):
    """Only the largest number in each part passed: it alone gets that part's gradient."""

    __slots__ = ("size",)
    only_real = "adaptive_max_pool2d"
    saved_names = ("self", None)
    glyph, tex, row = "max pool", r"\mathrm{{maxpool}}({0})", "scatter"

    @staticmethod
    def forward(ctx: Any, x: Any, out: Shape, both: bool) -> Any:
        dims = len(out)
        if dims == 3:
            ctx.become("AdaptiveMaxPool3DBackward0")
        whole, x = x, batch(x, dims)
        size = x.shape[2:]
        y = np.empty((*x.shape[:2], *out), x.dtype)
        places = np.empty(y.shape, np.int64)
        for at in np.ndindex(*out):
            spans = [bounds(i, parts, n) for i, parts, n in zip(at, out, size, strict=True)]
            part = x[(..., *[slice(*span) for span in spans])]
            flat = reshape(part, (*x.shape[:2], -1))
            best = np.argmax(flat, 2)
            y[(..., *at)] = np.squeeze(np.take_along_axis(flat, np.expand_dims(best, 2), 2), 2)
            found = np.unravel_index(best, part.shape[2:])
            inside = [i + start for i, (start, _) in zip(found, spans, strict=True)]
            places[(..., *at)] = np.ravel_multi_index(inside, size)
        return kept(ctx, whole, y, places, both, dims)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        x, places = ctx.saved_tensors
        back = put_along((*places.shape[:2], ctx.size), places, 2, reshape(grad, places.shape))
        return beside(ctx, reshape(back, x.shape), x)


def bounds(i: int, parts: int, n: int) -> tuple[int, int]:
    """Return where part ``i`` of ``n`` entries starts and ends."""
    return i * n // parts, -(-(i + 1) * n // parts)


def parted(x: Any, output_size: Any, name: str, dims: int) -> Shape:
    """Return how many parts there are along each of the last dimensions."""
    if x._array.ndim not in (dims + 1, dims + 2):
        raise RuntimeError(f"{name}(): Expected {dims + 1}D or {dims + 2}D tensor, but got {list(x._array.shape)}")
    wanted = (output_size,) * dims if output_size is None or isinstance(output_size, int) else tuple(output_size)
    if len(wanted) != dims:
        raise RuntimeError(f"{name}: output_size must be {dims}, a number or one for each dimension; got {wanted}")
    parts = tuple([n if m is None else int(m) for m, n in zip(wanted, x._array.shape[-dims:], strict=True)])
    if min(parts) < 0:
        raise RuntimeError(
            f"{name}: elements of output_size must be greater than or equal to 0 but received "
            f"{{{', '.join(map(str, parts))}}}"
        )
    return parts


def adaptive_max_pool2d(input: TensorT, output_size: Any, return_indices: bool = False) -> Any:
    """Return the largest number of each part, for images cut into so many parts.

    Parameters
    ----------
    input : Tensor, shape (n, c, height, width) or (c, height, width)
        The images.
    output_size : int or tuple of int
        How many parts along height and width; None leaves a dimension as it is.
    return_indices : bool
        Return also where each was found.

    Returns
    -------
    Tensor, or tuple of two

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.adaptive_max_pool2d(mg.arange(6.0).view(1, 1, 2, 3), (1, 2))
    tensor([[[[4., 5.]]]])
    """
    x: Any = tensor(input, "adaptive_max_pool2d")
    out = parted(x, output_size, "adaptive_max_pool2d", 2)
    return apply(AdaptiveMaxPool2D, x, out, return_indices)


def adaptive_max_pool3d(input: TensorT, output_size: Any, return_indices: bool = False) -> Any:
    """Return the largest number of each part, for volumes cut into so many parts.

    Parameters
    ----------
    input : Tensor, shape (n, c, depth, height, width) or (c, depth, height, width)
        The volumes.
    output_size : int or tuple of int
        How many parts along depth, height and width; None leaves a dimension as it is.
    return_indices : bool
        Return also where each was found.

    Returns
    -------
    Tensor, or tuple of two

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.adaptive_max_pool3d(mg.arange(8.0).view(1, 1, 2, 2, 2), (1, 1, 2))
    tensor([[[[[6., 7.]]]]])
    """
    x: Any = tensor(input, "adaptive_max_pool3d")
    out = parted(x, output_size, "adaptive_max_pool3d", 3)
    return apply(AdaptiveMaxPool2D, x, out, return_indices)


def adaptive_max_pool1d(input: TensorT, output_size: Any, return_indices: bool = False) -> Any:
    """Return the largest number of each part, for signals cut into so many parts.

    Parameters
    ----------
    input : Tensor, shape (n, c, length) or (c, length)
        The signals.
    output_size : int
        How many parts.
    return_indices : bool
        Return also where each was found.

    Returns
    -------
    Tensor, or tuple of two

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.adaptive_max_pool1d(mg.tensor([[[1.0, 3.0, 2.0, 0.0]]]), 2)
    tensor([[[3., 2.]]])
    """
    x: Any = tensor(input, "adaptive_max_pool1d")
    found = adaptive_max_pool2d(x.unsqueeze(-2), (1, *each(output_size, 1, "output_size")), return_indices)
    return tuple([y.squeeze(-2) for y in found]) if return_indices else found.squeeze(-2)
