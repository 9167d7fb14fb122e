"""Back from pooling, and pooling by a norm."""

from __future__ import annotations

from typing import Any

from minigrad.nn import functional as F
from minigrad.nn.modules.module import Module
from minigrad.ops.convolution import each

__all__ = ["LPPool1d", "LPPool2d", "LPPool3d", "MaxUnpool1d", "MaxUnpool2d", "MaxUnpool3d"]


class _MaxUnpool(Module):
    """What all share: the window that was pooled with."""

    dims = 2
    unpool: Any

    def __init__(self, kernel_size: Any, stride: Any = None, padding: Any = 0) -> None:
        super().__init__()
        self.kernel_size = each(kernel_size, self.dims, "kernel_size")
        self.stride = each(kernel_size if stride is None else stride, self.dims, "stride")
        self.padding = each(padding, self.dims, "padding")

    def forward(self, input: Any, indices: Any, output_size: Any = None) -> Any:
        """Return the numbers where they were, and zeros elsewhere."""
        return self.unpool(input, indices, self.kernel_size, self.stride, self.padding, output_size)

    def extra_repr(self) -> str:
        """Return the settings."""
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class MaxUnpool1d(_MaxUnpool):
    """Put the numbers that ``MaxPool1d(..., return_indices=True)`` kept where they were, and zeros elsewhere.

    Parameters
    ----------
    kernel_size, stride, padding : int
        As of that layer.

    Examples
    --------
    >>> y, places = mg.nn.MaxPool1d(2, return_indices=True)(mg.tensor([[1.0, 3.0, 2.0, 0.0]]))
    >>> mg.nn.MaxUnpool1d(2)(y, places)
    tensor([[0., 3., 2., 0.]])
    """

    dims = 1
    unpool = staticmethod(F.max_unpool1d)


class MaxUnpool2d(_MaxUnpool):
    """Put the numbers that ``MaxPool2d(..., return_indices=True)`` kept where they were, and zeros elsewhere.

    Parameters
    ----------
    kernel_size, stride, padding : int or tuple of int
        As of that layer.

    Examples
    --------
    >>> y, places = mg.nn.MaxPool2d(2, return_indices=True)(mg.tensor([[[1.0, 2.0], [4.0, 3.0]]]))
    >>> mg.nn.MaxUnpool2d(2)(y, places)
    tensor([[[0., 0.],
             [4., 0.]]])
    """

    dims = 2
    unpool = staticmethod(F.max_unpool2d)


class MaxUnpool3d(_MaxUnpool):
    """Put the numbers that ``MaxPool3d(..., return_indices=True)`` kept where they were, and zeros elsewhere.

    Parameters
    ----------
    kernel_size, stride, padding : int or tuple of int
        As of that layer.

    Examples
    --------
    >>> y, places = mg.nn.MaxPool3d(2, return_indices=True)(mg.arange(8.0).view(1, 2, 2, 2))
    >>> mg.nn.MaxUnpool3d(2)(y, places)
    tensor([[[[0., 0.],
              [0., 0.]],
    <BLANKLINE>
             [[0., 0.],
              [0., 7.]]]])
    """

    dims = 3
    unpool = staticmethod(F.max_unpool3d)


class _LPPool(Module):
    """What all share: which norm, of which window."""

    pool: Any

    def __init__(self, norm_type: float, kernel_size: Any, stride: Any = None, ceil_mode: bool = False) -> None:
        super().__init__()
        self.norm_type, self.kernel_size, self.stride, self.ceil_mode = norm_type, kernel_size, stride, ceil_mode

    def forward(self, input: Any) -> Any:
        """Return each window's norm."""
        return self.pool(input, float(self.norm_type), self.kernel_size, self.stride, self.ceil_mode)

    def extra_repr(self) -> str:
        """Return the settings."""
        return (
            f"norm_type={self.norm_type}, kernel_size={self.kernel_size}, stride={self.stride}, "
            f"ceil_mode={self.ceil_mode}"
        )


class LPPool1d(_LPPool):
    """Keep the norm of each window along a sequence.

    Parameters
    ----------
    norm_type : float
        Which norm: 1 sums, 2 is the length, a large one comes near the largest.
    kernel_size : int
        The size of the window.
    stride : int, optional
        How far it moves; by its size, if left out.
    ceil_mode : bool
        Let the last window stand out over the end.

    Examples
    --------
    >>> mg.nn.LPPool1d(2, 2)(mg.tensor([[3.0, 4.0, 5.0, 12.0]]))
    tensor([[ 5., 13.]])
    """

    pool = staticmethod(F.lp_pool1d)


class LPPool2d(_LPPool):
    """Keep the norm of each window over an image.

    Parameters
    ----------
    norm_type : float
        Which norm: 1 sums, 2 is the length, a large one comes near the largest.
    kernel_size : int or tuple of int
        The size of the window.
    stride : int or tuple of int, optional
        How far it moves; by its size, if left out.
    ceil_mode : bool
        Let the last window stand out over the end.

    Examples
    --------
    >>> mg.nn.LPPool2d(2, 2)(mg.ones(1, 2, 4))
    tensor([[[2., 2.]]])
    """

    pool = staticmethod(F.lp_pool2d)


class LPPool3d(_LPPool):
    """Keep the norm of each window through a volume.

    Parameters
    ----------
    norm_type : float
        Which norm: 1 sums, 2 is the length, a large one comes near the largest.
    kernel_size : int or tuple of int
        The size of the window.
    stride : int or tuple of int, optional
        How far it moves; by its size, if left out.
    ceil_mode : bool
        Let the last window stand out over the end.

    Examples
    --------
    >>> mg.nn.LPPool3d(2, 2)(mg.ones(1, 2, 2, 2))
    tensor([[[[2.8284]]]])
    """

    pool = staticmethod(F.lp_pool3d)
