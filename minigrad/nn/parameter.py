"""Parameter: a leaf tensor that a module knows as its own."""

from __future__ import annotations

import sys
from typing import Any

from minigrad import dtypes
from minigrad.autograd.base import TensorBase, mark_inference, wrap
from minigrad.autograd.grad_mode import is_inference_mode_enabled
from minigrad.creation import empty
from minigrad.tensor import Tensor

__all__ = ["Buffer", "Parameter", "UninitializedBuffer", "UninitializedParameter", "is_lazy"]


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
    tensor._requires_grad, tensor._rare = False, not data._array.flags.c_contiguous
    if data._inference:
        mark_inference(tensor)
    if requires_grad:
        if not dtypes.can_require_grad(data._array.dtype):
            raise RuntimeError("Only Tensors of floating point and complex dtype can require gradients")
        if data._inference and not is_inference_mode_enabled():
            raise RuntimeError("Setting requires_grad=True on inference tensor outside InferenceMode is not allowed.")
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
        memo[id(self)] = type(self)(self.data.clone(), self._requires_grad)  # as in PyTorch, without its .grad
        return memo[id(self)]

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


# --- Without a shape yet -------------------------------------------------------------------------------------------

_memory: Any = TensorBase._array  # where a tensor keeps its array


def _unknown(self: Any) -> Any:
    raise ValueError(
        f"Attempted to use an uninitialized parameter in {sys._getframe(1).f_code.co_name}. This error happens when "
        "you are using a `LazyModule` or explicitly manipulating `torch.nn.parameter.UninitializedParameter` objects. "
        "When using LazyModules Call `forward` with a dummy batch to initialize the parameters before calling torch "
        "functions"
    )


class _Uninitialized(Tensor):
    """What a lazy module has until its first input says how large its parameters are: a dtype, and no shape."""

    cls_to_become: type[Any] = Tensor
    _array = property(_unknown, _memory.__set__)  # so that no op can compute with it

    def materialize(self, shape: Any, device: Any = None, dtype: Any = None) -> None:
        """Make an ordinary parameter or buffer of it, in place, whose numbers are still to be filled in.

        Parameters
        ----------
        shape : tuple of int
            How large it is.
        device, dtype : optional
            As of a tensor; its own, if not given.
        """
        array = empty(shape, device=device, dtype=self.dtype if dtype is None else dtype)._array
        self.__class__ = self.cls_to_become
        self._array = array

    @property
    def data(self) -> Any:
        """An empty tensor."""
        return wrap(_memory.__get__(self).view())

    @data.setter
    def data(self, value: Any) -> None:
        self._array = value._array.view()

    @property
    def dtype(self) -> Any:
        """The type that the numbers will have."""
        return dtypes.of(_memory.__get__(self).dtype)

    @property
    def shape(self) -> Any:
        """Refused: it is not known."""
        raise RuntimeError(
            "Can't access the shape of an uninitialized parameter or buffer. This error usually happens in "
            "`load_state_dict` when trying to load an uninitialized parameter into an initialized one. Call `forward` "
            "to initialize the parameters before accessing their attributes."
        )

    def is_floating_point(self) -> bool:
        """Return whether the numbers will be floats."""
        return bool(self.dtype.is_floating_point)

    def requires_grad_(self, requires_grad: bool = True) -> Any:
        """Ask for a gradient, or stop asking."""
        self._requires_grad = requires_grad
        return self

    def to(self, *args: Any, **kwargs: Any) -> Any:
        """Change the dtype that the numbers will have, in place."""
        self.data = self.data.to(*args, **kwargs)
        return self

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        if id(self) not in memo:
            memo[id(self)] = type(self)(self._requires_grad, dtype=self.dtype)
        return memo[id(self)]

    def __reduce_ex__(self, protocol: Any) -> Any:
        return type(self), (self._requires_grad, None, self.dtype)


class UninitializedParameter(_Uninitialized, Parameter):
    """A parameter whose shape is not known yet; ``materialize`` makes an ordinary one of it.

    Parameters
    ----------
    requires_grad : bool
        Whether it gets a gradient.
    device, dtype : optional
        As of a tensor.

    Examples
    --------
    >>> weight = mg.nn.UninitializedParameter()
    >>> weight
    <UninitializedParameter>
    >>> weight.materialize((2, 3))
    >>> weight.shape
    torch.Size([2, 3])
    """

    cls_to_become = Parameter

    def __new__(cls, requires_grad: bool = True, device: Any = None, dtype: Any = None) -> Any:
        return _shares(cls, empty(0, device=device, dtype=dtype), requires_grad)

    def __init__(self, requires_grad: bool = True, device: Any = None, dtype: Any = None) -> None:
        pass  # __new__ has done it


class UninitializedBuffer(_Uninitialized):
    """A buffer whose shape is not known yet; ``materialize`` makes an ordinary one of it.

    Parameters
    ----------
    requires_grad : bool
        Whether it gets a gradient.
    device, dtype : optional
        As of a tensor.
    persistent : bool
        Whether ``state_dict`` holds it.

    Examples
    --------
    >>> mg.nn.UninitializedBuffer()
    <UninitializedBuffer>
    """

    def __new__(
        cls, requires_grad: bool = False, device: Any = None, dtype: Any = None, persistent: bool = True
    ) -> Any:
        tensor = _shares(cls, empty(0, device=device, dtype=dtype), requires_grad)
        tensor._is_buffer, tensor.persistent = True, persistent
        return tensor


def is_lazy(param: Any) -> bool:
    """Return whether a parameter or a buffer has no shape yet.

    Examples
    --------
    >>> mg.nn.parameter.is_lazy(mg.nn.LazyLinear(3).weight)
    True
    """
    return isinstance(param, _Uninitialized)
