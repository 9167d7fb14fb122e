"""What a window sees of images, written down as columns; and columns added up to images."""

from __future__ import annotations

import math
from typing import Any

from minigrad.autograd.function import Op, apply
from minigrad.ops.arguments import Shape, TensorT, tensor
from minigrad.ops.convolution import each
from minigrad.ops.sliding import Window, columns, images


class Im2Col(Op):
    """Each entry was seen from several places: its gradient is the sum of what comes back from them."""

    __slots__ = ("window",)
    glyph, tex, row = "windows", r"\mathrm{{unfold}}({0})", "scatter"

    @staticmethod
    def forward(ctx: Any, x: Any, window: Window) -> Any:
        ctx.window = window
        return columns(x, window)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return images(grad, ctx.window)


class Col2Im(Op):
    """What was added up where windows overlap gets the gradient of that place in each of them."""

    __slots__ = ("window",)
    glyph, tex, row = "overlap", r"\mathrm{{fold}}({0})", "scatter"

    @staticmethod
    def forward(ctx: Any, x: Any, window: Window) -> Any:
        ctx.window = window
        return images(x, window)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return columns(grad, ctx.window)


def unfold(input: TensorT, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> TensorT:
    """Return what a window sees at each place of images, as columns.

    Parameters
    ----------
    input : Tensor, shape (n, c, height, width) or (c, height, width)
        The images.
    kernel_size, dilation, padding, stride : int or tuple of int
        The window, and how it moves.

    Returns
    -------
    Tensor, shape (n, c * window, places)

    Raises
    ------
    RuntimeError
        If the window does not fit.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.unfold(mg.arange(6.0).view(1, 1, 2, 3), (2, 2))
    tensor([[[0., 1.],
             [1., 2.],
             [3., 4.],
             [4., 5.]]])
    """
    x: Any = tensor(input, "unfold")
    if x._array.ndim not in (3, 4):
        raise RuntimeError(
            "Expected 3D or 4D (batch mode) tensor with possibly 0 batch size and other non-zero dimensions for input, "
            f"but got: {list(x._array.shape)}"
        )
    batched = x._array.ndim == 4
    x = x if batched else x.unsqueeze(0)
    window = _window(x._array.shape[2:], kernel_size, dilation, padding, stride)
    if min(window.out) < 1:
        raise RuntimeError(
            f"Given input with spatial size {x._array.shape[2:]}, kernel_size={window.kernel}, "
            f"dilation={window.dilation}, padding={window.padding}, calculated shape of the array of sliding blocks as "
            f"{window.out}, but its components must be at least one."
        )
    y = apply(Im2Col, x, window)
    return y if batched else y.squeeze(0)  # type: ignore[no-any-return]


def fold(
    input: TensorT, output_size: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1
) -> TensorT:
    """Return images in which columns are added up where a window saw them: the transpose of ``unfold``.

    Parameters
    ----------
    input : Tensor, shape (n, c * window, places) or (c * window, places)
        The columns.
    output_size : int or tuple of int
        Height and width of the images.
    kernel_size, dilation, padding, stride : int or tuple of int
        The window, and how it moves.

    Returns
    -------
    Tensor, shape (n, c, height, width)

    Raises
    ------
    RuntimeError
        If there are not as many columns as places.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.fold(mg.ones(1, 4, 2), (2, 3), (2, 2))
    tensor([[[[1., 2., 1.],
              [1., 2., 1.]]]])
    """
    x: Any = tensor(input, "fold")
    if x._array.ndim not in (2, 3):
        raise RuntimeError(
            "Expected 2D or 3D (batch mode) tensor for input with possibly 0 batch size and non-zero dimensions for "
            f"input, but got: {list(x._array.shape)}"
        )
    batched = x._array.ndim == 3
    x = x if batched else x.unsqueeze(0)
    window = _window(each(output_size, 2, "output_size"), kernel_size, dilation, padding, stride)
    if x._array.shape[1] % math.prod(window.kernel):
        raise RuntimeError(
            "Expected size of input's dimension 1 to be divisible by the product of kernel_size, but got "
            f"input.size(1)={x._array.shape[1]} and kernel_size={window.kernel}."
        )
    if x._array.shape[2] != math.prod(window.out):
        raise RuntimeError(
            f"Given output_size={window.size}, kernel_size={window.kernel}, dilation={window.dilation}, "
            f"padding={window.padding}, stride={window.stride}, expected size of input's dimension 2 to match the "
            f"calculated number of sliding blocks {window.out[0]} * {window.out[1]} = {math.prod(window.out)}, but got "
            f"input.size(2)={x._array.shape[2]}."
        )
    y = apply(Col2Im, x, window)
    return y if batched else y.squeeze(0)  # type: ignore[no-any-return]


def _window(size: Shape, kernel: Any, dilation: Any, padding: Any, stride: Any) -> Window:
    """Return a window over an image of this size."""
    kernel, dilation = each(kernel, 2, "kernel_size"), each(dilation, 2, "dilation")
    padding, stride = each(padding, 2, "padding"), each(stride, 2, "stride")
    out = tuple(
        [
            (n + 2 * p - d * (k - 1) - 1) // s + 1
            for n, p, d, k, s in zip(size, padding, dilation, kernel, stride, strict=True)
        ]
    )
    return Window(size, kernel, stride, padding, dilation, out)
