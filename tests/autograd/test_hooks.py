"""Hooks: who is called, in which order, and what they may change."""

from __future__ import annotations

import warnings

import pytest

import minigrad as mg


def test_a_hook_sees_the_gradient_and_remove_takes_it_off() -> None:
    seen = []
    x, w = mg.ones(2, requires_grad=True), mg.tensor([2.0, 3.0], requires_grad=True)
    y = x * w
    handle = y.register_hook(lambda grad: seen.append(grad.tolist()))
    z = y.sum()
    z.backward(retain_graph=True)
    handle.remove()
    handle.remove()
    z.backward()
    assert seen == [[1, 1]]


def test_what_a_hook_returns_goes_on_instead() -> None:
    x = mg.ones(2, requires_grad=True)
    y = x * 3
    y.register_hook(lambda grad: grad * 10)
    y.sum().backward()
    assert x.grad.tolist() == [30, 30]


def test_a_leafs_hook_fires_once_with_the_total() -> None:
    seen = []
    x = mg.ones(1, requires_grad=True)
    x.register_hook(lambda grad: seen.append(grad.tolist()))
    (x * 2 + x * 3).sum().backward()
    assert seen == [[5]]


def test_hooks_and_stores_come_in_pytorchs_order() -> None:
    seen = []
    x = mg.ones(1, requires_grad=True)
    y = x * 2
    y.grad_fn.register_hook(lambda sent, received: seen.append("node post"))
    y.grad_fn.register_prehook(lambda received: seen.append("node pre"))
    y.retain_grad()
    y.register_hook(lambda grad: seen.append("tensor") or grad * 2)
    x.register_post_accumulate_grad_hook(lambda leaf: seen.append(f"accumulated {leaf.grad.item():g}"))
    y.sum().backward()
    assert seen == ["tensor", "node pre", "node post", "accumulated 4"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert y.grad.tolist() == [2]  # the tensor hook, though registered later, came before the store


def test_a_node_prehook_replaces_what_the_node_receives_but_not_the_retained_gradient() -> None:
    x = mg.ones(1, requires_grad=True)
    y = x * 2
    y.retain_grad()
    y.grad_fn.register_prehook(lambda received: (received[0] * 100,))
    y.sum().backward()
    assert (y.grad.tolist(), x.grad.tolist()) == ([1], [200])


def test_a_node_posthook_replaces_what_is_sent_one_an_edge() -> None:
    x = mg.ones(1, requires_grad=True)
    y = x * 2
    handle = y.grad_fn.register_hook(lambda sent, received: (sent[0] + 1, None))
    y.sum().backward(retain_graph=True)
    assert x.grad.tolist() == [3]
    handle.remove()
    y.grad_fn.register_hook(lambda sent, received: (sent[0],))
    with pytest.raises(RuntimeError, match="returned an incorrect number of values"):
        y.sum().backward()


def test_a_hook_must_return_a_tensor_of_the_same_shape_and_dtype() -> None:
    x = mg.ones(2, requires_grad=True)
    y = x * 2
    handle = y.register_hook(lambda grad: 3)
    with pytest.raises(TypeError, match="expected Variable, but hook returned"):
        y.sum().backward(retain_graph=True)
    handle.remove()
    handle = y.register_hook(lambda grad: mg.ones(3))
    with pytest.raises(RuntimeError, match="changed the size of value"):
        y.sum().backward(retain_graph=True)
    handle.remove()
    y.register_hook(lambda grad: grad.double())
    with pytest.raises(RuntimeError, match=r"was torch.FloatTensor got torch.DoubleTensor"):
        y.sum().backward()


def test_a_hook_needs_a_tensor_that_requires_grad() -> None:
    with pytest.raises(RuntimeError, match="cannot register a hook on a tensor that doesn't require gradient"):
        mg.ones(1).register_hook(print)


def test_retain_grad_keeps_the_gradient_of_an_intermediate() -> None:
    x = mg.ones(2, requires_grad=True)
    y = x * 2
    assert not y.retains_grad
    y.retain_grad()
    assert y.retains_grad
    y.sum().backward()
    assert y.grad.tolist() == [1, 1]
    x.retain_grad()
    assert not x.retains_grad  # on a leaf it does nothing


@pytest.mark.parametrize("create_graph", [False, True])
def test_a_retained_gradient_adds_up_over_passes_in_a_fresh_tensor(create_graph: bool) -> None:
    x = mg.tensor([1.0, 2.0], requires_grad=True)
    y = x * 2
    y.retain_grad()
    z = (y * y).sum()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # create_graph warns of a cycle
        z.backward(retain_graph=True, create_graph=create_graph)
        first = y.grad
        z.backward(retain_graph=True, create_graph=create_graph)
    assert first.tolist() == [4, 8]
    assert y.grad.tolist() == [8, 16]


def test_the_grad_of_an_intermediate_is_none_with_a_warning() -> None:
    y = mg.ones(1, requires_grad=True) * 2
    y.backward()
    with pytest.warns(UserWarning, match="The .grad attribute of a Tensor that is not a leaf Tensor is being accessed"):
        assert y.grad is None


def test_hooks_run_with_grad_mode_as_create_graph_says() -> None:
    seen = []
    x = mg.ones(1, requires_grad=True)
    y = (x * x).sum()
    x.register_hook(lambda grad: seen.append(mg.is_grad_enabled()))
    y.backward(retain_graph=True)
    with mg.no_grad():
        mg.autograd.grad(y, x, create_graph=True)
    assert seen == [False, True]


def test_a_view_retains_its_gradient_after_its_base_was_written_to() -> None:
    x = mg.tensor([1.0, 2.0], requires_grad=True)
    y = x * 2
    view = y[:1]
    view.retain_grad()
    y.mul_(3)
    (view.sum() + y.sum()).backward()
    assert view.grad.tolist() == [1]
    assert x.grad.tolist() == [12, 6]


@pytest.mark.parametrize(
    ("returned", "error", "sentence"),
    [
        (3, TypeError, "expected tuple, but hook returned 'int'"),
        (mg.ones(1), TypeError, "expected tuple, but hook returned 'Tensor'"),
        ((3,), TypeError, "expected Variable, but hook returned 'int'"),
        ((mg.ones(3),), RuntimeError, "hook '<lambda>' has changed the size of value"),
        ((mg.ones(1), mg.ones(1)), RuntimeError, r"incorrect number of values \(got 2, but expected 1\)"),
    ],
)
def test_a_node_prehook_must_return_one_tensor_an_output(returned, error, sentence) -> None:
    y = mg.ones(1, requires_grad=True) * 2
    y.grad_fn.register_prehook(lambda received: returned)
    with pytest.raises(error, match=sentence):
        y.sum().backward()


def test_a_posthook_sees_what_each_edge_carries_with_broadcasting_undone() -> None:
    seen = []
    x = mg.ones(1, requires_grad=True)
    y = x * mg.ones(2, 3)
    y.grad_fn.register_hook(lambda sent, received: seen.append((sent[0].tolist(), sent[1], len(received))))
    y.sum().backward()
    assert seen == [([6], None, 1)]


def test_nothing_may_take_the_place_of_a_gradient_that_is_none() -> None:
    class Nothing(mg.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 1

        @staticmethod
        def backward(ctx, grad):
            return None

    seen = []
    y = mg.ones(2, requires_grad=True) * 2
    handle = y.register_hook(seen.append)
    Nothing.apply(y).sum().backward(retain_graph=True)
    assert seen == [None]
    handle.remove()
    y.register_hook(lambda grad: mg.ones(2))
    with pytest.raises(RuntimeError, match="can't replace a None gradient with a non-None value"):
        Nothing.apply(y).sum().backward()


def test_hooks_on_an_accumulator_come_around_the_leafs_own() -> None:
    seen = []
    x = mg.ones(2, requires_grad=True)
    y = x * 2
    node = y.grad_fn.next_functions[0][0]
    node.register_hook(lambda sent, received: seen.append(("post", sent, received[0].tolist(), x.grad.tolist())))
    node.register_prehook(lambda received: seen.append("pre") or (received[0] * 5,))
    x.register_hook(lambda grad: seen.append("tensor"))
    x.register_post_accumulate_grad_hook(lambda leaf: seen.append("accumulated"))
    y.sum().backward()
    assert seen == ["tensor", "pre", "accumulated", ("post", (), [10, 10], [10, 10])]
    seen.clear()
    assert mg.autograd.grad((x * 2).sum(), x)[0].tolist() == [2, 2]
    assert seen == ["tensor"]  # grad() runs the leaf's tensor hooks, and nothing is accumulated


def test_grad_captures_before_the_hooks_of_a_node_that_runs_and_after_those_of_one_that_does_not() -> None:
    x = mg.ones(2, requires_grad=True)
    y = x * 2
    y.retain_grad()
    y.register_hook(lambda grad: grad * 3)
    z = y.sum()
    assert mg.autograd.grad(z, y, retain_graph=True)[0].tolist() == [3, 3]
    assert [g.tolist() for g in mg.autograd.grad(z, [y, x])] == [[1, 1], [6, 6]]
    assert y.grad.tolist() == [6, 6]  # what retain_grad keeps grows by both


def test_a_hook_that_is_removed_while_its_neighbours_run_is_called_this_once() -> None:
    seen = []
    y = mg.ones(1, requires_grad=True) * 2

    def first(grad: mg.Tensor) -> None:
        seen.append("first")
        handle.remove()

    y.register_hook(first)
    handle = y.register_hook(lambda grad: seen.append("second"))
    z = y.sum()
    z.backward(retain_graph=True)
    z.backward()
    assert seen == ["first", "second", "first"]


def test_a_hook_registered_by_a_hook_is_called_from_the_next_pass_on() -> None:
    seen = []
    y = mg.ones(1, requires_grad=True) * 2
    y.register_hook(lambda grad: seen.append(1) or (y.register_hook(lambda g: seen.append(2)) and None))
    z = y.sum()
    z.backward(retain_graph=True)
    assert seen == [1]
    z.backward()
    assert seen == [1, 1, 2]


def test_hooks_on_several_outputs_come_in_the_order_of_registration() -> None:
    seen = []
    a, b = mg.ones(2, 2, requires_grad=True).unbind()
    b.register_hook(lambda grad: seen.append(("b", grad)))
    a.register_hook(lambda grad: seen.append(("a", grad.tolist())))
    a.grad_fn.register_prehook(lambda received: seen.append([g is None for g in received]))
    a.sum().backward()
    assert seen == [("b", None), ("a", [1, 1]), [False, True]]


def test_a_handle_is_a_context_manager() -> None:
    seen = []
    y = mg.ones(1, requires_grad=True) * 2
    z = y.sum()
    with y.register_hook(lambda grad: seen.append(1)):
        z.backward(retain_graph=True)
    z.backward()
    assert seen == [1]


def test_a_post_accumulate_hook_may_return_nothing_but_none() -> None:
    x = mg.ones(1, requires_grad=True)
    x.register_post_accumulate_grad_hook(lambda leaf: 3)
    with pytest.raises(TypeError, match="expected Variable, but hook returned 'int'"):
        (x * 2).sum().backward()


def test_a_leaf_whose_neighbour_is_watched_waits_its_turn() -> None:
    seen = []
    w, x = mg.ones(1, requires_grad=True), mg.ones(1, requires_grad=True)
    w.register_hook(lambda grad: seen.append(x.grad))
    (w * x).sum().backward()
    assert seen == [None]  # w comes before x


def test_a_tensor_that_retains_its_gradient_is_asked_for_it_without_a_warning():
    y = mg.tensor(2.0, requires_grad=True) * 3
    with pytest.warns(UserWarning, match="not a leaf"):
        assert y.grad is None
    y.retain_grad()
    assert y.grad is None  # warnings are errors here
