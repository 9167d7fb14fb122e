"""What all distributions have in common, and what their formulas share."""

from __future__ import annotations

from typing import Any

from minigrad.autograd.grad_mode import no_grad
from minigrad.creation import tensor
from minigrad.dtypes import get_default_dtype
from minigrad.ops.facts import finfo
from minigrad.tensor import Size, Tensor

__all__ = ["Distribution"]


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

    @property
    def mode(self) -> Any:
        """The likeliest value."""
        raise NotImplementedError(f"{type(self)} does not implement mode")

    def enumerate_support(self, expand: bool = True) -> Any:
        """Return all values that can be drawn, along a first dimension; ``expand`` says whether for each batch."""
        raise NotImplementedError(f"{type(self).__name__} has no finite number of values")

    def _support(self, values: Any, expand: bool) -> Any:
        values = values.reshape(-1, *(1,) * len(self.batch_shape))
        return values.expand(-1, *self.batch_shape) if expand else values

    def cdf(self, value: Any) -> Any:
        """Return the probability of no more than a value."""
        raise NotImplementedError

    def icdf(self, value: Any) -> Any:
        """Return the value below which this much of the probability lies."""
        raise NotImplementedError

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


def together(*values: Any) -> list[Any]:
    """Return tensors of one shape; numbers become tensors."""
    given: Any = [v for v in values if isinstance(v, Tensor)]
    dtype = given[0].dtype if given else get_default_dtype()
    found: Any = [v if isinstance(v, Tensor) else tensor(v, dtype=dtype) for v in values]
    total = found[0]
    for v in found[1:]:
        total = total + v
    return [v if v.shape == total.shape else v.expand(total.shape) for v in found]


POSITIVE = "GreaterThan(lower_bound=0.0)"


class Either(Distribution):
    """A distribution that is given by ``probs`` or by ``logits``; the other is worked out when it is asked for."""

    probs: Any
    logits: Any

    def _logits_of(self, probs: Any) -> Any:
        """Return the logits of probabilities of yes and no."""
        p = inside(probs)
        return p.log() - (-p).log1p()

    def _probs_of(self, logits: Any) -> Any:
        return logits.sigmoid()

    def __getattr__(self, name: str) -> Any:
        if name == "probs" and "logits" in self.__dict__:
            self.probs = self._probs_of(self.logits)
            return self.probs
        if name == "logits" and "probs" in self.__dict__:
            self.logits = self._logits_of(self.probs)
            return self.logits
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")


def one_of(probs: Any, logits: Any) -> None:
    if (probs is None) == (logits is None):
        raise ValueError("Either `probs` or `logits` must be specified, but not both.")


def inside(probs: Any) -> Any:
    """Return probabilities kept off 0 and 1 by the smallest step, so that their logarithms are finite."""
    eps = finfo(probs.dtype).eps
    return probs.clamp(min=eps, max=1 - eps)


def softplus(x: Any) -> Any:
    """Return ``log(1 + exp(x))``."""
    return (-x.abs()).exp().log1p() + x.clamp(min=0)
