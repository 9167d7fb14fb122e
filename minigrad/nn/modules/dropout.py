"""Dropout: while training, some of the input is left out at random."""

from __future__ import annotations

from typing import Any

from minigrad.nn import functional as F
from minigrad.nn.modules.module import Module

__all__ = ["AlphaDropout", "Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "FeatureAlphaDropout"]


class _Dropout(Module):
    """What all of them have: a probability."""

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__()
        if not 0.0 <= p <= 1.0:
            raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
        self.p, self.inplace = p, inplace

    def extra_repr(self) -> str:
        """Return the settings."""
        return f"p={self.p}, inplace={self.inplace}"


class Dropout(_Dropout):
    """While training, put 0 for each number with probability ``p``, and scale the others up to make up for it.

    Parameters
    ----------
    p : float
        The probability, from 0 to 1.
    inplace : bool
        Write the result into the input.

    Raises
    ------
    ValueError
        If ``p`` is no probability.

    References
    ----------
    Srivastava et al. (2014), Dropout: a simple way to prevent neural networks from overfitting, JMLR 15.

    Examples
    --------
    >>> mg.nn.Dropout(0.5)(mg.ones(4))
    tensor([0., 0., 2., 0.])
    >>> mg.nn.Dropout(0.5).eval()(mg.ones(4))
    tensor([1., 1., 1., 1.])
    """

    def forward(self, input: Any) -> Any:
        """Return the input with some of it left out; as it is after ``eval()``."""
        return F.dropout(input, self.p, self.training, self.inplace)


class Dropout1d(_Dropout):
    """While training, put 0 for whole channels of a sequence with probability ``p``.

    Parameters
    ----------
    p : float
        The probability, from 0 to 1.
    inplace : bool
        Write the result into the input.
    """

    def forward(self, input: Any) -> Any:
        """Return the input with some channels left out; as it is after ``eval()``."""
        return F.dropout1d(input, self.p, self.training, self.inplace)


class Dropout2d(_Dropout):
    """While training, put 0 for whole channels of an image with probability ``p``.

    Parameters
    ----------
    p : float
        The probability, from 0 to 1.
    inplace : bool
        Write the result into the input.
    """

    def forward(self, input: Any) -> Any:
        """Return the input with some channels left out; as it is after ``eval()``."""
        return F.dropout2d(input, self.p, self.training, self.inplace)


class Dropout3d(_Dropout):
    """While training, put 0 for whole channels of a volume with probability ``p``.

    Parameters
    ----------
    p : float
        The probability, from 0 to 1.
    inplace : bool
        Write the result into the input.
    """

    def forward(self, input: Any) -> Any:
        """Return the input with some channels left out; as it is after ``eval()``."""
        return F.dropout3d(input, self.p, self.training, self.inplace)


class AlphaDropout(_Dropout):
    """Dropout that keeps mean 0 and variance 1, to stand after SELU.

    Parameters
    ----------
    p : float
        The probability, from 0 to 1.
    inplace : bool
        Write the result into the input.
    """

    def forward(self, input: Any) -> Any:
        """Return the input with some of it left out; as it is after ``eval()``."""
        return F.alpha_dropout(input, self.p, self.training, self.inplace)


class FeatureAlphaDropout(_Dropout):
    """Alpha dropout of whole channels.

    Parameters
    ----------
    p : float
        The probability, from 0 to 1.
    inplace : bool
        Write the result into the input.
    """

    def forward(self, input: Any) -> Any:
        """Return the input with some channels left out; as it is after ``eval()``."""
        return F.feature_alpha_dropout(input, self.p, self.training, self.inplace)
