"""Slopes of a function that is known at some places alone: gradient."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autograd.base import TensorBase
from minigrad.ops.arguments import axes, tensor
from minigrad.ops.formulas import part
from minigrad.ops.joining import cat
from minigrad.ops.numbers import over, times

__all__ = ["gradient"]


def gradient(input: Any, *, spacing: Any = 1, dim: Any = None, edge_order: int = 1) -> tuple[Any, ...]:
    """Return the slope at each place, worked out from its neighbours: exact for parabolas, but at the edges.

    Parameters
    ----------
    input : Tensor
        The heights, at least two along each dimension that is asked for.
    spacing : number, or sequence of numbers or of Tensor
        How far apart they stand; or one distance, or one tensor of places, a dimension.
    dim : int or tuple of int, optional
        The dimensions; all by default.
    edge_order : int
        1 or 2: how many neighbours an edge takes into account.

    Returns
    -------
    tuple of Tensor
        One a dimension, of the input's shape.

    Raises
    ------
    RuntimeError
        If there are too few places, or not one spacing a dimension.

    Examples
    --------
    >>> mg.gradient(mg.tensor([1.0, 4.0, 9.0]))
    (tensor([3., 4., 5.]),)
    """
    shape = tensor(input, "gradient")._array.shape
    dims = axes(() if dim is None else dim, len(shape))
    if input._array.dtype == np.uint8:
        raise RuntimeError("torch.gradient does not support uint8 input.")
    several = isinstance(spacing, (tuple, list))
    if several and len(spacing) != len(dims):
        raise RuntimeError(
            "torch.gradient expected spacing to be unspecified, a scalar, or a list of length equal to 'self.dim() = "
            f"{len(dims)}'{', since dim argument was not given' if dim is None else ''}, but got a list of length "
            f"{len(spacing)}"
        )
    if edge_order not in (1, 2):
        raise RuntimeError("torch.gradient only supports edge_order=1 and edge_order=2.")
    for d in dims:
        if shape[d] < edge_order + 1:
            raise RuntimeError("torch.gradient expected each dimension size to be at least edge_order+1")
    return tuple([_slope(input, spacing[i] if several else spacing, d, edge_order) for i, d in enumerate(dims)])


def _slope(y: Any, spacing: Any, dim: int, edge_order: int) -> Any:
    """Return the slopes along one dimension."""
    n = y.shape[dim]

    def at(i: int, j: int) -> Any:
        return part(y, dim, i, j)

    def edges(h: Any, before: Any, after: Any) -> tuple[Any, Any]:
        """Return the slopes at both edges, as seen from each inwards."""
        first = _edge(at(0, 1), at(1, 2), at(2, 3), h, before, edge_order)
        return first, _edge(at(n - 1, n), at(n - 2, n - 1), at(n - 3, n - 2), -h, after, edge_order)

    if not isinstance(spacing, TensorBase):
        middle = over(at(2, n) - at(0, n - 2), 2 * spacing)
        first, last = edges(spacing, None, None)
    else:
        x: Any = spacing
        along = (-1, *[1] * (len(y.shape) - 1 - dim))
        steps = x[1:] - x[:-1]
        a, b = steps[:-1].reshape(along), steps[1:].reshape(along)
        middle = (at(2, n) * a / b - at(0, n - 2) * b / a + at(1, n - 1) * (b - a) * (a + b) / (a * b)) / (a + b)
        first, last = edges(1, [steps[0], steps[min(1, n - 2)]], [steps[-1], steps[-min(2, n - 1)]])
    return cat([first, middle, last], dim)


def _edge(y0: Any, y1: Any, y2: Any, h: Any, steps: Any, order: int) -> Any:
    """Return the slope at an edge, of three places ``h`` apart, or at a distance of ``steps`` in units of ``h``."""
    if steps is None:
        return over(y1 - y0 if order == 1 else times(y0, -1.5) + times(y1, 2) - times(y2, 0.5), h)
    a, b = steps
    if order == 1:
        return (y1 - y0) / (a * h)
    return ((y1 - y0) * (a + b) / (a * b) - (y2 - y0) * a / (b * (a + b))) * h
