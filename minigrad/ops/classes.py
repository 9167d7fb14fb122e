"""How wrong a choice among classes is: nll_loss and cross_entropy."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import TensorBase, wrap
from minigrad.autograd.function import Op, apply
from minigrad.ops.arguments import TensorT, supported, tensor
from minigrad.ops.formulas import beside, put_along, reshape, take_along
from minigrad.ops.losses import chosen
from minigrad.ops.numbers import over, plus, times
from minigrad.ops.softmax import log_softmax


class NllLoss(Op):
    """Only the log-probability of the right class counts: it alone is pushed up, all others get nothing."""

    __slots__ = ("dim", "reduction", "total")
    only_real = "nll_loss_out_frame"
    saved_names = ("self", None, None)
    glyph, tex, row = "NLL", r"-\overline{{{0}_{{{1}}}}}", "jvp"
    local = (r"-\frac{{1}}{{n}}\,[j = {1}]",)

    @staticmethod
    def forward(ctx: Any, x: Any, target: TensorBase, weight: Any, reduction: str, ignore_index: int) -> Any:
        ctx.dim, ctx.reduction = 1 if x.ndim > 1 else 0, reduction
        if x.ndim == 4:
            ctx.become("NllLoss2DBackward0")  # each place of a grid has a class
        counts = target._array != ignore_index
        places = np.where(counts, target._array, 0).astype(np.int64)
        shares = (np.ones(places.shape, x.dtype) if weight is None else weight._array[places]) * counts
        places, shares = np.expand_dims(places, ctx.dim), np.expand_dims(shares, ctx.dim)
        ctx.save_for_backward(x, wrap(places), wrap(shares))
        y = np.where(shares == 0, 0, -shares * take_along(x, places, ctx.dim))
        ctx.total = 1.0
        if reduction == "none":
            return np.squeeze(y, ctx.dim)
        y = np.add.reduce(y, None)
        if reduction == "sum":
            return y
        total = np.add.reduce(shares, None)
        ctx.total = float(total) or 1.0
        return y / total

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        x, places, shares = ctx.saved_tensors
        grad = reshape(grad, shares.shape) if ctx.reduction == "none" else grad / ctx.total
        return beside(ctx, put_along(x.shape, places, ctx.dim, -shares * grad), x)


def nll_loss(
    input: TensorT,
    target: TensorBase,
    weight: Any = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> TensorT:
    """Return the mean of the negative log-probabilities of the right classes.

    Parameters
    ----------
    input : Tensor, shape (n, c), (c,) or (n, c, ...)
        Logarithms of probabilities of c classes.
    target : Tensor, shape (n,), () or (n, ...)
        The right classes, as int64.
    weight : Tensor, shape (c,), optional
        What each class counts.
    size_average : bool, optional
        PyTorch's former name for a choice of ``reduction``.
    ignore_index : int
        A target that does not count.
    reduce : bool, optional
        PyTorch's former name for a choice of ``reduction``.
    reduction : {"mean", "sum", "none"}
        What to do with the losses; the mean is weighed.

    Returns
    -------
    Tensor, shape ()
        Of the target's shape, if nothing is reduced.

    Raises
    ------
    IndexError
        If there is no such class.
    ValueError, RuntimeError
        If shapes or dtypes do not fit.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.nll_loss(mg.tensor([[-0.5, -1.0]]), mg.tensor([1]))
    tensor(1.)
    """
    reduction = chosen(size_average, reduce, reduction)
    x, t = tensor(input, "nll_loss")._array, tensor(target, "nll_loss", "target", 2)._array
    if not x.ndim:
        raise ValueError("Expected 1 or more dimensions (got 0)")
    if x.ndim == 1 and t.ndim == 1 and t.shape[0] != 1:
        raise ValueError(f"For 1D input, 1D target must have size 1, but got target size: {t.shape[0]}")
    if x.ndim != 1 and (not t.ndim or x.shape[0] != t.shape[0]):
        given = t.shape[0] if t.ndim else 1
        raise ValueError(f"Expected input batch_size ({x.shape[0]}) to match target batch_size ({given}).")
    if t.dtype not in (np.int64, np.uint8):
        raise RuntimeError(f"expected target dtype to be Long or Byte, but got {dtypes.of(t.dtype).title}")
    _check_shapes(x, t)
    supported(x, "biu", "nll_loss_out_frame")
    classes = x.shape[1] if x.ndim > 1 else x.shape[0]
    if weight is not None:
        w = tensor(weight, "nll_loss", "weight", 3)._array
        if w.shape != (classes,):
            raise RuntimeError(
                f"weight tensor should be defined either for all {classes} classes or no classes but got weight tensor "
                f"of shape: {list(w.shape)}"
            )
        if w.dtype != x.dtype:
            raise RuntimeError(f"expected scalar type {dtypes.of(x.dtype).title} but found {dtypes.of(w.dtype).title}")
    wrong = t[((t < 0) | (t >= classes)) & (t != ignore_index)]
    if wrong.size:
        raise IndexError(
            f"Target {wrong.flat[0]} is out of bounds. There are {classes} classes, counted from 0 to {classes - 1}."
        )
    if x.ndim in (1, 2, 4):
        return apply(NllLoss, input, target, weight, reduction, ignore_index)  # type: ignore[no-any-return]
    grid: Any = input.contiguous().view(x.shape[0], classes, 1, -1)  # type: ignore[attr-defined]
    y = apply(NllLoss, grid, wrap(t.reshape(x.shape[0], 1, -1)), weight, reduction, ignore_index)
    return y.view(t.shape) if reduction == "none" else y  # type: ignore[no-any-return]


def _check_shapes(x: Any, t: Any) -> None:
    """Refuse targets whose shape does not fit, in the words of PyTorch's several kernels."""
    if x.ndim <= 2:
        if t.ndim > 1:
            raise RuntimeError("0D or 1D target tensor expected, multi-target not supported")
    elif x.ndim == 4:
        if t.ndim != 3:
            raise RuntimeError(
                f"only batches of spatial targets supported (3D tensors) but got targets of dimension: {t.ndim}"
            )
        if x.shape[2:] != t.shape[1:]:
            raise RuntimeError(f"size mismatch (got input: {list(x.shape)} , target: {list(t.shape)}")
    elif x.shape[2:] != t.shape[1:]:
        raise RuntimeError(f"Expected target size {[x.shape[0], *x.shape[2:]]}, got {list(t.shape)}")


