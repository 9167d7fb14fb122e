"""The bends that stand at the top of the library: tanh, sigmoid, relu, and the error function."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.autograd.function import Op, apply
from minigrad.ops import formulas, special
from minigrad.ops.arguments import TensorT, tensor
from minigrad.ops.formulas import gate, where

__all__ = ["erf", "erfc", "relu", "sigmoid", "tanh"]


class Tanh(Op):
    """The slope of tanh is one minus its output squared: near ±1 hardly any gradient passes."""

    __slots__ = ()
    saved_names = ("result",)
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
    saved_names = ("result",)
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


class Relu(Op):
    """Where the input is positive the gradient passes; elsewhere it stops."""

    __slots__ = ()
    only_real = "clamp is not supported for complex types"
    saved_names = ("result",)
    glyph, tex, local = "ReLU", r"\max(0, {0})", ("[{0} > 0]",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        y = np.maximum(x, 0)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (y,) = ctx.saved_tensors
        return gate(grad, y, y <= 0)


class Gate(Op):
    """Where the gate is open the gradient passes; elsewhere only a fixed part of it, if any, does."""

    __slots__ = ("shut", "slope")
    saved_names = ("self",)
    arity = 2
    glyph, tex, local = "⊣", r"\mathrm{{gate}}({0})", ("[open]", "0")

    @staticmethod
    def forward(ctx: Any, grad: Any, x: Any, shut: Any, slope: float, name: str) -> Any:
        ctx.become(f"{name}BackwardBackward0")
        ctx.shut, ctx.slope = shut, slope
        ctx.save_for_backward(x)
        return gate(grad, x, shut, slope)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        shut, slope = ctx.shut, ctx.slope
        return where(shut, grad * slope if slope else 0.0, grad), formulas.zeros_like(x)


class Beside(Op):
    """What was worked out beside other numbers, but not from them, does not move with them."""

    __slots__ = ("shapes",)
    saved_names = ("*self",)
    arity = -1
    glyph, tex, row = "=", "{0}", "jvp"

    @staticmethod
    def forward(ctx: Any, grad: Any, *rest: Any) -> Any:
        *inputs, name, keep = rest
        ctx.become(f"{name[:-1]}Backward0")
        if keep:
            ctx.save_for_backward(*inputs)
        else:
            ctx.shapes = [x.shape for x in inputs]
        return grad

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        shapes = [x.shape for x in ctx.saved_tensors] or ctx.shapes
        return grad, *[formulas.zeros_like(grad, shape) for shape in shapes]


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


class Erf(Op):
    """The slope of the error function is a bell curve."""

    __slots__ = ()
    only_real = "erf_vml_cpu"
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
    only_real = "erfc_vml_cpu"
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
