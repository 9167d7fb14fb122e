"""The tensor in another dtype, and others like it."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import TensorBase
from minigrad.ops import casting
from minigrad.ops.arguments import check_device, numpy_names, operand, refuse, refuse_negative, sizes
from minigrad.ops.data import array_of, leaf, legacy_array
from minigrad.ops.windows import zeros_apart

__all__ = ["Casts"]


class Casts(TensorBase):
    """The part of ``Tensor`` that changes the dtype, or makes other tensors of the same."""

    __slots__ = ()

    # --- Others like it ---------------------------------------------------------------------------------------------

    def new_tensor(self, data: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Any:
        """Return a leaf that holds a copy of ``data`` in this tensor's dtype."""
        check_device(device)
        return leaf(array_of(data, dtype or self._array.dtype), requires_grad)

    def new(self, *data: Any, device: Any = None, **named: Any) -> Any:
        """Return a leaf in this tensor's dtype, of a shape or of numbers: older programs' way of ``new_tensor``."""
        check_device(device)
        return leaf(legacy_array((*data, *named.values()), self._array.dtype))

    @numpy_names
    def new_zeros(self, *size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Any:
        """Return zeros of another shape in this tensor's dtype."""
        check_device(device)
        shape = refuse_negative(sizes(size, "new_zeros"))
        return leaf(np.zeros(shape, dtypes.to_numpy(dtype or self._array.dtype)), requires_grad)

    @numpy_names
    def new_ones(self, *size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Any:
        """Return ones of another shape in this tensor's dtype."""
        check_device(device)
        shape = refuse_negative(sizes(size, "new_ones"))
        return leaf(np.ones(shape, dtypes.to_numpy(dtype or self._array.dtype)), requires_grad)

    new_empty = new_zeros

    def new_empty_strided(
        self, size: Any, stride: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
    ) -> Any:
        """Return zeros of another shape in this tensor's dtype, whose neighbours lie so many entries apart."""
        check_device(device)
        shape, steps = sizes((size,), "new_empty_strided"), sizes((stride,), "new_empty_strided", "stride")
        return leaf(zeros_apart(shape, steps, dtypes.to_numpy(dtype or self._array.dtype)), requires_grad)

    @np.errstate(all="ignore")
    def new_full(
        self, size: Any, fill_value: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
    ) -> Any:
        """Return one number everywhere, in another shape and this tensor's dtype."""
        check_device(device)
        if operand(fill_value) is NotImplemented:
            refuse(fill_value, "new_full", "fill_value", 2, "Number")
        shape = refuse_negative(sizes((size,), "new_full"))
        return leaf(np.full(shape, fill_value, dtypes.to_numpy(dtype or self._array.dtype)), requires_grad)

    def cpu(self) -> Self:
        """Return the tensor itself: it is on the CPU."""
        return self

    # --- Another dtype. Last, for in this class the names from here on hide Python's float, int and bool -------------

    to = casting.to
    type_as = casting.type_as
    type = casting.type_or_cast

    def double(self, memory_format: Any = None) -> Self:
        """Return the tensor in float64."""
        return self.to(dtypes.float64, memory_format=memory_format)

    def float(self, memory_format: Any = None) -> Self:
        """Return the tensor in float32."""
        return self.to(dtypes.float32, memory_format=memory_format)

    def half(self, memory_format: Any = None) -> Self:
        """Return the tensor in float16."""
        return self.to(dtypes.float16, memory_format=memory_format)

    def long(self, memory_format: Any = None) -> Self:
        """Return the tensor in int64."""
        return self.to(dtypes.int64, memory_format=memory_format)

    def int(self, memory_format: Any = None) -> Self:
        """Return the tensor in int32."""
        return self.to(dtypes.int32, memory_format=memory_format)

    def short(self, memory_format: Any = None) -> Self:
        """Return the tensor in int16."""
        return self.to(dtypes.int16, memory_format=memory_format)

    def byte(self, memory_format: Any = None) -> Self:
        """Return a copy in uint8."""
        return self.to(dtypes.uint8, memory_format=memory_format)

    def char(self, memory_format: Any = None) -> Self:
        """Return a copy in int8."""
        return self.to(dtypes.int8, memory_format=memory_format)

    def cfloat(self, memory_format: Any = None) -> Self:
        """Return a copy in complex64."""
        return self.to(dtypes.complex64, memory_format=memory_format)

    def cdouble(self, memory_format: Any = None) -> Self:
        """Return a copy in complex128."""
        return self.to(dtypes.complex128, memory_format=memory_format)

    def bool(self, memory_format: Any = None) -> Self:
        """Return whether each entry is not 0."""
        return self.to(dtypes.bool_, memory_format=memory_format)
