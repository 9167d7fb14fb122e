"""The backward pass: its order, its sums, what it frees, and what it refuses."""

from __future__ import annotations

import gc
import warnings
import weakref

import numpy as np
import pytest

import minigrad as mg
from minigrad.autograd.node import AccumulateGrad


def leaf(*numbers: float) -> mg.Tensor:
    return mg.tensor([float(n) for n in numbers], requires_grad=True)


def watch(tensor: mg.Tensor, name: str, seen: list[str]) -> None:
    tensor.register_hook(lambda grad: seen.append(name))


def test_the_gradients_of_the_first_example_are_those_on_paper() -> None:
    w, x, b = leaf(2, -1, 0.5), leaf(1, 3, -2), mg.tensor(0.5, requires_grad=True)
    z = (w * x + b).sum()
    z.backward()
    assert z.item() == -0.5
    assert w.grad.tolist() == [1, 3, -2]
    assert x.grad.tolist() == [2, -1, 0.5]
    assert b.grad.tolist() == 3


def test_gradients_add_up_over_two_backward_passes() -> None:
    x = leaf(1, 2)
    (x * x).sum().backward()
    kept = x.grad
    (x * x).sum().backward()
    assert x.grad.tolist() == [4, 8]
    assert x.grad is kept


def test_an_input_used_twice_gets_both_contributions() -> None:
    a = leaf(3)
    (a + a).sum().backward()
    assert a.grad.tolist() == [2]


def test_the_newest_node_runs_first() -> None:
    seen: list[str] = []
    x = leaf(1)
    early = x * 2
    late = x * 3
    for tensor, name in ((early, "early"), (late, "late")):
        watch(tensor, name, seen)
    (early + late).sum().backward()
    assert seen == ["late", "early"]


def test_w_receives_its_gradient_before_x_in_w_times_x() -> None:
    seen: list[str] = []
    w, x = leaf(1), leaf(1)
    watch(w, "w", seen)
    watch(x, "x", seen)
    (w * x).sum().backward()
    assert seen == ["w", "x"]


@pytest.mark.parametrize(
    ("n", "order"),
    [  # the order in which PyTorch 2.13 reaches the n leaves of one cat
        (2, [0, 1]),
        (3, [0, 1, 2]),
        (4, [0, 2, 1, 3]),
        (5, [0, 2, 4, 1, 3]),
        (7, [0, 2, 5, 6, 4, 1, 3]),
        (12, [0, 2, 6, 11, 10, 9, 8, 5, 7, 4, 1, 3]),
        (20, [0, 2, 6, 14, 19, 18, 17, 16, 13, 15, 12, 11, 10, 9, 8, 5, 7, 4, 1, 3]),
    ],
)
def test_accumulators_tie_as_in_pytorch(n: int, order: list[int]) -> None:
    seen: list[int] = []
    leaves = [leaf(float(i)) for i in range(n)]
    for i, x in enumerate(leaves):
        x.register_hook(lambda grad, i=i: seen.append(i))
    mg.cat(leaves).sum().backward()
    assert seen == order


def test_a_leaf_gets_its_gradient_before_older_ops_run() -> None:
    seen: list[str] = []
    x, b = leaf(1), leaf(1)
    y = x * 2
    watch(y, "y", seen)
    watch(b, "b", seen)
    (y + b).sum().backward()
    assert seen == ["b", "y"]


def test_broadcasting_is_undone_by_summing() -> None:
    a = mg.tensor([[1.0], [2.0]], requires_grad=True)
    b = mg.tensor([1.0, 2.0, 3.0], requires_grad=True)
    (a * b).sum().backward()
    assert a.grad.tolist() == [[6], [6]]
    assert b.grad.tolist() == [3, 3, 3]


def test_a_gradient_has_the_dtype_of_its_input() -> None:
    a = mg.tensor([1.0], dtype=mg.float64, requires_grad=True)
    b = leaf(2)
    (a * b).sum().backward()
    assert a.grad.dtype is mg.float64
    assert b.grad.dtype is mg.float32


