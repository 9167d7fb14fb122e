"""The bends of neural networks: sigmoid, relu and their relatives, and the error function."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.autograd.function import Op, apply
from minigrad.ops import formulas, special
from minigrad.ops.arguments import TensorT, tensor
from minigrad.ops.formulas import where


def _floats(x: TensorT, name: str, kernel: str) -> TensorT:
    """Return ``x`` if it holds floats; refuse it in PyTorch's words if not."""
    if tensor(x, name)._array.dtype.kind not in "fc":
        raise NotImplementedError(f"\"{kernel}\" not implemented for '{x.dtype.title}'")  # type: ignore[attr-defined]
    return x


class Tanh(Op):
    """The slope of tanh is one minus its output squared: near ±1 hardly any gradient passes."""

    __slots__ = ()
    promote = "float"
    glyph, tex, local = "tanh", r"\tanh {0}", ("1 - {y}^2",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        y = np.tanh(x)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (y,) = ctx.saved_tensors
        return grad * (1 - y * y)


def tanh(input: TensorT) -> TensorT:
    """Return the hyperbolic tangent of each entry.

    Parameters
    ----------
    input : Tensor
        Any shape.

    Returns
    -------
    Tensor
        Of the same shape, between -1 and 1; integers give floats.

    Examples
    --------
    >>> mg.tanh(mg.tensor([0.0, 1.0]))
    tensor([0.0000, 0.7616])
    """
    return apply(Tanh, tensor(input, "tanh"))  # type: ignore[no-any-return]


class Sigmoid(Op):
    """The slope of a sigmoid is its output times what is missing to one: at most a quarter."""

    __slots__ = ()
    promote = "float"
    glyph, tex, local = "σ", r"\sigma({0})", (r"{y}\,(1 - {y})",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        y = 1 / (1 + np.exp(-x))
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (y,) = ctx.saved_tensors
        return grad * (y * (1 - y))


def sigmoid(input: TensorT) -> TensorT:
    """Return ``1 / (1 + exp(-input))``: each entry squeezed between 0 and 1.

    Parameters
    ----------
    input : Tensor
        Any shape.

    Returns
    -------
    Tensor
        Of the same shape; integers give floats.

    Examples
    --------
    >>> mg.sigmoid(mg.tensor([0.0, 2.0]))
    tensor([0.5000, 0.8808])
    """
    return apply(Sigmoid, tensor(input, "sigmoid"))  # type: ignore[no-any-return]


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
    >>> from minigrad.ops import activations
    >>> activations.logsigmoid(mg.tensor([0.0, -1000.0]))
    tensor([-6.9315e-01, -1.0000e+03])
    """
    return apply(LogSigmoid, _floats(input, "log_sigmoid", "log_sigmoid_cpu"))  # type: ignore[no-any-return]


class Relu(Op):
    """Where the input is positive the gradient passes; elsewhere it stops."""

    __slots__ = ()
    glyph, tex, local = "ReLU", r"\max(0, {0})", ("[{0} > 0]",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        y = np.maximum(x, 0)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (y,) = ctx.saved_tensors
        return where(y <= 0, 0.0, grad)


def relu(input: TensorT) -> TensorT:
    """Return each entry, or 0 where it is negative.

    Parameters
    ----------
    input : Tensor
        Any shape; not booleans.

    Returns
    -------
    Tensor
        Of the same shape and dtype.

    Examples
    --------
    >>> mg.relu(mg.tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """
    if tensor(input, "relu")._array.dtype.kind == "b":
        raise RuntimeError("Boolean inputs not supported for relu")
    return apply(Relu, input)  # type: ignore[no-any-return]


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
        return where(x > 0, grad, grad * ctx.slope)


def leaky_relu(input: TensorT, negative_slope: float = 0.01, inplace: bool = False) -> TensorT:
    """Return each entry, or a small part of it where it is negative.

    Parameters
    ----------
    input : Tensor
        Floats of any shape.
    negative_slope : float
        That part.
    inplace : bool
        Accepted as in PyTorch; the result is a new tensor in any case.

    Returns
    -------
    Tensor
        Of the same shape and dtype.

    Examples
    --------
    >>> from minigrad.ops import activations
    >>> activations.leaky_relu(mg.tensor([-1.0, 2.0]))
    tensor([-0.0100,  2.0000])
    """
    return apply(LeakyRelu, _floats(input, "leaky_relu", "leaky_relu_cpu"), negative_slope)  # type: ignore[no-any-return]


class Elu(Op):
    """Where the input is positive the gradient passes; elsewhere it fades as an exponential does."""

    __slots__ = ("alpha",)
    glyph, tex, local = "ELU", r"\mathrm{{elu}}({0})", (r"[{0} > 0] + [{0} \le 0]\,{1}\,e^{{{0}}}",)

    @staticmethod
    def forward(ctx: Any, x: Any, alpha: float) -> Any:
        ctx.alpha = alpha
        ctx.save_for_backward(x)
        return np.where(x > 0, x, alpha * np.expm1(x))

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        return where(x <= 0, grad * (ctx.alpha * np.exp(where(x <= 0, x, 0.0))), grad)


def elu(input: TensorT, alpha: float = 1.0, inplace: bool = False) -> TensorT:
    """Return each entry, or ``alpha * (exp(input) - 1)`` where it is negative.

    Parameters
    ----------
    input : Tensor
        Floats of any shape.
    alpha : float
        How far down it goes.
    inplace : bool
        Accepted as in PyTorch; the result is a new tensor in any case.

    Returns
    -------
    Tensor
        Of the same shape and dtype.

    Examples
    --------
    >>> from minigrad.ops import activations
    >>> activations.elu(mg.tensor([-1.0, 2.0]))
    tensor([-0.6321,  2.0000])
    """
    return apply(Elu, _floats(input, "elu", "elu_cpu"), alpha)  # type: ignore[no-any-return]


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
    >>> from minigrad.ops import activations
    >>> activations.softplus(mg.tensor([0.0, 30.0]))
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
        Accepted as in PyTorch; the result is a new tensor in any case.

    Returns
    -------
    Tensor
        Of the same shape and dtype.

    Examples
    --------
    >>> from minigrad.ops import activations
    >>> activations.silu(mg.tensor([0.0, 1.0]))
    tensor([0.0000, 0.7311])
    """
    return apply(Silu, _floats(input, "silu", "silu_cpu"))  # type: ignore[no-any-return]


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

    def name(self) -> str:
        """Return PyTorch's name, which is that of the exact form."""
        return "GeluBackward0"

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
    >>> from minigrad.ops import activations
    >>> activations.gelu(mg.tensor([0.0, 1.0]))
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
        return where((x <= low) | (x >= high), 0.0, grad)


def hardtanh(input: TensorT, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> TensorT:
    """Return each entry moved to the nearest bound, if it lies outside.

    Parameters
    ----------
    input : Tensor
        Any shape.
    min_val, max_val : float
        The bounds.
    inplace : bool
        Accepted as in PyTorch; the result is a new tensor in any case.

    Returns
    -------
    Tensor
        Of the same shape and dtype.

    Examples
    --------
    >>> from minigrad.ops import activations
    >>> activations.hardtanh(mg.tensor([-2.0, 0.5]))
    tensor([-1.0000,  0.5000])
    """
    kind = tensor(input, "hardtanh")._array.dtype.kind
    if kind == "b":
        raise RuntimeError("Bool inputs not supported for hardtanh")
    if kind in "iu":
        min_val, max_val = int(min_val), int(max_val)
    if kind == "u" and (min_val < 0 or max_val < 0):
        raise RuntimeError("cannot do hardtanh on an unsigned type with negative limits")
    return apply(Hardtanh, input, min_val, max_val)  # type: ignore[no-any-return]


def relu6(input: TensorT, inplace: bool = False) -> TensorT:
    """Return each entry moved between 0 and 6.

    Parameters
    ----------
    input : Tensor
        Any shape.
    inplace : bool
        Accepted as in PyTorch; the result is a new tensor in any case.

    Returns
    -------
    Tensor
        Of the same shape and dtype.

    Examples
    --------
    >>> from minigrad.ops import activations
    >>> activations.relu6(mg.tensor([-1.0, 7.0]))
    tensor([0., 6.])
    """
    return hardtanh(input, 0, 6)


class Erf(Op):
    """The slope of the error function is a bell curve."""

    __slots__ = ()
    promote = "float"
    glyph, tex, local = "erf", r"\mathrm{{erf}}({0})", (r"\frac{{2}}{{\sqrt{{\pi}}}}\,e^{{-{0}^2}}",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return special.erf(x)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        return grad * (2 / math.sqrt(math.pi) * np.exp(-x * x))


def erf(input: TensorT) -> TensorT:
    """Return the error function of each entry.

    Parameters
    ----------
    input : Tensor
        Any shape.

    Returns
    -------
    Tensor
        Of the same shape, between -1 and 1; integers give floats.

    Examples
    --------
    >>> mg.erf(mg.tensor([0.0, 1.0]))
    tensor([0.0000, 0.8427])
    """
    return apply(Erf, tensor(input, "erf"))  # type: ignore[no-any-return]


class Erfc(Op):
    """One minus the error function falls as that one rises."""

    __slots__ = ()
    promote = "float"
    glyph, tex, local = "erfc", r"\mathrm{{erfc}}({0})", (r"-\frac{{2}}{{\sqrt{{\pi}}}}\,e^{{-{0}^2}}",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return special.erfc(x)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        return grad * (-2 / math.sqrt(math.pi) * np.exp(-x * x))


def erfc(input: TensorT) -> TensorT:
    """Return one minus the error function of each entry, exact also where that is tiny.

    Parameters
    ----------
    input : Tensor
        Any shape.

    Returns
    -------
    Tensor
        Of the same shape, between 0 and 2; integers give floats.

    Examples
    --------
    >>> mg.erfc(mg.tensor([0.0, 1.0]))
    tensor([1.0000, 0.1573])
    """
    return apply(Erfc, tensor(input, "erfc"))  # type: ignore[no-any-return]
