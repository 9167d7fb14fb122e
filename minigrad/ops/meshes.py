"""Grids and common shapes: meshgrid, cartesian_prod, combinations, broadcast_tensors."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.autograd.base import wrap
from minigrad.ops.arguments import TensorT, broadcast_shape, tensor
from minigrad.ops.axes import expand
from minigrad.ops.joining import stack
from minigrad.ops.masks import masked_select

__all__ = ["broadcast_shapes", "broadcast_tensors", "cartesian_prod", "combinations", "meshgrid"]


# --- Grids -----------------------------------------------------------------------------------------------------------


def meshgrid(*tensors: Any, indexing: str | None = None) -> Any:
    """Return the coordinates of a grid: each vector along a dimension of its own, repeated along the others.

    Parameters
    ----------
    *tensors : Tensor, shape (n,)
        The coordinates along each dimension.
    indexing : {"ij", "xy"}
        With "xy" the first two dimensions change places.

    Returns
    -------
    tuple of Tensor
        Views.

    Raises
    ------
    RuntimeError
        If one has more than one dimension.

    Examples
    --------
    >>> mg.meshgrid(mg.tensor([1, 2]), mg.tensor([3, 4]), indexing="ij")
    (tensor([[1, 1],
            [2, 2]]), tensor([[3, 4],
            [3, 4]]))
    """
    given = tensors[0] if len(tensors) == 1 and isinstance(tensors[0], (tuple, list)) else tensors
    parts = [tensor(x, "meshgrid", "tensors", i + 1) for i, x in enumerate(given)]
    if not parts:
        raise RuntimeError("meshgrid expects a non-empty TensorList")
    for x in parts:
        if x._array.ndim > 1:
            raise RuntimeError(f"torch.meshgrid: Expected 0D or 1D tensor in the tensor list but got: {x}")
        if x._array.dtype != parts[0]._array.dtype:
            raise RuntimeError("torch.meshgrid expects all tensors to have the same dtype")
    if indexing is None:
        warnings.warn(
            "torch.meshgrid: in an upcoming release, it will be required to pass the indexing argument.",
            UserWarning,
            stacklevel=2,
        )
    elif indexing not in ("ij", "xy"):
        raise RuntimeError(f'torch.meshgrid: indexing must be one of "xy" or "ij", but received: {indexing}')
    place = list(range(len(parts)))
    if indexing == "xy" and len(parts) >= 2:
        place[:2] = [1, 0]
    shape = [0] * len(parts)
    for d, x in zip(place, parts, strict=True):
        shape[d] = x._array.size
    return tuple([_along(x, d, shape) for d, x in zip(place, parts, strict=True)])


def _along(x: Any, d: int, shape: Sequence[int]) -> Any:
    """Return a vector that lies along one dimension of a shape and is repeated along the others."""
    return expand(x.view([-1 if i == d else 1 for i in range(len(shape))]), tuple(shape))


def cartesian_prod(*tensors: Any) -> Any:
    """Return every way to pick one entry of each vector, a row each.

    Parameters
    ----------
    *tensors : Tensor, shape (n,)
        The vectors.

    Returns
    -------
    Tensor, shape (product of the lengths, number of vectors)
        Of one vector, the vector itself.

    Examples
    --------
    >>> mg.cartesian_prod(mg.tensor([1, 2]), mg.tensor([3, 4]))
    tensor([[1, 3],
            [1, 4],
            [2, 3],
            [2, 4]])
    """
    for x in tensors:
        if tensor(x, "cartesian_prod", "tensors")._array.ndim != 1:
            raise RuntimeError("Expect a 1D vector, but got shape " + str(list(x._array.shape)))
    if len(tensors) == 1:
        return tensors[0]
    return stack([grid.flatten() for grid in meshgrid(*tensors, indexing="ij")], 1)


def combinations(input: TensorT, r: int = 2, with_replacement: bool = False) -> TensorT:
    """Return every way to pick ``r`` entries of a vector in its order, a row each.

    Parameters
    ----------
    input : Tensor, shape (n,)
        A vector.
    r : int
        How many to pick.
    with_replacement : bool
        Whether an entry may be picked again.

    Returns
    -------
    Tensor, shape (number of ways, r)

    Raises
    ------
    RuntimeError
        If it is no vector, or ``r`` is negative.

    Examples
    --------
    >>> mg.combinations(mg.tensor([1, 2, 3]))
    tensor([[1, 2],
            [1, 3],
            [2, 3]])
    """
    array = tensor(input, "combinations")._array
    if array.ndim != 1:
        raise RuntimeError("Expect a 1D vector, but got shape " + str(list(array.shape)))
    if r < 0:
        raise RuntimeError(f"Expect a non-negative number, but got {r}")
    if r == 0:
        return input.new_empty(0)  # type: ignore[attr-defined, no-any-return]
    before = np.less_equal if with_replacement else np.less
    numbers = np.meshgrid(*[np.arange(array.size)] * r, indexing="ij")
    mask = np.ones((array.size,) * r, bool)
    for first, second in itertools.pairwise(numbers):
        mask &= before(first, second)
    return stack([masked_select(grid, wrap(mask.view())) for grid in meshgrid(*[input] * r, indexing="ij")], 1)  # type: ignore[no-any-return]


# --- Shapes that fit -------------------------------------------------------------------------------------------------


def broadcast_shapes(*shapes: Any) -> Any:
    """Return the shape to which all these broadcast.

    Parameters
    ----------
    *shapes : tuple of int, or int
        The shapes.

    Returns
    -------
    torch.Size

    Raises
    ------
    RuntimeError
        If they do not fit.

    Examples
    --------
    >>> mg.broadcast_shapes((2, 1), (3,))
    torch.Size([2, 3])
    """
    given = [(s,) if isinstance(s, int) else tuple(s) for s in shapes]
    common: tuple[int, ...] = ()
    for i, shape in enumerate(given):
        if min(shape, default=0) < 0:
            raise ValueError("Attempting to broadcast a dimension with negative length!")
        try:
            common = np.broadcast_shapes(common, shape)
        except ValueError:
            pairs = zip(reversed(shape), reversed(common), strict=False)
            k, n = next((k, n) for k, (n, m) in enumerate(pairs, 1) if n != m and 1 not in (n, m))
            raise RuntimeError(
                f"Attempting to broadcast a dimension of length {n} at -{k}! Mismatching argument at index {i} had "
                f"{shape}; but expected shape should be broadcastable to {list(common)}"
            ) from None
    return wrap(np.broadcast_to(np.zeros(()), common)).shape


def broadcast_tensors(*tensors: Any) -> Any:
    """Return the tensors repeated, without a copy, to the shape to which all of them broadcast.

    Parameters
    ----------
    *tensors : Tensor
        Shapes that fit.

    Returns
    -------
    tuple of Tensor
        Views.

    Raises
    ------
    RuntimeError
        If they do not fit.

    Examples
    --------
    >>> mg.broadcast_tensors(mg.ones(2, 1), mg.ones(3))[1]
    tensor([[1., 1., 1.],
            [1., 1., 1.]])
    """
    given = tensors[0] if len(tensors) == 1 and isinstance(tensors[0], (tuple, list)) else tensors
    parts = [tensor(x, "broadcast_tensors", "tensors", i + 1) for i, x in enumerate(given)]
    shape = broadcast_shape(*parts)
    return tuple([x if x._array.shape == shape else expand(x, shape) for x in parts])
