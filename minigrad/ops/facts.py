"""What is true of a tensor or a dtype: signs, can_cast, finfo."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import TensorBase, wrap
from minigrad.ops.arguments import tensor

__all__ = [
    "can_cast",
    "finfo",
    "get_device",
    "iinfo",
    "is_same_size",
    "is_signed",
    "isneginf",
    "isposinf",
    "isreal",
    "result_type",
    "signbit",
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

    __module__ = "minigrad"  # where a program finds it

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

    __module__ = "minigrad"  # where a program finds it

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
    if array.dtype.kind == "c":
        raise NotImplementedError("signbit is not implemented for complex tensors.")
    return wrap(np.asarray(np.signbit(array) if array.dtype.kind == "f" else array < 0))


def _infinite(name: str, input: Any, which: float) -> Any:
    array = tensor(input, name)._array
    if array.dtype.kind == "c":
        raise RuntimeError(f"{name} does not support complex inputs.")
    return wrap(np.asarray(array == which))


def isposinf(input: Any) -> Any:
    """Return where entries are plus infinity.

    Examples
    --------
    >>> mg.isposinf(mg.tensor([1.0, float("inf")]))
    tensor([False,  True])
    """
    return _infinite("isposinf", input, np.inf)


def isneginf(input: Any) -> Any:
    """Return where entries are minus infinity.

    Examples
    --------
    >>> mg.isneginf(mg.tensor([1.0, -float("inf")]))
    tensor([False,  True])
    """
    return _infinite("isneginf", input, -np.inf)


def isreal(input: Any) -> Any:
    """Return where entries have no imaginary part.

    Examples
    --------
    >>> mg.isreal(mg.tensor([1.0]))
    tensor([True])
    """
    return wrap(np.asarray(np.isreal(tensor(input, "isreal")._array)))


def get_device(input: Any) -> int:
    """Return the number of the graphics card that holds a tensor: -1, for there is none.

    Examples
    --------
    >>> mg.get_device(mg.tensor([1.0]))
    -1
    """
    return int(tensor(input, "get_device").get_device())
