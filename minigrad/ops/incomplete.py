"""Functions of two numbers: the incomplete gamma functions, and Hurwitz's zeta."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from minigrad.autograd.base import TensorBase
from minigrad.autograd.function import Op
from minigrad.ops import formulas, gamma
from minigrad.ops.arguments import TensorT, pair, supported, tensor

__all__ = ["igamma", "igammac"]


class Igamma(Op):
    """The share grows by the density at the bound; how it changes with the shape, PyTorch does not say."""

    __slots__ = ()
    only_real = "igamma_cpu"
    arity, promote = 2, "float"
    glyph, tex = "P", r"P({0}, {1})"
    local = ("", r"\frac{{{1}^{{{0} - 1}} e^{{-{1}}}}}{{\Gamma({0})}}")
    share: ClassVar[Callable[..., Any]] = staticmethod(gamma.igamma)
    sign, unknown = 1, "the derivative for 'igamma: input' is not implemented."

    @staticmethod
    def forward(ctx: Any, a: Any, x: Any) -> Any:
        ctx.save_for_backward(a, x)
        return ctx.share(a, x)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        a, x = ctx.saved_tensors
        if ctx.needs_input_grad[0]:
            raise NotImplementedError(ctx.unknown)
        return None, grad * ctx.sign * np.exp((a - 1) * np.log(x) - x - formulas.lgamma(a))


class Igammac(Igamma):
    """The share shrinks by the density at the bound; how it changes with the shape, PyTorch does not say."""

    __slots__ = ()
    only_real = "igammac_cpu"
    glyph, tex = "Q", r"Q({0}, {1})"
    local = ("", r"-\frac{{{1}^{{{0} - 1}} e^{{-{1}}}}}{{\Gamma({0})}}")
    share = staticmethod(gamma.igammac)
    sign, unknown = -1, "the derivative for 'igammac: input' is not implemented."


def _shared(op: type[Op], name: str, input: Any, other: Any) -> Any:
    """Run an incomplete gamma function; one of the two must hold floats."""
    a, x = tensor(input, name), tensor(other, name, "other", 2)
    if a._array.dtype.kind in "biu":
        supported(x._array, "biu", f"{name}_cpu")
    return pair(name, op, a, x)


def igamma(input: TensorT, other: TensorT) -> TensorT:
    """Return the share of the integral of ``t ** (input - 1) * exp(-t)`` that lies below ``other``.

    Parameters
    ----------
    input : Tensor
        The shape of the gamma distribution, not negative; the backward pass has no gradient for it, as in PyTorch.
    other : Tensor
        Up to where to integrate, not negative, in a shape that broadcasts.

    Returns
    -------
    Tensor

    References
    ----------
    Abramowitz & Stegun (1964), 6.5.29 and 6.5.31.

    Examples
    --------
    >>> mg.igamma(mg.tensor([1.0, 2.0]), mg.tensor([0.5, 2.0]))
    tensor([0.3935, 0.5940])
    """
    return _shared(Igamma, "igamma", input, other)  # type: ignore[no-any-return]


def igammac(input: TensorT, other: TensorT) -> TensorT:
    """Return the share of the integral of ``t ** (input - 1) * exp(-t)`` that lies above ``other``.

    Parameters
    ----------
    input : Tensor
        The shape of the gamma distribution, not negative; the backward pass has no gradient for it, as in PyTorch.
    other : Tensor
        From where to integrate, not negative, in a shape that broadcasts.

    Returns
    -------
    Tensor

    References
    ----------
    Abramowitz & Stegun (1964), 6.5.29 and 6.5.31.

    Examples
    --------
    >>> mg.igammac(mg.tensor([1.0, 2.0]), mg.tensor([0.5, 2.0]))
    tensor([0.6065, 0.4060])
    """
    return _shared(Igammac, "igammac", input, other)  # type: ignore[no-any-return]


class Zeta(Op):
    """The sum falls as its first term grows; how it changes with the power, PyTorch does not say."""

    __slots__ = ()
    only_real = "zeta_cpu"
    arity, promote = 2, "float"
    glyph, tex, local = "ζ", r"\zeta({0}, {1})", ("", r"-{0}\,\zeta({0} + 1, {1})")

    called = "SpecialZetaBackward0"

    @staticmethod
    def forward(ctx: Any, s: Any, q: Any) -> Any:
        ctx.save_for_backward(s, q)
        return gamma.zeta(s, q)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        s, q = ctx.saved_tensors
        if ctx.needs_input_grad[0]:
            raise NotImplementedError("the derivative for 'zeta' is not implemented.")
        return None, grad * -s * formulas.zeta(s + 1, q)


def zeta(input: Any, other: Any) -> Any:
    """Return the sum of ``(other + k) ** -input`` over ``k`` from 0: Hurwitz's zeta function.

    Parameters
    ----------
    input : Tensor or number
        The power; inf at 1, nan below. The backward pass has no gradient for it, as in PyTorch.
    other : Tensor or number
        The first term's base, in a shape that broadcasts; one of the two is a tensor.

    Returns
    -------
    Tensor

    References
    ----------
    Abramowitz & Stegun (1964), 23.1.30.

    Examples
    --------
    >>> mg.special.zeta(mg.tensor([2.0, 4.0]), mg.tensor([1.0, 2.0]))
    tensor([1.6449, 0.0823])
    """
    given: list[Any] = [input, other]
    like = next((x for x in given if isinstance(x, TensorBase)), None)
    if like is not None:  # a number is a constant like any other here: the power is needed beside it
        given = [x if isinstance(x, TensorBase) else like.new_tensor(x, dtype=None) for x in given]  # type: ignore[attr-defined]
    for x in given:
        if isinstance(x, TensorBase):
            supported(x._array, "e", "zeta_cpu")
    return pair("special_zeta", Zeta, *given)
