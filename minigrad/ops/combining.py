"""Two or three numbers become one: addcmul, hypot, logaddexp, xlogy, fmax."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import TensorBase, wrap
from minigrad.autograd.function import Op, apply
from minigrad.ops import formulas
from minigrad.ops.arguments import TensorT, number, number_first, operand, pair, refuse, supported, tensor
from minigrad.ops.formulas import where

__all__ = ["addcdiv", "addcmul", "fmax", "fmin", "hypot", "logaddexp", "logaddexp2", "xlogy"]


# --- Added to a third ---------------------------------------------------------------------------------------------


class Addcmul(Op):
    """A product is added: the sum gets the gradient, each factor the gradient scaled by the other."""

    __slots__ = ("value",)
    saved_names = ("tensor1", "tensor2")
    arity, promote = 3, "arithmetic"
    saved_for = (2, 1)
    glyph, tex, local = "+×", r"{0} + {3}\,{1}\,{2}", ("1", r"{3}\,{2}", r"{3}\,{1}")

    @staticmethod
    def forward(ctx: Any, x: Any, a: Any, b: Any, value: Any) -> Any:
        ctx.value = value
        ctx.save_for_backward(a, b)
        return x + (a * b if value == 1 else value * (a * b))

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        a, b = ctx.saved_tensors
        scaled = grad * ctx.value
        wanted = ctx.needs_input_grad
        return grad, scaled * b if wanted[1] else None, scaled * a if wanted[2] else None


class Addcdiv(Op):
    """A quotient is added: the sum gets the gradient, the quotient's parts theirs as in a division."""

    __slots__ = ("value",)
    saved_names = ("tensor1", "tensor2")
    arity, promote = 3, "arithmetic"
    saved_for = (2, None)
    glyph, tex = "+÷", r"{0} + {3}\,\frac{{{1}}}{{{2}}}"
    local = ("1", r"\frac{{{3}}}{{{2}}}", r"-\frac{{{3}\,{1}}}{{{2}^2}}")

    @staticmethod
    def forward(ctx: Any, x: Any, a: Any, b: Any, value: Any) -> Any:
        ctx.value = value
        ctx.save_for_backward(a, b)
        return x + (a / b if value == 1 else value * (a / b))

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        a, b = ctx.saved_tensors
        scaled = grad * ctx.value
        wanted = ctx.needs_input_grad
        return grad, scaled / b if wanted[1] else None, -scaled * (a / (b * b)) if wanted[2] else None


def _three(name: str, op: type[Op], parts: tuple[Any, ...], value: Any) -> Any:
    given = [tensor(x, name, argument, i + 1) for i, (x, argument) in enumerate(zip(parts, _ADDED, strict=True))]
    value = number(value)
    if isinstance(value, float) and all(x._array.dtype.kind in "biu" for x in given):
        value = int(value)
    return apply(op, *given, value)


_ADDED, _FACTORS = ("input", "tensor1", "tensor2"), "tensor1, Tensor tensor2"


def addcmul(input: TensorT, tensor1: TensorBase, tensor2: TensorBase, *older: Any, value: Any = 1) -> TensorT:
    """Return ``input + value * tensor1 * tensor2``.

    Parameters
    ----------
    input, tensor1, tensor2 : Tensor
        Shapes that broadcast.
    *older : optional
        The order of older programs, ``addcmul(input, value, tensor1, tensor2)``, is understood, with a warning.
    value : number
        The factor.

    Returns
    -------
    Tensor
        Of the broadcast shape.

    Examples
    --------
    >>> mg.addcmul(mg.tensor([1.0]), mg.tensor([2.0]), mg.tensor([3.0]), value=10)
    tensor([61.])
    """
    if older:
        value, tensor1, tensor2 = (
            tensor1,
            *number_first("addcmul", "value", "tensor1, Tensor tensor2", (tensor2, *older)),
        )
    if all(isinstance(x, TensorBase) and x._array.dtype.kind == "b" for x in (input, tensor1, tensor2)):
        supported(input._array, "b", "addcmul_cpu_out")
    return _three("addcmul", Addcmul, (input, tensor1, tensor2), value)  # type: ignore[no-any-return]


