"""Diagonals and triangles of matrices: diag, diagonal, tril, triu and their like."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import TensorBase, wrap
from minigrad.autograd.function import Op, apply
from minigrad.ops import formulas
from minigrad.ops.arguments import Shape, TensorT, axis, check_device, counts_in, integer, tensor
from minigrad.ops.formulas import put, reshape, take

__all__ = [
    "block_diag",
    "diag",
    "diag_embed",
    "diagflat",
    "diagonal",
    "diagonal_scatter",
    "tril",
    "tril_indices",
    "triu",
    "triu_indices",
]

# --- Triangles -----------------------------------------------------------------------------------------------------


class Tril(Op):
    """The lower triangle was kept: there the gradient passes, above it stops."""

    __slots__ = ("k",)
    glyph, tex, row = "◣", r"\mathrm{{tril}}({0})", "scatter"

    @staticmethod
    def forward(ctx: Any, x: Any, k: int) -> Any:
        ctx.k = k
        return np.tril(x, k)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return formulas.tril(grad, ctx.k)


class Triu(Op):
    """The upper triangle was kept: there the gradient passes, below it stops."""

    __slots__ = ("k",)
    glyph, tex, row = "◥", r"\mathrm{{triu}}({0})", "scatter"

    @staticmethod
    def forward(ctx: Any, x: Any, k: int) -> Any:
        ctx.k = k
        return np.triu(x, k)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return formulas.triu(grad, ctx.k)


def _triangle(op: type[Op], name: str, x: Any, diagonal: int) -> Any:
    if tensor(x, name)._array.ndim < 2:
        raise RuntimeError(f"{name}: input tensor must have at least 2 dimensions")
    return apply(op, x, integer(diagonal, name, "diagonal", 2))


def tril(input: TensorT, diagonal: int = 0) -> TensorT:
    """Return the lower triangle of a matrix, or of each in a stack of them; the rest is 0.

    Parameters
    ----------
    input : Tensor, shape (..., m, n)
        At least two dimensions.
    diagonal : int
        The last diagonal that is kept: 0 is the main one, 1 the next above it.

    Returns
    -------
    Tensor, shape (..., m, n)

    Raises
    ------
    RuntimeError
        If there are fewer dimensions.

    Examples
    --------
    >>> mg.tril(mg.ones(2, 3))
    tensor([[1., 0., 0.],
            [1., 1., 0.]])
    """
    return _triangle(Tril, "tril", input, diagonal)  # type: ignore[no-any-return]


def triu(input: TensorT, diagonal: int = 0) -> TensorT:
    """Return the upper triangle of a matrix, or of each in a stack of them; the rest is 0.

    Parameters
    ----------
    input : Tensor, shape (..., m, n)
        At least two dimensions.
    diagonal : int
        The first diagonal that is kept: 0 is the main one, 1 the next above it.

    Returns
    -------
    Tensor, shape (..., m, n)

    Raises
    ------
    RuntimeError
        If there are fewer dimensions.

    Examples
    --------
    >>> mg.triu(mg.ones(2, 3), 1)
    tensor([[0., 1., 1.],
            [0., 0., 1.]])
    """
    return _triangle(Triu, "triu", input, diagonal)  # type: ignore[no-any-return]


def _refuse_negative(row: int, col: int) -> None:
    """Refuse the size of no matrix."""
    for name, n in (("row", row), ("col", col)):
        if n < 0:
            raise RuntimeError(f"{name} must be non-negative, got{n}")


def tril_indices(row: int, col: int, offset: int = 0, *, dtype: Any = None, device: Any = None) -> Any:
    """Return where the lower triangle of a matrix is: a row of row numbers above a row of column numbers.

    Parameters
    ----------
    row, col : int
        The matrix's size.
    offset : int
        The last diagonal that counts.
    dtype : dtype, optional
        int64 by default.
    device : optional
        ``"cpu"``.

    Returns
    -------
    Tensor, shape (2, n)

    Examples
    --------
    >>> mg.tril_indices(2, 2)
    tensor([[0, 1, 1],
            [0, 0, 1]])
    """
    check_device(device)
    _refuse_negative(row, col)
    target = dtypes.to_numpy(dtype or dtypes.int64)
    counts_in(target, "bfc", "tril_indices")
    return wrap(np.stack(np.tril_indices(row, offset, col)).astype(target))


def triu_indices(row: int, col: int, offset: int = 0, *, dtype: Any = None, device: Any = None) -> Any:
    """Return where the upper triangle of a matrix is: a row of row numbers above a row of column numbers.

    Parameters
    ----------
    row, col : int
        The matrix's size.
    offset : int
        The first diagonal that counts.
    dtype : dtype, optional
        int64 by default.
    device : optional
        ``"cpu"``.

    Returns
    -------
    Tensor, shape (2, n)

    Examples
    --------
    >>> mg.triu_indices(2, 2)
    tensor([[0, 0, 1],
            [0, 1, 1]])
    """
    check_device(device)
    _refuse_negative(row, col)
    target = dtypes.to_numpy(dtype or dtypes.int64)
    counts_in(target, "bfc", "triu_indices")
    return wrap(np.stack(np.triu_indices(row, offset, col)).astype(target))


# --- Diagonals -----------------------------------------------------------------------------------------------------


def _diagonal(x: Any, offset: int, dim1: int, dim2: int) -> Any:
    """Return a diagonal as a view that can be written to."""
    y = np.diagonal(x, offset, dim1, dim2)
    if x.flags.writeable:
        y.flags.writeable = True
    return y


def places(ctx: Any, shape: Shape, *settings: Any) -> Any:
    """Return where a view looks: the number of the entry, in the flattened array, of which each of its own is."""
    return ctx.look(np.arange(math.prod(shape)).reshape(shape), *settings)


class Diagonal(Op):
    """A diagonal was looked at: its gradient goes back there, the rest gets zero."""

    __slots__ = ("places", "shape")
    view = True
    glyph, tex, row = "⋱", r"\mathrm{{diagonal}}({0})", "scatter"
    look: ClassVar[Callable[..., Any]] = staticmethod(_diagonal)

    @staticmethod
    def forward(ctx: Any, x: Any, *settings: Any) -> Any:
        ctx.shape = x.shape
        if ctx.needs_input_grad[0]:
            ctx.places = places(ctx, x.shape, *settings)
        return ctx.look(x, *settings)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        if not ctx.needs_input_grad[0]:  # of a view made under no_grad, say, whose base alone wants a gradient
            return None
        return reshape(put((math.prod(ctx.shape),), (ctx.places,), grad), ctx.shape)


class DiagonalCopy(Diagonal):
    """A diagonal was taken out: its gradient goes back there, the rest gets zero."""

    __slots__ = ()
    view = False
    look = staticmethod(lambda x, *settings: np.array(_diagonal(x, *settings)))

    called = "DiagonalBackward0_copy"


def diagonal(input: TensorT, offset: int = 0, dim1: int = 0, dim2: int = 1) -> TensorT:
    """Return a diagonal of a matrix, or of each in a stack of them.

    Parameters
    ----------
    input : Tensor
        At least two dimensions.
    offset : int
        Which: 0 is the main one, 1 the next above it.
    dim1, dim2 : int
        The dimensions of the matrices; the diagonal's stands last in their place.

    Returns
    -------
    Tensor
        A view.

    Raises
    ------
    RuntimeError
        If both dimensions are the same.

    Examples
    --------
    >>> mg.diagonal(mg.tensor([[1, 2], [3, 4]]))
    tensor([1, 4])
    """
    ndim = tensor(input, "diagonal")._array.ndim
    first, second = axis(dim1, ndim), axis(dim2, ndim)
    if first == second:
        raise RuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    return apply(Diagonal, input, integer(offset, "diagonal", "offset", 2), first, second)  # type: ignore[no-any-return]


class DiagonalScatter(Op):
    """Other entries took a diagonal's place: their gradient is picked up there, the rest passes unchanged."""

    __slots__ = ("places", "shape")
    arity, promote = 2, None
    glyph, tex, row = "⋱←", r"\mathrm{{diagonal\_scatter}}({0}, {1})", "scatter"
    look: ClassVar[Callable[..., Any]] = staticmethod(_diagonal)

    @staticmethod
    def forward(ctx: Any, x: Any, src: Any, *settings: Any) -> Any:
        ctx.shape, ctx.places = x.shape, places(ctx, x.shape, *settings)
        return formulas.placed(reshape(x, (-1,)), (ctx.places,), src.astype(x.dtype), False).reshape(x.shape)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        row = reshape(grad, (-1,))
        return reshape(formulas.placed(row, (ctx.places,), 0.0, False), ctx.shape), take(row, (ctx.places,))


