"""Windows that keep one number of what they see: the largest, or the mean."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.autograd.base import wrap
from minigrad.autograd.function import Op, apply
from minigrad.ops.arguments import Shape, TensorT, supported, tensor
from minigrad.ops.convolution import each
from minigrad.ops.formulas import expand, put_along, reshape, swap
from minigrad.ops.sliding import Window, bordered, both_sides, images, views

__all__ = ["adaptive_avg_pool1d", "adaptive_max_pool1d", "avg_pool1d", "max_pool1d", "max_pool2d"]

# --- The largest ---------------------------------------------------------------------------------------------------


class MaxPool2DWithIndices(Op):
    """Only the largest number in each window passed: it alone gets that window's gradient."""

    __slots__ = ("shape", "size")
    saved_names = (None,)
    glyph, tex, row = "max pool", r"\mathrm{{maxpool}}({0})", "scatter"

    @staticmethod
    def forward(ctx: Any, x: Any, window: Window, both: bool) -> Any:
        whole, x = x.shape, _batch(x)
        low = -math.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min
        after = [_reach(window, i) - window.size[i] - window.padding[i] for i in range(2)]
        around = [n for i in (1, 0) for n in (window.padding[i], max(after[i], 0))]
        seen = views(bordered(x, tuple(around), low) if any(around) else x, window)
        seen = reshape(seen, (*x.shape[:2], math.prod(window.kernel), *window.out))
        best = np.argmax(seen, 2)
        y = np.take_along_axis(seen, np.expand_dims(best, 2), 2)
        rows, cols = np.divmod(best, window.kernel[1])
        rows = rows * window.dilation[0] + np.arange(window.out[0])[:, None] * window.stride[0] - window.padding[0]
        cols = cols * window.dilation[1] + np.arange(window.out[1]) * window.stride[1] - window.padding[1]
        return _kept(ctx, whole, np.squeeze(y, 2), rows * window.size[1] + cols, both)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (places,) = ctx.saved_tensors
        back = put_along((*places.shape[:2], ctx.size), places, 2, reshape(grad, places.shape))
        return reshape(back, ctx.shape)


class AdaptiveMaxPool2D(Op):
    """Only the largest number in each part passed: it alone gets that part's gradient."""

    __slots__ = ("shape", "size")
    saved_names = (None,)
    glyph, tex, row = "max pool", r"\mathrm{{maxpool}}({0})", "scatter"

    @staticmethod
    def forward(ctx: Any, x: Any, out: Shape, both: bool) -> Any:
        whole, x = x.shape, _batch(x)
        y = np.empty((*x.shape[:2], *out), x.dtype)
        places = np.empty(y.shape, np.int64)
        for (i, top, bottom), (j, left, right) in _parts(x.shape[2], out[0], x.shape[3], out[1]):
            part = reshape(x[:, :, top:bottom, left:right], (*x.shape[:2], -1))
            best = np.argmax(part, 2)
            y[:, :, i, j] = np.squeeze(np.take_along_axis(part, np.expand_dims(best, 2), 2), 2)
            rows, cols = np.divmod(best, right - left)
            places[:, :, i, j] = (rows + top) * x.shape[3] + cols + left
        return _kept(ctx, whole, y, places, both)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (places,) = ctx.saved_tensors
        back = put_along((*places.shape[:2], ctx.size), places, 2, reshape(grad, places.shape))
        return reshape(back, ctx.shape)


def _batch(x: Any) -> Any:
    """Return one image as a batch of one."""
    return x if x.ndim == 4 else np.expand_dims(x, 0)


def _kept(ctx: Any, shape: Shape, y: Any, places: Any, both: bool) -> Any:
    """Return the largest numbers, and where they were if that is wanted; remember it for the gradient."""
    ctx.shape, ctx.size = shape, shape[-1] * shape[-2]
    ctx.save_for_backward(wrap(places.reshape(*places.shape[:2], -1)))
    y, places = (y, places) if len(shape) == 4 else (np.squeeze(y, 0), np.squeeze(places, 0))
    return (y, places) if both else y


