"""A picture looked at elsewhere: a grid of places, and the picture's numbers there."""

from __future__ import annotations

import warnings
from itertools import product
from typing import Any

import numpy as np

from minigrad.autograd.function import Op, apply
from minigrad.ops.arguments import TensorT, supported, tensor
from minigrad.ops.formulas import put, reshape, stack, sum_over, swap, take, where


class AffineGridGenerator(Op):
    """A place is the matrix times a corner of the plain grid: the matrix gets that corner for each pull on it."""

    __slots__ = ("base", "shape")
    glyph, tex, row = "grid", r"{0}\,(x, y, 1)", "jvp"
    local = (r"(x, y, 1)",)

    @staticmethod
    def forward(ctx: Any, theta: Any, sizes: tuple[int, ...], align_corners: bool) -> Any:
        lines = []
        for count in sizes:
            line = np.linspace(-1, 1, count) if count > 1 else np.zeros(count)
            lines.append(line if align_corners else line * ((count - 1) / count))
        corners = np.meshgrid(*lines, indexing="ij")[::-1]  # x, the last axis of a picture, is a place's first number
        ctx.base = np.stack([*corners, np.ones(sizes)], -1).reshape(-1, len(sizes) + 1).astype(theta.dtype)
        ctx.shape = (len(theta), len(ctx.base), len(sizes))
        return (ctx.base @ np.swapaxes(theta, 1, 2)).reshape(-1, *sizes, len(sizes))

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return swap(reshape(grad, ctx.shape)) @ ctx.base


def affine_grid(theta: TensorT, size: Any, align_corners: bool | None = None) -> TensorT:
    """Return the places at which to look at a picture, so that it is seen turned, scaled and moved by a matrix.

    Parameters
    ----------
    theta : Tensor, shape (n, 2, 3) or (n, 3, 4)
        Matrices: a place is ``theta @ (x, y, 1)``.
    size : tuple of int
        The shape of the picture wanted, (n, c, height, width) or (n, c, depth, height, width).
    align_corners : bool, optional
        Whether -1 and 1 are the middles of the outermost pixels, or their outer edges.

    Returns
    -------
    Tensor, shape (n, height, width, 2) or (n, depth, height, width, 3)
        Places, x first, from -1 to 1 within the picture.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.affine_grid(mg.tensor([[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]]), (1, 1, 1, 2), align_corners=False)
    tensor([[[[-0.5000,  0.0000],
              [ 0.5000,  0.0000]]]])
    """
    shape, axes = tensor(theta, "affine_grid")._array.shape, len(size) - 2
    if axes not in (2, 3):
        raise NotImplementedError(
            "affine_grid only supports 4D and 5D sizes, for 2D and 3D affine transforms, respectively. "
            f"Got size {tuple(size)}."
        )
    if shape != (size[0], axes, axes + 1):
        raise ValueError(
            f"Expected a batch of {axes}D affine matrices of shape Nx{axes}x{axes + 1} for size {tuple(size)}. "
            f"Got {tuple(shape)}."
        )
    if theta._array.dtype.kind != "f":
        raise ValueError(f"Expected theta to have floating point type, but got {theta.dtype}")  # type: ignore[attr-defined]
    if align_corners is None:
        _warn_of_corners()
    elif align_corners and 1 in size[2:]:
        warnings.warn(
            "Since version 1.3.0, affine_grid behavior has changed for unit-size grids when align_corners=True. This "
            "is not an intended use case of affine_grid. See the documentation of affine_grid for details.",
            UserWarning,
            stacklevel=2,
        )
    return apply(AffineGridGenerator, theta, tuple(size[2:]), bool(align_corners))  # type: ignore[no-any-return]


def _warn_of_corners() -> None:
    """Say which corners are meant where nothing was said."""
    warnings.warn(
        "Default grid_sample and affine_grid behavior has changed to align_corners=False since 1.3.0. Please specify "
        "align_corners=True if the old behavior is desired. See the documentation of grid_sample for details.",
        UserWarning,
        stacklevel=3,
    )


