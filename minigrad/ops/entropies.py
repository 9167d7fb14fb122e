"""The losses that compare chances: binary cross entropy, divergence."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from minigrad.autograd.function import Op, apply
from minigrad.ops import formulas
from minigrad.ops.arguments import TensorT, broadcast_shape, supported, tensor
from minigrad.ops.formulas import where
from minigrad.ops.losses import chosen, constant, reduced, shares, summed

# --- Probabilities -------------------------------------------------------------------------------------------------


class BinaryCrossEntropy(Op):
    """A probability is pulled to what happened, the harder the less it was expected."""

    __slots__ = ("count", "shape")
    only_real = "binary_cross_entropy"
    saved_names = ("self", "target", "weight")
    arity, row = 2, "jvp"
    glyph, tex = "BCE", r"-\overline{{{1} \ln {0} + (1 - {1}) \ln(1 - {0})}}"
    local = (r"\frac{{1}}{{n}}\,\frac{{{0} - {1}}}{{{0}\,(1 - {0})}}", r"\frac{{1}}{{n}}\,\ln\frac{{1 - {0}}}{{{0}}}")

    @staticmethod
    def forward(ctx: Any, x: Any, target: Any, weight: Any, reduction: str) -> Any:
        supported(x, "biu", "binary_cross_entropy")
        ctx.save_for_backward(x, target, weight)
        y = (target - 1) * np.maximum(np.log1p(-x), -100) - target * np.maximum(np.log(x), -100)
        return summed(ctx, y if weight is None else y * weight._array, reduction)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        x, target, weight = ctx.saved_tensors
        need_x, need_target = ctx.needs_input_grad
        share = shares(ctx, grad) if weight is None else shares(ctx, grad) * weight
        left = (1 - x) * x
        return (
            share * (x - target) / where(left < 1e-12, 1e-12, left) if need_x else None,
            share * (np.log(1 - x) - np.log(x)) if need_target else None,
        )


def binary_cross_entropy(
    input: TensorT,
    target: TensorT,
    weight: Any = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> TensorT:
    """Return the mean surprise at what happened, for probabilities of yes.

    Parameters
    ----------
    input, target : Tensor
        Of one shape: probabilities, and what happened (1 for yes, 0 for no).
    weight : Tensor, optional
        What each entry's loss counts.
    size_average, reduce : bool, optional
        PyTorch's former names for the choice of ``reduction``.
    reduction : {"mean", "sum", "none"}
        What to do with the losses of the entries.

    Returns
    -------
    Tensor, shape ()
        Of the shape of the inputs, if nothing is reduced.

    Raises
    ------
    ValueError
        If the shapes differ.
    RuntimeError
        If an entry is no probability, or the dtypes differ.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.binary_cross_entropy(mg.tensor([0.5, 0.25]), mg.tensor([1.0, 0.0]))
    tensor(0.4904)
    """
    reduction = chosen(size_average, reduce, reduction)
    x: Any = tensor(input, "binary_cross_entropy")
    t: Any = tensor(target, "binary_cross_entropy", "target", 2)
    if x._array.shape != t._array.shape:
        raise ValueError(
            f"Using a target size ({t.size()}) that is different to the input size ({x.size()}) is deprecated. Please "
            "ensure they have the same size."
        )
    if weight is not None:
        weight = constant(weight, "binary_cross_entropy")
        weight = weight.expand(broadcast_shape(weight, t))
    if x._array.dtype != t._array.dtype:
        raise RuntimeError(f"Found dtype {t.dtype.title} but expected {x.dtype.title}")
    if x._array.size and not ((x._array >= 0) & (x._array <= 1)).all():
        raise RuntimeError(
            "all elements of input should be between 0 and 1. For numbers that are no probabilities yet, use "
            "binary_cross_entropy_with_logits."
        )
    return apply(BinaryCrossEntropy, x, t, weight, reduction)  # type: ignore[no-any-return]


class BinaryCrossEntropyWithLogits(Op):
    """With the sigmoid inside, the pull is simply the probability less what happened."""

    __slots__ = ("count", "shape")
    only_real = "log_sigmoid_cpu"
    saved_names = ("self", "target", "weight", "pos_weight")
    arity, promote, row = 2, "arithmetic", "jvp"
    glyph, tex = "BCE", r"\mathrm{{bce}}(\sigma({0}), {1})"
    local = (r"\frac{{1}}{{n}}\,(\sigma({0}) - {1})", r"-\frac{{1}}{{n}}\,{0}")

    @staticmethod
    def forward(ctx: Any, x: Any, target: Any, weight: Any, pos_weight: Any, reduction: str) -> Any:
        ctx.save_for_backward(x, target, weight, pos_weight)
        tilt = 1 if pos_weight is None else (pos_weight._array - 1) * target + 1
        y = (1 - target) * x - tilt * _log_sigmoid(x)
        return summed(ctx, y if weight is None else y * weight._array, reduction)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        x, target, weight, pos_weight = ctx.saved_tensors
        need_x, need_target = ctx.needs_input_grad
        share = shares(ctx, grad) if weight is None else shares(ctx, grad) * weight
        by_x = by_target = None
        if need_x and pos_weight is None:
            by_x = share * (formulas.sigmoid(x) - target)
        elif need_x:
            yes = pos_weight * target
            by_x = share * ((yes + 1 - target) * formulas.sigmoid(x) - yes)
        if need_target and pos_weight is None:
            by_target = share * -x
        elif need_target:
            by_target = share * (-x - (pos_weight - 1) * _log_sigmoid(x))
        return by_x, by_target


def _log_sigmoid(x: Any) -> Any:
    """Return the logarithm of the sigmoid: each branch is given only what it can take, so that no slope is lost."""
    low, high = where(x < 0, x, 0.0), where(x < 0, 0.0, x)
    return where(x < 0, low - np.log1p(np.exp(low)), -np.log1p(np.exp(-high)))


def binary_cross_entropy_with_logits(
    input: TensorT,
    target: TensorT,
    weight: Any = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    pos_weight: Any = None,
) -> TensorT:
    """Return the mean surprise at what happened, for numbers whose sigmoid is the probability of yes.

    Parameters
    ----------
    input, target : Tensor
        Of one shape: any numbers, and what happened (1 for yes, 0 for no).
    weight : Tensor, optional
        What each entry's loss counts.
    size_average, reduce : bool, optional
        PyTorch's former names for the choice of ``reduction``.
    reduction : {"mean", "sum", "none"}
        What to do with the losses of the entries.
    pos_weight : Tensor, optional
        What a yes counts, against a no.

    Returns
    -------
    Tensor, shape ()
        Of the shape of the inputs, if nothing is reduced.

    Raises
    ------
    ValueError
        If the shapes differ.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.binary_cross_entropy_with_logits(mg.tensor([0.0, 2.0]), mg.tensor([1.0, 1.0]))
    tensor(0.4100)
    """
    reduction = chosen(size_average, reduce, reduction)
    name = "binary_cross_entropy_with_logits"
    x: Any = tensor(input, name)
    t: Any = tensor(target, name, "target", 2)
    if x._array.shape != t._array.shape:
        raise ValueError(f"Target size ({t.size()}) must be the same as input size ({x.size()})")
    if weight is not None:
        weight = constant(weight, name)
    if pos_weight is not None:
        pos_weight = constant(pos_weight, name, "pos_weight")
        broadcast_shape(pos_weight, t)
    if t._array.dtype.kind in "biu" and x._array.dtype.kind == "f":
        raise RuntimeError(
            f"result type {x.dtype.title} can't be cast to the desired output type {t.dtype.title}. Convert "
            "the target, for example with .float()."
        )
    supported(x._array, "biu", "log_sigmoid_cpu")
    return apply(BinaryCrossEntropyWithLogits, x, t, weight, pos_weight, reduction)  # type: ignore[no-any-return]


def kl_div(
    input: TensorT,
    target: TensorT,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    log_target: bool = False,
) -> TensorT:
    """Return how far one distribution is from another: ``target * (log(target) - input)``.

    Parameters
    ----------
    input, target : Tensor
        Of shapes that broadcast: logarithms of probabilities, and probabilities.
    size_average, reduce : bool, optional
        PyTorch's former names for the choice of ``reduction``.
    reduction : {"mean", "batchmean", "sum", "none"}
        What to do with the losses of the entries; the distance proper is "batchmean".
    log_target : bool
        Whether the target, too, is a logarithm.

    Returns
    -------
    Tensor, shape ()
        Of the shape of the inputs, if nothing is reduced.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.kl_div(mg.tensor([[0.5, 0.5]]).log(), mg.tensor([[1.0, 0.0]]), reduction="batchmean")
    tensor(0.6931)
    """
    reduction = chosen(size_average, reduce, reduction, ("batchmean",))
    x: Any = tensor(input, "kl_div")
    t: Any = tensor(target, "kl_div", "target", 2)
    if x._array.dtype.kind in "biu" or t._array.dtype.kind in "biu":
        raise RuntimeError("kl_div: Integral inputs not supported.")
    if "c" in (x._array.dtype.kind, t._array.dtype.kind):
        raise RuntimeError("kl_div: Complex inputs not supported.")
    if reduction == "mean":
        warnings.warn(
            "reduction: 'mean' divides the total loss by both the batch size and the support size.'batchmean' divides "
            "only by the batch size, and aligns with the KL div math definition.'mean' will be changed to behave the "
            "same as 'batchmean' in the next major release.",
            UserWarning,
            stacklevel=2,
        )
    y = t.exp() * (t - x) if log_target else t.xlogy(t) - t * x
    if reduction == "batchmean":
        return y.sum() / x._array.shape[0] if x._array.ndim else y.sum()  # type: ignore[no-any-return]
    return reduced(y, reduction)  # type: ignore[no-any-return]
