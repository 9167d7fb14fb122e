"""Changes in place, where their place in the graph is easy to lose."""

from __future__ import annotations

import pytest

import minigrad as mg


def test_a_recorded_gradient_runs_through_an_exponential_in_a_slice() -> None:
    x = mg.tensor([0.5, 1.0, 2.0], requires_grad=True)
    y = x * 1
    y[:2].exp_()
    (g,) = mg.autograd.grad((y * y).sum(), x, create_graph=True)
    (second,) = mg.autograd.grad((g * g).sum(), x)
    # y = exp(x), so g = 2 exp(2x) and the derivative of g*g is 16 exp(4x); where y = x it is 8x
    expected = mg.cat([16 * mg.exp(4 * x[:2]), 8 * x[2:]])
    assert mg.allclose(second, expected)


def test_a_slice_changed_by_an_op_that_saves_runs_backward_once() -> None:
    x = mg.tensor([0.5, 1.0], requires_grad=True)
    y = x * 1
    y[:1].exp_()
    z = y.sum()
    z.backward()
    with pytest.raises(RuntimeError, match="a second time"):
        z.backward()


def test_a_view_of_what_was_written_to_is_an_operand_with_a_history() -> None:
    w = mg.tensor([1.0, 2.0], requires_grad=True)
    b = mg.zeros(2)
    view = b[:1]
    b[:] = w
    c = mg.zeros(1)
    c.add_(view)
    assert c.requires_grad
    c.sum().backward()
    assert w.grad.tolist() == [1, 0]


def test_the_extreme_of_one_number_is_memory_of_its_own() -> None:
    x = mg.tensor(2.0)
    least = x.min(-1).values
    least.add_(1)
    assert x.item() == 2


def test_hooks_stay_when_the_data_is_replaced() -> None:
    seen = []
    x = mg.tensor([1.0, 2.0], requires_grad=True)
    x.register_hook(lambda grad: seen.append(grad.tolist()))
    (x * 2).sum().backward()
    x.data = mg.tensor([5.0, 6.0, 7.0])
    x.grad = None
    (x * x).sum().backward()
    assert seen == [[2, 2], [10, 12, 14]]
