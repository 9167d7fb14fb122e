"""backward and grad in all their forms: roots, gradients, inputs, edges, batches, passes inside passes."""

from __future__ import annotations

import math
import threading
import warnings
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad.autograd.graph import GradientEdge, get_gradient_edge, saved_tensors_hooks
from minigrad.nn import functional as F


def leaf(*numbers: float) -> mg.Tensor:
    return mg.tensor([float(n) for n in numbers], requires_grad=True)


# --- Roots and their gradients -------------------------------------------------------------------------------------


def test_several_roots_add_up_and_one_may_come_twice() -> None:
    seen = []
    x = leaf(1)
    y = x * 2
    y.register_hook(lambda grad: seen.append(grad.tolist()))
    mg.autograd.backward([y, y, y.sum()], [mg.ones(1), mg.ones(1), None])
    assert (x.grad.tolist(), seen) == ([6], [[3]])


def test_roots_gradients_add_up_in_silence() -> None:
    y = leaf(1) * 1
    before = np.seterr(all="raise")
    try:
        mg.autograd.backward([y, y], [mg.full((1,), 3e38)] * 2)
    finally:
        np.seterr(**before)


def test_gradients_of_one_root_that_is_recorded_add_up_with_a_history() -> None:
    x, a, b = leaf(1), leaf(1), leaf(1)
    y = x * 2
    (found,) = mg.autograd.grad([y, y], x, [a, b], create_graph=True)
    assert found.grad_fn.name() == "MulBackward0"
    assert [g.tolist() for g in mg.autograd.grad(found, [a, b])] == [[2], [2]]


def test_fewer_gradients_than_roots_are_refused_and_more_are_left_alone() -> None:
    x = leaf(1, 2)
    y = x * 2
    with pytest.raises(RuntimeError, match="got 2 tensors and 1 gradients"):
        mg.autograd.backward([y, y], [mg.ones(2)])
    mg.autograd.backward([y], [mg.ones(2), mg.ones(2)])  # as in PyTorch
    assert x.grad.tolist() == [2, 2]


def test_no_roots_are_no_error() -> None:
    mg.autograd.backward([])


def test_a_gradient_is_cast_to_its_roots_dtype() -> None:
    for dtype in (mg.float64, mg.int64):
        x = leaf(1, 2)
        (x * 2).backward(mg.ones(2, dtype=dtype))
        assert x.grad.dtype is mg.float32


@pytest.mark.parametrize(
    ("root", "gradient", "error", "sentence"),
    [
        (lambda: leaf(1, 2) * 2, lambda: [1.0], TypeError, "gradients can be either Tensors or None, but got float"),
        (lambda: leaf(1, 2) * 2, lambda: 1.0, TypeError, "'float' object is not iterable"),
        (lambda: leaf(1, 2).sum(), lambda: mg.ones(1), RuntimeError, r"Size\(\[1\]\) and output\[0\].*Size\(\[\]\)"),
        (lambda: mg.ones(()).long(), lambda: None, RuntimeError, "element 0 of tensors does not require grad and does"),
        (lambda: 3, lambda: None, TypeError, "'int' object is not iterable"),
        (lambda: [3], lambda: None, AssertionError, "Expected output to be a torch.Tensor"),
        (
            lambda: leaf(1) * 2,
            lambda: mg.ones(1, dtype=mg.complex64),
            RuntimeError,
            "For complex Tensors, both grad_output and output are required to have the same dtype. Mismatch in dtype: "
            r"grad_output\[0\] has a dtype of torch.complex64 and output\[0\] has a dtype of torch.float32.",
        ),
    ],
)
def test_what_cannot_be_a_root_or_its_gradient_is_refused(root, gradient, error, sentence) -> None:
    with pytest.raises(error, match=sentence):
        mg.autograd.backward(root(), gradient())


