"""Many numbers into fewer: sums, means, products, spreads and norms."""

from __future__ import annotations

import math
import warnings
from operator import attrgetter
from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.function import Op, apply
from minigrad.autograd.grad_mode import local
from minigrad.ops import formulas
from minigrad.ops.arguments import ABSENT, Shape, TensorT, axes, axis, numpy_names, real_number, reduced, tensor
from minigrad.ops.formulas import expand, has_zeros, over, reshape, sum_over, times, where

__all__ = ["mean", "prod", "std", "sum", "var"]


def kept_shape(shape: Shape, dim: tuple[int, ...]) -> Shape:
    """Return the shape with the reduced axes kept, at size 1."""
    return tuple([1 if i in dim else n for i, n in enumerate(shape)])


def count_of(shape: Shape, dim: tuple[int, ...]) -> int:
    """Return how many entries go into each result."""
    return math.prod([shape[i] for i in dim])


def counted_in(x: Any, dtype: Any) -> np.dtype[Any]:
    """Return NumPy's name of the dtype in which to add or multiply; one that has no gradient is not recorded."""
    target = dtypes.to_numpy(dtype)
    if target.kind not in "fc" and local.state.grad_enabled and x.requires_grad:
        raise RuntimeError(f"Autograd not support dtype: {dtypes.of(target).title}. Say x.detach() first.")
    return target


class Sum(Op):
    """A sum gives every entry that went in the same gradient: the one of the total."""

    __slots__ = ("kept", "shape")
    _saved_self_sym_sizes = property(attrgetter("shape"))
    kept: Shape | None
    glyph, tex, row, local = "Σ", r"\sum {0}", "spread", ("1",)

    @staticmethod
    def forward(ctx: Any, x: Any, dim: tuple[int, ...] | None = None, keepdim: Any = False, dtype: Any = None) -> Any:
        ctx.shape = x.shape
        ctx.kept = None if dim is None else kept_shape(x.shape, dim)
        if dim is not None:
            ctx.become("SumBackward1")
        return np.add.reduce(x, dim, dtype=dtype, keepdims=keepdim)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return expand(grad if ctx.kept is None else reshape(grad, ctx.kept), ctx.shape)


