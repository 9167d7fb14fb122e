"""The loss of a sequence that may be stretched: connectionist temporal classification."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from minigrad.autograd.base import Array, TensorBase, wrap
from minigrad.autograd.function import Op, apply
from minigrad.ops.arguments import TensorT, tensor
from minigrad.ops.formulas import concatenate, flip, part, put_along, reshape, stack, take_along, where, zeros_like
from minigrad.ops.losses import chosen
from minigrad.ops.masks import where as where_op

__all__ = ["ctc_loss"]

# Note [All paths at once]
#
# A path says one label a step, a blank or one of the target's; what it spells is left when repetitions and then blanks
# are taken out. The target's labels with blanks around each make 2 S + 1 places, and from step to step a path stays at
# its place, goes on to the next, or skips a blank between two different labels. The probability of all paths that have
# come to a place by step t follows step by step, as a logarithm; that of all ways on from there to the end does by the
# same rule, from the other end. A place that no path reaches has a logarithm so low that its exponential is 0, and not
# -inf: differences of two of those stay numbers.

_NEVER = -1e30


class _Places(NamedTuple):
    """The places that paths go through, of which a batch has several rows."""

    labels: Array  # shape (n, 2 s + 1)
    skips: Array  # the same shape: whether the place can be come to from two places before
    steps: Array  # shape (n,): how many there are
    last: Array  # shape (n,): the last place, a blank


def _paths(p: Any, begins: Any, skips: Any) -> Any:
    """Return the logarithm of the probability that a path has come to each place by each step, shape of ``p``.

    ``p`` is that of each place's label alone; ``begins`` says at which steps and places paths begin.
    """
    size = p.shape[2]
    never = zeros_like(p[0]) + _NEVER
    at: Any = never
    out: Any = ()
    for t in range(p.shape[0]):
        before = concatenate([never, never, at], 1)
        one, two = part(before, 1, 2 * size - 1, 3 * size - 1), part(before, 1, 2 * size - 2, 3 * size - 2)
        came = np.logaddexp(np.logaddexp(at, one), where(skips, two, never))
        at = p[t] + where(begins[t], 0.0, came)
        out = (*out, at)
    return stack(out, 0)


class CtcLoss(Op):
    """Each step's gradient is what the network said there, less what the paths that spell the target say."""

    __slots__ = ("begins", "counts", "ends", "skips", "skips_back")
    saved_names = ("log_probs", "result0", None)
    glyph, tex, row = "CTC", r"\mathrm{{ctc}}({0})", "jvp"

    @staticmethod
    def forward(ctx: Any, log_probs: Any, places: _Places, zero_infinity: bool) -> Any:
        labels, skips, steps, last = places
        index = np.array(np.broadcast_to(labels, (log_probs.shape[0], *labels.shape)))
        step, at = np.arange(len(index))[:, None, None], np.arange(labels.shape[1])
        ctx.begins = np.broadcast_to((step == 0) & (at < 2), index.shape)
        ends = (step == steps[:, None] - 1) & ((at == last[:, None]) | (at == last[:, None] - 1))
        ctx.ends = np.flip(ends, (0, 2))
        ctx.skips = skips
        ctx.skips_back = np.flip(np.concatenate([skips[:, 2:], np.zeros_like(skips)], 1)[:, : skips.shape[1]], 1)
        if len(index):
            final = _paths(take_along(log_probs, index, 2), ctx.begins, skips)[steps - 1, np.arange(len(steps))]
            ways = np.where((at == last[:, None]) | (at == last[:, None] - 1), final, _NEVER)
            loss = -np.logaddexp.reduce(ways, 1)
        else:
            loss = np.zeros(len(steps), log_probs.dtype)
        loss = np.where(loss > -_NEVER / 2, np.inf, loss)
        loss = np.where(steps, loss, np.where(last, np.inf, -0.0)).astype(log_probs.dtype)
        ctx.counts = step < (np.where(np.isinf(loss), 0, steps) if zero_infinity else steps)[:, None]
        ctx.save_for_backward(log_probs, loss, wrap(index))
        return loss

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        log_probs, loss, index = ctx.saved_tensors
        p = take_along(log_probs, index, 2)
        onward = flip(_paths(flip(p, (0, 2)), ctx.ends, ctx.skips_back), (0, 2))
        each = (1, loss.shape[0], 1)
        loss = reshape(loss, each)
        share = np.exp(_paths(p, ctx.begins, ctx.skips) + onward - p + loss)
        share = put_along(log_probs.shape, index, 2, share) + loss * 0.0  # nan where no path spells it
        return where(ctx.counts, (np.exp(log_probs) - share) * reshape(grad, each), log_probs * 0.0)


def _lengths(given: Any, name: str, n: int, most: int | None) -> Array:
    """Return lengths as an array, one for each in the batch."""
    array = np.asarray(given._array if isinstance(given, TensorBase) else given)
    if array.dtype.kind not in "iu":
        raise RuntimeError(f"{name} must be integral")
    array = array.reshape(-1)
    if array.size != n:
        raise RuntimeError(f"{name} must be of size batch_size")
    where_ = "(while checking arguments for ctc_loss_allocate_outputs)"
    for value in array.tolist():
        if value < 0:
            raise RuntimeError(f"Expected {name} to have value at least 0, but got value {value} {where_}")
        if most is not None and value > most:
            raise RuntimeError(f"Expected {name} to have value at most {most}, but got value {value} {where_}")
    return array


