"""The helpers that formulas of sliding windows are written in, for arrays and, in a recorded pass, for tensors."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from minigrad.autograd.base import TensorBase
from minigrad.ops.formulas import swap

Shape = tuple[int, ...]


class Window(NamedTuple):
    """How a window slides over an image: one number a dimension of it."""

    size: Shape  # of the image
    kernel: Shape  # of the window
    stride: Shape  # from one place to the next
    padding: Shape  # zeros on either side
    dilation: Shape  # from one entry of the window to the next
    out: Shape  # how many places there are


def bordered(x: Any, pads: Shape, value: Any = 0) -> Any:
    """Return ``x`` with entries of one value added at its edges: before and after, last dimension first.

    A negative number takes entries away, so negating all of them leads back.
    """
    if isinstance(x, TensorBase):
        return x._pad(pads, value)  # type: ignore[attr-defined]
    around = [(0, 0)] * (x.ndim - len(pads) // 2) + [(pads[i], pads[i + 1]) for i in range(len(pads) - 2, -1, -2)]
    less = [slice(max(-a, 0), n - max(-b, 0)) for n, (a, b) in zip(x.shape, around, strict=True)]
    kept, more = x[tuple(less)], [(max(a, 0), max(b, 0)) for a, b in around]
    out = np.empty([a + n + b for n, (a, b) in zip(kept.shape, more, strict=True)], x.dtype)
    out[...] = value
    out[tuple([slice(a, a + n) for n, (a, _) in zip(kept.shape, more, strict=True)])] = kept
    return out


def reach(window: Window, i: int) -> int:
    """Return how far the last window reaches along a dimension, counted from the first zero of the padding."""
    return (window.out[i] - 1) * window.stride[i] + (window.kernel[i] - 1) * window.dilation[i] + 1


def beyond(window: Window, i: int) -> int:
    """Return how far the last window reaches past the padding: pooling with ``ceil_mode`` lets it."""
    return max(reach(window, i) - window.size[i] - 2 * window.padding[i], 0)


def views(x: Any, window: Window) -> Any:
    """Return a view of an image, its padding included, in the shape ``(n, c, *kernel, *out)``."""
    steps = x.strides[2:]
    inner = [step * d for step, d in zip(steps, window.dilation, strict=True)]
    outer = [step * s for step, s in zip(steps, window.stride, strict=True)]
    shape = (*x.shape[:2], *window.kernel, *window.out)
    return np.lib.stride_tricks.as_strided(x, shape, (*x.strides[:2], *inner, *outer), writeable=False)


def columns(x: Any, window: Window) -> Any:
    """Return what the window sees at each place, as a column: ``(n, c, ...)`` becomes ``(n, c * kernel, places)``."""
    if isinstance(x, TensorBase):
        return x._columns(window)  # type: ignore[attr-defined]
    seen = views(padded(x, window), window)
    return seen.reshape(x.shape[0], x.shape[1] * math.prod(window.kernel), math.prod(window.out))


def images(x: Any, window: Window) -> Any:
    """Return the columns added up where they were seen: the reverse of ``columns``."""
    if isinstance(x, TensorBase):
        return x._images(window)  # type: ignore[attr-defined]
    out = _blank(x.shape[0], x.shape[1] // math.prod(window.kernel), x.dtype, window)
    _add_up(out, x, window)
    return _inside(out, window)


# Note [A convolution is a product of matrices]
#
# What a window sees at each place is written down as a column. The kernels, a row each, times all columns are the
# convolution (`correlated`). The transposed rows times a gradient, added up where the columns were seen, spread it back
# over the image (`spread`). A gradient times the transposed columns tells what each entry of a kernel met (`met`). The
# derivatives of each of the three are the other two. All go over the images in bands, of which the columns fit into the
# processor's cache: at once, those of a large image are many times its size, and take longer to write than to use.

BAND = 2**18  # about so many entries of columns are written down at once


def correlated(x: Any, weight: Any, window: Window, groups: int) -> Any:
    """Return, for each place of the window, the sum of what a kernel meets there, weighted by it."""
    if isinstance(x, TensorBase):
        return x._correlated(weight, window, groups)  # type: ignore[attr-defined]
    kernels = _rows(weight, groups)
    y = np.empty((x.shape[0], weight.shape[0], *window.out), x.dtype)
    for some, rows, seen, band in _bands(padded(x, window), window):
        sums = kernels @ _grouped(views(seen, band), groups, math.prod(band.out))
        y[some, :, rows] = sums.reshape(y[some, :, rows].shape)
    return y


def spread(grad: Any, weight: Any, window: Window, groups: int) -> Any:
    """Return an image on which a kernel is laid down at each place, as heavy as the gradient is there."""
    if isinstance(grad, TensorBase):
        return grad._spread(weight, window, groups)  # type: ignore[attr-defined]
    kernels = swap(_rows(weight, groups))
    out = _blank(grad.shape[0], groups * weight.shape[1], grad.dtype, window)
    for some, rows, seen, band in _bands(out, window):
        _add_up(seen, kernels @ _grouped(grad[some, :, rows], groups, math.prod(band.out)), band)
    return _inside(out, window)


def met(grad: Any, x: Any, window: Window, groups: int) -> Any:
    """Return what each entry of the kernels met of the images, weighted by the gradient at the place."""
    if isinstance(grad, TensorBase):
        return grad._met(x, window, groups)  # type: ignore[attr-defined]
    channels = x.shape[1] // groups
    out = np.zeros((groups, grad.shape[1] // groups, channels * math.prod(window.kernel)), grad.dtype)
    for some, rows, seen, band in _bands(padded(x, window), window):
        places = math.prod(band.out)
        columns_ = _grouped(views(seen, band), groups, places)
        out += np.add.reduce(_grouped(grad[some, :, rows], groups, places) @ swap(columns_), 0)
    return out.reshape(grad.shape[1], channels, *window.kernel)


def _bands(x: Any, window: Window) -> Iterator[tuple[slice, slice, Any, Window]]:
    """Yield, for images with their padding: some of them, some rows of places, what these see, and how."""
    row, high = x.shape[1] * math.prod(window.kernel) * math.prod(window.out[1:]), window.out[0]
    rows = min(max(BAND // max(row, 1), 1), max(high, 1))
    some = max(BAND // max(row * rows, 1), 1)
    for i in range(0, x.shape[0], some):
        for start in range(0, high, rows):
            stop = min(start + rows, high)
            seen = x[i : i + some, :, start * window.stride[0] :]
            yield slice(i, i + some), slice(start, stop), seen, window._replace(out=(stop - start, *window.out[1:]))


def _rows(weight: Any, groups: int) -> Any:
    """Return kernels as rows, one stack of them a group."""
    return weight.reshape(groups, weight.shape[0] // groups, math.prod(weight.shape[1:]))


def _grouped(x: Any, groups: int, places: int) -> Any:
    """Return ``(n, c, ...)`` as ``(n, groups, c / groups, places)``; a window's entries go with the channels."""
    return x.reshape(x.shape[0], groups, x.size // max(x.shape[0] * groups * places, 1), places)


def padded(x: Any, window: Window) -> Any:
    """Return images with the zeros on their sides, as far as the window reaches."""
    after = [p + beyond(window, i) for i, p in enumerate(window.padding)]
    pads = tuple([n for i in reversed(range(len(after))) for n in (window.padding[i], after[i])])
    return bordered(x, pads) if any(pads) else x


def _blank(n: int, channels: int, dtype: Any, window: Window) -> Any:
    """Return images of zeros, with room on their sides."""
    size = [s + 2 * p + beyond(window, i) for i, (s, p) in enumerate(zip(window.size, window.padding, strict=True))]
    return np.zeros((n, channels, *size), dtype)


def _inside(x: Any, window: Window) -> Any:
    """Return images without their sides."""
    return x[(slice(None), slice(None), *[slice(p, p + n) for p, n in zip(window.padding, window.size, strict=True)])]


def _add_up(out: Any, seen: Any, window: Window) -> None:
    """Add the columns that a window saw of images to these."""
    if 0 in window.out:
        return
    seen = seen.reshape(*out.shape[:2], *window.kernel, *window.out)
    for place in np.ndindex(*window.kernel):
        reached = [
            slice(i * d, i * d + s * (n - 1) + 1, s)
            for i, d, s, n in zip(place, window.dilation, window.stride, window.out, strict=True)
        ]
        out[(slice(None), slice(None), *reached)] += seen[(slice(None), slice(None), *place)]
