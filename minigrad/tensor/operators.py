"""Operators: ``a + b``, ``-a``, ``a @ b``, ``a < b``, ``a[i]``; and NumPy's functions, which ask a tensor first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad import numpy_protocol
from minigrad.autograd.base import TensorBase
from minigrad.autograd.function import Op, apply
from minigrad.ops import arithmetic, compare, linalg, logic, powers, remainders, rounding, wholes
from minigrad.ops import index as index_
from minigrad.ops.arguments import operand

__all__ = ["Operators"]

Operator = Callable[[Any, Any], Any]
_NUMBERS = frozenset({float, int, bool})  # exactly: np.float64 is a float too, and is to become one


# Python's own functions, such as sum([a, b]), call operators too: by the underscores a recording tells their frames.


def _op(op: type[Op], numbers: frozenset[type] = _NUMBERS) -> Operator:
    """Return an operator that runs an op at once: those that a program is full of."""

    def __operator__(self: Any, other: Any) -> Any:
        if not isinstance(other, TensorBase) and type(other) not in numbers:
            other = operand(other)
            if other is NotImplemented:
                return other
            if op.admit is not None:
                op.admit(self._array, other)
        return apply(op, self, other)

    return __operator__


def _function(function: Operator) -> Operator:
    """Return the operator that is a function of ``self`` and what stands on its right."""

    def __operator__(self: Any, other: Any) -> Any:
        return NotImplemented if operand(other) is NotImplemented else function(self, other)

    return __operator__


def _reflected(function: Operator) -> Operator:
    """Return the operator that is a function of what stands on the left, which is no tensor, and ``self``."""

    def __operator__(self: Any, other: Any) -> Any:
        return NotImplemented if operand(other) is NotImplemented else function(other, self)

    return __operator__


class Operators(TensorBase):
    """The part of ``Tensor`` that Python's and NumPy's operators call."""

    __slots__ = ()
    __array_priority__ = 1000  # so that `array * t` asks the tensor first

    def __hash__(self) -> int:
        return id(self)  # `==` compares entries, so it says nothing about identity

    __add__ = __radd__ = _op(arithmetic.Add)
    __mul__ = __rmul__ = _op(arithmetic.Mul)
    __sub__ = _op(arithmetic.Sub, _NUMBERS - {bool})
    __truediv__ = _op(arithmetic.Div)
    __rsub__ = _function(arithmetic.rsub)
    __floordiv__ = _function(remainders.floor_divide)
    __rfloordiv__ = _reflected(remainders.floor_divide)
    __mod__ = _function(remainders.remainder)
    __rmod__ = _reflected(remainders.remainder)
    __rpow__ = _reflected(powers.pow)

    def __rtruediv__(self, other: Any) -> Any:
        return NotImplemented if operand(other) is NotImplemented else apply(powers.Reciprocal, self) * other

    def __pow__(self, other: Any) -> Any:
        if type(other) is int and -64 < other < 64 and self._array.dtype.kind == "f":
            return apply(powers.Pow, self, other)
        return NotImplemented if operand(other) is NotImplemented else powers.pow(self, other)

    def __neg__(self) -> Any:
        return apply(arithmetic.Neg, self)

    __pos__ = arithmetic.positive
    __abs__ = rounding.abs

    def __matmul__(self, other: Any) -> Any:
        other = operand(other)
        return linalg.matmul(self, other) if isinstance(other, TensorBase) else NotImplemented

    def __rmatmul__(self, other: Any) -> Any:
        other = operand(other)
        return linalg.matmul(other, self) if isinstance(other, TensorBase) else NotImplemented

    __eq__ = _function(compare.eq)
    __ne__ = _function(compare.ne)
    __lt__ = _function(compare.lt)
    __le__ = _function(compare.le)
    __gt__ = _function(compare.gt)
    __ge__ = _function(compare.ge)

    __and__ = __rand__ = _function(logic.bitwise_and)
    __or__ = __ror__ = _function(logic.bitwise_or)
    __xor__ = __rxor__ = _function(logic.bitwise_xor)
    __lshift__ = _function(wholes.bitwise_left_shift)
    __rlshift__ = _reflected(wholes.bitwise_left_shift)
    __rshift__ = _function(wholes.bitwise_right_shift)
    __rrshift__ = _reflected(wholes.bitwise_right_shift)

    def __invert__(self) -> Any:
        if self._array.dtype.kind not in "biu":
            raise TypeError("~ (operator.invert) is only implemented on integer and Boolean-type tensors")
        return logic.bitwise_not(self)

    __getitem__ = index_.getitem

    def __contains__(self, element: Any) -> bool:
        if not isinstance(element, (TensorBase, int, float)):
            raise RuntimeError(
                f"Tensor.__contains__ only supports Tensor or scalar, but you passed in a {type(element)}."
            )
        return bool(compare.eq(self, element)._array.any())

    # --- NumPy. See Note [Two doors] --------------------------------------------------------------------------------

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, out: Any = None, **settings: Any) -> Any:
        return numpy_protocol.ufunc(ufunc, method, inputs, out, settings)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return numpy_protocol.array_function(function, args, kwargs)
