"""The losses that compare numbers, and what all losses share."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np

from minigrad.autograd.function import Op, apply
from minigrad.autograd.grad_mode import no_grad
from minigrad.ops.arguments import TensorT, broadcast_shape, supported, tensor
from minigrad.ops.formulas import expand, over, where
from minigrad.ops.numbers import plus

__all__ = ["poisson_nll_loss"]


# --- What the losses share -----------------------------------------------------------------------------------------


def chosen(size_average: bool | None, reduce: bool | None, reduction: str, further: tuple[str, ...] = ()) -> str:
    """Return how to reduce, having checked it and understood the former names."""
    if size_average is not None or reduce is not None:
        mean, reduce = size_average is None or size_average, reduce is None or reduce
        reduction = "mean" if mean and reduce else "sum" if reduce else "none"
        warnings.warn(
            f"size_average and reduce args will be deprecated, please use reduction='{reduction}' instead.",
            UserWarning,
            stacklevel=3,
        )
    if reduction not in ("none", "mean", "sum", *further):
        raise ValueError(f"{reduction} is not a valid value for reduction")
    return reduction


def reduced(x: Any, reduction: str) -> Any:
    """Return the losses of the entries, their mean or their sum."""
    return x if reduction == "none" else (x.mean() if reduction == "mean" else x.sum())


def _together(input: Any, target: Any, name: str) -> tuple[Any, Any]:
    """Return both in their common shape; say so if their shapes were not equal."""
    x, t = tensor(input, name)._array, tensor(target, name, "target", 2)._array
    if x.shape == t.shape:
        return input, target
    warnings.warn(
        f"Using a target size ({target.size()}) that is different to the input size ({input.size()}). This will "
        "likely lead to incorrect results due to broadcasting. Please ensure they have the same size.",
        UserWarning,
        stacklevel=3,
    )
    return broadcast(input, target)


def broadcast(*tensors: Any) -> tuple[Any, ...]:
    """Return the tensors in their common shape."""
    shape = broadcast_shape(*tensors)
    return tuple([x if x._array.shape == shape else x.expand(shape) for x in tensors])


def summed(ctx: Any, y: Any, reduction: str) -> Any:
    """Return the entries' losses as they are wanted; remember what that does to a gradient."""
    ctx.shape = None if reduction == "none" else y.shape
    ctx.count = y.size if reduction == "mean" else 1
    if reduction == "none":
        return y
    total = np.add.reduce(y, None)
    return total if reduction == "sum" else np.true_divide(total, y.size)


def shares(ctx: Any, grad: Any) -> Any:
    """Return what of the gradient each entry's loss gets."""
    if ctx.shape is None:
        return grad
    return expand(over(grad, ctx.count) if ctx.count != 1 else grad, ctx.shape)


# --- Distances -----------------------------------------------------------------------------------------------------


class MseLoss(Op):
    """A square pulls the prediction to the target, harder the further it is: twice the distance."""

    __slots__ = ("count", "shape")
    lies = 1
    only_real = "mse_cpu"
    saved_names = ("self", "target")
    arity, promote, row = 2, "arithmetic", "jvp"
    glyph, tex = "MSE", r"\overline{{({0} - {1})^2}}"
    local = (r"\frac{{2}}{{n}}\,({0} - {1})", r"\frac{{2}}{{n}}\,({1} - {0})")

    @staticmethod
    def forward(ctx: Any, x: Any, target: Any, reduction: str) -> Any:
        supported(x, "biu", "mse_cpu")
        ctx.save_for_backward(x, target)
        away = x - target
        return summed(ctx, away * away, reduction)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        x, target = ctx.saved_tensors
        pull = shares(ctx, grad) * 2 * (x - target)
        need_x, need_target = ctx.needs_input_grad
        return pull if need_x else None, -pull if need_target else None


def mse_loss(
    input: TensorT,
    target: TensorT,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    weight: Any = None,
) -> TensorT:
    """Return the mean of the squared distances of a prediction from its target.

    Parameters
    ----------
    input, target : Tensor
        Any shape.
    size_average, reduce : bool, optional
        PyTorch's former names for the choice of ``reduction``.
    reduction : {"mean", "sum", "none"}
        What to do with the losses of the entries.
    weight : Tensor, optional
        What each squared distance counts.

    Returns
    -------
    Tensor, shape ()
        Of the shape of the inputs, if nothing is reduced.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.mse_loss(mg.tensor([1.0, 2.0]), mg.tensor([1.0, 5.0]))
    tensor(4.5000)
    """
    reduction = chosen(size_average, reduce, reduction)
    x, t = _together(input, target, "mse_loss")
    if weight is None:
        return apply(MseLoss, x, t, reduction)  # type: ignore[no-any-return]
    if weight._array.shape != input._array.shape:
        raise ValueError("Weights and input must have the same size.")
    weighed = (x - t) ** 2 * weight
    return weighed.sum() / weight.sum() if reduction == "mean" else reduced(weighed, reduction)  # type: ignore[no-any-return]


