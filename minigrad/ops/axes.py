"""The same numbers along other axes: swapped, reversed, or used over and over. Gradients go back the same way."""

from __future__ import annotations

import warnings
from operator import attrgetter
from typing import Any

import numpy as np

from minigrad.autograd.base import TensorBase
from minigrad.autograd.function import Op, apply
from minigrad.ops import formulas
from minigrad.ops.arguments import Shape, TensorT, axes, axis, numpy_names, refuse_combination, sizes, tensor
from minigrad.ops.complex_numbers import conj
from minigrad.ops.formulas import strided, sum_to

__all__ = [
    "adjoint",
    "broadcast_to",
    "flip",
    "moveaxis",
    "movedim",
    "permute",
    "swapaxes",
    "swapdims",
    "t",
    "transpose",
]


class Permute(Op):
    """The axes changed places, so the gradient's axes change back."""

    __slots__ = ("back",)
    _saved_dims = property(lambda node: tuple([node.back.index(i) for i in range(len(node.back))]))
    view = True
    glyph, tex, row = "⇄", r"\mathrm{{permute}}({0})", "rearrange"

    @staticmethod
    def forward(ctx: Any, x: Any, dims: tuple[int, ...]) -> Any:
        ctx.back = tuple([dims.index(i) for i in range(len(dims))])
        return x.transpose(dims)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return formulas.permute(grad, ctx.back)


@numpy_names
def permute(input: TensorT, *dims: Any) -> TensorT:
    """Return the tensor with its dimensions in another order.

    Parameters
    ----------
    input : Tensor
        Any shape.
    *dims : int, or one tuple
        All the dimensions, in the new order.

    Returns
    -------
    Tensor
        A view.

    Raises
    ------
    RuntimeError
        If a dimension is missing or occurs twice.

    Examples
    --------
    >>> mg.permute(mg.zeros(2, 3, 4), (2, 0, 1)).shape
    torch.Size([4, 2, 3])
    """
    ndim = tensor(input, "permute")._array.ndim
    if not dims:
        raise TypeError('permute() missing 1 required positional arguments: "dims"')
    order = sizes(dims, "permute", "dims")
    if len(order) != ndim:
        raise RuntimeError(
            "permute(sparse_coo): number of dimensions in the tensor input does not match the length of the desired "
            f"ordering of dimensions i.e. input.dim() = {ndim} is not equal to len(dims) = {len(order)}"
        )
    order = tuple([axis(d, ndim) for d in order])
    if len(set(order)) != ndim:
        raise RuntimeError("permute(): duplicate dims are not allowed.")
    return apply(Permute, input, order)  # type: ignore[no-any-return]


def movedim(input: TensorT, source: Any, destination: Any) -> TensorT:
    """Return the tensor with some dimensions moved, and the others in their old order.

    Parameters
    ----------
    input : Tensor
        Any shape.
    source, destination : int or tuple of int
        Where they are and where they go.

    Returns
    -------
    Tensor
        A view.

    Examples
    --------
    >>> mg.movedim(mg.zeros(2, 3, 4), 0, -1).shape
    torch.Size([3, 4, 2])
    """
    ndim = tensor(input, "movedim")._array.ndim
    if isinstance(source, (tuple, list)) != isinstance(destination, (tuple, list)):
        refuse_combination("movedim", "Give two dimensions, or two tuples of them.", input, source, destination)
    sources = [axis(d, ndim) for d in (source if isinstance(source, (tuple, list)) else (source,))]
    targets = [axis(d, ndim) for d in (destination if isinstance(destination, (tuple, list)) else (destination,))]
    if len(sources) != len(targets):
        raise RuntimeError(
            f"movedim: Invalid source or destination dims: source ({sources} dims) should contain the same number of "
            f"dims as destination ({targets} dims)"
        )
    rest = iter([d for d in range(ndim) if d not in sources])
    order = [sources[targets.index(d)] if d in targets else next(rest) for d in range(ndim)]
    return permute(input, order)


class Transpose(Op):
    """Two axes changed places, so the gradient's axes change back."""

    __slots__ = ("dims",)
    _saved_dim0 = property(lambda node: node.dims[0])
    _saved_dim1 = property(lambda node: node.dims[1])
    view = True
    glyph, tex, row = "⇄", "{0}^T", "rearrange"

    @staticmethod
    def forward(ctx: Any, x: Any, dim0: int, dim1: int) -> Any:
        ctx.dims = dim0, dim1
        return x.swapaxes(dim0, dim1) if x.ndim else x[...]

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return formulas.swap(grad, *ctx.dims)


