"""Fourier transforms over numpy.fft: sums of waves, which are linear, so each goes back as a transform again."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.function import Op, apply
from minigrad.ops import formulas
from minigrad.ops.arguments import axis, tensor
from minigrad.ops.complex_numbers import conj
from minigrad.ops.index import narrow
from minigrad.ops.padding import ConstantPadNd

# Note [Fourier transforms]
#
# The matrix of the transform is symmetric, so the transpose of its derivative is the transform itself; with the two
# conjugates around it (see Note [Complex numbers]) that is the inverse. What differs between the directions is a
# conjugate and a factor, so all of PyTorch's functions are these three ops, a conjugate and a norm.

Dims = tuple[int, ...]


class FftC2C(Op):
    """Each wave was added to every place: the gradient comes back by the same waves, turned the other way."""

    __slots__ = ("dims", "inverse", "norm")
    glyph, tex, row = "ℱ", r"\mathcal{{F}}\,{0}", "jvp"

    @staticmethod
    def forward(ctx: Any, x: Any, dims: Dims, norm: str, inverse: bool) -> Any:
        ctx.dims, ctx.norm, ctx.inverse = dims, norm, inverse
        return formulas.fourier(x, dims, norm, inverse)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return formulas.fourier(grad, ctx.dims, ctx.norm, ctx.inverse)


class FftR2C(Op):
    """Of real numbers half of the waves say it all: the gradient of that half comes back by the same waves."""

    __slots__ = ("dims", "norm", "shape")
    glyph, tex, row = "ℱ", r"\mathcal{{F}}\,{0}", "jvp"

    @staticmethod
    def forward(ctx: Any, x: Any, dims: Dims, norm: str, half: bool) -> Any:
        ctx.dims, ctx.norm, ctx.shape = dims, norm, x.shape
        return formulas.half_fourier(x, dims, norm) if half else formulas.fourier(x, dims, norm, False)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return formulas.fourier(formulas.padded(grad, ctx.shape), ctx.dims, ctx.norm, False)


class FftC2R(Op):
    """Each wave but the first and the middle one stood for two: its gradient comes back twice."""

    __slots__ = ("dims", "length", "norm")
    glyph, tex, row = "ℱ⁻¹", r"\mathcal{{F}}^{{-1}} {0}", "jvp"

    @staticmethod
    def forward(ctx: Any, x: Any, dims: Dims, norm: Any, length: int) -> Any:
        ctx.dims, ctx.norm, ctx.length = dims, norm, length
        return np.fft.irfftn(x, [*[x.shape[d] for d in dims[:-1]], length], dims, norm)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        waves = formulas.half_fourier(grad, ctx.dims, _OTHER[ctx.norm])
        d, n = ctx.dims[-1], ctx.length
        first, middle = formulas.part(waves, d, 0, 1), formulas.part(waves, d, (n + 1) // 2, n // 2 + 1)
        if n == 1:
            return first
        return formulas.concatenate([first, formulas.part(waves, d, 1, (n + 1) // 2) * 2.0, middle], d)


_OTHER = {"backward": "forward", "forward": "backward", "ortho": "ortho"}


def _read(name: str, input: Any) -> Any:
    """Return a tensor of floats or complex numbers."""
    x: Any = tensor(input, f"fft_{name}")
    if x._array.dtype == np.float16:
        raise RuntimeError("Unsupported dtype Half")
    return x if x._array.dtype.kind in "fc" else x.to(dtypes.get_default_dtype())


def _real(name: str, input: Any) -> Any:
    """Return a tensor of floats; refuse complex numbers."""
    x = _read(name, input)
    if x._array.dtype.kind == "c":
        kind = "real" if name[-1] == "t" else "real-valued"
        raise RuntimeError(f"{name} expects a {kind} input tensor, but got {dtypes.of(x._array.dtype).title}")
    return x


def _as_complex(x: Any) -> Any:
    """Return a tensor as complex numbers."""
    if x._array.dtype.kind == "c":
        return x
    return x.to(dtypes.complex128 if x._array.dtype == np.float64 else dtypes.complex64)


def _norm(norm: str | None) -> str:
    if norm not in (None, "backward", "forward", "ortho"):
        raise RuntimeError(f'Invalid normalization mode: "{norm}"')
    return norm or "backward"


def _dims(x: Any, s: Any, dim: Any) -> tuple[Dims, list[int]]:
    """Return the dimensions to transform, and how long each shall be."""
    shape = x._array.shape
    if dim is None and s is not None and len(s) > len(shape):
        raise RuntimeError(f"Got shape with {len(s)} values but input tensor only has {len(shape)} dimensions.")
    if dim is None:
        dim = range(len(shape)) if s is None else range(len(shape) - len(s), len(shape))
    elif not shape:
        raise IndexError("Dimension specified as -1 but tensor has no dimensions")
    dims = tuple([axis(d, len(shape)) for d in ((dim,) if isinstance(dim, int) else dim)])
    if len(set(dims)) < len(dims):
        raise RuntimeError("FFT dims must be unique")
    lengths = [-1] * len(dims) if s is None else list(s)
    if len(lengths) != len(dims):
        raise RuntimeError("When given, dim and shape arguments must have the same length")
    return dims, [shape[d] if n == -1 else n for d, n in zip(dims, lengths, strict=True)]


def _fitted(x: Any, dims: Dims, lengths: list[int]) -> Any:
    """Return the tensor cut to size, or padded with zeros, along each dimension."""
    pads = [0, 0] * x._array.ndim  # in pairs, the last dimension's first
    for d, n in zip(dims, lengths, strict=True):
        _some(n)
        length = x._array.shape[d]
        if length > n:
            x = narrow(x, d, 0, n)
        pads[2 * (x._array.ndim - 1 - d) + 1] = max(n - length, 0)
    return apply(ConstantPadNd, x, tuple(pads), 0.0) if any(pads) else x


def _some(n: int) -> None:
    """Refuse to transform nothing."""
    if n < 1:
        raise RuntimeError(f"Invalid number of data points ({n}) specified")


def one(n: int | None) -> Any:
    """Return the length of one dimension as those of several; it may not be -1."""
    if n is None:
        return None
    _some(n)
    return (n,)


def whole(name: str, input: Any, s: Any, dim: Any, norm: str | None, inverse: bool = False) -> Any:
    """Transform complex numbers, or real ones to all of their waves."""
    x, norm = _read(name, input), _norm(norm)
    dims, lengths = _dims(x, s, dim)
    if isinstance(dim, int) and x._array.dtype.kind == "f":
        y = apply(FftR2C, _fitted(x, dims, lengths), dims, _OTHER[norm] if inverse else norm, False)
        return conj(y) if inverse else y
    x = _fitted(_as_complex(x), dims, lengths)
    return apply(FftC2C, x, dims, norm, inverse) if dims else x


def half(name: str, input: Any, s: Any, dim: Any, norm: str | None, inverse: bool = False) -> Any:
    """Transform real numbers to half of their waves."""
    x, norm = _real(name, input), _norm(norm)
    dims, lengths = _dims(x, s, dim)
    if not dims:
        raise RuntimeError(f"{name} must transform at least one axis")
    y = apply(FftR2C, _fitted(x, dims, lengths), dims, _OTHER[norm] if inverse else norm, True)
    return conj(y) if inverse else y


def back(name: str, input: Any, s: Any, dim: Any, norm: str | None, inverse: bool = True) -> Any:
    """Transform half of the waves to the real numbers that they are of."""
    x, norm = _as_complex(_read(name, input)), _norm(norm)
    dims, lengths = _dims(x, s, dim)
    if not dims:
        raise RuntimeError(f"{name} must transform at least one axis")
    length = lengths[-1] if s is not None and s[-1] != -1 else 2 * (lengths[-1] - 1)
    _some(length)
    x = _fitted(x, dims, [*lengths[:-1], length // 2 + 1])
    return apply(FftC2R, x if inverse else conj(x), dims, norm if inverse else _OTHER[norm], length)
