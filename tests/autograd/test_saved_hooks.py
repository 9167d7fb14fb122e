"""Hooks on what is saved: who is called, with what, and what comes back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad.autograd.graph import disable_saved_tensors_hooks, save_on_cpu, saved_tensors_hooks


def same(thing: Any) -> Any:
    return thing


def test_each_saved_tensor_is_packed_once_and_unpacked_when_it_is_needed() -> None:
    seen = []
    x, w = mg.ones(2, requires_grad=True), mg.tensor([2.0, 3.0])

    def pack(tensor: mg.Tensor) -> mg.Tensor:
        seen.append(("pack", tensor.tolist(), tensor is w, mg.is_grad_enabled()))
        return tensor

    def unpack(tensor: mg.Tensor) -> mg.Tensor:
        seen.append(("unpack", tensor.tolist()))
        return tensor

    with saved_tensors_hooks(pack, unpack):
        y = x * w
        z = y * 3  # a number is not handed to hooks
    assert seen == [("pack", [2, 3], True, False)]
    z.sum().backward()
    assert seen[1:] == [("unpack", [2, 3])]
    assert x.grad.tolist() == [6, 9]


def test_an_output_is_packed_with_its_place_in_the_graph() -> None:
    seen = []
    x = mg.ones(2, requires_grad=True)
    with saved_tensors_hooks(lambda t: seen.append((type(t.grad_fn).__name__, t.requires_grad)) or t.detach(), same):
        y = x.exp()
    assert seen == [("ExpBackward0", True)]
    (first,) = mg.autograd.grad(y.sum(), x, create_graph=True)
    (second,) = mg.autograd.grad(first.sum(), x)
    assert np.allclose(second.numpy(), np.e)


def test_hooks_are_called_in_the_order_of_pytorchs_names_inputs_before_outputs() -> None:
    seen: list[tuple[str, float]] = []

    def note(what: str) -> Any:
        return lambda tensor: (seen.append((what, tensor.item())), tensor)[1]

    x, n = mg.tensor(3.0, requires_grad=True), mg.tensor(2.0, requires_grad=True)
    with saved_tensors_hooks(note("pack"), note("unpack")):
        y = x**n
    assert seen == [("pack", 2), ("pack", 3), ("pack", 9)]  # exponent, self, result
    y.backward()
    assert seen[3:] == [("unpack", 2), ("unpack", 3), ("unpack", 9)]


def test_the_innermost_pair_counts() -> None:
    seen = []
    x = mg.ones(2, requires_grad=True)
    with saved_tensors_hooks(lambda t: seen.append("outer") or t, same):
        with saved_tensors_hooks(lambda t: seen.append("inner") or t, same):
            y = x.sin()
        y.sin()
    x.sin()
    assert seen == ["inner", "outer"]


@pytest.mark.parametrize("op", [lambda x: x**2, lambda x: x.exp()])
def test_a_pack_hook_may_not_write_to_its_input(op) -> None:
    x = mg.ones(2, requires_grad=True).clone()
    with (
        saved_tensors_hooks(lambda t: t.mul_(2), same),
        pytest.raises(RuntimeError, match="A saved tensor pack hook is modifying its input in place. Tensors provided"),
    ):
        op(x)


@pytest.mark.parametrize("wrong", [3, None])
def test_an_unpack_hook_must_return_a_tensor(wrong) -> None:
    x = mg.ones(2, requires_grad=True)
    with saved_tensors_hooks(same, lambda t: wrong):
        y = x**2
    with pytest.raises(TypeError, match=f"expected to be a Tensor but got result of type {type(wrong).__name__}"):
        y.sum().backward()


def test_hooks_must_be_callable() -> None:
    with pytest.raises(TypeError, match="two callables, pack_hook and unpack_hook, but got: int, function"):
        saved_tensors_hooks(3, same).__enter__()


def test_a_pack_hook_that_raises_leaves_a_usable_state() -> None:
    x = mg.ones(2, requires_grad=True)
    with pytest.raises(ZeroDivisionError), saved_tensors_hooks(lambda t: 1 / 0, same):
        x**2
    assert mg.is_grad_enabled()
    (x**2).sum().backward()
    assert x.grad.tolist() == [2, 2]


def test_hooks_can_be_disabled_with_a_message() -> None:
    with disable_saved_tensors_hooks("not here"):
        with disable_saved_tensors_hooks("nor here"):
            pass
        with pytest.raises(RuntimeError, match="not here"), saved_tensors_hooks(same, same):
            pass
    with (
        saved_tensors_hooks(same, same),
        pytest.raises(RuntimeError, match="too late"),
        disable_saved_tensors_hooks("too late"),
    ):
        pass


def test_what_went_through_hooks_has_no_version_to_check() -> None:
    y = mg.ones(2, requires_grad=True) * 1
    with saved_tensors_hooks(lambda t: t.detach().clone(), same):
        z = y**2
    y.add_(1)
    z.sum().backward()


def test_numbers_may_live_outside_of_tensors_and_higher_derivatives_still_find_their_way() -> None:
    x = mg.ones(2, requires_grad=True)
    with saved_tensors_hooks(lambda t: t.detach().numpy().copy(), mg.from_numpy):
        z = (x**3).exp()
    (first,) = mg.autograd.grad(z.sum(), x, create_graph=True)
    (second,) = mg.autograd.grad(first.sum(), x)
    assert np.allclose(second.numpy(), 15 * np.e)  # (6x + 9x⁴) exp(x³) at 1


def test_a_promoted_input_is_packed_as_it_was_and_promoted_when_it_comes_back() -> None:
    seen = []
    x = mg.tensor([2.0], requires_grad=True)
    w = mg.tensor([3.0], dtype=mg.float64, requires_grad=True)
    with saved_tensors_hooks(lambda t: seen.append(t.dtype) or t, same):
        y = x * w
    (first,) = mg.autograd.grad(y.sum(), x, create_graph=True)
    (second,) = mg.autograd.grad(first.sum(), w)
    assert seen == [mg.float64, mg.float32]
    assert (first.item(), second.item()) == (3, 1)


def test_indices_are_packed_as_tensors() -> None:
    seen = []
    x = mg.tensor([1.0, 5.0, 2.0], requires_grad=True)
    with saved_tensors_hooks(lambda t: seen.append((t.dtype, t.sum().item())) or t, same):
        y, _ = x.max(0)
    y.backward()
    assert seen == [(mg.int64, 1)]
    assert x.grad.tolist() == [0, 1, 0]


def test_a_function_of_ones_own_is_packed_too() -> None:
    seen = []

    class Scale(mg.autograd.Function):
        @staticmethod
        def forward(ctx, x, w):
            ctx.save_for_backward(x, None, w)
            return x * w

        @staticmethod
        def backward(ctx, grad):
            x, nothing, w = ctx.saved_tensors
            seen.append((x.requires_grad, nothing))
            return grad * w, None

    x = mg.ones(2, requires_grad=True)
    with saved_tensors_hooks(lambda t: seen.append(t.tolist()) or t, same):
        Scale.apply(x, mg.tensor([4.0, 5.0])).sum().backward()
    assert seen == [[1, 1], [4, 5], (True, None)]
    assert x.grad.tolist() == [4, 5]


def test_save_on_cpu_keeps_a_copy() -> None:
    x = mg.ones(2, requires_grad=True)
    y = x.clone()
    with save_on_cpu():
        z = y**2
    with mg.no_grad():
        y.mul_(10)
    z.sum().backward()
    assert x.grad.tolist() == [2, 2]


def test_a_large_gradient_behind_packed_tensors_is_not_shared_with_them() -> None:
    x, w = mg.ones(5000, requires_grad=True), mg.full((5000,), 2.0)
    calls = []
    with saved_tensors_hooks(same, lambda t: calls.append(1) or t):
        y = x * w
    y.sum().backward()
    assert len(calls) == 1
    assert not np.shares_memory(x.grad.numpy(), w.numpy())
