"""The products that layers are made of: linear, bilinear, attention."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad import dtypes
from minigrad.autograd.base import wrap
from minigrad.ops.arguments import TensorT, tensor
from minigrad.ops.dropout import dropout
from minigrad.ops.linalg import addmm, matmul

__all__ = ["bilinear"]


def linear(input: TensorT, weight: TensorT, bias: Any = None) -> TensorT:
    """Return ``input @ weight.T + bias``: what a layer of weights makes of its inputs.

    Parameters
    ----------
    input : Tensor, shape (..., n)
        The inputs.
    weight : Tensor, shape (m, n) or (n,)
        The weights, of the same dtype.
    bias : Tensor, shape (m,) or (), optional
        Added to each output.

    Returns
    -------
    Tensor, shape (..., m)

    Raises
    ------
    RuntimeError
        If shapes or dtypes do not fit.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.linear(mg.tensor([1.0, 2.0]), mg.tensor([[3.0, 4.0]]), mg.tensor([5.0]))
    tensor([16.])
    """
    x: Any = tensor(input, "linear")
    w: Any = tensor(weight, "linear", "weight", 2)
    if w._array.ndim > 2:
        raise RuntimeError(f"t() expects a tensor with <= 2 dimensions, but self is {w.dim()}D")
    if bias is None:
        return matmul(x, w.t())  # type: ignore[no-any-return]
    shape = x._array.shape
    if w._array.ndim == 1 or not shape:
        return matmul(x, w.t()) + bias  # type: ignore[no-any-return]
    if len(shape) == 2:
        return addmm(bias, x, w.t())  # type: ignore[no-any-return]
    flat = x.reshape(math.prod(shape[:-1]), shape[-1])
    return addmm(bias, flat, w.t()).view(*shape[:-1], w._array.shape[0])  # type: ignore[no-any-return]


def bilinear(input1: TensorT, input2: TensorT, weight: Any, bias: Any = None) -> TensorT:
    """Return ``input1 @ weight[k] @ input2 + bias[k]`` for each output ``k``.

    Parameters
    ----------
    input1 : Tensor, shape (..., n)
        The left inputs.
    input2 : Tensor, shape (..., m)
        The right inputs.
    weight : Tensor, shape (k, n, m)
        A matrix an output.
    bias : Tensor, shape (k,), optional
        Added to each output.

    Returns
    -------
    Tensor, shape (..., k)

    Raises
    ------
    RuntimeError
        If the shapes do not fit.

    Examples
    --------
    >>> mg.bilinear(mg.tensor([1.0, 2.0]), mg.tensor([3.0]), mg.tensor([[[1.0], [1.0]]]))
    tensor([9.])
    """
    x: Any = tensor(input1, "bilinear", "input1")
    y: Any = tensor(input2, "bilinear", "input2", 2)
    if x._array.ndim != y._array.ndim:
        raise RuntimeError(f"bilinear(): input dimensions do not match: got {x._array.ndim} and {y._array.ndim}")
    if weight._array.ndim != 3:
        raise RuntimeError(f"bilinear(): expected a weight of 3 dimensions, but got {weight._array.ndim}")
    for i, (a, n) in enumerate(((x, weight._array.shape[1]), (y, weight._array.shape[2]))):
        if a._array.shape[-1] != n:
            raise RuntimeError(
                f"bilinear(): input{i + 1} size does not match weight size: got {a._array.shape[-1]} but expected {n}"
            )
    left = matmul(x.unsqueeze(-2).unsqueeze(-2), weight).squeeze(-2)
    z = (left * y.unsqueeze(-2)).sum(-1)
    return z if bias is None else z + bias  # type: ignore[no-any-return]


def scaled_dot_product_attention(
    query: TensorT,
    key: Any,
    value: Any,
    attn_mask: Any = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> TensorT:
    """Return, for each query, the values mixed as the queries and keys agree.

    Parameters
    ----------
    query : Tensor, shape (..., n, d)
        What is asked.
    key : Tensor, shape (..., m, d)
        What answers.
    value : Tensor, shape (..., m, k)
        What is mixed.
    attn_mask : Tensor, shape (..., n, m), optional
        Booleans, true where a query may look; or numbers, added to the agreement.
    dropout_p : float
        Which part of the mixture is dropped at random.
    is_causal : bool
        Whether a query may look no further than its own place.
    scale : float, optional
        What the agreement is multiplied by; one over the root of ``d``, if not given.
    enable_gqa : bool
        Whether keys and values may have fewer heads, each used for several of the queries'.

    Returns
    -------
    Tensor, shape (..., n, k)

    Raises
    ------
    RuntimeError
        If both a mask and ``is_causal`` are given.

    References
    ----------
    Vaswani et al. (2017), arXiv:1706.03762.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> q = mg.tensor([[0.0, 0.0]])
    >>> F.scaled_dot_product_attention(q, mg.ones(2, 2), mg.tensor([[1.0], [3.0]]))
    tensor([[2.]])
    """
    q: Any = tensor(query, "scaled_dot_product_attention", "query")
    ranks = [tensor(x, "scaled_dot_product_attention")._array.ndim for x in (query, key, value)]
    if min(ranks) < 2:
        raise RuntimeError(
            f"Expected query, key, and value to all be  at least 2 dimensional, but got query.dim: {ranks[0]} key.dim: "
            f"{ranks[1]} and value.dim: {ranks[2]} instead."
        )
    if attn_mask is not None and attn_mask._array.dtype not in (np.bool_, np.float32, q._array.dtype):
        got, wanted = (dtypes.cpp_name(x._array.dtype) for x in (attn_mask, q))
        raise RuntimeError(
            "Expected attn_mask dtype to be bool or float or to match query dtype, but got attn_mask.dtype: "
            f"{got} and  query.dtype: {wanted} instead."
        )
    if is_causal and attn_mask is not None:
        raise RuntimeError("_scaled_dot_product_attention: Explicit attn_mask should not be set when is_causal=True")
    if enable_gqa:
        times = q._array.shape[-3] // key._array.shape[-3]
        key, value = key.repeat_interleave(times, -3), value.repeat_interleave(times, -3)
    n, m = q._array.shape[-2], key._array.shape[-2]
    root = math.sqrt(1 / math.sqrt(q._array.shape[-1]) if scale is None else scale)
    agreement = (q * root) @ (key * root).transpose(-2, -1)
    if is_causal:
        attn_mask = wrap(np.tril(np.ones((n, m), bool)))
    if attn_mask is not None and attn_mask._array.dtype.kind == "b":
        barred = ~attn_mask
        agreement = agreement.masked_fill(barred, -math.inf)
        shares = agreement.softmax(-1).masked_fill(barred, 0.0)  # a query that may look nowhere gets zeros
    else:
        shares = (agreement if attn_mask is None else agreement + attn_mask).softmax(-1)
    return dropout(shares, dropout_p) @ value  # type: ignore[no-any-return]
