"""Distributions whose far values are not so rare: Student's t, half-Cauchy, Pareto, Weibull, inverse gamma."""

from __future__ import annotations

import math
from typing import Any

from minigrad.creation import randn
from minigrad.distributions.composed import TransformedDistribution
from minigrad.distributions.distribution import POSITIVE, Distribution, together
from minigrad.distributions.peaks import Cauchy
from minigrad.distributions.positive import Chi2, Exponential, Gamma
from minigrad.distributions.transforms import AbsTransform, AffineTransform, ExpTransform, PowerTransform
from minigrad.ops.masks import where

__all__ = ["HalfCauchy", "InverseGamma", "Pareto", "StudentT", "Weibull"]


class StudentT(Distribution):
    """A normal number over the root of what a sample says of its variance: Student's t.

    Parameters
    ----------
    df : float or Tensor
        How large the sample is: the degrees of freedom.
    loc : float or Tensor
        The peak.
    scale : float or Tensor
        How wide it is.
    validate_args : bool, optional
        Whether arguments are looked at; they are, if left out.

    Examples
    --------
    >>> mg.distributions.StudentT(4.0).variance
    tensor(2.)
    """

    has_rsample = True
    _shown = ("df", "loc", "scale")

    def __init__(self, df: Any, loc: Any = 0.0, scale: Any = 1.0, validate_args: bool | None = None) -> None:
        self.df, self.loc, self.scale = together(df, loc, scale)
        self._chi2 = Chi2(self.df, validate_args=False)
        super().__init__(self.df.shape, (), validate_args)
        self._check("df", self.df > 0, POSITIVE)
        self._check("scale", self.scale > 0, POSITIVE)

    @property
    def mean(self) -> Any:
        """The expected value; nan without one."""
        return where(self.df <= 1, math.nan, self.loc)

    @property
    def mode(self) -> Any:
        """The likeliest value."""
        return self.loc

    @property
    def variance(self) -> Any:
        """The expected squared distance from the mean; infinite up to 2 degrees of freedom, nan without a mean."""
        finite = self.scale.pow(2) * self.df / (self.df - 2)
        return where(self.df <= 1, math.nan, where(self.df <= 2, math.inf, finite))

    def rsample(self, sample_shape: Any = ()) -> Any:
        """Return draws that are differentiable by the parameters, shape (*sample_shape, *batch_shape)."""
        x = randn(self._shape(sample_shape), dtype=self.df.dtype)
        return self.loc + self.scale * (x * (self._chi2.rsample(sample_shape) / self.df).rsqrt())

    def log_prob(self, value: Any) -> Any:
        """Return the logarithm of the density at a value."""
        self._check_sample(value, value == value, "Real()")
        half, more = 0.5 * self.df, 0.5 * (self.df + 1.0)
        whole = self.scale.log() + 0.5 * self.df.log() + 0.5 * math.log(math.pi) + half.lgamma() - more.lgamma()
        return -more * (((value - self.loc) / self.scale) ** 2.0 / self.df).log1p() - whole

    def entropy(self) -> Any:
        """Return the entropy, in nats."""
        half, more = 0.5 * self.df, 0.5 * (self.df + 1)
        beta = half.lgamma() + math.lgamma(0.5) - more.lgamma()
        return self.scale.log() + more * (more.digamma() - half.digamma()) + 0.5 * self.df.log() + beta


class HalfCauchy(TransformedDistribution):
    """The size of a Cauchy number around 0.

    Parameters
    ----------
    scale : float or Tensor
        Half of such numbers lie within so much of 0.
    validate_args : bool, optional
        Whether arguments are looked at; they are, if left out.

    Examples
    --------
    >>> mg.distributions.HalfCauchy(3.0).cdf(mg.tensor(3.0))
    tensor(0.5000)
    """

    def __init__(self, scale: Any, validate_args: bool | None = None) -> None:
        super().__init__(Cauchy(0, scale, False), AbsTransform(), validate_args)
        self.base_dist._validate = self._validate
        self._check("scale", self.scale > 0, POSITIVE)

    @property
    def scale(self) -> Any:
        """The width before the sign is dropped."""
        return self.base_dist.scale

    @property
    def mean(self) -> Any:
        """Infinite."""
        return self.scale.new_full(self.scale.shape, math.inf)

    @property
    def mode(self) -> Any:
        """The likeliest value."""
        return self.scale.new_zeros(self.scale.shape)

    @property
    def variance(self) -> Any:
        """The variance of the Cauchy distribution: there is none."""
        return self.base_dist.variance

    def log_prob(self, value: Any) -> Any:
        """Return the logarithm of the density at a value."""
        self._check_sample(value, value >= 0, "GreaterThanEq(lower_bound=0.0)")
        return where(value >= 0, self.base_dist.log_prob(value) + math.log(2), -math.inf)

    def cdf(self, value: Any) -> Any:
        """Return the probability of no more than a value."""
        return 2 * self.base_dist.cdf(value) - 1

    def icdf(self, value: Any) -> Any:
        """Return the value below which this much of the probability lies."""
        return self.base_dist.icdf((value + 1) / 2)

    def entropy(self) -> Any:
        """Return the entropy, in nats."""
        return self.base_dist.entropy() - math.log(2)


