"""Distributions of all kinds, under PyTorch and under minigrad: what they draw, and all that they know."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import pytest

KINDS = {
    "Normal": lambda t, d: d.Normal(t.tensor([0.0, 1.0]), t.tensor([1.0, 2.0])),
    "Uniform": lambda t, d: d.Uniform(t.tensor([0.0, 1.0]), t.tensor([1.0, 3.0])),
    "Laplace": lambda t, d: d.Laplace(t.tensor([0.0, 1.0]), t.tensor([1.0, 2.0])),
    "Cauchy": lambda t, d: d.Cauchy(t.tensor([0.0, 1.0]), t.tensor([1.0, 2.0])),
    "Gumbel": lambda t, d: d.Gumbel(t.tensor([0.0, 1.0]), t.tensor([1.0, 2.0])),
    "Exponential": lambda t, d: d.Exponential(t.tensor([0.5, 2.0])),
    "Gamma": lambda t, d: d.Gamma(t.tensor([0.5, 2.0, 7.0]), t.tensor([1.0, 2.0, 3.0])),
    "Chi2": lambda t, d: d.Chi2(t.tensor([1.0, 5.0])),
    "Beta": lambda t, d: d.Beta(t.tensor([0.5, 2.0]), t.tensor([3.0, 1.0])),
    "Dirichlet": lambda t, d: d.Dirichlet(t.tensor([0.5, 2.0, 3.0])),
    "Dirichlet2": lambda t, d: d.Dirichlet(t.ones(2, 3)),
    "Bernoulli": lambda t, d: d.Bernoulli(t.tensor([0.2, 0.7])),
    "Geometric": lambda t, d: d.Geometric(t.tensor([0.2, 0.7])),
    "Geometric l": lambda t, d: d.Geometric(logits=t.tensor([0.2, 0.7])),
    "Binomial": lambda t, d: d.Binomial(5, t.tensor([0.2, 0.7])),
    "Binomial l": lambda t, d: d.Binomial(50, logits=t.tensor([0.2, 0.7])),
    "Poisson": lambda t, d: d.Poisson(t.tensor([0.5, 4.0, 20.0])),
    "Categorical": lambda t, d: d.Categorical(t.tensor([0.2, 0.7, 0.1])),
    "OneHotCategorical": lambda t, d: d.OneHotCategorical(logits=t.ones(2, 3)),
    "OneHotCategoricalStraightThrough": lambda t, d: d.OneHotCategoricalStraightThrough(t.tensor([0.2, 0.8])),
    "Multinomial": lambda t, d: d.Multinomial(5, t.tensor([0.2, 0.3, 0.5])),
    "Multinomial2": lambda t, d: d.Multinomial(4, logits=t.ones(2, 3)),
    "MultivariateNormal": lambda t, d: d.MultivariateNormal(t.tensor([0.0, 1.0]), t.tensor([[2.0, 0.5], [0.5, 1.0]])),
    "MultivariateNormal p": lambda t, d: d.MultivariateNormal(
        t.zeros(3, 2), precision_matrix=t.tensor([[2.0, 0.5], [0.5, 1.0]])
    ),
    "MultivariateNormal t": lambda t, d: d.MultivariateNormal(
        t.tensor([0.0, 1.0]), scale_tril=t.tensor([[2.0, 0], [0.5, 1.0]])
    ),
    "Independent": lambda t, d: d.Independent(d.Normal(t.zeros(2, 3), t.ones(2, 3)), 1),
    "Mixture": lambda t, d: d.MixtureSameFamily(
        d.Categorical(t.ones(3)), d.Normal(t.tensor([-1.0, 0.0, 2.0]), t.tensor([1.0, 0.5, 2.0]))
    ),
    "Mixture2": lambda t, d: d.MixtureSameFamily(
        d.Categorical(t.ones(3)), d.Independent(d.Normal(t.arange(6.0).reshape(3, 2), t.ones(3, 2)), 1)
    ),
    "LogNormal": lambda t, d: d.LogNormal(t.tensor([0.0, 1.0]), t.tensor([1.0, 0.5])),
    "HalfNormal": lambda t, d: d.HalfNormal(t.tensor([1.0, 2.0])),
    "StudentT": lambda t, d: d.StudentT(t.tensor([0.5, 1.5, 4.0]), t.tensor([0.0, 1.0, 2.0]), 2.0),
    "HalfCauchy": lambda t, d: d.HalfCauchy(t.tensor([1.0, 2.0])),
    "InverseGamma": lambda t, d: d.InverseGamma(t.tensor([0.5, 1.5, 4.0]), t.tensor([1.0, 2.0, 3.0])),
    "Pareto": lambda t, d: d.Pareto(t.tensor([1.0, 2.0]), t.tensor([0.5, 3.0])),
    "Weibull": lambda t, d: d.Weibull(t.tensor([1.0, 2.0]), t.tensor([1.5, 3.0])),
    "NegativeBinomial": lambda t, d: d.NegativeBinomial(t.tensor([3.0, 8.0]), t.tensor([0.2, 0.7])),
    "NegativeBinomial l": lambda t, d: d.NegativeBinomial(5.0, logits=t.tensor([0.2, -0.7])),
    "transformed": lambda t, d: d.TransformedDistribution(
        d.Normal(t.tensor([0.0, 1.0]), 1.0), [d.AffineTransform(1.0, 2.0), d.TanhTransform()]
    ),
    "transformed 2": lambda t, d: d.TransformedDistribution(
        d.Uniform(t.tensor([0.0, 0.0]), 1.0),
        [d.SigmoidTransform().inv, d.AffineTransform(t.tensor([1.0, 2.0]), t.tensor([1.0, -2.0]))],
    ),
    "transformed 3": lambda t, d: d.TransformedDistribution(
        d.Normal(t.zeros(3), 1.0), [d.AffineTransform(1.0, 2.0), d.ExpTransform(), d.SoftplusTransform()]
    ),
    "transformed 4": lambda t, d: d.TransformedDistribution(
        d.Independent(d.Normal(t.zeros(2, 3), 1.0), 1), [d.SigmoidTransform()]
    ),
    "transformed 5": lambda t, d: d.TransformedDistribution(
        d.Exponential(t.tensor([1.0, 2.0])), [d.PowerTransform(t.tensor([0.5, 2.0]))]
    ),
}
ASKED = {
    "draws": lambda t, d, x: (x.sample(), x.sample((2,)), x.sample((2, 3)), x.sample()),
    "log_prob": lambda t, d, x: x.log_prob(x.sample((3,))),
    "facts": lambda t, d, x: (repr(x), tuple(x.batch_shape), tuple(x.event_shape), x.has_rsample),
    "mean": lambda t, d, x: x.mean,
    "mode": lambda t, d, x: x.mode,
    "variance": lambda t, d, x: x.variance,
    "stddev": lambda t, d, x: x.stddev,
    "entropy": lambda t, d, x: x.entropy(),
    "cdf": lambda t, d, x: x.cdf(x.sample((2,))),
    "icdf": lambda t, d, x: x.icdf(t.tensor([0.3])),
    "support": lambda t, d, x: x.enumerate_support(),
    "divergence": lambda t, d, x: d.kl_divergence(x, x),
}
DIFFERENT = {
    ("divergence", "Weibull"): "that two lists of transforms are equal is not asked",
    ("divergence", "transformed"): "that two lists of transforms are equal is not asked",
}


def asked(name: str, kind: str, question: str) -> Any:
    """Return an answer as arrays, text and numbers; or the class of the error."""
    t, d = importlib.import_module(name), importlib.import_module(f"{name}.distributions")
    t.manual_seed(0)
    distribution = KINDS[kind](t, d)
    try:
        found = ASKED[question](t, d, distribution)
    except (NotImplementedError, ValueError) as error:
        return type(error).__name__
    return found if isinstance(found, tuple) else (found,)


@pytest.mark.parametrize("question", ASKED)
@pytest.mark.parametrize("kind", KINDS)
def test_a_distribution_answers_as_pytorchs(kind: str, question: str) -> None:
    pytest.importorskip("torch")
    if (question, kind.split()[0]) in DIFFERENT:
        pytest.skip(DIFFERENT[question, kind.split()[0]])
    ours, theirs = asked("minigrad", kind, question), asked("torch", kind, question)
    if isinstance(theirs, str):
        assert ours == theirs
        return
    assert len(ours) == len(theirs)
    for mine, other in zip(ours, theirs, strict=True):
        if not hasattr(other, "dtype"):
            assert mine == other
            continue
        assert (mine.shape, str(mine.dtype)) == (other.shape, str(other.dtype))
        np.testing.assert_allclose(mine.detach().numpy(), other.detach().numpy(), rtol=2e-4, atol=2e-5)


PAIRS = {
    "Gamma": lambda t, d: (d.Gamma(2.0, 3.0), d.Gamma(1.0, 0.5)),
    "Beta": lambda t, d: (d.Beta(2.0, 3.0), d.Beta(1.0, 0.5)),
    "Dirichlet": lambda t, d: (d.Dirichlet(t.tensor([1.0, 2.0])), d.Dirichlet(t.tensor([3.0, 0.5]))),
    "Exponential": lambda t, d: (d.Exponential(2.0), d.Exponential(0.5)),
    "Laplace": lambda t, d: (d.Laplace(2.0, 3.0), d.Laplace(1.0, 0.5)),
    "Cauchy": lambda t, d: (d.Cauchy(2.0, 3.0), d.Cauchy(1.0, 0.5)),
    "Gumbel": lambda t, d: (d.Gumbel(2.0, 3.0), d.Gumbel(1.0, 0.5)),
    "Poisson": lambda t, d: (d.Poisson(2.0), d.Poisson(1.0)),
    "Geometric": lambda t, d: (d.Geometric(0.2), d.Geometric(0.6)),
    "Binomial": lambda t, d: (d.Binomial(3, t.tensor(0.2)), d.Binomial(3, t.tensor(0.5))),
    "LogNormal": lambda t, d: (d.LogNormal(0.0, 1.0), d.LogNormal(1.0, 2.0)),
    "HalfNormal": lambda t, d: (d.HalfNormal(1.0), d.HalfNormal(2.0)),
    "HalfCauchy": lambda t, d: (d.HalfCauchy(1.0), d.HalfCauchy(2.0)),
    "InverseGamma": lambda t, d: (d.InverseGamma(2.0, 3.0), d.InverseGamma(1.0, 0.5)),
    "Pareto": lambda t, d: (d.Pareto(2.0, 3.0), d.Pareto(1.0, 0.5)),
    "Pareto below": lambda t, d: (d.Pareto(1.0, 3.0), d.Pareto(2.0, 0.5)),
    "MultivariateNormal": lambda t, d: (
        d.MultivariateNormal(t.zeros(2), t.tensor([[2.0, 0.5], [0.5, 1.0]])),
        d.MultivariateNormal(t.ones(2), scale_tril=t.tensor([[2.0, 0.0], [0.5, 1.0]])),
    ),
    "Independent": lambda t, d: (
        d.Independent(d.Normal(t.zeros(2, 3), 1.0), 1),
        d.Independent(d.Normal(t.ones(2, 3), 2.0), 1),
    ),
}


@pytest.mark.parametrize("kind", PAIRS)
def test_a_divergence_is_pytorchs(kind: str) -> None:
    pytest.importorskip("torch")
    found = []
    for name in ("minigrad", "torch"):
        t, d = importlib.import_module(name), importlib.import_module(f"{name}.distributions")
        found.append(d.kl_divergence(*PAIRS[kind](t, d)).tolist())
    assert found[0] == pytest.approx(found[1], rel=1e-5)


SMOOTH = {
    "Exponential": lambda t, d, p: d.Exponential(p),
    "Laplace": lambda t, d, p: d.Laplace(p, p),
    "Cauchy": lambda t, d, p: d.Cauchy(p, p),
    "Gumbel": lambda t, d, p: d.Gumbel(p, p),
    "LogNormal": lambda t, d, p: d.LogNormal(p, p),
    "HalfNormal": lambda t, d, p: d.HalfNormal(p),
    "transformed": lambda t, d, p: d.TransformedDistribution(d.Normal(p, p), [d.TanhTransform()]),
    "MultivariateNormal": lambda t, d, p: d.MultivariateNormal(p, scale_tril=t.diag(p)),
}


@pytest.mark.parametrize("kind", SMOOTH)
def test_gradients_pass_draws_and_logarithms_as_in_pytorch(kind: str) -> None:
    pytest.importorskip("torch")
    found = []
    for name in ("minigrad", "torch"):
        t, d = importlib.import_module(name), importlib.import_module(f"{name}.distributions")
        p = t.tensor([0.3, 0.9], requires_grad=True)
        t.manual_seed(1)
        one = SMOOTH[kind](t, d, p)
        one.rsample((3,)).sum().backward()
        one.log_prob(t.tensor([0.3, 0.4])).sum().backward()
        found.append(p.grad.tolist())
    assert found[0] == pytest.approx(found[1], rel=2e-4)
