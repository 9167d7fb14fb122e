"""Distributions of positive numbers, and of shares: exponential, gamma, beta, Dirichlet."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.autograd.grad_mode import no_grad
from minigrad.creation import from_numpy
from minigrad.distributions.distribution import POSITIVE, Distribution, together
from minigrad.ops.combining import xlogy
from minigrad.ops.embedding import one_hot
from minigrad.ops.facts import finfo
from minigrad.ops.incomplete import igamma
from minigrad.ops.joining import stack
from minigrad.ops.masks import where
from minigrad.random import default_generator

__all__ = ["Beta", "Chi2", "Dirichlet", "Exponential", "Gamma"]


class Exponential(Distribution):
    """How long one waits for what happens at a rate.

    Parameters
    ----------
    rate : float or Tensor
        How often it happens in a unit of time, above 0.
    validate_args : bool, optional
        Whether arguments are looked at; they are, if left out.

    Examples
    --------
    >>> mg.distributions.Exponential(2.0).mean
    tensor(0.5000)
    """

    has_rsample = True
    _shown = ("rate",)

    def __init__(self, rate: Any, validate_args: bool | None = None) -> None:
        (self.rate,) = together(rate)
        super().__init__(self.rate.shape, (), validate_args)
        self._check("rate", self.rate > 0, POSITIVE)

    @property
    def mean(self) -> Any:
        """The expected value."""
        return self.rate.reciprocal()

    @property
    def mode(self) -> Any:
        """The likeliest value."""
        return self.rate.new_zeros(self.rate.shape)

    @property
    def variance(self) -> Any:
        """The expected squared distance from the mean."""
        return self.rate**-2

    @property
    def stddev(self) -> Any:
        """The root of the variance."""
        return self.rate.reciprocal()

    def rsample(self, sample_shape: Any = ()) -> Any:
        """Return draws that are differentiable by the parameters, shape (*sample_shape, *batch_shape)."""
        return self.rate.new_empty(self._shape(sample_shape)).exponential_() / self.rate

    def log_prob(self, value: Any) -> Any:
        """Return the logarithm of the density at a value."""
        self._check_sample(value, value >= 0, "GreaterThanEq(lower_bound=0.0)")
        return self.rate.log() - self.rate * value

    def cdf(self, value: Any) -> Any:
        """Return the probability of no more than a value."""
        return 1 - (-self.rate * value).exp()

    def icdf(self, value: Any) -> Any:
        """Return the value below which this much of the probability lies."""
        return -(-value).log1p() / self.rate

    def entropy(self) -> Any:
        """Return the entropy, in nats."""
        return 1.0 - self.rate.log()


# Note [Draws that no gradient passes]
#
# A gamma variate is drawn by rejection: Marsaglia & Tsang (2000), A simple method for generating gamma variables,
# doi:10.1145/358407.358414. How it changes with its parameter is an integral that PyTorch approximates by a table of
# polynomials. The draws here are PyTorch's; a gradient through them is refused rather than left out.


def _gamma(shape: float) -> float:
    """Return one draw, with PyTorch's random numbers, where the rate is 1."""
    scale = 1.0
    if shape < 1:
        if shape == 0:
            return 0.0
        scale = (1 - _uniform()) ** (1 / shape)
        shape += 1
    d = shape - 1 / 3
    c = 1 / math.sqrt(9 * d)
    while True:
        x = float(default_generator.randn_array((1,), np.dtype(np.float64))[0])
        y = 1 + c * x
        if y <= 0:
            continue
        v, u, square = y * y * y, 1 - _uniform(), x * x
        if u < 1 - 0.0331 * square * square or math.log(u) < 0.5 * square + d * (1 - v + math.log(v)):
            return scale * d * v


def _uniform() -> float:
    return float(default_generator.rand_array((1,), np.dtype(np.float64))[0])


def _gammas(concentration: Any, shape: Any) -> Any:
    """Return draws as doubles, one for each entry."""
    entries = concentration.detach().expand(shape).reshape(-1).tolist()
    return np.array([_gamma(entry) for entry in entries], np.float64).reshape(shape)


def _refuse_gradient(distribution: Any, *parameters: Any) -> None:
    if any(p.requires_grad for p in parameters):
        raise NotImplementedError(
            f"a gradient through a draw of {type(distribution).__name__} is not there: what is drawn is found by "
            "rejection. Use sample() and log_prob(), or detach the parameters."
        )


