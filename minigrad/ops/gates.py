"""The bends of neural networks beyond sigmoid, tanh and relu: from leaky_relu to glu."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.function import Op, apply
from minigrad.ops import formulas, special
from minigrad.ops.arguments import TensorT, axis, supported, tensor
from minigrad.ops.formulas import gate, where
from minigrad.ops.inplace import in_place

__all__ = ["celu", "hardshrink", "prelu", "selu", "threshold"]


def _floats(x: TensorT, name: str, kernel: str) -> TensorT:
    """Return ``x`` if it holds floats; refuse it in PyTorch's words if not."""
    if tensor(x, name)._array.dtype.kind not in "fc":
        raise NotImplementedError(f"\"{kernel}\" not implemented for '{x.dtype.title}'")  # type: ignore[attr-defined]
    return x


def _run(op: type[Op], input: TensorT, inplace: bool, *settings: Any) -> TensorT:
    """Run an op, into a result of its own or into its input."""
    return in_place(op, input, *settings) if inplace else apply(op, input, *settings)


class LogSigmoid(Op):
    """The slope of a log-sigmoid is one minus the sigmoid: it fades where the input is large."""

    __slots__ = ()
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
    return apply(LogSigmoid, _floats(input, "log_sigmoid", "log_sigmoid_cpu"))  # type: ignore[no-any-return]


class LeakyRelu(Op):
    """Where the input is positive the gradient passes; elsewhere a small part of it leaks through."""

    __slots__ = ("slope",)
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
    return _run(LeakyRelu, _floats(input, "leaky_relu", "leaky_relu_cpu"), inplace, negative_slope)


class Elu(Op):
    """Where the input is positive the gradient passes; elsewhere it fades as an exponential does."""

    __slots__ = ("alpha", "rate", "scale")
    glyph, tex, local = "ELU", r"\mathrm{{elu}}({0})", (r"[{0} > 0] + [{0} \le 0]\,\alpha\,e^{{{0}}}",)

    @staticmethod
    def forward(ctx: Any, x: Any, alpha: float, scale: float = 1.0, rate: float = 1.0) -> Any:
        ctx.alpha, ctx.scale, ctx.rate = alpha, scale, rate
        ctx.save_for_backward(x)
        return np.where(x < 0, scale * alpha * np.expm1(x * rate), x * scale)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        falling = np.exp(where(x <= 0, x, 0.0) * ctx.rate) * (ctx.alpha * ctx.scale * ctx.rate)
        return where(x <= 0, grad * falling, grad * ctx.scale)


class Celu(Elu):
    """Where the input is positive the gradient passes; elsewhere it fades, from one on, as an exponential does."""

    __slots__ = ()
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
    return _run(Elu, _floats(input, "elu", "elu_cpu"), inplace, alpha)


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
    x = _floats(input, "selu", "elu_cpu")
    return _run(Elu, x, inplace, 1.6732632423543772848170429916717, 1.0507009873554804934193349852946)


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
    return _run(Celu, _floats(input, "celu", "elu_cpu"), inplace, alpha, 1.0, 1 / alpha)


class Softplus(Op):
    """The slope of softplus is the sigmoid: it fades to the left and passes all to the right."""

    __slots__ = ("beta", "threshold")
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
    return apply(Softplus, _floats(input, "softplus", "softplus_cpu"), beta, threshold)  # type: ignore[no-any-return]


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
    return _run(Silu, _floats(input, "silu", "silu_cpu"), inplace)


class Gelu(Op):
    """A number times the chance that a normal one is smaller: the slope bends smoothly from zero to one."""

    __slots__ = ()
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
    return apply(Gelu if approximate == "none" else GeluTanh, _floats(input, "gelu", "GeluKernelImpl"))  # type: ignore[no-any-return]


class Hardtanh(Op):
    """Between the bounds the gradient passes; at them and outside it stops."""

    __slots__ = ("bounds",)
    glyph, tex, local = "hardtanh", r"\mathrm{{clamp}}({0})", (r"[{1} < {0} < {2}]",)

    @staticmethod
    def forward(ctx: Any, x: Any, low: float, high: float) -> Any:
        ctx.bounds = low, high
        ctx.save_for_backward(x)
        return np.minimum(np.maximum(x, low), high)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        low, high = ctx.bounds
        return gate(grad, x, (x <= low) | (x >= high), name="Hardtanh")


