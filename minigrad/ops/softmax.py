"""Numbers against each other along a dimension: softmax, log_softmax, logsumexp."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.function import Op, apply
from minigrad.ops.arguments import TensorT, axes, axis, numpy_names, reduced, tensor
from minigrad.ops.formulas import reshape, sum_over
from minigrad.ops.reduce import kept_shape

__all__ = ["log_softmax", "logsumexp", "softmax"]


def _shifted(x: Any, dim: Any) -> Any:
    """Return ``x`` less its largest entry along ``dim``: no exponential overflows then."""
    return x - np.maximum.reduce(x, dim, keepdims=True) if x.size and x.ndim else x - x


class Softmax(Op):
    """Shares add up to one, so what one entry gains the others lose: the gradient less its weighted mean, weighted."""

    __slots__ = ("dim",)
    _saved_dim = property(lambda node: node.dim[0])
    only_real = "softmax_lastdim_kernel_impl"
    saved_names = ("result",)
    glyph, tex, row = "softmax", r"\mathrm{{softmax}}({0})", "jvp"
    local = (r"{y}_i\,(\delta_{{ij}} - {y}_j)",)

    @staticmethod
    def forward(ctx: Any, x: Any, dim: tuple[int, ...]) -> Any:
        ctx.dim = dim
        e = np.exp(_shifted(x, dim))
        y = e / np.add.reduce(e, dim, keepdims=True)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (y,) = ctx.saved_tensors
        return y * (grad - sum_over(grad * y, ctx.dim, True))


class LogSoftmax(Op):
    """Raising one entry lowers the logarithms of all shares by its own share: the gradient less its total, shared."""

    __slots__ = ("dim",)
    _saved_dim = property(lambda node: node.dim[0])
    only_real = "log_softmax_lastdim_kernel_impl"
    saved_names = ("result",)
    glyph, tex, row = "log softmax", r"\ln \mathrm{{softmax}}({0})", "jvp"
    local = (r"\delta_{{ij}} - e^{{{y}_j}}",)

    @staticmethod
    def forward(ctx: Any, x: Any, dim: tuple[int, ...]) -> Any:
        ctx.dim = dim
        shifted = _shifted(x, dim)
        y = shifted - np.log(np.add.reduce(np.exp(shifted), dim, keepdims=True))
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (y,) = ctx.saved_tensors
        return grad - np.exp(y) * sum_over(grad, ctx.dim, True)


def _run(op: type[Op], name: str, input: TensorT, dim: int, dtype: Any) -> TensorT:
    x: Any = tensor(input, name)
    if dtype is not None:
        x = x.to(dtype)
    array = x._array
    if array.dtype.kind not in "fc":
        raise NotImplementedError(
            f"\"{name}_lastdim_kernel_impl\" not implemented for '{dtypes.of(array.dtype).title}'"
        )
    return apply(op, x, reduced((axis(dim, array.ndim),), array))  # type: ignore[no-any-return]


@numpy_names
def softmax(input: TensorT, dim: int, dtype: Any = None) -> TensorT:
    """Return shares that add up to one along a dimension: ``exp(input)`` over its sum, without overflow.

    Parameters
    ----------
    input : Tensor, shape (..., n, ...)
        Floats.
    dim : int
        The dimension along which the shares add up to one.
    dtype : dtype, optional
        The type to compute in.

    Returns
    -------
    Tensor
        Of the same shape.

    Raises
    ------
    IndexError
        If there is no such dimension.

    Examples
    --------
    >>> mg.softmax(mg.tensor([1.0, 2.0, 3.0]), dim=0)
    tensor([0.0900, 0.2447, 0.6652])
    """
    return _run(Softmax, "softmax", input, dim, dtype)


@numpy_names
def log_softmax(input: TensorT, dim: int, dtype: Any = None) -> TensorT:
    """Return the logarithm of the softmax along a dimension, without overflow.

    Parameters
    ----------
    input : Tensor, shape (..., n, ...)
        Floats.
    dim : int
        The dimension along which the shares add up to one.
    dtype : dtype, optional
        The type to compute in.

    Returns
    -------
    Tensor
        Of the same shape.

    Raises
    ------
    IndexError
        If there is no such dimension.

    Examples
    --------
    >>> mg.log_softmax(mg.tensor([1.0, 2.0, 3.0]), dim=0)
    tensor([-2.4076, -1.4076, -0.4076])
    """
    return _run(LogSoftmax, "log_softmax", input, dim, dtype)


class Logsumexp(Op):
    """A soft maximum shares its gradient out as softmax does: most to the largest."""

    __slots__ = ("kept",)
    saved_names = ("self", "result")
    glyph, tex, row, local = "lse", r"\ln \sum e^{{{0}}}", "jvp", ("e^{{{0} - {y}}}",)

    @staticmethod
    def forward(ctx: Any, x: Any, dim: tuple[int, ...], keepdim: Any) -> Any:
        ctx.kept = kept_shape(x.shape, dim)
        if x.size:
            top = np.maximum.reduce(x, dim, keepdims=True)
            top = np.where(np.isinf(top), 0, top)
            y = np.log(np.add.reduce(np.exp(x - top), dim, keepdims=True)) + top
        else:
            y = np.log(np.add.reduce(np.exp(x), dim, keepdims=True))
        y = y if keepdim else np.squeeze(y, dim)
        ctx.save_for_backward(x, y)
        return y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        x, y = ctx.saved_tensors
        return reshape(grad, ctx.kept) * np.exp(x - reshape(y, ctx.kept))


@numpy_names
def logsumexp(input: TensorT, dim: Any, keepdim: bool = False) -> TensorT:
    """Return ``log(sum(exp(input)))`` along dimensions, without overflow.

    Parameters
    ----------
    input : Tensor, shape (..., n, ...)
        Any numbers; integers give floats.
    dim : int or tuple of int
        The dimensions that disappear.
    keepdim : bool
        Keep them, at size 1.

    Returns
    -------
    Tensor

    Raises
    ------
    IndexError
        If there is no such dimension.

    References
    ----------
    Blanchard, Higham & Higham (2021), IMA J. Numer. Anal. 41, doi:10.1093/imanum/draa038.

    Examples
    --------
    >>> mg.logsumexp(mg.tensor([1000.0, 1000.0]), dim=0)
    tensor(1000.6932)
    """
    x: Any = tensor(input, "logsumexp")
    if x._array.dtype.kind in "biu":
        x = x.to(dtypes.get_default_dtype())
    return apply(Logsumexp, x, reduced(axes(dim, x._array.ndim), x._array), keepdim)  # type: ignore[no-any-return]


def gumbel_softmax(logits: TensorT, tau: float = 1, hard: bool = False, eps: float = 1e-10, dim: int = -1) -> TensorT:
    """Return a random choice that can be differentiated: the softmax of ``logits`` and Gumbel noise.

    Parameters
    ----------
    logits : Tensor, shape (..., n, ...)
        Logarithms of the weights of the choices, up to a constant.
    tau : float
        The temperature: the smaller, the closer to a choice of one.
    hard : bool
        Return that choice as zeros and a one, with the gradient of the soft one.
    eps : float
        Has no effect, as in PyTorch.
    dim : int
        The dimension along which to choose.

    Returns
    -------
    Tensor
        Of the same shape.

    References
    ----------
    Jang, Gu & Poole (2017), arXiv:1611.01144.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.gumbel_softmax(mg.tensor([1.0, 5.0]), hard=True)
    tensor([0., 1.])
    """
    x: Any = tensor(logits, "gumbel_softmax", "logits")
    noise = -x.new_empty(x.shape).exponential_().log()
    soft = ((x + noise) / tau).softmax(dim)
    if not hard:
        return soft  # type: ignore[no-any-return]
    one = x.new_zeros(x.shape)
    if x._array.ndim:
        np.put_along_axis(one._array, soft.argmax(dim, keepdim=True)._array, 1, axis(dim, x._array.ndim))
    else:
        one.fill_(1)
    return one - soft.detach() + soft  # type: ignore[no-any-return]
