"""Channels and places that change into each other; and bags of rows of a table."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import Array
from minigrad.ops.arguments import TensorT, tensor
from minigrad.ops.embedding import embedding
from minigrad.ops.joining import cat

__all__ = ["channel_shuffle", "pixel_shuffle", "pixel_unshuffle"]


def pixel_shuffle(input: TensorT, upscale_factor: int) -> TensorT:
    """Make images larger by putting so many channels side by side in each direction.

    Parameters
    ----------
    input : Tensor, shape (..., c * r * r, height, width)
        The images.
    upscale_factor : int
        How many times as high and wide, r.

    Returns
    -------
    Tensor, shape (..., c, height * r, width * r)

    Raises
    ------
    RuntimeError
        If the channels cannot be divided so.

    References
    ----------
    Shi et al. (2016), Real-time single image and video super-resolution, arXiv:1609.05158.

    Examples
    --------
    >>> mg.pixel_shuffle(mg.arange(4.0).view(1, 4, 1, 1), 2)
    tensor([[[[0., 1.],
              [2., 3.]]]])
    """
    x: Any = tensor(input, "pixel_shuffle")
    if x._array.ndim < 3:
        raise RuntimeError(
            "pixel_shuffle expects input to have at least 3 dimensions, but got input with "
            f"{x._array.ndim} dimension(s)"
        )
    r = upscale_factor
    if r <= 0:
        raise RuntimeError(f"pixel_shuffle expects a positive upscale_factor, but got {r}")
    *lead, c, h, w = x._array.shape
    if c % (r * r):
        raise RuntimeError(
            "pixel_shuffle expects its input's 'channel' dimension to be divisible by the square of upscale_factor, "
            f"but input.size(-3)={c} is not divisible by {r * r}"
        )
    n = len(lead)
    parts = x.reshape(*lead, c // (r * r), r, r, h, w).permute(*range(n), n, n + 3, n + 1, n + 4, n + 2)
    return parts.reshape(*lead, c // (r * r), h * r, w * r)  # type: ignore[no-any-return]


def pixel_unshuffle(input: TensorT, downscale_factor: int) -> TensorT:
    """Make images smaller and put the places that lay side by side into channels: the reverse of ``pixel_shuffle``.

    Parameters
    ----------
    input : Tensor, shape (..., c, height * r, width * r)
        The images.
    downscale_factor : int
        How many times smaller, r.

    Returns
    -------
    Tensor, shape (..., c * r * r, height, width)

    Raises
    ------
    RuntimeError
        If height and width cannot be divided so.

    Examples
    --------
    >>> mg.pixel_unshuffle(mg.arange(4.0).view(1, 1, 2, 2), 2).flatten()
    tensor([0., 1., 2., 3.])
    """
    x: Any = tensor(input, "pixel_unshuffle")
    if x._array.ndim < 3:
        raise RuntimeError(
            "pixel_unshuffle expects input to have at least 3 dimensions, but got input with "
            f"{x._array.ndim} dimension(s)"
        )
    r = downscale_factor
    if r <= 0:
        raise RuntimeError(f"pixel_unshuffle expects a positive downscale_factor, but got {r}")
    *lead, c, h, w = x._array.shape
    for name, size, at in (("height", h, -2), ("width", w, -1)):
        if size % r:
            raise RuntimeError(
                f"pixel_unshuffle expects {name} to be divisible by downscale_factor, but input.size({at})={size} is "
                f"not divisible by {r}"
            )
    n = len(lead)
    parts = x.reshape(*lead, c, h // r, r, w // r, r).permute(*range(n), n, n + 2, n + 4, n + 1, n + 3)
    return parts.reshape(*lead, c * r * r, h // r, w // r)  # type: ignore[no-any-return]


def channel_shuffle(input: TensorT, groups: int) -> TensorT:
    """Deal the channels out: the first of each group, then the second of each.

    Parameters
    ----------
    input : Tensor, shape (n, c, ...)
        The images.
    groups : int
        How many groups there are.

    Returns
    -------
    Tensor
        Of the same shape.

    Raises
    ------
    RuntimeError
        If the channels cannot be divided so.

    Examples
    --------
    >>> mg.channel_shuffle(mg.arange(4.0).view(1, 4, 1), 2).flatten()
    tensor([0., 2., 1., 3.])
    """
    x: Any = tensor(input, "channel_shuffle")
    if x._array.ndim < 3:
        raise RuntimeError(
            f"channel_shuffle expects input with > 2 dims, but got input with sizes {list(x._array.shape)}"
        )
    if groups <= 0:
        raise RuntimeError(f"Number of groups to divide channels in must be positive. Value of groups:{groups}")
    n, c, *rest = x._array.shape
    if c % groups:
        raise RuntimeError(f"Number of channels must be divisible by groups. Got {c} channels and {groups} groups.")
    return x.reshape(n, groups, c // groups, *rest).transpose(1, 2).reshape(n, c, *rest)  # type: ignore[no-any-return]


def embedding_bag(
    input: Any,
    weight: TensorT,
    offsets: Any = None,
    max_norm: float | None = None,
    norm_type: float = 2,
    scale_grad_by_freq: bool = False,
    mode: str = "mean",
    sparse: bool = False,
    per_sample_weights: Any = None,
    include_last_offset: bool = False,
    padding_idx: int | None = None,
) -> TensorT:
    """Return the sum, the mean or the largest entries of bags of rows of a table.

    Parameters
    ----------
    input : Tensor of int64 or int32, shape (n, length) or (entries,)
        The numbers of the rows: a bag a line, or all bags one after the other.
    weight : Tensor, shape (m, d)
        The table.
    offsets : Tensor of int64, optional
        Where each bag begins, if they stand one after the other.
    max_norm, norm_type, scale_grad_by_freq : optional
        As of ``embedding``.
    mode : {"sum", "mean", "max"}
        What is made of a bag.
    sparse : bool
        Not supported: gradients are dense here.
    per_sample_weights : Tensor, optional
        What each row counts, for a sum.
    include_last_offset : bool
        Whether the last offset is the end, and begins no bag.
    padding_idx : int, optional
        A row that is left out of its bag.

    Returns
    -------
    Tensor, shape (n, d)

    Raises
    ------
    ValueError
        If offsets and the shape of ``input`` do not go together, or there is no such mode.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.embedding_bag(mg.tensor([0, 1, 1]), mg.tensor([[1.0], [2.0]]), mg.tensor([0, 2]), mode="sum")
    tensor([[3.],
            [2.]])
    """
    index: Any = tensor(input, "embedding_bag")
    if index._array.ndim == 2:
        if offsets is not None:
            raise ValueError(
                "if input is 2D, then offsets has to be None, as input is treated is a mini-batch of fixed length "
                f"sequences. However, found offsets of type {type(offsets)}"
            )
        bags, length = index._array.shape
        starts = np.arange(bags) * length
        index = index.reshape(-1)
        per_sample_weights = None if per_sample_weights is None else per_sample_weights.reshape(-1)
    elif index._array.ndim == 1:
        if offsets is None:
            raise ValueError("offsets has to be a 1D Tensor but got None")
        starts = offsets._array[:-1] if include_last_offset else offsets._array
    else:
        raise ValueError(f"input has to be 1D or 2D Tensor, but got Tensor of dimension {index._array.ndim}")
    if mode not in ("sum", "mean", "max"):
        raise ValueError("mode has to be one of sum, mean or max")
    if per_sample_weights is not None and mode != "sum":
        raise NotImplementedError(
            "embedding_bag: per_sample_weights was not None. per_sample_weights is only supported for mode='sum' (got "
            f"mode='{mode}'). Please open a feature request on GitHub."
        )
    table: Any = weight
    if table._array.dtype.kind != "f":
        kind = dtypes.of(table._array.dtype).title
        got = f"CPU{kind}Type" if "Complex" in kind else f"torch.{kind}Tensor"
        raise RuntimeError(
            "Expected tensor for argument #1 'weight' to have one of the following scalar types: Half, BFloat16, "
            f"Float, Double; but got {got} instead (while checking arguments for embedding_bag)"
        )
    bag = np.searchsorted(starts, np.arange(index._array.shape[0]), "right") - 1
    if padding_idx is not None:
        kept = np.flatnonzero(index._array != padding_idx % table._array.shape[0])
        index, bag = index[index.new_tensor(kept)], bag[kept]
        per_sample_weights = None if per_sample_weights is None else per_sample_weights[index.new_tensor(kept)]
    rows: Any = embedding(index, table, None, max_norm, norm_type, scale_grad_by_freq, sparse)
    if per_sample_weights is not None:
        rows = rows * per_sample_weights.unsqueeze(-1)
    out = table.new_zeros((len(starts), table._array.shape[1]))
    place = index.new_tensor(bag, dtype=np.int64)
    if mode == "max":
        best = index.new_tensor(_largest(rows._array, bag, len(starts)))
        return cat((rows, out[:1] if len(starts) else out)).gather(0, best)  # type: ignore[no-any-return]
    out = out.index_add(0, place, rows)
    if mode == "sum":
        return out  # type: ignore[no-any-return]
    counts = np.maximum(np.bincount(bag, minlength=len(starts)), 1)
    return out / out.new_tensor(counts).unsqueeze(-1)  # type: ignore[no-any-return]


def _largest(rows: Array, bag: Array, bags: int) -> Array:
    """Return which row has the largest entry of each bag and column: the first of several; the last + 1 for no row."""
    ends = np.searchsorted(bag, np.arange(bags), "right")
    starts = np.concatenate(([0], ends[:-1]))[:bags]
    best = np.full((bags, rows.shape[1]), len(rows))
    for k, (start, end) in enumerate(zip(starts, ends, strict=True)):
        if start < end:
            # Nothing is larger than a nan, and it is larger than nothing: it is kept if it comes first.
            seen = np.where(np.isnan(rows[start:end]), -np.inf, rows[start:end])
            seen[0] = np.where(np.isnan(rows[start]), np.inf, rows[start])
            best[k] = start + np.argmax(seen, 0)
    return best
