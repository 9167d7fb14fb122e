"""Distributions with one peak, anywhere on the line: normal, Laplace, Cauchy, Gumbel; and the uniform one."""

from __future__ import annotations

import math
from typing import Any

from minigrad.autograd.grad_mode import no_grad
from minigrad.creation import full_like, normal, ones, rand, zeros
from minigrad.distributions.distribution import POSITIVE, Distribution, together
from minigrad.ops.facts import finfo

__all__ = ["Cauchy", "Gumbel", "Laplace", "Normal", "Uniform"]

EULER = 0.57721566490153286060  # the constant of Euler and Mascheroni


class Normal(Distribution):
    """The normal distribution.

    Parameters
    ----------
    loc : float or Tensor
        The mean.
    scale : float or Tensor
        The standard deviation, above 0; the two broadcast.
    validate_args : bool, optional
        Whether arguments are looked at; they are, if left out.

    Examples
    --------
    >>> mg.distributions.Normal(0.0, 1.0).log_prob(mg.tensor(0.0))
    tensor(-0.9189)
    """

    has_rsample = True
    _shown = ("loc", "scale")

    def __init__(self, loc: Any, scale: Any, validate_args: bool | None = None) -> None:
        self.loc, self.scale = together(loc, scale)
        super().__init__(self.loc.shape, (), validate_args)
        self._check("loc", self.loc == self.loc, "Real()")
        self._check("scale", self.scale > 0, "GreaterThan(lower_bound=0.0)")

    @property
    def mean(self) -> Any:
        """The expected value."""
        return self.loc

    @property
    def mode(self) -> Any:
        """The likeliest value."""
        return self.loc

    @property
    def stddev(self) -> Any:
        """The root of the variance."""
        return self.scale

    @property
    def variance(self) -> Any:
        """The expected squared distance from the mean."""
        return self.scale**2

    def sample(self, sample_shape: Any = ()) -> Any:
        """Return draws, unrecorded, shape (*sample_shape, *batch_shape)."""
        shape = self._shape(sample_shape)
        with no_grad():
            return normal(self.loc.expand(shape), self.scale.expand(shape))

    def rsample(self, sample_shape: Any = ()) -> Any:
        """Return draws that are differentiable by the parameters, shape (*sample_shape, *batch_shape)."""
        shape = self._shape(sample_shape)
        dtype = self.loc.dtype
        return self.loc + normal(zeros(shape, dtype=dtype), ones(shape, dtype=dtype)) * self.scale

    def log_prob(self, value: Any) -> Any:
        """Return the logarithm of the density at a value."""
        self._check_sample(value, value == value, "Real()")
        return -((value - self.loc) ** 2) / (2 * self.scale**2) - self.scale.log() - math.log(math.sqrt(2 * math.pi))

    def cdf(self, value: Any) -> Any:
        """Return the probability of no more than a value."""
        return 0.5 * (1 + ((value - self.loc) * self.scale.reciprocal() / math.sqrt(2)).erf())

    def icdf(self, value: Any) -> Any:
        """Return the value below which this much of the probability lies."""
        return self.loc + self.scale * (2 * value - 1).erfinv() * math.sqrt(2)

    def entropy(self) -> Any:
        """Return the entropy, in nats."""
        return 0.5 + 0.5 * math.log(2 * math.pi) + self.scale.log()


