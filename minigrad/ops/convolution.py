"""Convolution: kernels that slide over signals, images and volumes; and its transpose, which spreads them.

See Note [A convolution is a product of matrices].
"""

from __future__ import annotations

from typing import Any

from minigrad import dtypes
from minigrad.autograd.function import Op, apply
from minigrad.ops.arguments import Shape, TensorT, supported, tensor
from minigrad.ops.formulas import beside, reshape, sum_over
from minigrad.ops.padding import pad
from minigrad.ops.sliding import Window, correlated, met, spread

__all__ = ["conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d"]


class Convolution(Op):
    """A kernel slides over the image: its gradient is the image it met, weighted; the image gets the kernel back."""

    __slots__ = ("groups", "window")
    arity = 3
    saved_names = ("input", "weight")
    glyph, tex, row = "∗", r"{1} * {0}", "jvp"
    local = (r"{1}^T *", r"{0} *", "1")

    @staticmethod
    def forward(ctx: Any, x: Any, weight: Any, bias: Any, window: Window, groups: int) -> Any:
        ctx.window, ctx.groups = window, groups
        ctx.save_for_backward(x, weight)
        return _shifted(correlated(x, weight, window, groups), bias)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        x, weight = ctx.saved_tensors
        by_x, by_weight, by_bias = ctx.needs_input_grad
        return (
            spread(grad, weight, ctx.window, ctx.groups) if by_x else None,
            met(grad, x, ctx.window, ctx.groups) if by_weight else None,
            beside(ctx, _over_places(grad), x, weight) if by_bias else None,
        )


class ConvolutionTransposed(Op):
    """Each entry spreads a kernel over the output: it gets back what the kernel sees of the gradient there."""

    __slots__ = ("groups", "window")
    arity = 3
    saved_names = ("input", "weight")
    glyph, tex, row = "∗ᵀ", r"{1} *^T {0}", "jvp"
    local = (r"{1} *", r"{0} *", "1")
    called = "ConvolutionBackward0"

    @staticmethod
    def forward(ctx: Any, x: Any, weight: Any, bias: Any, window: Window, groups: int) -> Any:
        ctx.window, ctx.groups = window, groups
        ctx.save_for_backward(x, weight)
        return _shifted(spread(x, weight, window, groups), bias)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        x, weight = ctx.saved_tensors
        by_x, by_weight, by_bias = ctx.needs_input_grad
        return (
            correlated(grad, weight, ctx.window, ctx.groups) if by_x else None,
            met(x, grad, ctx.window, ctx.groups) if by_weight else None,
            beside(ctx, _over_places(grad), x, weight) if by_bias else None,
        )


class ConvolutionByWeight(Op):
    """What a kernel met, weighted: the weights get what the kernel's gradient sees, the image is spread over by it."""

    __slots__ = ("groups", "window")
    arity = 2
    saved_names = ("grad_output", "input")
    glyph, tex, row = "∗", r"{0} * {1}", "jvp"
    local = (r"{1} *", r"{0} *^T")
    called = "ConvolutionBackwardBackward0"

    @staticmethod
    def forward(ctx: Any, weights: Any, x: Any, window: Window, groups: int) -> Any:
        ctx.window, ctx.groups = window, groups
        ctx.save_for_backward(weights, x)
        return met(weights, x, window, groups)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        weights, x = ctx.saved_tensors
        return correlated(x, grad, ctx.window, ctx.groups), spread(weights, grad, ctx.window, ctx.groups)


def _shifted(y: Any, bias: Any) -> Any:
    """Return images with a number added to each channel."""
    return y if bias is None else y + reshape(bias, (-1, *(1 for _ in y.shape[2:])))


def _over_places(grad: Any) -> Any:
    """Return the sum over all images and places, a channel each."""
    return sum_over(grad, (0, *range(2, len(grad.shape))))


# --- Arguments -----------------------------------------------------------------------------------------------------


