"""Distributions of classes: which of several, as a number, as ones and zeros, or counted."""

from __future__ import annotations

import math
from typing import Any

from minigrad.autograd.grad_mode import no_grad
from minigrad.creation import arange, eye, full, multinomial, zeros
from minigrad.distributions.counts import Binomial
from minigrad.distributions.distribution import Distribution, Either, inside, one_of
from minigrad.ops.embedding import one_hot
from minigrad.ops.facts import finfo
from minigrad.ops.masks import where
from minigrad.tensor import Size

__all__ = ["Categorical", "Multinomial", "OneHotCategorical", "OneHotCategoricalStraightThrough"]


class Categorical(Either):
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

    def __init__(self, probs: Any = None, logits: Any = None, validate_args: bool | None = None) -> None:
        one_of(probs, logits)
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

    def _logits_of(self, probs: Any) -> Any:
        return inside(probs).log()

    def _probs_of(self, logits: Any) -> Any:
        return logits.softmax(dim=-1)

    def enumerate_support(self, expand: bool = True) -> Any:
        """Return the numbers of all classes."""
        return self._support(arange(self._num_events), expand)

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
        self._check_sample(
            value,
            (value >= 0) & (value < self._num_events),
            f"IntegerInterval(lower_bound=0, upper_bound={self._num_events - 1})",
        )
        index = value.long().unsqueeze(-1)
        shape = (zeros(index.shape) + zeros(self.logits.shape)).shape
        return self.logits.expand(shape).gather(-1, index.expand(*shape[:-1], 1)).squeeze(-1)

    def entropy(self) -> Any:
        """Return the entropy, in nats."""
        least = finfo(self.logits.dtype).min
        return -(self.logits.clamp(min=least) * self.probs).sum(-1)


class OneHotCategorical(Distribution):
    """One of ``n`` classes: a one at its place, and zeros elsewhere.

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
    >>> mg.distributions.OneHotCategorical(mg.tensor([0.0, 1.0])).sample()
    tensor([0., 1.])
    """

    def __init__(self, probs: Any = None, logits: Any = None, validate_args: bool | None = None) -> None:
        self._categorical = Categorical(probs, logits, validate_args)
        given = logits if probs is None else probs
        super().__init__(given.shape[:-1], given.shape[-1:], validate_args)

    @property
    def probs(self) -> Any:
        """How likely each class is."""
        return self._categorical.probs

    @property
    def logits(self) -> Any:
        """The logarithms of that."""
        return self._categorical.logits

    @property
    def mean(self) -> Any:
        """The expected value: the probabilities."""
        return self.probs

    @property
    def mode(self) -> Any:
        """The likeliest value."""
        return one_hot(self._categorical.mode, self.event_shape[-1]).to(self.probs)

    @property
    def variance(self) -> Any:
        """Each place's expected squared distance from its mean."""
        return self.probs * (1 - self.probs)

    def sample(self, sample_shape: Any = ()) -> Any:
        """Return draws, unrecorded, shape (*sample_shape, *batch_shape, n)."""
        return one_hot(self._categorical.sample(sample_shape), self.event_shape[-1]).to(self.probs).detach()

    def log_prob(self, value: Any) -> Any:
        """Return the logarithm of the probability of a value."""
        self._check_sample(value, ((value == 0) | (value == 1)).all(-1) & (value.sum(-1) == 1), "OneHot()")
        return self._categorical.log_prob(value.max(-1)[1])

    def entropy(self) -> Any:
        """Return the entropy, in nats."""
        return self._categorical.entropy()

    def enumerate_support(self, expand: bool = True) -> Any:
        """Return all values, one for each class."""
        n = self.event_shape[-1]
        values = eye(n, dtype=self.probs.dtype).view(n, *(1,) * len(self.batch_shape), n)
        return values.expand(n, *self.batch_shape, n) if expand else values


class OneHotCategoricalStraightThrough(OneHotCategorical):
    """The same, where a gradient passes straight through the draw to the probabilities.

    Parameters
    ----------
    probs : Tensor, shape (..., n), optional
        How likely each is; they are divided by their sum.
    logits : Tensor, shape (..., n), optional
        The logarithms, up to a constant; one of the two is given.
    validate_args : bool, optional
        Whether arguments are looked at; they are, if left out.

    References
    ----------
    Bengio, Léonard & Courville (2013), arXiv:1308.3432.
    """

    has_rsample = True

    def rsample(self, sample_shape: Any = ()) -> Any:
        """Return draws that are differentiable by the parameters, shape (*sample_shape, *batch_shape, n)."""
        return self.sample(sample_shape) + (self.probs - self.probs.detach())


class Multinomial(Distribution):
    """How often each of ``n`` classes comes up in so many draws.

    Parameters
    ----------
    total_count : int
        How many draws.
    probs : Tensor, shape (..., n), optional
        How likely each is; they are divided by their sum.
    logits : Tensor, shape (..., n), optional
        The logarithms, up to a constant; one of the two is given.
    validate_args : bool, optional
        Whether arguments are looked at; they are, if left out.

    Examples
    --------
    >>> mg.distributions.Multinomial(6, mg.tensor([1.0, 2.0])).mean
    tensor([2., 4.])
    """

    def __init__(
        self, total_count: int = 1, probs: Any = None, logits: Any = None, validate_args: bool | None = None
    ) -> None:
        if not isinstance(total_count, int):
            raise NotImplementedError("inhomogeneous total_count is not supported")
        self.total_count = total_count
        self._categorical = Categorical(probs, logits, validate_args)
        given = logits if probs is None else probs
        super().__init__(given.shape[:-1], given.shape[-1:], validate_args)

    @property
    def probs(self) -> Any:
        """How likely each class is."""
        return self._categorical.probs

    @property
    def logits(self) -> Any:
        """The logarithms of that."""
        return self._categorical.logits

    @property
    def mean(self) -> Any:
        """The expected counts."""
        return self.probs * self.total_count

    @property
    def variance(self) -> Any:
        """Each count's expected squared distance from its mean."""
        return self.total_count * self.probs * (1 - self.probs)

    def sample(self, sample_shape: Any = ()) -> Any:
        """Return draws, unrecorded, shape (*sample_shape, *batch_shape, n)."""
        drawn = self._categorical.sample((self.total_count, *sample_shape)).movedim(0, -1)
        counts = drawn.new_zeros(self._shape(sample_shape))
        return counts.scatter_add_(-1, drawn, drawn.new_ones(drawn.shape)).type_as(self.probs)

    def log_prob(self, value: Any) -> Any:
        """Return the logarithm of the probability of a value."""
        right = (value >= 0).all(-1) & (value.sum(-1) == self.total_count)
        self._check_sample(value, right, f"Multinomial(upper_bound={self.total_count})")
        logits = where((value == 0) & (self.logits == -math.inf), 0.0, self.logits)
        ways = (value.sum(-1) + 1).lgamma() - (value + 1).lgamma().sum(-1)
        return ways + (logits * value).sum(-1)

    def entropy(self) -> Any:
        """Return the entropy, in nats."""
        n = float(self.total_count)
        counts = arange(1.0, n + 1, dtype=self.probs.dtype).view(-1, *(1,) * self.probs.dim())
        chances = Binomial(self.total_count, self.probs, validate_args=False).log_prob(counts).exp()
        repeated = (chances * (counts + 1).lgamma()).sum((0, -1))
        return n * self._categorical.entropy() - math.lgamma(n + 1) + repeated