def diagonal_scatter(input: TensorT, src: TensorBase, offset: int = 0, dim1: int = 0, dim2: int = 1) -> TensorT:
    """Return the tensor with other entries on a diagonal.

    Parameters
    ----------
    input : Tensor
        At least two dimensions.
    src : Tensor
        Of the shape that ``diagonal`` gives.
    offset, dim1, dim2 : int
        Which diagonal, as for ``diagonal``.

    Returns
    -------
    Tensor

    Raises
    ------
    RuntimeError
        If the shapes do not fit.

    Examples
    --------
    >>> mg.diagonal_scatter(mg.zeros(2, 2), mg.ones(2))
    tensor([[1., 0.],
            [0., 1.]])
    """
    array, given = tensor(input, "diagonal_scatter")._array, tensor(src, "diagonal_scatter", "src", 2)._array
    first, second = axis(dim1, array.ndim), axis(dim2, array.ndim)
    if first == second:
        raise RuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    wanted = np.diagonal(array, offset, first, second).shape
    if wanted != given.shape:
        raise RuntimeError(
            "expected src to have a size equal to the slice of self. "
            f"src size = {list(given.shape)}, slice size = {list(wanted)}"
        )
    return apply(DiagonalScatter, input, src, offset, first, second)  # type: ignore[no-any-return]


