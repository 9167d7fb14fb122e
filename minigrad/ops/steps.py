"""From one entry to the next: differences, and the area under a curve."""

from __future__ import annotations

from typing import Any

from minigrad.ops.arguments import ABSENT, TensorT, axis, integer, numpy_names, tensor
from minigrad.ops.joining import cat
from minigrad.ops.logic import logical_xor
from minigrad.ops.numbers import over, times

__all__ = ["cumulative_trapezoid", "diff", "trapezoid", "trapz"]


@numpy_names
def diff(input: TensorT, n: int = 1, dim: int = -1, prepend: Any = None, append: Any = None) -> TensorT:
    """Return the differences of neighbours along a dimension.

    Parameters
    ----------
    input : Tensor
        At least one dimension.
    n : int
        How often to take differences.
    dim : int
        The dimension.
    prepend, append : Tensor, optional
        Entries to put before and after first.

    Returns
    -------
    Tensor
        Shorter by ``n`` along the dimension.

    Raises
    ------
    RuntimeError
        If there is no dimension, or ``n`` is negative.

    Examples
    --------
    >>> mg.diff(mg.tensor([1, 4, 9]))
    tensor([3, 5])
    """
    x: Any = tensor(input, "diff")
    if x._array.ndim == 0:
        raise RuntimeError("diff expects input to be at least one-dimensional")
    n = integer(n, "diff", "n", 2)
    for i, (name, ends) in enumerate((("prepend", prepend), ("append", append)), 4):
        if ends is not None:
            tensor(ends, "diff", name, i)
    if n < 0:
        raise RuntimeError(f"order must be non-negative but got {n}")
    d = axis(dim, x._array.ndim)
    if n and (prepend is not None or append is not None):
        x = cat([part for part in (prepend, x, append) if part is not None], d)
    for _ in range(min(n, x._array.shape[d])):
        count = x._array.shape[d]
        later, sooner = x.narrow(d, 1, count - 1), x.narrow(d, 0, count - 1)
        x = logical_xor(later, sooner) if x._array.dtype.kind == "b" else later - sooner
    return x  # type: ignore[no-any-return]


def _along(y: Any, dim: Any, name: str) -> int:
    """Return the dimension along which the heights stand, counted from the front."""
    d = axis(dim, tensor(y, name, "y")._array.ndim)
    if not y._array.ndim:
        raise IndexError(f"Dimension specified as {dim} but tensor has no dimensions")
    return d


def _strips(name: str, y: Any, x: Any, d: int) -> Any:
    """Return twice the areas of the strips between neighbours, one apart where ``x`` does not say where they stand."""
    n = y._array.shape[d]
    if not n:
        return y
    if y._array.dtype.kind == "b" or (x is not ABSENT and tensor(x, name, "x", 2)._array.dtype.kind == "b"):
        raise RuntimeError(f"{name}: received a bool input for `x` or `y`, but bool is not supported")
    if x is not ABSENT and x._array.ndim == 1 and x._array.shape[0] != n:
        raise RuntimeError(f"{name}: There must be one `x` value for each sample point")
    pairs = y.narrow(d, 1, n - 1) + y.narrow(d, 0, n - 1)
    if x is ABSENT:
        return pairs
    if x._array.ndim == 1:
        x = x.view([-1 if i == d else 1 for i in range(y._array.ndim)])
    elif x._array.ndim < y._array.ndim:
        x = x.view((1,) * (y._array.ndim - x._array.ndim) + x._array.shape)
    m = x._array.shape[d]
    return pairs * (x.narrow(d, 1, m - 1) - x.narrow(d, 0, m - 1))


def trapezoid(y: Any, x: Any = ABSENT, *, dx: float = 1.0, dim: int = -1) -> Any:
    """Return the area under a curve: the sum of the strips between neighbours.

    Parameters
    ----------
    y : Tensor
        The heights.
    x : Tensor, optional
        Where they stand.
    dx : float
        How far apart they stand, where ``x`` does not say so.
    dim : int
        The dimension along which they stand.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> mg.trapezoid(mg.tensor([1.0, 2.0, 3.0]))
    tensor(4.)
    """
    d = _along(y, dim, "trapezoid")
    areas = _strips("trapezoid", y, x, d).sum(d)
    if not y._array.shape[d]:
        return areas
    return times(areas, dx / 2) if x is ABSENT else over(areas, 2)


def cumulative_trapezoid(y: Any, x: Any = ABSENT, *, dx: float = 1.0, dim: int = -1) -> Any:
    """Return the area under a curve up to each place but the first.

    Parameters
    ----------
    y : Tensor
        The heights.
    x : Tensor, optional
        Where they stand.
    dx : float
        How far apart they stand, where ``x`` does not say so.
    dim : int
        The dimension along which they stand.

    Returns
    -------
    Tensor
        Shorter by one along the dimension.

    Examples
    --------
    >>> mg.cumulative_trapezoid(mg.tensor([1.0, 2.0, 3.0]))
    tensor([1.5000, 4.0000])
    """
    d = _along(y, dim, "cumulative_trapezoid")
    areas = _strips("cumulative_trapezoid", y, x, d)
    if not y._array.shape[d]:
        return areas.cumsum(d)
    return times(areas, dx / 2).cumsum(d) if x is ABSENT else over(areas.cumsum(d), 2)


trapz = trapezoid
