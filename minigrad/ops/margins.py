"""Losses that ask for a margin between the right classes and the wrong ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import TensorBase, wrap
from minigrad.autograd.function import Op, apply
from minigrad.ops.arguments import TensorT, broadcast_shape, supported, tensor
from minigrad.ops.distances import pairwise_distance
from minigrad.ops.formulas import beside, put_along, reshape, sum_over, take, take_along, where
from minigrad.ops.losses import chosen, constant, reduced, shares, summed
from minigrad.ops.smooth import logsigmoid


class SoftMarginLoss(Op):
    """A score is pushed to the side of its target, ever more softly the further it is there."""

    __slots__ = ("count", "shape")
    saved_names = ("self", "target")
    glyph, tex = "soft margin", r"\overline{{\ln(1 + e^{{-t\,{0}}})}}"
    row, local = "jvp", (r"-\frac{{1}}{{n}}\,\frac{{t}}{{1 + e^{{t\,{0}}}}}",)

    @staticmethod
    def forward(ctx: Any, x: Any, target: TensorBase, reduction: str) -> Any:
        ctx.save_for_backward(x, target)
        return summed(ctx, np.log1p(np.exp(-target._array.astype(x.dtype) * x)), reduction)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        x, target = ctx.saved_tensors
        less = np.exp(-target * x)
        return shares(ctx, grad) * -target * less / (less + 1)


def soft_margin_loss(
    input: TensorT,
    target: Any,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> TensorT:
    """Return the mean of ``log(1 + exp(-target * input))``: yes or no, where no is -1.

    Parameters
    ----------
    input, target : Tensor
        Of one shape: scores, and 1 or -1.
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
    >>> F.soft_margin_loss(mg.tensor([0.0, 2.0]), mg.tensor([1.0, -1.0]))
    tensor(1.4100)
    """
    reduction = chosen(size_average, reduce, reduction)
    array = tensor(input, "soft_margin_loss")._array
    broadcast_shape(input, tensor(target, "soft_margin_loss", "target", 2))
    if array.dtype.kind == "b":
        raise RuntimeError(
            "Negation, the `-` operator, on a bool tensor is not supported. If you are trying to invert a mask, use "
            "the `~` or `logical_not()` operator instead."
        )
    if array.dtype.kind in "iu":
        raise RuntimeError(f"result type Float can't be cast to the desired output type {dtypes.of(array.dtype).title}")
    return apply(SoftMarginLoss, input, constant(target, "soft_margin_loss", "target"), reduction)  # type: ignore[no-any-return]


class MultiMarginLoss(Op):
    """The right class's score is pushed above each score that comes within the margin, and that one down."""

    __slots__ = ("count", "margin", "p", "shape")
    only_real = "multi_margin_loss_cpu_kernel"
    saved_names = ("self", "target", "weight")
    glyph, tex = "margin", r"\overline{{\max(0, m - {0}_t + {0}_j)^p}}"
    row, local = "jvp", (r"\frac{{1}}{{n}}\,[{0}_j > {0}_t - m]",)

    @staticmethod
    def forward(ctx: Any, x: Any, target: TensorBase, weight: Any, p: int, margin: float, reduction: str) -> Any:
        _full(x, "multi_margin_loss_cpu_kernel")
        ctx.p, ctx.margin = p, margin
        ctx.save_for_backward(x, target, weight)
        places = np.expand_dims(target._array, -1)
        over, share = _violations(x, places, weight if weight is None else weight._array, margin)
        return summed(ctx, np.add.reduce(share * (over if p == 1 else over * over), -1), reduction)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        x, target, weight = ctx.saved_tensors
        places = reshape(target, (*target.shape, 1))
        over, share = _violations(x, places, weight, ctx.margin)
        slope = where(over > 0, share, 0.0) if ctx.p == 1 else 2 * over * share
        slope = slope * reshape(shares(ctx, grad), places.shape)
        last = len(x.shape) - 1
        return beside(ctx, slope - put_along(x.shape, places, last, sum_over(slope, (last,), True)), x)


def _full(x: Any, kernel: str) -> None:
    """Refuse what is no float, and half a float, as PyTorch does."""
    supported(x, "f" if x.dtype == np.float16 else "biu", kernel)


def _violations(x: Any, places: Any, weight: Any, margin: float) -> tuple[Any, Any]:
    """Return by how much each other class comes within the margin of the right one, and how much a sample counts."""
    last = len(x.shape) - 1
    over = margin - take_along(x, places, last) + x
    wrong = places != list(range(x.shape[last]))
    share = 1 / x.shape[last]
    return where(wrong & (over > 0), over, 0.0), share if weight is None else take(weight, places) * share


