"""Pooling: a window slides over the input and keeps its largest number, or the mean."""

from __future__ import annotations

from typing import Any

from minigrad.nn import functional as F
from minigrad.nn.modules.module import Module

__all__ = [
    "AdaptiveAvgPool1d",
    "AdaptiveAvgPool2d",
    "AdaptiveAvgPool3d",
    "AdaptiveMaxPool1d",
    "AdaptiveMaxPool2d",
    "AdaptiveMaxPool3d",
    "AvgPool1d",
    "AvgPool2d",
    "AvgPool3d",
    "MaxPool1d",
    "MaxPool2d",
    "MaxPool3d",
    "Upsample",
    "UpsamplingBilinear2d",
    "UpsamplingNearest2d",
]


class _MaxPool(Module):
    """What MaxPool1d and MaxPool2d share."""

    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        dilation: Any = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        super().__init__()
        self.kernel_size, self.stride = kernel_size, kernel_size if stride is None else stride
        self.padding, self.dilation = padding, dilation
        self.return_indices, self.ceil_mode = return_indices, ceil_mode

    def _run(self, pool: Any, input: Any) -> Any:
        return pool(
            input,
            self.kernel_size,
            self.stride,
            self.padding,
            self.dilation,
            ceil_mode=self.ceil_mode,
            return_indices=self.return_indices,
        )

    def extra_repr(self) -> str:
        """Return the settings."""
        return (
            f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, "
            f"dilation={self.dilation}, ceil_mode={self.ceil_mode}"
        )


class MaxPool1d(_MaxPool):
    """Keep the largest number of each window along a sequence.

    Parameters
    ----------
    kernel_size : int or tuple of int
        The size of the window.
    stride : int or tuple of int, optional
        How far it moves; by its size, if left out.
    padding : int or tuple of int
        How far the input is extended at both ends.
    dilation : int or tuple of int
        How far apart the window's places are.
    return_indices : bool
        Return where the largest numbers were, too.
    ceil_mode : bool
        Let the last window stand out over the end.

    Examples
    --------
    >>> mg.nn.MaxPool1d(2)(mg.tensor([[1.0, 5.0, 3.0, 2.0]]))
    tensor([[5., 3.]])
    """

    def forward(self, input: Any) -> Any:
        """Return the windows' largest numbers, for an input of shape (N, C, L) or (C, L)."""
        return self._run(F.max_pool1d, input)


class MaxPool2d(_MaxPool):
    """Keep the largest number of each window over an image.

    Parameters
    ----------
    kernel_size : int or tuple of int
        The size of the window.
    stride : int or tuple of int, optional
        How far it moves; by its size, if left out.
    padding : int or tuple of int
        How far the image is extended on each side.
    dilation : int or tuple of int
        How far apart the window's places are.
    return_indices : bool
        Return where the largest numbers were, too.
    ceil_mode : bool
        Let the last windows stand out over the edge.

    Examples
    --------
    >>> mg.nn.MaxPool2d(2)(mg.arange(16.0).reshape(1, 4, 4))
    tensor([[[ 5.,  7.],
             [13., 15.]]])
    """

    def forward(self, input: Any) -> Any:
        """Return the windows' largest numbers, for an input of shape (N, C, H, W) or (C, H, W)."""
        return self._run(F.max_pool2d, input)


class MaxPool3d(_MaxPool):
    """Keep the largest number of each window through a volume.

    Parameters
    ----------
    kernel_size : int or tuple of int
        The size of the window.
    stride : int or tuple of int, optional
        How far it moves; by its size, if left out.
    padding : int or tuple of int
        How far the volume is extended on each side.
    dilation : int or tuple of int
        How far apart the window's places are.
    return_indices : bool
        Return where the largest numbers were, too.
    ceil_mode : bool
        Let the last windows stand out over the edge.

    Examples
    --------
    >>> mg.nn.MaxPool3d(2)(mg.arange(8.0).reshape(1, 2, 2, 2))
    tensor([[[[7.]]]])
    """

    def forward(self, input: Any) -> Any:
        """Return the windows' largest numbers, for an input of shape (N, C, D, H, W) or (C, D, H, W)."""
        return self._run(F.max_pool3d, input)


def _single(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, (tuple, list)) else (value,)


