"""Distributions: numbers drawn at random, and the logarithm of how likely they were, which is differentiable."""

from __future__ import annotations

import math
from typing import Any

from minigrad.autograd.grad_mode import no_grad
from minigrad.creation import bernoulli, full, multinomial, normal, ones, rand, tensor, zeros
from minigrad.dtypes import get_default_dtype
from minigrad.ops.facts import finfo
from minigrad.ops.losses import binary_cross_entropy_with_logits
from minigrad.ops.masks import where
from minigrad.tensor import Size, Tensor

__all__ = ["Bernoulli", "Categorical", "Distribution", "Normal", "Uniform", "kl_divergence"]


class Distribution:
    """What all distributions have in common.

    Parameters
    ----------
    batch_shape : tuple of int
        How many distributions this one is, of the same kind side by side.
    event_shape : tuple of int
        The shape of one draw of one of them.
    validate_args : bool, optional
        Whether arguments are looked at; they are, if left out.

    Examples
    --------
    >>> mg.distributions.Normal(mg.zeros(3), 1.0).batch_shape
    torch.Size([3])
    """

    has_rsample = False
    _shown: tuple[str, ...] = ()

    def __init__(self, batch_shape: Any = (), event_shape: Any = (), validate_args: bool | None = None) -> None:
        self.batch_shape, self.event_shape = Size(batch_shape), Size(event_shape)
        self._validate = validate_args is not False

    def _check(self, name: str, valid: Any, constraint: str) -> None:
        """Refuse a parameter with a value that is not valid."""
        value = getattr(self, name)
        if self._validate and not bool(valid.all()):
            raise ValueError(
                f"Expected parameter {name} ({type(value).__name__} of shape {tuple(value.shape)}) of distribution "
                f"{self!r} to satisfy the constraint {constraint}, but found invalid values:\n{value}"
            )

    def _check_sample(self, value: Any, valid: Any, constraint: str) -> None:
        """Refuse to look up a value that no draw could have."""
        if self._validate and not isinstance(value, Tensor):
            raise ValueError("The value argument to log_prob must be a Tensor")
        if self._validate and not bool(valid.all()):
            raise ValueError(
                f"Expected value argument ({type(value).__name__} of shape {tuple(value.shape)}) to be within the "
                f"support ({constraint}) of the distribution {self!r}, but found invalid values:\n{value}"
            )

    def _shape(self, sample_shape: Any) -> Size:
        return Size((*sample_shape, *self.batch_shape, *self.event_shape))

    def rsample(self, sample_shape: Any = ()) -> Any:
        """Return draws that are differentiable by the parameters, shape (*sample_shape, *batch_shape)."""
        raise NotImplementedError(f"{type(self).__name__} has no rsample: what is drawn is no smooth function")

    def sample(self, sample_shape: Any = ()) -> Any:
        """Return draws, unrecorded, shape (*sample_shape, *batch_shape)."""
        with no_grad():
            return self.rsample(sample_shape)

    def sample_n(self, n: int) -> Any:
        """Return ``n`` draws."""
        return self.sample((n,))

    def log_prob(self, value: Any) -> Any:
        """Return the logarithm of the density, or of the probability, at a value."""
        raise NotImplementedError

    def entropy(self) -> Any:
        """Return the entropy, in nats."""
        raise NotImplementedError

    @property
    def mean(self) -> Any:
        """The expected value."""
        raise NotImplementedError

    @property
    def variance(self) -> Any:
        """The expected squared distance from the mean."""
        raise NotImplementedError

    @property
    def stddev(self) -> Any:
        """The root of the variance."""
        return self.variance.sqrt()

    def perplexity(self) -> Any:
        """Return the exponential of the entropy."""
        return self.entropy().exp()

    def __repr__(self) -> str:
        shown = [(name, self.__dict__[name]) for name in self._shown if name in self.__dict__]
        each = [f"{name}: {value if value.numel() == 1 else value.size()}" for name, value in shown]
        return f"{type(self).__name__}({', '.join(each)})"