def multi_margin_loss(
    input: TensorT,
    target: TensorBase,
    p: int = 1,
    margin: float = 1.0,
    weight: Any = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> TensorT:
    """Return the mean over the classes of ``max(0, margin - input[target] + input)**p``, the right one left out.

    Parameters
    ----------
    input : Tensor, shape (n, c) or (c,)
        Scores of c classes.
    target : Tensor, shape (n,) or ()
        The right classes, as int64.
    p : {1, 2}
        The power.
    margin : float
        By how much the right class is to lead.
    weight : Tensor, shape (c,), optional
        What each class counts.
    size_average, reduce : bool, optional
        PyTorch's former names for the choice of ``reduction``.
    reduction : {"mean", "sum", "none"}
        What to do with the losses of the samples.

    Returns
    -------
    Tensor, shape ()
        Of the target's shape, if nothing is reduced.

    Raises
    ------
    ValueError
        If p is neither 1 nor 2.
    RuntimeError
        If the shapes do not fit, or there is no such class.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.multi_margin_loss(mg.tensor([[0.5, 1.0, -2.0]]), mg.tensor([0]))
    tensor(0.5000)
    """
    reduction = chosen(size_average, reduce, reduction)
    if p not in (1, 2):
        raise ValueError("only p == 1 and p == 2 supported")
    x, t = tensor(input, "multi_margin_loss")._array, tensor(target, "multi_margin_loss", "target", 2)._array
    if x.ndim not in (1, 2) or not x.shape[-1]:
        raise RuntimeError(
            f"Expected non-empty vector or matrix with optional 0-dim batch size, but got: {list(x.shape)}"
        )
    if t.size != (x.shape[0] if x.ndim == 2 else 1):
        raise RuntimeError(f"inconsistent target size, expected {x.shape[0]} but got {list(t.shape)}")
    if t.size and not ((t >= 0) & (t < x.shape[-1])).all():
        raise RuntimeError(f"target out of range: there are {x.shape[-1]} classes, counted from 0")
    if weight is not None:
        weight = constant(weight, "multi_margin_loss")
        if weight.numel() != x.shape[-1]:
            raise RuntimeError(f"inconsistent weight size, expected {x.shape[-1]} but got {list(weight.shape)}")
    right = target if t.ndim == x.ndim - 1 else wrap(t.reshape(x.shape[:-1]))
    return apply(MultiMarginLoss, input, right, weight, p, margin, reduction)  # type: ignore[no-any-return]


class MultilabelMarginLoss(Op):
    """Each right class's score is pushed above each wrong one that comes within a margin of 1, and that one down."""

    __slots__ = ("count", "shape")
    only_real = "multilabel_margin_loss_forward_out_frame"
    saved_names = ("self", None)
    glyph, tex = "margin", r"\overline{{\max(0, 1 - {0}_t + {0}_j)}}"
    row, local = "jvp", (r"\frac{{1}}{{n}}\,[{0}_j > {0}_t - 1]",)

    @staticmethod
    def forward(ctx: Any, x: Any, target: TensorBase, reduction: str) -> Any:
        _full(x, "multilabel_margin_loss_forward_out_frame")
        named = np.logical_and.accumulate(target._array >= 0, -1)  # a target below 0 ends the list
        times = np.add.reduce(named[..., None] * (target._array[..., None] == np.arange(x.shape[-1])), -2)
        pairs = (times[..., :, None] * (times == 0)[..., None, :]).astype(x.dtype) / x.dtype.type(x.shape[-1])
        over = 1 - x[..., :, None] + x[..., None, :]
        near = (over > 0) & (pairs > 0)
        pairs, over = np.where(near, pairs, x.dtype.type(0)), np.where(near, over, x.dtype.type(0))
        ctx.save_for_backward(x, wrap(np.add.reduce(pairs, -2) - np.add.reduce(pairs, -1)))
        return summed(ctx, np.add.reduce(pairs * over, (-2, -1)), reduction)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        x, slope = ctx.saved_tensors
        return beside(ctx, slope * reshape(shares(ctx, grad), (*slope.shape[:-1], 1)), x)


def multilabel_margin_loss(
    input: TensorT,
    target: TensorBase,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> TensorT:
    """Return by how much wrong classes come within a margin of 1 of the right ones, of which there may be several.

    Parameters
    ----------
    input : Tensor, shape (n, c) or (c,)
        Scores of c classes.
    target : Tensor, of the same shape
        The right classes, as int64; -1 ends the list.
    size_average, reduce : bool, optional
        PyTorch's former names for the choice of ``reduction``.
    reduction : {"mean", "sum", "none"}
        What to do with the losses of the samples.

    Returns
    -------
    Tensor, shape ()
        Of shape (n,) or (), if nothing is reduced.

    Raises
    ------
    RuntimeError
        If the shapes differ, or there is no such class.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.multilabel_margin_loss(mg.tensor([[0.1, 0.2, 0.4, 0.8]]), mg.tensor([[3, 0, -1, 1]]))
    tensor(0.8500)
    """
    reduction = chosen(size_average, reduce, reduction)
    x = tensor(input, "multilabel_margin_loss")._array
    t = tensor(target, "multilabel_margin_loss", "target", 2)._array
    if x.ndim not in (1, 2) or not x.shape[-1]:
        raise RuntimeError(
            f"Expected non-empty vector or matrix with optional 0-dim batch size, but got: {list(x.shape)}"
        )
    if t.shape != x.shape:
        raise RuntimeError(f"inconsistent target size: {list(t.shape)} for input of size: {list(x.shape)}")
    if t.size and not ((t >= -1) & (t < x.shape[-1])).all():
        raise RuntimeError(f"target out of range: there are {x.shape[-1]} classes, counted from 0; -1 ends a list")
    return apply(MultilabelMarginLoss, input, target, reduction)  # type: ignore[no-any-return]


def multilabel_soft_margin_loss(
    input: TensorT,
    target: Any,
    weight: Any = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> TensorT:
    """Return the mean surprise at which classes are right, each a yes or no of its own.

    Parameters
    ----------
    input, target : Tensor, shape (..., c)
        Scores of c classes, and 1 for the right ones, 0 for the others.
    weight : Tensor, shape (c,), optional
        What each class counts.
    size_average, reduce : bool, optional
        PyTorch's former names for the choice of ``reduction``.
    reduction : {"mean", "sum", "none"}
        What to do with the losses of the samples.

    Returns
    -------
    Tensor, shape ()
        Of the shape of the inputs without its last dimension, if nothing is reduced.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.multilabel_soft_margin_loss(mg.tensor([[0.0, 2.0]]), mg.tensor([[1.0, 0.0]]))
    tensor(1.4100)
    """
    reduction = chosen(size_average, reduce, reduction)
    x: Any = tensor(input, "multilabel_soft_margin_loss")
    t: Any = tensor(target, "multilabel_soft_margin_loss", "target", 2)
    loss: Any = -(t * logsigmoid(x) + (1 - t) * logsigmoid(-x))
    loss = loss if weight is None else loss * weight
    return reduced(loss.sum(-1) / x.shape[-1], reduction)  # type: ignore[no-any-return]


def triplet_margin_with_distance_loss(
    anchor: TensorT,
    positive: TensorT,
    negative: TensorT,
    *,
    distance_function: Callable[[TensorT, TensorT], TensorT] | None = None,
    margin: float = 1.0,
    swap: bool = False,
    reduction: str = "mean",
) -> TensorT:
    """Return a loss that brings the anchor nearer to one sample than to another, by any measure of distance.

    Parameters
    ----------
    anchor, positive, negative : Tensor
        Samples: the positive one is to be near, the negative one far.
    distance_function : callable, optional
        Takes two of them and returns their distances; by default the usual one.
    margin : float
        By how much.
    swap : bool
        Take the negative's distance to the positive one, if that is smaller.
    reduction : {"mean", "sum", "none"}
        What to do with the losses of the triplets.

    Returns
    -------
    Tensor

    Raises
    ------
    ValueError
        If the margin is not positive.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> anchor, near, far = mg.tensor([[0.0]]), mg.tensor([[1.0]]), mg.tensor([[1.5]])
    >>> F.triplet_margin_with_distance_loss(anchor, near, far, distance_function=lambda a, b: (a - b).abs().sum(-1))
    tensor(0.5000)
    """
    reduction = chosen(None, None, reduction)
    if margin <= 0:
        raise ValueError(f"margin must be greater than 0, got {margin}")
    distance: Callable[[Any, Any], Any] = distance_function or pairwise_distance
    near, far = distance(anchor, positive), distance(anchor, negative)
    if swap:
        far = far.minimum(distance(positive, negative))
    return reduced((near + margin - far).clamp_min(0), reduction)  # type: ignore[no-any-return]
