"""Questions: equal, less, nan, and, or. Answers jump, so they never require grad."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import TensorBase, wrap
from minigrad.autograd.function import Op, apply
from minigrad.ops.arguments import TensorT, pair, tensor


class Compare(Op):
    """An answer, yes or no, has no slope: no gradient passes."""

    __slots__ = ()
    arity, promote, differentiable = 2, "arithmetic", False
    local = ("0", "0")


class Eq(Compare):
    """Whether two numbers are equal: yes or no has no slope."""

    __slots__ = ()
    glyph, tex = "=", "{0} = {1}"

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        return np.equal(a, b)


class Ne(Compare):
    """Whether two numbers differ: yes or no has no slope."""

    __slots__ = ()
    glyph, tex = "≠", r"{0} \ne {1}"

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        return np.not_equal(a, b)


class Lt(Compare):
    """Whether one number is less: yes or no has no slope."""

    __slots__ = ()
    glyph, tex = "<", "{0} < {1}"

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        return np.less(a, b)


class Le(Compare):
    """Whether one number is at most the other: yes or no has no slope."""

    __slots__ = ()
    glyph, tex = "≤", r"{0} \le {1}"

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        return np.less_equal(a, b)


class Gt(Compare):
    """Whether one number is greater: yes or no has no slope."""

    __slots__ = ()
    glyph, tex = ">", "{0} > {1}"

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        return np.greater(a, b)


class Ge(Compare):
    """Whether one number is at least the other: yes or no has no slope."""

    __slots__ = ()
    glyph, tex = "≥", r"{0} \ge {1}"

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        return np.greater_equal(a, b)


def eq(input: TensorT, other: Any) -> TensorT:
    """Return whether entries are equal.

    Parameters
    ----------
    input : Tensor
        Any shape.
    other : Tensor or number
        A shape that broadcasts with the first.

    Returns
    -------
    Tensor
        Booleans of the broadcast shape.

    Examples
    --------
    >>> mg.eq(mg.tensor([1, 2]), 2)
    tensor([False,  True])
    """
    return pair("eq", Eq, tensor(input, "eq"), other)  # type: ignore[no-any-return]


def ne(input: TensorT, other: Any) -> TensorT:
    """Return whether entries differ.

    Parameters
    ----------
    input : Tensor
        Any shape.
    other : Tensor or number
        A shape that broadcasts with the first.

    Returns
    -------
    Tensor
        Booleans of the broadcast shape.

    Examples
    --------
    >>> mg.ne(mg.tensor([1, 2]), 2)
    tensor([ True, False])
    """
    return pair("ne", Ne, tensor(input, "ne"), other)  # type: ignore[no-any-return]


def lt(input: TensorT, other: Any) -> TensorT:
    """Return whether entries are less.

    Parameters
    ----------
    input : Tensor
        Any shape.
    other : Tensor or number
        A shape that broadcasts with the first.

    Returns
    -------
    Tensor
        Booleans of the broadcast shape.

    Examples
    --------
    >>> mg.lt(mg.tensor([1, 2]), 2)
    tensor([ True, False])
    """
    return pair("lt", Lt, tensor(input, "lt"), other)  # type: ignore[no-any-return]


def le(input: TensorT, other: Any) -> TensorT:
    """Return whether entries are less or equal.

    Parameters
    ----------
    input : Tensor
        Any shape.
    other : Tensor or number
        A shape that broadcasts with the first.

    Returns
    -------
    Tensor
        Booleans of the broadcast shape.

    Examples
    --------
    >>> mg.le(mg.tensor([1, 2, 3]), 2)
    tensor([ True,  True, False])
    """
    return pair("le", Le, tensor(input, "le"), other)  # type: ignore[no-any-return]


def gt(input: TensorT, other: Any) -> TensorT:
    """Return whether entries are greater.

    Parameters
    ----------
    input : Tensor
        Any shape.
    other : Tensor or number
        A shape that broadcasts with the first.

    Returns
    -------
    Tensor
        Booleans of the broadcast shape.

    Examples
    --------
    >>> mg.gt(mg.tensor([1, 2, 3]), 2)
    tensor([False, False,  True])
    """
    return pair("gt", Gt, tensor(input, "gt"), other)  # type: ignore[no-any-return]


def ge(input: TensorT, other: Any) -> TensorT:
    """Return whether entries are greater or equal.

    Parameters
    ----------
    input : Tensor
        Any shape.
    other : Tensor or number
        A shape that broadcasts with the first.

    Returns
    -------
    Tensor
        Booleans of the broadcast shape.

    Examples
    --------
    >>> mg.ge(mg.tensor([1, 2, 3]), 2)
    tensor([False,  True,  True])
    """
    return pair("ge", Ge, tensor(input, "ge"), other)  # type: ignore[no-any-return]


# --- What kind of number -------------------------------------------------------------------------------------------


class Isnan(Op):
    """Whether a number is nan: yes or no has no slope."""

    __slots__ = ()
    differentiable = False
    glyph, tex, local = "nan?", r"\mathrm{{isnan}}({0})", ("0",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        return np.isnan(x)


class Isinf(Op):
    """Whether a number is infinite: yes or no has no slope."""

    __slots__ = ()
    differentiable = False
    glyph, tex, local = "∞?", r"\mathrm{{isinf}}({0})", ("0",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        return np.isinf(x)


class Isfinite(Op):
    """Whether a number is finite: yes or no has no slope."""

    __slots__ = ()
    differentiable = False
    glyph, tex, local = "<∞", r"\mathrm{{isfinite}}({0})", ("0",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        return np.isfinite(x)


def isnan(input: TensorT) -> TensorT:
    """Return whether each entry is nan.

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
    >>> mg.isnan(mg.tensor([1.0, float("nan")]))
    tensor([False,  True])
    """
    return apply(Isnan, tensor(input, "isnan"))  # type: ignore[no-any-return]


def isinf(input: TensorT) -> TensorT:
    """Return whether each entry is infinite.

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
    >>> mg.isinf(mg.tensor([1.0, float("inf")]))
    tensor([False,  True])
    """
    return apply(Isinf, tensor(input, "isinf"))  # type: ignore[no-any-return]


def isfinite(input: TensorT) -> TensorT:
    """Return whether each entry is neither infinite nor nan.

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
    >>> mg.isfinite(mg.tensor([1.0, float("inf")]))
    tensor([ True, False])
    """
    return apply(Isfinite, tensor(input, "isfinite"))  # type: ignore[no-any-return]


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


# --- Whole tensors -------------------------------------------------------------------------------------------------


def isclose(input: TensorT, other: TensorT, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> TensorT:
    """Return whether entries differ by at most ``atol + rtol * abs(other)``.

    Parameters
    ----------
    input, other : Tensor
        Of one dtype, and of shapes that broadcast.
    rtol, atol : float
        The relative and the absolute tolerance.
    equal_nan : bool
        Whether nan counts as close to nan.

    Returns
    -------
    Tensor
        Booleans of the broadcast shape.

    Raises
    ------
    RuntimeError
        If the dtypes differ.

    Examples
    --------
    >>> mg.isclose(mg.tensor([1.0, 2.0]), mg.tensor([1.0, 2.1]))
    tensor([ True, False])
    """
    a, b = tensor(input, "isclose")._array, tensor(other, "isclose", "other", 2)._array
    if a.dtype != b.dtype:
        raise RuntimeError(f"{dtypes.of(a.dtype).title} did not match {dtypes.of(b.dtype).title}")
    with np.errstate(all="ignore"):
        return wrap(np.asarray(np.isclose(a, b, rtol, atol, equal_nan)))  # type: ignore[no-any-return]


def allclose(input: TensorT, other: TensorT, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> bool:
    """Return whether all entries differ by at most ``atol + rtol * abs(other)``.

    Parameters
    ----------
    input, other : Tensor
        Of one dtype, and of shapes that broadcast.
    rtol, atol : float
        The relative and the absolute tolerance.
    equal_nan : bool
        Whether nan counts as close to nan.

    Returns
    -------
    bool

    Raises
    ------
    RuntimeError
        If the dtypes differ.

    Examples
    --------
    >>> mg.allclose(mg.tensor([1.0, 2.0]), mg.tensor([1.0, 2.0 + 1e-6]))
    True
    """
    return bool(isclose(input, other, rtol, atol, equal_nan)._array.all())


def equal(input: TensorT, other: TensorT) -> bool:
    """Return whether two tensors have the same shape and the same entries.

    Parameters
    ----------
    input, other : Tensor
        Any two.

    Returns
    -------
    bool

    Examples
    --------
    >>> mg.equal(mg.tensor([1, 2]), mg.tensor([1, 2]))
    True
    """
    return bool(np.array_equal(tensor(input, "equal")._array, tensor(other, "equal", "other", 2)._array))


not_equal, less, less_equal, greater, greater_equal = ne, lt, le, gt, ge
