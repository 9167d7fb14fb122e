"""Tensor: the public class. Each method is one line that names the op or the room where the work is done."""

from __future__ import annotations

import builtins
import copy
import warnings
from collections.abc import Callable, Iterator
from typing import Any
from weakref import ref

import numpy as np

from minigrad import autograd, dtypes, numpy_protocol, printing, random
from minigrad.autograd import why
from minigrad.autograd.base import Array, alias, register, wrap
from minigrad.autograd.function import apply, refresh
from minigrad.autograd.grad_mode import local
from minigrad.autograd.node import Node, RemovableHandle, accumulator
from minigrad.ops import (
    activations,
    arithmetic,
    arranging,
    axes,
    choice,
    combining,
    compare,
    convolution,
    counting,
    decompositions,
    diagonals,
    distances,
    einsum,
    elementwise,
    extremes,
    facts,
    gates,
    higher,
    inplace,
    joining,
    linalg,
    logic,
    masks,
    norms,
    ordering,
    padding,
    powers,
    products,
    reduce,
    replacing,
    rounding,
    scattering,
    solving,
    statistics,
    trigonometry,
    windows,
)
from minigrad.ops import index as index_
from minigrad.ops import shape as shape_
from minigrad.ops import softmax as softmax_
from minigrad.ops.arguments import CPU, axis, check_device, device, operand, refuse, sizes, unbroadcastable
from minigrad.ops.data import array_of, leaf, legacy_array
from minigrad.storage import TensorMemory

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

    def __add__(self, other: Any) -> Size:
        return Size(tuple(self) + tuple(other))

    def __radd__(self, other: Any) -> Size:
        return Size(tuple(other) + tuple(self))

    def __mul__(self, times: Any) -> Size:
        return Size(tuple(self) * times)

    def __getitem__(self, key: Any) -> Any:
        return Size(tuple(self)[key]) if isinstance(key, slice) else tuple(self)[key]

    def numel(self) -> int:
        """Return how many entries a tensor of this shape has."""
        return int(np.prod(self, dtype=np.int64))


def _augmented(function: Callable[..., Any]) -> Callable[[Any, Any], Any]:
    """Return the method behind ``x += other`` and its like."""

    def method(self: Any, other: Any) -> Any:
        return NotImplemented if operand(other) is NotImplemented else inplace.in_place(function, self, other)

    return method