def test_the_former_name_of_grad_tensors_is_taken_with_a_warning() -> None:
    x = leaf(1, 2)
    with pytest.warns(FutureWarning, match="`grad_variables` is deprecated. Use `grad_tensors` instead."):
        mg.autograd.backward(x * 2, grad_variables=mg.ones(2))
    assert x.grad.tolist() == [2, 2]
    with pytest.warns(FutureWarning), pytest.raises(RuntimeError, match="arguments both passed to `backward"):
        mg.autograd.backward(x * 2, mg.ones(2), grad_variables=mg.ones(2))


# --- Inputs --------------------------------------------------------------------------------------------------------


def test_inputs_may_not_be_empty_nor_anything_but_tensors_that_require_grad() -> None:
    y = leaf(1).sum()
    for call, sentence in (
        (lambda: y.backward(inputs=[]), r"`inputs` argument to `backward\(\)` cannot be empty"),
        (lambda: mg.autograd.grad(y, []), r"`inputs` argument to `grad\(\)` cannot be empty"),
        (lambda: y.backward(inputs=[3]), "all inputs have to be Tensors or GradientEdges, but got int"),
        (lambda: y.backward(inputs=[mg.ones(1)]), "can't retain_grad on Tensor that has requires_grad=False"),
        (lambda: mg.autograd.grad(y, mg.ones(1)), "One of the differentiated Tensors does not require grad"),
    ):
        with pytest.raises(RuntimeError, match=sentence):
            call()


def test_an_input_named_twice_counts_once_and_an_unused_one_stays_none() -> None:
    x, other = leaf(1, 2), leaf(1)
    y = (x * x).sum()
    y.backward(inputs=[x, x], retain_graph=True)
    assert x.grad.tolist() == [2, 4]
    y.backward(inputs=[other], retain_graph=True)
    assert other.grad is None
    assert [g.tolist() for g in mg.autograd.grad(y, [x, x])] == [[2, 4], [2, 4]]


def test_an_intermediate_input_runs_its_node_and_keeps_its_gradient_from_there_on() -> None:
    seen = []
    x = leaf(1, 2)
    y = x * 2
    y.grad_fn.register_prehook(lambda received: seen.append("ran"))
    z = y.sum()
    z.backward(inputs=[y], retain_graph=True)
    assert (y.grad.tolist(), x.grad, y.retains_grad, seen) == ([1, 1], None, True, ["ran"])
    z.backward()
    assert (y.grad.tolist(), x.grad.tolist()) == ([2, 2], [2, 2])


def test_zeros_for_what_is_not_used_require_grad_only_if_the_pass_is_recorded() -> None:
    x, other = leaf(1), leaf(2)
    y = (x * x).sum()
    plain = mg.autograd.grad(y, [other], retain_graph=True, materialize_grads=True)[0]
    recorded = mg.autograd.grad(y, [other], create_graph=True, materialize_grads=True)[0]
    assert [plain.requires_grad, recorded.requires_grad] == [False, True]


# --- Edges ---------------------------------------------------------------------------------------------------------


def test_an_edge_stands_for_its_tensor_as_root_and_as_input() -> None:
    x = leaf(1, 2)
    y = x * x
    edge, at_leaf = get_gradient_edge(y), get_gradient_edge(x)
    assert edge == GradientEdge(y.grad_fn, 0)
    assert at_leaf.node.variable is x
    assert [g.tolist() for g in mg.autograd.grad(y.sum(), [at_leaf, edge], retain_graph=True)] == [[2, 4], [1, 1]]
    assert mg.autograd.grad(edge, x, mg.ones(2), retain_graph=True)[0].tolist() == [2, 4]
    mg.autograd.backward(get_gradient_edge(y.sum()), inputs=[at_leaf], retain_graph=True)
    assert x.grad.tolist() == [2, 4]
    for call, sentence in (
        (lambda: mg.autograd.grad(edge, x), "grad can be implicitly created only for scalar outputs"),
        (lambda: mg.autograd.grad(edge, x, mg.ones(3)), "Mismatch in shape"),
        (lambda: get_gradient_edge(mg.ones(1)), "not possible to get the gradient edge for a Tensor that does not req"),
        (
            lambda: mg.autograd.grad(y.sum(), [get_gradient_edge(leaf(1))], materialize_grads=True),
            "materialize_grads cannot be used when the given input is a GradientEdge",
        ),
    ):
        with pytest.raises(RuntimeError, match=sentence):
            call()