def l1_loss(
    input: TensorT,
    target: TensorT,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> TensorT:
    """Return the mean distance of a prediction from its target.

    Parameters
    ----------
    input, target : Tensor
        Any shape.
    size_average, reduce : bool, optional
        PyTorch's former names for the choice of ``reduction``.
    reduction : {"mean", "sum", "none"}
        What to do with the losses of the entries.

    Returns
    -------
    Tensor, shape ()
        Of the shape of the inputs, if nothing is reduced.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.l1_loss(mg.tensor([1.0, 2.0]), mg.tensor([1.0, 5.0]))
    tensor(1.5000)
    """
    reduction = chosen(size_average, reduce, reduction)
    x, t = _together(input, target, "l1_loss")
    return reduced((x - t).abs(), reduction)  # type: ignore[no-any-return]


class SmoothL1Loss(Op):
    """Near the target the pull grows with the distance; from a certain distance on it is always one."""

    __slots__ = ("beta", "count", "shape")
    only_real = "smooth_l1_cpu"
    saved_names = ("self", "target")
    arity, promote, row = 2, "arithmetic", "jvp"
    glyph, tex = "smooth ℓ₁", r"\overline{{\ell({0} - {1})}}"
    local = (
        r"\frac{{1}}{{n}}\,\mathrm{{clamp}}(({0} - {1}) / \beta)",
        r"\frac{{1}}{{n}}\,\mathrm{{clamp}}(({1} - {0}) / \beta)",
    )

    @staticmethod
    def forward(ctx: Any, x: Any, target: Any, reduction: str, beta: float) -> Any:
        supported(x, "biu", "smooth_l1_cpu")
        ctx.beta = beta
        ctx.save_for_backward(x, target)
        away = np.abs(x - target)
        return summed(ctx, np.where(away < beta, away * away * (0.5 / beta), away - 0.5 * beta), reduction)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        x, target = ctx.saved_tensors
        away = x - target
        slope = where(np.abs(away) < ctx.beta, away / ctx.beta, where(away < 0, -1.0, where(away > 0, 1.0, away)))
        pull = shares(ctx, grad) * slope
        return pull, -pull


def smooth_l1_loss(
    input: TensorT,
    target: TensorT,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    beta: float = 1.0,
) -> TensorT:
    """Return the mean distance of a prediction from its target, rounded off near 0.

    Parameters
    ----------
    input, target : Tensor
        Any shape.
    size_average, reduce : bool, optional
        PyTorch's former names for the choice of ``reduction``.
    reduction : {"mean", "sum", "none"}
        What to do with the losses of the entries.
    beta : float
        The distance below which it is a square.

    Returns
    -------
    Tensor, shape ()
        Of the shape of the inputs, if nothing is reduced.

    Raises
    ------
    RuntimeError
        If ``beta`` is negative.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.smooth_l1_loss(mg.tensor([1.0, 2.0]), mg.tensor([1.5, 5.0]))
    tensor(1.3125)
    """
    reduction = chosen(size_average, reduce, reduction)
    x, t = _together(input, target, "smooth_l1_loss")
    if beta < 0:
        raise RuntimeError("smooth_l1_loss does not support negative values for beta.")
    if beta == 0:
        return reduced((x - t).abs(), reduction)  # type: ignore[no-any-return]
    return apply(SmoothL1Loss, x, t, reduction, beta)  # type: ignore[no-any-return]


class HuberLoss(Op):
    """Near the target the pull grows with the distance; from a certain distance on it stays as it is there."""

    __slots__ = ("count", "delta", "mixed", "shape")
    only_real = "huber_cpu"
    saved_names = ("self", "target")
    arity, promote, row = 2, "arithmetic", "jvp"
    glyph, tex = "Huber", r"\overline{{\ell({0} - {1})}}"
    local = (r"\frac{{1}}{{n}}\,\mathrm{{clamp}}({0} - {1})", r"\frac{{1}}{{n}}\,\mathrm{{clamp}}({1} - {0})")

    @staticmethod
    def forward(ctx: Any, x: Any, target: Any, reduction: str, delta: float, mixed: str) -> Any:
        supported(x, "biu", "huber_cpu")
        ctx.delta, ctx.mixed = delta, mixed
        ctx.save_for_backward(x, target)
        away = np.abs(x - target)
        return summed(ctx, np.where(away <= delta, away * away * 0.5, (away - 0.5 * delta) * delta), reduction)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        x, target = ctx.saved_tensors
        if ctx.mixed:  # refused as late as in PyTorch
            raise RuntimeError(ctx.mixed)
        delta, away = ctx.delta, x - target
        pull = shares(ctx, grad) * where(away <= -delta, -delta, where(away >= delta, delta, away))
        return pull, -pull


def huber_loss(
    input: TensorT, target: TensorT, reduction: str = "mean", delta: float = 1.0, weight: Any = None
) -> TensorT:
    """Return the mean of half the squared distances, which go on as straight lines from a certain distance on.

    Parameters
    ----------
    input, target : Tensor
        Any shape.
    reduction : {"mean", "sum", "none"}
        What to do with the losses of the entries.
    delta : float
        That distance.
    weight : Tensor, optional
        What each entry's loss counts.

    Returns
    -------
    Tensor, shape ()
        Of the shape of the inputs, if nothing is reduced.

    Raises
    ------
    RuntimeError
        If ``delta`` is not positive.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.huber_loss(mg.tensor([1.0, 2.0]), mg.tensor([1.5, 5.0]))
    tensor(1.3125)
    """
    reduction = chosen(None, None, reduction)
    x, t = _together(input, target, "huber_loss")
    if delta <= 0:
        raise RuntimeError("huber_loss does not support non-positive values for delta.")
    a, b, mixed = x._array.dtype, t._array.dtype, ""
    if a.kind in "biu" and b.kind == "f":
        raise RuntimeError(f"result type {t.dtype.title} can't be cast to the desired output type {x.dtype.title}")
    if a != b:
        mixed = f"Found dtype {t.dtype.title} but expected {x.dtype.title}. Convert the target: target.to(input.dtype)."
    if weight is None:
        y = apply(HuberLoss, x, t, reduction, delta, mixed)
        return y.to(x.dtype) if mixed else y  # type: ignore[no-any-return]
    if weight._array.shape != input._array.shape:
        raise ValueError("Weights and input must have the same size.")
    return reduced(apply(HuberLoss, x, t, "none", delta, mixed) * weight, reduction)  # type: ignore[no-any-return]


def constant(weight: Any, name: str, argument: str = "weight") -> Any:
    """Return a weight, having refused one that asks for a gradient."""
    if tensor(weight, name, argument, 3)._requires_grad:
        raise RuntimeError(
            f"The function '{name}' is not differentiable with respect to argument '{argument}'. This input "
            "cannot have requires_grad True."
        )
    return weight


def poisson_nll_loss(
    input: TensorT,
    target: TensorT,
    log_input: bool = True,
    full: bool = False,
    size_average: bool | None = None,
    eps: float = 1e-8,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> TensorT:
    """Return the mean surprise at counts, for their expected numbers.

    Parameters
    ----------
    input, target : Tensor
        Of shapes that broadcast: expected numbers or their logarithms, and counts.
    log_input : bool
        Whether the input is a logarithm.
    full : bool
        Add Stirling's approximation of the part that does not depend on the input.
    size_average : bool, optional
        PyTorch's former name for a choice of ``reduction``.
    eps : float
        Keeps the logarithm of an expected number of 0 finite.
    reduce : bool, optional
        PyTorch's former name for a choice of ``reduction``.
    reduction : {"mean", "sum", "none"}
        What to do with the losses of the entries.

    Returns
    -------
    Tensor, shape ()
        Of the shape of the inputs, if nothing is reduced.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.poisson_nll_loss(mg.tensor([0.0]), mg.tensor([2.0]))
    tensor(1.)
    """
    reduction = chosen(size_average, reduce, reduction)
    x: Any = tensor(input, "poisson_nll_loss")
    t: Any = tensor(target, "poisson_nll_loss", "target", 2)
    y = x.exp() - t * x if log_input else x - t * plus(x, eps).log()
    if full:
        stirling = t * t.log() - t + 0.5 * (2 * math.pi * t).log()
        y = y + stirling.masked_fill(t <= 1, 0)
    return reduced(y, reduction)  # type: ignore[no-any-return]


def gaussian_nll_loss(
    input: TensorT, target: TensorT, var: Any, full: bool = False, eps: float = 1e-6, reduction: str = "mean"
) -> TensorT:
    """Return the mean surprise at numbers, for normal distributions of these means and variances.

    Parameters
    ----------
    input, target : Tensor
        Of shapes that broadcast: the means, and the numbers.
    var : Tensor or float
        The variances, of the input's shape, or without its last dimension, or 1 there.
    full : bool
        Add the part that depends on nothing.
    eps : float
        A variance smaller than this counts as this.
    reduction : {"mean", "sum", "none"}
        What to do with the losses of the entries.

    Returns
    -------
    Tensor, shape ()
        Of the shape of the inputs, if nothing is reduced.

    Raises
    ------
    ValueError
        If a variance is negative, or their shape does not fit.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.gaussian_nll_loss(mg.tensor([0.0]), mg.tensor([2.0]), mg.tensor([1.0]))
    tensor(2.)
    """
    x: Any = tensor(input, "gaussian_nll_loss")
    if isinstance(var, float):
        if var < 0:
            raise ValueError("var has negative entry/entries")
        var = x.new_full(x.shape, var)
    elif (var < 0).any():
        raise ValueError("var has negative entry/entries")
    if var.shape != x.shape:
        if x.shape[:-1] == var.shape:
            var = var.unsqueeze(-1)
        elif not (x.shape[:-1] == var.shape[:-1] and var.shape[-1] == 1):
            raise ValueError("var is of incorrect size")
    reduction = chosen(None, None, reduction)
    var = var.clone()
    with no_grad():
        var.clamp_(min=eps)
    y = 0.5 * (var.log() + (x - target) ** 2 / var)
    if full:
        y = y + 0.5 * math.log(2 * math.pi)
    return reduced(y, reduction)  # type: ignore[no-any-return]
