"""Windows that keep one number of what they see: the largest, or the mean."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.autograd.base import wrap
from minigrad.autograd.function import Op, apply
from minigrad.ops.arguments import TensorT, supported, tensor
from minigrad.ops.convolution import each
from minigrad.ops.formulas import beside, expand, over, put_along, reshape
from minigrad.ops.sliding import Window, bordered, images, padded, reach, views

__all__ = ["avg_pool1d", "max_pool1d", "max_pool2d", "max_pool3d"]

# --- The largest ---------------------------------------------------------------------------------------------------


class MaxPool2DWithIndices(Op):
    """Only the largest number in each window passed: it alone gets that window's gradient."""

    __slots__ = ("size",)
    only_real = "max_pool2d"
    saved_names = ("self", None)
    glyph, tex, row = "max pool", r"\mathrm{{maxpool}}({0})", "scatter"

    @staticmethod
    def forward(ctx: Any, x: Any, window: Window, both: bool) -> Any:
        dims = len(window.size)
        whole, x = x, batch(x, dims)
        if dims == 3:
            ctx.become("MaxPool3DWithIndicesBackward0")
        low = -math.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min
        after = [reach(window, i) - window.size[i] - window.padding[i] for i in range(dims)]
        around = [n for i in reversed(range(dims)) for n in (window.padding[i], max(after[i], 0))]
        seen = views(bordered(x, tuple(around), low) if any(around) else x, window)
        seen = reshape(seen, (*x.shape[:2], math.prod(window.kernel), *window.out))
        best = np.argmax(seen, 2)
        y = np.take_along_axis(seen, np.expand_dims(best, 2), 2)
        places: Any = 0
        for i, part in enumerate(np.unravel_index(best, window.kernel)):
            first = np.arange(window.out[i]).reshape(-1, *(1 for _ in range(dims - 1 - i))) * window.stride[i]
            places = places * window.size[i] + part * window.dilation[i] + first - window.padding[i]
        return kept(ctx, whole, np.squeeze(y, 2), places, both, dims)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        x, places = ctx.saved_tensors
        back = put_along((*places.shape[:2], ctx.size), places, 2, reshape(grad, places.shape))
        return beside(ctx, reshape(back, x.shape), x)


def batch(x: Any, dims: int) -> Any:
    """Return one image as a batch of one."""
    return x if x.ndim == dims + 2 else np.expand_dims(x, 0)


def kept(ctx: Any, x: Any, y: Any, places: Any, both: bool, dims: int) -> Any:
    """Return the largest numbers, and where they were if that is wanted; remember it for the gradient."""
    ctx.size = math.prod(x.shape[-dims:])
    ctx.save_for_backward(x, wrap(places.reshape(*places.shape[:2], -1)))
    y, places = (y, places) if x.ndim == dims + 2 else (np.squeeze(y, 0), np.squeeze(places, 0))
    return (y, places) if both else y


# --- The mean ------------------------------------------------------------------------------------------------------


