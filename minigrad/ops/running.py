"""Sums and products of everything so far: cumsum, cumprod, logcumsumexp."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.function import Op, apply
from minigrad.ops import formulas
from minigrad.ops.arguments import TensorT, axis, numpy_names, supported, tensor
from minigrad.ops.formulas import is_complex, running_logsum, sum_over, where
from minigrad.ops.reduce import counted_in

__all__ = ["cumprod", "cumsum", "logcumsumexp"]


class Cumsum(Op):
    """Each entry is in its own partial sum and all later ones, so its gradient is the sum of theirs."""

    __slots__ = ("dim",)
    glyph, tex, row = "Σ…", r"\sum_{{j \le i}} {0}_j", "jvp"

    @staticmethod
    def forward(ctx: Any, x: Any, dim: int, dtype: Any = None) -> Any:
        ctx.dim = dim
        return np.add.accumulate(x, dim, dtype=dtype) if x.ndim else x.astype(dtype or x.dtype)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        dim = ctx.dim
        if _alone(grad, dim):
            return grad
        return formulas.flip(formulas.running_sum(formulas.flip(grad, (dim,)), dim), (dim,))


@numpy_names
def cumsum(input: TensorT, dim: int, *, dtype: Any = None) -> TensorT:
    """Return, at each place along a dimension, the sum of everything up to it.

    Parameters
    ----------
    input : Tensor
        Any shape.
    dim : int
        The dimension to run along.
    dtype : dtype, optional
        The type to add in; integers and booleans are added in int64.

    Returns
    -------
    Tensor
        Of the same shape.

    Raises
    ------
    IndexError
        If there is no such dimension.

    Examples
    --------
    >>> mg.cumsum(mg.tensor([1.0, 2.0, 3.0]), dim=0)
    tensor([1., 3., 6.])
    """
    array = tensor(input, "cumsum")._array
    target = dtypes.int64.numpy if array.dtype.kind in "biu" else None
    if dtype is not None:
        target = counted_in(input, dtype)
        input = input.to(dtype)  # type: ignore[attr-defined]
        supported(input._array, "b", "cumsum_out_cpu")
    return apply(Cumsum, input, axis(dim, array.ndim), target)  # type: ignore[no-any-return]


class Cumprod(Op):
    """Each entry is a factor of its own partial product and all later ones."""

    __slots__ = ("dim",)
    saved_names = ("self", "result")
    glyph, tex, row = "Π…", r"\prod_{{j \le i}} {0}_j", "jvp"

    @staticmethod
    def forward(ctx: Any, x: Any, dim: int, dtype: Any = None) -> Any:
        ctx.dim = dim
        y = np.multiply.accumulate(x, dim, dtype=dtype) if x.ndim else x.astype(dtype or x.dtype)
        ctx.save_for_backward(x, y)
        return y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        x, _ = ctx.saved_tensors
        dim = ctx.dim
        if _alone(grad, dim):
            return grad
        n = x.shape[dim]
        return formulas.concatenate([_factor(x, grad, dim, i, n) for i in range(n)], dim)


def _alone(grad: Any, dim: int) -> bool:
    """Return whether no entry has another beside it along ``dim``."""
    return len(grad.shape) == 0 or grad.shape[dim] <= 1


def _factor(x: Any, grad: Any, dim: int, i: int, n: int) -> Any:
    """Return entry i's gradient: what stands before it, times the later factors' running products, times ``grad``."""
    one = formulas.ones_like(formulas.part(x, dim, i, i + 1))
    before = formulas.part(formulas.running_product(formulas.part(x, dim, 0, i), dim), dim, i - 1, i) if i else one
    after = formulas.running_product(formulas.concatenate([one, formulas.part(x, dim, i + 1, n)], dim), dim)
    return before * sum_over(after * formulas.part(grad, dim, i, n), (dim,), True)


@numpy_names
def cumprod(input: TensorT, dim: int, *, dtype: Any = None) -> TensorT:
    """Return, at each place along a dimension, the product of everything up to it.

    Parameters
    ----------
    input : Tensor
        Any shape.
    dim : int
        The dimension to run along.
    dtype : dtype, optional
        The type to multiply in; integers and booleans are multiplied in int64.

    Returns
    -------
    Tensor
        Of the same shape.

    Raises
    ------
    IndexError
        If there is no such dimension.

    Examples
    --------
    >>> mg.cumprod(mg.tensor([1.0, 2.0, 3.0]), dim=0)
    tensor([1., 2., 6.])
    """
    array = tensor(input, "cumprod")._array
    target = dtypes.int64.numpy if array.dtype.kind in "biu" else None
    if dtype is not None:
        target = counted_in(input, dtype)
        input = input.to(dtype)  # type: ignore[attr-defined]
        supported(input._array, "b", "cumprod_out_cpu")
    return apply(Cumprod, input, axis(dim, array.ndim), target)  # type: ignore[no-any-return]


# --- Along a dimension ---------------------------------------------------------------------------------------------


class Logcumsumexp(Op):
    """Each entry has its share in every running sum of exponentials from its own place on."""

    __slots__ = ("dim",)
    saved_names = ("self", "result")
    glyph, tex, row = "ln Σ…", r"\ln \sum_{{j \le i}} e^{{{0}_j}}", "jvp"

    @staticmethod
    def forward(ctx: Any, x: Any, dim: int) -> Any:
        ctx.dim = dim
        y = running_logsum(x, dim) if x.ndim else np.array(x)
        ctx.save_for_backward(x, y)
        return y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        x, y = ctx.saved_tensors
        if len(grad.shape) == 0:
            return grad
        if is_complex(x):
            return _passed_on(x, y, grad, ctx.dim)
        # In logarithms, so that nothing overflows; they exist of positive numbers alone, so each sign has its own turn.
        return _passed_on(x, y, grad, ctx.dim) - _passed_on(x, y, -grad, ctx.dim)


def _passed_on(x: Any, y: Any, grad: Any, dim: int) -> Any:
    """Return what ``grad``, of real numbers its positive part, sends back through a running logarithm of sums."""
    some = grad != 0 if is_complex(grad) else grad > 0
    far = formulas.flip(where(some, np.log(where(some, grad, 1.0)) - y, -math.inf), (dim,))
    return np.exp(x + formulas.flip(formulas.running_logsum(far, dim), (dim,)))


@numpy_names
def logcumsumexp(input: TensorT, dim: int) -> TensorT:
    """Return, at each place along a dimension, the logarithm of the sum of the exponentials up to it.

    Parameters
    ----------
    input : Tensor
        Floats of any shape.
    dim : int
        The dimension to run along.

    Returns
    -------
    Tensor
        Of the same shape.

    Examples
    --------
    >>> mg.logcumsumexp(mg.tensor([0.0, 0.0]), dim=0)
    tensor([0.0000, 0.6931])
    """
    array = tensor(input, "logcumsumexp")._array
    if array.dtype.kind not in "fc":
        raise NotImplementedError(f"\"logcumsumexp_out_cpu\" not implemented for '{dtypes.of(array.dtype).title}'")
    return apply(Logcumsumexp, input, axis(dim, array.ndim))  # type: ignore[no-any-return]
