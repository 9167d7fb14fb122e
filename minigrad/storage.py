"""Memory: where a tensor's entries lie, and the older ways to ask for them and to change them."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import Array, TensorBase, counter, wrap
from minigrad.autograd.views import check_leaf
from minigrad.ops.arguments import refuse_negative, sizes

__all__ = [
    "TensorMemory",
    "UntypedStorage",
    "channels_last",
    "channels_last_3d",
    "contiguous_format",
    "layout",
    "memory_format",
    "preserve_format",
    "strided",
]


def _owner(array: Array) -> Array:
    """Return the array that owns the memory, or the first that is known to."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


class UntypedStorage:
    """The memory that a tensor and its views look at.

    Parameters
    ----------
    array : ndarray
        The array that owns it.

    Examples
    --------
    >>> x = mg.zeros(2, 3)
    >>> x.untyped_storage().data_ptr() == x[1].untyped_storage().data_ptr()
    True
    >>> x.untyped_storage().nbytes()
    24
    """

    def __init__(self, array: Array) -> None:
        self._array = array

    def data_ptr(self) -> int:
        """Return the address of the first byte."""
        return self._array.ctypes.data

    def nbytes(self) -> int:
        """Return how many bytes there are."""
        return self._array.nbytes

    size = __len__ = nbytes

    def tolist(self) -> Any:
        """Return the bytes as numbers."""
        return np.frombuffer(self._array.tobytes(order="A"), np.uint8).tolist()

    def __getitem__(self, i: int) -> Any:
        return self.tolist()[i]

    def __repr__(self) -> str:
        rows = "".join(f" {byte}\n" for byte in self.tolist())
        return f"{rows}[torch.storage.UntypedStorage(device=cpu) of size {len(self)}]"


class TypedStorage(UntypedStorage):
    """The memory that a tensor and its views look at, read as numbers of its dtype."""

    def size(self) -> int:
        """Return how many numbers there are."""
        return self._array.size

    __len__ = size

    def _flat(self) -> Array:
        return self._array.reshape(-1, order="A")

    def tolist(self) -> Any:
        """Return the numbers."""
        return self._flat().tolist()

    def __getitem__(self, i: int) -> Any:
        return self._flat()[i].item()

    def __iter__(self) -> Iterator[Any]:
        return iter(self.tolist())

    def __repr__(self) -> str:
        kind = self._array.dtype.name
        rows = "".join(f" {value}\n" for value in self)
        return f"{rows}[torch.storage.TypedStorage(dtype=torch.{kind}, device=cpu) of size {len(self)}]"


class _Setting:
    """A name that programs pass on; it changes nothing here."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return f"torch.{self._name}"

    def __reduce__(self) -> str:
        return self._name


class layout(_Setting):
    """How the entries of a tensor are kept: there is ``mg.strided``.

    Examples
    --------
    >>> mg.zeros(2).layout
    torch.strided
    """

    __module__ = "minigrad"  # where a program finds it


class memory_format(_Setting):
    """In which order a copy's entries shall lie in memory, such as ``mg.contiguous_format``.

    Examples
    --------
    >>> isinstance(mg.channels_last, mg.memory_format)
    True
    """

    __module__ = "minigrad"  # where a program finds it


strided = layout("strided")
contiguous_format, preserve_format = memory_format("contiguous_format"), memory_format("preserve_format")
channels_last, channels_last_3d = memory_format("channels_last"), memory_format("channels_last_3d")


class TensorMemory(TensorBase):
    """The part of ``Tensor`` that says where its entries lie."""

    __slots__ = ()

    is_cpu = True
    is_cuda = is_sparse = is_sparse_csr = is_quantized = is_meta = is_mkldnn = is_mps = is_nested = False
    is_ipu = is_maia = is_mtia = is_vulkan = is_xla = is_xpu = False
    name = None

    @property
    def layout(self) -> layout:
        """How the entries lie: ``mg.strided``, so many steps from each to the next."""
        return strided

    def data_ptr(self) -> builtins.int:
        """Return the address of the first entry."""
        return self._array.ctypes.data

    def untyped_storage(self) -> UntypedStorage:
        """Return the memory that this tensor and its views look at."""
        return UntypedStorage(_owner(self._array))

    def storage(self) -> TypedStorage:
        """Return the memory that this tensor and its views look at, as numbers."""
        return TypedStorage(_owner(self._array))

    def storage_offset(self) -> builtins.int:
        """Return how many entries into its memory the tensor begins."""
        return (self._array.ctypes.data - _owner(self._array).ctypes.data) // self._array.itemsize

    def is_set_to(self, tensor: Any) -> builtins.bool:
        """Return whether another tensor looks at the same memory in the same way."""
        a, b = self._array, tensor._array
        return (a.ctypes.data, a.shape, a.strides) == (b.ctypes.data, b.shape, b.strides)

    def element_size(self) -> builtins.int:
        """Return how many bytes an entry has."""
        return self._array.itemsize

    @property
    def itemsize(self) -> builtins.int:
        """How many bytes an entry has."""
        return self._array.itemsize

    @property
    def nbytes(self) -> builtins.int:
        """How many bytes all entries have."""
        return self._array.nbytes

    def dim_order(self) -> tuple[builtins.int, ...]:
        """Return the dimensions, from the one whose neighbours lie farthest apart in memory to the nearest."""
        return tuple(sorted(range(self._array.ndim), key=lambda d: -self._array.strides[d]))

    def get_device(self) -> builtins.int:
        """Return the number of the graphics card: -1, for there is none."""
        return -1

    def is_pinned(self) -> builtins.bool:
        """Return whether the memory is pinned for a graphics card: no."""
        return False

    def is_shared(self) -> builtins.bool:
        """Return whether other processes share the memory: no."""
        return False

    def share_memory_(self) -> Any:
        """Return the tensor itself: there are no other processes to share it with."""
        return self

    def pin_memory(self) -> Any:
        """Refuse: there is no graphics card to pin memory for."""
        raise RuntimeError("Cannot access accelerator device when none is available: there is the CPU alone.")

    def cuda(self, *args: Any, **named: Any) -> Any:
        """Refuse: there is no graphics card."""
        raise AssertionError(
            "Torch not compiled with CUDA enabled. minigrad computes on the CPU alone; write device = 'cuda' if "
            "mg.cuda.is_available() else 'cpu', and .to(device)."
        )

    def resize_(self, *size: Any, memory_format: Any = None) -> Any:
        """Give the tensor another shape; entries beyond the old ones are 0."""
        if self._requires_grad:
            raise RuntimeError("cannot resize variables that require grad")
        array, shape = self._array, refuse_negative(sizes(size, "resize_"))
        count = int(np.prod(shape, dtype=np.int64))
        fresh = np.zeros(shape, array.dtype)
        fresh.reshape(-1)[: array.size] = array.reshape(-1)[:count]
        self._array = array.reshape(-1)[:count].reshape(shape) if count <= array.size else fresh
        counter(self).count += 1
        return self

    def resize_as_(self, the_template: Any, memory_format: Any = None) -> Any:
        """Give the tensor the shape of another."""
        return self.resize_(the_template._array.shape)

    def set_(self, source: Any = None) -> Any:
        """Let the tensor look at the memory of another."""
        check_leaf(self)
        if source is None:
            source = wrap(np.zeros(0, self._array.dtype))
        if source._array.dtype != self._array.dtype:
            ours, theirs = (dtypes.cpp_type(x._array.dtype) for x in (self, source))
            raise RuntimeError(f"Could not set tensor of type {theirs} to a tensor of type {ours}")
        self._array = source._array.view()
        counter(self).count += 1
        return self
