"""What is true of a tensor or a dtype: signs, can_cast, finfo; and the parts of complex numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import TensorBase, wrap
from minigrad.autograd.grad_mode import local
from minigrad.ops.arguments import tensor

__all__ = [
    "can_cast",
    "complex",
    "conj",
    "conj_physical",
    "finfo",
    "get_device",
    "iinfo",
    "imag",
    "is_conj",
    "is_neg",
    "is_same_size",
    "is_signed",
    "isneginf",
    "isposinf",
    "isreal",
    "polar",
    "real",
    "resolve_conj",
    "resolve_neg",
    "result_type",
    "signbit",
    "view_as_complex",
    "view_as_real",
]


def is_signed(input: Any) -> bool:
    """Return whether the entries can be negative.

    Examples
    --------
    >>> mg.is_signed(mg.tensor([1.0]))
    True
    """
    return tensor(input, "is_signed")._array.dtype.kind not in "bu"


def is_same_size(input: Any, other: Any) -> bool:
    """Return whether two tensors have the same shape."""
    return tensor(input, "is_same_size")._array.shape == tensor(other, "is_same_size", "other", 2)._array.shape  # type: ignore[no-any-return]


_RANKS = ("b", "iu", "f", "c")


def can_cast(from_: Any, to: Any) -> bool:
    """Return whether a result of one dtype may be written into another: never to a lesser kind of number.

    Examples
    --------
    >>> mg.can_cast(mg.float64, mg.float32), mg.can_cast(mg.float32, mg.int64)
    (True, False)
    """
    low, high = (dtypes.to_numpy(kind).kind for kind in (from_, to))
    ranks = [next(i for i, kinds in enumerate(_RANKS) if kind in kinds) for kind in (low, high)]
    return ranks[0] <= ranks[1] and not (low == "i" and high == "u")


def result_type(tensor1: Any, tensor2: Any) -> Any:
    """Return the dtype in which an op on two tensors or numbers is computed.

    Examples
    --------
    >>> mg.result_type(mg.tensor([1, 2]), 1.5)
    torch.float32
    """
    return dtypes.of(dtypes.result_type(*[x._array if isinstance(x, TensorBase) else x for x in (tensor1, tensor2)]))


class finfo:
    """The limits of a floating dtype.

    Examples
    --------
    >>> mg.finfo(mg.float32).eps
    1.1920928955078125e-07
    """

    def __init__(self, type: Any = None) -> None:
        kind = dtypes.to_numpy(dtypes.get_default_dtype() if type is None else type)
        if kind.kind not in "fc":
            raise TypeError(
                "torch.finfo() requires a floating point input type. Use torch.iinfo to handle 'torch.finfo'"
            )
        found = np.finfo(kind)
        self.bits = found.bits
        self.dtype = str(found.dtype)
        self.eps, self.max, self.min = float(found.eps), float(found.max), float(found.min)
        self.resolution = float(found.resolution)
        self.smallest_normal = self.tiny = float(found.smallest_normal)

    def __repr__(self) -> str:
        numbers = [f"{name}={getattr(self, name):g}" for name in ("resolution", "min", "max", "eps")]
        numbers += [f"{name}={self.tiny:g}" for name in ("smallest_normal", "tiny")]
        return f"finfo({', '.join(numbers)}, dtype={self.dtype})"


class iinfo:
    """The limits of a dtype of whole numbers.

    Examples
    --------
    >>> mg.iinfo(mg.int8)
    iinfo(min=-128, max=127, dtype=int8)
    """

    def __init__(self, type: Any) -> None:
        kind = dtypes.to_numpy(type)
        if kind.kind not in "iu":
            raise TypeError("torch.iinfo() requires an integer input type. Use torch.finfo to handle 'torch.iinfo'")
        found = np.iinfo(kind)
        self.bits, self.dtype = found.bits, str(found.dtype)
        self.min, self.max = int(found.min), int(found.max)

    def __repr__(self) -> str:
        return f"iinfo(min={self.min}, max={self.max}, dtype={self.dtype})"


def signbit(input: Any) -> Any:
    """Return whether the sign is minus, which 0 can have too.

    Examples
    --------
    >>> mg.signbit(mg.tensor([1.0, -0.0]))
    tensor([False,  True])
    """
    array = tensor(input, "signbit")._array
    return wrap(np.asarray(np.signbit(array) if array.dtype.kind == "f" else array < 0))


def isposinf(input: Any) -> Any:
    """Return where entries are plus infinity.

    Examples
    --------
    >>> mg.isposinf(mg.tensor([1.0, float("inf")]))
    tensor([False,  True])
    """
    return wrap(np.asarray(tensor(input, "isposinf")._array == np.inf))


def isneginf(input: Any) -> Any:
    """Return where entries are minus infinity.

    Examples
    --------
    >>> mg.isneginf(mg.tensor([1.0, -float("inf")]))
    tensor([False,  True])
    """
    return wrap(np.asarray(tensor(input, "isneginf")._array == -np.inf))


def isreal(input: Any) -> Any:
    """Return where entries have no imaginary part.

    Examples
    --------
    >>> mg.isreal(mg.tensor([1.0]))
    tensor([True])
    """
    return wrap(np.asarray(np.isreal(tensor(input, "isreal")._array)))


def _constant(x: Any, name: str) -> Any:
    """Return the array of a tensor that requires no grad: numbers that a complex one is made of, or parts of it."""
    if tensor(x, name).requires_grad and local.state.grad_enabled:
        raise RuntimeError(
            f"{name}() has no gradient here: minigrad differentiates real numbers alone. Keep the parts in two "
            "tensors, or detach() the input."
        )
    return x._array


@np.errstate(all="ignore")
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
        If the dtypes differ or are not floating, or one requires grad.

    Examples
    --------
    >>> mg.complex(mg.tensor([1.0]), mg.tensor([2.0]))
    tensor([1.+2.j])
    """
    a, b = _constant(real, "complex"), _constant(imag, "complex")
    _refuse_unlike(a, b)
    return wrap(np.asarray(a + b * 1j).astype(_complex_of(a)))


