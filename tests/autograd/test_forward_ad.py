"""Forward mode: tangents that travel with tensors."""

from __future__ import annotations

import pytest

import minigrad as mg
import minigrad.autograd.forward_ad as fwAD


def tangent_of(function, *pairs):
    """Return the tangent of what ``function`` makes of tensors with tangents."""
    with fwAD.dual_level():
        return fwAD.unpack_dual(function(*[fwAD.make_dual(mg.tensor(p), mg.tensor(t)) for p, t in pairs])).tangent


def test_a_tangent_is_the_derivative_in_its_direction() -> None:
    assert tangent_of(lambda x: x * x, ([1.0, 2.0], [1.0, 10.0])).tolist() == [2, 40]
    assert tangent_of(lambda x: x.sum(), ([1.0, 2.0], [1.0, 10.0])).item() == 11
    assert tangent_of(lambda x, y: x * y, ([2.0], [1.0]), ([3.0], [0.0])).tolist() == [3]
    assert tangent_of(lambda x: (x[:, None] * x).exp().max(), ([0.0, 1.0], [0.0, 1.0])).item() == pytest.approx(5.43656)


def test_what_is_made_dual_is_unpacked_as_it_was() -> None:
    with fwAD.dual_level():
        dual = fwAD.make_dual(mg.tensor([1.0, 2.0]), mg.tensor([3.0, 4.0]))
        primal, tangent = fwAD.unpack_dual(dual)
        assert (primal.tolist(), tangent.tolist(), tangent.requires_grad) == ([1, 2], [3, 4], False)
    assert fwAD.unpack_dual(dual).tangent is None  # its level is over


def test_a_tensor_that_nobody_made_dual_has_no_tangent() -> None:
    x = mg.tensor([1.0], requires_grad=True)
    with fwAD.dual_level():
        assert fwAD.unpack_dual(x * 2).tangent is None
        fwAD.make_dual(mg.ones(1), mg.ones(1))
        assert fwAD.unpack_dual(x * 2).tangent is None
        assert fwAD.unpack_dual(mg.ones(1)).tangent is None


def test_a_tangent_has_a_gradient_where_its_tensor_wants_one() -> None:
    x = mg.tensor([2.0, 3.0], requires_grad=True)
    with fwAD.dual_level():
        y = fwAD.make_dual(x, mg.tensor([1.0, 0.0])) ** 3
        tangent = fwAD.unpack_dual(y.sum()).tangent
        assert tangent.item() == 12
        assert mg.autograd.grad(tangent, x)[0].tolist() == [12, 0]  # of 3 x**2 in that direction: 6 x


def test_a_function_of_one_s_own_needs_its_backward_alone() -> None:
    class Cube(mg.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x**3

        @staticmethod
        def backward(ctx, grad):
            return 3 * grad * ctx.saved_tensors[0] ** 2

    assert tangent_of(Cube.apply, ([2.0], [1.0])).tolist() == [12]


def test_levels_are_begun_once_and_ended_once() -> None:
    x = mg.ones(2)
    with pytest.raises(RuntimeError, match="no level exists, make sure to enter_dual_level"):
        fwAD.make_dual(x, x)
    with pytest.raises(RuntimeError, match="Trying to exit a forward AD level that was not the last one"):
        fwAD.exit_dual_level()
    with fwAD.dual_level() as level:
        assert level == 0
        with pytest.raises(RuntimeError, match="Nested forward mode AD is not supported at the moment"):
            fwAD.enter_dual_level()
        with pytest.raises(RuntimeError, match=r"Tensor is of size \[2\] while the given forward gradient is of size"):
            fwAD.make_dual(x, mg.ones(3))
        with pytest.raises(
            ValueError, match=r"Expected tangent to be floating point or complex, but got: torch\.int64"
        ):
            fwAD.make_dual(x, mg.tensor([1, 2]))


def test_a_dual_tensor_gives_its_tangent_back_itself():
    tangent = mg.tensor([1.0, 2.0])
    with fwAD.dual_level():
        assert fwAD.unpack_dual(fwAD.make_dual(mg.zeros(2), tangent)).tangent is tangent