@numpy_names
def transpose(input: TensorT, dim0: int, dim1: int) -> TensorT:
    """Return the tensor with two dimensions swapped.

    Parameters
    ----------
    input : Tensor
        Any shape.
    dim0, dim1 : int
        The two.

    Returns
    -------
    Tensor
        A view.

    Raises
    ------
    IndexError
        If there is no such dimension.

    Examples
    --------
    >>> mg.transpose(mg.zeros(2, 3), 0, 1).shape
    torch.Size([3, 2])
    """
    ndim = tensor(input, "transpose")._array.ndim
    return apply(Transpose, input, axis(dim0, ndim), axis(dim1, ndim))  # type: ignore[no-any-return]


class T(Op):
    """Rows became columns, so the gradient's columns become rows again."""

    __slots__ = ()
    view = True
    glyph, tex, row = "⇄", "{0}^T", "rearrange"

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        return x.transpose()

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return formulas.transposed(grad)  # a view also of a vector, so that it is no longer what came in


def t(input: TensorT) -> TensorT:
    """Return the transpose of a matrix; fewer dimensions stay as they are.

    Parameters
    ----------
    input : Tensor, shape (m, n), (n,) or ()
        A matrix, a vector or a number.

    Returns
    -------
    Tensor, shape (n, m), (n,) or ()
        A view.

    Raises
    ------
    RuntimeError
        If there are more than two dimensions.

    Examples
    --------
    >>> mg.t(mg.zeros(2, 3)).shape
    torch.Size([3, 2])
    """
    ndim = tensor(input, "t")._array.ndim
    if ndim > 2:
        raise RuntimeError(f"t() expects a tensor with <= 2 dimensions, but self is {ndim}D")
    return apply(T, input)  # type: ignore[no-any-return]


def reversed_dims(input: TensorT) -> TensorT:
    """Return ``x.T``: the tensor with its dimensions in reverse order."""
    ndim = input._array.ndim
    if ndim not in (0, 2):
        warnings.warn(
            "The use of `x.T` on tensors of dimension other than 2 to reverse their shape is deprecated and it will "
            "throw an error in a future release. Consider `x.mT` to transpose batches of matrices or "
            "`x.permute(*torch.arange(x.ndim - 1, -1, -1))` to reverse the dimensions of a tensor.",
            UserWarning,
            stacklevel=3,
        )
    return apply(Permute, input, tuple(range(ndim - 1, -1, -1)))  # type: ignore[no-any-return]


def matrix_transpose(input: TensorT, name: str = "mT") -> TensorT:
    """Return ``x.mT``: the transpose of a matrix, or of each in a stack of them."""
    ndim = input._array.ndim
    if ndim == 0:
        return input
    if ndim < 2:
        raise RuntimeError(f"tensor.{name} is only supported on matrices or batches of matrices. Got {ndim}-D tensor.")
    return apply(Transpose, input, ndim - 2, ndim - 1)  # type: ignore[no-any-return]


def hermitian(input: TensorT) -> TensorT:
    """Return ``x.H``: the transpose of a matrix, its entries conjugated; of real ones, just the transpose."""
    ndim = input._array.ndim
    if ndim not in (0, 2):
        raise RuntimeError(
            f"tensor.H is only supported on matrices (2-D tensors). Got {ndim}-D tensor. For batches of matrices, "
            "consider using tensor.mH"
        )
    return adjoint(input, "H") if ndim else conj(input)


def adjoint(input: TensorT, name: str = "adjoint") -> TensorT:
    """Return the transpose of a matrix, or of each in a stack of them, its entries conjugated.

    Parameters
    ----------
    input : Tensor, shape (..., n, m)
        A matrix, or a stack of them.
    name : str
        By what name it was asked for, which an error repeats.

    Returns
    -------
    Tensor, shape (..., m, n)

    Examples
    --------
    >>> mg.adjoint(mg.tensor([[1.0, 2.0]])).shape
    torch.Size([2, 1])
    """
    return conj(matrix_transpose(input, name))  # type: ignore[no-any-return]


class Expand(Op):
    """One entry was used many times, so its gradient is the sum over all its uses."""

    __slots__ = ("shape",)
    _saved_self_sym_sizes = property(attrgetter("shape"))
    view = True
    glyph, tex, row = "⤢", r"\mathrm{{expand}}({0})", "rearrange"

    @staticmethod
    def forward(ctx: Any, x: Any, shape: Shape) -> Any:
        ctx.shape = x.shape
        if 1 in shape and x.ndim:
            return strided(x, shape, _steps_between(x, shape))
        return np.broadcast_to(x, shape)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return sum_to(grad, ctx.shape)


