"""Functions of chances: the normal distribution's shares and their inverse, odds, surprise."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.autograd.function import Op, apply
from minigrad.ops import formulas, gamma, special
from minigrad.ops.activations import erf
from minigrad.ops.arguments import TensorT, real_number, supported, tensor
from minigrad.ops.formulas import where

__all__ = ["erfinv", "logit"]


class Erfinv(Op):
    """Where the error function is flat its inverse is steep."""

    __slots__ = ()
    only_real = "erfinv_vml_cpu"
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


class Logit(Op):
    """Near 0 and 1 a small change of the share is a large one of the odds."""

    __slots__ = ("eps",)
    only_real = "logit_cpu"
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
    eps = None if eps is None else real_number(eps, "logit", "eps", 2)
    return apply(Logit, tensor(input, "logit"), eps)  # type: ignore[no-any-return]


class Entr(Op):
    """Surprise times share: its slope falls as the share grows."""

    __slots__ = ()
    only_real = "entr_cpu"
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
        return grad * (-np.log(x) - 1)


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


class Erfcx(Op):
    """The slope of a product: what grows as fast as the other factor falls, less the bell's."""

    __slots__ = ()
    only_real = "erfcx_cpu"
    promote = "float"
    saved_names = ("self", "result")
    glyph, tex, local = "eˣˣerfc", r"e^{{{0}^2}} \mathrm{{erfc}}({0})", (r"2 {0}\,{y} - \frac{{2}}{{\sqrt{{\pi}}}}",)

    called = "SpecialErfcxBackward0"

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        y = special.erfcx(x)
        ctx.save_for_backward(x, y)
        return y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        x, y = ctx.saved_tensors
        return (2.0 * x * y - 2 / math.sqrt(math.pi)) * grad


def _wide(name: str, op: type[Op], input: Any) -> Any:
    """Run an op that half precision is too narrow for."""
    supported(tensor(input, f"special_{name}")._array, "e", f"{name}_cpu")
    return apply(op, input)


def erfcx(input: TensorT) -> TensorT:
    """Return one minus the error function, times ``exp(x * x)``.

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
    >>> mg.special.erfcx(mg.tensor([0.0, 10.0]))
    tensor([1.0000, 0.0561])
    """
    return _wide("erfcx", Erfcx, input)  # type: ignore[no-any-return]


class LogNdtr(Op):
    """A logarithm's slope is the density over the share."""

    __slots__ = ()
    only_real = "log_ndtr_cpu"
    promote = "float"
    glyph, tex, local = "ln Φ", r"\ln \Phi({0})", (r"\frac{{\varphi({0})}}{{\Phi({0})}}",)

    called = "SpecialLogNdtrBackward0"

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return special.log_ndtr(x)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        return grad / formulas.erfcx(x * -math.sqrt(0.5)) * math.sqrt(2 / math.pi)


def log_ndtr(input: TensorT) -> TensorT:
    """Return the logarithm of the share of a standard normal distribution that lies below each entry.

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
    >>> mg.special.log_ndtr(mg.tensor([0.0, -10.0]))
    tensor([ -0.6931, -53.2313])
    """
    return _wide("log_ndtr", LogNdtr, input)  # type: ignore[no-any-return]
