"""Signals and images in another size: means of parts, entries repeated or interpolated."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.autograd.function import Op, apply
from minigrad.ops.arguments import TensorT, tensor
from minigrad.ops.convolution import each
from minigrad.ops.formulas import reshape, swap
from minigrad.ops.pooling import bounds, parted

__all__ = ["adaptive_avg_pool1d"]


class Weighed(Op):
    """Each output is a weighted sum along rows and columns: the gradient goes back by the same weights."""

    __slots__ = ("weights",)
    glyph, tex, row = "resample", r"W {0} W^T", "jvp"

    @staticmethod
    def forward(ctx: Any, x: Any, weights: tuple[Any, ...], title: str) -> Any:
        ctx.weights = weights
        ctx.become(f"{title}Backward0")  # it says how the weights are chosen
        y = x @ swap(weights[-1])
        if len(weights) > 1:
            y = weights[-2] @ y
        return y if len(weights) < 3 else _along_depth(weights[0], y)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        weights = ctx.weights
        grad = grad @ weights[-1]
        if len(weights) > 1:
            grad = swap(weights[-2]) @ grad
        return grad if len(weights) < 3 else _along_depth(swap(weights[0]), grad)


def _along_depth(matrix: Any, x: Any) -> Any:
    """Return a matrix times volumes, along the third dimension from the end."""
    depth, height, width = x.shape[-3:]
    flat = matrix @ reshape(x, (*x.shape[:-3], depth, height * width))
    return reshape(flat, (*x.shape[:-3], matrix.shape[0], height, width))


def adaptive_avg_pool1d(input: TensorT, output_size: Any) -> TensorT:
    """Return the mean of each part, for signals cut into so many parts.

    Parameters
    ----------
    input : Tensor, shape (n, c, length) or (c, length)
        The signals.
    output_size : int
        How many parts.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.adaptive_avg_pool1d(mg.tensor([[[1.0, 3.0, 2.0, 0.0]]]), 2)
    tensor([[[2., 1.]]])
    """
    x: Any = tensor(input, "adaptive_avg_pool1d")
    y: Any = adaptive_avg_pool2d(x.unsqueeze(-2), (1, *each(output_size, 1, "output_size")))
    return y.squeeze(-2)  # type: ignore[no-any-return]


def adaptive_avg_pool2d(input: TensorT, output_size: Any) -> TensorT:
    """Return the mean of each part, for images cut into so many parts.

    Parameters
    ----------
    input : Tensor, shape (n, c, height, width) or (c, height, width)
        The images.
    output_size : int or tuple of int
        How many parts along height and width; None leaves a dimension as it is.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.adaptive_avg_pool2d(mg.arange(6.0).view(1, 1, 2, 3), (1, 2))
    tensor([[[[2., 3.]]]])
    """
    x: Any = tensor(input, "adaptive_avg_pool2d")
    out = parted(x, output_size, "adaptive_avg_pool2d", 2)
    if out == (1, 1):
        return x.mean((-1, -2), keepdim=True)  # type: ignore[no-any-return]
    size = x._array.shape[-2:]
    return apply(  # type: ignore[no-any-return]
        Weighed, x, tuple([_shares(n, m, x._array.dtype) for n, m in zip(size, out, strict=True)]), "AdaptiveAvgPool2D"
    )


def adaptive_avg_pool3d(input: TensorT, output_size: Any) -> TensorT:
    """Return the mean of each part, for volumes cut into so many parts.

    Parameters
    ----------
    input : Tensor, shape (n, c, depth, height, width) or (c, depth, height, width)
        The volumes.
    output_size : int or tuple of int
        How many parts along depth, height and width; None leaves a dimension as it is.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.adaptive_avg_pool3d(mg.arange(8.0).view(1, 1, 2, 2, 2), (1, 1, 2))
    tensor([[[[[3., 4.]]]]])
    """
    x: Any = tensor(input, "adaptive_avg_pool3d")
    out = parted(x, output_size, "adaptive_avg_pool3d", 3)
    if out == (1, 1, 1):
        return x.mean((-1, -2, -3), keepdim=True)  # type: ignore[no-any-return]
    size = x._array.shape[-3:]
    return apply(  # type: ignore[no-any-return]
        Weighed, x, tuple([_shares(n, m, x._array.dtype) for n, m in zip(size, out, strict=True)]), "AdaptiveAvgPool3D"
    )


def _shares(n: int, parts: int, dtype: Any) -> Any:
    """Return the matrix that takes ``n`` entries to the means of their parts."""
    matrix = np.zeros((parts, n), dtype)
    for i in range(parts):
        start, end = bounds(i, parts, n)
        matrix[i, start:end] = 1 / (end - start)
    return matrix


def interpolate(
    input: TensorT,
    size: Any = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> TensorT:
    """Return signals or images in another size, their entries repeated or interpolated.

    Parameters
    ----------
    input : Tensor, shape (n, c, length) or (n, c, height, width)
        The signals or images.
    size : int or tuple of int, optional
        The other size.
    scale_factor : float or tuple of float, optional
        How many times as large, if no size is given.
    mode : {"nearest", "linear", "bilinear"}
        Repeat the nearest entry, or go from one to the next in a straight line.
    align_corners : bool, optional
        Whether the first and last entries stay where they are, for straight lines.
    recompute_scale_factor : bool, optional
        Work the factor out again from the sizes.
    antialias : bool
        Not supported.

    Returns
    -------
    Tensor

    Raises
    ------
    ValueError
        If neither or both of size and factor are given.
    NotImplementedError
        If there is no such mode here.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.interpolate(mg.tensor([[[1.0, 2.0]]]), scale_factor=2)
    tensor([[[1., 1., 2., 2.]]])
    """
    x: Any = tensor(input, "interpolate")
    count = x._array.ndim - 2
    old = x._array.shape[2:]
    if size is not None and scale_factor is not None:
        raise ValueError("only one of size or scale_factor should be defined")
    if size is None and scale_factor is None:
        raise ValueError("either size or scale_factor should be defined")
    modes = {("nearest", 1): "UpsampleNearest1D", ("nearest", 2): "UpsampleNearest2D"}
    modes |= {("linear", 1): "UpsampleLinear1D", ("bilinear", 2): "UpsampleBilinear2D"}
    wanted = {"linear": 1, "bilinear": 2}.get(mode, count)
    if wanted != count:
        raise NotImplementedError(f"Got {count + 2}D input, but {mode} mode needs {wanted + 2}D input")
    if (mode, count) not in modes or antialias:
        raise NotImplementedError(
            f"interpolate takes modes 'nearest' and 'linear' for (n, c, length), 'nearest' and 'bilinear' for "
            f"(n, c, height, width), without antialias; got mode {mode!r} for {count + 2} dimensions"
        )
    factors: tuple[Any, ...] = (None,) * count
    if size is not None:
        new = each(size, count, "size")
    else:
        factors = tuple(scale_factor) if isinstance(scale_factor, (tuple, list)) else (scale_factor,) * count
        new = tuple([math.floor(n * f) for n, f in zip(old, factors, strict=True)])
        factors = (None,) * count if recompute_scale_factor else factors
    matrices = [
        _resampling(n, m, f, mode, bool(align_corners), x._array.dtype)
        for n, m, f in zip(old, new, factors, strict=True)
    ]
    return apply(Weighed, x, tuple(matrices), modes[mode, count])  # type: ignore[no-any-return]


def _resampling(n: int, m: int, factor: Any, mode: str, align_corners: bool, dtype: Any) -> Any:
    """Return the matrix that takes ``n`` entries to ``m``."""
    step = 1 / factor if factor else n / m
    matrix, rows = np.zeros((m, n), dtype), np.arange(m)
    if mode == "nearest":
        matrix[rows, np.minimum(np.floor(rows * step).astype(int), n - 1)] = 1
        return matrix
    place = np.maximum((rows + 0.5) * step - 0.5, 0)
    if align_corners:
        place = rows * ((n - 1) / (m - 1) if m > 1 else 0.0)
    left = np.minimum(np.floor(place).astype(int), n - 1)
    part = place - left
    np.add.at(matrix, (rows, left), 1 - part)
    np.add.at(matrix, (rows, np.minimum(left + 1, n - 1)), part)
    return matrix
