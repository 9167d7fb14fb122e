"""Rows of numbers, equally far apart."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import Array
from minigrad.autograd.refusals import refuse_oversized
from minigrad.creation.arguments import dtype_of, plain_number
from minigrad.ops.arguments import check_device, counts_in, integer, real_number, refuse, refuse_unfit
from minigrad.ops.data import leaf

__all__ = ["arange", "linspace", "logspace", "range"]


@np.errstate(all="ignore")
def arange(
    start: Any = 0,
    end: Any = None,
    step: Any = 1,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Any:
    """Return the numbers from ``start`` up to, but without, ``end``.

    Parameters
    ----------
    start : number
        The first; with one argument it is 0, and the argument is the end.
    end : number
        Where to stop.
    step : number
        From one to the next.
    dtype : dtype, optional
        int64 if all three are integers, else the default dtype.
    device : optional
        ``"cpu"``.
    requires_grad : bool
        Whether ops on it are recorded.

    Returns
    -------
    Tensor, shape (n,)

    Raises
    ------
    RuntimeError
        If the step is 0 or leads away from the end.

    Examples
    --------
    >>> mg.arange(5)
    tensor([0, 1, 2, 3, 4])
    >>> mg.arange(0, 1, 0.25)
    tensor([0.0000, 0.2500, 0.5000, 0.7500])
    """
    check_device(device)
    if end is None:
        start, end = 0, start
    start, end, step = plain_number(start), plain_number(end), plain_number(step)
    for x, name in ((start, "start"), (end, "end"), (step, "step")):
        real_number(x, "arange", name, 1, "Number")
        if type(x) is int:
            refuse_oversized(x)
    if step == 0:
        raise RuntimeError("step must be nonzero")
    if not (math.isfinite(start) and math.isfinite(end)):
        raise RuntimeError(f"unsupported range: {start} -> {end}")
    if (end - start) * step < 0:
        raise RuntimeError("upper bound and lower bound inconsistent with step sign")
    whole = all(isinstance(x, int) for x in (start, end, step))
    target = dtype_of(dtype, "arange", dtypes.int64 if whole else None)
    counts_in(target, "bc", "arange_cpu")
    if target.kind in "iu" and not whole:  # PyTorch cuts the ends and the step off to whole numbers first
        start, end, step, whole = int(start), int(end), int(step), True
        if step == 0:
            raise RuntimeError("step must be nonzero")
    count = math.ceil((end - start) / step)
    if whole and max(abs(start), abs(end)) >= 2**63:
        raise RuntimeError("value cannot be converted to type int64_t without overflow")
    if count >= 2**63:
        raise RuntimeError("invalid size, possible overflow?")
    if whole:
        return leaf((start + step * np.arange(count, dtype=np.int64)).astype(target), requires_grad)
    return leaf((start + step * np.arange(count, dtype=np.float64)).astype(target), requires_grad)


@np.errstate(all="ignore")
def linspace(
    start: Any, end: Any, steps: int, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Any:
    """Return so many numbers from ``start`` to ``end``, equally far apart.

    Parameters
    ----------
    start, end : number
        The first and the last.
    steps : int
        How many.
    dtype : dtype, optional
        float32, unless the default was changed.
    device : optional
        ``"cpu"``.
    requires_grad : bool
        Whether ops on it are recorded.

    Returns
    -------
    Tensor, shape (steps,)

    Raises
    ------
    RuntimeError
        If ``steps`` is negative.

    Examples
    --------
    >>> mg.linspace(0, 1, 5)
    tensor([0.0000, 0.2500, 0.5000, 0.7500, 1.0000])
    """
    check_device(device)
    target = dtype_of(dtype, "linspace")
    counts_in(target, "b", "linspace_cpu")
    return leaf(_spaced(start, end, steps, target).astype(target), requires_grad)


def _spaced(start: Any, end: Any, steps: int, target: np.dtype[Any]) -> Array:
    """Return equally spaced numbers, counted from either end as PyTorch does, in the target's precision."""
    start, end = plain_number(start), plain_number(end)
    steps = integer(steps, "linspace", "steps", 3)
    for x in (start, end):
        if isinstance(x, str):
            refuse(x, "linspace", "start", 1, "Number")
        if type(x) is int:
            refuse_oversized(x)
        refuse_unfit(x, target, half=True)
    if steps < 0:
        raise RuntimeError("number of steps must be non-negative")
    if target.kind in "iu":
        start, end = int(start), int(end)
    precise = target.kind == "c" or (target.kind == "f" and target != np.float16)
    kind = target.type if precise else np.float64
    if steps == 1:
        return np.array([start], kind)
    step = (kind(end) - kind(start)) / kind(max(steps - 1, 1))
    i = np.arange(steps)
    return np.where(
        i < steps // 2, kind(start) + step * i.astype(kind), kind(end) - step * (steps - 1 - i).astype(kind)
    )


@np.errstate(all="ignore")
def logspace(
    start: Any,
    end: Any,
    steps: int,
    base: float = 10.0,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Any:
    """Return so many powers of ``base``, with exponents from ``start`` to ``end``.

    Parameters
    ----------
    start, end : number
        The first and the last exponent.
    steps : int
        How many.
    base : float
        What is raised to them.
    dtype : dtype, optional
        float32, unless the default was changed.
    device : optional
        ``"cpu"``.
    requires_grad : bool
        Whether ops on it are recorded.

    Returns
    -------
    Tensor, shape (steps,)

    Examples
    --------
    >>> mg.logspace(0, 2, 3)
    tensor([  1.,  10., 100.])
    """
    check_device(device)
    target = dtype_of(dtype, "logspace")
    counts_in(target, "b", "logspace_cpu")
    return leaf(np.power(float(base), _spaced(start, end, steps, np.dtype(np.float64))).astype(target), requires_grad)


@np.errstate(all="ignore")
def range(
    start: Any = 0,
    end: Any = None,
    step: Any = 1,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Any:
    """Return the numbers from ``start`` up to ``end``, and ``end`` too: the former ``arange``.

    Parameters
    ----------
    start, end : number
        The first, and the largest that may occur.
    step : number
        From one to the next.
    dtype : dtype, optional
        float32, unless the default was changed.
    device : optional
        ``"cpu"``.
    requires_grad : bool
        Whether ops on it are recorded.

    Returns
    -------
    Tensor, shape (n,)

    Raises
    ------
    RuntimeError
        If the step is 0 or leads away from the end.

    Examples
    --------
    >>> mg.range(1, 2, 0.5)  # doctest: +SKIP
    tensor([1.0000, 1.5000, 2.0000])
    """
    warnings.warn(
        "torch.range is deprecated and will be removed in a future release because its behavior is inconsistent with "
        "Python's range builtin. Instead, use torch.arange, which produces values in [start, end).",
        UserWarning,
        stacklevel=2,
    )
    check_device(device)
    if end is None:
        raise TypeError('range() missing 1 required positional arguments: "end"')
    start, end, step = plain_number(start), plain_number(end), plain_number(step)
    if step == 0:
        raise RuntimeError("step must be nonzero")
    if (end - start) * step < 0:
        raise RuntimeError("upper bound and lower bound inconsistent with step sign")
    count = math.floor((end - start) / step) + 1
    target = dtype_of(dtype, "range")
    counts_in(target, "bc", "range_cpu")
    return leaf((start + step * np.arange(count)).astype(target), requires_grad)
