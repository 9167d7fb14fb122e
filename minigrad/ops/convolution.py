"""Windows that slide over signals and images: convolution, its transpose, and what a window sees."""

from __future__ import annotations

import math
from typing import Any

from minigrad import dtypes
from minigrad.autograd.function import Op, apply
from minigrad.ops.arguments import Shape, TensorT, supported, tensor
from minigrad.ops.formulas import Window, columns, images, permute, reshape, sum_over, swap
from minigrad.ops.padding import pad

__all__ = ["conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d"]

# Note [A convolution is a product of matrices]
#
# What a window sees at each place is written down as a column. The kernel, one row an output channel, times all columns
# is the convolution. So its derivative by the image is the transposed kernel times the gradient, with the columns added
# up where they were seen: and that is a transposed convolution.


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


class Convolution(Op):
    """A kernel slides over the image: its gradient is the image it met, weighted; the image gets the kernel back."""

    __slots__ = ("groups", "shapes", "window")
    arity, saved_for = 3, (1, 0)
    saved_names = ("input", "weight")
    glyph, tex, row = "∗", r"{1} * {0}", "jvp"
    local = (r"{1}^T *", r"{0} *", "1")

    @staticmethod
    def forward(ctx: Any, x: Any, weight: Any, bias: Any, window: Window, groups: int) -> Any:
        ctx.window, ctx.groups, ctx.shapes = window, groups, (x.shape, weight.shape)
        ctx.save_for_backward(x, weight)
        y = _grouped_rows(weight, groups) @ _grouped(columns(x, window), groups)
        y = reshape(y, (x.shape[0], weight.shape[0], *window.out))
        return y if bias is None else y + reshape(bias, (-1, *(1 for _ in window.out)))

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        x, weight = ctx.saved_tensors
        shape, rows = ctx.shapes
        need_x, need_weight, need_bias = ctx.needs_input_grad
        window, groups = ctx.window, ctx.groups
        flat = _grouped(grad, groups)
        by_x = by_weight = by_bias = None
        if need_x:
            back = swap(_grouped_rows(weight, groups)) @ flat
            by_x = images(reshape(back, (shape[0], groups * back.shape[2], back.shape[3])), window)
        if need_weight:
            seen = _grouped(columns(x, window), groups)
            by_weight = reshape(_beside(flat) @ swap(_beside(seen)), rows)
        if need_bias:
            by_bias = sum_over(grad, (0, *range(2, len(grad.shape))))
        return by_x, by_weight, by_bias


class ConvolutionTransposed(Op):
    """Each entry spreads a kernel over the output: it gets back what the kernel sees of the gradient there."""

    __slots__ = ("groups", "shapes", "window")
    arity, saved_for = 3, (1, 0)
    saved_names = ("input", "weight")
    glyph, tex, row = "∗ᵀ", r"{1} *^T {0}", "jvp"
    local = (r"{1} *", r"{0} *", "1")

    called = "ConvolutionBackward0"

    @staticmethod
    def forward(ctx: Any, x: Any, weight: Any, bias: Any, window: Window, groups: int) -> Any:
        ctx.window, ctx.groups, ctx.shapes = window, groups, (x.shape, weight.shape)
        ctx.save_for_backward(x, weight)
        spread = swap(_grouped_rows(weight, groups)) @ _grouped(x, groups)
        y = images(reshape(spread, (x.shape[0], groups * spread.shape[2], spread.shape[3])), window)
        return y if bias is None else y + reshape(bias, (-1, *(1 for _ in window.out)))

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        x, weight = ctx.saved_tensors
        shape, rows = ctx.shapes
        need_x, need_weight, need_bias = ctx.needs_input_grad
        groups = ctx.groups
        by_x = by_weight = by_bias = None
        if need_x or need_weight:
            seen = _grouped(columns(grad, ctx.window), groups)
            by_x = reshape(_grouped_rows(weight, groups) @ seen, shape) if need_x else None
            by_weight = reshape(_beside(_grouped(x, groups)) @ swap(_beside(seen)), rows) if need_weight else None
        if need_bias:
            by_bias = sum_over(grad, (0, *range(2, len(grad.shape))))
        return by_x, by_weight, by_bias


