"""Activations of straight pieces: hardtanh, relu6, hardsigmoid, hardswish, hardshrink, softshrink."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autograd.function import Op, apply
from minigrad.ops.arguments import TensorT, tensor
from minigrad.ops.formulas import gate, where
from minigrad.ops.gates import floats, run

__all__ = ["hardshrink"]


class Hardtanh(Op):
    """Between the bounds the gradient passes; at them and outside it stops."""

    __slots__ = ("bounds",)
    _saved_min_val = property(lambda node: node.bounds[0])
    _saved_max_val = property(lambda node: node.bounds[1])
    only_real = "clamp is not supported for complex types"
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
    return run(Hardtanh, input, inplace, min_val, max_val)


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


_SIXTH = float(np.float32(1) / np.float32(6))  # PyTorch's slope has it in float32, for float64 too


class Hardsigmoid(Op):
    """A sigmoid of straight lines: between -3 and 3 a sixth of the gradient passes, elsewhere none."""

    __slots__ = ()
    only_real = "hardsigmoid_cpu"
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
    return run(Hardsigmoid, floats(input, "hardsigmoid", "hardsigmoid_cpu"), inplace)


class Hardswish(Op):
    """A number times its hard sigmoid: the slope is a straight line between -3 and 3, zero before and one after."""

    __slots__ = ()
    only_real = "hardswish_cpu"
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
    return run(Hardswish, floats(input, "hardswish", "hardswish_cpu"), inplace)


class Hardshrink(Op):
    """Far from zero the gradient passes; near it, where the output is zero, it stops."""

    __slots__ = ("reach",)
    only_real = "hardshrink_cpu"
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
    return apply(Hardshrink, floats(input, "hardshrink", "hardshrink_cpu"), lambd)  # type: ignore[no-any-return]


class Softshrink(Op):
    """Every number moves towards zero by the same step: the gradient passes unless that brought it to zero."""

    __slots__ = ("reach",)
    only_real = "softshrink_check"
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
    x: Any = floats(input, "softshrink", "softshrink_check")
    if not lambd >= 0:
        raise RuntimeError(
            f"lambda must be in range [0, {np.finfo(x._array.dtype).max:g}] for input dtype {x.dtype.title}, but found "
            f"{lambd:g}"
        )
    return apply(Softshrink, x, lambd)  # type: ignore[no-any-return]