class AvgPool1d(Module):
    """Keep the mean of each window along a sequence.

    Parameters
    ----------
    kernel_size : int or tuple of int
        The size of the window.
    stride : int or tuple of int, optional
        How far it moves; by its size, if left out.
    padding : int or tuple of int
        How far the input is extended at both ends, with zeros.
    ceil_mode : bool
        Let the last window stand out over the end.
    count_include_pad : bool
        Whether the zeros count for the mean.

    Examples
    --------
    >>> mg.nn.AvgPool1d(2)(mg.tensor([[1.0, 5.0, 3.0, 2.0]]))
    tensor([[3.0000, 2.5000]])
    """

    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        super().__init__()
        self.kernel_size = _single(kernel_size)
        self.stride = _single(kernel_size if stride is None else stride)
        self.padding = _single(padding)
        self.ceil_mode, self.count_include_pad = ceil_mode, count_include_pad

    def forward(self, input: Any) -> Any:
        """Return the windows' means, for an input of shape (N, C, L) or (C, L)."""
        return F.avg_pool1d(input, self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad)

    def extra_repr(self) -> str:
        """Return the settings."""
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class AvgPool2d(Module):
    """Keep the mean of each window over an image.

    Parameters
    ----------
    kernel_size : int or tuple of int
        The size of the window.
    stride : int or tuple of int, optional
        How far it moves; by its size, if left out.
    padding : int or tuple of int
        How far the image is extended on each side, with zeros.
    ceil_mode : bool
        Let the last windows stand out over the edge.
    count_include_pad : bool
        Whether the zeros count for the mean.
    divisor_override : int, optional
        What sums are divided by, instead of the window's size.

    Examples
    --------
    >>> mg.nn.AvgPool2d(2)(mg.arange(16.0).reshape(1, 4, 4))
    tensor([[[ 2.5000,  4.5000],
             [10.5000, 12.5000]]])
    """

    pool = staticmethod(F.avg_pool2d)

    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        super().__init__()
        self.kernel_size, self.stride, self.padding = kernel_size, kernel_size if stride is None else stride, padding
        self.ceil_mode, self.count_include_pad = ceil_mode, count_include_pad
        self.divisor_override = divisor_override

    def forward(self, input: Any) -> Any:
        """Return the windows' means, for an input of shape (N, C, H, W) or (C, H, W)."""
        return self.pool(
            input,
            self.kernel_size,
            self.stride,
            self.padding,
            self.ceil_mode,
            self.count_include_pad,
            self.divisor_override,
        )

    def extra_repr(self) -> str:
        """Return the settings."""
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class AvgPool3d(AvgPool2d):
    """Keep the mean of each window through a volume.

    Parameters
    ----------
    kernel_size : int or tuple of int
        The size of the window.
    stride : int or tuple of int, optional
        How far it moves; by its size, if left out.
    padding : int or tuple of int
        How far the volume is extended on each side, with zeros.
    ceil_mode : bool
        Let the last windows stand out over the edge.
    count_include_pad : bool
        Whether the zeros count for the mean.
    divisor_override : int, optional
        What sums are divided by, instead of the window's size.

    Examples
    --------
    >>> mg.nn.AvgPool3d(2)(mg.arange(8.0).reshape(1, 2, 2, 2))
    tensor([[[[3.5000]]]])
    """

    pool = staticmethod(F.avg_pool3d)


class _Adaptive(Module):
    """Windows that are chosen so that the output has a given size."""

    def __init__(self, output_size: Any) -> None:
        super().__init__()
        self.output_size = output_size

    def extra_repr(self) -> str:
        """Return the settings."""
        return f"output_size={self.output_size}"


class AdaptiveAvgPool1d(_Adaptive):
    """Keep the means of as many windows along a sequence as are asked for.

    Parameters
    ----------
    output_size : int
        How many.

    Examples
    --------
    >>> mg.nn.AdaptiveAvgPool1d(1)(mg.tensor([[1.0, 5.0, 3.0]]))
    tensor([[3.]])
    """

    def forward(self, input: Any) -> Any:
        """Return the windows' means, for an input of shape (N, C, L) or (C, L)."""
        return F.adaptive_avg_pool1d(input, self.output_size)


class AdaptiveAvgPool2d(_Adaptive):
    """Keep the means of as many windows over an image as are asked for.

    Parameters
    ----------
    output_size : int or tuple of int or None
        How many in each direction; None for as many as the input has.

    Examples
    --------
    >>> mg.nn.AdaptiveAvgPool2d(1)(mg.arange(16.0).reshape(1, 4, 4))
    tensor([[[7.5000]]])
    """

    def forward(self, input: Any) -> Any:
        """Return the windows' means, for an input of shape (N, C, H, W) or (C, H, W)."""
        return F.adaptive_avg_pool2d(input, self.output_size)


class AdaptiveAvgPool3d(_Adaptive):
    """Keep the means of as many windows through a volume as are asked for.

    Parameters
    ----------
    output_size : int or tuple of int or None
        How many in each direction; None for as many as the input has.

    Examples
    --------
    >>> mg.nn.AdaptiveAvgPool3d(1)(mg.arange(8.0).reshape(1, 2, 2, 2))
    tensor([[[[3.5000]]]])
    """

    def forward(self, input: Any) -> Any:
        """Return the windows' means, for an input of shape (N, C, D, H, W) or (C, D, H, W)."""
        return F.adaptive_avg_pool3d(input, self.output_size)


class AdaptiveMaxPool1d(_Adaptive):
    """Keep the largest numbers of as many windows along a sequence as are asked for.

    Parameters
    ----------
    output_size : int
        How many.
    return_indices : bool
        Return where the largest numbers were, too.

    Examples
    --------
    >>> mg.nn.AdaptiveMaxPool1d(1)(mg.tensor([[1.0, 5.0, 3.0]]))
    tensor([[5.]])
    """

    def __init__(self, output_size: Any, return_indices: bool = False) -> None:
        super().__init__(output_size)
        self.return_indices = return_indices

    def forward(self, input: Any) -> Any:
        """Return the windows' largest numbers, for an input of shape (N, C, L) or (C, L)."""
        return F.adaptive_max_pool1d(input, self.output_size, self.return_indices)


