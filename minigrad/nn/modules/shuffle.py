"""Modules that write channels and places in another order, and what a window sees as columns."""

from __future__ import annotations

from typing import Any

from minigrad.nn import functional as F
from minigrad.nn.modules.module import Module

__all__ = ["ChannelShuffle", "Fold", "PixelShuffle", "PixelUnshuffle", "Unfold"]


class PixelShuffle(Module):
    """Make images larger by putting channels side by side, shape (..., C * r * r, H, W) to (..., C, H * r, W * r).

    Parameters
    ----------
    upscale_factor : int
        How many times as high and wide, r.

    Examples
    --------
    >>> mg.nn.PixelShuffle(2)(mg.ones(1, 8, 3, 3)).shape
    torch.Size([1, 2, 6, 6])
    """

    def __init__(self, upscale_factor: int) -> None:
        super().__init__()
        self.upscale_factor = upscale_factor

    def forward(self, input: Any) -> Any:
        """Return the larger images."""
        return F.pixel_shuffle(input, self.upscale_factor)

    def extra_repr(self) -> str:
        """Return the setting."""
        return f"upscale_factor={self.upscale_factor}"


class PixelUnshuffle(Module):
    """Make images smaller and put what lay side by side into channels.

    Parameters
    ----------
    downscale_factor : int
        How many times smaller.

    Examples
    --------
    >>> mg.nn.PixelUnshuffle(2)(mg.ones(1, 2, 6, 6)).shape
    torch.Size([1, 8, 3, 3])
    """

    def __init__(self, downscale_factor: int) -> None:
        super().__init__()
        self.downscale_factor = downscale_factor

    def forward(self, input: Any) -> Any:
        """Return the smaller images."""
        return F.pixel_unshuffle(input, self.downscale_factor)

    def extra_repr(self) -> str:
        """Return the setting."""
        return f"downscale_factor={self.downscale_factor}"


class ChannelShuffle(Module):
    """Deal the channels out: the first of each group, then the second of each.

    Parameters
    ----------
    groups : int
        How many groups there are.

    Examples
    --------
    >>> mg.nn.ChannelShuffle(2)(mg.arange(4.0).view(1, 4, 1)).flatten()
    tensor([0., 2., 1., 3.])
    """

    def __init__(self, groups: int) -> None:
        super().__init__()
        self.groups = groups

    def forward(self, input: Any) -> Any:
        """Return the channels in their other order."""
        return F.channel_shuffle(input, self.groups)

    def extra_repr(self) -> str:
        """Return the setting."""
        return f"groups={self.groups}"


class Unfold(Module):
    """Return what a window sees at each place of images, as columns.

    Parameters
    ----------
    kernel_size, dilation, padding, stride : int or tuple of int
        The window, and how it moves.

    Examples
    --------
    >>> mg.nn.Unfold(2)(mg.ones(1, 3, 4, 4)).shape
    torch.Size([1, 12, 9])
    """

    def __init__(self, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> None:
        super().__init__()
        self.kernel_size, self.dilation, self.padding, self.stride = kernel_size, dilation, padding, stride

    def forward(self, input: Any) -> Any:
        """Return the columns, shape (N, C * window, places)."""
        return F.unfold(input, self.kernel_size, self.dilation, self.padding, self.stride)

    def extra_repr(self) -> str:
        """Return the settings."""
        return f"kernel_size={self.kernel_size}, dilation={self.dilation}, padding={self.padding}, stride={self.stride}"


class Fold(Unfold):
    """Return images in which columns are added up where a window saw them: the transpose of Unfold.

    Parameters
    ----------
    output_size : int or tuple of int
        Height and width of the images.
    kernel_size, dilation, padding, stride : int or tuple of int
        The window, and how it moves.

    Examples
    --------
    >>> mg.nn.Fold((4, 4), 2)(mg.ones(1, 12, 9)).shape
    torch.Size([1, 3, 4, 4])
    """

    def __init__(
        self, output_size: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1
    ) -> None:
        super().__init__(kernel_size, dilation, padding, stride)
        self.output_size = output_size

    def forward(self, input: Any) -> Any:
        """Return the images, shape (N, C, H, W)."""
        return F.fold(input, self.output_size, self.kernel_size, self.dilation, self.padding, self.stride)

    def extra_repr(self) -> str:
        """Return the settings."""
        return f"output_size={self.output_size}, {super().extra_repr()}"