def test_an_edge_keeps_the_graph_but_not_the_tensor() -> None:
    x = leaf(3)
    y = x * x
    edge = get_gradient_edge(y)
    del y
    assert mg.autograd.grad(edge, x, mg.ones(1))[0].tolist() == [6]


# --- Batches -------------------------------------------------------------------------------------------------------


def test_a_batch_of_gradients_gives_a_batch_of_results() -> None:
    x = leaf(1, 2)
    y = x * x
    (rows,) = mg.autograd.grad(y, x, mg.eye(2), retain_graph=True, is_grads_batched=True)
    assert rows.tolist() == [[2, 0], [0, 4]]
    at_x, at_y = mg.autograd.grad([y, y], [x, y], [mg.eye(2), mg.ones(2, 2)], retain_graph=True, is_grads_batched=True)
    assert (at_x.tolist(), at_y.tolist()) == ([[4, 4], [2, 8]], [[2, 1], [1, 2]])
    (recorded,) = mg.autograd.grad(y, x, mg.eye(2), create_graph=True, is_grads_batched=True)
    (second,) = mg.autograd.grad(recorded.sum(), x, retain_graph=True)
    assert second.tolist() == [2, 2]
    assert mg.autograd.grad(y, leaf(1), mg.eye(2), True, is_grads_batched=True, allow_unused=True) == (None,)


@pytest.mark.parametrize(
    ("gradients", "error", "sentence"),
    [
        (lambda: mg.ones(2, 3), RuntimeError, "we interpret the first dimension of each grad_output as the batch dime"),
        (lambda: None, RuntimeError, "grad can be implicitly created only for scalar outputs"),
        (lambda: mg.tensor(1.0), IndexError, "invalid index of a 0-dim tensor"),
        (lambda: mg.ones(0, 2), IndexError, "index 0 is out of bounds"),
    ],
)
def test_what_is_no_batch_is_refused(gradients, error, sentence) -> None:
    x = leaf(1, 2)
    with pytest.raises(error, match=sentence):
        mg.autograd.grad(x * x, x, gradients(), is_grads_batched=True)


# --- What becomes of .grad -----------------------------------------------------------------------------------------


