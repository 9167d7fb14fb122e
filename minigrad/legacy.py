"""The types that tensors had before they had a dtype: FloatTensor, LongTensor ..., kept for older programs."""

from __future__ import annotations

import warnings
from typing import Any

from minigrad import dtypes
from minigrad.ops.arguments import CPU
from minigrad.ops.data import leaf, legacy_array

__all__ = [
    "BoolTensor",
    "ByteTensor",
    "CharTensor",
    "DoubleTensor",
    "FloatTensor",
    "HalfTensor",
    "IntTensor",
    "LongTensor",
    "ShortTensor",
    "get_default_device",
    "set_default_tensor_type",
    "typename",
]


class _TensorType(type):
    """A type whose instances are the tensors of one dtype."""

    dtype: dtypes.dtype

    def __instancecheck__(cls, instance: object) -> bool:
        return getattr(instance, "dtype", None) is cls.dtype

    def __call__(cls, *data: Any, device: Any = None) -> Any:
        return leaf(legacy_array(data, cls.dtype.numpy))

    def __repr__(cls) -> str:
        return f"<class 'torch.{cls.__name__}'>"


def _type(dtype: dtypes.dtype) -> Any:
    """Return the older type of tensors of a dtype."""
    name = f"{dtype.title}Tensor"
    doc = f"""Tensors of ``mg.{dtype.name}``; called, it makes one: of a shape, or of numbers.

    Examples
    --------
    >>> isinstance(mg.{name}(2), mg.{name})
    True
    """
    return _TensorType(name, (), {"dtype": dtype, "__doc__": doc, "__module__": __name__})


FloatTensor = _type(dtypes.float32)
DoubleTensor = _type(dtypes.float64)
HalfTensor = _type(dtypes.float16)
ByteTensor = _type(dtypes.uint8)
CharTensor = _type(dtypes.int8)
ShortTensor = _type(dtypes.int16)
IntTensor = _type(dtypes.int32)
LongTensor = _type(dtypes.int64)
BoolTensor = _type(dtypes.bool_)


def set_default_tensor_type(t: Any) -> None:
    """Set the dtype of numbers with a decimal point, by its older type; ``set_default_dtype`` does it by its dtype.

    Parameters
    ----------
    t : type or str
        ``mg.DoubleTensor``, or ``"torch.DoubleTensor"``.

    Examples
    --------
    >>> mg.set_default_tensor_type("torch.FloatTensor")  # doctest: +SKIP
    """
    warnings.warn(
        "torch.set_default_tensor_type() is deprecated as of PyTorch 2.1, please use torch.set_default_dtype() and "
        "torch.set_default_device() as alternatives.",
        UserWarning,
        stacklevel=2,
    )
    kind = globals().get(t.rpartition(".")[2]) if isinstance(t, str) else t
    if not isinstance(kind, _TensorType):
        raise TypeError("invalid type object: only floating-point types are supported as the default type")
    dtypes.set_default_dtype(kind.dtype)


def get_default_device() -> Any:
    """Return where tensors are made: on the CPU.

    Returns
    -------
    device

    Examples
    --------
    >>> mg.get_default_device()
    device(type='cpu')
    """
    return CPU


def typename(obj: Any, /) -> str:
    """Return the name of a value's type, as ``Tensor.type()`` has it for tensors.

    Parameters
    ----------
    obj : object
        Anything.

    Returns
    -------
    str

    Examples
    --------
    >>> mg.typename(mg.ones(2))
    'torch.FloatTensor'
    """
    if hasattr(obj, "_array") and not isinstance(obj, type):
        return str(obj.type())
    kind = obj if isinstance(obj, type) else type(obj)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
