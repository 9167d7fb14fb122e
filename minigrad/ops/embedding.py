"""Rows looked up by number: embedding and one_hot."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import TensorBase, counter, wrap
from minigrad.autograd.function import Op, apply
from minigrad.ops.arguments import TensorT, tensor
from minigrad.ops.formulas import put, reshape, where

__all__ = ["embedding"]


class Embedding(Op):
    """Rows were looked up: each row's gradient is the sum of those of the places where it was used."""

    __slots__ = ("by_count", "padding", "shape")
    saved_names = ("indices",)
    glyph, tex, row = "rows", r"{0}[\ldots]", "scatter"

    @staticmethod
    def forward(ctx: Any, weight: Any, index: TensorBase, padding: int, by_count: bool) -> Any:
        ctx.shape, ctx.padding, ctx.by_count = weight.shape, padding, None
        places = index._array.astype(np.int64)
        if by_count:
            ctx.by_count = np.expand_dims(np.bincount(places.reshape(-1), minlength=weight.shape[0])[places], -1)
        ctx.save_for_backward(wrap(places))
        return np.take(weight, places, 0)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (places,) = ctx.saved_tensors
        if ctx.by_count is not None:
            grad = grad / ctx.by_count
        if ctx.padding >= 0:
            grad = where(reshape(places == ctx.padding, (*places.shape, 1)), 0.0, grad)
        return put(ctx.shape, (places,), grad)


def embedding(
    input: TensorBase,
    weight: TensorT,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> TensorT:
    """Look up rows of a table by their numbers.

    Parameters
    ----------
    input : Tensor of int64 or int32
        The numbers of the rows; any shape.
    weight : Tensor, shape (m, d)
        The table.
    padding_idx : int, optional
        A row that gets no gradient.
    max_norm : float, optional
        Shorten the rows that are looked up to this length, in the table itself.
    norm_type : float
        Which norm is the length.
    scale_grad_by_freq : bool
        Divide a row's gradient by how often it is looked up.
    sparse : bool
        Not supported: gradients are dense here.

    Returns
    -------
    Tensor, shape (..., d)

    Raises
    ------
    IndexError
        If there is no such row.
    RuntimeError
        If the dtypes or shapes do not fit.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.embedding(mg.tensor([1, 0]), mg.tensor([[0.0, 1.0], [2.0, 3.0]]))
    tensor([[2., 3.],
            [0., 1.]])
    """
    index, table = tensor(input, "embedding", "indices", 2)._array, tensor(weight, "embedding", "weight")._array
    if padding_idx is not None:
        if not -table.shape[0] <= padding_idx < table.shape[0]:
            raise AssertionError("Padding_idx must be within num_embeddings")
        padding_idx %= table.shape[0]
    if table.ndim != 2:
        raise RuntimeError("'weight' must be 2-D")
    if index.dtype not in (np.int64, np.int32):
        raise RuntimeError(
            "Expected tensor for argument #1 'indices' to have one of the following scalar types: Long, Int; but got "
            f"torch.{dtypes.of(index.dtype).title}Tensor instead (while checking arguments for embedding)"
        )
    if sparse:
        raise NotImplementedError("gradients are dense here: leave sparse=True out")
    if index.size and (index.min() < 0 or index.max() >= table.shape[0]):
        raise IndexError(f"index out of range in self: the table has {table.shape[0]} rows, counted from 0")
    if max_norm is not None:
        rows = np.unique(index)
        lengths = np.linalg.norm(table[rows], norm_type, 1, keepdims=True)
        table[rows] = np.where(lengths > max_norm, table[rows] * (max_norm / (lengths + 1e-7)), table[rows])
        counter(weight).count += 1
    padding = -1 if padding_idx is None else padding_idx
    return apply(Embedding, weight, input, padding, scale_grad_by_freq)  # type: ignore[no-any-return]


def one_hot(tensor: TensorT, num_classes: int = -1) -> TensorT:
    """Return rows of zeros with a one where each number says.

    Parameters
    ----------
    tensor : Tensor of int64
        The numbers; any shape.
    num_classes : int
        How long the rows are; as long as the largest number needs, if negative.

    Returns
    -------
    Tensor of int64, shape (..., num_classes)

    Raises
    ------
    RuntimeError
        If a number is negative or too large, or the dtype is another.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.one_hot(mg.tensor([0, 2]))
    tensor([[1, 0, 0],
            [0, 0, 1]])
    """
    array = tensor._array
    if array.dtype != np.int64:
        raise RuntimeError("one_hot is only applicable to index tensor of type LongTensor.")
    if not array.size and num_classes <= 0:
        raise RuntimeError("Can not infer total number of classes from empty tensor.")
    if array.size and array.min() < 0:
        raise RuntimeError("Class values must be non-negative.")
    if num_classes < 0:
        num_classes = int(array.max()) + 1
    elif array.size and array.max() >= num_classes:
        raise RuntimeError("Class values must be smaller than num_classes.")
    return wrap((np.expand_dims(array, -1) == np.arange(num_classes)).astype(np.int64))  # type: ignore[no-any-return]