def _grouped(x: Any, groups: int) -> Any:
    """Return ``(n, c, ...)`` as ``(n, groups, c / groups, places)``."""
    n, c = x.shape[0], x.shape[1]
    return reshape(x, (n, groups, c // groups, math.prod(x.shape[2:])))


def _grouped_rows(weight: Any, groups: int) -> Any:
    """Return a kernel as rows, one stack of them a group."""
    return reshape(weight, (groups, weight.shape[0] // groups, math.prod(weight.shape[1:])))


def _beside(x: Any) -> Any:
    """Return ``(n, groups, c, places)`` with the places of all images beside each other."""
    n, groups, c, places = x.shape
    return reshape(permute(x, (1, 2, 0, 3)), (groups, c, n * places))


# --- Arguments -----------------------------------------------------------------------------------------------------


def each(value: Any, count: int, name: str) -> Shape:
    """Return a number for each dimension, given one for all or one each."""
    if isinstance(value, int):
        return (value,) * count
    found = tuple([int(n) for n in value])
    if len(found) == 1:
        return found * count
    if len(found) != count:
        raise RuntimeError(
            f"expected {name} to be a single integer value or a list of {count} values, but got {name}={list(found)}"
        )
    return found


def _prepared(name: str, count: int, input: Any, weight: Any, bias: Any) -> tuple[Any, bool]:
    """Return the input as a batch, and whether it was one; refuse ranks and dtypes that do not fit."""
    x: Any = tensor(input, name)
    array, w = x._array, tensor(weight, name, "weight", 2)._array
    if array.ndim not in (count + 1, count + 2):
        raise RuntimeError(
            f"Expected {count + 1}D (unbatched) or {count + 2}D (batched) input to {name}, but got input of size: "
            f"{list(array.shape)}"
        )
    if w.ndim != count + 2:
        raise RuntimeError(f"weight should have {count + 2} dimensions, but got weight of size {list(w.shape)}")
    supported(array, "b", "slow_conv2d_cpu")
    kinds = [dtypes.of(a.dtype).title for a in (array, w)]
    if kinds[0] != kinds[1]:
        raise RuntimeError(
            f"expected scalar type {kinds[0]} but found {kinds[1]}. Input and weight must have one dtype."
        )
    if bias is not None and bias._array.dtype != array.dtype:
        words = {"float32": "float", "float64": "double"}
        kinds = [words.get(str(a.dtype), str(a.dtype)) for a in (array, bias._array)]
        raise RuntimeError(f"Input type ({kinds[0]}) and bias type ({kinds[1]}) should be the same dtype")
    batched = array.ndim == count + 2
    return (x if batched else x.unsqueeze(0)), batched


def _check_steps(stride: Shape, padding: Shape, dilation: Shape) -> None:
    if min(padding, default=0) < 0:
        raise RuntimeError("negative padding is not supported")
    if min(stride) <= 0:
        raise RuntimeError("non-positive stride is not supported")
    if min(dilation) <= 0:
        raise RuntimeError("dilation should be greater than zero")


def _check_bias(bias: Any, weight: Any, channels: int, transposed: bool = False) -> None:
    if bias is not None and bias._array.shape != (channels,):
        given = "transposed=1, weight" if transposed else "weight"
        raise RuntimeError(
            f"Given {given} of size {list(weight.shape)}, expected bias to be 1-dimensional with {channels} elements, "
            f"but got bias of size {list(bias._array.shape)} instead"
        )


def _convolve(
    name: str, count: int, input: Any, weight: Any, bias: Any, stride: Any, padding: Any, dilation: Any, groups: int
) -> Any:
    """Check and run a convolution over ``count`` dimensions."""
    x, batched = _prepared(name, count, input, weight, bias)
    w = weight._array.shape
    stride, dilation = each(stride, count, "stride"), each(dilation, count, "dilation")
    kernel = w[2:]
    if padding == "same":
        if any(s != 1 for s in stride):
            raise RuntimeError("padding='same' is not supported for strided convolutions")
        total = [d * (k - 1) for d, k in zip(dilation, kernel, strict=True)]
        if any(n % 2 for n in total):
            x = pad(x, [n for t in reversed(total) for n in (0, t % 2)])
        padding = tuple([n // 2 for n in total])
    elif isinstance(padding, str):
        if padding != "valid":
            raise RuntimeError(f"Invalid padding string: '{padding}'. It is 'same' or 'valid', or numbers.")
        padding = (0,) * count
    else:
        padding = each(padding, count, "padding")
    _check_steps(stride, padding, dilation)
    shape = x._array.shape
    if groups <= 0:
        raise RuntimeError("non-positive groups is not supported")
    if w[0] % groups:
        raise RuntimeError(
            f"Given groups={groups}, expected weight to be divisible by {groups} at dimension 0, but got weight of "
            f"size [{list(w)}] instead"
        )
    if shape[1] != w[1] * groups:
        raise RuntimeError(
            f"Given groups={groups}, weight of size {list(w)}, expected input{list(shape)} to have {w[1] * groups} "
            f"channels, but got {shape[1]} channels instead"
        )
    _check_bias(bias, weight, w[0])
    size = [n + 2 * p for n, p in zip(shape[2:], padding, strict=True)]
    reach = [d * (k - 1) + 1 for d, k in zip(dilation, kernel, strict=True)]
    if any(n < r for n, r in zip(size, reach, strict=True)):
        both = [" x ".join(map(str, n)) for n in (size, reach)]
        raise RuntimeError(
            f"Calculated padded input size per channel: ({both[0]}). Kernel size: ({both[1]}). Kernel size can't be "
            "greater than actual input size"
        )
    out = tuple([(n - r) // s + 1 for n, r, s in zip(size, reach, stride, strict=True)])
    window = Window(shape[2:], kernel, stride, padding, dilation, out)
    y = apply(Convolution, x, weight, bias, window, groups)
    return y if batched else y.squeeze(0)


def _spread(
    name: str, count: int, input: Any, weight: Any, bias: Any, stride: Any, padding: Any, more: Any, groups: int,
    dilation: Any,
) -> Any:  # fmt: skip
    """Check and run a transposed convolution over ``count`` dimensions."""
    x, batched = _prepared(name, count, input, weight, bias)
    w, shape = weight._array.shape, x._array.shape
    stride, dilation = each(stride, count, "stride"), each(dilation, count, "dilation")
    padding, more = each(padding, count, "padding"), each(more, count, "output_padding")
    _check_steps(stride, padding, dilation)
    if shape[1] != w[0]:
        raise RuntimeError(
            f"Given transposed=1, weight of size {list(w)}, expected input{list(shape)} to have {w[0]} channels, but "
            f"got {shape[1]} channels instead"
        )
    _check_bias(bias, weight, w[1] * groups, transposed=True)
    for m, s, d in zip(more, stride, dilation, strict=True):
        if m >= max(s, d):
            raise RuntimeError(
                "output padding must be smaller than either stride or dilation, but got output_padding: "
                f"{list(more)} stride: {list(stride)} dilation: {list(dilation)}"
            )
    size = tuple(
        [
            (n - 1) * s - 2 * p + d * (k - 1) + m + 1
            for n, s, p, d, k, m in zip(shape[2:], stride, padding, dilation, w[2:], more, strict=True)
        ]
    )
    window = Window(size, w[2:], stride, padding, dilation, shape[2:])
    y = apply(ConvolutionTransposed, x, weight, bias, window, groups)
    return y if batched else y.squeeze(0)


def conv1d(
    input: TensorT,
    weight: TensorT,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> TensorT:
    """Slide kernels over signals: each output is the sum of what a kernel meets, weighted by it.

    Parameters
    ----------
    input : Tensor, shape (n, c, length) or (c, length)
        The signals.
    weight : Tensor, shape (m, c / groups, length)
        The kernels, of the same dtype.
    bias : Tensor, shape (m,), optional
        Added to each output channel.
    stride : int or tuple of int
        How far the window moves.
    padding : int, tuple of int, "same" or "valid"
        How many zeros there are on either side.
    dilation : int or tuple of int
        How far apart the entries are that a kernel meets.
    groups : int
        Into how many parts the channels are split; each has kernels of its own.

    Returns
    -------
    Tensor, shape (n, m, length)

    Raises
    ------
    RuntimeError
        If shapes or dtypes do not fit.

    References
    ----------
    Dumoulin & Visin (2016), arXiv:1603.07285.

    Examples
    --------
    >>> mg.conv1d(mg.tensor([[[1.0, 2.0, 4.0]]]), mg.tensor([[[-1.0, 1.0]]]))
    tensor([[[1., 2.]]])
    """
    return _convolve("conv1d", 1, input, weight, bias, stride, padding, dilation, groups)  # type: ignore[no-any-return]


def conv2d(
    input: TensorT,
    weight: TensorT,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> TensorT:
    """Slide kernels over images: each output is the sum of what a kernel meets, weighted by it.

    Parameters
    ----------
    input : Tensor, shape (n, c, height, width) or (c, height, width)
        The images.
    weight : Tensor, shape (m, c / groups, height, width)
        The kernels, of the same dtype.
    bias : Tensor, shape (m,), optional
        Added to each output channel.
    stride : int or tuple of int
        How far the window moves.
    padding : int, tuple of int, "same" or "valid"
        How many zeros there are on either side.
    dilation : int or tuple of int
        How far apart the entries are that a kernel meets.
    groups : int
        Into how many parts the channels are split; each has kernels of its own.

    Returns
    -------
    Tensor, shape (n, m, height, width)

    Raises
    ------
    RuntimeError
        If shapes or dtypes do not fit.

    References
    ----------
    Dumoulin & Visin (2016), arXiv:1603.07285.

    Examples
    --------
    >>> mg.conv2d(mg.ones(1, 1, 3, 3), mg.ones(1, 1, 2, 2))
    tensor([[[[4., 4.],
              [4., 4.]]]])
    """
    return _convolve("conv2d", 2, input, weight, bias, stride, padding, dilation, groups)  # type: ignore[no-any-return]


def conv3d(
    input: TensorT,
    weight: TensorT,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> TensorT:
    """Slide kernels over volumes: each output is the sum of what a kernel meets, weighted by it.

    Parameters
    ----------
    input : Tensor, shape (n, c, depth, height, width) or (c, depth, height, width)
        The volumes.
    weight : Tensor, shape (m, c / groups, depth, height, width)
        The kernels, of the same dtype.
    bias : Tensor, shape (m,), optional
        Added to each output channel.
    stride : int or tuple of int
        How far the window moves.
    padding : int, tuple of int, "same" or "valid"
        How many zeros there are on either side.
    dilation : int or tuple of int
        How far apart the entries are that a kernel meets.
    groups : int
        Into how many parts the channels are split; each has kernels of its own.

    Returns
    -------
    Tensor, shape (n, m, depth, height, width)

    Raises
    ------
    RuntimeError
        If shapes or dtypes do not fit.

    References
    ----------
    Dumoulin & Visin (2016), arXiv:1603.07285.

    Examples
    --------
    >>> mg.conv3d(mg.ones(1, 1, 2, 2, 2), mg.ones(1, 1, 2, 2, 2))
    tensor([[[[[8.]]]]])
    """
    return _convolve("conv3d", 3, input, weight, bias, stride, padding, dilation, groups)  # type: ignore[no-any-return]


def conv_transpose1d(
    input: TensorT,
    weight: TensorT,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
) -> TensorT:
    """Spread each entry of signals over the output as a kernel says: what a convolution does to its gradient.

    Parameters
    ----------
    input : Tensor, shape (n, c, length) or (c, length)
        The signals.
    weight : Tensor, shape (c, m / groups, length)
        The kernels, of the same dtype.
    bias : Tensor, shape (m,), optional
        Added to each output channel.
    stride : int or tuple of int
        How far apart the kernels are laid down.
    padding : int or tuple of int
        How much is cut off on either side.
    output_padding : int or tuple of int
        How much longer the output is made, at its end.
    groups : int
        Into how many parts the channels are split; each has kernels of its own.
    dilation : int or tuple of int
        How far apart the entries of a kernel are laid down.

    Returns
    -------
    Tensor, shape (n, m, length)

    Raises
    ------
    RuntimeError
        If shapes or dtypes do not fit.

    Examples
    --------
    >>> mg.conv_transpose1d(mg.tensor([[[1.0, 2.0]]]), mg.tensor([[[1.0, -1.0]]]))
    tensor([[[ 1.,  1., -2.]]])
    """
    return _spread("conv_transpose1d", 1, input, weight, bias, stride, padding, output_padding, groups, dilation)  # type: ignore[no-any-return]


def conv_transpose2d(
    input: TensorT,
    weight: TensorT,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
) -> TensorT:
    """Spread each entry of images over the output as a kernel says: what a convolution does to its gradient.

    Parameters
    ----------
    input : Tensor, shape (n, c, height, width) or (c, height, width)
        The images.
    weight : Tensor, shape (c, m / groups, height, width)
        The kernels, of the same dtype.
    bias : Tensor, shape (m,), optional
        Added to each output channel.
    stride : int or tuple of int
        How far apart the kernels are laid down.
    padding : int or tuple of int
        How much is cut off on either side.
    output_padding : int or tuple of int
        How much longer the output is made, at its end.
    groups : int
        Into how many parts the channels are split; each has kernels of its own.
    dilation : int or tuple of int
        How far apart the entries of a kernel are laid down.

    Returns
    -------
    Tensor, shape (n, m, height, width)

    Raises
    ------
    RuntimeError
        If shapes or dtypes do not fit.

    Examples
    --------
    >>> mg.conv_transpose2d(mg.ones(1, 1, 2, 2), mg.ones(1, 1, 2, 2)).shape
    torch.Size([1, 1, 3, 3])
    """
    return _spread("conv_transpose2d", 2, input, weight, bias, stride, padding, output_padding, groups, dilation)  # type: ignore[no-any-return]


# --- What a window sees --------------------------------------------------------------------------------------------


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
