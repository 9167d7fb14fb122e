"""The gamma function and its family: lgamma, digamma, polygamma, mvlgamma."""

from __future__ import annotations

import math
from typing import Any

from minigrad.autograd.function import Op, apply
from minigrad.ops import formulas, gamma
from minigrad.ops.arguments import TensorT, integer, tensor

__all__ = ["digamma", "lgamma", "mvlgamma", "polygamma"]


class Lgamma(Op):
    """The slope of the logarithm of gamma is digamma."""

    __slots__ = ()
    only_real = "lgamma_vml_cpu"
    promote = "float"
    glyph, tex, local = "lnΓ", r"\ln \Gamma({0})", (r"\psi({0})",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return gamma.lgamma(x)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        return grad * formulas.digamma(x)


def lgamma(input: TensorT) -> TensorT:
    """Return the logarithm of the absolute value of the gamma function.

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
    >>> mg.lgamma(mg.tensor([1.0, 4.0]))
    tensor([0.0000, 1.7918])
    """
    return apply(Lgamma, tensor(input, "lgamma"))  # type: ignore[no-any-return]


class Digamma(Op):
    """The slope of digamma is trigamma."""

    __slots__ = ()
    only_real = "digamma"
    promote = "float"
    glyph, tex, local = "ψ", r"\psi({0})", (r"\psi^{{\prime}}({0})",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return gamma.digamma(x)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        return grad * formulas.polygamma(x, 1)


def digamma(input: TensorT) -> TensorT:
    """Return the slope of the logarithm of the gamma function.

    Parameters
    ----------
    input : Tensor
        Any shape.

    Returns
    -------
    Tensor
        Of the same shape; integers give floats.

    References
    ----------
    Abramowitz & Stegun (1964), 6.3.18.

    Examples
    --------
    >>> mg.digamma(mg.tensor([1.0, 2.0]))
    tensor([-0.5772,  0.4228])
    """
    return apply(Digamma, tensor(input, "digamma"))  # type: ignore[no-any-return]


class Polygamma(Op):
    """The slope of a derivative of digamma is the next one."""

    __slots__ = ("n",)
    only_real = "polygamma"
    promote = "float"
    glyph, tex, local = "ψⁿ", r"\psi^{{(n)}}({0})", (r"\psi^{{(n + 1)}}({0})",)

    @staticmethod
    def forward(ctx: Any, x: Any, n: int) -> Any:
        ctx.n = n
        ctx.save_for_backward(x)
        return gamma.polygamma(x, n) if n else gamma.digamma(x)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        return grad * formulas.polygamma(x, ctx.n + 1)


def polygamma(n: int, input: TensorT) -> TensorT:
    """Return the ``n``-th derivative of digamma.

    Parameters
    ----------
    n : int
        0 for digamma itself.
    input : Tensor
        Any shape.

    Returns
    -------
    Tensor
        Of the same shape; integers give floats.

    Raises
    ------
    RuntimeError
        If ``n`` is negative.

    References
    ----------
    Abramowitz & Stegun (1964), 6.4.10.

    Examples
    --------
    >>> mg.polygamma(1, mg.tensor([1.0, 2.0]))
    tensor([1.6449, 0.6449])
    """
    n = integer(n, "polygamma", "n", 1)
    if n < 0:
        raise RuntimeError("polygamma(n, x) does not support negative n.")
    return apply(Polygamma, tensor(input, "polygamma", "input", 2), n)  # type: ignore[no-any-return]


def polygamma_of(input: TensorT, n: int) -> TensorT:
    """Return the ``n``-th derivative of digamma."""
    return polygamma(n, input)


def mvlgamma(input: TensorT, p: int) -> TensorT:
    """Return the logarithm of the gamma function of ``p`` dimensions.

    Parameters
    ----------
    input : Tensor
        Larger than ``(p - 1) / 2``, any shape.
    p : int
        The number of dimensions.

    Returns
    -------
    Tensor
        Of the same shape.

    Examples
    --------
    >>> mg.mvlgamma(mg.tensor([3.0]), 2)
    tensor([1.5502])
    """
    x: Any = tensor(input, "mvlgamma")
    if x._array.dtype.kind == "b":
        raise RuntimeError("The input tensor may not be a boolean tensor")
    if p < 1:
        raise RuntimeError("p has to be greater than or equal to 1")
    steps = (x * 1.0).new_tensor([-i / 2 for i in range(p)])
    return lgamma(x.unsqueeze(-1) + steps).sum(-1) + p * (p - 1) / 4 * math.log(math.pi)  # type: ignore[no-any-return]