def test_a_second_backward_fails_only_where_something_was_saved() -> None:
    x = leaf(1, 2)
    for y in (x.sum(), (x + 1).sum(), x.mean()):
        y.backward()
        y.backward()
    for y in ((x * 2).sum(), (x / 2).sum(), (x * x).sum(), x.exp().sum()):
        y.backward()
        with pytest.raises(RuntimeError, match="Trying to backward through the graph a second time"):
            y.backward()


def test_retain_graph_allows_a_second_backward() -> None:
    x = leaf(3)
    y = (x * x).sum()
    y.backward(retain_graph=True)
    y.backward()
    assert x.grad.tolist() == [12]


def test_a_root_that_is_not_scalar_is_refused_with_its_shape() -> None:
    x = leaf(1, 2)
    with pytest.raises(RuntimeError, match="grad can be implicitly created only for scalar outputs; .*shape \\[2\\]"):
        (x * 2).backward()


def test_a_root_that_needs_no_gradient_is_refused() -> None:
    with pytest.raises(RuntimeError, match="element 0 of tensors does not require grad and does not have a grad_fn"):
        mg.tensor([1.0]).sum().backward()


def test_a_gradient_of_another_shape_is_refused() -> None:
    y = leaf(1, 2) * 2
    with pytest.raises(
        RuntimeError, match="Mismatch in shape: grad_output\\[0\\] has a shape of torch.Size\\(\\[3\\]\\)"
    ):
        y.backward(mg.ones(3))


def test_a_gradient_that_is_no_tensor_is_refused() -> None:
    y = leaf(1, 2) * 2
    with pytest.raises(TypeError, match="gradients can be either Tensors or None, but got int"):
        y.backward(3)


def test_grad_touches_no_grad_attribute() -> None:
    x = leaf(1, 2)
    y = x * x
    z = y.sum()
    (gy,) = mg.autograd.grad(z, y, retain_graph=True)
    (gx,) = mg.autograd.grad(z, x)
    assert gy.tolist() == [1, 1]
    assert gx.tolist() == [2, 4]
    assert x.grad is None


def test_grad_of_an_unused_input_is_refused_unless_allowed() -> None:
    x, other = leaf(1), leaf(1)
    z = (x * x).sum()
    with pytest.raises(RuntimeError, match="at index 0 appears to not have been used in the graph"):
        mg.autograd.grad(z, other, retain_graph=True)
    assert mg.autograd.grad(z, other, allow_unused=True, retain_graph=True) == (None,)
    (zeros,) = mg.autograd.grad(z, other, materialize_grads=True)
    assert zeros.tolist() == [0]
    with pytest.raises(ValueError, match="Expected allow_unused to be True or not passed when materialize_grads=True"):
        mg.autograd.grad(z, other, materialize_grads=True, allow_unused=False)


def test_grad_runs_only_what_leads_to_the_inputs() -> None:
    seen: list[str] = []
    x, w = leaf(2), leaf(3)
    u = x * x
    v = w * w
    watch(v, "v", seen)
    mg.autograd.grad((u + v).sum(), x)
    assert seen == []


def test_backward_with_inputs_fills_only_those() -> None:
    x, w = leaf(2), leaf(3)
    y = x * w
    y.sum().backward(inputs=[w], retain_graph=True)
    assert x.grad is None
    assert w.grad.tolist() == [2]
    y.sum().backward(inputs=[y])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert y.grad.tolist() == [1]
    assert w.grad.tolist() == [2]


def test_third_derivatives_of_a_cube() -> None:
    x = leaf(2)
    y = (x**3).sum()
    found = []
    for _ in range(3):
        (y,) = mg.autograd.grad(y, x, create_graph=True)
        found.append(y.item())
        y = y.sum()
    assert found == [12, 12, 6]


