"""What a node saves, and how it finds out that it was changed."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest

import minigrad as mg
from minigrad.autograd.function import Op, apply
from minigrad.autograd.saved import SavedOutput


def test_exp_saves_its_output_and_nothing_else() -> None:
    y = mg.tensor([1.0], requires_grad=True).exp()
    (entry,) = y.grad_fn._saved
    assert isinstance(entry, SavedOutput)
    assert entry._array is y._array


def test_a_product_saves_only_what_a_wanted_gradient_needs() -> None:
    w, x = mg.tensor([1.0], requires_grad=True), mg.tensor([2.0])
    assert (w * x).grad_fn._saved == (None, x)
    assert (w + x).grad_fn._saved is None


def test_dropping_the_output_frees_what_it_saved_of_itself() -> None:
    x = mg.tensor([1.0], requires_grad=True)
    y = x.exp()
    held = weakref.ref(y)
    gc.disable()
    try:
        del y
        assert held() is None  # no cycle: the count alone frees it
    finally:
        gc.enable()


@pytest.mark.parametrize("shape", [(), (1,), (3,)])
def test_x_times_its_own_detached_self_keeps_the_two_apart(shape: tuple[int, ...]) -> None:
    x = mg.tensor(np.full(shape, 3.0), requires_grad=True)
    (g,) = mg.autograd.grad((x * x.detach()).sum(), x, create_graph=True)
    assert np.all(g.detach().numpy() == 3)
    assert not g.requires_grad  # the factor was a constant, so its gradient is one too


def test_a_promoted_input_is_saved_as_the_tensor_that_it_was() -> None:
    a = mg.tensor([2.0], requires_grad=True)
    b = mg.tensor([3.0], dtype=mg.float64, requires_grad=True)
    (g,) = mg.autograd.grad((a * b).sum(), a, create_graph=True)
    (second,) = mg.autograd.grad(g.sum(), b)
    assert g.dtype is mg.float32
    assert second.tolist() == [1]


def test_an_intermediate_may_not_be_saved_by_a_built_in_op() -> None:
    class Bad(Op):
        """Saves something that is neither an input nor its output."""

        __slots__ = ()

        @staticmethod
        def forward(ctx, x):
            half = x / 2
            ctx.save_for_backward(half)
            return half * x

        @staticmethod
        def backward(ctx, grad):
            return grad

    for shape in ((), (2,)):
        with pytest.raises(RuntimeError, match=r"Bad.forward saved a float32 array of shape .* neither an input nor"):
            apply(Bad, mg.ones(shape, requires_grad=True))


def test_an_op_that_hands_back_its_input_gives_the_result_an_array_of_its_own() -> None:
    class Same(Op):
        """Returns its input."""

        __slots__ = ()

        @staticmethod
        def forward(ctx, x):
            return x

        @staticmethod
        def backward(ctx, grad):
            return grad

    x = mg.ones(2, requires_grad=True)
    y = apply(Same, x)
    assert y._array is not x._array
    assert np.shares_memory(y._array, x._array)


def test_backward_formulas_never_see_an_array_made_of_a_tensor() -> None:
    class Leaky(Op):
        """Turns its gradient into an array."""

        __slots__ = ()

        @staticmethod
        def forward(ctx, x):
            return x * 1

        @staticmethod
        def backward(ctx, grad):
            return np.asarray(grad)

    x = mg.ones(2, requires_grad=True)
    with pytest.raises(RuntimeError, match="turned a tensor into an array while the backward pass was being recorded"):
        mg.autograd.grad(apply(Leaky, x).sum(), x, create_graph=True)


def test_a_recorded_gradient_keeps_the_operand_itself_not_its_promoted_copy() -> None:
    single = mg.tensor([2.0], requires_grad=True) * 1
    double = mg.tensor([3.0], dtype=mg.float64, requires_grad=True)
    (g,) = mg.autograd.grad(single / double, double, create_graph=True)
    with mg.no_grad():
        single.mul_(1)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        mg.autograd.grad(g, single)
