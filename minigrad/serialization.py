"""Saving and loading: what PyTorch's ``save`` is used for, states of modules and optimizers, in one file."""

from __future__ import annotations

import io
import os
import pickle
import zipfile
from contextlib import nullcontext
from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import TensorBase, wrap

__all__ = ["add_safe_globals", "clear_safe_globals", "get_safe_globals", "load", "safe_globals", "save"]

# Note [What a file holds]
#
# A file is a pickle in which a tensor is its dtype, shape and bytes. Loading builds nothing but tensors, numbers, text
# and containers, unless weights_only=False is asked for: a pickle may call any function, and one that somebody else
# made should not. Files of PyTorch's own are zip archives of such a pickle, in which a tensor names a storage, its
# offset in it, its shape and its strides, and of one file of bytes a storage: they are read by the same rule.


def rebuilt(dtype: str, shape: tuple[int, ...], data: bytes, requires_grad: bool) -> Any:
    """Return the tensor that was saved."""
    return wrap(np.frombuffer(bytearray(data), getattr(dtypes, dtype).numpy).reshape(shape), None, requires_grad)


_DTYPES = {x.name: x for x in vars(dtypes).values() if isinstance(x, dtypes.dtype)}


class _Pickler(pickle.Pickler):
    def reducer_override(self, value: Any) -> Any:
        if not isinstance(value, TensorBase) or type(value).__name__ == "Parameter":
            return NotImplemented  # a parameter says itself that it is one, on a tensor
        array = np.ascontiguousarray(value._array)
        name = str(dtypes.of(array.dtype)).removeprefix("torch.")
        return rebuilt, (name, value._array.shape, array.tobytes(), value._requires_grad)


_safe: list[Any] = []  # classes and functions that the user vouches for


def add_safe_globals(safe_globals: list[Any]) -> None:
    """Let files name these classes and functions, beside tensors, numbers, text and containers.

    Parameters
    ----------
    safe_globals : list
        What a file may call while it is loaded.
    """
    _safe.extend(safe_globals)


def get_safe_globals() -> list[Any]:
    """Return what files may name."""
    return list(_safe)


def clear_safe_globals() -> None:
    """Let files name tensors, numbers, text and containers alone, as at first."""
    _safe.clear()


class safe_globals:  # PyTorch's name
    """A block in which files may name some classes and functions more.

    Parameters
    ----------
    safe_globals : list
        What a file may call while it is loaded.

    Examples
    --------
    >>> from fractions import Fraction
    >>> with mg.serialization.safe_globals([Fraction]):
    ...     Fraction in mg.serialization.get_safe_globals()
    True
    """

    def __init__(self, safe_globals: list[Any]) -> None:
        self.more = safe_globals

    def __enter__(self) -> None:
        self.before = get_safe_globals()
        add_safe_globals(self.more)

    def __exit__(self, *exception: object) -> None:
        _safe[:] = self.before


class _Unpickler(pickle.Unpickler):
    allowed = (
        frozenset(f"collections.{name}" for name in ("OrderedDict", "defaultdict", "Counter"))
        | frozenset(f"builtins.{name}" for name in ("set", "dict", "complex", "slice", "range"))
        | frozenset(f"{torch}.{name}" for torch in ("minigrad", "torch") for name in ("Size", "nn.parameter.Parameter"))
        | {"minigrad.tensor.size.Size"}
    )

    def find_class(self, module: str, name: str) -> Any:
        if name == "rebuilt" and module.endswith(".serialization"):
            return rebuilt
        for known in _safe:
            if (module, name) == (known.__module__, known.__qualname__):
                return known
        if module in ("minigrad", "torch") and name in _DTYPES:
            return _DTYPES[name]
        if f"{module}.{name}" in self.allowed or module in ("minigrad.dtypes", "torch.dtypes"):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(
            f"Weights only load failed. The file wants {module}.{name}, which is no tensor, number, text or container. "
            "If you trust where it comes from, load it with weights_only=False, which can run any code in it; better, "
            "save model.state_dict() and load that."
        )


_STORAGES = {
    f"{title}Storage": dtype
    for title, dtype in [
        ("Float", dtypes.float32),
        ("Double", dtypes.float64),
        ("Half", dtypes.float16),
        ("Long", dtypes.int64),
        ("Int", dtypes.int32),
        ("Short", dtypes.int16),
        ("Char", dtypes.int8),
        ("Byte", dtypes.uint8),
        ("Bool", dtypes.bool_),
        ("ComplexFloat", dtypes.complex64),
        ("ComplexDouble", dtypes.complex128),
    ]
}