def test_create_graph_leaves_a_gradient_with_a_history() -> None:
    x = leaf(3)
    (x * x).sum().backward(create_graph=True)
    assert x.grad.requires_grad
    (second,) = mg.autograd.grad(x.grad.sum(), x)
    assert second.tolist() == [2]


def test_a_chain_of_a_hundred_thousand_ops_runs_and_is_dropped() -> None:
    x = leaf(1)
    y = x
    for _ in range(100_000):
        y = y * 1.0
    y.sum().backward()
    assert x.grad.tolist() == [1]
    del y
    gc.collect()


def test_the_same_accumulator_while_a_graph_lives() -> None:
    x = leaf(1)
    y = x * 2
    node = y.grad_fn.next_functions[0][0]
    assert isinstance(node, AccumulateGrad)
    assert node is (x * 3).grad_fn.next_functions[0][0]
    assert node.variable is x


def test_next_functions_have_one_entry_an_operand() -> None:
    x = leaf(1)
    y = x * 2
    assert [nr for _, nr in y.grad_fn.next_functions] == [0, 0]
    assert y.grad_fn.next_functions[1] == (None, 0)
    assert y.sum().grad_fn.next_functions == ((y.grad_fn, 0),)


def test_overflow_and_nan_pass_in_silence_whatever_seterr_says() -> None:
    big = mg.tensor([3e38], requires_grad=True)
    before = np.seterr(all="raise")
    try:
        y = big * 10
        (y + y - y * 10).sum().backward()
        (mg.tensor([0.0], requires_grad=True) / mg.tensor([0.0])).sum().backward()
        (mg.zeros(1) + mg.full((), 1e300, dtype=mg.float64)).sum()  # too large for float32, to which it is promoted
        assert np.geterr()["over"] == "raise"
    finally:
        np.seterr(**before)


def test_grad_state_is_restored_after_an_error_in_the_pass() -> None:
    x = leaf(1)
    y = x * 2

    def fail(grad: mg.Tensor) -> None:
        raise ValueError("from a hook")

    y.register_hook(fail)
    with pytest.raises(ValueError, match="from a hook"):
        y.sum().backward()
    assert mg.is_grad_enabled()
    (x * 2).sum().backward()
    assert x.grad.tolist() == [2]


def test_a_backward_inside_a_hook_runs_to_its_end() -> None:
    a, b = leaf(1), leaf(5)

    def inner(grad: mg.Tensor) -> None:
        with mg.enable_grad():
            (b * b).sum().backward()

    y = a * 2
    y.register_hook(inner)
    y.sum().backward()
    assert a.grad.tolist() == [2]
    assert b.grad.tolist() == [10]


def test_a_leaf_that_was_frozen_after_the_graph_was_built_gets_no_gradient() -> None:
    x = mg.ones(2, requires_grad=True)
    y = (x + 1).sum()
    x.requires_grad_(False)
    y.backward()
    assert x.grad is None


def test_a_leaf_that_nobody_holds_makes_no_cycle() -> None:
    x = mg.ones(2, requires_grad=True)
    y = x + 1
    accumulator = y.grad_fn.next_functions[0][0]
    gone = weakref.ref(accumulator)
    del x
    y.sum().backward()
    assert accumulator.variable.grad.tolist() == [1, 1]
    gc.disable()
    try:
        del y, accumulator
        assert gone() is None
    finally:
        gc.enable()


def test_a_view_of_what_was_written_to_since_is_a_root_an_input_and_an_operand_like_any_other() -> None:
    class Double(mg.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        def backward(ctx, grad):
            return grad * 2

    def stale() -> tuple[mg.Tensor, mg.Tensor, mg.Tensor]:
        base, w = mg.zeros(2), leaf(3, 4)
        view = base[0]
        base[:] = w
        return base, view, w

    _, view, w = stale()
    view.backward()
    assert w.grad.tolist() == [1, 0]

    base, view, w = stale()
    assert mg.autograd.grad(base.sum(), view, allow_unused=True) == (None,)

    _, view, w = stale()
    Double.apply(view).backward()
    assert w.grad.tolist() == [2, 0]
