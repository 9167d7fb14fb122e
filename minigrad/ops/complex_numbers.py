"""Complex numbers and their parts: real, imag, conj, complex, polar, view_as_real."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.function import Op, apply
from minigrad.ops import formulas
from minigrad.ops.arguments import tensor
from minigrad.ops.index import select

__all__ = [
    "complex",
    "conj",
    "conj_physical",
    "imag",
    "is_conj",
    "is_neg",
    "polar",
    "real",
    "resolve_conj",
    "resolve_neg",
    "view_as_complex",
    "view_as_real",
]


class Complex(Op):
    """The real part takes the real part of the gradient, the imaginary part its imaginary part."""

    __slots__ = ()
    arity = 2
    glyph, tex, local = "a+bi", r"{0} + {1} i", ("1", "i")

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        return (a + b * 1j).astype(_complex_of(a))

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return grad, grad * 1j


class Polar(Op):
    """The size is moved along the number, the angle across it."""

    __slots__ = ()
    arity, saved_names = 2, (None, None)
    glyph, tex, local = "r∠φ", r"{0} e^{{i {1}}}", (r"e^{{i {1}}}", "i {y}")

    @staticmethod
    def forward(ctx: Any, r: Any, angle: Any) -> Any:
        ctx.save_for_backward(r, angle)
        return (r * np.cos(angle) + r * np.sin(angle) * 1j).astype(_complex_of(r))

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        r, angle = ctx.saved_tensors
        turned = grad * (np.cos(angle) + np.sin(angle) * 1j)
        return turned, turned * r * 1j


class ViewAsReal(Op):
    """The parts stand side by side: so do those of the gradient."""

    __slots__ = ()
    view = True
    glyph, tex, row = "(a, b)", r"(\mathrm{{Re}}\,{0}, \mathrm{{Im}}\,{0})", "rearrange"

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        return x[..., None].view(x.real.dtype)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return formulas.view_as_complex(grad)


class ViewAsComplex(Op):
    """Two numbers became one: each gets its part of the gradient."""

    __slots__ = ()
    view = True
    glyph, tex, row = "a+bi", r"{0}_0 + {0}_1 i", "rearrange"

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        return x.view(_complex_of(x))[..., 0]

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return formulas.view_as_real(formulas.conj(grad))


class Conj(Op):
    """The mirror image of a number: the gradient is mirrored too."""

    __slots__ = ()
    lies = 1
    glyph, tex, row = "z̄", r"\overline{{{0}}}", "jvp"

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        return np.conj(x)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return formulas.conj(grad)


def complex(real: Any, imag: Any) -> Any:
    """Return the complex numbers with these parts.

    Parameters
    ----------
    real, imag : Tensor
        Of one floating dtype; shapes that broadcast.

    Returns
    -------
    Tensor

    Raises
    ------
    RuntimeError
        If the dtypes differ or are not floating.

    Examples
    --------
    >>> mg.complex(mg.tensor([1.0]), mg.tensor([2.0]))
    tensor([1.+2.j])
    """
    _refuse_unlike(tensor(real, "complex", "real")._array, tensor(imag, "complex", "imag", 2)._array)
    return apply(Complex, real, imag)


def polar(abs: Any, angle: Any) -> Any:
    """Return the complex numbers with these sizes and angles.

    Parameters
    ----------
    abs, angle : Tensor
        Of one floating dtype; angles in radians; shapes that broadcast.

    Returns
    -------
    Tensor

    Raises
    ------
    RuntimeError
        If the dtypes differ or are not floating.

    Examples
    --------
    >>> mg.polar(mg.tensor([2.0]), mg.tensor([0.0]))
    tensor([2.+0.j])
    """
    _refuse_unlike(tensor(abs, "polar", "abs")._array, tensor(angle, "polar", "angle", 2)._array)
    return apply(Polar, abs, angle)


def _refuse_unlike(a: Any, b: Any) -> None:
    """Refuse parts that are no floats of one dtype."""
    kinds = [dtypes.of(x.dtype).title for x in (a, b)]
    if a.dtype.kind != "f" or b.dtype.kind != "f":
        raise RuntimeError(
            f"Expected both inputs to be Half, Float or Double tensors but got {kinds[0]} and {kinds[1]}"
        )
    if kinds[0] != kinds[1]:
        raise RuntimeError(
            f"Expected object of scalar type {kinds[0]} but got scalar type {kinds[1]} for second argument"
        )


def _complex_of(array: Any) -> Any:
    """Return the complex dtype whose parts an array could be."""
    return np.complex128 if array.dtype == np.float64 else np.complex64


def view_as_real(input: Any) -> Any:
    """Return complex numbers as pairs of real ones, in the same memory.

    Returns
    -------
    Tensor, shape (..., 2)

    Raises
    ------
    RuntimeError
        If the entries are real.

    Examples
    --------
    >>> mg.view_as_real(mg.tensor([1 + 2j]))
    tensor([[1., 2.]])
    """
    array = tensor(input, "view_as_real")._array
    if array.dtype.kind != "c":
        raise RuntimeError("view_as_real is only supported for complex tensors")
    return apply(ViewAsReal, input)


def view_as_complex(input: Any) -> Any:
    """Return pairs of real numbers as complex ones, in the same memory.

    Parameters
    ----------
    input : Tensor, shape (..., 2)
        Of floats.

    Returns
    -------
    Tensor, shape (...)

    Raises
    ------
    RuntimeError
        If the last dimension does not hold pairs of floats, side by side.

    Examples
    --------
    >>> mg.view_as_complex(mg.tensor([[1.0, 2.0]]))
    tensor([1.+2.j])
    """
    array = tensor(input, "view_as_complex")._array
    if array.dtype.kind != "f":
        kind = dtypes.of(array.dtype).title
        raise RuntimeError(
            "view_as_complex is only supported for half, float and double tensors, but got a tensor of scalar type: "
            f"{kind}"
        )
    if array.ndim == 0:
        raise RuntimeError("Input tensor must have one or more dimensions")
    if array.shape[-1] != 2:
        raise RuntimeError("Tensor must have a last dimension of size 2")
    if array.strides[-1] != array.itemsize:
        raise RuntimeError("Tensor must have a last dimension with stride 1")
    return apply(ViewAsComplex, input)


def real(input: Any) -> Any:
    """Return the real parts; of real numbers, the tensor itself.

    Examples
    --------
    >>> mg.real(mg.tensor([1 + 2j]))
    tensor([1.])
    """
    complex_ = tensor(input, "real")._array.dtype.kind == "c"
    return select(view_as_real(input), -1, 0) if complex_ else input


def imag(input: Any) -> Any:
    """Return the imaginary parts.

    Raises
    ------
    RuntimeError
        If the entries are real.

    Examples
    --------
    >>> mg.imag(mg.tensor([1 + 2j]))
    tensor([2.])
    """
    array = tensor(input, "imag")._array
    if array.dtype.kind != "c":
        raise RuntimeError("imag is not implemented for tensors with non-complex dtypes.")
    return select(view_as_real(input), -1, 1)


def conj(input: Any) -> Any:
    """Return the conjugates; of real numbers, the tensor itself.

    Examples
    --------
    >>> mg.conj(mg.tensor([1 + 2j]))
    tensor([1.-2.j])
    """
    complex_ = tensor(input, "conj")._array.dtype.kind == "c"
    return apply(Conj, input) if complex_ else input


conj_physical = conj  # a conjugate is computed at once here, not when it is next used


def is_conj(input: Any) -> bool:
    """Return whether a conjugate is yet to be computed: never, it is at once.

    Examples
    --------
    >>> mg.is_conj(mg.tensor([1 + 2j]).conj())
    False
    """
    tensor(input, "is_conj")
    return False


def is_neg(input: Any) -> bool:
    """Return whether a change of sign is yet to be computed: never, it is at once.

    Examples
    --------
    >>> mg.is_neg(mg.tensor([1.0]))
    False
    """
    tensor(input, "is_neg")
    return False


def resolve_conj(input: Any) -> Any:
    """Return the tensor itself: no conjugate is yet to be computed.

    Examples
    --------
    >>> mg.resolve_conj(mg.tensor([1.0]))
    tensor([1.])
    """
    return tensor(input, "resolve_conj")


def resolve_neg(input: Any) -> Any:
    """Return the tensor itself: no change of sign is yet to be computed.

    Examples
    --------
    >>> mg.resolve_neg(mg.tensor([1.0]))
    tensor([1.])
    """
    return tensor(input, "resolve_neg")