def _together(*values: Any) -> list[Any]:
    """Return tensors of one shape; numbers become tensors."""
    given: Any = [v for v in values if isinstance(v, Tensor)]
    dtype = given[0].dtype if given else get_default_dtype()
    found: Any = [v if isinstance(v, Tensor) else tensor(v, dtype=dtype) for v in values]
    total = found[0]
    for v in found[1:]:
        total = total + v
    return [v if v.shape == total.shape else v.expand(total.shape) for v in found]


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
        self.loc, self.scale = _together(loc, scale)
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
        self.low, self.high = _together(low, high)
        super().__init__(self.low.shape, (), validate_args)
        self._check("low", self.low < self.high, f"LessThan(upper_bound={self.high.tolist()})")

    @property
    def mean(self) -> Any:
        """The expected value."""
        return (self.high + self.low) / 2

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
        self._check_sample(value, inside, "Interval(lower_bound, upper_bound)")
        return ((self.low <= value) & (self.high > value)).type_as(self.low).log() - (self.high - self.low).log()

    def cdf(self, value: Any) -> Any:
        """Return the probability of no more than a value."""
        return ((value - self.low) / (self.high - self.low)).clamp(min=0, max=1)

    def entropy(self) -> Any:
        """Return the entropy, in nats."""
        return (self.high - self.low).log()


def _one_of(probs: Any, logits: Any) -> None:
    if (probs is None) == (logits is None):
        raise ValueError("Either `probs` or `logits` must be specified, but not both.")


def _inside(probs: Any) -> Any:
    """Return probabilities kept off 0 and 1 by the smallest step, so that their logarithms are finite."""
    eps = finfo(probs.dtype).eps
    return probs.clamp(min=eps, max=1 - eps)


class Bernoulli(Distribution):
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
    probs: Any
    logits: Any

    def __init__(self, probs: Any = None, logits: Any = None, validate_args: bool | None = None) -> None:
        _one_of(probs, logits)
        (given,) = _together(logits if probs is None else probs)
        self.__dict__["logits" if probs is None else "probs"] = given
        super().__init__(given.shape, (), validate_args)
        if probs is not None:
            self._check("probs", (given >= 0) & (given <= 1), "Interval(lower_bound=0.0, upper_bound=1.0)")

    def __getattr__(self, name: str) -> Any:
        if name == "probs":
            self.probs = self.logits.sigmoid()
            return self.probs
        if name == "logits" and "probs" in self.__dict__:
            p = _inside(self.probs)
            self.logits = p.log() - (-p).log1p()
            return self.logits
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

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