def _places(targets: Array, lengths: Array, steps: Array, blank: int) -> _Places:
    """Lay out the labels of all targets, with blanks around each."""
    n, s = len(lengths), int(max(lengths, default=0))
    where_ = "for argument #2 'targets' (while checking arguments for ctc_loss_allocate_outputs)"
    if targets.ndim == 1:
        if targets.size != lengths.sum():
            raise RuntimeError(
                f"Expected tensor to have size {lengths.sum()} at dimension 0, but got size {targets.size} {where_}"
            )
        parts = np.split(targets, np.cumsum(lengths)[:-1])
    elif targets.ndim == 2:
        if s > targets.shape[1]:
            raise RuntimeError(
                f"Expected tensor to have size at least {s} at dimension 1, but got size {targets.shape[1]} {where_}"
            )
        parts = [row[:length] for row, length in zip(targets, lengths, strict=True)]
    else:
        raise RuntimeError(f"Expected 1 to 2 dimensions, but got {targets.ndim}-dimensional tensor {where_}")
    labels = np.full((n, 2 * s + 1), blank, np.int64)
    for i, row in enumerate(parts):
        labels[i, 1 : 2 * len(row) : 2] = row
    skips = np.zeros(labels.shape, bool)
    skips[:, 2:] = (labels[:, 2:] != blank) & (labels[:, 2:] != labels[:, :-2])
    return _Places(labels, skips, steps, 2 * lengths)


def ctc_loss(
    log_probs: TensorT,
    targets: TensorT,
    input_lengths: Any,
    target_lengths: Any,
    blank: int = 0,
    reduction: Any = "mean",
    zero_infinity: bool = False,
) -> TensorT:
    """Return how improbable it is that a sequence of predictions spells its target, blanks and repetitions aside.

    Its gradient is right for what ``log_softmax`` returned, as PyTorch's is: probabilities that add up to one.

    Parameters
    ----------
    log_probs : Tensor, shape (t, n, c) or (t, c)
        For each step, the logarithms of the probabilities of ``c`` labels, one of which is the blank.
    targets : Tensor of integers, shape (n, s) or (sum of target_lengths,)
        The labels to be spelled, none of them blank.
    input_lengths : Tensor or tuple of int
        How many steps count, for each in the batch.
    target_lengths : Tensor or tuple of int
        How many labels each target has.
    blank : int
        Which label is the blank.
    reduction : {"mean", "sum", "none"}
        How the losses become one; for the mean, each is divided by its target's length before.
    zero_infinity : bool
        Whether targets that are too long to be spelled count as 0 instead of inf.

    Returns
    -------
    Tensor

    Raises
    ------
    RuntimeError
        If lengths or shapes do not fit each other.

    References
    ----------
    Graves, Fernández, Gomez & Schmidhuber (2006), ICML, doi:10.1145/1143844.1143891.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> even = mg.full((2, 1, 2), 0.5).log()
    >>> F.ctc_loss(even, mg.tensor([[1]]), (2,), (1,)).exp()  # three of four paths spell it: 11, 01 and 10
    tensor(1.3333)
    """
    x: Any = tensor(log_probs, "ctc_loss")
    reduction = chosen(None, None, ("none", "mean", "sum")[reduction] if isinstance(reduction, int) else reduction)
    alone = x._array.ndim < 3
    x = x.unsqueeze(1) if alone else x
    array = x._array
    if array.ndim != 3:
        raise RuntimeError(
            f"Expected 3-dimensional tensor, but got {array.ndim}-dimensional tensor for argument #1 'log_probs' "
            "(while checking arguments for ctc_loss_allocate_outputs)"
        )
    if array.dtype.kind != "f" or array.dtype.itemsize == 2:
        raise NotImplementedError(f"\"ctc_loss_cpu\" not implemented for '{x.dtype.title}'")
    t, n, c = array.shape
    if not 0 <= blank < c:
        raise RuntimeError("blank must be in label range")
    steps = _lengths(input_lengths, "input_lengths", n, t)
    lengths = _lengths(target_lengths, "target_lengths", n, None)
    wanted = tensor(targets, "ctc_loss")._array.astype(np.int64)
    if wanted.size and not (wanted.min() >= 0 and wanted.max() < c):
        raise IndexError(f"targets must be labels from 0 to {c - 1}, of which {blank} is the blank")
    places = _places(wanted[None] if alone and wanted.ndim == 1 else wanted, lengths, steps, blank)
    y: Any = apply(CtcLoss, x, places, zero_infinity)
    if zero_infinity:
        y = where_op(y == np.inf, y.new_zeros(()), y)
    if reduction == "mean":
        return (y / y.new_tensor(np.maximum(lengths, 1))).mean()  # type: ignore[no-any-return]
    if reduction == "sum":
        return y.sum()  # type: ignore[no-any-return]
    return y.squeeze(0) if alone else y  # type: ignore[no-any-return]