def _parts(height: int, rows: int, width: int, cols: int) -> Any:
    """Yield which part of an image belongs to each place of the output: number, start and end, twice."""
    for i in range(rows):
        for j in range(cols):
            yield (i, *_bounds(i, rows, height)), (j, *_bounds(j, cols, width))


def _bounds(i: int, parts: int, n: int) -> tuple[int, int]:
    """Return where part ``i`` of ``n`` entries starts and ends."""
    return i * n // parts, -(-(i + 1) * n // parts)


def _reach(window: Window, i: int) -> int:
    """Return how far the last window reaches along a dimension, counted from the first zero of the padding."""
    return (window.out[i] - 1) * window.stride[i] + (window.kernel[i] - 1) * window.dilation[i] + 1


# --- The mean ------------------------------------------------------------------------------------------------------


class AvgPool2D(Op):
    """A mean gives every number in its window an equal share of the gradient."""

    __slots__ = ("area", "counts", "shape", "window")
    glyph, tex, row = "mean pool", r"\mathrm{{avgpool}}({0})", "jvp"

    @staticmethod
    def forward(ctx: Any, x: Any, window: Window, counts: Any) -> Any:
        ctx.window, ctx.counts, ctx.area, ctx.shape = window, counts, math.prod(window.kernel), x.shape
        x = _batch(x)
        short = [max(_reach(window, i) - window.size[i] - 2 * window.padding[i], 0) for i in range(2)]
        around = both_sides(window.padding)
        seen = views(bordered(x, (around[0], around[1] + short[1], around[2], around[3] + short[0])), window)
        total = np.add.reduce(seen, (2, 3)).reshape(*ctx.shape[:-2], *window.out)
        return np.floor_divide(total, counts).astype(x.dtype) if x.dtype.kind in "iu" else total / counts

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        n, c, height, width = (1, *grad.shape) if len(grad.shape) == 3 else grad.shape
        area, places = ctx.area, height * width
        share = reshape(grad / ctx.counts, (n, c, 1, places))
        spread = reshape(expand(share, (n, c, area, places)), (n, c * area, places))
        return reshape(images(spread, ctx.window), ctx.shape)


class Weighed(Op):
    """Each output is a weighted sum along rows and columns: the gradient goes back by the same weights."""

    __slots__ = ("weights",)
    glyph, tex, row = "resample", r"W {0} W^T", "jvp"

    @staticmethod
    def forward(ctx: Any, x: Any, weights: tuple[Any, ...], title: str) -> Any:
        ctx.weights = weights
        ctx.become(f"{title}Backward0")  # it says how the weights are chosen
        y = x @ swap(weights[-1])
        return weights[0] @ y if len(weights) == 2 else y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        weights = ctx.weights
        grad = grad @ weights[-1]
        return swap(weights[0]) @ grad if len(weights) == 2 else grad


# --- Arguments -----------------------------------------------------------------------------------------------------


def _pooled(name: str, x: Any, kernel: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool) -> Window:
    """Return the window over images."""
    array = x._array
    if array.ndim not in (3, 4) or 0 in array.shape[-3:]:
        if name == "avg_pool2d" and array.ndim < 3:
            raise IndexError("Dimension out of range (expected to be in range of [-2, 1], but got -3)")
        raise RuntimeError("non-empty 3D or 4D (batch mode) tensor expected for input")
    kernel = each(kernel, 2, "kernel_size")
    stride = kernel if stride is None or stride == () or stride == [] else each(stride, 2, "stride")
    padding, dilation = each(padding, 2, "padding"), each(dilation, 2, "dilation")
    if min(stride) == 0:
        raise RuntimeError("stride should not be zero")
    for p, k, d in zip(padding, kernel, dilation, strict=True):
        if p < 0:
            raise RuntimeError(f"pad must be non-negative, but got pad: {p}")
        if p > (d * (k - 1) + 1) // 2:
            raise RuntimeError(
                "pad should be at most half of effective kernel size, but got "
                f"pad={p}, kernel_size={k} and dilation={d}"
            )
    size = array.shape[-2:]
    out = tuple(
        [
            _count(n, k, s, p, d, ceil_mode)
            for n, k, s, p, d in zip(size, kernel, stride, padding, dilation, strict=True)
        ]
    )
    if min(out) < 1:
        c, (height, width) = array.shape[-3], size
        raise RuntimeError(
            f"Given input size: ({c}x{height}x{width}). Calculated output size: ({c}x{max(out[0], 0)}x{max(out[1], 0)})"
            ". Output size is too small"
        )
    return Window(size, kernel, stride, padding, dilation, out)


