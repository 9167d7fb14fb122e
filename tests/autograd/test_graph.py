"""The graph as data: what a node tells of itself, what it saved, hooks over several tensors."""

from __future__ import annotations

import re

import numpy as np
import pytest

import minigrad as mg
from minigrad.autograd.graph import (
    Node,
    allow_mutation_on_saved_tensors,
    increment_version,
    register_multi_grad_hook,
    saved_tensors,
)


def leaf(*numbers: float) -> mg.Tensor:
    return mg.tensor([float(n) for n in numbers], requires_grad=True)


# --- Nodes ---------------------------------------------------------------------------------------------------------


def test_a_node_tells_its_name_number_and_what_it_expects() -> None:
    x = leaf(1, 2)
    y = x * 3
    node, after = y.grad_fn, (y + 1).grad_fn
    assert isinstance(node, Node)
    assert issubclass(type(node), Node)
    assert not isinstance(y, Node)
    assert after._sequence_nr() == node._sequence_nr() + 1
    assert node.requires_grad
    (expected,) = node._input_metadata
    assert (expected.shape, expected.dtype, str(expected.device)) == ((2,), mg.float32, "cpu")
    leafs = node.next_functions[0][0]
    assert (leafs.name(), leafs._sequence_nr()) == ("torch::autograd::AccumulateGrad", 2**64 - 1)


def test_a_node_with_two_outputs_expects_two_gradients() -> None:
    a, _ = leaf(1, 2).unbind()
    assert [m.shape for m in a.grad_fn._input_metadata] == [(), ()]


def test_metadata_is_a_dict_for_the_user() -> None:
    y = leaf(1) * 2
    assert y.grad_fn.metadata == {}
    y.grad_fn.metadata["seen"] = True
    assert y.grad_fn.metadata == {"seen": True}
    y.backward(mg.ones(1))


def test_a_node_can_be_run_alone() -> None:
    x = leaf(1, 2)
    sent = (x * 3).grad_fn(mg.ones(2))
    assert (sent[0].tolist(), sent[1]) == ([3, 3], None)
    assert x.exp().grad_fn(mg.ones(2)).requires_grad  # recorded, as any computation
    with mg.no_grad():
        assert not x.exp().requires_grad


def test_a_node_has_no_other_attributes() -> None:
    node = (leaf(1) + 2).grad_fn
    with pytest.raises(AttributeError, match="'AddBackward0' object has no attribute '_saved_self'"):
        _ = node._saved_self  # an addition saves nothing
    assert not hasattr(node, "_saved_foo")
    assert not hasattr(node, "foo")


# --- What is saved, by name ----------------------------------------------------------------------------------------


def test_what_is_saved_has_pytorchs_names() -> None:
    x, w = leaf(1, 2), leaf(3, 4)
    product = (x * w).grad_fn
    assert product._saved_self is x
    assert product._saved_other is w
    y = x.exp()
    assert y.grad_fn._saved_result.grad_fn is y.grad_fn
    assert (x**3).grad_fn._saved_exponent == 3
    assert (x * 3).grad_fn._saved_self is None
    assert (x * 3).grad_fn._saved_other.tolist() == 3
    (indices,) = x[mg.tensor([1, 0])].grad_fn._saved_indices
    assert indices.tolist() == [1, 0]
    assert {"_saved_self", "_saved_other", "_raw_saved_self"} <= set(dir(product))


def test_dir_lists_what_is_saved_and_nothing_else() -> None:
    x = leaf(1, 2)
    for y in (x - 1, x * x, x.exp(), x.view(2), x.max(), mg.stack([x, x])):
        names = [name for name in dir(y.grad_fn) if name.startswith(("_saved_", "_raw_saved_"))]
        assert len(set(names)) == len(names)
        assert all(hasattr(y.grad_fn, name) for name in names)
    assert not [name for name in dir((x - 1).grad_fn) if name.startswith("_saved_")]


def test_what_was_freed_or_changed_is_refused_by_name_too() -> None:
    x = leaf(1, 2)
    y = x.exp()
    node = y.grad_fn
    y.sum().backward()
    with pytest.raises(RuntimeError, match=r"a second time[^\n]*\nExpBackward0 had already run") as caught:
        _ = node._saved_result
    assert re.search(r"It was freed by `y\.sum\(\)\.backward\(\)`, line \d+\.$", str(caught.value))
    with pytest.raises(RuntimeError, match=r"It was freed by `y\.sum\(\)\.backward\(\)`, line \d+\.$"):
        mg.autograd.grad(y, x, mg.ones(2))
    exec("y = x.exp()\ny.sum().backward()", variables := {"x": x})
    with pytest.raises(RuntimeError, match="what it saved is gone.$"):  # for its source cannot be had
        variables["y"].backward(mg.ones(2))
    y = x.exp()
    node = y.grad_fn
    y.add_(1)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        _ = node._saved_result


