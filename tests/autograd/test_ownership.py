"""Who owns a gradient: no `.grad` shares memory with anything else."""

from __future__ import annotations

import numpy as np
import pytest

import minigrad as mg


def memory(tensor: mg.Tensor) -> np.ndarray:
    return tensor.detach().numpy()


@pytest.mark.parametrize("n", [3, 5000])
def test_grad_is_not_the_gradient_that_was_passed_in(n: int) -> None:
    x = mg.ones(n, requires_grad=True)
    gradient = mg.ones(n)
    x.backward(gradient)
    memory(gradient)[0] = 7
    assert x.grad.tolist()[0] == 1
    (x + 0).backward(gradient)
    assert not np.shares_memory(memory(x.grad), memory(gradient))


@pytest.mark.parametrize("n", [3, 5000])
def test_two_leaves_of_a_sum_do_not_share_a_gradient(n: int) -> None:
    a, b = mg.ones(n, requires_grad=True), mg.ones(n, requires_grad=True)
    (a + b).sum().backward()
    assert not np.shares_memory(memory(a.grad), memory(b.grad))


@pytest.mark.parametrize("n", [3, 5000])
def test_grad_is_not_a_saved_tensor(n: int) -> None:
    class Passes(mg.autograd.Function):
        @staticmethod
        def forward(ctx, x, w):
            ctx.save_for_backward(w)
            return x * 1

        @staticmethod
        def backward(ctx, grad):
            return ctx.saved_tensors[0], None

    x, w = mg.ones(n, requires_grad=True), mg.ones(n)
    Passes.apply(x, w).sum().backward()
    assert not np.shares_memory(memory(x.grad), memory(w))


@pytest.mark.parametrize("n", [3, 5000])
def test_grad_of_a_sum_is_writeable_and_whole(n: int) -> None:
    x = mg.ones(n, requires_grad=True)
    x.sum().backward()
    memory(x.grad)[0] = 5
    assert x.grad.tolist()[1] == 1


@pytest.mark.parametrize("n", [3, 5000])
def test_a_hook_that_keeps_the_gradient_keeps_its_own(n: int) -> None:
    kept = []
    x = mg.ones(n, requires_grad=True)
    x.register_hook(kept.append)
    (x * 2).sum().backward()
    assert not np.shares_memory(memory(x.grad), memory(kept[0]))


def test_what_grad_returns_is_the_callers_own() -> None:
    x = mg.ones(3, requires_grad=True)
    y = x * 1
    gradient = mg.ones(3)
    (found,) = mg.autograd.grad(y, y, gradient)
    assert not np.shares_memory(memory(found), memory(gradient))


def test_a_scalar_leaf_gets_an_array() -> None:
    b = mg.tensor(1.0, requires_grad=True)
    (b * 2).backward()
    assert type(b.grad._array) is np.ndarray
    (b * 2).backward()
    assert b.grad.item() == 4
