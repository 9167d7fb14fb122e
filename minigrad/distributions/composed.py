"""Distributions made of others: side by side as one, mixed, or transformed."""

from __future__ import annotations

import math
from typing import Any

from minigrad.autograd.grad_mode import no_grad
from minigrad.distributions.distribution import Distribution
from minigrad.distributions.peaks import Normal
from minigrad.distributions.transforms import AbsTransform, ComposeTransform, ExpTransform, Transform
from minigrad.ops.masks import where
from minigrad.ops.softmax import log_softmax, logsumexp

__all__ = ["HalfNormal", "Independent", "LogNormal", "MixtureSameFamily", "TransformedDistribution"]


def _summed(x: Any, dims: int) -> Any:
    """Return the sum over the last dimensions, so many of them."""
    return x.sum(tuple(range(-dims, 0))) if dims else x


class Independent(Distribution):
    """Distributions that stand side by side, taken for one of a whole vector.

    Parameters
    ----------
    base_distribution : Distribution
        What they are.
    reinterpreted_batch_ndims : int
        How many of the last dimensions of its batch become one draw.
    validate_args : bool, optional
        Whether arguments are looked at; they are, if left out.

    Examples
    --------
    >>> from minigrad.distributions import Independent, Normal
    >>> Independent(Normal(mg.zeros(3), 1.0), 1).log_prob(mg.zeros(3))
    tensor(-2.7568)
    """

    def __init__(
        self, base_distribution: Any, reinterpreted_batch_ndims: int, validate_args: bool | None = None
    ) -> None:
        n, base = reinterpreted_batch_ndims, base_distribution
        if n > len(base.batch_shape):
            raise ValueError(
                "Expected reinterpreted_batch_ndims <= len(base_distribution.batch_shape), actual "
                f"{n} vs {len(base.batch_shape)}"
            )
        shape, cut = base.batch_shape + base.event_shape, len(base.batch_shape) - n
        super().__init__(shape[:cut], shape[cut:], validate_args)
        self.base_dist, self.reinterpreted_batch_ndims = base, n
        self.has_rsample = base.has_rsample

    @property
    def mean(self) -> Any:
        """The expected value."""
        return self.base_dist.mean

    @property
    def mode(self) -> Any:
        """The likeliest value."""
        return self.base_dist.mode

    @property
    def variance(self) -> Any:
        """The expected squared distance from the mean, entry by entry."""
        return self.base_dist.variance

    def sample(self, sample_shape: Any = ()) -> Any:
        """Return draws, unrecorded, shape (*sample_shape, *batch_shape)."""
        return self.base_dist.sample(sample_shape)

    def rsample(self, sample_shape: Any = ()) -> Any:
        """Return draws that are differentiable by the parameters, shape (*sample_shape, *batch_shape)."""
        return self.base_dist.rsample(sample_shape)

    def log_prob(self, value: Any) -> Any:
        """Return the logarithm of the density at a value."""
        return _summed(self.base_dist.log_prob(value), self.reinterpreted_batch_ndims)

    def entropy(self) -> Any:
        """Return the entropy, in nats."""
        return _summed(self.base_dist.entropy(), self.reinterpreted_batch_ndims)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.base_dist}, {self.reinterpreted_batch_ndims})"


