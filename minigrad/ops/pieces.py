"""Tensors in nearly equal pieces, or with dimensions added: tensor_split, hsplit, dstack, atleast_2d."""

from __future__ import annotations

import itertools
from typing import Any

from minigrad.autograd.base import TensorBase
from minigrad.autograd.function import apply
from minigrad.ops.arguments import TensorT, axis, numpy_names, refuse_combination, tensor
from minigrad.ops.index import Slice
from minigrad.ops.joining import _tensors, cat

__all__ = [
    "atleast_1d",
    "atleast_2d",
    "atleast_3d",
    "column_stack",
    "dsplit",
    "dstack",
    "hsplit",
    "tensor_split",
    "vsplit",
]


def _each(name: str, tensors: tuple[Any, ...], one: Any) -> Any:
    """Apply a change of shape to a tensor, or to each of several."""
    if len(tensors) == 1 and isinstance(tensors[0], (tuple, list)):
        return tuple([one(tensor(x, name)) for x in tensors[0]])
    out = tuple([one(tensor(x, name, "tensors", i + 1)) for i, x in enumerate(tensors)])
    return out[0] if len(out) == 1 else out


def atleast_1d(*tensors: Any) -> Any:
    """Return the tensor, or each of several, with at least one dimension.

    Parameters
    ----------
    *tensors : Tensor, or one sequence
        Any shapes.

    Returns
    -------
    Tensor or tuple of Tensor

    Examples
    --------
    >>> mg.atleast_1d(mg.tensor(1))
    tensor([1])
    """
    return _each("atleast_1d", tensors, lambda x: x if x._array.ndim else x.reshape(1))


def _at_least_two(x: Any) -> Any:
    return x.reshape(1, 1) if not x._array.ndim else (x.unsqueeze(0) if x._array.ndim == 1 else x)


def atleast_2d(*tensors: Any) -> Any:
    """Return the tensor, or each of several, with at least two dimensions: a vector becomes a row.

    Parameters
    ----------
    *tensors : Tensor, or one sequence
        Any shapes.

    Returns
    -------
    Tensor or tuple of Tensor

    Examples
    --------
    >>> mg.atleast_2d(mg.tensor([1, 2]))
    tensor([[1, 2]])
    """
    return _each("atleast_2d", tensors, _at_least_two)


def _at_least_three(x: Any) -> Any:
    if not x._array.ndim:
        return x.reshape(1, 1, 1)
    if x._array.ndim == 1:
        return x.unsqueeze(0).unsqueeze(-1)
    return x.unsqueeze(-1) if x._array.ndim == 2 else x


def atleast_3d(*tensors: Any) -> Any:
    """Return the tensor, or each of several, with at least three dimensions: a matrix gets one behind.

    Parameters
    ----------
    *tensors : Tensor, or one sequence
        Any shapes.

    Returns
    -------
    Tensor or tuple of Tensor

    Examples
    --------
    >>> mg.atleast_3d(mg.tensor([[1, 2]])).shape
    torch.Size([1, 2, 1])
    """
    return _each("atleast_3d", tensors, _at_least_three)


# --- Side by side, and apart -----------------------------------------------------------------------------------------


def dstack(tensors: Any) -> Any:
    """Return tensors joined behind each other, along the third dimension.

    Parameters
    ----------
    tensors : sequence of Tensor
        Shapes that fit.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> mg.dstack([mg.tensor([1, 2]), mg.tensor([3, 4])])
    tensor([[[1, 3],
             [2, 4]]])
    """
    return cat([_at_least_three(x) for x in _tensors(tensors, "dstack")], 2)


def column_stack(tensors: Any) -> Any:
    """Return vectors, and the columns of matrices, side by side.

    Parameters
    ----------
    tensors : sequence of Tensor
        Shapes that fit.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> mg.column_stack([mg.tensor([1, 2]), mg.tensor([3, 4])])
    tensor([[1, 3],
            [2, 4]])
    """
    parts = _tensors(tensors, "column_stack")
    return cat([x.reshape(x._array.size, 1) if x._array.ndim < 2 else x for x in parts], 1)


