"""Divergences: by how much one distribution misses another, a formula a pair of kinds."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeVar

from minigrad.distributions.classes import Categorical, OneHotCategorical
from minigrad.distributions.composed import HalfNormal, Independent, LogNormal
from minigrad.distributions.counts import Bernoulli, Binomial, Geometric, Poisson
from minigrad.distributions.distribution import softplus
from minigrad.distributions.multivariate import MultivariateNormal
from minigrad.distributions.peaks import EULER, Cauchy, Gumbel, Laplace, Normal, Uniform
from minigrad.distributions.positive import Beta, Dirichlet, Exponential, Gamma
from minigrad.distributions.tails import HalfCauchy, InverseGamma, Pareto
from minigrad.ops.masks import where
from minigrad.ops.solving import solve_triangular

__all__ = ["kl_divergence", "register_kl"]

Formula = TypeVar("Formula", bound=Callable[..., Any])
_FORMULAS: dict[tuple[type[Any], type[Any]], Callable[..., Any]] = {}


def register_kl(type_p: Any, type_q: Any) -> Callable[[Formula], Formula]:
    """Return a decorator for the formula of the divergence between two kinds of distributions.

    Parameters
    ----------
    type_p, type_q : type
        The classes of both; subclasses without a formula of their own take it too.

    Returns
    -------
    callable

    Examples
    --------
    >>> from minigrad.distributions import Normal, kl_divergence, register_kl
    >>> class Odd(Normal):
    ...     pass
    >>> @register_kl(Odd, Odd)
    ... def kl_of_odd_ones(p, q):
    ...     return mg.tensor(7.0)
    >>> kl_divergence(Odd(0.0, 1.0), Odd(1.0, 1.0))
    tensor(7.)
    """

    def remember(formula: Formula) -> Formula:
        _FORMULAS[type_p, type_q] = formula
        return formula

    return remember


def kl_divergence(p: Any, q: Any) -> Any:
    """Return by how much a distribution ``q`` misses ``p``: the Kullback-Leibler divergence, in nats.

    Parameters
    ----------
    p, q : Distribution
        Two of kinds that there is a formula for.

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
    for kind_p in type(p).__mro__:
        for kind_q in type(q).__mro__:
            if (kind_p, kind_q) in _FORMULAS:
                return _FORMULAS[kind_p, kind_q](p, q)
    raise NotImplementedError(
        f"No KL(p || q) is implemented for p type {type(p).__name__} and q type {type(q).__name__}"
    )


@register_kl(Normal, Normal)
def _normal(p: Any, q: Any) -> Any:
    ratio = (p.scale / q.scale) ** 2
    return 0.5 * (ratio + ((p.loc - q.loc) / q.scale) ** 2 - 1 - ratio.log())


@register_kl(LogNormal, LogNormal)
@register_kl(HalfNormal, HalfNormal)
def _of_bases(p: Any, q: Any) -> Any:
    return _normal(p.base_dist, q.base_dist)


@register_kl(HalfCauchy, HalfCauchy)
@register_kl(InverseGamma, InverseGamma)
def _through_one_transform(p: Any, q: Any) -> Any:
    return kl_divergence(p.base_dist, q.base_dist)


@register_kl(Pareto, Pareto)
def _pareto(p: Any, q: Any) -> Any:
    ratio = q.alpha / p.alpha
    t = q.alpha * (p.scale / q.scale).log() - ratio.log() + ratio - 1
    return where(p.scale < q.scale, math.inf, t)


@register_kl(Categorical, Categorical)
def _categorical(p: Any, q: Any) -> Any:
    t = p.probs * (p.logits - q.logits)
    t = where((q.probs == 0).expand_as(t), math.inf, t)
    return where((p.probs == 0).expand_as(t), 0.0, t).sum(-1)


@register_kl(OneHotCategorical, OneHotCategorical)
def _one_hot(p: Any, q: Any) -> Any:
    return _categorical(p._categorical, q._categorical)


@register_kl(Bernoulli, Bernoulli)
def _bernoulli(p: Any, q: Any) -> Any:
    one = p.probs * (softplus(-q.logits) - softplus(-p.logits))
    return one + (1 - p.probs) * (softplus(q.logits) - softplus(p.logits))


