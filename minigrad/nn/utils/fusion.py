"""Fusion: a convolution or a linear layer and the batch norm after it, made one layer for evaluation."""

from __future__ import annotations

import copy
from typing import Any

from minigrad.creation import ones_like, zeros_like
from minigrad.nn.parameter import Parameter
from minigrad.ops.powers import rsqrt

__all__ = ["fuse_conv_bn_eval", "fuse_conv_bn_weights", "fuse_linear_bn_eval", "fuse_linear_bn_weights"]


def fuse_conv_bn_eval(conv: Any, bn: Any, transpose: bool = False) -> Any:
    """Return a convolution that does what a convolution and the batch norm after it do in evaluation.

    Parameters
    ----------
    conv : Module
        A convolution in evaluation mode.
    bn : Module
        A batch norm in evaluation mode.
    transpose : bool
        Whether the convolution is a transposed one.

    Returns
    -------
    Module
        Another one; the two given are left as they are.

    Raises
    ------
    AssertionError
        If one of them is in training mode.

    Examples
    --------
    >>> conv, bn = mg.nn.Conv2d(1, 2, 3).eval(), mg.nn.BatchNorm2d(2).eval()
    >>> x = mg.randn(1, 1, 5, 5)
    >>> mg.allclose(mg.nn.utils.fuse_conv_bn_eval(conv, bn)(x), bn(conv(x)), atol=1e-6)
    True
    """
    return _fused(conv, bn, fuse_conv_bn_weights, transpose=transpose)


def fuse_linear_bn_eval(linear: Any, bn: Any) -> Any:
    """Return a linear layer that does what a linear layer and the batch norm after it do in evaluation.

    Parameters
    ----------
    linear : Linear
        A linear layer in evaluation mode.
    bn : Module
        A batch norm in evaluation mode.

    Returns
    -------
    Linear
        Another one; the two given are left as they are.

    Raises
    ------
    AssertionError
        If one of them is in training mode, or the batch norm has another number of features.
    """
    if linear.out_features != bn.num_features and bn.num_features != 1:
        raise AssertionError(
            "To fuse, linear.out_features == bn.num_features or bn.num_features == 1, "
            f"got linear.out_features={linear.out_features} and bn.num_features={bn.num_features}"
        )
    return _fused(linear, bn, fuse_linear_bn_weights)


def _fused(layer: Any, bn: Any, fuse: Any, **kwargs: Any) -> Any:
    if layer.training or bn.training:
        raise AssertionError("Fusion only for eval!")
    if bn.running_mean is None or bn.running_var is None:
        raise AssertionError("bn.running_mean and bn.running_var must not be None")
    out = copy.deepcopy(layer)
    settings = (bn.running_mean, bn.running_var, bn.eps, bn.weight, bn.bias)
    out.weight, out.bias = fuse(out.weight, out.bias, *settings, **kwargs)
    return out


def fuse_conv_bn_weights(
    conv_w: Any, conv_b: Any, bn_rm: Any, bn_rv: Any, bn_eps: float, bn_w: Any, bn_b: Any, transpose: bool = False
) -> tuple[Any, Any]:
    """Return weight and bias of a convolution with a batch norm's mean, variance, eps, weight and bias in them."""
    rows = [1] * conv_w.dim()
    rows[1 if transpose else 0] = -1
    return _weights(conv_w, conv_b, bn_rm, bn_rv, bn_eps, bn_w, bn_b, rows)


def fuse_linear_bn_weights(
    linear_w: Any, linear_b: Any, bn_rm: Any, bn_rv: Any, bn_eps: float, bn_w: Any, bn_b: Any
) -> tuple[Any, Any]:
    """Return weight and bias of a linear layer with a batch norm's mean, variance, eps, weight and bias in them."""
    return _weights(linear_w, linear_b, bn_rm, bn_rv, bn_eps, bn_w, bn_b, [-1, 1])


def _weights(
    weight: Any, bias: Any, mean: Any, variance: Any, eps: float, scale: Any, shift: Any, rows: list[int]
) -> tuple[Any, Any]:
    bias = zeros_like(mean) if bias is None else bias
    scale = ones_like(mean) if scale is None else scale
    shift = zeros_like(mean) if shift is None else shift
    factor = scale * rsqrt(variance + eps)
    fused = (weight * factor.reshape(rows)).to(dtype=weight.dtype)
    moved = ((bias - mean) * factor + shift).to(dtype=bias.dtype)
    return Parameter(fused.detach(), weight.requires_grad), Parameter(moved.detach(), bias.requires_grad)