@numpy_names
def tensor_split(input: TensorT, indices_or_sections: Any, dim: int = 0) -> tuple[TensorT, ...]:
    """Return a tensor in so many pieces, as equal as can be, or cut at given places.

    Parameters
    ----------
    input : Tensor
        At least one dimension.
    indices_or_sections : int, or sequence of int, or Tensor
        How many pieces, or where each but the first begins.
    dim : int
        The dimension.

    Returns
    -------
    tuple of Tensor
        Views.

    Raises
    ------
    RuntimeError
        If the number is not positive.

    Examples
    --------
    >>> mg.tensor_split(mg.arange(5), 2)
    (tensor([0, 1, 2]), tensor([3, 4]))
    """
    shape = tensor(input, "tensor_split")._array.shape
    if isinstance(indices_or_sections, bool) or not isinstance(indices_or_sections, (int, list, tuple, TensorBase)):
        refuse_combination(
            "tensor_split", "Say how many pieces, or where to cut: 3 or [1, 2].", input, indices_or_sections
        )
    if not shape:
        raise RuntimeError("tensor_split expected at least a 1-dimensional tensor, but got a tensor with 0 dims")
    d = axis(dim, len(shape))
    n = shape[d]
    if isinstance(indices_or_sections, TensorBase):
        indices_or_sections = indices_or_sections._array.tolist()
    if isinstance(indices_or_sections, int):
        count = indices_or_sections
        if count <= 0:
            raise RuntimeError(f"number of sections must be larger than 0, got {count}")
        share, more = divmod(n, count)
        cuts = list(itertools.accumulate([share + (i < more) for i in range(count)]))[:-1]
    else:
        cuts = list(indices_or_sections)
    ends = [slice(a, b).indices(n)[:2] for a, b in zip([0, *cuts], [*cuts, n], strict=True)]
    return tuple([apply(Slice, input, d, a, max(a, b), 1) for a, b in ends])


def _split_evenly(name: str, least: int, x: Any, pieces: Any, d: int) -> Any:
    shape = tensor(x, name)._array.shape
    if len(shape) < least:
        raise RuntimeError(
            f"torch.{name} requires a tensor with at least {least} dimension, but got a tensor with {len(shape)} "
            "dimensions!"
        )
    if isinstance(pieces, int) and (pieces <= 0 or shape[d] % pieces):
        raise RuntimeError(
            f"torch.{name} attempted to split along dimension {d}, but the size of the dimension {shape[d]} is not "
            f"divisible by the split_size {pieces}!"
        )
    return tensor_split(x, pieces, d)


@numpy_names
def hsplit(input: TensorT, indices_or_sections: Any) -> tuple[TensorT, ...]:
    """Return a tensor cut into columns: along the first dimension of a vector, the second of others.

    Parameters
    ----------
    input : Tensor
        At least one dimension.
    indices_or_sections : int, or sequence of int
        How many equal pieces, or where each but the first begins.

    Returns
    -------
    tuple of Tensor
        Views.

    Raises
    ------
    RuntimeError
        If the pieces would not be equal.

    Examples
    --------
    >>> mg.hsplit(mg.tensor([1, 2, 3, 4]), 2)
    (tensor([1, 2]), tensor([3, 4]))
    """
    return _split_evenly("hsplit", 1, input, indices_or_sections, 0 if input._array.ndim == 1 else 1)  # type: ignore[no-any-return]


@numpy_names
def vsplit(input: TensorT, indices_or_sections: Any) -> tuple[TensorT, ...]:
    """Return a tensor cut into rows.

    Parameters
    ----------
    input : Tensor
        At least two dimensions.
    indices_or_sections : int, or sequence of int
        How many equal pieces, or where each but the first begins.

    Returns
    -------
    tuple of Tensor
        Views.

    Raises
    ------
    RuntimeError
        If the pieces would not be equal.

    Examples
    --------
    >>> mg.vsplit(mg.tensor([[1, 2], [3, 4]]), 2)
    (tensor([[1, 2]]), tensor([[3, 4]]))
    """
    return _split_evenly("vsplit", 2, input, indices_or_sections, 0)  # type: ignore[no-any-return]


@numpy_names
def dsplit(input: TensorT, indices_or_sections: Any) -> tuple[TensorT, ...]:
    """Return a tensor cut along its third dimension.

    Parameters
    ----------
    input : Tensor
        At least three dimensions.
    indices_or_sections : int, or sequence of int
        How many equal pieces, or where each but the first begins.

    Returns
    -------
    tuple of Tensor
        Views.

    Raises
    ------
    RuntimeError
        If the pieces would not be equal.

    Examples
    --------
    >>> [piece.shape for piece in mg.dsplit(mg.zeros(1, 2, 4), 2)]
    [torch.Size([1, 2, 2]), torch.Size([1, 2, 2])]
    """
    return _split_evenly("dsplit", 3, input, indices_or_sections, 2)  # type: ignore[no-any-return]