def _steps_between(x: Any, shape: Shape) -> Shape:
    """Return the steps of an expanded array as PyTorch counts them: NumPy takes none along one entry."""
    steps: list[int] = []
    for d in range(-1, -len(shape) - 1, -1):
        if d >= -x.ndim:
            steps.append(x.strides[d] // x.itemsize if x.shape[d] == shape[d] else 0)
        else:
            steps.append(shape[d + 1] * steps[-1] if shape[d] == 1 else 0)
    return tuple(steps[::-1])


@numpy_names
def expand(input: TensorT, *size: Any) -> TensorT:
    """Return the tensor repeated along dimensions of size 1, or along others in front, without a copy.

    Parameters
    ----------
    input : Tensor
        Any shape.
    *size : int, or one tuple
        The size of each dimension; -1 leaves one as it is.

    Returns
    -------
    Tensor
        A view, to which nothing may be written.

    Raises
    ------
    RuntimeError
        If a dimension of another size than 1 would change.

    Examples
    --------
    >>> mg.tensor([[1], [2]]).expand(2, 3)
    tensor([[1, 1, 1],
            [2, 2, 2]])
    """
    shape, target = input._array.shape, sizes(size, "expand")
    lead = len(target) - len(shape)
    if lead < 0:
        kind = input.dtype.title  # type: ignore[attr-defined]
        raise RuntimeError(
            f"expand(torch.{kind}Tensor{{{list(shape)}}}, size={list(target)}): the number of sizes provided "
            f"({len(target)}) must be greater or equal to the number of dimensions in the tensor ({len(shape)})"
        )
    full = list(target)
    for i, n in enumerate(target):
        if i < lead:
            if n < 0:
                raise RuntimeError(
                    f"The expanded size of the tensor ({n}) isn't allowed in a leading, non-existing dimension {i}"
                )
        elif n == -1:
            full[i] = shape[i - lead]
        elif shape[i - lead] not in (1, n):
            raise RuntimeError(
                f"The expanded size of the tensor ({n}) must match the existing size ({shape[i - lead]}) at "
                f"non-singleton dimension {i}.  Target sizes: {list(target)}.  Tensor sizes: {list(shape)}"
            )
    return apply(Expand, input, tuple(full))  # type: ignore[no-any-return]


def broadcast_to(input: TensorT, size: Any) -> TensorT:
    """Return the tensor repeated, without a copy, to a given shape.

    Parameters
    ----------
    input : Tensor
        Any shape.
    size : tuple of int
        A shape to which it broadcasts.

    Returns
    -------
    Tensor
        A view, to which nothing may be written.

    Examples
    --------
    >>> mg.broadcast_to(mg.tensor([1, 2]), (2, 2))
    tensor([[1, 2],
            [1, 2]])
    """
    return expand(tensor(input, "broadcast_to"), size)


def expand_as(input: TensorT, other: TensorBase) -> TensorT:
    """Return the tensor repeated, without a copy, to the shape of another."""
    return expand(input, tensor(other, "expand_as", "other", 1)._array.shape)


class Flip(Op):
    """The order was turned round, so the gradient's order is turned back."""

    __slots__ = ("dims",)
    lies = 1
    glyph, tex, row = "⇋", r"\mathrm{{flip}}({0})", "rearrange"

    @staticmethod
    def forward(ctx: Any, x: Any, dims: tuple[int, ...]) -> Any:
        ctx.dims = dims
        return np.array(np.flip(x, dims))

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return formulas.flip(grad, ctx.dims)


@numpy_names
def flip(input: TensorT, *dims: Any) -> TensorT:
    """Return the tensor with its entries in reverse order along dimensions.

    Parameters
    ----------
    input : Tensor
        Any shape.
    *dims : int, or one tuple
        The dimensions to turn round.

    Returns
    -------
    Tensor
        A copy.

    Examples
    --------
    >>> mg.flip(mg.tensor([1, 2, 3]), (0,))
    tensor([3, 2, 1])
    """
    ndim = tensor(input, "flip")._array.ndim
    if not dims:
        raise TypeError('flip() missing 1 required positional arguments: "dims"')
    found = sizes(dims, "flip", "dims")
    found = axes(found, ndim) if found else ()
    return apply(Flip, input, found if ndim else ())  # type: ignore[no-any-return]


swapaxes = swapdims = transpose
moveaxis = movedim
