"""The largest and the smallest, where they are, and whether any or all hold."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

import numpy as np

from minigrad.autograd.base import TensorBase, wrap
from minigrad.autograd.function import Op, apply
from minigrad.ops import choice, formulas
from minigrad.ops.arguments import ABSENT, Shape, TensorT, axes, axis, numpy_names, reduced, refuse_combination, tensor
from minigrad.ops.formulas import put_along, reshape, sum_over, where
from minigrad.ops.reduce import kept_shape
from minigrad.ops.results import named

__all__ = ["all", "amax", "amin", "any", "argmax", "argmin", "max", "min"]

_Max, _Min = named("max"), named("min")


# --- Over everything, or along several dimensions: those that tie share the gradient -------------------------------


def shared(ctx: Any, x: Any, y: Any, grad: Any, nans: bool) -> Any:
    """Return the gradient for the entries that equal the result, shared among those that tie."""
    y, grad = reshape(y, ctx.kept), reshape(grad, ctx.kept)
    equal = (x == y) | (np.isnan(x) & np.isnan(y)) if nans else x == y
    chosen = formulas.cast(equal, grad)
    share = grad / sum_over(chosen, ctx.dim, True)
    return where(equal, share, 0.0) if nans else chosen * share


class Amax(Op):
    """The largest entry gets the whole gradient; several that tie share it."""

    __slots__ = ("dim", "kept")
    only_real = "max_values_cpu"
    saved_names = ("self", "result")
    nans = False  # whether a result of nan sends its gradient to the nans; if not, everything becomes nan
    glyph, tex, row, local = "max", r"\max {0}", "jvp", ("[{0} = {y}]",)

    @staticmethod
    def forward(ctx: Any, x: Any, dim: tuple[int, ...], keepdim: Any) -> Any:
        ctx.dim, ctx.kept = dim, kept_shape(x.shape, dim)
        y = np.maximum.reduce(x, dim, keepdims=keepdim)
        ctx.save_for_backward(x, y)
        return y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        x, y = ctx.saved_tensors
        return shared(ctx, x, y, grad, ctx.nans)


class Amin(Op):
    """The smallest entry gets the whole gradient; several that tie share it."""

    __slots__ = ("dim", "kept")
    only_real = "min_values_cpu"
    saved_names = ("self", "result")
    nans = False
    glyph, tex, row, local = "min", r"\min {0}", "jvp", ("[{0} = {y}]",)

    @staticmethod
    def forward(ctx: Any, x: Any, dim: tuple[int, ...], keepdim: Any) -> Any:
        ctx.dim, ctx.kept = dim, kept_shape(x.shape, dim)
        y = np.minimum.reduce(x, dim, keepdims=keepdim)
        ctx.save_for_backward(x, y)
        return y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        x, y = ctx.saved_tensors
        return shared(ctx, x, y, grad, ctx.nans)


class MaxAll(Amax):
    """The largest entry gets the whole gradient; several that tie share it."""

    __slots__ = ()
    only_real = "max_all"
    saved_names = ("self", "result")
    nans = True

    called = "MaxBackward1"


class MinAll(Amin):
    """The smallest entry gets the whole gradient; several that tie share it."""

    __slots__ = ()
    only_real = "min_all"
    saved_names = ("self", "result")
    nans = True

    called = "MinBackward1"


def _extreme(op: type[Op], name: str, x: TensorT, dim: Any, keepdim: bool) -> TensorT:
    array = tensor(x, name)._array
    found = reduced(axes(dim, array.ndim), array)
    if array.size == 0:
        if dim in ((), None):
            raise RuntimeError(
                f"{name}(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim "
                "with the 'dim' argument."
            )
        for d, shown in zip(found, dim if isinstance(dim, (tuple, list)) else (dim,), strict=True):
            refuse_empty(name, array.shape, d, shown)
    return apply(op, x, found, keepdim)  # type: ignore[no-any-return]


def refuse_empty(name: str, shape: Shape, d: int, shown: Any = None) -> None:
    if shape and shape[d] == 0:
        raise IndexError(f"{name}(): Expected reduction dim {d if shown is None else shown} to have non-zero size.")


@numpy_names
def amax(input: TensorT, dim: Any = (), keepdim: bool = False) -> TensorT:
    """Return the largest entry, of all or along dimensions; those that tie share the gradient.

    Parameters
    ----------
    input : Tensor
        Any shape.
    dim : int or tuple of int
        The dimensions that disappear; all by default.
    keepdim : bool
        Keep them, at size 1.

    Returns
    -------
    Tensor

    Raises
    ------
    IndexError
        If there is no such dimension, or it is empty.

    Examples
    --------
    >>> mg.amax(mg.tensor([[1.0, 2.0], [4.0, 3.0]]), dim=1)
    tensor([2., 4.])
    """
    return _extreme(Amax, "amax", input, () if dim is None else dim, keepdim)


@numpy_names
def amin(input: TensorT, dim: Any = (), keepdim: bool = False) -> TensorT:
    """Return the smallest entry, of all or along dimensions; those that tie share the gradient.

    Parameters
    ----------
    input : Tensor
        Any shape.
    dim : int or tuple of int
        The dimensions that disappear; all by default.
    keepdim : bool
        Keep them, at size 1.

    Returns
    -------
    Tensor

    Raises
    ------
    IndexError
        If there is no such dimension, or it is empty.

    Examples
    --------
    >>> mg.amin(mg.tensor([[1.0, 2.0], [4.0, 3.0]]), dim=1)
    tensor([1., 3.])
    """
    return _extreme(Amin, "amin", input, () if dim is None else dim, keepdim)


# --- Along one dimension, with the index: one entry gets it all ----------------------------------------------------


class Max(Op):
    """Along the dimension, the entry that was picked gets the whole gradient."""

    __slots__ = ("dim", "kept", "shape")
    _saved_self_sym_sizes = property(attrgetter("shape"))
    only_real = RuntimeError("max(): does not support complex input")
    saved_names = ("indices",)
    glyph, tex, row = "max", r"\max {0}", "scatter"

    @staticmethod
    def forward(ctx: Any, x: Any, dim: int, keepdim: Any) -> Any:
        ctx.shape, ctx.kept, ctx.dim = x.shape, kept_shape(x.shape, (dim,)), dim
        where_ = _pointed(np.argmax, x, dim)
        y = formulas.take_along(x, where_, dim)
        ctx.save_for_backward(where_)
        return (y, where_) if keepdim or not x.ndim else (np.squeeze(y, dim), np.squeeze(where_, dim))

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (where_,) = ctx.saved_tensors
        return put_along(ctx.shape, where_, ctx.dim, reshape(grad, ctx.kept))


class Min(Op):
    """Along the dimension, the entry that was picked gets the whole gradient."""

    __slots__ = ("dim", "kept", "shape")
    only_real = RuntimeError("min(): does not support complex input")
    saved_names = ("indices",)
    glyph, tex, row = "min", r"\min {0}", "scatter"

    @staticmethod
    def forward(ctx: Any, x: Any, dim: int, keepdim: Any) -> Any:
        ctx.shape, ctx.kept, ctx.dim = x.shape, kept_shape(x.shape, (dim,)), dim
        where_ = _pointed(np.argmin, x, dim)
        y = formulas.take_along(x, where_, dim)
        ctx.save_for_backward(where_)
        return (y, where_) if keepdim or not x.ndim else (np.squeeze(y, dim), np.squeeze(where_, dim))

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (where_,) = ctx.saved_tensors
        return put_along(ctx.shape, where_, ctx.dim, reshape(grad, ctx.kept))


def _pointed(find: Any, x: Any, dim: int) -> Any:
    """Return the indices that ``find`` gives along ``dim``, kept at size 1."""
    return find(x, dim, keepdims=True) if x.ndim else np.zeros((), np.int64)


def _along(op: type[Op], name: str, named: Any, x: Any, dim: int, keepdim: bool) -> Any:
    array = x._array
    d = axis(dim, array.ndim)
    refuse_empty(name, array.shape, d)
    return named(*apply(op, x, d, keepdim))


_KEPT = "Say which dimension to keep, as in dim=0."


@numpy_names
def max(input: Any, dim: Any = ABSENT, keepdim: bool = False, other: Any = None) -> Any:
    """Return the largest entry; along a dimension, with its index; of two tensors, entry by entry.

    Parameters
    ----------
    input : Tensor
        Any shape.
    dim : int or Tensor, optional
        The dimension that disappears; all by default. A tensor here means ``maximum(input, dim)``.
    keepdim : bool
        Keep the dimension, at size 1.
    other : Tensor, optional
        The same as a tensor for ``dim``.

    Returns
    -------
    Tensor, or a named tuple (values, indices)
        With ``dim``, one entry gets the gradient; without it, those that tie share it.

    Raises
    ------
    RuntimeError or IndexError
        If there is nothing to choose from.

    Examples
    --------
    >>> mg.max(mg.tensor([[1.0, 2.0], [4.0, 3.0]]), dim=1)
    torch.return_types.max(
    values=tensor([2., 4.]),
    indices=tensor([1, 0]))
    """
    x = tensor(input, "max")
    other = dim if isinstance(dim, TensorBase) else other
    if other is not None:
        return choice.maximum(x, other)
    if dim is ABSENT:
        if keepdim:
            refuse_combination("max", _KEPT, input, keepdim)
        return _extreme(MaxAll, "max", x, (), False)
    return _along(Max, "max", _Max, x, dim, keepdim)


@numpy_names
def min(input: Any, dim: Any = ABSENT, keepdim: bool = False, other: Any = None) -> Any:
    """Return the smallest entry; along a dimension, with its index; of two tensors, entry by entry.

    Parameters
    ----------
    input : Tensor
        Any shape.
    dim : int or Tensor, optional
        The dimension that disappears; all by default. A tensor here means ``minimum(input, dim)``.
    keepdim : bool
        Keep the dimension, at size 1.
    other : Tensor, optional
        The same as a tensor for ``dim``.

    Returns
    -------
    Tensor, or a named tuple (values, indices)
        With ``dim``, one entry gets the gradient; without it, those that tie share it.

    Raises
    ------
    RuntimeError or IndexError
        If there is nothing to choose from.

    Examples
    --------
    >>> mg.min(mg.tensor([[1.0, 2.0], [4.0, 3.0]]), dim=1).indices
    tensor([0, 1])
    """
    x = tensor(input, "min")
    other = dim if isinstance(dim, TensorBase) else other
    if other is not None:
        return choice.minimum(x, other)
    if dim is ABSENT:
        if keepdim:
            refuse_combination("min", _KEPT, input, keepdim)
        return _extreme(MinAll, "min", x, (), False)
    return _along(Min, "min", _Min, x, dim, keepdim)


# --- Indices and truth have no gradient ----------------------------------------------------------------------------


class Argmax(Op):
    """An index jumps from place to place: it has no gradient."""

    __slots__ = ()
    only_real = RuntimeError("argmax(): does not support complex input")
    differentiable = False
    glyph, tex, local, row = "argmax", r"\mathrm{{argmax}}\,{0}", ("0",), "scatter"

    @staticmethod
    def forward(ctx: Any, x: Any, dim: int | None, keepdim: Any) -> Any:
        return np.asarray(np.argmax(x, dim if x.ndim else None, keepdims=keepdim))


class Argmin(Op):
    """An index jumps from place to place: it has no gradient."""

    __slots__ = ()
    only_real = RuntimeError("argmin(): does not support complex input")
    differentiable = False
    glyph, tex, local, row = "argmin", r"\mathrm{{argmin}}\,{0}", ("0",), "scatter"

    @staticmethod
    def forward(ctx: Any, x: Any, dim: int | None, keepdim: Any) -> Any:
        return np.asarray(np.argmin(x, dim if x.ndim else None, keepdims=keepdim))


def _index(op: type[Op], name: str, x: Any, dim: int | None, keepdim: bool) -> Any:
    array = tensor(x, name)._array
    if array.dtype.kind == "b":
        raise RuntimeError(f"{name}(): does not support bool input")
    if dim is None and array.size == 0:
        raise IndexError(f"{name}(): Expected reduction dim to be specified for input.numel() == 0.")
    d = None if dim is None else axis(dim, array.ndim)
    if d is not None:
        refuse_empty(name, array.shape, d)
    return apply(op, x, d, keepdim)


@numpy_names
def argmax(input: TensorT, dim: int | None = None, keepdim: bool = False) -> TensorT:
    """Return where the largest entry is: the first one, if several tie.

    Parameters
    ----------
    input : Tensor
        Any shape.
    dim : int, optional
        The dimension to look along; without it, the index is into the flattened tensor.
    keepdim : bool
        Keep the dimension, at size 1.

    Returns
    -------
    Tensor
        Of int64; it never requires grad.

    Raises
    ------
    IndexError
        If there is nothing to choose from.

    Examples
    --------
    >>> mg.argmax(mg.tensor([[1.0, 2.0], [4.0, 3.0]]), dim=1)
    tensor([1, 0])
    """
    return _index(Argmax, "argmax", input, dim, keepdim)  # type: ignore[no-any-return]


@numpy_names
def argmin(input: TensorT, dim: int | None = None, keepdim: bool = False) -> TensorT:
    """Return where the smallest entry is: the first one, if several tie.

    Parameters
    ----------
    input : Tensor
        Any shape.
    dim : int, optional
        The dimension to look along; without it, the index is into the flattened tensor.
    keepdim : bool
        Keep the dimension, at size 1.

    Returns
    -------
    Tensor
        Of int64; it never requires grad.

    Raises
    ------
    IndexError
        If there is nothing to choose from.

    Examples
    --------
    >>> mg.argmin(mg.tensor([[1.0, 2.0], [4.0, 3.0]]), dim=1)
    tensor([0, 1])
    """
    return _index(Argmin, "argmin", input, dim, keepdim)  # type: ignore[no-any-return]


class All(Op):
    """Truth has no slope: no gradient passes."""

    __slots__ = ()
    differentiable = False
    glyph, tex, local, row = "∀", r"\mathrm{{all}}\,{0}", ("0",), "spread"

    @staticmethod
    def forward(ctx: Any, x: Any, dim: tuple[int, ...] | None, keepdim: Any) -> Any:
        return np.logical_and.reduce(x, dim, keepdims=keepdim)


class Any_(Op):
    """Truth has no slope: no gradient passes."""

    __slots__ = ()
    differentiable = False
    glyph, tex, local, row = "∃", r"\mathrm{{any}}\,{0}", ("0",), "spread"

    @staticmethod
    def forward(ctx: Any, x: Any, dim: tuple[int, ...] | None, keepdim: Any) -> Any:
        return np.logical_or.reduce(x, dim, keepdims=keepdim)


def _truth(op: type[Op], name: str, x: Any, dim: Any, keepdim: bool) -> Any:
    array = tensor(x, name)._array
    if isinstance(dim, (tuple, list)) and not dim:
        return x.bool()  # a sum takes all dimensions away then; these two none
    out = apply(op, x, None if dim is None else reduced(axes(dim, array.ndim), array), keepdim)
    return wrap(out._array.astype(np.uint8)) if array.dtype == np.uint8 else out


@numpy_names
def all(input: TensorT, dim: Any = None, keepdim: bool = False) -> TensorT:
    """Return whether all entries are true (not 0), or all along dimensions.

    Parameters
    ----------
    input : Tensor
        Any shape.
    dim : int or tuple of int, optional
        The dimensions that disappear; all by default.
    keepdim : bool
        Keep them, at size 1.

    Returns
    -------
    Tensor
        Booleans.

    Examples
    --------
    >>> mg.all(mg.tensor([1.0, 2.0]) > 1)
    tensor(False)
    """
    return _truth(All, "all", input, dim, keepdim)  # type: ignore[no-any-return]


@numpy_names
def any(input: TensorT, dim: Any = None, keepdim: bool = False) -> TensorT:
    """Return whether any entry is true (not 0), or any along dimensions.

    Parameters
    ----------
    input : Tensor
        Any shape.
    dim : int or tuple of int, optional
        The dimensions that disappear; all by default.
    keepdim : bool
        Keep them, at size 1.

    Returns
    -------
    Tensor
        Booleans.

    Examples
    --------
    >>> mg.any(mg.tensor([1.0, 2.0]) > 1)
    tensor(True)
    """
    return _truth(Any_, "any", input, dim, keepdim)  # type: ignore[no-any-return]