def test_a_recorded_gradient_is_a_copy_then_a_sum_each_a_tensor_of_its_own() -> None:
    x = leaf(1, 2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a cycle
        (x * x).sum().backward(create_graph=True)
        first = x.grad
        (x * x).sum().backward(create_graph=True)
    assert first.grad_fn.name() == "torch::autograd::CopyBackwards"
    assert x.grad.grad_fn.name() == "AddBackward0"
    assert (first.tolist(), x.grad.tolist()) == ([2, 4], [4, 8])
    kept = x.grad
    (x * x).sum().backward()
    assert x.grad is kept  # an ordinary pass adds in place, whatever is there
    assert kept.tolist() == [6, 12]


def test_a_recorded_pass_into_grad_is_warned_of_once_in_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("minigrad.autograd._warned", False)
    x = leaf(1, 2)
    with pytest.warns(UserWarning, match="reference cycle") as caught:
        [(x + 1).sum().backward(create_graph=True) for _ in range(3)]
    assert [w.filename == __file__ for w in caught] == [True]


def test_a_recorded_gradient_that_depends_on_nothing_has_no_history() -> None:
    x = leaf(1, 2)
    (x + 1).sum().backward(create_graph=True)
    assert x.grad.grad_fn is None
    assert not x.grad.requires_grad


def test_a_grad_that_is_one_number_seen_many_times_cannot_be_added_to() -> None:
    x = leaf(1, 2)
    x.grad = mg.ones(1).expand(2)
    with pytest.raises(RuntimeError, match="more than one element of the written-to tensor refers to a single memory"):
        (x * 1).sum().backward()


def test_threads_that_meet_at_a_leaf_all_count() -> None:
    x = mg.zeros(10_000, requires_grad=True)
    threads = [threading.Thread(target=lambda: (x * 2).sum().backward()) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(x.grad.tolist()) == {32}


# --- Passes inside passes ------------------------------------------------------------------------------------------


class Countdown(mg.autograd.Function):
    """Its backward runs a backward of its own, one shorter."""

    @staticmethod
    def forward(ctx, x):
        with mg.enable_grad():
            ctx.x = mg.tensor(x.item(), requires_grad=True) - 1
        return ctx.x.detach()

    @staticmethod
    def backward(ctx, grad):
        if ctx.x >= 0:
            with mg.enable_grad():
                Countdown.apply(ctx.x).sum().backward()
        return grad


@pytest.mark.parametrize("depth", [3, 39, 41, 1000])
def test_passes_nest_deeper_than_any_stack(depth: int) -> None:
    x = mg.tensor(float(depth), requires_grad=True)
    Countdown.apply(x).sum().backward()
    assert x.grad.item() == 1


def test_an_error_deep_inside_comes_out_and_leaves_a_usable_state() -> None:
    class Fails(Countdown):
        @staticmethod
        def backward(ctx, grad):
            if ctx.x < 0:
                raise KeyError("at the bottom")
            with mg.enable_grad():
                Fails.apply(ctx.x).sum().backward()
            return grad

    with pytest.raises(KeyError, match="at the bottom"):
        Fails.apply(mg.tensor(100.0, requires_grad=True)).sum().backward()
    assert mg.is_grad_enabled()
    x = leaf(1)
    (x * 2).sum().backward()
    assert x.grad.tolist() == [2]


def test_queued_callbacks_run_when_their_pass_has_ended_in_the_order_of_queueing() -> None:
    seen = []
    queue = mg.autograd.Variable._execution_engine.queue_callback
    x, z = leaf(1), leaf(1)
    y, w = x * 2, z * 3

    def first() -> None:
        seen.append(("first", x.grad is not None, mg.is_grad_enabled()))
        queue(lambda: seen.append("queued by the first"))

    def hook(grad: mg.Tensor) -> None:
        queue(first)
        queue(lambda: seen.append("second"))
        with mg.enable_grad():
            w.sum().backward()
        seen.append("after the inner pass")

    w.register_hook(lambda grad: queue(lambda: seen.append("inner")))
    y.register_hook(hook)
    y.sum().backward()
    assert seen == ["inner", "after the inner pass", ("first", True, False), "second", "queued by the first"]
    with pytest.raises(RuntimeError, match="Final callbacks can only be installed during backward pass."):
        queue(print)


def test_callbacks_of_a_pass_that_failed_are_forgotten() -> None:
    seen = []
    y = leaf(1) * 2

    def hook(grad: mg.Tensor) -> None:
        mg.autograd.Variable._execution_engine.queue_callback(lambda: seen.append(1))
        raise KeyError

    y.register_hook(hook)
    with pytest.raises(KeyError):
        y.sum().backward()
    (leaf(1) * 2).sum().backward()
    assert seen == []


def test_an_unpack_hook_may_compute_and_run_a_backward_pass() -> None:
    seen = []
    x = leaf(2)

    def unpack(packed: mg.Tensor) -> mg.Tensor:
        with mg.enable_grad():
            inner = leaf(3)
            (inner * inner * inner).sum().backward()
        seen.append(inner.grad.tolist())
        return packed * 2 / 2

    with saved_tensors_hooks(lambda t: t.detach(), unpack):
        y = x.exp() * x
    y.sum().backward()
    assert len(seen) == 3
    assert np.allclose(x.grad.numpy(), 3 * np.exp(2))


@pytest.mark.parametrize(
    "layer",
    [
        lambda x: F.max_pool2d(x, 2),
        lambda x: F.avg_pool2d(x, 2),
        lambda x: F.adaptive_avg_pool2d(x, (2, 1)),
        lambda x: F.pad(x, (1, 1, 1, 1), "reflect"),
        lambda x: F.nll_loss(x[0, 0], mg.tensor([0, 1, 2, 3])),
    ],
)
def test_the_second_derivative_of_a_layer_that_moves_nothing_is_zero(layer: Any) -> None:
    x = mg.arange(16.0).view(1, 1, 4, 4).requires_grad_()
    (first,) = mg.autograd.grad(layer(x).sum(), x, create_graph=True)
    assert mg.autograd.grad(first.sum(), x)[0].tolist() == mg.zeros(1, 1, 4, 4).tolist()


def test_the_gradient_of_a_bias_is_in_the_graph_of_the_kernel_that_it_stands_beside() -> None:
    x, w, b = mg.ones(1, 1, 3, 3), mg.ones(1, 1, 2, 2, requires_grad=True), mg.ones(1, requires_grad=True)
    (first,) = mg.autograd.grad(F.conv2d(x, w, b).sum(), b, create_graph=True)
    assert first.tolist() == [4.0]
    assert first.grad_fn.name() == "ConvolutionBackwardBackward0"
    assert mg.autograd.grad(first, w)[0].tolist() == [[[[0.0, 0.0], [0.0, 0.0]]]]


@pytest.mark.parametrize(
    "linear",
    [
        lambda x: x.mean(),
        lambda x: x.mean(1),
        lambda x: mg.deg2rad(x),
        lambda x: mg.sub(mg.ones(2, 2), x, alpha=2),
        lambda x: mg.lerp(x, mg.ones(2, 2), 0.25),
        lambda x: mg.addmm(x, mg.ones(2, 2), mg.ones(2, 2), beta=3),
        lambda x: mg.trapezoid(x, dx=2),
        lambda x: mg.gradient(x)[0],
        lambda x: F.avg_pool2d(x[None], 2),
        lambda x: F.adaptive_avg_pool2d(x[None], 1),
        lambda x: F.interpolate(x[None, None], scale_factor=2.0, mode="bilinear"),
    ],
)
def test_a_gradient_that_holds_but_numbers_may_be_gone_through_twice(linear: Any) -> None:
    x = mg.ones(2, 2, requires_grad=True)
    y = linear(x)
    v = mg.ones_like(y).requires_grad_()
    (g,) = mg.autograd.grad(y, x, v, create_graph=True)
    once, again = (mg.autograd.grad(g.sum(), v)[0] for _ in range(2))
    assert once.tolist() == again.tolist()


def test_a_gradient_that_holds_an_index_may_not() -> None:
    x = mg.ones(1, 2, 2, requires_grad=True)
    y = F.max_pool2d(x, 2)
    v = mg.ones_like(y).requires_grad_()
    (g,) = mg.autograd.grad(y, x, v, create_graph=True)
    mg.autograd.grad(g.sum(), v)
    with pytest.raises(RuntimeError, match="a second time"):
        mg.autograd.grad(g.sum(), v)


def test_of_two_zeros_nothing_is_left_of_a_products_gradient_not_even_nan() -> None:
    x = mg.tensor([0.0, 0.0, 2.0], requires_grad=True)
    assert mg.autograd.grad(x.prod(), x, mg.tensor(math.nan))[0].tolist() == [0.0, 0.0, 0.0]
    (g,) = mg.autograd.grad(x.prod(), x, create_graph=True)  # recorded, it has a derivative, for that of one zero
    assert mg.autograd.grad(g[0], x)[0].tolist() == [0.0, 2.0, 0.0]