class DiagEmbed(Op):
    """Entries were laid out on a diagonal of zeros: their gradient is picked up there."""

    __slots__ = ("at",)
    glyph, tex, row = "⋱", r"\mathrm{{diag}}({0})", "scatter"

    @staticmethod
    def forward(ctx: Any, x: Any, offset: int, dim1: int, dim2: int) -> Any:
        ctx.at = offset, dim1, dim2
        n = x.shape[-1] + abs(offset)
        shape = list(x.shape[:-1])
        for d in sorted((dim1, dim2)):
            shape.insert(d, n)
        y = np.zeros(shape, x.dtype)
        _diagonal(y, offset, dim1, dim2)[...] = x
        return y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return formulas.diagonal(grad, *ctx.at)


def diag_embed(input: TensorT, offset: int = 0, dim1: int = -2, dim2: int = -1) -> TensorT:
    """Return matrices of zeros that have the entries of the last dimension on a diagonal.

    Parameters
    ----------
    input : Tensor, shape (..., n)
        At least one dimension.
    offset : int
        Which diagonal: 0 is the main one, 1 the next above it.
    dim1, dim2 : int
        Where the matrices' dimensions go.

    Returns
    -------
    Tensor, shape (..., n, n)
        Larger by ``abs(offset)`` in both.

    Raises
    ------
    RuntimeError
        If both dimensions are the same.

    Examples
    --------
    >>> mg.diag_embed(mg.tensor([1, 2]))
    tensor([[1, 0],
            [0, 2]])
    """
    ndim = tensor(input, "diag_embed")._array.ndim
    first, second = axis(dim1, ndim + 1), axis(dim2, ndim + 1)
    if first == second:
        raise RuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    return apply(DiagEmbed, input, offset, first, second)  # type: ignore[no-any-return]


