"""Tensors put together and taken apart: cat, stack, split, chunk, unbind, repeat."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import numpy as np

from minigrad.autograd.base import TensorBase
from minigrad.autograd.function import Op, apply
from minigrad.ops import formulas
from minigrad.ops.arguments import (
    TensorT,
    axis,
    integer,
    numpy_names,
    refuse,
    refuse_combination,
    refuse_negative,
    sizes,
    tensor,
)

__all__ = [
    "cat",
    "chunk",
    "concat",
    "concatenate",
    "hstack",
    "row_stack",
    "split",
    "split_with_sizes",
    "stack",
    "tile",
    "unbind",
    "vstack",
]


class Cat(Op):
    """Each input gets back its own stretch of the gradient."""

    __slots__ = ("dim", "ends", "lengths")
    arity, promote = -1, "arithmetic"
    glyph, tex, row = "⊕", r"\mathrm{{cat}}({0}, \ldots)", "split"

    @staticmethod
    def forward(ctx: Any, *arrays: Any) -> Any:
        *parts, dim = arrays
        shape = next((part.shape for part in parts if part.shape != (0,)), (0,))
        ctx.dim = dim
        ctx.lengths = tuple([part.shape[dim] if part.shape != (0,) else None for part in parts])
        ctx.ends = tuple(itertools.accumulate([n or 0 for n in ctx.lengths]))
        return formulas.in_order(np.concatenate([part for part in parts if part.shape != (0,) or shape == (0,)], dim))

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return tuple(
            [
                formulas.part(grad, ctx.dim, end - n, end)
                if n is not None
                else formulas.zeros_like(formulas.reshape(formulas.part(grad, ctx.dim, 0, 0), (0,)))  # an empty vector
                for n, end in zip(ctx.lengths, ctx.ends, strict=True)
            ]
        )


def _tensors(tensors: Any, name: str) -> list[Any]:
    """Return a sequence of tensors, checked."""
    if isinstance(tensors, TensorBase) or not isinstance(tensors, Sequence):
        refuse(tensors, name, "tensors", 1, "tuple of Tensors")
    for i, x in enumerate(tensors):
        if not isinstance(x, TensorBase):
            raise TypeError(f"expected Tensor as element {i} in argument 0, but got {type(x).__name__}")
    return list(tensors)


@numpy_names
def cat(tensors: Any, dim: int = 0) -> Any:
    """Return tensors joined along a dimension that they have.

    Parameters
    ----------
    tensors : sequence of Tensor
        All of one shape, but for that dimension.
    dim : int
        The dimension.

    Returns
    -------
    Tensor

    Raises
    ------
    RuntimeError
        If the shapes do not fit.
    ValueError
        If there is nothing to join.

    Examples
    --------
    >>> mg.cat([mg.tensor([1, 2]), mg.tensor([3])])
    tensor([1, 2, 3])
    """
    parts = _tensors(tensors, "cat")
    if not parts:
        raise ValueError("torch.cat(): expected a non-empty list of Tensors")
    arrays = [x._array for x in parts]
    for i, array in enumerate(arrays):
        if array.ndim == 0:
            raise RuntimeError(f"zero-dimensional tensor (at position {i}) cannot be concatenated")
    first = next((array for array in arrays if array.shape != (0,)), arrays[0])  # an empty vector joins anything
    d = axis(dim, first.ndim)
    for i, x in enumerate(parts):
        shape = x._array.shape
        if shape == (0,):
            continue
        if len(shape) != first.ndim:
            raise RuntimeError(f"Tensors must have same number of dimensions: got {first.ndim} and {len(shape)}")
        for axis_, (n, m) in enumerate(zip(first.shape, shape, strict=True)):
            if axis_ != d and n != m:
                raise RuntimeError(
                    f"Sizes of tensors must match except in dimension {d}. Expected size {n} but got size {m} for "
                    f"tensor number {i} in the list."
                )
    return apply(Cat, *parts, d)


class Stack(Op):
    """Each input gets back its own layer of the gradient."""

    __slots__ = ("count", "front")
    _saved_dim = property(lambda node: len(node.front))
    arity, promote = -1, "arithmetic"
    glyph, tex, row = "≡", r"\mathrm{{stack}}({0}, \ldots)", "split"

    @staticmethod
    def forward(ctx: Any, *arrays: Any) -> Any:
        *parts, dim = arrays
        ctx.front, ctx.count = (slice(None),) * dim, len(parts)
        return formulas.in_order(np.stack(parts, dim))

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return tuple([formulas.take(grad, (*ctx.front, i)) for i in range(ctx.count)])


@numpy_names
def stack(tensors: Any, dim: int = 0) -> Any:
    """Return tensors joined along a dimension of their own.

    Parameters
    ----------
    tensors : sequence of Tensor
        All of one shape.
    dim : int
        Where the dimension goes.

    Returns
    -------
    Tensor

    Raises
    ------
    RuntimeError
        If the shapes differ, or there is nothing to join.

    Examples
    --------
    >>> mg.stack([mg.tensor([1, 2]), mg.tensor([3, 4])])
    tensor([[1, 2],
            [3, 4]])
    """
    parts = _tensors(tensors, "stack")
    if not parts:
        raise RuntimeError("stack expects a non-empty TensorList")
    shape = parts[0]._array.shape
    d = axis(dim, len(shape) + 1)
    for i, x in enumerate(parts):
        if x._array.shape != shape:
            raise RuntimeError(
                f"stack expects each tensor to be equal size, but got {list(shape)} at entry 0 and "
                f"{list(x._array.shape)} at entry {i}"
            )
    return apply(Stack, *parts, d)


def hstack(tensors: Any) -> Any:
    """Return tensors joined side by side: along the first dimension of vectors, the second of others.

    Parameters
    ----------
    tensors : sequence of Tensor
        Shapes that fit.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> mg.hstack([mg.tensor([1, 2]), mg.tensor([3])])
    tensor([1, 2, 3])
    """
    parts = [x.reshape(1) if x._array.ndim == 0 else x for x in _tensors(tensors, "hstack")]
    return cat(parts, 0 if not parts or parts[0]._array.ndim == 1 else 1)


def vstack(tensors: Any) -> Any:
    """Return tensors joined one above the other, as rows.

    Parameters
    ----------
    tensors : sequence of Tensor
        Shapes that fit; a vector counts as one row.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> mg.vstack([mg.tensor([1, 2]), mg.tensor([3, 4])])
    tensor([[1, 2],
            [3, 4]])
    """
    parts = [x.reshape(1, 1) if x._array.ndim == 0 else x for x in _tensors(tensors, "vstack")]
    return cat([x.unsqueeze(0) if x._array.ndim == 1 else x for x in parts], 0)


row_stack = vstack


class Split(Op):
    """The pieces' gradients are put together again."""

    __slots__ = ("dim",)
    view = True
    glyph, tex, row = "split", r"\mathrm{{split}}({0})", "split"

    @staticmethod
    def forward(ctx: Any, x: Any, size: int, dim: int) -> Any:
        ctx.dim = dim
        n = x.shape[dim]
        return tuple([formulas.part(x, dim, i, i + size) for i in range(0, max(n, 1), max(size, 1))])

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        return formulas.concatenate(grads, ctx.dim)