class InverseGamma(TransformedDistribution):
    """One over a gamma number: what a normal distribution's variance may be.

    Parameters
    ----------
    concentration : float or Tensor
        The shape, above 0.
    rate : float or Tensor
        The rate of the gamma distribution, above 0.
    validate_args : bool, optional
        Whether arguments are looked at; they are, if left out.

    Examples
    --------
    >>> mg.distributions.InverseGamma(3.0, 4.0).mean
    tensor(2.)
    """

    def __init__(self, concentration: Any, rate: Any, validate_args: bool | None = None) -> None:
        base = Gamma(concentration, rate, validate_args=validate_args)
        super().__init__(base, PowerTransform(-base.rate.new_ones(())), validate_args)

    @property
    def concentration(self) -> Any:
        """The shape."""
        return self.base_dist.concentration

    @property
    def rate(self) -> Any:
        """The rate."""
        return self.base_dist.rate

    @property
    def mean(self) -> Any:
        """The expected value; infinite up to a shape of 1."""
        return where(self.concentration > 1, self.rate / (self.concentration - 1), math.inf)

    @property
    def mode(self) -> Any:
        """The likeliest value."""
        return self.rate / (self.concentration + 1)

    @property
    def variance(self) -> Any:
        """The expected squared distance from the mean; infinite up to a shape of 2."""
        a = self.concentration
        return where(a > 2, self.rate.square() / ((a - 1).square() * (a - 2)), math.inf)

    def entropy(self) -> Any:
        """Return the entropy, in nats."""
        a = self.concentration
        return a + self.rate.log() + a.lgamma() - (1 + a) * a.digamma()


class Pareto(TransformedDistribution):
    """What exceeds a threshold by a factor whose logarithm is exponential.

    Parameters
    ----------
    scale : float or Tensor
        The threshold.
    alpha : float or Tensor
        How fast far values become rare.
    validate_args : bool, optional
        Whether arguments are looked at; they are, if left out.

    Examples
    --------
    >>> mg.distributions.Pareto(1.0, 3.0).mean
    tensor(1.5000)
    """

    _shown = ("alpha", "scale")

    def __init__(self, scale: Any, alpha: Any, validate_args: bool | None = None) -> None:
        self.scale, self.alpha = together(scale, alpha)
        base = Exponential(self.alpha, validate_args=validate_args)
        super().__init__(base, [ExpTransform(), AffineTransform(0, self.scale)], validate_args)

    @property
    def mean(self) -> Any:
        """The expected value; infinite up to an ``alpha`` of 1."""
        a = self.alpha.clamp(min=1)
        return a * self.scale / (a - 1)

    @property
    def mode(self) -> Any:
        """The likeliest value."""
        return self.scale

    @property
    def variance(self) -> Any:
        """The expected squared distance from the mean; infinite up to an ``alpha`` of 2."""
        a = self.alpha.clamp(min=2)
        return self.scale.pow(2) * a / ((a - 1).pow(2) * (a - 2))

    def entropy(self) -> Any:
        """Return the entropy, in nats."""
        return (self.scale / self.alpha).log() + (1 + self.alpha.reciprocal())


class Weibull(TransformedDistribution):
    """A power of an exponential number: how long something lasts that wears out, or wears in.

    Parameters
    ----------
    scale : float or Tensor
        How long.
    concentration : float or Tensor
        Above 1 for what wears out.
    validate_args : bool, optional
        Whether arguments are looked at; they are, if left out.

    Examples
    --------
    >>> mg.distributions.Weibull(2.0, 1.0).mean
    tensor(2.)
    """

    _shown = ("scale", "concentration")

    def __init__(self, scale: Any, concentration: Any, validate_args: bool | None = None) -> None:
        self.scale, self.concentration = together(scale, concentration)
        self.concentration_reciprocal = self.concentration.reciprocal()
        base = Exponential(self.scale.new_ones(self.scale.shape), validate_args=validate_args)
        power = PowerTransform(exponent=self.concentration_reciprocal)
        super().__init__(base, [power, AffineTransform(0, self.scale)], validate_args)

    @property
    def mean(self) -> Any:
        """The expected value."""
        return self.scale * (1 + self.concentration_reciprocal).lgamma().exp()

    @property
    def mode(self) -> Any:
        """The likeliest value."""
        return self.scale * ((self.concentration - 1) / self.concentration) ** self.concentration.reciprocal()

    @property
    def variance(self) -> Any:
        """The expected squared distance from the mean."""
        first, second = ((1 + k * self.concentration_reciprocal).lgamma() for k in (1, 2))
        return self.scale.pow(2) * (second.exp() - (2 * first).exp())

    def entropy(self) -> Any:
        """Return the entropy, in nats."""
        euler = 0.57721566490153286060
        return euler * (1 - self.concentration_reciprocal) + (self.scale * self.concentration_reciprocal).log() + 1
