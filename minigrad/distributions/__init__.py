"""Distributions: numbers drawn at random, and the logarithm of how likely they were, which is differentiable."""

from minigrad.distributions import transforms
from minigrad.distributions.classes import Categorical, Multinomial, OneHotCategorical, OneHotCategoricalStraightThrough
from minigrad.distributions.composed import (
    HalfNormal,
    Independent,
    LogNormal,
    MixtureSameFamily,
    TransformedDistribution,
)
from minigrad.distributions.counts import Bernoulli, Binomial, Geometric, Poisson
from minigrad.distributions.distribution import Distribution
from minigrad.distributions.kl import kl_divergence, register_kl
from minigrad.distributions.multivariate import MultivariateNormal
from minigrad.distributions.peaks import Cauchy, Gumbel, Laplace, Normal, Uniform
from minigrad.distributions.positive import Beta, Chi2, Dirichlet, Exponential, Gamma
from minigrad.distributions.transforms import (
    AbsTransform,
    AffineTransform,
    ComposeTransform,
    ExpTransform,
    PowerTransform,
    SigmoidTransform,
    SoftplusTransform,
    TanhTransform,
    Transform,
)

__all__ = [
    "AbsTransform",
    "AffineTransform",
    "Bernoulli",
    "Beta",
    "Binomial",
    "Categorical",
    "Cauchy",
    "Chi2",
    "ComposeTransform",
    "Dirichlet",
    "Distribution",
    "ExpTransform",
    "Exponential",
    "Gamma",
    "Geometric",
    "Gumbel",
    "HalfNormal",
    "Independent",
    "Laplace",
    "LogNormal",
    "MixtureSameFamily",
    "Multinomial",
    "MultivariateNormal",
    "Normal",
    "OneHotCategorical",
    "OneHotCategoricalStraightThrough",
    "Poisson",
    "PowerTransform",
    "SigmoidTransform",
    "SoftplusTransform",
    "TanhTransform",
    "Transform",
    "TransformedDistribution",
    "Uniform",
    "kl_divergence",
    "register_kl",
    "transforms",
]
