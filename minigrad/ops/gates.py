"""Activations with a corner at 0: leaky_relu, elu, selu, celu, threshold, prelu; and glu."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.function import Op, apply
from minigrad.ops import formulas
from minigrad.ops.arguments import TensorT, axis, real_number, refuse_unfit, supported, tensor
from minigrad.ops.formulas import gate, where
from minigrad.ops.inplace import in_place

__all__ = ["celu", "prelu", "selu", "threshold"]


def floats(x: TensorT, name: str, kernel: str) -> TensorT:
    """Return ``x`` if it holds floats; refuse it in PyTorch's words if not."""
    if tensor(x, name)._array.dtype.kind not in "fc":
        raise NotImplementedError(f"\"{kernel}\" not implemented for '{x.dtype.title}'")  # type: ignore[attr-defined]
    return x


def run(op: type[Op], input: TensorT, inplace: bool, *settings: Any) -> TensorT:
    """Run an op, into a result of its own or into its input."""
    return in_place(op, input, *settings) if inplace else apply(op, input, *settings)


class LeakyRelu(Op):
    """Where the input is positive the gradient passes; elsewhere a small part of it leaks through."""

    __slots__ = ("slope",)
    only_real = "leaky_relu_cpu"
    glyph, tex, local = "leaky", r"\max({0}, {1}\,{0})", ("[{0} > 0] + {1}\\,[{0} \\le 0]",)

    @staticmethod
    def forward(ctx: Any, x: Any, slope: float) -> Any:
        ctx.slope = slope
        ctx.save_for_backward(x)
        return np.where(x > 0, x, x * slope)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        return gate(grad, x, ~(x > 0), ctx.slope, "LeakyRelu")


def leaky_relu(input: TensorT, negative_slope: float = 0.01, inplace: bool = False) -> TensorT:
    """Return each entry, or a small part of it where it is negative.

    Parameters
    ----------
    input : Tensor
        Floats of any shape.
    negative_slope : float
        That part.
    inplace : bool
        Write the result into the input.

    Returns
    -------
    Tensor
        Of the same shape and dtype.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.leaky_relu(mg.tensor([-1.0, 2.0]))
    tensor([-0.0100,  2.0000])
    """
    slope = real_number(negative_slope, "leaky_relu", "negative_slope", 2, "Number")
    return run(LeakyRelu, floats(input, "leaky_relu", "leaky_relu_cpu"), inplace, slope)


class Elu(Op):
    """Where the input is positive the gradient passes; elsewhere it fades as an exponential does."""

    __slots__ = ("alpha", "rate", "scale")
    only_real = "elu_cpu"
    glyph, tex, local = "ELU", r"\mathrm{{elu}}({0})", (r"[{0} > 0] + [{0} \le 0]\,\alpha\,e^{{{0}}}",)

    @staticmethod
    def forward(ctx: Any, x: Any, alpha: float, scale: float = 1.0, rate: float = 1.0) -> Any:
        ctx.alpha, ctx.scale, ctx.rate = alpha, scale, rate
        ctx.save_for_backward(x)
        return np.where(x < 0, scale * alpha * np.expm1(x * rate), x * scale)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        falling = np.exp(where(x < 0, x, 0.0) * ctx.rate) * (ctx.alpha * ctx.scale * ctx.rate)  # at 0 it bends no more
        return where(x <= 0, grad * falling, grad * ctx.scale)


class Celu(Elu):
    """Where the input is positive the gradient passes; elsewhere it fades, from one on, as an exponential does."""

    __slots__ = ()
    only_real = "elu_cpu"
    glyph, tex, local = "CELU", r"\mathrm{{celu}}({0})", (r"[{0} > 0] + [{0} \le 0]\,e^{{{0} / \alpha}}",)