class Gamma(Distribution):
    """How long one waits for something to happen so many times.

    Parameters
    ----------
    concentration : float or Tensor
        How many times, above 0; also called its shape.
    rate : float or Tensor
        How often it happens in a unit of time, above 0; the two broadcast.
    validate_args : bool, optional
        Whether arguments are looked at; they are, if left out.

    Examples
    --------
    >>> mg.distributions.Gamma(3.0, 2.0).mean
    tensor(1.5000)
    """

    has_rsample = True
    _shown: tuple[str, ...] = ("concentration", "rate")

    def __init__(self, concentration: Any, rate: Any, validate_args: bool | None = None) -> None:
        self.concentration, self.rate = together(concentration, rate)
        super().__init__(self.concentration.shape, (), validate_args)
        self._check("concentration", self.concentration > 0, POSITIVE)
        self._check("rate", self.rate > 0, POSITIVE)

    @property
    def mean(self) -> Any:
        """The expected value."""
        return self.concentration / self.rate

    @property
    def mode(self) -> Any:
        """The likeliest value."""
        return ((self.concentration - 1) / self.rate).clamp(min=0)

    @property
    def variance(self) -> Any:
        """The expected squared distance from the mean."""
        return self.concentration / self.rate.pow(2)

    def rsample(self, sample_shape: Any = ()) -> Any:
        """Return draws; see Note [Draws that no gradient passes], shape (*sample_shape, *batch_shape)."""
        _refuse_gradient(self, self.concentration, self.rate)
        shape, tiny = self._shape(sample_shape), finfo(self.concentration.dtype).tiny
        drawn = np.array(np.maximum(_gammas(self.concentration, shape), tiny))
        return (from_numpy(drawn).to(self.concentration.dtype) / self.rate.expand(shape)).clamp(min=tiny)

    def sample(self, sample_shape: Any = ()) -> Any:
        """Return draws, unrecorded, shape (*sample_shape, *batch_shape)."""
        with no_grad():
            plain = Gamma(self.concentration.detach(), self.rate.detach(), validate_args=False)
            return plain.rsample(sample_shape)

    def log_prob(self, value: Any) -> Any:
        """Return the logarithm of the density at a value."""
        self._check_sample(value, value >= 0, "GreaterThanEq(lower_bound=0.0)")
        scaled = xlogy(self.concentration, self.rate) + xlogy(self.concentration - 1, value)
        return scaled - self.rate * value - self.concentration.lgamma()

    def cdf(self, value: Any) -> Any:
        """Return the probability of less than a value."""
        self._check_sample(value, value >= 0, "GreaterThanEq(lower_bound=0.0)")
        return igamma(*together(self.concentration, self.rate * value))

    def entropy(self) -> Any:
        """Return the entropy, in nats."""
        a = self.concentration
        return a - self.rate.log() + a.lgamma() + (1.0 - a) * a.digamma()


class Chi2(Gamma):
    """The sum of so many squared standard normal numbers.

    Parameters
    ----------
    df : float or Tensor
        How many: the degrees of freedom.
    validate_args : bool, optional
        Whether arguments are looked at; they are, if left out.

    Examples
    --------
    >>> mg.distributions.Chi2(3.0).mean
    tensor(3.)
    """

    _shown = ()

    def __init__(self, df: Any, validate_args: bool | None = None) -> None:
        super().__init__(0.5 * df, 0.5, validate_args)

    @property
    def df(self) -> Any:
        """The degrees of freedom."""
        return self.concentration * 2