def _count(n: int, k: int, s: int, p: int, d: int, ceil_mode: bool) -> int:
    """Return how many places a window has; each must begin inside the image or the padding before it."""
    room = n + 2 * p - d * (k - 1) - 1
    count = (-(-room // s) if ceil_mode else room // s) + 1
    return count - 1 if ceil_mode and (count - 1) * s >= n + p else count


def max_pool2d(
    input: TensorT,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """Return the largest number in each window over images.

    Parameters
    ----------
    input : Tensor, shape (n, c, height, width) or (c, height, width)
        The images.
    kernel_size : int or tuple of int
        The window.
    stride : int or tuple of int, optional
        How far it moves; by its own size, if not given.
    padding : int or tuple of int
        How many entries are added on either side: smaller than all numbers.
    dilation : int or tuple of int
        How far apart the entries are that a window sees.
    ceil_mode : bool
        Whether a last window may reach past the end.
    return_indices : bool
        Return also where each was found, counted along the flattened image.

    Returns
    -------
    Tensor, or tuple of two

    Raises
    ------
    RuntimeError
        If the window does not fit.

    Examples
    --------
    >>> mg.max_pool2d(mg.arange(16.0).view(1, 1, 4, 4), 2)
    tensor([[[[ 5.,  7.],
              [13., 15.]]]])
    """
    x: Any = tensor(input, "max_pool2d")
    supported(x._array, "b", "max_pool2d")
    window = _pooled("max_pool2d", x, kernel_size, stride, padding, dilation, ceil_mode)
    return apply(MaxPool2DWithIndices, x, window, return_indices)


def max_pool1d(
    input: TensorT,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """Return the largest number in each window over signals.

    Parameters
    ----------
    input : Tensor, shape (n, c, length) or (c, length)
        The signals.
    kernel_size : int or tuple of int
        The window.
    stride : int or tuple of int, optional
        How far it moves; by its own size, if not given.
    padding : int or tuple of int
        How many entries are added on either side: smaller than all numbers.
    dilation : int or tuple of int
        How far apart the entries are that a window sees.
    ceil_mode : bool
        Whether a last window may reach past the end.
    return_indices : bool
        Return also where each was found, counted along the flattened signal.

    Returns
    -------
    Tensor, or tuple of two

    Raises
    ------
    RuntimeError
        If the window does not fit.

    Examples
    --------
    >>> mg.max_pool1d(mg.tensor([[[1.0, 3.0, 2.0, 0.0]]]), 2)
    tensor([[[3., 2.]]])
    """
    x: Any = tensor(input, "max_pool1d")
    shape = x._array.shape
    if len(shape) not in (2, 3):
        raise RuntimeError(
            "max_pool1d: Expected 2D or 3D (batch mode) tensor with optional 0 dim batch size for input, but got:"
            f"{list(shape)}"
        )
    kernel, s = each(kernel_size, 1, "kernel_size"), each(kernel_size if stride is None else stride, 1, "stride")
    p, d = each(padding, 1, "padding"), each(dilation, 1, "dilation")
    if (count := _count(shape[-1], kernel[0], s[0], p[0], d[0], ceil_mode)) < 1:
        raise RuntimeError(f"max_pool1d() Invalid computed output size: {count}")
    found = max_pool2d(x.unsqueeze(-2), (1, *kernel), (1, *s), (0, *p), (1, *d), ceil_mode, return_indices)
    return tuple([y.squeeze(-2) for y in found]) if return_indices else found.squeeze(-2)


def avg_pool2d(
    input: TensorT,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> TensorT:
    """Return the mean of each window over images.

    Parameters
    ----------
    input : Tensor, shape (n, c, height, width) or (c, height, width)
        The images.
    kernel_size : int or tuple of int
        The window.
    stride : int or tuple of int, optional
        How far it moves; by its own size, if not given.
    padding : int or tuple of int
        How many entries are added on either side: zeros.
    ceil_mode : bool
        Whether a last window may reach past the end.
    count_include_pad : bool
        Whether the added zeros count.
    divisor_override : int, optional
        What to divide the sums by instead.

    Returns
    -------
    Tensor

    Raises
    ------
    RuntimeError
        If the window does not fit.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.avg_pool2d(mg.arange(16.0).view(1, 1, 4, 4), 2)
    tensor([[[[ 2.5000,  4.5000],
              [10.5000, 12.5000]]]])
    """
    x: Any = tensor(input, "avg_pool2d")
    supported(x._array, "b", "avg_pool2d_out_frame")
    window = _pooled("avg_pool2d", x, kernel_size, stride, padding, 1, ceil_mode)
    if divisor_override == 0:
        raise RuntimeError("divisor must be not zero")
    counts: Any = divisor_override
    if divisor_override is None:
        counts = math.prod(window.kernel)
        if ceil_mode or (any(window.padding) and not count_include_pad):
            along = [_met(window, i, count_include_pad) for i in range(2)]
            counts = (along[0][:, None] * along[1]).astype(x._array.dtype)
    return apply(AvgPool2D, x, window, counts)  # type: ignore[no-any-return]


def _met(window: Window, i: int, with_padding: bool) -> Any:
    """Return how many entries each window meets along a dimension."""
    n, p = window.size[i], window.padding[i]
    start = np.arange(window.out[i]) * window.stride[i] - p
    end = np.minimum(start + window.kernel[i], n + p)
    return end - start if with_padding else np.minimum(end, n) - np.maximum(start, 0)


def avg_pool1d(
    input: TensorT,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> TensorT:
    """Return the mean of each window over signals.

    Parameters
    ----------
    input : Tensor, shape (n, c, length) or (c, length)
        The signals.
    kernel_size : int or tuple of int
        The window.
    stride : int or tuple of int, optional
        How far it moves; by its own size, if not given.
    padding : int or tuple of int
        How many entries are added on either side: zeros.
    ceil_mode : bool
        Whether a last window may reach past the end.
    count_include_pad : bool
        Whether the added zeros count.

    Returns
    -------
    Tensor

    Raises
    ------
    RuntimeError
        If the window does not fit.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.avg_pool1d(mg.tensor([[[1.0, 3.0, 2.0, 0.0]]]), 2)
    tensor([[[2., 1.]]])
    """
    x: Any = tensor(input, "avg_pool1d")
    kernel, p = each(kernel_size, 1, "kernel_size"), each(padding, 1, "padding")
    s = kernel if stride is None else each(stride, 1, "stride")
    y: Any = avg_pool2d(x.unsqueeze(-2), (1, *kernel), (1, *s), (0, *p), ceil_mode, count_include_pad)
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
    out = _parted(x, output_size, "adaptive_avg_pool2d")
    if out == (1, 1):
        return x.mean((-1, -2), keepdim=True)  # type: ignore[no-any-return]
    size = x._array.shape[-2:]
    return apply(  # type: ignore[no-any-return]
        Weighed, x, tuple([_shares(n, m, x._array.dtype) for n, m in zip(size, out, strict=True)]), "AdaptiveAvgPool2D"
    )


def _shares(n: int, parts: int, dtype: Any) -> Any:
    """Return the matrix that takes ``n`` entries to the means of their parts."""
    matrix = np.zeros((parts, n), dtype)
    for i in range(parts):
        start, end = _bounds(i, parts, n)
        matrix[i, start:end] = 1 / (end - start)
    return matrix


def _parted(x: Any, output_size: Any, name: str) -> Shape:
    """Return how many parts there are along height and width."""
    if x._array.ndim not in (3, 4):
        raise RuntimeError(f"{name}(): Expected 3D or 4D tensor, but got {list(x._array.shape)}")
    wanted = (output_size,) * 2 if output_size is None or isinstance(output_size, int) else tuple(output_size)
    return tuple([n if m is None else int(m) for m, n in zip(wanted, x._array.shape[-2:], strict=True)])


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
    out = _parted(x, output_size, "adaptive_max_pool2d")
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


# --- Images made larger or smaller ---------------------------------------------------------------------------------


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