class GridSampler(Op):
    """Each number is drawn from the pixels around its place; a place is pulled to where the picture is steeper."""

    __slots__ = ("corners", "lines", "slopes")
    only_real = "grid_sampler_2d_cpu_kernel_impl"
    saved_names = ("input", "grid")
    arity, row = 2, "jvp"
    glyph, tex = "sample", r"{0}({1})"
    local = (r"w({1})", r"\nabla {0}({1})")

    @staticmethod
    def forward(ctx: Any, x: Any, grid: Any, mode: str, padding: str, align: bool) -> Any:
        supported(x, "biu", f"grid_sampler_{grid.shape[-1]}d_cpu_kernel_impl")
        sizes = x.shape[2:]
        ctx.become(f"GridSampler{len(sizes)}DBackward0")
        ctx.save_for_backward(x, grid)
        found = [
            _line(grid[..., -1 - axis], size, mode, padding, align)  # x, the last axis, is a place's first number
            for axis, size in enumerate(sizes)
        ]
        ctx.lines = [((..., len(sizes) - 1 - axis), k, o) for axis, (_, k, o) in enumerate(found)]
        ctx.slopes = [k for _, k, _ in found]
        ctx.corners = [
            (*_pixel(x.shape, [before + after for (before, _, _), after in zip(found, sides, strict=True)]), sides)
            for sides in product((0, 1), repeat=len(sizes))
        ]
        drawn = [
            _draw(x, index, inside) * reshape(_product(_shares(ctx.lines, sides, grid)), inside.shape)
            for index, inside, sides in ctx.corners
        ]
        return sum(drawn[1:], drawn[0])

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        x, grid = ctx.saved_tensors
        need_x, need_grid = ctx.needs_input_grad
        by_x = by_grid = None
        if need_x:
            for index, inside, sides in ctx.corners:
                share = reshape(_product(_shares(ctx.lines, sides, grid)), inside.shape)
                part = put(x.shape, index, where(inside, grad * share, 0.0))
                by_x = part if by_x is None else by_x + part
        if need_grid:
            axes = range(len(ctx.lines) - 1, -1, -1)
            by_grid = stack([_pull(ctx, x, grid, grad, axis) for axis in axes], -1)
        return by_x, by_grid


def _draw(x: Any, index: Any, inside: Any) -> Any:
    """Return the picture's numbers at an index, and 0 where there is no pixel."""
    return where(inside, take(x, index), 0.0)


def _shares(lines: Any, sides: Any, grid: Any) -> list[Any]:
    """Return, for each axis, how much the pixel before the place, or the one after it, counts."""
    return [
        k * take(grid, at) + o if after else 1 - (k * take(grid, at) + o)
        for (at, k, o), after in zip(lines, sides, strict=True)
    ]


def _product(factors: list[Any]) -> Any:
    total = factors[0]
    for factor in factors[1:]:
        total = total * factor
    return total


def _pull(ctx: Any, x: Any, grid: Any, grad: Any, axis: int) -> Any:
    """Return the gradient of the places along one axis: what the pixels after them are larger than those before."""
    total = None
    for index, inside, sides in ctx.corners:
        shares = _shares(ctx.lines, sides, grid)
        steep = ctx.slopes[axis] if sides[axis] else -ctx.slopes[axis]
        slope = _product([steep, *shares[:axis], *shares[axis + 1 :]])
        part = sum_over(grad * _draw(x, index, inside), (1,)) * slope
        total = part if total is None else total + part
    return total


def _pixel(shape: Any, pixels: list[Any]) -> tuple[Any, Any]:
    """Return the index of a pixel for each place and channel, and whether there is such a pixel."""
    around = (slice(None), slice(None), *[None] * len(pixels))
    batch, channel = np.ogrid[: shape[0], : shape[1]]
    inside = np.logical_and.reduce([(at >= 0) & (at < size) for at, size in zip(pixels, shape[2:], strict=True)])
    clipped = [np.clip(at, 0, size - 1)[:, None] for at, size in zip(pixels, shape[2:], strict=True)]
    return (batch[around], channel[around], *clipped), inside[:, None]


