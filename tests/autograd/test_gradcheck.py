"""gradcheck: it passes what is true, refuses what is not, and says what is wrong in words that can be acted upon."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad.autograd import Function, gradcheck, gradgradcheck
from minigrad.autograd.gradcheck import GradcheckError
from minigrad.autograd.intermediates import intermediates

MATRIX = [[1.0, 2.0], [3.0, 5.0]]


def leaf(*numbers: float) -> mg.Tensor:
    return mg.tensor(numbers, dtype=mg.float64, requires_grad=True)


def function(forward, backward):
    """Return a Function made of two formulas of the input ``x``."""

    class Custom(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return forward(x)

        @staticmethod
        def backward(ctx, grad):
            return backward(grad, *ctx.saved_tensors)

    return Custom.apply


def complaint(func, *inputs, check=gradcheck, **how) -> str:
    with pytest.raises(GradcheckError) as caught:
        check(func, inputs, **how)
    return str(caught.value)


def test_what_is_true_passes() -> None:
    x, y = leaf(1, 2), leaf(3, -1)
    assert gradcheck(lambda x, y: (x * y, (x.exp() + y).sum()), (x, y), check_forward_ad=True, check_batched_grad=True)
    assert gradgradcheck(lambda x, y: (x * y, (x.exp() + y).sum()), (x, y), check_fwd_over_rev=True)
    assert gradcheck(lambda x, y: x * y.sin(), (x, y), fast_mode=True)
    assert gradgradcheck(lambda x, y: x * y.sin(), [x, y], fast_mode=True, gen_non_contig_grad_outputs=True)
    assert gradcheck(lambda x: x.sum(), leaf())
    assert x.grad is None


def test_an_input_may_be_a_row_of_what_was_expanded() -> None:
    row = mg.ones(3, dtype=mg.float64).expand(2, 3)[0].requires_grad_()
    assert mg.autograd.gradcheck(lambda x: x * x, row)
    assert mg.autograd.gradgradcheck(lambda x: x * x, row)
    assert row.tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize("fast", [False, True])
def test_the_report_names_output_input_entry_and_both_numbers(fast: bool) -> None:
    wrong = function(lambda x: x * x, lambda grad, x: grad * x * mg.tensor([2.0, 1.0], dtype=mg.float64))
    text = complaint(lambda y, x: (y.exp(), wrong(x)), leaf(1, 1), leaf(1, 2), fast_mode=fast)
    assert text.startswith("Jacobian mismatch for output 1 with respect to input 1,\nnumerical:")
    assert "how output 1[1] changes with input 1[1] (1 of 4 entries differ)" in text
    assert "numerical  4 " in text
    assert "analytical  2 " in text
    assert "difference  2, 0.5 of the numerical value" in text
    assert "The first backward to run is that of CustomBackward" in text


@pytest.mark.parametrize(
    ("forward", "backward", "hint"),
    [
        (lambda x: x.sin(), lambda g, x: -g * x.cos(), "every entry has the wrong sign"),
        (lambda x: x * x, lambda g, x: g * x, "every entry is half what it should be"),
        (lambda x: x * x, lambda g, x: g * x * 4, "every entry is twice what it should be"),
        (lambda x: x * x, lambda g, x: None, "backward gives no gradient here"),
        (lambda x: x * x, lambda g, x: g * 2 * x * mg.tensor([1.0, 0.0]), "a part of the gradient was left out"),
        (lambda x: mg.tensor(MATRIX).double() @ x, lambda g, x: mg.tensor(MATRIX).double() @ g, "transposed Jacobian"),
        (lambda x: x[[0, 0, 1]], lambda g, x: g[[0, 2]], "contributions must be added up"),
        (lambda x: x * x + x.sum(), lambda g, x: g * 2 * x, "each of them lacks the same number, 1: a term is missing"),
    ],
)
def test_a_mistake_that_is_often_made_is_recognised(forward, backward, hint: str) -> None:
    assert hint in complaint(function(forward, backward), leaf(1, 3)).rpartition("Hint: ")[2]


def test_a_kink_is_told_from_a_mistake() -> None:
    text = complaint(lambda x: x.relu(), leaf(0, 1))
    assert "Hint: the function has a kink or a jump here: its slope is 0 on one side and 1 on the other" in text


def test_float32_is_warned_of() -> None:
    with pytest.warns(UserWarning, match="Input #0 requires gradient and is not a double precision floating point"):
        text = complaint(lambda x: x * x, mg.tensor([1.0, 2.0], requires_grad=True))
    assert "dtype=mg.float64" in text


def test_without_exceptions_the_answer_is_false() -> None:
    wrong = function(lambda x: x * x, lambda grad, x: grad * x)
    assert not gradcheck(wrong, leaf(1), raise_exception=False)
    assert not gradgradcheck(function(lambda x: x**3, lambda g, x: g * x.detach() ** 2), leaf(1), raise_exception=False)


def test_what_cannot_be_checked_is_refused() -> None:
    with pytest.raises(ValueError, match="gradcheck expects at least one input tensor to require gradient"):
        gradcheck(lambda x: x, mg.ones(2))
    with pytest.raises(RuntimeError, match="The 0th input has a dimension with stride 0"):
        gradcheck(lambda x: x * 2, mg.tensor([1.0], dtype=mg.float64).expand(3).requires_grad_())
    with pytest.raises(AssertionError, match="at least one of check_forward_ad or check_backward_ad"):
        gradcheck(lambda x: x, leaf(1), check_backward_ad=False)
    assert complaint(lambda x: x.detach() * 2, leaf(1)) == "Numerical gradient for function expected to be zero"
    assert gradcheck(lambda x: x.detach() * 0, leaf(1))


def test_a_backward_that_ignores_its_gradient_is_refused() -> None:
    assert complaint(function(lambda x: x.sum(), lambda grad, x: mg.ones_like(x)), leaf(1, 2)) == (
        "backward not multiplied by grad_output"
    )


def test_a_backward_that_gives_other_numbers_each_time_is_refused() -> None:
    turns = iter(range(1000))
    shaky = function(lambda x: x.sum(), lambda grad, x: grad * mg.ones_like(x) * (1 + 1e-9 * next(turns)))
    assert "Backward is not reentrant" in complaint(shaky, leaf(1, 2))
    assert gradcheck(shaky, leaf(1, 2), nondet_tol=1e-3)


def test_a_backward_must_do_without_the_gradient_of_an_output() -> None:
    class NeedsIt(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.set_materialize_grads(False)
            return x * 2

        @staticmethod
        def backward(ctx, grad):
            if grad is None:
                raise RuntimeError("no gradient")
            return grad * 2

    with pytest.warns(UserWarning, match="undefined gradient support checking"):
        assert "Expected backward function to handle undefined output grads" in complaint(NeedsIt.apply, leaf(1))
    assert gradcheck(NeedsIt.apply, leaf(1), check_undefined_grad=False)


class SavesItsCosine(Function):
    @staticmethod
    def forward(ctx, x):
        cosine = x.cos()
        ctx.save_for_backward(cosine)
        return x.sin()

    @staticmethod
    def backward(ctx, grad):
        (cosine,) = ctx.saved_tensors
        return grad * cosine


class KeepsItsExponential(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.grown = x.exp()
        ctx.scale = 3.0
        return x.exp() * 3

    @staticmethod
    def backward(ctx, grad):
        return grad * ctx.grown * ctx.scale


@pytest.mark.parametrize("fast", [False, True])
@pytest.mark.parametrize(("custom", "kept"), [(SavesItsCosine, "saved tensor 0"), (KeepsItsExponential, "ctx.grown")])
def test_an_intermediate_that_was_kept_is_named(custom, kept: str, fast: bool) -> None:
    assert gradcheck(custom.apply, leaf(1, 2))  # the first derivative is right
    text = complaint(lambda x: custom.apply(x) * 2, leaf(1, 2), check=gradgradcheck, fast_mode=fast)
    assert f"Hint: {custom.__name__}Backward kept {kept}, a value that its forward worked out from the inputs" in text
    assert "ctx.scale" not in text


class DropsSome(mg.autograd.Function):
    """It keeps what it drew, which is a constant to every derivative."""

    drawn: Any = None

    @staticmethod
    def forward(ctx, x):
        mask = mg.tensor(DropsSome.drawn(x.shape), dtype=x.dtype)
        ctx.save_for_backward(x, mask)
        return x * x * mask

    @staticmethod
    def backward(ctx, grad):
        x, mask = ctx.saved_tensors
        return grad * 2 * x * mask


@pytest.mark.parametrize(
    "drawn",
    [
        lambda shape: mg.rand(shape).numpy() > 0.5,
        lambda shape: np.random.rand(*shape),
        lambda shape: np.random.default_rng().random(shape),
        lambda shape: [random.random() for _ in range(shape[0])],
    ],
    ids=["minigrad", "numpy", "numpy, unseeded", "python"],
)
def test_what_was_drawn_at_random_is_no_intermediate(drawn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DropsSome, "drawn", staticmethod(drawn))
    begun = mg.get_rng_state().tolist(), random.getstate(), str(np.random.get_state())
    x = leaf(1, 2, 3)
    assert intermediates(lambda: [DropsSome.apply(x)], [x]) == []
    assert begun == (mg.get_rng_state().tolist(), random.getstate(), str(np.random.get_state()))


def test_the_same_formula_with_its_input_saved_passes() -> None:
    assert gradgradcheck(function(lambda x: x.sin(), lambda grad, x: grad * x.cos()), leaf(1, 2))


def test_a_gradient_that_was_worked_out_outside_the_graph_is_refused() -> None:
    detached = function(lambda x: x**3, lambda grad, x: (3 * grad * x**2).detach())
    assert gradcheck(detached, leaf(1, 2))
    text = complaint(lambda x, y: (detached(x), y**2), leaf(1, 2), leaf(1, 2), check=gradgradcheck)
    assert "Numerical gradient for function expected to be zero" in text


COMPLEX = mg.tensor([1 + 2j, 3 - 1j], dtype=mg.complex128, requires_grad=True)


@pytest.mark.parametrize("fast", [False, True])
def test_each_part_of_a_complex_number_is_an_entry(fast: bool) -> None:
    for func in (lambda z: z * z.conj(), mg.abs, mg.exp, lambda z: z.real * z.imag):
        assert gradcheck(func, COMPLEX, fast_mode=fast)
        assert gradgradcheck(func, COMPLEX, fast_mode=fast)
    assert gradcheck(lambda x: mg.complex(x, x * x), leaf(1, 2), fast_mode=fast)
    assert gradcheck(lambda x, z: x * z, (leaf(1, 2), COMPLEX), fast_mode=fast)
    text = complaint(function(lambda z: z * z, lambda grad, z: grad * 2 * z), COMPLEX, fast_mode=fast)
    assert "how output 0[0].real changes with input 0[0].imag (4 of 16 entries differ)\n   numerical  -4 " in text
    assert "Hint: these are the derivatives, and their conjugates are wanted" in text
    assert gradcheck(function(lambda z: z * z, lambda grad, z: grad * 2 * z.conj()), COMPLEX, fast_mode=fast)


def test_random_numbers_of_the_user_are_the_same_with_and_without() -> None:
    mg.manual_seed(0)
    expected = mg.rand(3).tolist()
    mg.manual_seed(0)
    gradgradcheck(lambda x: x * x, leaf(1), fast_mode=True)
    assert mg.rand(3).tolist() == expected