def _laid_out(storage: Any, offset: int, size: Any, stride: Any, requires_grad: bool, *_: Any) -> Any:
    """Return the tensor that PyTorch's pickle describes."""
    steps = [step * storage.itemsize for step in stride]
    array: Any = np.ndarray(tuple(size), storage.dtype, storage, offset * storage.itemsize, steps)
    return wrap(array, None, requires_grad)


class _ArchiveUnpickler(_Unpickler):
    """Reads the pickle in an archive of PyTorch's."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.storages: dict[str, Any] = {}  # tensors that shared one there share it here
        name = next((name for name in archive.namelist() if name.endswith("data.pkl")), "")
        if not name:
            raise pickle.UnpicklingError("the archive is none of PyTorch's. For NumPy's .npz there is np.load.")
        self.folder = name.removesuffix("data.pkl")
        super().__init__(io.BytesIO(archive.read(name)))

    def persistent_load(self, pid: Any) -> Any:
        _, dtype, key, *_ = pid
        if key not in self.storages:
            data = self.archive.read(f"{self.folder}data/{key}")
            self.storages[key] = np.array(np.frombuffer(data, dtype.numpy))
        return self.storages[key]

    def find_class(self, module: str, name: str) -> Any:
        if module == "torch" and name in _STORAGES:
            return _STORAGES[name]
        if module == "torch" and isinstance(getattr(dtypes, name, None), dtypes.dtype):
            return getattr(dtypes, name)
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _laid_out
        if (module, name) == ("torch._utils", "_rebuild_parameter"):
            parameter = super().find_class("minigrad.nn.parameter", "Parameter")
            return lambda data, requires_grad, hooks: parameter(data, requires_grad)
        if (module, name) == ("torch", "Size"):
            return pickle.Unpickler.find_class(self, "minigrad.tensor", "Size")
        if name == "BFloat16Storage":
            raise pickle.UnpicklingError(
                "the file holds bfloat16 numbers, which NumPy has no type for, and so minigrad has none. In PyTorch, "
                "save tensor.float()."
            )
        if f"{module}.{name}" not in self.allowed:
            raise pickle.UnpicklingError(
                f"Weights only load failed. The file wants {module}.{name}, which is no tensor, number, text or "
                "container, and of PyTorch's files no more than these is read. In PyTorch, save model.state_dict()."
            )
        return super().find_class(module, name)


def save(obj: Any, f: Any) -> None:
    """Write an object to a file: tensors, and containers of them, such as ``model.state_dict()``.

    Parameters
    ----------
    obj : object
        Tensors, numbers, text, containers; also whole modules, which can be loaded with ``weights_only=False`` alone.
    f : str, path or binary file
        Where to.

    Examples
    --------
    >>> import io
    >>> file = io.BytesIO()
    >>> mg.save({"w": mg.tensor([1.0, 2.0])}, file)
    >>> _ = file.seek(0)
    >>> mg.load(file)
    {'w': tensor([1., 2.])}
    """
    if not (isinstance(f, (str, os.PathLike)) or hasattr(f, "write")):
        raise AttributeError("expected 'f' to be string, path, or a file-like object with a 'write' attribute")
    with open(f, "wb") if isinstance(f, (str, os.PathLike)) else nullcontext(f) as file:
        _Pickler(file).dump(obj)


def load(
    f: Any,
    map_location: Any = None,
    pickle_module: Any = None,
    *,
    weights_only: bool | None = None,
    mmap: bool | None = None,
    **pickle_load_args: Any,
) -> Any:
    """Read what ``save`` wrote, or PyTorch's: tensors, numbers, text and containers.

    Parameters
    ----------
    f : str, path or binary file
        Where from.
    map_location : optional
        Accepted; everything is on the CPU.
    pickle_module : module, optional
        What reads a file with ``weights_only=False``, in the place of ``pickle``.
    weights_only : bool, optional
        Build nothing but tensors, numbers, text and containers, unless it is False, which can run any code that the
        file brings along.
    mmap : bool, optional
        Accepted; the file is read at once.
    **pickle_load_args : optional
        What its reader takes.

    Returns
    -------
    object

    Raises
    ------
    UnpicklingError
        If the file wants something else and ``weights_only``; a file of PyTorch's is read by that rule in any case.
    """
    with open(f, "rb") if isinstance(f, (str, os.PathLike)) else nullcontext(f) as file:
        data = file.read()
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _ArchiveUnpickler(archive).load()
    if weights_only is not False:
        return _Unpickler(io.BytesIO(data), **pickle_load_args).load()
    return (pickle_module or pickle).Unpickler(io.BytesIO(data), **pickle_load_args).load()