class Dirichlet(Distribution):
    """Shares that add up to one.

    Parameters
    ----------
    concentration : Tensor, shape (..., n)
        How much each share is drawn towards its mean, above 0.
    validate_args : bool, optional
        Whether arguments are looked at; they are, if left out.

    Examples
    --------
    >>> mg.distributions.Dirichlet(mg.tensor([1.0, 3.0])).mean
    tensor([0.2500, 0.7500])
    """

    has_rsample = True
    _shown = ("concentration",)

    def __init__(self, concentration: Any, validate_args: bool | None = None) -> None:
        if concentration.dim() < 1:
            raise ValueError("`concentration` parameter must be at least one-dimensional.")
        self.concentration = concentration
        super().__init__(concentration.shape[:-1], concentration.shape[-1:], validate_args)
        self._check("concentration", concentration > 0, "IndependentConstraint(GreaterThan(lower_bound=0.0), 1)")

    @property
    def mean(self) -> Any:
        """The expected shares."""
        return self.concentration / self.concentration.sum(-1, True)

    @property
    def mode(self) -> Any:
        """The likeliest shares; not a number, where none of them stands out."""
        a = (self.concentration - 1).clamp(min=0.0)
        mode = a / a.sum(-1, True)
        least = (self.concentration < 1).all(-1, keepdim=True)
        largest = one_hot(mode.nan_to_num(0.0).argmax(-1), a.shape[-1]).to(mode)
        return where(least, largest, mode)

    @property
    def variance(self) -> Any:
        """Each share's expected squared distance from its mean."""
        total = self.concentration.sum(-1, True)
        return self.concentration * (total - self.concentration) / (total.pow(2) * (total + 1))

    def rsample(self, sample_shape: Any = ()) -> Any:
        """Return draws; see Note [Draws that no gradient passes], shape (*sample_shape, *batch_shape, n)."""
        _refuse_gradient(self, self.concentration)
        drawn = _gammas(self.concentration, self._shape(sample_shape))
        dtype = self.concentration.dtype
        shares = from_numpy(drawn / np.add.reduce(drawn, -1, keepdims=True)).to(dtype)
        return shares.clamp(min=finfo(dtype).tiny, max=1 - finfo(dtype).eps / 2)

    def sample(self, sample_shape: Any = ()) -> Any:
        """Return draws, unrecorded, shape (*sample_shape, *batch_shape)."""
        with no_grad():
            return Dirichlet(self.concentration.detach(), validate_args=False).rsample(sample_shape)

    def log_prob(self, value: Any) -> Any:
        """Return the logarithm of the density at a value."""
        self._check_sample(value, (value >= 0).all(-1) & ((value.sum(-1) - 1).abs() < 1e-6), "Simplex()")
        a = self.concentration
        return xlogy(a - 1.0, value).sum(-1) + a.sum(-1).lgamma() - a.lgamma().sum(-1)

    def entropy(self) -> Any:
        """Return the entropy, in nats."""
        a = self.concentration
        total, n = a.sum(-1), a.shape[-1]
        return a.lgamma().sum(-1) - total.lgamma() - (n - total) * total.digamma() - ((a - 1.0) * a.digamma()).sum(-1)


class Beta(Distribution):
    """A share, such as an unknown probability after some tries.

    Parameters
    ----------
    concentration1, concentration0 : float or Tensor
        How much it is drawn to 1 and to 0, above 0; the two broadcast.
    validate_args : bool, optional
        Whether arguments are looked at; they are, if left out.

    Examples
    --------
    >>> mg.distributions.Beta(1.0, 3.0).mean
    tensor(0.2500)
    """

    has_rsample = True

    def __init__(self, concentration1: Any, concentration0: Any, validate_args: bool | None = None) -> None:
        self.concentration1, self.concentration0 = together(concentration1, concentration0)
        self._dirichlet = Dirichlet(stack([self.concentration1, self.concentration0], -1), validate_args=False)
        super().__init__(self.concentration1.shape, (), validate_args)
        self._check("concentration1", self.concentration1 > 0, POSITIVE)
        self._check("concentration0", self.concentration0 > 0, POSITIVE)

    @property
    def mean(self) -> Any:
        """The expected share."""
        return self.concentration1 / (self.concentration1 + self.concentration0)

    @property
    def mode(self) -> Any:
        """The likeliest share."""
        return self._dirichlet.mode[..., 0]

    @property
    def variance(self) -> Any:
        """The expected squared distance from the mean."""
        total = self.concentration1 + self.concentration0
        return self.concentration1 * self.concentration0 / (total.pow(2) * (total + 1))

    def rsample(self, sample_shape: Any = ()) -> Any:
        """Return draws; see Note [Draws that no gradient passes], shape (*sample_shape, *batch_shape)."""
        _refuse_gradient(self, self.concentration1, self.concentration0)
        return self._dirichlet.rsample(sample_shape).select(-1, 0)

    def sample(self, sample_shape: Any = ()) -> Any:
        """Return draws, unrecorded, shape (*sample_shape, *batch_shape)."""
        return self._dirichlet.sample(sample_shape).select(-1, 0)

    def log_prob(self, value: Any) -> Any:
        """Return the logarithm of the density at a value."""
        self._check_sample(value, (value >= 0) & (value <= 1), "Interval(lower_bound=0.0, upper_bound=1.0)")
        return self._dirichlet.log_prob(stack([value, 1.0 - value], -1))

    def entropy(self) -> Any:
        """Return the entropy, in nats."""
        return self._dirichlet.entropy()
