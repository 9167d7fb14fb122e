"""Signals and images in another size: means of parts, entries repeated or interpolated."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.autograd.function import Op, apply
from minigrad.ops.adaptive import bounds, parted
from minigrad.ops.arguments import TensorT, supported, tensor
from minigrad.ops.convolution import each
from minigrad.ops.formulas import beside, swap, weighed

__all__ = ["adaptive_avg_pool1d"]


class Weighed(Op):
    """Each output is a weighted sum along rows and columns: the gradient goes back by the same weights."""

    __slots__ = ("title", "weights")
    only_real = "compute_indices_weights_linear"
    saved_names = ("self",)
    glyph, tex, row = "resample", r"W {0} W^T", "jvp"

    @staticmethod
    def forward(ctx: Any, x: Any, weights: tuple[Any, ...], title: str) -> Any:
        ctx.title, ctx.weights = title, weights
        ctx.become(f"{title}Backward0")  # it says how the weights are chosen
        if title.startswith("AdaptiveAvg") and not title.endswith("Backward"):
            ctx.save_for_backward(x)  # as PyTorch does, which has a formula of its own for parts
        return weighed(x, weights, title)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        back = weighed(grad, tuple([swap(matrix) for matrix in ctx.weights]), f"{ctx.title}Backward")
        return beside(ctx, back, *ctx.saved_tensors, keep=False)


def adaptive_avg_pool1d(input: TensorT, output_size: Any) -> TensorT:
    """Return the mean of each part, for signals cut into so many parts.

    Parameters
    ----------
    input : Tensor, shape (n, c, length) or (c, length)
        The signals.
    output_size : int
        How many parts.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.adaptive_avg_pool1d(mg.tensor([[[1.0, 3.0, 2.0, 0.0]]]), 2)
    tensor([[[2., 1.]]])
    """
    x: Any = tensor(input, "adaptive_avg_pool1d")
    y: Any = adaptive_avg_pool2d(x.unsqueeze(-2), (1, *each(output_size, 1, "output_size")))
    return y.squeeze(-2)  # type: ignore[no-any-return]


def adaptive_avg_pool2d(input: TensorT, output_size: Any) -> TensorT:
    """Return the mean of each part, for images cut into so many parts.

    Parameters
    ----------
    input : Tensor, shape (n, c, height, width) or (c, height, width)
        The images.
    output_size : int or tuple of int
        How many parts along height and width; None leaves a dimension as it is.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.adaptive_avg_pool2d(mg.arange(6.0).view(1, 1, 2, 3), (1, 2))
    tensor([[[[2., 3.]]]])
    """
    x: Any = tensor(input, "adaptive_avg_pool2d")
    out = parted(x, output_size, "adaptive_avg_pool2d", 2)
    if out == (1, 1):
        return x.mean((-1, -2), keepdim=True)  # type: ignore[no-any-return]
    supported(x._array, "biu", "adaptive_avg_pool2d")
    size = x._array.shape[-2:]
    return apply(  # type: ignore[no-any-return]
        Weighed, x, tuple([_shares(n, m, x._array.dtype) for n, m in zip(size, out, strict=True)]), "AdaptiveAvgPool2D"
    )


def adaptive_avg_pool3d(input: TensorT, output_size: Any) -> TensorT:
    """Return the mean of each part, for volumes cut into so many parts.

    Parameters
    ----------
    input : Tensor, shape (n, c, depth, height, width) or (c, depth, height, width)
        The volumes.
    output_size : int or tuple of int
        How many parts along depth, height and width; None leaves a dimension as it is.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.adaptive_avg_pool3d(mg.arange(8.0).view(1, 1, 2, 2, 2), (1, 1, 2))
    tensor([[[[[3., 4.]]]]])
    """
    x: Any = tensor(input, "adaptive_avg_pool3d")
    out = parted(x, output_size, "adaptive_avg_pool3d", 3)
    if out == (1, 1, 1):
        return x.mean((-1, -2, -3), keepdim=True)  # type: ignore[no-any-return]
    size = x._array.shape[-3:]
    supported(x._array, "biu", "adaptive_avg_pool3d_cpu")
    return apply(  # type: ignore[no-any-return]
        Weighed, x, tuple([_shares(n, m, x._array.dtype) for n, m in zip(size, out, strict=True)]), "AdaptiveAvgPool3D"
    )


def _shares(n: int, parts: int, dtype: Any) -> Any:
    """Return the matrix that takes ``n`` entries to the means of their parts."""
    matrix = np.zeros((parts, n), dtype)
    for i in range(parts):
        start, end = bounds(i, parts, n)
        matrix[i, start:end] = 1 / (end - start)
    return matrix


# --- Another size --------------------------------------------------------------------------------------------------

_MODES = {
    "nearest": {1: "UpsampleNearest1D", 2: "UpsampleNearest2D", 3: "UpsampleNearest3D"},
    "nearest-exact": {1: "UpsampleNearestExact1D", 2: "UpsampleNearestExact2D", 3: "UpsampleNearestExact3D"},
    "area": {1: "", 2: "", 3: ""},
    "linear": {1: "UpsampleLinear1D"},
    "bilinear": {2: "UpsampleBilinear2D"},
    "bicubic": {2: "UpsampleBicubic2D"},
    "trilinear": {3: "UpsampleTrilinear3D"},
    "lanczos": {2: "UpsampleLanczos2D"},
}


def interpolate(
    input: TensorT,
    size: Any = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> TensorT:
    """Return signals, images or volumes in another size, their entries repeated or interpolated.

    Parameters
    ----------
    input : Tensor, shape (n, c, length), (n, c, height, width) or (n, c, depth, height, width)
        The signals, images or volumes.
    size : int or tuple of int, optional
        The other size.
    scale_factor : float or tuple of float, optional
        How many times as large, if no size is given.
    mode : {"nearest", "nearest-exact", "linear", "bilinear", "trilinear", "bicubic", "lanczos", "area"}
        Repeat the nearest entry; go from one to the next in a straight line (for one, two, three dimensions), or in
        a curve; or take means of parts.
    align_corners : bool, optional
        Whether the first and last entries stay where they are, for lines and curves.
    recompute_scale_factor : bool, optional
        Work the factor out again from the sizes.
    antialias : bool
        Whether an image that gets smaller is blurred by as much, for "bilinear" and "bicubic"; and
        always for "lanczos".

    Returns
    -------
    Tensor

    Raises
    ------
    ValueError
        If neither or both of size and factor are given, or the mode has no such option.
    NotImplementedError
        If the mode is none, or none for so many dimensions.

    References
    ----------
    Keys (1981), Cubic convolution interpolation for digital image processing, doi:10.1109/TASSP.1981.1163711.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.interpolate(mg.tensor([[[1.0, 2.0]]]), scale_factor=2)
    tensor([[[1., 1., 2., 2.]]])
    """
    x: Any = tensor(input, "interpolate")
    count = x._array.ndim - 2
    old = x._array.shape[2:]
    straight = mode not in ("nearest", "nearest-exact", "area")
    if not straight and align_corners is not None:
        raise ValueError(
            "align_corners option can only be set with the interpolating modes: linear | bilinear | bicubic | trilinear"
        )
    if size is not None and scale_factor is not None:
        raise ValueError("only one of size or scale_factor should be defined")
    if size is None and scale_factor is None:
        raise ValueError("either size or scale_factor should be defined")
    if antialias and (mode not in ("bilinear", "bicubic", "lanczos") or count != 2):
        raise ValueError(
            "Anti-alias option is restricted to bilinear, bicubic, and lanczos modes and requires a 4-D tensor as input"
        )
    if count not in (1, 2, 3) or mode not in _MODES:
        raise NotImplementedError(
            f"Input Error: Only 3D, 4D and 5D input Tensors supported (got {count + 2}D) for the modes: nearest | "
            f"linear | bilinear | bicubic | trilinear | lanczos | area | nearest-exact (got {mode})"
        )
    if count not in _MODES[mode]:
        raise NotImplementedError(f"Got {count + 2}D input, but {mode} mode needs {min(_MODES[mode]) + 2}D input")
    if mode == "lanczos" and align_corners:
        raise ValueError("Lanczos mode does not support align_corners=True")
    if mode == "lanczos" and not antialias:
        raise ValueError("Lanczos mode requires antialias=True")
    factors: tuple[Any, ...] = (None,) * count
    for given, what in ((size, "output size of"), (scale_factor, "scale_factor of shape")):
        if isinstance(given, (tuple, list)) and len(given) != count:
            raise ValueError(
                "Input and output must have the same number of spatial dimensions, but got input with spatial "
                f"dimensions of {list(old)} and {what} {given}."
            )
    if size is not None:
        new = each(size, count, "size")
    else:
        factors = tuple(scale_factor) if isinstance(scale_factor, (tuple, list)) else (scale_factor,) * count
        new = tuple([math.floor(n * f) for n, f in zip(old, factors, strict=True)])
        factors = (None,) * count if recompute_scale_factor else factors
    if min(*old, *new) <= 0:
        was, is_ = (", ".join(f"{d}: {n}" for d, n in zip("DHW"[-count:], ns, strict=True)) for ns in (old, new))
        raise RuntimeError(f"Input and output sizes should be greater than 0, but got input ({was}) output ({is_})")
    if mode == "area":
        return (adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d)[count - 1](x, new)  # type: ignore[no-any-return]
    matrices = [
        _resampling(n, m, f, mode, bool(align_corners), antialias).astype(x._array.dtype)
        for n, m, f in zip(old, new, factors, strict=True)
    ]
    return apply(Weighed, x, tuple(matrices), _MODES[mode][count] + "Aa" * antialias)  # type: ignore[no-any-return]


def _line(away: Any) -> Any:
    """Return the weight of an entry that lies so far away, on a straight line to the next."""
    return np.maximum(1 - np.abs(away), 0)


def _curve(away: Any, bend: float) -> Any:
    """Return the same on Keys' cubic curve."""
    d = np.abs(away)
    near = ((bend + 2) * d - (bend + 3)) * d * d + 1
    far = ((bend * d - 5 * bend) * d + 8 * bend) * d - 4 * bend
    return np.where(d <= 1, near, np.where(d < 2, far, 0))