def elu(input: TensorT, alpha: float = 1.0, inplace: bool = False) -> TensorT:
    """Return each entry, or ``alpha * (exp(input) - 1)`` where it is negative.

    Parameters
    ----------
    input : Tensor
        Floats of any shape.
    alpha : float
        How far down it goes.
    inplace : bool
        Write the result into the input.

    Returns
    -------
    Tensor
        Of the same shape and dtype.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.elu(mg.tensor([-1.0, 2.0]))
    tensor([-0.6321,  2.0000])
    """
    return run(Elu, floats(input, "elu", "elu_cpu"), inplace, alpha)


def selu(input: TensorT, inplace: bool = False) -> TensorT:
    """Return an ELU scaled so that layers of it keep mean 0 and variance 1.

    Parameters
    ----------
    input : Tensor
        Floats of any shape.
    inplace : bool
        Write the result into the input.

    Returns
    -------
    Tensor
        Of the same shape and dtype.

    References
    ----------
    Klambauer, Unterthiner, Mayr & Hochreiter (2017), arXiv:1706.02515.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.selu(mg.tensor([-1.0, 2.0]))
    tensor([-1.1113,  2.1014])
    """
    x = floats(input, "selu", "elu_cpu")
    return run(Elu, x, inplace, 1.6732632423543772848170429916717, 1.0507009873554804934193349852946)


def celu(input: TensorT, alpha: float = 1.0, inplace: bool = False) -> TensorT:
    """Return each entry, or ``alpha * (exp(input / alpha) - 1)`` where it is negative: an ELU without a corner.

    Parameters
    ----------
    input : Tensor
        Floats of any shape.
    alpha : float
        How far down it goes; not 0.
    inplace : bool
        Write the result into the input.

    Returns
    -------
    Tensor
        Of the same shape and dtype.

    Raises
    ------
    RuntimeError
        If ``alpha`` is 0.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.celu(mg.tensor([-1.0, 2.0]), alpha=2.0)
    tensor([-0.7869,  2.0000])
    """
    if alpha == 0:
        raise RuntimeError("ZeroDivisionError: alpha cannot be 0 for CELU")
    refuse_unfit(alpha, np.dtype(np.float64))
    return run(Celu, floats(input, "celu", "elu_cpu"), inplace, alpha, 1.0, 1 / alpha)


class Threshold(Op):
    """Above the threshold the gradient passes; elsewhere the output is a constant and none does."""

    __slots__ = ("threshold",)
    only_real = "threshold_cpu"
    glyph, tex, local = "threshold", r"\mathrm{{threshold}}({0})", ("[{0} > {1}]",)

    @staticmethod
    def forward(ctx: Any, x: Any, threshold: float, value: float) -> Any:
        ctx.threshold = threshold
        ctx.save_for_backward(x)
        return np.where(x <= threshold, value, x)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        return gate(grad, x, x <= ctx.threshold)


def threshold(input: TensorT, threshold: float, value: float, inplace: bool = False) -> TensorT:
    """Return each entry, or ``value`` where it is not above the threshold.

    Parameters
    ----------
    input : Tensor
        Floats of any shape.
    threshold : float
        What an entry must exceed to stay.
    value : float
        What takes the place of the others.
    inplace : bool
        Write the result into the input.

    Returns
    -------
    Tensor
        Of the same shape and dtype.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.threshold(mg.tensor([-1.0, 2.0]), 0.0, 9.0)
    tensor([9., 2.])
    """
    array = tensor(input, "threshold")._array
    supported(array, "b", "threshold_cpu")
    if array.dtype.kind in "iu":
        threshold, value = int(threshold), int(value)
    return run(Threshold, input, inplace, threshold, value)


class PreluKernel(Op):
    """Where the input is positive its gradient passes; elsewhere a learnt part of it does, and the weight learns."""

    __slots__ = ()
    only_real = "prelu_cpu"
    saved_names = ("self", "weight")
    arity = 2
    glyph, tex = "PReLU", r"\max(0, {0}) + {1}\,\min(0, {0})"
    local = (r"[{0} > 0] + {1}\,[{0} \le 0]", r"{0}\,[{0} \le 0]")

    @staticmethod
    def forward(ctx: Any, x: Any, weight: Any) -> Any:
        ctx.save_for_backward(x, weight)
        return np.where(x > 0, x, weight * x)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        x, weight = ctx.saved_tensors
        return where(x > 0, grad, weight * grad), where(x >= 0, 0.0, x * grad)