def test_hooks_on_one_saved_tensor_pack_it_at_once() -> None:
    seen = []
    x = leaf(1, 2)
    y = x.exp()
    raw = y.grad_fn._raw_saved_result
    raw.register_hooks(lambda t: seen.append(t.requires_grad) or t, lambda t: seen.append("unpack") or t)
    assert seen == [False]
    assert y.grad_fn._saved_result.grad_fn is y.grad_fn
    with pytest.raises(
        RuntimeError, match="whose hooks have already been set. Hint: only one pair of hooks is allowed"
    ):
        raw.register_hooks(lambda t: t, lambda t: t)
    y.sum().backward()
    assert seen == [False, "unpack", "unpack"]
    assert np.allclose(x.grad.numpy(), np.exp([1, 2]))
    with pytest.raises(
        RuntimeError, match="Calling register_hooks on a saved tensor after it has been freed. Saved in"
    ):
        raw.register_hooks(lambda t: t, lambda t: t)


def test_hooks_on_one_saved_tensor_have_rules() -> None:
    node = (leaf(1) * mg.ones(1)).grad_fn
    with pytest.raises(RuntimeError, match="Calling register_hooks on a saved tensor with value None is forbidden"):
        node._raw_saved_self.register_hooks(lambda t: t, lambda t: t)
    with pytest.raises(TypeError, match="needs two callables, pack_hook and unpack_hook, but got: int, int"):
        node._raw_saved_other.register_hooks(3, 4)
    with pytest.raises(RuntimeError, match="A saved tensor pack hook is modifying its input in place."):
        node._raw_saved_other.register_hooks(lambda t: t.add_(1), lambda t: t)