@numpy_names
def sum(input: TensorT, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> TensorT:
    """Return the sum of all entries, or along dimensions.

    Parameters
    ----------
    input : Tensor
        Any shape.
    dim : int or tuple of int, optional
        The dimensions that disappear; all by default.
    keepdim : bool
        Keep them, at size 1.
    dtype : dtype, optional
        The type to add in; integers and booleans are added in int64.

    Returns
    -------
    Tensor

    Raises
    ------
    IndexError
        If there is no such dimension.

    Examples
    --------
    >>> x = mg.tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> mg.sum(x), mg.sum(x, dim=0)
    (tensor(10.), tensor([4., 6.]))
    """
    array = tensor(input, "sum")._array
    kind = array.dtype.kind
    if dim is None and dtype is None and kind == "f" and not keepdim:
        return apply(Sum, input)  # type: ignore[no-any-return]
    target = dtypes.int64.numpy if dtype is None and kind in "biu" else None
    if dtype is not None:
        target = counted_in(input, dtype)
    found = None if dim is None else reduced(axes(dim, array.ndim), array)
    return apply(Sum, input, found, keepdim, target)  # type: ignore[no-any-return]


class Mean(Op):
    """A mean gives every entry an equal share of the gradient."""

    __slots__ = ("count", "kept", "shape")
    _saved_self_sym_sizes = property(attrgetter("shape"))
    kept: Shape | None
    glyph, tex, row, local = "mean", r"\frac{{1}}{{n}} \sum {0}", "spread", (r"\frac{{1}}{{n}}",)

    @staticmethod
    def forward(ctx: Any, x: Any, dim: tuple[int, ...] | None = None, keepdim: Any = False) -> Any:
        ctx.shape = x.shape
        ctx.kept = None if dim is None else kept_shape(x.shape, dim)
        if dim is not None:
            ctx.become("MeanBackward1")
        ctx.count = x.size if dim is None else count_of(x.shape, dim)
        return np.true_divide(np.add.reduce(x, dim, keepdims=keepdim), ctx.count)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return over(expand(grad if ctx.kept is None else reshape(grad, ctx.kept), ctx.shape), ctx.count)


@numpy_names
def mean(input: TensorT, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> TensorT:
    """Return the mean of all entries, or along dimensions.

    Parameters
    ----------
    input : Tensor
        Floats of any shape; the mean of none is nan.
    dim : int or tuple of int, optional
        The dimensions that disappear; all by default.
    keepdim : bool
        Keep them, at size 1.
    dtype : dtype, optional
        The type to compute in; it lets integers have a mean.

    Returns
    -------
    Tensor

    Raises
    ------
    RuntimeError
        If the entries are integers or booleans and no ``dtype`` is given.

    Examples
    --------
    >>> mg.mean(mg.tensor([[1.0, 2.0], [3.0, 6.0]]), dim=1)
    tensor([1.5000, 4.5000])
    """
    if dtype is not None:
        target = dtypes.of(dtypes.to_numpy(dtype))
        if not (target.is_floating_point or target.is_complex):
            raise RuntimeError(
                "mean(): could not infer output dtype. Optional dtype must be either a floating point or complex "
                f"dtype. Got: {target.title}"
            )
        input = tensor(input, "mean").to(target)  # type: ignore[attr-defined]
    array = tensor(input, "mean")._array
    if array.dtype.kind in "biu":
        raise RuntimeError(
            "mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. "
            f"Got: {dtypes.of(array.dtype).title}. Convert it first, for example with .float()."
        )
    if dim is None and not keepdim:
        return apply(Mean, input)  # type: ignore[no-any-return]
    found = None if dim is None else reduced(axes(dim, array.ndim), array)
    return apply(Mean, input, found, keepdim)  # type: ignore[no-any-return]


class Prod(Op):
    """A product gives each entry the product of all the others."""

    __slots__ = ("dim", "kept", "shape")
    saved_names = ("self", "result")
    dim: int | None
    glyph, tex, row, local = "Π", r"\prod {0}", "jvp", (r"\prod_{{j \ne i}} {0}_j",)

    @staticmethod
    def forward(ctx: Any, x: Any, dim: int | None = None, keepdim: Any = False, dtype: Any = None) -> Any:
        ctx.shape, ctx.dim = x.shape, dim
        ctx.kept = None if dim is None else kept_shape(x.shape, (dim,))
        if dim is not None:
            ctx.become("ProdBackward1")
        y = np.multiply.reduce(x, None if dim is None or not x.ndim else dim, dtype=dtype, keepdims=keepdim)
        ctx.save_for_backward(x, y)
        return y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        x, y = ctx.saved_tensors
        shape, dim = ctx.shape, ctx.dim
        if len(shape) == 0:
            return grad
        if not has_zeros(x):
            return grad * y / x if dim is None else reshape(grad * y, ctx.kept) / x
        if math.prod(shape if dim is None else [shape[dim]]) == 1:
            return reshape(grad, shape if dim is None else ctx.kept)  # there are no others
        if dim is None and formulas.is_gone(x):
            return formulas.zeros_like(x)  # whatever comes back, nan included, as in PyTorch
        if dim is None:  # as one long row
            row = reshape(x, (-1,))
            return grad * reshape(products_of_others(row, 0), shape)
        return reshape(grad, ctx.kept) * products_of_others(x, dim)


def products_of_others(x: Any, dim: int) -> Any:
    """Return, for each entry, the product of all the others along ``dim``: exact where there are zeros."""
    n = x.shape[dim]
    if n == 0:
        return x
    one = formulas.ones_like(formulas.part(x, dim, 0, 1))
    before = formulas.concatenate([one, formulas.part(x, dim, 0, n - 1)], dim)
    after = formulas.concatenate([one, formulas.flip(formulas.part(x, dim, 1, n), (dim,))], dim)
    return formulas.running_product(before, dim) * formulas.flip(formulas.running_product(after, dim), (dim,))


@numpy_names
def prod(input: TensorT, dim: Any = ABSENT, keepdim: bool = False, *, dtype: Any = None) -> TensorT:
    """Return the product of all entries, or along a dimension.

    Parameters
    ----------
    input : Tensor
        Any shape; the product of none is 1.
    dim : int, optional
        The dimension that disappears; all by default.
    keepdim : bool
        Keep it, at size 1.
    dtype : dtype, optional
        The type to multiply in; integers and booleans are multiplied in int64.

    Returns
    -------
    Tensor

    Raises
    ------
    IndexError
        If there is no such dimension.

    Examples
    --------
    >>> mg.prod(mg.tensor([[1.0, 2.0], [3.0, 4.0]]), dim=1)
    tensor([ 2., 12.])
    """
    array = tensor(input, "prod")._array
    target = dtypes.int64.numpy if array.dtype.kind in "biu" else None
    if dtype is not None:
        target = counted_in(input, dtype)
        input = input.to(dtype)  # type: ignore[attr-defined]
    return apply(Prod, input, None if dim is ABSENT else axis(dim, array.ndim), keepdim, target)  # type: ignore[no-any-return]


class Var(Op):
    """A variance grows with the distance from the mean: each entry's gradient is twice that, shared out."""

    __slots__ = ("count", "dim", "kept", "shape")
    glyph, tex, row = "var", r"\mathrm{{var}}({0})", "jvp"
    local = (r"\frac{{2\,({0} - \bar{{{0}}})}}{{n - 1}}",)

    @staticmethod
    def forward(ctx: Any, x: Any, dim: tuple[int, ...], correction: float, keepdim: Any) -> Any:
        ctx.dim, ctx.shape, ctx.kept = dim, x.shape, kept_shape(x.shape, dim)
        ctx.count = max(count_of(x.shape, dim) - correction, 0)
        ctx.save_for_backward(x)
        away = x - np.add.reduce(x, dim, keepdims=True) / count_of(x.shape, dim)
        return np.true_divide(np.add.reduce(formulas.squared(away), dim, keepdims=keepdim), ctx.count)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        away = x - sum_over(x, ctx.dim, True) / count_of(ctx.shape, ctx.dim)
        return times(reshape(grad, ctx.kept), 2.0 / ctx.count if ctx.count else math.inf) * away


class Std(Op):
    """A standard deviation pushes each entry by its distance from the mean, over the deviation itself."""

    __slots__ = ("count", "dim", "kept", "shape")
    saved_names = ("self", "result")
    glyph, tex, row = "std", r"\mathrm{{std}}({0})", "jvp"
    local = (r"\frac{{{0} - \bar{{{0}}}}}{{(n - 1)\,{y}}}",)

    @staticmethod
    def forward(ctx: Any, x: Any, dim: tuple[int, ...], correction: float, keepdim: Any) -> Any:
        ctx.dim, ctx.shape, ctx.kept = dim, x.shape, kept_shape(x.shape, dim)
        ctx.count = max(count_of(x.shape, dim) - correction, 0)
        away = x - np.add.reduce(x, dim, keepdims=True) / count_of(x.shape, dim)
        y = np.sqrt(np.true_divide(np.add.reduce(formulas.squared(away), dim, keepdims=keepdim), ctx.count))
        ctx.save_for_backward(x, y)
        return y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        x, y = ctx.saved_tensors
        away = x - sum_over(x, ctx.dim, True) / count_of(ctx.shape, ctx.dim)
        scaled = where(y == 0, 0.0, grad / (y * 2))
        return times(reshape(scaled, ctx.kept), 2.0 / ctx.count if ctx.count else math.inf) * away


def _spread(
    op: type[Op], name: str, x: TensorT, dim: Any, unbiased: bool | None, keepdim: bool, correction: float | None
) -> TensorT:
    """Run ``var`` or ``std``, whose arguments are PyTorch's, old and new."""
    if isinstance(dim, bool):
        dim, unbiased = None, dim
    array = tensor(x, name)._array
    if array.dtype.kind not in "fc":
        raise RuntimeError("std and var only support floating point and complex dtypes")
    found = reduced(axes(() if dim is None else dim, array.ndim), array)
    if correction is None:
        correction = 0 if unbiased is False else 1
    if count_of(array.shape, found) - correction <= 0:
        warnings.warn(
            f"{name}(): degrees of freedom is <= 0. Correction should be strictly less than the reduction factor "
            "(input numel divided by output numel).",
            UserWarning,
            stacklevel=3,
        )
    return apply(op, x, found, correction, keepdim)  # type: ignore[no-any-return]


@numpy_names
def var(
    input: TensorT,
    dim: Any = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
) -> TensorT:
    """Return the variance of all entries, or along dimensions.

    Parameters
    ----------
    input : Tensor
        Floats of any shape.
    dim : int or tuple of int, optional
        The dimensions that disappear; all by default.
    unbiased : bool
        Whether to divide by ``n - 1`` (the default) or by ``n``.
    keepdim : bool
        Keep the dimensions, at size 1.
    correction : float, optional
        Divide by ``n - correction``, whatever ``unbiased`` says.

    Returns
    -------
    Tensor

    Raises
    ------
    RuntimeError
        If the entries are integers or booleans.

    Examples
    --------
    >>> mg.var(mg.tensor([1.0, 2.0, 3.0, 4.0]))
    tensor(1.6667)
    """
    return _spread(Var, "var", input, dim, unbiased, keepdim, correction)


@numpy_names
def std(
    input: TensorT,
    dim: Any = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
) -> TensorT:
    """Return the standard deviation of all entries, or along dimensions.

    Parameters
    ----------
    input : Tensor
        Floats of any shape.
    dim : int or tuple of int, optional
        The dimensions that disappear; all by default.
    unbiased : bool
        Whether to divide by ``n - 1`` (the default) or by ``n``.
    keepdim : bool
        Keep the dimensions, at size 1.
    correction : float, optional
        Divide by ``n - correction``, whatever ``unbiased`` says.

    Returns
    -------
    Tensor

    Raises
    ------
    RuntimeError
        If the entries are integers or booleans.

    Examples
    --------
    >>> mg.std(mg.tensor([1.0, 2.0, 3.0, 4.0]), unbiased=False)
    tensor(1.1180)
    """
    return _spread(Std, "std", input, dim, unbiased, keepdim, correction)


class Norm(Op):
    """A length grows fastest along the vector itself, so the gradient points that way."""

    __slots__ = ("dim", "kept", "p")
    saved_names = ("self", "result")
    glyph, tex, row, local = "‖x‖", r"\lVert {0} \rVert", "jvp", (r"\frac{{{0}}}{{{y}}}",)

    called = "LinalgVectorNormBackward0"

    @staticmethod
    def forward(ctx: Any, x: Any, p: float, dim: tuple[int, ...], keepdim: Any) -> Any:
        ctx.p, ctx.dim, ctx.kept = p, dim, kept_shape(x.shape, dim)
        size = np.abs(x)
        if p == 2:
            y = np.sqrt(np.add.reduce(formulas.squared(x), dim, keepdims=keepdim))
        elif p == 1:
            y = np.add.reduce(size, dim, keepdims=keepdim)
        elif p == 0:
            y = np.add.reduce(x != 0, dim, keepdims=keepdim).astype(size.dtype)
        elif p == math.inf:
            y = np.maximum.reduce(size, dim, keepdims=keepdim)
        elif p == -math.inf:
            y = np.minimum.reduce(size, dim, keepdims=keepdim)
        else:
            y = np.power(np.add.reduce(np.power(size, p), dim, keepdims=keepdim), 1 / p)
        ctx.save_for_backward(x, y)
        return y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        x, y = ctx.saved_tensors
        p = ctx.p
        grad, y = reshape(grad, ctx.kept), reshape(y, ctx.kept)
        if p == 0:
            return formulas.zeros_like(x)
        if p == 1:
            return grad * formulas.sign(x)
        if p == 2:
            return grad * where(y == 0, 0.0, x / y)
        if p in (math.inf, -math.inf):  # those that tie share it
            chosen = formulas.cast((np.abs(x) == y) | (np.isnan(x) & np.isnan(y)), grad)
            return formulas.sign(x) * (chosen / sum_over(chosen, ctx.dim, True)) * grad
        if p < 1:
            return where(x == 0, 0.0, formulas.sign(x) * np.abs(x) ** (p - 1)) * grad * y ** (1 - p)
        if p < 2:
            return formulas.sign(x) * np.abs(x) ** (p - 1) * where(y == 0, 0.0, grad / y ** (p - 1))
        return x * np.abs(x) ** (p - 2) * where(y == 0, 0.0, grad / y ** (p - 1))


@numpy_names
def length(input: TensorT, p: Any = 2, dim: Any = None, keepdim: bool = False, dtype: Any = None) -> TensorT:
    """Return the p-norm of a vector: of all entries, or along dimensions."""
    x: Any = tensor(input, "norm")
    if dtype is not None:
        x = x.to(dtype)
    array = x._array
    if array.dtype.kind not in "fc":
        raise RuntimeError(
            "linalg.vector_norm: Expected a floating point or complex tensor as input. "
            f"Got {dtypes.of(array.dtype).title}"
        )
    real_number(p, "linalg_vector_norm", "ord", 2, "Number")
    found = reduced(axes(() if dim is None else dim, array.ndim), array)
    if (p < 0 or p == math.inf) and not count_of(array.shape, found):
        which = [d for d in (dim if isinstance(dim, (tuple, list)) else (dim,)) if d is not None and not array.shape[d]]
        what = f"the dimension {which[0]}because this dimension is empty and" if which else "an empty tensor because"
        raise RuntimeError(
            f"linalg.vector_norm cannot compute the {p} norm on {what} the operation does not have an identity"
        )
    return apply(Norm, x, float(p), found, keepdim)  # type: ignore[no-any-return]
