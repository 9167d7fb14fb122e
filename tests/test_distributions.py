"""Distributions: densities from paper, and which draws a gradient passes."""

import importlib
import math

import pytest

import minigrad as mg
from minigrad import distributions
from minigrad.distributions import Bernoulli, Categorical, Normal, Uniform, kl_divergence


def test_logarithms_of_probabilities():
    assert Normal(1.0, 2.0).log_prob(mg.tensor(1.0)).item() == pytest.approx(-math.log(2 * math.sqrt(2 * math.pi)))
    assert Uniform(0.0, 4.0).log_prob(mg.tensor(1.0)).item() == pytest.approx(-math.log(4))
    assert Bernoulli(0.25).log_prob(mg.tensor(0.0)).item() == pytest.approx(math.log(0.75))
    assert Categorical(mg.tensor([1.0, 3.0])).log_prob(mg.tensor([1, 0])).exp().tolist() == pytest.approx([0.75, 0.25])


def test_entropies_and_divergences():
    assert Categorical(mg.ones(4)).entropy().item() == pytest.approx(math.log(4))
    assert Bernoulli(0.5).entropy().item() == pytest.approx(math.log(2))
    assert kl_divergence(Normal(3.0, 1.0), Normal(0.0, 1.0)).item() == pytest.approx(4.5)
    assert kl_divergence(Categorical(mg.tensor([1.0, 0.0])), Categorical(mg.ones(2))).item() == pytest.approx(
        math.log(2), rel=1e-5
    )
    assert kl_divergence(Uniform(0.0, 2.0), Uniform(0.0, 1.0)).item() == math.inf


def test_rsample_passes_a_gradient_and_sample_does_not():
    loc = mg.zeros(3, requires_grad=True)
    normal = Normal(loc, 1.0)
    assert not normal.sample().requires_grad
    normal.rsample((2,)).sum().backward()
    assert loc.grad.tolist() == [2, 2, 2]
    with pytest.raises(NotImplementedError):
        Categorical(mg.ones(2)).rsample()


def test_the_gradient_of_a_score_is_what_was_drawn_less_its_probability():
    logits = mg.zeros(2, requires_grad=True)
    Categorical(logits=logits).log_prob(mg.tensor(1)).backward()
    assert logits.grad.tolist() == [-0.5, 0.5]


def test_impossible_parameters_are_refused():
    with pytest.raises(ValueError, match="Expected parameter scale"):
        Normal(0.0, -1.0)
    with pytest.raises(ValueError, match="Either `probs` or `logits` must be specified, but not both"):
        Bernoulli()


def test_formulas_of_other_kinds_by_hand():
    assert distributions.Exponential(2.0).log_prob(mg.tensor(1.0)).item() == pytest.approx(math.log(2) - 2)
    assert distributions.Laplace(0.0, 2.0).log_prob(mg.tensor(-2.0)).item() == pytest.approx(-1 - math.log(4))
    assert distributions.Cauchy(0.0, 1.0).log_prob(mg.tensor(1.0)).item() == pytest.approx(-math.log(2 * math.pi))
    assert distributions.Gamma(1.0, 2.0).log_prob(mg.tensor(1.0)).item() == pytest.approx(math.log(2) - 2)
    assert distributions.Beta(1.0, 1.0).log_prob(mg.tensor(0.3)).item() == pytest.approx(0, abs=1e-6)
    assert distributions.Dirichlet(mg.ones(3)).log_prob(mg.tensor([0.2, 0.3, 0.5])).exp().item() == pytest.approx(2)
    assert distributions.Geometric(0.5).log_prob(mg.tensor(2.0)).exp().item() == pytest.approx(1 / 8)
    assert distributions.Binomial(4, 0.5).log_prob(mg.tensor(2.0)).exp().item() == pytest.approx(6 / 16)
    assert distributions.Poisson(2.0).log_prob(mg.tensor(2.0)).exp().item() == pytest.approx(2 * math.exp(-2))
    dice = distributions.Multinomial(2, mg.ones(6))
    assert dice.log_prob(mg.tensor([1.0, 1, 0, 0, 0, 0])).exp().item() == pytest.approx(2 / 36)
    assert distributions.LogNormal(0.0, 1.0).log_prob(mg.tensor(math.e)).item() == pytest.approx(
        Normal(0.0, 1.0).log_prob(mg.tensor(1.0)).item() - 1
    )
    assert distributions.HalfNormal(1.0).log_prob(mg.tensor(0.0)).exp().item() == pytest.approx(math.sqrt(2 / math.pi))


