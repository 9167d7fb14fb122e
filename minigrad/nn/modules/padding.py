"""Padding: a border around signals or images."""

from __future__ import annotations

from typing import Any

from minigrad.nn import functional as F
from minigrad.nn.modules.module import Module

__all__ = [
    "CircularPad1d",
    "CircularPad2d",
    "CircularPad3d",
    "ConstantPad1d",
    "ConstantPad2d",
    "ConstantPad3d",
    "ReflectionPad1d",
    "ReflectionPad2d",
    "ReflectionPad3d",
    "ReplicationPad1d",
    "ReplicationPad2d",
    "ReplicationPad3d",
    "ZeroPad1d",
    "ZeroPad2d",
    "ZeroPad3d",
]


class _Pad(Module):
    """What all share: how wide the border is, and what it is filled with."""

    sides: int
    mode: str = "constant"
    value: float = 0.0

    def __init__(self, padding: Any) -> None:
        super().__init__()
        self.padding = (padding,) * self.sides if isinstance(padding, int) else tuple(padding)

    def forward(self, input: Any) -> Any:
        """Return the input with its border."""
        return F.pad(input, self.padding, self.mode, self.value if self.mode == "constant" else None)

    def extra_repr(self) -> str:
        """Return the settings."""
        return str(self.padding)


class ConstantPad1d(_Pad):
    """Give signals a border of one number.

    Parameters
    ----------
    padding : int or tuple of int
        How wide: left, right.
    value : float
        The number.

    Examples
    --------
    >>> mg.nn.ConstantPad1d(1, 7.0)(mg.tensor([[1.0, 2.0, 3.0]]))
    tensor([[7., 1., 2., 3., 7.]])
    """

    sides = 2

    def __init__(self, padding: Any, value: float) -> None:
        super().__init__(padding)
        self.value = value

    def extra_repr(self) -> str:
        """Return the settings."""
        return f"padding={self.padding}, value={self.value}"


class ConstantPad2d(_Pad):
    """Give images a border of one number.

    Parameters
    ----------
    padding : int or tuple of int
        How wide: left, right, top, bottom.
    value : float
        The number.

    Examples
    --------
    >>> mg.nn.ConstantPad2d(1, 7.0)(mg.ones(1, 2, 2)).shape
    torch.Size([1, 4, 4])
    """

    sides = 4

    def __init__(self, padding: Any, value: float) -> None:
        super().__init__(padding)
        self.value = value

    def extra_repr(self) -> str:
        """Return the settings."""
        return f"padding={self.padding}, value={self.value}"


class ConstantPad3d(ConstantPad2d):
    """Give volumes a border of one number.

    Parameters
    ----------
    padding : int or tuple of int
        How wide: left, right, top, bottom, front, back.
    value : float
        The number.

    Examples
    --------
    >>> mg.nn.ConstantPad3d(1, 7.0)(mg.ones(1, 2, 2, 2)).shape
    torch.Size([1, 4, 4, 4])
    """

    sides = 6


class ReflectionPad1d(_Pad):
    """Give signals a border that mirrors what is inside.

    Parameters
    ----------
    padding : int or tuple of int
        How wide: left, right.

    Examples
    --------
    >>> mg.nn.ReflectionPad1d(1)(mg.tensor([[1.0, 2.0, 3.0]]))
    tensor([[2., 1., 2., 3., 2.]])
    """

    sides = 2
    mode = "reflect"


class ReflectionPad2d(_Pad):
    """Give images a border that mirrors what is inside.

    Parameters
    ----------
    padding : int or tuple of int
        How wide: left, right, top, bottom.

    Examples
    --------
    >>> mg.nn.ReflectionPad2d(1)(mg.ones(1, 2, 2)).shape
    torch.Size([1, 4, 4])
    """

    sides = 4
    mode = "reflect"