def addcdiv(input: TensorT, tensor1: TensorBase, tensor2: TensorBase, *older: Any, value: Any = 1) -> TensorT:
    """Return ``input + value * tensor1 / tensor2``.

    Parameters
    ----------
    input, tensor1, tensor2 : Tensor
        Shapes that broadcast.
    *older : optional
        The order of older programs, ``addcdiv(input, value, tensor1, tensor2)``, is understood, with a warning.
    value : number
        The factor.

    Returns
    -------
    Tensor
        Of the broadcast shape.

    Raises
    ------
    RuntimeError
        If both ``tensor1`` and ``tensor2`` hold integers.

    Examples
    --------
    >>> mg.addcdiv(mg.tensor([1.0]), mg.tensor([6.0]), mg.tensor([3.0]))
    tensor([3.])
    """
    if older:
        value, tensor1, tensor2 = (
            tensor1,
            *number_first("addcdiv", "value", "tensor1, Tensor tensor2", (tensor2, *older)),
        )
    if all(isinstance(x, TensorBase) and x._array.dtype.kind in "biu" for x in (tensor1, tensor2)):
        raise RuntimeError(
            "Integer division with addcdiv is no longer supported, and in a future  release addcdiv will perform a "
            "true division of tensor1 and tensor2. The historic addcdiv behavior can be implemented as (input + value "
            "* torch.trunc(tensor1 / tensor2)).to(input.dtype) for integer inputs and as (input + value * tensor1 / "
            "tensor2) for float inputs. The future addcdiv behavior is just the latter implementation: (input + value "
            "* tensor1 / tensor2), for all dtypes."
        )
    return _three("addcdiv", Addcdiv, (input, tensor1, tensor2), value)  # type: ignore[no-any-return]


# --- Lengths and logarithms ---------------------------------------------------------------------------------------


class Hypot(Op):
    """The long side grows with each short one by its share of the direction."""

    __slots__ = ()
    only_real = "hypot_cpu"
    saved_names = ("self", "other", "result")
    arity, promote = 2, "arithmetic"
    glyph, tex, local = "√a²+b²", r"\sqrt{{{0}^2 + {1}^2}}", (r"\frac{{{0}}}{{{y}}}", r"\frac{{{1}}}{{{y}}}")
    commutes = True

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        supported(a, "biu", "hypot_cpu")
        y = np.hypot(a, b)
        ctx.save_for_backward(a, b, y)
        return y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        a, b, y = ctx.saved_tensors
        return grad * (a / y), grad * (b / y)


def hypot(input: TensorT, other: TensorT) -> TensorT:
    """Return the long side of the right triangle that has these short ones.

    Parameters
    ----------
    input, other : Tensor
        Floats, of shapes that broadcast.

    Returns
    -------
    Tensor
        Of the broadcast shape.

    Examples
    --------
    >>> mg.hypot(mg.tensor([3.0]), mg.tensor([4.0]))
    tensor([5.])
    """
    return pair("hypot", Hypot, tensor(input, "hypot"), tensor(other, "hypot", "other", 2))  # type: ignore[no-any-return]


class Logaddexp(Op):
    """Each part gets its share of the sum of exponentials."""

    __slots__ = ()
    arity, promote = 2, "arithmetic"
    glyph, tex, local = "ln+", r"\ln(e^{{{0}}} + e^{{{1}}})", (r"\sigma({0} - {1})", r"\sigma({1} - {0})")
    commutes = True

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        supported(a, "biu", "logaddexp_cpu")
        ctx.save_for_backward(a, b)
        return formulas.log_add(a, b)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        a, b = ctx.saved_tensors
        return grad / (1 + np.exp(b - a)), grad / (1 + np.exp(a - b))