class Uniform(Distribution):
    """The uniform distribution on ``[low, high)``.

    Parameters
    ----------
    low, high : float or Tensor
        The bounds; the two broadcast.
    validate_args : bool, optional
        Whether arguments are looked at; they are, if left out.

    Examples
    --------
    >>> mg.distributions.Uniform(0.0, 4.0).mean
    tensor(2.)
    """

    has_rsample = True
    _shown = ("low", "high")

    def __init__(self, low: Any, high: Any, validate_args: bool | None = None) -> None:
        self.low, self.high = together(low, high)
        super().__init__(self.low.shape, (), validate_args)
        self._check("low", self.low < self.high, f"LessThan(upper_bound={self.high.tolist()})")

    @property
    def mean(self) -> Any:
        """The expected value."""
        return (self.high + self.low) / 2

    @property
    def mode(self) -> Any:
        """Not a number: all values are as likely."""
        return math.nan * self.high

    @property
    def variance(self) -> Any:
        """The expected squared distance from the mean."""
        return (self.high - self.low) ** 2 / 12

    def rsample(self, sample_shape: Any = ()) -> Any:
        """Return draws that are differentiable by the bounds, shape (*sample_shape, *batch_shape)."""
        return self.low + rand(self._shape(sample_shape), dtype=self.low.dtype) * (self.high - self.low)

    def log_prob(self, value: Any) -> Any:
        """Return the logarithm of the density at a value."""
        inside = (value >= self.low) & (value <= self.high)
        bounds = f"lower_bound={self.low.tolist()}, upper_bound={self.high.tolist()}"
        self._check_sample(value, inside, f"Interval({bounds})")
        return ((self.low <= value) & (self.high > value)).type_as(self.low).log() - (self.high - self.low).log()

    def cdf(self, value: Any) -> Any:
        """Return the probability of no more than a value."""
        return ((value - self.low) / (self.high - self.low)).clamp(min=0, max=1)

    def icdf(self, value: Any) -> Any:
        """Return the value below which this much of the probability lies."""
        return value * (self.high - self.low) + self.low

    def entropy(self) -> Any:
        """Return the entropy, in nats."""
        return (self.high - self.low).log()


class Laplace(Distribution):
    """The double exponential distribution: a sharp peak, and falling at the same rate on both sides.

    Parameters
    ----------
    loc : float or Tensor
        Where the peak is.
    scale : float or Tensor
        How wide it is, above 0; the two broadcast.
    validate_args : bool, optional
        Whether arguments are looked at; they are, if left out.

    Examples
    --------
    >>> mg.distributions.Laplace(0.0, 1.0).log_prob(mg.tensor(0.0)).exp()
    tensor(0.5000)
    """

    has_rsample = True
    _shown = ("loc", "scale")

    def __init__(self, loc: Any, scale: Any, validate_args: bool | None = None) -> None:
        self.loc, self.scale = together(loc, scale)
        super().__init__(self.loc.shape, (), validate_args)
        self._check("loc", self.loc == self.loc, "Real()")
        self._check("scale", self.scale > 0, POSITIVE)

    @property
    def mean(self) -> Any:
        """The expected value."""
        return self.loc

    @property
    def mode(self) -> Any:
        """The likeliest value."""
        return self.loc

    @property
    def variance(self) -> Any:
        """The expected squared distance from the mean."""
        return 2 * self.scale**2

    def rsample(self, sample_shape: Any = ()) -> Any:
        """Return draws that are differentiable by the parameters, shape (*sample_shape, *batch_shape)."""
        shape, dtype = self._shape(sample_shape), self.loc.dtype
        u = self.loc.new_empty(shape).uniform_(finfo(dtype).eps - 1, 1)
        return self.loc - self.scale * u.sign() * (-u.abs()).log1p()

    def log_prob(self, value: Any) -> Any:
        """Return the logarithm of the density at a value."""
        self._check_sample(value, value == value, "Real()")
        return -(2 * self.scale).log() - (value - self.loc).abs() / self.scale

    def cdf(self, value: Any) -> Any:
        """Return the probability of no more than a value."""
        return 0.5 - 0.5 * (value - self.loc).sign() * (-(value - self.loc).abs() / self.scale).expm1()

    def icdf(self, value: Any) -> Any:
        """Return the value below which this much of the probability lies."""
        term = value - 0.5
        return self.loc - self.scale * term.sign() * (-2 * term.abs()).log1p()

    def entropy(self) -> Any:
        """Return the entropy, in nats."""
        return 1 + (2 * self.scale).log()