class AvgPool2D(Op):
    """A mean gives every number in its window an equal share of the gradient."""

    __slots__ = ("area", "counts", "dims", "window")
    only_real = "avg_pool2d"
    saved_names = ("self",)
    glyph, tex, row = "mean pool", r"\mathrm{{avgpool}}({0})", "jvp"

    @staticmethod
    def forward(ctx: Any, x: Any, window: Window, counts: Any) -> Any:
        dims = ctx.dims = len(window.size)
        ctx.window, ctx.counts, ctx.area = window, counts, math.prod(window.kernel)
        ctx.save_for_backward(x)
        if dims == 3:
            ctx.become("AvgPool3DBackward0")
        seen = views(padded(batch(x, dims), window), window)
        total = np.add.reduce(seen, tuple(range(2, 2 + dims))).reshape(*x.shape[:-dims], *window.out)
        whole = x.dtype.kind in "iu"  # of whole numbers, the mean is cut off towards 0
        return (np.sign(total) * (np.abs(total) // counts)).astype(x.dtype) if whole else total / counts

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        shape, area, dims = x.shape, ctx.area, ctx.dims
        n, c = (1, shape[0]) if len(shape) == dims + 1 else (shape[0], shape[1])
        places = math.prod(grad.shape[-dims:])
        share = reshape(over(grad, ctx.counts), (n, c, 1, places))
        spread = reshape(expand(share, (n, c, area, places)), (n, c * area, places))
        return beside(ctx, reshape(images(spread, ctx.window), shape), x, keep=False)


# --- Arguments -----------------------------------------------------------------------------------------------------


def _pooled(
    name: str, x: Any, kernel: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool, dims: int = 2
) -> Window:
    """Return the window over images, or volumes."""
    array = x._array
    if array.ndim not in (dims + 1, dims + 2) or 0 in array.shape[-dims - 1 :]:
        if name == "avg_pool2d" and array.ndim < 3:
            raise IndexError("Dimension out of range (expected to be in range of [-2, 1], but got -3)")
        raise RuntimeError(f"non-empty {dims + 1}D or {dims + 2}D (batch mode) tensor expected for input")
    kernel = each(kernel, dims, "kernel_size")
    stride = kernel if stride is None or stride == () or stride == [] else each(stride, dims, "stride")
    padding, dilation = each(padding, dims, "padding"), each(dilation, dims, "dilation")
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
    size = array.shape[-dims:]
    out = tuple(
        [
            _count(n, k, s, p, d, ceil_mode)
            for n, k, s, p, d in zip(size, kernel, stride, padding, dilation, strict=True)
        ]
    )
    if min(out) < 1:
        c = array.shape[-dims - 1]
        given, found = ["x".join(str(max(n, 0)) for n in (c, *sizes)) for sizes in (size, out)]
        raise RuntimeError(f"Given input size: ({given}). Calculated output size: ({found}). Output size is too small")
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


def max_pool3d(
    input: TensorT,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """Return the largest number in each window over volumes.

    Parameters
    ----------
    input : Tensor, shape (n, c, depth, height, width) or (c, depth, height, width)
        The volumes.
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
        Return also where each was found, counted along the flattened volume.

    Returns
    -------
    Tensor, or tuple of two

    Raises
    ------
    RuntimeError
        If the window does not fit.

    Examples
    --------
    >>> mg.max_pool3d(mg.arange(8.0).view(1, 1, 2, 2, 2), 2)
    tensor([[[[[7.]]]]])
    """
    x: Any = tensor(input, "max_pool3d")
    supported(x._array, "b", "max_pool3d")
    window = _pooled("max_pool3d", x, kernel_size, stride, padding, dilation, ceil_mode, 3)
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
    if not return_indices:
        supported(x._array, "biu", "max_pool1d_impl")
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
    counts = _counts(window, ceil_mode, count_include_pad, divisor_override, x._array.dtype)
    return apply(AvgPool2D, x, window, counts)  # type: ignore[no-any-return]


def _counts(window: Window, ceil_mode: bool, count_include_pad: bool, divisor: int | None, dtype: Any) -> Any:
    """Return by what the sum of each window is divided."""
    if divisor == 0:
        raise RuntimeError("divisor must be not zero")
    if divisor is not None:
        return divisor
    if not ceil_mode and (count_include_pad or not any(window.padding)):
        return math.prod(window.kernel)
    along = [_met(window, i, count_include_pad) for i in range(len(window.size))]
    return math.prod(np.ix_(*along)).astype(dtype)  # type: ignore[attr-defined]


def _met(window: Window, i: int, with_padding: bool) -> Any:
    """Return how many entries each window meets along a dimension."""
    n, p = window.size[i], window.padding[i]
    start = np.arange(window.out[i]) * window.stride[i] - p
    end = np.minimum(start + window.kernel[i], n + p)
    return end - start if with_padding else np.minimum(end, n) - np.maximum(start, 0)


def avg_pool3d(
    input: TensorT,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> TensorT:
    """Return the mean of each window over volumes.

    Parameters
    ----------
    input : Tensor, shape (n, c, depth, height, width) or (c, depth, height, width)
        The volumes.
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
    >>> F.avg_pool3d(mg.arange(8.0).view(1, 1, 2, 2, 2), 2)
    tensor([[[[[3.5000]]]]])
    """
    x: Any = tensor(input, "avg_pool3d")
    supported(x._array, "b", "avg_pool3d_out_frame")
    window = _pooled("avg_pool3d", x, kernel_size, stride, padding, 1, ceil_mode, 3)
    counts = _counts(window, ceil_mode, count_include_pad, divisor_override, x._array.dtype)
    return apply(AvgPool2D, x, window, counts)  # type: ignore[no-any-return]


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