def _wave(away: Any) -> Any:
    """Return the same for Lanczos' wave, which fades out after three."""
    return np.where(np.abs(away) < 3, np.sinc(away) * np.sinc(away / 3), 0)


def _resampling(n: int, m: int, factor: Any, mode: str, align_corners: bool, antialias: bool) -> Any:
    """Return the matrix that takes ``n`` entries to ``m``."""
    step = 1 / factor if factor else n / m
    matrix, rows = np.zeros((m, n)), np.arange(m)
    if mode.startswith("nearest"):
        middle = 0.5 if mode == "nearest-exact" else 0.0
        matrix[rows, np.minimum(np.floor((rows + middle) * step).astype(int), n - 1)] = 1
        return matrix
    if align_corners:
        step = (n - 1) / (m - 1) if m > 1 else 0.0
    cubic = mode == "bicubic"
    if antialias:  # an entry's weight is that of its distance in places of the smaller image
        away = (np.arange(n) + 0.5 - step * (rows[:, None] + 0.5)) / max(step, 1)
        weights = _curve(away, -0.5) if cubic else _wave(away) if mode == "lanczos" else _line(away)
        return weights / np.add.reduce(weights, 1, keepdims=True)
    place = rows * step if align_corners else (rows + 0.5) * step - 0.5
    place = place if cubic else np.maximum(place, 0)
    left = np.floor(place).astype(int)
    for i in range(-1, 3) if cubic else range(2):  # the neighbours; beyond the edge, the entry there once more
        away = place - left - i
        weight = _curve(away, -0.75) if cubic else _line(away)
        np.add.at(matrix, (rows, np.clip(left + i, 0, n - 1)), weight)
    return matrix
