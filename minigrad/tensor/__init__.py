"""Tensor: the public class, of parts. Each method is one line that names the op or the room where the work is done."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from minigrad import dtypes, printing
from minigrad.autograd.base import Array, TensorBase, owner, register, wrap
from minigrad.autograd.function import apply
from minigrad.ops import (
    activations,
    arithmetic,
    bessel,
    chances,
    columns,
    complex_numbers,
    convolution,
    incomplete,
    joining,
    masks,
    numbers,
    padding,
    resampling,
    transforms,
)
from minigrad.ops.arguments import check_device, refuse
from minigrad.ops.data import legacy_array
from minigrad.ops.shape import Alias
from minigrad.storage import TensorMemory
from minigrad.tensor.casts import Casts
from minigrad.tensor.draws import Draws
from minigrad.tensor.entries import Entries
from minigrad.tensor.functions import Functions
from minigrad.tensor.in_place import InPlace
from minigrad.tensor.operators import Operators
from minigrad.tensor.size import Size

__all__ = ["Size", "Tensor"]


@register
class Tensor(Operators, Functions, InPlace, Draws, Casts, Entries, TensorMemory):
    """Numbers of one type in a grid, which can record what is computed from them.

    Make one with ``mg.tensor(data)``; a leaf that asks for a gradient with ``requires_grad=True``.

    Examples
    --------
    >>> x = mg.tensor([1.0, 2.0], requires_grad=True)
    >>> (x * x).sum().backward()
    >>> x.grad
    tensor([2., 4.])
    """

    __module__ = "minigrad"  # where a program finds it

    def __new__(cls, *data: Any, device: Any = None, **named: Any) -> Any:
        """Make a float tensor of a shape, or of numbers: older programs' way, beside ``mg.tensor(data)``."""
        check_device(device)
        if named.keys() - {"data"}:
            raise TypeError(f"new() received an invalid combination of arguments: {', '.join(named)}")
        array = legacy_array((*data, *named.values()), dtypes.get_default_dtype().numpy)
        return _rebuilt(cls, array, False, {})

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        if self.grad_fn is not None:
            raise RuntimeError(
                "Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol at the "
                "moment. Use tensor.detach().clone() for a copy of the numbers alone."
            )
        twin = _rebuilt(type(self), _copied(self._array, memo), self._requires_grad, {})
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
        return _turned(apply(Alias, self), cls)

    @staticmethod
    def _make_subclass(cls: Any, data: Any, require_grad: bool = False) -> Any:
        if not isinstance(data, Tensor):
            refuse(data, "_make_subclass", "data", 2)
        return _turned(data.detach(), cls).requires_grad_(require_grad)

    def __repr__(self) -> str:
        try:
            node = self.grad_fn
            name = None if node is None else node._short_name()
        except RuntimeError:
            name = "Invalid"  # a view that lost its place in the graph: printing it is no time to raise
        return printing.format_tensor(self._array, grad_fn=name, requires_grad=self.requires_grad)

    # --- What formulas ask of tensors. See Note [A formula is NumPy, and runs twice] --------------------------------

    @staticmethod
    def _where(condition: Any, a: Any, b: Any) -> Any:
        condition = condition if isinstance(condition, TensorBase) else wrap(np.asarray(condition).view())
        return masks.where(condition, a, b)

    def _gate(self, x: Any, shut: Any, slope: Any, name: str) -> Any:
        return apply(activations.Gate, self, x, shut._array, slope, name)

    def _beside(self, inputs: Any, name: str, keep: bool) -> Any:
        others = [x for x in inputs if x is not None and x._requires_grad]
        return apply(activations.Beside, self, *others, name, keep) if others else self

    @staticmethod
    def _floor_div(a: Any, b: Any) -> Any:
        return arithmetic.div(a, b, rounding_mode="floor")

    @staticmethod
    def _trunc_div(a: Any, b: Any) -> Any:
        return arithmetic.div(a, b, rounding_mode="trunc")

    _times, _over = numbers.times, numbers.over

    def _weighed(self, weights: Any, title: str) -> Any:
        return apply(resampling.Weighed, self, weights, title)

    def _pad(self, pads: Any, value: Any) -> Any:
        return apply(padding.ConstantPadNd, self, pads, value)

    def _columns(self, window: Any) -> Any:
        return apply(columns.Im2Col, self, window)

    def _images(self, window: Any) -> Any:
        return apply(columns.Col2Im, self, window)

    def _correlated(self, weight: Any, window: Any, groups: int) -> Any:
        return apply(convolution.Convolution, self, weight, None, window, groups)

    def _spread(self, weight: Any, window: Any, groups: int) -> Any:
        return apply(convolution.ConvolutionTransposed, self, weight, None, window, groups)

    def _met(self, x: Any, window: Any, groups: int) -> Any:
        return apply(convolution.ConvolutionByWeight, self, x, window, groups)

    def _fourier(self, dims: Any, norm: str, inverse: bool) -> Any:
        return (transforms.ifftn if inverse else transforms.fftn)(self, None, dims, norm)

    def _half_fourier(self, dims: Any, norm: str) -> Any:
        return transforms.rfftn(self, None, dims, norm)

    def _bessel(self, kind: str) -> Any:
        return getattr(bessel, kind)(self)

    _erfcx = chances.erfcx
    _view_as_real, _view_as_complex = complex_numbers.view_as_real, complex_numbers.view_as_complex
    _zeta = staticmethod(incomplete.zeta)

    _cat = staticmethod(joining.cat)
    _stack = staticmethod(joining.stack)


def _turned(tensor: Tensor, cls: type[Tensor]) -> Any:
    """Return a tensor that nobody else has as one of a subclass."""
    if not (isinstance(cls, type) and issubclass(cls, Tensor)):
        raise TypeError(
            "Creating a Tensor subclass from a class that does not inherit from Tensor is not possible. Make sure your "
            "class inherits from Tensor."
        )
    other = object.__new__(cls)
    for name in ("_array", "_node", "_requires_grad", "_accumulator", "_counter", "_rare"):
        setattr(other, name, getattr(tensor, name))
    other.__dict__.update(tensor.__dict__)
    return other


def _copied(array: Array, memo: dict[int, Any]) -> Array:
    """Return a copy that lies in memory as the original: of what shares memory in one copy, the copies share it too."""
    whole = owner(array)
    if not isinstance(whole, np.ndarray):
        return array.copy(order="K")
    if id(whole) not in memo:
        memo[id(whole)] = whole.ravel(order="K").copy()
    return np.ndarray(
        array.shape,
        array.dtype,
        memo[id(whole)],
        array.__array_interface__["data"][0] - whole.__array_interface__["data"][0],
        array.strides,
    )


def _rebuilt(cls: type[Tensor], array: Array, requires_grad: bool, own: dict[str, Any]) -> Any:
    """Return a leaf of a class, made of what a copy or a pickle holds."""
    tensor = object.__new__(cls)
    tensor._array, tensor._node, tensor._requires_grad = array, None, requires_grad
    tensor._accumulator, tensor._counter, tensor._rare = None, None, not array.flags.c_contiguous
    tensor.__dict__.update(own)
    return tensor


_OURS = frozenset(vars(TensorBase))
