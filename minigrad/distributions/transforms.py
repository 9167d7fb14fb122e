"""Transforms: functions of a draw that have an inverse, and by how much they stretch."""

from __future__ import annotations

import math
from typing import Any

from minigrad.distributions.distribution import softplus
from minigrad.ops.facts import finfo

__all__ = [
    "AbsTransform",
    "AffineTransform",
    "ComposeTransform",
    "ExpTransform",
    "PowerTransform",
    "SigmoidTransform",
    "SoftplusTransform",
    "TanhTransform",
    "Transform",
]


class Transform:
    """The base of transforms: subclass it and define ``_call``, ``_inverse`` and ``log_abs_det_jacobian``.

    Parameters
    ----------
    cache_size : int
        Accepted, as in PyTorch; nothing is remembered.

    Examples
    --------
    >>> exp = mg.distributions.ExpTransform()
    >>> exp(mg.tensor(0.0)), exp.inv(mg.tensor(1.0))
    (tensor(1.), tensor(0.))
    """

    event_dim = 0

    def __init__(self, cache_size: int = 0) -> None:
        self.cache_size = cache_size

    def __call__(self, x: Any) -> Any:
        return self._call(x)

    @property
    def inv(self) -> Any:
        """The transform the other way round."""
        return _Inverse(self)

    def _call(self, x: Any) -> Any:
        raise NotImplementedError

    def _inverse(self, y: Any) -> Any:
        raise NotImplementedError

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        """Return the logarithm of how much it stretches at ``x``, where it gives ``y``."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class _Inverse(Transform):
    """A transform the other way round."""

    def __init__(self, transform: Transform) -> None:
        super().__init__()
        self._transform = transform
        self.event_dim = transform.event_dim

    @property
    def inv(self) -> Any:
        """The transform itself."""
        return self._transform

    def _call(self, x: Any) -> Any:
        return self._transform._inverse(x)

    def _inverse(self, y: Any) -> Any:
        return self._transform._call(y)

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        """Return the logarithm of how much it stretches at ``x``, where it gives ``y``."""
        return -self._transform.log_abs_det_jacobian(y, x)

    def __repr__(self) -> str:
        return f"_InverseTransform({self._transform!r})"


class ComposeTransform(Transform):
    """Several transforms, one after the other.

    Parameters
    ----------
    parts : list of Transform
        In their order.
    cache_size : int
        Accepted, as in PyTorch; nothing is remembered.

    Examples
    --------
    >>> from minigrad.distributions import AffineTransform, ComposeTransform, ExpTransform
    >>> ComposeTransform([AffineTransform(0.0, 2.0), ExpTransform()])(mg.tensor(0.0))
    tensor(1.)
    """

    def __init__(self, parts: Any, cache_size: int = 0) -> None:
        super().__init__(cache_size)
        self.parts = list(parts)
        self.event_dim = max((part.event_dim for part in self.parts), default=0)

    def _call(self, x: Any) -> Any:
        for part in self.parts:
            x = part(x)
        return x

    def _inverse(self, y: Any) -> Any:
        for part in reversed(self.parts):
            y = part.inv(y)
        return y

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        """Return the logarithm of how much it stretches at ``x``, where it gives ``y``."""
        total: Any = 0
        for part in self.parts:
            after = part(x)
            total = total + part.log_abs_det_jacobian(x, after)
            x = after
        return total

    def __repr__(self) -> str:
        return "ComposeTransform(\n    " + ",\n    ".join(map(repr, self.parts)) + "\n)"


class ExpTransform(Transform):
    """The exponential.

    Parameters
    ----------
    cache_size : int
        Accepted, as in PyTorch; nothing is remembered.
    """

    def _call(self, x: Any) -> Any:
        return x.exp()

    def _inverse(self, y: Any) -> Any:
        return y.log()

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        """Return the logarithm of how much it stretches at ``x``: ``x`` itself."""
        return x


class PowerTransform(Transform):
    """A power of positive numbers.

    Parameters
    ----------
    exponent : Tensor
        Which power.
    cache_size : int
        Accepted, as in PyTorch; nothing is remembered.
    """

    def __init__(self, exponent: Any, cache_size: int = 0) -> None:
        super().__init__(cache_size)
        self.exponent = exponent

    def _call(self, x: Any) -> Any:
        return x.pow(self.exponent)

    def _inverse(self, y: Any) -> Any:
        return y.pow(1 / self.exponent)

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        """Return the logarithm of how much it stretches at ``x``, where it gives ``y``."""
        return (self.exponent * y / x).abs().log()


class SigmoidTransform(Transform):
    """The sigmoid.

    Parameters
    ----------
    cache_size : int
        Accepted, as in PyTorch; nothing is remembered.
    """

    def _call(self, x: Any) -> Any:
        kind = finfo(x.dtype)
        return x.sigmoid().clamp(min=kind.tiny, max=1.0 - kind.eps)

    def _inverse(self, y: Any) -> Any:
        kind = finfo(y.dtype)
        y = y.clamp(min=kind.tiny, max=1.0 - kind.eps)
        return y.log() - (-y).log1p()

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        """Return the logarithm of how much it stretches at ``x``, where it gives ``y``."""
        return -softplus(-x) - softplus(x)


class SoftplusTransform(Transform):
    """A smooth relu.

    Parameters
    ----------
    cache_size : int
        Accepted, as in PyTorch; nothing is remembered.
    """

    def _call(self, x: Any) -> Any:
        return softplus(x)

    def _inverse(self, y: Any) -> Any:
        return (-y).expm1().neg().log() + y

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        """Return the logarithm of how much it stretches at ``x``, where it gives ``y``."""
        return -softplus(-x)


class TanhTransform(Transform):
    """The hyperbolic tangent.

    Parameters
    ----------
    cache_size : int
        Accepted, as in PyTorch; nothing is remembered.
    """

    def _call(self, x: Any) -> Any:
        return x.tanh()

    def _inverse(self, y: Any) -> Any:
        return y.atanh()

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        """Return the logarithm of how much it stretches at ``x``, in a form that is exact far from 0."""
        return 2.0 * (math.log(2.0) - x - softplus(-2.0 * x))


class AbsTransform(Transform):
    """The size of a number; its inverse gives the positive one.

    Parameters
    ----------
    cache_size : int
        Accepted, as in PyTorch; nothing is remembered.
    """

    def _call(self, x: Any) -> Any:
        return x.abs()

    def _inverse(self, y: Any) -> Any:
        return y


class AffineTransform(Transform):
    """Scaled and shifted: ``loc + scale * x``.

    Parameters
    ----------
    loc, scale : float or Tensor
        The shift, and the scale.
    event_dim : int
        How many of the last dimensions are one draw.
    cache_size : int
        Accepted, as in PyTorch; nothing is remembered.

    Examples
    --------
    >>> mg.distributions.AffineTransform(1.0, 2.0)(mg.tensor(3.0))
    tensor(7.)
    """

    def __init__(self, loc: Any, scale: Any, event_dim: int = 0, cache_size: int = 0) -> None:
        super().__init__(cache_size)
        self.loc, self.scale, self.event_dim = loc, scale, event_dim

    def _call(self, x: Any) -> Any:
        return self.loc + self.scale * x

    def _inverse(self, y: Any) -> Any:
        return (y - self.loc) / self.scale

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        """Return the logarithm of the scale's size."""
        stretch = (x * 0 + self.scale).abs().log()
        return stretch.sum(tuple(range(-self.event_dim, 0))) if self.event_dim else stretch