def test_a_function_of_ones_own_gives_its_saved_tensors_raw() -> None:
    class Square(mg.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x * x

        @staticmethod
        def backward(ctx, grad):
            return grad * 2 * ctx.saved_tensors[0]

    x = leaf(3)
    y = Square.apply(x)
    (raw,) = y.grad_fn._raw_saved_tensors
    raw.register_hooks(lambda t: t * 10, lambda t: t)
    y.backward(mg.ones(1))
    assert x.grad.tolist() == [60]


def test_saved_tensors_lists_who_keeps_what_and_counts_shared_memory_once() -> None:
    x, w = mg.ones(4, requires_grad=True), mg.ones(4, requires_grad=True)
    y = ((x * w).exp() * x).sum()
    found = saved_tensors(y)
    assert [(e.node.name(), e.name, e.nbytes) for e in found] == [
        ("MulBackward0", "self", 16),
        ("MulBackward0", "other", 16),
        ("ExpBackward0", "result", 0),
        ("MulBackward0", "self", 0),
        ("MulBackward0", "other", 16),
    ]
    assert found.nbytes == 48
    assert repr(found).splitlines()[0].split() == ["saved", "by", "as", "shape", "dtype", "bytes"]
    assert repr(found).splitlines()[-1].split() == ["in", "all", "48"]
    y.backward()
    assert len(saved_tensors(y)) == 0
    assert len(saved_tensors(mg.ones(1))) == 0


def test_saved_tensors_counts_the_whole_memory_behind_a_view() -> None:
    big = mg.ones(1000)
    y = (mg.ones(2, requires_grad=True) * big[:2]).sum()
    (entry,) = saved_tensors(y)
    assert (entry.tensor.shape, entry.nbytes) == ((2,), 4000)


# --- Versions ------------------------------------------------------------------------------------------------------


def test_increment_version_takes_one_or_several() -> None:
    x = mg.ones(2)
    increment_version(x)
    increment_version([x, x])
    assert x._version == 3
    with pytest.raises(RuntimeError, match=r"increment_version expect a Iterable\[Tensor\] as input"):
        increment_version(3)
    y = mg.ones(2, requires_grad=True).exp()
    increment_version(y)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        y.sum().backward()


def test_saved_tensors_may_change_where_that_is_allowed() -> None:
    x = leaf(1, 2)
    with allow_mutation_on_saved_tensors():
        y = x.clone()
        z = (y**2).sum() + (y[:1] ** 3).sum()
        y.mul_(100)
        z.backward()
    assert x.grad.tolist() == [5, 4]


def test_what_was_allowed_inside_is_not_outside() -> None:
    x = leaf(1, 2)
    with allow_mutation_on_saved_tensors():
        z = (x**2).sum()
        with (
            pytest.raises(RuntimeError, match="allow_mutation_on_saved_tensors contexts cannot be nested"),
            allow_mutation_on_saved_tensors(),
        ):
            pass
    with pytest.raises(AssertionError, match="Trying to backward outside of the 'allow_mutation_on_saved_tensors'"):
        z.backward()
    with allow_mutation_on_saved_tensors():
        (x**2).sum().backward()
    assert x.grad.tolist() == [2, 4]


# --- Hooks over several tensors ------------------------------------------------------------------------------------


def test_a_hook_over_all_waits_for_what_this_pass_will_compute() -> None:
    seen = []
    a, b, c = leaf(1), leaf(2), leaf(3)

    def hook(grads) -> None:
        seen.append([None if g is None else g.item() for g in grads])

    handle = register_multi_grad_hook((a, b, c), hook)
    (a * b).sum().backward()
    (a * b * c).sum().backward()
    handle.remove()
    (a * b).sum().backward()
    assert seen == [[2, 1, None], [6, 3, 2]]


def test_a_hook_over_any_is_called_with_the_first_once_a_pass() -> None:
    seen = []
    a, b = leaf(1), leaf(2)
    register_multi_grad_hook((a, b), lambda grad: seen.append(grad.item()), mode="any")
    y = (a * b).sum()
    y.backward(retain_graph=True)
    y.backward()
    assert seen == [2, 2]


def test_a_hook_over_two_outputs_of_one_node_waits_for_both() -> None:
    seen = []
    a, b = mg.ones(2, 2, requires_grad=True).unbind()
    register_multi_grad_hook((b, a), lambda grads: seen.append([None if g is None else g.tolist() for g in grads]))
    (a * 2).sum().backward()
    assert seen == [[None, [2, 2]]]


def test_a_hook_over_several_counts_only_what_leads_to_the_inputs() -> None:
    seen = []
    a, b = leaf(1), leaf(2)
    u, v = a * 2, b * 3
    register_multi_grad_hook((u, v), lambda grads: seen.append([g is None for g in grads]))
    mg.autograd.grad((u * v).sum(), a)
    assert seen == [[False, True]]


def test_a_hook_over_several_has_two_modes() -> None:
    with pytest.raises(ValueError, match=r"Expects mode to be one of \('all', 'any'\) but got some"):
        register_multi_grad_hook((leaf(1),), print, mode="some")


def test_classes_print_by_the_names_that_pytorch_gives_them() -> None:
    x = mg.ones(2, requires_grad=True)
    z = mg.ones(2, dtype=mg.complex64, requires_grad=True)
    nodes = ((x * 2).grad_fn, (z * 2).grad_fn, x.view(2, 1).T.grad_fn, (x * 2).grad_fn.next_functions[0][0])
    shown = ["MulBackward0", "MulBackward0", "PermuteBackward0", "AccumulateGrad"]
    assert [str(type(node)) for node in nodes] == [f"<class '{name}'>" for name in shown]
    kinds = (mg.Tensor, mg.dtype, mg.Size, mg.device, mg.finfo)
    assert [str(kind) for kind in kinds] == [f"<class 'minigrad.{kind.__name__}'>" for kind in kinds]
    assert str(mg.autograd.graph.Node) == "<class 'minigrad.autograd.graph.Node'>"


def test_mutations_that_are_allowed_have_copies_to_clear() -> None:
    x = mg.ones(2, requires_grad=True)
    with mg.autograd.graph.allow_mutation_on_saved_tensors() as copies:
        y = x.exp()
        z = y * y
        y.add_(1)
        z.sum().backward()
        copies.clear()
    assert x.grad.tolist() == pytest.approx([2 * 2.718281828**2] * 2)


@pytest.mark.parametrize(
    "run",
    [
        lambda x, y: y.backward(),  # this line
        lambda x, y: mg.autograd.backward(y),  # this line
        lambda x, y: mg.autograd.grad(y, x),  # this line
        lambda x, y: mg.autograd.grad(y, x, mg.ones(2), is_grads_batched=True),  # this line
        lambda x, y: (x * 1).register_hook(lambda g: y.backward()) and y.backward(),  # this line
    ],
)
def test_whoever_freed_the_graph_is_named_however_it_was_called(run) -> None:
    x = mg.tensor([2.0], requires_grad=True)
    y = (x * x).sum()
    run(x, y)
    with pytest.raises(RuntimeError, match=r"It was freed by `.*# this line`, line \d+\.$"):
        y.backward()
