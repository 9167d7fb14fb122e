"""Distributions of whole numbers: one or zero, and how often something happens."""

from __future__ import annotations

import math
from typing import Any

from minigrad.autograd.grad_mode import no_grad
from minigrad.creation import arange, bernoulli, binomial, poisson
from minigrad.distributions.distribution import Distribution, Either, one_of, together
from minigrad.distributions.positive import Gamma
from minigrad.ops.combining import xlogy
from minigrad.ops.entropies import binary_cross_entropy_with_logits
from minigrad.ops.facts import finfo
from minigrad.ops.masks import where
from minigrad.ops.smooth import logsigmoid

__all__ = ["Bernoulli", "Binomial", "Geometric", "NegativeBinomial", "Poisson"]

_CHANCE = "Interval(lower_bound=0.0, upper_bound=1.0)"


class Bernoulli(Either):
    """One or zero.

    Parameters
    ----------
    probs : float or Tensor, optional
        The probability of one.
    logits : float or Tensor, optional
        Its logarithm less that of zero's; one of the two is given.
    validate_args : bool, optional
        Whether arguments are looked at; they are, if left out.

    Examples
    --------
    >>> mg.distributions.Bernoulli(0.25).log_prob(mg.tensor(1.0)).exp()
    tensor(0.2500)
    """

    _shown = ("probs", "logits")

    def __init__(self, probs: Any = None, logits: Any = None, validate_args: bool | None = None) -> None:
        one_of(probs, logits)
        (given,) = together(logits if probs is None else probs)
        self.__dict__["logits" if probs is None else "probs"] = given
        super().__init__(given.shape, (), validate_args)
        if probs is not None:
            self._check("probs", (given >= 0) & (given <= 1), "Interval(lower_bound=0.0, upper_bound=1.0)")

    def enumerate_support(self, expand: bool = True) -> Any:
        """Return zero and one."""
        return self._support(arange(2, dtype=self.probs.dtype), expand)

    @property
    def mode(self) -> Any:
        """The likeliest value; neither, if both are as likely."""
        return where(self.probs == 0.5, math.nan, (self.probs >= 0.5).to(self.probs))

    @property
    def mean(self) -> Any:
        """The expected value."""
        return self.probs

    @property
    def variance(self) -> Any:
        """The expected squared distance from the mean."""
        return self.probs * (1 - self.probs)

    def sample(self, sample_shape: Any = ()) -> Any:
        """Return draws, zeros and ones in floating point, shape (*sample_shape, *batch_shape)."""
        with no_grad():
            return bernoulli(self.probs.expand(self._shape(sample_shape)))

    def log_prob(self, value: Any) -> Any:
        """Return the logarithm of the probability of a value."""
        self._check_sample(value, (value == 0) | (value == 1), "Boolean()")
        shape = (self.logits + value).shape
        return -binary_cross_entropy_with_logits(self.logits.expand(shape), value.expand(shape), reduction="none")

    def entropy(self) -> Any:
        """Return the entropy, in nats."""
        return binary_cross_entropy_with_logits(self.logits, self.probs, reduction="none")