@np.errstate(all="ignore")
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
        If the dtypes differ or are not floating, or one requires grad.

    Examples
    --------
    >>> mg.polar(mg.tensor([2.0]), mg.tensor([0.0]))
    tensor([2.+0.j])
    """
    a, b = _constant(abs, "polar"), _constant(angle, "polar")
    _refuse_unlike(a, b)
    return wrap(np.asarray(a * np.cos(b) + a * np.sin(b) * 1j).astype(_complex_of(a)))


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
    array = _constant(input, "view_as_real")
    if array.dtype.kind != "c":
        raise RuntimeError("view_as_real is only supported for complex tensors")
    return wrap(array[..., None].view(array.real.dtype))


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
    array = _constant(input, "view_as_complex")
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
    return wrap(array.view(_complex_of(array))[..., 0])


def real(input: Any) -> Any:
    """Return the real parts; of real numbers, the tensor itself.

    Examples
    --------
    >>> mg.real(mg.tensor([1 + 2j]))
    tensor([1.])
    """
    complex_ = tensor(input, "real")._array.dtype.kind == "c"
    return wrap(_constant(input, "real").real) if complex_ else input


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
    return wrap(_constant(input, "imag").imag)


def conj(input: Any) -> Any:
    """Return the conjugates; of real numbers, the tensor itself.

    Examples
    --------
    >>> mg.conj(mg.tensor([1 + 2j]))
    tensor([1.-2.j])
    """
    complex_ = tensor(input, "conj")._array.dtype.kind == "c"
    return wrap(np.conj(_constant(input, "conj"))) if complex_ else input


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


def get_device(input: Any) -> int:
    """Return the number of the graphics card that holds a tensor: -1, for there is none.

    Examples
    --------
    >>> mg.get_device(mg.tensor([1.0]))
    -1
    """
    return int(tensor(input, "get_device").get_device())