def logaddexp(input: TensorT, other: TensorT) -> TensorT:
    """Return ``log(exp(input) + exp(other))``, without overflow.

    Parameters
    ----------
    input, other : Tensor
        Floats, of shapes that broadcast.

    Returns
    -------
    Tensor
        Of the broadcast shape.

    Examples
    --------
    >>> mg.logaddexp(mg.tensor([0.0]), mg.tensor([0.0]))
    tensor([0.6931])
    """
    return pair("logaddexp", Logaddexp, tensor(input, "logaddexp"), tensor(other, "logaddexp", "other", 2))  # type: ignore[no-any-return]


class Logaddexp2(Op):
    """Each part gets its share of the sum of powers of two."""

    __slots__ = ()
    only_real = "logaddexp2_cpu"
    arity, promote = 2, "arithmetic"
    glyph, tex = "log₂+", r"\log_2(2^{{{0}}} + 2^{{{1}}})"
    local = (r"\frac{{1}}{{1 + 2^{{{1} - {0}}}}}", r"\frac{{1}}{{1 + 2^{{{0} - {1}}}}}")
    commutes = True

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        supported(a, "biu", "logaddexp2_cpu")
        ctx.save_for_backward(a, b)
        return np.logaddexp2(a, b)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        a, b = ctx.saved_tensors
        return grad / (1 + np.exp2(b - a)), grad / (1 + np.exp2(a - b))


def logaddexp2(input: TensorT, other: TensorT) -> TensorT:
    """Return ``log2(2**input + 2**other)``, without overflow.

    Parameters
    ----------
    input, other : Tensor
        Floats, of shapes that broadcast.

    Returns
    -------
    Tensor
        Of the broadcast shape.

    Examples
    --------
    >>> mg.logaddexp2(mg.tensor([1.0]), mg.tensor([1.0]))
    tensor([2.])
    """
    return pair("logaddexp2", Logaddexp2, tensor(input, "logaddexp2"), tensor(other, "logaddexp2", "other", 2))  # type: ignore[no-any-return]


class Xlogy(Op):
    """A number times a logarithm, and 0 where the number is 0."""

    __slots__ = ()
    only_real = "xlogy_cpu"
    arity, promote = 2, "float"
    glyph, tex, local = "x ln y", r"{0} \ln {1}", (r"\ln {1}", r"\frac{{{0}}}{{{1}}}")

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any, number: int) -> Any:
        ctx.become(f"XlogyBackward{number}")  # it says which is a plain number
        ctx.save_for_backward(a, b)
        return np.where(np.isnan(b), b, np.where(a == 0, 0.0, a * np.log(b))).astype(np.result_type(a, b))

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        a, b = ctx.saved_tensors
        return where((a == 0) & (b <= 0), 0.0, grad * np.log(b)), grad * a / b


def with_number(name: str, op: type[Op], input: Any, other: Any) -> Any:
    """Run an op of two, of which one may be a number: 1 says that it is the first, 2 the second."""
    a, b = operand(input), operand(other)
    for mine, theirs in ((a, b), (b, a)):
        if isinstance(mine, TensorBase) and not isinstance(theirs, TensorBase) and theirs is not NotImplemented:
            if isinstance(theirs, complex):
                refuse(theirs, name, "other", 2, "a real number")
            number = wrap(np.asarray(theirs, dtypes.result_type(mine._array, theirs)))
            return pair(name, op, a, number, 2) if mine is a else pair(name, op, number, b, 1)
    return pair(name, op, input, other, 0)


def xlogy(input: TensorT, other: Any) -> TensorT:
    """Return ``input * log(other)``, and 0 where ``input`` is 0.

    Parameters
    ----------
    input, other : Tensor or number
        Shapes that broadcast; one is a tensor.

    Returns
    -------
    Tensor
        Of the broadcast shape.

    Examples
    --------
    >>> mg.xlogy(mg.tensor([0.0, 2.0]), mg.tensor([0.0, 1.0]))
    tensor([0., 0.])
    """
    return with_number("xlogy", Xlogy, input, other)  # type: ignore[no-any-return]