@register_kl(Binomial, Binomial)
def _binomial(p: Any, q: Any) -> Any:
    if (p.total_count < q.total_count).any():
        raise NotImplementedError("KL between Binomials where q.total_count > p.total_count is not implemented")
    found = p.total_count * (p.probs * (p.logits - q.logits) + (-p.probs).log1p() - (-q.probs).log1p())
    return where(p.total_count > q.total_count, math.inf, found)


@register_kl(Uniform, Uniform)
def _uniform(p: Any, q: Any) -> Any:
    found = ((q.high - q.low) / (p.high - p.low)).log()
    return where((q.low > p.low) | (q.high < p.high), math.inf, found)


@register_kl(Exponential, Exponential)
def _exponential(p: Any, q: Any) -> Any:
    ratio = q.rate / p.rate
    return ratio - ratio.log() - 1


@register_kl(Gamma, Gamma)
def _gamma(p: Any, q: Any) -> Any:
    a, b = p.concentration, q.concentration
    spread = b * (p.rate / q.rate).log() + b.lgamma() - a.lgamma()
    return spread + (a - b) * a.digamma() + (q.rate - p.rate) * (a / p.rate)


@register_kl(Dirichlet, Dirichlet)
def _dirichlet(p: Any, q: Any) -> Any:
    a, b = p.concentration, q.concentration
    whole = a.sum(-1).lgamma() - b.sum(-1).lgamma()
    return whole - (a.lgamma() - b.lgamma()).sum(-1) + ((a - b) * (a.digamma() - a.sum(-1, True).digamma())).sum(-1)


@register_kl(Beta, Beta)
def _beta(p: Any, q: Any) -> Any:
    return _dirichlet(p._dirichlet, q._dirichlet)


@register_kl(Laplace, Laplace)
def _laplace(p: Any, q: Any) -> Any:
    away = (p.loc - q.loc).abs()
    ratio = p.scale / q.scale
    return -ratio.log() + away / q.scale + ratio * (-away / p.scale).exp() - 1


@register_kl(Cauchy, Cauchy)
def _cauchy(p: Any, q: Any) -> Any:
    return ((p.scale + q.scale).pow(2) + (p.loc - q.loc).pow(2)).log() - (4 * p.scale * q.scale).log()


@register_kl(Gumbel, Gumbel)
def _gumbel(p: Any, q: Any) -> Any:
    ratio, away = p.scale / q.scale, (p.loc - q.loc) / q.scale
    return -ratio.log() + away + ratio * EULER + ((1 + ratio).lgamma() - away).exp() - (1 + EULER)


@register_kl(Poisson, Poisson)
def _poisson(p: Any, q: Any) -> Any:
    return p.rate * (p.rate.log() - q.rate.log()) - (p.rate - q.rate)


@register_kl(Geometric, Geometric)
def _geometric(p: Any, q: Any) -> Any:
    return -p.entropy() - (-q.probs).log1p() / p.probs - q.logits


@register_kl(MultivariateNormal, MultivariateNormal)
def _multivariate(p: Any, q: Any) -> Any:
    if p.event_shape != q.event_shape:
        raise ValueError(
            "KL-divergence between two Multivariate Normals with different event shapes cannot be computed"
        )
    spread = solve_triangular(q._factor, p._factor, upper=False).pow(2).sum((-2, -1))
    away = solve_triangular(q._factor, (q.loc - p.loc).unsqueeze(-1), upper=False).pow(2).sum((-2, -1))
    return q._half_log_det() - p._half_log_det() + 0.5 * (spread + away - p.event_shape[0])


@register_kl(Independent, Independent)
def _independent(p: Any, q: Any) -> Any:
    if p.reinterpreted_batch_ndims != q.reinterpreted_batch_ndims:
        raise NotImplementedError
    found = kl_divergence(p.base_dist, q.base_dist)
    return found.sum(tuple(range(-p.reinterpreted_batch_ndims, 0))) if p.reinterpreted_batch_ndims else found