class Cauchy(Distribution):
    """The Cauchy distribution, whose tails are so heavy that it has no mean.

    Parameters
    ----------
    loc : float or Tensor
        The middle.
    scale : float or Tensor
        Half its width at half its height, above 0; the two broadcast.
    validate_args : bool, optional
        Whether arguments are looked at; they are, if left out.

    Examples
    --------
    >>> mg.distributions.Cauchy(0.0, 1.0).cdf(mg.tensor(1.0))
    tensor(0.7500)
    """

    has_rsample = True
    _shown = ("loc", "scale")

    def __init__(self, loc: Any, scale: Any, validate_args: bool | None = None) -> None:
        self.loc, self.scale = together(loc, scale)
        super().__init__(self.loc.shape, (), validate_args)
        self._check("loc", self.loc == self.loc, "Real()")
        self._check("scale", self.scale > 0, POSITIVE)

    @property
    def mean(self) -> Any:
        """The expected value."""
        return full_like(self.loc, math.nan)

    @property
    def mode(self) -> Any:
        """The likeliest value."""
        return self.loc

    @property
    def variance(self) -> Any:
        """The expected squared distance from the mean."""
        return full_like(self.loc, math.inf)

    def rsample(self, sample_shape: Any = ()) -> Any:
        """Return draws that are differentiable by the parameters, shape (*sample_shape, *batch_shape)."""
        return self.loc + self.loc.new_empty(self._shape(sample_shape)).cauchy_() * self.scale

    def log_prob(self, value: Any) -> Any:
        """Return the logarithm of the density at a value."""
        self._check_sample(value, value == value, "Real()")
        return -math.log(math.pi) - self.scale.log() - (((value - self.loc) / self.scale) ** 2).log1p()

    def cdf(self, value: Any) -> Any:
        """Return the probability of no more than a value."""
        return ((value - self.loc) / self.scale).atan() / math.pi + 0.5

    def icdf(self, value: Any) -> Any:
        """Return the value below which this much of the probability lies."""
        return (math.pi * (value - 0.5)).tan() * self.scale + self.loc

    def entropy(self) -> Any:
        """Return the entropy, in nats."""
        return math.log(4 * math.pi) + self.scale.log()


class Gumbel(Distribution):
    """The distribution of the largest of many numbers.

    Parameters
    ----------
    loc : float or Tensor
        Where the peak is.
    scale : float or Tensor
        How wide it is, above 0; the two broadcast.
    validate_args : bool, optional
        Whether arguments are looked at; they are, if left out.

    Examples
    --------
    >>> mg.distributions.Gumbel(0.0, 1.0).mean
    tensor(0.5772)
    """

    has_rsample = True
    _shown = ("loc", "scale")

    def __init__(self, loc: Any, scale: Any, validate_args: bool | None = None) -> None:
        self.loc, self.scale = together(loc, scale)
        super().__init__(self.loc.shape, (), validate_args)
        self._check("loc", self.loc == self.loc, "Real()")
        self._check("scale", self.scale > 0, POSITIVE)

    @property
    def mean(self) -> Any:
        """The expected value."""
        return self.loc + self.scale * EULER

    @property
    def mode(self) -> Any:
        """The likeliest value."""
        return self.loc

    @property
    def stddev(self) -> Any:
        """The root of the variance."""
        return (math.pi / math.sqrt(6)) * self.scale

    @property
    def variance(self) -> Any:
        """The expected squared distance from the mean."""
        return self.stddev**2

    def rsample(self, sample_shape: Any = ()) -> Any:
        """Return draws that are differentiable by the parameters, shape (*sample_shape, *batch_shape)."""
        kind = finfo(self.loc.dtype)
        low, high = full_like(self.loc, kind.tiny), full_like(self.loc, 1 - kind.eps)
        u = Uniform(low, high, validate_args=False).rsample(sample_shape)
        return self.loc - self.scale * (-u.log()).log()

    def log_prob(self, value: Any) -> Any:
        """Return the logarithm of the density at a value."""
        self._check_sample(value, value == value, "Real()")
        y = (self.loc - value) / self.scale
        return (y - y.exp()) - self.scale.log()

    def cdf(self, value: Any) -> Any:
        """Return the probability of no more than a value."""
        return (-((self.loc - value) / self.scale).exp()).exp()

    def icdf(self, value: Any) -> Any:
        """Return the value below which this much of the probability lies."""
        return self.loc - self.scale * (-value.log()).log()

    def entropy(self) -> Any:
        """Return the entropy, in nats."""
        return self.scale.log() + (1 + EULER)