class AdaptiveMaxPool2d(_Adaptive):
    """Keep the largest numbers of as many windows over an image as are asked for.

    Parameters
    ----------
    output_size : int or tuple of int or None
        How many in each direction; None for as many as the input has.
    return_indices : bool
        Return where the largest numbers were, too.

    Examples
    --------
    >>> mg.nn.AdaptiveMaxPool2d(1)(mg.arange(16.0).reshape(1, 4, 4))
    tensor([[[15.]]])
    """

    def __init__(self, output_size: Any, return_indices: bool = False) -> None:
        super().__init__(output_size)
        self.return_indices = return_indices

    def forward(self, input: Any) -> Any:
        """Return the windows' largest numbers, for an input of shape (N, C, H, W) or (C, H, W)."""
        return F.adaptive_max_pool2d(input, self.output_size, self.return_indices)


class AdaptiveMaxPool3d(_Adaptive):
    """Keep the largest numbers of as many windows through a volume as are asked for.

    Parameters
    ----------
    output_size : int or tuple of int or None
        How many in each direction; None for as many as the input has.
    return_indices : bool
        Return where the largest numbers were, too.

    Examples
    --------
    >>> mg.nn.AdaptiveMaxPool3d(1)(mg.arange(8.0).reshape(1, 2, 2, 2))
    tensor([[[[7.]]]])
    """

    def __init__(self, output_size: Any, return_indices: bool = False) -> None:
        super().__init__(output_size)
        self.return_indices = return_indices

    def forward(self, input: Any) -> Any:
        """Return the windows' largest numbers, for an input of shape (N, C, D, H, W) or (C, D, H, W)."""
        return F.adaptive_max_pool3d(input, self.output_size, self.return_indices)


class Upsample(Module):
    """Return signals or images in another size, their entries repeated or interpolated.

    Parameters
    ----------
    size : int or tuple of int, optional
        The size wanted.
    scale_factor : float or tuple of float, optional
        By how much larger; one of the two is given.
    mode : str
        ``"nearest"``, ``"linear"``, ``"bilinear"`` ..., as of ``F.interpolate``.
    align_corners : bool, optional
        Whether the outermost entries stay where they are.
    recompute_scale_factor : bool, optional
        Whether the factor is worked out again from the sizes.

    Examples
    --------
    >>> mg.nn.Upsample(scale_factor=2)(mg.tensor([[[1.0, 2.0]]]))
    tensor([[[1., 1., 2., 2.]]])
    """

    def __init__(
        self,
        size: Any = None,
        scale_factor: Any = None,
        mode: str = "nearest",
        align_corners: bool | None = None,
        recompute_scale_factor: bool | None = None,
    ) -> None:
        super().__init__()
        self.size, self.mode, self.align_corners = size, mode, align_corners
        self.scale_factor = (
            tuple(float(f) for f in scale_factor)
            if isinstance(scale_factor, tuple)
            else float(scale_factor)
            if scale_factor
            else None
        )
        self.recompute_scale_factor = recompute_scale_factor

    def forward(self, input: Any) -> Any:
        """Return the input in the other size."""
        return F.interpolate(
            input,
            self.size,
            self.scale_factor,
            self.mode,
            self.align_corners,
            recompute_scale_factor=self.recompute_scale_factor,
        )

    def extra_repr(self) -> str:
        """Return the settings."""
        given = f"size={self.size}" if self.scale_factor is None else f"scale_factor={self.scale_factor}"
        return f"{given}, mode={self.mode!r}"


class UpsamplingNearest2d(Upsample):
    """Make images larger by repeating the nearest entry.

    Parameters
    ----------
    size : int or tuple of int, optional
        The size wanted.
    scale_factor : float or tuple of float, optional
        By how much larger; one of the two is given.

    Examples
    --------
    >>> mg.nn.UpsamplingNearest2d(scale_factor=2)(mg.ones(1, 1, 2, 2)).shape
    torch.Size([1, 1, 4, 4])
    """

    def __init__(self, size: Any = None, scale_factor: Any = None) -> None:
        super().__init__(size, scale_factor)


class UpsamplingBilinear2d(Upsample):
    """Make images larger in straight lines between entries; those in the corners stay where they are.

    Parameters
    ----------
    size : int or tuple of int, optional
        The size wanted.
    scale_factor : float or tuple of float, optional
        By how much larger; one of the two is given.

    Examples
    --------
    >>> mg.nn.UpsamplingBilinear2d(size=3)(mg.tensor([[[[0.0, 2.0], [4.0, 6.0]]]]))
    tensor([[[[0., 1., 2.],
              [2., 3., 4.],
              [4., 5., 6.]]]])
    """

    def __init__(self, size: Any = None, scale_factor: Any = None) -> None:
        super().__init__(size, scale_factor, mode="bilinear", align_corners=True)
