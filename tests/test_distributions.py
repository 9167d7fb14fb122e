"""Distributions: densities from paper, and which draws a gradient passes."""

import math

import pytest

import minigrad as mg
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