def _line(places: Any, size: int, mode: str, padding: str, align: bool) -> tuple[Any, Any, Any]:
    """Return, along one axis: the pixel before each place, and ``k`` and ``o``, so that ``k * place + o`` is how far.

    What lies outside is clipped or mirrored first, so that ``k`` is 0 or negative there.
    """
    scale = (size - 1) / 2 if align else size / 2
    at = (places + 1) * scale - (0 if align else 0.5)
    k = np.full(places.shape, scale, places.dtype)
    if padding == "reflection":
        low, span = (0.0, size - 1.0) if align else (-0.5, float(size))
        away = np.abs(at - low)
        turns, rest = (np.floor(away / span), np.fmod(away, span)) if span else (away * 0, away * 0)
        back = turns % 2 == 1
        k = np.where((at < low) != back, -k, k) * (span > 0)
        at = low + np.where(back, span - rest, rest)
    if padding != "zeros":
        k = np.where((at > 0) & (at < size - 1), k, 0)
        at = np.clip(at, 0, size - 1)
    if mode == "nearest":
        return np.rint(at).astype(np.int64), k * 0, at * 0
    before = np.floor(at)
    return before.astype(np.int64), k, at - before - k * places


def grid_sample(
    input: TensorT,
    grid: TensorT,
    mode: str = "bilinear",
    padding_mode: str = "zeros",
    align_corners: bool | None = None,
) -> TensorT:
    """Return a picture's numbers at the places of a grid, drawn from the pixels around each.

    Parameters
    ----------
    input : Tensor, shape (n, c, height, width) or (n, c, depth, height, width)
        Pictures.
    grid : Tensor, shape (n, height_out, width_out, 2) or (n, depth_out, height_out, width_out, 3)
        Places, x first, from -1 to 1 within the picture.
    mode : {"bilinear", "nearest"}
        Weigh the pixels around a place by their nearness, or take the nearest.
    padding_mode : {"zeros", "border", "reflection"}
        What there is outside: nothing, the border's pixels, or the picture in a mirror.
    align_corners : bool, optional
        Whether -1 and 1 are the middles of the outermost pixels, or their outer edges.

    Returns
    -------
    Tensor, shape (n, c, height_out, width_out) or (n, c, depth_out, height_out, width_out)

    Raises
    ------
    ValueError
        If there is no such mode.
    NotImplementedError
        For "bicubic".
    RuntimeError
        If the shapes do not fit.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.grid_sample(mg.tensor([[[[1.0, 3.0]]]]), mg.tensor([[[[0.0, 0.0]]]]), align_corners=False)
    tensor([[[[2.]]]])
    """
    x: Any = tensor(input, "grid_sample")
    places: Any = tensor(grid, "grid_sample", "grid", 2)
    if mode == "bicubic":
        raise NotImplementedError("grid_sample has the modes 'bilinear' and 'nearest' here; 'bicubic' is not there")
    if mode not in ("bilinear", "nearest"):
        raise ValueError(
            f"nn.functional.grid_sample(): expected mode to be 'bilinear', 'nearest' or 'bicubic', but got: '{mode}'"
        )
    if padding_mode not in ("zeros", "border", "reflection"):
        raise ValueError(
            "nn.functional.grid_sample(): expected padding_mode to be 'zeros', 'border', or 'reflection', "
            f"but got: '{padding_mode}'"
        )
    if x.ndim not in (4, 5) or places.ndim != x.ndim:
        raise RuntimeError(
            "grid_sampler(): expected 4D or 5D input and grid with same number of dimensions, but got input with sizes "
            f"{list(x.shape)} and grid with sizes {list(places.shape)}"
        )
    if x.shape[0] != places.shape[0]:
        raise RuntimeError(
            "grid_sampler(): expected grid and input to have same batch size, but got input with sizes "
            f"{list(x.shape)} and grid with sizes {list(places.shape)}"
        )
    if places.shape[-1] != x.ndim - 2:
        raise RuntimeError(
            f"grid_sampler(): expected grid to have size {x.ndim - 2} in last dimension, but got grid with sizes "
            f"{list(places.shape)}"
        )
    if x.dtype != places.dtype:
        raise RuntimeError(
            f"grid_sampler(): expected input and grid to have same dtype, but input has {x.dtype.title} and grid has "
            f"{places.dtype.title}"
        )
    if align_corners is None:
        _warn_of_corners()
    return apply(GridSampler, x, places, mode, padding_mode, bool(align_corners))  # type: ignore[no-any-return]
