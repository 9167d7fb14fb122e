"""From one entry to the next: differences, and the area under a curve."""

from __future__ import annotations

from typing import Any

from minigrad.ops.arguments import TensorT, axis, numpy_names, tensor
from minigrad.ops.joining import cat
from minigrad.ops.logic import logical_xor

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


def _steps(y: Any, x: Any, dx: Any, d: int) -> Any:
    """Return the areas of the strips between neighbours."""
    n = y._array.shape[d]
    pairs = y.narrow(d, 1, n - 1) + y.narrow(d, 0, n - 1)
    if x is None:
        return pairs * (dx / 2.0)
    if x._array.ndim == 1:
        x = x.view([-1 if i == d else 1 for i in range(y._array.ndim)])
    m = x._array.shape[d]
    return pairs * (x.narrow(d, 1, m - 1) - x.narrow(d, 0, m - 1)) / 2.0


def trapezoid(y: Any, x: Any = None, *, dx: float = 1.0, dim: int = -1) -> Any:
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
    d = axis(dim, tensor(y, "trapezoid", "y")._array.ndim)
    return _steps(y, x, dx, d).sum(d)


def cumulative_trapezoid(y: Any, x: Any = None, *, dx: float = 1.0, dim: int = -1) -> Any:
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
    d = axis(dim, tensor(y, "cumulative_trapezoid", "y")._array.ndim)
    return _steps(y, x, dx, d).cumsum(d)


trapz = trapezoid