def each(value: Any, count: int, name: str) -> Shape:
    """Return a number for each dimension, given one for all or one each."""
    if isinstance(value, int):
        return (value,) * count
    if isinstance(value, (str, float)):
        raise TypeError(f"argument '{name}' must be tuple of ints, not {type(value).__name__}: a number, or one each.")
    found = tuple([int(n) for n in value])
    if len(found) == 1:
        return found * count
    if len(found) != count:
        raise RuntimeError(
            f"expected {name} to be a single integer value or a list of {count} values to match the convolution "
            f"dimensions, but got {name}={list(found)}"
        )
    return found


_KERNELS = {"conv3d": "compute_columns3d"}


def _prepared(name: str, count: int, input: Any, weight: Any, bias: Any) -> tuple[Any, bool]:
    """Return the input as a batch, and whether it was one; refuse ranks and dtypes that do not fit."""
    x: Any = tensor(input, name)
    array, w = x._array, tensor(weight, name, "weight", 2)._array
    if bias is not None:
        tensor(bias, name, "bias", 3)
    if array.ndim not in (count + 1, count + 2):
        raise RuntimeError(
            f"Expected {count + 1}D (unbatched) or {count + 2}D (batched) input to {name}, but got input of size: "
            f"{list(array.shape)}"
        )
    if w.ndim != count + 2:
        raise RuntimeError(f"weight should have {count + 2} dimensions, but got weight of size {list(w.shape)}")
    deep, transposed = max(count, 2), "transpose" in name  # signals are images of one row to PyTorch
    kernel = f"slow_conv_transpose{deep}d_out_cpu" if transposed else "slow_conv2d_cpu"
    supported(array, "biu" if transposed and array.dtype.name != "int64" else "b", _KERNELS.get(name, kernel))
    if bias is not None and bias._array.dtype != array.dtype and not transposed:
        kinds = [dtypes.cpp_type(a.dtype) for a in (array, bias._array)]
        raise RuntimeError(f"Input type ({kinds[0]}) and bias type ({kinds[1]}) should be the same")
    for other in (w,) if bias is None else (w, bias._array):
        if other.dtype != array.dtype:
            raise RuntimeError(
                f"expected scalar type {dtypes.of(array.dtype).title} but found {dtypes.of(other.dtype).title}. "
                "Input, weight and bias must have one dtype."
            )
    batched = array.ndim == count + 2
    return (x if batched else x.unsqueeze(0)), batched


def _check_steps(stride: Shape, padding: Shape, dilation: Shape) -> None:
    if min(padding, default=0) < 0:
        raise RuntimeError("negative padding is not supported")
    if min(stride) <= 0:
        raise RuntimeError("non-positive stride is not supported")
    if min(dilation) <= 0:
        raise RuntimeError(f"dilation should be greater than zero, but got {list(dilation)}")


def _check_kernels(weight: Shape, groups: int) -> None:
    if groups <= 0:
        raise RuntimeError("non-positive groups is not supported")
    if weight[0] < groups:
        raise RuntimeError(
            f"Given groups={groups}, expected weight to be at least {groups} at dimension 0, but got weight of size "
            f"{list(weight)} instead"
        )
    if weight[0] % groups:
        raise RuntimeError(
            f"Given groups={groups}, expected weight to be divisible by {groups} at dimension 0, but got weight of "
            f"size [{list(weight)}] instead"
        )
    if 0 in weight[2:]:
        raise RuntimeError(f"kernel size should be greater than zero, but got {list(weight[2:])}")


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
    _check_kernels(w, groups)
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
    _check_kernels(w, groups)
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


def conv_transpose3d(
    input: TensorT,
    weight: TensorT,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
) -> TensorT:
    """Spread each entry of volumes over the output as a kernel says: what a convolution does to its gradient.

    Parameters
    ----------
    input : Tensor, shape (n, c, depth, height, width) or (c, depth, height, width)
        The volumes.
    weight : Tensor, shape (c, m / groups, depth, height, width)
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
    Tensor, shape (n, m, depth, height, width)

    Raises
    ------
    RuntimeError
        If shapes or dtypes do not fit.

    Examples
    --------
    >>> mg.conv_transpose3d(mg.ones(1, 1, 2, 2, 2), mg.ones(1, 1, 2, 2, 2)).shape
    torch.Size([1, 1, 3, 3, 3])
    """
    return _spread("conv_transpose3d", 3, input, weight, bias, stride, padding, output_padding, groups, dilation)  # type: ignore[no-any-return]