class SplitWithSizes(Op):
    """The pieces' gradients are put together again."""

    __slots__ = ("dim",)
    view = True
    glyph, tex, row = "split", r"\mathrm{{split}}({0})", "split"

    @staticmethod
    def forward(ctx: Any, x: Any, lengths: tuple[int, ...], dim: int) -> Any:
        ctx.dim = dim
        pieces, start = [], 0
        for length in lengths:
            pieces.append(formulas.part(x, dim, start, start + length))
            start += length
        return tuple(pieces)

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        return formulas.concatenate(grads, ctx.dim)


@numpy_names
def split(input: TensorT, split_size_or_sections: Any, dim: int = 0) -> tuple[TensorT, ...]:
    """Return a tensor in pieces along a dimension.

    Parameters
    ----------
    input : Tensor
        At least one dimension.
    split_size_or_sections : int or list of int
        The length of each piece, of which the last may be shorter; or one length a piece.
    dim : int
        The dimension.

    Returns
    -------
    tuple of Tensor
        Views.

    Raises
    ------
    RuntimeError
        If the lengths do not add up.

    Examples
    --------
    >>> mg.split(mg.arange(5), 2)
    (tensor([0, 1]), tensor([2, 3]), tensor([4]))
    """
    array = tensor(input, "split")._array
    if array.ndim == 0:
        raise RuntimeError("split expects at least a 1-dimensional tensor")
    d = axis(dim, array.ndim)
    n = array.shape[d]
    if isinstance(split_size_or_sections, bool):
        refuse_combination("split", "A size is a whole number.", input, split_size_or_sections, dim)
    if isinstance(split_size_or_sections, int):
        size = split_size_or_sections
        if size < 0:
            raise RuntimeError(f"split expects split_size be non-negative, but got split_size={size}")
        if size == 0 and n:
            raise RuntimeError(f"split_size can only be 0 if dimension size is 0, but got dimension size of {n}")
        return apply(Split, input, size, d)  # type: ignore[no-any-return]
    lengths = sizes((split_size_or_sections,), "split", "split_size")
    if sum(lengths) != n or min(lengths, default=0) < 0:
        raise RuntimeError(
            f"split_with_sizes expects split_sizes to sum exactly to {n} (input tensor's size at dimension {dim}), but "
            f"got split_sizes={list(lengths)}"
        )
    return apply(SplitWithSizes, input, lengths, d)  # type: ignore[no-any-return]


