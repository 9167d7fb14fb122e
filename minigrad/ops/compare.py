"""Questions: equal, less, nan. Answers jump, so they never require grad."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import wrap
from minigrad.autograd.function import Op, apply
from minigrad.ops.arguments import TensorT, broadcast_shape, pair, tensor

__all__ = [
    "allclose",
    "eq",
    "equal",
    "ge",
    "greater",
    "greater_equal",
    "gt",
    "isclose",
    "isfinite",
    "isinf",
    "isnan",
    "le",
    "less",
    "less_equal",
    "lt",
    "ne",
    "not_equal",
]


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
    only_real = "lt_cpu"
    glyph, tex = "<", "{0} < {1}"

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        return np.less(a, b)


class Le(Compare):
    """Whether one number is at most the other: yes or no has no slope."""

    __slots__ = ()
    only_real = "le_cpu"
    glyph, tex = "≤", r"{0} \le {1}"

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        return np.less_equal(a, b)


class Gt(Compare):
    """Whether one number is greater: yes or no has no slope."""

    __slots__ = ()
    only_real = "gt_cpu"
    glyph, tex = ">", "{0} > {1}"

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        return np.greater(a, b)


class Ge(Compare):
    """Whether one number is at least the other: yes or no has no slope."""

    __slots__ = ()
    only_real = "ge_cpu"
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
    broadcast_shape(input, other)
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
