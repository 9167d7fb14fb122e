"""Steps: signs and rounding. Flat almost everywhere, so little or no gradient passes."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autograd.function import Op, apply
from minigrad.ops import formulas
from minigrad.ops.arguments import TensorT, integer, supported, tensor
from minigrad.ops.formulas import where, zeros_like

__all__ = ["abs", "absolute", "ceil", "fix", "floor", "frac", "round", "sgn", "sign", "trunc"]


class Abs(Op):
    """The absolute value turns the gradient where the input is negative, and stops it at zero."""

    __slots__ = ()
    glyph, tex, local = "|x|", "|{0}|", (r"\mathrm{{sign}}({0})",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        supported(x, "b", "abs_cpu")
        ctx.save_for_backward(x)
        return np.abs(x)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        return grad * formulas.sign(x)


def abs(input: TensorT) -> TensorT:
    """Return the size of each entry, without its sign.

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
    >>> mg.abs(mg.tensor([-3.0, 2.0]))
    tensor([3., 2.])
    """
    return apply(Abs, tensor(input, "abs"))  # type: ignore[no-any-return]


class Sign(Op):
    """A sign is flat everywhere it has a slope: no gradient passes."""

    __slots__ = ()
    only_real = "Unlike NumPy, torch.sign is not intended to support complex numbers. Please use torch.sgn instead."
    glyph, tex, local = "±", r"\mathrm{{sign}}({0})", ("0",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        return np.array(x) if x.dtype.kind == "b" else formulas.sign(x)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return zeros_like(grad)


class Sgn(Op):
    """A sign is flat everywhere it has a slope: no gradient passes."""

    __slots__ = ()
    saved_names = ("self", "result")
    glyph, tex, local = "±", r"\mathrm{{sgn}}({0})", ("0",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        y = np.array(x) if x.dtype.kind == "b" else np.sign(x) if x.dtype.kind == "c" else formulas.sign(x)
        ctx.save_for_backward(x, y)
        return y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        x, y = ctx.saved_tensors
        if not formulas.is_complex(x):
            return zeros_like(grad)
        turn = where(x == 0, 0.0, grad / np.abs(x))
        return turn - formulas.real(turn * y) * formulas.conj(y)


def sign(input: TensorT) -> TensorT:
    """Return 1, 0 or -1: the sign of each entry.

    Parameters
    ----------
    input : Tensor
        Any shape.

    Returns
    -------
    Tensor
        Of the same shape and dtype.

    Examples
    --------
    >>> mg.sign(mg.tensor([-3.0, 0.0, 2.0]))
    tensor([-1.,  0.,  1.])
    """
    return apply(Sign, tensor(input, "sign"))  # type: ignore[no-any-return]


def sgn(input: TensorT) -> TensorT:
    """Return 1, 0 or -1: the sign of each entry; of a complex one, the number of size 1 in its direction.

    Parameters
    ----------
    input : Tensor
        Any shape.

    Returns
    -------
    Tensor
        Of the same shape and dtype.

    Examples
    --------
    >>> mg.sgn(mg.tensor([-3.0, 0.0, 2.0]))
    tensor([-1.,  0.,  1.])
    """
    return apply(Sgn, tensor(input, "sgn"))  # type: ignore[no-any-return]


class Floor(Op):
    """Rounding down is flat between its steps: no gradient passes."""

    __slots__ = ()
    only_real = "floor is not supported for complex inputs"
    glyph, tex, local = "⌊x⌋", r"\lfloor {0} \rfloor", ("0",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        supported(x, "b", "floor_vml_cpu")
        return np.array(x) if x.dtype.kind in "iu" else np.floor(x)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return zeros_like(grad)


def floor(input: TensorT) -> TensorT:
    """Return each entry rounded down.

    Parameters
    ----------
    input : Tensor
        Any shape.

    Returns
    -------
    Tensor
        Of the same shape and dtype.

    Examples
    --------
    >>> mg.floor(mg.tensor([-1.5, 1.5]))
    tensor([-2.,  1.])
    """
    return apply(Floor, tensor(input, "floor"))  # type: ignore[no-any-return]


class Ceil(Op):
    """Rounding up is flat between its steps: no gradient passes."""

    __slots__ = ()
    only_real = "ceil is not supported for complex inputs"
    glyph, tex, local = "⌈x⌉", r"\lceil {0} \rceil", ("0",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        supported(x, "b", "ceil_vml_cpu")
        return np.array(x) if x.dtype.kind in "iu" else np.ceil(x)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return zeros_like(grad)


def ceil(input: TensorT) -> TensorT:
    """Return each entry rounded up.

    Parameters
    ----------
    input : Tensor
        Any shape.

    Returns
    -------
    Tensor
        Of the same shape and dtype.

    Examples
    --------
    >>> mg.ceil(mg.tensor([-1.5, 1.5]))
    tensor([-1.,  2.])
    """
    return apply(Ceil, tensor(input, "ceil"))  # type: ignore[no-any-return]


class Trunc(Op):
    """Cutting off the fraction is flat between its steps: no gradient passes."""

    __slots__ = ()
    only_real = "trunc is not supported for complex inputs"
    glyph, tex, local = "trunc", r"\mathrm{{trunc}}({0})", ("0",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        supported(x, "b", "trunc_vml_cpu")
        return np.array(x) if x.dtype.kind in "iu" else np.trunc(x)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return zeros_like(grad)


def trunc(input: TensorT) -> TensorT:
    """Return each entry without its fraction: rounded toward zero.

    Parameters
    ----------
    input : Tensor
        Any shape.

    Returns
    -------
    Tensor
        Of the same shape and dtype.

    Examples
    --------
    >>> mg.trunc(mg.tensor([-1.5, 1.5]))
    tensor([-1.,  1.])
    """
    return apply(Trunc, tensor(input, "trunc"))  # type: ignore[no-any-return]


class Frac(Op):
    """The fraction of a number moves as the number does: the gradient passes unchanged."""

    __slots__ = ()
    only_real = "frac_cpu"
    glyph, tex, local = "frac", r"\mathrm{{frac}}({0})", ("1",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        supported(x, "biu", "frac_cpu")
        return x - np.trunc(x)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return grad


def frac(input: TensorT) -> TensorT:
    """Return the fraction of each entry, with its sign.

    Parameters
    ----------
    input : Tensor
        Any shape.

    Returns
    -------
    Tensor
        Of the same shape and dtype.

    Examples
    --------
    >>> mg.frac(mg.tensor([-1.5, 1.25]))
    tensor([-0.5000,  0.2500])
    """
    return apply(Frac, tensor(input, "frac"))  # type: ignore[no-any-return]


class Round(Op):
    """Rounding is flat between its steps: no gradient passes."""

    __slots__ = ()
    only_real = "round_vml_cpu"
    glyph, tex, local = "≈", r"\mathrm{{round}}({0})", ("0",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        supported(x, "b", "round_vml_cpu")
        return np.array(x) if x.dtype.kind in "iu" else np.rint(x)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return zeros_like(grad)


class RoundDecimals(Op):
    """Rounding to so many decimals is flat between its steps: no gradient passes."""

    __slots__ = ()
    only_real = "round_vml_cpu"
    glyph, tex, local = "≈", r"\mathrm{{round}}({0})", ("0",)

    called = "RoundBackward1"

    @staticmethod
    def forward(ctx: Any, x: Any, decimals: int) -> Any:
        scale = 10.0 ** (decimals if decimals > 0 else -decimals)
        return np.rint(x * scale) / scale if decimals > 0 else np.rint(x / scale) * scale

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return zeros_like(grad)


def round(input: TensorT, *, decimals: int = 0) -> TensorT:
    """Return each entry rounded, halves to the even neighbour.

    Parameters
    ----------
    input : Tensor
        Any shape.
    decimals : int
        How many decimals to keep; negative ones round left of the point.

    Returns
    -------
    Tensor
        Of the same shape and dtype.

    Raises
    ------
    NotImplementedError
        If integers are rounded to decimals.

    Examples
    --------
    >>> mg.round(mg.tensor([0.5, 1.5, -2.6]))
    tensor([ 0.,  2., -3.])
    """
    if integer(decimals, "round", "decimals", 2) == 0:
        return apply(Round, tensor(input, "round"))  # type: ignore[no-any-return]
    if tensor(input, "round")._array.dtype.kind != "f":
        raise NotImplementedError(f"\"round_cpu\" not implemented for '{input.dtype.title}'")  # type: ignore[attr-defined]
    return apply(RoundDecimals, input, decimals)  # type: ignore[no-any-return]


absolute, fix = abs, trunc