class Xlog1py(Op):
    """A number times a logarithm, and 0 where the number is 0."""

    __slots__ = ()
    only_real = "xlog1py_cpu"
    arity, promote = 2, "float"
    glyph, tex, local = "x ln(1+y)", r"{0} \ln(1 + {1})", (r"\ln(1 + {1})", r"\frac{{{0}}}{{1 + {1}}}")

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any, number: int) -> Any:
        ctx.become(f"SpecialXlog1PyBackward{number}")  # it says which is a plain number
        ctx.save_for_backward(a, b)
        return np.where(np.isnan(b), b, np.where(a == 0, 0.0, a * np.log1p(b))).astype(np.result_type(a, b))

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        a, b = ctx.saved_tensors
        return where((a == 0) & (b <= -1), 0.0, grad * np.log1p(b)), grad * a / (b + 1)


def xlog1py(input: TensorT, other: Any) -> TensorT:
    """Return ``input * log(1 + other)``, and 0 where ``input`` is 0.

    Parameters
    ----------
    input, other : Tensor or number
        Shapes that broadcast; one is a tensor.

    Returns
    -------
    Tensor
        Of the broadcast shape.

    Examples
    --------
    >>> mg.special.xlog1py(mg.tensor([0.0, 2.0]), mg.tensor([-1.0, 0.0]))
    tensor([0., 0.])
    """
    return with_number("xlog1py", Xlog1py, input, other)  # type: ignore[no-any-return]


class Fmax(Op):
    """The larger input gets the whole gradient, the first one if both are equal; nan gets none."""

    __slots__ = ()
    only_real = RuntimeError("fmax not implemented for complex tensors.")
    arity, promote = 2, "arithmetic"
    glyph, tex, local = "max", r"\max({0}, {1})", (r"[{0} \ge {1}]", "[1 > 0]")

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        ctx.save_for_backward(a, b)
        return np.fmax(a, b)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        a, b = ctx.saved_tensors
        mine = (a >= b) | np.isnan(b)
        return where(mine, grad, 0.0), where(mine, 0.0, grad)


def fmax(input: TensorT, other: TensorT) -> TensorT:
    """Return the larger of two, entry by entry; nan only if both are.

    Parameters
    ----------
    input, other : Tensor
        Shapes that broadcast.

    Returns
    -------
    Tensor
        Of the broadcast shape.

    Examples
    --------
    >>> mg.fmax(mg.tensor([1.0, float('nan')]), mg.tensor([3.0, 2.0]))
    tensor([3., 2.])
    """
    return pair("fmax", Fmax, tensor(input, "fmax"), tensor(other, "fmax", "other", 2))  # type: ignore[no-any-return]


class Fmin(Op):
    """The smaller input gets the whole gradient, the first one if both are equal; nan gets none."""

    __slots__ = ()
    only_real = RuntimeError("fmin not implemented for complex tensors.")
    arity, promote = 2, "arithmetic"
    glyph, tex, local = "min", r"\min({0}, {1})", (r"[{0} \le {1}]", "[1 < 0]")

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        ctx.save_for_backward(a, b)
        return np.fmin(a, b)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        a, b = ctx.saved_tensors
        mine = (a <= b) | np.isnan(b)
        return where(mine, grad, 0.0), where(mine, 0.0, grad)


def fmin(input: TensorT, other: TensorT) -> TensorT:
    """Return the smaller of two, entry by entry; nan only if both are.

    Parameters
    ----------
    input, other : Tensor
        Shapes that broadcast.

    Returns
    -------
    Tensor
        Of the broadcast shape.

    Examples
    --------
    >>> mg.fmin(mg.tensor([1.0, float('nan')]), mg.tensor([3.0, 2.0]))
    tensor([1., 2.])
    """
    return pair("fmin", Fmin, tensor(input, "fmin"), tensor(other, "fmin", "other", 2))  # type: ignore[no-any-return]