def diag(input: TensorT, diagonal: int = 0) -> TensorT:
    """Return the diagonal of a matrix, or the matrix with a vector on its diagonal.

    Parameters
    ----------
    input : Tensor, shape (m, n) or (n,)
        A matrix or a vector.
    diagonal : int
        Which: 0 is the main one, 1 the next above it.

    Returns
    -------
    Tensor
        A copy.

    Raises
    ------
    RuntimeError
        If it is neither.

    Examples
    --------
    >>> mg.diag(mg.tensor([[1, 2], [3, 4]]))
    tensor([1, 4])
    """
    ndim = tensor(input, "diag")._array.ndim
    if ndim == 1:
        return diag_embed(input, integer(diagonal, "diag", "diagonal", 2))
    if ndim != 2:
        raise RuntimeError(f"diag(): Supports 1D or 2D tensors. Got {ndim}D")
    return apply(DiagonalCopy, input, integer(diagonal, "diag", "diagonal", 2), 0, 1)  # type: ignore[no-any-return]


def diagflat(input: TensorT, offset: int = 0) -> TensorT:
    """Return the matrix that has all the entries on a diagonal.

    Parameters
    ----------
    input : Tensor
        Any shape, read in order.
    offset : int
        Which diagonal: 0 is the main one, 1 the next above it.

    Returns
    -------
    Tensor, shape (n, n)

    Examples
    --------
    >>> mg.diagflat(mg.tensor([[1, 2]]))
    tensor([[1, 0],
            [0, 2]])
    """
    row = tensor(input, "diagflat").reshape(-1)  # type: ignore[attr-defined]
    return diag_embed(row, offset)  # type: ignore[no-any-return]


class BlockDiag(Op):
    """Each block gets back its own part of the gradient."""

    __slots__ = ("parts", "shapes")
    arity, promote = None, "arithmetic"
    glyph, tex, row = "▚", r"\mathrm{{block\_diag}}({0}, \ldots)", "split"

    @staticmethod
    def forward(ctx: Any, *arrays: Any) -> Any:
        ctx.shapes = [x.shape for x in arrays]
        blocks = [np.atleast_2d(x) for x in arrays]
        ends = np.cumsum([(0, 0), *[x.shape for x in blocks]], axis=0).tolist()
        ctx.parts = [(slice(a, c), slice(b, d)) for (a, b), (c, d) in itertools.pairwise(ends)]
        y = np.zeros(ends[-1], blocks[0].dtype)
        for part, block in zip(ctx.parts, blocks, strict=True):
            y[part] = block
        return y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return tuple([reshape(take(grad, p), shape) for p, shape in zip(ctx.parts, ctx.shapes, strict=True)])


def block_diag(*tensors: Any) -> Any:
    """Return the matrix that has the given ones along its diagonal.

    Parameters
    ----------
    *tensors : Tensor
        Matrices; a vector is one row, a number one entry.

    Returns
    -------
    Tensor, shape (sum of rows, sum of columns)

    Raises
    ------
    RuntimeError
        If one has more than two dimensions.

    Examples
    --------
    >>> mg.block_diag(mg.ones(1, 2), mg.tensor(3.0))
    tensor([[1., 1., 0.],
            [0., 0., 3.]])
    """
    for i, x in enumerate(tensors):
        if tensor(x, "block_diag", "tensors", i + 1)._array.ndim > 2:
            raise RuntimeError(
                "torch.block_diag: Input tensors must have 2 or fewer dimensions. "
                f"Input {i} has {x._array.ndim} dimensions"
            )
    return apply(BlockDiag, *tensors)