class MixtureSameFamily(Distribution):
    """One of several distributions of a kind, itself drawn at random.

    Parameters
    ----------
    mixture_distribution : Categorical
        Which one.
    component_distribution : Distribution
        They: the last dimension of its batch is that of the classes.
    validate_args : bool, optional
        Whether arguments are looked at; they are, if left out.

    Examples
    --------
    >>> from minigrad.distributions import Categorical, MixtureSameFamily, Normal
    >>> MixtureSameFamily(Categorical(mg.ones(2)), Normal(mg.tensor([-1.0, 3.0]), 1.0)).mean
    tensor(1.)
    """

    def __init__(
        self, mixture_distribution: Any, component_distribution: Any, validate_args: bool | None = None
    ) -> None:
        self._mixture_distribution, self._component_distribution = mixture_distribution, component_distribution
        kinds, found = component_distribution.batch_shape[-1:], mixture_distribution.logits.shape[-1]
        if not kinds or kinds[0] != found:
            raise ValueError(
                f"`mixture_distribution component` ({found}) does not equal `component_distribution.batch_shape[-1]` "
                f"({kinds[0] if kinds else 'none'})"
            )
        super().__init__(component_distribution.batch_shape[:-1], component_distribution.event_shape, validate_args)

    @property
    def mixture_distribution(self) -> Any:
        """Which one is drawn from."""
        return self._mixture_distribution

    @property
    def component_distribution(self) -> Any:
        """What is drawn from."""
        return self._component_distribution

    def _shares(self) -> Any:
        """Return the probabilities of the components, in a shape that meets their draws."""
        probs = self._mixture_distribution.probs
        return probs.reshape(*probs.shape, *(1,) * len(self.event_shape))

    @property
    def mean(self) -> Any:
        """The expected value."""
        return (self._shares() * self._component_distribution.mean).sum(-1 - len(self.event_shape))

    @property
    def variance(self) -> Any:
        """The expected squared distance from the mean: inside of the components, and between them."""
        dim, shares, parts = -1 - len(self.event_shape), self._shares(), self._component_distribution
        away = parts.mean - self.mean.unsqueeze(dim)
        return (shares * parts.variance).sum(dim) + (shares * away.pow(2.0)).sum(dim)

    def log_prob(self, value: Any) -> Any:
        """Return the logarithm of the density at a value."""
        parts = self._component_distribution.log_prob(value.unsqueeze(-1 - len(self.event_shape)))
        return logsumexp(parts + log_softmax(self._mixture_distribution.logits, dim=-1), dim=-1)

    def cdf(self, value: Any) -> Any:
        """Return the probability of no more than a value."""
        return (self._component_distribution.cdf(value.unsqueeze(-1)) * self._mixture_distribution.probs).sum(-1)

    def sample(self, sample_shape: Any = ()) -> Any:
        """Return draws, unrecorded, shape (*sample_shape, *batch_shape)."""
        with no_grad():
            which = self._mixture_distribution.sample(sample_shape)
            drawn = self._component_distribution.sample(sample_shape)
            dim = drawn.dim() - 1 - len(self.event_shape)
            index = which.reshape(*which.shape, *(1,) * (1 + len(self.event_shape)))
            wanted = (*drawn.shape[:dim], 1, *self.event_shape)
            return drawn.gather(dim, index.expand(wanted)).squeeze(dim)

    def __repr__(self) -> str:
        return f"MixtureSameFamily(\n  {self._mixture_distribution!r},\n  {self._component_distribution!r})"


class TransformedDistribution(Distribution):
    """What comes out when transforms are applied to the draws of a distribution.

    Parameters
    ----------
    base_distribution : Distribution
        What is drawn from.
    transforms : Transform or list of Transform
        Applied one after the other.
    validate_args : bool, optional
        Whether arguments are looked at; they are, if left out.

    Examples
    --------
    >>> from minigrad.distributions import ExpTransform, Normal, TransformedDistribution
    >>> TransformedDistribution(Normal(0.0, 1.0), ExpTransform()).log_prob(mg.tensor(1.0))
    tensor(-0.9189)
    """

    def __init__(self, base_distribution: Any, transforms: Any, validate_args: bool | None = None) -> None:
        self.transforms = [transforms] if isinstance(transforms, Transform) else list(transforms)
        self.base_dist = base_distribution
        shape = base_distribution.batch_shape + base_distribution.event_shape
        dims = max(len(base_distribution.event_shape), ComposeTransform(self.transforms).event_dim)
        cut = len(shape) - dims
        super().__init__(shape[:cut], shape[cut:], validate_args)
        self.has_rsample = base_distribution.has_rsample

    def _through(self, x: Any) -> Any:
        for transform in self.transforms:
            x = transform(x)
        return x

    def _back(self, y: Any) -> Any:
        for transform in reversed(self.transforms):
            y = transform.inv(y)
        return y

    def sample(self, sample_shape: Any = ()) -> Any:
        """Return draws, unrecorded, shape (*sample_shape, *batch_shape)."""
        with no_grad():
            return self._through(self.base_dist.sample(sample_shape))

    def rsample(self, sample_shape: Any = ()) -> Any:
        """Return draws that are differentiable by the parameters, shape (*sample_shape, *batch_shape)."""
        return self._through(self.base_dist.rsample(sample_shape))

    def log_prob(self, value: Any) -> Any:
        """Return the logarithm of the density at a value."""
        dims, total = len(self.event_shape), 0.0
        y = value
        for transform in reversed(self.transforms):
            x = transform.inv(y)
            stretch = transform.log_abs_det_jacobian(x, y)
            total = total - _summed(stretch, dims - transform.event_dim)
            y = x
        return total + _summed(self.base_dist.log_prob(y), dims - len(self.base_dist.event_shape))

    def _rises(self) -> Any:
        """Return whether larger draws give larger values: 1, or -1."""
        sign: Any = 1
        for transform in self.transforms:
            scale = getattr(transform, "scale", getattr(transform, "exponent", 1))
            sign = sign * (scale.sign() if hasattr(scale, "sign") else math.copysign(1, scale))
        return sign

    def cdf(self, value: Any) -> Any:
        """Return the probability of no more than a value."""
        below = self.base_dist.cdf(self._back(value))
        return self._rises() * (below - 0.5) + 0.5

    def icdf(self, value: Any) -> Any:
        """Return the value below which this much of the probability lies."""
        return self._through(self.base_dist.icdf(self._rises() * (value - 0.5) + 0.5))