class Geometric(Either):
    """How often something fails before it succeeds once.

    Parameters
    ----------
    probs : float or Tensor, optional
        The probability of success.
    logits : float or Tensor, optional
        Its logarithm less that of failure's; one of the two is given.
    validate_args : bool, optional
        Whether arguments are looked at; they are, if left out.

    Examples
    --------
    >>> mg.distributions.Geometric(0.25).mean
    tensor(3.)
    """

    _shown = ("probs", "logits")

    def __init__(self, probs: Any = None, logits: Any = None, validate_args: bool | None = None) -> None:
        one_of(probs, logits)
        (given,) = together(logits if probs is None else probs)
        self.__dict__["logits" if probs is None else "probs"] = given
        super().__init__(given.shape, (), validate_args)
        if self._validate and probs is not None and not bool((given > 0).all()):
            raise ValueError(
                f"Expected parameter probs ({type(given).__name__} of shape {tuple(given.shape)}) of distribution "
                f"{self!r} to be positive but found invalid values:\n{given}"
            )

    @property
    def mean(self) -> Any:
        """The expected value."""
        return 1.0 / self.probs - 1.0

    @property
    def mode(self) -> Any:
        """The likeliest value."""
        return self.probs.new_zeros(self.probs.shape)

    @property
    def variance(self) -> Any:
        """The expected squared distance from the mean."""
        return (1.0 / self.probs - 1.0) / self.probs

    def sample(self, sample_shape: Any = ()) -> Any:
        """Return draws, unrecorded, shape (*sample_shape, *batch_shape)."""
        with no_grad():
            u = self.probs.new_empty(self._shape(sample_shape)).uniform_(finfo(self.probs.dtype).tiny, 1)
            return (u.log() / (-self.probs).log1p()).floor()

    def log_prob(self, value: Any) -> Any:
        """Return the logarithm of the probability of a value."""
        self._check_sample(value, (value >= 0) & (value == value.floor()), "IntegerGreaterThan(lower_bound=0)")
        value, probs = together(value, self.probs)
        rest = where((probs == 1) & (value == 0), 0.0, probs)
        return value * (-rest).log1p() + self.probs.log()

    def entropy(self) -> Any:
        """Return the entropy, in nats."""
        return binary_cross_entropy_with_logits(self.logits, self.probs, reduction="none") / self.probs


class Poisson(Distribution):
    """How often something happens that is expected so many times.

    Parameters
    ----------
    rate : float or Tensor
        How many times it is expected.
    validate_args : bool, optional
        Whether arguments are looked at; they are, if left out.

    Examples
    --------
    >>> mg.distributions.Poisson(4.0).log_prob(mg.tensor(0.0))
    tensor(-4.)
    """

    _shown = ("rate",)

    def __init__(self, rate: Any, validate_args: bool | None = None) -> None:
        (self.rate,) = together(rate)
        super().__init__(self.rate.shape, (), validate_args)
        self._check("rate", self.rate >= 0, "GreaterThanEq(lower_bound=0.0)")

    @property
    def mean(self) -> Any:
        """The expected value."""
        return self.rate

    @property
    def mode(self) -> Any:
        """The likeliest value."""
        return self.rate.floor()

    @property
    def variance(self) -> Any:
        """The expected squared distance from the mean."""
        return self.rate

    def sample(self, sample_shape: Any = ()) -> Any:
        """Return draws, unrecorded, shape (*sample_shape, *batch_shape)."""
        with no_grad():
            return poisson(self.rate.expand(self._shape(sample_shape)))

    def log_prob(self, value: Any) -> Any:
        """Return the logarithm of the probability of a value."""
        self._check_sample(value, (value >= 0) & (value == value.floor()), "IntegerGreaterThan(lower_bound=0)")
        rate, value = together(self.rate, value)
        return xlogy(value, rate) - rate - (value + 1).lgamma()


