"""And, or, not; and the same of bits. Answers jump, so they never require grad."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import TensorBase
from minigrad.autograd.function import Op, apply
from minigrad.ops.arguments import TensorT, pair, tensor
from minigrad.ops.compare import Compare

__all__ = [
    "bitwise_and",
    "bitwise_not",
    "bitwise_or",
    "bitwise_xor",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
]

# --- And, or, not --------------------------------------------------------------------------------------------------


class LogicalAnd(Compare):
    """Whether both hold: yes or no has no slope."""

    __slots__ = ()
    glyph, tex = "∧", r"{0} \wedge {1}"

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        return np.logical_and(a, b)


class LogicalOr(Compare):
    """Whether either holds: yes or no has no slope."""

    __slots__ = ()
    glyph, tex = "∨", r"{0} \vee {1}"

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        return np.logical_or(a, b)


class LogicalXor(Compare):
    """Whether exactly one holds: yes or no has no slope."""

    __slots__ = ()
    glyph, tex = "⊻", r"{0} \veebar {1}"

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        return np.logical_xor(a, b)


class LogicalNot(Op):
    """Whether it does not hold: yes or no has no slope."""

    __slots__ = ()
    differentiable = False
    glyph, tex, local = "¬", r"\neg {0}", ("0",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        return np.logical_not(x)


def logical_and(input: TensorT, other: TensorT) -> TensorT:
    """Return whether both entries are true (not 0).

    Parameters
    ----------
    input, other : Tensor
        Shapes that broadcast.

    Returns
    -------
    Tensor
        Booleans of the broadcast shape.

    Examples
    --------
    >>> mg.logical_and(mg.tensor([True, True]), mg.tensor([True, False]))
    tensor([ True, False])
    """
    return pair("logical_and", LogicalAnd, tensor(input, "logical_and"), tensor(other, "logical_and", "other", 2))  # type: ignore[no-any-return]


def logical_or(input: TensorT, other: TensorT) -> TensorT:
    """Return whether either entry is true (not 0).

    Parameters
    ----------
    input, other : Tensor
        Shapes that broadcast.

    Returns
    -------
    Tensor
        Booleans of the broadcast shape.

    Examples
    --------
    >>> mg.logical_or(mg.tensor([True, False]), mg.tensor([False, False]))
    tensor([ True, False])
    """
    return pair("logical_or", LogicalOr, tensor(input, "logical_or"), tensor(other, "logical_or", "other", 2))  # type: ignore[no-any-return]


def logical_xor(input: TensorT, other: TensorT) -> TensorT:
    """Return whether exactly one of two entries is true (not 0).

    Parameters
    ----------
    input, other : Tensor
        Shapes that broadcast.

    Returns
    -------
    Tensor
        Booleans of the broadcast shape.

    Examples
    --------
    >>> mg.logical_xor(mg.tensor([True, True]), mg.tensor([True, False]))
    tensor([False,  True])
    """
    return pair("logical_xor", LogicalXor, tensor(input, "logical_xor"), tensor(other, "logical_xor", "other", 2))  # type: ignore[no-any-return]


def logical_not(input: TensorT) -> TensorT:
    """Return whether each entry is false (0).

    Parameters
    ----------
    input : Tensor
        Any shape.

    Returns
    -------
    Tensor
        Booleans of the same shape.

    Examples
    --------
    >>> mg.logical_not(mg.tensor([0, 1, 2]))
    tensor([ True, False, False])
    """
    return apply(LogicalNot, tensor(input, "logical_not"))  # type: ignore[no-any-return]


# --- Bits ----------------------------------------------------------------------------------------------------------


class BitwiseAnd(Compare):
    """The bits that two integers share; integers have no slope."""

    __slots__ = ()
    glyph, tex = "&", r"{0} \wedge {1}"

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        return np.bitwise_and(a, b)


class BitwiseOr(Compare):
    """The bits that either integer has; integers have no slope."""

    __slots__ = ()
    glyph, tex = "|", r"{0} \vee {1}"

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        return np.bitwise_or(a, b)


class BitwiseXor(Compare):
    """The bits in which two integers differ; integers have no slope."""

    __slots__ = ()
    glyph, tex = "^", r"{0} \veebar {1}"

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        return np.bitwise_xor(a, b)


class BitwiseNot(Op):
    """The bits turned over; integers have no slope."""

    __slots__ = ()
    differentiable = False
    glyph, tex, local = "~", r"\neg {0}", ("0",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        return np.invert(x)


def _bits(name: str, op: type[Op], a: Any, b: Any) -> Any:
    """Run an op on bits; floats have none."""
    for x in (a, b):
        floats = isinstance(x, TensorBase) and x._array.dtype.kind in "fc"
        if floats or isinstance(x, float):
            kind = dtypes.of(x._array.dtype).title if floats else "Float"
            raise NotImplementedError(f"\"{name}_cpu\" not implemented for '{kind}'")
    return pair(name, op, a, b)


def bitwise_and(input: Any, other: Any) -> Any:
    """Return the bits that both integers have, as ``&`` does; for booleans, whether both hold.

    Parameters
    ----------
    input, other : Tensor or int
        Integers or booleans, of shapes that broadcast.

    Returns
    -------
    Tensor

    Raises
    ------
    NotImplementedError
        For floats.

    Examples
    --------
    >>> mg.bitwise_and(mg.tensor([1, 2, 3]), 2)
    tensor([0, 2, 2])
    """
    return _bits("bitwise_and", BitwiseAnd, input, other)


def bitwise_or(input: Any, other: Any) -> Any:
    """Return the bits that either integer has, as ``|`` does; for booleans, whether either holds.

    Parameters
    ----------
    input, other : Tensor or int
        Integers or booleans, of shapes that broadcast.

    Returns
    -------
    Tensor

    Raises
    ------
    NotImplementedError
        For floats.

    Examples
    --------
    >>> mg.bitwise_or(mg.tensor([1, 2, 3]), 2)
    tensor([3, 2, 3])
    """
    return _bits("bitwise_or", BitwiseOr, input, other)


def bitwise_xor(input: Any, other: Any) -> Any:
    """Return the bits in which integers differ, as ``^`` does; for booleans, whether exactly one holds.

    Parameters
    ----------
    input, other : Tensor or int
        Integers or booleans, of shapes that broadcast.

    Returns
    -------
    Tensor

    Raises
    ------
    NotImplementedError
        For floats.

    Examples
    --------
    >>> mg.bitwise_xor(mg.tensor([1, 2, 3]), 2)
    tensor([3, 0, 1])
    """
    return _bits("bitwise_xor", BitwiseXor, input, other)


def bitwise_not(input: TensorT) -> TensorT:
    """Return the bits turned over, as ``~`` does; for booleans, the opposite.

    Parameters
    ----------
    input : Tensor
        Integers or booleans.

    Returns
    -------
    Tensor

    Raises
    ------
    NotImplementedError
        For floats.

    Examples
    --------
    >>> mg.bitwise_not(mg.tensor([True, False]))
    tensor([False,  True])
    """
    if tensor(input, "bitwise_not")._array.dtype.kind in "fc":
        raise NotImplementedError(f"\"bitwise_not_cpu\" not implemented for '{dtypes.of(input._array.dtype).title}'")
    return apply(BitwiseNot, input)  # type: ignore[no-any-return]
