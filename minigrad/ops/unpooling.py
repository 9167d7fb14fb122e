"""Back from windows: max_unpool puts the largest numbers where they were; and windows that keep a norm: lp_pool."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.autograd.base import wrap
from minigrad.autograd.function import Op, apply
from minigrad.ops.arguments import Shape, TensorT, tensor
from minigrad.ops.convolution import each
from minigrad.ops.formulas import placed_along, reshape, take_along
from minigrad.ops.pooling import avg_pool1d, avg_pool2d, avg_pool3d


class MaxUnpool2D(Op):
    """Each number went to one place: its gradient is what is found there."""

    __slots__ = ("flat",)
    saved_names = ("indices",)
    glyph, tex, row = "unpool", r"\mathrm{{unpool}}({0})", "rearrange"

    @staticmethod
    def forward(ctx: Any, x: Any, places: Any, out: Shape) -> Any:
        lead = x.shape[: -len(out)]
        if len(out) == 3:
            ctx.become("MaxUnpool3DBackward0")
        index = reshape(places, (*lead, math.prod(x.shape[len(lead) :])))
        ctx.save_for_backward(wrap(np.array(index)))
        empty = np.zeros((*lead, math.prod(out)), x.dtype)
        ctx.flat = empty.shape, x.shape
        return reshape(placed_along(empty, index, len(lead), reshape(x, index.shape)), (*lead, *out))

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (index,) = ctx.saved_tensors
        flat, shape = ctx.flat
        return reshape(take_along(reshape(grad, flat), index, len(flat) - 1), shape)


def _unpooled(x: Any, indices: Any, kernel: Any, stride: Any, padding: Any, output_size: Any, dims: int) -> Any:
    """Put numbers where they were, in images or volumes of the size that they came from."""
    name = f"max_unpool{dims}d"
    x, places = tensor(x, name), tensor(indices, name, "indices", 2)._array
    kernel = each(kernel, dims, "kernel_size")
    stride = kernel if stride is None else each(stride, dims, "stride")
    padding = each(padding, dims, "padding")
    shape = x._array.shape
    old = shape[-dims:]
    out = tuple([(n - 1) * s - 2 * p + k for n, s, p, k in zip(old, stride, padding, kernel, strict=True)])
    if output_size is not None:
        wanted = tuple(output_size)
        wanted = wanted[-dims:] if len(wanted) == dims + 2 else wanted
        if len(wanted) != dims:
            raise ValueError(
                f"output_size should be a sequence containing {dims} or {dims + 2} elements, but it has a length of "
                f"'{len(wanted)}'"
            )
        for d in range(dims):
            low, high = out[d] - stride[d], out[d] + stride[d]
            if not low < wanted[d] < high:
                raise ValueError(f'invalid output_size "{wanted}" (dim {d} must be between {low} and {high})')
        out = wanted
    if places.dtype != np.int64:
        raise RuntimeError(f"elements in indices should be type int64 but got: {indices.dtype.title}")
    if places.shape != shape:
        raise RuntimeError(
            f"Expected shape of indices to be same as that of the input tensor ({list(shape)}) but got indices tensor "
            f"with shape: {list(places.shape)}"
        )
    outside = places[(places < 0) | (places >= math.prod(out))]
    if outside.size:
        raise RuntimeError(
            f"Found an invalid max index: {outside[0]} (output volumes are of size {'x'.join(map(str, out))})"
        )
    return apply(MaxUnpool2D, x, places, out)


def max_unpool2d(
    input: TensorT, indices: Any, kernel_size: Any, stride: Any = None, padding: Any = 0, output_size: Any = None
) -> TensorT:
    """Return images with numbers where ``max_pool2d`` found them, and zeros elsewhere.

    Parameters
    ----------
    input : Tensor, shape (n, c, height, width) or (c, height, width)
        The numbers.
    indices : Tensor of int64
        Where each was, as ``max_pool2d`` returns it.
    kernel_size, stride, padding : int or tuple of int
        As of that call.
    output_size : tuple of int, optional
        How large the images were, where several sizes are possible.

    Returns
    -------
    Tensor

    Raises
    ------
    RuntimeError
        If an index lies outside of the images.
    ValueError
        If they cannot have been so large.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> y, places = F.max_pool2d(mg.tensor([[[1.0, 2.0], [4.0, 3.0]]]), 2, return_indices=True)
    >>> F.max_unpool2d(y, places, 2)
    tensor([[[0., 0.],
             [4., 0.]]])
    """
    return _unpooled(input, indices, kernel_size, stride, padding, output_size, 2)  # type: ignore[no-any-return]


def max_unpool3d(
    input: TensorT, indices: Any, kernel_size: Any, stride: Any = None, padding: Any = 0, output_size: Any = None
) -> TensorT:
    """Return volumes with numbers where ``max_pool3d`` found them, and zeros elsewhere; as ``max_unpool2d`` does."""
    return _unpooled(input, indices, kernel_size, stride, padding, output_size, 3)  # type: ignore[no-any-return]


def max_unpool1d(
    input: TensorT, indices: Any, kernel_size: Any, stride: Any = None, padding: Any = 0, output_size: Any = None
) -> TensorT:
    """Return signals with numbers where ``max_pool1d`` found them, and zeros elsewhere.

    Parameters
    ----------
    input : Tensor, shape (n, c, length) or (c, length)
        The numbers.
    indices : Tensor of int64
        Where each was, as ``max_pool1d`` returns it.
    kernel_size, stride, padding : int
        As of that call.
    output_size : tuple of int, optional
        How long the signals were, where several lengths are possible.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> y, places = F.max_pool1d(mg.tensor([[1.0, 3.0, 2.0, 0.0]]), 2, return_indices=True)
    >>> F.max_unpool1d(y, places, 2)
    tensor([[0., 3., 2., 0.]])
    """
    kernel, padding = each(kernel_size, 1, "kernel_size"), each(padding, 1, "padding")
    stride = kernel if stride is None else each(stride, 1, "stride")
    if output_size is not None:
        output_size = (*tuple(output_size)[-1:], 1)
    x: Any = tensor(input, "max_unpool1d").unsqueeze(-1)  # type: ignore[attr-defined]
    y: Any = _unpooled(x, indices.unsqueeze(-1), (*kernel, 1), (*stride, 1), (*padding, 0), output_size, 2)
    return y.squeeze(-1)  # type: ignore[no-any-return]


# --- Norms ---------------------------------------------------------------------------------------------------------


def _normed(pool: Any, x: Any, norm_type: float, kernel_size: Any, stride: Any, ceil_mode: bool, dims: int) -> Any:
    """Return the norm of each window: the mean of the powers, times how many there are."""
    count = math.prod(each(kernel_size, dims, "kernel_size"))
    mean = pool(x**norm_type, kernel_size, stride, 0, ceil_mode)
    return (mean.sign() * mean.abs().relu() * count) ** (1.0 / norm_type)


def lp_pool1d(
    input: TensorT, norm_type: float, kernel_size: int, stride: int | None = None, ceil_mode: bool = False
) -> TensorT:
    """Return the norm of each window over signals.

    Parameters
    ----------
    input : Tensor, shape (n, c, length) or (c, length)
        The signals.
    norm_type : float
        Which norm: 1 sums, 2 is the length, a large one comes near the largest.
    kernel_size : int
        The window.
    stride : int, optional
        How far it moves; by its own size, if not given.
    ceil_mode : bool
        Whether a last window may reach past the end.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.lp_pool1d(mg.tensor([[3.0, 4.0, 5.0, 12.0]]), 2, 2)
    tensor([[ 5., 13.]])
    """
    return _normed(avg_pool1d, tensor(input, "lp_pool1d"), norm_type, kernel_size, stride, ceil_mode, 1)  # type: ignore[no-any-return]


def lp_pool2d(
    input: TensorT, norm_type: float, kernel_size: Any, stride: Any = None, ceil_mode: bool = False
) -> TensorT:
    """Return the norm of each window over images; as ``lp_pool1d`` does over signals."""
    return _normed(avg_pool2d, tensor(input, "lp_pool2d"), norm_type, kernel_size, stride, ceil_mode, 2)  # type: ignore[no-any-return]


def lp_pool3d(
    input: TensorT, norm_type: float, kernel_size: Any, stride: Any = None, ceil_mode: bool = False
) -> TensorT:
    """Return the norm of each window over volumes; as ``lp_pool1d`` does over signals."""
    return _normed(avg_pool3d, tensor(input, "lp_pool3d"), norm_type, kernel_size, stride, ceil_mode, 3)  # type: ignore[no-any-return]