class Binomial(Either):
    """How many of so many tries succeed.

    Parameters
    ----------
    total_count : int or Tensor
        How many tries.
    probs : float or Tensor, optional
        The probability that one succeeds.
    logits : float or Tensor, optional
        Its logarithm less that of failure's; one of the two is given.
    validate_args : bool, optional
        Whether arguments are looked at; they are, if left out.

    Examples
    --------
    >>> mg.distributions.Binomial(4, 0.5).log_prob(mg.tensor(2.0)).exp()
    tensor(0.3750)
    """

    _shown = ("total_count", "probs", "logits")

    def __init__(
        self, total_count: Any = 1, probs: Any = None, logits: Any = None, validate_args: bool | None = None
    ) -> None:
        one_of(probs, logits)
        self.total_count, given = together(total_count, logits if probs is None else probs)
        self.total_count = self.total_count.type_as(given)
        self.__dict__["logits" if probs is None else "probs"] = given
        super().__init__(given.shape, (), validate_args)
        whole = (self.total_count >= 0) & (self.total_count == self.total_count.floor())
        self._check("total_count", whole, "IntegerGreaterThan(lower_bound=0)")
        if probs is not None:
            self._check("probs", (given >= 0) & (given <= 1), _CHANCE)

    @property
    def mean(self) -> Any:
        """The expected value."""
        return self.total_count * self.probs

    @property
    def mode(self) -> Any:
        """The likeliest value."""
        return ((self.total_count + 1) * self.probs).floor().clamp(max=self.total_count)

    @property
    def variance(self) -> Any:
        """The expected squared distance from the mean."""
        return self.total_count * self.probs * (1 - self.probs)

    def sample(self, sample_shape: Any = ()) -> Any:
        """Return draws, unrecorded, shape (*sample_shape, *batch_shape)."""
        shape = self._shape(sample_shape)
        with no_grad():
            return binomial(self.total_count.expand(shape), self.probs.expand(shape))

    def log_prob(self, value: Any) -> Any:
        """Return the logarithm of the probability of a value."""
        inside = (value >= 0) & (value <= self.total_count) & (value == value.floor())
        self._check_sample(value, inside, "IntegerInterval(lower_bound=0, upper_bound=total_count)")
        n, logits = self.total_count, self.logits
        ways = (n + 1).lgamma() - (value + 1).lgamma() - (n - value + 1).lgamma()
        return (
            value * logits
            + ways
            - n * ((logits.clamp(min=0) + logits - logits.clamp(max=0)) / 2)
            - n * ((-logits.abs()).exp().log1p())
        )

    def entropy(self) -> Any:
        """Return the entropy, in nats."""
        n = int(self.total_count.max())
        if int(self.total_count.min()) != n:
            raise NotImplementedError("Inhomogeneous total count not supported by `entropy`.")
        log_p = self.log_prob(self.enumerate_support(False))
        return -(log_p.exp() * log_p).sum(0)

    def enumerate_support(self, expand: bool = True) -> Any:
        """Return all counts from 0 up; all distributions must have as many tries."""
        n = int(self.total_count.max())
        if int(self.total_count.min()) != n:
            raise NotImplementedError("Inhomogeneous total count not supported by `enumerate_support`.")
        return self._support(arange(1 + n, dtype=self.total_count.dtype), expand)


class NegativeBinomial(Either):
    """How often something succeeds before it has failed so many times.

    Parameters
    ----------
    total_count : float or Tensor
        How many failures end it.
    probs : float or Tensor, optional
        The probability that one try succeeds.
    logits : float or Tensor, optional
        Its logarithm less that of failure's; one of the two is given.
    validate_args : bool, optional
        Whether arguments are looked at; they are, if left out.

    Examples
    --------
    >>> mg.distributions.NegativeBinomial(3.0, 0.5).mean
    tensor(3.)
    """

    _shown = ("total_count", "probs", "logits")

    def __init__(
        self, total_count: Any, probs: Any = None, logits: Any = None, validate_args: bool | None = None
    ) -> None:
        one_of(probs, logits)
        self.total_count, given = together(total_count, logits if probs is None else probs)
        self.total_count = self.total_count.type_as(given)
        self.__dict__["logits" if probs is None else "probs"] = given
        super().__init__(given.shape, (), validate_args)
        self._check("total_count", self.total_count >= 0, "GreaterThanEq(lower_bound=0)")
        if probs is not None:
            self._check("probs", (given >= 0) & (given < 1), "HalfOpenInterval(lower_bound=0.0, upper_bound=1.0)")

    @property
    def mean(self) -> Any:
        """The expected value."""
        return self.total_count * self.logits.exp()

    @property
    def mode(self) -> Any:
        """The likeliest value."""
        return ((self.total_count - 1) * self.logits.exp()).floor().clamp(min=0.0)

    @property
    def variance(self) -> Any:
        """The expected squared distance from the mean."""
        return self.mean / (-self.logits).sigmoid()

    def sample(self, sample_shape: Any = ()) -> Any:
        """Return draws, unrecorded, shape (*sample_shape, *batch_shape)."""
        with no_grad():
            rates = Gamma(self.total_count, (-self.logits).exp(), validate_args=False)
            return poisson(rates.sample(sample_shape))

    def log_prob(self, value: Any) -> Any:
        """Return the logarithm of the probability of a value."""
        self._check_sample(value, (value >= 0) & (value == value.floor()), "IntegerGreaterThan(lower_bound=0)")
        n = self.total_count
        chances = n * logsigmoid(-self.logits) + value * logsigmoid(self.logits)
        ways = (n + value).lgamma() - (1.0 + value).lgamma() - n.lgamma()
        return chances + where(n + value == 0.0, 0.0, ways)
