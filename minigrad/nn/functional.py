"""The functions of neural networks, under PyTorch's names. Each stands with its formula in minigrad.ops."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import Any

from minigrad.nn.attention import multi_head_attention_forward
from minigrad.ops import activations
from minigrad.ops import softmax as softmax_
from minigrad.ops.activations import sigmoid, tanh
from minigrad.ops.adaptive import adaptive_max_pool1d, adaptive_max_pool2d, adaptive_max_pool3d
from minigrad.ops.arguments import TensorT, tensor
from minigrad.ops.classes import cross_entropy, nll_loss
from minigrad.ops.columns import fold, unfold
from minigrad.ops.convolution import (
    conv1d,
    conv2d,
    conv3d,
    conv_transpose1d,
    conv_transpose2d,
    conv_transpose3d,
)
from minigrad.ops.ctc import ctc_loss
from minigrad.ops.distances import (
    cosine_embedding_loss,
    cosine_similarity,
    hinge_embedding_loss,
    margin_ranking_loss,
    pairwise_distance,
    triplet_margin_loss,
)
from minigrad.ops.dropout import alpha_dropout, dropout, dropout1d, dropout2d, dropout3d, feature_alpha_dropout
from minigrad.ops.embedding import embedding, one_hot
from minigrad.ops.entropies import binary_cross_entropy, binary_cross_entropy_with_logits, kl_div
from minigrad.ops.gates import celu, elu, glu, leaky_relu, prelu, selu, threshold
from minigrad.ops.gates_in_place import celu_, elu_, hardtanh_, leaky_relu_, relu_, rrelu_, selu_, threshold_
from minigrad.ops.hard import hardshrink, hardsigmoid, hardswish, hardtanh, relu6, softshrink
from minigrad.ops.inplace import in_place
from minigrad.ops.layers import bilinear, linear, scaled_dot_product_attention
from minigrad.ops.losses import gaussian_nll_loss, huber_loss, l1_loss, mse_loss, poisson_nll_loss, smooth_l1_loss
from minigrad.ops.margins import (
    multi_margin_loss,
    multilabel_margin_loss,
    multilabel_soft_margin_loss,
    soft_margin_loss,
    triplet_margin_with_distance_loss,
)
from minigrad.ops.normalization import (
    batch_norm,
    group_norm,
    instance_norm,
    layer_norm,
    local_response_norm,
    rms_norm,
)
from minigrad.ops.norms import normalize
from minigrad.ops.padding import pad
from minigrad.ops.pooling import (
    avg_pool1d,
    avg_pool2d,
    avg_pool3d,
    max_pool1d,
    max_pool2d,
    max_pool3d,
)
from minigrad.ops.resampling import adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d, interpolate
from minigrad.ops.rrelu import rrelu
from minigrad.ops.sampling import affine_grid, grid_sample
from minigrad.ops.shuffling import channel_shuffle, embedding_bag, pixel_shuffle, pixel_unshuffle
from minigrad.ops.smooth import gelu, logsigmoid, mish, silu, softplus, softsign, tanhshrink
from minigrad.ops.softmax import gumbel_softmax
from minigrad.ops.unpooling import lp_pool1d, lp_pool2d, lp_pool3d, max_unpool1d, max_unpool2d, max_unpool3d

__all__ = [
    "adaptive_avg_pool1d",
    "adaptive_avg_pool2d",
    "adaptive_avg_pool3d",
    "adaptive_max_pool1d",
    "adaptive_max_pool1d_with_indices",
    "adaptive_max_pool2d",
    "adaptive_max_pool2d_with_indices",
    "adaptive_max_pool3d",
    "adaptive_max_pool3d_with_indices",
    "affine_grid",
    "alpha_dropout",
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "batch_norm",
    "bilinear",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "celu",
    "celu_",
    "channel_shuffle",
    "conv1d",
    "conv2d",
    "conv3d",
    "conv_transpose1d",
    "conv_transpose2d",
    "conv_transpose3d",
    "cosine_embedding_loss",
    "cosine_similarity",
    "cross_entropy",
    "ctc_loss",
    "dropout",
    "dropout1d",
    "dropout2d",
    "dropout3d",
    "elu",
    "elu_",
    "embedding",
    "embedding_bag",
    "feature_alpha_dropout",
    "fold",
    "gaussian_nll_loss",
    "gelu",
    "glu",
    "grid_sample",
    "group_norm",
    "gumbel_softmax",
    "hardshrink",
    "hardsigmoid",
    "hardswish",
    "hardtanh",
    "hardtanh_",
    "hinge_embedding_loss",
    "huber_loss",
    "instance_norm",
    "interpolate",
    "kl_div",
    "l1_loss",
    "layer_norm",
    "leaky_relu",
    "leaky_relu_",
    "linear",
    "local_response_norm",
    "log_softmax",
    "logsigmoid",
    "lp_pool1d",
    "lp_pool2d",
    "lp_pool3d",
    "margin_ranking_loss",
    "max_pool1d",
    "max_pool1d_with_indices",
    "max_pool2d",
    "max_pool2d_with_indices",
    "max_pool3d",
    "max_pool3d_with_indices",
    "max_unpool1d",
    "max_unpool2d",
    "max_unpool3d",
    "mish",
    "mse_loss",
    "multi_head_attention_forward",
    "multi_margin_loss",
    "multilabel_margin_loss",
    "multilabel_soft_margin_loss",
    "nll_loss",
    "normalize",
    "one_hot",
    "pad",
    "pairwise_distance",
    "pixel_shuffle",
    "pixel_unshuffle",
    "poisson_nll_loss",
    "prelu",
    "relu",
    "relu6",
    "relu_",
    "rms_norm",
    "rrelu",
    "rrelu_",
    "scaled_dot_product_attention",
    "selu",
    "selu_",
    "sigmoid",
    "silu",
    "smooth_l1_loss",
    "soft_margin_loss",
    "softmax",
    "softmin",
    "softplus",
    "softshrink",
    "softsign",
    "tanh",
    "tanhshrink",
    "threshold",
    "threshold_",
    "triplet_margin_loss",
    "triplet_margin_with_distance_loss",
    "unfold",
    "upsample",
    "upsample_bilinear",
    "upsample_nearest",
]

# --- Those that take other arguments here than at the top of the library -------------------------------------------


def relu(input: TensorT, inplace: bool = False) -> TensorT:
    """Return each entry, or 0 where it is negative.

    Parameters
    ----------
    input : Tensor
        Any shape; not booleans.
    inplace : bool
        Write the result into the input.

    Returns
    -------
    Tensor
        Of the same shape and dtype.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.relu(mg.tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """
    return in_place(activations.relu, input) if inplace else activations.relu(input)


def _implicit(x: Any, dim: int | None, name: str) -> int:
    """Return the dimension, or the one that PyTorch once took for granted."""
    if dim is not None:
        return dim
    warnings.warn(
        f"Implicit dimension choice for {name} has been deprecated. Change the call to include dim=X as an argument.",
        UserWarning,
        stacklevel=3,
    )
    return 0 if tensor(x, name)._array.ndim in (0, 1, 3) else 1


def softmax(input: TensorT, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> TensorT:
    """Return shares that add up to one along a dimension: ``exp(input)`` over its sum, without overflow.

    Parameters
    ----------
    input : Tensor, shape (..., n, ...)
        Floats.
    dim : int
        The dimension along which the shares add up to one; leaving it out is deprecated.
    dtype : dtype, optional
        The type to compute in.

    Returns
    -------
    Tensor
        Of the same shape.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.softmax(mg.tensor([1.0, 2.0, 3.0]), dim=0)
    tensor([0.0900, 0.2447, 0.6652])
    """
    return softmax_.softmax(input, _implicit(input, dim, "softmax"), dtype)


def log_softmax(input: TensorT, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> TensorT:
    """Return the logarithm of the softmax along a dimension, without overflow.

    Parameters
    ----------
    input : Tensor, shape (..., n, ...)
        Floats.
    dim : int
        The dimension along which the shares add up to one; leaving it out is deprecated.
    dtype : dtype, optional
        The type to compute in.

    Returns
    -------
    Tensor
        Of the same shape.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.log_softmax(mg.tensor([1.0, 2.0, 3.0]), dim=0)
    tensor([-2.4076, -1.4076, -0.4076])
    """
    return softmax_.log_softmax(input, _implicit(input, dim, "log_softmax"), dtype)


def softmin(input: TensorT, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> TensorT:
    """Return shares that add up to one along a dimension, the largest for the smallest entry.

    Parameters
    ----------
    input : Tensor, shape (..., n, ...)
        Floats.
    dim : int
        The dimension along which the shares add up to one; leaving it out is deprecated.
    dtype : dtype, optional
        The type to compute in.

    Returns
    -------
    Tensor
        Of the same shape.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.softmin(mg.tensor([1.0, 2.0, 3.0]), dim=0)
    tensor([0.6652, 0.2447, 0.0900])
    """
    return softmax_.softmax(-input, _implicit(input, dim, "softmin"), dtype)  # type: ignore[operator,no-any-return]


def _deprecated(name: str) -> None:
    warnings.warn(
        f"`nn.functional.{name}` is deprecated. Use `nn.functional.interpolate` instead.", UserWarning, stacklevel=3
    )


def upsample(
    input: TensorT, size: Any = None, scale_factor: Any = None, mode: str = "nearest", align_corners: Any = None
) -> TensorT:
    """Return signals or images in another size: the former name of ``interpolate``."""
    _deprecated("upsample")
    return interpolate(input, size, scale_factor, mode, align_corners)


def upsample_nearest(input: TensorT, size: Any = None, scale_factor: Any = None) -> TensorT:
    """Return signals or images in another size, their entries repeated: a former name."""
    _deprecated("upsample_nearest")
    return interpolate(input, size, scale_factor, "nearest")


def upsample_bilinear(input: TensorT, size: Any = None, scale_factor: Any = None) -> TensorT:
    """Return images in another size, in straight lines between entries: a former name."""
    _deprecated("upsample_bilinear")
    return interpolate(input, size, scale_factor, "bilinear", align_corners=True)


def _with_indices(pool: Callable[..., Any]) -> Callable[..., Any]:
    """Return the pooling that also says where each number was."""

    @functools.wraps(pool)
    def with_indices(input: Any, *args: Any, **kwargs: Any) -> Any:
        return pool(input, *args, **{**kwargs, "return_indices": True})

    with_indices.__name__ = with_indices.__qualname__ = f"{pool.__name__}_with_indices"
    with_indices.__doc__ = f"Return what ``{pool.__name__}`` does, and where each number was."
    return with_indices


max_pool1d_with_indices = _with_indices(max_pool1d)
max_pool2d_with_indices = _with_indices(max_pool2d)
max_pool3d_with_indices = _with_indices(max_pool3d)
adaptive_max_pool1d_with_indices = _with_indices(adaptive_max_pool1d)
adaptive_max_pool2d_with_indices = _with_indices(adaptive_max_pool2d)
adaptive_max_pool3d_with_indices = _with_indices(adaptive_max_pool3d)
