"""Entries added around a tensor: constants, mirror images, copies of the edge, the other end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.autograd.function import Op, apply
from minigrad.ops.arguments import Shape, TensorT, fitted, tensor
from minigrad.ops.formulas import beside, put, take
from minigrad.ops.sliding import bordered


class ConstantPadNd(Op):
    """What was added around is constant: the gradient of the inside passes, that of the border is dropped."""

    __slots__ = ("pads",)
    glyph, tex, row = "pad", r"\mathrm{{pad}}({0})", "scatter"

    @staticmethod
    def forward(ctx: Any, x: Any, pads: Shape, value: float) -> Any:
        ctx.pads = pads
        return bordered(x, pads, value)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return bordered(grad, tuple([-n for n in ctx.pads]))


class Picked(Op):
    """Every output is some entry, or a copy of it: an entry's gradient is the sum of those of its copies."""

    __slots__ = ("places", "shape")
    saved_names = ("self",)
    glyph, tex, row = "pad", r"\mathrm{{pad}}({0})", "scatter"

    @staticmethod
    def forward(ctx: Any, x: Any, places: tuple[Any, ...], title: str) -> Any:
        ctx.shape = x.shape
        ctx.become(f"{title}Backward0")  # it says how the entries are picked
        ctx.places = (..., *np.ix_(*places))
        if not title.startswith("Circular"):  # which PyTorch puts together from copies
            ctx.save_for_backward(x)
        return np.array(take(x, ctx.places), order="C")

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return beside(ctx, put(ctx.shape, ctx.places, grad), *ctx.saved_tensors, keep=False)


_TITLES = {"reflect": "ReflectionPad{}D", "replicate": "ReplicationPad{}D", "circular": "CircularPad{}D"}


def pad(input: TensorT, pad: Sequence[int], mode: str = "constant", value: float | None = None) -> TensorT:
    """Return a tensor with entries added around it.

    Parameters
    ----------
    input : Tensor
        Any shape; all modes but "constant" need one or two dimensions in front of those that grow.
    pad : sequence of int
        How many before and after, for the last dimension, then for the one before it, and so on; negative ones cut.
    mode : {"constant", "reflect", "replicate", "circular"}
        What the entries are: one value, the mirror image, the edge, or the other end.
    value : float, optional
        That value; 0 by default.

    Returns
    -------
    Tensor

    Raises
    ------
    RuntimeError
        If there are too many numbers, or more entries are asked for than a mirror image has.
    NotImplementedError
        If there is no such mode, or the dimensions do not fit it.

    Examples
    --------
    >>> from minigrad.nn import functional as F
    >>> F.pad(mg.tensor([1.0, 2.0]), (1, 2))
    tensor([0., 1., 2., 0., 0.])
    """
    x: Any = tensor(input, "pad")
    shape, pads = x._array.shape, tuple([int(n) for n in pad])
    if len(pads) % 2:
        raise RuntimeError("Padding length must be divisible by 2")
    if len(pads) > 2 * len(shape):
        raise RuntimeError(
            "Padding length should be less than or equal to two times the input dimension but got padding length "
            f"{len(pads)} and input of dimension {len(shape)}"
        )
    if mode == "constant":
        for i in range(0, len(pads), 2):
            n, grown = shape[-1 - i // 2], shape[-1 - i // 2] + pads[i] + pads[i + 1]
            if grown < 0:
                raise RuntimeError(
                    f"narrow(): length must be non-negative. The input size {n}, with padding {pads[i]} and "
                    f"{pads[i + 1]}, is a negative size; check dimension {len(shape) - 1 - i // 2} of your input."
                )
        return apply(ConstantPadNd, x, pads, 0 if value is None else fitted(value, x._array.dtype))  # type: ignore[no-any-return]
    if value not in (None, 0):
        raise RuntimeError(f'Padding mode "{mode}" doesn\'t take in value argument')
    if mode not in _TITLES:
        raise NotImplementedError(f"Unrecognised padding mode {mode}")
    count = len(pads) // 2
    if len(shape) not in (count + 1, count + 2) or count not in (1, 2, 3):
        raise NotImplementedError(
            f"Padding size {len(pads)} is not supported for {len(shape)}D input tensor.\n"
            "Supported combinations for non-constant padding:\n"
            "  - 2D or 3D input: padding size = 2 (pads last dimension)\n"
            "  - 3D or 4D input: padding size = 4 (pads last 2 dimensions)\n"
            "  - 4D or 5D input: padding size = 6 (pads last 3 dimensions)"
        )
    places = []
    for i in reversed(range(count)):
        before, after = pads[2 * i : 2 * i + 2]
        places.append(_places(shape, len(shape) - 1 - i, before, after, mode))
    return apply(Picked, x, tuple(places), _TITLES[mode].format(count))  # type: ignore[no-any-return]


def _places(shape: Shape, dim: int, before: int, after: int, mode: str) -> Any:
    """Return which entry of a dimension stands where after padding."""
    n = shape[dim]
    wanted = np.arange(-before, n + after)
    if mode == "replicate":
        return np.minimum(np.maximum(wanted, 0), n - 1)
    if mode == "circular":
        if max(before, after) > n:
            raise RuntimeError("Padding value causes wrapping around more than once.")
        return wanted % n
    if max(before, after) >= n:
        raise RuntimeError(
            f"Argument #{2 * (len(shape) - dim) + 2}: Padding size should be less than the corresponding input "
            f"dimension, but got: padding ({before}, {after}) at dimension {dim} of input {list(shape)}"
        )
    folded = np.abs(wanted)
    return np.where(folded >= n, 2 * (n - 1) - folded, folded)
