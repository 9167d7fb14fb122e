"""Parameter: a leaf tensor that a module knows as its own."""

from __future__ import annotations

import copy
from typing import Any

from minigrad.autograd.base import TensorBase
from minigrad.creation import empty
from minigrad.tensor import Tensor

__all__ = ["Buffer", "Parameter"]


def _shares(cls: type[Any], data: Any, requires_grad: bool) -> Any:
    """Return a tensor of class ``cls`` outside the graph, on the memory of ``data``."""
    if data is None:
        data = empty(0)
    if not isinstance(data, TensorBase):
        raise TypeError(
            f"{cls.__name__}(): argument 'data' (position 1) must be Tensor, not {type(data).__name__}. "
            "Make one with mg.tensor(...)."
        )
    tensor = Tensor.__new__(cls)
    tensor._array = data._array.view()
    tensor._node = tensor._accumulator = tensor._counter = None
    tensor._requires_grad, tensor._rare = False, not tensor._array.flags.c_contiguous
    if requires_grad:
        if data._array.dtype.kind != "f":
            raise RuntimeError("Only Tensors of floating point and complex dtype can require gradients")
        tensor._requires_grad = True
    return tensor


class Parameter(Tensor):
    """A tensor to be learned: assigned to an attribute of a module, it appears in ``module.parameters()``.

    Parameters
    ----------
    data : Tensor, optional
        Its values; the memory is shared. An empty tensor, if left out.
    requires_grad : bool
        Whether it gets a gradient.

    Raises
    ------
    TypeError
        If ``data`` is no tensor.
    RuntimeError
        If it holds no floats and is to get a gradient.

    Examples
    --------
    >>> mg.nn.Parameter(mg.tensor([1.0, 2.0]))
    Parameter containing:
    tensor([1., 2.], requires_grad=True)
    """

    def __new__(cls, data: Any = None, requires_grad: bool = True) -> Any:
        return _shares(cls, data, requires_grad)

    def __init__(self, data: Any = None, requires_grad: bool = True) -> None:
        pass  # __new__ has done it

    def __repr__(self) -> str:
        return "Parameter containing:\n" + super().__repr__()

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        if id(self) in memo:
            return memo[id(self)]
        twin = type(self)(self.data.clone(), self._requires_grad)
        memo[id(self)] = twin
        twin._grad = copy.deepcopy(self._grad, memo)
        return twin

    def __reduce_ex__(self, protocol: Any) -> Any:
        return type(self), (self.data, self._requires_grad)


class _BufferMeta(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, TensorBase) and getattr(instance, "_is_buffer", False)


class Buffer(metaclass=_BufferMeta):
    """A tensor that belongs to a module's state but is not learned, such as a running mean.

    Parameters
    ----------
    data : Tensor, optional
        Its values; the memory is shared.
    persistent : bool
        Whether ``state_dict`` holds it.

    Examples
    --------
    >>> module = mg.nn.Module()
    >>> module.count = mg.nn.Buffer(mg.tensor([0.0]))
    >>> [name for name, _ in module.named_buffers()]
    ['count']
    """

    def __new__(cls, data: Any = None, *, persistent: bool = True) -> Any:
        tensor = _shares(Tensor, data, requires_grad=False)
        tensor._is_buffer, tensor.persistent = True, persistent
        return tensor
