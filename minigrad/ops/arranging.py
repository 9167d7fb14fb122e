"""The same entries in another arrangement: roll, rot90, repeat_interleave, grids, and pieces of given sizes."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import TensorBase, wrap
from minigrad.autograd.function import Op, apply
from minigrad.ops import formulas
from minigrad.ops.arguments import Shape, TensorT, axis, numpy_names, sizes, tensor, unbroadcastable
from minigrad.ops.axes import expand, flip
from minigrad.ops.index import Slice, index_select
from minigrad.ops.joining import _tensors, cat, stack
from minigrad.ops.masks import masked_select
from minigrad.ops.shape import CloneInOrder

__all__ = [
    "atleast_1d",
    "atleast_2d",
    "atleast_3d",
    "broadcast_shapes",
    "broadcast_tensors",
    "cartesian_prod",
    "column_stack",
    "combinations",
    "dsplit",
    "dstack",
    "fliplr",
    "flipud",
    "hsplit",
    "meshgrid",
    "ravel",
    "repeat_interleave",
    "roll",
    "rot90",
    "tensor_split",
    "vsplit",
]


class Roll(Op):
    """The entries moved on, and round to the front: the gradient moves back."""

    __slots__ = ("dims", "shifts")
    glyph, tex, row = "↻", r"\mathrm{{roll}}({0})", "rearrange"

    @staticmethod
    def forward(ctx: Any, x: Any, shifts: tuple[int, ...], dims: tuple[int, ...]) -> Any:
        ctx.shifts, ctx.dims = shifts, dims
        return formulas.roll(x, shifts, dims)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return formulas.roll(grad, tuple([-n for n in ctx.shifts]), ctx.dims)


def roll(input: TensorT, shifts: Any, dims: Any = ()) -> TensorT:
    """Return the tensor with its entries moved on along dimensions; those that fall off come in at the front.

    Parameters
    ----------
    input : Tensor
        Any shape.
    shifts : int or tuple of int
        How far, for each dimension.
    dims : int or tuple of int
        The dimensions; none stands for reading order.

    Returns
    -------
    Tensor
        A copy.

    Raises
    ------
    RuntimeError
        If there are not as many shifts as dimensions.

    Examples
    --------
    >>> mg.roll(mg.tensor([1, 2, 3]), 1)
    tensor([3, 1, 2])
    """
    ndim = tensor(input, "roll")._array.ndim
    far, along = (n if isinstance(n, (tuple, list)) else (n,) for n in (shifts, dims))
    if not far:
        raise RuntimeError("`shifts` required")
    if len(along) != len(far) and (along or len(far) != 1):
        raise RuntimeError(f"shifts and dimensions must align. shifts: {len(far)}, dims:{len(along)}")
    if not ndim and along:
        raise IndexError(f"Dimension specified as {along[0]} but tensor has no dimensions")
    return apply(Roll, input, tuple(far), tuple([axis(d, ndim) for d in along]))  # type: ignore[no-any-return]


class Rot90(Op):
    """The entries were turned round: the gradient turns back."""

    __slots__ = ("dims", "k")
    glyph, tex, row = "⟲", r"\mathrm{{rot90}}({0})", "rearrange"

    @staticmethod
    def forward(ctx: Any, x: Any, k: int, dims: tuple[int, ...]) -> Any:
        ctx.k, ctx.dims = k, dims
        return formulas.rot90(x, k, dims)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return formulas.rot90(grad, -ctx.k, ctx.dims)


def rot90(input: TensorT, k: int = 1, dims: Any = (0, 1)) -> TensorT:
    """Return the tensor turned by quarters of a circle.

    Parameters
    ----------
    input : Tensor
        At least two dimensions.
    k : int
        How many quarters, from the first of ``dims`` towards the second.
    dims : tuple of int
        The two dimensions.

    Returns
    -------
    Tensor
        A copy.

    Raises
    ------
    RuntimeError
        If there are not two different dimensions.

    Examples
    --------
    >>> mg.rot90(mg.tensor([[1, 2], [3, 4]]))
    tensor([[2, 4],
            [1, 3]])
    """
    ndim = tensor(input, "rot90")._array.ndim
    if len(dims) != 2:
        raise RuntimeError(f"expected total rotation dims == 2, but got dims = {len(dims)}")
    if ndim < 2:
        raise RuntimeError(f"expected total dims >= 2, but got total dims = {ndim}")
    if dims[0] == dims[1] or abs(dims[0] - dims[1]) == ndim:
        raise RuntimeError(f"expected rotation dims to be different, but got dim0 = {dims[0]} and dim1 = {dims[1]}")
    return apply(Rot90, input, k, tuple([axis(d, ndim) for d in dims]))  # type: ignore[no-any-return]


def fliplr(input: TensorT) -> TensorT:
    """Return the tensor with its columns in reverse order.

    Parameters
    ----------
    input : Tensor
        At least two dimensions.

    Returns
    -------
    Tensor
        A copy.

    Examples
    --------
    >>> mg.fliplr(mg.tensor([[1, 2], [3, 4]]))
    tensor([[2, 1],
            [4, 3]])
    """
    if tensor(input, "fliplr")._array.ndim < 2:
        raise RuntimeError("Input must be >= 2-d.")
    return flip(input, 1)


def flipud(input: TensorT) -> TensorT:
    """Return the tensor with its rows in reverse order.

    Parameters
    ----------
    input : Tensor
        At least one dimension.

    Returns
    -------
    Tensor
        A copy.

    Examples
    --------
    >>> mg.flipud(mg.tensor([[1, 2], [3, 4]]))
    tensor([[3, 4],
            [1, 2]])
    """
    if tensor(input, "flipud")._array.ndim < 1:
        raise RuntimeError("Input must be >= 1-d.")
    return flip(input, 0)


@numpy_names
def repeat_interleave(
    input: Any, repeats: Any = None, dim: int | None = None, *, output_size: int | None = None
) -> Any:
    """Return each entry, or slice along a dimension, several times in a row.

    Parameters
    ----------
    input : Tensor
        Any shape. Alone, it says how often each index is to be repeated.
    repeats : int or Tensor
        How often: all alike, or each.
    dim : int, optional
        The dimension; without it the tensor is flattened.
    output_size : int, optional
        The length that comes out; not needed here.

    Returns
    -------
    Tensor

    Raises
    ------
    RuntimeError
        If there are not as many repeats as entries, or one is negative.

    Examples
    --------
    >>> mg.repeat_interleave(mg.tensor([1, 2]), 2)
    tensor([1, 1, 2, 2])
    """
    x: Any = tensor(input, "repeat_interleave")
    if repeats is None:
        if x._array.ndim != 1:
            raise RuntimeError("repeat_interleave only accept 1D vector as repeat")
        if x._array.dtype not in (np.int64, np.int32):
            kind = dtypes.of(x._array.dtype).title
            raise NotImplementedError(f"\"repeat_interleave_cpu\" not implemented for '{kind}': counts are integers")
        if x._array.size and x._array.min() < 0:
            raise RuntimeError("repeats can not be negative")
        return wrap(np.repeat(np.arange(x._array.size), x._array))
    x = x.flatten() if dim is None else x
    d = axis(0 if dim is None else dim, x._array.ndim)
    if isinstance(repeats, TensorBase) and repeats._array.size == 1:
        repeats = int(repeats._array.item())
    if isinstance(repeats, TensorBase):
        n = x._array.shape[d] if x._array.ndim else 1
        if repeats._array.ndim > 1:
            raise RuntimeError("repeats must be 0-dim or 1-dim tensor")
        if repeats._array.size != n:
            raise RuntimeError(
                f"repeats must have the same size as input along dim, but got repeats.size(0) = {repeats._array.size} "
                f"and input.size({0 if dim is None else dim}) = {n}"
            )
        return index_select(x, d, repeat_interleave(repeats))
    if repeats < 0:
        raise RuntimeError("Repeats must be non-negative")
    x = x if x._array.ndim else x.reshape(1)
    shape = list(x._array.shape)
    wide = x.unsqueeze(d + 1).expand(*shape[: d + 1], repeats, *shape[d + 1 :])
    return apply(CloneInOrder, wide).view(*shape[:d], shape[d] * repeats, *shape[d + 1 :])


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
    shape = _common(parts)
    return tuple([x if x._array.shape == shape else expand(x, shape) for x in parts])


def _common(parts: Sequence[Any]) -> Shape:
    """Return the shape to which tensors broadcast."""
    try:
        return np.broadcast_shapes(*[x._array.shape for x in parts])
    except ValueError as error:
        raise unbroadcastable(error, *parts) from None


def view_as(input: TensorT, other: TensorBase) -> TensorT:
    """Return the same memory in the shape of another tensor."""
    return input.view(tensor(other, "view_as", "other")._array.shape)  # type: ignore[attr-defined, no-any-return]


def reshape_as(input: TensorT, other: TensorBase) -> TensorT:
    """Return the same entries in the shape of another tensor."""
    return input.reshape(tensor(other, "reshape_as", "other")._array.shape)  # type: ignore[attr-defined, no-any-return]


@numpy_names
def sum_to_size(input: Any, *size: Any) -> Any:
    """Return the tensor summed down to a shape that broadcasts to its own."""
    shape, mine = sizes(size, "sum_to_size"), tensor(input, "sum_to_size")._array.shape
    lead = len(mine) - len(shape)
    if lead < 0 or any(n not in (1, m) for n, m in zip(shape, mine[lead:], strict=True)):
        raise RuntimeError(f"size {{{list(shape)}}} is not expandable to size {{{list(mine)}}}.")
    if shape == mine:
        return input
    total = input.sum([d for d, n in enumerate(mine) if d < lead or shape[d - lead] != n], keepdim=True)
    return total.view(shape) if lead else total


def ravel(input: Any) -> Any:
    """Return the entries in one row.

    Parameters
    ----------
    input : Tensor
        Any shape.

    Returns
    -------
    Tensor, shape (n,)
        A view, if the entries lie in memory in their order.

    Examples
    --------
    >>> mg.ravel(mg.tensor([[1, 2], [3, 4]]))
    tensor([1, 2, 3, 4])
    """
    return tensor(input, "ravel").contiguous().view(-1)


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
