"""Whole numbers: gcd, lcm, and shifts of their bits."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.ops.arguments import TensorT, pair, supported, tensor
from minigrad.ops.compare import Compare

__all__ = ["bitwise_left_shift", "bitwise_right_shift", "gcd", "lcm"]


# --- Whole numbers ------------------------------------------------------------------------------------------------


class Gcd(Compare):
    """The greatest common divisor of whole numbers: they have no gradient."""

    __slots__ = ()
    glyph, tex = "gcd", r"\gcd({0}, {1})"

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        supported(a, "bfc", "gcd_cpu")
        return np.gcd(a, b)


def gcd(input: TensorT, other: TensorT) -> TensorT:
    """Return the greatest common divisor, entry by entry.

    Parameters
    ----------
    input, other : Tensor
        Integers, of shapes that broadcast.

    Returns
    -------
    Tensor
        Of the broadcast shape.

    Raises
    ------
    NotImplementedError
        For floats and booleans.

    Examples
    --------
    >>> mg.gcd(mg.tensor([4, 6]), mg.tensor([6, 9]))
    tensor([2, 3])
    """
    return pair("gcd", Gcd, tensor(input, "gcd"), tensor(other, "gcd", "other", 2))  # type: ignore[no-any-return]


class Lcm(Compare):
    """The least common multiple of whole numbers: they have no gradient."""

    __slots__ = ()
    glyph, tex = "lcm", r"\mathrm{{lcm}}({0}, {1})"

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        supported(a, "bfc", "lcm_cpu")
        return np.lcm(a, b)


def lcm(input: TensorT, other: TensorT) -> TensorT:
    """Return the least common multiple, entry by entry.

    Parameters
    ----------
    input, other : Tensor
        Integers, of shapes that broadcast.

    Returns
    -------
    Tensor
        Of the broadcast shape.

    Raises
    ------
    NotImplementedError
        For floats and booleans.

    Examples
    --------
    >>> mg.lcm(mg.tensor([4, 6]), mg.tensor([6, 9]))
    tensor([12, 18])
    """
    return pair("lcm", Lcm, tensor(input, "lcm"), tensor(other, "lcm", "other", 2))  # type: ignore[no-any-return]


class BitwiseLeftShift(Compare):
    """The bits of whole numbers, moved: they have no gradient."""

    __slots__ = ()
    glyph, tex = "<<", r"{0} \ll {1}"

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        supported(a if isinstance(a, np.ndarray) else b, "bfc", "lshift_cpu")
        return np.left_shift(a, b)


def bitwise_left_shift(input: TensorT, other: Any) -> TensorT:
    """Return the bits moved to the left, as ``<<`` does.

    Parameters
    ----------
    input, other : Tensor or number
        Integers, of shapes that broadcast; one is a tensor.

    Returns
    -------
    Tensor
        Of the broadcast shape.

    Raises
    ------
    NotImplementedError
        For floats and booleans.

    Examples
    --------
    >>> mg.bitwise_left_shift(mg.tensor([1, 3]), 2)
    tensor([ 4, 12])
    """
    return pair("bitwise_left_shift", BitwiseLeftShift, input, other)  # type: ignore[no-any-return]


class BitwiseRightShift(Compare):
    """The bits of whole numbers, moved: they have no gradient."""

    __slots__ = ()
    glyph, tex = ">>", r"{0} \gg {1}"

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        supported(a if isinstance(a, np.ndarray) else b, "bfc", "rshift_cpu")
        return np.right_shift(a, b)


def bitwise_right_shift(input: TensorT, other: Any) -> TensorT:
    """Return the bits moved to the right, as ``>>`` does.

    Parameters
    ----------
    input, other : Tensor or number
        Integers, of shapes that broadcast; one is a tensor.

    Returns
    -------
    Tensor
        Of the broadcast shape.

    Raises
    ------
    NotImplementedError
        For floats and booleans.

    Examples
    --------
    >>> mg.bitwise_right_shift(mg.tensor([8, 3]), 1)
    tensor([4, 1])
    """
    return pair("bitwise_right_shift", BitwiseRightShift, input, other)  # type: ignore[no-any-return]
