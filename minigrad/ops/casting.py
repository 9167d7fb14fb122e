"""A tensor in another dtype: x.to(dtype), x.type("torch.LongTensor")."""

from __future__ import annotations

from typing import Any

from minigrad import dtypes
from minigrad.autograd.base import TensorBase
from minigrad.autograd.function import apply
from minigrad.ops.arguments import TensorT, check_device, device
from minigrad.ops.shape import ToCopy, clone


def to(input: TensorT, *args: Any, copy: bool = False, **named: Any) -> TensorT:
    """Return the tensor in another dtype, named directly or by a tensor that has it; itinput, if nothing changes.

    Parameters
    ----------
    input : Tensor
        Any tensor.
    *args : dtype, device or Tensor
        What it should be like. The only device is the CPU.
    copy : bool
        Return a copy even if nothing changes.
    **named
        ``dtype``, ``device``, ``other``; ``non_blocking`` and ``memory_format`` are accepted as in PyTorch.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> mg.tensor([1, 2]).to(mg.float64)
    tensor([1., 2.], dtype=torch.float64)
    """
    target = input._array.dtype
    bools = [arg for arg in args if isinstance(arg, bool)]
    copy = copy or bools[1:] == [True]  # the first is non_blocking
    for arg in (*args, *[named.get(name) for name in ("dtype", "device", "other")]):
        if isinstance(arg, TensorBase):
            target = arg._array.dtype
        elif isinstance(arg, (str, device)):
            check_device(arg)
        elif arg is not None and not isinstance(arg, bool):  # a bool is non_blocking
            target = dtypes.to_numpy(arg)
    if target == input._array.dtype:
        return clone(input) if copy else input
    return apply(ToCopy, input, target)  # type: ignore[no-any-return]  # a tensor of the same class


def type_as(input: TensorT, other: TensorBase) -> TensorT:
    """Return the tensor in the dtype of another."""
    return to(input, other)


def type_or_cast(input: TensorBase, dtype: Any = None) -> Any:
    """Return the type's name, such as ``"torch.FloatTensor"``; or the tensor in another dtype."""
    if dtype is None:
        return f"torch.{dtypes.of(input._array.dtype).title}Tensor"
    if isinstance(dtype, str):
        if dtype not in _BY_TITLE:
            raise ValueError(f"invalid type: '{dtype}'")
        dtype = _BY_TITLE[dtype]
    if isinstance(dtype, type) and issubclass(dtype, TensorBase):
        dtype = dtypes.get_default_dtype()  # torch.Tensor is the default type's name, too
    return to(input, getattr(dtype, "dtype", dtype))


_BY_TITLE = {
    f"torch.{kind.title}Tensor": kind
    for kind in (
        *(dtypes.float16, dtypes.float32, dtypes.float64, dtypes.int8, dtypes.int16, dtypes.int32, dtypes.int64),
        *(dtypes.uint8, dtypes.bool_, dtypes.complex64, dtypes.complex128),
    )
}
