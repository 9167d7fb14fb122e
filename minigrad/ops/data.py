"""Arrays from what people write down: numbers, nested lists, NumPy arrays, tensors. PyTorch's rules for the dtype."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import Array, TensorBase, mark_inference, wrap
from minigrad.autograd.grad_mode import local
from minigrad.ops.arguments import refuse_negative

_PLAIN = {bool: 0, int: 1, float: 2, complex: 3}


def leaf(array: Any, requires_grad: bool = False) -> Any:
    """Return a leaf tensor that owns ``array``, having checked that its dtype may require a gradient."""
    if not isinstance(requires_grad, bool):
        raise TypeError(f"argument 'requires_grad' must be bool, not {type(requires_grad).__name__}")
    if requires_grad and not dtypes.can_require_grad(array.dtype):
        raise RuntimeError(
            "Only Tensors of floating point and complex dtype can require gradients. This one is "
            f"{dtypes.of(array.dtype)}: "
            "write the numbers with a decimal point, or pass dtype=mg.float32."
        )
    tensor = wrap(array, None, requires_grad)
    tensor._rare = not tensor._array.flags.c_contiguous
    if local.state.inference:
        mark_inference(tensor)
    return tensor


def array_of(data: Any, dtype: Any = None) -> Array:
    """Return a fresh array of the numbers in ``data``, in ``dtype`` or the one that PyTorch would choose."""
    target = None if dtype is None else dtypes.to_numpy(dtype)
    if isinstance(data, (TensorBase, np.ndarray)):
        array = data._array if isinstance(data, TensorBase) else data
        dtypes.of(array.dtype)  # refuses what no tensor can hold
        if target is None or target == array.dtype:
            return np.array(array)
        with np.errstate(all="ignore"):
            return array.astype(target)
    found = _kind_of(data)
    target = target or found
    if target.kind == "f" and found.kind == "i":
        found = np.dtype(np.float64)  # it holds integers beyond int64 too
    if found.kind in "fc":
        found = np.promote_types(found, np.float64)  # full precision first: the target may be finer than the default
    if not isinstance(data, (Sequence, range)):
        return _cast(np.array(_number(data), found if target.kind == "f" else _holds(data, found)), target)
    shape = _shape_of(data)
    _check(data, shape, 0, found)
    plain = data if _is_plain(data) else _without_tensors(data)
    try:
        array = np.array(plain, found)
    except OverflowError:
        raise ValueError("Overflow when unpacking long long. An int64 holds at most 9223372036854775807") from None
    return _cast(array.reshape(shape), target)


def legacy_array(data: tuple[Any, ...], dtype: Any) -> Array:
    """Return what ``Tensor(2, 3)``, ``Tensor([1, 2])`` and ``Tensor()`` hold: zeros of a shape, or these numbers."""
    if not data:
        return np.zeros(0, dtype)
    (first, *rest) = data
    if isinstance(first, (int, np.integer)) and not isinstance(first, bool):
        for i, n in enumerate(rest, 2):
            if not isinstance(n, (int, np.integer)):
                raise TypeError(
                    f"new(): argument 'size' failed to unpack the object at pos {i} with error \"type must be tuple of "
                    f'ints,but got {type(n).__name__}". For a tensor of numbers write mg.tensor([...]).'
                )
        return np.zeros(refuse_negative(data), dtype)
    if rest:
        raise TypeError("new() received an invalid combination of arguments: numbers come in one list, [...]")
    if isinstance(first, tuple) and type(first).__name__ == "Size":
        return np.zeros(first, dtype)
    if isinstance(first, TensorBase):
        if first._array.dtype != dtype:
            raise TypeError(
                f"expected {dtypes.of(np.dtype(dtype)).title}Tensor (got {dtypes.of(first._array.dtype).title}Tensor)"
            )
        return first._array.view()
    if isinstance(first, str):
        raise TypeError("new(): invalid data type 'str'")
    if not isinstance(first, (Sequence, range, np.ndarray)):
        raise TypeError(f"new(): data must be a sequence (got {type(first).__name__})")
    return array_of(first, dtypes.of(np.dtype(dtype)))


def _holds(number: Any, found: np.dtype[Any]) -> np.dtype[Any]:
    """Return the dtype, having checked that a lone integer fits."""
    if type(number) is int and not -(2**63) <= number < 2**63:
        raise ValueError("Overflow when unpacking long long. An int64 holds at most 9223372036854775807")
    return found


_NO_INTEGER = "'{}' object cannot be interpreted as an integer"


def _cast(array: Array, target: np.dtype[Any]) -> Array:
    """Return the array in another dtype; integers that do not fit are refused."""
    if array.dtype == target:
        return array
    if array.dtype.kind == "c" and target.kind in "iuf":
        word = "must be real number, not complex" if target.kind == "f" else _NO_INTEGER.format("complex")
        raise TypeError(f"{word}. Take its .real first.")
    if target.kind in "iu" and array.size and array.dtype.kind in "iuf":
        most = np.iinfo(target).max
        if not (array.max() <= most and array.min() >= -most - 1):  # a nan is neither
            raise RuntimeError(f"value cannot be converted to type {target.name} without overflow")
    with np.errstate(all="ignore"):
        return array.astype(target)


def _kind_of(data: Any) -> np.dtype[Any]:
    """Return the dtype that holds all of ``data``; a Python float counts as the default dtype."""
    if isinstance(data, TensorBase):
        return data._array.dtype
    if isinstance(data, (np.ndarray, np.generic)):
        return dtypes.of(data.dtype).numpy
    if isinstance(data, (bool, int, float, complex)):
        return dtypes.result_type(data)
    if isinstance(data, str):
        raise TypeError("new(): invalid data type 'str'")
    if not isinstance(data, (Sequence, range)):
        raise RuntimeError(f"Could not infer dtype of {type(data).__name__}")
    kinds = set(map(type, data))
    if kinds and kinds <= _PLAIN.keys():
        return dtypes.result_type(max(kinds, key=_PLAIN.__getitem__)())
    found = None
    for item in data:
        kind = _kind_of(item)
        found = kind if found is None else dtypes.promote_types(dtypes.of(found), dtypes.of(kind)).numpy
    return dtypes.get_default_dtype().numpy if found is None else found


def _shape_of(data: Any) -> tuple[int, ...]:
    """Return the shape that the first entries suggest."""
    shape: list[int] = []
    while isinstance(data, (Sequence, np.ndarray, TensorBase)) and not isinstance(data, str):
        array = data if isinstance(data, np.ndarray) else getattr(data, "_array", None)
        if array is not None:
            if array.ndim:
                shape += list(array.shape)
            break
        row: Any = data
        shape.append(len(row))
        if not row:
            break
        data = row[0]
    if len(shape) > 1 and isinstance(data, TensorBase) and data._array.size == 1:
        shape = shape[: len(shape) - data._array.ndim]  # tensors of one entry count as numbers
    return tuple(shape)


def _check(data: Any, shape: tuple[int, ...], dim: int, found: np.dtype[Any]) -> None:
    """Refuse lists whose lengths differ."""
    if dim == len(shape):
        if isinstance(data, TensorBase) and data._array.size != 1:
            raise ValueError("only one element tensors can be converted to Python scalars")
        if isinstance(data, (list, tuple)):
            word = "be interpreted as an integer" if found.kind in "iub" else "be converted to a number"
            raise TypeError(f"'{type(data).__name__}' object cannot {word}")
        return
    if isinstance(data, np.ndarray):
        if data.shape != shape[dim:]:
            raise ValueError(f"expected sequence of length {shape[dim]} at dim {dim} (got {len(data)})")
        return
    if isinstance(data, TensorBase) or not isinstance(data, (Sequence, range)):
        if isinstance(data, TensorBase) and data._array.size != 1:
            raise ValueError("only one element tensors can be converted to Python scalars")
        raise TypeError("not a sequence")
    if len(data) != shape[dim]:
        raise ValueError(f"expected sequence of length {shape[dim]} at dim {dim} (got {len(data)})")
    if dim + 1 == len(shape) and set(map(type, data)) <= _PLAIN.keys():
        return
    for item in data:
        _check(item, shape, dim + 1, found)


def _is_plain(data: Any) -> bool:
    """Return whether nested lists hold Python numbers and nothing else."""
    kinds = set(map(type, data))
    return kinds <= _PLAIN.keys() or (kinds <= {list, tuple, range} and all(map(_is_plain, data)))


def _without_tensors(data: Any) -> Any:
    """Return nested lists with tensors replaced by their numbers."""
    if isinstance(data, (list, tuple)):
        return [_without_tensors(item) for item in data]
    return _number(data)


def _number(data: Any) -> Any:
    return data.item() if isinstance(data, TensorBase) else data  # type: ignore[attr-defined]