class LogNormal(TransformedDistribution):
    """What has a normal logarithm.

    Parameters
    ----------
    loc : float or Tensor
        The mean of the logarithm.
    scale : float or Tensor
        Its standard deviation, above 0; the two broadcast.
    validate_args : bool, optional
        Whether arguments are looked at; they are, if left out.

    Examples
    --------
    >>> mg.distributions.LogNormal(0.0, 1.0).mean
    tensor(1.6487)
    """

    def __init__(self, loc: Any, scale: Any, validate_args: bool | None = None) -> None:
        super().__init__(Normal(loc, scale, validate_args), ExpTransform(), validate_args)

    @property
    def loc(self) -> Any:
        """The mean of the logarithm."""
        return self.base_dist.loc

    @property
    def scale(self) -> Any:
        """The standard deviation of the logarithm."""
        return self.base_dist.scale

    @property
    def mean(self) -> Any:
        """The expected value."""
        return (self.loc + self.scale.pow(2) / 2).exp()

    @property
    def mode(self) -> Any:
        """The likeliest value."""
        return (self.loc - self.scale.square()).exp()

    @property
    def variance(self) -> Any:
        """The expected squared distance from the mean."""
        return self.scale.pow(2).expm1() * (2 * self.loc + self.scale.pow(2)).exp()

    def entropy(self) -> Any:
        """Return the entropy, in nats."""
        return self.base_dist.entropy() + self.loc


class HalfNormal(TransformedDistribution):
    """The size of a normal number whose mean is 0.

    Parameters
    ----------
    scale : float or Tensor
        That number's standard deviation, above 0.
    validate_args : bool, optional
        Whether arguments are looked at; they are, if left out.

    Examples
    --------
    >>> mg.distributions.HalfNormal(1.0).mean
    tensor(0.7979)
    """

    def __init__(self, scale: Any, validate_args: bool | None = None) -> None:
        super().__init__(Normal(0, scale, False), AbsTransform(), validate_args)
        self.base_dist._validate = self._validate
        self._check("scale", self.scale > 0, "GreaterThan(lower_bound=0.0)")

    @property
    def scale(self) -> Any:
        """The standard deviation before the sign is dropped."""
        return self.base_dist.scale

    @property
    def mean(self) -> Any:
        """The expected value."""
        return self.scale * math.sqrt(2 / math.pi)

    @property
    def mode(self) -> Any:
        """The likeliest value."""
        return self.scale.new_zeros(self.scale.shape)

    @property
    def variance(self) -> Any:
        """The expected squared distance from the mean."""
        return self.scale.pow(2) * (1 - 2 / math.pi)

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