class ReplicationPad1d(_Pad):
    """Give signals a border that repeats the outermost entries.

    Parameters
    ----------
    padding : int or tuple of int
        How wide: left, right.

    Examples
    --------
    >>> mg.nn.ReplicationPad1d(1)(mg.tensor([[1.0, 2.0, 3.0]]))
    tensor([[1., 1., 2., 3., 3.]])
    """

    sides = 2
    mode = "replicate"


class ReplicationPad2d(_Pad):
    """Give images a border that repeats the outermost entries.

    Parameters
    ----------
    padding : int or tuple of int
        How wide: left, right, top, bottom.

    Examples
    --------
    >>> mg.nn.ReplicationPad2d(1)(mg.ones(1, 2, 2)).shape
    torch.Size([1, 4, 4])
    """

    sides = 4
    mode = "replicate"


class ZeroPad1d(_Pad):
    """Give signals a border of zeros.

    Parameters
    ----------
    padding : int or tuple of int
        How wide: left, right.

    Examples
    --------
    >>> mg.nn.ZeroPad1d(1)(mg.tensor([[1.0, 2.0, 3.0]]))
    tensor([[0., 1., 2., 3., 0.]])
    """

    sides = 2


class ZeroPad2d(_Pad):
    """Give images a border of zeros.

    Parameters
    ----------
    padding : int or tuple of int
        How wide: left, right, top, bottom.

    Examples
    --------
    >>> mg.nn.ZeroPad2d(1)(mg.ones(1, 2, 2)).shape
    torch.Size([1, 4, 4])
    """

    sides = 4


class CircularPad1d(_Pad):
    """Give signals a border that goes on at the other end.

    Parameters
    ----------
    padding : int or tuple of int
        How wide: left, right.

    Examples
    --------
    >>> mg.nn.CircularPad1d(1)(mg.tensor([[1.0, 2.0, 3.0]]))
    tensor([[3., 1., 2., 3., 1.]])
    """

    sides = 2
    mode = "circular"


class CircularPad2d(_Pad):
    """Give images a border that goes on at the other end.

    Parameters
    ----------
    padding : int or tuple of int
        How wide: left, right, top, bottom.

    Examples
    --------
    >>> mg.nn.CircularPad2d(1)(mg.ones(1, 2, 2)).shape
    torch.Size([1, 4, 4])
    """

    sides = 4
    mode = "circular"


class CircularPad3d(_Pad):
    """Give volumes a border that goes on at the other end.

    Parameters
    ----------
    padding : int or tuple of int
        How wide: left, right, top, bottom, front, back.

    Examples
    --------
    >>> mg.nn.CircularPad3d(1)(mg.ones(1, 2, 2, 2)).shape
    torch.Size([1, 4, 4, 4])
    """

    sides = 6
    mode = "circular"


class ReflectionPad3d(_Pad):
    """Give volumes a border that mirrors what is inside.

    Parameters
    ----------
    padding : int or tuple of int
        How wide: left, right, top, bottom, front, back.

    Examples
    --------
    >>> mg.nn.ReflectionPad3d(1)(mg.ones(1, 2, 2, 2)).shape
    torch.Size([1, 4, 4, 4])
    """

    sides = 6
    mode = "reflect"


class ReplicationPad3d(_Pad):
    """Give volumes a border that repeats the outermost entries.

    Parameters
    ----------
    padding : int or tuple of int
        How wide: left, right, top, bottom, front, back.

    Examples
    --------
    >>> mg.nn.ReplicationPad3d(1)(mg.ones(1, 2, 2, 2)).shape
    torch.Size([1, 4, 4, 4])
    """

    sides = 6
    mode = "replicate"


class ZeroPad3d(_Pad):
    """Give volumes a border of zeros.

    Parameters
    ----------
    padding : int or tuple of int
        How wide: left, right, top, bottom, front, back.

    Examples
    --------
    >>> mg.nn.ZeroPad3d(1)(mg.ones(1, 2, 2, 2)).shape
    torch.Size([1, 4, 4, 4])
    """

    sides = 6
