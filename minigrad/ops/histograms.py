"""How numbers spread: how many fall into each of several bins."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import Array, TensorBase, wrap
from minigrad.ops.arguments import TensorT, supported, tensor
from minigrad.ops.results import named

__all__ = ["histc", "histogram", "histogramdd"]

_HISTOGRAM, _HISTOGRAMDD = named("histogram", "hist bin_edges"), named("histogramdd", "hist bin_edges")


def histc(input: TensorT, bins: int = 100, min: float = 0, max: float = 0) -> TensorT:
    """Return how many entries fall into each of so many equal bins.

    Parameters
    ----------
    input : Tensor
        Floats of any shape.
    bins : int
        How many bins.
    min, max : float
        Where they begin and end; both 0 stands for the smallest and the largest entry.

    Returns
    -------
    Tensor, shape (bins,)
        Of the input's dtype; it never requires grad.

    Raises
    ------
    RuntimeError
        If there are no bins, or no finite range.

    Examples
    --------
    >>> mg.histc(mg.tensor([1.0, 2.0, 2.0]), bins=2, min=0, max=3)
    tensor([1., 2.])
    """
    array = tensor(input, "histc")._array
    supported(array, "biuc", "histogram_cpu")
    if bins <= 0:
        raise RuntimeError(f"torch.histogram(): bins must be > 0, but got {bins} for dimension 0")
    low, high = float(min), float(max)
    if low == high and array.size:
        low, high = float(array.min()), float(array.max())
    if low == high:
        low, high = low - 1, high + 1
    if not np.isfinite([low, high]).all():
        raise RuntimeError(f"torch.histc: range of [{low:g}, {high:g}] is not finite")
    if low > high:
        raise RuntimeError("torch.histc: max must be larger than min")
    inside = array[(array >= low) & (array <= high)]
    place = np.minimum(((inside - low) * (bins / (high - low))).astype(np.int64), bins - 1)
    return wrap(np.bincount(place, minlength=bins).astype(array.dtype))  # type: ignore[no-any-return]


def _edges(points: Array, bins: Any, ends: Any, d: int) -> Array:
    """Return the edges of the bins along one dimension."""
    if isinstance(bins, TensorBase):
        if bins._array.ndim != 1:
            raise RuntimeError(
                f"torch.histogramdd: bins tensor should have one dimension, but got {bins._array.ndim} dimensions in "
                f"the bins tensor for dimension {d}"
            )
        if bins._array.dtype != points.dtype:
            raise RuntimeError(
                "torch.histogramdd: input tensor and bins tensors should have the same dtype, but got input with dtype "
                f"{dtypes.cpp_type(points.dtype)} and bins for dimension {d} with dtype "
                f"{dtypes.cpp_type(bins._array.dtype)}"
            )
        return bins._array
    if bins <= 0:
        raise RuntimeError(f"torch.histogram(): bins must be > 0, but got {bins} for dimension {d}")
    if ends is not None:
        low, high = ends
    else:
        low, high = (float(points.min()), float(points.max())) if points.size else (0.0, 1.0)
    if not np.isfinite([low, high]).all():
        raise RuntimeError(f"torch.histogramdd: dimension {d}'s range [{low:g}, {high:g}] is not finite")
    if low > high:
        raise RuntimeError(
            f"torch.histogramdd: min should not exceed max, but got min {low:g} max {high:g} for dimension {d}"
        )
    if low == high:
        low, high = low - 0.5, high + 0.5
    return np.linspace(low, high, bins + 1).astype(points.dtype)


def _counted(points: Array, edges: list[Array], weight: Any, density: bool) -> Array:
    """Return how many points, a row each, lie in each box between edges; the last edge belongs to the last bin."""
    shape = tuple([len(row) - 1 for row in edges])
    inside = np.ones(len(points), bool)
    places = []
    for d, row in enumerate(edges):
        inside &= (points[:, d] >= row[0]) & (points[:, d] <= row[-1])
        places.append(np.minimum(np.searchsorted(row, points[:, d], "right") - 1, shape[d] - 1))
    if weight is None:
        heavy = np.ones(len(points), points.dtype)
    else:
        heavy = tensor(weight, "histogramdd", "weight")._array.reshape(-1)
        if heavy.dtype != points.dtype:
            ours, theirs = (dtypes.cpp_type(x.dtype) for x in (points, heavy))
            raise RuntimeError(
                "torch.histogramdd: if weight tensor is provided, input tensor and weight tensor should have the same "
                f"dtype, but got input({ours}), and weight({theirs})"
            )
        if len(heavy) != len(points):
            raise RuntimeError(
                "torch.histogramdd: if weight tensor is provided it should have the same shape as the input tensor "
                f"excluding its innermost dimension, but got input with shape {list(points.shape)} and weight with "
                f"shape {list(weight._array.shape)}"
            )
    total = np.zeros(shape, points.dtype)
    np.add.at(total, tuple([place[inside] for place in places]), heavy[inside])
    if density:
        total = total / total.sum()
        for d, row in enumerate(edges):
            total = total / np.diff(row).reshape([-1 if i == d else 1 for i, _ in enumerate(edges)])
    return total.astype(points.dtype)


@np.errstate(all="ignore")
def histogram(input: Any, bins: Any = 100, *, range: Any = None, weight: Any = None, density: bool = False) -> Any:
    """Return how many entries fall into each bin, and where the bins' edges are.

    Parameters
    ----------
    input : Tensor
        Floats of any shape.
    bins : int or Tensor, shape (n + 1,)
        How many bins, all as wide; or their edges.
    range : tuple of float, optional
        Where the first begins and the last ends; by default at the smallest and the largest entry.
    weight : Tensor, optional
        For how many each entry counts.
    density : bool
        Divide, so that the integral over all bins is 1.

    Returns
    -------
    named tuple of Tensor
        ``hist``, shape (n,), and ``bin_edges``, shape (n + 1,); they never require grad.

    Raises
    ------
    RuntimeError
        If there are no bins, or no finite range.

    Examples
    --------
    >>> mg.histogram(mg.tensor([1.0, 2.0, 1.0]), bins=4, range=(0.0, 3.0)).hist
    tensor([0., 2., 1., 0.])
    """
    array = tensor(input, "histogram")._array
    supported(array, "biuce", "histogram_cpu" if array.dtype.kind == "c" else "histogramdd")
    points = array.reshape(-1, 1)
    edges = _edges(points[:, 0], bins, range, 0)
    return _HISTOGRAM(wrap(_counted(points, [edges], weight, density)), wrap(edges.view()))


@np.errstate(all="ignore")
def histogramdd(input: Any, bins: Any, *, range: Any = None, weight: Any = None, density: bool = False) -> Any:
    """Return how many points fall into each box of a grid, and where the grid's edges are.

    Parameters
    ----------
    input : Tensor, shape (..., d)
        Points with ``d`` coordinates each.
    bins : int, list of int, or list of Tensor
        How many bins along each coordinate; or their edges.
    range : list of float, optional
        Where the bins begin and end, two numbers a coordinate.
    weight : Tensor, shape (...), optional
        For how many each point counts.
    density : bool
        Divide, so that the integral over all boxes is 1.

    Returns
    -------
    named tuple
        ``hist``, a Tensor of ``d`` dimensions, and ``bin_edges``, a tuple of ``d`` Tensors.

    Raises
    ------
    RuntimeError
        If there are no bins, no finite range, or not as many as coordinates.

    Examples
    --------
    >>> mg.histogramdd(mg.tensor([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]]), bins=[2, 2]).hist
    tensor([[1., 0.],
            [0., 2.]])
    """
    array = tensor(input, "histogramdd")._array
    supported(array, "biuce", "histogramdd")
    points = array.reshape(-1, array.shape[-1])
    asked = [bins] * points.shape[1] if isinstance(bins, int) else list(bins)
    if len(asked) != points.shape[1]:
        raise RuntimeError("histogramdd: The size of bins must be equal to the innermost dimension of the input.")
    edges = [
        _edges(points[:, d], n, None if range is None else range[2 * d : 2 * d + 2], d) for d, n in enumerate(asked)
    ]
    hist = _counted(points, edges, weight, density)
    return _HISTOGRAMDD(wrap(hist), tuple([wrap(row.view()) for row in edges]))