class Categorical(Distribution):
    """One of ``n`` classes.

    Parameters
    ----------
    probs : Tensor, shape (..., n), optional
        How likely each is; they are divided by their sum.
    logits : Tensor, shape (..., n), optional
        The logarithms, up to a constant; one of the two is given.
    validate_args : bool, optional
        Whether arguments are looked at; they are, if left out.

    Examples
    --------
    >>> mg.distributions.Categorical(mg.tensor([1.0, 3.0])).log_prob(mg.tensor(1)).exp()
    tensor(0.7500)
    """

    _shown = ("probs", "logits")
    probs: Any
    logits: Any

    def __init__(self, probs: Any = None, logits: Any = None, validate_args: bool | None = None) -> None:
        _one_of(probs, logits)
        given = logits if probs is None else probs
        if given.dim() < 1:
            raise ValueError(f"`{'logits' if probs is None else 'probs'}` parameter must be at least one-dimensional.")
        self._validate = validate_args is not False
        if probs is None:
            self.logits = given - given.logsumexp(dim=-1, keepdim=True)
            self._check("logits", given == given, "IndependentConstraint(Real(), 1)")
        else:
            self.probs = given
            valid = (given >= 0).all(-1) & ((given.sum(-1) > 0) & (given.sum(-1) < math.inf))
            self._check("probs", valid, "Simplex()")
            self.probs = given / given.sum(-1, keepdim=True)
        self._num_events = given.shape[-1]
        super().__init__(given.shape[:-1], (), validate_args)

    def __getattr__(self, name: str) -> Any:
        if name == "probs":
            self.probs = self.logits.softmax(dim=-1)
            return self.probs
        if name == "logits" and "probs" in self.__dict__:
            self.logits = _inside(self.probs).log()
            return self.logits
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    @property
    def mean(self) -> Any:
        """Not a number: classes have no mean."""
        return full(self.batch_shape, math.nan, dtype=self.probs.dtype)

    @property
    def variance(self) -> Any:
        """Not a number: classes have none."""
        return self.mean

    @property
    def mode(self) -> Any:
        """The likeliest class."""
        return self.probs.argmax(dim=-1)

    def sample(self, sample_shape: Any = ()) -> Any:
        """Return the numbers of classes, shape (*sample_shape, *batch_shape)."""
        shape = Size(sample_shape)
        with no_grad():
            rows = self.probs.reshape(-1, self._num_events)
            return multinomial(rows, shape.numel(), True).T.reshape(self._shape(shape))

    def log_prob(self, value: Any) -> Any:
        """Return the logarithm of the probability of a class."""
        self._check_sample(value, (value >= 0) & (value < self._num_events), "IntegerInterval(lower_bound=0)")
        index = value.long().unsqueeze(-1)
        shape = (zeros(index.shape) + zeros(self.logits.shape)).shape
        return self.logits.expand(shape).gather(-1, index.expand(*shape[:-1], 1)).squeeze(-1)

    def entropy(self) -> Any:
        """Return the entropy, in nats."""
        least = finfo(self.logits.dtype).min
        return -(self.logits.clamp(min=least) * self.probs).sum(-1)


def kl_divergence(p: Any, q: Any) -> Any:
    """Return by how much a distribution ``q`` misses ``p``: the Kullback-Leibler divergence, in nats.

    Parameters
    ----------
    p, q : Distribution
        Two of one kind.

    Returns
    -------
    Tensor, shape batch_shape

    Raises
    ------
    NotImplementedError
        If there is no formula for this pair.

    References
    ----------
    Kullback & Leibler (1951), doi:10.1214/aoms/1177729694.

    Examples
    --------
    >>> from minigrad.distributions import Normal, kl_divergence
    >>> kl_divergence(Normal(1.0, 1.0), Normal(0.0, 1.0))
    tensor(0.5000)
    """
    if isinstance(p, Normal) and isinstance(q, Normal):
        ratio = (p.scale / q.scale) ** 2
        return 0.5 * (ratio + ((p.loc - q.loc) / q.scale) ** 2 - 1 - ratio.log())
    if isinstance(p, Categorical) and isinstance(q, Categorical):
        t = p.probs * (p.logits - q.logits)
        t = where((q.probs == 0).expand_as(t), math.inf, t)
        return where((p.probs == 0).expand_as(t), 0.0, t).sum(-1)
    if isinstance(p, Bernoulli) and isinstance(q, Bernoulli):
        one = p.probs * (_softplus(-q.logits) - _softplus(-p.logits))
        return one + (1 - p.probs) * (_softplus(q.logits) - _softplus(p.logits))
    if isinstance(p, Uniform) and isinstance(q, Uniform):
        found = ((q.high - q.low) / (p.high - p.low)).log()
        return where((q.low > p.low) | (q.high < p.high), math.inf, found)
    raise NotImplementedError(
        f"No KL(p || q) is implemented for p type {type(p).__name__} and q type {type(q).__name__}"
    )


def _softplus(x: Any) -> Any:
    """Return ``log(1 + exp(x))``."""
    return (-x.abs()).exp().log1p() + x.clamp(min=0)