def prelu(input: TensorT, weight: TensorT) -> TensorT:
    """Return each entry, or a learnt part of it where it is negative.

    Parameters
    ----------
    input : Tensor, shape (n, c, ...)
        Floats.
    weight : Tensor, shape (1,) or (c,)
        That part, one for all or one a channel.

    Returns
    -------
    Tensor
        Of the same shape and dtype.

    Raises
    ------
    RuntimeError
        If there are not as many weights as channels.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.prelu(mg.tensor([-1.0, 2.0]), mg.tensor([0.25]))
    tensor([-0.2500,  2.0000])
    """
    x, w = tensor(input, "prelu")._array, tensor(weight, "prelu", "weight", 2)._array
    if x.dtype != w.dtype:
        kinds = f"{dtypes.of(x.dtype).title} and {dtypes.of(w.dtype).title}"
        raise RuntimeError(f"prelu: Type promoting not supported. Got {kinds}. Input and weight must have one dtype.")
    if w.size != 1:
        if not x.ndim:
            raise RuntimeError("Not allow zero-dim input tensor.")
        channels = x.shape[1] if x.ndim > 1 else 1
        if channels != w.size:
            raise RuntimeError(
                "Mismatch of parameter numbers and input channel size. "
                f"Found parameter numbers = {w.size} and channel size = {channels}."
            )
    if w.ndim > 1:
        raise RuntimeError(f"prelu: Expected `weight` to be a scalar or 1D tensor, but got: ndim = {w.ndim}")
    sizes = [1] * x.ndim
    if x.ndim > 1:
        sizes[1] = w.size
    spread = weight if w.shape == tuple(sizes) else weight.view(sizes)  # type: ignore[attr-defined]
    return apply(PreluKernel, input, spread)  # type: ignore[no-any-return]


class Glu(Op):
    """One half is let through by the sigmoid of the other: a gate, and both learn."""

    __slots__ = ("dim",)
    only_real = "glu_cpu"
    glyph, tex, row = "GLU", r"\mathrm{{glu}}({0})", "jvp"

    @staticmethod
    def forward(ctx: Any, x: Any, dim: int) -> Any:
        ctx.dim = dim
        ctx.save_for_backward(x)
        a, b = np.split(x, 2, dim)
        return a / (1 + np.exp(-b))

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        dim, n = ctx.dim, x.shape[ctx.dim]
        a, gate = formulas.part(x, dim, 0, n // 2), formulas.sigmoid(formulas.part(x, dim, n // 2, n))
        return formulas.concatenate([grad * gate, grad * (gate * (1 - gate) * a)], dim)


def glu(input: TensorT, dim: int = -1) -> TensorT:
    """Return the first half times the sigmoid of the second.

    Parameters
    ----------
    input : Tensor, shape (..., 2 n, ...)
        Floats.
    dim : int
        The dimension that is halved.

    Returns
    -------
    Tensor, shape (..., n, ...)

    Raises
    ------
    RuntimeError
        If the dimension is odd.

    References
    ----------
    Dauphin, Fan, Auli & Grangier (2017), arXiv:1612.08083.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.glu(mg.tensor([1.0, 2.0, 0.0, 1.0]))
    tensor([0.5000, 1.4621])
    """
    array = tensor(input, "glu")._array
    if not array.ndim:
        raise RuntimeError("glu does not support scalars because halving size must be even")
    d = axis(dim, array.ndim)
    if array.shape[d] % 2:
        raise RuntimeError(f"Halving dimension must be even, but dimension {d} is size {array.shape[d]}")
    return apply(Glu, floats(input, "glu", "glu_cpu"), d)  # type: ignore[no-any-return]
