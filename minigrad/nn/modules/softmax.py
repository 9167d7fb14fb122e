"""Softmax and its kin as modules: shares of a whole, along a dimension."""

from __future__ import annotations

from typing import Any

from minigrad.nn import functional as F
from minigrad.nn.modules.activation import Activation
from minigrad.nn.modules.module import Module

__all__ = ["LogSoftmax", "Softmax", "Softmax2d", "Softmin"]


class _AlongDim(Activation):
    """Shares along a dimension."""

    settings = ("dim",)

    def __init__(self, dim: int | None = None) -> None:
        super().__init__()
        self.dim = dim


class Softmax(_AlongDim):
    """Shares that add up to one along a dimension.

    Parameters
    ----------
    dim : int
        The dimension along which the shares add up to one.

    Examples
    --------
    >>> mg.nn.Softmax(dim=0)(mg.tensor([1.0, 2.0, 3.0]))
    tensor([0.0900, 0.2447, 0.6652])
    """

    function = staticmethod(F.softmax)


class LogSoftmax(_AlongDim):
    """The logarithm of the softmax, without overflow.

    Parameters
    ----------
    dim : int
        The dimension along which the shares add up to one.

    Examples
    --------
    >>> mg.nn.LogSoftmax(dim=0)(mg.tensor([1.0, 2.0, 3.0]))
    tensor([-2.4076, -1.4076, -0.4076])
    """

    function = staticmethod(F.log_softmax)


class Softmin(_AlongDim):
    """The softmax of the negated numbers: the smallest gets the largest share.

    Parameters
    ----------
    dim : int
        The dimension along which the shares add up to one.

    Examples
    --------
    >>> mg.nn.Softmin(dim=0)(mg.tensor([1.0, 2.0, 3.0]))
    tensor([0.6652, 0.2447, 0.0900])
    """

    function = staticmethod(F.softmin)


class Softmax2d(Module):
    """Shares that add up to one over the channels, at every place of an image.

    Examples
    --------
    >>> mg.nn.Softmax2d()(mg.zeros(2, 1, 1)).flatten()
    tensor([0.5000, 0.5000])
    """

    def forward(self, input: Any) -> Any:
        """Return the shares; the input has shape (N, C, H, W) or (C, H, W)."""
        if input.dim() not in (3, 4):
            raise ValueError(f"Softmax2d: expected input to be 3D or 4D, got {input.dim()}D instead")
        return F.softmax(input, -3)
