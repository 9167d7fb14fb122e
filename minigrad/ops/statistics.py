"""Numbers about numbers: sums and means without nan, spread with its mean, covariance."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import wrap
from minigrad.autograd.function import Op, apply
from minigrad.ops.arguments import TensorT, axes, axis, numpy_names, reduced, tensor
from minigrad.ops.complex_numbers import complex
from minigrad.ops.extremes import shared
from minigrad.ops.formulas import expand, reshape, sum_over, where
from minigrad.ops.reduce import Std, Var, count_of, counted_in, kept_shape
from minigrad.ops.results import named

__all__ = ["aminmax", "corrcoef", "count_nonzero", "cov", "nanmean", "nansum", "std_mean", "var_mean"]


class Nansum(Op):
    """Every entry that is a number gets the gradient of the total; nan gets none."""

    __slots__ = ("kept", "shape")
    only_real = RuntimeError("nansum on CPU does not support complex inputs")
    glyph, tex, row, local = "Σ", r"\sum {0}", "spread", (r"[{0} \ne \mathrm{{nan}}]",)

    @staticmethod
    def forward(ctx: Any, x: Any, dim: tuple[int, ...], keepdim: Any) -> Any:
        ctx.shape, ctx.kept = x.shape, kept_shape(x.shape, dim)
        ctx.save_for_backward(x)
        return np.add.reduce(np.where(np.isnan(x), 0, x).astype(x.dtype), dim, keepdims=keepdim)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        return where(np.isnan(x), 0.0, expand(reshape(grad, ctx.kept), ctx.shape))


@numpy_names
def nansum(input: TensorT, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> TensorT:
    """Return the sum of all entries that are not nan, or along dimensions.

    Parameters
    ----------
    input : Tensor
        Any shape.
    dim : int or tuple of int, optional
        The dimensions that disappear; all by default.
    keepdim : bool
        Keep them, at size 1.
    dtype : dtype, optional
        The type to add in.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> mg.nansum(mg.tensor([1.0, float("nan"), 2.0]))
    tensor(3.)
    """
    x: Any = tensor(input, "nansum")
    if x._array.dtype.kind in "biu" and dtype is None:
        return x.sum(dim, keepdim)  # type: ignore[no-any-return]
    if dtype is not None and counted_in(x, dtype).kind in "biu":
        return x.nan_to_num().sum(dim, keepdim, dtype=dtype)  # type: ignore[no-any-return]
    x = x if dtype is None else x.to(dtype)
    found = reduced(axes(() if dim is None else dim, x._array.ndim), x._array)
    return apply(Nansum, x, found, keepdim)  # type: ignore[no-any-return]


@numpy_names
def nanmean(input: TensorT, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> TensorT:
    """Return the mean of all entries that are not nan, or along dimensions.

    Parameters
    ----------
    input : Tensor
        Floats of any shape.
    dim : int or tuple of int, optional
        The dimensions that disappear; all by default.
    keepdim : bool
        Keep them, at size 1.
    dtype : dtype, optional
        The type to compute in.

    Returns
    -------
    Tensor

    Raises
    ------
    RuntimeError
        If the entries are integers or booleans.

    Examples
    --------
    >>> mg.nanmean(mg.tensor([1.0, float("nan"), 3.0]))
    tensor(2.)
    """
    x: Any = tensor(input, "nanmean")
    if x._array.dtype.kind not in "fc":
        raise RuntimeError(
            "nanmean(): expected input to have floating point or complex dtype but got "
            f"{dtypes.of(x._array.dtype).title}"
        )
    found = reduced(axes(() if dim is None else dim, x._array.ndim), x._array)
    numbers: Any = np.logical_not(np.isnan(x._array))
    count = numbers.sum(found, keepdims=keepdim)
    return nansum(x, dim, keepdim, dtype=dtype) / wrap(np.asarray(count, np.int64))  # type: ignore[no-any-return]


@numpy_names
def count_nonzero(input: TensorT, dim: Any = None) -> TensorT:
    """Return how many entries are not 0, of all or along dimensions.

    Parameters
    ----------
    input : Tensor
        Any shape.
    dim : int or tuple of int, optional
        The dimensions that disappear; all by default.

    Returns
    -------
    Tensor
        Of int64; it never requires grad.

    Examples
    --------
    >>> mg.count_nonzero(mg.tensor([0, 3, 4]))
    tensor(2)
    """
    array = tensor(input, "count_nonzero")._array
    found = reduced(axes(() if dim is None else dim, array.ndim), array)
    return wrap(np.add.reduce(array != 0, found, dtype=np.int64))  # type: ignore[no-any-return]


# --- Two results at once -------------------------------------------------------------------------------------------


class VarMean(Op):
    """Both the variance and the mean move with each entry: it gets the gradients of both."""

    __slots__ = ("count", "dim", "kept", "shape")
    partial = True
    glyph, tex, row = "var, mean", r"\mathrm{{var}}({0}), \bar{{{0}}}", "jvp"
    local = (r"\frac{{2\,({0} - \bar{{{0}}})}}{{n - 1}}",)

    @staticmethod
    def forward(ctx: Any, x: Any, dim: tuple[int, ...], correction: float, keepdim: Any) -> Any:
        ctx.dim, ctx.shape, ctx.kept = dim, x.shape, kept_shape(x.shape, dim)
        ctx.count = max(count_of(x.shape, dim) - correction, 0)
        ctx.save_for_backward(x)
        mean = np.true_divide(np.add.reduce(x, dim, keepdims=True), count_of(x.shape, dim))
        spread = np.true_divide(np.add.reduce((x - mean) ** 2, dim, keepdims=keepdim), ctx.count)
        return spread, mean.reshape(spread.shape)

    @staticmethod
    def backward(ctx: Any, grad: Any, of_mean: Any) -> Any:
        (x,) = ctx.saved_tensors
        mine = None
        if grad is not None:
            away = x - sum_over(x, ctx.dim, True) / count_of(ctx.shape, ctx.dim)
            mine = reshape(grad, ctx.kept) * (away * (2.0 / ctx.count if ctx.count else math.inf))
        return _and_the_mean_s(ctx, mine, of_mean)


class StdMean(Op):
    """Both the standard deviation and the mean move with each entry: it gets the gradients of both."""

    __slots__ = ("count", "dim", "kept", "shape")
    saved_names = ("self", "result0")
    partial = True
    glyph, tex, row = "std, mean", r"\mathrm{{std}}({0}), \bar{{{0}}}", "jvp"
    local = (r"\frac{{{0} - \bar{{{0}}}}}{{(n - 1)\,{y}}}",)

    @staticmethod
    def forward(ctx: Any, x: Any, dim: tuple[int, ...], correction: float, keepdim: Any) -> Any:
        ctx.dim, ctx.shape, ctx.kept = dim, x.shape, kept_shape(x.shape, dim)
        ctx.count = max(count_of(x.shape, dim) - correction, 0)
        mean = np.true_divide(np.add.reduce(x, dim, keepdims=True), count_of(x.shape, dim))
        spread = np.asarray(np.sqrt(np.true_divide(np.add.reduce((x - mean) ** 2, dim, keepdims=keepdim), ctx.count)))
        ctx.save_for_backward(x, spread)
        return spread, mean.reshape(spread.shape)

    @staticmethod
    def backward(ctx: Any, grad: Any, of_mean: Any) -> Any:
        x, y = ctx.saved_tensors
        mine = None
        if grad is not None:
            away = x - sum_over(x, ctx.dim, True) / count_of(ctx.shape, ctx.dim)
            scaled = reshape(where(y == 0, 0.0, grad / y), ctx.kept)
            mine = scaled * (away * (1.0 / ctx.count if ctx.count else math.inf))
        return _and_the_mean_s(ctx, mine, of_mean)


def _and_the_mean_s(ctx: Any, mine: Any, of_mean: Any) -> Any:
    """Return the gradient by the spread with the one by the mean, where there are such."""
    if of_mean is None:
        return mine
    share = expand(reshape(of_mean, ctx.kept), ctx.shape) / count_of(ctx.shape, ctx.dim)
    return share if mine is None else mine + share


def _with_mean(op: type[Op], name: str, x: Any, dim: Any, unbiased: Any, keepdim: bool, correction: Any) -> Any:
    if isinstance(dim, bool):
        dim, unbiased = None, dim
    array = tensor(x, name)._array
    if array.dtype.kind not in "fc":
        raise RuntimeError(f"{name} only support floating point and complex dtypes")
    if correction is None:
        correction = 0 if unbiased is False else 1
    if array.dtype.kind == "c":  # a real spread and a complex mean: each is differentiated in its own way
        found = reduced(axes(() if dim is None else dim, array.ndim), array)
        return apply(Var if op is VarMean else Std, x, found, correction, keepdim), x.mean(dim, keepdim)
    return apply(op, x, reduced(axes(() if dim is None else dim, array.ndim), array), correction, keepdim)


@numpy_names
def var_mean(
    input: Any,
    dim: Any = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
) -> Any:
    """Return the variance and the mean of all entries, or along dimensions.

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
    tuple of two Tensor

    Examples
    --------
    >>> mg.var_mean(mg.tensor([1.0, 2.0, 3.0]))
    (tensor(1.), tensor(2.))
    """
    return _with_mean(VarMean, "var_mean", input, dim, unbiased, keepdim, correction)


@numpy_names
def std_mean(
    input: Any,
    dim: Any = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
) -> Any:
    """Return the standard deviation and the mean of all entries, or along dimensions.

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
    tuple of two Tensor

    Examples
    --------
    >>> mg.std_mean(mg.tensor([1.0, 2.0, 3.0]))
    (tensor(1.), tensor(2.))
    """
    return _with_mean(StdMean, "std_mean", input, dim, unbiased, keepdim, correction)


_Aminmax = named("aminmax", "min max")


class Aminmax(Op):
    """The smallest and the largest entry get the gradients; several that tie share them."""

    __slots__ = ("dim", "kept")
    only_real = "aminmax_cpu"
    saved_names = ("self", "min", "max")
    glyph, tex, row, local = "min, max", r"\min {0}, \max {0}", "jvp", ("[{0} = {y}]",)

    @staticmethod
    def forward(ctx: Any, x: Any, dim: tuple[int, ...], keepdim: Any) -> Any:
        ctx.dim, ctx.kept = dim, kept_shape(x.shape, dim)
        low, high = np.minimum.reduce(x, dim, keepdims=keepdim), np.maximum.reduce(x, dim, keepdims=keepdim)
        ctx.save_for_backward(x, low, high)
        return low, high

    @staticmethod
    def backward(ctx: Any, of_min: Any, of_max: Any) -> Any:
        x, low, high = ctx.saved_tensors
        return shared(ctx, x, low, of_min, False) + shared(ctx, x, high, of_max, False)


@numpy_names
def aminmax(input: Any, *, dim: int | None = None, keepdim: bool = False) -> Any:
    """Return the smallest and the largest entry, of all or along a dimension.

    Parameters
    ----------
    input : Tensor
        Any shape.
    dim : int, optional
        The dimension that disappears; all by default.
    keepdim : bool
        Keep it, at size 1.

    Returns
    -------
    A named tuple (min, max)
        Those that tie share the gradient.

    Raises
    ------
    RuntimeError or IndexError
        If there is nothing to choose from.

    Examples
    --------
    >>> mg.aminmax(mg.tensor([3.0, 1.0, 2.0]))
    torch.return_types.aminmax(
    min=tensor(1.),
    max=tensor(3.))
    """
    x = tensor(input, "aminmax")
    array = x._array
    if isinstance(dim, (list, tuple)):
        raise TypeError(f"aminmax(): argument 'dim' must be int, not {type(dim).__name__}")
    if dim is None and not array.size:
        raise RuntimeError(
            "aminmax(): cannot compute aminmax over an empty dimension as the operation has no identity."
        )
    if dim is not None and array.ndim and not array.shape[axis(dim, array.ndim)]:
        raise IndexError(f"aminmax: Expected reduction dim {axis(dim, array.ndim)} to have non-zero size.")
    return _Aminmax(*apply(Aminmax, x, reduced(axes(() if dim is None else dim, array.ndim), array), keepdim))


# --- Covariance ----------------------------------------------------------------------------------------------------


def cov(input: TensorT, *, correction: int = 1, fweights: Any = None, aweights: Any = None) -> TensorT:
    """Return how variables vary together: a matrix of covariances.

    Parameters
    ----------
    input : Tensor, shape (variables, observations) or (observations,)
        One row a variable.
    correction : int
        Divide by the number of observations less this.
    fweights : Tensor of int, shape (observations,), optional
        How often each observation counts.
    aweights : Tensor, shape (observations,), optional
        How much each observation weighs.

    Returns
    -------
    Tensor, shape (variables, variables) or ()

    Raises
    ------
    RuntimeError
        If there are more than two dimensions.

    Examples
    --------
    >>> mg.cov(mg.tensor([[0.0, 1.0, 2.0], [2.0, 1.0, 0.0]]))
    tensor([[ 1., -1.],
            [-1.,  1.]])
    """
    x: Any = tensor(input, "cov")
    if x._array.ndim > 2:
        raise RuntimeError(
            f"cov(): expected input to have two or fewer dimensions but got an input with {x._array.ndim} dimensions"
        )
    if x._array.dtype.kind == "b":
        raise RuntimeError("cov(): bool dtype is not supported for input")
    rows = x if x._array.ndim == 2 else x.view(1, -1)
    rows = rows if rows._array.dtype.kind in "fc" else rows.to(dtypes.get_default_dtype())
    weights = None
    for given in (fweights, aweights):
        if given is not None:
            weights = given if weights is None else weights * given
    count = rows._array.shape[1] if weights is None else weights.sum()
    mean = (rows if weights is None else rows * weights).sum(1) / count
    away = rows - mean.unsqueeze(1)
    if weights is None or aweights is None:
        share = count - correction
    else:
        share = count - correction * (weights * aweights).sum() / count
    share = share.clamp(min=0) if hasattr(share, "clamp") else max(share, 0)
    return (away @ (away if weights is None else away * weights).t().conj() / share).squeeze()  # type: ignore[no-any-return]


def corrcoef(input: TensorT) -> TensorT:
    """Return how variables vary together, from -1 to 1: a matrix of correlations.

    Parameters
    ----------
    input : Tensor, shape (variables, observations) or (observations,)
        One row a variable.

    Returns
    -------
    Tensor, shape (variables, variables) or ()

    Examples
    --------
    >>> mg.corrcoef(mg.tensor([[0.0, 1.0, 2.0], [2.0, 1.0, 0.0]]))
    tensor([[ 1., -1.],
            [-1.,  1.]])
    """
    found: Any = cov(tensor(input, "corrcoef"))
    if not found._array.ndim:
        return found / found  # type: ignore[no-any-return]
    spread = found.diagonal().sqrt()
    share = found / spread.view(-1, 1) / spread.view(1, -1)
    if share.is_complex():
        return complex(share.real.clamp(-1, 1), share.imag.clamp(-1, 1))  # type: ignore[no-any-return]
    return share.clamp(-1, 1)  # type: ignore[no-any-return]
