"""The functions of statistics and physics: gamma, inverse error function, Bessel, sinc, logit."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.autograd.base import wrap
from minigrad.autograd.function import Op, apply
from minigrad.ops import formulas, gamma
from minigrad.ops.activations import erf
from minigrad.ops.arguments import TensorT, tensor
from minigrad.ops.formulas import where

__all__ = ["angle", "deg2rad", "digamma", "erfinv", "i0", "lgamma", "logit", "mvlgamma", "polygamma", "rad2deg", "sinc"]


class Lgamma(Op):
    """The slope of the logarithm of gamma is digamma."""

    __slots__ = ()
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
    steps = (x * 1.0).new_tensor([-i / 2 for i in range(p)])
    return lgamma(x.unsqueeze(-1) + steps).sum(-1) + p * (p - 1) / 4 * math.log(math.pi)  # type: ignore[no-any-return]


class Erfinv(Op):
    """Where the error function is flat its inverse is steep."""

    __slots__ = ()
    promote = "float"
    glyph, tex, local = "erf⁻¹", r"\mathrm{{erf}}^{{-1}}({0})", (r"\frac{{\sqrt{{\pi}}}}{{2}} e^{{{y}^2}}",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return gamma.erfinv(x)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        y = formulas.erfinv(x)
        return grad * (math.sqrt(math.pi) / 2) * np.exp(y * y)


def erfinv(input: TensorT) -> TensorT:
    """Return the number whose error function each entry is.

    Parameters
    ----------
    input : Tensor
        From -1 to 1, any shape; nan beyond.

    Returns
    -------
    Tensor
        Of the same shape; integers give floats.

    References
    ----------
    Winitzki (2008), as a start for Halley's steps.

    Examples
    --------
    >>> mg.erfinv(mg.tensor([0.0, 0.5]))
    tensor([0.0000, 0.4769])
    """
    return apply(Erfinv, tensor(input, "erfinv"))  # type: ignore[no-any-return]


class I0(Op):
    """The slope of this Bessel function is the one of order 1."""

    __slots__ = ()
    promote = "float"
    glyph, tex, local = "I₀", "I_0({0})", ("I_1({0})",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return gamma.i0(x)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        return grad * formulas.bessel(x, "i1")


def i0(input: TensorT) -> TensorT:
    """Return the modified Bessel function of the first kind of order 0.

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
    Abramowitz & Stegun (1964), 9.6.10 and 9.7.1.

    Examples
    --------
    >>> mg.i0(mg.tensor([0.0, 1.0]))
    tensor([1.0000, 1.2661])
    """
    return apply(I0, tensor(input, "i0"))  # type: ignore[no-any-return]


class I1(Op):
    """The slope of this Bessel function is the one of order 0, less its own mean."""

    __slots__ = ()
    promote = "float"
    glyph, tex, local = "I₁", "I_1({0})", (r"I_0({0}) - \frac{{I_1({0})}}{{{0}}}",)

    called = "SpecialI1Backward0"

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return gamma.i1(x)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        safe = where(x == 0, 1.0, x)  # at 0 the slope is 1/2
        return grad * where(x == 0, 0.5, formulas.bessel(safe, "i0") - formulas.bessel(safe, "i1") / safe)


def i1(input: TensorT) -> TensorT:
    """Return the modified Bessel function of the first kind of order 1.

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
    Abramowitz & Stegun (1964), 9.6.10 and 9.7.1.

    Examples
    --------
    >>> mg.special.i1(mg.tensor([0.0, 1.0]))
    tensor([0.0000, 0.5652])
    """
    return apply(I1, tensor(input, "i1"))  # type: ignore[no-any-return]


class I0e(Op):
    """The slope of a scaled Bessel function has one part from either factor."""

    __slots__ = ()
    promote = "float"
    glyph, tex, local = "e⁻ˣI₀", "e^{{-|{0}|}} I_0({0})", (r"e^{{-|{0}|}} I_1({0}) - \pm {y}",)

    called = "SpecialI0EBackward0"

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return gamma.i0e(x)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        return grad * (formulas.bessel(x, "i1e") - formulas.sign(x) * formulas.bessel(x, "i0e"))


def i0e(input: TensorT) -> TensorT:
    """Return ``exp(-|x|)`` times the modified Bessel function of order 0.

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
    Abramowitz & Stegun (1964), 9.6.10 and 9.7.1.

    Examples
    --------
    >>> mg.special.i0e(mg.tensor([0.0, 1.0]))
    tensor([1.0000, 0.4658])
    """
    return apply(I0e, tensor(input, "i0e"))  # type: ignore[no-any-return]


class I1e(Op):
    """The slope of a scaled Bessel function has one part from either factor."""

    __slots__ = ()
    promote = "float"
    glyph, tex, local = "e⁻ˣI₁", "e^{{-|{0}|}} I_1({0})", (r"e^{{-|{0}|}} I_0({0}) - {y}\,(\pm 1 + \frac{{1}}{{{0}}})",)

    called = "SpecialI1EBackward0"

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return gamma.i1e(x)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        safe = where(x == 0, 1.0, x)  # at 0 the slope is 1/2
        bent = formulas.bessel(safe, "i1e") * (formulas.sign(x) + 1 / safe)
        return grad * where(x == 0, 0.5, formulas.bessel(safe, "i0e") - bent)


def i1e(input: TensorT) -> TensorT:
    """Return ``exp(-|x|)`` times the modified Bessel function of order 1.

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
    Abramowitz & Stegun (1964), 9.6.10 and 9.7.1.

    Examples
    --------
    >>> mg.special.i1e(mg.tensor([0.0, 1.0]))
    tensor([0.0000, 0.2079])
    """
    return apply(I1e, tensor(input, "i1e"))  # type: ignore[no-any-return]


class Sinc(Op):
    """A wave that dies away: the slope of a quotient, 0 at the top."""

    __slots__ = ()
    promote = "float"
    glyph, tex, local = "sinc", r"\frac{{\sin \pi {0}}}{{\pi {0}}}", (r"\frac{{\cos \pi {0} - {y}}}{{{0}}}",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return np.sinc(x.astype(np.result_type(x, np.float32))).astype(x.dtype)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        safe = where(x == 0, 1.0, x)
        turn = math.pi * safe
        top = 0.0 - x * (math.pi * math.pi / 3)  # the curve's slope where it is flat, so that its bend is there too
        return grad * where(x == 0, top, (np.cos(turn) * turn - np.sin(turn)) / (turn * safe))


def sinc(input: TensorT) -> TensorT:
    """Return ``sin(pi x) / (pi x)``, and 1 at 0.

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
    >>> mg.sinc(mg.tensor([0.0, 0.5]))
    tensor([1.0000, 0.6366])
    """
    return apply(Sinc, tensor(input, "sinc"))  # type: ignore[no-any-return]


class Deg2Rad(Op):
    """A change of units scales the gradient alike."""

    __slots__ = ()
    promote = "float"
    glyph, tex, local = "°", r"\frac{{\pi}}{{180}} {0}", (r"\frac{{\pi}}{{180}}",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        return x * (math.pi / 180)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return grad * (math.pi / 180)


def deg2rad(input: TensorT) -> TensorT:
    """Return angles that are given in degrees in radians.

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
    >>> mg.deg2rad(mg.tensor([180.0]))
    tensor([3.1416])
    """
    return apply(Deg2Rad, tensor(input, "deg2rad"))  # type: ignore[no-any-return]


class Rad2Deg(Op):
    """A change of units scales the gradient alike."""

    __slots__ = ()
    promote = "float"
    glyph, tex, local = "°", r"\frac{{180}}{{\pi}} {0}", (r"\frac{{180}}{{\pi}}",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        return x * (180 / math.pi)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return grad * (180 / math.pi)


def rad2deg(input: TensorT) -> TensorT:
    """Return angles that are given in radians in degrees.

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
    >>> mg.rad2deg(mg.tensor([3.14159265]))
    tensor([180.])
    """
    return apply(Rad2Deg, tensor(input, "rad2deg"))  # type: ignore[no-any-return]


class Angle(Op):
    """The angle of a real number jumps at 0: it has no slope."""

    __slots__ = ()
    promote = "float"
    glyph, tex, local = "∠", r"\angle {0}", ("0",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        return np.where(np.isnan(x), x, np.where(x < 0, math.pi, 0.0).astype(x.dtype))

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return formulas.zeros_like(grad)


class Logit(Op):
    """Near 0 and 1 a small change of the share is a large one of the odds."""

    __slots__ = ("eps",)
    promote = "float"
    glyph, tex, local = "logit", r"\ln \frac{{{0}}}{{1 - {0}}}", (r"\frac{{1}}{{{0}\,(1 - {0})}}",)

    @staticmethod
    def forward(ctx: Any, x: Any, eps: float | None) -> Any:
        ctx.eps = eps
        ctx.save_for_backward(x)
        share = x if eps is None else np.minimum(np.maximum(x, eps), 1 - eps)
        return np.log(share / (1 - share))

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        slope = grad / (x * (1 - x))
        if ctx.eps is None:
            return where((x < 0) | (x > 1), math.nan, slope)
        return where((x >= ctx.eps) & (x <= 1 - ctx.eps), slope, 0.0)


def logit(input: TensorT, eps: float | None = None) -> TensorT:
    """Return the logarithm of the odds, the inverse of sigmoid.

    Parameters
    ----------
    input : Tensor
        Any shape; nan below 0 and above 1.
    eps : float, optional
        Move the entries into ``eps .. 1 - eps`` first.

    Returns
    -------
    Tensor
        Of the same shape; integers give floats.

    Examples
    --------
    >>> mg.logit(mg.tensor([0.5, 0.9]))
    tensor([0.0000, 2.1972])
    """
    return apply(Logit, tensor(input, "logit"), eps)  # type: ignore[no-any-return]


class Entr(Op):
    """Surprise times share: its slope falls as the share grows."""

    __slots__ = ()
    promote = "float"
    glyph, tex, local = "-x ln x", r"-{0} \ln {0}", (r"-\ln {0} - 1",)

    called = "SpecialEntrBackward0"

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        y = np.where(x == 0, 0.0, -x * np.log(np.where(x > 0, x, 1.0)))
        return np.where(np.isnan(x), x, np.where(x < 0, -math.inf, y)).astype(x.dtype)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        return grad * where(x < 0, math.nan, -np.log(x) - 1)


def entr(input: TensorT) -> TensorT:
    """Return ``-x ln(x)``: 0 at 0, and -inf below.

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
    >>> mg.special.entr(mg.tensor([0.0, 0.5]))
    tensor([0.0000, 0.3466])
    """
    return apply(Entr, tensor(input, "entr"))  # type: ignore[no-any-return]


def ndtr(input: TensorT) -> TensorT:
    """Return the share of a standard normal distribution that lies below each entry.

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
    >>> mg.special.ndtr(mg.tensor([0.0, 1.0]))
    tensor([0.5000, 0.8413])
    """
    x: Any = tensor(input, "special_ndtr")
    return (1 + erf(x * math.sqrt(0.5))) * 0.5  # type: ignore[no-any-return]


def ndtri(input: TensorT) -> TensorT:
    """Return the number below which each share of a standard normal distribution lies.

    Parameters
    ----------
    input : Tensor
        From 0 to 1, any shape.

    Returns
    -------
    Tensor
        Of the same shape; integers give floats.

    Examples
    --------
    >>> mg.special.ndtri(mg.tensor([0.5, 0.8413447]))
    tensor([0.0000, 1.0000])
    """
    x: Any = tensor(input, "special_ndtri")
    if x._array.dtype == np.float16:
        raise NotImplementedError("\"ndtri_cpu\" not implemented for 'Half'")
    return erfinv(2 * x - 1) * math.sqrt(2.0)  # type: ignore[no-any-return]


def angle(input: TensorT) -> TensorT:
    """Return the angle of each number in the complex plane, in radians: of a real one, 0 or pi.

    Parameters
    ----------
    input : Tensor
        Any shape.

    Returns
    -------
    Tensor
        Real, of the same shape.

    Examples
    --------
    >>> mg.angle(mg.tensor([1.0, -1.0]))
    tensor([0.0000, 3.1416])
    """
    x: Any = tensor(input, "angle")
    if x._array.dtype.kind == "c":
        return wrap(np.angle(x._array))  # type: ignore[no-any-return]
    return apply(Angle, x)  # type: ignore[no-any-return]
