"""Distributions, under PyTorch and under minigrad: the same draws, the same logarithms, the same sentences."""

import numpy as np
import pytest

import minigrad as mg
from minigrad import distributions

torch = pytest.importorskip("torch")


def smooth(t, d):
    loc = t.tensor([0.0, 1.0, -2.0], requires_grad=True)
    scale = t.tensor([1.0, 2.0, 0.5], requires_grad=True)
    normal = d.Normal(loc, scale)
    x = normal.rsample((2,))
    yield from (x, normal.sample((3,)), normal.log_prob(x), normal.entropy(), normal.cdf(x), normal.icdf(normal.cdf(x)))
    d.kl_divergence(normal, d.Normal(0.5, 2.0)).sum().backward()
    yield from (loc.grad, scale.grad, repr(normal), repr(d.Normal(0, 1)), normal.variance, normal.perplexity())
    uniform = d.Uniform(-1.0, t.tensor([3.0, 5.0]))
    x = uniform.sample((4,))
    yield from (x, uniform.log_prob(x), uniform.mean, uniform.stddev, uniform.entropy(), uniform.cdf(x), repr(uniform))
    yield from (uniform.rsample(), d.kl_divergence(uniform, d.Uniform(-2.0, 9.0)))


def classes(t, d):
    scores = t.randn(4, 3, requires_grad=True)
    for one in (d.Categorical(logits=scores), d.Categorical(scores.exp())):
        action = one.sample()
        yield from (action, one.log_prob(action), one.entropy(), one.probs, one.logits, one.sample((5,)), repr(one))
        yield d.kl_divergence(one, d.Categorical(t.ones(3)))
        one.log_prob(action).sum().backward()
        yield scores.grad
    for one in (d.Bernoulli(logits=scores), d.Bernoulli(scores.sigmoid()), d.Bernoulli(0.25)):
        y = one.sample((2,))
        yield from (y, one.log_prob(y), one.entropy(), one.mean, one.variance, repr(one))
        yield d.kl_divergence(one, d.Bernoulli(0.5))


@pytest.mark.parametrize("program", [smooth, classes])
def test_a_program_draws_and_weighs_as_pytorchs(program):
    runs = []
    for t, d in ((torch, torch.distributions), (mg, distributions)):
        t.manual_seed(0)
        runs.append(list(program(t, d)))
    assert len(runs[0]) == len(runs[1])
    for expected, found in zip(*runs, strict=True):
        if isinstance(expected, str):
            assert found == expected
        else:
            assert str(found.dtype) == str(expected.dtype)
            np.testing.assert_allclose(found.detach().numpy(), expected.detach().numpy(), rtol=1e-5, atol=1e-6)


WRONG = [
    lambda t, d: d.Normal(0.0, -1.0),
    lambda t, d: d.Categorical(t.tensor([-1.0, 2.0])),
    lambda t, d: d.Bernoulli(2.0),
    lambda t, d: d.Uniform(1.0, 0.0),
    lambda t, d: d.Categorical(),
    lambda t, d: d.Categorical(logits=t.tensor(1.0)),
    lambda t, d: d.Categorical(t.ones(2)).log_prob(t.tensor(5)),
    lambda t, d: d.Bernoulli(0.5).log_prob(t.tensor(0.5)),
    lambda t, d: d.Bernoulli(0.5).rsample(),
    lambda t, d: d.kl_divergence(d.Normal(0.0, 1.0), d.Categorical(t.ones(2))),
]


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_is_refused_as_pytorch_does(wrong):
    with pytest.raises((ValueError, NotImplementedError)) as theirs:
        wrong(torch, torch.distributions)
    with pytest.raises(type(theirs.value)) as ours:
        wrong(mg, distributions)
    assert str(ours.value).split("(")[0][:40] == str(theirs.value).split("(")[0][:40] or not str(theirs.value)