@numpy_names
def chunk(input: TensorT, chunks: int, dim: int = 0) -> tuple[TensorT, ...]:
    """Return a tensor in at most so many pieces of one length, of which the last may be shorter.

    Parameters
    ----------
    input : Tensor
        At least one dimension.
    chunks : int
        How many.
    dim : int
        The dimension.

    Returns
    -------
    tuple of Tensor
        Views.

    Raises
    ------
    RuntimeError
        If ``chunks`` is not positive.

    Examples
    --------
    >>> mg.chunk(mg.arange(5), 2)
    (tensor([0, 1, 2]), tensor([3, 4]))
    """
    array = tensor(input, "chunk")._array
    if array.ndim == 0:
        raise RuntimeError("chunk expects at least a 1-dimensional tensor")
    chunks = integer(chunks, "chunk", "chunks", 2)
    if chunks <= 0:
        raise RuntimeError(f"chunk expects `chunks` to be greater than 0, got: {chunks}")
    n = array.shape[axis(dim, array.ndim)]
    if n == 0:
        return split(input, [0] * chunks, dim)
    return split(input, -(-n // chunks), dim)


class Unbind(Op):
    """The layers' gradients are stacked again."""

    __slots__ = ("dim",)
    view = True
    glyph, tex, row = "split", r"\mathrm{{unbind}}({0})", "split"

    @staticmethod
    def forward(ctx: Any, x: Any, dim: int) -> Any:
        ctx.dim = dim
        front = (slice(None),) * dim
        return tuple([x[(*front, i, ...)] for i in range(x.shape[dim])])

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        return formulas.stack(grads, ctx.dim)


@numpy_names
def unbind(input: TensorT, dim: int = 0) -> tuple[TensorT, ...]:
    """Return the layers of a tensor along a dimension.

    Parameters
    ----------
    input : Tensor
        At least one dimension.
    dim : int
        The dimension that disappears.

    Returns
    -------
    tuple of Tensor
        Views.

    Examples
    --------
    >>> mg.unbind(mg.tensor([[1, 2], [3, 4]]))
    (tensor([1, 2]), tensor([3, 4]))
    """
    array = tensor(input, "unbind")._array
    d = axis(dim, array.ndim)
    if array.ndim == 0:
        raise IndexError(f"Dimension specified as {dim} but tensor has no dimensions")
    return apply(Unbind, input, d) if array.shape[d] else ()


def split_with_sizes(input: TensorT, split_sizes: Any, dim: int = 0) -> tuple[TensorT, ...]:
    """Return a tensor in pieces of these lengths along a dimension: ``split`` with a list.

    Examples
    --------
    >>> mg.split_with_sizes(mg.arange(3), [1, 2])
    (tensor([0]), tensor([1, 2]))
    """
    return split(input, list(split_sizes), dim)


class Repeat(Op):
    """Each entry was copied several times, so its gradient is the sum over its copies."""

    __slots__ = ("repeats", "shape")
    _saved_self_sym_sizes = property(attrgetter("shape"))
    glyph, tex, row = "⊞", r"\mathrm{{repeat}}({0})", "rearrange"

    @staticmethod
    def forward(ctx: Any, x: Any, repeats: tuple[int, ...]) -> Any:
        ctx.repeats, ctx.shape = repeats, x.shape
        return np.tile(x, repeats)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        if grad.shape == ctx.shape:
            return grad
        lead = len(ctx.repeats) - len(ctx.shape)
        full = (1,) * lead + ctx.shape
        apart = tuple([n for pair in zip(ctx.repeats, full, strict=True) for n in pair])
        summed = formulas.sum_over(formulas.reshape(grad, apart), tuple(range(0, len(apart), 2)))
        return formulas.reshape(summed, ctx.shape)


@numpy_names
def repeat(input: TensorT, *repeats: Any) -> TensorT:
    """Return the tensor copied so many times along each dimension.

    Parameters
    ----------
    input : Tensor
        Any shape.
    *repeats : int, or one tuple
        One number a dimension; further ones stand in front.

    Returns
    -------
    Tensor
        A copy.

    Raises
    ------
    RuntimeError
        If there are fewer numbers than dimensions.

    Examples
    --------
    >>> mg.tensor([1, 2]).repeat(2, 2)
    tensor([[1, 2, 1, 2],
            [1, 2, 1, 2]])
    """
    if not repeats:
        raise TypeError('repeat() missing 1 required positional arguments: "repeats"')
    counts = sizes(repeats, "repeat", "repeats")
    if len(counts) < input._array.ndim:
        raise RuntimeError("Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor")
    ones = (1,) * (len(counts) - input._array.ndim)
    refuse_negative(tuple([n * m for n, m in zip(counts, ones + input._array.shape, strict=True)]))
    return apply(Repeat, input, counts)  # type: ignore[no-any-return]


@numpy_names
def tile(input: TensorT, *dims: Any) -> TensorT:
    """Return the tensor copied so many times along its last dimensions.

    Parameters
    ----------
    input : Tensor
        Any shape.
    *dims : int, or one tuple
        The numbers, the last for the last dimension.

    Returns
    -------
    Tensor
        A copy.

    Examples
    --------
    >>> mg.tile(mg.tensor([1, 2]), (2,))
    tensor([1, 2, 1, 2])
    """
    counts = sizes(dims, "tile", "dims")
    return repeat(tensor(input, "tile"), (1,) * (input._array.ndim - len(counts)) + counts)


concat = concatenate = cat