def hardtanh(input: TensorT, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> TensorT:
    """Return each entry moved to the nearest bound, if it lies outside.

    Parameters
    ----------
    input : Tensor
        Any shape.
    min_val, max_val : float
        The bounds.
    inplace : bool
        Write the result into the input.

    Returns
    -------
    Tensor
        Of the same shape and dtype.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.hardtanh(mg.tensor([-2.0, 0.5]))
    tensor([-1.0000,  0.5000])
    """
    if min_val > max_val:
        raise ValueError("min_val cannot be greater than max_val")
    kind = tensor(input, "hardtanh")._array.dtype.kind
    if kind == "b":
        raise RuntimeError("Bool inputs not supported for hardtanh")
    if kind in "iu":
        min_val, max_val = int(min_val), int(max_val)
    if kind == "u" and (min_val < 0 or max_val < 0):
        raise RuntimeError("cannot do hardtanh on an unsigned type with negative limits")
    return _run(Hardtanh, input, inplace, min_val, max_val)


def relu6(input: TensorT, inplace: bool = False) -> TensorT:
    """Return each entry moved between 0 and 6.

    Parameters
    ----------
    input : Tensor
        Any shape.
    inplace : bool
        Write the result into the input.

    Returns
    -------
    Tensor
        Of the same shape and dtype.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.relu6(mg.tensor([-1.0, 7.0]))
    tensor([0., 6.])
    """
    return hardtanh(input, 0, 6, inplace)


class Mish(Op):
    """A number times the tanh of its softplus: the slope bends smoothly from zero to one, a little beyond both."""

    __slots__ = ()
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
    return _run(Mish, _floats(input, "mish", "mish_cpu"), inplace)


_SIXTH = float(np.float32(1) / np.float32(6))  # PyTorch's slope has it in float32, for float64 too


class Hardsigmoid(Op):
    """A sigmoid of straight lines: between -3 and 3 a sixth of the gradient passes, elsewhere none."""

    __slots__ = ()
    glyph, tex, local = "σ", r"\mathrm{{clamp}}({0} / 6 + 1 / 2)", (r"[-3 < {0} < 3] / 6",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return np.minimum(np.maximum(x + 3, 0), 6) / 6

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        return gate(grad * _SIXTH, x, ~((x > -3) & (x < 3)), name="Hardsigmoid")


def hardsigmoid(input: TensorT, inplace: bool = False) -> TensorT:
    """Return ``input / 6 + 1 / 2``, cut off at 0 and 1.

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
    >>> F.hardsigmoid(mg.tensor([-4.0, 0.0, 3.0]))
    tensor([0.0000, 0.5000, 1.0000])
    """
    return _run(Hardsigmoid, _floats(input, "hardsigmoid", "hardsigmoid_cpu"), inplace)


class Hardswish(Op):
    """A number times its hard sigmoid: the slope is a straight line between -3 and 3, zero before and one after."""

    __slots__ = ()
    glyph, tex, local = "hardswish", r"{0}\,\mathrm{{clamp}}({0} / 6 + 1 / 2)", (r"{0} / 3 + 1 / 2",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return x * np.minimum(np.maximum(x + 3, 0), 6) / 6

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        return where(x <= -3, 0.0, where(x < 3, grad * (x / 3 + 0.5), grad))


def hardswish(input: TensorT, inplace: bool = False) -> TensorT:
    """Return each entry times its hard sigmoid.

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
    Howard et al. (2019), arXiv:1905.02244.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.hardswish(mg.tensor([-4.0, 1.0, 4.0]))
    tensor([-0.0000, 0.6667, 4.0000])
    """
    return _run(Hardswish, _floats(input, "hardswish", "hardswish_cpu"), inplace)


class Hardshrink(Op):
    """Far from zero the gradient passes; near it, where the output is zero, it stops."""

    __slots__ = ("reach",)
    glyph, tex, local = "shrink", r"{0}\,[|{0}| > \lambda]", (r"[|{0}| > \lambda]",)

    @staticmethod
    def forward(ctx: Any, x: Any, reach: float) -> Any:
        ctx.reach = reach
        ctx.save_for_backward(x)
        return np.where((x >= -reach) & (x <= reach), 0, x)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        return gate(grad, x, (x >= -ctx.reach) & (x <= ctx.reach), name="Hardshrink")


def hardshrink(input: TensorT, lambd: float = 0.5) -> TensorT:
    """Return each entry, or 0 where it is near 0.

    Parameters
    ----------
    input : Tensor
        Floats of any shape.
    lambd : float
        How near.

    Returns
    -------
    Tensor
        Of the same shape and dtype.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.hardshrink(mg.tensor([-1.0, 0.3, 2.0]))
    tensor([-1.,  0.,  2.])
    """
    return apply(Hardshrink, _floats(input, "hardshrink", "hardshrink_cpu"), lambd)  # type: ignore[no-any-return]


class Softshrink(Op):
    """Every number moves towards zero by the same step: the gradient passes unless that brought it to zero."""

    __slots__ = ("reach",)
    glyph, tex, local = "shrink", r"{0} - \mathrm{{clamp}}({0})", (r"[|{0}| > \lambda]",)

    @staticmethod
    def forward(ctx: Any, x: Any, reach: float) -> Any:
        ctx.reach = reach
        ctx.save_for_backward(x)
        return np.where(x > reach, x - reach, np.where(x < -reach, x + reach, x * 0))

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        return gate(grad, x, (x >= -ctx.reach) & (x <= ctx.reach), name="Softshrink")


def softshrink(input: TensorT, lambd: float = 0.5) -> TensorT:
    """Return each entry moved towards 0 by a step, and 0 where that goes past it.

    Parameters
    ----------
    input : Tensor
        Floats of any shape.
    lambd : float
        The step.

    Returns
    -------
    Tensor
        Of the same shape and dtype.

    Raises
    ------
    RuntimeError
        If the step is negative.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.softshrink(mg.tensor([-1.0, 0.3, 2.0]))
    tensor([-0.5000,  0.0000,  1.5000])
    """
    x: Any = _floats(input, "softshrink", "softshrink_check")
    if not lambd >= 0:
        raise RuntimeError(
            f"lambda must be in range [0, {np.finfo(x._array.dtype).max:g}] for input dtype {x.dtype.title}, but found "
            f"{lambd:g}"
        )
    return apply(Softshrink, x, lambd)  # type: ignore[no-any-return]


class Threshold(Op):
    """Above the threshold the gradient passes; elsewhere the output is a constant and none does."""

    __slots__ = ("threshold",)
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
    return _run(Threshold, input, inplace, threshold, value)


class PreluKernel(Op):
    """Where the input is positive its gradient passes; elsewhere a learnt part of it does, and the weight learns."""

    __slots__ = ()
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
        return where(x > 0, grad, weight * grad), where(x > 0, 0.0, x * grad)


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
    return apply(Glu, _floats(input, "glu", "glu_cpu"), d)  # type: ignore[no-any-return]


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
    np.put_along_axis(one._array, soft.argmax(dim, keepdim=True)._array, 1, axis(dim, x._array.ndim))
    return one - soft.detach() + soft  # type: ignore[no-any-return]


def normalize(input: TensorT, p: float = 2.0, dim: int | tuple[int, ...] = 1, eps: float = 1e-12) -> TensorT:
    """Return vectors divided by their lengths.

    Parameters
    ----------
    input : Tensor
        Floats of any shape.
    p : float
        Which norm is the length.
    dim : int or tuple of int
        The dimensions that are a vector's.
    eps : float
        A length smaller than this counts as this.

    Returns
    -------
    Tensor
        Of the same shape.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.normalize(mg.tensor([[3.0, 4.0]]))
    tensor([[0.6000, 0.8000]])
    """
    x: Any = tensor(input, "normalize")
    return x / x.norm(p, dim, keepdim=True).clamp_min(eps).expand_as(x)  # type: ignore[no-any-return]
