"""Saving and loading: what PyTorch's ``save`` is used for, states of modules and optimizers, in one file."""

from __future__ import annotations

import io
import os
import pickle
from contextlib import nullcontext
from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import TensorBase, wrap

__all__ = ["load", "save"]

# Note [What a file holds]
#
# A file is a pickle in which a tensor is its dtype, shape and bytes. Loading builds nothing but tensors, numbers, text
# and containers, unless weights_only=False is asked for: a pickle may call any function, and one that somebody else
# made should not. Files of PyTorch's own are zip archives, and are refused by name.


def rebuilt(dtype: str, shape: tuple[int, ...], data: bytes, requires_grad: bool) -> Any:
    """Return the tensor that was saved."""
    return wrap(np.frombuffer(bytearray(data), getattr(dtypes, dtype).numpy).reshape(shape), None, requires_grad)


class _Pickler(pickle.Pickler):
    def reducer_override(self, value: Any) -> Any:
        if not isinstance(value, TensorBase) or type(value).__name__ == "Parameter":
            return NotImplemented  # a parameter says itself that it is one, on a tensor
        array = np.ascontiguousarray(value._array)
        name = str(dtypes.of(array.dtype)).removeprefix("torch.")
        return rebuilt, (name, value._array.shape, array.tobytes(), value._requires_grad and value._node is None)


class _Unpickler(pickle.Unpickler):
    allowed = (
        frozenset(f"collections.{name}" for name in ("OrderedDict", "defaultdict", "Counter"))
        | frozenset(f"builtins.{name}" for name in ("set", "dict", "complex", "slice", "range"))
        | frozenset(
            f"{torch}.{name}"
            for torch, name in [
                ("minigrad", "tensor.size.Size"),
                ("torch", "Size"),
                ("minigrad", "nn.parameter.Parameter"),
                ("torch", "nn.parameter.Parameter"),
            ]
        )
    )

    def find_class(self, module: str, name: str) -> Any:
        if name == "rebuilt" and module.endswith(".serialization"):
            return rebuilt
        if f"{module}.{name}" in self.allowed or module in ("minigrad.dtypes", "torch.dtypes"):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(
            f"Weights only load failed. The file wants {module}.{name}, which is no tensor, number, text or container. "
            "If you trust where it comes from, load it with weights_only=False, which can run any code in it; better, "
            "save model.state_dict() and load that."
        )


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
    with open(f, "wb") if isinstance(f, (str, os.PathLike)) else nullcontext(f) as file:
        _Pickler(file).dump(obj)


def load(f: Any, map_location: Any = None, *, weights_only: bool = True) -> Any:
    """Read what ``save`` wrote.

    Parameters
    ----------
    f : str, path or binary file
        Where from.
    map_location : optional
        Accepted; everything is on the CPU.
    weights_only : bool
        Build nothing but tensors, numbers, text and containers. False can run any code that the file brings along.

    Returns
    -------
    object

    Raises
    ------
    UnpicklingError
        If the file wants something else and ``weights_only``, or is one of PyTorch's own.
    """
    with open(f, "rb") if isinstance(f, (str, os.PathLike)) else nullcontext(f) as file:
        data = file.read()
    if data[:2] == b"PK":
        raise pickle.UnpicklingError(
            "this file was written by PyTorch, as a zip archive, which minigrad does not read. In PyTorch, save NumPy "
            "arrays (np.savez) and make tensors of them here."
        )
    return (_Unpickler if weights_only else pickle.Unpickler)(io.BytesIO(data)).load()