# --- Cross entropy -------------------------------------------------------------------------------------------------


def cross_entropy(
    input: TensorT,
    target: TensorT,
    weight: Any = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> TensorT:
    """Return the mean surprise at the right classes, for numbers whose softmax gives their probabilities.

    Parameters
    ----------
    input : Tensor, shape (n, c), (c,) or (n, c, ...)
        Any numbers, one a class.
    target : Tensor, shape (n,), () or (n, ...), or that of ``input``
        The right classes, as int64; or their probabilities.
    weight : Tensor, shape (c,), optional
        What each class counts.
    size_average : bool, optional
        PyTorch's former name for a choice of ``reduction``.
    ignore_index : int
        A target that does not count.
    reduce : bool, optional
        PyTorch's former name for a choice of ``reduction``.
    reduction : {"mean", "sum", "none"}
        What to do with the losses; the mean is weighed, if the targets are classes.
    label_smoothing : float
        Which part of the right class's probability is shared among all classes.

    Returns
    -------
    Tensor, shape ()
        Of the shape of the classes, if nothing is reduced.

    Raises
    ------
    IndexError
        If there is no such class.
    ValueError, RuntimeError
        If shapes or dtypes do not fit.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.cross_entropy(mg.tensor([[2.0, 0.0]]), mg.tensor([0]))
    tensor(0.1269)
    """
    reduction = chosen(size_average, reduce, reduction)
    x: Any = tensor(input, "cross_entropy_loss")
    t: Any = tensor(target, "cross_entropy_loss", "target", 2)
    if not x._array.ndim and not t._array.ndim and t._array.dtype.kind == "f":
        raise IndexError("Dimension specified as 1 but tensor has no dimensions")
    if x._array.shape == t._array.shape:
        return _of_probabilities(x, t, weight, ignore_index, reduction, label_smoothing)  # type: ignore[no-any-return]
    _check_smoothing(label_smoothing)
    dim = 1 if x._array.ndim > 1 else 0
    if not x._array.ndim:
        raise IndexError(f"Dimension out of range (expected to be in range of [-1, 0], but got {dim})")
    x = log_softmax(x, dim)
    nll = nll_loss(x, t, weight, None, ignore_index, None, reduction)
    if not label_smoothing:
        return nll  # type: ignore[no-any-return]
    ignored = t == ignore_index
    smooth = -(x if weight is None else x * _along(weight, x._array.ndim, dim)).sum(dim)
    smooth = smooth.masked_fill(ignored, 0.0)
    if reduction == "sum":
        smooth = smooth.sum()
    elif reduction == "mean":
        rest = ~ignored
        smooth = smooth.sum() / (rest.sum() if weight is None else weight[t[rest]].sum())
    part = label_smoothing / x._array.shape[dim]
    return times(nll, 1 - label_smoothing) + times(smooth, part)  # type: ignore[no-any-return]


def _of_probabilities(x: Any, t: Any, weight: Any, ignore_index: int, reduction: str, label_smoothing: float) -> Any:
    """Return the cross entropy where the target gives each class's probability."""
    if t._array.dtype.kind != "f":
        raise RuntimeError(f"Expected floating point type for target with class probabilities, got {t.dtype.title}")
    if ignore_index >= 0:
        raise RuntimeError("ignore_index is not supported for floating point target")
    _check_smoothing(label_smoothing)
    shape = x._array.shape
    dim = 1 if len(shape) > 1 else 0
    classes = shape[dim] if shape else 1
    if weight is not None and weight._array.shape != (classes,):
        raise RuntimeError(
            f"cross_entropy: weight tensor should be defined either for all {classes} classes or no classes but got "
            f"weight tensor of shape: {list(weight._array.shape)}"
        )
    x = log_softmax(x, dim)
    if label_smoothing:
        t = plus(times(t, 1 - label_smoothing), label_smoothing / classes)
    y = x * t
    if weight is not None:
        y = y * _along(weight, len(shape), dim)
    if reduction == "none":
        return -y.sum(dim)
    total = -y.sum()
    return total if reduction == "sum" else over(total, y._array.size // classes if y._array.size else 0)


def _along(weight: Any, ndim: int, dim: int) -> Any:
    """Return the classes' weights with their dimension in its place."""
    return weight.view([-1 if d == dim else 1 for d in range(ndim)])


def _check_smoothing(label_smoothing: float) -> None:
    if not 0 <= label_smoothing <= 1:
        raise RuntimeError(f"label_smoothing must be between 0.0 and 1.0. Got: {label_smoothing}")
