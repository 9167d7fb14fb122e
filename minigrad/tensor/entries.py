"""What a tensor holds: its shape and dtype, and the ways in which numbers leave it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import Array
from minigrad.autograd.grad_mode import local
from minigrad.ops.arguments import CPU, axis, device
from minigrad.ops.joining import unbind
from minigrad.tensor.graph import Graph
from minigrad.tensor.size import Size

__all__ = ["Entries"]

_shape = tuple.__new__  # of whole numbers already, so that Size need not look at them


class Entries(Graph):
    """The part of ``Tensor`` that says what it holds, to Python and NumPy too."""

    __slots__ = ()

    @property
    def shape(self) -> Size:
        """The number of entries along each dimension."""
        return _shape(Size, self._array.shape)

    @property
    def dtype(self) -> dtypes.dtype:
        """The type of the entries."""
        return dtypes.of(self._array.dtype)

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        return self._array.ndim

    def size(self, dim: int | None = None) -> Any:
        """Return the shape, or one entry of it."""
        return self.shape if dim is None else self._array.shape[axis(dim, self._array.ndim)]

    @property
    def device(self) -> device:
        """Where the numbers are: on the CPU."""
        return CPU

    def is_floating_point(self) -> bool:
        """Return whether the entries are floats."""
        return self._array.dtype.kind == "f"

    def is_complex(self) -> bool:
        """Return whether the entries are complex."""
        return self._array.dtype.kind == "c"

    def stride(self, dim: int | None = None) -> Any:
        """Return how many entries apart neighbours lie in memory, along each dimension or one."""
        array = self._array
        if array.size:
            steps = tuple([step // array.itemsize for step in array.strides])
        else:  # NumPy forgets them: as if in order, each dimension one entry long at least
            steps = tuple([math.prod([n or 1 for n in array.shape[d + 1 :]]) for d in range(array.ndim)])
        return steps if dim is None else steps[axis(dim, len(steps))]

    def is_contiguous(self, memory_format: Any = None) -> bool:
        """Return whether the entries lie in memory in their order."""
        return self._array.flags.c_contiguous

    def dim(self) -> int:
        """Return the number of dimensions."""
        return self._array.ndim

    ndimension = dim

    def numel(self) -> int:
        """Return the number of entries."""
        return self._array.size

    def is_nonzero(self) -> bool:
        """Return whether the one entry is not 0."""
        return bool(self)

    nelement = numel

    def item(self) -> Any:
        """Return the one entry as a Python number."""
        if self._array.size != 1:
            raise RuntimeError(f"a Tensor with {self._array.size} elements cannot be converted to Scalar")
        self._escape("item")
        return self._array.item()

    def tolist(self) -> Any:
        """Return the entries as nested lists of Python numbers."""
        self._escape("tolist")
        return self._array.tolist()

    def numpy(self, *, force: bool = False) -> Array:
        """Return the array that shares this tensor's memory.

        Parameters
        ----------
        force : bool
            Do so even if the tensor requires grad.

        Raises
        ------
        RuntimeError
            If the tensor requires grad and ops are recorded: what is done to the array would not be.
        """
        if self.requires_grad and local.state.grad_enabled and not force:
            raise RuntimeError("Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.")
        self._escape("numpy")
        return self._array.view()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        if local.state.backward_records:
            raise RuntimeError(
                "a backward formula turned a tensor into an array while the backward pass was being recorded "
                "(create_graph=True): its second derivative would be silently wrong"
            )
        return np.array(self.numpy(), dtype=dtype, copy=copy)

    # --- Python's own questions ------------------------------------------------------------------------------------

    def __bool__(self) -> bool:
        if self._array.size != 1:
            raise RuntimeError(
                "Boolean value of Tensor with no values is ambiguous"
                if self._array.size == 0
                else "Boolean value of Tensor with more than one value is ambiguous"
            )
        return bool(self.item())

    def __float__(self) -> float:
        return float(self._scalar())

    def __int__(self) -> int:
        return int(self._scalar())

    def __index__(self) -> int:
        if self._array.dtype.kind not in "biu" or self._array.size != 1:
            raise TypeError("only integer tensors of a single element can be converted to an index")
        return int(self.item())

    def __complex__(self) -> complex:
        return complex(self._scalar(real_too=True))

    def _scalar(self, real_too: bool = False) -> Any:
        """Return the one entry, for Python's own conversions."""
        if self._array.size != 1:
            raise ValueError(
                "only one element tensors can be converted to Python scalars. This one has shape "
                f"{list(self._array.shape)}: take an entry, as in t[0], or reduce it, as in t.sum()."
            )
        if self._array.dtype.kind == "c" and not real_too:
            raise RuntimeError("value cannot be converted to type double without overflow")
        return self.item()

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec) if self._array.ndim == 0 else object.__format__(self, spec)

    def __len__(self) -> int:
        if self._array.ndim == 0:
            raise TypeError("len() of a 0-d tensor")
        return len(self._array)

    def __iter__(self) -> Iterator[Any]:
        if self._array.ndim == 0:
            raise TypeError("iteration over a 0-d tensor")
        return iter(unbind(self))
