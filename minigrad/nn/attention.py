"""Attention of several heads, as a function of its weights: what ``MultiheadAttention`` computes."""

from __future__ import annotations

import math
from typing import Any

from minigrad import dtypes
from minigrad.creation import zeros
from minigrad.ops.dropout import dropout
from minigrad.ops.joining import cat
from minigrad.ops.layers import linear
from minigrad.ops.padding import pad
from minigrad.ops.softmax import softmax

__all__ = ["multi_head_attention_forward"]


def multi_head_attention_forward(
    query: Any,
    key: Any,
    value: Any,
    embed_dim_to_check: int,
    num_heads: int,
    in_proj_weight: Any,
    in_proj_bias: Any,
    bias_k: Any,
    bias_v: Any,
    add_zero_attn: bool,
    dropout_p: float,
    out_proj_weight: Any,
    out_proj_bias: Any,
    training: bool = True,
    key_padding_mask: Any = None,
    need_weights: bool = True,
    attn_mask: Any = None,
    use_separate_proj_weight: bool = False,
    q_proj_weight: Any = None,
    k_proj_weight: Any = None,
    v_proj_weight: Any = None,
    static_k: Any = None,
    static_v: Any = None,
    average_attn_weights: bool = True,
    is_causal: bool = False,
) -> tuple[Any, Any]:
    """Return what each query mixed of the values, and in which shares (None without ``need_weights``).

    Parameters
    ----------
    query : Tensor, shape (n, batch, embed_dim), or without the batch
        What is asked.
    key, value : Tensor, shape (m, batch, kdim) and (m, batch, vdim), or without the batch
        What answers, and what is mixed.
    embed_dim_to_check : int
        What ``embed_dim`` must be.
    num_heads : int
        How many heads share it.
    in_proj_weight : Tensor, shape (3 * embed_dim, embed_dim), or None
        The projections of queries, keys and values, one below the other.
    in_proj_bias : Tensor, shape (3 * embed_dim,), or None
        What they add.
    bias_k, bias_v : Tensor, shape (1, 1, embed_dim), or None
        A key and a value that every query can look at too.
    add_zero_attn : bool
        Whether every query can also look at zeros.
    dropout_p : float
        Which part of the shares is dropped at random in training.
    out_proj_weight, out_proj_bias : Tensor, shape (embed_dim, embed_dim) and (embed_dim,)
        The last projection.
    training : bool
        Whether to drop.
    key_padding_mask : Tensor, shape (batch, m), optional
        Booleans, true where a key is not looked at; or numbers, added to the agreement.
    need_weights : bool
        Whether the shares are returned.
    attn_mask : Tensor, shape (n, m) or (batch * heads, n, m), optional
        Booleans, true where a query may not look; or numbers, added.
    use_separate_proj_weight : bool
        Whether the three projections are given one by one.
    q_proj_weight, k_proj_weight, v_proj_weight : Tensor, optional
        The projections, in this case.
    static_k, static_v : Tensor, shape (batch * heads, m, head_dim), optional
        Keys and values that are projected already.
    average_attn_weights : bool
        Whether the shares are averaged over the heads.
    is_causal : bool
        A hint that ``attn_mask`` is the causal one; the mask must be given.

    Returns
    -------
    tuple of Tensor
        The mixtures, shape as ``query``, and the shares, shape (batch, n, m), or (batch, heads, n, m) if not averaged.

    Raises
    ------
    AssertionError
        If sizes do not fit each other.
    RuntimeError
        If a mask has another shape, or is missing.

    References
    ----------
    Vaswani et al. (2017), arXiv:1706.03762.

    Examples
    --------
    >>> x, eye = mg.ones(3, 1, 2), mg.eye(2)
    >>> settings = dict(bias_k=None, bias_v=None, add_zero_attn=False, dropout_p=0.0)
    >>> out, shares = mg.nn.functional.multi_head_attention_forward(
    ...     x, x, x, 2, 1, mg.cat([eye] * 3), None, out_proj_weight=eye, out_proj_bias=None, **settings
    ... )
    >>> shares
    tensor([[[0.3333, 0.3333, 0.3333],
             [0.3333, 0.3333, 0.3333],
             [0.3333, 0.3333, 0.3333]]])
    """
    if is_causal and attn_mask is None:
        raise RuntimeError(
            "Need attn_mask if specifying the is_causal hint. You may use the Transformer module method "
            "`generate_square_subsequent_mask` to create this mask."
        )
    batched = _check_ranks(query, key, value, key_padding_mask, attn_mask)
    if not batched:
        query, key, value = query.unsqueeze(1), key.unsqueeze(1), value.unsqueeze(1)
    n, batch, size = query.shape
    _check(key, value, size, embed_dim_to_check, num_heads, use_separate_proj_weight)
    weights = (q_proj_weight, k_proj_weight, v_proj_weight) if use_separate_proj_weight else in_proj_weight.chunk(3)
    biases = (None,) * 3 if in_proj_bias is None else in_proj_bias.chunk(3)
    q, k, v = (linear(x, w, b) for x, w, b in zip((query, key, value), weights, biases, strict=True))
    mask = _merged(attn_mask, key_padding_mask, (batch, num_heads, n, key.shape[0]), query)
    more = 0  # keys beside those that the masks speak of
    if bias_k is not None:
        k, v, more = cat([k, bias_k.repeat(1, batch, 1)]), cat([v, bias_v.repeat(1, batch, 1)]), 1
    q = _heads(q, num_heads)
    k = _heads(k, num_heads) if static_k is None else static_k.view(batch, num_heads, *static_k.shape[1:])
    v = _heads(v, num_heads) if static_v is None else static_v.view(batch, num_heads, *static_v.shape[1:])
    if add_zero_attn:
        nothing = zeros((batch, num_heads, 1, size // num_heads), dtype=k.dtype)
        k, v, more = cat([k, nothing], 2), cat([v, nothing], 2), more + 1
    agreement = (q * math.sqrt(1.0 / (size // num_heads))) @ k.transpose(-2, -1)
    if mask is not None:
        agreement = agreement + (pad(mask, (0, more)) if more else mask)
    shares = softmax(agreement, dim=-1)
    if dropout_p:
        shares = dropout(shares, dropout_p, training)
    mixed = (shares @ v).permute(2, 0, 1, 3).reshape(n * batch, size)
    out = linear(mixed, out_proj_weight, out_proj_bias).view(n, batch, -1)
    found = None
    if need_weights:
        found = shares.mean(1) if average_attn_weights else shares
    if not batched:
        out, found = out.squeeze(1), None if found is None else found.squeeze(0)
    return out, found


def _check_ranks(query: Any, key: Any, value: Any, padding: Any, attn_mask: Any) -> bool:
    """Return whether there is a batch; refuse inputs and masks of which some have one and some have not."""
    dims = query.dim()
    if dims not in (2, 3):
        raise AssertionError(f"query should be unbatched 2D or batched 3D tensor but received {dims}-D query tensor")
    start = f"For {'batched' if dims == 3 else 'unbatched'} ({dims}-D) `query`, expected"
    if key.dim() != dims or value.dim() != dims:
        raise AssertionError(
            f"{start} `key` and `value` to be {dims}-D but found {key.dim()}-D and {value.dim()}-D tensors respectively"
        )
    if padding is not None and padding.dim() != dims - 1:
        raise AssertionError(
            f"{start} `key_padding_mask` to be `None` or {dims - 1}-D but found {padding.dim()}-D tensor instead"
        )
    if attn_mask is not None and attn_mask.dim() not in (2, 3):
        raise AssertionError(
            f"{start} `attn_mask` to be `None`, 2-D or 3-D but found {attn_mask.dim()}-D tensor instead"
        )
    return bool(dims == 3)


def _check(key: Any, value: Any, size: int, wanted: int, num_heads: int, separate: bool) -> None:
    """Refuse sizes that do not fit each other."""
    if size != wanted:
        raise AssertionError(f"was expecting embedding dimension of {wanted}, but got {size}")
    if size % num_heads:
        raise AssertionError(f"embed_dim {size} not divisible by num_heads {num_heads}")
    if separate and key.shape[:2] != value.shape[:2]:
        raise AssertionError(f"key's sequence and batch dims {key.shape[:2]} do not match value's {value.shape[:2]}")
    if not separate and key.shape != value.shape:
        raise AssertionError(f"key shape {key.shape} does not match value shape {value.shape}")


def _heads(x: Any, num_heads: int) -> Any:
    """Return (length, batch, embed_dim) as (batch, heads, length, head_dim)."""
    length, batch, size = x.shape
    return x.view(length, batch, num_heads, size // num_heads).permute(1, 2, 0, 3)


def _merged(attn_mask: Any, padding: Any, shape: tuple[int, int, int, int], like: Any) -> Any:
    """Return what is added to the agreement, broadcasting with (batch, heads, n, m); None for nothing."""
    batch, heads, n, m = shape
    mask = None
    if attn_mask is not None:
        dim = attn_mask.dim()
        full = (n, m) if dim == 2 else (batch * heads, n, m)
        if tuple(attn_mask.shape) != full:
            raise RuntimeError(f"The shape of the {dim}D attn_mask is {attn_mask.shape}, but should be {full}.")
        mask = _added(attn_mask, "attn_mask", like)
        if dim == 3:
            mask = mask.view(shape)
    if padding is not None:
        for i, (have, wanted) in enumerate(zip(padding.shape[-2:], (batch, m)[-padding.dim() :], strict=True)):
            if have != wanted:
                raise AssertionError(f"Expected key_padded_mask.shape[{i}] to be {wanted}, but got {have}")
        hidden = _added(padding, "key_padding_mask", like).view(batch, 1, 1, m)
        mask = hidden if mask is None else mask + hidden
    return mask


def _added(mask: Any, name: str, like: Any) -> Any:
    """Return a mask as numbers to add: booleans become 0, and -inf where true."""
    if mask.dtype == dtypes.bool:
        return zeros(mask.shape, dtype=like.dtype).masked_fill_(mask, -math.inf)
    if not mask.is_floating_point():
        raise AssertionError(f"only bool and floating types of {name} are supported")
    return mask
