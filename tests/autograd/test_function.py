"""A user's own Function: ctx, gradients that correspond to inputs, and what is refused."""

from __future__ import annotations

import gc
import weakref

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
    assert repr(z.grad_fn).startswith("<torch.autograd.function.MulBackward object at 0x")
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
        (lambda g: (3.0, None), RuntimeError, r"expected Variable or None \(got float\)"),
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


def test_saving_what_is_no_tensor_is_refused() -> None:
    class Saves(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(3)
            return x * 3

        @staticmethod
        def backward(ctx, grad):
            return grad * 3

    with pytest.raises(TypeError, match="save_for_backward can only save variables, but argument 0 is of type int"):
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


class Doubled(Function):
    """Doubles its input in place."""

    @staticmethod
    def forward(ctx, x):
        x.mul_(2)
        ctx.mark_dirty(x)
        return x

    @staticmethod
    def backward(ctx, grad):
        return grad * 2


def test_a_context_set_up_apart_serves_the_same_formula() -> None:
    class Product(Function):
        @staticmethod
        def forward(x, y=3.0):
            return x * y

        @staticmethod
        def setup_context(ctx, inputs, output):
            x, ctx.y = inputs
            ctx.save_for_backward(x)
            assert output.tolist() == [6, 9]

        @staticmethod
        def backward(ctx, grad):
            return grad * ctx.y, None

    x = mg.tensor([2.0, 3.0], requires_grad=True)
    Product.apply(x).sum().backward()
    assert x.grad.tolist() == [3, 3]


def test_a_formula_that_runs_once_refuses_a_second_derivative() -> None:
    class Square(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x * x

        @staticmethod
        @mg.autograd.function.once_differentiable
        def backward(ctx, grad):
            return grad * 2 * ctx.saved_tensors[0]

    x = mg.tensor([3.0], requires_grad=True)
    Square.apply(x).backward()
    assert x.grad.tolist() == [6]
    (g,) = mg.autograd.grad(Square.apply(x) ** 2, x, create_graph=True)
    assert g.tolist() == [108]
    with pytest.raises(RuntimeError, match="trying to differentiate twice a function that was marked with @once_diff"):
        g.backward()


def test_a_view_that_a_function_changes_keeps_the_history_of_its_base() -> None:
    x = mg.tensor([3.0, 4.0, 5.0], requires_grad=True)
    y = x * 1
    part = Doubled.apply(y[:2])
    y.sum().backward()
    assert y.tolist() == [6, 8, 5]
    assert x.grad.tolist() == [2, 2, 1]
    assert (y._version, part._version) == (2, 2)


def test_the_operand_that_was_changed_need_not_be_the_first() -> None:
    class Add(Function):
        @staticmethod
        def forward(ctx, w, x):
            x.add_(w)
            ctx.mark_dirty(x)
            return x

        @staticmethod
        def backward(ctx, grad):
            return grad * 3, grad * 1

    w, x = mg.ones(2, requires_grad=True), mg.ones(3, requires_grad=True)
    y = x * 1
    Add.apply(w, y[1:])
    y.sum().backward()
    assert w.grad.tolist() == [3, 3]
    assert x.grad.tolist() == [1, 1, 1]


def test_what_is_marked_dirty_must_be_returned() -> None:
    class Forgets(Doubled):
        @staticmethod
        def forward(ctx, x):
            return Doubled.forward(ctx, x) * 1

    with pytest.raises(RuntimeError, match="Some elements marked as dirty during the forward method were not returned"):
        Forgets.apply(mg.ones(2))


def test_an_input_that_comes_back_is_a_view_that_may_not_be_written_to() -> None:
    class Same(Function):
        @staticmethod
        def forward(ctx, x):
            return x

        @staticmethod
        def backward(ctx, grad):
            return grad * 3

    x = mg.ones(2, requires_grad=True)
    y = Same.apply(x)
    assert y is not x
    assert y._base is x
    with pytest.raises(RuntimeError, match="Output 0 of Same is a view and is being modified inplace. This view was"):
        y.mul_(2)
    with mg.no_grad():
        x.mul_(2)
    with pytest.raises(RuntimeError, match="its base or another view of its base has been modified inplace"):
        y.sum()
    assert repr(y) == "tensor([2., 2.], grad_fn=<Invalid>)"


def test_an_instance_is_of_no_use() -> None:
    with pytest.warns(DeprecationWarning, match="should not be instantiated"):
        instance = Doubled()
    with pytest.raises(RuntimeError, match="Legacy autograd function with non-static forward method is deprecated."):
        instance(mg.ones(1))


@pytest.mark.parametrize("kept", ["input", "output", "dirty"])
def test_no_cycle_keeps_a_graph_alive(kept: str) -> None:
    class Keeps(Function):
        @staticmethod
        def forward(ctx, x):
            if kept == "dirty":
                ctx.mark_dirty(x)
            y = x.mul_(2) if kept == "dirty" else x * 2
            ctx.save_for_backward(x if kept == "input" else y)
            return y

        @staticmethod
        def backward(ctx, grad):
            return grad * 2

    gc.disable()
    try:
        x = mg.ones(2, requires_grad=True)
        y = Keeps.apply(x * 1)
        view = y[:1]
        view.mul_(3)
        gone = [weakref.ref(thing) for thing in (y, y.grad_fn, view, view.grad_fn)]
        del y, view
        assert [thing() for thing in gone] == [None] * 4
    finally:
        gc.enable()


def test_an_argument_by_keyword_takes_its_place_among_the_inputs() -> None:
    class Scaled(mg.autograd.Function):
        @staticmethod
        def forward(ctx, x, w, k=3):
            return x * w * k

        @staticmethod
        def backward(ctx, grad):
            return grad, grad * 7, None

    x, w = mg.ones(2, requires_grad=True), mg.ones(2, requires_grad=True)
    y = Scaled.apply(k=4, w=w, x=x)
    assert y.tolist() == [4, 4]
    assert y.grad_fn.needs_input_grad == (True, True, False)
    y.sum().backward()
    assert w.grad.tolist() == [7, 7]
    with pytest.raises(TypeError, match=r"forward\(\) missing required argument: 'w' \(position 1\)"):
        Scaled.apply(x, k=4)
    with pytest.raises(TypeError, match=r"forward\(\) got an unexpected keyword argument 'z'"):
        Scaled.apply(x, w, z=4)
    with pytest.raises(TypeError, match=r"forward\(\) got multiple values for argument 'w'"):
        Scaled.apply(x, w, w=w)


def test_an_argument_that_only_goes_by_keyword_is_refused_and_not_lost() -> None:
    class Scaled(mg.autograd.Function):
        @staticmethod
        def forward(x, *, k=3):
            return x * k

        @staticmethod
        def setup_context(ctx, inputs, output):
            pass

    with pytest.raises(TypeError, match=r"forward\(\) got an unexpected keyword argument 'k'"):
        Scaled.apply(mg.ones(2), k=5)
