"""Convolutions: a small window of weights that slides over the input."""

from __future__ import annotations

import math
from typing import Any

from minigrad.creation import empty
from minigrad.nn import functional as F
from minigrad.nn import init
from minigrad.nn.modules.module import Module
from minigrad.nn.parameter import Parameter

__all__ = ["Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d"]


def _each(value: Any, n: int) -> tuple[Any, ...]:
    """Return a setting as one number a dimension."""
    return tuple(value) if isinstance(value, (tuple, list)) else (value,) * n


class _Conv(Module):
    """What all of them have: settings, a weight and a bias."""

    dims = 2
    transposed = False

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
        output_padding: Any = 0,
    ) -> None:
        super().__init__()
        if groups <= 0:
            raise ValueError("groups must be a positive integer")
        if in_channels % groups != 0:
            raise ValueError("in_channels must be divisible by groups")
        if out_channels % groups != 0:
            raise ValueError("out_channels must be divisible by groups")
        modes = {"zeros", "reflect", "replicate", "circular"}
        if isinstance(padding, str):
            if padding not in ("same", "valid"):
                raise ValueError(f"Invalid padding string {padding!r}, should be one of ['valid', 'same']")
            if padding == "same" and any(s != 1 for s in _each(stride, self.dims)):
                raise ValueError("padding='same' is not supported for strided convolutions")
        if padding_mode not in modes:
            raise ValueError(f"padding_mode must be one of {modes}, but got padding_mode='{padding_mode}'")
        if self.transposed and padding_mode != "zeros":
            raise ValueError(f'Only "zeros" padding mode is supported for {type(self).__name__}')
        self.in_channels, self.out_channels = in_channels, out_channels
        self.kernel_size, self.stride = _each(kernel_size, self.dims), _each(stride, self.dims)
        self.padding = padding if isinstance(padding, str) else _each(padding, self.dims)
        self.dilation, self.output_padding = _each(dilation, self.dims), _each(output_padding, self.dims)
        self.groups, self.padding_mode = groups, padding_mode
        channels = (in_channels, out_channels // groups) if self.transposed else (out_channels, in_channels // groups)
        self.weight = Parameter(empty((*channels, *self.kernel_size), device=device, dtype=dtype))
        self.register_parameter("bias", Parameter(empty(out_channels, device=device, dtype=dtype)) if bias else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw weights and bias uniformly within one over the root of how many numbers a window sees."""
        init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        if self.bias is not None:
            fan_in = math.prod(self.weight.shape[1:])
            if fan_in != 0:
                init.uniform_(self.bias, -1 / math.sqrt(fan_in), 1 / math.sqrt(fan_in))

    def _run(self, convolve: Any, input: Any) -> Any:
        padding = self.padding
        if self.padding_mode != "zeros":
            input = F.pad(input, self._edges(), mode=self.padding_mode)
            padding = _each(0, self.dims)
        return convolve(input, self.weight, self.bias, self.stride, padding, self.dilation, self.groups)

    def _edges(self) -> tuple[int, ...]:
        """Return how far each dimension, the last one first, is padded before and after."""
        if self.padding == "valid":
            return (0, 0) * self.dims
        if self.padding == "same":
            totals = [d * (k - 1) for d, k in zip(self.dilation, self.kernel_size, strict=True)]
            return tuple([n for total in reversed(totals) for n in (total // 2, total - total // 2)])
        return tuple([n for n in reversed(_each(self.padding, self.dims)) for _ in range(2)])

    def extra_repr(self) -> str:
        """Return the settings that are not as usual."""
        none, one = _each(0, self.dims), _each(1, self.dims)
        text = f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"
        if self.padding != none:
            text += f", padding={self.padding}"
        if self.dilation != one:
            text += f", dilation={self.dilation}"
        if self.output_padding != none:
            text += f", output_padding={self.output_padding}"
        if self.groups != 1:
            text += f", groups={self.groups}"
        if self.bias is None:
            text += ", bias=False"
        if self.padding_mode != "zeros":
            text += f", padding_mode={self.padding_mode}"
        return text


class Conv1d(_Conv):
    """Slide windows of weights along a sequence, shape (N, C, L) or (C, L).

    Parameters
    ----------
    in_channels, out_channels : int
        How many numbers stand at each place, before and after.
    kernel_size : int or tuple of int
        The size of the window.
    stride : int or tuple of int
        How far it moves from one output to the next.
    padding : int, tuple of int, "same" or "valid"
        How far the input is extended at both ends.
    dilation : int or tuple of int
        How far apart the window's places are.
    groups : int
        How many convolutions stand beside each other, each on its share of the channels.
    bias : bool
        Whether something is added.
    padding_mode : {"zeros", "reflect", "replicate", "circular"}
        What the input is extended with.
    device, dtype : optional
        As of a tensor.

    Examples
    --------
    >>> mg.nn.Conv1d(1, 2, kernel_size=3)(mg.ones(1, 1, 8)).shape
    torch.Size([1, 2, 6])
    """

    dims = 1

    def forward(self, input: Any) -> Any:
        """Return the convolution, shape (N, out_channels, L') or (out_channels, L')."""
        return self._run(F.conv1d, input)


class Conv2d(_Conv):
    """Slide windows of weights over an image, shape (N, C, H, W) or (C, H, W).

    Parameters
    ----------
    in_channels, out_channels : int
        How many numbers stand at each place, before and after.
    kernel_size : int or tuple of int
        The size of the window.
    stride : int or tuple of int
        How far it moves from one output to the next.
    padding : int, tuple of int, "same" or "valid"
        How far the image is extended on each side.
    dilation : int or tuple of int
        How far apart the window's places are.
    groups : int
        How many convolutions stand beside each other, each on its share of the channels.
    bias : bool
        Whether something is added.
    padding_mode : {"zeros", "reflect", "replicate", "circular"}
        What the image is extended with.
    device, dtype : optional
        As of a tensor.

    Examples
    --------
    >>> mg.nn.Conv2d(1, 4, kernel_size=3, padding=1)(mg.ones(2, 1, 8, 8)).shape
    torch.Size([2, 4, 8, 8])
    """

    def forward(self, input: Any) -> Any:
        """Return the convolution, shape (N, out_channels, H', W') or (out_channels, H', W')."""
        return self._run(F.conv2d, input)


class Conv3d(_Conv):
    """Slide windows of weights through a volume, shape (N, C, D, H, W) or (C, D, H, W).

    Parameters
    ----------
    in_channels, out_channels : int
        How many numbers stand at each place, before and after.
    kernel_size : int or tuple of int
        The size of the window.
    stride : int or tuple of int
        How far it moves from one output to the next.
    padding : int, tuple of int, "same" or "valid"
        How far the volume is extended on each side.
    dilation : int or tuple of int
        How far apart the window's places are.
    groups : int
        How many convolutions stand beside each other, each on its share of the channels.
    bias : bool
        Whether something is added.
    padding_mode : {"zeros", "reflect", "replicate", "circular"}
        What the volume is extended with.
    device, dtype : optional
        As of a tensor.

    Examples
    --------
    >>> mg.nn.Conv3d(1, 4, kernel_size=3, padding=1)(mg.ones(2, 1, 4, 4, 4)).shape
    torch.Size([2, 4, 4, 4, 4])
    """

    dims = 3

    def forward(self, input: Any) -> Any:
        """Return the convolution, shape (N, out_channels, D', H', W') or (out_channels, D', H', W')."""
        return self._run(F.conv3d, input)


class _ConvTranspose(_Conv):
    """A convolution's transpose: it goes from the shape of the output to that of the input."""

    transposed = True

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Any = 1,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride,
            padding,
            dilation,
            groups,
            bias,
            padding_mode,
            device,
            dtype,
            output_padding,
        )

    def _run(self, convolve: Any, input: Any, output_size: Any = None) -> Any:
        return convolve(
            input,
            self.weight,
            self.bias,
            self.stride,
            self.padding,
            self.output_padding if output_size is None else self._missing(input, list(output_size)),
            self.groups,
            self.dilation,
        )

    def _missing(self, input: Any, wanted: list[int]) -> tuple[int, ...]:
        """Return what is to be added to the output, so that it has the size that is wanted."""
        n, front = self.dims, input.dim() - self.dims
        if len(wanted) not in (n, n + front):
            raise ValueError(
                f"ConvTranspose{n}D: for {input.dim()}D input, output_size must have {n} or {n + front} elements "
                f"(got {len(wanted)})"
            )
        wanted, size = wanted[-n:], list(input.shape[-n:])
        steps = zip(size, self.stride, self.padding, self.dilation, self.kernel_size, strict=True)
        least = [(m - 1) * s - 2 * p + d * (k - 1) + 1 for m, s, p, d, k in steps]
        most = [low + s - 1 for low, s in zip(least, self.stride, strict=True)]
        if any(not low <= m <= high for low, m, high in zip(least, wanted, most, strict=True)):
            raise ValueError(
                f"requested an output size of {wanted}, but valid sizes range from {least} to {most} "
                f"(for an input of {size})"
            )
        return tuple([m - low for m, low in zip(wanted, least, strict=True)])


class ConvTranspose1d(_ConvTranspose):
    """The transpose of Conv1d: it makes a sequence longer.

    Parameters
    ----------
    in_channels, out_channels : int
        How many numbers stand at each place, before and after.
    kernel_size, stride, padding : int or tuple of int
        Those of the convolution that goes the other way.
    output_padding : int or tuple of int
        Added to the output's length.
    groups : int
        How many stand beside each other.
    bias : bool
        Whether something is added.
    dilation : int or tuple of int
        How far apart the window's places are.
    padding_mode : {"zeros"}
        The only one.
    device, dtype : optional
        As of a tensor.

    Examples
    --------
    >>> mg.nn.ConvTranspose1d(2, 1, kernel_size=3)(mg.ones(1, 2, 6)).shape
    torch.Size([1, 1, 8])
    """

    dims = 1

    def forward(self, input: Any, output_size: Any = None) -> Any:
        """Return the transposed convolution, of that size if there are several."""
        return self._run(F.conv_transpose1d, input, output_size)


class ConvTranspose2d(_ConvTranspose):
    """The transpose of Conv2d: it makes an image larger.

    Parameters
    ----------
    in_channels, out_channels : int
        How many numbers stand at each place, before and after.
    kernel_size, stride, padding : int or tuple of int
        Those of the convolution that goes the other way.
    output_padding : int or tuple of int
        Added to the output's size.
    groups : int
        How many stand beside each other.
    bias : bool
        Whether something is added.
    dilation : int or tuple of int
        How far apart the window's places are.
    padding_mode : {"zeros"}
        The only one.
    device, dtype : optional
        As of a tensor.

    Examples
    --------
    >>> mg.nn.ConvTranspose2d(4, 1, kernel_size=2, stride=2)(mg.ones(2, 4, 3, 3)).shape
    torch.Size([2, 1, 6, 6])
    """

    def forward(self, input: Any, output_size: Any = None) -> Any:
        """Return the transposed convolution, of that size if there are several."""
        return self._run(F.conv_transpose2d, input, output_size)


class ConvTranspose3d(_ConvTranspose):
    """The transpose of Conv3d: it makes a volume larger.

    Parameters
    ----------
    in_channels, out_channels : int
        How many numbers stand at each place, before and after.
    kernel_size, stride, padding : int or tuple of int
        Those of the convolution that goes the other way.
    output_padding : int or tuple of int
        Added to the output's size.
    groups : int
        How many stand beside each other.
    bias : bool
        Whether something is added.
    dilation : int or tuple of int
        How far apart the window's places are.
    padding_mode : {"zeros"}
        The only one.
    device, dtype : optional
        As of a tensor.

    Examples
    --------
    >>> mg.nn.ConvTranspose3d(4, 1, kernel_size=2, stride=2)(mg.ones(2, 4, 3, 3, 3)).shape
    torch.Size([2, 1, 6, 6, 6])
    """

    dims = 3

    def forward(self, input: Any, output_size: Any = None) -> Any:
        """Return the transposed convolution, of that size if there are several."""
        return self._run(F.conv_transpose3d, input, output_size)
