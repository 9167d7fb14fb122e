"""Numbers brought to mean 0 and variance 1: over features, over a batch, over groups of channels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.autograd.function import Op, apply
from minigrad.ops.arguments import Shape, TensorT, refuse, supported, tensor
from minigrad.ops.formulas import beside, reshape, sum_over, sum_to
from minigrad.ops.numbers import plus
from minigrad.ops.padding import pad
from minigrad.ops.pooling import avg_pool2d

__all__ = ["batch_norm", "group_norm", "instance_norm", "layer_norm", "rms_norm"]


def _standard(x: Any, dims: Shape, eps: float) -> tuple[Any, Any]:
    """Return ``x`` less its mean, over its standard deviation; and one over that."""
    count = math.prod([x.shape[d] for d in dims])
    away = x - sum_over(x, dims, True) / count
    scale = 1 / np.sqrt(sum_over(away * away, dims, True) / count + eps)
    return away * scale, scale


def _through(grad: Any, standard: Any, scale: Any, dims: Shape) -> Any:
    """Return the gradient of what was standardised: less its mean, and less its part along the result."""
    count = math.prod([grad.shape[d] for d in dims])
    level = sum_over(grad, dims, True) / count
    along = sum_over(grad * standard, dims, True) / count
    return (grad - level - standard * along) * scale


class NativeLayerNorm(Op):
    """A shift or a stretch of all features changes nothing, so those parts of the gradient are taken out."""

    __slots__ = ("dims", "eps", "shape")
    only_real = "LayerNormKernelImpl"
    arity = 3
    saved_names = ("input", "weight")
    glyph, tex, row = "norm", r"\frac{{{0} - \mu}}{{\sigma}}", "jvp"

    @staticmethod
    def forward(ctx: Any, x: Any, weight: Any, bias: Any, dims: Shape, eps: float) -> Any:
        ctx.dims, ctx.eps, ctx.shape = dims, eps, tuple([x.shape[d] for d in dims])
        ctx.save_for_backward(x, weight)
        y, _ = _standard(x, dims, eps)
        y = y if weight is None else y * weight
        return y if bias is None else y + bias

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        x, weight = ctx.saved_tensors
        need_x, need_weight, need_bias = ctx.needs_input_grad
        standard, scale = _standard(x, ctx.dims, ctx.eps)
        inner = grad if weight is None else grad * weight
        return (
            _through(inner, standard, scale, ctx.dims) if need_x else None,
            sum_to(grad * standard, ctx.shape) if need_weight else None,
            beside(ctx, sum_to(grad, ctx.shape), x, weight) if need_bias else None,
        )


class NativeBatchNorm(Op):
    """What all examples of a batch share is taken out, of the numbers and of their gradient."""

    __slots__ = ("dims", "eps", "shape", "stats")
    only_real = "batch_norm"
    arity = 3
    saved_names = ("input", "weight")
    glyph, tex, row = "norm", r"\frac{{{0} - \mu}}{{\sigma}}", "jvp"

    @staticmethod
    def forward(ctx: Any, x: Any, weight: Any, bias: Any, stats: Any, eps: float) -> Any:
        ctx.dims, ctx.eps = (0, *range(2, x.ndim)), eps
        ctx.shape = (-1, *(1 for _ in range(2, x.ndim)))
        ctx.stats = stats
        ctx.save_for_backward(x, weight)
        y, _ = _standard(x, ctx.dims, eps) if stats is None else _by_stats(x, stats, eps, ctx.shape)
        y = y if weight is None else y * reshape(weight, ctx.shape)
        return y if bias is None else y + reshape(bias, ctx.shape)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        x, weight = ctx.saved_tensors
        need_x, need_weight, need_bias = ctx.needs_input_grad
        dims, stats = ctx.dims, ctx.stats
        standard, scale = _standard(x, dims, ctx.eps) if stats is None else _by_stats(x, stats, ctx.eps, ctx.shape)
        inner = grad if weight is None else grad * reshape(weight, ctx.shape)
        by_x = None
        if need_x:
            by_x = _through(inner, standard, scale, dims) if stats is None else inner * scale
        return (
            by_x,
            sum_over(grad * standard, dims) if need_weight else None,
            beside(ctx, sum_over(grad, dims), x, weight) if need_bias else None,
        )


def _by_stats(x: Any, stats: Any, eps: float, shape: Shape) -> tuple[Any, Any]:
    """Return ``x`` less a given mean, over a given standard deviation; and one over that."""
    mean, var = stats
    scale = 1 / np.sqrt(reshape(var, shape) + eps)
    return (x - reshape(mean, shape)) * scale, scale


class NativeGroupNorm(Op):
    """What a group of channels shares is taken out, of the numbers and of their gradient."""

    __slots__ = ("eps", "groups", "shape")
    only_real = "GroupNormKernelImpl"
    arity = 3
    saved_names = ("input", "weight")
    glyph, tex, row = "norm", r"\frac{{{0} - \mu}}{{\sigma}}", "jvp"

    @staticmethod
    def forward(ctx: Any, x: Any, weight: Any, bias: Any, groups: int, eps: float) -> Any:
        ctx.eps, ctx.shape = eps, (-1, *(1 for _ in range(2, x.ndim)))
        ctx.groups = (x.shape[0], groups, math.prod(x.shape[1:]) // groups)
        ctx.save_for_backward(x, weight)
        y, _ = _standard(reshape(x, ctx.groups), (2,), eps)
        y = reshape(y, x.shape)
        y = y if weight is None else y * reshape(weight, ctx.shape)
        return y if bias is None else y + reshape(bias, ctx.shape)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        x, weight = ctx.saved_tensors
        need_x, need_weight, need_bias = ctx.needs_input_grad
        dims = (0, *range(2, len(x.shape)))
        standard, scale = _standard(reshape(x, ctx.groups), (2,), ctx.eps)
        by_x = None
        if need_x:
            inner = grad if weight is None else grad * reshape(weight, ctx.shape)
            by_x = reshape(_through(reshape(inner, ctx.groups), standard, scale, (2,)), x.shape)
        return (
            by_x,
            sum_over(grad * reshape(standard, x.shape), dims) if need_weight else None,
            sum_over(grad, dims) if need_bias else None,
        )


# --- Functions -----------------------------------------------------------------------------------------------------


def _features(x: Any, normalized_shape: Any, **given: Any) -> tuple[int, ...]:
    """Return the dimensions of the features, having checked the shapes."""
    shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
    for name, tensor_ in given.items():
        if tensor_ is not None and tensor_._array.shape != shape:
            raise RuntimeError(
                f"Expected {name} to be of same shape as normalized_shape, but got {name} of shape "
                f"{list(tensor_._array.shape)} and normalized_shape = {list(shape)}"
            )
    found = x._array.shape
    if not shape or found[len(found) - len(shape) :] != shape:
        wanted = ", ".join(map(str, shape))
        raise RuntimeError(
            f"Given normalized_shape={list(shape)}, expected input with shape [*, {wanted}], but got input of "
            f"size{list(found)}"
        )
    return tuple(range(len(found) - len(shape), len(found)))


def layer_norm(
    input: TensorT, normalized_shape: Sequence[int], weight: Any = None, bias: Any = None, eps: float = 1e-5
) -> TensorT:
    """Bring the features of each example to mean 0 and variance 1, then scale and shift them.

    Parameters
    ----------
    input : Tensor, shape (..., *normalized_shape)
        Floats.
    normalized_shape : sequence of int
        The shape of the features.
    weight, bias : Tensor, optional
        Scale and shift, of the features' shape.
    eps : float
        Added to the variance.

    Returns
    -------
    Tensor
        Of the same shape.

    Raises
    ------
    RuntimeError
        If the shapes do not fit.

    References
    ----------
    Ba, Kiros & Hinton (2016), arXiv:1607.06450.

    Examples
    --------
    >>> mg.layer_norm(mg.tensor([1.0, 3.0]), (2,))
    tensor([-1.0000,  1.0000])
    """
    x: Any = tensor(input, "layer_norm")
    if not isinstance(normalized_shape, (tuple, list)):
        refuse(normalized_shape, "layer_norm", "normalized_shape", 2, "tuple of ints")
    dims = _features(x, normalized_shape, weight=weight, bias=bias)
    supported(x._array, "biu", "LayerNormKernelImpl")
    return apply(NativeLayerNorm, x, weight, bias, dims, eps)  # type: ignore[no-any-return]


def rms_norm(input: TensorT, normalized_shape: Sequence[int], weight: Any = None, eps: float | None = None) -> TensorT:
    """Divide the features of each example by the root of their mean square, then scale them.

    Parameters
    ----------
    input : Tensor, shape (..., *normalized_shape)
        Floats.
    normalized_shape : sequence of int
        The shape of the features.
    weight : Tensor, optional
        The scale, of the features' shape.
    eps : float, optional
        Added to the mean square; the dtype's precision, if not given.

    Returns
    -------
    Tensor
        Of the same shape.

    References
    ----------
    Zhang & Sennrich (2019), arXiv:1910.07467.

    Examples
    --------
    >>> mg.rms_norm(mg.tensor([3.0, 4.0]), (2,))
    tensor([0.8485, 1.1314])
    """
    x: Any = tensor(input, "rms_norm")
    dims = _features(x, normalized_shape, weight=weight)
    small = float(np.finfo(x._array.dtype).eps) if eps is None else eps
    y = x * plus((x**2).mean(dims, keepdim=True), small).rsqrt()
    return y if weight is None else (y * weight).to(x.dtype)  # type: ignore[no-any-return]


def batch_norm(
    input: TensorT,
    running_mean: Any,
    running_var: Any,
    weight: Any = None,
    bias: Any = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> TensorT:
    """Bring each channel to mean 0 and variance 1 over a batch, then scale and shift it.

    Parameters
    ----------
    input : Tensor, shape (n, c, ...)
        Floats.
    running_mean, running_var : Tensor, shape (c,), or None
        What is used when not training; in training they move towards the batch's.
    weight, bias : Tensor, shape (c,), optional
        Scale and shift.
    training : bool
        Whether to use the batch's own mean and variance.
    momentum : float
        How far the running ones move.
    eps : float
        Added to the variance.

    Returns
    -------
    Tensor
        Of the same shape.

    Raises
    ------
    ValueError
        If a channel has one value only, in training.
    RuntimeError
        If the shapes do not fit.

    References
    ----------
    Ioffe & Szegedy (2015), arXiv:1502.03167.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.batch_norm(mg.tensor([[1.0], [3.0]]), None, None, training=True)
    tensor([[-1.0000],
            [ 1.0000]])
    """
    x: Any = tensor(input, "batch_norm")
    array = x._array
    if array.ndim < 2:
        raise IndexError(
            f"Dimension out of range (expected to be in range of [{-array.ndim}, {array.ndim - 1}], but got 1)"
        )
    if training and math.prod(array.shape[:1] + array.shape[2:]) == 1:
        raise ValueError(f"Expected more than 1 value per channel when training, got input size {x.size()}")
    return _batch_norm(x, running_mean, running_var, weight, bias, training, momentum, eps)  # type: ignore[no-any-return]


def _batch_norm(
    x: Any, mean: Any, var: Any, weight: Any, bias: Any, training: bool, momentum: float, eps: float
) -> Any:
    """Check the shapes, run the op, and move the running statistics."""
    array = x._array
    channels = array.shape[1]
    given = {"running_mean": mean, "running_var": var, "weight": weight, "bias": bias}
    for name, tensor_ in given.items():
        if tensor_ is None and name.startswith("running") and not training:
            raise RuntimeError(f"{name} must be defined in evaluation mode")
        if tensor_ is not None and tensor_._array.size != channels:
            raise RuntimeError(f"{name} should contain {channels} elements not {tensor_._array.size}")
    supported(array, "biu", "batch_norm")
    if training and mean is not None:
        dims = (0, *range(2, array.ndim))
        count = array.size // channels if channels else 0
        mean._array[...] = (1 - momentum) * mean._array + momentum * array.mean(dims)
        var._array[...] = (1 - momentum) * var._array + momentum * (array.var(dims) * (count / (count - 1)))
    stats = None if training else (mean._array.copy(), var._array.copy())
    return apply(NativeBatchNorm, x, weight, bias, stats, eps)


def group_norm(input: TensorT, num_groups: int, weight: Any = None, bias: Any = None, eps: float = 1e-5) -> TensorT:
    """Bring each group of channels of each example to mean 0 and variance 1, then scale and shift the channels.

    Parameters
    ----------
    input : Tensor, shape (n, c, ...)
        Floats.
    num_groups : int
        How many groups.
    weight, bias : Tensor, shape (c,), optional
        Scale and shift.
    eps : float
        Added to the variance.

    Returns
    -------
    Tensor
        Of the same shape.

    Raises
    ------
    RuntimeError
        If the channels cannot be divided so.

    References
    ----------
    Wu & He (2018), arXiv:1803.08494.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.group_norm(mg.tensor([[1.0, 3.0, 5.0, 9.0]]), 2)
    tensor([[-1.0000,  1.0000, -1.0000,  1.0000]])
    """
    x: Any = tensor(input, "group_norm")
    shape = x._array.shape
    if len(shape) < 2:
        raise RuntimeError(f"Expected at least 2 dimensions for input tensor but received {len(shape)}")
    if num_groups <= 0 or shape[1] % num_groups:
        raise RuntimeError(
            "Expected number of channels in input to be divisible by num_groups, but got input of shape "
            f"{list(shape)} and num_groups={num_groups}"
        )
    for name, given in (("weight", weight), ("bias", bias)):
        if given is not None and given._array.shape != (shape[1],):
            raise RuntimeError(
                f"Expected {name} to be a vector of size equal to the number of channels in input, but got {name} of "
                f"shape {list(given._array.shape)} and input of shape {list(shape)}"
            )
    supported(x._array, "biu", "GroupNormKernelImpl")
    return apply(NativeGroupNorm, x, weight, bias, num_groups, eps)  # type: ignore[no-any-return]


def instance_norm(
    input: TensorT,
    running_mean: Any = None,
    running_var: Any = None,
    weight: Any = None,
    bias: Any = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> TensorT:
    """Bring each channel of each example to mean 0 and variance 1, then scale and shift it.

    Parameters
    ----------
    input : Tensor, shape (n, c, ...)
        Floats.
    running_mean, running_var : Tensor, shape (c,), optional
        What is used without the input's own; with it they move towards the mean of the examples'.
    weight, bias : Tensor, shape (c,), optional
        Scale and shift.
    use_input_stats : bool
        Whether to use each example's own mean and variance.
    momentum : float
        How far the running ones move.
    eps : float
        Added to the variance.

    Returns
    -------
    Tensor
        Of the same shape.

    Raises
    ------
    ValueError
        If a channel has one value only.

    References
    ----------
    Ulyanov, Vedaldi & Lempitsky (2016), arXiv:1607.08022.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.instance_norm(mg.tensor([[[1.0, 3.0]]]))
    tensor([[[-1.0000,  1.0000]]])
    """
    x: Any = tensor(input, "instance_norm")
    rest = x._array.shape[2:]
    if use_input_stats and math.prod(rest) == 1:
        raise ValueError(f"Expected more than 1 spatial element when training, got input size {x.size()}")
    n, c = x._array.shape[:2]
    mean, var, scale, shift = [None if t is None else t.repeat(n) for t in (running_mean, running_var, weight, bias)]
    y = _batch_norm(x.contiguous().view((1, n * c, *rest)), mean, var, scale, shift, use_input_stats, momentum, eps)
    for kept, moved in ((running_mean, mean), (running_var, var)):
        if moved is not None and use_input_stats:
            kept._array[...] = moved._array.reshape(n, c).mean(0)
    return y.view(x._array.shape)  # type: ignore[no-any-return]


def local_response_norm(input: TensorT, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> TensorT:
    """Return each channel's numbers, less where those of the channels around it are large too.

    Each is divided by ``(k + alpha * mean of the squares of size channels) ** beta``.

    Parameters
    ----------
    input : Tensor, shape (n, c, ...)
        At least one dimension after the channels.
    size : int
        How many channels around each one, itself included.
    alpha, beta, k : float
        As in the formula.

    Returns
    -------
    Tensor
        Of the same shape.

    Raises
    ------
    ValueError
        If it has fewer than three dimensions.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.local_response_norm(mg.tensor([[[3.0], [4.0]]]), 2, alpha=2.0, beta=0.5)
    tensor([[[0.9487],
             [0.7845]]])
    """
    x: Any = tensor(input, "local_response_norm")
    if x.ndim < 3:
        raise ValueError(
            f"Expected 3D or higher dimensionality                          input (got {x.ndim} dimensions)"
        )
    squares = (x * x).unsqueeze(1) if x.ndim == 3 else (x * x).reshape(x.shape[0], 1, x.shape[1], -1)
    around = avg_pool2d(pad(squares, (0, 0, size // 2, (size - 1) // 2)), (size, 1), stride=1)
    around = around.squeeze(1) if x.ndim == 3 else around.view(x.shape)
    return x / (around * alpha + k) ** beta  # type: ignore[no-any-return]
