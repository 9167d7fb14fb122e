"""How entries lie in memory: every op on operands out of order, under PyTorch and under minigrad."""

from __future__ import annotations

import warnings
from itertools import product
from typing import Any

import pytest

import minigrad
from parity.programs import error, outcome, programs, shown

torch = pytest.importorskip("torch", reason="torch is not installed: parity cannot be tried")

OPERANDS = {
    "in order": "t.arange(12.0).reshape(3, 4)",
    "transposed": "t.arange(12.0).reshape(4, 3).t()",
    "expanded": "t.arange(4.0).expand(3, 4)",
    "expanded columns": "t.arange(3.0).unsqueeze(-1).expand(3, 4)",
    "every second column": "t.arange(24.0).reshape(3, 8)[:, ::2]",
    "turned": "t.arange(24.0).reshape(3, 4, 2).permute(2, 0, 1)",
    "turned twice": "t.arange(24.0).reshape(4, 3, 2).permute(2, 1, 0)",
    "swapped and expanded": "t.arange(12.0).reshape(4, 3).t().expand(2, 3, 4)",
    "one row": "t.arange(4.0).reshape(1, 4)",
    "one column": "t.arange(3.0).unsqueeze(-1)",
    "a column more": "t.arange(12.0).reshape(4, 3).t().unsqueeze(0)",
    "a scalar": "t.tensor(2.0)",
}
ONE = [
    "a.exp()",
    "a + 1",
    "a.relu()",
    "a.double()",
    "2**a",
    "a**2",
    "a.clone()",
    "a.softmax(-1)",
    "a.cumsum(-1)",
    "a.sum(0)",
    "a.mean(-1, keepdim=True)",
    "a.amax(0)",
    "a.var(0)",
    "a.flip(0)",
    "a.masked_fill(a > 3, 0.0)",
    "a.contiguous()",
    "-a",
    "t.zeros_like(a)",
    "a.abs() / 2",
    "a.clamp(1, 3)",
    "a.sigmoid().detach() * 2",
    "(a * 2).data + 1",
    "a.logsumexp(-1)",
]
TWO = [
    "a + b",
    "b * a",
    "t.maximum(a, b)",
    "t.where(a > b, a, b)",
    "t.add(a, b, alpha=2)",
    "t.rsub(a, b)",
    "a / (b + 1)",
]


def strides(library: Any, code: str, **operands: str) -> Any:
    """Return the shape and the steps of a result and of its gradients; a dimension of one entry has no step."""
    names = {name: eval(made, {"t": library}).detach().requires_grad_() for name, made in operands.items()}
    y = eval(code, {"t": library, **names})
    return [tuple(y.shape), steps(y), y.is_contiguous()]


def steps(x: Any) -> list[int]:
    return [step for step, n in zip(x.stride(), x.shape, strict=True) if n > 1]


@pytest.mark.parametrize("code", ONE)
def test_a_result_lies_as_pytorch_lays_it(code: str) -> None:
    for made in OPERANDS.values():
        if "(0)" in code and "tensor(" in made:
            continue
        with warnings.catch_warnings(action="ignore"):
            assert strides(minigrad, code, a=made) == strides(torch, code, a=made), made


@pytest.mark.parametrize("code", TWO)
def test_a_result_of_two_lies_as_pytorch_lays_it(code: str) -> None:
    for a, b in product(OPERANDS.values(), repeat=2):
        with warnings.catch_warnings(action="ignore"):
            assert strides(minigrad, code, a=a, b=b) == strides(torch, code, a=a, b=b), (a, b)


def a_weight_s_gradient_lies_as_the_weight(t):
    weight, x = t.ones(3, 2, requires_grad=True), t.ones(4, 2)
    first, *recorded = t.autograd.grad((x @ weight.t()).square().sum(), weight, create_graph=True)
    (x @ weight.t()).sum().backward()
    layer = t.nn.Linear(50, 40)
    layer(t.ones(5, 50)).sum().backward()
    turned = t.ones(2, 3).t().requires_grad_()
    (turned * 2).sum().backward()
    kept = weight * 1
    kept.retain_grad()
    (kept.t() * 2).backward(t.ones(2, 3))
    grads = first, weight.grad, layer.weight.grad, turned.grad, kept.grad
    return [g.stride() for g in grads], recorded, weight.grad.view(-1)


def a_gradient_recorded_lies_as_the_weight(t):
    weight = t.ones(3, 2, requires_grad=True)
    (weight.t() * 2).backward(t.ones(2, 3), create_graph=True)
    return weight.grad.stride()


def steps_along_one_entry(t):
    x = t.ones(2, 3)
    views = x.unsqueeze(0), x.unsqueeze(1), x.unsqueeze(-1), x.t().unsqueeze(0), x.t()[:, None]
    return [(v.stride(), v._is_view()) for v in views]


def what_indices_pick(t):
    x = t.arange(24.0).reshape(2, 3, 4)
    i = t.tensor([0, 0])
    of = [x.permute(p) for p in ((0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0))]
    picked = [(y[i], y[:, i], y[..., i], y[None, i][0], y[i, i], y[i, :, i], y[y > 5], y[:1][i]) for y in of]
    return [(v.stride(), v.flatten()) for row in picked for v in row]


def what_is_made_like_another(t):
    x = t.ones(2, 3).t()
    made = t.zeros_like(x), t.ones_like(x), t.rand_like(x), t.full_like(x, 2.0), t.tensor(x.numpy()), x.double()
    return [(m.stride(), (m + x).stride(), (m + 1).reshape(-1)._is_view()) for m in made]


def what_can_be_seen_in_another_shape(t):
    x = (t.ones(2, 3).t() * 1).exp()
    return error(lambda: x.view(-1)), x.t().view(-1), x.reshape(-1)._is_view(), (x + t.ones(3, 2)).is_contiguous()


@pytest.mark.parametrize("program", programs(globals()), ids=lambda p: p.__name__)
def test_minigrad_does_what_pytorch_does(program: Any) -> None:
    assert shown(outcome(program, minigrad)) == shown(outcome(program, torch))
