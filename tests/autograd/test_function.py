"""A user's own Function: ctx, gradients that correspond to inputs, and what is refused."""

from __future__ import annotations

import pytest

import minigrad as mg
from minigrad.autograd import Function


class Mul(Function):
    """The seed document's example: a product, a sum, and a setting that is no tensor."""

    @staticmethod
    def forward(ctx, w, x, b, x_requires_grad=True):
        ctx.x_requires_grad = x_requires_grad
        ctx.save_for_backward(w, x)
        return w * x + b

    @staticmethod
    def backward(ctx, grad_output):
        w, x = ctx.saved_tensors
        grad_x = grad_output * w if ctx.x_requires_grad else None
        return grad_output * x, grad_x, grad_output * 1, None


def inputs() -> tuple[mg.Tensor, mg.Tensor, mg.Tensor]:
    return (
        mg.tensor([2.0, 3.0], requires_grad=True),
        mg.tensor([5.0, 7.0], requires_grad=True),
        mg.tensor([1.0, 1.0], requires_grad=True),
    )


def test_the_custom_product_has_the_gradients_of_the_built_in_one() -> None:
    w, x, b = inputs()
    z = Mul.apply(w, x, b)
    z.backward(mg.ones(2))
    assert z.tolist() == [11, 22]
    assert (w.grad.tolist(), x.grad.tolist(), b.grad.tolist()) == ([5, 7], [2, 3], [1, 1])


def test_none_for_an_input_leaves_its_grad_none() -> None:
    w, x, b = inputs()
    Mul.apply(w, x, b, False).sum().backward()
    assert x.grad is None
    assert w.grad.tolist() == [5, 7]


def test_the_node_is_ctx_and_bears_the_name_of_the_class() -> None:
    w, x, b = inputs()
    z = Mul.apply(w, x, b)
    assert isinstance(z.grad_fn, Mul)
    assert z.grad_fn.name() == "MulBackward"
    assert z.grad_fn.x_requires_grad is True
    assert len(z.grad_fn.next_functions) == 3
    assert z.grad_fn.needs_input_grad == (True, True, True)
    assert Mul.apply(w, x.detach(), b, True).grad_fn.needs_input_grad == (True, False, True, False)


def test_forward_runs_with_recording_off_on_inputs_that_still_require_grad() -> None:
    seen = {}

    class Looks(Function):
        @staticmethod
        def forward(ctx, x):
            seen["enabled"], seen["requires"] = mg.is_grad_enabled(), x.requires_grad
            return x * 1

        @staticmethod
        def backward(ctx, grad):
            return grad

    Looks.apply(mg.ones(1, requires_grad=True))
    assert seen == {"enabled": False, "requires": True}


def test_a_second_derivative_goes_through_a_users_formula() -> None:
    class Cube(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x * x * x

        @staticmethod
        def backward(ctx, grad):
            (x,) = ctx.saved_tensors
            return grad * 3 * x * x

    x = mg.tensor([2.0], requires_grad=True)
    (g,) = mg.autograd.grad(Cube.apply(x).sum(), x, create_graph=True)
    (gg,) = mg.autograd.grad(g.sum(), x)
    assert (g.tolist(), gg.tolist()) == ([12], [12])


@pytest.mark.parametrize(
    ("returned", "error", "sentence"),
    [
        (lambda g: (g,), RuntimeError, r"returned an incorrect number of gradients \(expected 2, got 1\)"),
        (lambda g: (g, g), RuntimeError, r"returned a gradient different than None at position 2"),
        (lambda g: (3.0, None), TypeError, r"expected Variable or None \(got float\)"),
        (lambda g: (mg.ones(5), None), RuntimeError, r"invalid gradient at index 0 - got \[5\] but expected shape"),
    ],
)
def test_wrong_returns_are_refused_by_name(returned, error, sentence) -> None:
    class Wrong(Function):
        @staticmethod
        def forward(ctx, x, n):
            return x * n

        @staticmethod
        def backward(ctx, grad):
            return returned(grad)

    y = Wrong.apply(mg.ones(2, requires_grad=True), 2)
    with pytest.raises(error, match=sentence):
        y.sum().backward()


def test_extra_trailing_nones_are_fine_and_gradients_are_unbroadcast() -> None:
    class Wide(Function):
        @staticmethod
        def forward(ctx, x):
            return x * mg.ones(3)

        @staticmethod
        def backward(ctx, grad):
            return grad, None, None

    x = mg.tensor([2.0], requires_grad=True)
    Wide.apply(x).sum().backward()
    assert x.grad.tolist() == [3]


def test_several_outputs_and_an_undefined_gradient_arrives_as_zeros() -> None:
    got = []

    class Two(Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2, x * 3

        @staticmethod
        def backward(ctx, a, b):
            got.append((a.tolist(), b.tolist()))
            return a * 2 + b * 3

    x = mg.ones(2, requires_grad=True)
    y, z = Two.apply(x)
    assert (y.output_nr, z.output_nr) == (0, 1)
    z.sum().backward()
    assert got == [([0, 0], [1, 1])]
    assert x.grad.tolist() == [3, 3]


def test_set_materialize_grads_false_passes_none_through() -> None:
    got = []

    class Two(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.set_materialize_grads(False)
            return x * 2, x * 3

        @staticmethod
        def backward(ctx, a, b):
            got.append(a)
            return b * 3

    x = mg.ones(1, requires_grad=True)
    Two.apply(x)[1].sum().backward()
    assert got == [None]


def test_returning_an_input_gives_another_tensor_on_the_same_memory() -> None:
    class Same(Function):
        @staticmethod
        def forward(ctx, x):
            return x

        @staticmethod
        def backward(ctx, grad):
            return grad * 5

    x = mg.ones(1, requires_grad=True)
    y = Same.apply(x)
    assert y is not x
    assert x.is_leaf
    y.sum().backward()
    assert x.grad.tolist() == [5]


def test_a_saved_input_changed_in_place_is_found_out() -> None:
    class Square(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x * x

        @staticmethod
        def backward(ctx, grad):
            (x,) = ctx.saved_tensors
            return 2 * x * grad

    x = mg.ones(1, requires_grad=True)
    y = Square.apply(x)
    with mg.no_grad():
        x.add_(1)
    with pytest.raises(RuntimeError, match="modified by an inplace operation.* is at version 1; expected version 0"):
        y.sum().backward()


def test_instances_are_not_for_users() -> None:
    with pytest.raises(RuntimeError, match="Instantiating an autograd function is an error"):
        Mul()


def test_saving_what_is_no_tensor_is_refused() -> None:
    class Saves(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(3)
            return x * 3

        @staticmethod
        def backward(ctx, grad):
            return grad * 3

    with pytest.raises(TypeError, match="save_for_backward can only save variables, but argument is of type int"):
        Saves.apply(mg.ones(1, requires_grad=True))


def test_a_tuple_of_one_output() -> None:
    class One(Function):
        @staticmethod
        def forward(ctx, x):
            return (x * 2,)

        @staticmethod
        def backward(ctx, grad):
            return grad * 2

    x = mg.ones(3, requires_grad=True)
    (y,) = One.apply(x)
    y.sum().backward()
    assert x.grad.tolist() == [2, 2, 2]
