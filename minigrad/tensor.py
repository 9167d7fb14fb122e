"""Tensor: the public class. Each method is one line that names the op or the room where the work is done."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable, Iterator
from typing import Any
from weakref import ref

import numpy as np

from minigrad import autograd, dtypes, printing
from minigrad.autograd.base import Array, TensorBase, alias, register, wrap
from minigrad.autograd.function import apply
from minigrad.autograd.grad_mode import local
from minigrad.autograd.node import Node, RemovableHandle, accumulator
from minigrad.ops import arithmetic, elementwise, reduce, shape

Number = float | int | bool | complex


class Size(tuple[int, ...]):
    """The shape of a tensor: a tuple that prints as PyTorch's.

    Examples
    --------
    >>> mg.zeros(2, 3).size()
    torch.Size([2, 3])
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"torch.Size({list(self)})"

    def numel(self) -> int:
        """Return how many entries a tensor of this shape has."""
        return int(np.prod(self, dtype=np.int64))


@register
class Tensor(TensorBase):
    """Numbers of one type in a grid, which can record what is computed from them.

    Make one with ``mg.tensor(data)``; a leaf that asks for a gradient with ``requires_grad=True``.

    Examples
    --------
    >>> x = mg.tensor([1.0, 2.0], requires_grad=True)
    >>> (x * x).sum().backward()
    >>> x.grad
    tensor([2., 4.])
    """

    __array_priority__ = 1000  # so that `array * t` asks the tensor first
    __hash__ = object.__hash__  # `==` compares entries, so it says nothing about identity

    # --- What it holds ---------------------------------------------------------------------------------------------

    @property
    def shape(self) -> Size:
        """The number of entries along each dimension."""
        return Size(self._array.shape)

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
        return self.shape if dim is None else self.shape[dim]

    def dim(self) -> int:
        """Return the number of dimensions."""
        return self._array.ndim

    def numel(self) -> int:
        """Return the number of entries."""
        return self._array.size

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

    def numpy(self) -> Array:
        """Return the array that shares this tensor's memory.

        Raises
        ------
        RuntimeError
            If the tensor requires grad: what is done to the array would not be recorded.
        """
        if self._requires_grad:
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

    def _escape(self, how: str) -> None:
        """Tell the recorder that numbers leave the graph here."""
        if local.state.recorder is not None:
            local.state.recorder.escape(self, how)

    # --- Its place in the graph ------------------------------------------------------------------------------------

    @property
    def requires_grad(self) -> bool:
        """Whether a gradient is wanted for this tensor, or for something it was computed from."""
        return self._requires_grad

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        if self._node is not None and not value:
            raise RuntimeError(
                "you can only change requires_grad flags of leaf variables. If you want to use a computed variable in "
                "a subgraph that doesn't require differentiation use var_no_grad = var.detach()."
            )
        if value and not dtypes.can_require_grad(self._array.dtype):
            raise RuntimeError(
                f"only Tensors of floating point and complex dtype can require gradients; this one is {self.dtype}"
            )
        self._requires_grad = bool(value)

    def requires_grad_(self, requires_grad: bool = True) -> Tensor:
        """Ask for a gradient, or stop asking, and return the tensor itself."""
        if requires_grad and not dtypes.can_require_grad(self._array.dtype):
            raise RuntimeError(f"only Tensors of floating point dtype can require gradients; this one is {self.dtype}")
        self.requires_grad = requires_grad
        return self

    @property
    def is_leaf(self) -> bool:
        """Whether no recorded op made it."""
        return self._node is None

    @property
    def grad_fn(self) -> Node | None:
        """The node that computes this tensor's inputs' gradients; None for a leaf."""
        return self._node

    @property
    def output_nr(self) -> int:
        """Which output of its ``grad_fn`` this tensor is."""
        return self._output_nr

    @property
    def grad(self) -> Any:
        """The gradient added up so far; None before any arrived, and for what is no leaf."""
        if self._grad is None and self._node is not None:
            warnings.warn(
                "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad attribute "
                "won't be populated during autograd.backward(). If you indeed want the .grad field to be populated "
                "for a non-leaf Tensor, use .retain_grad() on the non-leaf Tensor.",
                UserWarning,
                stacklevel=2,
            )
        return self._grad

    @grad.setter
    def grad(self, value: Tensor | None) -> None:
        if value is not None:
            if not isinstance(value, Tensor):
                raise TypeError(f"assigned grad expected to be a Tensor or None but got grad of type {_kind(value)}")
            if value._array.shape != self._array.shape:
                raise RuntimeError(
                    f"assigned grad has data of a different size: {list(value.shape)}, needed {list(self.shape)}"
                )
            if value._array.dtype != self._array.dtype:
                raise RuntimeError(f"assigned grad has data of a different type: {value.dtype}, needed {self.dtype}")
        self._grad = value

    @grad.deleter
    def grad(self) -> None:
        self._grad = None

    def retain_grad(self) -> None:
        """Keep this tensor's gradient in ``.grad`` though it is no leaf."""
        if not self._requires_grad:
            raise RuntimeError("can't retain_grad on Tensor that has requires_grad=False")
        if self._node is not None:
            self._node._hooks_of().retain[self._output_nr] = ref(self)

    @property
    def retains_grad(self) -> bool:
        """Whether ``retain_grad`` was called on this tensor, which is no leaf."""
        hooks = None if self._node is None else self._node._hooks
        held = None if hooks is None else hooks.retain.get(self._output_nr)
        return held is not None and held() is self

    def register_hook(self, hook: Callable[[Any], Any]) -> RemovableHandle:
        """Call ``hook(grad)`` whenever this tensor's gradient is computed; what it returns takes its place.

        Parameters
        ----------
        hook : callable
            It gets the gradient and returns None or a tensor of the same shape.

        Returns
        -------
        RemovableHandle
            Its ``remove()`` takes the hook off.

        Raises
        ------
        RuntimeError
            If the tensor requires no gradient.
        """
        if not self._requires_grad:
            raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
        hooks = (self._node or accumulator(self))._hooks_of()
        return RemovableHandle(hooks.tensor.setdefault(self._output_nr, {}), hook)

    def register_post_accumulate_grad_hook(self, hook: Callable[[Any], Any]) -> RemovableHandle:
        """Call ``hook(tensor)`` after a gradient was added to this leaf's ``.grad``."""
        if self._node is not None:
            raise RuntimeError("post accumulate grad hooks cannot be registered on non-leaf tensors")
        if not self._requires_grad:
            raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
        return RemovableHandle(accumulator(self)._hooks_of().after_accumulate, hook)

    def backward(
        self,
        gradient: Any = None,
        retain_graph: bool | None = None,
        create_graph: bool = False,
        inputs: Any = None,
    ) -> None:
        """Compute the gradient of this tensor with respect to the leaves it came from, and add it to their ``.grad``.

        Parameters
        ----------
        gradient : Tensor, optional
            The gradient of whatever comes after with respect to this tensor, of its shape; a scalar needs none.
        retain_graph : bool, optional
            Keep what the graph saved, so that it can run again.
        create_graph : bool
            Record the backward pass too, for higher derivatives.
        inputs : sequence of Tensor, optional
            Fill only these tensors' ``.grad``.

        Raises
        ------
        RuntimeError
            If nothing here requires grad, the tensor is no scalar and ``gradient`` is missing, or the graph was freed.
        """
        autograd.backward(self, gradient, retain_graph, create_graph, inputs=inputs)

    def detach(self) -> Tensor:
        """Return a tensor that shares memory with this one and has no history."""
        twin: Tensor = alias(self)
        if local.state.recorder is not None:
            local.state.recorder.detach(self, twin)
        return twin

    @property
    def data(self) -> Tensor:
        """The same memory with no history, and with a version of its own: autograd sees no write through it."""
        self._escape("data")
        twin: Tensor = wrap(self._array.view())
        return twin

    @data.setter
    def data(self, value: Tensor) -> None:
        self._array = value._array.view()
        self._accumulator = None  # it knows the former array's shape

    @property
    def _base(self) -> Tensor | None:
        return None if self._view is None else self._view.base  # type: ignore[return-value]

    def _is_view(self) -> bool:
        return self._view is not None

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        if self._node is not None:
            raise RuntimeError(
                "Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol at the "
                "moment. Use tensor.detach().clone() for a copy of the numbers alone."
            )
        twin: Tensor = wrap(self._array.copy(), None, self._requires_grad)
        memo[id(self)] = twin
        twin._grad = copy.deepcopy(self._grad, memo)
        return twin

    def __repr__(self) -> str:
        node = self._node
        return printing.format_tensor(
            self._array, grad_fn=None if node is None else node.name(), requires_grad=self._requires_grad
        )

    def __bool__(self) -> bool:
        if self._array.size != 1:
            raise RuntimeError(
                "Boolean value of Tensor with no values is ambiguous"
                if self._array.size == 0
                else "Boolean value of Tensor with more than one value is ambiguous"
            )
        return bool(self.item())

    def __float__(self) -> float:
        return float(self.item())

    def __int__(self) -> int:
        return int(self.item())

    def __index__(self) -> int:
        if self._array.dtype.kind not in "biu" or self._array.size != 1:
            raise TypeError("only integer tensors of a single element can be converted to an index")
        return int(self.item())

    def __len__(self) -> int:
        if self._array.ndim == 0:
            raise TypeError("len() of a 0-d tensor")
        return len(self._array)

    def __iter__(self) -> Iterator[Tensor]:
        if self._array.ndim == 0:
            raise TypeError("iteration over a 0-d tensor")
        return (self[i] for i in range(len(self._array)))

    # --- Arithmetic ------------------------------------------------------------------------------------------------

    def __add__(self, other: Any) -> Any:
        other = other if type(other) in _OPERANDS else _operand(other)
        return other if other is NotImplemented else apply(arithmetic.Add, self, other)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        other = other if type(other) in _OPERANDS else _operand(other)
        return other if other is NotImplemented else apply(arithmetic.Sub, self, other)

    def __rsub__(self, other: Any) -> Any:
        other = other if type(other) in _OPERANDS else _operand(other)
        return other if other is NotImplemented else apply(arithmetic.Rsub, self, other)

    def __mul__(self, other: Any) -> Any:
        other = other if type(other) in _OPERANDS else _operand(other)
        return other if other is NotImplemented else apply(arithmetic.Mul, self, other)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        other = other if type(other) in _OPERANDS else _operand(other)
        return other if other is NotImplemented else apply(arithmetic.Div, self, other)

    def __neg__(self) -> Tensor:
        return apply(arithmetic.Neg, self)  # type: ignore[no-any-return]

    def __pow__(self, other: Any) -> Any:
        other = other if type(other) in _OPERANDS else _operand(other)
        if other is NotImplemented:
            return other
        return apply(arithmetic.PowTensor if isinstance(other, Tensor) else arithmetic.Pow, self, other)

    def __rpow__(self, other: Any) -> Any:
        other = _operand(other)
        return other if other is NotImplemented else apply(arithmetic.PowTensor, other, self)

    # --- Elementwise -----------------------------------------------------------------------------------------------

    def exp(self) -> Tensor:
        return apply(elementwise.Exp, self)

    def log(self) -> Tensor:
        return apply(elementwise.Log, self)

    def tanh(self) -> Tensor:
        return apply(elementwise.Tanh, self)

    def relu(self) -> Tensor:
        return apply(elementwise.Relu, self)

    # --- Reductions ------------------------------------------------------------------------------------------------

    def sum(self, dim: Any = None, keepdim: bool = False) -> Tensor:
        if dim is None:
            return apply(reduce.Sum, self)
        dim = dim if isinstance(dim, tuple) else (dim,)
        return apply(reduce.Sum, self, tuple(d % max(self.ndim, 1) for d in dim), keepdim)

    def mean(self, dim: Any = None, keepdim: bool = False) -> Tensor:
        if dim is None:
            return apply(reduce.Mean, self)
        dim = dim if isinstance(dim, tuple) else (dim,)
        return apply(reduce.Mean, self, tuple(d % max(self.ndim, 1) for d in dim), keepdim)

    # --- Shape -----------------------------------------------------------------------------------------------------

    def reshape(self, *shape_: Any) -> Tensor:
        target = tuple(shape_[0]) if len(shape_) == 1 and isinstance(shape_[0], (tuple, list)) else shape_
        return apply(shape.View, self, target)

    def expand(self, *shape_: Any) -> Tensor:
        target = tuple(shape_[0]) if len(shape_) == 1 and isinstance(shape_[0], (tuple, list)) else shape_
        return apply(shape.Expand, self, target)

    def clone(self) -> Tensor:
        return apply(shape.Clone, self)

    def to(self, dtype: dtypes.dtype) -> Tensor:
        target = dtypes.to_numpy(dtype)
        return self if target == self._array.dtype else apply(shape.ToCopy, self, target)


_OPERANDS = frozenset({Tensor, float, int, bool})


def _operand(value: Any) -> Any:
    """Return a value as an operator takes it: tensors and numbers; arrays become constant tensors."""
    if isinstance(value, (Tensor, int, float, complex)):
        return value.item() if isinstance(value, np.generic) else value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return wrap(value.view())
    return NotImplemented


def _kind(value: object) -> str:
    return type(value).__name__
