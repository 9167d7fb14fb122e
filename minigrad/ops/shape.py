"""The same numbers in another shape: no entry changes, so each gradient goes back where its entry came from."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import alias
from minigrad.autograd.function import Op, apply
from minigrad.ops import formulas
from minigrad.ops.arguments import Shape, TensorT, axes, axis, infer, numpy_names, sizes, tensor

__all__ = ["clone", "flatten", "reshape", "squeeze", "unflatten", "unsqueeze"]


class View(Op):
    """A change of shape changes the shape of the gradient back."""

    __slots__ = ("shape",)
    _saved_self_sym_sizes = property(attrgetter("shape"))
    view = True
    glyph, tex, row = "▭", r"\mathrm{{view}}({0})", "rearrange"

    @staticmethod
    def forward(ctx: Any, x: Any, shape: Shape) -> Any:
        ctx.shape = x.shape
        return x.reshape(shape)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return formulas.reshape(grad, ctx.shape)


class ReshapeAlias(View):
    """A change of shape changes the shape of the gradient back."""

    __slots__ = ()


class UnsafeView(Op):
    """A change of shape changes the shape of the gradient back."""

    __slots__ = ("shape",)
    glyph, tex, row = "▭", r"\mathrm{{view}}({0})", "rearrange"

    @staticmethod
    def forward(ctx: Any, x: Any, shape: Shape) -> Any:
        ctx.shape = x.shape
        return x.reshape(shape)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return formulas.reshape(grad, ctx.shape)


def _shares(x: Any, shape: Shape) -> bool:
    """Return whether an array can take a shape without being copied."""
    return bool(x.flags.c_contiguous) or np.shares_memory(x, x.reshape(shape)) or x.size == 0


def _reread(input: TensorT, dtype: Any) -> TensorT:
    """Return the same bytes, read as numbers of another type; no gradient passes through that."""
    array, kind = input._array, dtypes.to_numpy(dtype)
    size, wanted = array.itemsize, kind.itemsize
    if size != wanted:
        which = f"to view {dtypes.of(array.dtype).title} as {dtypes.of(kind).title} (different element sizes)"
        if array.ndim == 0:
            raise RuntimeError(f"self.dim() cannot be 0 {which}")
        if array.shape[-1] * size % wanted:
            raise RuntimeError(
                f"self.size(-1) must be divisible by {wanted // size} {which}, but got {array.shape[-1]}"
            )
        if array.strides[-1] != size and array.shape[-1] > 1 and array.size:
            raise RuntimeError(f"self.stride(-1) must be 1 {which}, but got {array.strides[-1] // size}")
    twin: TensorT = alias(input)
    shape = (*array.shape[:-1], array.shape[-1] * size // wanted) if array.ndim else ()
    twin._array = array.view(kind) if array.size else np.empty(shape, kind)
    return twin


@numpy_names
def view(input: TensorT, *size: Any, dtype: Any = None) -> TensorT:
    """Return the same memory in another shape.

    Parameters
    ----------
    input : Tensor
        Any shape.
    *size : int, or one tuple, or a dtype
        The shape, of as many entries; one -1 is worked out.
    dtype : dtype, optional
        Read the same bytes as numbers of this type instead; no gradient passes through that.

    Returns
    -------
    Tensor
        A view: what is written to it is written to ``input``.

    Raises
    ------
    RuntimeError
        If the number of entries differs, or the memory cannot be seen that way without a copy.

    Examples
    --------
    >>> mg.arange(6).view(2, 3)
    tensor([[0, 1, 2],
            [3, 4, 5]])
    """
    if dtype is None and len(size) == 1 and isinstance(size[0], (dtypes.dtype, type)):
        (dtype,) = size
    if dtype is not None:
        return _reread(input, dtype)
    array = input._array
    target = infer(sizes(size), array.size)
    if not _shares(array, target):
        raise RuntimeError(
            "view size is not compatible with input tensor's size and stride (at least one dimension spans across two "
            "contiguous subspaces). Use .reshape(...) instead."
        )
    return apply(View, input, target)  # type: ignore[no-any-return]


@numpy_names
def reshape(input: TensorT, *shape: Any) -> TensorT:
    """Return the same numbers in another shape: a view where that is possible, else a copy.

    Parameters
    ----------
    input : Tensor
        Any shape.
    *shape : int, or one tuple
        The shape, of as many entries; one -1 is worked out.

    Returns
    -------
    Tensor

    Raises
    ------
    RuntimeError
        If the number of entries differs.

    Examples
    --------
    >>> mg.reshape(mg.arange(6), (2, -1))
    tensor([[0, 1, 2],
            [3, 4, 5]])
    """
    array = tensor(input, "reshape")._array
    target = infer(sizes(shape, "reshape", "shape"), array.size)
    if array.flags.c_contiguous:
        return apply(View, input, target)  # type: ignore[no-any-return]
    if _shares(array, target):
        return apply(ReshapeAlias, input, target)  # type: ignore[no-any-return]
    return apply(UnsafeView, apply(CloneInOrder, input), target)  # type: ignore[no-any-return]


def flatten(input: TensorT, start_dim: int = 0, end_dim: int = -1) -> TensorT:
    """Return the tensor with several dimensions, all by default, made one.

    Parameters
    ----------
    input : Tensor
        Any shape.
    start_dim, end_dim : int
        The first and the last of the dimensions that become one.

    Returns
    -------
    Tensor
        A view where that is possible; the tensor itself where nothing changes.

    Raises
    ------
    IndexError
        If there is no such dimension.

    Examples
    --------
    >>> mg.flatten(mg.zeros(2, 3, 4), start_dim=1).shape
    torch.Size([2, 12])
    """
    array = tensor(input, "flatten")._array
    start, end = axis(start_dim, array.ndim), axis(end_dim, array.ndim)
    if start > end:
        raise RuntimeError("flatten() has invalid args: start_dim cannot come after end_dim")
    if array.ndim == 0:
        return reshape(input, 1)
    if start == end:
        return input
    joined = 1
    for n in array.shape[start : end + 1]:
        joined *= n
    return reshape(input, (*array.shape[:start], joined, *array.shape[end + 1 :]))


@numpy_names
def unflatten(input: TensorT, dim: int, sizes: Any) -> TensorT:
    """Return the tensor with one dimension unfolded into several.

    Parameters
    ----------
    input : Tensor
        Any shape.
    dim : int
        The dimension to unfold.
    sizes : tuple of int
        What it becomes; one -1 is worked out.

    Returns
    -------
    Tensor
        A view.

    Examples
    --------
    >>> mg.zeros(2, 12).unflatten(1, (3, 4)).shape
    torch.Size([2, 3, 4])
    """
    shape = input._array.shape
    d = axis(dim, len(shape))
    if not shape:
        raise RuntimeError("unflatten got an unexpected error:\na 0-d tensor has no dimension to unfold")
    try:
        several = infer(tuple(sizes), shape[d])
    except RuntimeError as error:
        if "is invalid for input" not in str(error):
            raise
        raise RuntimeError(
            f"unflatten: Provided sizes {list(sizes)} don't multiply up to the size of dim {d} ({shape[d]}) in the "
            "input tensor"
        ) from None
    return view(input, (*shape[:d], *several, *shape[d + 1 :]))


class Squeeze(Op):
    """Dimensions of size 1 went away, so the gradient gets them back."""

    __slots__ = ("shape",)
    _saved_self_sym_sizes = property(attrgetter("shape"))
    view = True
    glyph, tex, row = "▭", r"\mathrm{{squeeze}}({0})", "rearrange"

    @staticmethod
    def forward(ctx: Any, x: Any, dims: tuple[int, ...], kind: int) -> Any:
        ctx.shape = x.shape
        ctx.become(f"SqueezeBackward{kind}")  # 0: all dimensions, 1: one, 2: several, 4: within a product of matrices
        return np.squeeze(x, tuple([i for i in dims if i < x.ndim and x.shape[i] == 1]))

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return grad if grad.shape == ctx.shape else formulas.reshape(grad, ctx.shape)


@numpy_names
def squeeze(input: TensorT, *dim: Any) -> TensorT:
    """Return the tensor without dimensions of size 1.

    Parameters
    ----------
    input : Tensor
        Any shape.
    *dim : int, or one tuple, optional
        Only these, where they are of size 1.

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
    >>> mg.squeeze(mg.zeros(1, 3, 1)).shape
    torch.Size([3])
    """
    ndim = tensor(input, "squeeze")._array.ndim
    if not dim:
        return apply(Squeeze, input, tuple(range(ndim)), 0)  # type: ignore[no-any-return]
    if len(dim) == 1 and not isinstance(dim[0], (tuple, list)):
        return apply(Squeeze, input, (axis(dim[0], ndim),), 1)  # type: ignore[no-any-return]
    wanted = dim[0] if len(dim) == 1 else dim
    return apply(Squeeze, input, axes(wanted, ndim) if wanted else (), 2)  # type: ignore[no-any-return]


class Unsqueeze(Op):
    """A dimension of size 1 came in, so the gradient loses it again."""

    __slots__ = ("shape",)
    view = True
    glyph, tex, row = "▭", r"\mathrm{{unsqueeze}}({0})", "rearrange"

    @staticmethod
    def forward(ctx: Any, x: Any, dim: int) -> Any:
        ctx.shape = x.shape
        shape = *x.shape[:dim], 1, *x.shape[dim:]
        if x.flags.c_contiguous:
            return x.reshape(shape)  # with PyTorch's steps
        steps = [step // x.itemsize for step in x.strides]
        steps.insert(dim, x.shape[dim] * steps[dim] if dim < x.ndim else 1)
        return formulas.strided(x, shape, tuple(steps))

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return formulas.reshape(grad, ctx.shape)


@numpy_names
def unsqueeze(input: TensorT, dim: int) -> TensorT:
    """Return the tensor with one more dimension, of size 1.

    Parameters
    ----------
    input : Tensor
        Any shape.
    dim : int
        Where it goes.

    Returns
    -------
    Tensor
        A view.

    Raises
    ------
    IndexError
        If there is no such place.

    Examples
    --------
    >>> mg.unsqueeze(mg.zeros(3), 1).shape
    torch.Size([3, 1])
    """
    return apply(Unsqueeze, input, axis(dim, tensor(input, "unsqueeze")._array.ndim + 1))  # type: ignore[no-any-return]


class Alias(Op):
    """Another name for the same numbers: the gradient passes unchanged."""

    __slots__ = ()
    view = True
    glyph, tex, row = "▭", "{0}", "rearrange"

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        return x[...]

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return grad


class Clone(Op):
    """A copy hands its gradient to the original unchanged."""

    __slots__ = ()
    glyph, tex, local = "⧉", r"\mathrm{{clone}}({0})", ("1",)

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        return np.array(x, order="C" if 0 in x.strides else "K")

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return grad


class CloneInOrder(Clone):
    """A copy hands its gradient to the original unchanged."""

    __slots__ = ()
    called = "CloneBackward0"
    lies = 0

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        return np.array(x, order="C")

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return grad


def clone(input: TensorT, *, memory_format: Any = None) -> TensorT:
    """Return a copy, through which gradients flow.

    Parameters
    ----------
    input : Tensor
        Any shape.
    memory_format : optional
        Accepted as in PyTorch, and ignored.

    Returns
    -------
    Tensor
        Of the same shape and dtype, with memory of its own.

    Examples
    --------
    >>> mg.clone(mg.tensor([1.0, 2.0]))
    tensor([1., 2.])
    """
    return apply(Clone, tensor(input, "clone"))  # type: ignore[no-any-return]


def contiguous(input: TensorT, *, memory_format: Any = None) -> TensorT:
    """Return the tensor with its entries in order in memory: itself where they are, else a copy.

    ``memory_format`` is accepted as in PyTorch, and ignored.
    """
    if isinstance(memory_format, (str, int)):
        kind = type(memory_format).__name__
        raise TypeError(f"contiguous(): argument 'memory_format' must be torch.memory_format, not {kind}")
    return input if input._array.flags.c_contiguous else apply(CloneInOrder, input)


class ToCopy(Op):
    """A change of number type changes the gradient's type back."""

    __slots__ = ()
    glyph, tex, local = "⇢", r"\mathrm{{to}}({0})", ("1",)

    @staticmethod
    def forward(ctx: Any, x: Any, dtype: Any) -> Any:
        return x.astype(dtype, order="C" if 0 in x.strides else "K")

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return grad  # the engine casts to the input's dtype