def test_a_transformed_density_is_stretched():
    doubled = distributions.TransformedDistribution(Uniform(0.0, 1.0), distributions.AffineTransform(0.0, -2.0))
    assert doubled.log_prob(mg.tensor(-1.0)).exp().item() == pytest.approx(0.5)
    assert doubled.cdf(mg.tensor(-0.5)).item() == pytest.approx(0.75)
    assert doubled.icdf(mg.tensor(0.75)).item() == pytest.approx(-0.5)
    both = distributions.ComposeTransform([distributions.ExpTransform(), distributions.AffineTransform(1.0, 3.0)])
    x = mg.tensor(0.5)
    assert both.inv(both(x)).item() == pytest.approx(0.5)
    assert both.log_abs_det_jacobian(x, both(x)).item() == pytest.approx(0.5 + math.log(3))


def test_a_gradient_through_a_draw_by_rejection_is_refused():
    rate = mg.tensor(2.0, requires_grad=True)
    for one in (
        distributions.Gamma(rate, 1.0),
        distributions.Beta(rate, 1.0),
        distributions.Dirichlet(mg.stack([rate, rate])),
    ):
        assert not one.sample().requires_grad
        with pytest.raises(NotImplementedError, match=f"a gradient through a draw of {type(one).__name__}|Dirichlet"):
            one.rsample()


def test_impossible_values_are_refused():
    with pytest.raises(ValueError, match="to be within the support"):
        distributions.Exponential(1.0).log_prob(mg.tensor(-1.0))
    with pytest.raises(ValueError, match="Exactly one of covariance_matrix or precision_matrix or scale_tril"):
        distributions.MultivariateNormal(mg.zeros(2))
    with pytest.raises(ValueError, match="does not equal `component_distribution.batch_shape"):
        distributions.MixtureSameFamily(Categorical(mg.ones(2)), Normal(mg.zeros(3), 1.0))
    with pytest.raises(NotImplementedError, match="No KL\\(p \\|\\| q\\) is implemented for p type Normal and q type"):
        kl_divergence(Normal(0.0, 1.0), Uniform(0.0, 1.0))


def test_each_distribution_can_be_imported_from_a_module_of_its_name():
    for file, name in (("normal", "Normal"), ("multivariate_normal", "MultivariateNormal"), ("chi2", "Chi2")):
        module = importlib.import_module(f"minigrad.distributions.{file}")
        assert getattr(module, name) is getattr(mg.distributions, name)
        assert getattr(mg.distributions, file) is module


def test_counts_are_drawn_unrecorded_and_in_range():
    mg.manual_seed(0)
    rate = mg.tensor([0.0, 3.0], requires_grad=True)
    drawn = distributions.Poisson(rate).sample((4,))
    assert drawn.shape == (4, 2)
    assert not drawn.requires_grad
    assert drawn[:, 0].tolist() == [0.0] * 4
    assert distributions.Binomial(5, mg.tensor([0.0, 1.0])).sample().tolist() == [0.0, 5.0]


def test_a_gammas_cdf_at_shape_one_is_an_exponentials():
    assert distributions.Gamma(1.0, 2.0).cdf(mg.tensor(1.5)).item() == pytest.approx(1 - math.exp(-3.0), abs=1e-6)


def test_far_values_are_as_rare_as_textbooks_say():
    one = mg.tensor(1.0)
    assert distributions.StudentT(1.0).log_prob(one).exp().item() == pytest.approx(1 / (2 * math.pi), abs=1e-6)
    assert distributions.HalfCauchy(1.0).cdf(one).item() == pytest.approx(0.5, abs=1e-6)
    assert distributions.Pareto(1.0, 2.0).cdf(mg.tensor(2.0)).item() == pytest.approx(0.75, abs=1e-6)
    assert distributions.Weibull(1.0, 2.0).cdf(one).item() == pytest.approx(1 - math.exp(-1), abs=1e-6)
    assert distributions.InverseGamma(1.0, 1.0).log_prob(one).exp().item() == pytest.approx(math.exp(-1), abs=1e-6)


def test_successes_before_the_third_failure_at_even_odds():
    two = distributions.NegativeBinomial(3.0, 0.5).log_prob(mg.tensor(2.0))
    assert two.exp().item() == pytest.approx(6 / 32, abs=1e-6)