@register
class Tensor(TensorMemory):
    """Numbers of one type in a grid, which can record what is computed from them.

    Make one with ``mg.tensor(data)``; a leaf that asks for a gradient with ``requires_grad=True``.

    Examples
    --------
    >>> x = mg.tensor([1.0, 2.0], requires_grad=True)
    >>> (x * x).sum().backward()
    >>> x.grad
    tensor([2., 4.])
    """

    def __new__(cls, *data: Any, device: Any = None, **named: Any) -> Any:
        """Make a float tensor of a shape, or of numbers: older programs' way, beside ``mg.tensor(data)``."""
        check_device(device)
        if named.keys() - {"data"}:
            raise TypeError(f"new() received an invalid combination of arguments: {', '.join(named)}")
        array = legacy_array((*data, *named.values()), dtypes.get_default_dtype().numpy)
        return _rebuilt(cls, array, False, {})

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
    def ndim(self) -> builtins.int:
        """The number of dimensions."""
        return self._array.ndim

    def size(self, dim: builtins.int | None = None) -> Any:
        """Return the shape, or one entry of it."""
        return self.shape if dim is None else self._array.shape[axis(dim, self._array.ndim)]

    @property
    def device(self) -> device:
        """Where the numbers are: on the CPU."""
        return CPU

    def is_floating_point(self) -> builtins.bool:
        """Return whether the entries are floats."""
        return self._array.dtype.kind == "f"

    def is_complex(self) -> builtins.bool:
        """Return whether the entries are complex."""
        return self._array.dtype.kind == "c"

    def stride(self, dim: builtins.int | None = None) -> Any:
        """Return how many entries apart neighbours lie in memory, along each dimension or one."""
        steps = tuple([step // self._array.itemsize for step in self._array.strides])
        return steps if dim is None else steps[axis(dim, len(steps))]

    def is_contiguous(self, memory_format: Any = None) -> builtins.bool:
        """Return whether the entries lie in memory in their order."""
        return self._array.flags.c_contiguous

    def dim(self) -> builtins.int:
        """Return the number of dimensions."""
        return self._array.ndim

    ndimension = dim

    def numel(self) -> builtins.int:
        """Return the number of entries."""
        return self._array.size

    def is_nonzero(self) -> builtins.bool:
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

    def numpy(self, *, force: builtins.bool = False) -> Array:
        """Return the array that shares this tensor's memory.

        Parameters
        ----------
        force : bool
            Do so even if the tensor requires grad.

        Raises
        ------
        RuntimeError
            If the tensor requires grad: what is done to the array would not be recorded.
        """
        if self.requires_grad and not force:
            raise RuntimeError("Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.")
        self._escape("numpy")
        return self._array.view()

    def __array__(self, dtype: Any = None, copy: builtins.bool | None = None) -> Array:
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
    def requires_grad(self) -> builtins.bool:
        """Whether a gradient is wanted for this tensor, or for something it was computed from."""
        return self._requires_grad or (self._view is not None and self._view.base._requires_grad)

    @requires_grad.setter
    def requires_grad(self, value: builtins.bool) -> None:
        if not isinstance(value, builtins.bool):
            raise RuntimeError(f"requires_grad must be a bool, not {_kind(value)}")
        if value and self._inference and not local.state.inference:
            raise RuntimeError("Setting requires_grad=True on inference tensor outside InferenceMode is not allowed.")
        if self.grad_fn is not None:
            raise RuntimeError(
                "you can only change requires_grad flags of leaf variables."
                + (
                    ""
                    if value
                    else " If you want to use a computed variable in a subgraph that doesn't require differentiation "
                    "use var_no_grad = var.detach()."
                )
            )
        if value and not dtypes.can_require_grad(self._array.dtype):
            raise RuntimeError(
                f"only Tensors of floating point and complex dtype can require gradients. This one is {self.dtype}."
            )
        self._requires_grad = bool(value)

    def requires_grad_(self, requires_grad: builtins.bool = True) -> Tensor:
        """Ask for a gradient, or stop asking, and return the tensor itself."""
        if not isinstance(requires_grad, builtins.bool):
            refuse(requires_grad, "requires_grad_", "requires_grad", 1, "bool")
        if requires_grad and not dtypes.can_require_grad(self._array.dtype):
            raise RuntimeError(f"only Tensors of floating point dtype can require gradients. This one is {self.dtype}.")
        if not (requires_grad and self.grad_fn is not None):  # what was computed from a leaf requires grad as it is
            self.requires_grad = requires_grad
        return self

    @property
    def is_leaf(self) -> builtins.bool:
        """Whether no recorded op made it."""
        return self.grad_fn is None

    @property
    def grad_fn(self) -> Node | None:
        """The node that computes this tensor's inputs' gradients; None for a leaf."""
        if self._rare:
            refresh(self)
        return self._node

    @property
    def output_nr(self) -> builtins.int:
        """Which output of its ``grad_fn`` this tensor is."""
        return self._output_nr

    @property
    def grad(self) -> Any:
        """The gradient added up so far; None before any arrived, and for what is no leaf."""
        if self._grad is None and self._node is not None and not self.retains_grad:
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
            if value is self:
                raise RuntimeError("can't assign Variable as its own grad")
            if not isinstance(value, Tensor):
                raise TypeError(f"assigned grad expected to be a Tensor or None but got grad of type {_kind(value)}")
            if value._array.shape != self._array.shape:
                raise RuntimeError(
                    f"attempting to assign a gradient of size '{list(value.shape)}' to a tensor of size "
                    f"'{list(self.shape)}'. Please ensure that the gradient and the tensor are the same size"
                )
            if value._array.dtype != self._array.dtype:
                raise RuntimeError(
                    f"attempting to assign a gradient with dtype '{value.dtype.title.lower()}' to a tensor with "
                    f"grad_dtype '{self.dtype.title}'. The gradient must match the tensor's dtype."
                )
        if value is None and self._grad is not None:
            self._cleared = True
        self._grad = value

    @grad.deleter
    def grad(self) -> None:
        self.grad = None

    def why_no_grad(self, root: Tensor | None = None) -> why.Why:
        """Say why ``.grad`` is None: which op cut the chain, or what was not asked for, for this very graph.

        Parameters
        ----------
        root : Tensor, optional
            From where the backward pass ran, or should; by default the newest result among your variables that
            depends on this tensor.

        Returns
        -------
        Why
            It prints as a sentence; its ``reason``, ``op`` and ``line`` are for programs.

        Examples
        --------
        >>> x = mg.tensor([1.0, 2.0], requires_grad=True)
        >>> y = x * 2
        >>> y.sum().backward()
        >>> y.why_no_grad()
        y is not a leaf: MulBackward0 computed it, and a backward pass keeps the gradients of leaves alone. ...
        """
        return why.why_no_grad(self, root)

    def retain_grad(self) -> None:
        """Keep this tensor's gradient in ``.grad`` though it is no leaf."""
        if not self.requires_grad:
            raise RuntimeError("can't retain_grad on Tensor that has requires_grad=False")
        if self.grad_fn is not None:
            self.grad_fn._hooks_of().retain[self._output_nr] = ref(self)

    @property
    def retains_grad(self) -> builtins.bool:
        """Whether ``retain_grad`` was called on this tensor, which is no leaf."""
        hooks = None if self._node is None else self._node._hooks
        held = None if hooks is None else hooks.retain.get(self._output_nr)
        return self._retains or (held is not None and held() is self)

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
        if not self.requires_grad:
            raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
        hooks = (self.grad_fn or accumulator(self))._hooks_of()
        return RemovableHandle(hooks.tensor.setdefault(self._output_nr, {}), hook)

    def register_post_accumulate_grad_hook(self, hook: Callable[[Any], Any]) -> RemovableHandle:
        """Call ``hook(tensor)`` after a gradient was added to this leaf's ``.grad``."""
        if not self.requires_grad:
            raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
        if self.grad_fn is not None:
            raise RuntimeError("post accumulate grad hooks cannot be registered on non-leaf tensors")
        return RemovableHandle(accumulator(self)._hooks_of().after_accumulate, hook)

    def backward(
        self,
        gradient: Any = None,
        retain_graph: builtins.bool | None = None,
        create_graph: builtins.bool = False,
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
        twin._inference = twin._rare = self._inference
        return twin

    @data.setter
    def data(self, value: Tensor) -> None:
        if not isinstance(value, Tensor):
            raise TypeError(f"Variable data has to be a tensor, but got {_kind(value)}")
        if self._requires_grad and not dtypes.can_require_grad(value._array.dtype):
            raise RuntimeError("data set to a tensor that requires gradients must be floating point or complex dtype")
        self._array = value._array.view()
        if self._accumulator is not None:
            self._accumulator.take_array(self._array)

    def is_inference(self) -> builtins.bool:
        """Return whether the tensor was made in inference mode."""
        return self._inference

    @property
    def _base(self) -> Tensor | None:
        return None if self._view is None else self._view.base  # type: ignore[return-value]

    def _is_view(self) -> builtins.bool:
        return self._view is not None

    def __deepcopy__(self, memo: dict[builtins.int, Any]) -> Any:
        if self.grad_fn is not None:
            raise RuntimeError(
                "Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol at the "
                "moment. Use tensor.detach().clone() for a copy of the numbers alone."
            )
        twin = _rebuilt(type(self), self._array.copy(order="K"), self._requires_grad, {})
        memo[id(self)] = twin
        twin.__dict__.update(copy.deepcopy(self._own(), memo))
        twin._grad = copy.deepcopy(self._grad, memo)
        return twin

    def __reduce_ex__(self, protocol: Any) -> Any:
        return _rebuilt, (type(self), self._array, self.requires_grad, self._own())  # as in PyTorch, without its .grad

    def __copy__(self) -> Any:
        return _rebuilt(type(self), self._array.view(), self.requires_grad, self._own())

    def _own(self) -> dict[str, Any]:
        """Return what a user set on the tensor."""
        return {name: value for name, value in self.__dict__.items() if name not in _OURS}

    def as_subclass(self, cls: Any) -> Any:
        """Return a tensor of a subclass on the same memory, in the same place of the graph."""
        twin = apply(shape_.Alias, self)
        other = object.__new__(cls)
        for name in ("_array", "_node", "_requires_grad", "_accumulator", "_counter", "_rare"):
            setattr(other, name, getattr(twin, name))
        other.__dict__.update(twin.__dict__)
        return other

    def __repr__(self) -> str:
        try:
            node = self.grad_fn
            name = None if node is None else node._short_name()
        except RuntimeError:
            name = "Invalid"  # a view that lost its place in the graph: printing it is no time to raise
        return printing.format_tensor(self._array, grad_fn=name, requires_grad=self.requires_grad)

    def __bool__(self) -> builtins.bool:
        if self._array.size != 1:
            raise RuntimeError(
                "Boolean value of Tensor with no values is ambiguous"
                if self._array.size == 0
                else "Boolean value of Tensor with more than one value is ambiguous"
            )
        return bool(self.item())

    def __float__(self) -> builtins.float:
        return float(self._scalar())

    def __int__(self) -> builtins.int:
        return int(self._scalar())

    def __index__(self) -> builtins.int:
        if self._array.dtype.kind not in "biu" or self._array.size != 1:
            raise TypeError("only integer tensors of a single element can be converted to an index")
        return int(self.item())

    def __complex__(self) -> complex:
        return complex(self._scalar(real_too=True))

    def _scalar(self, real_too: builtins.bool = False) -> Any:
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

    def __len__(self) -> builtins.int:
        if self._array.ndim == 0:
            raise TypeError("len() of a 0-d tensor")
        return len(self._array)

    def __iter__(self) -> Iterator[Tensor]:
        if self._array.ndim == 0:
            raise TypeError("iteration over a 0-d tensor")
        return iter(self.unbind())

    # --- Operators -------------------------------------------------------------------------------------------------

    def __add__(self, other: Any) -> Any:
        other = other if type(other) in _OPERANDS else operand(other)
        if other is NotImplemented:
            return other
        try:
            return apply(arithmetic.Add, self, other)
        except ValueError as error:
            raise unbroadcastable(error, self, other) from None

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        other = other if type(other) in _OPERANDS else operand(other)
        if other is NotImplemented:
            return other
        try:
            return apply(arithmetic.Sub, self, other)
        except ValueError as error:
            raise unbroadcastable(error, self, other) from None

    def __rsub__(self, other: Any) -> Any:
        return NotImplemented if operand(other) is NotImplemented else arithmetic.rsub(self, other)

    def __mul__(self, other: Any) -> Any:
        other = other if type(other) in _OPERANDS else operand(other)
        if other is NotImplemented:
            return other
        try:
            return apply(arithmetic.Mul, self, other)
        except ValueError as error:
            raise unbroadcastable(error, self, other) from None

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        other = other if type(other) in _OPERANDS else operand(other)
        if other is NotImplemented:
            return other
        try:
            return apply(arithmetic.Div, self, other)
        except ValueError as error:
            raise unbroadcastable(error, self, other) from None

    def __rtruediv__(self, other: Any) -> Any:
        return NotImplemented if operand(other) is NotImplemented else apply(powers.Reciprocal, self) * other

    def __floordiv__(self, other: Any) -> Any:
        return NotImplemented if operand(other) is NotImplemented else rounding.floor_divide(self, other)

    def __rfloordiv__(self, other: Any) -> Any:
        return NotImplemented if operand(other) is NotImplemented else rounding.floor_divide(other, self)

    def __mod__(self, other: Any) -> Any:
        return NotImplemented if operand(other) is NotImplemented else rounding.remainder(self, other)

    def __rmod__(self, other: Any) -> Any:
        return NotImplemented if operand(other) is NotImplemented else rounding.remainder(other, self)

    def __pow__(self, other: Any) -> Any:
        if type(other) is int and self._array.dtype.kind == "f":
            return apply(powers.Pow, self, other)
        return NotImplemented if operand(other) is NotImplemented else powers.pow(self, other)

    def __rpow__(self, other: Any) -> Any:
        return NotImplemented if operand(other) is NotImplemented else powers.pow(other, self)

    def __neg__(self) -> Tensor:
        return apply(arithmetic.Neg, self)  # type: ignore[no-any-return]

    def __pos__(self) -> Tensor:
        return arithmetic.positive(self)

    def __abs__(self) -> Tensor:
        return rounding.abs(self)

    def __matmul__(self, other: Any) -> Any:
        other = operand(other)
        return linalg.matmul(self, other) if isinstance(other, Tensor) else NotImplemented

    def __rmatmul__(self, other: Any) -> Any:
        other = operand(other)
        return linalg.matmul(other, self) if isinstance(other, Tensor) else NotImplemented

    def __eq__(self, other: Any) -> Any:
        return NotImplemented if operand(other) is NotImplemented else compare.eq(self, other)

    def __ne__(self, other: Any) -> Any:
        return NotImplemented if operand(other) is NotImplemented else compare.ne(self, other)

    def __lt__(self, other: Any) -> Any:
        return NotImplemented if operand(other) is NotImplemented else compare.lt(self, other)

    def __le__(self, other: Any) -> Any:
        return NotImplemented if operand(other) is NotImplemented else compare.le(self, other)

    def __gt__(self, other: Any) -> Any:
        return NotImplemented if operand(other) is NotImplemented else compare.gt(self, other)

    def __ge__(self, other: Any) -> Any:
        return NotImplemented if operand(other) is NotImplemented else compare.ge(self, other)

    def __and__(self, other: Any) -> Any:
        return NotImplemented if operand(other) is NotImplemented else logic.bitwise_and(self, other)

    def __or__(self, other: Any) -> Any:
        return NotImplemented if operand(other) is NotImplemented else logic.bitwise_or(self, other)

    def __xor__(self, other: Any) -> Any:
        return NotImplemented if operand(other) is NotImplemented else logic.bitwise_xor(self, other)

    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__

    def __lshift__(self, other: Any) -> Any:
        return NotImplemented if operand(other) is NotImplemented else combining.bitwise_left_shift(self, other)

    def __rlshift__(self, other: Any) -> Any:
        return NotImplemented if operand(other) is NotImplemented else combining.bitwise_left_shift(other, self)

    def __rshift__(self, other: Any) -> Any:
        return NotImplemented if operand(other) is NotImplemented else combining.bitwise_right_shift(self, other)

    def __rrshift__(self, other: Any) -> Any:
        return NotImplemented if operand(other) is NotImplemented else combining.bitwise_right_shift(other, self)

    def __invert__(self) -> Tensor:
        if self._array.dtype.kind not in "biu":
            raise TypeError("~ (operator.invert) is only implemented on integer and Boolean-type tensors")
        return logic.bitwise_not(self)

    def __getitem__(self, key: Any) -> Tensor:
        return index_.getitem(self, key)

    def __contains__(self, element: Any) -> builtins.bool:
        if not isinstance(element, (Tensor, int, float)):
            raise RuntimeError(
                f"Tensor.__contains__ only supports Tensor or scalar, but you passed in a {type(element)}."
            )
        return builtins.bool(compare.eq(self, element)._array.any())

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, out: Any = None, **settings: Any) -> Any:
        if out is not None:  # `array += t` writes into an array: no graph goes through it
            plain = [x.numpy() if isinstance(x, Tensor) else x for x in inputs]
            return getattr(ufunc, method)(*plain, out=out, **settings)
        return numpy_protocol.ufunc(_UFUNCS, _TENSORS_ONLY, ufunc, method, inputs, settings)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return numpy_protocol.array_function(function, args, kwargs)

    # --- Methods: each is the function of that name, with the tensor as its first argument ---------------------------

    add, sub, mul, div, neg = arithmetic.add, arithmetic.sub, arithmetic.mul, arithmetic.div, arithmetic.neg
    subtract, multiply, divide, true_divide, negative = sub, mul, div, div, neg
    positive = arithmetic.positive
    reciprocal = powers.reciprocal
    pow = powers.pow
    float_power = powers.float_power
    square = powers.square
    sqrt = powers.sqrt
    rsqrt = powers.rsqrt
    lerp = arithmetic.lerp

    abs = absolute = rounding.abs
    sign = sgn = rounding.sign
    floor = rounding.floor
    ceil = rounding.ceil
    trunc = fix = rounding.trunc
    frac = rounding.frac
    round = rounding.round
    floor_divide = rounding.floor_divide
    remainder = rounding.remainder
    fmod = rounding.fmod

    maximum = choice.maximum
    minimum = choice.minimum
    clamp = clip = choice.clamp
    clamp_min = choice.clamp_min
    clamp_max = choice.clamp_max

    exp = elementwise.exp
    exp2 = elementwise.exp2
    expm1 = elementwise.expm1
    log = elementwise.log
    log2 = elementwise.log2
    log10 = elementwise.log10
    log1p = elementwise.log1p

    sin = trigonometry.sin
    cos = trigonometry.cos
    tan = trigonometry.tan
    asin = arcsin = trigonometry.asin
    acos = arccos = trigonometry.acos
    atan = arctan = trigonometry.atan
    sinh = trigonometry.sinh
    cosh = trigonometry.cosh
    asinh = arcsinh = trigonometry.asinh
    acosh = arccosh = trigonometry.acosh
    atanh = arctanh = trigonometry.atanh
    atan2 = arctan2 = trigonometry.atan2

    tanh = activations.tanh
    sigmoid = activations.sigmoid
    relu = activations.relu
    erf = activations.erf
    erfc = activations.erfc
    prelu = gates.prelu
    hardshrink = gates.hardshrink

    sum = reduce.sum
    mean = reduce.mean
    prod = reduce.prod
    var = reduce.var
    std = reduce.std
    norm = reduce.norm
    cumsum = reduce.cumsum
    cumprod = reduce.cumprod

    max = extremes.max
    min = extremes.min
    amax = extremes.amax
    amin = extremes.amin
    argmax = extremes.argmax
    argmin = extremes.argmin
    all = extremes.all
    any = extremes.any

    softmax = softmax_.softmax
    log_softmax = softmax_.log_softmax
    logsumexp = softmax_.logsumexp

    view = shape_.view
    reshape = shape_.reshape
    flatten = shape_.flatten
    unflatten = shape_.unflatten
    squeeze = shape_.squeeze
    unsqueeze = shape_.unsqueeze
    permute = axes.permute
    movedim = moveaxis = axes.movedim
    transpose = swapaxes = swapdims = axes.transpose
    t = axes.t
    expand = axes.expand
    expand_as = axes.expand_as
    broadcast_to = axes.broadcast_to
    flip = axes.flip
    clone = shape_.clone
    contiguous = shape_.contiguous

    split = joining.split
    chunk = joining.chunk
    unbind = joining.unbind
    repeat = joining.repeat
    tile = joining.tile
    split_with_sizes = joining.split_with_sizes
    dist, renorm = distances.dist, norms.renorm
    adjoint = axes.adjoint

    select = index_.select
    narrow = index_.narrow
    gather = index_.gather
    index_select = index_.index_select
    take = index_.take
    index_put = index_.index_put
    take_along_dim = index_.take_along_dim

    masked_fill = masks.masked_fill
    masked_select = masks.masked_select

    matmul = linalg.matmul
    mm = linalg.mm
    mv = linalg.mv
    dot = linalg.dot
    bmm = linalg.bmm
    addmm = linalg.addmm
    inner, kron, matrix_power = einsum.inner, einsum.kron, einsum.matrix_power
    addmv, addr, addbmm, baddbmm = products.addmv, products.addr, products.addbmm, products.baddbmm
    cross, trace, vdot = products.cross, products.trace, products.vdot
    det, logdet, slogdet = solving.det, solving.logdet, solving.slogdet
    inverse, pinverse, cholesky_solve = solving.inv, solving.pinv, solving.cholesky_solve
    cholesky = decompositions.cholesky
    outer = ger = linalg.outer

    eq, ne, lt, le, gt, ge = compare.eq, compare.ne, compare.lt, compare.le, compare.gt, compare.ge
    not_equal, less, less_equal, greater, greater_equal = ne, lt, le, gt, ge
    isnan = compare.isnan
    isinf = compare.isinf
    isfinite = compare.isfinite
    isclose = compare.isclose
    allclose = compare.allclose
    equal = compare.equal
    logical_and = logic.logical_and
    logical_or = logic.logical_or
    logical_xor = logic.logical_xor
    logical_not = logic.logical_not
    bitwise_and = logic.bitwise_and
    bitwise_or = logic.bitwise_or
    bitwise_xor = logic.bitwise_xor
    bitwise_not = logic.bitwise_not

    def where(self, condition: Any, other: Any) -> Any:
        """Return this tensor's entries where the condition holds, else those of ``other``."""
        return masks.where(condition, self, other)

    @property
    def real(self) -> Tensor:
        """The real parts."""
        return facts.real(self)  # type: ignore[no-any-return]

    @property
    def imag(self) -> Tensor:
        """The imaginary parts."""
        return facts.imag(self)  # type: ignore[no-any-return]

    @property
    def T(self) -> Tensor:
        """The tensor with its dimensions in reverse order: a matrix's transpose."""
        return axes.reversed_dims(self)

    @property
    def mT(self) -> Tensor:
        """The transpose of a matrix, or of each in a stack of them."""
        return axes.matrix_transpose(self)

    @property
    def H(self) -> Tensor:
        """The transpose of a matrix, conjugated."""
        return axes.hermitian(self)

    @property
    def mH(self) -> Tensor:
        """The transpose of a matrix, or of each in a stack of them, conjugated."""
        return axes.adjoint(self, "mH")

    sort = ordering.sort
    argsort = ordering.argsort
    msort = ordering.msort
    topk = ordering.topk
    kthvalue = ordering.kthvalue
    median = ordering.median
    nanmedian = ordering.nanmedian
    mode = ordering.mode
    quantile = ordering.quantile
    nanquantile = ordering.nanquantile
    cummax = ordering.cummax
    cummin = ordering.cummin

    tril = diagonals.tril
    triu = diagonals.triu
    diagonal = diagonals.diagonal
    diag = diagonals.diag
    diag_embed = diagonals.diag_embed
    diagflat = diagonals.diagflat
    diagonal_scatter = diagonals.diagonal_scatter

    as_strided = windows.as_strided
    unfold = windows.unfold

    roll = arranging.roll
    rot90 = arranging.rot90
    fliplr = arranging.fliplr
    flipud = arranging.flipud
    repeat_interleave = arranging.repeat_interleave
    view_as = arranging.view_as
    reshape_as = arranging.reshape_as
    sum_to_size = arranging.sum_to_size
    ravel = arranging.ravel
    tensor_split = arranging.tensor_split
    hsplit = arranging.hsplit
    vsplit = arranging.vsplit
    dsplit = arranging.dsplit

    scatter = scattering.scatter
    scatter_add = scattering.scatter_add
    scatter_reduce = scattering.scatter_reduce
    index_add = replacing.index_add
    index_copy = replacing.index_copy
    index_fill = replacing.index_fill
    select_scatter = replacing.select_scatter
    slice_scatter = replacing.slice_scatter
    put = replacing.put
    masked_scatter = replacing.masked_scatter
    nonzero = replacing.nonzero
    argwhere = replacing.argwhere

    addcmul = combining.addcmul
    addcdiv = combining.addcdiv
    hypot = combining.hypot
    logaddexp = combining.logaddexp
    logaddexp2 = combining.logaddexp2
    xlogy = combining.xlogy
    ldexp = combining.ldexp
    copysign = combining.copysign
    fmax = combining.fmax
    fmin = combining.fmin
    nextafter = combining.nextafter
    heaviside = combining.heaviside
    nan_to_num = combining.nan_to_num
    gcd = combining.gcd
    lcm = combining.lcm
    bitwise_left_shift = combining.bitwise_left_shift
    bitwise_right_shift = combining.bitwise_right_shift

    lgamma = higher.lgamma
    digamma = higher.digamma
    mvlgamma = higher.mvlgamma
    erfinv = higher.erfinv
    i0 = higher.i0
    sinc = higher.sinc
    deg2rad = higher.deg2rad
    rad2deg = higher.rad2deg
    logit = higher.logit
    angle = higher.angle
    polygamma = higher.polygamma_of

    nansum = statistics.nansum
    nanmean = statistics.nanmean
    count_nonzero = statistics.count_nonzero
    aminmax = statistics.aminmax
    logcumsumexp = statistics.logcumsumexp
    diff = statistics.diff
    cov = statistics.cov
    corrcoef = statistics.corrcoef

    unique = counting.unique
    unique_consecutive = counting.unique_consecutive
    bincount = counting.bincount
    histc = counting.histc

    is_signed = facts.is_signed
    is_same_size = facts.is_same_size
    signbit = facts.signbit
    isposinf = facts.isposinf
    isneginf = facts.isneginf
    isreal = facts.isreal
    conj = facts.conj

    # --- In place. See Note [In place] -------------------------------------------------------------------------------

    zero_ = inplace.zero_
    fill_ = inplace.fill_
    copy_ = inplace.copy_
    index_put_ = inplace.index_put_
    add_ = inplace.of(arithmetic.add)
    sub_ = subtract_ = inplace.of(arithmetic.sub)
    mul_ = multiply_ = inplace.of(arithmetic.mul)
    div_ = divide_ = true_divide_ = inplace.of(arithmetic.div)
    neg_ = negative_ = inplace.of(arithmetic.neg)
    lerp_ = inplace.of(arithmetic.lerp)
    pow_ = inplace.of(powers.pow)
    float_power_ = inplace.of(powers.float_power)
    reciprocal_ = inplace.of(powers.reciprocal)
    square_ = inplace.of(powers.square)
    sqrt_ = inplace.of(powers.sqrt)
    rsqrt_ = inplace.of(powers.rsqrt)
    floor_divide_ = inplace.of(rounding.floor_divide)
    remainder_ = inplace.of(rounding.remainder)
    fmod_ = inplace.of(rounding.fmod)
    abs_ = absolute_ = inplace.of(rounding.abs)
    sign_ = sgn_ = inplace.of(rounding.sign)
    floor_ = inplace.of(rounding.floor)
    ceil_ = inplace.of(rounding.ceil)
    trunc_ = fix_ = inplace.of(rounding.trunc)
    frac_ = inplace.of(rounding.frac)
    round_ = inplace.of(rounding.round)
    clamp_ = clip_ = inplace.of(choice.clamp)
    clamp_min_ = inplace.of(choice.clamp_min)
    clamp_max_ = inplace.of(choice.clamp_max)
    exp_ = inplace.of(elementwise.exp)
    exp2_ = inplace.of(elementwise.exp2)
    expm1_ = inplace.of(elementwise.expm1)
    log_ = inplace.of(elementwise.log)
    log2_ = inplace.of(elementwise.log2)
    log10_ = inplace.of(elementwise.log10)
    log1p_ = inplace.of(elementwise.log1p)
    sin_ = inplace.of(trigonometry.sin)
    cos_ = inplace.of(trigonometry.cos)
    tan_ = inplace.of(trigonometry.tan)
    asin_ = arcsin_ = inplace.of(trigonometry.asin)
    acos_ = arccos_ = inplace.of(trigonometry.acos)
    atan_ = arctan_ = inplace.of(trigonometry.atan)
    sinh_ = inplace.of(trigonometry.sinh)
    cosh_ = inplace.of(trigonometry.cosh)
    asinh_ = arcsinh_ = inplace.of(trigonometry.asinh)
    acosh_ = arccosh_ = inplace.of(trigonometry.acosh)
    atanh_ = arctanh_ = inplace.of(trigonometry.atanh)
    atan2_ = arctan2_ = inplace.of(trigonometry.atan2)
    tanh_ = inplace.of(activations.tanh)
    sigmoid_ = inplace.of(activations.sigmoid)
    relu_ = inplace.of(activations.relu)
    erf_ = inplace.of(activations.erf)
    erfc_ = inplace.of(activations.erfc)
    cumsum_ = inplace.of(reduce.cumsum)
    cumprod_ = inplace.of(reduce.cumprod)
    addmm_ = inplace.of(linalg.addmm)
    eq_ = inplace.of(compare.eq)
    ne_ = not_equal_ = inplace.of(compare.ne)
    lt_ = less_ = inplace.of(compare.lt)
    le_ = less_equal_ = inplace.of(compare.le)
    gt_ = greater_ = inplace.of(compare.gt)
    ge_ = greater_equal_ = inplace.of(compare.ge)
    logical_and_ = inplace.of(logic.logical_and)
    logical_or_ = inplace.of(logic.logical_or)
    logical_xor_ = inplace.of(logic.logical_xor)
    logical_not_ = inplace.of(logic.logical_not)
    bitwise_and_ = inplace.of(logic.bitwise_and)
    bitwise_or_ = inplace.of(logic.bitwise_or)
    bitwise_xor_ = inplace.of(logic.bitwise_xor)
    bitwise_not_ = inplace.of(logic.bitwise_not)
    masked_fill_ = inplace.of(masks.masked_fill)
    tril_ = inplace.of(diagonals.tril)
    addmv_, addr_ = inplace.of(products.addmv), inplace.of(products.addr)
    addbmm_, baddbmm_ = inplace.of(products.addbmm), inplace.of(products.baddbmm)
    triu_ = inplace.of(diagonals.triu)
    index_add_ = inplace.of(replacing.index_add)
    index_copy_ = inplace.of(replacing.index_copy)
    index_fill_ = inplace.of(replacing.index_fill)
    put_ = inplace.of(replacing.put)
    masked_scatter_ = inplace.of(replacing.masked_scatter)
    addcmul_ = inplace.of(combining.addcmul)
    addcdiv_ = inplace.of(combining.addcdiv)
    hypot_ = inplace.of(combining.hypot)
    xlogy_ = inplace.of(combining.xlogy)
    ldexp_ = inplace.of(combining.ldexp)
    copysign_ = inplace.of(combining.copysign)
    nextafter_ = inplace.of(combining.nextafter)
    heaviside_ = inplace.of(combining.heaviside)
    nan_to_num_ = inplace.of(combining.nan_to_num)
    gcd_ = inplace.of(combining.gcd)
    lcm_ = inplace.of(combining.lcm)
    bitwise_left_shift_ = inplace.of(combining.bitwise_left_shift)
    bitwise_right_shift_ = inplace.of(combining.bitwise_right_shift)
    lgamma_ = inplace.of(higher.lgamma)
    digamma_ = inplace.of(higher.digamma)
    mvlgamma_ = inplace.of(higher.mvlgamma)
    erfinv_ = inplace.of(higher.erfinv)
    i0_ = inplace.of(higher.i0)
    sinc_ = inplace.of(higher.sinc)
    deg2rad_ = inplace.of(higher.deg2rad)
    rad2deg_ = inplace.of(higher.rad2deg)
    logit_ = inplace.of(higher.logit)
    polygamma_ = inplace.of(higher.polygamma_of)
    scatter_ = inplace.of(scattering.scatter)
    scatter_add_ = inplace.of(scattering.scatter_add)
    scatter_reduce_ = inplace.of(scattering.scatter_reduce)
    squeeze_ = inplace.shape_of(shape_.squeeze)
    unsqueeze_ = inplace.shape_of(shape_.unsqueeze)
    transpose_ = swapaxes_ = swapdims_ = inplace.shape_of(axes.transpose)
    t_ = inplace.shape_of(axes.t)
    detach_ = inplace.detach_
    fill_diagonal_ = inplace.fill_diagonal_
    renorm_ = inplace.of(norms.renorm)

    def uniform_(self, from_: builtins.float = 0.0, to: builtins.float = 1.0, *, generator: Any = None) -> Tensor:
        """Set the entries to random numbers between two bounds, all equally likely."""
        source = generator or random.default_generator
        return inplace.draw(self, source.uniform_array(from_, to, self._array.shape, self._array.dtype), "Uniform")

    def normal_(self, mean: builtins.float = 0.0, std: builtins.float = 1.0, *, generator: Any = None) -> Tensor:
        """Set the entries to random numbers from a normal distribution."""
        source = generator or random.default_generator
        return inplace.draw(self, source.normal_array(mean, std, self._array.shape, self._array.dtype), "Normal")

    def bernoulli_(self, p: Any = 0.5, *, generator: Any = None) -> Tensor:
        """Set the entries to ones, with probability ``p``, and zeros."""
        source = generator or random.default_generator
        chance = p._array if isinstance(p, Tensor) else p
        return inplace.draw(self, source.bernoulli_array(chance, self._array.shape, self._array.dtype), "Bernoulli")

    def exponential_(self, lambd: builtins.float = 1.0, *, generator: Any = None) -> Tensor:
        """Set the entries to random numbers from an exponential distribution."""
        source = generator or random.default_generator
        return inplace.draw(self, source.exponential_array(lambd, self._array.shape, self._array.dtype), "Exponential")

    def geometric_(self, p: builtins.float, *, generator: Any = None) -> Tensor:
        """Draw how many tries it takes until one succeeds, each with chance ``p``."""
        source = generator or random.default_generator
        return inplace.draw(self, source.geometric_array(p, self._array.shape, self._array.dtype), "Geometric")

    def log_normal_(self, mean: builtins.float = 1.0, std: builtins.float = 2.0, *, generator: Any = None) -> Tensor:
        """Draw numbers whose logarithms are normal, with this mean and standard deviation."""
        source = generator or random.default_generator
        return inplace.draw(self, source.lognormal_array(mean, std, self._array.shape, self._array.dtype), "LogNormal")

    def cauchy_(self, median: builtins.float = 0.0, sigma: builtins.float = 1.0, *, generator: Any = None) -> Tensor:
        """Draw from the Cauchy distribution."""
        source = generator or random.default_generator
        return inplace.draw(self, source.cauchy_array(median, sigma, self._array.shape, self._array.dtype), "Cauchy")

    def random_(
        self, from_: builtins.int | None = None, to: builtins.int | None = None, *, generator: Any = None
    ) -> Tensor:
        """Set the entries to random integers from ``from_`` up to, but without, ``to``; or below the one bound."""
        source = generator or random.default_generator
        array = self._array
        if from_ is None:
            return inplace.draw(self, source.random_array(array.shape, array.dtype), "Random")
        low, high = (0, from_) if to is None else (from_, to)
        return inplace.draw(self, source.randint_array(low, high, array.shape, array.dtype), "Random")

    def bernoulli(self, p: builtins.float | None = None, *, generator: Any = None) -> Tensor:
        """Draw 0 or 1 for each entry, which is the chance of a 1 unless ``p`` is."""
        source, array = generator or random.default_generator, self._array
        drawn = source.bernoulli_array(array if p is None else p, array.shape, array.dtype)
        return apply(inplace.Draw, self, drawn, "Bernoulli")  # type: ignore[no-any-return]

    def multinomial(
        self, num_samples: builtins.int, replacement: builtins.bool = False, *, generator: Any = None
    ) -> Tensor:
        """Draw indices, each as likely as its entry is large."""
        source = generator or random.default_generator
        return wrap(source.multinomial_array(self._array, num_samples, replacement))  # type: ignore[no-any-return]

    def __setitem__(self, key: Any, value: Any) -> None:
        inplace.set_item(self, key, value)

    __iadd__ = _augmented(arithmetic.add)
    __isub__ = _augmented(arithmetic.sub)
    __imul__ = _augmented(arithmetic.mul)
    __itruediv__ = _augmented(arithmetic.div)
    __ifloordiv__ = _augmented(rounding.floor_divide)
    __imod__ = _augmented(rounding.remainder)
    __ipow__ = _augmented(powers.pow)
    __iand__ = _augmented(logic.bitwise_and)
    __ior__ = _augmented(logic.bitwise_or)
    __ixor__ = _augmented(logic.bitwise_xor)
    __ilshift__ = _augmented(combining.bitwise_left_shift)
    __irshift__ = _augmented(combining.bitwise_right_shift)

    # --- Another type ----------------------------------------------------------------------------------------------

    def to(self, *args: Any, copy: builtins.bool = False, **named: Any) -> Tensor:
        """Return the tensor in another dtype, named directly or by a tensor that has it; itself, if nothing changes.

        Parameters
        ----------
        *args : dtype, device or Tensor
            What it should be like. The only device is the CPU.
        copy : bool
            Return a copy even if nothing changes.
        **named
            ``dtype``, ``device``, ``other``; ``non_blocking`` and ``memory_format`` are accepted as in PyTorch.
        """
        target = self._array.dtype
        bools = [arg for arg in args if isinstance(arg, builtins.bool)]
        copy = copy or bools[1:] == [True]  # the first is non_blocking
        for arg in (*args, *[named.get(name) for name in ("dtype", "device", "other")]):
            if isinstance(arg, Tensor):
                target = arg._array.dtype
            elif isinstance(arg, (str, device)):
                check_device(arg)
            elif arg is not None and not isinstance(arg, builtins.bool):  # a bool is non_blocking
                target = dtypes.to_numpy(arg)
        if target == self._array.dtype:
            return apply(shape_.Clone, self) if copy else self
        return apply(shape_.ToCopy, self, target)  # type: ignore[no-any-return]

    def type_as(self, other: Tensor) -> Tensor:
        """Return the tensor in the dtype of another."""
        return self.to(other.dtype)

    def type(self, dtype: Any = None) -> Any:
        """Return the type's name, such as ``"torch.FloatTensor"``; or the tensor in another dtype."""
        if dtype is None:
            return f"torch.{self.dtype.title}Tensor"
        if isinstance(dtype, str):
            if dtype not in _BY_TITLE:
                raise ValueError(f"invalid type: '{dtype}'")
            dtype = _BY_TITLE[dtype]
        return self.to(getattr(dtype, "dtype", dtype))

    def double(self) -> Tensor:
        """Return the tensor in float64."""
        return self.to(dtypes.float64)

    def float(self) -> Tensor:
        """Return the tensor in float32."""
        return self.to(dtypes.float32)

    def half(self) -> Tensor:
        """Return the tensor in float16."""
        return self.to(dtypes.float16)

    def long(self) -> Tensor:
        """Return the tensor in int64."""
        return self.to(dtypes.int64)

    def int(self) -> Tensor:
        """Return the tensor in int32."""
        return self.to(dtypes.int32)

    def short(self) -> Tensor:
        """Return the tensor in int16."""
        return self.to(dtypes.int16)

    def byte(self) -> Tensor:
        """Return a copy in uint8."""
        return self.to(dtypes.uint8)

    def char(self) -> Tensor:
        """Return a copy in int8."""
        return self.to(dtypes.int8)

    def cfloat(self) -> Tensor:
        """Return a copy in complex64."""
        return self.to(dtypes.complex64)

    def cdouble(self) -> Tensor:
        """Return a copy in complex128."""
        return self.to(dtypes.complex128)

    def bool(self) -> Tensor:
        """Return whether each entry is not 0."""
        return self.to(dtypes.bool_)

    # --- Others like it ---------------------------------------------------------------------------------------------

    def new_tensor(
        self, data: Any, *, dtype: Any = None, device: Any = None, requires_grad: builtins.bool = False
    ) -> Any:
        """Return a leaf that holds a copy of ``data`` in this tensor's dtype."""
        check_device(device)
        return leaf(array_of(data, dtype or self.dtype), requires_grad)

    def new_zeros(self, *size: Any, dtype: Any = None, device: Any = None, requires_grad: builtins.bool = False) -> Any:
        """Return zeros of another shape in this tensor's dtype."""
        check_device(device)
        return leaf(np.zeros(sizes(size, "new_zeros"), dtypes.to_numpy(dtype or self.dtype)), requires_grad)

    def new_ones(self, *size: Any, dtype: Any = None, device: Any = None, requires_grad: builtins.bool = False) -> Any:
        """Return ones of another shape in this tensor's dtype."""
        check_device(device)
        return leaf(np.ones(sizes(size, "new_ones"), dtypes.to_numpy(dtype or self.dtype)), requires_grad)

    new_empty = new_zeros

    @np.errstate(all="ignore")
    def new_full(
        self, size: Any, fill_value: Any, *, dtype: Any = None, device: Any = None, requires_grad: builtins.bool = False
    ) -> Any:
        """Return one number everywhere, in another shape and this tensor's dtype."""
        check_device(device)
        return leaf(
            np.full(sizes((size,), "new_full"), fill_value, dtypes.to_numpy(dtype or self.dtype)), requires_grad
        )

    def cpu(self) -> Tensor:
        """Return the tensor itself: it is on the CPU."""
        return self

    # --- What formulas ask of tensors. See Note [A formula is NumPy, and runs twice] --------------------------------

    @staticmethod
    def _where(condition: Any, a: Any, b: Any) -> Tensor:
        condition = condition if isinstance(condition, Tensor) else wrap(np.asarray(condition).view())
        return masks.where(condition, a, b)  # type: ignore[no-any-return]

    @staticmethod
    def _floor_div(a: Any, b: Any) -> Tensor:
        return arithmetic.div(a, b, rounding_mode="floor")  # type: ignore[no-any-return]

    def _pad(self, pads: Any, value: Any) -> Tensor:
        return apply(padding.ConstantPadNd, self, pads, value)  # type: ignore[no-any-return]

    def _columns(self, window: Any) -> Tensor:
        return apply(convolution.Im2Col, self, window)  # type: ignore[no-any-return]

    def _images(self, window: Any) -> Tensor:
        return apply(convolution.Col2Im, self, window)  # type: ignore[no-any-return]

    def _bessel(self, kind: str) -> Tensor:
        return getattr(higher, kind)(self)  # type: ignore[no-any-return]

    _cat = staticmethod(joining.cat)
    _stack = staticmethod(joining.stack)


def _rebuilt(cls: type[Tensor], array: Array, requires_grad: builtins.bool, own: dict[str, Any]) -> Any:
    """Return a leaf of a class, made of what a copy or a pickle holds."""
    tensor = object.__new__(cls)
    tensor._array, tensor._node, tensor._requires_grad = array, None, requires_grad
    tensor._accumulator, tensor._counter, tensor._rare = None, None, False
    tensor.__dict__.update(own)
    return tensor


_OURS = frozenset({"_output_nr", "_view", "_grad", "_inference"})
_OPERANDS = frozenset({Tensor, float, int, bool})
_BY_TITLE = {
    f"torch.{kind.title}Tensor": kind
    for kind in (
        *(dtypes.float16, dtypes.float32, dtypes.float64, dtypes.int8, dtypes.int16, dtypes.int32, dtypes.int64),
        *(dtypes.uint8, dtypes.bool_, dtypes.complex64, dtypes.complex128),
    )
}

_TENSORS_ONLY: frozenset[Any] = frozenset(
    {
        *(choice.maximum, choice.minimum, trigonometry.atan2, linalg.matmul),
        *(logic.logical_and, logic.logical_or, logic.logical_xor),
    }
)

# NumPy's functions of single numbers, and the op that records each.
_UFUNCS: dict[np.ufunc, Callable[..., Any]] = {
    np.add: arithmetic.add,
    np.subtract: arithmetic.sub,
    np.multiply: arithmetic.mul,
    np.true_divide: arithmetic.div,
    np.negative: arithmetic.neg,
    np.positive: arithmetic.positive,
    np.power: powers.pow,
    np.float_power: powers.float_power,
    np.square: powers.square,
    np.sqrt: powers.sqrt,
    np.reciprocal: powers.reciprocal,
    np.absolute: rounding.abs,
    np.fabs: rounding.abs,
    np.sign: rounding.sign,
    np.floor: rounding.floor,
    np.ceil: rounding.ceil,
    np.trunc: rounding.trunc,
    np.rint: rounding.round,
    np.floor_divide: rounding.floor_divide,
    np.remainder: rounding.remainder,
    np.fmod: rounding.fmod,
    np.maximum: choice.maximum,
    np.minimum: choice.minimum,
    np.hypot: combining.hypot,
    np.logaddexp: combining.logaddexp,
    np.logaddexp2: combining.logaddexp2,
    np.copysign: combining.copysign,
    np.fmax: combining.fmax,
    np.fmin: combining.fmin,
    np.gcd: combining.gcd,
    np.lcm: combining.lcm,
    np.deg2rad: higher.deg2rad,
    np.rad2deg: higher.rad2deg,
    np.exp: elementwise.exp,
    np.exp2: elementwise.exp2,
    np.expm1: elementwise.expm1,
    np.log: elementwise.log,
    np.log2: elementwise.log2,
    np.log10: elementwise.log10,
    np.log1p: elementwise.log1p,
    np.sin: trigonometry.sin,
    np.cos: trigonometry.cos,
    np.tan: trigonometry.tan,
    np.arcsin: trigonometry.asin,
    np.arccos: trigonometry.acos,
    np.arctan: trigonometry.atan,
    np.sinh: trigonometry.sinh,
    np.cosh: trigonometry.cosh,
    np.arcsinh: trigonometry.asinh,
    np.arccosh: trigonometry.acosh,
    np.arctanh: trigonometry.atanh,
    np.arctan2: trigonometry.atan2,
    np.tanh: activations.tanh,
    np.equal: compare.eq,
    np.not_equal: compare.ne,
    np.less: compare.lt,
    np.less_equal: compare.le,
    np.greater: compare.gt,
    np.greater_equal: compare.ge,
    np.isnan: compare.isnan,
    np.isinf: compare.isinf,
    np.isfinite: compare.isfinite,
    np.logical_and: logic.logical_and,
    np.logical_or: logic.logical_or,
    np.logical_xor: logic.logical_xor,
    np.logical_not: logic.logical_not,
    np.bitwise_and: logic.bitwise_and,
    np.bitwise_or: logic.bitwise_or,
    np.bitwise_xor: logic.bitwise_xor,
    np.invert: logic.bitwise_not,
    np.matmul: linalg.matmul,
}


def _kind(value: object) -> str:
    """Return the name of a value's type, as PyTorch's sentences have it."""
    kind = type(value)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
