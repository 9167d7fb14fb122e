"""Smooth activations: softplus, silu, gelu, mish and their kin."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.autograd.function import Op, apply
from minigrad.ops import formulas, special
from minigrad.ops.arguments import TensorT, tensor
from minigrad.ops.formulas import where
from minigrad.ops.gates import floats, run


class LogSigmoid(Op):
    """The slope of a log-sigmoid is one minus the sigmoid: it fades where the input is large."""

    __slots__ = ()
    only_real = "log_sigmoid_cpu"
    glyph, tex, local = "ln σ", r"\ln \sigma({0})", (r"1 - \sigma({0})",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x)))

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        return grad * formulas.sigmoid(-x)


def logsigmoid(input: TensorT) -> TensorT:
    """Return the logarithm of the sigmoid of each entry, without overflow.

    Parameters
    ----------
    input : Tensor
        Floats of any shape.

    Returns
    -------
    Tensor
        Of the same shape.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.logsigmoid(mg.tensor([0.0, -1000.0]))
    tensor([-6.9315e-01, -1.0000e+03])
    """
    return apply(LogSigmoid, floats(input, "log_sigmoid", "log_sigmoid_cpu"))  # type: ignore[no-any-return]


class Softplus(Op):
    """The slope of softplus is the sigmoid: it fades to the left and passes all to the right."""

    __slots__ = ("beta", "threshold")
    only_real = "softplus_cpu"
    glyph, tex, local = "softplus", r"\ln(1 + e^{{{0}}})", (r"\sigma({0})",)

    @staticmethod
    def forward(ctx: Any, x: Any, beta: float, threshold: float) -> Any:
        ctx.beta, ctx.threshold = beta, threshold
        ctx.save_for_backward(x)
        return np.where(x * beta > threshold, x, np.log1p(np.exp(x * beta)) / beta)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        return where(x * ctx.beta > ctx.threshold, grad, grad * formulas.sigmoid(x * ctx.beta))


def softplus(input: TensorT, beta: float = 1.0, threshold: float = 20.0) -> TensorT:
    """Return ``log(1 + exp(beta * input)) / beta``: a smooth relu.

    Parameters
    ----------
    input : Tensor
        Floats of any shape.
    beta : float
        How sharp the bend is.
    threshold : float
        Where ``beta * input`` is larger, the input itself is returned.

    Returns
    -------
    Tensor
        Of the same shape and dtype.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.softplus(mg.tensor([0.0, 30.0]))
    tensor([ 0.6931, 30.0000])
    """
    return apply(Softplus, floats(input, "softplus", "softplus_cpu"), beta, threshold)  # type: ignore[no-any-return]


class Silu(Op):
    """A number times its own sigmoid: the slope bends smoothly from zero to one, a little beyond both."""

    __slots__ = ()
    glyph, tex, local = "SiLU", r"{0}\,\sigma({0})", (r"\sigma({0})\,(1 + {0}\,(1 - \sigma({0})))",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return x / (1 + np.exp(-x))

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        s = formulas.sigmoid(x)
        return grad * (s * (1 + x * (1 - s)))


def silu(input: TensorT, inplace: bool = False) -> TensorT:
    """Return each entry times its sigmoid.

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

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.silu(mg.tensor([0.0, 1.0]))
    tensor([0.0000, 0.7311])
    """
    return run(Silu, floats(input, "silu", "silu_cpu"), inplace)


class Gelu(Op):
    """A number times the chance that a normal one is smaller: the slope bends smoothly from zero to one."""

    __slots__ = ()
    only_real = "GeluKernelImpl"
    glyph, tex, local = "GELU", r"{0}\,\Phi({0})", (r"\Phi({0}) + {0}\,\varphi({0})",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return x * (0.5 * (1 + special.erf(x * math.sqrt(0.5))))

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        below = 0.5 * (1 + formulas.erf(x * math.sqrt(0.5)))
        density = np.exp(-0.5 * x * x) * math.sqrt(0.5 / math.pi)
        return grad * (below + x * density)


class GeluTanh(Op):
    """The quick form of GELU, with a tanh in place of the error function."""

    __slots__ = ()
    only_real = "GeluKernelImpl"
    glyph, tex, local = "GELU", r"\mathrm{{gelu}}({0})", (r"\mathrm{{gelu}}'({0})",)

    called = "GeluBackward0"

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * (x * x * x))))

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        c = math.sqrt(2 / math.pi)
        t = np.tanh(c * (x + 0.044715 * (x * x * x)))
        return grad * (0.5 * (1 + t) + 0.5 * x * (1 - t * t) * (c * (1 + 3 * 0.044715 * (x * x))))


def gelu(input: TensorT, approximate: str = "none") -> TensorT:
    """Return each entry times the chance that a standard normal number is smaller.

    Parameters
    ----------
    input : Tensor
        Floats of any shape.
    approximate : {"none", "tanh"}
        Whether to replace the error function by a tanh.

    Returns
    -------
    Tensor
        Of the same shape and dtype.

    Raises
    ------
    RuntimeError
        If there is no such approximation.

    References
    ----------
    Hendrycks & Gimpel (2016), arXiv:1606.08415.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.gelu(mg.tensor([0.0, 1.0]))
    tensor([0.0000, 0.8413])
    """
    if approximate not in ("none", "tanh"):
        raise RuntimeError("approximate argument must be either none or tanh.")
    return apply(Gelu if approximate == "none" else GeluTanh, floats(input, "gelu", "GeluKernelImpl"))  # type: ignore[no-any-return]


class Mish(Op):
    """A number times the tanh of its softplus: the slope bends smoothly from zero to one, a little beyond both."""

    __slots__ = ()
    only_real = "mish_cpu"
    glyph, tex, local = "mish", r"{0}\,\tanh(\ln(1 + e^{{{0}}}))", (r"\mathrm{{mish}}'({0})",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return x * np.tanh(np.log1p(np.exp(x)))

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        t = np.tanh(np.log1p(np.exp(x)))
        return grad * (t + x * formulas.sigmoid(x) * (1 - t * t))


def mish(input: TensorT, inplace: bool = False) -> TensorT:
    """Return each entry times the tanh of its softplus.

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
    Misra (2019), arXiv:1908.08681.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.mish(mg.tensor([-1.0, 2.0]))
    tensor([-0.3034,  1.9440])
    """
    return run(Mish, floats(input, "mish", "mish_cpu"), inplace)


# --- Put together from others --------------------------------------------------------------------------------------


def softsign(input: TensorT) -> TensorT:
    """Return ``input / (1 + |input|)``: each entry squeezed between -1 and 1.

    Parameters
    ----------
    input : Tensor
        Floats of any shape.

    Returns
    -------
    Tensor
        Of the same shape and dtype.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.softsign(mg.tensor([-1.0, 3.0]))
    tensor([-0.5000,  0.7500])
    """
    x: Any = tensor(input, "softsign")
    return x / (x.abs() + 1)  # type: ignore[no-any-return]


def tanhshrink(input: TensorT) -> TensorT:
    """Return ``input - tanh(input)``.

    Parameters
    ----------
    input : Tensor
        Floats of any shape.

    Returns
    -------
    Tensor
        Of the same shape and dtype.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.tanhshrink(mg.tensor([-1.0, 2.0]))
    tensor([-0.2384,  1.0360])
    """
    x: Any = tensor(input, "tanhshrink")
    return x - x.tanh()  # type: ignore[no-any-return]
