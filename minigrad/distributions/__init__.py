"""Distributions: numbers drawn at random, and the logarithm of how likely they were, which is differentiable."""

import re as _re
import sys as _sys
from types import ModuleType as _ModuleType

from minigrad.distributions import transforms
from minigrad.distributions.classes import Categorical, Multinomial, OneHotCategorical, OneHotCategoricalStraightThrough
from minigrad.distributions.composed import (
    HalfNormal,
    Independent,
    LogNormal,
    MixtureSameFamily,
    TransformedDistribution,
)
from minigrad.distributions.counts import Bernoulli, Binomial, Geometric, NegativeBinomial, Poisson
from minigrad.distributions.distribution import Distribution
from minigrad.distributions.kl import kl_divergence, register_kl
from minigrad.distributions.multivariate import MultivariateNormal
from minigrad.distributions.peaks import Cauchy, Gumbel, Laplace, Normal, Uniform
from minigrad.distributions.positive import Beta, Chi2, Dirichlet, Exponential, Gamma
from minigrad.distributions.tails import HalfCauchy, InverseGamma, Pareto, StudentT, Weibull
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
    "HalfCauchy",
    "HalfNormal",
    "Independent",
    "InverseGamma",
    "Laplace",
    "LogNormal",
    "MixtureSameFamily",
    "Multinomial",
    "MultivariateNormal",
    "NegativeBinomial",
    "Normal",
    "OneHotCategorical",
    "OneHotCategoricalStraightThrough",
    "Pareto",
    "Poisson",
    "PowerTransform",
    "SigmoidTransform",
    "SoftplusTransform",
    "StudentT",
    "TanhTransform",
    "Transform",
    "TransformedDistribution",
    "Uniform",
    "Weibull",
    "kl_divergence",
    "register_kl",
    "transforms",
]


def _give_each_a_file() -> None:
    """Let programs import each class from a module of its name, as PyTorch has them: ``distributions.normal``."""
    for name in __all__:
        kind = globals()[name]
        if isinstance(kind, type) and issubclass(kind, Distribution) and kind is not Distribution:
            file = _re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
            module = _ModuleType(f"{__name__}.{file}", kind.__doc__)
            setattr(module, name, kind)
            _sys.modules[module.__name__] = globals()[file] = module


_give_each_a_file()
